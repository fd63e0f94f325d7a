"""What is not public changes no byte of any public address: pages, lists, feeds, counts and headers.

The database is written as a site does, without a transaction around the test: else nothing would be kept in memory, and
a trace left there would not be found.
"""

import io
import re
import zipfile
from html import unescape
from typing import Any

import pytest
from django.contrib.auth import get_user_model
from django.test import Client
from django.urls import URLPattern, reverse

from partnership import generation, urls
from partnership.editorial import revising, workflow
from partnership.models import ENTRY_MODELS, Edition, Event, Status
from partnership.public import facet_index
from partnership.public.api.kinds import KINDS
from partnership.public.sitemaps import sections
from tests import factories
from tests.admin.forms import Editor
from tests.editorial.edits import changed

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.one_engine]

SECRET, NONSENSE = "Zerzura", "Qwertzu"
LINK = re.compile(r'<a\b[^>]*?\bhref="(/[^"#]*)"')
WORDS = ("title", "name", "label", "lede")


@pytest.fixture
def register() -> list[Any]:
    """A public entry of every model, in relation to one another, some of them published in editions."""
    factories.make_relation("nato-japan")
    made = [
        factories.make_entry(model, f"one-{model.kind_name()}")
        for model in ENTRY_MODELS
        if model.kind_name() != "relation"
    ]
    event = factories.make_event("two", date="2014", areas=("space",), parties=(("japan", "host"),))
    factories.make_contribution("gift", date="2015", amount="1000", currency="USD", areas=("space",))
    workflow.publish(factories.make_event("three", status=Status.DRAFT, title="Third"), note="A third one")
    return [*made, event, factories.make_relation("nato-spain", party="spain")]


def plain_addresses() -> set[str]:
    """The public addresses without a part that varies."""
    patterns = [each for each in urls.urlpatterns if isinstance(each, URLPattern)]
    return {f"/{each.pattern}" for each in patterns if "<" not in str(each.pattern)}


def all_addresses() -> list[str]:
    """Every public page, those of drafts too, the lists that they and the home page link to, and searches for words."""
    entries = [entry for model in ENTRY_MODELS for entry in model.objects.all()]
    pages = {entry.get_absolute_url() for entry in entries if hasattr(entry, "get_absolute_url")}
    pages |= {f"/editions/{number}/" for number in range(4)}
    found = {unescape(link) for address in {"/", *pages} for link in LINK.findall(body_of(address))}
    # Other languages are the same views; the page of a report shows a title and no more.
    found = {link for link in found if not link.startswith(("/fr/", "/ja/", "/report/"))}
    found |= {"/fr/", "/ja/events/one-event/", "/report/?about=event:one-event"}
    lists = {f"/{kind}s/" for kind in ("event", "contribution", "standing")}
    asked = {f"{each}?q={word}" for each in lists for word in (SECRET, NONSENSE)}
    api = {f"/api/v1{each}" for each in pages | asked if not each.startswith("/editions/")}
    api |= {f"/api/v1/{each.name}/" for each in KINDS}
    maps = {f"/sitemap-{name}.xml" for name in sections()}
    return sorted(plain_addresses() | pages | found | asked | api | maps)


def body_of(address: str) -> str:
    return b"".join(Client().get(address)).decode(errors="replace")


def snapshot(addresses: list[str]) -> dict[str, tuple[int, dict[str, str], bytes]]:
    """What each address answers: status, headers and content."""
    answers = {address: Client().get(address) for address in addresses}
    return {
        address: (answer.status_code, dict(answer.headers), b"".join(answer))
        for address, answer in answers.items()
    }


def unpacked(content: bytes) -> bytes:
    """What stands in an answer: of an archive, as a spreadsheet is one, all its files."""
    if not content.startswith(b"PK"):
        return content
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        return b"".join(map(archive.read, archive.namelist()))


def differing(one: dict[str, Any], other: dict[str, Any]) -> list[str]:
    return [address for address in one if one[address] != other[address]]


def hide_words(entry: Any, by: Any) -> revising.Revision:
    """Write the secret into everything of an entry that a page prints, and name a draft party and a draft area."""
    document = changed(entry, staff_note=SECRET)
    head = document[0]["fields"]
    for name in (*WORDS, "summary"):
        if name in head:
            head[name] = SECRET
    if "areas" in head:
        head["areas"] = [["secret-area"]]
    for row in document[1:]:
        if "role" in row["fields"]:
            row["fields"]["party"] = ["secret-party"]
        if "text" in row["fields"]:
            row["fields"]["text"] = SECRET
    digest = revising.present(entry).digest
    revision = revising.save(entry, document, by=by, started_from=digest)
    assert revision is not None
    return revision


def test_a_change_that_waits_its_review_and_its_preview_leave_no_trace(register, editor: Editor):
    """Nor after the next real change, when what a cache took in meanwhile would become valid."""
    addresses = all_addresses()
    assert len(addresses) > 60
    secret_pages = ["/parties/secret-party/", "/areas/secret-area/", "/events/secret-event/"]
    addresses += [each for each in secret_pages if each not in addresses]
    before, number = snapshot(addresses), generation.current()
    assert differing(before, snapshot(addresses)) == []
    assert facet_index._kept, "nothing is kept in memory, so nothing could be polluted"
    editions = Edition.objects.count()

    by = get_user_model().objects.create_user("writer")
    factories.make_party("secret-party", name=SECRET, status=Status.DRAFT)
    factories.make_area("secret-area", name=SECRET, status=Status.DRAFT)
    factories.make_event(
        "secret-event", title=SECRET, parties=(("secret-party", "host"),), status=Status.DRAFT
    )
    waiting = [*register, Event.objects.get(slug="secret-event")]
    for entry in waiting:
        head = hide_words(entry, by)
        revising.submit(entry, by=by)
        looks = [reverse("admin:review", args=[head.pk]), editor.url(type(entry), "change", entry.pk)]
        if hasattr(entry, "get_absolute_url"):
            looks.append(editor.url(type(entry), "preview", entry.pk))
            made = editor.client.post(editor.url(type(entry), "preview_link", entry.pk))
            looks.append(made.context["link"])
        for look in looks:
            # The control: staff do see it, so that what follows is no test of words that are nowhere.
            assert SECRET in editor.client.get(look).content.decode(), look

    assert differing(before, snapshot(addresses)) == []
    assert generation.current() == number

    workflow.publish(factories.make_event("another", title="Another", status=Status.DRAFT))
    assert generation.current() > number
    after = snapshot(sorted({*addresses, *all_addresses()}))
    assert "Another" in after["/events/"][2].decode()
    for address, (_status, _headers, content) in after.items():
        if f"q={SECRET}" in address:
            plain = after[address.replace(SECRET, NONSENSE)][2]
            assert content.replace(SECRET.encode(), NONSENSE.encode()) == plain, address
        else:
            assert SECRET.encode() not in unpacked(content), address
    assert Edition.objects.count() == editions + 1
