"""Accounts, roles and remits: what an administrator manages, and every way in which nobody is raised above them."""

import pytest
from django.contrib.admin.models import CHANGE, LogEntry
from django.contrib.auth import get_user_model
from django.contrib.auth.models import Group, Permission, User
from django.contrib.contenttypes.models import ContentType
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from partnership.editorial import leaving
from partnership.editorial.accounts import rights_of
from partnership.models import NoticeChoice, Remit, Revision, SavedList
from partnership.sign_in import factors
from tests import factories
from tests.admin.accounts import account, at_browser, desk
from tests.admin.forms import Form, messages_in
from tests.editorial.edits import save

pytestmark = [pytest.mark.django_db, pytest.mark.one_engine]

PASSWORD = "a long password of somebody 7"


@pytest.fixture
def chief(db):
    return desk("chief", "Administrator")


@pytest.fixture
def root(db):
    return get_user_model().objects.create_superuser("root", password=PASSWORD)


def role(name):
    return Group.objects.get(name=name)


def right(codename):
    return Permission.objects.get(codename=codename)


def save_account(editor, person, **fields):
    """Send the form of an account as it comes, with other values, among them some that it does not have."""
    form = Form(editor.client.get(editor.url(User, "change", person.pk)))
    values = {**form.values, **{name: value for name, value in fields.items() if value is not None}}
    for name, value in fields.items():
        if value is None:
            values.pop(name, None)
    return editor.client.post(editor.url(User, "change", person.pk), {**values, "_save": "1"}, follow=True)


def state(person):
    """What somebody may be raised by."""
    fresh = User.objects.get(pk=person.pk)
    limit = sorted(Remit.objects.filter(account=fresh).values_list("parties", flat=True))
    told = (fresh.is_superuser, fresh.is_staff, fresh.is_active, fresh.password, fresh.username)
    return (*told, sorted(rights_of(fresh)), limit)


# Managing


def test_an_administrator_makes_an_account_with_a_role_and_it_is_staff(chief):
    form = Form(chief.client.get(chief.url(User, "add")))
    form.fill(username="emiko", usable_password="true", password1=PASSWORD, password2=PASSWORD)
    form.fill(first_name="Emiko", email="emiko@example.org", groups=role("Editor"))
    answer = chief.client.post(chief.url(User, "add"), form.values, follow=True)
    made = User.objects.get(username="emiko")
    assert answer.redirect_chain
    assert (made.is_staff, made.is_superuser, made.email) == (True, False, "emiko@example.org")
    assert list(made.groups.all()) == [role("Editor")]
    assert made.check_password(PASSWORD)


def test_who_loses_the_last_role_is_staff_no_more(chief):
    person = account("emiko", "Viewer")
    save_account(chief, person, groups=None, first_name="Emiko")
    person.refresh_from_db()
    assert (person.is_staff, person.first_name, person.groups.count()) == (False, "Emiko", 0)
    save_account(chief, person, groups=[role("Publisher").pk])
    person.refresh_from_db()
    assert person.is_staff


def test_the_list_tells_roles_remit_and_second_factor(chief, root):
    person = account("emiko", "Editor", (factories.make_party("japan"),))
    app = factors.begin_app(person, "Telephone")
    app.confirmed = True
    app.save()
    said = chief.client.get(chief.url(User, "changelist")).content.decode()
    for told in ("Editor", "Japan", "superuser", "everything", "icon-yes", "icon-no"):
        assert told in said


def test_the_queries_of_the_list_do_not_grow(chief):
    def queries():
        with CaptureQueriesContext(connection) as found:
            chief.client.get(chief.url(User, "changelist"))
        return len(found)

    account("first", "Editor", (factories.make_party("japan"),))
    queries()
    few = queries()
    for number in range(8):
        account(f"person-{number}", "Publisher", (factories.make_party("spain"),))
    assert queries() == few


def test_a_form_that_was_saved_over_is_refused(chief):
    person = account("emiko")
    form = Form(chief.client.get(chief.url(User, "change", person.pk)))
    User.objects.filter(pk=person.pk).update(email="new@example.org")
    answer = chief.client.post(chief.url(User, "change", person.pk), {**form.values, "_save": "1"})
    assert "somebody else saved this meanwhile" in answer.content.decode()


