"""A summit day as a desk works it, in real browsers: from a declaration to the edition of the hour, and a correction after it.

Two editors write twelve entries out of one source and change one that is public; a publisher reviews the whole; nothing of it
shows before the hour.
"""

import io
import zipfile
from datetime import timedelta
from typing import Any

import pytest
from django.core.management import call_command
from django.test import Client
from django.utils import timezone

from partnership.editorial.check import register_problems
from partnership.models import Bundle, Edition, Event, Exercise, Source, Status, Vocabulary
from tests import factories
from tests.admin.accounts import account
from tests.browsing import assert_accessible, choose, follow

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

PARAGRAPHS = 12
TEXT = "\n\n".join(f"{number}. We agree on exercise {number}." for number in range(1, PARAGRAPHS + 1))
# Titles that nobody would take for one another.
TITLES = [
    *("Aurora", "Boreas", "Cormorant", "Dolphin", "Ermine", "Falcon"),
    *("Granite", "Harbour", "Icefield", "Juniper", "Kestrel", "Lantern"),
]
WATCHED = (
    "/",
    "/exercises/",
    "/events/",
    "/events/madrid/",
    "/changes/",
    "/editions/",
    "/sources/",
    "/timeline/",
)


class Person:
    """Somebody of the desk at a browser of their own; what its console says is in `said`."""

    def __init__(self, browser: Any, host: str, name: str, role: str) -> None:
        client = Client()
        client.force_login(account(name, role))
        context = browser.new_context(viewport={"width": 1280, "height": 900})
        cookie = {"name": "sessionid", "value": client.cookies["sessionid"].value, "url": host}
        context.add_cookies([cookie])
        self.page, self.host, self.said = context.new_page(), host, []
        self.page.on("console", lambda message: self.said.append(message.text))
        self.page.on("pageerror", lambda error: self.said.append(str(error)))

    def open(self, address: str) -> Any:
        """Go to a page of the desk."""
        self.page.goto(f"{self.host}/admin/{address}")
        return self.page

    def key(self, key: str) -> None:
        """Press a key that leads to another page."""
        with self.page.expect_navigation():
            self.page.keyboard.press(key)

    def save(self) -> None:
        """Save a form by its key; nothing is wrong with it."""
        self.key("Control+s")
        assert self.page.locator(".errornote").count() == 0, self.page.inner_text("#content-main")

    def press(self, name: str) -> None:
        """Press a button that leads to another page."""
        follow(self.page.get_by_role("button", name=name, exact=True).first)

    def link(self, name: str) -> None:
        """Follow a link of this name."""
        follow(self.page.get_by_role("link", name=name, exact=True).first)

    def name(self, title: str) -> None:
        """Type a title, from which the address is made while it is typed."""
        self.page.click("#id_title")
        self.page.keyboard.type(title)


@pytest.fixture
def people(browser: Any, live_server: Any) -> Any:
    """Two editors and a publisher, at work at the same time."""
    found = [
        Person(browser, live_server.url, name, role)
        for name, role in (("ann", "Editor"), ("ben", "Editor"), ("carla", "Publisher"))
    ]
    yield found
    for person in found:
        # What a form says when it is left must have been heard before the database is emptied.
        person.page.goto("about:blank")
        person.page.wait_for_timeout(500)
        assert person.said == []
        person.page.context.close()


@pytest.fixture
def madrid() -> Event:
    """What is public before the day: a summit, two parties and the words that records need."""
    factories.make_party("nato", kind="organisation", name="NATO")
    for slug in ("japan", "norway"):
        factories.make_party(slug)
    factories.make_term(Vocabulary.ROLE, "participant")
    factories.make_term(Vocabulary.EVENT_KIND, "meeting")
    return factories.make_event("madrid", title="Madrid Summit", date="2022-06-29", place="Madrid")


def public_site() -> dict[str, bytes]:
    """What readers are shown."""
    return {address: Client().get(address).content for address in WATCHED}


def write_in_full(person: Person, title: str, date: str) -> None:
    """Fill in the form of an exercise that came from a paragraph, and save it: the next paragraph opens."""
    page = person.page
    person.name(title)
    page.fill("#id_date", date)
    choose(page, "id_organisations", "NATO")
    page.click("#involvements-group .add-row a")
    choose(page, "id_involvements-0-party", "Japan")
    choose(page, "id_involvements-0-role", "Participant")
    person.save()


def write_after(person: Person, model: Exercise, title: str, paragraph: int) -> None:
    """Duplicate an exercise, which is quicker, and say where the other one stands."""
    page = person.open(f"partnership/exercise/{model.pk}/duplicate/")
    page.fill("#id_title", title)
    page.fill("#id_slug", title.lower())
    person.press("Make the copy")
    page.fill("#id_citations-0-locator", f"paragraph {paragraph}")
    person.save()


