"""What a single row refuses and computes, whichever way it is written."""

import json
from datetime import date
from decimal import Decimal

import pytest
from django.core.exceptions import ValidationError
from django.core.management import call_command
from django.db import IntegrityError, transaction

from partnership import dates
from partnership.models import (
    Contribution,
    Event,
    EventInvolvement,
    IndexEntry,
    Programme,
    ProgrammeStep,
    Relation,
    Standing,
)
from tests import factories

pytestmark = pytest.mark.django_db


def bounds(record):
    return tuple(
        type(record).objects.values_list("earliest", "latest", "surely_from", "surely_to").get(pk=record.pk)
    )


@pytest.mark.parametrize("text", ["2022-06", "199X", "2014/..", "2009/2013", "2014/", "2002?", ""])
def test_bounds_follow_the_date_by_save_bulk_create_and_loaddata(text, tmp_path):
    kind = factories.make_event().kind
    expected = tuple(dates.bounds_of(text))
    saved = factories.make_event("saved", date=text)
    Event.objects.bulk_create([Event(slug="bulk", title="Bulk", kind=kind, date=text)])
    rows = [
        {
            "model": "partnership.event",
            "fields": {"slug": "loaded", "title": "Loaded", "kind": [kind.slug], "date": text},
        }
    ]
    (tmp_path / "rows.json").write_text(json.dumps(rows))
    call_command("loaddata", tmp_path / "rows.json", verbosity=0)
    assert [bounds(Event.objects.get(slug=slug)) for slug in ("saved", "bulk", "loaded")] == [expected] * 3
    saved.date = ""
    saved.save()
    assert bounds(saved) == (None, None, None, None)


def test_a_date_that_is_no_edtf_is_refused_by_shell_bulk_create_and_loaddata(tmp_path):
    kind = factories.make_event().kind
    event = Event(slug="wrong", title="Wrong", kind=kind, date="June 2022", **factories.state())
    for write in (event.save, lambda: Event.objects.bulk_create([event]), event.full_clean):
        with pytest.raises(ValidationError, match="2014-03"), transaction.atomic():
            write()
    rows = [
        {
            "model": "partnership.event",
            "fields": {"slug": "wrong", "title": "W", "kind": [kind.slug], "date": "June 2022"},
        }
    ]
    (tmp_path / "rows.json").write_text(json.dumps(rows))
    with pytest.raises(Exception, match="June 2022"):
        call_command("loaddata", tmp_path / "rows.json", verbosity=0)
    assert not Event.objects.filter(slug="wrong").exists()


def test_only_and_defer_still_work_beside_the_date():
    factories.make_event("one", date="2022-06")
    event = Event.objects.only("slug").get(slug="one")
    assert event.date == "2022-06"
    assert event.earliest == date(2022, 6, 1)
    assert Event.objects.defer("date").get(slug="one").latest == date(2022, 6, 30)


def test_a_contribution_without_a_date_has_the_bounds_of_the_period_it_covers():
    contribution = factories.make_contribution(period="2009/2013")
    assert bounds(contribution)[:2] == (date(2009, 1, 1), date(2013, 12, 31))
    contribution.date = "2012-07"
    contribution.save()
    assert bounds(contribution)[:2] == (date(2012, 7, 1), date(2012, 7, 31))
    contribution.date = ""
    contribution.save()
    assert bounds(contribution)[:2] == (date(2009, 1, 1), date(2013, 12, 31))


def test_a_programme_without_a_date_is_dated_by_its_steps():
    programme = factories.make_programme()
    assert bounds(programme) == (None, None, None, None)
    agreed = factories.add_step(programme, "step-agreed", "2014-05")
    assert bounds(programme) == tuple(dates.bounds_of("2014-05/.."))
    ended = factories.add_step(programme, "step-ended", "2023")
    assert bounds(programme) == tuple(dates.bounds_of("2014-05/2023"))
    programme.refresh_from_db()
    assert programme.date_text == "2014-05/2023"
    ended.date = ""
    ended.save()
    assert bounds(programme) == (date(2014, 5, 1), None, None, None)
    agreed.delete()
    ended.delete()
    assert bounds(programme) == (None, None, None, None)


