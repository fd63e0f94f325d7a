"""What is wrong in files, told with its place."""

import json
import re
from collections.abc import Iterable
from dataclasses import dataclass
from difflib import get_close_matches
from typing import Any

from django.utils.translation import gettext as _

NOTHING = object()
UNWANTED = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ud800-\udfff\ufffe\uffff]")
SHOWN = 60


@dataclass(frozen=True)
class Problem:
    """One thing to mend in a file: `row` is `model[key]`; line 0 and empty texts stand for what does not apply.

    `code` is the word for this sort of problem, the same whatever the language of the message.
    """

    file: str
    line: int
    row: str
    field: str
    message: str
    value: str = ""
    code: str = ""

    def __str__(self) -> str:
        place = ".".join(part for part in (self.row, self.field) if part)
        said = f"{place}: {self.message}" if place else self.message
        where = f"{self.file}:{self.line}" if self.line else self.file
        value, code = self.value and f" ({self.value})", self.code and f" [{self.code}]"
        return f"{where}  {said}{value}{code}"


class Inexact(str):
    """A number that JSON writes with a point or exponent, or NaN or Infinity: no field of the register takes one."""


def hint(name: Any, known: Iterable[str]) -> str:
    """A known name that looks like `name`, as the end of a message: ` (did you mean “japan”?)`; else empty."""
    near = get_close_matches(name, list(known), n=1) if isinstance(name, str) else []
    return _(" (did you mean “%(name)s”?)") % {"name": near[0]} if near else ""


def shown(value: Any) -> str:
    """A value as a message shows it: as it stands in the file, at most 60 characters."""
    if value is NOTHING:
        return ""
    text = str(value) if isinstance(value, Inexact) else json.dumps(value, ensure_ascii=False)
    text = UNWANTED.sub("�", text)
    return text if len(text) <= SHOWN else f"{text[: SHOWN - 1]}…"
