"""Names and standing of the time: what a party was called, and what it was, when a record's fact took place."""

import re

import pytest
from django.db import connection, transaction
from django.template.loader import render_to_string
from django.test.utils import CaptureQueriesContext
from hypothesis import given, settings
from hypothesis import strategies as st

from partnership.models import (
    RECORD_MODELS,
    ActsAs,
    Contribution,
    Event,
    Exercise,
    Fund,
    PartyName,
    PlanState,
    Standing,
    Status,
    Vocabulary,
)
from partnership.public.parties import public_involvements
from partnership.public.then import (
    NOT_KNOWN,
    STRENGTH,
    Then,
    q_borrowed_with_standing,
    rows_with_standing,
    standings_of_rows,
)
from partnership.templatetags.records import STANDINGS_THEN, by_role
from tests.factories import (
    add_step,
    make_contribution,
    make_event,
    make_fund,
    make_party,
    make_record,
    make_relation,
    make_source,
    make_standing,
    make_term,
)

pytestmark = pytest.mark.django_db

VALUES = (*STRENGTH, NOT_KNOWN)


def add_name(text: str, valid: str, party: str = "japan", **fields) -> PartyName:
    return make_party(party).names.create(text=text, valid=valid, **fields)


def stand(party: str = "japan", word: str = "partner", at: str = "nato", date: str = "1994/..", **fields):
    meaning = word if word in STRENGTH else ActsAs.NONE
    return make_standing(
        party=make_party(party),
        word=make_term(Vocabulary.STANDING, word, acts_as=meaning),
        at=make_party(at, kind="organisation"),
        date=date,
        **fields,
    )


def body_of_nato(slug: str = "a-command", **fields):
    return make_party(slug, kind="body", parent=make_party("nato", kind="organisation"), **fields)


def listed(record):
    return type(record).objects.for_list().get(pk=record.pk)


def name_of(record, party: str = "japan") -> tuple[str, str]:
    """The name in the record and today's beside it."""
    record = listed(record)
    row = next(row for row in record.involvements.all() if row.party.slug == party)
    then = Then.for_record(record)
    return then.name(record, row), then.today(record, row)


def standing_of(record, party: str = "japan") -> str:
    """The meaning of a party's standing in the record, from the objects of a page; checked against the other two ways."""
    record = listed(record)
    row = next(row for row in record.involvements.all() if row.party.slug == party)
    word = Then.for_record(record).standing(record, row)
    of_all = standings_of_rows(type(record)).get((record.pk, row.party_id), "")
    assert (word.acts_as if word else "") == ("" if of_all == NOT_KNOWN else of_all)
    rows = public_involvements(type(record)).filter(key=row.key)
    assert [value for value in VALUES if rows_with_standing(rows, [value]).exists()] == [of_all] * bool(
        of_all
    )
    return of_all


# Names


def test_a_party_has_the_name_whose_sure_period_covers_the_record_and_todays_name_beside():
    make_party("north-macedonia", name="North Macedonia")
    add_name("The former Yugoslav Republic of X", "1993/2019-02-11", "north-macedonia", form="former")
    add_name("North Macedonia", "2019-02-12/..", "north-macedonia")
    parties = (("north-macedonia", "participant"),)

    assert name_of(make_event(date="2008-04-02", parties=parties), "north-macedonia") == (
        "The former Yugoslav Republic of X",
        "North Macedonia",
    )
    assert name_of(make_event(date="2020", parties=parties), "north-macedonia") == ("North Macedonia", "")


@pytest.mark.parametrize("date", ["2019", "2018/2020", "2018/..", "2018/", "../2018", ""])
def test_a_record_of_no_sure_time_has_the_name_as_stated_else_todays(date):
    add_name("Nihon", "../2019-05")

    assert name_of(make_event(date=date)) == ("Japan", "")
    assert name_of(make_event(date=date, parties=(("japan", "host"),)))[0] == "Japan"

    record = make_event(date=date)
    record.involvements.update(name_stated="Nippon")
    assert name_of(record) == ("Nippon", "Japan")


def test_a_sure_name_comes_before_the_name_as_stated():
    add_name("Nihon", "../2019-05")
    record = make_event(date="2008")
    record.involvements.update(name_stated="Nippon")

    assert name_of(record) == ("Nihon", "Japan")


