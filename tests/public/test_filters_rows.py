"""The filters that hold of one row of a party taking part, and those over several parties."""

import itertools

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from partnership.models import RECORD_MODELS, ActsAs, Contribution, Event, Exercise, Fund, Operation, Standing
from tests.factories import (
    add_party,
    make_contribution,
    make_event,
    make_exercise,
    make_fund,
    make_operation,
    make_party,
    make_record,
    make_standing,
    make_term,
)

from .filtering import filterset, found, options, refused

pytestmark = pytest.mark.django_db

KINDS = pytest.mark.parametrize("model", RECORD_MODELS, ids=lambda model: model.kind_name())


def scope(slug: str):
    return make_term("scope", slug)


# Level, portfolio and scope


def test_the_level_in_an_exercise_is_that_of_the_row(django_assert_num_queries):
    level, portfolio = make_term("level", "ministers"), make_term("portfolio", "defence")
    exercise = make_exercise("visited", parties=(("italy", "participant"),))
    add_party(exercise, "japan", "participant", level=level, portfolio=portfolio)
    make_exercise("plain")
    make_exercise("draft", status="draft").involvements.update(level=level)

    assert found(Exercise, "level=ministers") == ["visited"]
    assert found(Exercise, "level=ministers&portfolio=defence&party=japan") == ["visited"]
    assert found(Exercise, "level=ministers&party=italy") == []
    assert options(Exercise, "level") == ["ministers"]


def test_a_time_and_what_is_counted_hold_of_one_row():
    event = make_event("summit", parties=())
    add_party(event, "japan", ordinal=1, scope=scope("summits"))
    add_party(event, "spain", ordinal=2, scope=scope("meetings"))
    make_event("other")

    assert found(Event, "ordinal=1&scope=summits") == ["summit"]
    assert found(Event, "scope=summits&scope=meetings") == ["summit"]
    assert found(Event, "ordinal=1&scope=meetings") == []
    assert found(Event, "party=spain&scope=summits") == []
    assert options(Event, "scope") == ["meetings", "summits"]


def test_a_scope_of_a_draft_is_not_offered():
    add_party(make_event("draft", status="draft", parties=()), "japan", ordinal=1, scope=scope("summits"))

    assert options(Event, "scope") == []
    assert found(Event, "scope=summits") == []


# Standing then


@pytest.fixture
def standings():
    make_standing("japan-partner", date="2014/..")
    make_standing(
        "italy-member", party=make_party("italy"), word=make_term("standing", "member"), date="1949/.."
    )
    make_standing("spain-observer", party=make_party("spain"), date="1980/..", status="draft")


def test_a_standing_is_that_of_the_same_row_as_party_and_role(standings):
    make_event("of-both", date="2016", parties=(("japan", "host"), ("italy", "participant")))
    make_event("early", date="2008", parties=(("japan", "host"), ("spain", "participant")))

    assert found(Event, "standing=partner") == ["of-both"]
    assert found(Event, "standing=partner&role=host") == ["of-both"]
    assert found(Event, "standing=partner&role=participant") == []
    assert found(Event, "standing=member&party=japan") == []
    assert found(Event, "standing=member&standing=observer") == ["of-both"]


def test_a_standing_that_no_date_tells_is_asked_for_as_not_known(standings):
    make_event("undated")
    make_event("of-a-stranger", parties=(("spain", "participant"),))

    assert found(Event, "standing=not-known") == ["undated"]
    assert found(Event, "standing=not-known&party=spain") == []


def test_contributions_ask_for_the_standing_of_donor_and_beneficiary_apart(standings):
    make_contribution("mixed", date="2016", parties=(("japan", "donor"), ("italy", "beneficiary")))
    make_contribution("before", date="2010", parties=(("japan", "donor"), ("italy", "beneficiary")))

    assert found(Contribution, "donor_standing=partner") == ["mixed"]
    assert found(Contribution, "donor_standing=member") == []
    assert found(Contribution, "beneficiary_standing=member") == ["before", "mixed"]
    assert found(Contribution, "donor_standing=partner&beneficiary_standing=member") == ["mixed"]
    assert "standing" not in filterset(Contribution).filters
    assert options(Contribution, "donor_standing") == ["partner"]


def test_a_beneficiary_from_the_fund_is_judged_at_the_date_of_the_contribution(standings):
    fund = make_fund("fund", date="2000", parties=(("japan", "beneficiary"),))
    make_contribution("late", fund=fund, date="2016", parties=(("spain", "donor"),))
    make_contribution("early", fund=fund, date="2005", parties=(("spain", "donor"),))
    make_contribution(
        "for-italy", fund=fund, date="2016", parties=(("spain", "donor"), ("italy", "beneficiary"))
    )

    assert found(Contribution, "beneficiary_standing=partner") == ["late"]
    assert found(Contribution, "beneficiary_standing=member") == ["for-italy"]
    assert options(Contribution, "beneficiary_standing") == ["member", "partner"]


