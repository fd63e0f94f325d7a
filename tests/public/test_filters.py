"""The filters: what each lets through, and what it offers."""

import pytest

from partnership.models import RECORD_MODELS
from tests.factories import (
    add_party,
    make_area,
    make_contribution,
    make_event,
    make_exercise,
    make_fund,
    make_party,
    make_programme,
    make_record,
    make_standing,
    make_term,
)

pytestmark = pytest.mark.django_db

KINDS = pytest.mark.parametrize("model", RECORD_MODELS, ids=lambda model: model.kind_name())


@pytest.fixture
def found(client):
    """The slugs that a list shows at an address, sorted; fails if a filter could not be read."""

    def get(address: str) -> list[str]:
        response = client.get(address)
        assert response.status_code == 200
        assert not response.context["errors"], response.context["errors"]
        slugs = sorted(record.slug for record in response.context["records"])
        assert response.context["count"] == len(slugs)
        return slugs

    return get


def options(client, address: str, name: str) -> list[str]:
    return [value for value, _label in client.get(address).context["form"].fields[name].choices]


# Filters of every kind


@KINDS
def test_a_filter_never_widens_the_list_to_what_is_not_public(client, found, model):
    for slug, status in (("shown", "published"), ("draft", "draft"), ("gone", "withdrawn")):
        make_record(model, slug, status=status)
    address = f"/{model.kind_name()}s/"

    for query in (
        "q=e",
        "party=japan",
        "party=japan&role=participant",
        "organisation=nato",
        "undated=1",
        "sort=title",
    ):
        assert set(found(f"{address}?{query}")) <= {"shown"}


@KINDS
def test_party_role_area_organisation_and_words_narrow_every_kind(found, model):
    make_record(model, "one", title="Alpha", parties=(("spain", "host"),), areas=("maritime-security",))
    make_record(model, "two", title="Beta", parties=(("italy", "participant"),), organisations=("other",))
    address = f"/{model.kind_name()}s/"

    assert found(f"{address}?party=spain") == ["one"]
    assert found(f"{address}?role=participant") == ["two"]
    assert found(f"{address}?area=maritime-security") == ["one"]
    assert found(f"{address}?organisation=other") == ["two"]
    assert found(f"{address}?q=ALPHA") == ["one"]
    assert found(f"{address}?party=spain&organisation=other") == []


def test_several_values_of_one_filter_are_alternatives_and_each_record_counts_once(found):
    make_event(
        "both", parties=(("japan", "participant"), ("spain", "host")), areas=("space", "cyber-defence")
    )
    make_event("one", parties=(("spain", "participant"),), areas=("space",))
    make_event("none", parties=(("italy", "participant"),))

    assert found("/events/?party=japan&party=spain") == ["both", "one"]
    assert found("/events/?area=space&area=cyber-defence") == ["both", "one"]


def test_a_party_takes_in_those_under_it_at_any_depth(found):
    japan = make_party("japan")
    forces = make_party("self-defence-forces", parent=japan)
    make_party("maritime-force", parent=forces)
    make_event("by-fleet", parties=(("maritime-force", "participant"),))
    make_event("by-country", parties=(("japan", "participant"),))

    assert found("/events/?party=japan") == ["by-country", "by-fleet"]
    assert found("/events/?party=self-defence-forces") == ["by-fleet"]


def test_who_stands_above_a_party_that_occurs_is_offered_too(client):
    make_party("maritime-force", parent=make_party("japan"))
    make_event(parties=(("maritime-force", "participant"),))

    assert options(client, "/events/", "party") == ["japan", "maritime-force"]


def test_a_party_does_not_take_in_the_groups_it_belongs_to(found):
    make_party("the-four", kind="group")
    make_standing("japan-in-group", at=make_party("the-four"))
    make_event("of-the-group", parties=(("the-four", "participant"),))
    make_event("of-japan")

    assert found("/events/?party=japan") == ["of-japan"]


def test_party_role_and_number_hold_of_one_row(found):
    event = make_event("mixed", parties=(("japan", "subject"), ("spain", "participant")))
    add_party(event, "italy", "participant", ordinal=1)

    assert found("/events/?party=japan&role=participant") == []
    assert found("/events/?party=spain&ordinal=1") == []
    assert found("/events/?party=italy&role=participant&ordinal=1") == ["mixed"]
    assert found("/events/?ordinal=1") == ["mixed"]
    assert found("/events/?ordinal=2") == []


def test_an_area_is_found_by_words_under_any_of_its_names(found):
    make_area("emerging-technologies", synonyms="new technologies")
    make_event("about", areas=("emerging-technologies",))
    make_event("other")

    assert found("/events/?q=new+technologies") == ["about"]


# Level and portfolio


@pytest.fixture
def meetings():
    summit, ministers = make_term("level", "heads"), make_term("level", "ministers")
    foreign, defence = make_term("portfolio", "foreign-affairs"), make_term("portfolio", "defence")
    at_summit = make_event("summit", parties=(), level=summit)
    add_party(at_summit, "japan")
    add_party(at_summit, "italy", level=ministers, portfolio=defence)
    at_meeting = make_event("meeting", parties=(), level=ministers, portfolio=foreign)
    add_party(at_meeting, "japan", "subject")
    add_party(at_meeting, "italy")


