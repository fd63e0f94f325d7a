"""What merging two entries would make of the register, and whether it may be done; nothing is written here."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

from django.contrib.auth.models import User
from django.db.models import QuerySet
from django.utils.translation import gettext as _

from partnership import documents
from partnership.documents import Document
from partnership.models import Entry, Revision, Status, Term, references_of

from . import remit
from .bundled import waiting_bundles
from .following import desk_problems
from .mentions import entries_naming
from .renaming import names, renamed, without_doubles
from .reviewing import MAY_PUBLISH, MAY_PUBLISH_OWN
from .revising import Refused, authors_of, head_of, is_held_back
from .rules import Problem
from .united import United, unite


@dataclass(frozen=True)
class Union:
    """What merging one entry into another would make of the register: nothing is written yet.

    `naming` are the other entries that name the one that goes; `before` has what all of them say, by reference, and
    `after` what they would say.
    """

    kept: Entry
    gone: Entry
    naming: list[Entry]
    before: dict[str, Document]
    after: dict[str, Document]
    united: United

    @property
    def seal(self) -> str:
        """Stands for all that was looked at, to the letter."""
        return documents.digest([{name: documents.digest(each) for name, each in self.before.items()}])

    @property
    def changed(self) -> list[Entry]:
        """The entries that say something else afterwards, by their references."""
        return sorted([self.kept, *self.naming], key=lambda each: each.reference)

    @cached_property
    def concerns_readers(self) -> bool:
        """Whether anything of it is or was public, so that it is an edition."""
        return any(is_held_back(each) for each in (*self.changed, self.gone))


def union_of(kept: Entry, gone: Entry, choices: Mapping[str, str]) -> Union:
    """What merging would make of two entries of one kind, as they stand now.

    Raises:
        Refused: one of them was deleted, or went into another meanwhile.
    """
    naming = [each for each in entries_naming(gone, _every_one) if each != kept]
    before = documents.dump_each([kept, gone, *naming])
    if len(before) < len(naming) + 2:
        raise Refused([Problem("", _("The entry was deleted."))])
    after = {each.reference: renamed(before[each.reference], gone, kept) for each in (kept, gone, *naming)}
    united = unite(after[kept.reference], after.pop(gone.reference), choices)
    after = {name: without_doubles(document) for name, document in after.items()}
    after[kept.reference] = united.document
    return Union(kept, gone, naming, before, after, united)


def _every_one(model: type[Entry]) -> QuerySet:
    """The entries of a model, whatever their status."""
    return model._base_manager.all()


def digests_of(said: Mapping[str, Document]) -> dict[str, str]:
    """The digest of what each entry says, whenever it came to say so: an undoing writes another time of change."""
    found = {}
    for name, [head, *rows] in said.items():
        fields = {each: value for each, value in head["fields"].items() if each != "changed"}
        found[name] = documents.digest([{**head, "fields": fields}, *rows])
    return found


# Whether it may be done


def cannot_be_one(kept: Entry, gone: Entry) -> list[Problem]:
    """Why two entries cannot be merged at all, whoever asks."""
    if type(kept) is not type(gone):
        return [Problem("", _("They are not of one kind: only two of the same kind can be one."))]
    if kept.pk == gone.pk:
        return [Problem("", _("It is the same entry: choose another one."))]
    if not kept.is_public and not kept.status == gone.status == Status.DRAFT:
        return [Problem("", _("What stays must be public, unless both are drafts."))]
    if isinstance(kept, Term) and isinstance(gone, Term) and kept.vocabulary != gone.vocabulary:
        return [Problem("", _("They are words of different vocabularies, so they do not mean the same."))]
    return []


def can_be_swapped(kept: Entry, gone: Entry) -> bool:
    """Whether the other of the two could stay instead."""
    return not cannot_be_one(gone, kept)


def is_allowed(union: Union, by: User) -> bool:
    """Whether an account has the right to merge: to publish if readers are concerned, else to change all that changes."""
    if union.concerns_readers:
        return by.has_perm(MAY_PUBLISH)
    return all(by.has_perm(f"partnership.change_{each.kind_name()}") for each in union.changed)


def objections(union: Union, by: User) -> list[Problem]:
    """What speaks against a merge, or against who asks for it, before anything is written."""
    kept, gone = union.kept, union.gone
    return [
        *_outside(union, by),
        *(_own_work(gone, by) if kept.is_public and gone.status == Status.DRAFT else ()),
        *unfinished([*union.changed, gone]),
        *_named_in_changes(union),
        *desk_problems(kept, gone),
        *_named_by_itself(union),
    ]


def _outside(union: Union, by: User) -> list[Problem]:
    if not is_allowed(union, by):
        return [Problem("", _("Your account has not the right to do this: ask a publisher."))]
    return outside_remit(union.before, by)


def outside_remit(said: Mapping[str, Document], by: User) -> list[Problem]:
    """That some of what entries say, by reference, is outside of what an account may change."""
    is_covered = remit.covering(by)
    outside = [name for name, document in said.items() if not is_covered(document)]
    message = _("It would change what is outside of what your account may change: %(entries)s.")
    return [Problem("", message % {"entries": ", ".join(outside)})] if outside else []


def _own_work(draft: Entry, by: User) -> list[Problem]:
    """A draft that goes into what is public becomes public: for who wrote it that is nothing to do alone."""
    head = head_of(draft)
    if head is None or by.pk not in authors_of(head) or by.has_perm(MAY_PUBLISH_OWN):
        return []
    return [Problem("", _("You wrote the draft, and it would become public: somebody else must merge it."))]


def unfinished(entries: Sequence[Entry]) -> list[Problem]:
    """Changes of entries that wait for something, so that nothing else may change the entries now."""
    references = {each.reference: each for each in entries}
    bundles = waiting_bundles(references)
    message = _("“%(entry)s” (%(reference)s) waits in the bundle “%(bundle)s”: take it out of that first.")
    found = [
        Problem("", message % {"entry": references[name], "reference": name, "bundle": bundle})
        for name, bundle in bundles.items()
    ]
    heads = Revision.objects.open().filter(entry__in=references).defer("document").order_by("entry")
    message = _("Finish or discard the change of “%(entry)s” (%(reference)s) first.")
    return found + [
        Problem("", message % {"entry": references[head.entry], "reference": head.entry})
        for head in heads
        if head.entry not in bundles and (is_held_back(references[head.entry]) or head.is_in_review)
    ]


def _named_in_changes(union: Union) -> list[Problem]:
    """Changes that are not public yet and will name what goes."""
    known = union.before.keys()
    message = _("A change of %(reference)s names “%(entry)s”: finish or discard that first.")
    heads = Revision.objects.open().exclude(entry__in=known).order_by("entry")
    return [
        Problem("", message % {"reference": head.entry, "entry": union.gone})
        for head in heads.iterator()
        if names(head.document, union.gone)
    ]


def _named_by_itself(union: Union) -> list[Problem]:
    """Where the entry that stays would name itself, because one of the two names the other."""
    kept = union.kept
    model = type(kept)
    fields = union.after[kept.reference][0]["fields"]
    message = _("One of the two names the other there: mend that first.")
    return [
        Problem(each.name, message)
        for each in (*references_of(model), *model._meta.many_to_many)
        if each.related_model is model and [kept.slug] in (fields[each.name], *(fields[each.name] or ()))
    ]
