"""Joining two edits: no change of either side is lost, and what both changed is chosen by a person."""

from copy import deepcopy

import pytest
from hypothesis import given
from hypothesis import strategies as st

from partnership import documents
from partnership.documents import label
from partnership.editorial.merging import MINE, THEIRS, Conflict, join
from tests import factories

FIELDS = ("title", "place", "areas")
VALUES = {"title": ("A", "B", "C"), "place": ("", "Rome", "Oslo"), "areas": ([], [["relief"]], [["space"]])}
WORDS = ("japan", "spain", "italy")


def head(title="A", place="", areas=()):
    fields = {"slug": "one", "status": "draft", "title": title, "place": place, "areas": list(areas)}
    return {"model": "partnership.event", "fields": fields}


def row(word, unit=""):
    fields = {"record": ["one"], "party": [word], "unit": unit}
    return {"model": "partnership.eventinvolvement", "pk": f"one.{word}", "fields": fields}


def citation(word, supports=""):
    fields = {"record": ["one"], "source": [word], "supports": supports}
    return {"model": "partnership.eventcitation", "pk": f"one.{word}", "fields": fields}


def rows_of(document):
    return {label(each): each["fields"] for each in document}


values = st.fixed_dictionaries({name: st.sampled_from(VALUES[name]) for name in FIELDS})
rows = st.dictionaries(st.sampled_from(WORDS), st.sampled_from(("", "A team", "A ship")))
edits = st.builds(
    lambda fields, parties: [head(**fields), *(row(word, unit) for word, unit in sorted(parties.items()))],
    values,
    rows,
)


def changes(before, after):
    """What an edit did: (row, field) to value; a row that came or went has an empty field."""
    return {(each.row, each.field): each.after for each in documents.differences(before, after)}


@given(base=edits, mine=edits, theirs=edits)
def test_each_change_of_either_side_is_in_the_joined_document_or_a_conflict_shows_it(base, mine, theirs):
    joined = join(base, mine, theirs, {})
    shown = {(each.row, each.field) for each in joined.conflicts}
    found = rows_of(joined.document)
    for side in (mine, theirs):
        for (name, field), value in changes(base, side).items():
            added = name not in rows_of(base)
            if (name, field) in shown or (name, "") in shown:
                continue
            if added:
                assert value in found.values(), "nobody's new row is lost, though it may have another key"
            elif not field:
                assert name not in found
            else:
                assert found[name][field] == value


@given(base=edits, mine=edits, theirs=edits, data=st.data())
def test_each_conflict_ends_as_it_was_chosen_and_nothing_else_depends_on_it(base, mine, theirs, data):
    open_ones = join(base, mine, theirs, {}).conflicts
    choices = {each.name: data.draw(st.sampled_from((MINE, THEIRS))) for each in open_ones}
    joined = join(base, mine, theirs, choices)
    assert joined.conflicts == open_ones
    assert joined.is_settled(choices)
    assert not open_ones or not joined.is_settled({})
    found = rows_of(joined.document)
    for each in open_ones:
        wanted = each.mine if choices[each.name] == MINE else each.theirs
        if each.field:
            assert found[each.row][each.field] == wanted
        else:
            assert found.get(each.row) == wanted


@given(base=edits, mine=edits, theirs=edits)
def test_joining_changes_none_of_the_three(base, mine, theirs):
    copies = deepcopy((base, mine, theirs))
    join(base, mine, theirs, {})
    assert (base, mine, theirs) == copies


@given(base=edits, mine=edits)
def test_an_edit_joined_with_no_other_is_that_edit(base, mine):
    for joined in (join(base, mine, base, {}), join(base, base, mine, {}), join(base, mine, mine, {})):
        assert joined.conflicts == []
        assert rows_of(joined.document) == rows_of(mine)


def test_both_changed_a_field_and_one_is_chosen():
    args = [head(title="A")], [head(title="B")], [head(title="C")]
    joined = join(*args, {})
    assert joined.conflicts == [Conflict("event[one]", "title", "A", "B", "C")]
    assert joined.document == [head(title="C")]
    assert join(*args, {"event[one].title": MINE}).document == [head(title="B")]
    assert not joined.is_settled({"event[one].title": "no such choice"})


def test_one_deleted_a_row_that_the_other_changed():
    base, mine, theirs = [head(), row("japan")], [head(), row("japan", "A team")], [head()]
    joined = join(base, mine, theirs, {})
    (conflict,) = joined.conflicts
    assert (conflict.field, conflict.mine["unit"], conflict.theirs) == ("", "A team", None)
    assert joined.document == theirs
    assert join(base, mine, theirs, {conflict.name: MINE}).document == mine


def test_rows_added_under_one_key_stay_both_and_citations_follow_their_own():
    mine = [head(), row("japan", "A team"), citation("page", "one.japan")]
    theirs = [head(), row("japan", "A ship"), citation("paper", "one.japan")]
    joined = join([head()], mine, theirs, {})
    found = rows_of(joined.document)
    assert joined.conflicts == []
    assert found["eventinvolvement[one.japan]"]["unit"] == "A ship"
    assert found["eventinvolvement[one.japan-2]"]["unit"] == "A team"
    assert found["eventcitation[one.page]"]["supports"] == "one.japan-2"
    assert found["eventcitation[one.paper]"]["supports"] == "one.japan"


def test_rows_of_two_models_with_one_key_are_not_taken_for_each_other():
    base = [head(), row("japan")]
    mine = [*base, citation("japan", "one.japan")]
    theirs = [*base, citation("japan")]
    found = rows_of(join(base, mine, theirs, {}).document)
    assert set(found) == {
        "event[one]",
        "eventinvolvement[one.japan]",
        "eventcitation[one.japan]",
        "eventcitation[one.japan-2]",
    }
    assert found["eventcitation[one.japan-2]"]["supports"] == "one.japan"


def test_a_key_that_is_taken_already_is_not_taken_again():
    base = [head(), row("japan-2")]
    joined = join(base, [*base, row("japan", "A")], [*base, row("japan", "B")], {})
    assert "eventinvolvement[one.japan-3]" in rows_of(joined.document)


def test_the_state_of_an_entry_is_theirs_without_a_question():
    base, mine, theirs = [head()], [head()], [head()]
    mine[0]["fields"]["status"], theirs[0]["fields"]["status"] = "withdrawn", "published"
    joined = join(base, mine, theirs, {})
    assert (joined.conflicts, joined.document) == ([], theirs)


@pytest.mark.django_db
def test_a_joined_document_can_be_applied():
    event = factories.make_event("one", status="draft", parties=(("japan", "participant"),))
    base = documents.dump(event)
    factories.add_party(event, "spain", unit="A team")
    mine = documents.dump(event)
    documents.apply(base, slug="one")
    factories.add_party(event, "spain", unit="A ship")
    joined = join(base, mine, documents.dump(event), {})
    documents.apply(joined.document, slug="one")
    assert sorted(event.involvements.values_list("key", "unit")) == [
        ("one.japan", ""),
        ("one.spain", "A ship"),
        ("one.spain-2", "A team"),
    ]
