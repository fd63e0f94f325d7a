"""Rows of an older schema, made rows of the present one by one pure function a step, without the database.

A bundle says its schema in its manifest, a revision in its column; a file without manifest is of the present one. A step is
kept for ever, with a golden bundle of its schema in the tests, so that what was exported once can always be loaded, and
what was published once can always be told.
"""

from collections.abc import Callable, Mapping
from typing import Any

from .shape import SCHEMA, Document

Row = dict[str, Any]
Step = Callable[[Row], Row]

STEPS: Mapping[int, Step] = {}
"""By schema number, what makes a row of the next schema of a row of that. There is one schema yet, and so no step.

A step hands back a new row and takes any row: one that it does not know it hands back as it is.
"""


def upgraded_row(row: Row, schema: int) -> Row:
    """A row of a schema as one of the present schema; the row handed over stays as it is.

    Raises:
        KeyError: no step leads on from the schema.
    """
    for number in range(schema, SCHEMA):
        row = STEPS[number](row)
    return row


def upgraded(document: Document, schema: int) -> Document:
    """A document of a schema, as a revision keeps it, as one of the present schema.

    Raises:
        KeyError: no step leads on from the schema.
    """
    return document if schema == SCHEMA else [upgraded_row(row, schema) for row in document]
