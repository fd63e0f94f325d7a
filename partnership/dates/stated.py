"""A stated date: its parts, its bounds and its words in the active language."""

from dataclasses import dataclass
from datetime import date
from enum import Enum, StrEnum

from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext, pgettext_lazy

from .bounds import Bounds


class Precision(StrEnum):
    """How much of the calendar one part of a stated date names."""

    DAY = "day"
    MONTH = "month"
    YEAR = "year"
    DECADE = "decade"


class Missing(Enum):
    """A side of a period that names no date; the value is how EDTF writes it."""

    OPEN = ".."
    UNKNOWN = ""


@dataclass(frozen=True, slots=True)
class Part:
    """One day, month, year or decade: its first and last day, its qualifier (`~`, `?`, `%` or nothing)."""

    precision: Precision
    first: date
    last: date
    qualifier: str

    @property
    def certain(self) -> bool:
        """Whether the part says what it says without a qualifier and more precisely than a decade."""
        return not self.qualifier and self.precision is not Precision.DECADE

    def words(self) -> str:
        """The part alone, in the active language: "3 June 2024", "about 2005", "1990s"."""
        if self.qualifier in ("~", "%"):
            return self.words_in_sentence()
        return self._qualified(self._plain(_("%(decade)ss")))

    def words_in_sentence(self) -> str:
        """The part after another word, which only a decade shows in English: "(since) the 1990s"."""
        # Translators: a decade inside a sentence, as in "since the 1990s".
        return self._qualified(self._plain(pgettext("in a sentence", "the %(decade)ss")))

    def _plain(self, decade: str) -> str:
        if self.precision is Precision.DECADE:
            return decade % {"decade": date_format(self.first, "Y")}
        return _formatted(self.first, str(_FORMATS[self.precision]))

    def _qualified(self, words: str) -> str:
        template = _QUALIFIED.get(self.qualifier)
        return str(template) % {"date": words} if template else words


@dataclass(frozen=True, slots=True)
class StatedDate:
    """A date as stated. A single date has the same part as its start and its end."""

    text: str
    start: Part | Missing
    end: Part | Missing

    @property
    def is_interval(self) -> bool:
        """Whether the text names a period by its two sides."""
        return "/" in self.text

    @property
    def bounds(self) -> Bounds:
        """The four days that the date fixes."""
        earliest = self.start.first if isinstance(self.start, Part) else None
        latest = self.end.last if isinstance(self.end, Part) else None
        if not all(part.certain for part in (self.start, self.end) if isinstance(part, Part)):
            return Bounds(earliest, latest, None, None)
        # A side that is not known lies at or beyond the other, so the other alone is what surely holds.
        begun_by = self.end if self.start is Missing.UNKNOWN else self.start
        runs_to = self.start if self.end is Missing.UNKNOWN else self.end
        return Bounds(
            earliest,
            latest,
            begun_by.last if isinstance(begun_by, Part) else None,
            runs_to.first if isinstance(runs_to, Part) else None,
        )

    @property
    def html_datetime(self) -> str:
        """The value for `<time datetime>`; empty for what HTML cannot say: a period, decade or qualifier."""
        single = not self.is_interval and isinstance(self.start, Part) and self.start.certain
        return self.text if single else ""

    def words(self) -> str:
        """The whole date in the active language: "June 2022", "since 2014", "2009–2013"."""
        # The parser refuses a period without any date, so one of these holds.
        match self.start, self.end:
            case Part() as start, Part() as end:
                return start.words() if start == end else _period_words(start, end)
            case Part() as part, Missing() as side:
                sentences = _SINCE if side is Missing.OPEN else _FROM_UNTIL_UNKNOWN
            case Missing() as side, Part() as part:
                sentences = _UNTIL if side is Missing.OPEN else _UNTIL_FROM_UNKNOWN
        return str(sentences[part.precision]) % {"date": part.words_in_sentence()}


# Words. Formats and sentences are translated whole, so that a language may order and decline as it needs.

