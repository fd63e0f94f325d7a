"""Whatever is done to an entry through its form, all that it ever said can be brought back from its history."""

import pytest
from django.contrib.auth import get_user_model
from django.db import transaction
from django.test import Client
from hypothesis import given, settings
from hypothesis import strategies as st

from partnership import documents, generation
from partnership.admin.guard import STARTED_FROM
from partnership.editorial import revising
from partnership.models import Event, Status, Vocabulary
from tests import factories
from tests.admin.forms import Editor, Form

pytestmark = [pytest.mark.django_db, pytest.mark.one_engine]

PARTIES = ("japan", "norway", "spain")
AREAS = ("cyber-defence", "relief")
TEXTS = st.sampled_from(["", "Une réunion", "Two\nlines", "日本 & <b>", "“Quoted” – dashed", " spaced  out "])
LINES = TEXTS.map(lambda text: text.replace("\n", " "))
ROWS = st.integers(0, 3)

# An edit is the name of a function of this file and what it takes.
EDITS = st.one_of(
    st.tuples(st.just("write"), st.sampled_from(["place", "date_stated"]), LINES),
    st.tuples(st.just("write"), st.sampled_from(["summary", "staff_note"]), TEXTS),
    st.tuples(st.just("write"), st.just("date"), st.sampled_from(["", "199X", "2022-06-29/2022-06-30"])),
    st.tuples(st.just("choose_areas"), st.sets(st.sampled_from(AREAS)).map(sorted)),
    st.tuples(st.just("add_party"), st.sampled_from(PARTIES), LINES),
    st.tuples(st.just("write_row"), ROWS, LINES),
    st.tuples(st.just("change_party"), ROWS, st.sampled_from(PARTIES)),
    st.tuples(st.just("swap_parties")),
    st.tuples(st.just("delete_row"), ROWS),
    st.tuples(st.just("cite"), st.sampled_from(["a-page", "a-letter"])),
)


def write(form: Form, field: str, text: str) -> None:
    """Write into a field of the entry."""
    form.fill(**{field: text})


def choose_areas(form: Form, slugs: list[str]) -> None:
    """Choose these areas and no other."""
    form.values["areas"] = [str(factories.make_area(slug).pk) for slug in slugs]


def add_party(form: Form, slug: str, unit: str) -> None:
    """Add a party taking part."""
    role = factories.make_term(Vocabulary.ROLE, "host")
    form.row("involvements", party=factories.make_party(slug), role=role, unit=unit)


def _number(form: Form, number: int) -> int | None:
    """A row that is there, counted round; None if there is none."""
    rows = int(form.values["involvements-INITIAL_FORMS"][0])
    return number % rows if rows else None


def write_row(form: Form, number: int, unit: str) -> None:
    """Write into a row."""
    if (found := _number(form, number)) is not None:
        form.change_row("involvements", found, unit=unit)


def change_party(form: Form, number: int, slug: str) -> None:
    """Have a row name another party."""
    if (found := _number(form, number)) is not None:
        form.change_row("involvements", found, party=factories.make_party(slug))


def swap_parties(form: Form) -> None:
    """Have the first and the last row change their parties."""
    if (last := _number(form, -1)) is not None:
        names = "involvements-0-party", f"involvements-{last}-party"
        form.values[names[0]], form.values[names[1]] = form.values[names[1]], form.values[names[0]]


def delete_row(form: Form, number: int) -> None:
    """Delete a row."""
    if (found := _number(form, number)) is not None:
        form.delete_row("involvements", found)


def cite(form: Form, slug: str) -> None:
    """Cite a source."""
    form.row("citations", source=factories.make_source(slug), supports="date", locator="Page 1")


@pytest.mark.parametrize("status", [Status.DRAFT, Status.PUBLISHED])
@given(saves=st.lists(st.lists(EDITS, min_size=1, max_size=3), min_size=1, max_size=4), which=st.data())
@settings(max_examples=5)
def test_any_sequence_of_edits_restores_to_any_earlier_document(status, saves, which):
    with transaction.atomic():
        client = Client()
        client.force_login(get_user_model().objects.create_superuser("an-editor"))
        editor = Editor(client)
        event = factories.make_event(
            "madrid", status=status, parties=(("japan", "host"), ("norway", "host")), areas=AREAS
        )
        factories.make_party("spain")
        factories.make_source("a-letter")
        public, number = documents.dump(event), generation.current()
        said = [documents.dump(event)]
        for edits in saves:
            form = editor.reopen(event)
            for name, *values in edits:
                globals()[name](form, *values)
            assert editor.press("_save", form, event).redirect_chain, form.values
            said.append(revising.present(event).document)
        for _turn in range(2):
            wanted = which.draw(st.sampled_from(said))
            bring_back(editor, event, wanted)
            assert revising.present(event).document == wanted
        if status == Status.PUBLISHED:
            assert (documents.dump(event), generation.current()) == (public, number)
        else:
            assert documents.dump(event) == wanted
        transaction.set_rollback(True)


def bring_back(editor: Editor, event: Event, wanted: documents.Document) -> None:
    """Restore the newest revision that says something, as the history offers it; nothing to do for what was loaded."""
    found = revising.revisions_of(event).filter(digest=documents.digest(wanted)).first()
    if found is None:
        # Without an edit that changed something the history is empty, and the entry says what it always did.
        assert revising.present(event).document == wanted
        return
    data = {"revision": found.pk, STARTED_FROM: revising.present(event).digest}
    editor.client.post(editor.url(Event, "restore", event.pk), data)
