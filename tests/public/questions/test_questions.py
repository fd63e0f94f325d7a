"""The twenty questions: each is one address with its rows and its count, offered where a reader would look for it."""

import re

import pytest
from django.test import Client

from .asking import answer, counts, figures, main_of, offers, offers_within, query_of, rows, words

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("register")]


def test_01_contributions_by_a_donor_to_a_beneficiary_since_a_year_by_currency(client: Client):
    address = "/contributions/?donor=arden&beneficiary=dorne&from=2015"
    assert rows(client, address) == [
        "arden-rate-2019",
        "arden-range-2019",
        "arden-part-2018",
        "arden-tents-2018",
        "arden-pledge-2018",
        "arden-paid-2017",
        "arden-paid-2016",
    ]
    page = answer(client, address)
    assert figures(page) == {
        "EUR 4 million pledged": ["arden-pledge-2018"],
        "USD 5 million paid": ["arden-paid-2017", "arden-paid-2016"],
    }
    assert "4 of 7 contributions are left out" in words(main_of(page))
    amountless = [
        each.address for each in page.context["totals"].left_out if "no amount" in str(each.sentence)
    ]
    assert [rows(client, each) for each in amountless] == [["arden-tents-2018"]]
    undated = "/contributions/?donor=arden&beneficiary=dorne&undated=1"
    assert offers(page, undated)
    assert rows(client, undated) == ["arden-undated"]


def test_01_is_offered_on_the_pages_of_the_donor_and_of_the_beneficiary(client: Client):
    assert offers_within(answer(client, "/parties/arden/"), "/contributions/?donor=arden")
    assert offers_within(answer(client, "/parties/dorne/"), "/contributions/?beneficiary=dorne")


def test_02_parties_that_took_part_in_an_exercise_series_by_year_and_role(client: Client):
    address = "/exercises/?series=steel"
    assert rows(client, address) == ["steel-2016", "steel-2014", "steel"]
    page = answer(client, address)
    assert counts(page, "party") == {"arden": 2, "arden-navy": 2, "borea": 2, "calder": 1}
    assert counts(page, "role") == {"host": 2, "participant": 3}
    assert rows(client, f"{address}&party=arden&role=participant&from=2014&to=2014") == ["steel-2014"]
    assert offers(answer(client, "/exercises/steel/"), address)


def test_02_the_page_of_a_series_tells_its_editions_and_the_taking_part_of_unknown_edition(client: Client):
    told = words(main_of(answer(client, "/exercises/steel/")))
    for each in ("2014", "2016", "Arden Navy", "Borea", "Host", "Participant", "Calder"):
        assert each in told
    assert told.index("Steel 2014") < told.index("Steel 2016")  # in order of time
    assert "2018" not in told  # that edition is a draft


def test_03_summits_that_a_party_attended_at_a_given_level(client: Client):
    heads = ["summit-2022", "summit-2018", "summit-2014"]
    assert rows(client, "/events/?party=arden&kind=summit&level=heads") == heads
    # Who was only talked about did not come; who sent a minister did not come at the meeting's level.
    assert rows(client, "/events/?party=arden&kind=summit&level=ministers") == ["summit-2016"]
    assert offers(answer(client, "/parties/arden/"), "/events/?party=arden&level=heads")
    assert rows(client, "/events/?party=arden&level=heads") == heads


def test_04_what_a_party_did_for_the_first_time_and_in_what_sense(client: Client):
    address = "/events/?party=arden&ordinal=1"
    assert rows(client, address) == ["summit-2022", "visit-2009"]
    assert counts(answer(client, address), "scope") == {"scope-level": 1, "scope-kind": 1}
    assert rows(client, f"{address}&scope=scope-level") == ["summit-2022"]
    assert "Meetings at this level" in words(main_of(answer(client, "/events/summit-2022/")))
    assert rows(client, "/exercises/?party=arden&ordinal=1") == ["steel-2016"]  # its navy's
    page = answer(client, "/parties/arden/")
    assert offers(page, address)
    assert offers(page, "/exercises/?party=arden&ordinal=1")


