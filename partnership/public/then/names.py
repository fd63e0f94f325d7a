"""What a party was called when a record's fact took place."""

from collections import defaultdict
from collections.abc import Collection
from typing import NamedTuple

from django.conf import settings
from django.db.models import Q

from partnership.dates import Bounds, bounds_of, surely_covers
from partnership.models import NameForm, PartyName, Status

# An abbreviation stands for a name that is in use too; a name for search only is never shown.
FORMS = (NameForm.OFFICIAL, NameForm.SHORT, NameForm.FORMER)


class _Name(NamedTuple):
    text: str
    language: str
    in_use: Bounds


class Names:
    """The names with a period of some parties, as far as they are public. One query."""

    def __init__(self, parties: Collection[int]) -> None:
        self._of: dict[int, list[_Name]] = defaultdict(list)
        found = (
            PartyName.objects.filter(party__in=parties, form__in=FORMS)
            .filter(Q(source=None) | Q(source__status=Status.PUBLISHED))
            .exclude(valid="")
        )
        for party, text, language, valid in found.values_list("party", "text", "language", "valid"):
            self._of[party].append(_Name(text, language, bounds_of(valid)))

    def then(self, party: int, when: Bounds) -> str:
        """The one name whose sure period covers the whole of a date; empty if there is none or there are several.

        Among several, the one in the site's language is the one. A date with an open or missing side is no time
        of which a name could surely be said.
        """
        if when.earliest is None or when.latest is None:
            return ""
        sure = [
            name for name in self._of.get(party, ()) if surely_covers(name.in_use, when.earliest, when.latest)
        ]
        of_the_site = {name.text for name in sure if _is_of_the_site(name.language)}
        return _the_one({name.text for name in sure}) or _the_one(of_the_site)


def _the_one(texts: set[str]) -> str:
    return next(iter(texts)) if len(texts) == 1 else ""


def _is_of_the_site(language: str) -> bool:
    """Whether a language, "en-GB" as well as "en", is that in which the site names parties."""
    return language.lower().partition("-")[0] == settings.CONTENT_LANGUAGE.lower().partition("-")[0]
