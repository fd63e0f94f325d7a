"""What locators of citations name."""

from time import perf_counter

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from partnership.editorial.locators import Numbering, locator_of, plain

FORTY_FIVE = Numbering([*map(str, range(1, 46)), "3 (b)", "46 bis", "1.2", "Preamble", "IV"])


@pytest.mark.parametrize(
    ("locator", "named"),
    [
        ("paragraph 12", ["12"]),
        ("Para. 12", ["12"]),
        ("§ 12", ["12"]),
        ("12", ["12"]),
        ("12.", ["12"]),
        ("paragraphe 12", ["12"]),
        ("paragraphs 12-14", ["12", "13", "14"]),
        ("paragraphs 12 – 14 and 20", ["12", "13", "14", "20"]),
        ("§§ 3, 5 and 7", ["3", "5", "7"]),
        ("3 to 5", ["3", "4", "5", "3 (b)"]),
        ("section 4, paragraph 12, page 3", ["12"]),
        ("12 (a)", ["12"]),
        ("paragraph 3b", ["3 (b)"]),
        ("paragraph 1.2", ["1.2"]),
        ("46 BIS", ["46 bis"]),
        ("preamble", ["Preamble"]),
        ("paragraphs 14-12", ["12", "14"]),
        ("paragraphs 44-99999999999", ["44", "45", "46 bis"]),
        ("paragraph 99", []),
        ("page 12", []),
        ("12 June 2022", []),
        ("12, page 3", []),
        ("Political dialogue", []),
        ("2022nd", []),
        ("paragraph", []),
        ("", []),
    ],
)
def test_a_locator_names_paragraphs_by_their_numbers(locator, named):
    assert FORTY_FIVE.named_in(locator) == named


labels = st.lists(st.text(min_size=1, max_size=12), max_size=12, unique_by=plain).map(
    lambda found: [each for each in found if any(map(str.isalnum, plain(each)))]
)


@settings(max_examples=100)
@given(labels)
def test_the_locator_of_a_paragraph_names_it_and_no_other(numbers):
    numbering = Numbering(numbers)
    for label in numbers:
        assert numbering.named_in(locator_of(label)) == [label]


@settings(max_examples=100)
@given(labels, st.text(max_size=60))
def test_whatever_a_locator_says_it_names_labels_of_the_source_in_order_and_once(numbers, locator):
    found = Numbering(numbers).named_in(locator)
    assert found == [label for label in numbers if label in found]


@settings(max_examples=50)
@given(st.integers(1, 60), st.integers(1, 60), st.integers(1, 60))
def test_a_span_names_what_is_between_its_ends(size, first, last):
    assume(first <= last)
    found = Numbering(map(str, range(1, size + 1))).named_in(f"paragraphs {first}–{last}")
    assert found == [str(number) for number in range(first, min(last, size) + 1)]


def test_long_locators_and_many_paragraphs_are_read_at_once():
    began = perf_counter()
    numbering = Numbering(map(str, range(1_000)))
    for locator in ("1" * 200, "1-" * 100, "(" * 200, "1.1" * 66, "0-999 " * 33, "12 (a" * 40):
        numbering.named_in(locator)
    assert perf_counter() - began < 1
