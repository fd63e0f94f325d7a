"""Addresses of the staff's pages of an entry."""

from typing import Any

from django.contrib.admin.templatetags.admin_urls import add_preserved_filters
from django.contrib.admin.utils import quote
from django.db.models import Model
from django.http import HttpRequest
from django.urls import reverse


def address_of(page: str, entry: Model) -> str:
    """The address of a staff page of an entry: `change`, `history`, `withdraw` …"""
    return reverse(f"admin:{_name(entry)}_{page}", args=[quote(entry.pk)])


def list_of(model: type[Model] | Model, query: str = "") -> str:
    """The address of the list of a model, with a query."""
    address = reverse(f"admin:{_name(model)}_changelist")
    return f"{address}?{query}" if query else address


def with_filters(admin: Any, request: HttpRequest, address: str) -> str:
    """The address with the filters of the list from which a form was opened, so that the way back leads there."""
    kept: dict[str, Any] = {"preserved_filters": admin.get_preserved_filters(request), "opts": admin.opts}
    return add_preserved_filters(kept, address)


def _name(model: type[Model] | Model) -> str:
    return f"{model._meta.app_label}_{model._meta.model_name}"
