"""Faulty files: each is refused with its place, and nothing is changed."""

from collections.abc import Callable
from pathlib import Path
from typing import Any, NamedTuple

import pytest
from django.db import IntegrityError

from partnership.exchange.export import file_name
from partnership.exchange.load import LoadRefused, load
from partnership.exchange.reading import Problem
from partnership.models import Alias, Contribution, Event, Party, PartyName, Programme, Relation, Source, Term
from tests.exchange.conftest import Edit, edit_row, empty_register, rows_in, state_of_register, write_rows

Involvement: Any = Event.involvements.rel.related_model
Citation: Any = Event.citations.rel.related_model
Link: Any = Programme.links.rel.related_model


def refusals(*paths: Path) -> list[Problem]:
    """The problems for which files are refused, having made sure that nothing was changed."""
    before = state_of_register()
    with pytest.raises(LoadRefused) as refused:
        load(paths)
    assert state_of_register() == before
    return refused.value.problems


def put(**given: Any) -> Edit:
    """An edit of a row that sets fields."""
    return lambda row: row["fields"].update(given)


def drop(name: str) -> Edit:
    """An edit of a row that takes a field out."""
    return lambda row: row["fields"].pop(name)


def top(**given: Any) -> Edit:
    """An edit of a row beside its fields."""
    return lambda row: row.update(given)


class Fault(NamedTuple):
    """One row made faulty: which, how, and the field, message and value that the refusal must give."""

    model: Any
    key: str
    edit: Edit
    field: str
    message: str
    value: str = ""


