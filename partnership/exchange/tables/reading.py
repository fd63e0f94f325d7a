"""A table read back into rows as fixtures have them: one for each entry, and those that it owns and the table tells of.

An empty cell empties its field; a column that is not there leaves its fields as they are. What a table does not show,
because no reader sees it, stays: a reference to a draft, a citation that contradicts.
"""

import re
from collections import defaultdict
from collections.abc import Callable
from dataclasses import dataclass, field
from decimal import Decimal, InvalidOperation
from typing import IO, Any

from django.utils.translation import gettext as _

from partnership.exchange.reading import Problem, Row, hint
from partnership.models import (
    Citation,
    Entry,
    Involvement,
    Stance,
    Status,
    free_key,
    owned_model,
    references_of,
)
from partnership.models.batches import in_batches

from .columns import CODE, DAY, LIST, NUMBER, SEPARATOR, WHOLE, Spec, specs
from .forms import plain_text
from .sheets import Unreadable, lines_of

# A line whose address begins so is an example or a remark, and is passed over.
REMARK = "#"
BATCH = 500

_SLUG = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*\Z")
_WHOLE = re.compile(r"\d{1,9}\Z")
_DAY = re.compile(r"\d{4}-\d\d-\d\d\Z")


class _Wrong(Exception):
    """A cell cannot be read: why, and the sort of problem."""

    def __init__(self, message: str, code: str):
        super().__init__(message)
        self.code = code


@dataclass
class _Table:
    """A table while it is read: its file, its model, what was found in it."""

    name: str
    model: type[Entry]
    columns: list[Spec | None] = field(default_factory=list)
    rows: list[tuple[Row, dict[str, Any]]] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)
    lines: dict[str, int] = field(default_factory=dict)

    def wrong(self, line: int, row: str, column: str, message: str, value: str, code: str) -> None:
        """Note a problem."""
        self.problems.append(Problem(self.name, line, row, column, message, value[:80], code))


def read_table(
    model: type[Entry], file: IO[bytes], form: str, *, name: str = ""
) -> tuple[list[Row], list[Problem]]:
    """The rows of a table of one kind, CSV or XLSX, and what is wrong in it, named by line and column."""
    table = _Table(name or f"{model.kind_name()}.{form}", model)
    try:
        lines = lines_of(file, form)
        heading = next(lines, None)
        if heading is None:
            raise Unreadable(_("The table is empty: its first line names the columns."), "empty")
        _read_heading(table, *heading)
        if not table.problems:
            for number, cells in lines:
                _read_line(table, number, cells)
    except Unreadable as error:
        table.wrong(error.line, "", "", str(error), "", error.code)
    return _with_owned_rows(table), table.problems


def _read_heading(table: _Table, line: int, cells: list[str]) -> None:
    known = {spec.column.name: spec for spec in specs(table.model)}
    names = [cell.strip() for cell in cells]
    for name in names:
        if name not in known:
            message = _("there is no such column")
            table.wrong(
                line, "", name, message + hint(name, known) if name else message, name, "column-unknown"
            )
        elif names.count(name) > 1:
            table.wrong(line, "", name, _("the column is there twice: take one away"), name, "column-twice")
    if "slug" not in names:
        message = _("the column of the addresses is missing: it tells which entry a line is of")
        table.wrong(line, "", "slug", message, "", "column-missing")
    table.columns = [known.get(name) for name in names]


