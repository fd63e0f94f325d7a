from datetime import date, timedelta
from itertools import product

import pytest
from django import forms
from django.apps.registry import Apps
from django.core.exceptions import ValidationError
from django.core.serializers.base import DeserializedObject
from django.db import connection, models, transaction
from pytest_django import DjangoAssertNumQueries

from partnership.dates import (
    NO_BOUNDS,
    Bounds,
    EDTFField,
    EDTFFormField,
    bounds_of,
    may_overlap,
    q_may_overlap,
    q_surely_covers,
    q_surely_overlaps,
    q_surely_within,
    q_undated,
    surely_covers,
    surely_overlaps,
    surely_within,
)
from tests.stated_texts import in_order, refusal

# The fields. The model lives in a registry and a temporary table of its own.


class Row(models.Model):
    """A row with bounds as the models of the register have them."""

    key = models.CharField(max_length=40, primary_key=True)
    earliest = models.DateField(null=True)
    latest = models.DateField(null=True)
    surely_from = models.DateField(null=True)
    surely_to = models.DateField(null=True)
    date = EDTFField("date")
    title = models.CharField(max_length=40, default="")

    objects: models.Manager["Row"]

    class Meta:
        app_label = "dates_test"
        apps = Apps()

    def __str__(self) -> str:
        return self.key

    def set_bounds(self) -> None:
        self.earliest, self.latest, self.surely_from, self.surely_to = bounds_of(self.date)

    @property
    def bounds(self) -> Bounds:
        return Bounds(self.earliest, self.latest, self.surely_from, self.surely_to)


NOT_THE_DATE = {"title", *Bounds._fields}


@pytest.fixture
def table(db: None) -> None:
    """The table of `Row`, gone when the test's transaction is rolled back."""
    with connection.cursor() as cursor:
        days = ", ".join(f"{name} date NULL" for name in Bounds._fields)
        cursor.execute(
            f"CREATE TEMPORARY TABLE dates_test_row (key varchar(40) PRIMARY KEY, {days},"
            " date varchar(40) NOT NULL, title varchar(40) NOT NULL)"
        )


def test_assigning_a_date_sets_the_bounds() -> None:
    row = Row(key="a", date=" 2014/.. ")
    assert (row.date, row.bounds) == ("2014/..", bounds_of("2014/.."))
    row.date = "2009/2013"
    assert row.bounds == bounds_of("2009/2013")
    row.date = ""
    assert row.bounds == NO_BOUNDS


def test_an_instance_without_the_hook_takes_a_date() -> None:
    class Plain(models.Model):  # noqa: DJ008 - a model for one test has no need of words
        date = EDTFField()

        class Meta:
            app_label = "dates_test"
            apps = Apps()

    assert Plain(date="2014").date == "2014"


def test_an_invalid_date_is_taken_on_assignment_and_refused_by_cleaning() -> None:
    row = Row(key="a", date="June 2022")
    assert row.date == "June 2022"
    with pytest.raises(ValidationError) as caught:
        row.clean_fields(exclude=NOT_THE_DATE)
    assert caught.value.message_dict == {"date": [refusal("June 2022")]}


@pytest.mark.parametrize("date_text", ["", "2014", "199X/.."])
def test_a_valid_or_empty_date_is_clean(date_text: str) -> None:
    Row(key="a", date=date_text).clean_fields(exclude=NOT_THE_DATE)


def test_saving_and_bulk_create_refuse_an_invalid_date(table: None) -> None:
    with pytest.raises(ValidationError, match="has words in it"), transaction.atomic():
        Row(key="a", date="June 2022").save(force_insert=True)
    with pytest.raises(ValidationError, match="has words in it"), transaction.atomic():
        Row.objects.bulk_create([Row(key="b", date="2022"), Row(key="c", date="June 2022")])
    assert not Row.objects.exists()


def test_bounds_are_stored_whichever_way_a_row_is_written(table: None) -> None:
    Row(key="saved", date="2014").save(force_insert=True)
    Row.objects.create(key="created", date="2014")
    Row.objects.bulk_create([Row(key="bulk", date="2014")])
    raw = Row(key="raw", date="2014")
    DeserializedObject(raw).save()
    assert set(Row.objects.values_list(*Bounds._fields)) == {bounds_of("2014")}
    assert Row.objects.count() == 4


