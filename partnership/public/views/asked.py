"""A list for which its address alone asks: what its pages have in common, whatever they list."""

from collections.abc import Collection
from dataclasses import dataclass
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.db.models import QuerySet
from django.http import HttpRequest, QueryDict
from django.utils.functional import Promise
from django.utils.text import capfirst
from django.utils.translation import gettext
from django.views.generic import ListView
from django.views.generic.base import ContextMixin

from partnership.public.page_head import head_of_list

SHOWN_UNKNOWN = 5
SHOWN_NAME = 40


@dataclass(frozen=True)
class Chip:
    """One value asked for: what it says, and the query string of the list without it."""

    label: str
    query: str


def refuse_wrong_parameters(
    query: QueryDict, known: Collection[str], problems: dict[str, list[str]] | None = None
) -> None:
    """Refuse a query string whose values cannot be read, as `problems` say, or that has parameters which are not known.

    A file, unlike a page, has no room to say what it left out: it is right, or there is none.

    Raises:
        ValidationError: by parameter, what is wrong with it.
    """
    found: dict[str, list[str]] = dict(problems or {})
    for name in query:
        if name not in known:
            message = gettext("there is no such parameter here; there are: %(names)s")
            found[name[:SHOWN_NAME]] = [message % {"names": ", ".join(known) or gettext("none")}]
    if found:
        raise ValidationError(found)


class Unfiltered(ContextMixin):
    """A list that has no filter: a file of it holds every published entry."""

    model: Any
    list_name = ""
    file_order: tuple[str, ...] = ("slug",)
    request: HttpRequest

    @classmethod
    def chosen(cls, query: QueryDict) -> QuerySet:
        """The published entries in the order of their file.

        Raises:
            ValidationError: the query string has parameters.
        """
        refuse_wrong_parameters(query, ())
        return cls.model.objects.published().order_by(*cls.file_order)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """The one address of the list, its other forms, and how to cite it."""
        address = self.request.build_absolute_uri(self.request.path)
        title = capfirst(str(self.model._meta.verbose_name_plural))
        head = head_of_list(self.list_name, title, address, self.request, QueryDict())
        return super().get_context_data(**kwargs) | {"canonical": address} | head


class AskedList(ListView):
    """A list for which GET parameters alone ask; `get_queryset` must set `form`, which reads them."""

    heading: str | Promise = ""  # the name of the list
    form: forms.Form
    paginate_by = 25

    def chips(self) -> list[Chip]:
        """One chip for each value asked for, in the order of the form."""
        raise NotImplementedError

    def selection(self) -> QueryDict:
        """What is asked for as a query string, in the one order of the form, without the page."""
        raise NotImplementedError

    def get_paginate_by(self, queryset: Any) -> int | None:
        """25 a page; an error has no pages, whichever was asked for."""
        return self.paginate_by if self.form.is_valid() else None

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """What the templates of all lists read, described at the heads of theirs."""
        context = super().get_context_data(**kwargs)
        page, chips = context["page_obj"], self.chips()
        errors = [(name, str(each)) for name, found in self.form.errors.items() for each in found]
        number = page.number if page else 1
        return context | {
            "page_title": self.page_title(chips, number, bool(errors)),
            "form": self.form,
            "errors": errors,
            "chips": chips,
            "unknown": self.unknown_parameters(),
            "count": None if errors else page.paginator.count,
            "selection": self.selection(),
            "pages": page.paginator.get_elided_page_range(number) if page else (),
            "canonical": self.canonical_address(number),
        }

    def unknown_parameters(self) -> list[str]:
        """The parameters of the address that are not read here: the first few, shortened."""
        names = [name for name in self.request.GET if name not in {*self.form.fields, "page"}]
        return [name[:SHOWN_NAME] for name in names[:SHOWN_UNKNOWN]]

    def canonical_address(self, number: int) -> str:
        """The one address of what is asked for and of the page."""
        query = self.selection()
        if number > 1:
            query["page"] = str(number)
        return self.request.build_absolute_uri(self.request.path + (f"?{query.urlencode()}" if query else ""))

    def page_title(self, chips: list[Chip], number: int, has_errors: bool) -> str:
        """The list, what is asked for and the number of the page, for `<title>`."""
        parts = [str(self.heading), *(chip.label for chip in chips)]
        if number > 1:
            parts.append(gettext("page %(number)d") % {"number": number})
        title = ", ".join(parts)
        return gettext("Error: %(title)s") % {"title": title} if has_errors else title
