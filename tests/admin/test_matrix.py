"""Who may open what: every address of the staff's pages, by role and method, as `matrix.txt` says.

The file is reviewed like code: a new address, or a right that changes, shows there. It is written anew by
`WRITE_MATRIX=1 pytest tests/admin/test_matrix.py`.

Each address is asked with what it is made for: a public entry with a change of somebody else in review, a draft where
drafts are deleted, and so on. A POST sends nothing but itself: what it does is taken back after each.
"""

import os
import re
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from difflib import unified_diff
from http.cookies import SimpleCookie
from pathlib import Path
from typing import Any

import pytest
from django.contrib.auth import get_user_model
from django.contrib.auth.models import Group, User
from django.db import transaction
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver

from partnership.editorial import uniting, workflow
from partnership.models import (
    ENTRY_MODELS,
    Alias,
    Edition,
    Entry,
    LinkCheck,
    Paragraph,
    Remit,
    Revision,
    Status,
    Upload,
    UploadState,
)
from tests import factories
from tests.admin.accounts import account
from tests.editorial import bundles
from tests.editorial.edits import save, submit

pytestmark = [pytest.mark.django_db, pytest.mark.one_engine]

MATRIX = Path(__file__).with_name("matrix.txt")
ROLES = ("nobody", "Viewer", "Editor", "Publisher", "Administrator")
METHODS = ("GET", "POST")
KINDS = {model.kind_name() for model in ENTRY_MODELS}
# What only a draft, or only something withdrawn, is asked for.
OF_A_DRAFT = {"delete"}
PARAMETER = re.compile(r"<[a-z_:]+>|\^\(\?P<app_label>[^)]*\)/\$")
# What stands after the beginning of an address, where it is no thing of the register.
LITERALS = {
    "": "partnership/",
    "r/": "1",
    "r/1/": "1",
    "upload/template/": "event",
    "upload/template/event.": "csv",
    "partnership/": "event",
    "partnership/bundle/1/preview/": "events/",
    "security/app/": "1",
    "security/factor/": "app",
    "security/factor/app/": "1",
}


@dataclass(frozen=True)
class Address:
    """One address of the staff's pages: how the matrix calls it, and where it is in the register of the test."""

    name: str
    path: str

    @property
    def kind(self) -> str:
        """The kind of entry that it is about; empty for none."""
        kind = self.name.partition("/")[0]
        return kind if kind in KINDS else ""

    @property
    def page(self) -> str:
        """What it is called whatever the kind."""
        return "<kind>" + self.name.removeprefix(self.kind) if self.kind else self.name


@dataclass
class Register:
    """What the addresses lead to: by kind, something public with a change in review, and a draft.

    `others` has the key of anything else, by the beginning of its address.
    """

    public: dict[str, Entry]
    drafts: dict[str, Entry]
    others: dict[str, str]


@pytest.fixture
def register() -> Register:
    """An entry of every kind in both states, and one of everything else that staff have pages for."""
    writer = account("writer", "Publisher")
    public = {model.kind_name(): factories.make_entry(model) for model in ENTRY_MODELS}
    drafts = {
        model.kind_name(): factories.make_entry(model, f"draft-{model.kind_name()}", status=Status.DRAFT)
        for model in ENTRY_MODELS
    }
    for entry in public.values():
        submit(entry, writer)
    return Register(
        public, drafts, {before: str(thing.pk) for before, thing in others(public, writer).items()}
    )


def others(public: dict[str, Entry], writer: User) -> dict[str, Any]:
    """Whatever else staff have pages for, by the beginning of its address."""
    bundled = factories.make_event("bundled", status=Status.DRAFT)
    save(bundled, writer)
    two = [factories.make_area(slug, status=Status.DRAFT) for slug in ("tides", "waves")]
    return {
        "partnership/alias/": Alias.objects.create(address="party:nippon", target=public["party"].reference),
        "partnership/remit/": Remit.objects.create(account=account("limited")),
        "partnership/revision/": Revision.objects.open().first(),
        "partnership/edition/": workflow.publish(factories.make_event("published", status=Status.DRAFT)),
        "partnership/bundle/": bundles.submitted(bundled, by=writer),
        "partnership/merge/": uniting.merge(*two, {"name": "kept"}, by=writer, reason="The same."),
        "partnership/linkcheck/": LinkCheck.objects.create(url="https://example.org/", outcome="answers"),
        "partnership/source/1/paragraphs/": Paragraph.objects.create(source=public["source"].slug, label="1"),
        "partnership/event/": public["event"],
        "editions/": Edition.objects.latest("number"),
        "review/": Revision.objects.open().first(),
        "upload/": Upload.objects.create(made_by=writer, state=UploadState.CHECKED),
        "security/reset/": writer,
        "auth/user/": writer,
        "auth/group/": Group.objects.get(name="Editor"),
    }


def patterns(resolver: URLResolver, before: str = "") -> Iterator[tuple[str, URLPattern]]:
    """Every address under the admin, as it is written, with its view."""
    for each in resolver.url_patterns:
        written = before + str(each.pattern)
        if isinstance(each, URLResolver):
            yield from patterns(each, written)
        else:
            yield written, each


