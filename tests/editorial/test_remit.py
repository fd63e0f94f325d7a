"""Remits: an account that is limited works on its parties, what is under them, and the members of its groups."""

import pytest
from django.contrib.auth.models import AnonymousUser

from partnership import documents
from partnership.editorial import remit
from partnership.models import ENTRY_MODELS, Party, Remit
from tests import factories

pytestmark = pytest.mark.django_db

each_model = pytest.mark.parametrize("model", ENTRY_MODELS, ids=lambda model: model.__name__)


@pytest.fixture
def limited(writer):
    """Makes the writer's remit of the parties named."""

    def limit(*slugs):
        for slug in slugs:
            factories.make_party(slug)
        Remit.objects.create(account=writer).parties.set(Party.objects.filter(slug__in=slugs))
        return writer

    return limit


@each_model
def test_an_account_without_a_remit_may_work_on_all(model, writer):
    entry = factories.make_entry(model)
    for account in (writer, AnonymousUser()):
        assert remit.parties_of_remit(account) is None
        assert remit.covers(account, entry)
        assert remit.covers_document(account, documents.dump(entry))


@each_model
def test_the_parties_of_an_entry_are_those_of_its_document(model):
    entry = factories.make_entry(model)
    assert remit.parties_of(entry) == remit.parties_in(documents.dump(entry))


@each_model
def test_an_account_of_other_parties_may_work_on_what_is_about_none(model, limited):
    account, entry = limited("chile"), factories.make_entry(model)
    about = remit.parties_of(entry)
    assert remit.covers(account, entry) is not bool(about)
    assert remit.covers_document(account, documents.dump(entry)) is not bool(about)
    assert remit.covering(account)(documents.dump(entry)) is not bool(about)


def test_a_record_in_which_one_party_of_the_remit_takes_part_is_covered(limited):
    account = limited("japan")
    assert remit.covers(account, factories.make_event(parties=(("chile", "host"), ("japan", "participant"))))
    assert not remit.covers(account, factories.make_event(parties=(("chile", "host"),)))


def test_a_relation_is_of_its_partner_and_a_standing_of_its_bearer(limited):
    account = limited("japan")
    assert remit.covers(account, factories.make_relation())
    assert remit.covers(account, factories.make_standing())
    other = factories.make_standing("other", party=factories.make_party("chile"))
    assert not remit.covers(account, other)
    assert not remit.covers(account, factories.make_relation(party="chile"))


def test_it_reaches_down_to_what_is_under_a_party_and_not_up(limited):
    account = limited("japan")
    navy = factories.make_party("navy", parent=Party.objects.get(slug="japan"))
    fleet = factories.make_party("fleet", parent=navy, status="draft")
    above = factories.make_party("above")
    Party.objects.filter(slug="japan").update(parent=above)
    assert remit.parties_of_remit(account) == {"japan", "navy", "fleet"}
    assert remit.covers(account, fleet)
    assert not remit.covers(account, above)


@pytest.mark.parametrize("kind", ["group", "region"])
def test_it_reaches_the_members_of_a_group_or_region(kind, limited):
    group = factories.make_party("pacific", kind=kind)
    account = limited("pacific")
    factories.make_standing("one", party=factories.make_party("japan"), at=group)
    factories.make_standing("two", party=factories.make_party("chile"), at=group, status="draft")
    factories.make_party("navy", parent=Party.objects.get(slug="japan"))
    assert remit.parties_of_remit(account) == {"pacific", "japan", "navy"}


def test_the_members_of_an_organisation_are_not_under_it(limited):
    account = limited("nato")
    Party.objects.filter(slug="nato").update(kind="organisation")
    factories.make_standing()
    assert remit.parties_of_remit(account) == {"nato"}


def test_parties_in_a_circle_do_not_hold_it_up(limited):
    account = limited("left")
    right = factories.make_party("right", parent=Party.objects.get(slug="left"))
    Party.objects.filter(slug="left").update(parent=right)
    assert remit.parties_of_remit(account) == {"left", "right"}


def test_what_a_change_would_make_of_an_entry_is_asked_by_its_document(limited):
    account, event = limited("japan"), factories.make_event()
    document = documents.dump(event)
    for row in document:
        if "party" in row["fields"]:
            row["fields"]["party"] = ["chile"]
    assert remit.covers(account, event)
    assert not remit.covers_document(account, document)
