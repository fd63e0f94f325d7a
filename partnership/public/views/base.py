"""What the public views share: the page of one published entry, now or in an edition, and what became of one that is
not there."""

from typing import Any

from django.db.models import Q, QuerySet
from django.http import Http404, HttpRequest, HttpResponse, HttpResponsePermanentRedirect
from django.shortcuts import render
from django.views.generic import DetailView

from partnership.history import entry_at
from partnership.models import Alias, Entry, Party, Relation, Status, entry_model
from partnership.public.cited_page import cited_entry
from partnership.public.entry_history import Past, edition_asked, history_of
from partnership.public.page_head import head_of_entry


def served_organisations() -> QuerySet[Party]:
    """The organisations whose relations the site tells: those with a published relation."""
    return Party.objects.published().filter(pk__in=Relation.objects.published().values("organisation"))


def public_or_withdrawn(model: type[Entry]) -> QuerySet:
    """The entries whose address says something to readers: published ones, and those that were withdrawn."""
    return model.objects.filter(
        Q(status=Status.WITHDRAWN) | Q(pk__in=model.objects.published().order_by().values("pk"))
    )


def present_reference(reference: str) -> str:
    """Where `kind:slug` leads through aliases, however many; itself if it is no old address or leads in a circle."""
    seen = [reference]
    while target := Alias.objects.filter(address=seen[-1]).values_list("target", flat=True).first():
        if target in seen:
            return reference
        seen.append(target)
    return seen[-1]


def present_address(reference: str) -> str | None:
    """Where an old address `kind:slug` leads today, or None; a draft is never given away."""
    present = present_reference(reference)
    if present == reference:
        return None
    kind, _, slug = present.partition(":")
    model = entry_model(kind)
    entry = model and public_or_withdrawn(model).filter(slug=slug).first()
    return entry.get_absolute_url() if entry and hasattr(entry, "get_absolute_url") else None


class PublicDetailView(DetailView):
    """The page of one published entry.

    A withdrawn entry answers 410 with its public reason, an old address redirects to the present one, and a
    draft is the same 404 as an entry that never was. With `edition` in the address the page tells what the register
    said then, as far as the entry itself says it.
    """

    model: type[Entry]
    list_name = ""  # that of its list, if not the word for its kind with an s

    def get_queryset(self) -> QuerySet:
        """The published entries with what the page shows."""
        return self.model.objects.published()

    def lookup(self) -> dict[str, str]:
        """The conditions that the address sets."""
        return {"slug": self.kwargs["slug"]}

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """The page; else what became of the entry."""
        self.object = self.get_queryset().filter(**self.lookup()).first()
        if self.object is None:
            return self.gone_or_moved(request)
        if "edition" in request.GET:
            return self.as_it_was(request)
        return self.render_to_response(self.get_context_data(object=self.object))

    def own_context(self) -> dict[str, Any]:
        """What the entry itself says, now or in an edition."""
        return {}

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """What the entry itself says, its history, and its one address."""
        address = self.canonical(self.object)
        list_name = self.list_name or f"{self.model.kind_name()}s"
        return (
            super().get_context_data(**kwargs)
            | head_of_entry(self.object, list_name, address, self.request)
            | self.own_context()
            | {"canonical": address, "history": history_of(self.object)}
        )

    def canonical(self, present: Any) -> str:
        """The whole address of the page as it is now."""
        return self.request.build_absolute_uri(present.get_absolute_url())

    def as_it_was(self, request: HttpRequest) -> HttpResponse:
        """What the entry said in the edition that is asked for; search engines are told to pass it by.

        Raises:
            Http404: there was no such edition, or the entry was not public in it.
        """
        present, edition = self.object, edition_asked(request)
        self.object = entry_at(present, edition.number)
        if self.object is None:
            raise Http404
        context = super().get_context_data(object=self.object) | self.own_context()
        address = self.canonical(present)
        response = self.render_to_response(
            context
            | {
                "page_title": str(self.object),
                "cited": cited_entry(str(self.object), address, edition),
                "canonical": address,
                "last_updated": self.object.changed,
                "past": Past(edition, present.get_absolute_url()),
            }
        )
        response.headers["X-Robots-Tag"] = "noindex"
        return response

    def public_name(self, withdrawn: Any) -> str:
        """What the page of a withdrawn entry calls it."""
        return str(withdrawn)

    def withdrawn(self) -> Any:
        """The withdrawn entry at this address, if there is one."""
        return self.model.objects.filter(status=Status.WITHDRAWN, **self.lookup()).first()

    def gone_or_moved(self, request: HttpRequest) -> HttpResponse:
        """The answer for an address without a published entry.

        Raises:
            Http404: nothing public is or was here.
        """
        withdrawn = self.withdrawn()
        if withdrawn is not None:
            context = {"entry": withdrawn, "name": self.public_name(withdrawn)}
            return render(request, "410.html", context, status=410)
        slug = self.lookup().get("slug")
        if slug and (address := present_address(f"{self.model.kind_name()}:{slug}")):
            return HttpResponsePermanentRedirect(address)
        raise Http404
