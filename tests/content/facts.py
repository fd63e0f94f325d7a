"""Where each fact of the first content stands: the 94 statements of NATO's page "Relations with Japan".

A line reads: the fact, the section of the page that states it, the field that holds it as `model[key].field`, and what
the field says (of a text, words in it; of a list, one of its members; of anything else, the whole value).
"""

from typing import NamedTuple

SOURCE = "nato-relations-with-japan-2024-06-03"


class Place(NamedTuple):
    """One field that holds one fact, or a part of one."""

    fact: str
    section: str
    field: str
    says: str


TITLE, LEAD, HIGHLIGHTS = "Title and date", "Lead", "Highlights"
AREAS, DIALOGUE = "Key areas of cooperation", "Political dialogue"
OPERATIONS = "Support for NATO-led operations and missions"

# The facts stand in the page's order, J01 to J94; this says where each section ends.
SECTION_ENDS = {TITLE: 2, LEAD: 7, HIGHLIGHTS: 22, AREAS: 60, DIALOGUE: 78, OPERATIONS: 94}

HUMANITARIAN = "humanitarian-assistance-and-disaster-relief"
MINES = "mine-and-uxo-detection-and-clearance"
SERIES = "nato-indo-pacific-ambassadors-meetings"
RELIEF = "nato-turkiye-earthquake-relief-2023"
SPS = "science-for-peace-and-security-programme"
REINTEGRATION = "afghanistan-peace-and-reintegration-programme"

