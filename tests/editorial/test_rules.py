"""What must hold before an entry may be public, each rule broken once."""

import pytest
from django.core.management import CommandError, call_command
from django.db import connection
from django.test.utils import CaptureQueriesContext

from partnership.editorial import rules
from partnership.models import (
    ENTRY_MODELS,
    Alias,
    Area,
    Event,
    EventInvolvement,
    Party,
    Programme,
    Term,
)
from tests import factories

pytestmark = pytest.mark.django_db


def said(entry):
    return "\n".join(map(str, rules.problems(entry)))


@pytest.mark.parametrize("model", ENTRY_MODELS, ids=lambda model: model.__name__)
def test_a_complete_entry_has_no_problem(model):
    assert rules.problems(factories.make_entry(model)) == []


def test_a_record_without_a_source_that_supports_it():
    assert "add a citation" in said(factories.make_event(sources=()))
    event = factories.make_event(sources=())
    factories.add_source(event, stance="contradicts")
    assert "add a citation" in said(event)


def test_a_record_without_a_party_or_an_organisation():
    assert "no party takes part" in said(factories.make_event(parties=()))
    assert "no organisation is named" in said(factories.make_event(organisations=()))
    assert "no party" not in said(factories.make_standing(parties=()))


def test_a_statement_without_a_citation_of_its_own():
    relation = factories.make_relation()
    relation.citations.all().delete()
    assert "highlights: no citation supports the statement" in said(relation)
    factories.add_source(relation)
    assert "no citation supports the statement" in said(relation)
    factories.add_source(relation, "another", supports=relation.statements.get().key)
    assert said(relation) == ""


def test_a_first_that_does_not_say_of_what():
    event = factories.make_event(parties=())
    row = factories.add_party(event, "japan", ordinal=1)
    assert "say what is counted" in said(event)
    row.scope = factories.make_term("scope", "scope-summits")
    row.save()
    assert said(event) == ""


def test_two_rows_that_say_the_same():
    event = factories.make_event("one", parties=(("japan", "participant"), ("japan", "host")))
    assert said(event) == ""
    factories.add_party(event, "japan", "host", position=7)
    assert "says the same as the row one.japan-2" in said(event)


def test_a_circle_of_parts_series_parents_and_followers():
    a, b, c = (factories.make_event(slug) for slug in "abc")
    for field in ("part_of", "series"):
        for one, other in ((a, b), (b, c), (c, a)):
            setattr(one, field, other)
            one.save()
        assert f"{field}: goes round in a circle" in said(a)
        assert f"{field}: goes round in a circle" in said(c)
        Event.objects.update(**{field: None})
    one, other = factories.make_party("one"), factories.make_party("other")
    one.parent = one.follows = other
    one.save()
    other.parent = other.follows = one
    other.save()
    assert "parent: goes round" in said(one)
    assert "follows: goes round" in said(other)


def test_a_circle_that_the_entry_only_leads_into_is_seen_from_there_too():
    a, b, c = (factories.make_event(slug) for slug in "abc")
    b.part_of, c.part_of, a.part_of = c, b, b
    for each in (a, b, c):
        each.save()
    assert "circle" in said(a)


def test_a_reference_that_is_not_public_wherever_it_stands():
    event = factories.make_event(series=factories.make_event("hidden", status="draft"))
    assert "series: names “Hidden” (event:hidden), which is not public" in said(event)
    event = factories.make_event(areas=())
    event.areas.add(factories.make_area("secret", status="withdrawn"))
    assert "areas: names “Secret”" in said(event)
    event = factories.make_event("two")
    factories.make_party("nowhere", status="draft")
    factories.add_party(event, "nowhere")
    assert "two.nowhere party: names “Nowhere”" in said(event)


