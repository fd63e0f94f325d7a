"""The page on which a publication is undone, and the links that lead there while it can be."""

from typing import Any, cast

from django import forms
from django.contrib import messages
from django.contrib.admin.widgets import AdminTextareaWidget
from django.contrib.auth.models import User
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from partnership.editorial import undoing
from partnership.editorial.reviewing import MAY_PUBLISH
from partnership.editorial.revising import Moved, Refused
from partnership.editorial.undoing import Part, Undoing
from partnership.models import Edition, Status

from . import moments
from .bulk_told import lines_of_each, row_of
from .editing import deny_unless
from .review_parts import edition_note


class UndoForm(forms.Form):
    """Asks why a publication is undone, and what readers are told of the edition that does it."""

    reason = forms.CharField(
        label=_("Reason"),
        max_length=1000,
        widget=AdminTextareaWidget(attrs={"rows": 3}),
        help_text=_(
            "Public where an entry is withdrawn. Whoever wrote what comes back to them reads it too."
        ),
        error_messages={"required": _("Say why it is undone.")},
    )
    note = edition_note(_("Note of the new edition"))


def undo_view(request: HttpRequest, admin_site: Any, number: int) -> HttpResponse:
    """Lists what undoing an edition does to each entry and asks why; undoes it, or says why not."""
    account = cast(User, request.user)
    deny_unless(account.has_perm(MAY_PUBLISH))
    edition = get_object_or_404(Edition, pk=number)
    note = gettext("Edition %(number)s is taken back.") % {"number": edition.number}
    form = UndoForm(request.POST or None, initial={"note": note})
    has_moved = False
    if form.is_valid():
        try:
            fresh = undoing.undo(edition, by=account, seal=request.POST.get("_seal", ""), **form.cleaned_data)
        except Moved:
            has_moved = True
        except Refused:  # the page says why, by what it looks at
            pass
        else:
            told = gettext("Edition %(number)s is undone, by edition %(fresh)s.")
            messages.success(request, told % {"number": edition.number, "fresh": fresh.number})
            return HttpResponseRedirect(reverse("admin:partnership_edition_change", args=[fresh.number]))
    looked_at = undoing.undoing_of(edition, account)
    context = {
        **admin_site.each_context(request),
        "title": gettext("Undo edition %(number)s") % {"number": edition.number},
        "edition": edition,
        "ends_at": moments.in_words(undoing.ends_at(edition)),
        "rows": _rows_of(looked_at),
        "problems": [str(problem) for problem in looked_at.problems],
        "seal": looked_at.seal,
        "form": form,
        "has_moved": has_moved,
        "list_url": reverse("admin:partnership_edition_changelist"),
    }
    return TemplateResponse(request, "admin/partnership/bulk/undo_edition.html", context)


def _rows_of(looked_at: Undoing) -> list[dict[str, Any]]:
    """What becomes of each entry, in words."""
    pairs = ((part.revision.document, part.former or []) for part in looked_at.parts)
    return [
        {**row_of(part.entry), "what": _what(part), "notes": _notes(part), "lines": lines}
        for part, lines in zip(looked_at.parts, lines_of_each(pairs), strict=True)
    ]


def _what(part: Part) -> str:
    if part.was_new:
        return gettext("It is withdrawn: this edition published it first.")
    if part.status == Status.WITHDRAWN:
        return gettext("It is withdrawn again, as it was.")
    if part.revision.document[0]["fields"]["status"] == Status.WITHDRAWN:
        return gettext("It is public again.")
    return gettext("It says again what it said before.")


def _notes(part: Part) -> list[str]:
    """What becomes of what is taken back, and of what is open."""
    if part.comes_back:
        author = part.revision.made_by_name
        return [gettext("What is taken back is returned to %(name)s as a change.") % {"name": author}]
    if part.resumes:
        return [gettext("The open change says just that: it is public then.")]
    if part.head is not None:
        return [gettext("A change of it is open and has to be joined with that.")]
    return []


# Links that lead there


def edition_told(edition: Edition, account: User) -> dict[str, Any]:
    """What the message after a publication tells of its edition: its number, and where it is undone if it can be."""
    may_undo = undoing.can_be_undone(edition, account)
    address = reverse("admin:undo_edition", args=[edition.number]) if may_undo else ""
    return {"edition": edition.number, "edition_undo_url": address}


def with_undo(told: str, edition: Edition, account: User) -> SafeString:
    """A message about an edition, with the link to undo it where the account can."""
    address = edition_told(edition, account)["edition_undo_url"]
    if not address:
        return format_html("{}", told)
    return format_html('{} <a href="{}">{}</a>', told, address, gettext("Undo"))
