"""Merging two entries, and undoing it: nothing is lost, and everything comes back to the letter."""

import logging
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client

from partnership import documents, generation
from partnership.editorial import revising, workflow
from partnership.editorial.check import register_problems
from partnership.editorial.parting import undo
from partnership.editorial.revising import Refused
from partnership.editorial.union import can_be_swapped, union_of
from partnership.editorial.uniting import merge
from partnership.models import (
    ENTRY_MODELS,
    Alias,
    Area,
    Bundle,
    BundleItem,
    Edition,
    Event,
    Merge,
    Nature,
    Paragraph,
    Party,
    Relation,
    Remit,
    Revision,
    RevisionState,
    Source,
    Status,
    Vocabulary,
)
from tests import factories
from tests.admin.accounts import account
from tests.editorial.edits import rows_say, save, submit

pytestmark = pytest.mark.django_db


@pytest.fixture
def publisher(db: None) -> Any:
    return account("publisher", "Publisher")


@pytest.fixture
def two(db: None) -> tuple[Event, Event]:
    """The same summit twice, public, each with something of its own."""
    kept = factories.make_event(
        "madrid",
        title="Madrid Summit",
        date="2022-06-29",
        parties=(("japan", "participant"), ("norway", "host")),
        areas=("cyber",),
    )
    gone = factories.make_event(
        "madrid-2022",
        title="Summit of Madrid",
        date="2022-06",
        place="Madrid",
        parties=(("japan", "participant"), ("korea", "participant")),
        areas=("space",),
        sources=("a-page", "b-page"),
    )
    korea = gone.involvements.get(party__slug="korea")
    japan = gone.involvements.get(party__slug="japan")
    factories.add_source(gone, "c-page", supports=korea.key)
    factories.add_source(gone, "c-page", supports=japan.key, locator="12")
    return kept, gone


def make_one(kept: Any, gone: Any, by: Any, side: str = "kept", **choices: str) -> Merge:
    asked = {each.name: side for each in union_of(kept, gone, {}).united.choices}
    return merge(kept, gone, {**asked, **choices}, by=by, reason="The same summit.")


def everything() -> dict[str, Any]:
    """What every entry says, and where old addresses lead; without what undoing moves on."""
    found: dict[str, Any] = {}
    for model in ENTRY_MODELS:
        for document in documents.dump_many(model, model.objects.values_list("pk", flat=True)).values():
            del document[0]["fields"]["changed"]
            found[f"{model.kind_name()}:{document[0]['fields']['slug']}"] = document
    return {**found, "aliases": dict(Alias.objects.values_list("address", "target"))}


# What becomes of the two


def test_what_stays_says_what_both_said_and_rows_that_say_the_same_stand_once(two, publisher):
    kept, gone = two
    make_one(kept, gone, publisher, date="gone")
    kept.refresh_from_db()
    assert (kept.title, kept.date, kept.place) == ("Madrid Summit", "2022-06", "Madrid")
    assert kept.other_names == "Summit of Madrid"
    assert {each.slug for each in kept.areas.all()} == {"cyber", "space"}
    assert sorted(kept.involvements.values_list("key", flat=True)) == [
        "madrid.japan",
        "madrid.korea",
        "madrid.norway",
    ]
    cited = sorted(kept.citations.values_list("source__slug", "supports"))
    assert cited == [
        ("a-page", ""),
        ("b-page", ""),
        ("c-page", "madrid.japan"),
        ("c-page", "madrid.korea"),
    ]
    assert not Event.objects.filter(slug="madrid-2022").exists()
    assert list(register_problems()) == []


def test_what_both_say_otherwise_is_asked_and_what_one_leaves_empty_is_not(two, publisher):
    kept, gone = two
    asked = {each.name for each in union_of(kept, gone, {}).united.choices}
    assert asked == {"title", "date"}
    with pytest.raises(Refused, match="Choose which") as refused:
        merge(kept, gone, {"title": "kept"}, by=publisher, reason="Twice.")
    assert [problem.field for problem in refused.value.problems] == ["date"]
    assert Event.objects.filter(slug="madrid-2022").exists()


