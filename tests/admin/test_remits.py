"""Accounts that are limited to parties: what they see, edit and add."""

import pytest
from django.contrib.auth import get_user_model
from django.contrib.auth.models import Permission

from partnership import documents
from partnership.editorial import revising
from partnership.models import Event, Party, Relation, Remit, Standing, Status
from tests import factories
from tests.admin.forms import Editor, Form, errors_in

pytestmark = pytest.mark.one_engine

RIGHTS = [
    f"{act}_{kind}"
    for act in ("add", "change", "view")
    for kind in ("event", "party", "relation", "standing")
]


@pytest.fixture
def limited(client, japan):
    """Somebody who may work on what is about Japan."""
    account = get_user_model().objects.create_user("limited", is_staff=True)
    account.user_permissions.add(*Permission.objects.filter(codename__in=RIGHTS))
    Remit.objects.create(account=account).parties.set([japan])
    client.force_login(account)
    return Editor(client)


def entries_about(party):
    """An entry of each kind that belongs to a party, and the party."""
    return [
        factories.make_event(f"with-{party}", parties=((party, "participant"),)),
        factories.make_relation(f"nato-{party}", party=party),
        factories.make_standing(f"standing-of-{party}", party=factories.make_party(party)),
        factories.make_party(party),
    ]


def test_entries_of_the_remit_are_edited(limited):
    for entry in entries_about("japan"):
        assert "_save" in limited.client.get(limited.url(type(entry), "change", entry.pk)).content.decode()
        limited.save(entry, staff_note="Seen to.")
        assert revising.present(entry).document[0]["fields"]["staff_note"] == "Seen to."


def test_entries_of_others_are_read_only(limited):
    for entry in entries_about("norway"):
        before = documents.dump(entry)
        address = limited.url(type(entry), "change", entry.pk)
        page = limited.client.get(address).content.decode()
        for name in ("_save", "_submit", "staff_note", "involvements-0-party"):
            assert f'name="{name}"' not in page, (entry, name)
        assert limited.client.post(address, {"staff_note": "Mine.", "_save": "1"}).status_code == 403
        assert documents.dump(entry) == before
        assert not revising.head_of(entry)


def test_nothing_is_added_for_others(limited, meeting, participant):
    norway = factories.make_party("norway")
    form = limited.open(Event).fill(title="Of others", slug="of-others", kind=meeting)
    page = limited.press("_save", form.row("involvements", party=norway, role=participant), Event)
    assert "limited to certain parties" in " ".join(errors_in(page))
    assert Form(page).values["title"] == ["Of others"]
    assert not Event.objects.exists()
    form = limited.open(Relation).fill(
        slug="nato-norway", party=norway, organisation=factories.make_party("nato", kind="organisation")
    )
    assert errors_in(limited.press("_save", form, Relation))
    party = limited.open(Party).fill(name="Spain", slug="spain", kind="country")
    assert errors_in(limited.press("_save", party, Party))
    assert not Relation.objects.exists()
    assert not Party.objects.filter(slug="spain").exists()


def test_an_entry_of_the_remit_may_name_others_as_well(limited, meeting, japan, participant):
    norway = factories.make_party("norway")
    form = limited.open(Event).fill(title="Of both", slug="of-both", kind=meeting)
    for party in (japan, norway):
        form.row("involvements", party=party, role=participant)
    assert limited.add(Event, form).involvements.count() == 2


@pytest.mark.parametrize("status", [Status.DRAFT, Status.PUBLISHED])
def test_an_entry_is_not_given_away(limited, status):
    norway = factories.make_party("norway")
    event = factories.make_event("with-japan", status=status)
    before = documents.dump(event)
    page = limited.press("_save", limited.reopen(event).change_row("involvements", 0, party=norway), event)
    assert "limited to certain parties" in " ".join(errors_in(page))
    assert documents.dump(event) == before
    assert Form(page).values["involvements-0-party"] == [str(norway.pk)]


def test_a_standing_of_another_party_is_read_only_even_at_a_party_of_the_remit(limited, japan):
    standing = factories.make_standing("standing-of-norway", party=factories.make_party("norway"), at=japan)
    response = limited.client.post(limited.url(Standing, "change", standing.pk), {"_save": "1"})
    assert response.status_code == 403
