"""The numbered paragraphs of a source: cut out of its text, kept, mended.

They are staff's own: which of them are recorded is told by `tied`, how citations name them by `locators`. Whoever writes
them locks the source first.
"""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from partnership import documents
from partnership.models import Paragraph, Source
from partnership.text import normalise

from .locators import EDGES, plain
from .revising import Moved, Refused, locked
from .rules import Problem

MOST_PARAGRAPHS = 1_000
MOST_BYTES = 200_000
LONGEST_LABEL = 40

_BLANK_LINES = re.compile(r"\n[ \t\u00a0]*\n")
_OWN_NUMBER = re.compile(
    r"""§+\s?(?P<section>\d{1,4}(?:\.\d{1,4}){0,4}[a-z]?)(?![\w])
      | \((?P<bracketed>\d{1,4}[a-z]?)\)
      | (?P<dotted>\d{1,4}(?:\.\d{1,4}){1,4})[.)]?(?=\s|\Z)
      | (?P<plain>\d{1,4}[a-z]?)[.)](?=\s|\Z)""",
    re.VERBOSE,
)
_LETTER = re.compile(r"(?:\((?P<bracketed>[a-z]|[ivx]{2,4})\)|(?P<plain>[a-z])\))(?=\s|\Z)")
_SPAN = re.compile(r"(\d{1,6})\s*[-–—]\s*(\d{1,6})")


@dataclass(frozen=True)
class Part:
    """A paragraph as a text gives it: its number and what it says, which may be nothing."""

    label: str
    text: str = ""


# Cutting


