"""Putting the changes of several entries into one bundle."""

from django.utils.translation import gettext as _

from partnership.models import Bundle, Entry

from . import bundling
from .bulk import Act, Plan, Planned
from .rules import Problem


class PuttingIn(Act):
    """Puts entries into a bundle: the one chosen, or a new one under a title."""

    bundle: Bundle | None = None
    title = ""

    def objections(self, entry: Entry) -> list[Problem]:
        name = entry.reference
        if other := self.selected.bundles.get(name):
            return [bundling.is_elsewhere(entry, other)]
        return bundling.lacking([bundling.Member(name, entry, self.selected.heads.get(name))])

    def planned(self, entry: Entry) -> Planned:
        head = self.selected.heads[entry.reference]
        notes = [_("It was in review: now it is reviewed with the bundle.")]
        return Planned(entry, notes=notes if head.is_in_review else ())

    def do(self, plan: Plan) -> None:
        if self.bundle is None:
            self.bundle = Bundle.objects.create(
                title=self.title, made_by=self.by, made_by_name=self.by.get_username()
            )
        for each in plan.planned:
            bundling.put_in(self.bundle, each.entry, by=self.by)