def test_05_the_programme_in_force_with_a_party_and_what_it_replaced(client: Client):
    address = "/programmes/?party=arden&in_force=1"
    assert rows(client, address) == ["plan-2020"]
    assert offers(answer(client, "/parties/arden/"), address)
    for page in ("/programmes/plan-2020/", "/relations/alliance/arden/"):
        assert offers(answer(client, page), "/programmes/plan-2012/"), page
    assert offers(answer(client, "/programmes/plan-2012/"), "/programmes/plan-2020/")
    assert offers(answer(client, "/programmes/"), "/programmes/?in_force=1")
    assert "Supersedes Plan of 2012" in words(main_of(answer(client, address)))


def test_06_funds_with_more_than_one_lead_nation(client: Client):
    address = "/funds/?several_leads=1"
    assert rows(client, address) == ["dorne-fund"]  # a lead that is not public does not count
    assert offers(answer(client, "/funds/"), address)


def test_07_partners_that_gave_to_a_fund_for_another_partner(client: Client):
    address = "/contributions/?fund=dorne-fund&donor_standing=partner&beneficiary_standing=partner"
    assert rows(client, address) == [
        "arden-rate-2019",
        "arden-range-2019",
        "arden-part-2018",
        "elbia-paid-2018",  # a member since 2020
        "arden-tents-2018",
        "arden-pledge-2018",
        "arden-paid-2017",
        "arden-paid-2016",
        "arden-to-calder",
        "arden-paid-2005",
        "fennia-paid-2005",  # a member since 2011
    ]
    unknown = "/contributions/?fund=dorne-fund&donor_standing=not-known"
    assert rows(client, unknown) == ["arden-undated", "calder-undated"]
    every = "/contributions/?donor_standing=partner&beneficiary_standing=partner"
    assert offers(answer(client, "/contributions/"), every)
    assert rows(client, every) == rows(client, address)
    apart = "/contributions/?fund=dorne-fund&undated=1"
    assert offers(answer(client, address), apart)
    assert rows(client, apart) == ["arden-undated", "calder-undated"]
    assert "2 have no date: what their parties were then is not known" in words(
        main_of(answer(client, address))
    )
    assert offers(answer(client, every), "/contributions/?undated=1")


def test_08_contributions_that_state_no_amount(client: Client):
    address = "/contributions/?amount=not-stated"
    assert rows(client, address) == [
        "elbia-paid-2021",
        "elbia-paid-2018",
        "arden-tents-2018",
        "borea-paid-2016",
        "arden-transit",
        "fennia-paid-2012",
        "fennia-paid-2005",
        "calder-trainers",
        "calder-undated",
    ]
    assert offers(answer(client, "/contributions/"), address)
    assert counts(answer(client, "/contributions/"), "amount") == {"stated": 9, "not-stated": 9}
    assert offers_within(answer(client, "/parties/arden/"), "/contributions/?amount=not-stated")


def test_09_a_funds_budget_at_launch_and_at_close_with_sources(client: Client):
    page = main_of(answer(client, "/funds/dorne-fund/"))
    table = [line.partition("</tr>")[0] for line in page.split("<tr")[1:]]
    table = [row for row in table if "Budget" in row or "Final cost" in row]
    said = (("Budget", "USD 10 million", "2014"), ("Final cost", "USD 14 million", "2019"))
    for figure, expected in zip(table, said, strict=True):
        assert all(each in words(figure) for each in expected)
        assert figure.count('href="#source-') == 1
    assert offers(answer(client, "/funds/"), "/funds/dorne-fund/")


