"""What becomes of entries that are in the scope of a bundle and not in it."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from django.contrib.auth.models import User
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from partnership.documents import PUBLIC
from partnership.editorial.removing import delete_draft
from partnership.editorial.revising import Refused
from partnership.editorial.workflow import withdraw_together
from partnership.exchange.export import addresses, words_of
from partnership.exchange.manifest import NAME, Manifest
from partnership.exchange.reading import Problem
from partnership.exchange.selection import chosen
from partnership.exchange.staging import Staged
from partnership.models import ENTRY_MODELS, Edition, Entry, Status

from .report import DELETE, Options


@dataclass
class Pruned:
    """What was pruned, what stands against it, and the edition in which it ceased to be public."""

    entries: list[Entry] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)
    edition: Edition | None = None


def prune(
    staged: Staged, manifest: Manifest | None, options: Options, by: User | None, edition: Edition | None
) -> Pruned:
    """Withdraw the public entries that a bundle lacks of its scope and, if asked to, delete the drafts that it lacks.

    The scope is what the manifest says: of the public face its public entries, of a list its rows and not what they need.
    What still is needed by something that stays is told as a problem, and so is more than `options.max_prune` of the scope.
    """
    if manifest is None:
        message = _(
            "only a bundle with a manifest says what it lacks: export it with one, or load without --prune"
        )
        return Pruned(problems=[_problem(message, "prune-no-manifest")])
    if options.pending:
        message = _("to prune changes at once what is public: load without review, or without --prune")
        return Pruned(problems=[_problem(message, "prune-pending")])
    try:
        lacking, scope = _lacking(staged, manifest)
    except ValidationError as error:
        return Pruned(problems=[_problem(words_of(error), "prune-filter")])
    public = [each for each in lacking if each.is_public]
    drafts = [each for each in lacking if each.status == Status.DRAFT and options.prune == DELETE]
    pruned = Pruned(public + drafts, edition=edition)
    if len(pruned.entries) > options.max_prune * scope:
        message = _(
            "%(number)d of the %(scope)d entries in its scope are not in the bundle: raise --max-prune if so it is"
        )
        pruned.problems.append(
            _problem(message % {"number": len(pruned.entries), "scope": scope}, "prune-too-many")
        )
        return pruned
    pruned.problems += _taken_away(pruned, public, drafts, options, by)
    return pruned


def _lacking(staged: Staged, manifest: Manifest) -> tuple[list[Entry], int]:
    """The entries in the scope of a bundle that it lacks, and how many entries the scope has in the register."""
    lacking: list[Any] = []
    scope = 0
    known: Any = addresses(manifest.face)  # a published entry that an export withholds is not lacking
    for model in ENTRY_MODELS:
        rows: Any = model._base_manager.exclude(status=Status.WITHDRAWN)
        if manifest.face == PUBLIC:
            rows = rows.filter(status=Status.PUBLISHED)
        if manifest.filter:
            listed, chosen_rows = chosen(manifest.filter)
            if listed is not model:
                continue
            rows = rows.filter(pk__in=chosen_rows.order_by().values("pk"))
        kept = set(staged.keys(model))
        held = set(known[model].values())
        slugs = [slug for slug in rows.order_by("slug").values_list("slug", flat=True) if slug in held]
        scope += len(slugs)
        gone = [slug for slug in slugs if slug not in kept]
        lacking += model._base_manager.filter(slug__in=gone).order_by("slug")
    return lacking, scope


def _taken_away(
    pruned: Pruned, public: list[Entry], drafts: list[Entry], options: Options, by: User | None
) -> Iterator[Problem]:
    reason = options.prune_reason or _("It is no longer in the files from which this register is kept.")
    try:
        if public:
            pruned.edition = withdraw_together(public, reason=reason, by=by, edition=pruned.edition)
        for draft in reversed(drafts):  # what names comes after what is named
            delete_draft(draft, by=by)
    except Refused as error:
        for problem in error.problems:
            yield _problem(str(problem), "prune-needed")


def _problem(message: str, code: str) -> Problem:
    return Problem(NAME, 0, "", "", message, code=code)