def test_a_level_alone_is_that_of_the_meeting(found, meetings):
    assert found("/events/?level=ministers") == ["meeting"]
    assert found("/events/?level=heads&level=ministers") == ["meeting", "summit"]
    assert found("/events/?level=ministers&portfolio=foreign-affairs") == ["meeting"]
    assert found("/events/?portfolio=defence") == []


def test_a_row_without_a_level_has_that_of_the_meeting(found, meetings):
    assert found("/events/?party=japan&level=heads") == ["summit"]
    assert found("/events/?party=italy&level=ministers") == ["meeting", "summit"]
    assert found("/events/?party=italy&level=heads") == []
    assert found("/events/?party=japan&role=participant&level=ministers") == []


def test_level_and_portfolio_hold_of_one_row(found, meetings):
    assert found("/events/?party=italy&level=ministers&portfolio=defence") == ["summit"]
    assert found("/events/?party=italy&level=ministers&portfolio=foreign-affairs") == ["meeting"]


# Dates


@pytest.fixture
def dated():
    for slug, date in (
        ("day", "2008-06-03"),
        ("month", "2008-06"),
        ("year", "2008"),
        ("period", "2007/2009"),
        ("decade", "200X"),
        ("about", "2008~"),
        ("open", "2006/.."),
        ("later", "2010"),
        ("undated", ""),
    ):
        make_exercise(slug, date=date)


def test_a_period_takes_in_what_surely_falls_within_it(found, dated):
    assert found("/exercises/?from=2008&to=2008") == ["day", "month", "year"]
    assert found("/exercises/?from=2008-06&to=2008-06") == ["day", "month"]
    assert found("/exercises/?from=2008-06-03&to=2008-06-03&when=surely") == ["day"]
    assert found("/exercises/?from=2009") == ["later"]
    assert found("/exercises/?to=2008-12-31") == ["day", "month", "year"]


def test_asked_for_a_period_takes_in_what_may_fall_within_it(found, dated):
    everything = ["about", "day", "decade", "month", "open", "period", "year"]
    assert found("/exercises/?from=2008&to=2008&when=may") == everything
    assert found("/exercises/?from=2008-06-04&to=2008-06-05&when=may") == sorted({*everything} - {"day"})


def test_records_without_a_date_are_found_by_that(found, dated):
    assert found("/exercises/?undated=1") == ["undated"]


def test_how_dates_are_read_alone_changes_nothing(client, found, dated):
    assert len(found("/exercises/?when=may")) == 9
    assert client.get("/exercises/?when=may").context["chips"] == []


def test_blanks_and_repetitions_of_a_value_change_nothing(client, found, dated):
    for query in ("from=2010&from=", "from=&from=2010", "from=2010&from=+2010+&to=", "from=2010&party=&q=+"):
        assert found(f"/exercises/?{query}") == ["later"], query
        chips = client.get(f"/exercises/?{query}").context["chips"]
        assert [chip.label for chip in chips] == ["From: 2010"], query


# Filters of one kind


def test_events_and_programmes_are_narrowed_by_kind(found):
    make_event("summit", kind=make_term("event-kind", "summit"))
    make_event("meeting")
    make_programme("project", kind=make_term("programme-kind", "project"))
    make_programme("initiative")

    assert found("/events/?kind=summit") == ["summit"]
    assert found("/programmes/?kind=project&kind=initiative") == ["initiative", "project"]


def test_funds_are_narrowed_by_lead_and_beneficiary(found):
    make_fund("one", parties=(("spain", "lead-nation"), ("ukraine", "beneficiary")))
    make_fund("two", parties=(("ukraine", "lead-nation"), ("spain", "beneficiary")))

    assert found("/funds/?lead=spain") == ["one"]
    assert found("/funds/?beneficiary=spain") == ["two"]
    assert found("/funds/?lead=spain&beneficiary=ukraine") == ["one"]


def test_contributions_are_narrowed_by_what_they_state(found):
    goods, fund = make_term("form", "form-goods"), make_fund("package")
    make_contribution("paid", amount=5, currency="USD", stage="paid", channel="trust-fund", fund=fund)
    make_contribution("tents", form=goods, quantity="hundreds of tents")

    assert found("/contributions/?stage=paid") == ["paid"]
    assert found("/contributions/?stage=not-stated") == ["tents"]
    assert found("/contributions/?channel=trust-fund") == ["paid"]
    assert found("/contributions/?form=form-goods") == ["tents"]
    assert found("/contributions/?fund=package") == ["paid"]
    assert found("/contributions/?currency=USD") == ["paid"]
    assert found("/contributions/?currency=JPY") == []
    assert found("/contributions/?amount=not-stated") == ["tents"]


def test_a_donor_is_not_a_beneficiary(found):
    make_contribution("given", parties=(("japan", "donor"), ("ukraine", "beneficiary")))

    assert found("/contributions/?donor=japan&beneficiary=ukraine") == ["given"]
    assert found("/contributions/?donor=ukraine") == []
    assert found("/contributions/?beneficiary=japan") == []