_PLACES = f"""
J01 relation[nato-japan].organisation = nato
J01 relation[nato-japan].party = japan
J02 relation[nato-japan].as_of = 2024-06-03
J03 statement[nato-japan.shared-concerns].text = area:cyber-defence
J03 statement[nato-japan.shared-concerns].text = as examples
J04 statement[nato-japan.shared-concerns].text = [new technologies](area:emerging-and-disruptive-technologies)
J05 statement[nato-japan.shared-concerns].text = area:maritime-security
J06 statement[nato-japan.two-tracks].text = party:indo-pacific-partners
J07 statement[nato-japan.commitment].text = the rules-based international order
J08 statement[nato-japan.first-contacts].date = 199X/..
J08 statement[nato-japan.first-contacts].date_stated = early 1990s
J09 programme[nato-japan-joint-political-declaration-2013].date = 2013-04
J09 programmestep[nato-japan-joint-political-declaration-2013.step-signed].date_stated = April 2013
J09 statement[nato-japan.declaration].text = the will of both sides
J10 programme[nato-japan-ipcp-2014].date = 2014/
J10 programme[nato-japan-ipcp-2014].date_stated = From 2014
J11 programmestep[nato-japan-itpp-2023.step-agreed].date = 2023-07
J11 programmeinvolvement[nato-japan-itpp-2023.japan].role = participant
J12 programme[nato-japan-itpp-2023].date = 2023-07/..
J12 programmelink[nato-japan-itpp-2023.nato-japan-ipcp-2014].basis = inferred
J13 statement[nato-japan.areas].text = area:cyber-defence
J14 statement[nato-japan.areas].text = area:maritime-security
J15 statement[nato-japan.areas].text = area:{HUMANITARIAN}
J16 statement[nato-japan.areas].text = area:non-proliferation
J16 statement[nato-japan.non-proliferation].area = non-proliferation
J17 statement[nato-japan.areas].text = area:science-and-technology
J18 statement[nato-japan.areas].text = area:human-security
J18 statement[nato-japan.human-security].area = human-security
J19 statement[nato-japan.areas].text = area:women-peace-and-security
J19 statement[nato-japan.women-peace-and-security].area = women-peace-and-security
J20 standing[japan-indo-pacific-partners].at = indo-pacific-partners
J20 standing[japan-nato-partner].at = nato
J21 standing[australia-indo-pacific-partners].at = indo-pacific-partners
J21 standing[new-zealand-indo-pacific-partners].at = indo-pacific-partners
J21 standing[republic-of-korea-indo-pacific-partners].at = indo-pacific-partners
J22 statement[nato-japan.group].text = Euro-Atlantic security
J23 statement[nato-japan.range].text = Both sides gain
J24 exerciseinvolvement[cyber-coalition.japan].role = participant
J24 exercise[cyber-coalition].areas = cyber-defence
J25 exerciseinvolvement[locked-shields.japan].role = participant
J25 exercise[locked-shields].areas = cyber-defence
J26 standing[japan-nato-ccdcoe].word = contributing-participant
J26 standing[japan-nato-ccdcoe].at = nato-ccdcoe
J27 standing[japan-nato-ccdcoe].place = Tallinn, Estonia
J28 operation[{RELIEF}].summary = Devastating earthquakes struck Türkiye in 2023
J29 operationinvolvement[{RELIEF}.nato].role = organiser
J29 operationinvolvement[{RELIEF}.japan].role = participant
J29 operationinvolvement[{RELIEF}.turkiye].role = beneficiary
J29 operation[{RELIEF}].date = 2023
J30 contribution[japan-tents-turkiye-2023].quantity = hundreds of tents
J30 contribution[japan-tents-turkiye-2023].operation = {RELIEF}
J31 contribution[japan-other-cargo-turkiye-2023].operation = {RELIEF}
J32 operationinvolvement[{RELIEF}.japan-self-defense-forces].ordinal = 1
J32 operationinvolvement[{RELIEF}.japan-self-defense-forces].scope = scope-kind-with-organisation
J33 statement[nato-japan.emerging-technologies].area = emerging-and-disruptive-technologies
J33 statement[nato-japan.emerging-technologies].text = party:nato-science-and-technology-organization
J34 programmeinvolvement[{SPS}.japan].role = participant
J34 programme[{SPS}].areas = science-and-technology
J35 programme[{SPS}].areas = counter-terrorism
J36 programme[{SPS}].areas = {MINES}
J37 programme[sps-research-with-japan-on-mine-detection].part_of = {SPS}
J37 programme[sps-research-with-japan-on-mine-detection].date_stated = Ongoing
J37 programme[sps-research-with-japan-on-mine-detection].summary = finding landmines safely
J38 programmeinvolvement[semiconductor-sensing-device-japan.japan].unit = Japanese scientists
J39 programme[semiconductor-sensing-device-japan].summary = special nuclear material
J39 programme[semiconductor-sensing-device-japan].areas = cbrn-materials
J40 programme[semiconductor-sensing-device-japan].summary = ports and border crossings
J40 programme[semiconductor-sensing-device-japan].areas = border-security
J41 programme[semiconductor-sensing-device-japan].summary = builds on results of earlier cooperation
J42 statement[nato-japan.maritime-longstanding].date_stated = longstanding
J43 exercise[nato-japan-training-at-sea-mediterranean-2022].date = 2022
J43 exercise[nato-japan-training-at-sea-mediterranean-2022].place = Mediterranean Sea
J44 exercise[nato-japan-training-at-sea-baltic-2018].date = 2018
J44 exercise[nato-japan-training-at-sea-baltic-2018].place = Baltic Sea
J45 exerciseinvolvement[nato-japan-training-at-sea-mediterranean-2022.japan-maritime-self-defense-force].role = participant
J45 exerciseinvolvement[nato-japan-training-at-sea-baltic-2018.japan-maritime-self-defense-force].role = participant
J46 standing[japan-liaison-officer-nato-maritime-command].at = nato-maritime-command
J46 standing[japan-liaison-officer-nato-maritime-command].word = liaison-officer
J47 programmeinvolvement[interoperability-platform.japan].date = 2014/..
J47 programmeinvolvement[interoperability-platform.japan].date_stated = Since 2014
J48 programme[interoperability-platform].part_of = partnership-interoperability-initiative
J49 programme[interoperability-platform].summary = an active share in NATO operations
J50 statement[nato-japan.trust-funds].text = generous support
J51 statement[nato-japan.trust-funds-ukraine].date_stated = Most recently
J51 statement[nato-japan.trust-funds-ukraine].text = latest significant support went to [Ukraine]
J52 contribution[japan-cap-ukraine].fund = comprehensive-assistance-package-for-ukraine
J52 contributioninvolvement[japan-cap-ukraine.ukraine].role = beneficiary
J53 contribution[japan-ammunition-afghanistan].areas = stockpile-management
J53 contributioninvolvement[japan-ammunition-afghanistan.afghanistan].role = beneficiary
J54 contribution[japan-ammunition-afghanistan].areas = physical-security-of-ammunition
J55 contribution[japan-ammunition-tajikistan].areas = stockpile-management
J55 contributioninvolvement[japan-ammunition-tajikistan.tajikistan].role = beneficiary
J56 contribution[japan-ammunition-tajikistan].areas = physical-security-of-ammunition
J57 contribution[japan-pesticides-republic-of-moldova].areas = destruction-of-pesticides
J57 contributioninvolvement[japan-pesticides-republic-of-moldova.republic-of-moldova].role = beneficiary
J58 contribution[japan-ammunition-depot-georgia].areas = clearance-of-ammunition-depots
J58 contributioninvolvement[japan-ammunition-depot-georgia.georgia].role = beneficiary
J59 contribution[japan-land-clearance-azerbaijan].areas = land-clearance
J59 contributioninvolvement[japan-land-clearance-azerbaijan.azerbaijan].role = beneficiary
J60 statement[nato-japan.trust-funds-before].text = Before that
J60 contribution[japan-land-clearance-azerbaijan].date_stated = Previous
J61 event[nato-brussels-summit-2021].summary = widen its dialogue and its practical cooperation
J61 event[nato-brussels-summit-2021].level = heads-of-state-and-government
J62 eventinvolvement[nato-brussels-summit-2021.japan].role = subject
J63 programme[nato-strategic-concept-2022].summary = (event:nato-brussels-summit-2021)
J63 programme[nato-strategic-concept-2022].date = 2022
J64 programme[nato-strategic-concept-2022].summary = main statement of policy
J65 statement[nato-japan.reasons].text = The source names three reasons
J65 statement[nato-japan.reasons].text = Russia’s war on Ukraine
J66 statement[nato-japan.reasons].text = global balance of power and the rise of China
J67 statement[nato-japan.reasons].text = Korean Peninsula
J68 eventinvolvement[nato-madrid-summit-2022.japan].representative = Prime Minister
J68 event[nato-madrid-summit-2022].date = 2022-06
J69 eventinvolvement[nato-madrid-summit-2022.australia].level = heads-of-state-and-government
J69 eventinvolvement[nato-madrid-summit-2022.new-zealand].level = heads-of-state-and-government
J69 eventinvolvement[nato-madrid-summit-2022.republic-of-korea].level = heads-of-state-and-government
J70 eventinvolvement[nato-madrid-summit-2022.japan].ordinal = 1
J70 eventinvolvement[nato-madrid-summit-2022.japan].scope = scope-summits
J71 eventinvolvement[nato-vilnius-summit-2023.japan].ordinal = 2
J71 eventinvolvement[nato-vilnius-summit-2023.japan].level = heads-of-state-and-government
J71 event[nato-vilnius-summit-2023].date = 2023-07
J72 eventinvolvement[nato-foreign-ministers-meeting-2022-04.japan].role = participant
J72 event[nato-foreign-ministers-meeting-2022-04].date = 2022-04
J72 event[nato-foreign-ministers-meeting-2022-04].portfolio = foreign-affairs
J73 eventinvolvement[nato-foreign-ministers-meeting-2023-04.japan].role = participant
J73 event[nato-foreign-ministers-meeting-2023-04].date = 2023-04
J74 eventinvolvement[nato-ministerial-meeting-2020-12.japan].ordinal = 1
J74 eventinvolvement[nato-ministerial-meeting-2020-12.japan].scope = scope-ministerials
J74 event[nato-ministerial-meeting-2020-12].level = ministers
J75 event[{SERIES}].recurrence = regularly
J75 event[{SERIES}].place = NATO Headquarters, Brussels
J75 eventinvolvement[{SERIES}.japan].date_stated = regularly
J76 event[{SERIES}].areas = climate-change-and-security
J77 event[{SERIES}].areas = arms-control
J78 event[{SERIES}].areas = maritime-security
J79 operationinvolvement[isaf.japan].role = supporter
J80 contribution[japan-reconstruction-afghanistan].areas = reconstruction-and-development
J80 contributioninvolvement[japan-reconstruction-afghanistan.afghanistan].role = beneficiary
J81 event[tokyo-conference-2012].summary = rally international support for Afghanistan
J82 eventinvolvement[tokyo-conference-2012.japan].role = organiser
J82 event[tokyo-conference-2012].date = 2012-07
J82 event[tokyo-conference-2012].place = Tokyo
J83 contribution[japan-pledge-afghanistan-2009-2013].amount = 5000000000.00
J83 contribution[japan-pledge-afghanistan-2009-2013].currency = USD
J83 contribution[japan-pledge-afghanistan-2009-2013].stage = pledged
J84 contribution[japan-pledge-afghanistan-2009-2013].period = 2009/2013
J84 contribution[japan-pledge-afghanistan-2009-2013].period_stated = five-year period (2009-2013)
J85 contribution[japan-ddr-afghanistan].date_stated = Earlier
J85 contribution[japan-ddr-afghanistan].areas = disarmament-demobilisation-and-reintegration
J86 contribution[japan-reintegration-of-insurgents-afghanistan].programme = {REINTEGRATION}
J86 programmeinvolvement[{REINTEGRATION}.japan].role = supporter
J87 contribution[japan-human-security-projects-afghanistan].areas = human-security
J87 contribution[japan-human-security-projects-afghanistan].place = Several regions of Afghanistan
J88 statement[nato-japan.human-security-projects].text = one example of the various initiatives
J89 contribution[japan-contribution-ana-trust-fund].fund = afghan-national-army-trust-fund
J89 fundinvolvement[afghan-national-army-trust-fund.afghanistan].role = beneficiary
J90 contribution[japan-stabilisation-balkans].date = 199X
J90 contributioninvolvement[japan-stabilisation-balkans.japan].role = supporter
J91 operation[nato-peace-support-operations-balkans].date = 199X/..
J91 operation[nato-peace-support-operations-balkans].date_stated = since the mid-1990s
J91 operationinvolvement[nato-peace-support-operations-balkans.nato].role = lead-organisation
J92 contributioninvolvement[japan-donor-balkans.japan].role = donor
J92 contributioninvolvement[japan-donor-balkans.balkans].role = beneficiary
J93 statement[nato-japan.balkans-donor].text = recover successfully
J94 statement[nato-japan.balkans-donor].text = European mainstream
"""


def section_of(fact: str) -> str:
    """The section of the page that states a fact."""
    return next(section for section, end in SECTION_ENDS.items() if int(fact[1:]) <= end)


def _read(line: str) -> Place:
    where, says = line.split(" = ", 1)
    fact, field = where.split(" ", 1)
    return Place(fact, section_of(fact), field, says)


PLACES = [_read(line) for line in _PLACES.strip().splitlines()]