def test_10_what_happened_with_a_party_in_a_year_surely_and_possibly(client: Client):
    address = "/events/?party=arden&from=2014&to=2014"
    assert rows(client, address) == ["summit-2014", "visit-2014"]
    possibly = f"{address}&when=may"
    assert rows(client, possibly) == ["summit-2014", "visit-2014", "conference-about-2014", "long-conference"]
    assert rows(client, "/events/?party=arden&running=2014") == [
        "summit-2014",
        "visit-2014",
        "long-conference",
    ]
    page = answer(client, address)
    assert offers(page, possibly)
    assert offers(page, "/events/?party=arden&running=2014")
    assert offers(page, "/events/?party=arden&undated=1")
    assert offers(answer(client, "/parties/arden/"), "/events/?party=arden&from=2022&to=2022")


def test_11_visits_in_both_directions(client: Client):
    address = "/events/?party=arden&kind=visit"
    assert rows(client, address) == ["visit-2021", "visit-2019", "visit-2014", "visit-2013", "visit-2009"]
    assert counts(answer(client, address), "role") == {"host": 3, "participant": 2}
    assert rows(client, f"{address}&role=host") == ["visit-2021", "visit-2014", "visit-2009"]
    assert rows(client, f"{address}&role=participant") == ["visit-2019", "visit-2013"]
    page = answer(client, "/parties/arden/")
    assert offers(page, address)
    assert offers_within(page, "/events/?party=arden&role=host")
    assert offers_within(page, "/events/?party=arden&role=participant")


def test_12_parties_that_support_an_operation_with_what_since_when(client: Client):
    address = "/contributions/?operation=joint-guard"
    assert rows(client, address) == ["arden-transit", "calder-trainers"]
    told = words(main_of(answer(client, address)))
    for each in ("Arden", "Transit", "2012", "Calder", "twelve trainers"):
        assert each in told
    assert counts(answer(client, address), "donor") == {"arden": 1, "calder": 1}
    page = answer(client, "/operations/joint-guard/")
    assert offers(page, address)
    assert offers(page, "/operations/first-guard/")


def test_13_parties_with_a_mission_or_an_officer_at_which_body_since_when(client: Client):
    address = "/standings/?word=mission&word=liaison-officer&in_force=1"
    assert rows(client, address) == ["arden-officer", "arden-mission"]
    page = answer(client, address)
    assert counts(page, "at") == {"alliance": 2, "alliance-command": 1}
    for each in ("Alliance Command", "2012", "The Alliance", "2008"):
        assert each in words(main_of(page))
    everyone = "/standings/?word=mission&word=liaison-officer&at=union"
    assert rows(client, everyone) == ["fennia-union-mission"]  # undated, so not surely in force
    assert offers(answer(client, "/standings/"), "/standings/?in_force=1")


def test_14_who_works_on_an_area_under_any_of_its_names_and_in_which_records(client: Client):
    page = answer(client, "/areas/cyber-defence/")
    told = words(main_of(page))
    for each in ("Computer network defence", "Digital resilience", "Arden", "Calder", "Elbia"):
        assert each in told
    offered = {
        "/events/?area=cyber-defence": ["ministers-2021"],
        "/exercises/?area=cyber-defence": ["steel-2016", "steel-2014", "steel"],
        "/programmes/?area=cyber-defence": ["plan-calder"],
    }
    for address, found in offered.items():
        assert rows(client, address) == found
        assert offers(page, address), address
    assert offers(page, "/relations/alliance/arden/")
    for name in ("cyber", "network+defence", "resilience"):
        assert rows(client, f"/events/?q={name}") == ["ministers-2021"]


def test_14_parties_active_in_an_area_open_their_records(client: Client):
    page = answer(client, "/areas/cyber-defence/")
    address = "/exercises/?area=cyber-defence&party=borea"
    assert offers(page, address)
    assert rows(client, address) == ["steel-2016", "steel-2014"]


def test_15_former_partners_that_are_members_now(client: Client):
    address = "/standings/?word=partner&now=member"
    assert rows(client, address) == ["elbia-partner", "fennia-partner"]
    assert offers(answer(client, "/standings/"), address)
    told = words(main_of(answer(client, address)))
    for each in ("Elbia", "Fennia"):
        assert f"{each} partner" in told  # each title begins with the party
    before = answer(client, "/standings/fennia-partner/")
    assert offers(before, "/standings/fennia-member/")
    assert offers(answer(client, "/standings/fennia-member/"), "/standings/fennia-partner/")


