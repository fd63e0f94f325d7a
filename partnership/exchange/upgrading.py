"""Rows of an older schema, made rows of the present one by one pure function a step, without the database.

A file says its schema in its manifest, a revision in its column; without either it is of the present one. A step is kept for
ever, with a golden bundle of its schema in the tests, so that what was exported once can always be loaded.
"""

from collections.abc import Callable, Mapping
from typing import Any

from partnership.documents import SCHEMA

Row = dict[str, Any]
Step = Callable[[Row], Row]

STEPS: Mapping[int, Step] = {}
"""By schema number, what makes a row of the next schema of a row of that. There is one schema yet, and so no step."""


def upgraded(row: Row, schema: int) -> Row:
    """A row of a schema as one of the present schema; the row handed over stays as it is.

    Raises:
        KeyError: no step leads on from the schema.
    """
    for number in range(schema, SCHEMA):
        row = STEPS[number](row)
    return row
