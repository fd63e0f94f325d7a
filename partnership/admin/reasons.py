"""Reasons of a refusal as sentences that lead to the place to mend in the form of an entry."""

from collections.abc import Iterable
from typing import Any, cast

from django.db.models import Model
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.text import capfirst

from partnership.editorial.rules import Problem
from partnership.models import Entry


def sentences(entry: Entry, problems: Iterable[Problem], form: str = "") -> list[SafeString]:
    """Each problem with a link to its field or row, where the form has it; `form` is its address on another page."""
    places = _places(entry)
    return [_sentence(problem, places, form) for problem in problems]


def in_words(entry: Entry, places: Iterable[str]) -> list[str]:
    """Fields of an entry, by name, and rows, by key, as the form calls them; what it has no word for stays as it is."""
    known = _places(entry)
    return [known[place][1] if place in known else place for place in places]


def as_message(heading: str, reasons: Iterable[str]) -> SafeString:
    """A heading and the reasons under it, as one message at the top of a page."""
    listed = format_html_join("", "<li>{}</li>", ((each,) for each in reasons))
    return format_html("{}<ul>{}</ul>", heading, listed)


def _sentence(problem: Problem, places: dict[str, tuple[str, str]], form: str) -> SafeString:
    if not problem.field:
        return format_html("{}", capfirst(problem.message))
    name, _space, column = problem.field.partition(" ")
    if name not in places:
        return format_html("{}: {}", problem.field, problem.message)
    anchor, label = places[name]
    if column:
        anchor, label = f"id_{anchor}-{column}", f"{label}, {column}"
    return format_html('<a href="{}#{}">{}</a>: {}', form, anchor, capfirst(label), problem.message)


def _places(entry: Entry) -> dict[str, tuple[str, str]]:
    """Fields, groups of rows and rows of an entry by name or key: the anchor in its form, and what to call it."""
    fields: list[Any] = [*entry._meta.concrete_fields, *entry._meta.many_to_many]
    places = {field.name: (f"id_{field.name}", str(field.verbose_name)) for field in fields}
    for accessor, rows in entry.owned().items():
        group = cast(type[Model], getattr(type(entry), accessor).rel.related_model)
        places[accessor] = (f"{accessor}-group", str(group._meta.verbose_name_plural))
        places.update({row.key: (f"{accessor}-{number}", str(row)) for number, row in enumerate(rows)})
    return places
