"""The feed of editions: one entry for each, with what it changed in words."""

from collections import defaultdict
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.conf import settings
from django.contrib.syndication.views import Feed
from django.db.models import QuerySet
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.feedgenerator import Atom1Feed
from django.utils.functional import Promise
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from partnership.history import ChangeLog, ToldChange, told
from partnership.models import ENTRY_MODELS, Edition
from partnership.public.editions import PublishedEdition, with_counts

MOST_EDITIONS = 25
# Of all editions together: the newest ones; of what is older the entry says how much there was.
MOST_CHANGES = 100


@dataclass(frozen=True)
class Item:
    """An entry of the feed: an edition and the changes of it that are told in full."""

    published: PublishedEdition
    changes: list[ToldChange]

    @property
    def edition(self) -> Edition:
        """The edition."""
        return self.published.edition


class EditionFeed(Feed):
    """`/editions/feed.atom`: the newest editions. The name of an entry of the feed is the address of its edition."""

    feed_type = Atom1Feed
    subtitle: str | Promise = _("What each edition of the register added, changed or withdrew.")

    def title(self) -> str:
        """The name of the site and of the feed."""
        return gettext("%(site)s: editions") % {"site": settings.SITE_NAME}

    def link(self) -> str:
        """The page that the feed follows."""
        return reverse("editions")

    def feed_url(self) -> str:
        """The address of the feed itself."""
        return reverse("editions-feed")

    def items(self) -> list[Item]:
        """The newest editions of which readers hear anything."""
        editions: QuerySet[Edition] = Edition.objects.order_by("-number")[:MOST_EDITIONS]
        log = ChangeLog([model.objects.all() for model in ENTRY_MODELS])
        changes: dict[int, list[ToldChange]] = defaultdict(list)
        for each in told(log[0:MOST_CHANGES]):
            changes[each.change.edition.number].append(each)
        return [Item(each, changes[each.edition.number]) for each in with_counts(editions) if each.counts.all]

    def item_title(self, item: Any) -> str:
        """“Edition 3: note”."""
        number = gettext("Edition %(number)d") % {"number": item.edition.number}
        note = item.published.note
        return gettext("%(edition)s: %(note)s") % {"edition": number, "note": note} if note else number

    def item_description(self, item: Any) -> str:
        """What the edition changed, in words, as HTML."""
        more = item.published.counts.all - len(item.changes)
        context = {"changes": item.changes, "words": item.published.words, "more": more}
        return render_to_string("partnership/_edition_entry.html", context)

    def item_link(self, item: Any) -> str:
        """The page of the edition."""
        return reverse("edition", args=[item.edition.number])

    def item_pubdate(self, item: Any) -> datetime:
        """When the edition was published."""
        return item.edition.published_at

    def item_updateddate(self, item: Any) -> datetime:
        """The same: an edition is not changed."""
        return item.edition.published_at