def test_steps_never_move_the_bounds_of_a_record_with_its_own_date():
    programme = factories.make_programme(date="2014/")
    factories.add_step(programme, "step-agreed", "2013")
    assert bounds(programme) == tuple(dates.bounds_of("2014/"))


def test_a_record_saved_again_keeps_the_bounds_its_steps_gave():
    programme = factories.make_programme()
    factories.add_step(programme, "step-agreed", "2014")
    again = Programme.objects.get(pk=programme.pk)
    again.title = "Another title"
    again.save()
    assert bounds(programme) == tuple(dates.bounds_of("2014/.."))


def test_steps_loaded_by_plain_loaddata_date_their_record(tmp_path):
    programme = factories.make_programme("plan")
    kind = factories.make_term("step", "step-agreed")
    fields = {"record": ["plan"], "kind": [kind.slug], "date": "2014"}
    rows = [{"model": "partnership.programmestep", "pk": "plan.step-agreed", "fields": fields}]
    (tmp_path / "rows.json").write_text(json.dumps(rows))
    call_command("loaddata", tmp_path / "rows.json", verbosity=0)
    assert bounds(programme) == tuple(dates.bounds_of("2014/.."))
    assert ProgrammeStep.objects.get().record == programme


@pytest.mark.parametrize(
    ("wrong", "message"),
    [
        ({"amount": Decimal(5), "currency": ""}, "together"),
        ({"amount": None, "currency": "USD"}, "together"),
        ({"amount": Decimal(0), "currency": "USD"}, "above zero"),
        ({"amount": Decimal(5), "currency": "USD", "amount_upper": Decimal(4)}, "upper amount"),
        ({"amount_upper": Decimal(4)}, "upper amount"),
        ({"amount": Decimal(5), "currency": "usd"}, "three capital letters"),
        ({"stage": "promised"}, "pledged"),
        ({"title": ""}, "empty"),
        ({"language": "English"}, "en, fr"),
    ],
)
def test_what_one_row_must_satisfy_is_refused_by_the_database_with_the_words_of_the_form(wrong, message):
    contribution = factories.make_contribution()
    for field, value in wrong.items():
        setattr(contribution, field, value)
    with pytest.raises(ValidationError) as refused:
        contribution.validate_constraints()
    assert message in " ".join(refused.value.messages)
    with pytest.raises(IntegrityError), transaction.atomic():
        Contribution.objects.filter(pk=contribution.pk).update(**wrong)


def test_a_contribution_goes_to_one_place_at_most():
    contribution = factories.make_contribution(fund=factories.make_fund())
    contribution.operation = factories.make_operation()
    with pytest.raises(ValidationError, match="not two of them"):
        contribution.validate_constraints()
    with pytest.raises(IntegrityError), transaction.atomic():
        contribution.save()


def test_a_row_may_not_name_itself():
    event = factories.make_event()
    for field in ("series", "part_of"):
        with pytest.raises(IntegrityError), transaction.atomic():
            Event.objects.filter(pk=event.pk).update(**{field: event.pk})
    party = factories.make_party("japan")
    with pytest.raises(IntegrityError), transaction.atomic():
        Standing.objects.create(
            slug="x", title="X", party=party, at=party, word=factories.make_term("standing", "partner")
        )


def test_a_date_that_ends_before_it_begins_is_refused():
    event = factories.make_event(date="2022")
    with pytest.raises(IntegrityError), transaction.atomic():
        Event.objects.filter(pk=event.pk).update(latest=date(2021, 1, 1))