def test_amounts_and_dates_are_chosen_with_what_belongs_to_them(publisher):
    kept = factories.make_contribution("gift", amount="10", currency="USD", amount_stated="ten")
    gone = factories.make_contribution("gift-2", title="Gift", amount="20", currency="EUR", qualifier="about")
    make_one(kept, gone, publisher, amount="gone")
    kept.refresh_from_db()
    assert (str(kept.amount), kept.currency, kept.qualifier, kept.amount_stated) == (
        "20.00",
        "EUR",
        "about",
        "",
    )


def test_an_amount_that_one_of_them_states_alone_is_taken_whole(publisher):
    kept = factories.make_contribution("gift")
    gone = factories.make_contribution("gift-2", title="Gift", amount="20", currency="EUR", qualifier="about")
    make_one(kept, gone, publisher)
    kept.refresh_from_db()
    assert (str(kept.amount), kept.currency, kept.qualifier) == ("20.00", "EUR", "about")


def test_a_party_is_found_by_the_name_that_is_no_longer_its_own(publisher):
    kept = factories.make_party("eswatini")
    gone = factories.make_party("swaziland", country_code="SZ")
    factories.make_event("one", parties=(("swaziland", "host"),))
    make_one(kept, gone, publisher)
    kept.refresh_from_db()
    assert kept.country_code == "SZ"
    assert [(each.text, each.form) for each in kept.names.all()] == [("Swaziland", "search")]
    assert "/events/one/" in Client().get("/search/?q=swaziland").content.decode()


def test_words_of_one_vocabulary_areas_and_sources_can_be_one_too(publisher):
    one, other = (factories.make_area(slug) for slug in ("cyber", "cyber-defence"))
    event = factories.make_event("one", areas=("cyber-defence", "cyber"))
    make_one(one, other, publisher)
    assert [each.slug for each in event.areas.all()] == ["cyber"]
    assert Area.objects.get().synonyms == "Cyber defence"
    host, guest = (factories.make_term(Vocabulary.ROLE, slug) for slug in ("host", "organiser"))
    factories.add_party(event, "norway", "organiser")
    make_one(host, guest, publisher, acts_as="kept")
    assert event.involvements.get(party__slug="norway").role == host
    with pytest.raises(Refused, match="different vocabularies"):
        make_one(host, factories.make_term(Vocabulary.LEVEL, "leaders"), publisher)


# What named it


def test_whatever_named_it_names_what_stays_whatever_its_status(publisher):
    kept, gone = factories.make_party("eswatini"), factories.make_party("swaziland")
    text = "They met [there](party:swaziland), not in [Swaziland](party:swaziland-2)."
    factories.make_party("swaziland-2")
    area = factories.make_area("relief", scope_note=text)
    made = {
        status: factories.make_event(f"one-{status}", status=status, parties=(("swaziland", "host"),))
        for status in Status
    }
    both = factories.make_event("both", parties=(("swaziland", "host"), ("eswatini", "host")))
    factories.add_source(both, supports=both.involvements.get(party=gone).key)
    done = make_one(kept, gone, publisher)
    area.refresh_from_db()
    assert area.scope_note == text.replace("(party:swaziland)", "(party:eswatini)")
    for event in made.values():
        assert [each.party.slug for each in event.involvements.all()] == ["eswatini"]
    [row] = both.involvements.all()
    assert both.citations.get(supports__startswith="both").supports == row.key
    told = {each.entry: each for each in done.edition.revisions.filter(state=RevisionState.PUBLISHED)}
    assert told.keys() == {"party:eswatini", "event:one-published", "event:both", "area:relief"}
    assert told["party:eswatini"].nature == Nature.CORRECTION
    assert told["event:both"].nature == Nature.WORDING
    assert revising.head_of(made["draft"]).reason == "The same summit."
    assert rows_say(made["withdrawn"]) == Revision.objects.filter(entry="event:one-withdrawn").get().document


def test_its_address_leads_to_what_stays_and_so_does_what_led_to_it(two, publisher):
    kept, gone = two
    Alias.objects.create(address="event:older", target="event:madrid-2022")
    done = make_one(kept, gone, publisher)
    for address in ("/events/madrid-2022/", "/events/older/", "/api/v1/events/madrid-2022/"):
        response = Client().get(address)
        assert (response.status_code, response.url.endswith("/events/madrid/")) == (301, True)
    undo(done, by=publisher, reason="They are two.")
    assert Client().get("/events/madrid-2022/").status_code == 200
    assert Client().get("/events/older/").url == "/events/madrid-2022/"
    assert not Alias.objects.filter(address="event:madrid-2022").exists()