def test_a_fixture_value_is_stripped_or_refused() -> None:
    field = Row._meta.get_field("date")
    assert field.to_python(" 2014 ") == "2014"
    with pytest.raises(ValidationError, match="has words in it"):
        field.to_python("June 2022")


def test_only_and_defer_leave_what_is_not_loaded(
    table: None, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    Row.objects.create(key="a", date="2014", title="A")
    with django_assert_num_queries(1):
        row = Row.objects.only("title").get()
        assert row.get_deferred_fields() == {"date", *Bounds._fields}
    with django_assert_num_queries(1):
        assert row.date == "2014"
    with django_assert_num_queries(1):
        row = Row.objects.defer("date").get()
        assert row.bounds == bounds_of("2014")
    with django_assert_num_queries(1):
        row = Row.objects.only("date").get()
        assert row.bounds == bounds_of("2014")


def test_refreshing_from_the_database_brings_the_stored_date_back(table: None) -> None:
    row = Row.objects.create(key="a", date="2014")
    row.date = "2016"
    row.refresh_from_db()
    assert (row.date, row.bounds) == ("2014", bounds_of("2014"))


def test_dates_are_found_by_value_and_by_their_beginning(table: None) -> None:
    Row.objects.create(key="a", date="2014-03")
    assert Row.objects.filter(date="2014-03").exists()
    assert Row.objects.filter(date__in=["2013", "2014-03"]).exists()
    assert Row.objects.filter(date__startswith="2014-").exists()
    assert not Row.objects.filter(date="").exists()


def test_migrations_hold_only_what_differs_from_the_usual() -> None:
    path = "partnership.dates.EDTFField"
    assert EDTFField().deconstruct() == (None, path, [], {})
    assert EDTFField(max_length=60, blank=False).deconstruct() == (
        None,
        path,
        [],
        {"max_length": 60, "blank": False},
    )
    _, _, _, options = EDTFField("stated date", help_text="x").deconstruct()
    assert options == {"verbose_name": "stated date", "help_text": "x"}


def test_the_form_of_the_model_explains_the_notation() -> None:
    form_field = EDTFField().formfield()
    assert isinstance(form_field, EDTFFormField)
    assert not form_field.required
    assert "199X" in str(form_field.help_text)
    assert EDTFField(help_text="When it began.").formfield().help_text == "When it began."


def test_a_form_shows_the_refusal_beside_the_date() -> None:
    class DateForm(forms.Form):
        date = EDTFFormField(required=False, max_length=40)

    assert DateForm({"date": " 2014/.. "}).is_valid()
    assert DateForm({"date": ""}).is_valid()
    assert DateForm({"date": "2009–2013"}).errors == {"date": [refusal("2009–2013")]}
    assert DateForm({"date": "June 2022 " * 9}).errors["date"] == [refusal(("June 2022 " * 9).strip())]


def test_filters_of_the_database_agree_with_the_rules_in_python(table: None) -> None:
    sides = ["2013", "2014", "2014-06", "2014-06-03", "2015-01-01", "2014~", "201X"]
    texts = ["", *sides, *(form.format(side) for form in ("{}/..", "{}/", "../{}", "/{}") for side in sides)]
    texts += [f"{one}/{other}" for one, other in product(sides, sides) if in_order((one, other))]
    Row.objects.bulk_create([Row(key=f"row-{number}", date=text) for number, text in enumerate(texts)])
    found = {text: bounds_of(text) for text in texts}
    days = [date(2014, 1, 1) + timedelta(days=number) for number in (-400, -1, 0, 151, 153, 180, 364, 365)]

    def stored(condition: models.Q) -> set[str]:
        return set(Row.objects.filter(condition).values_list("date", flat=True))

    assert stored(q_undated()) == {""}
    for first, last in product([*days, None], [*days, None]):
        within = {text for text in texts if surely_within(found[text], first, last)}
        may = {text for text in texts if may_overlap(found[text], first, last)}
        assert (stored(q_surely_within(first, last)), stored(q_may_overlap(first, last))) == (within, may)
    for first, last in product(days, days):
        covers = {text for text in texts if surely_covers(found[text], first, last)}
        assert stored(q_surely_covers(first, last)) == covers
        overlaps = {text for text in texts if surely_overlaps(found[text], first, last)}
        assert stored(q_surely_overlaps(first, last)) == overlaps
