"""Nobody saves over what somebody else saved: in the form of any entry, in its rows, and in every other form."""

from copy import deepcopy

import pytest
from django.contrib.auth.models import Group, Permission, User

from partnership import documents
from partnership.admin import site
from partnership.admin.guard import STARTED_FROM, Guarded
from partnership.editorial import revising
from partnership.models import ENTRY_MODELS, Alias, Bundle, Event, Party, Remit, Revision, Source, Status
from tests import factories
from tests.admin.forms import WORDS, Form, errors_in, messages_in

# What two writers do to the rows at once is tested on both engines, in tests/editorial/test_in_parallel.py.
pytestmark = pytest.mark.one_engine

each_entry = pytest.mark.parametrize("model", ENTRY_MODELS, ids=lambda model: model.__name__)
each_state = pytest.mark.parametrize("status", [Status.DRAFT, Status.PUBLISHED])


@pytest.fixture
def colleague(editor):
    """Somebody else at a browser of their own."""
    return editor.second_person("colleague")


@pytest.fixture(params=[Status.DRAFT, Status.PUBLISHED])
def event(request, db):
    """An event of two parties, as a draft and public."""
    parties = (("japan", "host"), ("norway", "participant"))
    return factories.make_event("madrid", title="Madrid", status=request.param, parties=parties)


def said(entry):
    """What an entry is being made to say, by the labels of its rows."""
    return {documents.label(row): row["fields"] for row in revising.present(entry).document}


def asked(page):
    """The choices of a page of two changes: label, mine and theirs."""
    return [(each.label, each.mine, each.theirs) for each in page.context["choices"]]


# Two editors


@each_entry
@each_state
def test_the_second_editor_sees_both_values_and_chooses(editor, colleague, model, status):
    entry, field = factories.make_entry(model, status=status), WORDS[model]
    form = editor.reopen(entry).fill(**{field: "Mine", "staff_note": "A note of mine."})
    colleague.save(entry, **{field: "Theirs"})
    before, revisions = revising.present(entry), Revision.objects.count()
    page = editor.press("_save", form, entry)
    assert page.status_code == 200
    assert [(mine, theirs) for _label, mine, theirs in asked(page)] == [("Mine", "Theirs")]
    assert "colleague saved this entry" in page.content.decode()
    assert [line.after for line in page.context["only_mine"]] == ["A note of mine."]
    assert Form(page).values[field] == ["Mine"]
    assert (revising.present(entry), Revision.objects.count()) == (before, revisions)
    editor.press("_save", Form(page).choose(each="mine"), entry)
    document = revising.present(entry).document
    assert (document[0]["fields"][field], document[0]["fields"]["staff_note"]) == ("Mine", "A note of mine.")


@each_entry
def test_the_value_of_the_other_may_be_chosen(editor, colleague, model):
    entry, field = factories.make_entry(model), WORDS[model]
    form = editor.reopen(entry).fill(**{field: "Mine", "staff_note": "A note of mine."})
    colleague.save(entry, **{field: "Theirs"})
    page = editor.press("_save", form, entry)
    editor.press("_save", Form(page).choose(each="theirs"), entry)
    fields = revising.present(entry).document[0]["fields"]
    assert (fields[field], fields["staff_note"]) == ("Theirs", "A note of mine.")


def test_each_place_is_chosen_by_itself(editor, colleague, event):
    form = editor.reopen(event).fill(title="Mine", place="Here")
    colleague.save(event, title="Theirs", place="There", date="2022")
    page = editor.press("_save", form, event)
    assert asked(page) == [("Title", "Mine", "Theirs"), ("Place", "Here", "There")]
    editor.press("_save", Form(page).choose(title="mine", place="theirs"), event)
    fields = said(event)["event[madrid]"]
    assert (fields["title"], fields["place"], fields["date"]) == ("Mine", "There", "2022")


def test_what_only_one_changed_is_shown_and_kept_without_a_choice(editor, colleague, event):
    form = editor.reopen(event).fill(title="Mine")
    colleague.save(event, place="There")
    page = editor.press("_save", form, event)
    assert asked(page) == []
    assert [line.label for line in page.context["only_mine"]] == ["Title"]
    assert [line.label for line in page.context["only_theirs"]] == ["Place"]
    editor.press("_save", Form(page), event)
    fields = said(event)["event[madrid]"]
    assert (fields["title"], fields["place"]) == ("Mine", "There")


