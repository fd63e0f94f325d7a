"""The rows of a list, with what they need: the file stands alone, and the list shows the same rows over it alone."""

import json
import random
import re
from collections import defaultdict
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any
from urllib.parse import urlencode, urlsplit

import pytest
from django.core.exceptions import ValidationError
from django.core.management import CommandError, call_command
from django.db import connection, transaction
from django.http import QueryDict
from pytest_django import DjangoDbBlocker

from partnership import documents, search
from partnership.exchange.export import FILE_NUMBERS, OWNED_MODELS, Scope, export, stream
from partnership.exchange.load import load
from partnership.exchange.selection import chosen
from partnership.models import (
    ENTRY_MODELS,
    RECORD_MODELS,
    Alias,
    Contribution,
    Entry,
    IndexEntry,
    IndexParty,
    Record,
    Status,
    Vocabulary,
)
from tests.exchange.conftest import empty_register, files_in
from tests.factories import (
    make_contribution,
    make_event,
    make_programme,
    make_relation,
    make_standing,
    make_term,
)
from tests.public import generated
from tests.public.filtering import filterset

pytestmark = [pytest.mark.django_db, pytest.mark.one_engine]

STATES_A_KIND = 2
TYPED = {
    "from": ("2010", "2014-03"),
    "to": ("2012", "2016-06-30"),
    "running": ("2012", "2015-07"),
    "when": ("may",),
    "undated": ("1",),
    "ordinal": ("1", "2"),
    "q": (*generated.METALS, "country a", "resilience", "second"),
    "source_before": ("2010", "2021"),
    "sort": ("oldest", "title"),
    "disputed": ("1",),
    "several_leads": ("1",),
    "in_force": ("1",),
}


