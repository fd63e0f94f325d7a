"""Files that staff bring in: chosen, looked at, confirmed, and undone if it was wrong.

Every step is a page of its own address, so that a page reloaded does nothing twice.
"""

import csv
import hashlib
import io
from datetime import timedelta
from typing import Any, cast

from django.conf import settings
from django.contrib import messages
from django.contrib.auth.models import User
from django.core.paginator import Paginator
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.text import capfirst
from django.utils.translation import gettext

from partnership.editorial.reviewing import MAY_PUBLISH
from partnership.editorial.revising import Refused
from partnership.exchange import tables
from partnership.exchange.load import LoadRefused
from partnership.models import ENTRY_MODELS, Upload, UploadState, entry_model
from partnership.text import normalise

from . import upload_run, upload_told, upload_undo
from .editing import deny_unless
from .upload_forms import UndoForm, UploadForm

MAY_UPLOAD = "partnership.upload_entries"
PER_PAGE = 50
# Uploads of one account that wait for its confirmation: the oldest beyond them go.
MOST_WAITING = 20
FORMS = {
    "csv": "text/csv; charset=utf-8",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}


def may_upload(request: HttpRequest) -> bool:
    """Whether an account has the right to upload."""
    return cast(User, request.user).has_perm(MAY_UPLOAD)


def uploads_of(account: User) -> QuerySet[Upload]:
    """The uploads that an account may see: its own, and of others if it reviews; without the files themselves."""
    found = Upload.objects.all() if account.has_perm(MAY_PUBLISH) else Upload.objects.filter(made_by=account)
    return found.defer("content")


# The first step


def start_view(request: HttpRequest, admin_site: Any) -> HttpResponse:
    """Asks for a file and looks at it; lists the latest uploads."""
    deny_unless(may_upload(request))
    account = cast(User, request.user)
    form = UploadForm(
        request.POST if request.method == "POST" else None,
        request.FILES if request.method == "POST" else None,
        may_publish=account.has_perm(MAY_PUBLISH),
        is_too_large=getattr(request, "has_large_file", False),
    )
    if request.method == "POST" and form.is_valid():
        remove_old(account)
        upload = _upload_of(form, account)
        upload_run.look_at(upload, by=account)
        upload.save()
        return HttpResponseRedirect(reverse("admin:upload_page", args=[upload.pk]))
    latest = uploads_of(account).defer("content", "entries", "problems", "outcome", "aliases")[:PER_PAGE]
    context = {
        **admin_site.each_context(request),
        "title": gettext("Upload files"),
        "form": form,
        "uploads": latest,
        "days": settings.UPLOAD_DAYS,
        "templates": [
            {"kind": model.kind_name(), "words": capfirst(str(model._meta.verbose_name_plural))}
            for model in ENTRY_MODELS
        ],
    }
    return TemplateResponse(request, "admin/partnership/upload/start.html", context)


def _upload_of(form: UploadForm, account: User) -> Upload:
    data = form.cleaned_data
    return Upload(
        made_by=account,
        made_by_name=account.get_username(),
        file_name=normalise(data["file"].name)[-200:],
        holds=data["holds"],
        sha256=hashlib.sha256(form.content).hexdigest(),
        content=form.content,
        at_once=data.get("fate") == UploadForm.AT_ONCE,
        note=data["note"],
    )


def remove_old(account: User) -> None:
    """Remove uploads whose days are over, and what an account left waiting beyond what is kept for it."""
    Upload.objects.filter(made_at__lt=timezone.now() - timedelta(days=settings.UPLOAD_DAYS)).delete()
    waiting = Upload.objects.filter(
        made_by=account, state__in=(UploadState.CHECKED, UploadState.REFUSED)
    ).order_by("-pk")
    beyond = list(waiting.values_list("pk", flat=True)[MOST_WAITING - 1 :])
    Upload.objects.filter(pk__in=beyond).delete()


# The page of one upload


def upload_view(request: HttpRequest, admin_site: Any, key: int) -> HttpResponse:
    """What an upload would do, or did; and the buttons that confirm it, look at it anew, throw it away and undo it."""
    deny_unless(may_upload(request))
    account = cast(User, request.user)
    upload = _upload(account, key)
    if request.method == "POST":
        if "_undo" in request.POST:
            return _undo(request, upload)
        deny_unless(upload.made_by_id == account.pk)
        if "_confirm" in request.POST:
            return _confirm(request, upload)
        if "_again" in request.POST:
            return _look_again(request, upload)
        if "_discard" in request.POST:
            return _throw_away(request, upload)
    what = request.GET.get("what", "")
    entries = [each for each in upload.entries if what not in ("created", "changed") or each["what"] == what]
    page = Paginator(entries, PER_PAGE).get_page(request.GET.get("p"))
    problems = Paginator(upload.problems, PER_PAGE).get_page(request.GET.get("p"))
    context = {
        **admin_site.each_context(request),
        "title": upload.file_name,
        "upload": upload,
        "holds": upload_told.holds_in_words(upload),
        "what": what if what in ("created", "changed") else "",
        "totals": upload_told.totals(upload),
        "is_nothing": not upload.entries and not upload.aliases,
        "rows": upload_told.rows(upload, page.object_list),
        "problems": [upload_told.told_problem(each) for each in problems.object_list],
        "page_obj": problems if upload.state == UploadState.REFUSED else page,
        "is_own": upload.made_by_id == account.pk,
        "may_undo": _may_undo(upload, account),
        "seal": upload_run.seal_of(upload) if upload.state == UploadState.CHECKED else "",
        "undo_form": UndoForm(),
        "needs_reason": upload_undo.needs_reason(upload),
        "not_undone": upload_told.not_undone(upload),
    }
    name = {
        UploadState.CHECKED: "checked",
        UploadState.REFUSED: "refused",
        UploadState.APPLIED: "receipt",
        UploadState.UNDONE: "receipt",
    }[UploadState(upload.state)]
    return TemplateResponse(request, f"admin/partnership/upload/{name}.html", context)