def test_nothing_is_saved_before_every_choice_is_made(editor, colleague, event):
    form = editor.reopen(event).fill(title="Mine", place="Here")
    colleague.save(event, title="Theirs", place="There")
    before = revising.present(event)
    page = editor.press("_save", form, event)
    again = editor.press("_save", Form(page).choose(title="mine"), event)
    assert [each.chosen for each in again.context["choices"]] == ["mine", ""]
    assert revising.present(event) == before


def test_a_third_save_in_between_asks_again(editor, colleague, event):
    form = editor.reopen(event).fill(title="Mine")
    colleague.save(event, title="Theirs")
    page = editor.press("_save", form, event)
    colleague.save(event, title="Theirs again")
    again = editor.press("_save", Form(page).choose(each="theirs"), event)
    assert asked(again) == [("Title", "Mine", "Theirs again")]
    assert said(event)["event[madrid]"]["title"] == "Theirs again"
    editor.press("_save", Form(again).choose(each="mine"), event)
    assert said(event)["event[madrid]"]["title"] == "Mine"


def test_what_is_said_of_a_change_and_its_button_are_carried(editor, colleague, event):
    form = editor.reopen(event).fill(title="Mine", change_reason="A letter.", areas=[factories.make_area()])
    form.values["areas"].append(str(factories.make_area("crisis-management").pk))
    colleague.save(event, place="There")
    page = editor.press("_submit", form, event)
    response = editor.client.post(editor.url(Event, "change", event.pk), Form(page).values, follow=True)
    assert messages_in(response)[0].endswith("is submitted for review.")
    assert revising.head_of(event).reason == "A letter."
    assert said(event)["event[madrid]"]["areas"] == [["crisis-management"], ["cyber-defence"]]


def test_a_form_that_says_what_is_stored_by_now_is_no_conflict(editor, colleague, event):
    form = editor.reopen(event).fill(title="Renamed")
    colleague.save(event, title="Renamed")
    assert asked(editor.press("_save", form, event)) == []


def meanwhile(monkeypatch, act):
    """Have something happen between the moment a save has looked at the entry and the moment it writes."""
    save, acts = revising.save, [act]

    def saved(*args, **kwargs):
        if acts:
            acts.pop()()
        return save(*args, **kwargs)

    monkeypatch.setattr(revising, "save", saved)


def test_a_save_at_the_very_moment_of_another_is_joined_like_any(editor, event, monkeypatch):
    form = editor.reopen(event).fill(title="Mine")
    theirs = deepcopy(documents.dump(event))
    theirs[0]["fields"]["title"] = "Theirs"
    save = revising.save
    meanwhile(monkeypatch, lambda: save(event, theirs, by=None))
    page = editor.press("_save", form, event)
    assert asked(page) == [("Title", "Mine", "Theirs")]
    assert said(event)["event[madrid]"]["title"] == "Theirs"
    editor.press("_save", Form(page).choose(each="mine"), event)
    assert said(event)["event[madrid]"]["title"] == "Mine"


def test_a_draft_that_is_deleted_at_the_very_moment_of_a_save_is_told_to_be_gone(editor, monkeypatch):
    draft = factories.make_event("madrid", status=Status.DRAFT)
    form = editor.reopen(draft).fill(title="Mine")
    meanwhile(monkeypatch, lambda: Event.objects.filter(pk=draft.pk).delete())
    response = editor.press("_save", form, draft)
    assert messages_in(response) == ["The entry was deleted."]
    assert response.redirect_chain[-1][0] == editor.url(Event, "changelist")


# Rows


def test_a_row_that_both_changed_is_chosen(editor, colleague, event):
    form = editor.reopen(event).change_row("involvements", 0, unit="Mine")
    colleague.press("_save", colleague.reopen(event).change_row("involvements", 0, unit="Theirs"), event)
    page = editor.press("_save", form, event)
    assert [(mine, theirs) for _label, mine, theirs in asked(page)] == [("Mine", "Theirs")]
    editor.press("_save", Form(page).choose(unit="mine"), event)
    assert said(event)["eventinvolvement[madrid.japan]"]["unit"] == "Mine"


