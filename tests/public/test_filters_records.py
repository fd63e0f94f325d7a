"""The filters that hold of a record as a whole: what it belongs to, its sources, its dates, what it states."""

from datetime import timedelta

import pytest
from django.utils import timezone

from partnership.models import Contribution, Event, Exercise, Fund, Operation, Programme, Standing
from tests.factories import (
    add_source,
    add_step,
    make_contribution,
    make_event,
    make_exercise,
    make_fund,
    make_operation,
    make_party,
    make_programme,
    make_source,
    make_standing,
    make_term,
)

from .filtering import filterset, found, options, refused

pytestmark = pytest.mark.django_db


# Series and parts


def test_a_series_takes_in_itself_and_its_editions():
    series = make_exercise("exercise")
    make_exercise("exercise-2008", series=series)
    make_exercise("exercise-2009", series=series)
    make_exercise("exercise-2010", series=series, status="draft")
    make_exercise("other", series=make_exercise("other-series"))
    make_exercise("alone")

    assert found(Exercise, "series=exercise") == ["exercise", "exercise-2008", "exercise-2009"]
    assert found(Exercise, "series=exercise&q=2008") == ["exercise-2008"]
    assert options(Exercise, "series") == ["exercise", "other-series"]


def test_a_record_without_a_public_edition_is_no_series():
    make_exercise("draft-edition", series=make_exercise("announced"), status="draft")

    assert found(Exercise, "series=announced") == []
    assert options(Exercise, "series") == []


def test_a_series_that_is_not_public_cannot_be_asked_for():
    make_exercise("edition", series=make_exercise("hidden", status="draft"))

    assert [name for name, _message in refused(Exercise, "series=hidden")] == ["series"]


def test_part_of_gives_the_direct_parts():
    summit = make_event("summit")
    meeting = make_event("meeting", part_of=summit)
    make_event("session", part_of=meeting)
    make_event("draft", part_of=summit, status="draft")

    assert found(Event, "part_of=summit") == ["meeting"]
    assert found(Event, "part_of=summit&part_of=meeting") == ["meeting", "session"]
    assert found(Event, "part_of=session") == []


def test_a_record_of_another_kind_is_no_whole():
    make_event("summit")
    make_exercise()

    assert [name for name, _message in refused(Exercise, "part_of=summit")] == ["part_of"]


# Sources


def test_a_record_is_found_by_a_source_that_it_cites():
    event = make_event("both", sources=("page-a", "page-b"))
    add_source(event, "page-a", supports="date")
    make_event("one", sources=("page-b",))
    make_event("draft", sources=("page-a",), status="draft")

    assert found(Event, "source=page-a") == ["both"]
    assert found(Event, "source=page-a&source=page-b") == ["both", "one"]
    assert options(Event, "source") == ["page-a", "page-b"]


def test_an_edition_of_a_source_is_a_source_of_its_own():
    make_source("later", edition_of=make_source("page"))
    make_event("cites-later", sources=("later",))

    assert found(Event, "source=page") == []
    assert found(Event, "source=later") == ["cites-later"]


def test_a_source_that_is_not_public_cannot_be_asked_for():
    make_source("hidden", status="draft")
    make_event("event", sources=("hidden", "page-a"))

    assert [name for name, _message in refused(Event, "source=hidden")] == ["source"]
    assert options(Event, "source") == ["page-a"]


@pytest.fixture
def aged():
    for slug, date in (
        ("of-2018", "2018"),
        ("of-2019-12", "2019-12"),
        ("of-2020", "2020"),
        ("about-2015", "2015~"),
        ("through-2020", "2018/2020"),
        ("undated", ""),
    ):
        make_source(slug, date=date)
        make_event(f"by-{slug}", sources=(slug,))
    make_source("hidden", date="2024", status="draft")
    make_event("mixed", sources=("of-2018", "of-2020"))
    make_event("old-and-hidden", sources=("of-2018", "hidden"))
    make_event("of-no-source", sources=())
    make_event("draft", sources=("of-2018",), status="draft")


def test_every_source_is_surely_older(aged):
    old = ["by-of-2018", "by-of-2019-12", "old-and-hidden"]
    assert found(Event, "source_before=2020") == old
    assert found(Event, "source_before=2020-01-01") == old
    assert found(Event, "source_before=2019-12") == ["by-of-2018", "old-and-hidden"]
    assert found(Event, "source_before=2021") == sorted([*old, "by-of-2020", "by-through-2020", "mixed"])


