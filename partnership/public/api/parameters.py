"""What a list of the API may be asked: each parameter with its meaning and the values it takes.

Read from the filters of the list's page, so that the OpenAPI document and the page that explains the API tell the same.
"""

from dataclasses import dataclass, field
from typing import Any

from django.utils.translation import gettext

from partnership.public.filters import fields, options

from .kinds import Kind

DEFAULT_SIZE, MOST_ON_A_PAGE = 50, 200
MOST_CODES = 20
SLUG = "^[a-z0-9][a-z0-9-]{0,79}$"
DAY_MONTH_OR_YEAR = "^[0-9]{4}(-[0-9]{2}(-[0-9]{2})?)?$"


@dataclass(frozen=True)
class Parameter:
    """A parameter of a list: its name, what it means, how its values are to be written, and which codes it knows."""

    name: str
    label: str
    help: str
    schema: dict[str, Any] = field(hash=False)
    many: bool = False

    @property
    def meaning(self) -> str:
        """Label and help in one text."""
        return f"{self.label}. {self.help}".strip() if self.help else f"{self.label}."

    @property
    def codes(self) -> list[str]:
        """The values that it takes; none if they are not fixed, or too many to be told one by one."""
        found = self.schema.get("items", self.schema).get("enum", [])
        return found if len(found) <= MOST_CODES else []


def parameters_of(kind: Kind) -> list[Parameter]:
    """The parameters of the list of a kind: its filters, in the order of its page, and those of the paging."""
    return [*(_of_filter(name, each) for name, each in kind.filters.items()), *paging()]


def paging() -> list[Parameter]:
    """The parameters of every list."""
    return [
        Parameter(
            "page_size",
            gettext("Entries on a page"),
            gettext("At most %(most)d; %(usual)d if left out.")
            % {"most": MOST_ON_A_PAGE, "usual": DEFAULT_SIZE},
            {"type": "integer", "minimum": 1, "maximum": MOST_ON_A_PAGE, "default": DEFAULT_SIZE},
        ),
        Parameter(
            "cursor",
            gettext("Where the page begins"),
            gettext("It stands in “next”; it is not to be made up."),
            {"type": "string", "pattern": "^[A-Za-z0-9_-]+$", "maxLength": 3500},
        ),
    ]


def _of_filter(name: str, each: Any) -> Parameter:
    label, said = str(each.label), str(each.extra.get("help_text", ""))
    schema, hint = _read_as(each)
    return Parameter(name, label, " ".join(filter(None, (said, hint))), schema, schema["type"] == "array")


def _read_as(each: Any) -> tuple[dict[str, Any], str]:
    """How the values of a filter are written, for programs and in a sentence."""
    kind = each.field_class
    if issubclass(kind, fields.OptionsField):
        return _options(each, kind)
    if issubclass(kind, fields.FlagField):
        return {"type": "string", "enum": ["1"]}, gettext("1 asks for it.")
    if issubclass(kind, fields.NumberField):
        return {"type": "integer", "minimum": 1, "maximum": 9999}, ""
    if issubclass(kind, fields.PeriodField):
        schema = {"type": "string", "pattern": DAY_MONTH_OR_YEAR, "examples": ["2014-03"]}
        return schema, "" if each.extra.get("help_text") else gettext(
            "A year, month or day: 2020, 2020-06 or 2020-06-03."
        )
    if issubclass(kind, fields.OneField):
        codes = [code for code, _words in each.extra["choices"]]
        return {"type": "string", "enum": codes, "default": codes[0]}, gettext(
            "One of these; the first if left out."
        )
    most = {"words": fields.MOST_WORDS}
    return (
        {"type": "string", "maxLength": 200},
        gettext("All must occur; accents and case do not matter. At most %(words)d.") % most,
    )


def _options(each: Any, kind: Any) -> tuple[dict[str, Any], str]:
    if isinstance(each, options.ChoicesFilter):
        items: dict[str, Any] = {"type": "string", "enum": list(each.values)}
    else:
        items = {"type": "string", "pattern": SLUG}
    if issubclass(kind, fields.TogetherField):
        hint = gettext("By address; several values must all hold.")
    elif isinstance(each, options.ChoicesFilter):
        hint = gettext("Of several values any may hold.")
    else:
        hint = gettext("By address, as in the address of its page; of several values any may hold.")
    return {"type": "array", "items": items, "maxItems": kind.most, "uniqueItems": True}, hint