@pytest.mark.parametrize(("choice", "stays"), [("mine", False), ("theirs", True)])
def test_a_row_that_one_deleted_and_the_other_changed_is_chosen(editor, colleague, event, choice, stays):
    form = editor.reopen(event).delete_row("involvements", 0)
    colleague.press("_save", colleague.reopen(event).change_row("involvements", 0, unit="Theirs"), event)
    page = editor.press("_save", form, event)
    [(_label, mine, theirs)] = asked(page)
    assert mine == ""
    assert "Theirs" in theirs
    editor.press("_save", Form(page).choose(each=choice), event)
    assert ("eventinvolvement[madrid.japan]" in said(event)) is stays


@pytest.mark.parametrize(("choice", "stays"), [("mine", True), ("theirs", False)])
def test_a_row_that_the_other_deleted_and_i_changed_is_chosen(editor, colleague, event, choice, stays):
    form = editor.reopen(event).change_row("involvements", 0, unit="Mine")
    colleague.press("_save", colleague.reopen(event).delete_row("involvements", 0), event)
    page = editor.press("_save", form, event)
    [(_label, mine, theirs)] = asked(page)
    assert "Mine" in mine
    assert theirs == ""
    editor.press("_save", Form(page).choose(each=choice), event)
    assert ("eventinvolvement[madrid.japan]" in said(event)) is stays


def test_a_row_that_the_other_deleted_is_not_brought_back(editor, colleague, event):
    form = editor.reopen(event).fill(title="Mine")
    colleague.press("_save", colleague.reopen(event).delete_row("involvements", 1), event)
    page = editor.press("_save", form, event)
    assert asked(page) == []
    editor.press("_save", Form(page), event)
    assert "eventinvolvement[madrid.norway]" not in said(event)
    assert said(event)["event[madrid]"]["title"] == "Mine"


def test_rows_that_both_added_under_one_key_both_stay(editor, colleague, event, participant):
    spain = factories.make_party("spain")
    form = editor.reopen(event).row("involvements", party=spain, role=participant, unit="Mine")
    theirs = colleague.reopen(event).row("involvements", party=spain, role=participant, unit="Theirs")
    colleague.press("_save", theirs, event)
    page = editor.press("_save", form, event)
    assert asked(page) == []
    editor.press("_save", Form(page), event)
    fields = said(event)
    assert fields["eventinvolvement[madrid.spain]"]["unit"] == "Theirs"
    assert fields["eventinvolvement[madrid.spain-2]"]["unit"] == "Mine"


# What became public meanwhile


def test_a_form_that_was_open_while_its_draft_was_published_is_kept_as_a_change(editor):
    event = factories.make_event("madrid", title="Madrid", status=Status.DRAFT)
    form = editor.reopen(event).fill(title="Mine")
    editor.publish(event)
    editor.press("_save", form, event)
    event.refresh_from_db()
    assert (event.title, event.status) == ("Madrid", Status.PUBLISHED)
    assert said(event)["event[madrid]"]["title"] == "Mine"


def test_a_form_that_was_open_while_a_change_was_published_joins_it(editor, colleague):
    event = factories.make_event("madrid", title="Madrid")
    form = editor.reopen(event).fill(title="Mine")
    colleague.save(event, title="Theirs", place="There")
    editor.publish(event)
    page = editor.press("_save", form, event)
    assert asked(page) == [("Title", "Mine", "Theirs")]
    assert "This entry was changed after you had opened it." in page.content.decode()
    editor.press("_save", Form(page).choose(each="mine"), event)
    fields = said(event)["event[madrid]"]
    assert (event.title, fields["title"], fields["place"]) == ("Theirs", "Mine", "There")


def test_the_change_of_an_entry_that_was_withdrawn_meanwhile_does_not_bring_it_back(editor, colleague):
    event = factories.make_event("madrid", title="Madrid")
    form = editor.reopen(event).fill(title="Mine")
    colleague.client.post(colleague.url(Event, "withdraw", event.pk), {"reason": "Entered twice."})
    editor.press("_save", form, event)
    event.refresh_from_db()
    assert (event.status, event.title) == (Status.WITHDRAWN, "Madrid")
    assert (
        said(event)["event[madrid]"] | {"title": "Mine", "status": "withdrawn"}
        == said(event)["event[madrid]"]
    )


# Forms that do not say what they started from


