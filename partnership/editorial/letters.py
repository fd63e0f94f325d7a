"""Letters that tell accounts what waits for them, once a day at most, in plain text."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from smtplib import SMTPException

from django.conf import settings
from django.contrib.auth.models import User
from django.core.mail import EmailMessage
from django.db import transaction
from django.urls import reverse
from django.utils import translation
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from partnership.models import NoticeChoice
from partnership.models.fields import whole_second

from .notices import Sort, Waiting, ask_for_a_letter, stopping_token, waits_for


@dataclass(frozen=True)
class Sent:
    """What became of the letter to one account: `fault` is empty if it went out."""

    name: str
    number: int
    fault: str = ""


def send_letters(now: datetime | None = None) -> Iterator[Sent]:
    """Write to every account for which something waits, that wants letters, and that got none today.

    Safe to run twice and in parallel: the day of an account is claimed before its letter is sent, and given back if it could not
    be. A letter that fails keeps none of the others.
    """
    now = now or whole_second()
    staff = User.objects.filter(is_active=True, is_staff=True).exclude(email="").order_by("pk")
    for account in staff:
        found = waits_for(account)
        if not ask_for_a_letter(found):
            continue
        claim = _claim(account, now)
        if claim is None:
            continue
        try:
            letter_to(account, found).send()
        except (SMTPException, OSError, ValueError) as error:
            _give_back(claim, now)
            yield Sent(account.get_username(), len(found), f"{type(error).__name__}: {error}")
        else:
            yield Sent(account.get_username(), len(found))


@dataclass(frozen=True)
class _Claim:
    key: int
    before: datetime | None


def _claim(account: User, now: datetime) -> _Claim | None:
    """Take the day for a letter to an account; None if it wants none, or got it."""
    NoticeChoice.objects.get_or_create(account=account)
    with transaction.atomic():
        choice = NoticeChoice.objects.select_for_update().get(account=account)
        had_today = choice.sent_at is not None and choice.sent_at.date() >= now.date()
        if not choice.by_email or had_today:
            return None
        claim = _Claim(choice.pk, choice.sent_at)
        choice.sent_at = now
        choice.save(update_fields=["sent_at"])
        return claim


def _give_back(claim: _Claim, now: datetime) -> None:
    NoticeChoice.objects.filter(pk=claim.key, sent_at=now).update(sent_at=claim.before)


def letter_to(account: User, found: Sequence[Waiting]) -> EmailMessage:
    """The letter: how much waits of each sort, since when and where, and how to have no more of them.

    Programs find the way to stop in its head (RFC 8058).
    """
    with translation.override(settings.LANGUAGE_CODE):
        stop = absolute(reverse("stop-notices", args=[stopping_token(account)]))
        lines = [_line(sort, some) for sort in Sort if (some := _of(sort, found))]
        body = [
            _("This waits for you at %(site)s:") % {"site": settings.SITE_NAME},
            "\n".join(lines),
            _("Titles are not told in letters. The desk: %(address)s")
            % {"address": absolute(reverse("admin:index"))},
            _("No more of these letters: %(address)s") % {"address": stop},
        ]
        return EmailMessage(
            subject=_subject(found),
            body="\n\n".join(body) + "\n",
            to=[account.email],
            headers={
                "List-Unsubscribe": f"<{stop}>",
                "List-Unsubscribe-Post": "List-Unsubscribe=One-Click",
                "Auto-Submitted": "auto-generated",
            },
        )


def absolute(address: str) -> str:
    """A whole address, of which no request tells the beginning."""
    return f"{settings.SITE_URL}{address}"


def _of(sort: Sort, found: Sequence[Waiting]) -> list[Waiting]:
    return [each for each in found if each.sort == sort]


def _subject(found: Sequence[Waiting]) -> str:
    counts = [_COUNTED[sort](len(some)) for sort in Sort if (some := _of(sort, found))]
    # A name of a site with a line break would begin another header.
    site = " ".join(settings.SITE_NAME.split())
    return _("%(site)s: %(counts)s") % {"site": site, "counts": ", ".join(counts)}


def _line(sort: Sort, found: Sequence[Waiting]) -> str:
    values = {
        "counts": _COUNTED[sort](len(found)),
        "day": date_format(min(each.since for each in found), "DATE_FORMAT"),
        "address": absolute(_address_of(sort)),
    }
    return _("- %(counts)s, since %(day)s: %(address)s") % values


def _address_of(sort: Sort) -> str:
    if sort == Sort.REVIEW:
        return reverse("admin:review_queue")
    if sort == Sort.LINKS:
        return f"{reverse('admin:partnership_source_changelist')}?work=dead-link"
    sent_back = {Sort.RETURNED: "returned", Sort.LYING: "mine"}
    return f"{reverse('admin:partnership_revision_changelist')}?work={sent_back[sort]}"


def _reviews(number: int) -> str:
    return ngettext("%(number)d to review", "%(number)d to review", number) % {"number": number}


def _returned(number: int) -> str:
    return ngettext("%(number)d sent back", "%(number)d sent back", number) % {"number": number}


def _lying(number: int) -> str:
    return ngettext("%(number)d not submitted", "%(number)d not submitted", number) % {"number": number}


def _dead(number: int) -> str:
    return _("dead links")


_COUNTED: dict[Sort, Callable[[int], str]] = {
    Sort.REVIEW: _reviews,
    Sort.RETURNED: _returned,
    Sort.LYING: _lying,
    Sort.LINKS: _dead,
}
