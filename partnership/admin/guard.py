"""The guard against lost updates: every form names what it started from, and is refused when that has changed.

One mechanism for all forms: the hidden field and the comparison. The form of an entry goes on from there to a page on which
its editor chooses (`joining`); that of anything else is shown again as typed, with what is stored now.
"""

import hashlib
import json
from typing import Any

from django import forms
from django.contrib import admin
from django.contrib.admin.utils import display_for_field, unquote
from django.core import serializers
from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Model
from django.http import HttpRequest, HttpResponse
from django.utils.text import capfirst
from django.utils.translation import gettext

STARTED_FROM = "_started_from"

# Written by the site itself while nobody edits.
NOT_EDITED = {"last_login"}


class Guarded(admin.ModelAdmin):
    """A form that says in a hidden field what it started from; whoever saves over another's save is told so."""

    def state_of(self, obj: Model) -> str:
        """A digest of what is stored of an object: the one a form was filled into says what was typed."""
        [row] = serializers.serialize("python", [type(obj)._base_manager.get(pk=obj.pk)])
        fields = {name: _in_order(value) for name, value in row["fields"].items() if name not in NOT_EDITED}
        text = json.dumps(fields, sort_keys=True, default=str)
        return hashlib.sha256(text.encode()).hexdigest()

    def has_moved(self, request: HttpRequest, obj: Model) -> bool:
        """Whether an object no longer says what the form that was sent started from."""
        return request.POST.get(STARTED_FROM, "") != self.state_of(obj)

    def changeform_view(
        self,
        request: HttpRequest,
        object_id: str | None = None,
        form_url: str = "",
        extra_context: dict[str, Any] | None = None,
    ) -> Any:
        """The form, or what becomes of it when it is sent: refused and shown again if somebody saved meanwhile."""
        view = super().changeform_view
        if request.method != "POST" or not object_id:
            return view(request, object_id, form_url, extra_context)
        with transaction.atomic():
            obj = self.get_object(request, unquote(object_id))
            if obj is not None:
                # Whoever saves the same waits here, and then sees what became of it.
                type(obj)._base_manager.select_for_update().get(pk=obj.pk)
                request.is_stale = self.has_moved(request, obj)  # type: ignore[attr-defined]  # for a later hook of the view
            return view(request, object_id, form_url, extra_context)

    def get_form(self, request: HttpRequest, obj: Any = None, change: bool = False, **kwargs: Any) -> Any:
        form = super().get_form(request, obj, change=change, **kwargs)
        if getattr(request, "is_stale", False):
            return type(form.__name__, (_Stale, form), {})
        return form

    def render_change_form(
        self, request: HttpRequest, context: Any, *args: Any, **kwargs: Any
    ) -> HttpResponse:
        obj = kwargs.get("obj")
        sent = None if getattr(request, "is_stale", False) else request.POST.get(STARTED_FROM)
        context["started_from_name"] = STARTED_FROM
        context["started_from"] = sent or (self.state_of(obj) if obj is not None and obj.pk else "")
        return super().render_change_form(request, context, *args, **kwargs)


class _Stale(forms.ModelForm):
    """A form that was sent over somebody else's save: it keeps what was typed and tells what is stored now."""

    def clean(self) -> Any:
        super().clean()
        messages = [
            gettext(
                "Nothing is saved: somebody else saved this meanwhile. Your text stands below. "
                "Save again to put it in the place of theirs."
            )
        ]
        for name in self.changed_data:
            field = next((each for each in self._meta.model._meta.get_fields() if each.name == name), None)
            if field is not None and hasattr(field, "attname"):
                values = {"field": capfirst(field.verbose_name), "value": self._stored(field)}
                messages.append(gettext("%(field)s, as stored now: %(value)s") % values)
        raise ValidationError(messages)

    def _stored(self, field: Any) -> str:
        if field.many_to_many:
            return ", ".join(map(str, getattr(self.instance, field.name).all()))
        stored = type(self.instance)._base_manager.get(pk=self.instance.pk)
        return str(display_for_field(getattr(stored, field.name), field, "–"))


def _in_order(value: Any) -> Any:
    """A value of a field; what a relation of many names, in an order of its own."""
    return sorted(value, key=str) if isinstance(value, list) else value