# Escalation: every forged field, by an administrator, of every sort of account

FORGED = {
    "superuser": {"is_superuser": "on"},
    "staff": {"is_staff": "on"},
    "right": {"user_permissions": "right"},
    "role above": {"groups": "Beyond"},
    "name": {"username": "taken"},
    "password": {"password": "pbkdf2_sha256$1$a$b"},
    "off": {"is_active": None},
}


@pytest.fixture
def beyond(db):
    """A role with a right that no administrator has."""
    made = Group.objects.create(name="Beyond")
    made.permissions.add(right("add_logentry"))
    return made


def forged(fields, beyond):
    found = {"right": right("add_logentry").pk, "Beyond": beyond.pk}
    return {name: found.get(value, value) for name, value in fields.items()}


@pytest.mark.parametrize("what", FORGED)
def test_no_forged_form_raises_anybody(chief, root, beyond, what):
    above = account("above", "Editor")
    above.groups.add(beyond)
    myself = User.objects.get(username="chief")
    fields = forged(FORGED[what], beyond)
    for person in (root, above, myself):
        before = state(person)
        save_account(chief, person, **fields)
        if person is myself and what == "name":
            continue
        assert state(person) == before, (what, person)
    below = account("below", "Editor")
    before = state(below)
    save_account(chief, below, **fields)
    if what not in ("name", "off"):
        assert state(below) == before, what


def test_nobody_sets_the_password_of_who_may_do_more(chief, root, beyond):
    above = account("above", "Editor")
    above.groups.add(beyond)
    User.objects.filter(pk=above.pk).update(is_active=False)  # it has its rights again when it is switched on
    sent = {"password1": PASSWORD, "password2": PASSWORD, "usable_password": "true", "set-password": "1"}
    for person in (root, above):
        before = state(person)
        address = reverse("admin:auth_user_password_change", args=[person.pk])
        assert chief.client.post(address, sent).status_code == 403
        for page in ("leave", "erase_name"):
            address = reverse(f"admin:auth_user_{page}", args=[person.pk])
            assert [chief.client.get(address).status_code, chief.client.post(address).status_code] == [
                403
            ] * 2
        assert chief.client.post(chief.url(User, "delete", person.pk), {"post": "yes"}).status_code == 403
        assert state(person) == before
    below = account("below", "Publisher")
    address = reverse("admin:auth_user_password_change", args=[below.pk])
    assert chief.client.post(address, sent).status_code == 302
    below.refresh_from_db()
    assert below.check_password(PASSWORD)


def test_no_new_account_is_above_who_makes_it(chief, beyond):
    sent = {"username": "new", "usable_password": "true", "password1": PASSWORD, "password2": PASSWORD}
    forged_fields = {"is_superuser": "on", "is_staff": "on", "user_permissions": right("add_logentry").pk}
    chief.client.post(chief.url(User, "add"), {**sent, **forged_fields})
    assert state(User.objects.get(username="new"))[:2] == (False, False)
    answer = chief.client.post(chief.url(User, "add"), {**sent, "username": "other", "groups": beyond.pk})
    assert "not one of the available choices" in answer.content.decode()
    assert not User.objects.filter(username="other").exists()


def test_no_role_gets_a_right_that_its_writer_lacks(chief, beyond):
    editor = role("Editor")
    before = set(editor.permissions.values_list("pk", flat=True))
    address = chief.url(Group, "change", editor.pk)
    form = Form(chief.client.get(address))
    more = [*form.values["permissions"], str(right("add_logentry").pk)]
    answer = chief.client.post(address, {**form.values, "permissions": more})
    assert "not one of the available choices" in answer.content.decode()
    assert chief.client.post(chief.url(Group, "change", beyond.pk), {"name": "Mine"}).status_code == 403
    assert chief.client.post(chief.url(Group, "delete", beyond.pk), {"post": "yes"}).status_code == 403
    account("somebody", "Editor")
    assert chief.client.post(chief.url(Group, "delete", editor.pk), {"post": "yes"}).status_code == 403
    fresh = Group.objects.create(name="Fresh")
    form = Form(chief.client.get(chief.url(Group, "change", fresh.pk)))
    sent = {**form.values, "permissions": [right("view_event").pk], "_save": "1"}
    assert chief.client.post(chief.url(Group, "change", fresh.pk), sent).status_code == 302
    assert set(editor.permissions.values_list("pk", flat=True)) == before
    assert list(fresh.permissions.all()) == [right("view_event")]


