"""Merges at once: each happens once, nobody waits in a circle, and nothing named is lost."""

from contextlib import suppress

import pytest
from django.contrib.auth import get_user_model

from partnership.documents import DocumentError
from partnership.editorial import revising
from partnership.editorial.check import register_problems
from partnership.editorial.parting import undo
from partnership.editorial.revising import Refused
from partnership.editorial.uniting import merge
from partnership.models import Edition, Event, Merge, Party
from tests import factories
from tests.editorial.edits import changed
from tests.editorial.test_in_parallel import at_once, of

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("shared_database")]


def test_of_merges_of_the_same_two_at_once_one_is_made_and_undone_once():
    by = get_user_model().objects.create_superuser("chief")
    one, other = (factories.make_party(slug, name="The same") for slug in ("one", "other"))
    factories.make_event("event", parties=(("one", "host"), ("other", "host")))
    pairs = [(one, other), (other, one)] * 3
    found = at_once(
        *[lambda pair=pair: merge(*pair, {"name": "kept"}, by=by, reason="Twice.") for pair in pairs]
    )
    [done] = of(Merge, found)
    assert len(of(Refused, found)) == 5
    assert Edition.objects.exclude(number=0).get() == done.edition
    assert Party.objects.filter(slug__in=("one", "other")).get().reference == done.kept
    found = at_once(*[lambda: undo(done, by=by, reason="Two.")] * 4)
    assert (len(of(Merge, found)), len(of(Refused, found))) == (1, 3)


def test_merges_round_a_circle_and_a_save_of_what_names_them_end():
    by = get_user_model().objects.create_superuser("chief")
    parties = [factories.make_party(slug, name="The same") for slug in ("a", "b", "c")]
    event = factories.make_event("event", parties=(("a", "host"), ("b", "host"), ("c", "host")))
    pairs = [(parties[0], parties[1]), (parties[1], parties[2]), (parties[2], parties[0])]
    acts = [lambda pair=pair: merge(*pair, {"name": "kept"}, by=by, reason="Twice.") for pair in pairs]

    def save() -> None:
        # What it names may be gone by then: the form of an entry tells that.
        with suppress(DocumentError):
            revising.save(event, changed(event, place="Rome"), by=by)

    found = at_once(*acts, save)
    assert len(of(Merge, found)) + len(of(Refused, found)) >= 3
    named = {each.party.slug for each in Event.objects.get(slug="event").involvements.all()}
    assert named <= {each.slug for each in Party.objects.all()}
    assert list(register_problems()) == []
