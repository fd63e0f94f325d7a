"""What staff write of the paragraphs of a source."""

from django import forms
from django.contrib.admin.widgets import AdminTextareaWidget
from django.utils.translation import gettext_lazy as _

from partnership.editorial import paragraphs
from partnership.editorial.paragraphs import Part


class CutForm(forms.Form):
    """A text to be cut into paragraphs."""

    OWN, RUNNING = "own", "running"

    text = forms.CharField(
        label=_("Text of the source"),
        required=False,
        strip=False,
        widget=AdminTextareaWidget(attrs={"rows": 12}),
        help_text=_(
            "It is cut at blank lines. Staff alone see it. Pasted again, it keeps what is tied and set aside: "
            "paragraphs are known by their numbers."
        ),
    )
    numbering = forms.ChoiceField(
        label=_("Numbers"),
        choices=[
            (
                OWN,
                _("As the text itself numbers its paragraphs; what has no number goes with the one before"),
            ),
            (RUNNING, _("From 1, one for each paragraph")),
        ],
        initial=OWN,
        widget=forms.RadioSelect,
    )

    def parts(self) -> list[Part]:
        """The paragraphs. Raises Refused if there are none, or too many."""
        return paragraphs.cut(
            self.cleaned_data["text"], own_numbers=self.cleaned_data["numbering"] == self.OWN
        )


class NumbersForm(forms.Form):
    """Numbers of paragraphs without their text."""

    numbers = forms.CharField(
        label=_("Numbers only"), required=False, help_text=_("For example 1-45, or 1-12, 14, 15a.")
    )

    def parts(self) -> list[Part]:
        """The paragraphs. Raises Refused if there are none, or too many."""
        return paragraphs.numbers(self.cleaned_data["numbers"])


class ParagraphForm(forms.Form):
    """One paragraph."""

    label = forms.CharField(
        label=_("Number"),
        required=False,
        help_text=_("As the source has it, for citations name it: “12”, “3 (b)”."),
    )
    text = forms.CharField(
        label=_("Text"),
        required=False,
        widget=AdminTextareaWidget(attrs={"rows": 12}),
        help_text=_("To cut it in two, put a blank line where, and press “Cut at blank lines”."),
    )
    set_aside = forms.CharField(
        label=_("Set aside because"),
        required=False,
        help_text=_("Why nothing of it is recorded. Empty: it is still to be looked at."),
    )