@pytest.mark.parametrize(
    ("fields", "because"),
    [
        ({"valid": "2000~/2019"}, "the period is not sure"),
        ({"valid": ""}, "it has no period"),
        ({"valid": "../2019", "form": "abbreviation"}, "an abbreviation is no name to print"),
        ({"valid": "../2019", "form": "search"}, "a name for search is never shown"),
    ],
)
def test_a_name_is_passed_over_when(fields, because):
    add_name("Nihon", **fields)

    assert name_of(make_event(date="2008")) == ("Japan", ""), because


def test_a_name_of_a_draft_source_is_not_shown():
    add_name("Nihon", "../2019", source=make_source("a-draft", status=Status.DRAFT))

    assert name_of(make_event(date="2008")) == ("Japan", "")


def test_of_two_names_of_a_time_the_one_in_the_sites_language_is_taken():
    add_name("Nippon", "../2019", language="ja")
    add_name("Nihon", "../2019", language="en-GB")

    assert name_of(make_event(date="2008")) == ("Nihon", "Japan")


def test_two_names_of_a_time_in_one_language_leave_none_to_be_the_one():
    add_name("Nippon", "../2019", language="en")
    add_name("Nihon", "../2019", language="en", form="short")

    assert name_of(make_event(date="2008")) == ("Japan", "")


def test_the_same_name_in_two_forms_is_one_name():
    add_name("Nihon", "../2019", language="ja")
    add_name("Nihon", "../2018", language="fr", form="short")

    assert name_of(make_event(date="2008")) == ("Nihon", "Japan")


# Standing


@pytest.mark.parametrize(
    ("date", "standing", "found"),
    [
        ("2008-04-02", "1994/..", "partner"),
        ("2008", "1994/2010", "partner"),
        ("1994", "1994/..", NOT_KNOWN),
        ("2008", "1994/2008-06", NOT_KNOWN),
        ("2008", "1994~/..", NOT_KNOWN),
        ("2008", "", NOT_KNOWN),
        ("2008", "1994/", NOT_KNOWN),
        ("2008", "2009/..", ""),
        ("2008", "1994/2007", ""),
        ("2008/..", "1994/..", "partner"),
        ("2008/..", "1994/2030", NOT_KNOWN),
        ("2008/", "1994/..", "partner"),
        ("../2008", "../2010", "partner"),
        ("../2008", "1994/..", NOT_KNOWN),
        ("", "1994/..", NOT_KNOWN),
    ],
)
def test_a_standing_is_that_which_surely_covers_the_record(date, standing, found):
    stand(date=standing)

    assert standing_of(make_event(date=date)) == found


def test_a_standing_may_be_dated_by_its_steps():
    standing = stand(date="")
    add_step(standing, "step-agreed", "1994")

    assert standing_of(make_event(date="2008")) == "partner"


def test_the_strongest_standing_counts():
    for word in ("observer", "partner", "acceding", "member"):
        stand(word=word)
        assert standing_of(make_event(date="2008")) == word


def test_a_stronger_standing_that_is_not_sure_does_not_count():
    stand(word="member", date="2008-04/..")
    stand(word="partner")

    assert standing_of(make_event(date="2008")) == "partner"


def test_a_party_without_such_a_standing_has_none_even_without_a_date():
    stand(word="liaison-officer")

    assert standing_of(make_event(date="2008")) == ""
    assert standing_of(make_event(date="")) == ""


@pytest.mark.parametrize(
    "change",
    [
        {"status": Status.DRAFT},
        {"status": Status.WITHDRAWN},
        {"plan_state": PlanState.PLANNED},
        {"plan_state": PlanState.CANCELLED},
    ],
)
def test_a_standing_counts_only_if_it_is_public_and_held(change):
    stand(**change)

    assert standing_of(make_event(date="2008")) == ""


def test_a_standing_counts_only_if_its_word_and_place_are_public():
    draft = {"status": Status.DRAFT}
    make_standing(date="1994/..", word=make_term("standing", "ally", acts_as=ActsAs.MEMBER, **draft))
    make_standing(date="1994/..", at=body_of_nato("a-secret-command", **draft))

    assert standing_of(make_event(date="2008")) == ""


def test_a_standing_at_a_body_under_the_organisation_counts_at_any_depth():
    make_party("a-centre", kind="body", parent=body_of_nato())
    stand(at="a-centre")

    assert standing_of(make_event(date="2008")) == "partner"