def addresses(register: Register) -> list[Address]:
    """Every address of the staff's pages, filled in."""
    staff = next(
        each
        for resolver in get_resolver().url_patterns
        if isinstance(resolver, URLResolver)
        for each in resolver.url_patterns
        if isinstance(each, URLResolver) and each.namespace == "admin"
    )
    found = [filled_in(written, register) for written, _view in patterns(staff) if not is_catch_all(written)]
    return sorted(found, key=lambda each: each.name)


def is_catch_all(written: str) -> bool:
    """What Django answers for addresses that are none."""
    return written == "(?P<url>.*)$" or written.endswith("/<path:object_id>/")


def filled_in(written: str, register: Register) -> Address:
    """An address with what it is asked for in the place of its parameters."""
    name = written.removeprefix("partnership/")
    kind, _slash, rest = name.partition("/")
    entries = register.drafts if rest.rstrip("/").rpartition("/")[2] in OF_A_DRAFT else register.public
    found = {**LITERALS, **register.others}
    if kind in KINDS:
        found[f"partnership/{kind}/"] = str(entries[kind].pk)
    path = written
    while (at := PARAMETER.search(path)) is not None:
        before = re.sub(r"/[0-9]+(?=/)", "/1", path[: at.start()])
        assert before in found, f"{written}: say in `others` of the register what stands after {before}"
        path = path.replace(at.group(), found[before], 1)
    return Address(name, f"/admin/{path}")


def answer(client: Client, method: str, address: Address) -> str:
    """What an address answers, in a word; what it did is taken back, signing out as well."""
    cookies = SimpleCookie(client.cookies.output(header="", sep=";"))
    with transaction.atomic():
        response = client.generic(method, address.path, "", "application/x-www-form-urlencoded")
        if response.streaming:
            b"".join(response)
        transaction.set_rollback(True)
    client.cookies = cookies
    if response.status_code == 302 and response.url.startswith("/admin/login/"):
        return "login"
    return str(response.status_code)


def clients() -> dict[str, Client]:
    """Somebody in each role, and nobody."""
    found = {"nobody": Client()}
    for role in ROLES[1:]:
        found[role] = Client()
        found[role].force_login(account(role.lower(), role))
    return found


def matrix(register: Register) -> list[str]:
    """The lines of the matrix: one for all kinds, and one for each that answers otherwise than most."""
    answers: dict[tuple[str, str], dict[tuple[str, ...], list[Address]]] = defaultdict(
        lambda: defaultdict(list)
    )
    people = clients()
    for address in addresses(register):
        for method in METHODS:
            row = tuple(answer(people[role], method, address) for role in ROLES)
            answers[address.page, method][row].append(address)
    lines = []
    for (page, method), rows in answers.items():
        most = max(rows, key=lambda row: len(rows[row]))
        lines.append(line(page, method, *most))
        lines += [line(each.name, method, *row) for row in rows if row != most for each in rows[row]]
    return sorted(lines)


def line(*cells: str) -> str:
    widths = (58, 6, *(13 for _role in ROLES))
    return " ".join(cell.ljust(width) for cell, width in zip(cells, widths, strict=True)).rstrip()


def test_every_address_answers_each_role_as_reviewed(register):
    found = [line("address", "method", *ROLES), *matrix(register)]
    if os.environ.get("WRITE_MATRIX"):
        MATRIX.write_text("\n".join(found) + "\n")
    reviewed = MATRIX.read_text().splitlines()
    assert found == reviewed, "\n".join(unified_diff(reviewed, found, "reviewed", "found", lineterm="", n=0))


def test_nobody_gets_past_the_sign_in(register):
    """Said apart from the file, which somebody might write anew without looking."""
    for address in addresses(register):
        for method in METHODS:
            said = answer(Client(), method, address)
            assert said in ("login", "403", "404", "405") or address.name in OPEN_TO_ALL, (address, said)


# Signing in and out, and the words of Django's scripts.
OPEN_TO_ALL = {"login/", "logout/", "jsi18n/"}


def test_no_form_is_taken_without_its_token(register):
    client = Client(enforce_csrf_checks=True)
    client.force_login(get_user_model().objects.create_superuser("chief"))
    for address in addresses(register):
        if address.name not in OPEN_TO_ALL:
            assert answer(client, "POST", address) in ("403", "405"), address


# Where somebody who gave the password alone may be: on the way to the second factor, or to setting one up.
ON_THE_WAY = ("second-factor/", "security/", "login/", "logout/", "jsi18n/")

ASKS_FOR_A_FACTOR = ("/admin/login/", "/admin/second-factor/", "/admin/security/")


def test_a_password_alone_opens_nothing_where_a_second_factor_is_asked_for(register, settings):
    settings.SECOND_FACTOR = True
    client = Client()
    client.force_login(get_user_model().objects.create_superuser("chief"))
    for address in addresses(register):
        for method in METHODS:
            if not address.name.startswith(ON_THE_WAY):
                response = client.generic(method, address.path)
                assert response.status_code in (302, 403), (address, method)
                assert response.status_code == 403 or response.url.startswith(ASKS_FOR_A_FACTOR), (
                    address,
                    method,
                )