def test_a_contribution_has_the_beneficiaries_of_its_fund_unless_it_names_its_own(client, found):
    fund = make_fund("package", parties=(("ukraine", "beneficiary"),))
    make_contribution("to-the-fund", fund=fund)
    make_contribution("for-georgia", fund=fund, parties=(("japan", "donor"), ("georgia", "beneficiary")))

    assert found("/contributions/?beneficiary=ukraine") == ["to-the-fund"]
    assert found("/contributions/?beneficiary=georgia") == ["for-georgia"]
    assert options(client, "/contributions/", "beneficiary") == ["georgia", "ukraine"]


def test_a_contribution_has_no_beneficiary_from_a_fund_that_is_not_public(client, found):
    fund = make_fund("package", parties=(("ukraine", "beneficiary"),), status="draft")
    make_contribution("to-the-fund", fund=fund)

    assert found("/contributions/?beneficiary=ukraine") == []
    assert options(client, "/contributions/", "fund") == []


def test_a_standing_is_found_by_whose_it_is_by_where_and_by_its_word(found):
    nato = make_party("nato", kind="organisation")
    make_party("centre", kind="body", parent=nato)
    make_standing("partner")
    make_standing("member-of-centre", at=make_party("centre"), word=make_term("standing", "member"))
    make_standing("of-italy", party=make_party("italy"), parties=(("japan", "participant"),))

    assert found("/standings/?party=italy") == ["of-italy"]
    assert found("/standings/?party=japan") == ["member-of-centre", "of-italy", "partner"]
    assert found("/standings/?party=japan&role=participant") == ["of-italy"]
    assert found("/standings/?at=nato") == ["member-of-centre", "of-italy", "partner"]
    assert found("/standings/?at=centre") == ["member-of-centre"]
    assert found("/standings/?word=member") == ["member-of-centre"]


# What is offered


def test_options_are_those_of_published_records_only(client):
    make_term("role", "observer")
    make_party("unseen")
    make_party("draft-party", status="draft")
    make_event(parties=(("spain", "host"), ("draft-party", "participant")), areas=("space",))
    make_event(parties=(("italy", "subject"),), areas=("secret-area",), status="draft")

    assert options(client, "/events/", "party") == ["spain"]
    assert options(client, "/events/", "role") == ["host"]
    assert options(client, "/events/", "area") == ["space"]
    assert "Draft Party" not in client.get("/events/?q=draft").content.decode()


@pytest.mark.parametrize("status", ["draft", "withdrawn"])
def test_what_is_not_public_is_refused_as_if_it_did_not_exist(client, status):
    make_party("hidden", status=status)
    make_event()

    hidden = client.get("/events/?party=hidden").context["errors"]
    unknown = client.get("/events/?party=absent").context["errors"]

    assert str(hidden[0][1]).replace("hidden", "absent") == str(unknown[0][1])


def test_a_public_party_without_records_gives_an_empty_list_and_no_error(found):
    make_party("quiet")
    make_event()

    assert found("/events/?party=quiet") == []


def test_a_word_of_another_vocabulary_is_refused(client):
    make_term("level", "ministers")
    make_event()

    assert client.get("/events/?role=ministers").context["errors"]


def test_a_party_that_was_only_talked_about_was_not_at_the_level_of_the_meeting(found):
    level = make_term("level", "heads-of-state-and-government")
    make_event("attended", level=level, parties=(("japan", "participant"),))
    make_event("talked-about", level=level, parties=(("japan", "subject"), ("france", "participant")))
    assert found("/events/?party=japan&level=heads-of-state-and-government") == ["attended"]
    assert found("/events/?party=japan") == ["attended", "talked-about"]
    assert found("/events/?level=heads-of-state-and-government") == ["attended", "talked-about"]


def test_a_gift_to_a_fund_has_the_beneficiaries_of_the_fund_however_it_is_asked_for(client, found):
    fund = make_fund("a-fund", parties=(("georgia", "beneficiary"), ("norway", "lead-nation")))
    make_contribution("to-the-fund", fund=fund)
    make_contribution("for-another", fund=fund, parties=(("japan", "donor"), ("ukraine", "beneficiary")))
    for query in ("beneficiary=georgia", "party=georgia&role=beneficiary", "party=georgia"):
        assert found(f"/contributions/?{query}") == ["to-the-fund"]
    assert found("/contributions/?party=norway") == []
    assert found("/contributions/?party=georgia&role=donor") == []
    assert found("/contributions/?party=georgia&ordinal=1") == []
    assert b"/contributions/to-the-fund/" in client.get("/parties/georgia/").content


def test_who_only_benefits_from_a_fund_is_offered_as_a_party_of_what_is_given_to_it(client, found):
    fund = make_fund("a-fund", parties=(("georgia", "beneficiary"), ("norway", "lead-nation")))
    make_fund("another", parties=(("jordan", "beneficiary"),))
    make_contribution("to-the-fund", fund=fund)

    assert options(client, "/contributions/", "party") == ["georgia", "japan"]
    assert found("/contributions/?party=georgia") == ["to-the-fund"]
