"""Bundles: put together, submitted, approved as a whole, published as one edition; and held back until then."""

import pytest
from django.contrib.auth.models import Group, Permission
from django.core.management import call_command

from partnership.editorial import bundle_review, bundling, removing, reviewing, revising, workflow
from partnership.editorial.bundled import waiting_bundle_of
from partnership.editorial.revising import Refused
from partnership.exchange.export import EDITORIAL, export
from partnership.exchange.load import LoadRefused, Options, load
from partnership.models import Area, Bundle, BundleState, Edition, Event, Party, Remit, Revision, Status
from partnership.models import RevisionState as State
from partnership.models.fields import whole_second
from tests import factories
from tests.editorial.bundles import approve, make_bundle, make_due, scheduled, seal_of, submitted
from tests.editorial.edits import save, submit
from tests.editorial.edits import seal_of as seal_of_one

pytestmark = pytest.mark.django_db


@pytest.fixture
def public(writer):
    """A public event of which a change waits."""
    event = factories.make_event("madrid", title="Madrid", place="Madrid")
    save(event, writer, place="Toledo")
    return event


@pytest.fixture
def draft(writer):
    """A new event that names a draft party."""
    factories.make_party("atlantis", status=Status.DRAFT)
    event = factories.make_event(
        "oslo", title="Oslo", status=Status.DRAFT, parties=(("atlantis", "host"), ("japan", "host"))
    )
    save(event, writer)
    return event


def state_of(entry):
    return revising.head_of(entry).state


def why(call, *args, **kwargs):
    with pytest.raises(Refused) as refused:
        call(*args, **kwargs)
    return [str(problem) for problem in refused.value.problems]


# Putting together


def test_an_entry_with_a_change_is_put_into_one_bundle_alone(writer, public, draft):
    bundle, other = make_bundle(public, by=writer), make_bundle(by=writer, title="Another day")
    assert why(bundling.put_in, other, public, by=writer) == [
        "“Madrid” is in the bundle “Summit day” already."
    ]
    unchanged = factories.make_event("quiet", title="Quiet")
    [reason] = why(bundling.put_in, bundle, unchanged, by=writer)
    assert reason.startswith("“Quiet” has no change that could be published")
    bundling.put_in(bundle, draft, by=writer)
    assert [each.name for each in bundling.members_of(bundle)] == ["Madrid", "Oslo"]
    bundling.take_out(bundle, public.reference, by=writer)
    bundling.put_in(other, public, by=writer)
    assert waiting_bundle_of(public.reference) == other


def test_what_was_in_review_by_itself_is_reviewed_with_its_bundle(writer, reviewer):
    event = factories.make_event("madrid")
    revision = submit(event, writer, place="Toledo")
    later = whole_second().replace(year=2100)
    reviewing.approve(
        revision, by=reviewer, seal=seal_of_one(revision), publish_at=later, sources_confirmed=True
    )
    make_bundle(event, by=writer)
    head = revising.head_of(event)
    assert (head.state, head.publish_at, head.approved) == (State.PENDING, None, {})


def test_the_whole_is_submitted_or_refused_by_name(writer, public, draft):
    bundle = make_bundle(by=writer)
    assert why(bundling.submit, bundle, by=writer) == ["The bundle is empty: put entries in first."]
    for entry in (public, draft):
        bundling.put_in(bundle, entry, by=writer)
    Revision.objects.filter(entry=public.reference).update(state=State.DISCARDED)
    assert why(bundling.submit, bundle, by=writer)[0].startswith("“Madrid” has no change")
    save(public, writer, place="Toledo")
    bundling.submit(bundle, by=writer)
    assert {state_of(public), state_of(draft)} == {State.SUBMITTED}
    for act in (bundling.submit, bundling.put_in):
        args = (bundle,) if act is bundling.submit else (bundle, public)
        assert "in the state “Submitted”" in why(act, *args, by=writer)[0]
    bundling.take_back(bundle, by=writer)
    assert {state_of(public), state_of(draft)} == {State.PENDING}


def test_deleting_a_bundle_frees_its_entries(writer, reviewer, public):
    bundle = scheduled(public, by=writer, reviewer=reviewer)
    bundling.delete(bundle, by=writer)
    assert not Bundle.objects.exists()
    assert state_of(public) == State.PENDING
    assert reviewing.waiting().count() == 0


# Approval


def test_all_of_it_is_one_edition_with_its_note_and_drafts_along(writer, reviewer, public, draft):
    bundle = submitted(public, draft, by=writer)
    edition = approve(bundle, reviewer)
    assert edition.note == "The summit of Madrid."
    names = set(edition.revisions.values_list("entry", flat=True))
    assert names == {"event:madrid", "event:oslo", "party:atlantis"}
    bundle.refresh_from_db()
    assert (bundle.state, bundle.edition) == (BundleState.PUBLISHED, edition)
    assert [each.revision.state for each in bundling.members_of(bundle)] == [State.PUBLISHED] * 2
    assert Event.objects.published().get(slug="madrid").place == "Toledo"
    save(public, writer, place="Cuenca")
    make_bundle(public, by=writer)  # once it is public, its entries may be in the next


