"""The paragraphs of a source: what has been recorded of it, what is still to do, and how they are numbered.

Who may see sources sees them; who may change the source writes. Their text is for staff alone.
"""

from typing import Any, cast

from django.contrib import messages
from django.contrib.admin.options import IS_POPUP_VAR
from django.contrib.admin.utils import unquote
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect, JsonResponse
from django.template.response import TemplateResponse
from django.urls import path
from django.utils.html import format_html
from django.utils.text import Truncator
from django.utils.translation import gettext, ngettext

from partnership.editorial import paragraphs, tied
from partnership.editorial.locators import locator_of
from partnership.editorial.paragraphs import MOST_BYTES, MOST_PARAGRAPHS, Part
from partnership.editorial.revising import Moved, Refused
from partnership.models import Entry, Paragraph, Source, Status

from .addresses import address_of
from .choosing import NO_ROW, is_number_of_row
from .editing import Editing, deny_unless, object_or_404
from .links import lines_about
from .paragraph_forms import CutForm, NumbersForm, ParagraphForm
from .paragraph_rows import row, starts, telling, worked_on
from .starting import paragraphs_of

PER_PAGE = 100
TO_DO = "to-do"
SEAL = "_seal"
OFFERED_WORDS = 12  # of a paragraph, beside its number, where a locator is chosen


