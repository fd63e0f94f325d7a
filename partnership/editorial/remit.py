"""Which entries an account may work on: all, or those about the parties and regions of its remit."""

from collections.abc import Callable, Iterable

from django.contrib.auth.models import AnonymousUser, User
from django.db.models import Q

from partnership.documents import Document
from partnership.models import Entry, Party, Record, Relation, Remit, Standing

Account = User | AnonymousUser


def parties_of_remit(account: Account) -> set[str] | None:
    """The slugs of the parties an account is limited to: those of its remit, those under them, and the members of these.

    None for an account that may work on everything.
    """
    remit = Remit.objects.filter(account_id=account.pk).first() if account.pk else None
    if remit is None:
        return None
    found = set(remit.parties.values_list("slug", flat=True))
    while fresh := set(_next_to(found)) - found:
        found |= fresh
    return found


def _next_to(slugs: set[str]) -> Iterable[str]:
    members = Standing.objects.published().filter(at__slug__in=slugs, at__kind__in=("group", "region"))
    belongs = Q(parent__slug__in=slugs) | Q(pk__in=members.order_by().values("party"))
    return Party.objects.filter(belongs).values_list("slug", flat=True)


def covers(account: Account, entry: Entry) -> bool:
    """Whether an account may change an entry: it is about no party, or about one of its remit."""
    allowed = parties_of_remit(account)
    return allowed is None or _is_covered(allowed, parties_of(entry))


def covers_document(account: Account, document: Document) -> bool:
    """The same, asked of what an entry is to say."""
    return _is_covered(parties_of_remit(account), parties_in(document))


def covering(account: Account) -> Callable[[Document], bool]:
    """The same, for asking it of many documents: the remit is read once."""
    allowed = parties_of_remit(account)
    return lambda document: _is_covered(allowed, parties_in(document))


def parties_of(entry: Entry) -> set[str]:
    """The parties that an entry is about; none for areas, sources and words, which belong to all."""
    if isinstance(entry, Party):
        return {entry.slug}
    if isinstance(entry, Relation):
        return {entry.party.slug}
    found: set[str] = set()
    if isinstance(entry, Record):
        found.update(entry.involvements.order_by().values_list("party__slug", flat=True))
    if isinstance(entry, Standing):
        found.add(entry.party.slug)
    return found


def parties_in(document: Document) -> set[str]:
    """The parties that a document is about."""
    found = {row["fields"]["party"][0] for row in document if row["fields"].get("party")}
    head = document[0]
    if head["model"] == f"partnership.{Party._meta.model_name}":
        found.add(head["fields"]["slug"])
    return found


def _is_covered(allowed: set[str] | None, parties: set[str]) -> bool:
    return allowed is None or not parties or bool(parties & allowed)