def test_no_source_is_older_than_the_first_year(aged):
    assert found(Event, "source_before=0001") == []


def test_the_age_of_sources_is_read_as_a_date(aged):
    assert refused(Event, "source_before=old") == [
        ("source_before", "“old” is not a day, a month or a year: write 2008-06-03, 2008-06 or 2008.")
    ]


def test_disputed_is_what_a_public_source_contradicts():
    for slug, stance in (("denied", "contradicts"), ("left-out", "no-longer-states"), ("agreed", "supports")):
        add_source(make_event(slug), "page-b", supports="date", stance=stance)
    make_source("hidden", status="draft")
    add_source(make_event("denied-by-a-draft"), "hidden", stance="contradicts")
    add_source(make_event("draft", status="draft"), "page-b", stance="contradicts")

    assert found(Event, "disputed=1") == ["denied"]
    assert [words for _name, _value, words in filterset(Event, "disputed=1").in_use()] == ["Sources disagree"]


# Dates


@pytest.fixture
def dated():
    for slug, date in (
        ("within", "2015-06-03"),
        ("year", "2015"),
        ("through", "2014/2016"),
        ("open", "2012/.."),
        ("into", "2014/2015-02"),
        ("about", "2015~"),
        ("decade", "201X"),
        ("later", "2016"),
        ("undated", ""),
    ):
        make_operation(slug, date=date)
    make_operation("draft", date="2015", status="draft")


def test_running_is_to_share_a_day_surely_or_possibly(dated):
    surely = ["into", "open", "through", "within", "year"]
    assert found(Operation, "running=2015") == surely
    assert found(Operation, "running=2015&when=surely") == surely
    assert found(Operation, "running=2015&when=may") == sorted([*surely, "about", "decade"])
    assert found(Operation, "running=2015-06-03") == ["open", "through", "within"]


def test_running_and_a_period_must_both_hold(dated):
    assert found(Operation, "running=2015&from=2015") == ["within", "year"]


def test_running_has_no_sense_without_a_date():
    make_operation()

    assert refused(Operation, "running=2015&undated=1") == [
        ("undated", "Records without a date fall in no period: choose either the period or this.")
    ]
    assert [name for name, _message in refused(Operation, "running=summer")] == ["running"]


def test_how_dates_are_read_is_kept_with_running_alone():
    assert filterset(Operation, "when=may&running=2015").selection().urlencode() == "running=2015&when=may"
    assert filterset(Operation, "when=may&in_force=1").selection().urlencode() == "in_force=1"


@pytest.mark.parametrize("model", [Programme, Fund, Operation, Standing], ids=lambda model: model.kind_name())
def test_in_force_is_held_and_surely_runs_today(model):
    make = {
        Programme: make_programme,
        Fund: make_fund,
        Operation: make_operation,
        Standing: make_standing,
    }[model]
    today = timezone.localdate()
    make("open", date="2014/..")
    make("planned", date="2014/..", plan_state="planned")
    make("until-today", date=f"2014/{today}")
    make("until-yesterday", date=f"2014/{today - timedelta(days=1)}")
    make("end-not-stated", date="2014/")
    make("about", date="2014~/..")
    make("undated")
    make("draft", date="2014/..", status="draft")

    assert found(model, "in_force=1") == ["open", "until-today"]


def test_a_programme_is_in_force_by_its_steps():
    add_step(make_programme("agreed"), "step-agreed", "2014")
    ended = make_programme("ended")
    add_step(ended, "step-agreed", "2014")
    add_step(ended, "step-ended", "2016")

    assert found(Programme, "in_force=1") == ["agreed"]


# Contributions


def test_contributions_are_narrowed_by_what_they_go_to():
    make_contribution("to-operation", operation=make_operation("operation"))
    make_contribution("to-programme", programme=make_programme("programme"))
    make_contribution("to-draft", programme=make_programme("draft", status="draft"))

    assert found(Contribution, "operation=operation") == ["to-operation"]
    assert found(Contribution, "programme=programme") == ["to-programme"]
    assert options(Contribution, "programme") == ["programme"]


def test_a_contribution_without_a_form_is_found_as_not_stated():
    make_contribution("tents", form=make_term("form", "form-goods"))
    make_contribution("unsaid")
    make_contribution("draft", status="draft")

    assert found(Contribution, "form=not-stated") == ["unsaid"]
    assert found(Contribution, "form=not-stated&form=form-goods") == ["tents", "unsaid"]
    assert found(Contribution, "form=form-goods") == ["tents"]
    assert options(Contribution, "form") == ["form-goods", "not-stated"]


