"""Documents: an entry and the rows it owns, as a list of plain Django fixture objects.

The entry comes first, by natural key; its owned rows follow in declared order, by their text key. A document is
exactly what comes back from JSON: no integer key, no Python date or Decimal, many-to-many sorted by code point.
`dump` reads one, `apply` writes one, `differences` compares two; export, import, revisions, history, review and
the guard against lost updates stand on these three.
"""

from .reading import dump, dump_each, dump_many, moment, plain
from .shape import (
    EDITORIAL,
    MODELS,
    PUBLIC,
    SCHEMA,
    Difference,
    Document,
    DocumentError,
    differences,
    digest,
    fields_of,
    key_of,
    label,
    model_label,
    named,
)
from .upgrading import upgraded, upgraded_row
from .writing import References, apply, check_shape, set_value

__all__ = [
    "EDITORIAL",
    "MODELS",
    "PUBLIC",
    "SCHEMA",
    "Difference",
    "Document",
    "DocumentError",
    "References",
    "apply",
    "check_shape",
    "differences",
    "digest",
    "dump",
    "dump_each",
    "dump_many",
    "fields_of",
    "key_of",
    "label",
    "model_label",
    "moment",
    "named",
    "plain",
    "set_value",
    "upgraded",
    "upgraded_row",
]