def test_a_word_of_another_vocabulary():
    event = factories.make_event()
    Event.objects.filter(pk=event.pk).update(level=factories.make_term("portfolio", "defence"))
    event.refresh_from_db()
    assert "level: “Defence” is not a word of the vocabulary “level”" in said(event)
    EventInvolvement.objects.update(role=Term.objects.get(slug="defence"))
    assert "japan role: “Defence” is not a word" in said(event)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("[x](event:nowhere)", "leads to nothing public"),
        ("[x](javascript:alert)", "leads to nothing public"),
        ("[x](somewhere)", "neither a web address nor kind:slug"),
        ("[x](user:admin)", "leads to nothing public"),
        ("[x](https://example.org)", ""),
        ("[x](event:other)", ""),
    ],
)
def test_links_must_lead_somewhere_public(text, message):
    factories.make_event("other")
    event = factories.make_event(summary=text)
    assert message in said(event)
    assert bool(said(event)) is bool(message)


def test_a_link_to_a_draft():
    factories.make_event("draft", status="draft")
    assert "leads to nothing public" in said(factories.make_event(summary="[x](event:draft)"))


def test_a_citation_that_supports_what_is_not_there():
    event = factories.make_event("one")
    for supports in ("date", "one.japan", ""):
        factories.add_source(event, "another", supports=supports)
    assert said(event) == ""
    factories.add_source(event, "another", supports="one.nobody")
    assert "supports “one.nobody”, which is neither a field nor a row" in said(event)


def test_a_row_with_a_key_of_another_entry():
    event = factories.make_event("one", parties=())
    role = factories.make_term("role", "host")
    EventInvolvement.objects.create(key="two.japan", record=event, party=factories.make_party(), role=role)
    assert "two.japan: the key of a row starts with" in said(event)


def test_a_step_that_ends_the_record_before_it_begins():
    programme = factories.make_programme("plan")
    factories.add_step(programme, "step-agreed", "2020")
    ended = factories.add_step(programme, "step-ended", "2010")
    assert "plan.step-ended date: this step ends the record before “Step agreed” (plan.step-agreed)" in said(
        programme
    )
    ended.date = "2020"
    ended.save()
    assert said(programme) == ""


def test_a_link_is_written_plainly_so_that_it_is_found_again():
    factories.make_area("a-b")
    assert "write the link “area:a-b” plainly" in said(factories.make_event(summary=r"[x](area:a\-b)"))


def test_a_link_leads_to_a_page_and_a_word_has_none():
    factories.make_term("level", "ministers")
    assert "leads to nothing public" in said(factories.make_event(summary="[x](term:ministers)"))


def test_a_word_stays_in_the_vocabulary_in_which_it_is_used():
    event = factories.make_event()
    role = event.involvements.get().role
    assert said(role) == ""
    role.vocabulary, role.acts_as = "level", "none"
    role.save()
    assert "vocabulary: a public party taking part uses it as “role”" in said(role)
    Event.objects.update(status="draft")
    assert said(role) == ""


@pytest.mark.parametrize(
    ("make", "field"),
    [(factories.make_party, "note"), (factories.make_fund, "purpose"), (factories.make_area, "scope_note")],
)
def test_links_of_every_public_text_are_checked_and_hold_what_they_lead_to(make, field):
    event = factories.make_event("one")
    teller = make("teller", **{field: "[that](event:one) and [this](event:nowhere)"})
    assert f"{field}: the link “event:nowhere” leads to nothing public" in said(teller)
    assert teller.reference in needed(event)


# What still needs an entry that is to be withdrawn


def needed(entry):
    return "\n".join(map(str, rules.withdrawal_problems(entry)))


def test_whatever_public_entries_name_cannot_be_withdrawn():
    event = factories.make_event("one", areas=("relief",))
    assert needed(event) == ""
    for entry in (event.areas.get(), event.organisations.get(), event.involvements.get().party, event.kind):
        assert "(event:one) names it" in needed(entry)
    assert "(event:one) names it" in needed(event.citations.get().source)


def test_drafts_do_not_hold_what_they_name():
    factories.make_event("one", status="draft", areas=("relief",))
    assert needed(factories.make_area("relief")) == ""


