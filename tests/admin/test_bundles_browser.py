"""A bundle from its making to its edition in a real browser: every page and state, in light and dark, wide and narrow."""

import pytest
from django.test import Client

from partnership.editorial import bundle_review
from partnership.models import Bundle, BundleState, Edition, Status
from tests import factories
from tests.admin.accounts import account
from tests.browsing import assert_accessible, follow
from tests.editorial.bundles import make_due
from tests.editorial.edits import save

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

LOOKS = [("light", 1280), ("dark", 320)]


def look_at(page, name):
    """The page as it stands keeps the rules in both looks, and its console says nothing."""
    said = list(page.said)
    for scheme, width in LOOKS:
        page.set_viewport_size({"width": width, "height": 900})
        page.emulate_media(color_scheme=scheme)
        page.wait_for_timeout(200)  # Django's colours of links pass from one look to the other in 150 ms
        assert_accessible(page, f"{name} {scheme}")
        assert page.evaluate("document.documentElement.scrollWidth - innerWidth") <= 0, name
    page.set_viewport_size({"width": 1280, "height": 900})
    page.said.clear()  # what axe itself loads is refused by the policy
    assert said == [], name


def test_a_summit_day_is_put_together_reviewed_by_keys_and_published(staff_page, live_server):
    ann = account("ann")
    public = factories.make_event("madrid", title="Madrid Summit", date="2022-06-29")
    draft = factories.make_event("oslo", title="Oslo", status=Status.DRAFT, sources=())
    for entry in (public, draft):
        save(entry, ann, place="Toledo")
    factories.add_source(draft)
    save(draft, ann)
    page, at = staff_page, f"{live_server.url}/admin/partnership/bundle"

    page.goto(f"{at}/add/")
    page.fill("#id_title", "Summit day")
    page.fill("#id_note", "The summit of Madrid.")
    page.fill("#id_publish_at", "2100-06-29T10:00")
    look_at(page, "add")
    follow(page.locator("input[name=_save]"))
    bundle = Bundle.objects.get()
    look_at(page, "empty")
    follow(page.get_by_role("button", name="Put in: Oslo"))
    page.goto(f"{live_server.url}/admin/partnership/event/{public.pk}/change/")
    look_at(page, "form before")
    follow(page.get_by_role("button", name="Put into a bundle"))
    look_at(page, "form of a member")
    follow(page.get_by_role("link", name="To the bundle"))
    look_at(page, "filled")
    follow(page.get_by_role("button", name="Submit the whole for review"))
    look_at(page, "submitted")

    page.goto(f"{live_server.url}/admin/review/")
    look_at(page, "queue")
    with page.expect_navigation():
        page.keyboard.press("n")
    look_at(page, "review")
    page.keyboard.press("r")
    page.keyboard.type("Which day?")
    page.select_option("#id_member", "event:oslo")
    follow(page.get_by_role("button", name="Send back"))
    page.goto(f"{live_server.url}/admin/")
    follow(page.get_by_role("link", name="Bundles sent back: 1"))
    look_at(page, "list")
    follow(page.get_by_role("link", name="Summit day"))
    look_at(page, "returned")
    follow(page.get_by_role("button", name="Submit the whole for review"))

    follow(page.get_by_role("link", name="Preview of the whole site"))
    assert "Preview:" in page.inner_text("main")
    follow(page.locator(".site-head").get_by_role("link", name="Events"))
    follow(page.get_by_role("link", name="Oslo"))
    look_at(page, "preview")
    follow(page.locator(".site-head").get_by_role("link", name="Français"))
    assert f"/bundle/{bundle.pk}/preview/fr/events/oslo/" in page.url
    page.goto(f"{at}/{bundle.pk}/preview/events/nothing/")
    page.said.clear()  # a browser says that a page is not found
    look_at(page, "preview of nothing")
    follow(page.get_by_role("link", name="Back to the bundle"))

    follow(page.get_by_role("link", name="Review", exact=True))
    page.check("#id_sources_confirmed")
    page.locator("h1").click()
    with page.expect_navigation():
        page.keyboard.press("a")
    bundle.refresh_from_db()
    assert bundle.state == BundleState.SCHEDULED
    page.goto(f"{at}/{bundle.pk}/review/")
    look_at(page, "scheduled")
    assert Client().get("/events/oslo/").status_code == 404

    make_due(bundle)
    assert [edition for _bundle, edition in bundle_review.publish_due()] == [Edition.objects.get(number=1)]
    page.goto(f"{at}/{bundle.pk}/change/")
    look_at(page, "published")
    follow(page.get_by_role("link", name="Edition 1"))
    assert "The summit of Madrid." in page.inner_text("main")
    assert Client().get("/events/oslo/").status_code == 200
