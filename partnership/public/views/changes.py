"""`/changes/`: what each edition of the register added, changed or withdrew."""

from typing import Any, cast

from django import forms
from django.db.models import Q, QuerySet
from django.http import QueryDict
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from partnership.history import Change, ChangeLog, told
from partnership.models import ENTRY_MODELS, RECORD_MODELS, Edition, Entry, Party, Relation, entry_model
from partnership.public.filters.fields import OneField
from partnership.public.filters.form import AddressForm, without_blanks
from partnership.public.parties import family, records_of
from partnership.text import fold

from .asked import AskedList, Chip

HIGHEST = 2**31 - 1  # what a column of edition numbers holds


class EditionField(forms.IntegerField):
    """The number of an edition; it need not exist yet."""

    default_error_messages = {
        "invalid": _("Write the number of an edition, for example 3."),
        "min_value": _("Write the number of an edition from 0, for example 3."),
        "max_value": _("Write a smaller number of an edition, for example 3."),
    }

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(min_value=0, max_value=HIGHEST, required=False, **kwargs)


class ChangesForm(AddressForm):
    """Which changes are asked for: on whose page or of which entry, after which edition, and up to which."""

    entry = OneField(
        label=_("Entry"),
        required=False,
        error_messages={
            "invalid_choice": _(
                "“%(value)s” is no public entry. Write kind and address, for example event:nato-madrid-summit-2022."
            )
        },
    )
    party = OneField(label=_("On the page of"), required=False)
    after = EditionField(label=_("After edition"))
    until = EditionField(label=_("Up to edition"))

    def __init__(self, data: QueryDict, parties: list[Party], entry: Entry | None) -> None:
        super().__init__(data)
        named: Any = self.fields["entry"]
        named.choices = [("", ""), *([(entry.reference, str(entry))] if entry else ())]
        field: Any = self.fields["party"]
        field.choices = [("", _("All parties")), *((party.slug, party.name) for party in parties)]

    def clean(self) -> dict[str, Any]:
        """Refuse two subjects, and editions in the wrong order."""
        found = super().clean()
        if found.get("entry") and found.get("party"):
            self.add_error("entry", gettext("Ask for an entry or for the page of a party, not for both."))
        after, until = found.get("after"), found.get("until")
        if after is not None and until is not None and after > until:
            self.add_error("until", gettext("Write the lower number in “After edition”."))
        return found


class ChangeList(AskedList):
    """`/changes/`: the changes that editions made, newest first, of all entries or on the page of one party."""

    template_name = "partnership/changes.html"
    context_object_name = "page_of_changes"
    heading = _("Changes")
    form: ChangesForm

    def get_queryset(self) -> Any:
        """The changes asked for; none while the question cannot be read."""
        self.parties = sorted(Party.objects.published(), key=lambda party: fold(party.name))
        asked_for = without_blanks(self.request.GET)
        self.entry = told_entry(asked_for.get("entry", ""))
        self.form = ChangesForm(asked_for, self.parties, self.entry)
        if not self.form.is_valid():
            return []
        asked = self.form.cleaned_data
        limits = {"after": asked["after"], "until": asked["until"]}
        if party := self.party():
            keys = family([party])
            slugs = [each.slug for each in self.parties if each.pk in keys]
            return ChangeLog(on_the_page_of(party, keys), parties=slugs, **limits)
        if self.entry:
            return ChangeLog([type(self.entry).objects.filter(pk=self.entry.pk)], **limits)
        return ChangeLog([model.objects.all() for model in ENTRY_MODELS], **limits)

    def party(self) -> Party | None:
        """The party on whose page the changes are asked for."""
        slug = self.form.cleaned_data.get("party")
        return next((party for party in self.parties if slug and party.slug == slug), None)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """The context, described at the head of the template."""
        context = super().get_context_data(**kwargs)
        page = context["page_obj"]
        newest = Edition.objects.order_by("-number").first()
        return context | {
            "party": self.party(),
            "entry": self.entry,
            "editions": by_edition(list(page.object_list) if page else []),
            "newest": newest.number if newest else 0,
            "last_updated": newest.published_at if newest else None,
        }

    def selection(self, without: str = "") -> QueryDict:
        """What is asked for as a query string, in one order, without one of its parameters."""
        given, chosen = cast("QueryDict", self.form.data), QueryDict(mutable=True)
        for name in self.form.fields:
            if name in given and name != without:
                chosen.setlist(name, given.getlist(name))
        return chosen

    def chips(self) -> list[Chip]:
        """What is asked for in words, each with the query string without it; nothing that cannot be read."""
        words = {**self.form.cleaned_data, "party": self.party(), "entry": self.entry}
        return [
            Chip(
                gettext("%(filter)s: %(value)s") % {"filter": field.label, "value": words[name]},
                self.selection(without=name).urlencode(),
            )
            for name, field in self.form.fields.items()
            if words.get(name) is not None
        ]


def told_entry(reference: str) -> Entry | None:
    """The public entry of a name `kind:slug`."""
    kind, _colon, slug = reference.partition(":")
    model = entry_model(kind)
    return model.objects.published().filter(slug=slug).first() if model else None


def on_the_page_of(party: Party, keys: set[int]) -> list[QuerySet]:
    """What the page of a party shows: itself, its relations, and the records it or a party under it (`keys`) is in."""
    return [
        Party.objects.filter(pk=party.pk),
        Relation.objects.filter(Q(party=party) | Q(organisation=party)),
        *(records_of(model, keys) for model in RECORD_MODELS),
    ]


def by_edition(changes: list[Change]) -> list[tuple[Edition, list]]:
    """The changes of a page in words, under their editions, in the order they come in."""
    groups: dict[int, tuple[Edition, list]] = {}
    for each in told(changes):
        edition = each.change.edition
        groups.setdefault(edition.number, (edition, []))[1].append(each)
    return list(groups.values())
