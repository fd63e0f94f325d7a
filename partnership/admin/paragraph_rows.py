"""Paragraphs of a source as their page tells them: with what is tied to them, and what may be done of them."""

from collections.abc import Callable
from dataclasses import dataclass

from django.contrib.auth.models import AnonymousUser, User
from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext

from partnership.editorial import paragraphs
from partnership.editorial.tied import Read, Reading, Tie
from partnership.models import RECORD_MODELS, Entry, Paragraph, Source

from . import kinds
from .addresses import address_of
from .starting import paragraphs_of, query_of

# The single key that starts a record of each kind on the page.
KEYS = {
    "event": "e",
    "programme": "p",
    "exercise": "x",
    "fund": "f",
    "contribution": "c",
    "operation": "o",
    "standing": "s",
}


@dataclass(frozen=True)
class TieLine:
    """An entry that is tied to a paragraph, as the page tells it; `address` is empty for who may not see it."""

    title: str
    kind: str
    state: str
    locator: str
    address: str


@dataclass(frozen=True)
class Row:
    """A paragraph as the page tells it."""

    read: Read
    ties: list[TieLine]
    seal: str
    address: str
    work_address: str


@dataclass(frozen=True)
class Start:
    """A link that starts a record from a paragraph."""

    words: str
    key: str
    address: str


def worked_on(request: HttpRequest, reading: Reading) -> Read | None:
    """The paragraph at the top of the page: the one that is asked for, else the next one to do."""
    asked = request.GET.get("at", "")
    found = next((row for row in reading.rows if row.paragraph.label == asked), None)
    return found or reading.next_to_do(request.GET.get("after", ""))


def row(source: Source, read: Read, line_of: Callable[[Tie], TieLine]) -> Row:
    """A paragraph with its ties and addresses."""
    return Row(
        read=read,
        ties=[line_of(tie) for tie in read.ties],
        seal=paragraphs.seal_of([read.paragraph]),
        address=reverse("admin:partnership_source_paragraph", args=[source.pk, read.paragraph.pk]),
        work_address=paragraphs_of(source, at=read.paragraph.label),
    )


def telling(account: User | AnonymousUser) -> Callable[[Tie], TieLine]:
    """How ties are told to an account: of what it may not see it learns no more than the kind."""
    may_see: dict[type[Entry], bool] = {}

    def line_of(tie: Tie) -> TieLine:
        model = type(tie.entry)
        if model not in may_see:
            may_see[model] = account.has_perm(f"partnership.view_{model.kind_name()}")
        kind = kinds.in_words(model)
        if not may_see[model]:
            return TieLine(gettext("An entry that you may not see"), kind, "", "", "")
        return TieLine(str(tie.entry), kind, tie.state, tie.locator, address_of("change", tie.entry))

    return line_of


def starts(request: HttpRequest, source: Source, paragraph: Paragraph) -> list[Start]:
    """What an account may start from a paragraph."""
    return [
        Start(
            kinds.in_words(model),
            KEYS[model.kind_name()],
            f"{reverse(f'admin:partnership_{model.kind_name()}_add')}?{query_of(source, paragraph)}",
        )
        for model in RECORD_MODELS
        if request.user.has_perm(f"partnership.add_{model.kind_name()}")
    ]