class Numbered(Editing):
    """The pages of the paragraphs of a source."""

    def get_urls(self) -> list[Any]:
        """The pages of Django's admin, and these."""
        view, name = self.admin_site.admin_view, "partnership_source"
        own = [
            path("<path:object_id>/paragraphs/", view(self.paragraphs_view), name=f"{name}_paragraphs"),
            path(
                "<path:object_id>/paragraphs.json", view(self.offered_view), name=f"{name}_paragraphs_offered"
            ),
            path(
                "<path:object_id>/paragraphs/<int:key>/", view(self.paragraph_view), name=f"{name}_paragraph"
            ),
        ]
        return [*own, *super().get_urls()]

    def _source(self, request: HttpRequest, object_id: str) -> Source:
        """The source of an address, for who may see it, and may write it if anything is sent."""
        source: Source = object_or_404(self, request, object_id)
        deny_unless(self.has_view_permission(request, source))
        deny_unless(request.method in ("GET", "HEAD") or self.has_change_permission(request, source))
        return source

    # The form of the source

    def changeform_view(
        self,
        request: HttpRequest,
        object_id: str | None = None,
        form_url: str = "",
        extra_context: dict[str, Any] | None = None,
    ) -> Any:
        """The form of a source leads to its paragraphs, and tells of web addresses that failed or moved."""
        source = self.get_object(request, unquote(object_id)) if object_id else None
        if source is not None and IS_POPUP_VAR not in request.GET:
            extra_context = {
                **(extra_context or {}),
                "paragraphs": {"address": paragraphs_of(source), "words": _how_many_to_do(source)},
                "links": lines_about(source),
            }
        return super().changeform_view(request, object_id, form_url, extra_context)

    def _answer(self, request: HttpRequest, entry: Entry, told: str) -> HttpResponse:
        """What follows a save; a new source without paragraphs is offered to be numbered."""
        response = super()._answer(request, entry, told)
        if entry.status == Status.DRAFT and not Paragraph.objects.filter(source=entry.slug).exists():
            address = paragraphs_of(cast(Source, entry))
            offer = format_html('<a href="{}">{}</a>', address, gettext("Number its paragraphs"))
            self.message_user(request, offer, messages.INFO)
        return response

    # All paragraphs

    def paragraphs_view(self, request: HttpRequest, object_id: str) -> HttpResponse:
        """The paragraphs of a source with what is tied to them; takes a text, numbers, and what is set aside."""
        source = self._source(request, object_id)
        cutting, numbering = CutForm(), NumbersForm()
        if request.method == "POST":
            if "_set_aside" in request.POST:
                return self._set_aside(request, source)
            if "_numbers" in request.POST:
                numbering = NumbersForm(request.POST)
                answer = self._taken(request, source, numbering)
            else:
                cutting = CutForm(request.POST)
                answer = self._taken(request, source, cutting)
            if answer:
                return answer
        return self._paragraphs_page(request, source, cutting, numbering)

    def _taken(self, request: HttpRequest, source: Source, form: Any) -> HttpResponse | None:
        """What becomes of a text or of numbers; None if something is wrong with them, which the form then says."""
        if not form.is_valid():
            return None
        try:
            parts = form.parts()
            if "_cut" in request.POST:
                return self._preview(request, source, form, parts)
            outcome = paragraphs.keep(source, parts, seal=request.POST.get(SEAL, ""))
        except Refused as refused:
            form.add_error(next(iter(form.fields)), str(refused))
            return None
        except Moved:
            self.message_user(request, _changed_meanwhile(), messages.WARNING)
            return self._preview(request, source, form, parts) if isinstance(form, CutForm) else None
        self.log_change(request, source, gettext("Paragraphs: %(what)s") % {"what": outcome.in_words()})
        self.message_user(request, outcome.in_words(), messages.SUCCESS)
        return HttpResponseRedirect(paragraphs_of(source))

    def _preview(
        self, request: HttpRequest, source: Source, form: CutForm, parts: list[Part]
    ) -> HttpResponse:
        """What a text would be cut into, before it is kept."""
        stored = paragraphs.of(source)
        outcome = paragraphs.compared(stored, parts)
        words = {
            **{part.label: gettext("new") for part in outcome.new},
            **{part.label: gettext("another text") for part in outcome.changed},
        }
        context = {
            **self._context(request, source, gettext("Preview of the cut")),
            "form": form,
            "outcome": outcome,
            "lines": [(part, words.get(part.label, "")) for part in parts],
            "told_apart": [part.label for part in parts if "/" in part.label],
            "seal": paragraphs.seal_of(stored),
            "seal_name": SEAL,
            "paragraphs_url": paragraphs_of(source),
        }
        return TemplateResponse(request, "admin/partnership/paragraphs_preview.html", context)

    def _set_aside(self, request: HttpRequest, source: Source) -> HttpResponse:
        paragraph = _paragraph(source, request.POST.get("paragraph", ""))
        reason = request.POST.get("reason", "")
        try:
            paragraphs.set_aside(source, paragraph, reason, seal=request.POST.get(SEAL, ""))
        except (Moved, Refused) as error:
            told = str(error) if isinstance(error, Refused) else _changed_meanwhile()
            self.message_user(request, told, messages.ERROR)
            return HttpResponseRedirect(paragraphs_of(source, at=paragraph.label))
        if not reason.strip():
            return HttpResponseRedirect(paragraphs_of(source, at=paragraph.label))
        told = gettext("Paragraph %(label)s is set aside.") % {"label": paragraph.label}
        self.message_user(request, told, messages.SUCCESS)
        return HttpResponseRedirect(paragraphs_of(source, after=paragraph.label))

    def _paragraphs_page(
        self, request: HttpRequest, source: Source, cutting: CutForm, numbering: NumbersForm
    ) -> HttpResponse:
        reading = tied.reading_of(source)
        line_of = telling(request.user)
        what = TO_DO if request.GET.get("what") == TO_DO else ""
        reads = reading.to_do if what else reading.rows
        page = Paginator(reads, PER_PAGE).get_page(request.GET.get("p"))
        may_write = self.has_change_permission(request, source)
        current = worked_on(request, reading)
        context = {
            **self._context(request, source, gettext("Paragraphs")),
            "reading": reading,
            "rows": [row(source, read, line_of) for read in page.object_list],
            "page_obj": page,
            "what": what,
            "worked_on": row(source, current, line_of) if current else None,
            "starts": starts(request, source, current.paragraph) if current else [],
            "skip_address": paragraphs_of(source, after=current.paragraph.label) if current else "",
            "untied": [line_of(tie) for tie in reading.untied],
            "may_write": may_write,
            "cutting": cutting,
            "numbering": numbering,
            "has_faults": bool(cutting.errors or numbering.errors),
            "seal": paragraphs.seal_of(row.paragraph for row in reading.rows),
            "seal_name": SEAL,
            "most": {"paragraphs": MOST_PARAGRAPHS, "kilobytes": MOST_BYTES // 1_000},
        }
        return TemplateResponse(request, "admin/partnership/paragraphs.html", context)

    # One paragraph

    def paragraph_view(self, request: HttpRequest, object_id: str, key: int) -> HttpResponse:
        """The form of one paragraph: its number, its text, why it is set aside; cuts, joins and deletes it."""
        source = self._source(request, object_id)
        paragraph = _paragraph(source, str(key))
        said = {
            "label": paragraph.label,
            "text": paragraph.text,
            "set_aside": paragraph.set_aside,
        }
        form = ParagraphForm(request.POST if request.method == "POST" else None, initial=said)
        if request.method == "POST" and form.is_valid():
            try:
                told = _mend(request, source, paragraph, form.cleaned_data)
            except Moved:
                form.add_error(None, _changed_meanwhile())
            except Refused as refused:
                form.add_error(None, str(refused))
            else:
                self.log_change(request, source, told)
                self.message_user(request, told, messages.SUCCESS)
                return HttpResponseRedirect(paragraphs_of(source, at=form.cleaned_data["label"].strip()))
        context = {
            **self._context(request, source, gettext("Paragraph %(label)s") % {"label": paragraph.label}),
            "form": form,
            "seal": paragraphs.seal_of([paragraph]),
            "seal_name": SEAL,
            "paragraphs_url": paragraphs_of(source, at=paragraph.label),
            "may_write": self.has_change_permission(request, source),
        }
        return TemplateResponse(request, "admin/partnership/paragraph.html", context)

    def offered_view(self, request: HttpRequest, object_id: str) -> JsonResponse:
        """The locators of a source's paragraphs, with their first words, for who writes a citation."""
        source = self._source(request, object_id)
        rows = [
            {"locator": locator_of(each.label), "words": Truncator(each.text).words(OFFERED_WORDS)}
            for each in paragraphs.of(source)
        ]
        return JsonResponse({"paragraphs": rows})

    def _context(self, request: HttpRequest, source: Source, title: str) -> dict[str, Any]:
        return {
            **self.admin_site.each_context(request),
            "title": title,
            "entry": source,
            "opts": self.opts,
            "change_url": address_of("change", source),
        }


def _how_many_to_do(source: Source) -> str:
    reading = tied.reading_of(source)
    if not reading.rows:
        return gettext("Number its paragraphs")
    to_do = len(reading.to_do)
    return ngettext("Paragraphs (%d still to do)", "Paragraphs (%d still to do)", to_do) % to_do


def _paragraph(source: Source, key: str) -> Paragraph:
    found = Paragraph.objects.filter(source=source.slug, pk=key if is_number_of_row(key) else NO_ROW).first()
    if found is None:
        raise Http404
    return found


def _changed_meanwhile() -> str:
    return gettext(
        "Nothing is saved: somebody else changed the paragraphs meanwhile. Look at what is there now, and send it again."
    )


def _mend(request: HttpRequest, source: Source, paragraph: Paragraph, said: dict[str, str]) -> str:
    """Do with a paragraph what the button says; what was done, in words. Raises as `paragraphs` does."""
    seal = request.POST.get(SEAL, "")
    label = {"label": paragraph.label}
    if "_delete" in request.POST:
        paragraphs.delete(source, paragraph, seal=seal)
        return gettext("Paragraph %(label)s is deleted.") % label
    if "_join" in request.POST:
        before = paragraphs.join(source, paragraph, seal=seal)
        return gettext("Paragraph %(label)s is now part of %(before)s.") % {**label, "before": before.label}
    if "_split" in request.POST:
        new = paragraphs.split(source, paragraph, said["text"], seal=seal)
        return gettext("Cut off: %(labels)s.") % {"labels": ", ".join(each.label for each in new)}
    paragraphs.change(source, paragraph, said["label"], said["text"], said["set_aside"], seal=seal)
    return gettext("Paragraph %(label)s is saved.") % {"label": said["label"].strip()}
