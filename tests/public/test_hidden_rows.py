"""Citations of rows that readers may not see: no page and no list tells of them."""

import pytest

from partnership.models import Contribution, Event, Fund, FundFigure, Programme, Status
from partnership.public import resting
from partnership.public.account import citations_by_what_they_support
from partnership.public.citing import disagreements, public_citations, told_citations
from partnership.public.resting import citing_groups, objections
from tests.factories import (
    add_party,
    add_source,
    add_step,
    make_area,
    make_contribution,
    make_event,
    make_fund,
    make_programme,
    make_relation,
    make_source,
    make_term,
    state,
)

from .filtering import filterset, found
from .reading import text_of

pytestmark = pytest.mark.django_db

NOT_PUBLIC = pytest.mark.parametrize("status", [Status.DRAFT, Status.WITHDRAWN])


def hide(entry, status: str = Status.DRAFT) -> None:
    type(entry).objects.filter(pk=entry.pk).update(**state(status))


def row_of_party(status):
    fund = make_fund("told", sources=())
    row = add_party(fund, "secret")
    hide(row.party, status)
    return row


def row_of_role(status):
    fund = make_fund("told", sources=())
    row = add_party(fund, "spain", "secret")
    hide(row.role, status)
    return row


def step(status):
    row = add_step(make_fund("told", sources=()), "secret")
    hide(row.kind, status)
    return row


def figure(status):
    row = FundFigure.objects.create(
        record=make_fund("told", sources=()), kind=make_term("figure", "secret"), quantity="ten"
    )
    hide(row.kind, status)
    return row


def link_to_programme(status):
    programme = make_programme("told", sources=())
    row = programme.links.create(programme=make_programme("secret"), word=make_term("link", "renews"))
    hide(row.programme, status)
    return row


def link_of_word(status):
    programme = make_programme("told", sources=())
    row = programme.links.create(programme=make_programme("other"), word=make_term("link", "secret"))
    hide(row.word, status)
    return row


ROWS = pytest.mark.parametrize(
    "make_row", [row_of_party, row_of_role, step, figure, link_to_programme, link_of_word]
)


@ROWS
@NOT_PUBLIC
def test_a_source_that_contradicts_a_hidden_row_makes_no_disagreement_anywhere(client, make_row, status):
    row = make_row(status)
    record = row.record
    kind = type(record)
    add_source(record, "their-page", supports=row.key, stance="contradicts")
    source = make_source("their-page")

    assert disagreements(kind.objects.for_detail().get(pk=record.pk)) == []
    assert found(kind, "disputed=1") == []
    assert found(kind, "source=their-page") == []
    assert found(kind, "source_before=2030") == []
    assert [option.value for option in filterset(kind).facets.options("disputed")] == []
    assert "their-page" not in [option.value for option in filterset(kind).facets.options("source")]
    assert not objections(source)
    assert citing_groups(source) == []
    assert "Nothing public cites this source." in text_of(client.get(source.get_absolute_url()))

    add_source(record, "their-page", supports="title", stance="contradicts")
    assert found(kind, "disputed=1") == ["told"]
    assert found(kind, "source=their-page") == ["told"]
    assert [option.count for option in filterset(kind).facets.options("disputed")] == [1]
    assert objections(source)


@ROWS
def test_a_row_that_readers_may_see_can_be_disputed(make_row):
    row = make_row(Status.PUBLISHED)
    kind = type(row.record)
    add_source(row.record, "their-page", supports=row.key, stance="contradicts")

    assert found(kind, "disputed=1") == ["told"]
    assert found(kind, "source=their-page") == ["told"]
    assert disagreements(kind.objects.for_detail().get(slug="told"))


def test_a_source_page_leaves_out_a_record_that_cites_it_for_a_hidden_row_alone(client):
    shown = make_event("shown", title="Shown", sources=("the-report",))
    hidden = add_party(shown, "secret")
    add_source(shown, "the-report", supports=hidden.key, locator="page 7")
    alone = make_event("alone", title="Alone", sources=())
    add_source(alone, "the-report", supports=add_party(alone, "secret").key)
    hide(hidden.party)

    (group,) = citing_groups(make_source("the-report"))

    assert (group.count, [citing.entry.slug for citing in group.entries]) == (1, ["shown"])
    (citing,) = group.entries
    assert [(use.supports, use.locator) for use in citing.uses] == [("", "")]
    assert client.get(group.address).context["count"] == group.count


def test_a_statement_under_a_hidden_section_takes_its_sources_with_it(client):
    relation = make_relation()
    hidden = relation.statements.create(
        section=make_term("section", "secret"), area=make_area(), text="Kept back."
    )
    add_source(relation, "their-page", supports=hidden.key, stance="contradicts")
    hide(hidden.section)
    source = make_source("their-page")

    fetched = type(relation).objects.for_detail().get(pk=relation.pk)
    assert "" not in citations_by_what_they_support(fetched)
    assert "Their page" not in text_of(client.get(relation.get_absolute_url()))
    assert not objections(source)
    assert citing_groups(source) == []


def test_an_entry_that_lost_its_citation_meanwhile_is_left_out(monkeypatch):
    make_event("kept", sources=("the-report",))
    make_event("lost", sources=("the-report",))
    read = resting.cut_of_rows

    def losing(*querysets):
        shown = read(*querysets)
        Event.citations.rel.related_model.objects.filter(record__slug="lost").delete()
        return shown

    monkeypatch.setattr(resting, "cut_of_rows", losing)

    (group,) = citing_groups(make_source("the-report"))

    assert [citing.entry.slug for citing in group.entries] == ["kept"]


@pytest.mark.parametrize("kind", [Fund, Programme, Contribution])
def test_the_database_and_the_page_agree_on_what_may_be_told(kind):
    make = {Fund: make_fund, Programme: make_programme, Contribution: make_contribution}[kind]
    record = make("told")
    open_row, hidden = add_party(record, "spain"), add_party(record, "secret")
    hide(hidden.party)
    for supports in ("", "date", open_row.key, hidden.key, "told.gone", "other.japan"):
        add_source(record, f"on-{supports.partition('.')[2] or supports or 'all'}", supports=supports)
    add_source(record, "draft-page")
    hide(make_source("draft-page"))

    fetched = kind.objects.for_detail().get(pk=record.pk)
    assert {each.key for each in told_citations(kind)} == {each.key for each in public_citations(fetched)}
    assert len(public_citations(fetched)) == 4
