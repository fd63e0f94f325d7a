"""`manage.py verify_fixtures`: whether a bundle is what it says, and what the register says or once said."""

import json
import sys
from collections.abc import Iterator
from dataclasses import asdict
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from partnership.exchange.sides import SideRefused
from partnership.exchange.verifying import Verdict, Verified, verify

from .diff_fixtures import entry_lines

ERROR, USAGE, OTHER = 1, 2, 3
SHOWN = 100


class Command(BaseCommand):
    """Tells what a bundle is; the exit code says it to a script."""

    help = (
        "Verify a bundle of fixture files against its manifest and against the register and its editions. "
        "Exit code 0: the same; 3: an older edition; 1: altered or unreadable; 2: wrong usage."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        """The bundle, and the form of the answer."""
        parser.add_argument("bundle", type=Path, metavar="BUNDLE", help="Folder of an export, or a file.")
        parser.add_argument("--json", action="store_true", dest="as_json", help="JSON instead of text.")

    def handle(self, *args: Any, bundle: Path, as_json: bool, **options: Any) -> None:
        """Verify and tell."""
        if not bundle.exists():
            raise CommandError(_("There is no %(path)s.") % {"path": bundle}, returncode=USAGE)
        try:
            found = verify(bundle)
        except SideRefused as error:
            for problem in error.problems[:SHOWN]:
                self.stderr.write(str(problem))
            raise CommandError(str(error), returncode=ERROR) from error
        for line in [_as_json(found)] if as_json else _as_text(found):
            self.stdout.write(line)
        if found.verdict != Verdict.SAME:
            sys.exit(ERROR if found.verdict == Verdict.ALTERED else OTHER)


def _as_text(found: Verified) -> Iterator[str]:
    yield _verdict(found)
    if found.manifest is None:
        yield _("It has no manifest: nothing says whether its files are as they were exported.")
    for problem in found.files:
        yield f"  {problem.path}  {problem.message} [{problem.code}]"
    if found.altered:
        yield _("What no edition said, bundle → register:")
    for change in found.altered[:SHOWN]:
        yield from entry_lines(change)
    if found.moved:
        yield ngettext(
            "%(count)d entry has changed since: %(names)s",
            "%(count)d entries have changed since: %(names)s",
            len(found.moved),
        ) % {"count": len(found.moved), "names": ", ".join(found.moved[:SHOWN])}


def _verdict(found: Verified) -> str:
    stamped = found.manifest.edition if found.manifest else None
    if found.verdict == Verdict.SAME:
        return _("The bundle is the register as it is now, edition %(number)d.") % {"number": found.present}
    if found.verdict == Verdict.OLDER:
        return _("The bundle is the register as it was: %(editions)s; now it is edition %(present)d.") % {
            "editions": _editions(found),
            "present": found.present,
        }
    if found.verdict == Verdict.DIFFERENT:
        return _("The bundle is not the register as it is now. Editions are known of the public face only.")
    if found.altered:
        return _("The bundle was altered: the register never said this.")
    if found.files:
        return _("The bundle was altered: its files are not what its manifest says.")
    if not found.editions:
        return _(
            "The bundle was altered: each of its entries was once said so, but never all of them at one time."
        )
    return _(
        "The bundle was altered: it is stamped edition %(stamped)s, but says what was said in %(editions)s."
    ) % {
        "stamped": stamped,
        "editions": _editions(found),
    }


def _editions(found: Verified) -> str:
    """“edition 3”, “edition 1 or editions 3 to 5”: it said the same in all of them."""
    runs = [
        _("edition %(number)d") % {"number": first}
        if first == last
        else _("editions %(first)d to %(last)d") % {"first": first, "last": last}
        for first, last in found.editions
    ]
    return _(" or ").join(runs)


def _as_json(found: Verified) -> str:
    manifest = found.manifest
    return json.dumps(
        {
            "verdict": found.verdict.value,
            "said": _verdict(found),
            "present": found.present,
            "editions": found.editions,
            "manifest": manifest.digest if manifest else None,
            "files": [asdict(each) for each in found.files],
            "altered": [asdict(each) for each in found.altered],
            "moved": found.moved,
        },
        ensure_ascii=False,
        indent=1,
    )