def test_the_rows_of_the_desk_follow_and_come_back(publisher):
    kept, gone = factories.make_source("report"), factories.make_source("report-2", title="Report")
    party = factories.make_party("eswatini"), factories.make_party("swaziland")
    remit = Remit.objects.create(account=account("limited"))
    remit.parties.set([party[1]])
    item = BundleItem.objects.create(
        bundle=Bundle.objects.create(title="Day"), entry=gone.reference, is_done=True
    )
    for source, label, words in (("report", "1", ""), ("report-2", "1", "One"), ("report-2", "2", "Two")):
        Paragraph.objects.create(source=source, label=label, text=words)
    paragraphs = sorted(Paragraph.objects.values_list("source", "label", "text"))
    done = make_one(kept, gone, publisher), make_one(*party, publisher)
    assert sorted(Paragraph.objects.values_list("source", "label", "text")) == [
        ("report", "1", "One"),
        ("report", "2", "Two"),
    ]
    item.refresh_from_db()
    assert item.entry == "source:report"
    assert [each.slug for each in remit.parties.all()] == ["eswatini"]
    for each in reversed(done):
        undo(each, by=publisher, reason="Two.")
    item.refresh_from_db()
    assert item.entry == "source:report-2"
    assert [each.slug for each in remit.parties.all()] == ["swaziland"]
    assert sorted(Paragraph.objects.values_list("source", "label", "text")) == paragraphs


# What is refused


def refused(kept: Any, gone: Any, by: Any, match: str) -> None:
    before, revisions = everything(), Revision.objects.count()
    with pytest.raises(Refused, match=match):
        make_one(kept, gone, by)
    assert everything() == before
    assert (Revision.objects.count(), Merge.objects.count()) == (revisions, 0)


def test_what_stays_is_public_unless_both_are_drafts(publisher):
    made = {status: factories.make_event(f"one-{status}", status=status) for status in Status}
    draft, public, withdrawn = (made[each] for each in (Status.DRAFT, Status.PUBLISHED, Status.WITHDRAWN))
    for kept, gone in ((draft, public), (withdrawn, public), (draft, withdrawn), (withdrawn, draft)):
        refused(kept, gone, publisher, "must be public")
        assert can_be_swapped(kept, gone) == gone.is_public
    for other, match in ((public, "same entry"), (factories.make_exercise("other"), "not of one kind")):
        with pytest.raises(Refused, match=match):
            merge(public, other, {}, by=publisher, reason="Twice.")
    done = make_one(public, withdrawn, publisher)
    assert Client().get("/events/one-withdrawn/").status_code == 301
    undo(done, by=publisher, reason="Two.")
    assert Client().get("/events/one-withdrawn/").status_code == 410


def test_unfinished_changes_of_any_of_them_are_finished_first(two, publisher):
    kept, gone = two
    naming = factories.make_event("part", part_of=gone)
    other = factories.make_event("other")
    save(naming, place="Rome")
    refused(kept, gone, publisher, "Finish or discard the change of “Part”")
    revising.discard(naming, by=publisher)
    save(other, summary="It began [there](event:madrid-2022).")
    refused(kept, gone, publisher, "A change of event:other names")
    revising.discard(other, by=publisher)
    BundleItem.objects.create(bundle=Bundle.objects.create(title="Day"), entry=kept.reference)
    refused(kept, gone, publisher, "waits in the bundle “Day”")


def test_drafts_in_review_are_left_alone(publisher):
    one, other = (factories.make_event(slug, status=Status.DRAFT) for slug in ("one", "two"))
    submit(other)
    refused(one, other, publisher, "Finish or discard the change of “Two”")


