"""How much each edition did, counted as the change log tells it."""

from collections import Counter

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from partnership import documents
from partnership.editorial import workflow
from partnership.history import ChangeLog, Counts, What, counts_by_edition
from partnership.models import ENTRY_MODELS, Edition, Nature, Party, Revision, Status
from tests import factories

pytestmark = pytest.mark.django_db

KINDS = {What.NEW: "new", What.CHANGED: "changed", What.RETURNED: "changed", What.WITHDRAWN: "withdrawn"}


def edit(entry, **fields):
    before = documents.dump(entry)
    for name, value in fields.items():
        setattr(entry, name, value)
    entry.save()
    factories.republish(entry, before=before)


def a_busy_register():
    """Editions that publish, change, withdraw and bring back; a draft, and a relation with a draft party."""
    summit = factories.make_event("summit", title="Summit")
    edit(summit, place="Madrid")
    workflow.withdraw(summit, reason="Doubted")
    workflow.publish(factories.make_event("visit", status="draft"))
    workflow.publish(summit)
    edit(factories.make_party("spain"), note="A country")
    new, old = factories.make_event("new"), factories.make_event("old")
    before = documents.dump(old)
    old.place = "Lisbon"
    old.save()
    workflow.record_import([new], [(old, before)])
    workflow.withdraw(factories.make_event("twice"), reason="Twice")
    factories.make_event("secret", status="draft")
    factories.make_relation(party="hidden")
    Party.objects.filter(slug="hidden").update(status=Status.DRAFT)


def test_the_counts_are_those_of_the_change_log():
    a_busy_register()
    numbers = [0, *Edition.objects.exclude(number=0).values_list("number", flat=True)]
    told = Counter(
        (each.edition.number, KINDS[each.what])
        for each in ChangeLog([model.objects.all() for model in ENTRY_MODELS])[0:1000]
    )
    counts = counts_by_edition(numbers)
    found = {
        (number, kind): getattr(counts[number], kind)
        for number in numbers
        for kind in ("new", "changed", "withdrawn")
    }
    assert {key: number for key, number in found.items() if number} == told
    assert sum(told.values()) == sum(each.all for each in counts.values()) > 12


def test_an_edition_that_did_nothing_public_counts_nothing():
    workflow.record_import([factories.make_event("one", status="draft")], [])
    assert counts_by_edition([1]) == {1: Counts()}
    assert counts_by_edition([]) == {}


def test_the_number_of_queries_does_not_grow_with_editions_or_entries():
    def queries():
        with CaptureQueriesContext(connection) as captured:
            counts_by_edition(range(100))
        return len(captured)

    a_busy_register()
    few = queries()
    for number in range(10):
        edit(factories.make_event(f"event-{number}"), place="Madrid")
    assert queries() == few == 2


def test_the_log_of_a_nature_tells_what_changed_so_and_nothing_that_is_new():
    event = factories.make_event("one", title="One")
    for place in ("Madrid", "Lisbon"):
        edit(event, place=place)
    workflow.publish(factories.make_event("two", status="draft"))
    Revision.objects.exclude(edition=1).update(nature=Nature.CORRECTION)
    log = ChangeLog([model.objects.all() for model in ENTRY_MODELS], nature=Nature.CORRECTION)
    assert [(each.edition.number, each.title) for each in log[0:10]] == [(2, "One")]
    assert log.count() == 1


def test_a_log_is_true_where_it_has_something_to_tell():
    events = [model.objects.all() for model in ENTRY_MODELS]
    assert not ChangeLog(events)
    factories.make_event("one")
    assert ChangeLog(events)
    assert not ChangeLog(events, after=0)
