"""An export as one file, in pieces: what the public downloads give out."""

from collections.abc import Iterator

from django.db import models

from .faces import consistent_read
from .forms import JSON, JSONL, Form, writer
from .names import FILE_NUMBERS
from .rows import Holding, Row, columns_of, rows_held, values_held
from .scope import Scope

PIECE = 64 * 1024


def stream(scope: Scope, *, jsonl: bool = False) -> Iterator[bytes]:
    """A fixture file of a scope, in pieces: rows in the order of an export's files, with whatever they need.

    It is checked at the call and read in one state of the database, without making any writer wait; what breaks on the
    way is raised, so that the file ends visibly where it broke.

    Raises:
        ExportRefused, ValidationError: as `Scope.check`.
    """
    scope.check()
    return _pieces(scope, JSONL if jsonl else JSON)


def _pieces(scope: Scope, form: Form) -> Iterator[bytes]:
    with consistent_read():
        holding = scope.holding()
        texts = (text for model in FILE_NUMBERS for _key, text in texts_of(model, holding, form))
        yield from in_pieces(laid_out(texts, form))


def rows_in_order(scope: Scope) -> Iterator[tuple[type[models.Model], Row]]:
    """(model, row) of everything in a scope as it comes back from JSON, in the order of an export's files.

    Raises:
        ExportRefused, ValidationError: as `Scope.check`.
    """
    scope.check()
    return _rows(scope)


def _rows(scope: Scope) -> Iterator[tuple[type[models.Model], Row]]:
    with consistent_read():
        holding = scope.holding()
        for model in FILE_NUMBERS:
            for row in rows_held(model, holding):
                yield model, row


def texts_of(model: type[models.Model], holding: Holding, form: Form) -> Iterator[tuple[int | None, str]]:
    """(primary key of its entry, text) of each row of a model's file."""
    written = writer(form, model, columns_of(model, holding.face), holding.found)
    return ((key, written(values)) for key, values in values_held(model, holding))


def laid_out(texts: Iterator[str], form: Form) -> Iterator[str]:
    """The text of a whole file, part by part, from the texts of its rows."""
    first = next(texts, None)
    if first is None:
        yield form.empty
        return
    yield form.start
    yield first
    for text in texts:
        yield form.between
        yield text
    yield form.end


def in_pieces(parts: Iterator[str]) -> Iterator[bytes]:
    """Parts of a text joined to pieces of some size, as bytes."""
    waiting: list[str] = []
    size = 0
    for part in parts:
        waiting.append(part)
        size += len(part)
        if size >= PIECE:
            yield "".join(waiting).encode()
            waiting, size = [], 0
    if waiting:
        yield "".join(waiting).encode()
