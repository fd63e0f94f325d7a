"""`manage.py diff_fixtures`: what differs between two bundles, or a bundle and the register."""

import json
import sys
from collections.abc import Iterator
from dataclasses import asdict
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils.translation import gettext as _

from partnership.exchange.comparing import CHANGED, CREATED, REMOVED, Comparison, EntryChange, compare
from partnership.exchange.sides import Side, SideRefused, sides_of

SAME, ERROR, USAGE, DIFFERENT = 0, 1, 2, 3


class Command(BaseCommand):
    """Tells entry by entry what was created, changed and removed; the exit code says whether anything was."""

    help = (
        "Tell what differs between two bundles of fixture files, in words and by relation. "
        "Exit code 0: the same; 3: they differ; 1: one of them cannot be read; 2: wrong usage."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        """The two sides, and the form of the answer."""
        side = _(
            "a folder, a file or an archive of an export, or the word “register”: the register as it is now"
        )
        parser.add_argument("old", metavar="OLD", help=side)
        parser.add_argument("new", metavar="NEW", help=side)
        parser.add_argument("--json", action="store_true", dest="as_json", help="JSON instead of text.")

    def handle(self, *args: Any, old: str, new: str, as_json: bool, **options: Any) -> None:
        """Compare and tell."""
        try:
            sides = sides_of(old, new)
            with compare(*sides) as found:
                for text in _as_json(found, sides) if as_json else _as_text(found, sides):
                    self.stdout.write(text)
                different = bool(found)
        except SideRefused as error:
            for problem in error.problems[:100]:
                self.stderr.write(str(problem))
            raise CommandError(str(error), returncode=ERROR if error.problems else USAGE) from error
        if different:
            sys.exit(DIFFERENT)


def _as_text(found: Comparison, sides: tuple[Side, Side]) -> Iterator[str]:
    if not found:
        yield _("%(old)s and %(new)s say the same.") % {"old": sides[0].name, "new": sides[1].name}
        return
    for group in found.groups():
        if group.title:
            yield f"{group.title}\n"
        for reference in group.told:
            yield from entry_lines(found.change(reference))
        for reference in group.told_elsewhere:
            change = found.change(reference)
            yield "  " + _("%(what)s %(kind)s “%(title)s”: told under %(relation)s") % {
                "what": what_words(change.what),
                "kind": change.kind,
                "title": change.title,
                "relation": change.relations[0],
            }
        yield ""
    counts = found.counts()
    yield ", ".join(f"{counts[what]} {what_words(what).lower()}" for what in (CREATED, CHANGED, REMOVED))


def what_words(what: str) -> str:
    """Created, changed or removed, as a line begins."""
    return {CREATED: _("New"), CHANGED: _("Changed"), REMOVED: _("Removed")}[what]


def entry_lines(change: EntryChange) -> Iterator[str]:
    """What differs in one entry: its name, and a line for each thing."""
    yield f"  {what_words(change.what)}  {change.kind} “{change.title}” ({change.reference})"
    for line in change.lines:
        if change.what == CHANGED:
            nothing = _("nothing")
            yield f"    {line.label}: {_quoted(line.before) or nothing} → {_quoted(line.after) or nothing}"
        else:
            yield f"    {line.label}: {_quoted(line.before or line.after)}"


def _quoted(words: str) -> str:
    return f"“{words}”" if words else ""


def _as_json(found: Comparison, sides: tuple[Side, Side]) -> Iterator[str]:
    """One object; an entry a line, so that the whole is never in memory."""
    old, new = sides
    head = {"old": old.name, "new": new.name, "face": old.face, "filter": old.address}
    yield json.dumps(head, ensure_ascii=False)[:-1] + ', "changes": ['
    last = found.differing[-1:]
    for reference in found.differing:
        text = json.dumps(asdict(found.change(reference)), ensure_ascii=False)
        yield text if [reference] == last else f"{text},"
    counts = found.counts()
    yield '], "counts": ' + json.dumps({what: counts[what] for what in (CREATED, CHANGED, REMOVED)}) + "}"
