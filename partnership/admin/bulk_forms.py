"""What is asked before an act on several entries: a reason, a note, an area, a source."""

from typing import Any

from django import forms
from django.contrib.admin.widgets import AdminTextareaWidget, AdminTextInputWidget
from django.core.exceptions import ValidationError
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from partnership.editorial import bundling
from partnership.models import Bundle, Citation, Entry, Nature, Status, owned_model
from partnership.text import normalise

from .choosing import EntrySelect
from .review_parts import edition_note
from .withdrawing import PublicReason


class ActForm(forms.Form):
    """Asks what an act on entries of a model has to know; the plain one asks nothing."""

    def __init__(self, *args: Any, model: type[Entry], site: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.model, self.site = model, site

    def fill(self, act: Any) -> None:
        """Tell an act what was entered."""
        for name in self.fields:
            setattr(act, name, self.cleaned_data[name])


class NoteForm(ActForm):
    """Asks for the public note of an edition."""

    note = edition_note(_("Note of the edition"))


class ReasonForm(ActForm, PublicReason):
    """Asks why entries are withdrawn."""


class ChangeForm(ActForm):
    """Asks what is said of a change, and whether it is to be reviewed at once."""

    nature = forms.ChoiceField(
        label=_("Sort of change"),
        choices=Nature.choices,
        initial=Nature.WORDING,
        help_text=_("Public. A correction is listed as one: say so if the register was wrong."),
    )
    reason = forms.CharField(
        label=_("Reason of the change"),
        required=False,
        max_length=1000,
        widget=AdminTextareaWidget(attrs={"rows": 2}),
        help_text=_("For staff: what you changed and why. It stands in the history and before the reviewer."),
    )
    submits = forms.BooleanField(
        label=_("Submit for review at once what has no other change"), required=False
    )


def _choice(label: Any, field: Any, site: Any) -> forms.ModelChoiceField:
    """A choice, by autocomplete, of one entry that was not withdrawn."""
    return forms.ModelChoiceField(
        label=label,
        queryset=field.related_model.objects.exclude(status=Status.WITHDRAWN),
        widget=EntrySelect(field, site),
        error_messages={"invalid_choice": _("Choose one that is there and was not withdrawn.")},
    )


class AreaForm(ChangeForm):
    """Asks for the area that is added to records."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        fields: Any = self.model._meta
        self.fields["area"] = _choice(_("Area"), fields.get_field("areas"), self.site)
        self.order_fields(["area"])


class SourceForm(ChangeForm):
    """Asks for the source that is cited, and where in it."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        citations: Any = owned_model(self.model, Citation)
        self.fields["source"] = _choice(_("Source"), citations._meta.get_field("source"), self.site)
        self.fields["locator"] = citations._meta.get_field("locator").formfield(widget=AdminTextInputWidget)
        self.order_fields(["source", "locator"])


class BundleForm(ActForm):
    """Asks for the bundle that entries are put into, or for the title of a new one."""

    bundle = forms.ModelChoiceField(label=_("Bundle"), queryset=Bundle.objects.none(), required=False)
    title = forms.CharField(
        label=_("Or the title of a new one"),
        required=False,
        max_length=120,
        widget=AdminTextInputWidget,
        help_text=_("For staff: “Summit day, Madrid”."),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        chosen: Any = self.fields["bundle"]
        chosen.queryset = Bundle.objects.filter(state__in=bundling.OPEN)

    def clean(self) -> dict[str, Any] | None:
        """Raises ValidationError unless just one of the two is given."""
        cleaned = super().clean() or {}
        cleaned["title"] = normalise(cleaned.get("title") or "")
        if not self.errors and bool(cleaned["title"]) == bool(cleaned.get("bundle")):
            raise ValidationError(gettext("Choose a bundle, or give a new one a title."))
        return cleaned