def test_neither_may_name_the_other_nor_go_round_in_a_circle(publisher):
    kept = factories.make_event("kept")
    refused(kept, factories.make_event("part", part_of=kept), publisher, "part_of: One of the two names")
    gone = factories.make_event("gone")
    between = factories.make_event("between", part_of=gone)
    Event.objects.filter(pk=kept.pk).update(part_of=between)
    refused(kept, gone, publisher, "circle")
    Event.objects.update(status=Status.DRAFT, first_published=None)
    kept.refresh_from_db(), gone.refresh_from_db()
    refused(kept, gone, publisher, "circle")


def test_what_the_database_does_not_take_is_said_in_its_words(publisher):
    kept, gone = (factories.make_party(slug, kind="organisation") for slug in ("nato", "otan"))
    factories.make_standing("odd", party=gone, at=kept, organisations=("eu",))
    refused(kept, gone, publisher, "standing:odd: A party has its standing at another one")
    factories.make_relation(party="nato", organisation="eu")
    Event.objects.all().delete()
    factories.make_relation(party="otan", organisation="eu")
    gone = Party.objects.get(slug="otan")
    gone.standings.all().delete()
    refused(kept, gone, publisher, "relation:eu-otan: There is already a relation")
    # The way out: the two relations are one as well.
    make_one(*(Relation.objects.get(slug=slug) for slug in ("eu-nato", "eu-otan")), publisher)
    make_one(kept, gone, publisher)
    assert Client().get("/relations/eu/otan/").url == "/relations/eu/nato/"


def test_a_rule_that_would_be_broken_refuses_it_all(publisher):
    kept = factories.make_event("kept")
    gone = factories.make_event("gone", status=Status.DRAFT)
    factories.add_party(gone, "atlantis")
    Party.objects.filter(slug="atlantis").update(status=Status.DRAFT)
    refused(kept, gone, publisher, "kept.atlantis party: names “Atlantis”")


def test_paragraphs_of_one_number_that_say_different_things_are_mended_first(publisher):
    kept, gone = factories.make_source("report"), factories.make_source("report-2")
    for source in (kept, gone):
        Paragraph.objects.create(source=source.slug, label="7", text=f"As {source} says")
    refused(kept, gone, publisher, "different things: 7")


def test_the_right_and_the_remit_are_asked_of_everything_that_changes(two):
    kept, gone = two
    refused(kept, gone, account("editor"), "ask a publisher")
    norway = Party.objects.get(slug="norway")
    limited = account("limited", "Publisher", (norway,))
    refused(kept, gone, limited, "outside of what your account may change: event:madrid-2022")
    drafts = [factories.make_event(slug, status=Status.DRAFT) for slug in ("one", "two")]
    refused(*drafts, account("viewer", "Viewer"), "ask a publisher")


def test_who_wrote_a_draft_does_not_make_it_public_by_a_merge(publisher):
    kept, gone = factories.make_event("kept"), factories.make_event("gone", status=Status.DRAFT)
    save(gone, publisher)
    refused(kept, gone, publisher, "You wrote the draft")
    done = make_one(kept, gone, account("second", "Publisher"))
    assert done.edition.note == ""
    assert Client().get("/events/gone/").status_code == 404
    assert revising.head_of(gone) is None
    undo(done, by=publisher, reason="Two.")
    draft = Event.objects.get(slug="gone")
    head = revising.head_of(draft)
    assert (draft.status, head.state) == (Status.DRAFT, RevisionState.PENDING)
    assert publisher.pk in revising.authors_of(head)


def test_what_was_looked_at_is_what_is_merged(two, publisher):
    kept, gone = two
    seal = union_of(kept, gone, {}).seal
    factories.make_event("late", part_of=gone)
    with pytest.raises(Refused, match="changed while you looked"):
        merge(kept, gone, {"title": "kept", "date": "kept"}, by=publisher, reason="Twice.", seal=seal)


# One edition, or none


def test_it_is_one_edition_with_a_note_that_names_both(
    two, publisher, caplog, django_capture_on_commit_callbacks
):
    kept, gone = two
    naming = factories.make_event("part", part_of=gone)
    with caplog.at_level(logging.INFO), django_capture_on_commit_callbacks(execute=True):
        done = make_one(kept, gone, publisher)
    assert Edition.objects.exclude(number=0).get() == done.edition
    assert done.edition.note == "“Summit of Madrid” and “Madrid Summit” were the same, and are one entry now."
    for entry in (kept, naming):
        entry.refresh_from_db()
        assert (entry.since, entry.changed) == (done.edition.number, done.edition.published_at)
    last = Revision.objects.get(entry="event:madrid-2022", state=RevisionState.MERGED)
    assert (last.edition, last.reason, last.made_by) == (done.edition, "The same summit.", publisher)
    assert '"event": "merged"' in caplog.text


