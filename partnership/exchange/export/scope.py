"""What is asked to be exported, and what an export then holds."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from partnership.documents import PUBLIC
from partnership.exchange.selection import chosen, named
from partnership.models import Entry

from .closure import closure
from .faces import addresses
from .rows import Holding


class ExportRefused(Exception):
    """Nothing was written; the text says why and what to do."""


@dataclass(frozen=True)
class Scope:
    """A face of the register; or of the public one the rows of a list, `/contributions/?donor=japan`, or chosen entries.

    `keys` are the primary keys of chosen entries, by model; whatever they need to load alone goes with them.
    """

    face: str = PUBLIC
    address: str = ""
    keys: Mapping[type[Entry], Collection[int]] | None = None

    def check(self) -> None:
        """Refuse what cannot be exported, before anything is read.

        Raises:
            ExportRefused: only the public face has lists.
            ValidationError: there is no list at the address, or, by parameter, what is wrong with its query.
        """
        if self.address and self.face != PUBLIC:
            raise ExportRefused(
                _("A list is of the public face: leave out --filter for the editorial one, or --face.")
            )
        if self.address:
            chosen(self.address)

    def holding(self) -> Holding:
        """What the scope holds now; to be asked in the read in which the rows are read.

        Raises:
            ValidationError: as `check`.
        """
        every = addresses(self.face)
        if self.keys is not None:
            return Holding(self.face, closure(self.keys, every), every)
        if not self.address:
            return Holding(self.face, every)
        model, rows = chosen(self.address)
        keys = rows.order_by().values_list("pk", flat=True)
        wanted = {model: set(keys.iterator(chunk_size=2000))}
        for other, key in named(self.address):
            wanted.setdefault(other, set()).add(key)
        return Holding(self.face, closure(wanted, every), every)


def lines_of(error: ValidationError) -> list[str]:
    """What is wrong with an address: a line for each of its parameters."""
    if hasattr(error, "error_dict"):
        return [f"{name}: {' '.join(said)}" for name, said in error.message_dict.items()]
    return error.messages


def words_of(error: ValidationError) -> str:
    """The same in one line."""
    return "; ".join(lines_of(error))
