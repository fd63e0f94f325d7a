"""Letters about what waits: to whom, of what, when, and what they never tell."""

from datetime import timedelta
from io import StringIO
from smtplib import SMTPServerDisconnected
from typing import Any

import pytest
from django.contrib.auth.models import Group, User
from django.core import mail
from django.core.management import CommandError, call_command
from django.urls import reverse

from partnership.editorial import notices, reviewing
from partnership.editorial.letters import send_letters
from partnership.editorial.notices import Sort, waits_for
from partnership.models import LinkCheck, NoticeChoice, Remit, Revision
from partnership.models.fields import whole_second
from tests import factories
from tests.admin.accounts import account
from tests.editorial.edits import save, submit

pytestmark = pytest.mark.django_db

TITLE = "Secret summit"


def person(name: str, role: str = "Editor", **fields: Any) -> User:
    """Somebody in a role with an address."""
    made = account(name, role)
    made.email = f"{name}@example.org"
    for field, value in fields.items():
        setattr(made, field, value)
    made.save()
    return User.objects.get(pk=made.pk)


def fresh(known: User) -> User:
    """The account as the next act finds it, its rights asked anew."""
    return User.objects.get(pk=known.pk)


def sorts(known: User) -> list[str]:
    return [each.sort for each in waits_for(fresh(known))]


@pytest.fixture
def writer(db: None) -> User:
    return person("writer")


@pytest.fixture
def reviewer(db: None) -> User:
    return person("reviewer", "Publisher")


@pytest.fixture
def submitted(writer: User) -> Revision:
    event = factories.make_event("secret-summit", title=TITLE, parties=(("japan", "host"),))
    return submit(event, writer, summary="More.")


def run() -> str:
    told = StringIO()
    call_command("send_digests", stdout=told, stderr=told)
    return told.getvalue()


def test_each_is_told_of_what_waits_for_them(submitted, writer, reviewer):
    assert (sorts(writer), sorts(reviewer)) == ([], [Sort.REVIEW])
    reviewing.send_back(submitted, by=reviewer, reason="Say when.")
    assert (sorts(writer), sorts(reviewer)) == ([Sort.RETURNED], [])
    assert sorts(person("viewer", "Viewer")) == []


def test_what_was_begun_is_told_when_it_lies(writer):
    revision = save(factories.make_event("talk"), writer)
    assert sorts(writer) == []
    Revision.objects.filter(pk=revision.pk).update(made_at=whole_second() - timedelta(days=8))
    assert sorts(writer) == [Sort.LYING]


def test_rights_and_remits_count_as_they_are_now(submitted, reviewer):
    Remit.objects.create(account=reviewer).parties.add(factories.make_party("spain"))
    assert sorts(reviewer) == []
    Remit.objects.get().parties.add(factories.make_party("japan"))
    assert sorts(reviewer) == [Sort.REVIEW]
    reviewer.groups.set([Group.objects.get(name="Viewer")])
    assert sorts(reviewer) == []
    reviewer.groups.set([Group.objects.get(name="Publisher")])
    User.objects.filter(pk=reviewer.pk).update(is_active=False)
    assert sorts(reviewer) == []


def test_the_letter_tells_numbers_and_ways_and_no_title(submitted, reviewer, settings):
    settings.SITE_URL, settings.SITE_NAME = "https://register.example.org", "Re\ngister"
    assert run() == "reviewer: told of 1 thing\n"
    [letter] = mail.outbox
    assert (letter.to, letter.subject) == (["reviewer@example.org"], "Re gister: 1 to review")
    assert f"https://register.example.org{reverse('admin:review_queue')}" in letter.body
    whole = letter.message().as_string()
    for untold in (TITLE, "secret-summit", "More."):
        assert untold not in whole
    stop = letter.extra_headers["List-Unsubscribe"].strip("<>")
    assert stop in letter.body
    assert letter.extra_headers["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    assert letter.message().get_content_type() == "text/plain"


def test_one_letter_a_day_and_none_where_nothing_waits(submitted, reviewer, writer):
    now = whole_second()
    assert [each.name for each in send_letters(now)] == ["reviewer"]
    assert list(send_letters(now)) == []
    assert [each.name for each in send_letters(now + timedelta(days=1))] == ["reviewer"]
    assert len(mail.outbox) == 2


def test_no_letter_to_who_wants_none_or_has_no_address(submitted, reviewer):
    notices.tell_by_letter(reviewer, False)
    person("other", "Publisher", email="")
    assert run() == ""
    notices.tell_by_letter(reviewer, True)
    assert "reviewer" in run()


def test_one_that_fails_keeps_none_of_the_others_and_is_tried_again(submitted, reviewer, monkeypatch):
    person("second", "Publisher")
    real = mail.EmailMessage.send

    def send(letter: Any, *args: Any, **kwargs: Any) -> Any:
        if letter.to == ["reviewer@example.org"]:
            raise SMTPServerDisconnected("no answer")
        return real(letter, *args, **kwargs)

    with monkeypatch.context() as patched:
        patched.setattr(mail.EmailMessage, "send", send)
        with pytest.raises(CommandError, match="1 letter was not sent"):
            run()
    assert [letter.to for letter in mail.outbox] == [["second@example.org"]]
    assert run() == "reviewer: told of 1 thing\n"


def test_an_address_cannot_add_a_header(submitted, reviewer):
    User.objects.filter(pk=reviewer.pk).update(email="a@example.org\nBcc: all@example.org")
    [sent] = send_letters()
    assert "BadHeaderError" in sent.fault
    assert mail.outbox == []
    assert NoticeChoice.objects.get(account=reviewer).sent_at is None


def test_dead_links_are_told_along_and_bring_no_letter(submitted, reviewer):
    long_ago = whole_second() - timedelta(days=30)
    LinkCheck.objects.create(
        url="https://example.org/a", outcome="gone", failing_since=long_ago, checked_at=whole_second()
    )
    mender = person("mender")
    assert sorts(mender) == [Sort.LINKS]
    assert "mender" not in run()
    assert "dead links" in mail.outbox[0].subject


def test_letters_need_the_address_of_the_site(settings):
    settings.SITE_URL = ""
    with pytest.raises(CommandError, match="SITE_URL is not set"):
        run()


def test_the_queries_do_not_grow_with_what_waits(submitted, writer, reviewer, django_assert_num_queries):
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    with CaptureQueriesContext(connection) as few:
        waits_for(fresh(reviewer))
    for number in range(5):
        submit(factories.make_event(f"more-{number}", parties=(("japan", "host"),)), writer)
    with CaptureQueriesContext(connection) as many:
        assert len(waits_for(fresh(reviewer))) == 6
    assert len(many) <= len(few)
