"""What search engines are led to: every public page in every language, with the day of its last change.

A section is read page by page from the database, never whole, however many entries there are.
"""

from collections.abc import Sequence
from datetime import datetime
from typing import Any, overload

from django.conf import settings
from django.contrib.sitemaps import Sitemap
from django.core.paginator import Paginator
from django.db.models import Max, QuerySet
from django.urls import LocalePrefixPattern, URLPattern, URLResolver, get_resolver, reverse

from partnership.models import ENTRY_MODELS, Entry, Relation

# Pages that every reader may ask for and no search engine is led to.
KEPT_BACK = {"search", "report"}


def page_names() -> list[str]:
    """The names of the pages that are no entry's, as the addresses of the site list them."""
    (in_every_language,) = (
        each
        for each in get_resolver().url_patterns
        if isinstance(each, URLResolver) and isinstance(each.pattern, LocalePrefixPattern)
    )
    return [
        str(each.name)
        for each in in_every_language.url_patterns
        if isinstance(each, URLPattern) and not each.pattern.converters and each.name not in KEPT_BACK
    ]


class InEveryLanguage(Sequence):
    """Rows of a queryset, each as often as there are languages: (row, language). Only what is asked for is read."""

    ordered = True

    def __init__(self, rows: Any, languages: Sequence[str]) -> None:
        self._rows = rows
        self._languages = languages

    def __len__(self) -> int:
        rows = self._rows.count() if isinstance(self._rows, QuerySet) else len(self._rows)
        return rows * len(self._languages)

    @overload
    def __getitem__(self, part: int) -> tuple[Any, str]: ...
    @overload
    def __getitem__(self, part: slice) -> list[tuple[Any, str]]: ...
    def __getitem__(self, part: int | slice) -> Any:
        if isinstance(part, int):
            return self[part : part + 1][0]
        size = len(self._languages)
        first, last = (part.start or 0) // size, -(-part.stop // size)
        found = [(row, language) for row in self._rows[first:last] for language in self._languages]
        return found[(part.start or 0) - first * size : part.stop - first * size]


class Section(Sitemap):
    """Pages in every language, each naming its versions in the others."""

    i18n = True
    alternates = True
    limit = 5_000  # the format has room for ten times as many, which take ten times as long

    def get_urls(self, *args: Any, **kwargs: Any) -> list[dict[str, Any]]:
        """Adds for readers of any other language the version in the site's own."""
        urls = super().get_urls(*args, **kwargs)
        for url in urls:
            own = next(each for each in url["alternates"] if each["lang_code"] == settings.LANGUAGE_CODE)
            url["alternates"].append({**own, "lang_code": "x-default"})
        return urls

    @property
    def paginator(self) -> Paginator:
        """The pages of the section, each language of a page being an address of its own."""
        return Paginator(InEveryLanguage(self.items(), self.get_languages_for_item(None)), self.limit)


class Pages(Section):
    """The home page, the lists, and the pages about the register."""

    def items(self) -> Any:
        """The names of the pages."""
        return page_names()

    def location(self, item: str) -> str:
        """The address of a page."""
        return reverse(item)


class Entries(Section):
    """The published entries of one model."""

    def __init__(self, model: type[Entry]) -> None:
        self.model = model

    def items(self) -> QuerySet:
        """The entries with what their addresses are made of."""
        entries = self.model.objects.published().order_by("slug")
        if self.model is Relation:
            return entries.select_related("organisation", "party")
        return entries.only("slug", "changed")

    def location(self, item: Any) -> str:
        """The address of an entry."""
        return item.get_absolute_url()

    def lastmod(self, item: Any) -> datetime:
        """When the entry changed last for readers."""
        return item.changed

    def get_latest_lastmod(self) -> datetime | None:
        """When the last of them changed."""
        return self.model.objects.published().aggregate(last=Max("changed"))["last"]


def sections() -> dict[str, Sitemap | type[Sitemap]]:
    """The sections by name: the pages, then each kind of entry that has a page."""
    kinds = [model for model in ENTRY_MODELS if hasattr(model, "get_absolute_url")]
    return {"pages": Pages(), **{model.kind_name(): Entries(model) for model in kinds}}


def refused_paths() -> list[str]:
    """The beginnings of addresses that robots leave alone: the staff's, and search in every language."""
    prefixes = ["" if code == settings.LANGUAGE_CODE else f"/{code}" for code, _name in settings.LANGUAGES]
    return [f"{prefix}/{name}/" for name in ("admin", "preview", "search") for prefix in prefixes]
