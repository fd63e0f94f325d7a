"""The pages about the site itself: what it is, whom it serves, under which terms; and how to report an error in it."""

from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.utils.functional import Promise
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.views.generic import TemplateView

from partnership.public.cited_page import newest_edition
from partnership.public.reporting import report_on, reported_page


class PageOfTheSite(TemplateView):
    """A page about the site: words, and what the settings say."""

    title: str | Promise = ""

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """What all of these pages read."""
        return super().get_context_data(**kwargs) | {
            "page_title": str(self.title),
            "contact": settings.CONTACT_EMAIL,
            "canonical": self.request.build_absolute_uri(self.request.path),
        }


class About(PageOfTheSite):
    """`/about/`: what the register holds, how it is made, checked and corrected, and who keeps it."""

    template_name = "partnership/about.html"
    title = _("About this register")


class Accessibility(PageOfTheSite):
    """`/accessibility/`: what the site aims at, how that is tested, and what is not."""

    template_name = "partnership/accessibility.html"
    title = _("Accessibility")


class Privacy(PageOfTheSite):
    """`/privacy/`: what the site does not ask, keep or pass on, and what its server may keep."""

    template_name = "partnership/privacy.html"
    title = _("Privacy")


class Licence(PageOfTheSite):
    """`/licence/`: under which terms content and program may be used again, and a line to name the source with."""

    template_name = "partnership/licence.html"
    title = _("Licence")

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """Adds what the line of attribution is made of."""
        return super().get_context_data(**kwargs) | {
            "edition": newest_edition(),
            "home": self.request.build_absolute_uri("/"),
        }


class ReportError(PageOfTheSite):
    """`/report/?about=event:slug`: a report made ready to be sent. It stores nothing, and search engines pass it by."""

    template_name = "partnership/report.html"
    title = _("Report an error")

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """The page; there is one for every entry, none of them worth finding."""
        response = super().get(request, *args, **kwargs)
        response.headers["X-Robots-Tag"] = "noindex"
        return response

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """The page reported, if it is public; the same words for a draft as for what never was."""
        context = super().get_context_data(**kwargs)
        asked = self.request.GET.get("about", "")
        page = reported_page(asked, self.request.build_absolute_uri)
        is_unknown = bool(asked) and page is None
        if is_unknown:
            context["page_title"] = gettext("Error: %(title)s") % {"title": self.title}
        return context | {"reported": page, "is_unknown": is_unknown, "report": report_on(page)}