FAULTS = {
    "unknown field": Fault(
        Event, "meetings", put(titel="X"), "titel", "there is no such field (did you mean “title”?)", '"X"'
    ),
    "primary key of an entry": Fault(Event, "meetings", top(pk=7), "pk", "known by its “slug”: take the pk out", "7"),
    "derived bounds": Fault(
        Event, "meetings", put(earliest="2022-01-01"), "earliest", "computed by the site", '"2022-01-01"'
    ),
    "derived edition": Fault(Event, "meetings", put(since=3), "since", "computed by the site", "3"),
    "something beside the fields": Fault(Event, "meetings", top(id=1), "id", "model, pk and fields only"),
    "a list for a text": Fault(Event, "meetings", put(title=["X"]), "title", 'a text in quotation marks: "…"', '["X"]'),
    "a number for a text": Fault(Event, "meetings", put(title=5), "title", "a text in quotation marks", "5"),
    "null for a text": Fault(Event, "meetings", put(place=None), "place", "may not be null", "null"),
    "a text for a number": Fault(Event, "meetings", put(ordinal="2"), "ordinal", "a whole number", '"2"'),
    "true for a number": Fault(Event, "meetings", put(ordinal=True), "ordinal", "a whole number", "true"),
    "a float for a number": Fault(Event, "meetings", put(ordinal=2.5), "ordinal", "a whole number", "2.5"),
    "a text for a list": Fault(Event, "meetings", put(areas="space"), "areas", "a list of addresses", '"space"'),
    "a bare address": Fault(Event, "meetings", put(kind="meeting"), "kind", 'in a list: ["japan"]', '"meeting"'),
    "an integer key": Fault(Event, "meetings", put(kind=1), "kind", 'in a list: ["japan"]', "1"),
    "a float as amount": Fault(
        Contribution, "gift", put(amount=5000000000.0), "amount", 'as text, so that it stays exact: "5000000.00"'
    ),
    "an amount that is no number": Fault(Contribution, "gift", put(amount="12,5"), "amount", "as text", '"12,5"'),
    "an amount too exact": Fault(
        Contribution, "gift", put(amount="1.005"), "amount", "no more than 2 decimal places", '"1.005"'
    ),
    "an amount below zero": Fault(Contribution, "gift", put(amount="-1.00"), "amount", "greater than or equal"),
    "an unknown currency": Fault(Contribution, "gift", put(currency="XYZ"), "currency", "XYZ", '"XYZ"'),
    "an amount without currency": Fault(
        Contribution, "gift", put(currency=""), "", "Give amount and currency together, or neither"
    ),
    "an unknown choice": Fault(Event, "meetings", put(plan_state="maybe"), "plan_state", "not a valid choice", '"maybe"'),
    "a text too long": Fault(Event, "meetings", put(title="x" * 201), "title", "at most 200 characters"),
    "a blank title": Fault(Event, "meetings", put(title=""), "title", "cannot be blank", '""'),
    "a date that is none": Fault(Event, "meetings", put(date="2022-02-30"), "date", "2022-02-30", '"2022-02-30"'),
    "a moment with a zone": Fault(
        Event, "meetings", put(changed="2024-06-03T14:58:00+02:00"), "changed", 'to the second: "2024-06-03T14:58:00Z"'
    ),
    "half a character": Fault(Event, "meetings", put(title="a\ud800"), "title", "half characters", '"a�"'),
    "a control character": Fault(Event, "meetings", put(title="a\x00b"), "title", "control characters"),
    "a missing reference": Fault(
        Event, "meetings", put(kind=["meetin"]), "kind", "there is no term “meetin” (did you mean “meeting”?)", '["meetin"]'
    ),
    "a missing member": Fault(
        Event, "meetings", put(areas=[["space"], ["spice"]]), "areas", "there is no area “spice” (did you mean “space”?)"
    ),
    "a word of another vocabulary": Fault(
        Event, "meetings", put(kind=["participant"]), "kind", "has the vocabulary “role”; choose one with “event-kind”"
    ),
    "an entry that names itself": Fault(Event, "meetings", put(part_of=["meetings"]), "", "may not be the entry itself"),
    "a date before its beginning": Fault(Event, "meetings", put(date="2023/2022"), "date", "2023/2022"),
    "a script as web address": Fault(Source, "a-page", put(url="javascript:alert(1)"), "url", "valid URL"),
    "an unknown country": Fault(Party, "japan", put(country_code="ZZ"), "country_code", "ISO 3166-1", '"ZZ"'),
    "a meaning of another vocabulary": Fault(Term, "meeting", put(acts_as="begins"), "", "belongs to another vocabulary"),
    "an owned row without key": Fault(Involvement, "meetings.japan", lambda row: row.pop("pk"), "pk", "missing or no key"),
    "an owned row with a number as key": Fault(Involvement, "meetings.japan", top(pk=1), "pk", "missing or no key", "1"),
    "an owned row of another entry": Fault(
        Involvement, "meetings.japan", put(record=["meeting-2022"]), "record", "belongs to [“meetings”]", '["meeting-2022"]'
    ),
    "an owned row of no entry": Fault(
        Involvement, "meetings.japan", lambda row: (row.update(pk="meting.japan"), row["fields"].pop("record")),
        "pk", "there is no event “meting” (did you mean “meetings”?)", '"meting.japan"',
    ),
    "an owned key of a wrong shape": Fault(
        Involvement, "meetings.japan", top(pk="meetings.Japan"), "", "the address of its entry, a full stop and a word"
    ),
    "an owned row with an unknown party": Fault(
        Involvement, "meetings.japan", put(party=["jpan"]), "party", "there is no party “jpan” (did you mean “japan”?)"
    ),
    "an owned row without its party": Fault(
        Involvement, "meetings.japan", put(party=None), "party", "may not be null", "null"
    ),
    "a link of a programme to itself": Fault(
        Link, "plan-2018.plan-2014", put(programme=["plan-2018"]), "", "cannot be linked to itself"
    ),
    "an alias that leads nowhere": Fault(
        Alias, "event:the-old-meeting", put(target="event:meating-2022"), "target", "there is no event “meating-2022”"
    ),
    "an alias at the address of an entry": Fault(
        Alias, "event:the-old-meeting", put(address="event:meetings"), "address", "there is an entry at this address"
    ),
    "an alias at an address of no kind": Fault(
        Alias, "event:the-old-meeting", put(address="country:old"), "address", "there is no kind “country”"
    ),
    "another party of a relation that was public": Fault(
        Relation, "nato-japan", put(party=["navy"]), "party", "public address and stays “japan”", '["navy"]'
    ),
    "another organisation of a relation that was public": Fault(
        Relation, "nato-japan", put(organisation=["navy"]), "organisation", "for another pair load a new relation"
    ),
    "an alias of no kind": Fault(Alias, "event:the-old-meeting", put(target="x:y"), "target", "there is no kind “x”"),
    # Rules across rows, checked after everything is in place.
    "a link that leads nowhere": Fault(
        Event, "meetings", put(summary="See [it](event:no-such)."), "summary", "leads to nothing public"
    ),
    "no organisation": Fault(Event, "meetings", put(organisations=[]), "organisations", "no organisation is named"),
    "a first of nothing": Fault(Involvement, "meetings.japan", put(ordinal=1), "", "say what is counted"),
    "a citation that supports nothing": Fault(
        Citation, "meetings.a-page", put(supports="colour"), "", "neither a field nor a row"
    ),
}  # fmt: skip


