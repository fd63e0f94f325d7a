"""A load in parts, each committed by itself: what was done stays if it is stopped, and it can be taken up again.

The whole is tried first and taken back, so that nothing is begun that would be refused. The parts follow in an order in which
whatever an entry names is there before it. After each a checkpoint says how far it came, for which files.
"""

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from django.contrib.auth.models import User
from django.utils.translation import gettext as _

from partnership.exchange.reading import Limits, Problem, Row, opened
from partnership.exchange.staging import Staged, staging
from partnership.models import ENTRY_MODELS, Entry, named_references
from partnership.models.batches import in_batches

from .engine import Part, loaded, refuse_if
from .report import LoadRefused, Options, Report


@dataclass
class Checkpoint:
    """How many parts, of which size, of which files were committed; kept in a file while there are more to come."""

    path: Path
    digest: str = ""
    size: int = 0
    done: int = 0

    def read(self) -> None:
        """Take from the file how far the load came.

        Raises:
            LoadRefused: there is no file, or it is no checkpoint.
        """
        try:
            values = json.loads(self.path.read_text(encoding="utf-8"))
            self.digest, self.size, self.done = (
                str(values["digest"]),
                int(values["size"]),
                int(values["done"]),
            )
        except (OSError, ValueError, KeyError, TypeError) as error:
            message = _("there is no checkpoint here from which to go on: load without --resume")
            raise _refused(str(self.path), message, "no-checkpoint") from error

    def write(self) -> None:
        """Set down how far the load came, whole or not at all."""
        self.path.parent.mkdir(parents=True, exist_ok=True)
        beside = self.path.with_name(f".{self.path.name}")
        values = {"digest": self.digest, "size": self.size, "done": self.done}
        beside.write_text(json.dumps(values) + "\n", encoding="utf-8")
        beside.replace(self.path)


def load_in_parts(
    paths: Sequence[Path],
    size: int,
    checkpoint: Path,
    *,
    resume: bool = False,
    by: User | None = None,
    options: Options | None = None,
    limits: Limits | None = None,
) -> Report:
    """Bring fixture files into the register `size` entries at a time; each part is an edition of its own.

    With `resume` it goes on after the last part that was committed, of the size that the checkpoint names.

    Raises:
        LoadRefused: anything is wrong in the files, and nothing was changed; they are not those of the checkpoint; or the
            options ask for what only a whole load can do.
    """
    options = options or Options()
    if options.prune or options.dry_run:
        raise _refused(
            "--batch", _("only a whole load can be tried or prune: leave --batch out"), "not-in-parts"
        )
    source = opened(paths, limits)
    point = Checkpoint(checkpoint, size=size)
    with staging() as staged:
        staged.take(source.rows)
        refuse_if(source.problems)
        if resume:
            point.read()
        if resume and point.digest != source.digest:
            message = _("the checkpoint is of other files: load these without --resume")
            raise _refused(str(checkpoint), message, "other-checkpoint")
        point.digest = source.digest
        whole = source.whole
        if not resume:
            loaded(staged, (), replace(options, dry_run=True), by, whole=whole, digest=point.digest)
        report = Report(digest=point.digest)
        for number, part in enumerate(parts_of(staged, point.size)):
            if number < point.done:
                continue
            done = loaded(staged, (), options, by, whole=whole, digest=point.digest, part=part)
            report.add(done)
            point.done = number + 1
            point.write()
    checkpoint.unlink(missing_ok=True)
    return report


def parts_of(staged: Staged, size: int) -> Iterator[Part]:
    """The entries of a load in parts of one model each, those that are named before those that name them; aliases last.

    Entries that name one another in a circle stay together, even if they are more than `size`.
    """
    for model in ENTRY_MODELS:
        slugs: list[str] = []
        for group in _in_order(staged.slugs(model), _named_among(model, staged)):
            if slugs and len(slugs) + len(group) > size:
                yield Part({model: slugs})
                slugs = []
            slugs = slugs + group
        if slugs:
            yield Part({model: slugs})
    yield Part({}, aliases=True)


def _in_order(slugs: list[str], named: Mapping[str, list[str]]) -> Iterator[list[str]]:
    """Groups of addresses that name one another in a circle, mostly of one, each after all that it names.

    Tarjan's algorithm ("Depth-first search and linear graph algorithms", 1972), without recursion: a chain may be long.
    """
    number: dict[str, int] = {}
    lowest: dict[str, int] = {}
    path: list[str] = []
    on_path: set[str] = set()
    for first in slugs:
        waiting = [(first, iter(named.get(first, ())))] if first not in number else []
        while waiting:
            slug, others = waiting[-1]
            if slug not in number:
                number[slug] = lowest[slug] = len(number)
                path.append(slug)
                on_path.add(slug)
            other = next((each for each in others if each not in number or each in on_path), None)
            if other is not None and other in number:
                lowest[slug] = min(lowest[slug], number[other])
            elif other is not None:
                waiting.append((other, iter(named.get(other, ()))))
            else:
                waiting.pop()
                if waiting:
                    lowest[waiting[-1][0]] = min(lowest[waiting[-1][0]], lowest[slug])
                if lowest[slug] == number[slug]:
                    place = path.index(slug)
                    yield sorted(path[place:])
                    on_path -= set(path[place:])
                    del path[place:]


def _named_among(model: type[Entry], staged: Staged) -> dict[str, list[str]]:
    """By address, the others of a model that an entry or a row it owns names; without those that name none."""
    among = set(slugs := staged.slugs(model))
    found: dict[str, list[str]] = {}
    for some in in_batches(slugs):
        for slug, rows in staged.rows_of(model, some).items():
            named = {each for row in rows for each in _named_by(row, model)} & among - {slug}
            if named:
                found[slug] = sorted(named)
    return found


def _named_by(row: Row, model: type[Entry]) -> Iterator[str]:
    for field in named_references(row.model):  # type: ignore[arg-type]  # an entry or a row of one
        if field.related_model is model and row.fields.get(field.name):
            yield row.fields[field.name][0]


def _refused(place: str, message: str, code: str) -> LoadRefused:
    return LoadRefused([Problem(place, 0, "", "", message, code=code)])
