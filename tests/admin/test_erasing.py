"""The page on which personal data is erased: who may, what it shows first, and what it refuses."""

import pytest
from django.contrib.admin.models import LogEntry
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from partnership.models import Erasure, Event, Status
from tests import factories
from tests.admin.accounts import account, at_browser, desk
from tests.admin.forms import messages_in

pytestmark = [pytest.mark.django_db, pytest.mark.one_engine]

NAME, WHY = "Ann Lee", "A person asked for it."


def page() -> str:
    return reverse("admin:erase")


def send(editor, **fields):
    return editor.client.post(page(), {"words": NAME, **fields}, follow=True)


@pytest.fixture
def chief(db):
    return desk("chief", "Administrator")


@pytest.fixture
def event(db):
    return factories.make_event("talk", title=f"Talk of {NAME}")


def everything(answer, **fields):
    """What a browser sends of the page as it came."""
    form = answer.context["form"]
    chosen = {name: form.initial[name] for name in ("entries", "tables")}
    sent = {"_erase": "1", "seal": form["seal"].value(), "note": WHY, "understood": "on"}
    return {**chosen, **sent, **fields}


@pytest.mark.parametrize("role", ["Viewer", "Editor", "Publisher"])
def test_only_administrators_erase(event, role):
    person = desk("somebody", role)
    assert person.client.get(page()).status_code == 403
    assert send(person, _erase="1", entries=[event.reference], note=WHY, understood="on").status_code == 403
    assert "erase" not in person.client.get(reverse("admin:index")).content.decode()


def test_who_is_limited_to_parties_erases_nothing(event):
    limited = at_browser(account("chief", "Administrator", (factories.make_party("japan"),)))
    assert limited.client.get(page()).status_code == 403
    assert send(limited, _erase="1").status_code == 403


def test_first_it_is_shown_where_the_words_are(chief, event):
    assert chief.client.get(reverse("admin:index")).content.decode().count(page()) == 1
    answer = send(chief)
    said = answer.content.decode()
    assert "Talk of Ann Lee (event:talk): 1 time (event: 1)" in said
    event.refresh_from_db()
    assert NAME in event.title
    assert "nowhere in the register" in send(chief, words="Bob Ray").content.decode()
    assert "event:talk-ann-lee" not in said
    factories.make_event("talk-ann-lee")
    assert "event:talk-ann-lee" in send(chief).content.decode()


def test_the_words_are_erased_where_they_were_chosen(chief, event):
    other = factories.make_event("other", title=NAME)
    answer = send(chief, **everything(send(chief), entries=[event.reference]))
    event.refresh_from_db()
    other.refresh_from_db()
    assert (event.title, other.title) == ("Talk of […]", NAME)
    assert messages_in(answer) == ["The words are erased. Readers are told so in edition 1."]
    assert WHY in answer.content.decode()
    told = LogEntry.objects.get()
    assert (told.object_repr, told.change_message) == ("Talk of […]", f"Personal data erased: {WHY}")


@pytest.mark.parametrize(
    ("missing", "said"),
    [
        ({"note": ""}, "Say in public why"),
        ({"note": f"It was {NAME}."}, "has the words in it"),
        ({"understood": ""}, "nobody can bring"),
        ({"entries": []}, "Choose where"),
        ({"seal": "old"}, "look at it again"),
        ({"entries": ["event:nothing", "\x00"]}, "is not one of the available choices"),
    ],
)
def test_what_is_missing_is_said_and_nothing_is_erased(chief, event, missing, said):
    answer = send(chief, **everything(send(chief), **missing))
    assert answer.status_code == 200
    assert said in answer.content.decode()
    event.refresh_from_db()
    assert NAME in event.title
    assert not Erasure.objects.exists()


def test_odd_words_are_refused(chief, event):
    for words in ("", "a", "\x00\x00\x00", "é" * 201, "..."):
        answer = chief.client.post(page(), {"words": words, "_erase": "1"})
        assert answer.status_code == 200
        assert "errornote" in answer.content.decode()


def test_what_changed_since_the_look_is_shown_first(chief, event):
    seen = send(chief)
    factories.make_event("fresh", title=f"{NAME} again", status=Status.DRAFT)
    answer = send(chief, **everything(seen))
    assert "Something changed since you looked" in answer.content.decode()
    answer = send(chief, **everything(answer, entries=["event:talk", "event:fresh"]))
    assert messages_in(answer)
    assert not Event.objects.filter(title__contains=NAME).exists()


def test_the_queries_of_a_look_do_not_grow(chief, event):
    def queries() -> int:
        with CaptureQueriesContext(
            connection,
        ) as found:
            send(chief)
        return len(found)

    send(chief)
    few = queries()
    for number in range(6):
        factories.make_event(f"more-{number}", title=f"{NAME} {number}")
    assert queries() <= few
