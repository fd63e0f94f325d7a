"""Aliases in files: what is wrong with an old address and with where it leads."""

from collections.abc import Callable, Iterator

from django.utils.translation import gettext as _

from partnership.exchange.checking import Checked, Known, columns_of, constraint_problems
from partnership.exchange.reading import Problem, Row
from partnership.models import Alias, Entry, entry_model


def alias_problems(row: Row, known: Known) -> Iterator[Problem]:
    """What is wrong with a row of an alias."""
    stored = known.aliases.get(row.key)
    fields = {"address": row.key} | ({} if stored is None else {"target": stored}) | row.fields
    columns, found = columns_of(Alias, fields, known)
    if stored is None and "target" not in fields:
        found.append(("target", _("is missing; a new row needs it"), "required"))
    yield from (row.problem(name, message, fields.get(name, ""), code) for name, message, code in found)
    refused = {name for name, _message, _code in found}
    instance = Alias(**columns.values)
    instance._state.adding = stored is None
    instance.pk = known.alias_keys.get(row.key)
    yield from constraint_problems(Checked(row, instance, stored is None, refused=refused))
    message = old_address_problem(row.key, lambda model, slug: known.number(model, slug) is not None)
    if message:
        yield row.problem("address", message, row.key, "address-taken")
    if "target" in fields and (message := _target_problem(fields["target"], known)):
        yield row.problem("target", message, fields["target"], "ref-missing")


def old_address_problem(address: str, is_there: Callable[[type[Entry], str], bool]) -> str:
    """Why `kind:slug` can be no old address; empty if it can. `is_there` says whether a kind has an entry of a slug.

    An address without a colon is not told of here: the constraint of the database says how one is written.
    """
    kind, colon, slug = address.partition(":")
    model = entry_model(kind)
    if model is None:
        return _no_kind(kind) if colon else ""
    if is_there(model, slug):
        return _(
            "there is an entry at this address: an alias leads from an address that no entry has any more"
        )
    return ""


def _target_problem(target: str, known: Known) -> str:
    kind, _colon, slug = target.partition(":")
    model = entry_model(kind)
    if model is None:
        return _no_kind(kind)
    return known.missing(model, slug) if known.number(model, slug) is None else ""


def _no_kind(kind: str) -> str:
    return _("there is no kind “%(kind)s”") % {"kind": kind}
