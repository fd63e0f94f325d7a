"""Moments as the staff's pages print them: to the minute, in UTC."""

from datetime import datetime

from django.utils.formats import date_format
from django.utils.translation import pgettext


def in_words(moment: datetime) -> str:
    """A moment, for a sentence."""
    return date_format(moment, pgettext("format of a moment", "j F Y, H:i"))
