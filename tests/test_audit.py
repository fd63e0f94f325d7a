"""The security log: one line of JSON for each event, when it is certain, and nothing that anybody could forge."""

import json
from datetime import timedelta
from typing import Any

import pytest
from django.contrib.auth import get_user_model
from django.contrib.auth.models import AnonymousUser
from django.db import transaction
from django.test import RequestFactory

from partnership import audit, generation
from partnership.editorial import reviewing, workflow
from partnership.models import Status
from partnership.models.fields import whole_second
from tests import factories
from tests.editorial.edits import seal_of, submit

pytestmark = pytest.mark.django_db


def lines(caplog: Any) -> list[dict[str, Any]]:
    """What was logged, read again."""
    return [json.loads(record.getMessage()) for record in caplog.records if record.name == audit.logger.name]


def test_an_event_is_a_line_of_json_that_says_who_and_from_where(caplog, django_capture_on_commit_callbacks):
    account = get_user_model().objects.create_user("emiko")
    request = RequestFactory().get("/", REMOTE_ADDR="192.0.2.1")
    with caplog.at_level("INFO", audit.logger.name), django_capture_on_commit_callbacks(execute=True):
        audit.tell("merged", by=account, request=request, entries=["event:a", "event:b"])
    assert lines(caplog) == [
        {"event": "merged", "by": "emiko", "entries": ["event:a", "event:b"], "from": "192.0.2.1"}
    ]


def test_nobody_forges_a_line(caplog, django_capture_on_commit_callbacks):
    with caplog.at_level("INFO", audit.logger.name), django_capture_on_commit_callbacks(execute=True):
        audit.tell("sign-in refused", by=AnonymousUser(), name='x"}\n{"event": "published"\u2028')
    assert len(caplog.records) == 1
    assert caplog.records[0].getMessage().splitlines() == [caplog.records[0].getMessage()]
    assert lines(caplog)[0]["by"] == ""


def test_what_was_rolled_back_is_not_told(caplog, django_capture_on_commit_callbacks):
    event = factories.make_event("madrid", status=Status.DRAFT)
    with caplog.at_level("INFO", audit.logger.name), django_capture_on_commit_callbacks(execute=True):
        with generation.held_back():
            workflow.publish(event)
        with transaction.atomic():
            audit.tell("merged", by=None)
            transaction.set_rollback(True)
    assert lines(caplog) == []


def test_what_waits_for_its_hour_and_what_is_loaded_is_told(caplog, django_capture_on_commit_callbacks):
    writer, reviewer = (get_user_model().objects.create_user(name) for name in ("emiko", "olaf"))
    event = factories.make_event("madrid", status=Status.DRAFT)
    revision = submit(event, writer)
    later = whole_second() + timedelta(hours=1)
    with caplog.at_level("INFO", audit.logger.name), django_capture_on_commit_callbacks(execute=True):
        reviewing.approve(revision, by=reviewer, seal=seal_of(revision), publish_at=later)
        workflow.record_import([factories.make_event("oslo")], [], by=writer)
    approved, loaded = lines(caplog)
    assert approved == {"event": "approved", "by": "olaf", "entries": ["event:madrid"], "at": str(later)}
    assert loaded == {"event": "loaded", "by": "emiko", "edition": 1, "created": 1, "changed": 0}


def test_publishing_and_withdrawing_are_told(caplog, django_capture_on_commit_callbacks):
    event = factories.make_event("madrid", status=Status.DRAFT)
    with caplog.at_level("INFO", audit.logger.name), django_capture_on_commit_callbacks(execute=True):
        workflow.publish(event)
        workflow.withdraw(event, reason="Retracted.")
    told = [(each["event"], each["entries"]) for each in lines(caplog)]
    assert told == [("published", ["event:madrid"]), ("withdrawn", ["event:madrid"])]
