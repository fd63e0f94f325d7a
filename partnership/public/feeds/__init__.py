"""Feeds in Atom: what changed last in a list, on the page of a relation or a party, in the whole register, by edition."""

from .atom import PagedFeed, write
from .changed import changed_in, changed_of_party, changed_of_register, changed_of_relation
from .editions import EditionFeed

__all__ = [
    "EditionFeed",
    "PagedFeed",
    "changed_in",
    "changed_of_party",
    "changed_of_register",
    "changed_of_relation",
    "write",
]
