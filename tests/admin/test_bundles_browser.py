"""A bundle from its making to its edition in a real browser: every page and state, in light and dark, wide and narrow."""

import pytest
from django.test import Client

from partnership.editorial import bundle_review
from partnership.models import Bundle, BundleState, Edition, Status
from tests import factories
from tests.admin.accounts import account
from tests.browsing import follow, look_over
from tests.editorial.bundles import make_due
from tests.editorial.edits import save

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


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
    look_over(page, "add")
    follow(page.locator("input[name=_save]"))
    bundle = Bundle.objects.get()
    look_over(page, "empty")
    follow(page.get_by_role("button", name="Put in: Oslo"))
    page.goto(f"{live_server.url}/admin/partnership/event/{public.pk}/change/")
    look_over(page, "form before")
    follow(page.get_by_role("button", name="Put into a bundle"))
    look_over(page, "form of a member")
    follow(page.get_by_role("link", name="To the bundle"))
    look_over(page, "filled")
    follow(page.get_by_role("button", name="Submit the whole for review"))
    look_over(page, "submitted")

    page.goto(f"{live_server.url}/admin/review/")
    look_over(page, "queue")
    with page.expect_navigation():
        page.keyboard.press("n")
    look_over(page, "review")
    page.keyboard.press("r")
    page.keyboard.type("Which day?")
    page.select_option("#id_member", "event:oslo")
    follow(page.get_by_role("button", name="Send back"))
    page.goto(f"{live_server.url}/admin/")
    follow(page.get_by_role("link", name="Bundles sent back: 1"))
    look_over(page, "list")
    follow(page.get_by_role("link", name="Summit day"))
    look_over(page, "returned")
    follow(page.get_by_role("button", name="Submit the whole for review"))

    follow(page.get_by_role("link", name="Preview of the whole site"))
    assert "Preview:" in page.inner_text("main")
    follow(page.locator(".site-head").get_by_role("link", name="Events"))
    follow(page.get_by_role("link", name="Oslo"))
    look_over(page, "preview")
    follow(page.locator(".site-head").get_by_role("link", name="Français"))
    assert f"/bundle/{bundle.pk}/preview/fr/events/oslo/" in page.url
    page.goto(f"{at}/{bundle.pk}/preview/events/nothing/")
    page.said.clear()  # a browser says that a page is not found
    look_over(page, "preview of nothing")
    follow(page.get_by_role("link", name="Back to the bundle"))

    follow(page.get_by_role("link", name="Review", exact=True))
    page.check("#id_sources_confirmed")
    page.locator("h1").click()
    with page.expect_navigation():
        page.keyboard.press("a")
    bundle.refresh_from_db()
    assert bundle.state == BundleState.SCHEDULED
    page.goto(f"{at}/{bundle.pk}/review/")
    look_over(page, "scheduled")
    assert Client().get("/events/oslo/").status_code == 404

    make_due(bundle)
    assert [edition for _bundle, edition in bundle_review.publish_due()] == [Edition.objects.get(number=1)]
    page.goto(f"{at}/{bundle.pk}/change/")
    look_over(page, "published")
    follow(page.get_by_role("link", name="Edition 1"))
    assert "The summit of Madrid." in page.inner_text("main")
    assert Client().get("/events/oslo/").status_code == 200
