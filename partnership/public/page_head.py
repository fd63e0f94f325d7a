"""What the head and the foot of a page tell beside its content: its other forms, how to cite it, what programs read in it."""

from typing import Any

from django.conf import settings
from django.http import HttpRequest, QueryDict
from django.urls import reverse
from django.utils.text import capfirst
from django.utils.translation import gettext

from . import linked_data
from .calendars import Coverage
from .cited_page import cited_entry, cited_list
from .other_forms import forms_of_entry, forms_of_list
from .summaries import description_of


def head_of_entry(entry: Any, list_name: str, address: str, request: HttpRequest) -> dict[str, Any]:
    """The context for the page of a public entry as it is now; `address` is the whole address of the page."""
    title = str(entry)
    way = capfirst(str(entry._meta.verbose_name_plural)), reverse(list_name)
    sources = linked_data.sources_of(entry)
    return {
        "page_title": title,
        "description": description_of(entry),
        "other_forms": forms_of_entry(entry),
        "cited": cited_entry(title, address),
        "linked_data": linked_data.entry_page(entry, address, way, sources, request.build_absolute_uri),
    }


def head_of_list(
    name: str,
    title: str,
    address: str,
    request: HttpRequest,
    selection: QueryDict,
    dated: Coverage | None = None,
) -> dict[str, Any]:
    """The context for the page of a list whose filters can be read; `address` is the whole address of the page."""
    forms = forms_of_list(name, selection, dated)
    description = gettext(
        "%(list)s in the register %(site)s, to read and to download as tables or JSON under %(licence)s."
    ) % {"list": title, "site": settings.SITE_NAME, "licence": settings.CONTENT_LICENCE}
    return {
        "page_title": title,
        "description": description,
        "take_away": forms,
        "other_forms": forms.all,
        "cited": cited_list(title, address),
        "linked_data": linked_data.dataset(
            title, description, address, forms.files, request.build_absolute_uri
        ),
    }