def _read_line(table: _Table, line: int, cells: list[str]) -> None:
    """Read one line; what is wrong with its cells is noted, all of it."""
    found = {spec.column.name: (spec, cell) for spec, cell in zip(table.columns, cells, strict=False) if spec}
    slug = found["slug"][1].strip() if "slug" in found else ""
    if slug.startswith(REMARK):
        return
    label = f"{table.model.kind_name()}[{slug}]"
    if len(cells) > len(table.columns):
        message = _("the line has more cells than there are columns: check its quotation marks")
        table.wrong(line, label, "", message, cells[len(table.columns)], "too-many-cells")
    if not _SLUG.match(slug):
        message = _("an address is small letters, digits and hyphens: nato-madrid-summit-2022")
        table.wrong(line, label, "slug", message, slug, "slug")
        return
    if slug in table.lines:
        message = _("the entry stands in line %(line)d already: take one of the two away")
        table.wrong(line, label, "slug", message % {"line": table.lines[slug]}, slug, "twice")
        return
    table.lines[slug] = line
    fields: dict[str, Any] = {}
    beside: dict[str, Any] = {}
    for column in table.columns[len(cells) :]:  # cells at the end of a line that a program left out are empty
        if column:
            found[column.column.name] = (column, "")
    for name, (spec, cell) in found.items():
        if not spec.column.reads_back:
            continue
        try:
            value = _value(table.model, spec, cell)
        except _Wrong as error:
            table.wrong(line, label, name, str(error), cell, error.code)
            continue
        (beside if spec.source in ("parties", "sources") else fields)[name] = value
    table.rows.append((Row(table.name, line, table.model, slug, fields), beside))


# Cells


def _value(model: type[Entry], spec: Spec, cell: str) -> Any:
    """The value of a field from its cell, as fixtures have it.

    Raises:
        _Wrong: the cell holds something else.
    """
    if spec.column.kind == LIST:
        return _list(spec, plain_text(cell))
    column: Any = model._meta.get_field(spec.source)
    text = cell.strip()
    readers: dict[str, Callable[[str], Any]] = {NUMBER: _number, WHOLE: _whole, DAY: _day}
    if spec.column.kind == CODE and column.is_relation:
        return [text] if text else None
    if not text:
        empty = column.get_default() if column.choices and not column.blank else ""
        return None if column.null else empty
    if spec.column.kind in readers:
        return readers[spec.column.kind](text)
    return text if spec.column.kind == CODE else plain_text(cell)


def _list(spec: Spec, cell: str) -> list[Any]:
    parts = [part.strip() for part in cell.split(SEPARATOR) if part.strip()]
    if spec.source == "sources":
        return list(dict.fromkeys(parts))
    if spec.source != "parties":
        return sorted([part] for part in set(parts))
    pairs = [tuple(part.split(":")) for part in parts]
    if any(len(pair) != 2 or not all(pair) for pair in pairs):
        raise _Wrong(
            _("write each as party:role, with “;” between them: japan:donor;ukraine:beneficiary"), "parties"
        )
    return pairs


def _number(text: str) -> str:
    try:
        number = Decimal(text)
    except InvalidOperation as error:
        raise _Wrong(_("write the number with digits and a point only: 5000000000.50"), "number") from error
    if not number.is_finite() or abs(number) >= Decimal(10) ** 16:
        raise _Wrong(_("the number is too large"), "number")
    if number != number.quantize(Decimal("0.01")):
        raise _Wrong(_("an amount has at most two decimal places"), "number")
    return f"{number:.2f}"


def _whole(text: str) -> int:
    if not _WHOLE.match(text):
        raise _Wrong(_("write a whole number: 17"), "number")
    return int(text)


def _day(text: str) -> str:
    if not _DAY.match(text):
        raise _Wrong(_("write the day as 2024-06-03"), "day")
    return text


# Rows that entries own, and what the table does not show


def _with_owned_rows(table: _Table) -> list[Row]:
    """The rows of the entries, each followed by those that it owns as the table has them."""
    found: list[Row] = []
    for batch in in_batches(table.rows, BATCH):
        slugs = [row.key for row, _beside in batch]
        _keep_what_is_hidden(table.model, {row.key: row for row, _beside in batch})
        stored: dict[str, dict[str, list[dict[str, Any]]]] = {
            name: _stored_rows(table.model, name, slugs)
            for name in ("parties", "sources")
            if any(name in beside for _row, beside in batch)
        }
        for row, beside in batch:
            found.append(row)
            if "parties" in beside:
                found += _involvements(row, beside["parties"], stored["parties"].get(row.key, []))
            if "sources" in beside:
                found += _citations(row, beside["sources"], stored["sources"].get(row.key, []))
    return found


