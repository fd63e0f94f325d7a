"""The page of every kind of record: what it tells, and what it answers where there is nothing to tell."""

import pytest

from partnership.models import RECORD_MODELS, Alias, FundFigure, LinkBasis, ProgrammeLink
from tests.factories import (
    add_party,
    add_source,
    add_step,
    make_contribution,
    make_entry,
    make_event,
    make_exercise,
    make_fund,
    make_operation,
    make_party,
    make_programme,
    make_record,
    make_source,
    make_standing,
    make_term,
)
from tests.public.reading import SCRIPT

pytestmark = [pytest.mark.django_db, pytest.mark.one_engine]

KINDS = pytest.mark.parametrize("model", RECORD_MODELS, ids=lambda model: model.kind_name())


def page(client, record) -> str:
    """The words of a record's page, with white space as a browser shows it."""
    response = client.get(record.get_absolute_url())
    assert response.status_code == 200
    return " ".join(response.content.decode().split())


@KINDS
def test_a_page_tells_the_record_with_its_parties_areas_organisations_and_sources(client, model):
    record = make_record(model, "told", title="A thing of note", areas=("space",), summary="It *was* so.")

    text = page(client, record)

    for part in (
        "A thing of note",
        "<em>was</em>",
        "Japan",
        "Participant",
        "Space",
        "Nato",
        "A page",
        "Last updated",
    ):
        assert part in text, part
    assert "https://example.org/a-page" in text
    assert f"http://testserver{record.get_absolute_url()}" in text


@KINDS
@pytest.mark.parametrize("status", ["draft", None])
def test_a_draft_is_the_same_page_not_found_as_what_never_was(client, model, status):
    if status:
        make_entry(model, "hidden", title="Hidden title", status=status)

    response = client.get(f"/{model.kind_name()}s/hidden/")

    assert response.status_code == 404
    assert "Hidden title" not in response.content.decode()


@KINDS
def test_a_withdrawn_record_is_gone_with_its_reason(client, model):
    make_entry(model, "gone", status="withdrawn")

    response = client.get(f"/{model.kind_name()}s/gone/")

    assert response.status_code == 410
    assert "It was entered twice." in response.content.decode()


@KINDS
def test_an_old_address_leads_to_the_present_one(client, model):
    record = make_entry(model, "new-name")
    kind = model.kind_name()
    Alias.objects.create(address=f"{kind}:old-name", target=f"{kind}:new-name")

    response = client.get(f"/{kind}s/old-name/")

    assert (response.status_code, response["Location"]) == (301, record.get_absolute_url())


def test_an_old_address_does_not_give_a_draft_away(client):
    make_event("new-name", status="draft")
    Alias.objects.create(address="event:old-name", target="event:new-name")

    assert client.get("/events/old-name/").status_code == 404


def test_an_old_address_may_lead_to_another_kind_or_to_what_is_gone(client):
    make_exercise("it-was-an-exercise", status="withdrawn")
    Alias.objects.create(address="event:old-name", target="exercise:it-was-an-exercise")
    Alias.objects.create(address="event:a-word", target=f"term:{make_term('role', 'host').slug}")

    assert client.get("/events/old-name/")["Location"] == "/exercises/it-was-an-exercise/"
    assert client.get("/events/a-word/").status_code == 404


@KINDS
def test_pages_set_no_cookie_and_hold_no_script_or_style(client, model):
    response = client.get(make_entry(model, "told").get_absolute_url())

    assert not response.cookies
    assert "default-src 'none'" in response["Content-Security-Policy"]
    assert not SCRIPT.search(response.content.decode())
    assert "style=" not in response.content.decode()


# Dates


def test_a_date_is_as_exact_as_stated_with_the_words_of_the_source_where_they_say_more(client):
    text = page(client, make_event("month", date="2022-06", date_stated="early summer of 2022"))
    assert '<time datetime="2022-06">June 2022</time>' in text
    assert "“early summer of 2022”" in text

    assert "“June 2022”" not in page(client, make_event("same", date="2022-06", date_stated="June 2022"))


def test_a_record_without_a_date_says_so(client):
    assert "no date given" in page(client, make_event())


