"""One entry as a file: its public document, with the address of its page."""

import json

from django.conf import settings
from django.utils.translation import gettext as _

from partnership.documents import PUBLIC, dump
from partnership.models import Edition, Entry, references_of


def entry_file(entry: Entry, page: str) -> bytes:
    """The public document of a published entry as JSON, the rows it owns with it, as fixtures have them.

    A reference to what readers may not see is null: the page of the entry does not name it either.
    """
    document = dump(entry, PUBLIC)
    head = document[0]["fields"]
    for field in references_of(type(entry)):
        target = getattr(entry, field.name)
        if target is not None and not target.is_public:
            head[field.name] = None
    edition = Edition.newest_number()
    said = {
        "address": page,
        "edition": edition,
        "licence": settings.CONTENT_LICENCE,
        "note": _("Rows as Django fixtures have them: the entry first, then the rows that belong to it."),
        "document": document,
    }
    return (json.dumps(said, ensure_ascii=False, indent=1) + "\n").encode()
