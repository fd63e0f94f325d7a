"""The paragraphs of a source: cut, kept, mended, and what is tied to them."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from partnership.editorial import paragraphs, revising, tied
from partnership.editorial.locators import plain
from partnership.editorial.paragraphs import MOST_PARAGRAPHS, Part, cut, keep, numbers, seal_of
from partnership.editorial.revising import Moved, Refused
from partnership.models import Paragraph, Revision
from tests import factories
from tests.editorial.edits import edited

DECLARATION = """The Declaration

1. We, the Heads of State,
have met.

(2) We welcome Japan:

(a) it has helped;

b) it goes on helping.

It is thanked.

§ 3 We go on.

4.1 Twice.

4.1 Twice."""


def labels_of(text, **how):
    return [part.label for part in cut(text, **how)]


def labels(source):
    return [each.label for each in paragraphs.of(source)]


def numbered(source, text="1-3"):
    """The paragraphs of a source, numbered by a test."""
    keep(source, numbers(text), seal=seal_of(paragraphs.of(source)))
    return paragraphs.of(source)


def by_label(source, label):
    return Paragraph.objects.get(source=source.slug, label=label)


# Cutting


def test_paragraphs_have_the_numbers_that_the_text_gives_them():
    parts = cut(DECLARATION)
    assert [part.label for part in parts] == ["0", "1", "2", "2 (a)", "2 (b)", "3", "4.1", "4.1/2"]
    assert parts[0].text == "The Declaration"
    assert parts[1].text == "1. We, the Heads of State,\nhave met."
    assert parts[4].text == "b) it goes on helping.\n\nIt is thanked."


def test_a_text_without_numbers_is_numbered_from_1():
    assert labels_of("One.\r\n\r\nTwo.\n \n\n1990 was a year.") == ["1", "2", "3"]
    assert labels_of(DECLARATION, own_numbers=False) == [str(number) for number in range(1, 10)]


@settings(max_examples=50)
@given(
    st.lists(
        st.sampled_from(["1.", "2.", "(2)", "§ 3", "(a)", "b)", "1.2", "x", "12. Twelve", "1.5 million"]),
        max_size=30,
    )
)
def test_nothing_of_a_text_is_lost_and_no_number_comes_twice(blocks):
    text = "\n\n".join([*blocks, "end"])
    parts = cut(text)
    assert "\n\n".join(part.text for part in parts) == text
    names = [plain(part.label) for part in parts]
    assert len(names) == len(set(names))
    assert all(names)


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("\n \n", "There is no text to cut"),
        ("é" * 100_001, "more than 200 kB"),
        ("x\n\n" * (MOST_PARAGRAPHS + 1), "1001 paragraphs, and a source has at most 1000"),
    ],
)
def test_what_cannot_be_cut_is_refused(text, told):
    with pytest.raises(Refused, match=told):
        cut(text)


def test_numbers_come_alone_and_in_spans():
    assert [part.label for part in numbers("1-3, 5; 3 (b)\n7–8, 5")] == [
        "1",
        "2",
        "3",
        "5",
        "3 (b)",
        "7",
        "8",
    ]
    for text, told in (
        ("", "for example 1-45"),
        ("5-1", "smaller number first"),
        ("1-999999", "999999 paragraphs"),
        ("1-900, 1001-1900", "1800 paragraphs"),
        ("–", "Write the number"),
        ("x" * 41, "too long"),
    ):
        with pytest.raises(Refused, match=told):
            numbers(text)


# Keeping


def test_pasting_again_keeps_what_is_tied_and_set_aside_and_the_order_of_the_source(db):
    source = factories.make_source()
    keep(source, [Part("1", "One"), Part("2", "Two"), Part("3")], seal=seal_of([]))
    two = by_label(source, "2")
    paragraphs.set_aside(source, two, "Nothing", seal=seal_of([two]))
    factories.make_event("madrid", sources=()).citations.create(source=source, locator="paragraph 3")
    stored = paragraphs.of(source)
    outcome = keep(source, [Part("0", "Title"), Part("1."), Part("3", "Three")], seal=seal_of(stored))
    assert outcome.in_words() == "1 new paragraph, 1 with another text, 2 as before."
    found = [(each.label, each.text, each.set_aside) for each in paragraphs.of(source)]
    assert found == [("0", "Title", ""), ("1", "One", ""), ("2", "Two", "Nothing"), ("3", "Three", "")]
    reading = tied.reading_of(source)
    assert (reading.recorded, reading.set_aside, len(reading.to_do)) == (1, 1, 2)


def test_a_look_that_is_too_old_changes_nothing(db):
    source = factories.make_source()
    [one, *_others] = numbered(source)
    old, old_of_one = seal_of(paragraphs.of(source)), seal_of([one])
    paragraphs.change(source, one, "1", "Text", "", seal=old_of_one)
    for act in (
        lambda: keep(source, [Part("9")], seal=old),
        lambda: paragraphs.change(source, one, "8", "", "", seal=old_of_one),
        lambda: paragraphs.set_aside(source, one, "Nothing", seal=old_of_one),
        lambda: paragraphs.split(source, one, "A\n\nB", seal=old_of_one),
        lambda: paragraphs.delete(source, one, seal=old_of_one),
    ):
        with pytest.raises(Moved):
            act()
    assert labels(source) == ["1", "2", "3"]


def test_there_are_never_more_than_a_source_may_have(db):
    source = factories.make_source()
    numbered(source, f"1-{MOST_PARAGRAPHS}")
    with pytest.raises(Refused, match="1001 paragraphs"):
        numbered(source, "new")
    last = by_label(source, "7")
    with pytest.raises(Refused, match="1001 paragraphs"):
        paragraphs.split(source, last, "A\n\nB", seal=seal_of([last]))
    assert Paragraph.objects.count() == MOST_PARAGRAPHS


# Mending


def test_a_paragraph_is_cut_joined_renumbered_and_deleted(db):
    source = factories.make_source()
    numbered(source, "1-3, 2/2")
    two = by_label(source, "2")
    new = paragraphs.split(source, two, "Two\n\n(a) its part\n\nthe rest", seal=seal_of([two]))
    assert [each.label for each in new] == ["2 (a)", "2/3"]
    assert labels(source) == ["1", "2", "2 (a)", "2/3", "3", "2/2"]
    part = by_label(source, "2 (a)")
    assert paragraphs.join(source, part, seal=seal_of([part])).text == "Two\n\n(a) its part"
    three = by_label(source, "3")
    with pytest.raises(Refused, match="has a paragraph 2/3 already"):
        paragraphs.change(source, three, "2/3.", "", "", seal=seal_of([three]))
    paragraphs.change(source, three, " 3  bis ", "Text", "", seal=seal_of([three]))
    one = by_label(source, "1")
    with pytest.raises(Refused, match="no paragraph before it"):
        paragraphs.join(source, one, seal=seal_of([one]))
    with pytest.raises(Refused, match="Put a blank line"):
        paragraphs.split(source, one, "One", seal=seal_of([one]))
    with pytest.raises(Refused, match="at most 200 characters"):
        paragraphs.set_aside(source, one, "x" * 201, seal=seal_of([one]))
    paragraphs.delete(source, one, seal=seal_of([one]))
    assert labels(source) == ["2", "2/3", "3 bis", "2/2"]


# What is tied


@pytest.fixture
def read(db):
    """A source of six paragraphs; the events that cite it are a draft, public, withdrawn and being changed."""
    source = factories.make_source("declaration")
    numbered(source, "1-6")
    for slug, status, locator in (
        ("draft", "draft", "paragraph 1"),
        ("public", "published", "paragraphs 2-3"),
        ("withdrawn", "withdrawn", "4"),
        ("elsewhere", "published", "page 5"),
    ):
        event = factories.make_event(slug, status=status, sources=())
        factories.add_source(event, "declaration", locator=locator)
    changed = factories.make_event("changed", sources=())
    factories.add_source(changed, "declaration", locator="paragraph 2")
    document = edited(revising.present(changed).document)
    document[-1]["fields"]["locator"] = "paragraph 5"
    revising.save(changed, document, by=None)
    return source


def test_an_entry_is_tied_by_the_locators_of_its_rows_and_of_what_it_is_being_made_to_say(read):
    reading = tied.reading_of(read)
    told = {
        row.paragraph.label: [(tie.entry.slug, str(tie.state)) for tie in row.ties] for row in reading.rows
    }
    assert told == {
        "1": [("draft", "Draft")],
        "2": [("changed", "Published"), ("public", "Published")],
        "3": [("public", "Published")],
        "4": [("withdrawn", "Withdrawn")],
        "5": [("changed", "Being edited")],
        "6": [],
    }
    assert [tie.entry.slug for tie in reading.untied] == ["elsewhere"]
    assert [row.paragraph.label for row in reading.to_do] == ["4", "6"]
    assert reading.next_to_do("4").paragraph.label == "6"
    assert reading.next_to_do("6").paragraph.label == "4"


def test_a_source_has_work_until_each_paragraph_is_recorded_or_set_aside(read):
    numbered(factories.make_source("withdrawn-one", status="withdrawn"))
    factories.make_source("without-paragraphs")
    assert list(tied.sources_to_do()) == [read]
    for label in ("4", "6"):
        paragraph = by_label(read, label)
        paragraphs.set_aside(read, paragraph, "Nothing", seal=seal_of([paragraph]))
    assert list(tied.sources_to_do()) == []
    assert tied.reading_of(read).next_to_do() is None
    Revision.objects.update(state="discarded")
    assert list(tied.sources_to_do()) == [read]


def test_the_queries_do_not_grow_with_paragraphs_and_citations(read, django_assert_num_queries):
    with django_assert_num_queries(100, exact=False) as first:
        tied.reading_of(read)
        list(tied.sources_to_do())
    numbered(read, "7-60")
    for number in range(5):
        event = factories.make_event(f"more-{number}", sources=())
        factories.add_source(event, "declaration", locator=f"paragraph {number + 10}")
        revising.save(event, edited(revising.present(event).document, title="Anew"), by=None)
    with django_assert_num_queries(len(first)):
        tied.reading_of(read)
        list(tied.sources_to_do())
