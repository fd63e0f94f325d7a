"""Kinds of entries as the staff's pages print them."""

from django.utils.text import capfirst

from partnership.models import Entry


def in_words(model: type[Entry] | Entry) -> str:
    """The kind of a model or of an entry, as a label."""
    return capfirst(str(model._meta.verbose_name))
