"""The index of public entries: kept current by receivers, asked by the search page and the words filter of every list.

The index holds one row per public entry that has a page, with its own words, and one row per party in it. Names of
parties and of areas are looked up in their own rows, so that a new name never leaves the records behind that name them.
The database's own full-text engine finds the words (`engines`); which words there are is said by `text.tokens` alone, so
that both engines find the same.
"""

from .asking import containing, matching, named_by, ranked, sharing_words
from .keeping import INDEXED_MODELS, batch, how_many, keep, keep_many, refresh, touch
from .receivers import connect
from .suggesting import similar_words
from .telling import Piece, excerpt, marked

__all__ = [
    "INDEXED_MODELS",
    "Piece",
    "batch",
    "connect",
    "containing",
    "excerpt",
    "how_many",
    "keep",
    "keep_many",
    "marked",
    "matching",
    "named_by",
    "ranked",
    "refresh",
    "sharing_words",
    "similar_words",
    "touch",
]
