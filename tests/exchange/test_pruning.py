"""Entries that a bundle lacks although its manifest says that it holds all: taken off the pages, or deleted."""

from pathlib import Path
from typing import Any

import pytest

from partnership.exchange.export import EDITORIAL, PUBLIC, export
from partnership.exchange.load import DELETE, WITHDRAW, LoadRefused, Options, Report, load
from partnership.exchange.reading import Problem
from partnership.models import Edition, Event, Exercise, Revision, Status
from tests.exchange.conftest import state_of_register, without_manifest
from tests.factories import make_event, make_exercise

ALL = 1.0


@pytest.fixture
def bundle(register: None, tmp_path: Path) -> Path:
    """The public bundle of before."""
    export(tmp_path / "bundle", PUBLIC)
    return tmp_path / "bundle"


def pruned(bundle: Path, how: str = WITHDRAW, **given: Any) -> Report:
    """A load that prunes."""
    return load([bundle], options=Options(**({"prune": how, "max_prune": ALL} | given)))


def refused(bundle: Path, how: str = WITHDRAW, **given: Any) -> list[Problem]:
    """The problems for which it is refused, having made sure that nothing was changed."""
    before = state_of_register()
    with pytest.raises(LoadRefused) as error:
        pruned(bundle, how, **given)
    assert state_of_register() == before
    return error.value.problems


def gone(report: Report) -> list[str]:
    """What was pruned."""
    return sorted(reference for reference, what in report.entries if what == "pruned")


def test_what_a_whole_bundle_lacks_is_withdrawn_in_one_edition_with_a_reason(bundle: Path) -> None:
    make_event("a-later-event")
    make_exercise("a-later-exercise")
    make_event("a-later-draft", status=Status.DRAFT)
    report = pruned(bundle, prune_reason="Told twice.")
    assert gone(report) == ["event:a-later-event", "exercise:a-later-exercise"]
    # Edition 0 holds what the entries said before.
    assert list(Edition.objects.filter(number__gt=0)) == [report.edition]
    for model, slug in ((Event, "a-later-event"), (Exercise, "a-later-exercise")):
        entry: Any = model.objects.get(slug=slug)
        assert (entry.status, entry.withdrawn_reason) == (Status.WITHDRAWN, "Told twice.")
        assert Revision.objects.get(entry=entry.reference, edition=report.edition).reason == "Told twice."
    assert Event.objects.get(slug="a-later-draft").status == Status.DRAFT
    assert gone(pruned(bundle)) == []


def test_what_an_export_withholds_is_not_lacking(register: None, tmp_path: Path) -> None:
    make_event("a-withheld-event", series=Event.objects.get(slug="draft-event"))
    export(tmp_path / "bundle", PUBLIC)
    assert gone(pruned(tmp_path / "bundle")) == []
    assert Event.objects.get(slug="a-withheld-event").status == Status.PUBLISHED


def test_only_what_the_filter_chooses_is_pruned(register: None, tmp_path: Path) -> None:
    export(tmp_path / "bundle", PUBLIC, address="/events/?area=space")
    make_event("of-space", areas=("space",))
    make_event("of-cyber", areas=("cyber-defence",))
    make_exercise("of-no-list")
    assert gone(pruned(tmp_path / "bundle")) == ["event:of-space"]


def test_drafts_are_deleted_only_if_it_is_said_and_by_the_editorial_face(
    register: None, tmp_path: Path
) -> None:
    bundle = tmp_path / "bundle"
    export(bundle, EDITORIAL)
    make_event("a-later-draft", status=Status.DRAFT)
    make_event("a-later-event")
    assert gone(pruned(bundle)) == ["event:a-later-event"]
    assert gone(pruned(bundle, DELETE)) == ["event:a-later-draft"]
    assert not Event.objects.filter(slug="a-later-draft").exists()
    assert Event.objects.get(slug="a-later-event").status == Status.WITHDRAWN


def test_what_something_public_names_is_not_pruned(bundle: Path) -> None:
    make_event("a-user", series=make_event("a-series"), status=Status.WITHDRAWN)
    Event.objects.filter(slug="meeting-2022").update(series=Event.objects.get(slug="a-series"))
    with_place = Options(prune=WITHDRAW, max_prune=ALL, protect=("series",))
    before = state_of_register()
    with pytest.raises(LoadRefused) as error:
        load([bundle], options=with_place)
    assert state_of_register() == before
    [problem] = error.value.problems
    assert (problem.file, problem.code) == ("MANIFEST", "prune-needed")
    assert "event:meeting-2022" in problem.message


def test_too_many_are_not_pruned(bundle: Path) -> None:
    make_event("a-later-event")
    [problem] = refused(bundle, max_prune=0.01)
    assert (problem.file, problem.code) == ("MANIFEST", "prune-too-many")


def test_nothing_is_pruned_where_nothing_public_may_move(bundle: Path) -> None:
    make_event("a-later-event")
    refused(bundle, pending=True)


def test_nothing_is_pruned_without_a_manifest(register: None, tmp_path: Path) -> None:
    [problem] = refused(without_manifest(tmp_path / "files", PUBLIC))
    assert problem.code == "prune-no-manifest"
