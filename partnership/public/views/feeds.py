"""`/events.atom?…`, `/relations/<organisation>/<party>.atom`, `/feed.atom`: what changed last, newest first."""

from typing import Any

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.paginator import EmptyPage
from django.http import HttpRequest, HttpResponse, QueryDict
from django.http.response import HttpResponseBase
from django.urls import URLPattern, path, reverse
from django.utils.text import capfirst
from django.utils.translation import gettext
from django.views.generic import View

from partnership import generation
from partnership.exchange.export import lines_of
from partnership.public.feeds import (
    PagedFeed,
    changed_in,
    changed_of_party,
    changed_of_register,
    changed_of_relation,
    write,
)
from partnership.public.feeds.changed import Changed
from partnership.public.files import CONTENT_TYPES, etag_of, not_modified, open_to_all, plain_answer

from .asked import refuse_wrong_parameters
from .files import LISTS, instead_of_file
from .parties import PartyDetail
from .relations import RelationDetail


class FeedView(View):
    """A page of a feed; which entries it tells, and what it is called, each feed says itself."""

    http_method_names = ["get", "head", "options"]

    def get(self, request: HttpRequest, **kwargs: Any) -> HttpResponseBase:
        """The feed; 304 if the reader has it, 400 for a wrong parameter, 404 past its end."""
        etag = etag_of(generation.current(), request.get_full_path())
        if unchanged := not_modified(request, etag):
            return unchanged
        try:
            asked, number = asked_page(request.GET)
            feed = self.feed(asked, number)
        except ValidationError as error:
            return plain_answer("\n".join(lines_of(error)), 400)
        except EmptyPage:
            return plain_answer(gettext("The feed has no such page; it ends before."), 404)
        if isinstance(feed, HttpResponseBase):
            return feed
        response = HttpResponse(write(feed, request.build_absolute_uri), content_type=CONTENT_TYPES["atom"])
        if etag:
            response.headers["ETag"] = etag
        return open_to_all(response)

    def feed(self, asked: QueryDict, number: int) -> PagedFeed | HttpResponseBase:
        """The page of the feed, or what is answered in its place.

        Raises:
            ValidationError: a parameter cannot be read or is none of the feed.
            EmptyPage: there is no such page.
        """
        raise NotImplementedError

    def paged(self, name: str, shown_at: str, asked: QueryDict, changed: Changed) -> PagedFeed:
        """The page with its title and addresses."""
        query = f"?{asked.urlencode()}" if asked else ""
        title = gettext("%(site)s: %(list)s") % {"site": settings.SITE_NAME, "list": name}
        return PagedFeed(title, f"{shown_at}{query}", f"{self.request.path}{query}", *changed)


class ListFeed(FeedView):
    """The rows that a list's page selects with the same parameters, by last change."""

    list_name = ""

    def feed(self, asked: QueryDict, number: int) -> PagedFeed:
        """A page of the list."""
        page = LISTS[self.list_name]
        changed = changed_in(page.chosen(asked), number)
        return self.paged(list_title(page, asked), reverse(self.list_name), asked, changed)


class EntryFeed(FeedView):
    """What changed on the page of one entry; what has become of one that is not there, as its page says it."""

    page_class: Any = None

    def feed(self, asked: QueryDict, number: int) -> PagedFeed | HttpResponseBase:
        """A page of the entry's feed; 410 for a withdrawn entry, a redirect for an old address."""
        refuse_wrong_parameters(asked, ("page",))
        page = self.page_class()
        page.setup(self.request, **self.kwargs)
        entry = page.get_queryset().filter(**page.lookup()).first()
        if entry is None:
            return instead_of_file(page, "atom")
        return self.paged(str(entry), entry.get_absolute_url(), asked, self.changed(entry, number))

    def changed(self, entry: Any, number: int) -> Changed:
        """A page of what changed on the page of the entry."""
        raise NotImplementedError


class RelationFeed(EntryFeed):
    """`/relations/<organisation>/<party>.atom`: the account of a relation and the records that its page tells."""

    page_class = RelationDetail

    def changed(self, entry: Any, number: int) -> Changed:
        """The relation and its records."""
        return changed_of_relation(entry, number)


class PartyFeed(EntryFeed):
    """`/parties/<slug>.atom`: a party, its relations and the records it is in."""

    page_class = PartyDetail

    def changed(self, entry: Any, number: int) -> Changed:
        """The party, its relations and its records."""
        return changed_of_party(entry, number)


class RegisterFeed(FeedView):
    """`/feed.atom`: everything that the register holds."""

    def feed(self, asked: QueryDict, number: int) -> PagedFeed:
        """A page of the register."""
        refuse_wrong_parameters(asked, ("page",))
        changed = changed_of_register(number)
        return self.paged(gettext("the whole register"), reverse("home"), asked, changed)


def list_title(page: Any, asked: QueryDict) -> str:
    """The name of a list and the filters in use, in words."""
    name = capfirst(str(page.model._meta.verbose_name_plural))
    if not asked:
        return name
    filterset = page.filterset_class(asked, queryset=page.model.objects.published())
    return ", ".join([name, *(words for _name, _value, words in filterset.in_use())])


def asked_page(query: QueryDict) -> tuple[QueryDict, int]:
    """What is asked for without the page, and the number of the page.

    Raises:
        ValidationError: the number of the page is none.
    """
    asked = query.copy()
    number = asked.pop("page", ["1"])
    if len(number) > 1 or not (number[0].isascii() and number[0].isdecimal() and 0 < len(number[0]) < 10):
        raise ValidationError({"page": [gettext("write the number of a page, for example 2")]})
    return asked, int(number[0])


def feed_addresses() -> list[URLPattern]:
    """The addresses of the feeds of what changed."""
    return [
        path("feed.atom", RegisterFeed.as_view(), name="feed"),
        path("relations/<slug:organisation>/<slug:party>.atom", RelationFeed.as_view(), name="relation-atom"),
        path("parties/<slug:slug>.atom", PartyFeed.as_view(), name="party-atom"),
        *(path(f"{name}.atom", ListFeed.as_view(list_name=name), name=f"{name}-atom") for name in LISTS),
    ]
