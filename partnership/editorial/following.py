"""What follows when an entry goes into another: old addresses, and the rows by which the desk names it."""

from typing import Any

from django.utils.translation import gettext as _

from partnership.models import Alias, BundleItem, Entry, Merge, Paragraph, Remit, Source, Status

from .rules import Problem

PARAGRAPH = ("label", "position", "text", "set_aside")
SAID = ("text", "set_aside")

Moved = list[list[str]]
Desk = dict[str, Any]


# Old addresses


def lead_on(gone: Entry, kept: Entry) -> Moved:
    """Have the address of an entry that went, if readers ever had it, and all that led to it lead to the one that stays.

    Gives address, former target or empty, and new target of each.
    """
    moved = []
    for alias in Alias.objects.select_for_update().filter(target=gone.reference).order_by("address"):
        moved.append([alias.address, alias.target, kept.reference])
        alias.target = kept.reference
        alias.save()
    if gone.status != Status.DRAFT and hasattr(gone, "get_absolute_url"):
        former = Alias.objects.filter(address=gone.reference).values_list("target", flat=True).first()
        Alias.objects.update_or_create(address=gone.reference, defaults={"target": kept.reference})
        moved.append([gone.reference, former or "", kept.reference])
    return moved


def lead_back(merge: Merge) -> None:
    """Have old addresses lead where they led before; those that somebody changed since stay as they are."""
    for address, before, after in merge.aliases:
        alias = Alias.objects.select_for_update().filter(address=address).first()
        if alias is None or (alias.target != after and address != merge.gone):
            continue
        if before:
            alias.target = before
            alias.save()
        else:
            alias.delete()


# The desk


def desk_problems(kept: Entry, gone: Entry) -> list[Problem]:
    """Why what the desk keeps of two entries cannot be made one."""
    if not isinstance(gone, Source):
        return []
    ours = {each.label: each for each in Paragraph.objects.filter(source=kept.slug)}
    clashes = [
        each.label
        for each in Paragraph.objects.filter(source=gone.slug)
        if each.label in ours and not _fit(each, ours[each.label])
    ]
    message = _("Both have a paragraph of this number, and they say different things: %(numbers)s. Mend one.")
    return [Problem("", message % {"numbers": ", ".join(clashes)})] if clashes else []


def _fit(one: Paragraph, other: Paragraph) -> bool:
    """Whether two paragraphs of one number do not contradict each other."""
    pairs = [(getattr(one, name), getattr(other, name)) for name in SAID]
    return all(mine == theirs or not (mine and theirs) for mine, theirs in pairs)


def follow_on(gone: Entry, kept: Entry) -> Desk:
    """Have the rows of the desk that name an entry that goes name the one that stays; what is needed to undo it."""
    items = BundleItem.objects.filter(entry=gone.reference)
    keys = sorted(items.values_list("pk", flat=True))
    items.update(entry=kept.reference)
    desk: Desk = {"items": keys, "remits": _remits_on(gone, kept), "paragraphs": [], "joined": []}
    if isinstance(gone, Source):
        _paragraphs_on(gone, kept, desk)
    return desk


def follow_back(merge: Merge, gone: Entry, kept: Entry) -> None:
    """Have the rows of the desk name again what they named before."""
    desk: Desk = merge.desk
    BundleItem.objects.filter(pk__in=desk["items"], entry=kept.reference).update(entry=gone.reference)
    for key, had_kept in desk["remits"]:
        for remit in Remit.objects.filter(pk=key, parties=kept.pk):
            remit.parties.add(gone.pk)
            if not had_kept:
                remit.parties.remove(kept.pk)
    if isinstance(gone, Source):
        _paragraphs_back(desk, gone, kept)


def _remits_on(gone: Entry, kept: Entry) -> list[list[Any]]:
    """The remits that named a party, and whether each named the one that stays already."""
    found = []
    if gone.kind_name() == "party":
        for remit in Remit.objects.filter(parties=gone.pk).order_by("pk"):
            found.append([remit.pk, remit.parties.filter(pk=kept.pk).exists()])
            remit.parties.add(kept.pk)
            remit.parties.remove(gone.pk)
    return found


def _paragraphs_on(gone: Entry, kept: Entry, desk: Desk) -> None:
    """Paragraphs go along; of two of one number one stays, with what either says."""
    ours = {each.label: each for each in Paragraph.objects.filter(source=kept.slug)}
    for paragraph in Paragraph.objects.filter(source=gone.slug).order_by("pk"):
        same = ours.get(paragraph.label)
        if same is None:
            desk["paragraphs"].append(paragraph.pk)
            paragraph.source = kept.slug
            paragraph.save()
            continue
        lent = {name: getattr(paragraph, name) for name in PARAGRAPH}
        desk["joined"].append([same.pk, {name: getattr(same, name) for name in SAID}, lent])
        for name in SAID:
            setattr(same, name, getattr(same, name) or getattr(paragraph, name))
        same.save()
        paragraph.delete()


def _paragraphs_back(desk: Desk, gone: Entry, kept: Entry) -> None:
    """Paragraphs go back; one that was mended since goes back as it is now."""
    Paragraph.objects.filter(pk__in=desk["paragraphs"], source=kept.slug).update(source=gone.slug)
    for key, before, lent in desk["joined"]:
        Paragraph.objects.create(source=gone.slug, **lent)
        for stayed in Paragraph.objects.filter(pk=key, source=kept.slug):
            _empty_again(stayed, lent, before)


def _empty_again(paragraph: Paragraph, lent: dict[str, Any], before: dict[str, Any]) -> None:
    """Take from a paragraph what it had of another one only."""
    for name in SAID:
        if not before[name] and getattr(paragraph, name) == lent[name]:
            setattr(paragraph, name, "")
    paragraph.save()