@pytest.mark.one_engine
@pytest.mark.parametrize("name", FAULTS)
def test_a_faulty_row_is_refused_with_file_line_row_and_field(public_files: Path, name: str) -> None:
    fault = FAULTS[name]
    keys: list[str] = []

    def edit(row: dict[str, Any]) -> None:
        fault.edit(row)
        if "address" in row["fields"]:
            keys.append(row["fields"]["address"])
        elif "slug" not in row["fields"]:
            keys.append(row["pk"] if isinstance(row.get("pk"), str) else "?")

    line = edit_row(public_files, fault.model, fault.key, edit)
    found = [problem for problem in refusals(public_files) if problem.line == line]
    assert [(each.file, each.row, each.field) for each in found] == [
        (file_name(fault.model), f"{fault.model._meta.model_name}[{(keys or [fault.key])[0]}]", fault.field)
    ]
    assert fault.message in found[0].message
    assert fault.value in found[0].value


REQUIRED: dict[str, tuple[Any, str, str]] = {
    "title": (Event, "meetings", "title"),
    "kind": (Event, "meetings", "kind"),
    "party": (Involvement, "meetings.japan", "party"),
    "name": (Party, "japan", "name"),
    "text": (PartyName, "japan.nippon-search", "text"),
    "organisation": (Relation, "nato-japan", "organisation"),
}


@pytest.mark.one_engine
@pytest.mark.parametrize("name", REQUIRED)
def test_a_new_row_needs_its_required_fields(public_files: Path, name: str) -> None:
    model, key, missing = REQUIRED[name]
    line = edit_row(public_files, model, key, drop(missing))
    empty_register()
    found = refusals(public_files)
    assert [str(problem) for problem in found] == [
        f"{file_name(model)}:{line}  {model._meta.model_name}[{key}].{missing}: is missing; a new row needs it [required]"
    ]


def test_a_new_public_entry_says_since_when(public_files: Path) -> None:
    line = edit_row(public_files, Event, "meetings", put(first_published=None))
    empty_register()
    assert [(each.line, each.row) for each in refusals(public_files)] == [(line, "event[meetings]")]


def test_an_entry_without_address_is_refused(public_files: Path) -> None:
    line = edit_row(public_files, Event, "meetings", drop("slug"))
    found = refusals(public_files)
    assert (
        f"14-event.json:{line}  event[?].slug: is missing: it is what the row is known by [key-missing]"
        in map(str, found)
    )


def test_a_bad_address_is_refused(db: None, tmp_path: Path) -> None:
    row = {"model": "partnership.area", "fields": {"slug": "BAD SLUG !!", "name": "Area"}}
    write_rows(tmp_path / "areas.json", [row])
    found = refusals(tmp_path / "areas.json")
    assert [(each.row, each.field) for each in found] == [("area[BAD SLUG !!]", "slug")]


@pytest.mark.parametrize(
    "model",
    ["auth.user", "auth.permission", "sessions.session", "partnership.revision", "partnership.evnt", None, 3],
)
def test_only_models_of_the_register_come_in(public_files: Path, model: object) -> None:
    line = edit_row(public_files, Event, "meetings", top(model=model))
    found = [problem for problem in refusals(public_files) if problem.file == "14-event.json"]
    assert [(each.line, each.row, each.field) for each in found] == [(line, "", "model")]
    code = "forbidden-model" if str(model).startswith(("auth", "sessions")) else "unknown-model"
    assert found[0].code == code
    assert ("accounts" in found[0].message) == (code == "forbidden-model")
    assert ("did you mean “partnership.event”" in found[0].message) == (model == "partnership.evnt")


# Files as text