_FORMATS = {
    Precision.DAY: pgettext_lazy("format of a day", "j F Y"),
    Precision.MONTH: pgettext_lazy("format of a month", "F Y"),
    Precision.YEAR: pgettext_lazy("format of a year", "Y"),
}

_QUALIFIED = {
    "~": gettext_lazy("about %(date)s"),
    "?": gettext_lazy("%(date)s (uncertain)"),
    "%": gettext_lazy("about %(date)s (uncertain)"),
}

_SINCE = {
    Precision.DAY: pgettext_lazy("a day", "since %(date)s"),
    Precision.MONTH: pgettext_lazy("a month", "since %(date)s"),
    Precision.YEAR: pgettext_lazy("a year", "since %(date)s"),
    Precision.DECADE: pgettext_lazy("a decade", "since %(date)s"),
}
_FROM_UNTIL_UNKNOWN = {
    Precision.DAY: pgettext_lazy("a day", "from %(date)s (end not stated)"),
    Precision.MONTH: pgettext_lazy("a month", "from %(date)s (end not stated)"),
    Precision.YEAR: pgettext_lazy("a year", "from %(date)s (end not stated)"),
    Precision.DECADE: pgettext_lazy("a decade", "from %(date)s (end not stated)"),
}
_UNTIL = {
    Precision.DAY: pgettext_lazy("a day", "until %(date)s"),
    Precision.MONTH: pgettext_lazy("a month", "until %(date)s"),
    Precision.YEAR: pgettext_lazy("a year", "until %(date)s"),
    Precision.DECADE: pgettext_lazy("a decade", "until %(date)s"),
}
_UNTIL_FROM_UNKNOWN = {
    Precision.DAY: pgettext_lazy("a day", "until %(date)s (start not stated)"),
    Precision.MONTH: pgettext_lazy("a month", "until %(date)s (start not stated)"),
    Precision.YEAR: pgettext_lazy("a year", "until %(date)s (start not stated)"),
    Precision.DECADE: pgettext_lazy("a decade", "until %(date)s (start not stated)"),
}


def _formatted(day: date, format_string: str) -> str:
    """A day by a format of the language; the first of a month by the number it has there, as “1er” in French."""
    if day.day == 1:
        # Translators: the number of the first day of a month, as in "1 June 2022". French, for one, writes "1er".
        number = pgettext("the first day of a month", "1")
        format_string = format_string.replace("j", "".join(f"\\{character}" for character in number))
    return date_format(day, format_string)


def _period_words(start: Part, end: Part) -> str:
    """A period with both sides: shortened where they share a year or a month, else side by side."""
    formats = None
    if start.certain and end.certain and start.precision is end.precision:
        formats = _shared_formats(start, end)
    if formats:
        first, last = (_formatted(part.first, name) for part, name in zip((start, end), formats, strict=True))
    else:
        first, last = start.words(), end.words()
    if " " in first or (" " in last and not formats):
        # Translators: a period whose sides hold blanks, as in "about 2009 – March 2013".
        return _("%(start)s – %(end)s") % {"start": first, "end": last}
    # Translators: a period whose sides are one word or number, as in "2009–2013" or "April–July 2022".
    return _("%(start)s–%(end)s") % {"start": first, "end": last}


def _shared_formats(start: Part, end: Part) -> tuple[str, str] | None:
    """Formats of the two sides that do not repeat a year or month they share; None if they share none."""
    if start.first.year != end.first.year:
        return None
    if start.precision is Precision.MONTH:
        return (
            pgettext("format of the first month of a period within a year", "F"),
            pgettext("format of the last month of a period within a year", "F Y"),
        )
    if start.first.month == end.first.month:
        return (
            pgettext("format of the first day of a period within a month", "j"),
            pgettext("format of the last day of a period within a month", "j F Y"),
        )
    return (
        pgettext("format of the first day of a period within a year", "j F"),
        pgettext("format of the last day of a period within a year", "j F Y"),
    )
