"""The whole public site with a bundle in place, and its export before release: seen by who may, kept nowhere."""

import io
import re
import zipfile
from html import unescape

import pytest
from django.core import signing
from django.core.management import call_command
from django.test import Client
from django.urls import get_script_prefix, reverse

from partnership import generation
from partnership.editorial import bundling, workflow
from partnership.exchange.load import load
from partnership.models import Alias, Edition, Event, Status
from partnership.public import facet_index
from tests import factories
from tests.admin.accounts import account, desk
from tests.admin.forms import messages_in
from tests.admin.test_unseen import SECRET, differing, plain_addresses, snapshot, unpacked
from tests.editorial.bundles import make_bundle
from tests.editorial.edits import save

pytestmark = pytest.mark.one_engine

LINK = re.compile(r'(?:href|action|src)="(/[^"]*)"')


@pytest.fixture
def ann(db):
    return account("ann")


@pytest.fixture
def bundle(ann):
    """A change of a public event and a new fund that names a draft party; the secret is in all of them."""
    factories.make_relation("nato-japan")
    event = factories.make_event("madrid", title="Madrid", date="2022-06", areas=("space",))
    factories.make_contribution("gift", date="2015", amount="1000", currency="USD")
    save(event, ann, title=f"Madrid {SECRET}")
    factories.make_party("atlantis", name=f"Atlantis {SECRET}", status=Status.DRAFT)
    parties = (("atlantis", "host"), ("japan", "host"))
    fund = factories.make_fund("trust", title=f"Fund {SECRET}", status=Status.DRAFT, parties=parties)
    save(fund, ann)
    return make_bundle(event, fund, by=ann, hours=2, title="Summit day")


def inside(bundle, path=""):
    return reverse("admin:partnership_bundle_preview", args=[bundle.pk]) + path


def body_of(response):
    assert not response.streaming
    return response.content.decode(errors="replace")


def test_every_page_list_file_and_feed_is_there_with_links_that_stay_inside(editor, bundle):
    Alias.objects.create(address="event:toledo", target="event:madrid")
    at = inside(bundle)
    pages = ["", "events/", "events/madrid/", "funds/trust/", "parties/atlantis/", "timeline/?year=2022"]
    pages += ["search/?q=zerzura", "editions/", "editions/1/", "fr/events/madrid/", "events/?area=space"]
    for page in pages:
        response = editor.client.get(f"{at}{page}")
        said = body_of(response)
        assert response.status_code == 200, page
        assert ("Preview: readers" if not page.startswith("fr/") else '<html lang="fr"') in said, page
        assert editor.url(type(bundle), "change", bundle.pk) in said
        links = {unescape(each) for each in LINK.findall(said)}
        out = {each for each in links if not each.startswith(at)}
        assert all(
            each.startswith("/static/") or each.endswith(f"/bundle/{bundle.pk}/change/") for each in out
        ), (
            page,
            out,
        )
        for header, value in (("Cache-Control", "no-store"), ("X-Robots-Tag", "noindex")):
            assert value in response[header]
        assert "ETag" not in response
    assert SECRET in body_of(editor.client.get(f"{at}events/?q=zerzura"))
    assert SECRET not in body_of(editor.client.get(f"{at}events/?area=cyber"))
    assert "The summit of Madrid." in body_of(editor.client.get(f"{at}editions/1/"))
    for file in ("events.csv", "events.xlsx", "events.json", "events.fixture.json?area=space", "feed.atom"):
        assert SECRET.encode() in unpacked(editor.client.get(f"{at}{file}").content), file
    for file in (
        "api/v1/events/madrid/",
        "api/v1/events/?q=zerzura",
        "events/madrid.json",
        "sitemap-fund.xml",
    ):
        assert editor.client.get(f"{at}{file}").status_code == 200, file
    for old, new in (
        ("events/toledo/", "events/madrid/"),
        ("api/v1/events/toledo/", "api/v1/events/madrid/"),
        ("events/toledo.json", "events/madrid.json"),
    ):
        assert editor.client.get(f"{at}{old}")["Location"] == f"{at}{new}"
    assert editor.client.head(f"{at}events/").status_code == 200


