"""What the public pages and their filters say of the first content: its counts, and nothing its source does not say."""

import re
from collections.abc import Iterator
from datetime import date
from html import unescape
from urllib.parse import urlencode

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format
from pytest_django import DjangoDbBlocker

from partnership.models import ENTRY_MODELS, RECORD_MODELS, Contribution, Record, Standing, Term

pytestmark = [pytest.mark.django_db, pytest.mark.one_engine, pytest.mark.usefixtures("japan")]

SUMMITS = {"level": "heads-of-state-and-government"}
PARTNERS = ("australia", "japan", "new-zealand", "republic-of-korea")
PACKAGE = "comprehensive-assistance-package-for-ukraine"
PLEDGE = "japan-pledge-afghanistan-2009-2013"
LISTS = tuple(f"{model.kind_name()}s" for model in RECORD_MODELS)

# A figure of the amounts by currency and stage: the address of its rows, how many they are, and what it says.
FIGURE = re.compile(
    r'<a href="([^"]*in_total=counted[^"]*)">([^<]*)<span class="visually-hidden">: ([^<]*)</span></a>'
)

INVOLVEMENTS = [model.involvements.rel.related_model._base_manager for model in RECORD_MODELS]


def shown(client: Client, name: str, /, **filters: str | list[str]) -> list[str]:
    """The slugs that a list shows for a selection, all on one page, as many as it counts."""
    response = client.get(reverse(name), filters)
    assert response.status_code == 200
    assert response.context["count"] is not None, f"{name} refuses {urlencode(filters, doseq=True)}"
    slugs = [record.slug for record in response.context["records"]]
    assert len(slugs) == response.context["count"] <= 25
    return slugs


def text_of(html: bytes) -> str:
    """The words of a page's main part, on one line, with a bar wherever an element begins or ends."""
    main = re.search(r"<main.*</main>", html.decode(), re.DOTALL)
    assert main
    return " ".join(unescape(re.sub(r"<[^>]+>", " | ", main[0])).split())


@pytest.fixture(scope="module")
def markup(japan: None, django_db_blocker: DjangoDbBlocker) -> Iterator[dict[str, bytes]]:
    """Address -> its page, for every public entry and every list."""
    client = Client()
    entries = (entry for model in ENTRY_MODELS if model is not Term for entry in model.objects.published())
    addresses = [reverse(name) for name in ("home", "relations", "parties", "areas", "sources", *LISTS)]
    with django_db_blocker.unblock():
        addresses += [entry.get_absolute_url() for entry in entries]
        yield {address: client.get(address).content for address in addresses}


@pytest.fixture(scope="module")
def pages(markup: dict[str, bytes]) -> dict[str, str]:
    """Address -> the words of its page."""
    return {address: text_of(page) for address, page in markup.items()}


def page_of(pages: dict[str, str], kind: str, slug: str) -> str:
    return pages[reverse(kind, args=[slug])]


# Counts


def test_japan_took_part_in_two_meetings_of_heads_of_state_and_government(client: Client) -> None:
    found = shown(client, "events", party="japan", role="participant", **SUMMITS)
    assert found == ["nato-vilnius-summit-2023", "nato-madrid-summit-2022"]


def test_there_are_three_firsts_and_no_other(client: Client) -> None:
    firsts = {kind: shown(client, kind, ordinal="1") for kind in LISTS}
    assert {kind: found for kind, found in firsts.items() if found} == {
        "events": ["nato-madrid-summit-2022", "nato-ministerial-meeting-2020-12"],
        "operations": ["nato-turkiye-earthquake-relief-2023"],
    }
    assert shown(client, "events", party="japan", ordinal="1") == firsts["events"]
    assert shown(client, "operations", party="japan-self-defense-forces", ordinal="1") == firsts["operations"]


def test_japan_took_part_in_two_meetings_of_foreign_ministers_and_three_ministerial_meetings(
    client: Client,
) -> None:
    foreign = ["nato-foreign-ministers-meeting-2023-04", "nato-foreign-ministers-meeting-2022-04"]
    with_japan = {"party": "japan", "role": "participant"}
    assert shown(client, "events", portfolio="foreign-affairs", **with_japan) == foreign
    assert shown(client, "events", level="ministers", **with_japan) == [
        *foreign,
        "nato-ministerial-meeting-2020-12",
    ]
    assert len(shown(client, "events", kind="ministerial-meeting")) == 3


