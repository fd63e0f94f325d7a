"""What a password may be, beyond what Django's own rules say."""

from typing import Any

from django.conf import settings
from django.core.exceptions import ValidationError
from django.utils.translation import gettext

# Whoever guesses at an account of this site begins with these. The name of the site is added to them.
WORDS = ("partnership", "register", "password", "admin", "editor")
# A word of fewer letters is in many a good password by chance.
SHORTEST = 4
# How many characters a password needs beside such words.
BESIDE = 8


class WordsOfTheSiteValidator:
    """Refuses a password that is little else than words which belong to this site (ASVS 5.0, V6.2.11)."""

    def validate(self, password: str, user: Any = None) -> None:
        """Raise ValidationError if little is left of the password without the words of the site."""
        rest = password.casefold()
        for word in _words():
            rest = rest.replace(word, "")
        if rest != password.casefold() and len(rest) < BESIDE:
            raise ValidationError(
                gettext(
                    "The password is little else than words that belong to this site. Add something that others do not know."
                ),
                code="words_of_the_site",
            )

    def get_help_text(self) -> str:
        """What a good password is; shown beside the field."""
        return gettext(
            "Fifteen characters or more are better: some words that have nothing to do with one another. "
            "It may not be little else than words that belong to this site."
        )


def _words() -> list[str]:
    name = settings.SITE_NAME.casefold()
    words = {*WORDS, "".join(name.split()), *name.split()}
    return sorted((word for word in words if len(word) >= SHORTEST), key=len, reverse=True)