def test_the_period_of_a_contribution_is_not_its_date(client):
    text = page(client, make_contribution(period="2009/2013", period_stated="five years from 2009"))

    assert "<dt>Date</dt> <dd> no date given" in text
    assert "2009–2013" in text.partition("<dt>Period covered</dt>")[2]
    assert "“five years from 2009”" in text


# Taking part


def test_taking_part_is_told_with_all_that_is_stated(client):
    event = make_event("summit", parties=())
    add_party(
        event,
        "japan",
        level=make_term("level", "heads", label="Heads of State"),
        portfolio=make_term("portfolio", "defence"),
        representative="Prime Minister",
        unit="Delegation of twelve",
        ordinal=1,
        scope=make_term("scope", "summits", label="NATO summits"),
        result="A joint statement",
        name_stated="Nippon",
        date="2014/2016",
    )

    text = page(client, event)

    assert (
        'Nippon</a> <span class="muted">(Japan)</span>, Heads of State, Defence, Prime Minister, Delegation of twelve'
        in text
    )
    assert "for the first time: NATO summits" in text
    for part in ("A joint statement", "2014–2016"):
        assert part in text


@pytest.mark.parametrize(
    ("ordinal", "words"), [(2, "for the second time"), (17, "for time number 17"), (None, "")]
)
def test_a_later_time_is_told_in_words(client, ordinal, words):
    event = make_event(parties=())
    add_party(event, "japan", ordinal=ordinal)

    text = page(client, event)

    assert words in text
    assert bool(words) == (
        "for the " in text.partition("Participant")[2].partition("Sources")[0] or "time number" in text
    )


def test_what_is_not_public_is_named_nowhere(client):
    secret = {"status": "draft"}
    event = make_event(
        "shown",
        parties=(("japan", "participant"),),
        level=make_term("level", "secret-level", label="Secret level", **secret),
        part_of=make_event("secret-summit", title="Secret summit", **secret),
        series=make_event("secret-series", title="Secret series", **secret),
    )
    make_party("secret-party", name="Secret party", **secret)
    add_party(event, "secret-party")
    add_party(
        event, "spain", scope=make_term("scope", "secret-scope", label="Secret scope", **secret), ordinal=1
    )
    add_party(event, "italy", level=make_term("level", "secret-level"))
    make_source("secret-source", title="Secret source", **secret)
    add_source(event, "secret-source")
    make_event("secret-part", title="Secret part", part_of=event, **secret)
    make_event("secret-edition", title="Secret edition", series=event, **secret)
    programme = make_programme("secret-programme", title="Secret programme", **secret)
    add_step(programme, "step-agreed", "2014", event=event)

    assert "Secret" not in page(client, event)


# Belonging together


def test_parts_editions_and_what_they_belong_to_lead_to_each_other(client):
    whole = make_event("summit", title="The summit")
    part = make_event(
        "session", title="The session", part_of=whole, series=make_event("series", title="The series")
    )

    assert "The session" in page(client, whole)
    assert "The session" in page(client, part.series)
    assert "The summit" in page(client, part)
    assert "The series" in page(client, part)


def test_steps_are_told_and_the_event_tells_of_them(client):
    event = make_event("conference", title="The conference")
    programme = make_programme("framework", title="The framework")
    add_step(programme, "step-agreed", "2014", event=event, date_stated="spring of 2014")

    assert "Step agreed: " in page(client, programme)
    assert "“spring of 2014”" in page(client, programme)
    assert "The conference" in page(client, programme)
    assert "The framework</a> – Step agreed" in page(client, event)


def test_linked_programmes_lead_both_ways_and_an_inference_says_so(client):
    old, new = make_programme("old", title="The old one"), make_programme("new", title="The new one")
    word = make_term("link", "supersedes", label="Supersedes")
    ProgrammeLink.objects.create(record=new, programme=old, word=word, basis=LinkBasis.INFERRED)

    assert "Supersedes: <a" in page(client, new)
    assert "The old one" in page(client, new)
    assert "The new one" in page(client, old)
    assert "inferred; no source says so" in page(client, old)


