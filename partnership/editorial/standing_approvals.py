"""Approvals of what waits for its time, kept through an act that rewrites what was approved without changing its sense."""

from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass

from partnership.documents import DocumentError
from partnership.models import Bundle, BundleState, Revision, RevisionState

from .revising import Refused
from .staging import parts_of, staged_together


@dataclass(frozen=True)
class StandingApprovals:
    """What was approved, waits for its time, and would be published as it stands."""

    waiting: list[Revision | Bundle]

    @classmethod
    def of_now(cls) -> "StandingApprovals":
        """Those that hold now."""
        scheduled: list[Revision | Bundle] = [
            *Revision.objects.filter(state=RevisionState.SCHEDULED).order_by("pk"),
            *Bundle.objects.filter(state=BundleState.SCHEDULED).order_by("pk"),
        ]
        return cls([each for each in scheduled if _holds(each)])

    def renew(self) -> None:
        """Have them approve what their entries say now."""
        for each in self.waiting:
            parts = _parts(each)
            if parts is not None:
                type(each)._base_manager.filter(pk=each.pk).update(approved=parts)


def _holds(approved: Revision | Bundle) -> bool:
    parts = _parts(approved)
    return parts is not None and parts.items() <= approved.approved.items()


def _parts(approved: Revision | Bundle) -> dict[str, str] | None:
    """The digests of all that would become public, by reference; None if it cannot."""
    with suppress(Refused, DocumentError), staged_together(_revisions_of(approved)) as stages:
        return parts_of(stages)
    return None


def _revisions_of(approved: Revision | Bundle) -> Sequence[Revision]:
    if isinstance(approved, Revision):
        return [Revision.objects.get(pk=approved.pk)]
    named = approved.items.values_list("entry", flat=True)
    return list(Revision.objects.open().filter(entry__in=list(named)).order_by("entry"))
