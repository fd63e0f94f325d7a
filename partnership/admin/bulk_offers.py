"""The acts on several entries as lists offer them: their words, and what each asks."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from partnership.editorial.bulk import Act, Submitting, Withdrawing
from partnership.editorial.bulk_bundling import PuttingIn
from partnership.editorial.bulk_changes import Citing, Tagging
from partnership.editorial.bulk_publishing import Publishing

from .bulk_forms import ActForm, AreaForm, BundleForm, NoteForm, ReasonForm, SourceForm


@dataclass(frozen=True)
class Offer:
    """One act as a list offers it: what the page that asks is called and says, what it asks, and what is told when it is done."""

    act: type[Act]
    form: type[ActForm]
    title: Any
    intro: Any
    button: Any
    logged: Any
    told: Callable[[int], str]


SUBMIT = Offer(
    Submitting,
    ActForm,
    _("Submit for review"),
    _("What these entries are being made to say is looked at by somebody who did not write it."),
    _("Submit for review"),
    _("Submitted for review."),
    lambda number: ngettext(
        "%(number)d entry is submitted for review.", "%(number)d entries are submitted for review.", number
    ),
)
PUBLISH = Offer(
    Publishing,
    NoteForm,
    _("Publish"),
    _("You approve exactly what stands below. All of it becomes public at once, as one edition, or nothing."),
    _("Approve and publish"),
    _("Approved."),
    lambda number: ngettext("%(number)d entry is public.", "%(number)d entries are public.", number),
)
WITHDRAW = Offer(
    Withdrawing,
    ReasonForm,
    _("Withdraw"),
    _("Their pages will say that they were withdrawn, and why. They can be published again later."),
    _("Withdraw"),
    _("Withdrawn."),
    lambda number: ngettext("%(number)d entry is withdrawn.", "%(number)d entries are withdrawn.", number),
)
TAG = Offer(
    Tagging,
    AreaForm,
    _("Tag an area"),
    _(
        "The area is added to those that each record has. Of public records it is a change that waits for review."
    ),
    _("Tag them"),
    _("Saved."),
    lambda number: ngettext("%(number)d entry is changed.", "%(number)d entries are changed.", number),
)
CITE = Offer(
    Citing,
    SourceForm,
    _("Add a source"),
    _(
        "A citation is added that supports the whole of each. Of public entries it is a change that waits for review."
    ),
    _("Add it"),
    _("Saved."),
    TAG.told,
)
BUNDLE = Offer(
    PuttingIn,
    BundleForm,
    _("Put into a bundle"),
    _("They are reviewed together from then on, and become public together."),
    _("Put them in"),
    _("Put into a bundle."),
    lambda number: ngettext(
        "%(number)d entry is in the bundle.", "%(number)d entries are in the bundle.", number
    ),
)
