"""Currencies: the codes of ISO 4217, current and withdrawn, and their minor units."""

from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

# ISO 4217 List One (current) by number of minor unit digits. XTS (tests) and XXX (no currency) are left
# out: no amount can be stated in them.
_CURRENT = {
    0: "BIF CLP DJF GNF ISK JPY KMF KRW PYG RWF UGX UYI VND VUV XAF XOF XPF",
    2: """AED AFN ALL AMD AOA ARS AUD AWG AZN BAM BBD BDT BMD BND BOB BOV BRL BSD BTN BWP BYN BZD CAD CDF CHE
    CHF CHW CNY COP COU CRC CUP CVE CZK DKK DOP DZD EGP ERN ETB EUR FJD FKP GBP GEL GHS GIP GMD GTQ GYD
    HKD HNL HTG HUF IDR ILS INR IRR JMD KES KGS KHR KPW KYD KZT LAK LBP LKR LRD LSL MAD MDL MGA MKD MMK
    MNT MOP MRU MUR MVR MWK MXN MXV MYR MZN NAD NGN NIO NOK NPR NZD PAB PEN PGK PHP PKR PLN QAR RON RSD
    RUB SAR SBD SCR SDG SEK SGD SHP SLE SOS SRD SSP STN SVC SYP SZL THB TJS TMT TOP TRY TTD TWD TZS UAH
    USD USN UYU UZS VED VES WST XAD XCD XCG YER ZAR ZMW ZWG
    XAG XAU XBA XBB XBC XBD XDR XPD XPT XSU XUA""",  # last: metals and units of account, without one
    3: "BHD IQD JOD KWD LYD OMR TND",
    4: "CLF UYW",
}
# ISO 4217 List Three (withdrawn). It gives no minor unit: those that had none in use are listed, the rest
# are written with two digits.
_WITHDRAWN = {
    0: "ADP BEC BEF BEL BYB BYR ESA ESB ESP GRD ITL LUC LUF LUL MGF PTE TPE TRL",
    2: """AFA ALK ANG AOK AON AOR ARA ARP ARY ATS AYM AZM BAD BGJ BGK BGL BGN BOP BRB BRC BRE BRN BRR BUK CHC
    CSD CSJ CSK CUC CYP DDM DEM ECS ECV EEK FIM FRF GEK GHC GHP GNE GNS GQE GWE GWP HRD HRK IEP ILP ILR
    ISJ LAJ LSM LTL LTT LVL LVR MLF MRO MTL MTP MVQ MXP MZE MZM NIC NLG PEH PEI PES PLZ RHD ROK ROL RUR
    SDD SDP SIT SKK SLL SRG STD SUR TJR TMM UAK UGS UGW USS UYN UYP VEB VEF VNC XEU XFO XFU XRE YDD YUD
    YUM YUN ZAL ZMK ZRN ZRZ ZWC ZWD ZWL ZWN ZWR""",
}

#: ISO 4217 alphabetic code, current or withdrawn -> the number of digits its minor unit is written with.
CURRENCIES: dict[str, int] = {
    code: digits
    for table in (_CURRENT, _WITHDRAWN)
    for digits, codes in table.items()
    for code in codes.split()
}


def validate_currency(code: str) -> None:
    """Raise ValidationError unless `code` is an ISO 4217 alphabetic code, current or withdrawn."""
    if code not in CURRENCIES:
        raise ValidationError(
            _("“%(value)s” is not an ISO 4217 currency code. Write three capital letters, for example EUR."),
            code="currency",
            params={"value": code},
        )