def test_links_in_public_texts_hold_what_they_lead_to():
    event = factories.make_event("one")
    factories.make_event("one-more")
    factories.make_event("teller", summary="[x](event:one)")
    relation = factories.make_relation()
    relation.statements.update(text="[x](event:one-more)")
    assert "(event:teller)" in needed(event)
    assert "nato-japan" not in needed(event), "event:one is only the beginning of event:one-more"


def test_links_between_programmes_hold_the_older_one():
    old, new = factories.make_programme("old"), factories.make_programme("new")
    new.links.create(word=factories.make_term("link", "supersedes"), programme=old)
    assert "(programme:new) names it" in needed(old)
    assert needed(Programme.objects.get(slug="new")) == ""


# The whole register


def test_check_register_counts_nothing_in_a_good_register(capsys):
    for model in ENTRY_MODELS:
        factories.make_entry(model)
    call_command("check_register")
    assert capsys.readouterr().out == "0 problems\n"


def test_check_register_names_entry_field_and_remedy_and_fails(capsys):
    factories.make_event("one", sources=())
    factories.make_relation().citations.all().delete()
    Alias.objects.create(address="party:old", target="party:nowhere")
    factories.make_source("bad", url="https://not an address")
    with pytest.raises(CommandError, match="4 problems"):
        call_command("check_register")
    out = capsys.readouterr().out
    assert "event[one].citations: no source supports the record: add a citation." in out
    assert "relation[nato-japan].nato-japan.highlights: no citation supports the statement" in out
    assert "alias[party:old].target: it leads to “party:nowhere”, which is not public" in out
    assert "source[bad].url: Enter a valid URL." in out


def test_check_register_leaves_drafts_alone(capsys):
    factories.make_event("one", status="draft", sources=(), parties=())
    call_command("check_register")
    assert capsys.readouterr().out == "0 problems\n"


def test_the_lede_of_a_relation_needs_a_source():
    relation = factories.make_relation(lede="They have worked together for long.")
    assert [problem.field for problem in rules.problems(relation)] == ["lede"]

    relation.citations.create(source=factories.make_source("the-page"), supports="lede")
    assert rules.problems(relation) == []


def broken_entries(model):
    """A complete entry of a model, one that names what is not public, and one with a broken text or row."""
    whole, naming, wrong = (factories.make_entry(model) for _ in range(3))
    secret = factories.make_source("secret", status="draft")
    if hasattr(model, "citations"):
        factories.add_source(naming, "secret")
        wrong.citations.all().delete()
        factories.add_source(wrong, supports="nothing-of-it")
    if hasattr(model, "areas"):
        naming.areas.add(
            factories.make_area("hidden-area", status="draft"), factories.make_area("a-public-area")
        )
    if hasattr(model, "steps"):
        factories.add_step(wrong, "step-agreed", "2020")
        factories.add_step(wrong, "step-ended", "2010")
    if model is Party:
        naming.names.create(text="Alias", source=secret)
    for field in model.markdown_fields:
        setattr(wrong, field, "See [one](event:nowhere), [two](no:where).")
    for field in model._meta.concrete_fields:
        if field.related_model is model:
            setattr(wrong, field.name, naming)
            setattr(naming, field.name, wrong)
            naming.save()
    wrong.save()
    return [whole, naming, wrong]


# A word names nothing and has no text of Markdown, an area names nothing.
BROKEN = {Term: [False, False, False], Area: [False, False, True]}


@pytest.mark.parametrize("model", ENTRY_MODELS, ids=lambda model: model.__name__)
def test_many_entries_are_checked_as_each_alone_in_the_queries_of_one(model):
    entries = broken_entries(model)
    each = {entry.pk: rules.problems(entry) for entry in entries}
    with CaptureQueriesContext(connection) as together:
        assert rules.problems_of(entries) == each
    more = [*entries, *(factories.make_entry(model) for _ in range(2))]
    with CaptureQueriesContext(connection) as grown:
        found = rules.problems_of(more)
    assert len(grown) == len(together)
    assert found == {**each, **{entry.pk: [] for entry in more[3:]}}
    assert [bool(problems) for problems in each.values()] == BROKEN.get(model, [False, True, True])