FILES: dict[str, tuple[Callable[[bytes], bytes], bytes, str]] = {
    # How the file of events is changed, what stands in the line that is named, and what is said of it.
    "no UTF-8": (lambda whole: whole.replace(b"Meetings", b"M\xff"), b'"title": "M\xff"', "not UTF-8"),
    "a byte order mark": (lambda whole: b"\xef\xbb\xbf" + whole, b"\xef\xbb\xbf[", "byte order mark"),
    "a comma too few": (
        lambda whole: whole.replace(b'"slug": "meetings",', b'"slug": "meetings"'), b'"title": "Meetings"', "not JSON"
    ),
    "a comma too many": (lambda whole: whole[:-3] + b",\n]\n", b"]", "not JSON"),
    "an end too early": (lambda whole: whole[:-3] + b"\nEND", b"END", "after a row comes a comma"),
    "text after the end": (lambda whole: whole + b"{}", b"{}", "text after the end"),
    "no list": (lambda whole: b'{"rows": []}', b'{"rows"', "starts with ["),
    "nothing at all": (lambda whole: b"", b"", "starts with ["),
    "too deep": (lambda whole: b"[\n" + b"[" * 100_000, b"[[", "nested too deeply"),
    "a number too long": (lambda whole: b"[\n" + b"1" * 5_000 + b"]", b"111", "number too long"),
}  # fmt: skip


@pytest.mark.one_engine
@pytest.mark.parametrize("name", FILES)
def test_a_file_that_is_no_json_is_refused_with_its_line(public_files: Path, name: str) -> None:
    change, at, message = FILES[name]
    path = public_files / "14-event.json"
    content = change(path.read_bytes())
    path.write_bytes(content)
    [problem] = refusals(public_files)
    assert (problem.file, problem.row) == ("14-event.json", "")
    assert message in problem.message
    assert content.split(b"\n")[problem.line - 1].strip().startswith(at)


def test_an_alias_at_the_address_of_an_entry_of_the_files_is_refused(public_files: Path) -> None:
    line = edit_row(
        public_files, Alias, "event:the-old-meeting", put(address="event:plan", target="event:meetings")
    )
    rows = rows_in(public_files / "14-event.json")
    row = next(row for row in rows if row["fields"]["slug"] == "meetings")
    write_rows(
        public_files / "15-more.json",
        [{**row, "fields": {**row["fields"], "slug": "plan", "status": "draft"}}],
    )
    found = [problem for problem in refusals(public_files) if problem.file == file_name(Alias)]
    assert [(each.line, each.field) for each in found] == [(line, "address")]


def test_a_file_that_cannot_be_read_is_named(public_files: Path) -> None:
    (public_files / "15-more.json").symlink_to(public_files / "nowhere")
    [problem] = refusals(public_files)
    assert str(problem) == "15-more.json  the system cannot read it: No such file or directory [unreadable]"


def test_a_name_that_the_system_refuses_is_told(db: None, tmp_path: Path) -> None:
    [problem] = refusals(tmp_path / ("x" * 300))
    assert "the system cannot read it" in problem.message


def test_a_folder_named_like_a_file_is_passed_over(public_files: Path) -> None:
    (public_files / "x.json").mkdir()
    before = state_of_register()
    assert load([public_files]).edition is None
    assert state_of_register() == before


def test_names_twice_in_one_object_are_refused(public_files: Path) -> None:
    path = public_files / "14-event.json"
    text = path.read_text("utf-8").replace('"title": "Meetings"', '"title": "Meetings",\n   "title": "Other"')
    path.write_text(text, encoding="utf-8")
    found = refusals(public_files)
    assert [(each.row, each.field, each.message) for each in found] == [
        ("event[meetings]", "title", "is written twice in one object: keep one")
    ]


@pytest.mark.parametrize("number", ["NaN", "Infinity", "-Infinity", "1e3"])
def test_numbers_that_json_does_not_know_are_refused(public_files: Path, number: str) -> None:
    path = public_files / "19-contribution.json"
    text = path.read_text("utf-8").replace('"amount": "5000000000.00"', f'"amount": {number}')
    path.write_text(text, encoding="utf-8")
    found = refusals(public_files)
    assert [(each.row, each.field, each.value) for each in found] == [
        ("contribution[gift]", "amount", number)
    ]


def test_a_row_that_is_no_object_is_refused(public_files: Path) -> None:
    path = public_files / "14-event.json"
    path.write_text('[\n7,\n{"model": "partnership.event"},\n{"model": "partnership.event", "fields": []}\n]')
    found = [problem for problem in refusals(public_files) if problem.file == "14-event.json"]
    assert [problem.line for problem in found] == [2, 3, 4]
    assert all("a row is an object such as" in problem.message for problem in found)


def test_one_key_twice_in_the_files_is_refused(public_files: Path) -> None:
    rows = rows_in(public_files / "14-event.json")
    write_rows(public_files / "15-more.json", [rows[0]])
    found = refusals(public_files)
    assert [str(each) for each in found] == [
        "15-more.json:2  event[meeting-2022]: this row is in the files twice; the first stands at 14-event.json:2 [row-twice]"
    ]