def test_16_meetings_that_brought_all_of_a_set_of_parties_together(client: Client):
    address = "/events/?together=arden&together=calder&together=dorne"
    assert rows(client, address) == ["summit-2022", "summit-2018"]
    assert rows(client, "/events/?together=arden&together=borea") == ["summit-2016", "summit-2014"]
    assert offers(answer(client, "/parties/pacific-four/"), address)


def test_17_where_sources_disagree(client: Client):
    address = "/events/?disputed=1"
    assert rows(client, address) == ["visit-2009"]
    assert rows(client, "/programmes/?disputed=1") == []
    for page in ("/events/", "/sources/"):
        assert offers(answer(client, page), address), page
    assert offers(answer(client, "/parties/arden/"), "/events/?party=arden&disputed=1")
    told = words(main_of(answer(client, "/events/visit-2009/")))
    for each in ("Where sources disagree", "April 2009", "May 2009", "Old report", "New page"):
        assert each in told


def test_18_what_changed_with_a_party_between_two_editions(client: Client):
    address = "/changes/?party=arden&after=1&until=3"
    page = main_of(answer(client, address))
    told = words(page)
    assert "Arden news" in told
    assert "Arden City" in told
    assert "Arden more news" in told
    assert "Calder news" not in told  # another party's
    assert "Borea City" not in told  # edition 4
    assert told.index("Arden more news") < told.index("Arden City")  # newest first
    assert "Borea City" in words(main_of(answer(client, "/changes/?party=arden&after=3")))
    assert "Calder news" in words(main_of(answer(client, "/changes/?after=0&until=1")))
    assert offers_within(answer(client, "/parties/arden/"), "/changes/?party=arden")


def test_19_entries_from_one_source_or_whose_source_is_older_than_a_date(client: Client):
    assert rows(client, "/events/?source=old-report") == ["visit-2013", "visit-2009"]
    assert rows(client, "/funds/?source=old-report") == ["dorne-fund"]
    page = answer(client, "/sources/old-report/")
    assert offers(page, "/events/?source=old-report")
    assert offers(page, "/funds/?source=old-report")
    # The visit of 2009 is also told by a newer source; a source without a date is not surely old.
    assert rows(client, "/events/?source_before=2015") == ["visit-2013"]
    assert rows(client, "/contributions/?source_before=2022-07&amount=not-stated") == rows(
        client, "/contributions/?amount=not-stated"
    )
    offered = offers_within(answer(client, "/sources/"), "/events/")
    assert any("source_before" in query_of(link)[1] for link in offered)


def test_20_the_relations_of_a_party_with_two_organisations_side_by_side(client: Client):
    address = "/relations/arden/"
    page = answer(client, address)
    told = words(main_of(page))
    for organisation in ("alliance", "union"):
        assert f"With {organisation} it works on digital resilience." in told
        assert offers(page, f"/relations/{organisation}/arden/")
        assert (
            offers_within(page, f"/events/?party=arden&organisation={organisation}")
            or organisation == "union"
        )
    assert offers(page, "/events/?party=arden&organisation=alliance")
    assert offers(page, "/exercises/?party=arden&organisation=union")
    assert rows(client, "/exercises/?party=arden&organisation=union") == ["iron-2016"]
    assert offers(answer(client, "/parties/arden/"), address)
    one = client.get("/relations/calder/")
    assert (one.status_code, one.headers.get("Location")) == (302, "/relations/alliance/calder/")


def test_a_renamed_party_prints_under_the_name_of_the_time_with_todays_beside_it(client: Client):
    told = words(main_of(answer(client, "/events/?kind=ministerial")))
    assert told.count("Old Elbia") == 1
    assert re.search(r"Old Elbia \(today Elbia\b[^:]{0,9}partner then", told)
    assert re.search(r"Elbia[^:]{0,4}member then", told)
