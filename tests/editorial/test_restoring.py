"""Whatever was done to an entry, each document it ever said can be brought back, to the letter."""

from copy import deepcopy
from typing import Any

import pytest
from django.db import connection, transaction
from hypothesis import given, settings
from hypothesis import strategies as st

from partnership import documents, generation
from partnership.documents import MODELS, Document
from partnership.editorial import revising
from partnership.models import ENTRY_MODELS, Entry, Party, Record, SteppedRecord
from partnership.models.fields import LineField, ProseField
from tests import factories
from tests.editorial.edits import rows_say

pytestmark = pytest.mark.django_db

PARTIES = ("japan", "spain", "nato")
AREAS = ("relief", "space", "cyber-defence")
TEXTS = st.sampled_from(("", "Une réunion", "Two\nlines", "日本", "“Quoted” – dashed"))
# Texts of a form of their own, which the forms check.
NOT_FREE = {"language", "currency", "url", "archive_url", "withdrawn_reason", "title", "name", "label"}


def rich_entry(model: type[Entry], status: str) -> Any:
    """An entry with rows of several sorts, and what its edits may name."""
    for slug in PARTIES:
        factories.make_party(slug)
    for slug in AREAS:
        factories.make_area(slug)
    entry = factories.make_entry(model, "one", status=status)
    if isinstance(entry, Record):
        factories.add_party(entry, "spain", "host")
        factories.add_source(entry, "b-page", supports="summary")
        entry.areas.set([factories.make_area("relief")])
    if isinstance(entry, SteppedRecord):
        factories.add_step(entry, "step-agreed", "2014")
        factories.add_step(entry, "step-ended", "2019")
    if isinstance(entry, Party):
        entry.names.create(text="One", form="search")
        entry.names.create(text="Uno", form="search")
    return entry


def free_texts(row: dict[str, Any]) -> list[str]:
    """The fields of a row that take any text."""
    model = MODELS[row["model"]]
    return [
        name
        for name in row["fields"]
        if isinstance(field := model._meta.get_field(name), (LineField, ProseField))
        and not field.choices
        and field.blank
        and name not in NOT_FREE
    ]


def edit_text(document: Document, draw: Any) -> None:
    row = draw(st.sampled_from(document))
    if names := free_texts(row):
        row["fields"][draw(st.sampled_from(names))] = draw(TEXTS)


def edit_members(document: Document, draw: Any) -> None:
    fields = document[0]["fields"]
    for name, slugs in (("areas", AREAS), ("organisations", PARTIES)):
        if name in fields:
            fields[name] = [[slug] for slug in draw(st.lists(st.sampled_from(slugs), unique=True))]


def edit_party(document: Document, draw: Any) -> None:
    for row in document[1:]:
        if row["model"].endswith("involvement"):
            row["fields"]["party"] = [draw(st.sampled_from(PARTIES))]


def add_row(document: Document, draw: Any) -> None:
    if document[1:]:
        row = deepcopy(draw(st.sampled_from(document[1:])))
        row["pk"] = f"one.added-{draw(st.integers(0, 3))}"
        if documents.label(row) not in map(documents.label, document):
            document.append(row)


def delete_row(document: Document, draw: Any) -> None:
    if document[1:]:
        document.remove(draw(st.sampled_from(document[1:])))


def swap_rows(document: Document, draw: Any) -> None:
    if document[1:]:
        one = draw(st.sampled_from(document[1:]))
        other = draw(st.sampled_from([row for row in document if row["model"] == one["model"]]))
        one["fields"], other["fields"] = other["fields"], one["fields"]


EDITS = (edit_text, edit_members, edit_party, add_row, delete_row, swap_rows)


@pytest.mark.parametrize("model", ENTRY_MODELS, ids=lambda model: model.__name__)
@pytest.mark.parametrize("status", ["draft", "published"])
def test_each_document_of_any_sequence_of_edits_is_brought_back_to_the_letter(model, status, writer):
    entry = rich_entry(model, status)
    first, number = documents.dump(entry), generation.current()

    @settings(max_examples=5 if connection.vendor == "sqlite" else 2)
    @given(st.data())
    def check(data: Any) -> None:
        with transaction.atomic():
            said = [first]
            for edit in data.draw(st.lists(st.sampled_from(EDITS), min_size=1, max_size=5)):
                now = revising.present(entry)
                document = deepcopy(now.document)
                edit(document, data.draw)
                revising.save(entry, document, by=writer, started_from=now.digest)
                said.append(revising.present(entry).document)
            for document in data.draw(st.permutations(said))[:4]:
                bring_back(document)
            transaction.set_rollback(True)

    def bring_back(document: Document) -> None:
        now = revising.present(entry)
        revision = revising.save(entry, document, by=writer, started_from=now.digest)
        assert (revision is None) is (now.document == document)
        back = revising.present(entry)
        assert (back.digest, back.document) == (documents.digest(document), document)
        assert rows_say(entry) == (document if status == "draft" else first)
        assert generation.current() == number
        assert revising.document_called(entry, back.digest) == document

    check()
