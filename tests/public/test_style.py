"""The one style sheet of the public pages: its size, its direction and the contrast of its colours."""

import gzip
import re
from pathlib import Path

import pytest

from partnership.settings import BASE_DIR

SHEET = Path(BASE_DIR, "partnership/static/partnership/site.css").read_text()
SIDES = "top|right|bottom|left"
PHYSICAL = rf"^\s*(?:(?:margin|padding|border)-(?:{SIDES})|(?:min-|max-)?(?:width|height)|{SIDES})\b.*:"
TEXT = ("ink", "muted", "link", "visited", "error")


def tokens(scheme: str) -> dict[str, str]:
    """The colours of one scheme by name."""
    light, dark = re.findall(r":root \{\n(.*?)\n\s+\}", SHEET, re.DOTALL)[:2]
    colours = dict(re.findall(r"--([a-z]+): (#[0-9a-f]{6});", light))
    return colours | (dict(re.findall(r"--([a-z]+): (#[0-9a-f]{6});", dark)) if scheme == "dark" else {})


def luminance(colour: str) -> float:
    """Relative luminance as WCAG 2 defines it."""
    parts = [int(colour[start : start + 2], 16) / 255 for start in (1, 3, 5)]
    red, green, blue = (
        part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts
    )
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: str, other: str) -> float:
    """Contrast ratio as WCAG 2 defines it."""
    darker, lighter = sorted(map(luminance, (one, other)))
    return (lighter + 0.05) / (darker + 0.05)


def test_the_sheet_stays_within_five_kilobytes_as_it_is_sent_and_twenty_four_as_it_is_written():
    # A reader pays for the compressed sheet; the other limit keeps it one that can be read through.
    assert len(gzip.compress(SHEET.encode())) <= 5 * 1024
    assert len(SHEET.encode()) <= 24 * 1024


def test_only_logical_properties_are_used_so_that_right_to_left_needs_no_second_sheet():
    assert not re.findall(PHYSICAL, SHEET, re.MULTILINE)


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("ground", ["paper", "wash"])
def test_text_contrasts_with_what_it_stands_on(scheme, ground):
    colours = tokens(scheme)
    assert all(contrast(colours[name], colours[ground]) >= 4.5 for name in TEXT)


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_edges_of_controls_and_the_band_can_be_made_out(scheme):
    colours = tokens(scheme)
    assert contrast(colours["edge"], colours["paper"]) >= 3
    assert contrast("#ffffff", colours["band"]) >= 7
    assert contrast(colours["focus"], colours["band"]) >= 3