@each_entry
@pytest.mark.parametrize("started_from", [None, "0" * 64])
def test_a_form_that_started_from_nothing_known_is_refused_with_its_text(editor, model, started_from):
    entry = factories.make_entry(model)
    editor.save(entry, staff_note="Before.")
    before = revising.present(entry)
    form = editor.reopen(entry).fill(staff_note="Typed just now.")
    if started_from is None:
        del form.values[STARTED_FROM]
    else:
        form.values[STARTED_FROM] = [started_from]
    page = editor.press("_save", form, entry)
    assert any("too old to be saved" in error for error in errors_in(page))
    assert Form(page).values["staff_note"] == ["Typed just now."]
    assert revising.present(entry) == before


# Every form of the site


def stored_objects():
    """An object of every model that has a form, made where a test can change it."""
    japan = factories.make_party("japan")
    account = User.objects.create_user("somebody")
    remit = Remit.objects.create(account=account)
    remit.parties.set([japan])
    found = {model: factories.make_entry(model) for model in ENTRY_MODELS}
    return {
        **found,
        Alias: Alias.objects.create(address="party:nippon", target="party:japan"),
        Bundle: Bundle.objects.create(title="Summit day"),
        Group: Group.objects.create(name="A desk"),
        Remit: remit,
        User: account,
    }


def test_every_form_names_what_it_started_from_and_is_refused_without(editor, admin_user, rf):
    request = rf.get("/")
    request.user = admin_user
    objects = stored_objects()
    for model, admin in site._registry.items():
        if not admin.has_change_permission(request):
            continue
        assert isinstance(admin, Guarded), model
        assert not admin.list_editable, model
        form = editor.reopen(objects[model])
        assert len(form.values[STARTED_FROM][0]) == 64, model
        form.values[STARTED_FROM] = ["0" * 64]
        page = editor.press("_save", form, objects[model])
        assert page.status_code == 200, model
        assert errors_in(page), model


@pytest.mark.parametrize(
    ("model", "field", "theirs", "mine"),
    [
        (Alias, "target", "party:norway", "party:spain"),
        (Group, "name", "Their desk", "My desk"),
        (User, "first_name", "Theirs", "Mine"),
    ],
)
def test_a_form_of_no_entry_is_shown_again_with_what_is_stored_now(
    editor, colleague, model, field, theirs, mine
):
    for slug in ("norway", "spain"):
        factories.make_party(slug)
    stored = stored_objects()[model]
    form = editor.reopen(stored).fill(**{field: mine})
    colleague.save(stored, **{field: theirs})
    page = editor.press("_save", form, stored)
    assert "somebody else saved this meanwhile" in errors_in(page)[0]
    assert any(f"as stored now: {theirs}" in error for error in errors_in(page))
    stored.refresh_from_db()
    assert getattr(stored, field) == theirs
    assert Form(page).values[field] == [mine]
    editor.press("_save", Form(page), stored)
    stored.refresh_from_db()
    assert getattr(stored, field) == mine


def test_what_a_group_may_and_a_remit_holds_is_not_overwritten(editor, colleague):
    objects = stored_objects()
    group, remit = objects[Group], objects[Remit]
    right = Permission.objects.get(codename="view_event")
    norway = factories.make_party("norway")
    for stored, field, value in ((group, "permissions", right), (remit, "parties", norway)):
        form = editor.reopen(stored)
        colleague.save(stored, **{field: [value]})
        page = editor.press("_save", form, stored)
        assert any(f"as stored now: {value}" in error for error in errors_in(page))
        assert list(getattr(stored, field).all()) == [value]


def test_signing_in_meanwhile_is_no_change_of_an_account(editor, client):
    account = User.objects.create_user("somebody")
    form = editor.reopen(account).fill(first_name="Some")
    type(client)().force_login(account)
    editor.press("_save", form, account)
    account.refresh_from_db()
    assert account.last_login is not None
    assert account.first_name == "Some"


def test_a_party_and_a_source_that_share_an_address_do_not_share_a_guard(editor, colleague):
    party, source = factories.make_party("the-gazette"), factories.make_source("the-gazette")
    form = editor.reopen(party).fill(name="Renamed")
    colleague.save(source, title="Renamed too")
    editor.press("_save", form, party)
    assert revising.present(Party.objects.get()).document[0]["fields"]["name"] == "Renamed"
    assert revising.present(Source.objects.get()).document[0]["fields"]["title"] == "Renamed too"