def test_what_is_asked_of_a_donor_holds_of_one_donor(standings):
    make_contribution("jointly", date="2016", parties=(("japan", "donor"), ("italy", "donor")))

    assert found(Contribution, "donor=japan&donor_standing=partner") == ["jointly"]
    assert found(Contribution, "donor=italy&donor_standing=member") == ["jointly"]
    assert found(Contribution, "donor=japan&donor_standing=member") == []
    facets = filterset(Contribution, "donor=japan").facets
    assert {option.value: option.count for option in facets.options("donor_standing")} == {"partner": 1}


def test_what_is_asked_of_a_beneficiary_holds_of_one_of_the_fund(standings):
    fund = make_fund("fund", parties=(("japan", "beneficiary"), ("italy", "beneficiary")))
    make_contribution("given", fund=fund, date="2016", parties=(("spain", "donor"),))

    assert found(Contribution, "beneficiary=japan&beneficiary_standing=partner") == ["given"]
    assert found(Contribution, "beneficiary=japan&beneficiary_standing=member") == []


# Together


def test_all_of_the_parties_take_part():
    make_event("both", parties=(("japan", "participant"), ("spain", "host"), ("italy", "participant")))
    make_event("one", parties=(("japan", "participant"),))
    make_event("talked-about", parties=(("japan", "participant"), ("spain", "subject")))
    make_event("draft", parties=(("japan", "participant"), ("spain", "host")), status="draft")

    assert found(Event, "together=japan&together=spain") == ["both"]
    assert found(Event, "together=japan") == ["both", "one", "talked-about"]
    assert found(Event, "together=japan&together=spain&together=italy") == ["both"]
    assert found(Event, "together=spain&role=participant&party=japan") == ["both"]


def test_a_party_takes_part_together_by_one_under_it():
    make_party("fleet", parent=make_party("japan"))
    make_exercise("joint", parties=(("fleet", "participant"), ("spain", "participant")))

    assert found(Exercise, "together=japan&together=spain") == ["joint"]
    assert options(Exercise, "together") == ["fleet", "japan", "spain"]


def test_beneficiaries_of_the_fund_and_whose_standing_it_is_take_part_too():
    fund = make_fund("fund", parties=(("georgia", "beneficiary"),))
    make_contribution("to-the-fund", fund=fund)
    make_contribution("own", fund=fund, parties=(("japan", "donor"), ("ukraine", "beneficiary")))
    make_standing("accredited", parties=(("spain", "participant"),))

    assert found(Contribution, "together=japan&together=georgia") == ["to-the-fund"]
    assert found(Standing, "together=japan&together=spain") == ["accredited"]
    assert options(Contribution, "together") == ["georgia", "japan", "ukraine"]


def test_a_party_that_is_only_talked_about_is_not_offered_for_together():
    make_event(parties=(("japan", "participant"), ("spain", "subject")))

    assert options(Event, "together") == ["japan"]


def test_a_party_unknown_or_in_draft_is_refused_for_together():
    make_party("hidden", status="draft")
    make_event()

    for slug in ("hidden", "atlantis"):
        assert refused(Event, f"together=japan&together={slug}") == [
            (
                "together",
                f"“{slug}” is not one of the options of “All of these parties”. "
                "Choose from the list, for example japan.",
            )
        ]


# Funds


def test_funds_with_several_leads_have_more_than_one_public_party_leading():
    make_fund("two", parties=(("spain", "lead-nation"), ("italy", "lead-nation")))
    make_fund("one", parties=(("spain", "lead-nation"), ("italy", "beneficiary")))
    twice = make_fund("one-twice", parties=(("spain", "lead-nation"),))
    add_party(twice, "spain", "lead-nation", unit="Another ministry")
    make_party("hidden", status="draft")
    make_fund("one-public", parties=(("spain", "lead-nation"), ("hidden", "lead-nation")))
    make_fund("draft", parties=(("spain", "lead-nation"), ("italy", "lead-nation")), status="draft")

    assert found(Fund, "several_leads=1") == ["two"]
    assert found(Fund, "several_leads=1&lead=italy") == ["two"]


# Rows as plain values


def test_rows_give_an_event_its_level_where_the_party_came_and_states_none():
    heads, ministers = make_term("level", "heads"), make_term("level", "ministers")
    event = make_event("summit", parties=(), level=heads, portfolio=make_term("portfolio", "defence"))
    add_party(event, "japan", "host", ordinal=1, scope=scope("summits"))
    add_party(event, "italy", level=ministers)
    add_party(event, "spain", "subject")
    make_event("draft", status="draft")

    assert sorted(row[1:] for row in filterset(Event).rows()) == [
        ("italy", "participant", "takes-part", "ministers", "defence", None, "", ""),
        ("japan", "host", "host", "heads", "defence", 1, "summits", ""),
        ("spain", "subject", "subject", "", "", None, "", ""),
    ]