def test_two_drafts_are_one_without_an_edition_and_move_nothing_public(publisher):
    one, other = (factories.make_event(slug, status=Status.DRAFT) for slug in ("one", "two"))
    save(other, publisher, place="Rome")
    number = generation.current()
    done = make_one(one, other, publisher)
    assert (done.edition, Edition.objects.exists(), Alias.objects.exists()) == (None, False, False)
    head = revising.head_of(one)
    assert head.document == rows_say(one)
    assert head.document[0]["fields"]["place"] == "Rome"
    undo(done, by=publisher, reason="Two.")
    assert generation.current() == number
    assert revising.head_of(Event.objects.get(slug="two")).document[0]["fields"]["place"] == "Rome"


# Undoing


def test_undoing_brings_everything_back_to_the_letter(two, publisher):
    kept, gone = two
    factories.make_event("part", part_of=gone, summary="After [it](event:madrid-2022).")
    factories.make_event("draft", part_of=gone, status=Status.DRAFT)
    factories.make_event("withdrawn", part_of=gone, status=Status.WITHDRAWN)
    before, first = everything(), gone.first_published
    done = make_one(kept, gone, publisher, side="gone")
    assert everything() != before
    # As if it had been a while ago: when it was changed does not count.
    Event.objects.published().update(changed=first - timedelta(days=1))
    undone = undo(done, by=publisher, reason="They are two.")
    assert everything() == before
    back = Event.objects.get(slug="madrid-2022")
    newest = Edition.objects.first()
    assert (back.first_published, back.since) == (first, newest.number)
    assert newest.note == "“Summit of Madrid” and “Madrid Summit” are two entries again."
    assert (undone.undone_by_name, undone.undone_at is not None) == ("publisher", True)
    assert list(register_problems()) == []
    with pytest.raises(Refused, match="undone already"):
        undo(done, by=publisher, reason="Again.")
    make_one(Event.objects.get(slug="madrid"), back, publisher)


def test_undoing_is_refused_where_somebody_changed_one_since_or_has_the_address(two, publisher):
    kept, gone = two
    naming = factories.make_event("part", part_of=gone)
    done = make_one(kept, gone, publisher)
    workflow.publish_revision(save(naming, place="Rome"))
    factories.make_event("madrid-2022", parties=(("japan", "host"),))
    with pytest.raises(Refused) as refused_with:
        undo(done, by=publisher, reason="Two.")
    told = [str(each) for each in refused_with.value.problems]
    assert told == [
        "Another entry has the address event:madrid-2022 now.",
        "“Part” (event:part) was changed since.",
    ]
    with pytest.raises(Refused, match="ask a publisher"):
        undo(done, by=account("editor"), reason="Two.")


def test_merges_that_stand_on_each_other_are_undone_the_last_first(publisher):
    a, b, c = (factories.make_party(slug) for slug in ("a", "b", "c"))
    factories.make_event("one", parties=(("a", "host"), ("b", "host")))
    before = everything()
    first = make_one(b, a, publisher)
    second = make_one(c, Party.objects.get(slug="b"), publisher)
    assert dict(Alias.objects.values_list("address", "target")) == {
        "party:a": "party:c",
        "party:b": "party:c",
    }
    with pytest.raises(Refused, match="party:b is not there any more"):
        undo(first, by=publisher, reason="Two.")
    undo(second, by=publisher, reason="Two.")
    undo(first, by=publisher, reason="Two.")
    assert everything() == before


def test_sources_with_the_paragraphs_of_both_are_cited_as_one(publisher):
    kept, gone = factories.make_source("report"), factories.make_source("report-2", title="Report")
    event = factories.make_event("one", sources=("report", "report-2"))
    make_one(kept, gone, publisher, url="kept")
    assert [each.source for each in event.citations.all()] == [Source.objects.get()]
