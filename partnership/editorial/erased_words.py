"""Words that are to be erased: where a text has them, and what it says without them.

Case, accents and runs of white space do not count, and only whole words do: “Ann Lee” is in “ANN  LÉE's” and not in
“Joann Lee”. Where a script puts no blanks between words, there are no whole ones to ask for.
"""

import re
import unicodedata
from collections.abc import Mapping
from functools import cached_property
from typing import Any
from urllib.parse import unquote_plus

from django.core.exceptions import FieldDoesNotExist
from django.db import models
from django.utils.text import slugify

from partnership.documents import MODELS, Document
from partnership.models.fields import LineField, ProseField
from partnership.text import is_unspaced, normalise

# It stands where the words stood: in no language, and never longer than they were, so that it fits wherever they did.
MARK = "[…]"
LEAST = len(MARK)

_ACCENTS = "\u0300-\u036f"
_VOICED = "\u3099\u309a"
# What stands in addresses where a text has a blank.
_BETWEEN = r"[\s_+.\-]+"
# A web address within a text; brackets are part of it in pairs only, so that the end of a link in Markdown is none.
_ADDRESS = re.compile(
    r"(?P<host>(?:https?://|www\.)[^\s<>\"()/?#]+)(?:[^\s<>\"()]|\([^\s<>\"()]*\))*", re.IGNORECASE
)
_DIGEST = re.compile(r"[0-9a-f]{64}")
# References and addresses of entries: none of them is changed by itself.
_REFERENCE = re.compile(r"[a-z]+:[a-z0-9][a-z0-9-]*")
_NAMES_OF_ADDRESSES = {"slug", "address", "target", "reference"}


class TooShort(ValueError):
    """There are too few letters to tell the words from others."""


