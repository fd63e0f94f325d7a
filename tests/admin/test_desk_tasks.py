"""Tasks of the desk in a real browser, with the clicks or keys that each may take; and the rules of accessibility."""

from contextlib import contextmanager
from typing import Any

import pytest
from django.contrib.auth import get_user_model

from partnership.editorial import removing, revising
from partnership.models import Event, Party, Status, Vocabulary
from tests import factories
from tests.browsing import assert_accessible, follow
from tests.editorial.edits import rows_say, save, submit

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

LOOKS = pytest.mark.parametrize("scheme", ["light", "dark"])
WIDTHS = pytest.mark.parametrize("width", [1280, 320])


@pytest.fixture
def writer(db: Any) -> Any:
    """Who wrote what the person at the browser looks at."""
    return get_user_model().objects.create_user("writer", is_staff=True)


@pytest.fixture
def draft(db: Any) -> Event:
    return factories.make_event("madrid", title="Madrid Summit", status=Status.DRAFT)


class Hands:
    """Counts the clicks and keys of a task; typing of words does not count."""

    def __init__(self, page: Any, host: str) -> None:
        self.page, self.host, self.count = page, host, 0

    def open(self, address: str) -> None:
        """Begin at an address."""
        self.page.goto(f"{self.host}{address}")

    def click(self, selector: str) -> None:
        """Click a link or button and wait for the page that it opens."""
        self.count += 1
        follow(self.page.locator(selector).first)

    def key(self, key: str) -> None:
        """Press a key that stays on the page."""
        self.count += 1
        self.page.keyboard.press(key)

    def key_to_next_page(self, key: str) -> None:
        """Press a key and wait for the page that it opens."""
        with self.page.expect_navigation():
            self.key(key)


@pytest.fixture
def hands(staff_page: Any, live_server: Any) -> Hands:
    return Hands(staff_page, live_server.url)


def change_address(entry: Any) -> str:
    return f"/admin/partnership/{entry.kind_name()}/{entry.pk}/"


def choose(hands: Hands, words: str) -> None:
    """Choose in the autocomplete that has the focus, by its name: one key opens it, one takes what was found."""
    hands.key("Enter")
    hands.page.keyboard.type(words)
    hands.page.locator(f".select2-results__option--highlighted:has-text('{words}')").wait_for()
    hands.key("Enter")


def test_an_event_with_two_partners_and_a_source_is_added_by_keys(hands):
    """S1: at most eight tabs from the front page to the form, and Ctrl+S from whatever has the focus."""
    for slug in ("japan", "norway"):
        factories.make_party(slug)
    factories.make_term(Vocabulary.EVENT_KIND, "meeting")
    factories.make_term(Vocabulary.ROLE, "host")
    factories.make_source("a-page", title="Declaration")
    hands.open("/admin/")
    hands.key("a")
    hands.key("Tab")
    hands.key_to_next_page("Enter")
    assert hands.count <= 8
    hands.page.wait_for_function("document.activeElement.id === 'id_title'")
    hands.page.keyboard.type("Madrid Summit")
    for _field in ("address", "other names", "kind"):
        hands.key("Tab")
    choose(hands, "Meeting")
    hands.key("Tab")
    for party in ("Japan", "Norway"):
        hands.key("1")
        hands.page.wait_for_function(
            "document.activeElement.matches('.dynamic-involvements .select2-selection')"
        )
        choose(hands, party)
        for _link in ("link that changes the party", "link that adds one", "role"):
            hands.key("Tab")
        choose(hands, "Host")
        hands.key("Tab")
    hands.key("2")
    hands.page.wait_for_function("document.activeElement.matches('.dynamic-citations .select2-selection')")
    choose(hands, "Declaration")
    hands.key_to_next_page("Control+s")
    event = Event.objects.get(slug="madrid-summit")
    assert [row.party.slug for row in event.involvements.all()] == ["japan", "norway"]
    assert [row.source.slug for row in event.citations.all()] == ["a-page"]
    assert hands.count <= 31
    assert hands.page.said == []


def test_an_event_is_added_from_the_front_page_without_single_keys(hands):
    """By the link that skips what stands above: it leads to the first of the links to new entries."""
    hands.open("/admin/")
    hands.key("Tab")
    hands.key("Enter")
    hands.key("Tab")
    hands.key_to_next_page("Enter")
    assert hands.page.url.endswith("/event/add/")
    assert hands.count <= 8


def test_a_typo_is_found_and_mended_by_keys(hands, draft):
    """S2: at most six keys beside typing."""
    factories.make_event(title="Lisbon Summit", status=Status.DRAFT)
    Event.objects.filter(pk=draft.pk).update(title="Madrid Sumit")
    hands.open("/admin/partnership/event/")
    hands.key("/")
    hands.page.keyboard.type("madrid")
    hands.key_to_next_page("Enter")
    hands.key_to_next_page("o")
    hands.key("e")
    hands.key("Control+a")
    hands.page.keyboard.type("Madrid Summit")
    hands.key_to_next_page("Control+s")
    draft.refresh_from_db()
    assert draft.title == "Madrid Summit"
    assert hands.count <= 6
    assert hands.page.said == []