def test_rows_include_borrowed_beneficiaries_and_whose_standing_it_is():
    fund = make_fund("fund", parties=(("georgia", "beneficiary"),))
    contribution = make_contribution("to-the-fund", fund=fund)
    standing = make_standing("partner")

    assert {row[:4] for row in filterset(Contribution).rows()} == {
        (contribution.pk, "japan", "donor", "donor"),
        (contribution.pk, "georgia", "beneficiary", "beneficiary"),
    }
    assert [row[:3] for row in filterset(Standing).rows()] == [(standing.pk, "japan", "")]


def test_rows_name_nothing_that_is_not_public():
    make_party("hidden", status="draft")
    make_operation("seen", parties=(("hidden", "participant"), ("japan", "participant")))
    add_party(make_operation("held-back", status="withdrawn"), "spain")

    assert [row.party for row in filterset(Operation).rows()] == ["japan"]


def make_many(model) -> None:
    """Records whose rows differ in party, role, level, time and scope in all sorts of ways."""
    make_party("fleet", parent=make_party("japan"))
    levels = [None, make_term("level", "heads"), make_term("level", "ministers")]
    scopes = [None, scope("summits")]
    fund = make_fund("the-fund", parties=(("georgia", "beneficiary"), ("fleet", "beneficiary")))
    for number, level in enumerate(levels * 4):
        fields = {}
        if model is Event:
            fields = {"level": levels[(number + 1) % 3]}
        if model is Contribution and number % 2:
            fields = {"fund": fund}
        record = make_record(model, f"record-{number}", parties=(), **fields)
        for party, role in list(itertools.product(("fleet", "spain"), ("host", "subject", "beneficiary")))[
            number % 3 : number % 6
        ]:
            add_party(record, party, role, level=level, ordinal=number % 3 or None, scope=scopes[number % 2])


@KINDS
def test_rows_say_what_the_database_says_for_every_combination(model):
    make_many(model)
    rows = list(filterset(model).rows())
    slugs = {record.pk: record.slug for record in model.objects.published()}
    asked = {
        "party": ("", "fleet", "spain", "georgia"),
        "role": ("", "subject", "beneficiary"),
        "level": ("", "heads"),
        "ordinal": ("", "2"),
        "scope": ("", "summits"),
    }
    known = {row.party for row in rows} | {"fleet"}
    if model is not Contribution:
        make_party("georgia")

    compared = 0
    for values in itertools.product(*asked.values()):
        wanted = {name: value for name, value in zip(asked, values, strict=True) if value}
        if not wanted or (model is Event and wanted.keys() <= {"level"}):
            continue
        expected = {
            slugs[row.record]
            for row in rows
            if all(str(getattr(row, name)) == value for name, value in wanted.items())
        }
        query = "&".join(f"{name}={value}" for name, value in wanted.items())
        assert found(model, query) == sorted(expected), query
        compared += 1
    assert compared > 80
    assert "fleet" in known


@KINDS
def test_rows_cost_the_same_queries_for_one_record_as_for_many(model):
    make_record(model, "first")
    if model is Contribution:  # without any fund none is looked up
        make_contribution(fund=make_fund(parties=(("georgia", "beneficiary"),)))
    with CaptureQueriesContext(connection) as few:
        list(filterset(model).rows())
    make_many(model)
    with CaptureQueriesContext(connection) as many:
        list(filterset(model).rows())

    assert len(many) == len(few) <= 5
    assert ActsAs.SUBJECT in {row.acts_as for row in filterset(model).rows()}


# What readers may not see


def test_a_row_with_a_level_that_is_not_public_has_not_that_of_the_meeting():
    heads, secret = make_term("level", "heads"), make_term("level", "secret", status="draft")
    event = make_event("summit", parties=(("spain", "participant"),), level=heads)
    add_party(event, "japan", level=secret)

    assert found(Event, "party=japan&level=heads") == []
    asked = filterset(Event, "party=japan")
    assert asked.is_valid()
    assert asked.facets.options("level") == ()


# Many values


def test_parties_together_cost_the_same_queries_however_many():
    parties = [f"party-{number}" for number in range(20)]
    make_event("all", parties=tuple((party, "participant") for party in parties))

    def cost(asked: list[str]) -> int:
        asked_for = filterset(Event, "&".join(f"together={party}" for party in asked))
        assert asked_for.is_valid()
        with CaptureQueriesContext(connection) as queries:
            assert len(asked_for.qs) == 1
        return len(queries)

    assert cost(parties) == cost(parties[:2])
    ((name, message),) = refused(Event, "&".join(f"together={party}" for party in [*parties, "nato"]))
    assert (name, message) == ("together", "Choose at most 20 options of “All of these parties”.")