def test_there_are_two_named_exercises_and_two_trainings_without_a_name(client: Client) -> None:
    assert shown(client, "exercises", party="japan", undated="1") == ["cyber-coalition", "locked-shields"]
    assert shown(client, "exercises", party="japan", **{"from": "2018", "to": "2022"}) == [
        "nato-japan-training-at-sea-mediterranean-2022",
        "nato-japan-training-at-sea-baltic-2018",
    ]


def test_two_programmes_frame_the_relation_and_one_declaration(client: Client) -> None:
    found = shown(client, "programmes", party="japan", kind="partnership-programme")
    assert found == ["nato-japan-itpp-2023", "nato-japan-ipcp-2014"]
    declaration = ["nato-japan-joint-political-declaration-2013"]
    assert shown(client, "programmes", party="japan", kind="declaration") == declaration


def test_trust_fund_support_went_to_six_beneficiaries_and_no_amount_is_stated(client: Client) -> None:
    beneficiaries = {
        "ukraine": 1,
        "afghanistan": 2,
        "tajikistan": 1,
        "republic-of-moldova": 1,
        "georgia": 1,
        "azerbaijan": 1,
    }
    trust = {"channel": "trust-fund", "donor": "japan"}
    counts = {slug: len(shown(client, "contributions", beneficiary=slug, **trust)) for slug in beneficiaries}
    assert counts == beneficiaries
    everything = shown(client, "contributions", channel="trust-fund")
    assert sorted(shown(client, "contributions", beneficiary=list(beneficiaries), **trust)) == sorted(
        everything
    )
    assert shown(client, "contributions", channel="trust-fund", amount="not-stated") == everything


def test_one_amount_of_money_is_stated_and_it_is_a_pledge(client: Client) -> None:
    everything = set(shown(client, "contributions"))
    assert everything - set(shown(client, "contributions", amount="not-stated")) == {PLEDGE}
    assert shown(client, "contributions", stage="pledged") == [PLEDGE]
    assert shown(client, "contributions", currency="USD") == [PLEDGE]
    assert PLEDGE in shown(client, "contributions", **{"from": "2009", "to": "2013"})


@pytest.mark.parametrize(
    ("kind", "undated"),
    [
        ("events", {"nato-indo-pacific-ambassadors-meetings"}),
        ("exercises", {"cyber-coalition", "locked-shields"}),
        ("funds", {PACKAGE, "afghan-national-army-trust-fund"}),
        ("operations", {"isaf"}),
        (
            "programmes",
            {
                "afghanistan-peace-and-reintegration-programme",
                "interoperability-platform",
                "partnership-interoperability-initiative",
                "science-for-peace-and-security-programme",
                "semiconductor-sensing-device-japan",
                "sps-research-with-japan-on-mine-detection",
            },
        ),
        (
            "contributions",
            {
                "japan-ammunition-afghanistan",
                "japan-ammunition-depot-georgia",
                "japan-ammunition-tajikistan",
                "japan-cap-ukraine",
                "japan-contribution-ana-trust-fund",
                "japan-ddr-afghanistan",
                "japan-donor-balkans",
                "japan-human-security-projects-afghanistan",
                "japan-land-clearance-azerbaijan",
                "japan-pesticides-republic-of-moldova",
                "japan-reconstruction-afghanistan",
                "japan-reintegration-of-insurgents-afghanistan",
            },
        ),
        (
            "standings",
            {
                "japan-liaison-officer-nato-maritime-command",
                "japan-nato-ccdcoe",
                *(f"{party}-{at}" for party in PARTNERS for at in ("nato-partner", "indo-pacific-partners")),
            },
        ),
    ],
)
def test_records_without_a_date_are_listed_and_found_as_such(
    client: Client, kind: str, undated: set[str]
) -> None:
    assert undated <= set(shown(client, kind))
    assert set(shown(client, kind, undated="1")) == undated


# What the source does not say


def test_jn01_the_package_has_no_amount_date_or_form(client: Client, pages: dict[str, str]) -> None:
    assert shown(client, "contributions", fund=PACKAGE, amount="not-stated", undated="1") == [
        "japan-cap-ukraine"
    ]
    assert "no date given" in page_of(pages, "contribution", "japan-cap-ukraine")
    assert "japan-cap-ukraine" not in shown(client, "contributions", form="form-goods")
    assert Contribution.objects.get(slug="japan-cap-ukraine").form is None


