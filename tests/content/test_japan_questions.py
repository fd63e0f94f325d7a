"""The twenty questions that the first content answers, each at one address."""

import pytest
from django.test import Client

from tests.public.questions.asking import answer, counts, main_of, offers, offers_within, rows, words

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("japan")]

SOURCE = "nato-relations-with-japan-2024-06-03"


def test_03_summits_that_japan_attended(client: Client) -> None:
    level = "level=heads-of-state-and-government"
    found = ["nato-vilnius-summit-2023", "nato-madrid-summit-2022"]
    assert rows(client, f"/events/?party=japan&kind=summit&role=participant&{level}") == found
    assert offers(answer(client, "/parties/japan/"), f"/events/?party=japan&{level}")


def test_04_what_japan_did_for_the_first_time_and_in_what_sense(client: Client) -> None:
    events = "/events/?party=japan&ordinal=1"
    assert rows(client, events) == ["nato-madrid-summit-2022", "nato-ministerial-meeting-2020-12"]
    assert sum(counts(answer(client, events), "scope").values()) == 2
    operations = "/operations/?party=japan&ordinal=1"
    assert rows(client, operations) == ["nato-turkiye-earthquake-relief-2023"]
    page = answer(client, "/parties/japan/")
    assert offers(page, events)
    assert offers(page, operations)


def test_05_the_programme_in_force_with_japan_and_what_it_replaced(client: Client) -> None:
    address = "/programmes/?party=japan&kind=partnership-programme&in_force=1"
    assert rows(client, address) == ["nato-japan-itpp-2023"]
    assert offers(answer(client, "/parties/japan/"), "/programmes/?party=japan&in_force=1")
    for page in ("/programmes/nato-japan-itpp-2023/", "/relations/nato/japan/"):
        assert offers(answer(client, page), "/programmes/nato-japan-ipcp-2014/")


def test_08_contributions_that_state_no_amount(client: Client) -> None:
    found = rows(client, "/contributions/?donor=japan&amount=not-stated")
    assert len(found) == 14
    assert rows(client, "/contributions/?donor=japan&amount=stated") == ["japan-pledge-afghanistan-2009-2013"]
    assert offers(answer(client, "/contributions/"), "/contributions/?amount=not-stated")


def test_10_what_happened_with_japan_in_2022_surely_and_possibly(client: Client) -> None:
    surely = rows(client, "/events/?party=japan&from=2022&to=2022")
    assert "nato-madrid-summit-2022" in surely
    assert set(surely) <= set(rows(client, "/events/?party=japan&from=2022&to=2022&when=may"))
    assert offers(answer(client, "/parties/japan/"), "/events/?party=japan&from=2022&to=2022")


def test_12_parties_that_support_an_operation(client: Client) -> None:
    slug = "nato-turkiye-earthquake-relief-2023"
    address = f"/contributions/?operation={slug}"
    assert rows(client, address) == ["japan-other-cargo-turkiye-2023", "japan-tents-turkiye-2023"]
    assert counts(answer(client, address), "donor") == {"japan": 2}
    assert offers(answer(client, f"/operations/{slug}/"), address)


def test_13_parties_with_an_officer_at_which_body(client: Client) -> None:
    address = "/standings/?word=liaison-officer"
    assert rows(client, address) == ["japan-liaison-officer-nato-maritime-command"]
    assert counts(answer(client, address), "at") == {"nato": 1, "nato-maritime-command": 1}
    # Since when is not stated, so nothing says that it is in force today.
    assert rows(client, f"{address}&in_force=1") == []


def test_14_who_works_on_an_area_under_any_of_its_names(client: Client) -> None:
    page = answer(client, "/areas/cyber-defence/")
    exercises = "/exercises/?area=cyber-defence"
    assert rows(client, exercises) == ["cyber-coalition", "locked-shields"]
    assert offers(page, exercises)
    assert "Japan" in words(main_of(page))
    assert offers_within(page, "/relations/nato/japan/")


def test_19_entries_from_the_one_source(client: Client) -> None:
    page = answer(client, f"/sources/{SOURCE}/")
    for kind in ("events", "exercises", "funds", "operations", "standings"):
        address = f"/{kind}/?source={SOURCE}"
        assert rows(client, address) == rows(client, f"/{kind}/")
        assert offers(page, address)
        assert rows(client, f"/{kind}/?source_before=2024-06-04") == rows(client, address)
        assert rows(client, f"/{kind}/?source_before=2024-06-03") == []
