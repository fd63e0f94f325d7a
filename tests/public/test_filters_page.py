"""What a list's page has from its filters: groups, words, the options and for which records each holds."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from partnership.models import RECORD_MODELS, Contribution, Event, Fund, Party, Standing
from partnership.public import facets
from tests.factories import (
    add_party,
    add_source,
    make_contribution,
    make_entry,
    make_event,
    make_fund,
    make_operation,
    make_party,
    make_record,
    make_standing,
    make_term,
)

from .filtering import filterset, found

pytestmark = pytest.mark.django_db

KINDS = pytest.mark.parametrize("model", RECORD_MODELS, ids=lambda model: model.kind_name())


def make_varied(model) -> None:
    """Records of a kind that have something for each of its filters, and drafts that have it too."""
    make_party("fleet", parent=make_party("japan"))
    parties = (("fleet", "host"), ("spain", "subject"), ("italy", "lead-nation"), ("ukraine", "beneficiary"))
    series = make_record(model, "series", parties=parties[:2], areas=("space",))
    whole = make_record(
        model, "whole", date="2014/..", series=series, sources=("page-b",), organisations=("other",)
    )
    part = make_record(
        model, "part", part_of=whole, parties=(*parties, ("spain", "lead-nation"), ("spain", "donor"))
    )
    add_source(part, "page-c", stance="contradicts")
    for number in range(2):
        make_record(
            model,
            f"draft-{number}",
            status="draft",
            series=part,
            part_of=part,
            parties=(("atlantis", "donor"), ("atlantis", "lead-nation")),
            areas=("secret",),
            sources=("page-d",),
        )
    if model is Contribution:
        fund = make_fund("fund", parties=(("georgia", "beneficiary"), ("fleet", "beneficiary")))
        goods = make_term("form", "form-goods")
        make_contribution("given", fund=fund, form=goods, amount=5, currency="USD", stage="paid", date="2016")
        make_contribution("sent", operation=make_operation("operation"), channel="trust-fund")
        make_standing("of-japan", date="2014/..")
        make_standing("fleet-partner", date="2014/..", party=make_party("fleet"))
    if model is Standing:
        body = make_party("centre", kind="body", parent=make_party("nato", kind="organisation"))
        make_standing("member", word=make_term("standing", "member"), at=body, date="2014/..")
        make_standing("before", date="2000/2013")
    if model is Event:
        make_event("summit", level=make_term("level", "heads"), portfolio=make_term("portfolio", "defence"))


def with_parents(pairs) -> set:
    """Each pair, and for each of its parties the one above it: one step is enough here."""
    above = dict(Party.objects.exclude(parent=None).values_list("slug", "parent__slug"))
    pairs = set(pairs)
    return pairs | {(record, above[value]) for record, value in pairs if value in above}


@KINDS
def test_the_pairs_of_every_filter_are_what_it_lets_through(model):
    make_varied(model)
    slugs = {record.pk: record.slug for record in model.objects.published()}
    asked = filterset(model)

    compared = set()
    for name, each in asked.option_filters().items():
        if asked.one_row(name) or name in asked.of_the_result:
            continue
        pairs = set(each.pairs())
        pairs = with_parents(pairs) if each.takes_children_in else pairs
        values = {value for _record, value in pairs}
        assert values <= each.labels().keys(), name
        for value in each.labels():
            if name == "currency" and value not in values:
                continue  # a hundred and more, of which none occurs
            expected = sorted({slugs[record] for record, held in pairs if held == value})
            assert found(model, f"{name}={value}") == expected, (name, value)
        compared |= {name} if values else set()

    own = {
        "event": {"kind"},
        "programme": {"kind"},
        "contribution": {
            "fund", "operation", "channel", "stage", "form", "currency", "amount",
        },
        "fund": {"lead", "beneficiary", "several_leads"},
        "standing": {"at", "word", "now"},
    }  # fmt: skip
    dated = {"programme", "fund", "operation", "standing"}
    shared = {"together", "area", "organisation", "undated", "series", "part_of", "source", "disputed"}
    in_force = {"in_force"} if model.kind_name() in dated else set()
    assert compared >= shared | in_force | own.get(model.kind_name(), set())


@pytest.mark.one_engine
@KINDS
def test_pairs_and_labels_cost_the_same_queries_for_one_record_as_for_many(model):
    make_record(model, "first")

    def cost() -> dict[str, int]:
        counted = {}
        for name, each in filterset(model).option_filters().items():
            with CaptureQueriesContext(connection) as queries:
                list(each.pairs())
            counted[name] = len(queries)
            with CaptureQueriesContext(connection) as queries:
                each.labels()
            assert len(queries) <= 1, name
        return counted

    if model is Contribution:  # without any standing or any fund none is looked up
        make_standing("partner", date="2014/..")
        make_contribution(fund=make_fund(parties=(("georgia", "beneficiary"),)))
    few = cost()
    make_varied(model)

    assert cost() == few


@KINDS
def test_every_filter_stands_in_one_group_and_every_group_has_its_filters(model):
    asked = filterset(model)
    grouped = [name for _group, _label, names in asked.groups for name in names]

    assert len(grouped) == len(set(grouped))
    assert [*asked.filters] == ["q", *grouped, "sort"]
    assert {*asked.declared_filters} == {
        {"from": "from_", "form": "form_"}.get(name, name) for name in asked.filters
    }
    assert set(asked.of_one_row) <= set(grouped)
    assert len({group for group, _label, _names in asked.groups}) == len(asked.groups)


@KINDS
def test_what_is_of_one_kind_stands_first(model):
    own = [group[0] for group in filterset(model).groups]
    shared = ["party", "role", "level", "portfolio", "time"]

    assert own[own.index("party") :][:5] == shared
    assert own[own.index("together") :] == [
        "together", "area", "organisation", "date", "series", "part_of", "source"
    ]  # fmt: skip


def test_labels_are_of_published_entries_in_the_order_of_the_page():
    make_term("role", "speaker", order=1)
    make_term("role", "guest", order=2)
    make_term("role", "secret", status="draft")
    make_party("zaire", name="Élysée")
    make_party("hidden", status="draft")
    make_event("event", parties=(("spain", "host"),))
    labels = {name: each.labels() for name, each in filterset(Event).option_filters().items()}

    assert labels["role"] == {"host": "Host", "speaker": "Speaker", "guest": "Guest"}
    assert labels["party"] == {"zaire": "Élysée", "nato": "Nato", "spain": "Spain"}
    assert labels["series"] == {}, "no event is an edition of one"
    assert labels["disputed"] == {"1": "Sources disagree"}
    assert list(labels["standing"]) == ["member", "acceding", "partner", "observer", "not-known"]


@pytest.mark.parametrize(
    ("model", "query", "chips"),
    [
        (Event, "running=2015&when=may", ["Running in: 2015", "Dates: May fall within the period"]),
        (Event, "source_before=2020", ["Every source older than: 2020"]),
        (Event, "standing=not-known", ["Standing then: Not known"]),
        (
            Event,
            "together=japan&together=nato",
            ["All of these parties: Japan", "All of these parties: Nato"],
        ),
        (Event, "series=whole&part_of=whole", ["Series: Whole", "Part of: Whole"]),
        (Fund, "several_leads=1&in_force=1", ["More than one lead nation", "In force today"]),
        (Standing, "now=acceding", ["Standing today: Acceding"]),
        (Contribution, "amount=not-stated", ["Amount: Not stated"]),
        (Contribution, "donor_standing=partner", ["Standing of the donor then: Partner"]),
    ],
)
def test_a_filter_in_use_is_said_in_words(model, query, chips):
    make_entry(model, "whole", parties=(("japan", "participant"),))

    assert [words for _name, _value, words in filterset(model, query).in_use()] == chips


def test_the_order_of_parameters_makes_no_other_selection():
    one = filterset(Event, "disputed=1&together=spain&together=italy&running=2015&scope=a")
    other = filterset(Event, "running=2015&scope=a&together=italy&disputed=1&together=spain&sort=newest")

    assert one.selection().urlencode() == other.selection().urlencode()


def test_a_selection_can_be_asked_without_one_of_its_filters():
    add_party(make_event("first", parties=(), areas=("space",)), "japan", ordinal=1)
    make_event("second", parties=(("japan", "host"),))
    asked = filterset(Event, "party=japan&ordinal=1&area=space")

    assert [record.slug for record in asked.without({"ordinal", "area"}).qs.order_by("slug")] == [
        "first",
        "second",
    ]


def test_a_number_and_words_have_one_form_in_an_address():
    make_entry(Event, "whole")

    assert filterset(Event, "ordinal=01&q=two++words").selection().urlencode() == "q=two+words&ordinal=1"
    asked = filterset(Event, "ordinal=01")
    ((name, value, _words),) = asked.in_use()
    assert asked.selection(without=(name, value)).urlencode() == ""


@pytest.mark.parametrize("query", ["", "from=nonsense"])
def test_no_filter_lists_more_than_two_hundred_options(monkeypatch, query):
    monkeypatch.setattr(facets, "MOST_OPTIONS", 3)
    for number, times in enumerate((1, 3, 1, 2, 4)):
        for _time in range(times):
            make_event(parties=((f"party-{number}", "participant"),))
    asked = filterset(Event, query)
    (party,) = [facet for group in asked.facet_groups() for facet in group.facets if facet.name == "party"]

    assert len(party.options) == 3
    assert party.is_cut
    if not query:
        assert [option.value for option in party.options] == ["party-1", "party-3", "party-4"]
        assert not any(facet.is_cut for facet in asked.facet_groups()[0].facets)