def _keep_what_is_hidden(model: Any, rows: dict[str, Row]) -> None:
    """What stands in the register but in no table, since readers do not see it, is not emptied by an empty cell."""
    entries = model._base_manager.filter(slug__in=rows).order_by()
    hidden = [status for status in Status.values if status != Status.PUBLISHED]
    for column in (*references_of(model), *model._meta.many_to_many):
        name = column.name
        found = entries.filter(**{f"{name}__status__in": hidden}).values_list("slug", f"{name}__slug")
        for slug, target in found:
            fields = rows[slug].fields
            if column.many_to_many and name in fields and [target] not in fields[name]:
                fields[name] = sorted([*fields[name], [target]])
            elif not column.many_to_many and fields.get(name, "") is None:
                del fields[name]


def _stored_rows(model: type[Entry], name: str, slugs: list[str]) -> dict[str, list[dict[str, Any]]]:
    """The rows that entries own today, by the address of the entry."""
    owned = owned_model(model, Involvement if name == "parties" else Citation)
    owner = f"{owned.owner_field}__slug"
    fields = (
        ("party__slug", "role__slug", "party__status", "role__status")
        if name == "parties"
        else ("source__slug", "stance", "source__status")
    )
    rows = owned.objects.filter(**{f"{owner}__in": slugs}).order_by("position", "key")
    found: dict[str, list[dict[str, Any]]] = defaultdict(list)
    for each in rows.values("key", owner, "position", *fields):
        found[each[owner]].append(each)
    return found


def _involvements(entry: Row, pairs: list[tuple[str, str]], stored: list[dict[str, Any]]) -> list[Row]:
    """The parties of an entry: those that are there already keep key and details, those that no reader sees stay."""
    owned = owned_model(entry.model, Involvement)  # type: ignore[arg-type]  # an entry's row
    left = list(stored)
    found: list[Row] = []
    new: list[tuple[str, str]] = []
    for party, role in pairs:
        same = next(
            (each for each in left if (each["party__slug"], each["role__slug"]) == (party, role)), None
        )
        if same is None:
            new.append((party, role))
        else:
            left.remove(same)
            found.append(_owned_row(entry, owned, same["key"], {}))
    for each in left:
        if {each["party__status"], each["role__status"]} != {Status.PUBLISHED.value}:
            found.append(_owned_row(entry, owned, each["key"], {}))
    position = max((each["position"] for each in stored), default=-1)
    taken = {each["key"] for each in stored}
    for number, (party, role) in enumerate(new, position + 1):
        fields = {"party": [party], "role": [role], "position": number}
        found.append(_owned_row(entry, owned, _new_key(entry.key, party, taken), fields))
    return found


def _citations(entry: Row, sources: list[str], stored: list[dict[str, Any]]) -> list[Row]:
    """The citations of an entry: a source that the table no longer names is taken away, but only where it supports."""
    owned = owned_model(entry.model, Citation)  # type: ignore[arg-type]  # an entry's row
    found = []
    for each in stored:
        shown = each["stance"] == Stance.SUPPORTS and each["source__status"] == Status.PUBLISHED
        if not shown or each["source__slug"] in sources:
            found.append(_owned_row(entry, owned, each["key"], {}))
    supporting = {each["source__slug"] for each in stored if each["stance"] == Stance.SUPPORTS}
    position = max((each["position"] for each in stored), default=-1)
    taken = {each["key"] for each in stored}
    new = [source for source in sources if source not in supporting]
    for number, source in enumerate(new, position + 1):
        fields = {"source": [source], "position": number}
        found.append(_owned_row(entry, owned, _new_key(entry.key, source, taken), fields))
    return found


def _owned_row(entry: Row, owned: Any, key: str, fields: dict[str, Any]) -> Row:
    return Row(entry.file, entry.line, owned, key, {owned.owner_field: [entry.key], **fields})


def _new_key(slug: str, word: str, taken: set[str]) -> str:
    """A key as `OwnedRow.mint_key` makes it."""
    key = free_key(f"{slug}.{word[:70].strip('-')}", taken)
    taken.add(key)
    return key
