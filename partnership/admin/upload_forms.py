"""The forms of an upload: which file it is, and why it is undone."""

from typing import Any, cast

from django import forms
from django.conf import settings
from django.contrib.admin.widgets import AdminTextareaWidget, AdminTextInputWidget
from django.utils.formats import number_format
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from partnership.models import ENTRY_MODELS

from .upload_files import BUNDLE, BUNDLE_ENDINGS, TABLE_ENDINGS, unfit


class UploadForm(forms.Form):
    """Which file, what it holds, and what becomes of what it changes."""

    REVIEW, AT_ONCE = "review", "at-once"

    holds = forms.ChoiceField(label=_("What it is"))
    file = forms.FileField(label=_("File"), required=False, allow_empty_file=True)
    note = forms.CharField(
        label=_("What it is about"),
        required=False,
        max_length=200,
        widget=AdminTextInputWidget,
        help_text=_(
            "One sentence. Reviewers read it; if it is published at once, it is public with the edition."
        ),
    )
    fate = forms.ChoiceField(
        label=_("What becomes of it"),
        widget=forms.RadioSelect,
        choices=[
            (REVIEW, _("It goes to review: changes wait, new entries are drafts")),
            (AT_ONCE, _("It is published at once, as one edition")),
        ],
        initial=REVIEW,
        required=False,
    )

    def __init__(self, *args: Any, may_publish: bool, is_too_large: bool = False, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.is_too_large = is_too_large
        kinds = [
            (model.kind_name(), gettext("Table: %(kinds)s") % {"kinds": model._meta.verbose_name_plural})
            for model in ENTRY_MODELS
        ]
        cast(forms.ChoiceField, self.fields["holds"]).choices = [
            (BUNDLE, gettext("Export: its folder as .zip, or one of its files")),
            *kinds,
        ]
        endings = [*BUNDLE_ENDINGS, *TABLE_ENDINGS, ".gz"]
        self.fields["file"].widget.attrs["accept"] = ",".join(endings)
        self.fields["file"].help_text = limits_in_words()
        if not may_publish:
            del self.fields["fate"]

    def clean(self) -> dict[str, Any] | None:
        """Look at the file from outside: its name, its size, and what it would become unpacked."""
        cleaned = super().clean() or {}
        file = cleaned.get("file")
        if self.is_too_large or (file is not None and file.size > settings.UPLOAD_BYTES):
            self.add_error(
                "file", gettext("The file is too large. %(limits)s") % {"limits": limits_in_words()}
            )
        elif file is None and "file" not in self.errors:
            self.add_error("file", gettext("Choose a file."))
        elif file is not None and "holds" in cleaned:
            self.content = file.read()
            if problem := unfit(file.name, cleaned["holds"], self.content):
                self.add_error("file", problem)
        return cleaned


class UndoForm(forms.Form):
    """Why an upload is undone, where readers are told."""

    reason = forms.CharField(
        label=_("Why it is undone"),
        required=False,
        max_length=500,
        widget=AdminTextareaWidget(attrs={"rows": 2}),
        help_text=_("Public: readers of the addresses that are withdrawn see it."),
    )


def limits_in_words() -> str:
    """How large a file may be."""
    limits = {
        "size": settings.UPLOAD_BYTES // 1024**2,
        "unpacked": settings.UPLOAD_UNPACKED_BYTES // 1024**2,
        "rows": number_format(settings.UPLOAD_ROWS, force_grouping=True),
    }
    return gettext("At most %(size)s MB, %(unpacked)s MB unpacked, and %(rows)s entries.") % limits
