"""What no fixed form foresees, entered through the admin and published: no case needs a change of the schema."""

import datetime
from decimal import Decimal

import pytest

from partnership.models import (
    Contribution,
    Event,
    Exercise,
    Fund,
    Operation,
    Party,
    Relation,
    Standing,
    Vocabulary,
)
from tests import factories
from tests.admin.forms import errors_in, messages_in

pytestmark = pytest.mark.one_engine

WORDS = (
    (Vocabulary.ROLE, ("participant", "host", "lead-nation", "donor", "beneficiary")),
    (Vocabulary.STEP, ("step-agreed", "step-ended")),
    (Vocabulary.STANDING, ("partner", "member")),
    (Vocabulary.FIGURE, ("running-total",)),
    (Vocabulary.FORM, ("form-money",)),
    (Vocabulary.SECTION, ("highlights",)),
    (Vocabulary.LEVEL, ("ministers",)),
)


@pytest.fixture
def word(db):
    """The terms of the cases by slug."""
    return {slug: factories.make_term(vocabulary, slug) for vocabulary, slugs in WORDS for slug in slugs}


@pytest.fixture
def record_form(editor, nato, source):
    """The add form of a kind, with what every public record says: title, address, organisation and source."""

    def opened(model, slug, **fields):
        form = editor.open(model).fill(
            title=slug.replace("-", " ").capitalize(), slug=slug, organisations=[nato]
        )
        return form.fill(**fields).row("citations", source=source, locator="Highlights")

    return opened


def taking_part(record):
    """Who takes part in which role, in reading order."""
    return [(row.party.slug, row.role.slug) for row in record.involvements.all()]


def test_a_second_organisation_with_its_own_relation(editor, japan, nato, source, meeting, word):
    form = editor.open(Party).fill(
        name="European Union", slug="eu", kind="organisation", existed="1993-11-01/.."
    )
    union = editor.publish(
        editor.add(Party, form.row("names", text="EU", form="abbreviation", language="en"))
    )
    assert [(name.key, name.text) for name in union.names.all()] == [("eu.eu-abbreviation", "EU")]

    form = editor.open(Relation).fill(organisation=union, party=japan, slug="eu-japan", as_of="2024-05-01")
    form.row("statements", section=word["highlights"], text="They hold a summit every year.")
    relation = editor.add(Relation, form)
    statement = relation.statements.get()
    form = editor.reopen(relation).row("citations", source=source, supports=statement.key, locator="Summits")
    editor.press("_save", form, relation)
    editor.publish(relation)
    assert (relation.organisation, relation.party) == (union, japan)
    assert relation.citations.get().supports == "eu-japan.highlights"

    form = editor.open(Event).fill(
        title="Joint meeting", slug="joint-meeting", kind=meeting, organisations=[nato, union]
    )
    form.row("citations", source=source).row("involvements", party=japan, role=word["host"])
    event = editor.publish(editor.add(Event, form))
    assert set(event.organisations.values_list("slug", flat=True)) == {"eu", "nato"}


def test_a_renamed_country_with_the_periods_of_its_names(editor, source):
    form = editor.open(Party).fill(
        name="North Macedonia", slug="north-macedonia", kind="country", country_code="MK"
    )
    form.row(
        "names", text="The former name", form="former", language="en", valid="1991/2019-02", source=source
    )
    form.row("names", text="Republic of North Macedonia", form="official", language="en", valid="2019-02/..")
    party = editor.publish(editor.add(Party, form))
    names = {(name.text, name.form, name.valid, name.source) for name in party.names.all()}
    assert names == {
        ("The former name", "former", "1991/2019-02", source),
        ("Republic of North Macedonia", "official", "2019-02/..", None),
    }
    found = editor.client.get(editor.url(Party, "changelist"), {"q": "former name"}).context["cl"].result_list
    assert list(found) == [party]


def test_a_partner_that_became_a_member(editor, record_form, nato, word):
    finland = factories.make_party("finland")
    form = record_form(Standing, "finland-partner", party=finland, at=nato, word=word["partner"])
    form.row("steps", kind=word["step-agreed"], date="1994-05-09").row(
        "steps", kind=word["step-ended"], date="2023-04-04"
    )
    partner = editor.publish(editor.add(Standing, form))
    form = record_form(
        Standing, "finland-member", party=finland, at=nato, word=word["member"], date="2023-04-04/.."
    )
    member = editor.publish(editor.add(Standing, form))
    assert (partner.earliest, partner.latest) == (datetime.date(1994, 5, 9), datetime.date(2023, 4, 4))
    assert (member.earliest, member.latest) == (datetime.date(2023, 4, 4), None)
    assert {step.key for step in partner.steps.all()} == {
        "finland-partner.step-agreed",
        "finland-partner.step-ended",
    }