@pytest.mark.parametrize("maker", [make_fund, make_operation, make_programme])
def test_what_was_given_to_a_record_is_listed_on_its_page(client, maker):
    target = maker("target")
    make_contribution("given", title="What was given", **{target.kind_name(): target})
    make_contribution("not-yet", title="Not yet public", status="draft", **{target.kind_name(): target})

    text = page(client, target)

    assert "1 contribution" in text
    assert "What was given" in text
    assert "Not yet public" not in text


def test_a_fund_leads_to_the_list_of_all_that_was_given_to_it(client):
    fund = make_fund("package")
    for _number in range(26):
        make_contribution(fund=fund)

    assert page(client, fund).count('<li class="row">') == 25
    assert '<a href="/contributions/?fund=package">All 26 contributions in the list</a>' in page(client, fund)
    assert client.get("/contributions/?fund=package").context["count"] == 26


def test_figures_of_a_fund_are_told_apart_from_contributions(client):
    fund = make_fund("package", purpose="Pays for radios.")
    budget = make_term("figure", "budget")
    FundFigure.objects.create(record=fund, kind=budget, amount=5_000_000, currency="EUR", date="2014")
    FundFigure.objects.create(record=fund, kind=make_term("figure", "output"), quantity="forty radios")

    text = page(client, fund)

    for part in ("EUR 5 million", "Budget", "forty radios", "Pays for radios."):
        assert part in text
    assert " contribution</h2>" not in text


def test_a_contribution_tells_amount_stage_channel_and_where_it_goes(client):
    fund = make_fund("package", title="The package", parties=(("ukraine", "beneficiary"),))
    contribution = make_contribution(
        amount=5_000_000_000,
        currency="USD",
        amount_stated="five thousand million dollars",
        stage="pledged",
        fund=fund,
    )

    text = page(client, contribution)

    for part in ("USD 5 billion", "“five thousand million dollars”", "pledged", "not stated", "The package"):
        assert part in text
    assert "Ukraine" in text.partition("Beneficiaries of the fund")[2]


def test_a_contribution_with_beneficiaries_of_its_own_does_not_borrow_those_of_its_fund(client):
    fund = make_fund("package", parties=(("ukraine", "beneficiary"),))
    parties = (("japan", "donor"), ("georgia", "beneficiary"))

    assert "Ukraine" not in page(client, make_contribution(fund=fund, parties=parties))


def test_an_amount_that_no_source_states_is_said_to_be_missing(client):
    assert "no amount stated" in page(client, make_contribution())


def test_an_operation_leads_to_the_one_it_follows_and_back(client):
    first = make_operation("first", title="The first")
    second = make_operation("second", title="The second", follows=first)

    assert "The first" in page(client, second)
    assert "The second" in page(client, first)


def test_a_standing_tells_whose_where_and_what(client):
    text = page(client, make_standing("standing", holder="Liaison officer"))

    for part in ("Japan", "Nato", "Partner", "Liaison officer"):
        assert part in text


# Sources


def test_a_source_stands_once_with_all_it_is_cited_for(client):
    event = make_event("cited", sources=())
    add_source(event, "a-page", locator="Highlights")
    add_source(event, "a-page", supports="date", locator="Lead", value_stated="June")
    add_source(
        event, "a-page", supports=event.involvements.get().key, stance="contradicts", note="It names another."
    )

    text = page(client, event)

    assert text.partition("<h2>Sources</h2>")[2].count("<cite") == 1
    assert "Supports: the record as a whole · in “Highlights”" in text
    assert "Supports: date · in “Lead” · it gives “June”" in text
    assert "Contradicts: Japan – Participant · It names another." in text


def test_a_note_on_wording_is_shown(client):
    assert "As the source has it." in page(client, make_event(wording_note="As the source has it."))


def test_text_is_shown_as_text(client):
    text = page(
        client, make_event(title="<b>Bold</b>", place="<script>alert(1)</script>", date_stated="<i>then</i>")
    )

    assert "&lt;b&gt;Bold" in text
    assert not SCRIPT.search(text)
    assert "<i>" not in text