def cut(text: str, *, own_numbers: bool = True) -> list[Part]:
    """The paragraphs of a text: cut at blank lines, each called by the number that the text itself gives it.

    In a text that numbers its paragraphs, what has no number goes with the one before; what stands before the first is
    called 0. A text without numbers, or one taken without `own_numbers`, is numbered from 1. A number that comes twice
    has /2 behind it the second time.

    Raises:
        Refused: there is no text, or more of it than a source may have.
    """
    text = normalise(text)
    if len(text.encode()) > MOST_BYTES:
        message = _("The text has more than %(number)d kB: paste a part of it, then the next.")
        raise _refused(message % {"number": MOST_BYTES // 1_000})
    blocks = _blocks(text)
    if not blocks:
        raise _refused(_("There is no text to cut: paste it, or add numbers only."))
    numbered = _numbered_by_text(blocks) if own_numbers else []
    parts = numbered or [Part(str(number), block) for number, block in enumerate(blocks, 1)]
    _refuse_too_many(len(parts))
    return _told_apart(parts)


def _blocks(text: str) -> list[str]:
    """What stands between blank lines."""
    return [block for each in _BLANK_LINES.split(text) if (block := each.strip())]


def _numbered_by_text(blocks: list[str]) -> list[Part]:
    """Blocks by their own numbers; none if no block has one."""
    found: list[tuple[str, list[str]]] = []
    number = ""
    for block in blocks:
        label = _own_label(block, number)
        if label:
            found.append((label, [block]))
        elif found:
            found[-1][1].append(block)
        else:
            found.append(("0", [block]))
        if label and " " not in label:
            number = label
    return [Part(label, "\n\n".join(texts)) for label, texts in found] if number else []


def _own_label(block: str, number: str) -> str:
    """How a text numbers a block: “12”, “1.2”, or “12 (a)” for a lettered part after paragraph 12; empty if it does not."""
    if own := _OWN_NUMBER.match(block):
        return next(each for each in own.groups() if each)
    letter = _LETTER.match(block)
    return f"{number} ({letter['bracketed'] or letter['plain']})" if letter and number else ""


def _told_apart(parts: list[Part]) -> list[Part]:
    seen: dict[str, int] = {}
    taken = {plain(part.label) for part in parts}
    found = []
    for part in parts:
        name = plain(part.label)
        seen[name] = seen.get(name, 0) + 1
        label = part.label
        while seen[name] > 1 and plain(label := f"{part.label}/{seen[name]}") in taken:
            seen[name] += 1
        taken.add(plain(label))
        found.append(Part(label, part.text))
    return found


def numbers(text: str) -> list[Part]:
    """Paragraphs by their numbers alone: “1-45”, “1-12, 14, 15a”.

    Raises:
        Refused: there is none, one is too long, or there are more than a source may have.
    """
    found: dict[str, Part] = {}
    for piece in filter(None, (each.strip() for each in re.split(r"[,;\n]", normalise(text)))):
        span = _SPAN.fullmatch(piece)
        first, last = (int(span[1]), int(span[2])) if span else (0, 0)
        _refuse_too_many(max(last - first + 1, len(found)))
        if span and last < first:
            message = _("“%(span)s” begins behind its end: write the smaller number first.")
            raise _refused(message % {"span": piece[:LONGEST_LABEL]})
        for label in map(str, range(first, last + 1)) if span else [piece]:
            found.setdefault(plain(label), Part(checked_label(label)))
    if not found:
        raise _refused(_("Write the numbers, for example 1-45."))
    _refuse_too_many(len(found))
    return list(found.values())


def checked_label(label: str) -> str:
    """The number of a paragraph as it is kept.

    Raises:
        Refused: it is empty, too long, or has neither letter nor digit.
    """
    label = " ".join(normalise(label).split()).strip(EDGES)
    if not any(character.isalnum() for character in plain(label)):
        raise _refused(_("Write the number of the paragraph, for example 12 or 3 (b)."))
    if len(label) > LONGEST_LABEL:
        message = _("“%(label)s …” is too long for a number: it has at most %(number)d characters.")
        raise _refused(message % {"label": label[:LONGEST_LABEL], "number": LONGEST_LABEL})
    return label


def _refuse_too_many(number: int) -> None:
    if number > MOST_PARAGRAPHS:
        message = _(
            "These are %(number)d paragraphs, and a source has at most %(most)d: leave out what nobody will cite."
        )
        raise _refused(message % {"number": number, "most": MOST_PARAGRAPHS})


def _refused(message: str) -> Refused:
    return Refused([Problem("", message)])


# Looking


def of(source: Source) -> list[Paragraph]:
    """The paragraphs of a source, in its order."""
    return list(Paragraph.objects.filter(source=source.slug).order_by("position", "pk"))


def seal_of(paragraphs: Iterable[Paragraph]) -> str:
    """Stands for all that paragraphs say, in their order: a form names what it was opened on."""
    said = [[each.pk, each.label, each.text, each.set_aside] for each in paragraphs]
    return documents.digest([{"paragraphs": said}])


# Keeping what was cut


@dataclass
class Outcome:
    """What keeping parts makes of the paragraphs that a source has: which are new, which say something else, which stay."""

    new: list[Part] = field(default_factory=list)
    changed: list[Part] = field(default_factory=list)
    same: list[Part] = field(default_factory=list)
    missing: list[Paragraph] = field(default_factory=list)

    def in_words(self) -> str:
        """What was done, in a sentence."""
        new, changed, same = len(self.new), len(self.changed), len(self.same) + len(self.missing)
        counts = [
            ngettext("%d new paragraph", "%d new paragraphs", new) % new,
            ngettext("%d with another text", "%d with another text", changed) % changed if changed else "",
            ngettext("%d as before", "%d as before", same) % same if same else "",
        ]
        return ", ".join(filter(None, counts)) + "."


def compared(stored: Sequence[Paragraph], parts: Sequence[Part]) -> Outcome:
    """What keeping parts would do: a paragraph is known by its number; one that the parts leave out stays."""
    known = {plain(each.label): each for each in stored}
    outcome = Outcome()
    for part in parts:
        there = known.get(plain(part.label))
        if there is None:
            outcome.new.append(part)
        elif part.text not in ("", there.text):
            outcome.changed.append(part)
        else:
            outcome.same.append(part)
    given = {plain(part.label) for part in parts}
    outcome.missing = [each for each in stored if plain(each.label) not in given]
    return outcome


@transaction.atomic
def keep(source: Source, parts: Sequence[Part], *, seal: str) -> Outcome:
    """Make parts the paragraphs of a source, in their order; what is tied and what was set aside stays so.

    A part without text leaves the text that is there. Paragraphs that the parts leave out stay behind the one they
    stood behind.

    Raises:
        Moved: the paragraphs are no longer those of the seal.
        Refused: the source was deleted, or would have too many paragraphs.
    """
    stored = _locked(source, seal)
    outcome = compared(stored, parts)
    _refuse_too_many(len(parts) + len(outcome.missing))
    known = {plain(each.label): each for each in stored}
    given = []
    for part in parts:
        each = known.get(plain(part.label)) or Paragraph(source=source.slug, label=part.label)
        each.text = part.text or each.text
        given.append(each)
    _place(_in_order(stored, given))
    return outcome


def _in_order(stored: Sequence[Paragraph], given: Sequence[Paragraph]) -> list[Paragraph]:
    """The given ones, each followed by what stood behind it and is not given."""
    are_given = {each.pk for each in given if each.pk}
    behind: dict[int | None, list[Paragraph]] = {}
    before: int | None = None
    for each in stored:
        if each.pk in are_given:
            before = each.pk
        else:
            behind.setdefault(before, []).append(each)
    found = list(behind.get(None, ()))
    for each in given:
        found += [each, *(behind.get(each.pk, ()) if each.pk else ())]
    return found


def _place(paragraphs: Sequence[Paragraph]) -> None:
    """Store paragraphs in this order."""
    for position, each in enumerate(paragraphs):
        each.position = position
    Paragraph.objects.bulk_create([each for each in paragraphs if not each.pk], batch_size=200)
    Paragraph.objects.bulk_update(
        [each for each in paragraphs if each.pk], ["position", "text"], batch_size=200
    )


def _locked(source: Source, seal: str | None = None) -> list[Paragraph]:
    locked(source)
    stored = of(source)
    if seal is not None and seal_of(stored) != seal:
        raise Moved
    return stored


# Mending one


@transaction.atomic
def change(source: Source, paragraph: Paragraph, label: str, text: str, set_aside: str, *, seal: str) -> None:
    """Write number, text and the reason for which a paragraph is set aside.

    Raises:
        Moved: the paragraph no longer says what its form was opened on.
        Refused: another paragraph has the number, or number, text or reason are too long.
    """
    stored = _locked(source)
    paragraph = _again(stored, paragraph, seal)
    paragraph.label = checked_label(label)
    if any(plain(each.label) == plain(paragraph.label) for each in stored if each.pk != paragraph.pk):
        message = _("The source has a paragraph %(label)s already: choose another number.")
        raise _refused(message % {"label": paragraph.label})
    paragraph.text, paragraph.set_aside = normalise(text).strip(), _checked_reason(set_aside)
    if len(paragraph.text.encode()) > MOST_BYTES:
        raise _refused(_("The text has more than %(number)d kB.") % {"number": MOST_BYTES // 1_000})
    paragraph.save()


@transaction.atomic
def set_aside(source: Source, paragraph: Paragraph, reason: str, *, seal: str) -> None:
    """Say why nothing of a paragraph is recorded, or with an empty reason take it up again.

    Raises:
        Moved: the paragraph no longer says what was looked at.
        Refused: the reason is too long, or the source was deleted.
    """
    paragraph = _again(_locked(source), paragraph, seal)
    paragraph.set_aside = _checked_reason(reason)
    paragraph.save()


@transaction.atomic
def split(source: Source, paragraph: Paragraph, text: str, *, seal: str) -> list[Paragraph]:
    """Cut a paragraph at the blank lines of what is now its text: the first part keeps the number, all the set-aside mark.

    Raises:
        Moved: the paragraph no longer says what was looked at.
        Refused: there is no blank line in it, or the source would have too many paragraphs.
    """
    stored = _locked(source)
    paragraph = _again(stored, paragraph, seal)
    blocks = _blocks(normalise(text))
    if len(blocks) < 2:
        raise _refused(_("Put a blank line where the paragraph is to be cut."))
    _refuse_too_many(len(stored) + len(blocks) - 1)
    taken = {plain(each.label) for each in stored}
    new = []
    for block in blocks[1:]:
        label = _own_label(block, paragraph.label)
        if not label or plain(label) in taken:
            label = _free(paragraph.label, taken)
        taken.add(plain(label))
        new.append(
            Paragraph(
                source=source.slug, label=checked_label(label), text=block, set_aside=paragraph.set_aside
            )
        )
    paragraph.text = blocks[0]
    place = [each.pk for each in stored].index(paragraph.pk)
    _place([*stored[:place], paragraph, *new, *stored[place + 1 :]])
    return new


@transaction.atomic
def join(source: Source, paragraph: Paragraph, *, seal: str) -> Paragraph:
    """Put the text of a paragraph behind that of the one before it, and take its number away; the joined paragraph.

    Raises:
        Moved: the paragraph no longer says what was looked at.
        Refused: it is the first.
    """
    stored = _locked(source)
    paragraph = _again(stored, paragraph, seal)
    place = [each.pk for each in stored].index(paragraph.pk)
    if place == 0:
        raise _refused(_("There is no paragraph before it."))
    before = stored[place - 1]
    before.text = "\n\n".join(filter(None, (before.text, paragraph.text)))
    before.set_aside = before.set_aside and paragraph.set_aside
    before.save()
    paragraph.delete()
    return before


@transaction.atomic
def delete(source: Source, paragraph: Paragraph, *, seal: str) -> None:
    """Take a paragraph away.

    Raises:
        Moved: it no longer says what was looked at.
    """
    _again(_locked(source), paragraph, seal).delete()


def _again(stored: Sequence[Paragraph], paragraph: Paragraph, seal: str) -> Paragraph:
    """A paragraph as it is stored now. Raises Moved if it says something else than what was looked at."""
    found = next((each for each in stored if each.pk == paragraph.pk), None)
    if found is None or seal_of([found]) != seal:
        raise Moved
    return found


def _free(label: str, taken: set[str]) -> str:
    number = 2
    while plain(f"{label}/{number}") in taken:
        number += 1
    return f"{label}/{number}"


def _checked_reason(reason: str) -> str:
    reason = " ".join(normalise(reason).split())
    longest = Paragraph._meta.get_field("set_aside").max_length or 0
    if len(reason) > longest:
        raise _refused(_("A reason has at most %(number)d characters.") % {"number": longest})
    return reason
