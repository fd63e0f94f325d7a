"""The form of an entry: its own fields, and what is said of the change."""

from collections.abc import Sequence
from itertools import islice
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.safestring import SafeString
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from partnership.editorial.revising import Said
from partnership.models import Nature

# What is said of a save, not of the entry.
SAID_FIELDS = ("change_reason", "change_nature", "publish_at")

TEXT = (forms.TextInput, forms.Textarea)


class EntryForm(forms.ModelForm):
    """The form of an entry. Whatever guards a save as a whole belongs here."""

    # Set by EntryAdmin: why the save was refused when it was first tried, and what was said of the open change.
    refusal: Sequence[SafeString] = ()
    said: Said = Said()

    change_reason = forms.CharField(
        label=_("Reason of the change"),
        required=False,
        max_length=1000,
        help_text=_("For staff: what you changed and why. It stands in the history and before the reviewer."),
    )
    change_nature = forms.ChoiceField(
        label=_("Sort of change"),
        choices=Nature.choices,
        required=False,
        help_text=_("Public. A correction is listed as one: say so if the register was wrong."),
    )
    publish_at = forms.DateTimeField(
        label=_("Not public before"),
        required=False,
        widget=forms.DateTimeInput(attrs={"type": "datetime-local"}, format="%Y-%m-%dT%H:%M"),
        help_text=_("In UTC. Empty: as soon as it is approved."),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.initial.setdefault("change_reason", self.said.reason)
        self.initial.setdefault("change_nature", self.said.nature)
        self.initial.setdefault("publish_at", self.said.publish_at)
        texts = (field.widget for field in self.fields.values() if isinstance(field.widget, TEXT))
        for widget in islice(texts, 1):
            widget.attrs["data-key"] = "e"  # the key that leads there from anywhere on the page

    def clean(self) -> dict[str, Any] | None:
        """Refuse what was refused. Raises ValidationError with the reasons, for the top of the page."""
        cleaned = super().clean()
        if self.refusal:
            raise ValidationError([gettext("Nothing is saved."), *self.refusal])
        return cleaned

    def said_now(self) -> Said:
        """What the editor says of the change."""
        data = self.cleaned_data
        nature = data.get("change_nature") or Nature.WORLD
        return Said(data.get("change_reason", ""), nature, data.get("publish_at"))