def test_it_is_refused_whole_with_every_reason_by_name(writer, reviewer, public, draft):
    broken = factories.make_event("broken", title="Broken", status=Status.DRAFT, sources=())
    save(broken, writer)
    factories.make_event("moved", title="Moved")
    moved = Event.objects.get(slug="moved")
    save(moved, writer, place="There")
    bundle = submitted(public, draft, broken, moved, by=writer)
    Event.objects.filter(slug="moved").update(place="Elsewhere")
    found = " ".join(why(approve, bundle, reviewer))
    assert "event:broken no source supports the record" in found or "event:broken citations:" in found
    assert "event:moved What is public has changed since this was written" in found
    assert "event:madrid" not in found
    assert not Edition.objects.exclude(number=0).exists()
    assert {state_of(each) for each in (public, draft, broken, moved)} == {State.SUBMITTED}


def test_who_wrote_in_any_part_approves_none_of_it_but_for_a_reason(writer, reviewer, public, draft):
    save(draft, reviewer, place="Oslo")
    bundle = submitted(public, draft, by=writer)
    own = "You wrote in it: somebody else must approve it."
    assert why(approve, bundle, reviewer) == [own]
    reviewer.user_permissions.add(Permission.objects.get(codename="publish_own"))
    reviewer = type(reviewer).objects.get(pk=reviewer.pk)
    assert "say why it is published without" in why(approve, bundle, reviewer)[0]
    approve(bundle, reviewer, override="Nobody else was there.")
    told = {
        each.entry: (each.overridden, each.review_note)
        for each in Revision.objects.filter(state=State.PUBLISHED, entry__in=["event:madrid", "event:oslo"])
    }
    assert told["event:oslo"] == (True, "Nobody else was there.")
    assert told["event:madrid"] == (False, "")


def test_the_seal_holds_text_note_and_hour(writer, reviewer, public):
    bundle = submitted(public, by=writer, hours=2)
    seal = seal_of(bundle)
    away = ["It was changed while you looked at it: look at it again."]
    for field in ("note", "publish_at"):
        was = getattr(bundle, field)
        Bundle.objects.filter(pk=bundle.pk).update(**{field: "Another" if field == "note" else None})
        assert why(approve, bundle, reviewer, seal=seal) == away
        Bundle.objects.filter(pk=bundle.pk).update(**{field: was})
    assert approve(bundle, reviewer, seal=seal) is None


def test_sources_are_confirmed_for_the_whole(writer, reviewer, public):
    bundle = submitted(public, by=writer)
    assert "confirm that the sources say so" in why(approve, bundle, reviewer, sources_confirmed=False)[0]
    approve(bundle, reviewer)
    published = Revision.objects.filter(entry=public.reference, state=State.PUBLISHED)
    assert published.latest("pk").sources_confirmed


def test_outside_the_remit_nothing_is_approved_or_put_in(writer, reviewer, public, draft):
    Remit.objects.create(account=reviewer).parties.add(factories.make_party("norway"))
    bundle = submitted(public, by=writer)
    assert "“Madrid” is outside of what your account may change" in why(approve, bundle, reviewer)[0]
    other = make_bundle(by=writer)
    assert "outside" in why(bundling.put_in, other, draft, by=reviewer)[0]


@pytest.mark.parametrize("member", ["", "event:madrid"])
def test_it_is_sent_back_whole_or_because_of_one(writer, reviewer, public, draft, member):
    bundle = scheduled(public, draft, by=writer, reviewer=reviewer)
    assert why(bundle_review.send_back, bundle, by=reviewer, reason=" ") == [
        "reason: Say what is to be mended."
    ]
    bundle_review.send_back(bundle, by=reviewer, reason="Which day?", member=member)
    bundle.refresh_from_db()
    assert bundle.state == BundleState.RETURNED
    assert bundle.review_note == ("“Madrid”: Which day?" if member else "Which day?")
    assert state_of(public) == State.RETURNED
    assert state_of(draft) == (State.PENDING if member else State.RETURNED)
    bundling.submit(bundle, by=writer)


@pytest.mark.parametrize("act", ["save", "discard", "delete"])
def test_touching_a_member_takes_the_bundle_out_of_approval(writer, reviewer, public, draft, act):
    bundle = scheduled(public, draft, by=writer, reviewer=reviewer)
    if act == "save":
        save(public, writer, place="Cuenca")
    elif act == "discard":
        revising.discard(public, by=writer)
    else:
        removing.delete_draft(draft, by=writer)
    bundle.refresh_from_db()
    assert (bundle.state, bundle.approved) == (BundleState.OPEN, {})
    left = {"save": ["Madrid", "Oslo"], "discard": ["Oslo"], "delete": ["Madrid"]}[act]
    members = bundling.members_of(bundle)
    assert [each.name for each in members] == left
    assert {each.revision.state for each in members} == {State.PENDING}
    make_due(bundle)
    assert list(bundle_review.publish_due()) == []