def test_who_is_limited_to_parties_manages_nobody(db):
    japan = factories.make_party("japan")
    limited = at_browser(account("limited", "Administrator", (japan,)))
    myself, person = User.objects.get(username="limited"), account("emiko", "Viewer")
    own = Remit.objects.get()
    before = state(myself), state(person)
    for address in (
        limited.url(User, "add"),
        limited.url(User, "change", person.pk),
        limited.url(User, "change", myself.pk),
        limited.url(Group, "change", role("Viewer").pk),
        limited.url(Remit, "add"),
        limited.url(Remit, "change", own.pk),
        limited.url(Remit, "delete", own.pk),
        reverse("admin:auth_user_password_change", args=[person.pk]),
        reverse("admin:auth_user_leave", args=[person.pk]),
    ):
        sent = {"post": "yes", "username": "x", "account": person.pk, "parties": japan.pk}
        assert limited.client.post(address, sent).status_code == 403, address
    assert (state(myself), state(person)) == before


def test_nobody_limits_themselves_or_who_is_above(chief, root):
    japan, person = factories.make_party("japan"), account("emiko")
    for limited, said in ((User.objects.get(username="chief"), "your own"), (root, "more than yours")):
        answer = chief.client.post(chief.url(Remit, "add"), {"account": limited.pk, "parties": japan.pk})
        assert said in answer.content.decode()
    sent = {"account": person.pk, "parties": japan.pk}
    assert chief.client.post(chief.url(Remit, "add"), sent).status_code == 302
    assert Remit.objects.get().account == person


def test_nobody_shuts_themselves_out(chief, root):
    myself = User.objects.get(username="chief")
    before = state(myself)
    answer = save_account(chief, myself, is_active=None)
    assert "cannot switch off your own account" in answer.content.decode()
    answer = save_account(chief, myself, groups=[role("Viewer").pk])
    assert "You would manage accounts no more" in answer.content.decode()
    address = chief.url(Group, "change", role("Administrator").pk)
    form = Form(chief.client.get(address))
    less = [key for key in form.values["permissions"] if key != str(right("change_user").pk)]
    answer = chief.client.post(address, {**form.values, "permissions": less})
    assert "You would manage accounts no more" in answer.content.decode()
    answer = chief.client.post(reverse("admin:auth_user_leave", args=[myself.pk]), follow=True)
    assert messages_in(answer) == ["You cannot switch off your own account: ask another administrator."]
    assert chief.client.post(chief.url(User, "delete", myself.pk), {"post": "yes"}).status_code == 403
    assert state(myself) == before
    other = at_browser(root)
    assert "take this from yourself" in save_account(other, root, is_superuser=None).content.decode()
    assert state(root)[0]


def test_a_superuser_may_do_all_of_it(root, beyond):
    person = account("emiko")
    save_account(at_browser(root), person, is_superuser="on", groups=[beyond.pk])
    assert state(person)[:2] == (True, True)


@pytest.mark.parametrize("name", ["Viewer", "Editor", "Publisher"])
def test_nobody_else_manages_accounts(name):
    other, person = desk("other", name), account("emiko")
    for address in (
        other.url(User, "changelist"),
        other.url(User, "change", person.pk),
        other.url(Group, "changelist"),
        other.url(Remit, "changelist"),
        reverse("admin:auth_user_leave", args=[person.pk]),
        reverse("admin:auth_user_erase_name", args=[person.pk]),
    ):
        assert other.client.get(address).status_code == 403, address
        assert other.client.post(address).status_code == 403, address


@pytest.mark.parametrize("odd", ["9" * 40, str(2**63), "x", "-1", "a\0b", "٣"])
def test_odd_numbers_are_none_that_can_be_chosen(chief, odd):
    person = account("emiko")
    for model, name, fields in (
        (Remit, "account", {"account": odd}),
        (Remit, "parties", {"account": person.pk, "parties": odd}),
        (Group, "permissions", {"name": "Readers", "permissions": odd}),
        (User, "groups", {"username": "fresh", "usable_password": "false", "groups": odd}),
    ):
        response = chief.client.post(chief.url(model, "add"), fields)
        assert "Select a valid choice" in str(response.context["adminform"].form.errors[name])
    response = save_account(chief, person, groups=odd)
    assert "Select a valid choice" in str(response.context["adminform"].form.errors["groups"])


