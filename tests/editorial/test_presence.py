"""Who has the form of an entry open: noted, told to others, forgotten."""

from datetime import timedelta

import pytest

from partnership.editorial import presence
from partnership.models import OpenForm
from partnership.models.fields import whole_second
from tests import factories
from tests.admin.accounts import account

pytestmark = pytest.mark.django_db


@pytest.fixture
def event(db):
    return factories.make_event("madrid")


def seen(person, event, seconds):
    """Somebody whose browser was last heard of so many seconds ago."""
    presence.begin(person, event, "event")
    OpenForm.objects.filter(account=person).update(seen_at=whole_second() - timedelta(seconds=seconds))


def told(person, event):
    return [(other.name, other.seconds) for other in presence.others(person, "event", event.pk)]


def test_others_are_told_with_how_long_ago_they_were_seen(event):
    one, other = account("one"), account("other")
    other.first_name, other.last_name = "Ada", "Lovelace"
    other.save()
    seen(one, event, 40)
    seen(other, event, 20)
    assert told(one, event) in ([("Ada Lovelace", 20)], [("Ada Lovelace", 21)])
    assert [name for name, _seconds in told(other, event)] == ["one"]
    assert [name for name, _seconds in told(account("third"), event)] == ["Ada Lovelace", "one"]
    assert told(one, factories.make_event("another")) == []
    assert presence.others(one, "programme", event.pk) == []


def test_who_was_silent_for_long_or_has_left_is_not_told(event):
    one, other = account("one"), account("other")
    seen(other, event, 95)
    assert told(one, event) == []
    assert presence.keep_open(other, "event", event.pk)
    assert [name for name, _seconds in told(one, event)] == ["other"]
    presence.forget(other, "event", event.pk)
    assert told(one, event) == []
    assert not presence.keep_open(other, "event", event.pk)


def test_a_form_in_two_tabs_is_noted_once_and_old_rows_are_swept(event):
    one, other = account("one"), account("other")
    seen(other, event, 25 * 3600)
    presence.begin(one, event, "event")
    presence.begin(one, event, "event")
    assert [(row.account, row.number) for row in OpenForm.objects.all()] == [(one, event.pk)]
