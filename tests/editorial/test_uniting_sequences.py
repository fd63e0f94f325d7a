"""Whatever is merged and undone in whatever order: nothing is lost, the register keeps its rules, and undoing restores it."""

from typing import Any

import pytest
from django.db import transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from partnership.editorial.check import register_problems
from partnership.editorial.parting import undo
from partnership.editorial.revising import Refused
from partnership.editorial.union import union_of
from partnership.editorial.uniting import merge
from partnership.models import (
    Event,
    EventCitation,
    EventInvolvement,
    Merge,
    Paragraph,
    Party,
    PartyName,
    Source,
    Status,
)
from tests import factories
from tests.admin.accounts import account
from tests.editorial.test_uniting import everything

pytestmark = pytest.mark.django_db

MODELS = (Party, Source, Event)
PUBLIC, DRAFT = Status.PUBLISHED, Status.DRAFT
STATES = (PUBLIC, PUBLIC, DRAFT, DRAFT)
# Either two of a model, by their places, of which one is to stay; or which of the merges made so far is to be undone.
STEPS = st.one_of(
    st.tuples(
        st.just("merge"),
        st.sampled_from(MODELS),
        st.integers(0, 3),
        st.integers(0, 3),
        st.sampled_from(["kept", "gone"]),
    ),
    st.tuples(st.just("undo"), st.integers(0, 5)),
)


def small_register() -> None:
    """Four entries of each model, two public and two drafts, that name one another crosswise."""
    for number, status in enumerate(STATES):
        factories.make_party(f"party-{number}", status=status, note=f"Not [it](party:party-{number % 2}).")
        factories.make_source(f"source-{number}", status=status)
        Paragraph.objects.create(source=f"source-{number}", label=str(number % 3), text=f"{number % 3}")
    for number, status in enumerate(STATES):
        shift = 0 if status == PUBLIC else 2
        parties = ((f"party-{shift}", "host"), (f"party-{shift + number % 2}", "participant"))
        event = factories.make_event(
            f"event-{number}",
            status=status,
            parties=parties,
            organisations=("party-0",),
            sources=(f"source-{shift}", f"source-{shift + 1}"),
            summary="After [that](event:event-1)." if number == 0 else "",
            place=f"Place {number}" if number else "",
        )
        factories.add_source(event, f"source-{shift}", supports=event.involvements.first().key, locator="1")


def told() -> dict[str, set[Any]]:
    """What may not get lost: whom records name in which role, what they cite and where, and all names."""
    involved = EventInvolvement.objects.values_list("role__slug", "name_stated")
    cited = EventCitation.objects.values_list("locator", "stance", "value_stated")
    names = {*Party.objects.values_list("name", flat=True), *PartyName.objects.values_list("text", flat=True)}
    paragraphs = Paragraph.objects.values_list("label", "text")
    return {
        "involved": {*involved},
        "cited": {*cited},
        "names": names,
        "paragraphs": {*paragraphs},
    }


def entry_at(model: Any, place: int) -> Any:
    return model.objects.filter(slug=f"{model.kind_name()}-{place}").first()


def try_to_merge(model: Any, kept: int, gone: int, side: str, by: Any) -> Merge | None:
    one, other = entry_at(model, kept), entry_at(model, gone)
    if one is None or other is None or one == other:
        return None
    choices = {each.name: side for each in union_of(one, other, {}).united.choices}
    try:
        with transaction.atomic():
            return merge(one, other, choices, by=by, reason="The same.")
    except Refused:
        return None


def try_to_undo(done: Merge, by: Any) -> bool:
    try:
        with transaction.atomic():
            undo(done, by=by, reason="Not the same.")
    except Refused:
        return False
    return True


@settings(max_examples=12, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(steps=st.lists(STEPS, min_size=3, max_size=9))
def test_any_sequence_of_merges_and_undos(db, steps):
    with transaction.atomic():
        by = account("chief", "Administrator")
        small_register()
        before, kept_words = everything(), told()
        assert list(register_problems()) == []
        standing: list[Merge] = []
        for what, *how in steps:
            if what == "merge" and (done := try_to_merge(*how, by)):
                standing.append(done)
            elif what == "undo" and standing:
                done = standing[how[0] % len(standing)]
                if try_to_undo(done, by):
                    standing.remove(done)
            assert list(register_problems()) == [], (what, how)
            assert all(words <= told()[name] for name, words in kept_words.items()), (what, how)
        for done in reversed(standing):
            assert try_to_undo(done, by), done
        assert everything() == before
        assert list(register_problems()) == []
        transaction.set_rollback(True)


def test_every_row_of_both_is_in_the_one_that_stays(db):
    by = account("chief", "Administrator")
    small_register()
    Event.objects.exclude(slug__in=("event-0", "event-1")).delete()
    rows = {*EventInvolvement.objects.values_list("party__slug", "role__slug")}
    cited = {*EventCitation.objects.values_list("source__slug", "locator")}
    assert try_to_merge(Event, 0, 1, "kept", by)
    [event] = Event.objects.all()
    assert {*event.involvements.values_list("party__slug", "role__slug")} == rows
    assert {*event.citations.values_list("source__slug", "locator")} == cited