def test_a_standing_above_or_beside_the_organisation_does_not_count():
    body_of_nato()
    stand(at="nato")
    stand(at="european-union", word="member")

    assert standing_of(make_event(date="2008", organisations=("a-command",))) == ""
    assert standing_of(make_event(date="2008", organisations=("a-command", "nato"))) == "partner"


def test_a_standing_at_an_organisation_that_is_not_public_does_not_count():
    nato = make_party("nato", kind="organisation")
    body_of_nato()
    stand(at="a-command")
    record = make_event(date="2008")
    type(nato).objects.filter(pk=nato.pk).update(status=Status.DRAFT)

    assert standing_of(record) == ""


def test_a_standing_of_another_party_or_of_one_under_it_does_not_count():
    make_party("japan-navy", kind="armed-service", parent=make_party("japan"))
    stand("japan-navy")
    stand("spain", word="member")

    assert standing_of(make_event(date="2008")) == ""


def test_every_kind_has_standings_of_the_time(kind):
    stand()

    record = make_record(kind, date="2008")

    assert standing_of(record) == "partner"


# Through the fund


def borrowing(values) -> list[str]:
    found = Contribution.objects.published().filter(q_borrowed_with_standing(values))
    return list(found.order_by("slug").values_list("slug", flat=True))


def test_a_funds_beneficiary_is_judged_at_the_date_and_organisation_of_the_contribution():
    stand("ukraine", date="2010/2015")
    fund = make_fund(date="2000", parties=(("ukraine", "beneficiary"),), organisations=("european-union",))
    make_contribution("before", fund=fund, date="2009")
    make_contribution("within", fund=fund, date="2012")
    make_contribution("for-another", fund=fund, date="2012", organisations=("european-union",))
    make_contribution("undated", fund=fund)
    make_contribution("own", fund=fund, date="2012", parties=(("japan", "donor"), ("georgia", "beneficiary")))

    assert borrowing(["partner"]) == ["within"]
    assert borrowing([NOT_KNOWN]) == ["undated"]
    assert borrowing(["member", NOT_KNOWN, "partner"]) == ["undated", "within"]
    assert borrowing([]) == []
    ukraine = make_party("ukraine").pk
    slugs = dict(Contribution.objects.values_list("pk", "slug"))
    of_all = {
        slugs[record]: value
        for (record, party), value in standings_of_rows(Contribution).items()
        if party == ukraine
    }
    assert of_all == {"within": "partner", "undated": NOT_KNOWN}


def test_a_page_judges_rows_that_are_printed_with_another_record():
    stand("ukraine", date="2010/2015")
    add_name("Ukraina", "../2013", "ukraine")
    fund = make_fund(date="2000", parties=(("ukraine", "beneficiary"),))
    contribution = listed(make_contribution(fund=fund, date="2012"))
    (row,) = public_involvements(Fund).filter(record=fund)

    then = Then.for_record(contribution, more=[row])

    assert then.standing(contribution, row).acts_as == "partner"
    assert (then.name(contribution, row), then.today(contribution, row)) == ("Ukraina", "Ukraine")


# One rule in two languages

DATES = (
    "",
    "2008",
    "2008-04-02",
    "2007/2009",
    "2008/..",
    "2008/",
    "../2008",
    "/2008",
    "200X",
    "2008~",
    "1990",
)
PERIODS = (
    "",
    "1994/..",
    "1994/2008",
    "2008/..",
    "2008-04/2008-05",
    "../2010",
    "1994?/..",
    "200X/..",
    "1994/",
    "2008",
)
PARTIES = ("japan", "ukraine")
ORGANISATIONS = ("nato", "a-command", "european-union")
standing_facts = st.tuples(
    st.sampled_from(PARTIES),
    st.sampled_from([*STRENGTH, "liaison-officer"]),
    st.sampled_from(ORGANISATIONS),
    st.sampled_from(PERIODS),
)
contribution_facts = st.tuples(
    st.sampled_from(DATES), st.sets(st.sampled_from(ORGANISATIONS)), st.booleans(), st.booleans()
)