def test_two_new_relations_of_one_pair_are_refused(public_files: Path) -> None:
    path = public_files / "21-relation.json"
    rows = rows_in(path)
    write_rows(path, [*rows, {**rows[0], "fields": {**rows[0]["fields"], "slug": "japan-again"}}])
    found = refusals(public_files)
    assert [each.row for each in found] == ["relation[japan-again]"]
    empty_register()
    found = refusals(public_files)
    assert [each.row for each in found] == ["relation[nato-japan]"]
    assert "already a relation of this organisation" in found[0].message


def test_a_relation_that_never_was_public_may_change_its_pair(editorial_files: Path) -> None:
    never = {"status": "draft", "first_published": None}
    Relation.objects.filter(slug="nato-japan").update(**never)
    edit_row(editorial_files, Relation, "nato-japan", put(party=["navy"], **never))
    load([editorial_files])
    assert Relation.objects.get(slug="nato-japan").party.slug == "navy"


def test_a_circle_of_public_entries_is_refused(public_files: Path) -> None:
    edit_row(public_files, Event, "meetings", put(series=["meeting-2022"]))
    assert {each.field for each in refusals(public_files)} == {"series"}


def test_all_errors_of_all_files_are_told_at_once_in_their_order(public_files: Path) -> None:
    edit_row(public_files, Event, "meeting-2022", put(date="soon", place=None))
    edit_row(public_files, Event, "meetings", put(colour="red"))
    edit_row(public_files, Party, "japan", put(kind="planet"))
    edit_row(public_files, Involvement, "meetings.japan", put(role=["none"]))
    found = refusals(public_files)
    assert [(each.file, each.field) for each in found] == [
        ("13-party.json", "kind"),
        ("14-event.json", "place"),
        ("14-event.json", "date"),
        ("14-event.json", "colour"),
        ("41-eventinvolvement.json", "role"),
    ]
    assert [each.line for each in found] == sorted(each.line for each in found[:1]) + [
        each.line for each in found[1:]
    ]


def test_a_rule_across_rows_is_told_at_the_row_that_breaks_it(public_files: Path) -> None:
    path = public_files / "41-eventinvolvement.json"
    row = next(row for row in rows_in(path) if row["pk"] == "meetings.japan")
    write_rows(path, [{**row, "pk": "meetings.japan-2"}])
    [problem] = refusals(path)
    assert problem.row == "eventinvolvement[meetings.japan-2]"
    assert "says the same as the row meetings.japan: delete one" in problem.message


def test_a_stored_row_that_breaks_a_rule_is_told_at_the_entry(public_files: Path) -> None:
    Involvement.objects.filter(pk="meetings.japan").update(ordinal=2)
    line = edit_row(public_files, Event, "meetings", put(place="Madrid"))
    [problem] = refusals(public_files / "14-event.json")
    assert (problem.line, problem.row, problem.field) == (line, "event[meetings]", "meetings.japan")


def test_a_key_that_another_entry_holds_is_refused(public_files: Path) -> None:
    """Only a write around the site can make such a key; the load says so and gives up."""
    Involvement.objects.filter(pk="meeting-2022.japan").update(record=Event.objects.get(slug="meetings"))
    for name in ("14-event.json", "41-eventinvolvement.json"):
        rows = [row for row in rows_in(public_files / name) if "meeting-2022" in str(row)]
        write_rows(public_files / name, rows)
    [problem] = refusals(public_files / "14-event.json", public_files / "41-eventinvolvement.json")
    assert (problem.row, problem.field, problem.code) == (
        "eventinvolvement[meeting-2022.japan]",
        "pk",
        "key-taken",
    )


def test_what_only_the_database_sees_is_refused(public_files: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Between check and write another session can take a value that only one entry may have."""

    def fail(*args: object, **kwargs: object) -> None:
        raise IntegrityError("duplicate key")

    monkeypatch.setattr("partnership.exchange.applying.Writer._write", fail)
    line = edit_row(public_files, Event, "meetings", put(place="Madrid"))
    assert [str(each) for each in refusals(public_files)] == [
        f"14-event.json:{line}  event[meetings]: the database refuses the entry: duplicate key [database]"
    ]


def test_an_empty_list_loads_nothing(register: None, tmp_path: Path) -> None:
    (tmp_path / "none.json").write_text("[ ]\n")
    before = state_of_register()
    assert load([tmp_path / "none.json"]).counts == {}
    assert state_of_register() == before