def test_a_summit_day(people, madrid):
    ann, ben, carla = people

    # In the morning: the declaration is registered and its paragraphs numbered.
    ann.open("")
    ann.key("s")
    ann.name("Madrid Declaration")
    ann.save()
    source = Source.objects.get(title="Madrid Declaration")
    ann.open(f"partnership/source/{source.pk}/paragraphs/")
    ann.page.fill("#id_text", TEXT)
    follow(ann.page.locator("[name=_cut]"))
    follow(ann.page.locator("[name=_keep]"))

    # Both write, each their half: the first from its paragraph, the rest after its model.
    for person, first, year in ((ann, 1, "2022"), (ben, 7, "2023")):
        page = person.open(f"partnership/source/{source.pk}/paragraphs/?at={first}")
        assert page.inner_text("#at-heading") == f"Paragraph {first}"
        person.key("x")
        write_in_full(person, TITLES[first - 1], year)
    for number in (*range(2, 7), *range(8, 13)):
        model = Exercise.objects.get(slug=TITLES[0 if number < 7 else 6].lower())
        write_after(ann if number < 7 else ben, model, TITLES[number - 1], number)
    page = ann.open(f"partnership/source/{source.pk}/paragraphs/")
    assert "12 of 12 recorded, 0 set aside, 0 still to do." in page.inner_text("#content")

    # Ben is about to enter a summit that is there already: he changes that one instead.
    page = ben.open("partnership/event/add/")
    ben.name("Summit of Madrid")
    page.fill("#id_date", "2022-06-29")
    choose(page, "id_kind", "Meeting")
    ben.key("Control+s")
    assert "This may be there already" in page.inner_text("#content")
    assert_accessible(page, "what may be there already")
    ben.said.clear()  # what axe itself loads is refused by the policy
    page.once("dialog", lambda question: question.accept())  # what he typed is given up
    ben.link("Open that one instead")
    ben.page.fill("#id_place", "Madrid, Spain")
    ben.save()
    assert not Event.objects.filter(slug="summit-of-madrid").exists()

    # Two have one draft open: each is told, and nobody's text is lost.
    aurora = Exercise.objects.get(slug="aurora")
    ann.open(f"partnership/exercise/{aurora.pk}/change/")
    page = ben.open(f"partnership/exercise/{aurora.pk}/change/")
    assert "ann" in page.inner_text("#presence")
    ann.page.fill("#id_title", "Aurora Light")
    ann.save()
    page.fill("#id_title", "Aurora Storm")
    page.fill("#id_place", "Norway")
    ben.key("Control+s")
    page.check("input[type=radio][value=theirs]")
    ben.press("Save both, as chosen")
    aurora.refresh_from_db()
    assert (aurora.title, aurora.place) == ("Aurora Light", "Norway")

    # All of it goes into one bundle, under an embargo.
    before = public_site()
    page = ann.open("partnership/bundle/add/")
    page.fill("#id_title", "Summit day")
    page.fill("#id_note", "What was agreed at Madrid.")
    page.fill("#id_publish_at", f"{timezone.now() + timedelta(days=1):%Y-%m-%dT%H:%M}")
    ann.save()
    for entry in (*Exercise.objects.order_by("pk"), madrid):
        page.fill("#searchbar", entry.slug)
        ann.press("Search")
        follow(page.locator(f"button[name=_put_in][value='{entry.reference}']"))
    ann.press("Submit the whole for review")
    bundle = Bundle.objects.get()
    assert bundle.items.count() == PARAGRAPHS + 1

    # The publisher looks at the whole, on the site as it will be, takes it along, and approves it.
    page = carla.open("")
    carla.key("r")
    assert page.url.endswith(f"/bundle/{bundle.pk}/review/")
    carla.link("Preview of the whole site")
    follow(page.locator(".site-head").get_by_role("link", name="Exercises"))
    assert "12 exercises" in page.inner_text("main")
    carla.open(f"partnership/bundle/{bundle.pk}/review/")
    with page.expect_download() as started:
        page.get_by_role("link", name="Export before release").click()
    with zipfile.ZipFile(io.BytesIO(started.value.path().read_bytes())) as archive:
        assert any("exercise" in name for name in archive.namelist())
    if page.locator("#id_sources_confirmed").count():
        page.check("#id_sources_confirmed")
    page.locator("h1").click()
    carla.key("a")

    # Before the hour readers see nothing of it, whoever asks for the hour to come.
    call_command("publish_due")
    assert public_site() == before
    assert Client().get("/exercises/falcon/").status_code == 404

    # At the hour everything is public at once, as one edition.
    Bundle.objects.update(publish_at=timezone.now() - timedelta(seconds=1))
    call_command("publish_due")
    edition = Edition.objects.latest("number")
    assert (edition.note, edition.bundle) == ("What was agreed at Madrid.", bundle)
    assert Exercise.objects.published().count() == PARAGRAPHS
    page = carla.page
    page.goto(f"{carla.host}/exercises/")
    assert "12 exercises" in page.inner_text("main")
    page.goto(f"{carla.host}/editions/{edition.number}/")
    assert "What was agreed at Madrid." in page.inner_text("main")
    assert "Madrid, Spain" in Client().get("/events/madrid/").content.decode()

    # Afterwards a mistake is corrected: said as one, reviewed, and the edition of the hour still tells what it told.
    falcon = Exercise.objects.get(slug="falcon")
    page = ann.open(f"partnership/exercise/{falcon.pk}/change/")
    page.fill("#id_title", "Falcon Strike")
    page.select_option("#id_change_nature", "correction")
    page.fill("#id_change_reason", "The declaration calls it so.")
    ann.press("Save and submit for review")
    page = carla.open("")
    carla.key("r")
    assert "Falcon Strike" in page.inner_text("#content-main")
    if page.locator("#id_sources_confirmed").count():
        page.check("#id_sources_confirmed")
        page.locator("h1").click()
    carla.key("a")
    falcon.refresh_from_db()
    assert (falcon.title, falcon.status) == ("Falcon Strike", Status.PUBLISHED)
    page.goto(f"{carla.host}/corrections/")
    assert "Falcon Strike" in page.inner_text("main")
    page.goto(f"{carla.host}/exercises/falcon/?edition={edition.number}")
    assert page.inner_text("h1") == "Falcon"
    assert list(register_problems()) == []