@pytest.fixture(scope="module")
def generated_register(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[None]:
    """The generated register, written once; each state of a list takes a part of it away and gives it back."""
    with django_db_blocker.unblock(), transaction.atomic(), pytest.MonkeyPatch.context() as patch:
        patch.setattr(generated, "RECORDS", 25)
        generated.Generator(seed=11).build()
        withdraw_what_is_withheld()
        yield
        transaction.set_rollback(True)


def withdraw_what_is_withheld() -> None:
    """Leave nothing published that names a draft, which pages show and files do not; drafts stay where they are."""
    public = {(label, key) for label, key in labels_of(json.loads(b"".join(stream(Scope()))))}
    for model in ENTRY_MODELS:
        shown = model.objects.published().values_list("pk", "slug").order_by()
        withheld = [pk for pk, slug in shown if (documents.model_label(model), slug) not in public]
        model.objects.filter(pk__in=withheld).update(
            status=Status.WITHDRAWN, withdrawn_reason="It names a draft."
        )
    for owned in OWNED_MODELS:
        rows = owned._base_manager.filter(**{f"{owned.owner_field}__status": Status.PUBLISHED}).order_by()
        keys = [
            key
            for key in rows.values_list("key", flat=True)
            if (documents.model_label(owned), key) not in public
        ]
        rest = owned._base_manager.filter(key__in=keys)
        rest._raw_delete(rest.db)
    search.refresh()


def labels_of(rows: list[dict[str, Any]]) -> list[tuple[str, str]]:
    """(model, key) of each row of a file."""
    return [(row["model"], documents.key_of(row)) for row in rows]


def some_address(kind: type[Record], chance: random.Random) -> str:
    """The address of a list with a few filters, drawn until it can be read and shows something."""
    fields = filterset(kind).form.fields
    values = {
        name: [value for value, _label in getattr(each, "choices", ()) if value]
        for name, each in fields.items()
    }
    values |= {name: list(typed) for name, typed in TYPED.items() if name in fields}
    names = sorted(name for name, offered in values.items() if offered)
    while True:
        asked = {
            name: chance.sample(
                values[name], 1 if name in TYPED else min(len(values[name]), chance.randint(1, 2))
            )
            for name in chance.sample(names, chance.randint(1, 3))
        }
        address = f"/{kind.kind_name()}s/?{urlencode(asked, doseq=True)}"
        with suppress(ValidationError):
            if listed(address):
                return address


def listed(address: str) -> list[str]:
    """The addresses of the entries of a list, in its order."""
    return list(chosen(address)[1].values_list("slug", flat=True))


def keep_only(rows: list[dict[str, Any]]) -> None:
    """Take out of the register whatever is not in a file, as if the file had been loaded into an empty one."""
    kept: dict[str, set[str]] = defaultdict(set)
    for row in rows:
        kept[row["model"]].add(documents.key_of(row))
    fields = {(row["model"], documents.key_of(row)): row["fields"] for row in rows}
    for index in (IndexParty, IndexEntry):
        index.objects.all()._raw_delete(connection.alias)
    for entries in ENTRY_MODELS:
        _keep_members(entries, fields)
    for model in FILE_NUMBERS:
        name = "address" if model is Alias else "slug" if issubclass(model, Entry) else "key"
        stored = model._base_manager.values_list("pk", name)
        gone = [pk for pk, key in stored.order_by() if key not in kept[documents.model_label(model)]]
        rest = model._base_manager.filter(pk__in=gone)
        rest._raw_delete(rest.db)
    connection.check_constraints()


def _keep_members(model: type[Entry], fields: dict[tuple[str, str], dict[str, Any]]) -> None:
    label = documents.model_label(model)
    for relation in model._meta.many_to_many:
        through: Any = relation.remote_field.through
        owner, target = relation.m2m_field_name(), relation.m2m_reverse_field_name()
        stored = through._base_manager.order_by().values_list("pk", f"{owner}__slug", f"{target}__slug")
        gone = [
            pk
            for pk, slug, member in stored
            if [member] not in fields.get((label, slug), {}).get(relation.name, ())
        ]
        rest = through._base_manager.filter(pk__in=gone)
        rest._raw_delete(rest.db)


def check(address: str) -> None:
    """That the file of a list holds the list, and that over it alone the list and the file are the same."""
    before = listed(address)
    content = b"".join(stream(Scope(address=address)))
    rows = json.loads(content)
    sid = transaction.savepoint()
    try:
        keep_only(rows)
        if "q" in QueryDict(urlsplit(address).query):
            search.refresh()
        assert listed(address) == before, address
        assert b"".join(stream(Scope())) == content, address
    finally:
        transaction.savepoint_rollback(sid)


@pytest.mark.parametrize("kind", RECORD_MODELS, ids=lambda model: model.kind_name())
def test_a_list_shows_the_same_over_its_file_alone(generated_register: None, kind: type[Record]) -> None:
    chance = random.Random(kind.kind_name())
    for _ in range(STATES_A_KIND):
        check(some_address(kind, chance))


def test_a_file_loaded_by_loaddata_shows_the_same_list(generated_register: None, tmp_path: Path) -> None:
    address = some_address(Contribution, random.Random(1))
    before = listed(address)
    done = export(tmp_path / "out", address=address)
    sid = transaction.savepoint()
    try:
        empty_register()
        call_command("loaddata", *(str(tmp_path / "out" / name) for name in done.files), verbosity=0)
        assert listed(address) == before
        export(tmp_path / "again", address=address)
    finally:
        transaction.savepoint_rollback(sid)
    assert files_in(tmp_path / "again") == files_in(tmp_path / "out")


@pytest.mark.parametrize(
    "address", ["/contributions/?donor=japan", "/programmes/?party=japan", "/relations/"]
)
def test_a_file_passes_every_check_of_a_load_by_itself(register: None, tmp_path: Path, address: str) -> None:
    before = listed(address)
    assert before
    export(tmp_path / "out", address=address)
    empty_register()
    load([tmp_path / "out"])
    assert listed(address) == before
    export(tmp_path / "again", address=address)
    assert files_in(tmp_path / "again") == files_in(tmp_path / "out")


def test_what_decides_a_list_without_being_named_by_it_comes_along(db: None) -> None:
    make_standing("japan-at-nato", date="2010/..")
    whole = make_contribution("whole", date="2014", amount=5, currency="USD", stage="pledged")
    make_contribution("half", date="2015", amount=2, currency="USD", stage="pledged", part_of=whole)
    plan, renewed = make_programme("plan", date="2014/.."), make_programme("renewed", date="2018/..")
    renewed.links.create(programme=plan, word=make_term(Vocabulary.LINK, "supersedes"))
    series = make_event("meetings")
    make_event("meeting", series=series, parties=(("norway", "participant"),))
    assert listed("/contributions/?donor_standing=partner&in_total=part") == ["half"]
    assert listed("/events/?party=japan&series=meetings") == ["meetings"]
    for address in (
        "/contributions/?donor_standing=partner&to=2014-12-31",
        "/programmes/?in_force=1",
        "/programmes/?to=2014&when=may",
        "/events/?party=japan&series=meetings",
    ):
        assert listed(address)
        check(address)


@pytest.mark.parametrize("path", ["/sources/", "/parties/", "/areas/", "/relations/"])
def test_a_list_without_filters_is_whole(generated_register: None, path: str) -> None:
    make_relation("first-org-country-a", "first-org", "country-a")
    check(path)


@pytest.mark.parametrize(
    ("address", "said"),
    [
        ("/contributions/?donor=nobody", "not one of the options"),
        ("/contributions/?doner=japan", "doner: there is no such parameter here"),
        ("/contributions/?from=soon", "from: "),
        ("/contributions/?page=2", "page: there is no such parameter"),
        ("/parties/?kind=country", "kind: there is no such parameter"),
        ("/about/", "is no list"),
        ("/no-such-page/", "is no list"),
        ("contributions/?donor=japan", "is no list"),
        ("https://example.org/contributions/", "is no list"),
        ("/contributions/gift/", "is no list"),
    ],
)
def test_an_address_that_is_no_list_or_asks_for_what_is_not_known_is_refused(
    db: None, tmp_path: Path, address: str, said: str
) -> None:
    make_contribution("gift")
    with pytest.raises(CommandError, match=re.escape(said)):
        call_command("export_fixtures", str(tmp_path / "out"), "--filter", address)
    with pytest.raises(ValidationError):
        stream(Scope(address=address))
    assert list(tmp_path.iterdir()) == []


def test_lists_are_of_the_public_face_only(db: None, tmp_path: Path) -> None:
    with pytest.raises(CommandError, match="A list is of the public face"):
        call_command("export_fixtures", str(tmp_path / "out"), "--face", "editorial", "--filter", "/events/")


def test_a_list_comes_with_the_entries_that_its_texts_link_to(db: None) -> None:
    make_event("told-of")
    make_event("told-of-only-by-another")
    make_relation("nato-japan", lede="They met [again](event:told-of).")
    rows = json.loads(b"".join(stream(Scope(address="/relations/"))))
    assert ("partnership.event", "told-of") in {(row["model"], documents.key_of(row)) for row in rows}
    assert "told-of-only-by-another" not in {documents.key_of(row) for row in rows}
