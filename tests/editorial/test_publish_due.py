"""`manage.py publish_due`: one line for each entry whose time has come."""

from datetime import timedelta

import pytest
from django.core.management import call_command

from partnership.editorial import reviewing
from partnership.models import Event, Revision
from partnership.models.fields import whole_second
from tests import factories
from tests.editorial.edits import seal_of, submit

pytestmark = pytest.mark.django_db


def schedule(entry, writer, reviewer, *, hours):
    revision = submit(entry, writer)
    later = whole_second() + timedelta(hours=5)
    reviewing.approve(revision, by=reviewer, seal=seal_of(revision), publish_at=later, sources_confirmed=True)
    Revision.objects.filter(pk=revision.pk).update(publish_at=whole_second() + timedelta(hours=hours))


def test_it_publishes_what_is_due_and_says_what_went_back(writer, reviewer, capsys):
    for slug, hours in (("broken", -3), ("good", -2), ("later", 2)):
        schedule(factories.make_event(slug, status="draft"), writer, reviewer, hours=hours)
    Event.objects.get(slug="broken").citations.all().delete()
    call_command("publish_due")
    broken, good = capsys.readouterr().out.splitlines()
    assert broken.startswith("event:broken: sent back. It could not be published at its time:")
    assert good == "event:good: published in edition 1"
    assert [event.slug for event in Event.objects.published()] == ["good"]


def test_the_second_run_finds_nothing_to_do(writer, reviewer, capsys):
    schedule(factories.make_event("one"), writer, reviewer, hours=-1)
    call_command("publish_due")
    assert capsys.readouterr().out
    call_command("publish_due")
    assert capsys.readouterr().out == ""