def test_the_lack_of_a_form_can_be_asked_for_where_every_contribution_states_one():
    make_contribution("tents", form=make_term("form", "form-goods"))

    assert found(Contribution, "form=not-stated") == []


def test_an_amount_is_stated_or_not():
    make_contribution("paid", amount=5, currency="USD")
    make_contribution("tents")

    assert found(Contribution, "amount=stated") == ["paid"]
    assert found(Contribution, "amount=not-stated") == ["tents"]
    assert found(Contribution, "amount=stated&amount=not-stated") == ["paid", "tents"]
    assert refused(Contribution, "amount=5") == [
        ("amount", "“5” is not one of the options of “Amount”. Choose from the list, for example stated.")
    ]


@pytest.fixture
def amounts():
    pledge = make_contribution("pledge", amount=5, currency="USD", stage="pledged", date="2015")
    make_contribution("part", amount=2, currency="USD", stage="pledged", part_of=pledge, date="2016")
    make_contribution("range", amount=1, amount_upper=2, currency="USD")
    make_contribution("yearly", amount=1, currency="USD", per="year")
    make_contribution("tents")


def test_what_the_amounts_count_is_judged_among_the_records_that_the_other_filters_let_through(amounts):
    assert found(Contribution, "in_total=counted") == ["pledge"]
    assert found(Contribution, "in_total=part") == ["part"]
    assert found(Contribution, "in_total=counted&from=2016") == ["part"]
    assert found(Contribution, "in_total=part&from=2016") == []


def test_each_reason_not_to_be_counted_can_be_asked_for(amounts):
    assert found(Contribution, "in_total=no-amount") == ["tents"]
    assert found(Contribution, "in_total=range&in_total=rate") == ["range", "yearly"]
    assert options(Contribution, "in_total") == []
    assert [words for _name, _value, words in filterset(Contribution, "in_total=counted").in_use()] == [
        "In the amounts shown: Counted"
    ]


# What a party is today


@pytest.fixture
def careers():
    member = make_term("standing", "member")
    nato = make_party("nato", kind="organisation")
    centre = make_party("centre", kind="body", parent=nato)
    sweden, japan = make_party("sweden"), make_party("japan")
    make_standing("sweden-partner", party=sweden, date="1994/2024-03-06")
    make_standing("sweden-member", party=sweden, date="2024-03-07/..", word=member)
    make_standing("sweden-at-centre", party=sweden, at=centre, date="2013/..")
    make_standing("japan-partner", party=japan, date="2014/..")
    make_standing("japan-elsewhere", party=japan, at=make_party("other", kind="organisation"), date="2014/..")
    make_standing(
        "italy-member-in-draft", party=make_party("italy"), word=member, date="1949/..", status="draft"
    )
    make_standing("italy-partner", party=make_party("italy"), date="1940")


def test_a_standing_is_found_by_what_its_party_is_today_by_another(careers):
    assert found(Standing, "now=member") == ["sweden-at-centre", "sweden-partner"]
    assert found(Standing, "now=member&word=partner&to=2024") == ["sweden-partner"]
    assert found(Standing, "now=partner") == []
    assert options(Standing, "now") == ["member"]


def test_what_a_party_is_today_counts_at_the_same_organisation_only(careers):
    make_standing("japan-observer-elsewhere", date="2000", at=make_party("other"))

    assert found(Standing, "now=partner") == ["japan-observer-elsewhere"]


def test_two_standings_of_today_stand_beside_each_other(careers):
    make_standing("japan-partner-at-centre", at=make_party("centre"), date="2018/..")

    assert found(Standing, "now=partner") == ["japan-partner", "japan-partner-at-centre"]


def test_what_is_not_sure_or_planned_is_not_today(careers):
    member = make_term("standing", "member")
    make_standing("perhaps", date="2020~/..", word=member)
    make_standing("planned", date="2020/..", plan_state="planned", word=member)

    assert found(Standing, "now=member&party=japan") == []
    assert found(Standing, "now=partner&party=japan") == ["perhaps", "planned"]


def test_not_known_is_no_standing_of_today(careers):
    assert [name for name, _message in refused(Standing, "now=not-known")] == ["now"]
