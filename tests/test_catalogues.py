"""The catalogues of translations: whole, sound, compiled, and of the words that the sources have."""

import gettext
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from django.conf import settings

ROOT = Path(settings.BASE_DIR)
LANGUAGES = [code for code, _name in settings.LANGUAGES if code != settings.LANGUAGE_CODE]
# Rooms that staff alone see: Japanese, which is of the public pages, may leave their words in English.
OF_STAFF = re.compile(
    r"(partnership/(admin|editorial|exchange|management|sign_in)|templates/admin)/"
    r"|partnership/models/(bundle|desk|erasing|merge|reading|remit|review|upload)"
)
PLACEHOLDER = re.compile(r"%\(\w+\)[a-z]|%[a-z]|\{\w+\}")
TAG = re.compile(r"</?[a-z]+")


class Message:
    """One entry of a catalogue as its translators write it: flags, places in the sources, original, translations."""

    def __init__(self, block: str) -> None:
        self.places = " ".join(re.findall(r"^#: (.*)$", block, re.MULTILINE)).split()
        self.fuzzy = bool(re.search(r"^#,.*\bfuzzy\b", block, re.MULTILINE))
        self.context = self._texts(block, "msgctxt")
        self.original = self._texts(block, r"msgid(?:_plural)?")
        self.translations = self._texts(block, r"msgstr(?:\[\d\])?")

    @staticmethod
    def _texts(block: str, keyword: str) -> list[str]:
        found = re.findall(rf'^{keyword} ((?:"(?:[^"\\]|\\.)*"\s*)+)', block, re.MULTILINE)
        pieces = ["".join(re.findall(r'"((?:[^"\\]|\\.)*)"', each)) for each in found]
        return [
            re.sub(r"\\(.)", lambda held: {"n": "\n", "t": "\t"}.get(held[1], held[1]), each)
            for each in pieces
        ]

    @property
    def name(self) -> tuple[str, ...]:
        """What the sources ask for."""
        return (*self.context, *self.original)


def catalogue(language: str, root: Path = ROOT) -> list[Message]:
    """The entries of the catalogue of a language, without its head and what is no longer used."""
    text = (root / "partnership/locale" / language / "LC_MESSAGES/django.po").read_text()
    messages = [Message(block) for block in text.split("\n\n") if re.search(r"^msgid", block, re.MULTILINE)]
    return [message for message in messages if message.original != [""]]


def missing_gettext() -> None:
    """Skip what needs the tools of gettext where they are not; CI has them."""
    if shutil.which("msgfmt") is None:
        (pytest.fail if os.environ.get("CI") == "true" else pytest.skip)("gettext: apt-get install gettext")


def test_french_is_whole():
    left = [each.name for each in catalogue("fr") if each.fuzzy or not all(each.translations)]
    assert left == []


def test_japanese_has_every_word_that_readers_see():
    public = [each for each in catalogue("ja") if not all(OF_STAFF.match(place) for place in each.places)]
    assert [each.name for each in public if each.fuzzy or not all(each.translations)] == []


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_translation_has_the_placeholders_and_elements_of_its_original(language: str):
    for message in catalogue(language):
        for translation in filter(None, message.translations):
            # Of two originals, for one and for many, a translation may leave out what only says how many.
            held = {frozenset(PLACEHOLDER.findall(each)) for each in message.original}
            assert set(PLACEHOLDER.findall(translation)) <= frozenset.union(*held), message.name
            assert set(PLACEHOLDER.findall(translation)) >= frozenset.intersection(*held), message.name
            assert sorted(TAG.findall(translation)) == sorted(TAG.findall(message.original[-1])), message.name


@pytest.mark.parametrize("language", LANGUAGES)
def test_what_is_compiled_is_what_translators_wrote(language: str, tmp_path: Path):
    missing_gettext()
    folder = ROOT / "partnership/locale" / language / "LC_MESSAGES"
    made = tmp_path / "django.mo"
    subprocess.run(["msgfmt", "--check-format", "-o", made, folder / "django.po"], check=True)
    with made.open("rb") as new, (folder / "django.mo").open("rb") as kept:
        now, then = (vars(gettext.GNUTranslations(file))["_catalog"] for file in (new, kept))
    for each in (now, then):
        del each[""]  # the head, of which the versions of gettext keep more or less
    assert now == then, "run make messages"


def test_no_word_of_the_sources_is_missing_from_the_catalogues(tmp_path: Path):
    missing_gettext()
    for name in ("partnership", "templates"):
        shutil.copytree(ROOT / name, tmp_path / name, ignore=shutil.ignore_patterns("__pycache__", "static"))
    shutil.copy(ROOT / "manage.py", tmp_path)
    # As the Makefile has it, in a copy of its own: the command writes beside the templates it reads.
    command = [
        sys.executable,
        "manage.py",
        "makemessages",
        "--add-location",
        "file",
        "--no-wrap",
        "--no-obsolete",
    ]
    for language in LANGUAGES:
        command += ["--locale", language]
    environment = {**os.environ, "DATABASE_URL": "sqlite://:memory:"}
    subprocess.run(command, cwd=tmp_path, env=environment, check=True, capture_output=True)
    for language in LANGUAGES:
        fresh = {each.name for each in catalogue(language, tmp_path)}
        assert fresh == {each.name for each in catalogue(language)}, "run make messages"