@settings(max_examples=30)
@given(
    standings=st.lists(standing_facts, max_size=5),
    contributions=st.lists(contribution_facts, min_size=1, max_size=4),
)
def test_pages_counts_and_filters_agree(standings, contributions):
    with transaction.atomic():
        body_of_nato()
        fund = make_fund(parties=(("ukraine", "beneficiary"),))
        for party, word, at, date in standings:
            stand(party, word, at, date, sources=())
        for date, organisations, has_fund, names_its_own in contributions:
            make_contribution(
                date=date,
                organisations=tuple(sorted(organisations)),
                sources=(),
                fund=fund if has_fund else None,
                parties=(("japan", "donor"), *((("japan", "beneficiary"),) if names_its_own else ())),
            )
        compare_the_ways()
        transaction.set_rollback(True)


def compare_the_ways() -> None:
    of_all = standings_of_rows(Contribution)
    records = list(Contribution.objects.published().for_list())
    (borrowed,) = public_involvements(Fund)
    then = Then(records, more=[borrowed])
    pairs = {(record, row) for record in records for row in record.involvements.all()}
    pairs |= {(record, borrowed) for record in records if borrows(record)}
    for record, row in pairs:
        value = of_all.get((record.pk, row.party_id), "")
        word = then.standing(record, row)
        assert (word.acts_as if word else "") == value.replace(NOT_KNOWN, "")
        assert then.standing_unknown(record, [row]) == (value == NOT_KNOWN and not record.date)
    own = public_involvements(Contribution)
    for value in VALUES:
        expected = {record.pk for record, row in pairs if of_all.get((record.pk, row.party_id)) == value}
        through_rows = set(rows_with_standing(own, [value]).values_list("record", flat=True))
        through_fund = set(
            Contribution.objects.filter(q_borrowed_with_standing([value])).values_list("pk", flat=True)
        )
        assert through_rows | through_fund == expected
    assert set(rows_with_standing(own, VALUES)) == {
        row for record, row in pairs if row is not borrowed and (record.pk, row.party_id) in of_all
    }


def borrows(contribution) -> bool:
    own = {row.role.acts_as for row in contribution.involvements.all()}
    return contribution.fund is not None and ActsAs.BENEFICIARY not in own


# Queries


def count(run) -> int:
    with CaptureQueriesContext(connection) as captured:
        run()
    return len(captured)


def test_a_page_asks_few_queries_however_many_records_and_parties_it_shows():
    add_name("Nihon", "../2019")
    stand()
    few = list(Event.objects.filter(pk=make_event(date="2008").pk).for_list())
    for number in range(12):
        stand(f"party-{number}", at=body_of_nato(f"command-{number}").slug)
        add_name("Once", "../2019", f"party-{number}")
        make_event(date="2008", parties=((f"party-{number}", "host"), ("japan", "participant")))

    def read(records):
        then = Then(records)
        for record in records:
            for row in record.involvements.all():
                then.name(record, row), then.today(record, row), then.standing(record, row)
            then.standing_unknown(record)

    assert count(lambda: read(few)) == 4
    assert (
        count(lambda: read(list(Event.objects.for_list()))) - count(lambda: list(Event.objects.for_list()))
        == 4
    )


def test_a_page_without_parties_asks_nothing():
    record = listed(make_event(parties=()))

    assert count(lambda: Then.for_record(record)) == 0


def test_records_of_several_kinds_share_their_answers():
    stand()
    records = [listed(make_record(model, date="2008")) for model in RECORD_MODELS]

    then = Then(records)

    assert {then.standing(each, each.involvements.all()[0]).acts_as for each in records} == {"partner"}


def test_counts_and_filters_ask_a_constant_number_of_queries():
    stand()
    make_event(date="2008")

    def ask():
        standings_of_rows(Event)
        list(rows_with_standing(public_involvements(Event), VALUES))

    few = count(ask)
    for number in range(8):
        stand(f"party-{number}")
        make_event(date="2008", parties=((f"party-{number}", "host"),))

    assert count(ask) == few


# What a reader sees


def line(record, *, then: bool = True, template: str = "records/_roles.html") -> str:
    record = listed(record)
    context = {"roles": by_role(record), "record": record, "taking_part": list(record.involvements.all())}
    context |= {"row": record.involvements.all()[0]}
    return words(render_to_string(template, context | ({"then": Then.for_record(record)} if then else {})))


def words(html: str) -> str:
    return " ".join(re.sub(r"<[^>]+>", "", html).split())


