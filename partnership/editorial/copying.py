"""Making a new draft out of what another entry says."""

from collections.abc import Mapping
from typing import cast

from django.contrib.auth.models import User
from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from partnership import documents, search
from partnership.documents import MODELS, Document, DocumentError, key_of
from partnership.models import Entry, OwnedRow, Relation, free_key

from .revising import Refused, Said, present, save
from .rules import Problem

# What belongs to the one entry alone: what staff noted about it, and the code of the one country that it is.
NOT_COPIED = ("staff_note", "country_code")


def can_be_copied(model: type[Entry]) -> bool:
    """Whether a second entry of a kind may say the same: not of relations, for there is one for each pair."""
    return not issubclass(model, Relation)


def free_address(entry: Entry) -> str:
    """An address for a copy that no entry of the kind has: that of the entry with a number after it."""
    longest = type(entry)._meta.get_field("slug").max_length or 0
    stem = entry.slug[: longest - len("-999")].rstrip("-")
    taken = type(entry)._base_manager.filter(slug__startswith=stem).values_list("slug", flat=True)
    return free_key(stem, {stem, *taken})


def copied(document: Document, slug: str, said: Mapping[str, str]) -> Document:
    """The document of a new draft at `slug` that says what another one says, but for the fields of `said`.

    Its rows have keys of the new address, and what its citations support follows them.
    """
    head, *rows = document
    was = head["fields"]["slug"]
    keys = {key_of(row): f"{slug}.{key_of(row).removeprefix(f'{was}.')}" for row in rows}
    left_out = {*Entry.state_fields, *NOT_COPIED}
    fields = {name: value for name, value in head["fields"].items() if name not in left_out}
    copies = [{**head, "fields": {**fields, **said, "slug": slug}}]
    for row in rows:
        owned = cast(type[OwnedRow], MODELS[row["model"]])
        values = {**row["fields"], owned.owner_field: [slug]}
        if values.get("supports") in keys:
            values["supports"] = keys[values["supports"]]
        copies.append({**row, "pk": keys[key_of(row)], "fields": values})
    return copies


def copy_of(entry: Entry, slug: str, said: Mapping[str, str]) -> Document:
    """What a copy of an entry would say: what its editors see now."""
    return copied(present(entry).document, slug, said)


@transaction.atomic
def duplicate(entry: Entry, slug: str, said: Mapping[str, str], *, by: User) -> Entry:
    """Make a new draft that says what the editors of an entry see, at a free address; its history begins here.

    Raises:
        Refused: another entry has the address, or something that the entry names is gone.
    """
    model = type(entry)
    taken = Problem("slug", _("Another entry has this address: choose another one."))
    if model._base_manager.filter(slug=slug).exists():
        raise Refused([taken])
    try:
        with transaction.atomic(), search.batch():
            copy = documents.apply(copy_of(entry, slug, said), slug=slug)
    except DocumentError as error:
        raise Refused([Problem("", str(error))]) from error
    except IntegrityError as error:  # somebody else took it this moment
        raise Refused([taken]) from error
    reason = _("Copied from %(entry)s") % {"entry": entry.reference}
    save(copy, documents.dump(copy), by=by, said=Said(reason))
    return copy
