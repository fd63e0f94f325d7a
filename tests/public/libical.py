"""The check of a calendar by libical, the library of most calendar programs: what RFC 5545 and RFC 5546 restrict."""

import ctypes
import ctypes.util
import os
from functools import cache
from typing import Any

import pytest


@cache
def library() -> Any:
    """The library; skips by name where it is missing, fails in CI."""
    name = ctypes.util.find_library("ical")
    if name is None:
        (pytest.fail if os.environ.get("CI") == "true" else pytest.skip)(
            "libical is not installed: apt-get install libical3"
        )
    found = ctypes.CDLL(name)
    found.icalparser_parse_string.restype = ctypes.c_void_p
    found.icalparser_parse_string.argtypes = [ctypes.c_char_p]
    found.icalrestriction_check.argtypes = [ctypes.c_void_p]
    found.icalcomponent_as_ical_string.restype = ctypes.c_char_p
    found.icalcomponent_as_ical_string.argtypes = [ctypes.c_void_p]
    found.icalcomponent_free.argtypes = [ctypes.c_void_p]
    return found


def errors_in(calendar: bytes) -> list[str]:
    """What libical finds wrong with a calendar, a line each.

    It asks for name, stamp and start of every event only of what is published by a method, so one is put in; that of such
    somebody must be the organiser, who takes answers, is no matter of a calendar that is only read.
    """
    lib = library()
    parsed = lib.icalparser_parse_string(calendar.replace(b"VERSION:", b"METHOD:PUBLISH\r\nVERSION:", 1))
    if not parsed:
        return ["it cannot be read as a calendar"]
    try:
        lib.icalrestriction_check(parsed)
        told = lib.icalcomponent_as_ical_string(parsed).decode().replace("\r\n ", "").splitlines()
        return [line for line in told if line.startswith("X-LIC-ERROR") and "ORGANIZER" not in line]
    finally:
        lib.icalcomponent_free(parsed)