def test_every_meaning_has_words():
    assert set(STANDINGS_THEN) == set(STRENGTH)


def test_a_line_names_the_party_as_it_was():
    stand()
    add_name("Nihon", "../2019")
    record = make_event(date="2008", parties=(("japan", "host"), ("spain", "host")))

    assert line(record) == "Host: Nihon (today Japan, partner then), Spain"
    assert line(record, then=False) == "Host: Japan, Spain"


NOT_KNOWN_THEN = "Where a record has no date, what its parties were then is not known."


@pytest.mark.parametrize(
    "address", ["/events/", "/parties/japan/", "/areas/space/", "/relations/nato/japan/"]
)
def test_a_page_says_once_above_its_rows_that_a_standing_is_not_known_without_a_date(client, address):
    stand()
    make_relation()
    for kind in (Event, Event, Exercise) if address != "/events/" else (Event, Event):
        make_record(kind, date="", areas=("space",), parties=(("japan", "host"), ("spain", "host")))

    shown = words(client.get(address).content.decode())

    assert shown.count(NOT_KNOWN_THEN) == 1
    assert "standing then not known" not in shown


def test_a_page_says_nothing_of_standings_where_every_date_is_given_or_no_standing_is_recorded(client):
    stand()
    make_relation()
    make_event(date="2008")
    make_event(date="", parties=(("ukraine", "host"),))

    for address in ("/events/", "/parties/japan/", "/parties/ukraine/", "/relations/nato/japan/"):
        assert NOT_KNOWN_THEN not in words(client.get(address).content.decode())


def test_the_page_of_a_party_says_it_only_of_the_party_itself(client):
    stand()
    make_event(date="", parties=(("ukraine", "host"), ("japan", "host")))

    assert NOT_KNOWN_THEN not in words(client.get("/parties/ukraine/").content.decode())
    assert NOT_KNOWN_THEN in words(client.get("/parties/japan/").content.decode())


def test_the_page_of_a_record_says_the_same_of_each_party():
    stand()
    add_name("Nihon", "../2019")
    dated, undated = make_event(date="2008"), make_event(date="")
    dated.involvements.update(name_stated="Nippon")

    shown = line(dated, template="records/_involvement.html")

    assert shown == "Nihon (today Japan, partner then) (named “Nippon”)"
    shown = line(undated, template="records/_involvement.html")
    assert shown == "Japan standing then not known: no date given"


def test_a_name_as_stated_is_said_once():
    record = make_event(date="2008")
    record.involvements.update(name_stated="Nippon")

    assert line(record, template="records/_involvement.html") == "Nippon (Japan)"
    assert line(record, template="records/_involvement.html", then=False) == "Japan (named “Nippon”)"


def test_the_page_of_a_party_names_it_again_where_it_was_called_otherwise():
    stand()
    record = make_event(date="2008", parties=(("japan", "host"),))
    context = {"taking_part": list(listed(record).involvements.all()), "party": make_party("japan")}

    def shown() -> str:
        then = Then.for_record(listed(record))
        return words(render_to_string("partnership/_taking_part.html", context | {"then": then}))

    assert shown() == "Host (partner then)"
    add_name("Nihon", "../2019")
    assert shown() == "Nihon: Host (today Japan, partner then)"
    assert words(render_to_string("partnership/_taking_part.html", context)) == "Host"


def test_a_list_without_names_of_the_time_still_prints_its_parties():
    context = {"records": [listed(make_event(date="2008"))]}

    assert "Participant: Japan" in words(render_to_string("records/_rows.html", context))


def test_standings_are_of_standings_too():
    stand()
    record = make_record(Standing, date="2008", party=make_party("spain"))

    assert standing_of(record) == "partner"


@pytest.mark.parametrize(
    ("address", "shown"),
    [
        ("/events/", "Host: Nihon (today Japan, partner then)"),
        ("/events/the-meeting/", "Host Nihon (today Japan, partner then)"),
        ("/areas/space/", "Host: Nihon (today Japan, partner then)"),
        ("/parties/japan/", "Nihon: Host (today Japan, partner then)"),
    ],
)
def test_pages_name_parties_as_they_were(client, address, shown):
    stand()
    add_name("Nihon", "../2019")
    make_event("the-meeting", date="2008", areas=("space",), parties=(("japan", "host"),))

    assert shown in words(client.get(address).content.decode())
