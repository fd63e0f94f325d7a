"""Withdrawing what others name: each of them goes too or has the mention cut out of it, all in one edition."""

import pytest

from partnership import documents
from partnership.editorial import revising, workflow
from partnership.editorial.cutting import without
from partnership.editorial.workflow import CUT, WITHDRAW, Refused
from partnership.models import Edition, Event, Party, Revision, Status
from tests import factories
from tests.editorial.edits import rows_say, save

pytestmark = pytest.mark.django_db


def event(slug="one", **fields):
    return factories.make_event(
        slug, **{"parties": (("japan", "participant"), ("navy", "host")), "areas": ("relief",), **fields}
    )


# The document


def test_rows_that_name_it_go_with_the_citations_that_support_them():
    one = event()
    navy = one.involvements.get(party__slug="navy")
    factories.add_source(one, "b-page", supports=navy.key)
    factories.add_source(one, "c-page", supports="title")
    before = documents.dump(one)
    after = without(before, navy.party)
    gone = {documents.label(row) for row in before} - {documents.label(row) for row in after}
    assert gone == {"eventinvolvement[one.navy]", "eventcitation[one.b-page-navy]"}
    assert [row for row in before if documents.label(row) not in gone] == after


def test_a_citation_with_the_key_of_a_row_that_goes_is_not_taken_for_it():
    one = event(sources=("navy",))
    navy = one.involvements.get(party__slug="navy")
    assert one.citations.get().key == navy.key
    factories.add_source(one, "b-page", supports=navy.key)
    left = {documents.label(row) for row in without(documents.dump(one), navy.party)}
    assert left == {"event[one]", "eventinvolvement[one.japan]", "eventcitation[one.navy]"}


def test_a_member_is_taken_out_and_a_field_that_may_be_empty_is_emptied():
    series = event("series")
    one = event(series=series)
    fields = without(documents.dump(one), one.areas.get())[0]["fields"]
    assert (fields["areas"], fields["series"]) == ([], ["series"])
    assert without(documents.dump(one), series)[0]["fields"]["series"] is None


def test_a_link_becomes_its_words_and_other_links_stay():
    event()
    relation = factories.make_relation(lede="They met [in Madrid](event:one), [again](event:one-more).")
    fields = without(documents.dump(relation), Event.objects.get(slug="one"))[0]["fields"]
    assert fields["lede"] == "They met in Madrid, [again](event:one-more)."


def test_an_entry_of_another_kind_with_the_same_address_is_not_meant():
    one = event(parties=(("relief", "participant"),))
    after = without(documents.dump(one), one.areas.get())
    assert any(row["fields"].get("party") == ["relief"] for row in after)


def test_what_cannot_do_without_the_name_says_so():
    relation = factories.make_relation()
    with pytest.raises(Refused, match="cannot do without “party”"):
        without(documents.dump(relation), relation.party)


def test_a_document_that_does_not_name_it_stays_as_it_is():
    before = documents.dump(event())
    assert without(before, factories.make_party("france")) == before


# Withdrawing


def test_without_a_fate_for_each_user_nothing_is_withdrawn():
    event(), event("two")
    area = Event.objects.get(slug="one").areas.get()
    with pytest.raises(Refused, match="event:two"):
        workflow.withdraw(area, reason="Doubled", fates={"event:one": CUT})
    assert not Edition.objects.exists()
    assert not Revision.objects.exists()


def test_each_user_meets_its_fate_in_one_edition(writer):
    one, two = event(), event("two")
    before = documents.dump(one)
    area = one.areas.get()
    fates = {"event:one": CUT, "event:two": WITHDRAW}
    edition = workflow.withdraw(area, reason=" Doubled ", by=writer, fates=fates)
    for entry in (one, two):
        entry.refresh_from_db()
    assert one.is_public
    assert list(one.areas.all()) == []
    assert (area.status, area.withdrawn_reason) == (Status.WITHDRAWN, "Doubled")
    assert (two.status, two.withdrawn_reason) == (Status.WITHDRAWN, "Doubled")
    assert {one.since, two.since, area.since} == {edition.number}
    revisions = {each.entry: each for each in edition.revisions.all()}
    assert set(revisions) == {"event:one", "event:two", "area:relief"}
    assert revisions["event:one"].base_digest == documents.digest(before)
    assert revisions["event:one"].document == rows_say(one)
    assert {(each.made_by, each.reason.strip()) for each in revisions.values()} == {(writer, "Doubled")}
    assert Edition.objects.exclude(number=0).get() == edition
    assert Revision.objects.filter(entry="event:one", edition=0).get().document == before


def test_what_would_break_a_rule_without_the_name_refuses_it_all():
    one = event(parties=(("navy", "host"),))
    before = documents.dump(one)
    with pytest.raises(Refused, match="event:one involvements"):
        workflow.withdraw(Party.objects.get(slug="navy"), reason="No more", fates={"event:one": CUT})
    assert rows_say(one) == before
    assert Party.objects.get(slug="navy").is_public


def test_what_goes_too_must_not_be_needed_by_anything_that_stays():
    series = event("series")
    event("two", series=series)
    with pytest.raises(Refused, match="event:two"):
        workflow.withdraw(series.areas.get(), reason="Gone", fates={"event:series": WITHDRAW})


def test_a_fate_of_what_does_not_name_it_changes_nothing_there():
    other = event("other", areas=())
    one = event()
    area = one.areas.get()
    workflow.withdraw(area, reason="Doubled", fates={"event:one": CUT, "event:other": WITHDRAW})
    other.refresh_from_db()
    assert other.is_public
    assert not Revision.objects.filter(entry="event:other").exists()


def test_an_open_change_of_what_was_cut_is_joined_before_it_is_published(writer):
    one = event()
    revision = save(one, writer, place="Madrid")
    workflow.withdraw(one.areas.get(), reason="Doubled", fates={"event:one": CUT})
    with pytest.raises(Refused, match="join the two"):
        workflow.publish_revision(revision)
    assert revising.document_called(one, revision.base_digest)[0]["fields"]["areas"] == [["relief"]]