def _upload(account: User, key: int) -> Upload:
    upload = uploads_of(account).filter(pk=key).first() if key < 2**63 else None
    if upload is None:
        raise Http404
    return upload


def _page_of(upload: Upload) -> HttpResponse:
    return HttpResponseRedirect(reverse("admin:upload_page", args=[upload.pk]))


def _confirm(request: HttpRequest, upload: Upload) -> HttpResponse:
    if upload.state != UploadState.CHECKED:
        messages.info(request, gettext("Nothing is done: it was brought in already, or has errors."))
        return _page_of(upload)
    account = cast(User, request.user)
    deny_unless(not upload.at_once or account.has_perm(MAY_PUBLISH))
    try:
        upload_run.apply(upload, by=account, seen=request.POST.get("_seal", ""))
    except upload_run.Moved:
        message = gettext("Nothing is done: the register changed since this was checked. Check it again.")
        messages.error(request, message)
    except LoadRefused as refused:
        upload_run.keep_problems(upload, refused.problems)
        upload.save()
        messages.error(request, gettext("Nothing is done: it cannot be brought in any more."))
    else:
        messages.success(request, gettext("It is brought in. This page is the receipt."))
    return _page_of(upload)


def _look_again(request: HttpRequest, upload: Upload) -> HttpResponse:
    if upload.state == UploadState.CHECKED:
        upload_run.look_at(upload, by=cast(User, request.user))
        # Of two at the same time one may have brought it in meanwhile.
        Upload.objects.filter(pk=upload.pk, state=UploadState.CHECKED).update(
            **{name: getattr(upload, name) for name in upload_run.FOUND}
        )
        messages.success(request, gettext("It is checked again."))
    return _page_of(upload)


def _throw_away(request: HttpRequest, upload: Upload) -> HttpResponse:
    states = (UploadState.CHECKED, UploadState.REFUSED)
    if Upload.objects.filter(pk=upload.pk, state__in=states).delete()[0]:
        messages.success(request, gettext("The file is thrown away. Nothing was brought in."))
        return HttpResponseRedirect(reverse("admin:upload"))
    return _page_of(upload)


# Undoing


def _may_undo(upload: Upload, account: User) -> bool:
    """Who reviews may undo all; who uploaded, what readers never saw."""
    if upload.state != UploadState.APPLIED or not (upload.entries or upload.aliases):
        return False
    may_publish = account.has_perm(MAY_PUBLISH)
    return may_publish or (upload.made_by_id == account.pk and not upload.at_once)


def _undo(request: HttpRequest, upload: Upload) -> HttpResponse:
    account = cast(User, request.user)
    if upload.state != UploadState.APPLIED:
        messages.info(request, gettext("There is nothing here to undo any more."))
        return _page_of(upload)
    deny_unless(_may_undo(upload, account))
    form = UndoForm(request.POST)
    reason = form.cleaned_data["reason"] if form.is_valid() else ""
    try:
        is_undone = upload_undo.undo(upload, by=account, reason=reason)
    except Refused as refused:
        messages.error(request, gettext("Nothing is undone: %(why)s") % {"why": refused})
    except LoadRefused as refused:
        why = "; ".join(f"{each.row}: {each.message}" for each in refused.problems[:10])
        messages.error(request, gettext("Nothing is undone: %(why)s") % {"why": why})
    else:
        if is_undone:
            messages.success(request, gettext("It is undone; what could not be is listed below."))
        else:
            messages.warning(request, gettext("Nothing could be undone: the reasons are listed below."))
    return _page_of(upload)


# Downloads


def errors_view(request: HttpRequest, key: int) -> HttpResponse:
    """What is wrong with an upload, as a table to be worked through."""
    deny_unless(may_upload(request))
    upload = _upload(cast(User, request.user), key)
    text = io.StringIO()
    write = csv.writer(text).writerow
    write(["file", "line", "row", "column", "value", "message", "code"])
    for problem in upload.problems:
        write([tables.safe_text(each) if isinstance(each, str) else each for each in problem])
    return _download(text.getvalue().encode(), "errors.csv", FORMS["csv"])


def template_view(request: HttpRequest, kind: str, form: str) -> HttpResponse:
    """An empty table of a kind with its headings and an example, to be filled in."""
    deny_unless(may_upload(request))
    model = entry_model(kind)
    if model is None or form not in FORMS:
        raise Http404
    return _download(tables.template(model, form), f"{kind}-template.{form}", FORMS[form])


def _download(content: bytes, name: str, content_type: str) -> HttpResponse:
    response = HttpResponse(content, content_type=content_type)
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    return response