def test_a_change_is_seen_and_undone(hands, draft, writer):
    """S3: History, version, Restore: three clicks."""
    save(draft, writer, staff_note="As it should be")
    good = rows_say(draft)
    save(draft, writer, title="A mistake", summary="Another mistake")
    hands.open(f"{change_address(draft)}change/")
    hands.click(".object-tools .historylink")
    shown = hands.page.locator(".versions li").first.inner_text()
    assert "Before: Madrid Summit" in shown
    assert "After: A mistake" in shown
    hands.click(".versions li:nth-child(2) h2 a")
    hands.click("input[value^=Restore]")
    assert hands.count == 3
    assert rows_say(draft) == good
    assert "Brought back what it said" in hands.page.inner_text(".messagelist")
    assert hands.page.input_value("#id_title") == "Madrid Summit"
    assert hands.page.said == []


def test_ten_changes_are_approved_by_eleven_keys(hands, writer):
    """S4, from the front page: one key to open the first, one for each."""
    events = [factories.make_event(f"event-{number}") for number in range(10)]
    for event in events:
        submit(event, writer, title=f"New title of {event.slug}")
    hands.open("/admin/")
    hands.key_to_next_page("r")
    for event in events:
        assert f"New title of {event.slug}" in hands.page.inner_text("#content-main")
        hands.key_to_next_page("a")
    assert hands.count == 11
    assert "Nothing waits for you." in hands.page.inner_text("#content-main")
    titles = set(Event.objects.values_list("title", flat=True))
    assert titles == {f"New title of event-{number}" for number in range(10)}
    assert hands.page.said == []


def test_a_change_is_sent_back_by_keys_with_a_reason(hands, writer):
    one, two = (factories.make_event(slug) for slug in ("one", "two"))
    for event in (one, two):
        submit(event, writer, title=f"New title of {event.slug}")
    hands.open("/admin/review/")
    hands.key_to_next_page("n")
    hands.key("r")
    hands.key("Tab")
    hands.key_to_next_page("Enter")
    assert "Say what is to be mended." in hands.page.inner_text("#content-main")
    assert revising.head_of(one).state == "submitted"
    hands.key("r")
    hands.page.keyboard.type("an answer: which source says so?")
    hands.key("Tab")
    hands.key_to_next_page("Enter")
    assert revising.head_of(one).state == "returned"
    assert "New title of two" in hands.page.inner_text("#content-main")
    assert hands.page.said == []


def test_next_leads_on_without_a_decision(hands, writer):
    for slug in ("one", "two"):
        submit(factories.make_event(slug), writer, title=f"New title of {slug}")
    hands.open("/admin/review/")
    hands.key_to_next_page("n")
    hands.key_to_next_page("n")
    assert "New title of two" in hands.page.inner_text("#content-main")


def test_a_reason_that_was_typed_is_not_lost_by_a_key(hands, writer):
    submit(factories.make_event("one"), writer, title="New title")
    hands.open("/admin/review/")
    hands.key_to_next_page("n")
    hands.key("r")
    hands.page.keyboard.type("an answer")
    asked = []
    hands.page.on("dialog", lambda dialog: (asked.append(dialog.type), dialog.dismiss()))
    hands.page.click("text=Form")
    assert asked == ["beforeunload"]
    assert hands.page.input_value("#id_reason") == "an answer"


def delete(hands: Hands, draft: Event) -> None:
    """Delete a draft by mistake."""
    hands.open(f"{change_address(draft)}delete/")
    follow(hands.page.locator("input[type=submit]").first)
    assert not Event.objects.exists()
    hands.count = 0


def test_a_draft_deleted_by_mistake_comes_back_by_undo(hands, draft):
    """S5: with its sources, by the button in the message."""
    said = rows_say(draft)
    delete(hands, draft)
    hands.click(".messagelist .undo button")
    assert hands.count <= 2
    [again] = Event.objects.all()
    assert rows_say(again) == said
    assert again.citations.get().source.slug == "a-page"
    assert hands.page.said == []


def test_a_draft_deleted_by_mistake_comes_back_from_the_list(hands, draft):
    """S5: from the front page, Recently deleted, Restore."""
    said = rows_say(draft)
    delete(hands, draft)
    hands.open("/admin/")
    hands.click("a[href$='/deleted/']")
    hands.click("button:has-text('Restore')")
    assert hands.count == 2
    assert rows_say(Event.objects.get()) == said
    assert hands.page.said == []


# Accessibility