def test_jn02_the_trust_funds_have_no_amounts_names_leads_or_other_donors(client: Client) -> None:
    funds = {PACKAGE, "afghan-national-army-trust-fund"}
    assert set(shown(client, "funds")) == funds
    assert set(shown(client, "funds", role="beneficiary")) == funds
    response = client.get(reverse("funds"))
    parties = [row for fund in response.context["records"] for row in fund.involvements.all()]
    assert {row.role.slug for row in parties} == {"beneficiary"}
    trust = client.get(reverse("contributions"), {"channel": "trust-fund"}).context["records"]
    donors = {row.party.slug for each in trust for row in each.involvements.all() if row.role.slug == "donor"}
    assert donors == {"japan"}
    assert {each.fund.slug for each in trust if each.fund} == funds
    assert not any(each.amount for each in trust)


@pytest.mark.parametrize("slug", ["cyber-coalition", "locked-shields"])
def test_jn03_the_named_exercises_have_no_year_or_edition(
    client: Client, pages: dict[str, str], slug: str
) -> None:
    record = client.get(reverse("exercise", args=[slug])).context["record"]
    assert (record.date, record.date_stated, record.ordinal, record.series) == ("", "", None, None)
    assert "no date given" in page_of(pages, "exercise", slug)
    assert set(shown(client, "exercises", when="may", **{"from": "1900"})).isdisjoint({slug})


def test_jn04_no_date_for_the_centre_in_tallinn(client: Client) -> None:
    standing = client.get(reverse("standing", args=["japan-nato-ccdcoe"])).context["record"]
    assert standing.date_text == ""
    assert not standing.steps.all()


def test_jn05_the_meeting_of_december_2020_was_not_of_any_stated_ministers(client: Client) -> None:
    assert "nato-ministerial-meeting-2020-12" not in shown(client, "events", portfolio="foreign-affairs")
    meeting = client.get(reverse("event", args=["nato-ministerial-meeting-2020-12"])).context["record"]
    assert meeting.portfolio is None
    assert not any(row.portfolio for row in meeting.involvements.all())


def test_jn06_japan_is_not_shown_as_taking_part_in_brussels(client: Client) -> None:
    brussels = "nato-brussels-summit-2021"
    assert shown(client, "events", party="japan", role="subject") == [brussels]
    assert brussels not in shown(client, "events", party="japan", role=["participant", "organiser"])


def test_jn07_nobody_is_named(client: Client, pages: dict[str, str]) -> None:
    title_and_name = re.compile(
        r"\b(?:Minister|Ambassador|Officer|General|Admiral|Secretary|Mr|Ms|Dr)\.? [A-Z][a-z]+"
    )
    assert not {match for text in pages.values() for match in title_and_name.findall(text)}
    offices = {
        value
        for rows in INVOLVEMENTS
        for value in rows.exclude(representative="").values_list("representative", flat=True)
    }
    assert offices == {"Prime Minister"}
    assert not Standing.objects.exclude(holder="").exists()


def test_jn08_no_day_is_stated_but_that_of_the_source(pages: dict[str, str]) -> None:
    months = "|".join(date_format(date(2022, month, 1), "F") for month in range(1, 13))
    day = re.compile(rf"\b\d{{1,2}} (?:{months}) \d{{4}}\b")
    changed = {entry.changed for model in ENTRY_MODELS for entry in model.objects.only("changed")}
    # Shown as "last updated", and the day on which a page is cited.
    of_site = {date_format(moment, "j F Y") for moment in {*changed, timezone.localdate()}}
    found = {match for text in pages.values() for match in day.findall(text)} - of_site
    assert found == {"3 June 2024"}
    for model in RECORD_MODELS:
        assert not model.objects.filter(date__regex=r"\d{4}-\d{2}-\d{2}").exists()


def test_jn09_the_programme_of_2023_has_no_areas_and_no_end(client: Client) -> None:
    programme = client.get(reverse("programme", args=["nato-japan-itpp-2023"])).context["record"]
    assert not programme.areas.all()
    assert programme.date == "2023-07/.."
    assert programme.cycle == ""


def test_jn10_no_end_of_the_programme_of_2014_is_given(client: Client, pages: dict[str, str]) -> None:
    programme = client.get(reverse("programme", args=["nato-japan-ipcp-2014"])).context["record"]
    assert (programme.date, programme.latest) == ("2014/", None)
    assert "end not stated" in page_of(pages, "programme", "nato-japan-ipcp-2014")