def test_odd_addresses_are_not_there(chief):
    for page in ("leave", "erase_name"):
        for key in ("0", "x", "9" * 30, "%00"):
            address = reverse(f"admin:auth_user_{page}", args=[key])
            assert chief.client.post(address).status_code == 404


# Leaving


@pytest.fixture
def gone(chief):
    """Somebody who wrote something, has a second factor, a session and a feed, and has left."""
    person = account("emiko", "Publisher")
    person.email = "emiko@example.org"
    person.save()
    client = Client()
    client.force_login(person)
    save(factories.make_event("talk"), person, summary="Said.")
    NoticeChoice.objects.create(account=person, feed_digest="x")
    app = factors.begin_app(person, "Telephone")
    app.confirmed = True
    app.save()
    answer = chief.client.post(reverse("admin:auth_user_leave", args=[person.pk]), follow=True)
    assert messages_in(answer) == ["“emiko” is switched off. History keeps naming it."]
    assert client.get(reverse("admin:index")).status_code == 302
    person.refresh_from_db()
    return person


def test_who_has_left_cannot_come_in_and_stays_named(chief, gone):
    assert (gone.is_active, gone.has_usable_password()) == (False, False)
    assert not factors.factors_of(gone).is_any
    choice = NoticeChoice.objects.get()
    assert (choice.by_email, choice.feed_digest) == (False, "")
    assert Revision.objects.filter(made_by=gone, made_by_name="emiko").exists()
    assert chief.client.post(chief.url(User, "delete", gone.pk), {"post": "yes"}).status_code == 403
    assert LogEntry.objects.filter(change_message="Switched off: has left.").exists()


def test_only_who_never_did_anything_is_deleted(chief):
    fresh = account("fresh")
    NoticeChoice.objects.create(account=fresh)
    assert chief.client.post(chief.url(User, "delete", fresh.pk), {"post": "yes"}).status_code == 302
    assert not User.objects.filter(username="fresh").exists()


def test_the_name_of_who_has_left_is_erased(chief, gone):
    SavedList.objects.create(account=gone, model="partnership.event", name="Mine", query="q=x")
    LogEntry.objects.create(
        user=gone, content_type=ContentType.objects.get_for_model(User), object_id=str(gone.pk),
        action_flag=CHANGE, object_repr="emiko", change_message="emiko",
    )  # fmt: skip
    remit = Remit.objects.create(account=gone)
    for key, name in ((remit.pk, "emiko at her first desk"), (remit.pk + 1, "emiko")):
        LogEntry.objects.create(
            user=gone, content_type=ContentType.objects.get_for_model(Remit), object_id=str(key),
            action_flag=CHANGE, object_repr=name, change_message="",
        )  # fmt: skip
    Revision.objects.create(
        entry="event:old", document=[], schema=1, digest="", made_by_name="emiko", state="superseded"
    )
    address = reverse("admin:auth_user_erase_name", args=[gone.pk])
    assert "former member of staff" in chief.client.get(address).content.decode()
    chief.client.post(address)
    signed = Revision.objects.exclude(made_by_name="").values_list("made_by_name", "made_by")
    assert set(signed) == {(leaving.FORMER, gone.pk), (leaving.FORMER, None)}
    gone.refresh_from_db()
    assert gone.username.startswith("former-")
    assert (gone.email, gone.is_staff, gone.groups.count()) == ("", False, 0)
    assert not SavedList.objects.exists()
    assert not LogEntry.objects.filter(object_repr__contains="emiko").exists()


def test_the_name_of_who_is_here_is_not_erased(chief):
    for person in (account("emiko"), User.objects.get(username="chief")):
        app = factors.begin_app(person, "Telephone")
        app.confirmed = True
        app.save()
        name = person.username
        answer = chief.client.post(reverse("admin:auth_user_erase_name", args=[person.pk]), follow=True)
        assert "still in use" in messages_in(answer)[0]
        person.refresh_from_db()
        assert person.username == name
        assert factors.factors_of(person).is_any