@contextmanager
def looked_at(page: Any, scheme: str, width: int) -> Any:
    """Gives a function that checks the page as it stands: rules of accessibility, console, sideways scroll."""
    page.set_viewport_size({"width": width, "height": 900})
    page.emulate_media(color_scheme=scheme)

    def check(state: str, status: int = 200) -> None:
        # A browser tells of each answer that is none; this is what the page is about.
        said = [text for text in page.said if f"status of {status}" not in text or status == 200]
        assert said == [], state
        assert_accessible(page, state)
        # What axe itself loads is refused by the policy.
        page.said.clear()
        assert page.evaluate("document.documentElement.scrollWidth - innerWidth") <= 0, state

    yield check


@LOOKS
@WIDTHS
def test_the_pages_of_the_history_keep_the_rules(hands, writer, scheme, width):
    public = factories.make_event("madrid", title="Madrid Summit", parties=(("japan", "host"),))
    address = change_address(public)
    with looked_at(hands.page, scheme, width) as check:
        hands.open(f"{address}history/")
        check("history of what nobody changed")
        save(
            public,
            writer,
            title="A title with averyverylongwordthatcannotbebrokenanywhereatallinthewholeworld",
        )
        old = save(public, writer, summary="Text " * 60)
        save(public, writer, place="Madrid")
        for page in ("history/", "history/compare/", f"history/compare/?one={old.pk}", "discard/"):
            hands.open(f"{address}{page}")
            check(page)
        hands.open(f"{address}change/")
        follow(hands.page.locator("input[value='Make a link to the preview']"))
        check("link to the preview")
        link = hands.page.locator(".link-to-copy a").get_attribute("href")
        hands.page.goto(link)
        assert "Preview:" in hands.page.inner_text("main")
        check("preview")
        revising.discard(public, by=writer)
        hands.page.goto(link)
        check("link that has ended", status=410)
        hands.open("/preview/none/")
        check("no link", status=404)


@LOOKS
@WIDTHS
def test_the_pages_of_review_keep_the_rules(hands, writer, scheme, width):
    person = get_user_model().objects.get(username="editor")
    good = factories.make_event("madrid", place="Madrid")
    factories.add_source(good, "a-report", supports="place", locator="page 3")
    bad = factories.make_event("oslo", status=Status.DRAFT, sources=(), parties=())
    own = factories.make_event("lisbon")
    with looked_at(hands.page, scheme, width) as check:
        hands.open("/admin/review/")
        check("empty queue")
        states = {
            "sources to confirm": submit(good, writer, place="Toledo", title="A new title"),
            "faults": submit(bad, writer),
            "own work": submit(own, person, title="My own"),
        }
        hands.open("/admin/review/")
        check("queue")
        for state, revision in states.items():
            hands.open(f"/admin/review/{revision.pk}/")
            check(state)
            hands.page.click("text=Time and note")
            check(f"{state}, open")
            follow(hands.page.locator("button[name=_send_back]"))
            check(f"{state}, without a reason")
        hands.open(f"/admin/review/{states['sources to confirm'].pk}/")
        follow(hands.page.locator("button[name=_approve]"))
        assert hands.page.locator(".errornote").count() == 1
        check("sources not confirmed")
        hands.page.check("#id_sources_confirmed")
        hands.page.click("text=Time and note")
        hands.page.fill("#id_publish_at", "2099-01-02T03:04")
        follow(hands.page.locator("button[name=_approve]"))
        hands.open("/admin/review/")
        assert "2 January 2099" in hands.page.inner_text("#content-main")
        check("queue with what is scheduled")
        hands.open(f"/admin/review/{states['sources to confirm'].pk}/")
        check("scheduled")


@LOOKS
@WIDTHS
def test_the_pages_of_what_goes_keep_the_rules(hands, writer, scheme, width):
    draft = factories.make_event("madrid", title="Madrid Summit", status=Status.DRAFT)
    factories.make_event("oslo", parties=(("norway", "host"),))
    norway = Party.objects.get(slug="norway")
    with looked_at(hands.page, scheme, width) as check:
        hands.open("/admin/deleted/")
        check("nothing deleted")
        delete_address = f"{change_address(draft)}delete/"
        hands.open(delete_address)
        check("question before deleting")
        follow(hands.page.locator("input[type=submit]").first)
        check("message with undo")
        removing.delete_draft(factories.make_area("space", status=Status.DRAFT), by=writer)
        hands.open("/admin/deleted/")
        check("deleted")
        hands.open(f"{change_address(norway)}withdraw/")
        check("withdraw what is named")
        hands.page.fill("#id_reason", "It left.")
        follow(hands.page.locator("input[value=Withdraw]"))
        assert hands.page.locator(".errornote").count() == 1
        check("withdraw, refused")
        hands.page.select_option("select[name='fate:event:oslo']", "withdraw")
        follow(hands.page.locator("input[value=Withdraw]"))
        check("withdrawn")
        assert Party.objects.get(slug="norway").status == Status.WITHDRAWN
        hands.open("/admin/partnership/party/?q=norway")
        check("a search with the first that was found")