def test_jn11_the_pledge_is_tied_to_no_event_fund_or_payment(client: Client) -> None:
    pledge = client.get(reverse("contribution", args=[PLEDGE])).context["record"]
    assert (pledge.date, pledge.date_stated, pledge.place, pledge.target) == ("", "", "", None)
    assert (pledge.stage, pledge.channel) == ("pledged", "not-stated")
    assert PLEDGE not in shown(client, "contributions", channel="trust-fund")
    assert PLEDGE not in shown(client, "contributions", **{"from": "2012", "to": "2012"})
    assert {each.stage for each in Contribution.objects.published()} == {"pledged", "delivered", "not-stated"}


def test_jn12_no_troops_for_isaf(client: Client, pages: dict[str, str]) -> None:
    isaf = client.get(reverse("operation", args=["isaf"]))
    rows = isaf.context["record"].involvements.all()
    assert [(row.party.slug, row.role.slug, row.unit) for row in rows] == [("japan", "supporter", "")]
    assert isaf.context["contribution_count"] == 0
    assert not any(re.search(r"\b(?:troops?|soldiers?|contingents?)\b", text) for text in pages.values())


def test_jn13_no_sum_of_contributions_is_shown(pages: dict[str, str]) -> None:
    with_money = {address for address, text in pages.items() if re.search(r"\b(?:USD|EUR|JPY)\b|[$€¥]", text)}
    sums = [address for address in with_money if re.search(r"(?i)\btotals?\b|\bsums?\b", pages[address])]
    assert with_money
    assert sums == []
    assert {
        figure for address in with_money for figure in re.findall(r"USD [\d.,]+ ?\w*", pages[address])
    } == {"USD 5 billion"}


def test_jn13_every_figure_opens_its_rows_and_none_is_a_funds(
    client: Client, markup: dict[str, bytes]
) -> None:
    shown_at = {
        address: figures for address, page in markup.items() if (figures := FIGURE.findall(page.decode()))
    }
    for figures in shown_at.values():
        for href, count, words in figures:
            opened = client.get(unescape(href))
            assert [record.slug for record in opened.context["records"]] == [PLEDGE]
            assert opened.context["count"] == 1
            assert (unescape(count), unescape(words)) == ("1 contribution", "USD 5 billion pledged")
    assert {reverse("contributions"), reverse("party", args=["japan"])} <= shown_at.keys()
    assert not [address for address in shown_at if address.startswith(reverse("funds"))]


def test_jn14_the_operations_in_the_balkans_have_no_names_and_japan_no_part(
    client: Client, pages: dict[str, str]
) -> None:
    balkans = "nato-peace-support-operations-balkans"
    assert balkans in shown(client, "operations", party="nato")
    assert balkans not in shown(client, "operations", party="japan")
    names = re.compile(r"\b(?:IFOR|SFOR|KFOR|Kosovo|Bosnia|Herzegovina)\b")
    assert not any(names.search(text) for text in pages.values())


def test_jn15_the_foreign_ministers_meetings_have_no_place(client: Client) -> None:
    meetings = client.get(reverse("events"), {"portfolio": "foreign-affairs"}).context["records"]
    assert [meeting.place for meeting in meetings] == ["", ""]


def test_jn16_the_trainings_at_sea_are_described_and_not_named(client: Client) -> None:
    trainings = client.get(reverse("exercises"), {"from": "2018"}).context["records"]
    assert [training.title for training in trainings] == [
        "Joint training at sea, Mediterranean, 2022",
        "Joint training at sea, Baltic Sea, 2018",
    ]
    assert not any(training.other_names for training in trainings)


def test_jn17_no_other_record_says_it_is_the_first(pages: dict[str, str]) -> None:
    counted = [
        row
        for rows in INVOLVEMENTS
        for row in rows.filter(ordinal__isnull=False).values_list("record__slug", "ordinal")
    ]
    assert sorted(counted) == [
        ("nato-madrid-summit-2022", 1),
        ("nato-ministerial-meeting-2020-12", 1),
        ("nato-turkiye-earthquake-relief-2023", 1),
        ("nato-vilnius-summit-2023", 2),
    ]
    records: list[Record] = [record for model in RECORD_MODELS for record in model.objects.all()]
    speaks = {
        record.slug for record in records if re.search(r"\bfirst\b", f"{record.title} {record.summary}")
    }
    assert speaks == {"nato-madrid-summit-2022", "nato-ministerial-meeting-2020-12"}