def test_nothing_else_is_there(editor, bundle):
    at = inside(bundle)
    for page in (
        "nothing/",
        "admin/",
        "admin/login/",
        "fr/admin/",
        "preview/x/",
        "preview/bundle/x/",
        "events/x/",
        "\x00",
    ):
        response = editor.client.get(f"{at}{page}")
        assert response.status_code == 404, page
        assert "Preview:" in body_of(response) or page.startswith("fr/")
    assert editor.client.post(at).status_code == 405
    assert editor.client.get(f"{at}events.csv?nothing=1").status_code == 400
    assert Client().get(at).url.startswith("/admin/login/")
    assert get_script_prefix() == "/"


def test_what_cannot_be_public_yet_is_shown_nevertheless_and_not_exported(editor, ann, bundle):
    broken = factories.make_event("broken", title="Broken one", status=Status.DRAFT, sources=())
    save(broken, ann)
    bundling.put_in(bundle, broken, by=ann)
    said = body_of(editor.client.get(inside(bundle, "events/broken/")))
    assert "Broken one" in said
    assert "not all of it can be public" in said
    response = editor.client.get(reverse("admin:partnership_bundle_export", args=[bundle.pk]), follow=True)
    assert "event:broken" in messages_in(response)[0]


def test_a_link_shows_it_without_an_account_until_anything_changes(editor, ann, bundle, monkeypatch):
    made = editor.client.post(reverse("admin:partnership_bundle_preview_link", args=[bundle.pk]))
    link = made.context["link"].removeprefix("http://testserver")
    said = body_of(Client().get(f"{link}events/madrid/"))
    assert SECRET in said
    assert f'href="{link}events/"' in said
    assert "/admin/" not in said
    assert Client().get(f"{link}admin/").status_code == 404
    assert Client().get("/preview/bundle/nonsense/").status_code == 404
    assert Client().get(f"/preview/bundle/{signing.dumps([1, 'x'])}/events/").status_code == 404
    now = signing.time.time()
    monkeypatch.setattr(signing.time, "time", lambda: now + 8 * 24 * 60 * 60)
    assert Client().get(link).status_code == 410
    monkeypatch.undo()
    save(Event.objects.get(slug="madrid"), ann, place="Toledo")
    assert Client().get(link).status_code == 410


@pytest.mark.django_db(transaction=True)
def test_before_its_hour_nothing_is_seen_and_nothing_is_kept_of_previews_and_exports(ann, bundle):
    publisher = desk("publisher", "Publisher")
    workflow.publish(factories.make_event("first", title="First", status=Status.DRAFT))
    addresses = [
        *sorted(plain_addresses()),
        *("/events/madrid/", "/funds/trust/", "/parties/atlantis/", "/parties/japan/", "/editions/1/"),
        *("/events/?area=space", f"/events/?q={SECRET}", f"/search/?q={SECRET}", "/fr/events/"),
        *("/api/v1/events/", "/api/v1/funds/trust/", "/relations/nato/japan/"),
    ]
    before, number = snapshot(addresses), generation.current()
    assert facet_index._kept
    bundling.submit(bundle, by=ann)
    at = inside(bundle)
    looks = [f"{at}{each.removeprefix('/')}" for each in ("/", "/events/", "/search/?q=x", "/timeline/")]
    looks += [reverse(f"admin:partnership_bundle_{page}", args=[bundle.pk]) for page in ("review", "export")]
    for look in looks:
        assert publisher.client.get(look).status_code == 200, look
    assert SECRET in publisher.client.get(f"{at}events/").content.decode()
    assert differing(before, snapshot(addresses)) == []
    assert generation.current() == number
    workflow.publish(factories.make_event("another", title="Another", status=Status.DRAFT))
    for address, (_status, _headers, content) in snapshot(addresses).items():
        assert f"q={SECRET}" in address or SECRET.encode() not in unpacked(content), address
    assert Edition.objects.count() == 2
    assert get_script_prefix() == "/"


@pytest.mark.django_db
def test_the_export_loads_alone_and_says_what_becomes_public(editor, ann, bundle, tmp_path):
    response = editor.client.get(reverse("admin:partnership_bundle_export", args=[bundle.pk]))
    assert response["Content-Type"] == "application/zip"
    assert "no-store" in response["Cache-Control"]
    with zipfile.ZipFile(io.BytesIO(response.content)) as archive:
        archive.extractall(tmp_path)
    call_command("flush", interactive=False, verbosity=0)
    load([tmp_path])
    assert Event.objects.published().get().title == f"Madrid {SECRET}"
    call_command("flush", interactive=False, verbosity=0)
    call_command("loaddata", *sorted(map(str, tmp_path.glob("*.json"))), verbosity=0)
    assert f"Fund {SECRET}" in body_of(Client().get("/funds/"))