def test_a_fund_with_three_leads(editor, record_form, word):
    form = record_form(Fund, "moldova-fund", purpose="Destroying old pesticides.")
    for position, slug in enumerate(("romania", "belgium", "luxembourg")):
        form.row(
            "involvements", party=factories.make_party(slug), role=word["lead-nation"], position=position
        )
    fund = editor.publish(editor.add(Fund, form))
    assert taking_part(fund) == [(slug, "lead-nation") for slug in ("romania", "belgium", "luxembourg")]


def test_a_pledge_of_three_donors_without_a_split(editor, record_form, word):
    form = record_form(Contribution, "joint-pledge", date="2016", form=word["form-money"], stage="pledged")
    form.fill(amount="3000000", currency="USD", qualifier="about", amount_stated="some three million dollars")
    for position, slug in enumerate(("japan", "norway", "canada")):
        form.row("involvements", party=factories.make_party(slug), role=word["donor"], position=position)
    form.row("involvements", party=factories.make_party("ukraine"), role=word["beneficiary"], position=3)
    pledge = editor.publish(editor.add(Contribution, form))
    assert taking_part(pledge) == [
        ("japan", "donor"),
        ("norway", "donor"),
        ("canada", "donor"),
        ("ukraine", "beneficiary"),
    ]
    assert (pledge.amount, pledge.currency, pledge.qualifier) == (Decimal("3000000.00"), "USD", "about")


def test_an_amount_without_a_currency_is_refused_at_once(editor, record_form):
    form = record_form(Contribution, "half-a-pledge", amount="5")
    response = editor.press("_save", form, Contribution)
    assert "Give amount and currency together, or neither if none is stated." in errors_in(response)
    assert not Contribution.objects.exists()


def test_a_running_total_beside_single_gifts(editor, record_form, japan, word):
    form = record_form(Fund, "afghan-fund").row("involvements", party=japan, role=word["donor"])
    form.row(
        "figures",
        kind=word["running-total"],
        amount="450000000",
        currency="USD",
        qualifier="over",
        date="2014-03",
    )
    fund = editor.publish(editor.add(Fund, form))
    for slug, amount in (("first-gift", "20000000"), ("second-gift", "33000000.50")):
        form = record_form(Contribution, slug, fund=fund, amount=amount, currency="USD", stage="paid")
        editor.publish(editor.add(Contribution, form.row("involvements", party=japan, role=word["donor"])))
    figure = fund.figures.get()
    assert (figure.key, figure.amount, figure.qualifier) == (
        "afghan-fund.running-total",
        Decimal(450_000_000),
        "over",
    )
    gifts = fund.contributions.order_by("amount").values_list("amount", flat=True)
    assert list(gifts) == [Decimal("20000000.00"), Decimal("33000000.50")]


def test_a_date_that_is_a_decade(editor, record_form, japan, word):
    form = record_form(
        Operation, "early-operation", date="199X", date_stated="in the 1990s", theatre="The Balkans"
    )
    operation = editor.publish(
        editor.add(Operation, form.row("involvements", party=japan, role=word["participant"]))
    )
    assert (operation.date, operation.date_stated) == ("199X", "in the 1990s")
    assert (operation.earliest, operation.latest) == (datetime.date(1990, 1, 1), datetime.date(1999, 12, 31))
    assert (operation.surely_from, operation.surely_to) == (None, None)


def test_an_edition_of_a_series(editor, record_form, japan, word):
    form = record_form(Exercise, "cyber-coalition", recurrence="annual")
    series = editor.publish(
        editor.add(Exercise, form.row("involvements", party=japan, role=word["participant"]))
    )
    form = record_form(Exercise, "cyber-coalition-2022", series=series, date="2022-11", ordinal=15)
    form.row("involvements", party=japan, role=word["participant"], ordinal=1)
    edition = editor.add(Exercise, form)
    response = editor.press("_submit", editor.reopen(edition), edition)
    assert "say what is counted" in messages_in(response)[1]
    scope = factories.make_term(Vocabulary.SCOPE, "scope-this-series")
    editor.press("_save", editor.reopen(edition).change_row("involvements", 0, scope=scope), edition)
    editor.publish(edition)
    assert (edition.series, edition.ordinal, series.earliest) == (series, 15, None)
    assert list(series.series_editions.all()) == [edition]


def test_an_event_with_nine_of_the_ten_members_of_a_group(editor, record_form, meeting, word):
    group = factories.make_party("the-ten", kind="group", name="The Ten")
    members = [factories.make_party(f"member-{number}") for number in range(1, 10)]
    form = record_form(
        Event,
        "meeting-of-the-ten",
        kind=meeting,
        level=word["ministers"],
        summary="Nine of the ten members came.",
    )
    form.row("involvements", party=group, role=word["participant"], unit="nine of ten")
    for position, member in enumerate(members, start=1):
        form.row("involvements", party=member, role=word["participant"], position=position)
    event = editor.publish(editor.add(Event, form))
    assert taking_part(event) == [(party.slug, "participant") for party in (group, *members)]
    assert event.involvements.get(party=group).unit == "nine of ten"
    assert event.involvements.get(party=members[8]).key == "meeting-of-the-ten.member-9"
