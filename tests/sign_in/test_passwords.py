"""What a password may be (ASVS 5.0, V6.2)."""

import pytest
from django.contrib.auth.forms import AuthenticationForm
from django.contrib.auth.hashers import check_password, make_password
from django.contrib.auth.models import User
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError

PERSON = User(username="emiko.tanaka", email="emiko@example.org", first_name="Emiko", last_name="Tanaka")

GOOD = [
    "seven green bicycles sing",
    "ocfrkqzdmwxv",  # letters alone
    "918273645564",  # digits alone
    "七つの緑の自転車が歌うよ",
    "our partnership drinks tea at noon",
    "x" * 50 + " y" * 40,
]
BAD = {
    "too short": "k9#Lm2$xQ7",
    "common": "password1234",
    "like the account": "emiko.tanaka1",
    "the name of the site": "Partnership!2026",
    "only words of the site": "register-admin",
}


@pytest.mark.parametrize("password", GOOD)
def test_length_is_what_counts_and_no_sort_of_character_is_asked_for(password):
    validate_password(password, PERSON)


@pytest.mark.parametrize("password", BAD.values(), ids=BAD.keys())
def test_what_is_guessed_first_is_refused(password):
    with pytest.raises(ValidationError):
        validate_password(password, PERSON)


def test_the_name_of_the_site_is_among_the_words(settings):
    settings.SITE_NAME = "Atlantic Desk"
    for password in ("atlanticdesk1", "Atlantic Desk 7"):
        with pytest.raises(ValidationError, match="little else than words"):
            validate_password(password, PERSON)


def test_a_long_password_is_kept_whole():
    long = "a long sentence that nobody else would ever write " * 6
    assert check_password(long, make_password(long))
    assert not check_password(long[:-1], make_password(long))
    assert AuthenticationForm().fields["password"].max_length is None