def test_there_is_one_relation_for_a_pair():
    relation = factories.make_relation()
    again = Relation(slug="again", organisation=relation.organisation, party=relation.party)
    with pytest.raises(ValidationError, match="edit that"):
        again.validate_constraints()


def test_the_key_of_an_owned_row_is_minted_once_from_what_it_names():
    event = factories.make_event("summit", parties=(("japan", "participant"), ("japan", "host")))
    keys = sorted(row.key for row in event.involvements.all())
    assert keys == ["summit.japan", "summit.japan-2"]
    row = event.involvements.get(key="summit.japan")
    row.party = factories.make_party("australia")
    row.save()
    assert sorted(event.involvements.values_list("key", flat=True)) == keys


def test_a_key_without_latin_letters_falls_back_to_a_word():
    party = factories.make_party("japan")
    first, second = (party.names.create(text=name, language="ja") for name in ("日本", "日本国"))
    assert [first.key, second.key] == ["japan.official", "japan.official-2"]


def test_two_rows_minted_at_once_never_overwrite_one_another():
    event = factories.make_event("summit")
    row = EventInvolvement(
        record=event, party=factories.make_party("france"), role=event.involvements.get().role
    )
    row.mint_key = lambda: "summit.japan"
    with pytest.raises(IntegrityError), transaction.atomic():
        row.save()


def test_text_is_stored_composed_without_control_characters():
    event = factories.make_event(title="Tu\u0308rkiye\x00", summary="one\r\ntwo\x07")
    event.refresh_from_db()
    assert event.title == "Türkiye"
    assert event.summary == "one\ntwo"


def test_newest_first_ties_by_address_and_undated_last():
    for slug, when in (("b", "2022"), ("a", "2022"), ("old", "1999"), ("none", ""), ("new", "2023-05")):
        factories.make_event(slug, date=when)
    assert list(Event.objects.values_list("slug", flat=True)) == ["new", "a", "b", "old", "none"]


def test_a_date_is_not_updated_around_its_bounds(kind):
    factories.make_entry(kind, "one", date="2022")
    with pytest.raises(TypeError, match="save it"):
        kind.objects.update(date="2023")
    assert kind.objects.update(place="Madrid") == 1


def test_dates_follow_when_the_word_of_a_step_comes_to_mean_a_beginning():
    programme = factories.make_programme()
    step = factories.add_step(programme, "step-decided", "2001")
    assert bounds(programme) == (None, None, None, None)
    step.kind.acts_as = "begins"
    step.kind.save()
    assert bounds(programme) == tuple(dates.bounds_of("2001/.."))
    assert str(IndexEntry.objects.get(kind="programme").earliest) == "2001-01-01"


EVERY_FORM = [
    "",
    "2014",
    "2014-05",
    "2014-05-06",
    "199X",
    "2014~",
    "2014?",
    "2013/2015",
    "2014/..",
    "2014/",
    "../2014",
    "/2014",
]


@pytest.mark.parametrize("ends", [None, *EVERY_FORM])
@pytest.mark.parametrize("begins", [None, *EVERY_FORM])
def test_steps_of_every_form_give_a_date_that_can_be_shown_and_bounds_in_order(begins, ends):
    programme = factories.make_programme()
    if begins is not None:
        factories.add_step(programme, "step-agreed", begins)
    if ends is not None:
        factories.add_step(programme, "step-ended", ends)
    stored = Programme.objects.get(pk=programme.pk)
    if stored.date_text:
        assert dates.parse(stored.date_text).words()
    assert not (stored.earliest and stored.latest and stored.earliest > stored.latest)


def test_an_end_before_the_beginning_counts_as_not_stated():
    programme = factories.make_programme()
    factories.add_step(programme, "step-agreed", "2020")
    factories.add_step(programme, "step-ended", "2010")
    assert bounds(programme) == (date(2020, 1, 1), None, None, None)
    assert Programme.objects.get().date_text == "2020/"