class Words:
    """The words that somebody wants erased, as typed.

    Raises:
        TooShort: they have fewer than three characters.
    """

    def __init__(self, typed: str) -> None:
        self.typed = " ".join(normalise(typed).split())
        if sum(character.isalnum() for character in self.typed) < LEAST:
            raise TooShort(self.typed)

    @cached_property
    def _pattern(self) -> re.Pattern[str]:
        return self._spaced_by(r"\s+")

    @cached_property
    def _pattern_of_addresses(self) -> re.Pattern[str]:
        return self._spaced_by(_BETWEEN)

    def _spaced_by(self, between: str) -> re.Pattern[str]:
        bare = re.sub(f"[{_ACCENTS}]", "", unicodedata.normalize("NFD", self.typed))
        written = (between if sign == " " else f"{re.escape(sign)}[{_ACCENTS}]*" for sign in bare)
        before = rf"(?<![^\W_])(?<![{_ACCENTS}])" if _is_spaced(bare[0]) else ""
        after = r"(?![^\W_])" if _is_spaced(bare[-1]) else ""
        return re.compile(f"{before}{''.join(written)}(?![{_ACCENTS}{_VOICED}]){after}", re.IGNORECASE)

    def count(self, text: str) -> int:
        """How often a text has them."""
        return self._erased(text)[1]

    def without(self, text: str) -> str:
        """A text with the mark in their place; as it is if it does not have them."""
        bare, number = self._erased(text)
        return normalise(bare) if number else text

    def _erased(self, text: str) -> tuple[str, int]:
        """A text without them, taken apart, and how often it had them: as words, and in web addresses within it."""
        bare, number = self._pattern.subn(MARK, unicodedata.normalize("NFD", text))
        named = [found for found in _ADDRESS.finditer(bare) if self.are_in_address(found.group())]
        for found in reversed(named):
            bare = bare[: found.start()] + self._bare_address(found) + bare[found.end() :]
        return bare, number + len(named)

    def _bare_address(self, found: re.Match[str]) -> str:
        """What is left of a web address within a text: the host, so that a link in it stays one."""
        host = found.group("host")
        return MARK if self.are_in_address(host) else f"{host}/{MARK}"

    def are_in_address(self, address: str) -> bool:
        """Whether a web address, or the query of one, has them."""
        plain = unicodedata.normalize("NFD", unquote_plus(address))
        return bool(self._pattern_of_addresses.search(plain))

    def are_in_slug(self, slug: str) -> bool:
        """Whether an address of an entry or the key of a row was made of them."""
        made = slugify(self.typed)
        return len(made) >= LEAST and bool(re.search(rf"(?<![a-z0-9]){re.escape(made)}(?![a-z0-9])", slug))

    # Values

    def in_field(self, field: Any, value: Any) -> int:
        """How often a value of a field has them."""
        return self._count_value(value) if field is None else self._count_as(field, value)

    def _count_as(self, field: Any, value: Any) -> int:
        if isinstance(field, models.URLField):
            return int(self.are_in_address(value or ""))
        if isinstance(field, models.JSONField):
            return self._count_value(value)
        return self.count(value) if is_text(field) and isinstance(value, str) else 0

    def _count_value(self, value: Any) -> int:
        """How often plain JSON has them, documents in it as documents."""
        if is_document(value):
            return self.in_document(value)
        if isinstance(value, str):
            return self._count_name(value)
        if isinstance(value, Mapping):
            told = (each for name, each in value.items() if name not in _NAMES_OF_ADDRESSES)
            return sum(map(self._count_value, told)) + sum(map(self._count_name, value))
        return sum(map(self._count_value, value)) if isinstance(value, list) else 0

    def _count_name(self, name: str) -> int:
        return 0 if _REFERENCE.fullmatch(name) else self.count(name)

    def in_document(self, document: Document) -> int:
        """How often a document has them."""
        return sum(
            self.in_field(field_named(row["model"], name), value)
            for row in document
            for name, value in row["fields"].items()
        )

    def out_of_field(self, field: Any, value: Any) -> Any:
        """A value of a field without them; a web address that has them goes whole, since none is left of a part."""
        if isinstance(field, models.URLField):
            return "" if self.are_in_address(value or "") else value
        return self.without(value) if is_text(field) and isinstance(value, str) else value

    def out_of_document(self, document: Document) -> Document:
        """A document without them; addresses, keys and what is named stay."""
        return [{**row, "fields": self._out_of_fields(row["model"], row["fields"])} for row in document]

    def _out_of_fields(self, label: str, fields: dict[str, Any]) -> dict[str, Any]:
        return {name: self._out_of(field_named(label, name), value) for name, value in fields.items()}

    def _out_of(self, field: Any, value: Any) -> Any:
        return self.out_of_json(value, {}) if field is None else self.out_of_field(field, value)

    def out_of_json(self, value: Any, digests: Mapping[str, str]) -> Any:
        """Plain JSON without them, documents in it as documents; digests of documents are those of what they say now."""
        if is_document(value):
            return self.out_of_document(value)
        if isinstance(value, str):
            stays = _DIGEST.fullmatch(value) or _REFERENCE.fullmatch(value)
            return digests.get(value, value) if stays else self.without(value)
        if isinstance(value, Mapping):
            return {
                name if _REFERENCE.fullmatch(name) else self.without(name): each
                if name in _NAMES_OF_ADDRESSES
                else self.out_of_json(each, digests)
                for name, each in value.items()
            }
        return [self.out_of_json(each, digests) for each in value] if isinstance(value, list) else value


def is_text(field: Any) -> bool:
    """Whether a field holds what somebody wrote: neither a choice, nor an address, nor the name of an account."""
    is_written = isinstance(field, (LineField, ProseField)) and not field.choices
    return is_written and not field.name.endswith("_by_name")


def is_document(value: Any) -> bool:
    """Whether plain JSON is the document of an entry."""
    return isinstance(value, list) and bool(value) and all(map(_is_row, value))


def field_named(label: str, name: str) -> Any:
    """The field of a row of a document; None for one that is no more, of which any text is taken for one."""
    try:
        return MODELS[label]._meta.get_field(name)
    except (KeyError, FieldDoesNotExist):
        return None


def _is_row(value: Any) -> bool:
    return isinstance(value, dict) and isinstance(value.get("fields"), dict) and "model" in value


def _is_spaced(character: str) -> bool:
    return character.isalnum() and not is_unspaced(character)
