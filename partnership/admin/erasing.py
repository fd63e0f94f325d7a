"""The page on which an administrator looks for words of a person and erases them: first a look, then the act, for good."""

from typing import Any, cast

from django import forms
from django.contrib import messages
from django.contrib.admin.widgets import AdminTextInputWidget
from django.contrib.auth.models import User
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _

from partnership.editorial import erasing
from partnership.editorial.erased_places import Found, Places, places_of
from partnership.editorial.erased_words import MARK, TooShort, Words
from partnership.editorial.revising import Refused, entries_called
from partnership.exchange.data import store
from partnership.models import Erasure

from .editing import deny_unless

LATEST = 20
# The fields by the names under which an act is refused because of them.
OWN_FIELDS = {"note": "note"}


class WordsForm(forms.Form):
    """Asks which words are looked for."""

    words = forms.CharField(
        label=_("Words"),
        max_length=200,
        widget=AdminTextInputWidget(attrs={"autocomplete": "off"}),
        help_text=_(
            "A name, an e-mail address, a telephone number. Only whole words are found; case, accents and blanks do not count. "
            "A name that is written in several ways is looked for once for each."
        ),
    )

    def clean_words(self) -> Words:
        """What is looked for. Raises ValidationError if it is too short to tell it from other words."""
        try:
            return Words(self.cleaned_data["words"])
        except TooShort as error:
            raise ValidationError(_("Write at least three letters or digits.")) from error


class EraseForm(WordsForm):
    """Asks where the words are erased, and what readers are told."""

    seal = forms.CharField(required=False, widget=forms.HiddenInput)
    entries = forms.MultipleChoiceField(
        label=_("Entries, with their history"), required=False, widget=forms.CheckboxSelectMultiple
    )
    tables = forms.MultipleChoiceField(
        label=_("What else is kept"), required=False, widget=forms.CheckboxSelectMultiple
    )
    note = forms.CharField(
        label=_("Public note"),
        max_length=250,
        widget=AdminTextInputWidget,
        help_text=_(
            "Readers of the history see it after “Personal data erased.”: why, and never what. "
            "For example: “A person asked for it.”"
        ),
        error_messages={"required": _("Say in public why something was erased, and never what.")},
    )
    understood = forms.BooleanField(
        label=_("It cannot be undone"),
        error_messages={"required": _("Say that you know it: nobody can bring the words back.")},
    )

    def __init__(self, places: Places, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["words"].widget = forms.HiddenInput()
        for name, found in (("entries", places.entries), ("tables", places.tables)):
            cast(Any, self.fields[name]).choices = [(each.key, _in_words(each)) for each in found]
            self.initial.setdefault(name, [each.key for each in found])


def may_erase(request: HttpRequest) -> bool:
    """Whether an account may erase."""
    return erasing.may_erase(cast(User, request.user))


def erase_view(request: HttpRequest, admin_site: Any) -> HttpResponse:
    """Asks for words; tells where they occur; erases them where they were chosen."""
    deny_unless(may_erase(request))
    asked = WordsForm(request.POST if request.method == "POST" else None)
    if not asked.is_valid():
        return _page(request, admin_site, form=asked)
    words: Words = asked.cleaned_data["words"]
    places = places_of(words)
    is_look = "_erase" not in request.POST
    kept = {"words": words.typed, "seal": places.seal}
    form = EraseForm(places, None if is_look else _seen(request, places), initial=kept)
    if not is_look and form.is_valid():
        try:
            erasure = erasing.erase(
                words,
                entries=form.cleaned_data["entries"],
                tables=form.cleaned_data["tables"],
                note=form.cleaned_data["note"],
                by=cast(User, request.user),
                seal=request.POST.get("seal", ""),
            )
        except Refused as refused:
            for problem in refused.problems:
                form.add_error(OWN_FIELDS.get(problem.field), problem.message)
        else:
            store.take_away_old()
            return _told(request, admin_site, erasure, form.cleaned_data["entries"])
    return _page(request, admin_site, form=form, places=places, words=words)


def _seen(request: HttpRequest, places: Places) -> Any:
    """What was sent, with the seal of what is shown now: who sends it again has seen that."""
    sent = request.POST.copy()
    sent["seal"] = places.seal
    return sent


def _told(request: HttpRequest, admin_site: Any, erasure: Erasure, references: list[str]) -> HttpResponse:
    logged = gettext("Personal data erased: %(note)s") % {"note": erasure.note}
    for entry in entries_called(references).values():
        admin_site.get_model_admin(type(entry)).log_change(request, entry, logged)
    message = gettext("The words are erased. Readers are told so in edition %(number)s.")
    if erasure.edition_id is None:
        message = gettext("The words are erased. No reader ever saw them.")
    messages.success(request, message % {"number": erasure.edition_id})
    return HttpResponseRedirect(reverse("admin:erase"))


def _page(
    request: HttpRequest,
    admin_site: Any,
    *,
    form: forms.Form,
    places: Places | None = None,
    words: Any = None,
) -> HttpResponse:
    context = {
        **admin_site.each_context(request),
        "title": gettext("Erase personal data"),
        "form": form,
        "places": places,
        "words": words,
        "mark": MARK,
        "erasures": Erasure.objects.select_related("edition")[:LATEST],
    }
    return TemplateResponse(request, "admin/partnership/erase.html", context)


def _in_words(found: Found) -> str:
    counts = ", ".join(f"{what}: {number}" for what, number in found.counts.items())
    times = ngettext("%(number)d time", "%(number)d times", found.total) % {"number": found.total}
    if ":" not in found.key:
        return f"{found.title}: {times}"
    title = found.title or gettext("deleted draft")
    return f"{title} ({found.key}): {times} ({counts})"