# The hour


def test_at_its_hour_it_is_published_once_as_one_edition(writer, reviewer, public, draft, capsys):
    bundle = scheduled(public, draft, by=writer, reviewer=reviewer)
    assert state_of(public) == state_of(draft) == State.SCHEDULED
    call_command("publish_due")
    assert capsys.readouterr().out == ""
    make_due(bundle)
    Revision.objects.filter(state=State.SCHEDULED).update(publish_at=whole_second())
    assert list(reviewing.publish_due()) == []  # no member by itself
    call_command("publish_due")
    assert capsys.readouterr().out == "Summit day: published in edition 1\n"
    call_command("publish_due")
    assert capsys.readouterr().out == ""
    assert Edition.objects.exclude(number=0).get().note == "The summit of Madrid."


def test_what_passes_no_longer_sends_the_whole_back_with_the_reasons(writer, reviewer, public, draft, capsys):
    bundle = scheduled(public, draft, by=writer, reviewer=reviewer)
    make_due(bundle)
    draft.citations.all().delete()
    call_command("publish_due")
    assert capsys.readouterr().out.startswith("Summit day: sent back. It could not be published at its time:")
    bundle.refresh_from_db()
    assert bundle.state == BundleState.RETURNED
    for entry in (public, draft):
        head = revising.head_of(entry)
        assert head.state == State.RETURNED
        assert "event:oslo" in head.review_note
    assert not Edition.objects.exclude(number=0).exists()


# Every other way


def test_a_member_is_published_in_no_other_way(writer, reviewer, public, draft):
    scheduled(public, draft, by=writer, reviewer=reviewer)
    belongs = "“Madrid” belongs to the bundle “Summit day” and becomes public with it."
    head = revising.head_of(public)
    assert [str(each) for each in workflow.obstacles(head)] == [belongs]
    assert why(revising.submit, public, by=writer) == [belongs]
    assert why(workflow.publish_revision, head) == [belongs]
    assert belongs in why(reviewing.send_back, head, by=reviewer, reason="No.")[0:2]
    Revision.objects.filter(pk=head.pk).update(state=State.SUBMITTED)
    head.refresh_from_db()
    assert why(reviewing.approve, head, by=reviewer, seal="") == [belongs]
    assert "“Oslo” belongs to the bundle" in why(workflow.publish, draft)[0]
    assert not Event.objects.published().filter(slug="oslo").exists()


def test_a_member_is_not_published_along_with_what_names_it(writer, reviewer):
    area = factories.make_area("space", name="Space", status=Status.DRAFT)
    save(area, writer)
    make_bundle(area, by=writer)
    event = factories.make_event("riga", status=Status.DRAFT, areas=("space",))
    revision = submit(event, writer)
    belongs = "“Space” belongs to the bundle “Summit day” and becomes public with it."
    assert belongs in why(reviewing.approve, revision, by=reviewer, seal=seal_of_one(revision))
    assert belongs in why(workflow.publish_revision, revision)
    assert belongs in why(workflow.publish, event)
    other = submitted_with(event, writer)
    assert belongs in why(approve, other, reviewer)
    assert Area.objects.get().status == Status.DRAFT


def submitted_with(entry, writer):
    return submitted(entry, by=writer, title="Another day")


@pytest.mark.parametrize("pending", [False, True])
def test_no_load_writes_over_a_member(writer, public, draft, tmp_path, pending):
    export(tmp_path, EDITORIAL)
    for path in tmp_path.glob("*event.json"):
        text = path.read_text().replace('"place": "Madrid"', '"place": "Loaded"')
        path.write_text(text.replace('"title": "Oslo"', '"title": "Loaded"'))
    make_bundle(public, draft, by=writer)
    with pytest.raises(LoadRefused) as refused:
        load([*tmp_path.glob("*event.json")], by=writer, options=Options(pending=pending))
    problems = [each for each in refused.value.problems if each.code == "in-bundle"]
    assert sorted(each.row for each in problems) == ["event[madrid]", "event[oslo]"]
    assert "it waits in the bundle “Summit day”" in problems[0].message
    assert Party.objects.get(slug="atlantis").status == Status.DRAFT


def test_roles_may_work_on_bundles_as_they_may_on_entries():
    said = {
        role.name: {each.codename for each in role.permissions.filter(content_type__model="bundle")}
        for role in Group.objects.all()
    }
    work = {"view_bundle", "add_bundle", "change_bundle", "delete_bundle"}
    assert said["Viewer"] == {"view_bundle"}
    assert all(said[name] == work for name in ("Editor", "Publisher", "Administrator"))
