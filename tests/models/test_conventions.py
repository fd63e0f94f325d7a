"""Conventions that every model keeps, so that a new kind cannot forget them."""

import re
from pathlib import Path

import pytest
from django.apps import apps
from django.core.exceptions import ValidationError
from django.db import DatabaseError, IntegrityError, models, transaction
from django.utils import timezone

from partnership.models import (
    ENTRY_MODELS,
    MEANINGS,
    RECORD_MODELS,
    Alias,
    Entry,
    OwnedRow,
    Record,
    Revision,
    Term,
    owned_models,
)
from partnership.models.amount import AmountFields
from partnership.models.relation import CoverageKind
from tests import factories

OWNED_MODELS = [owned for model in ENTRY_MODELS for owned in owned_models(model)]
NOT_ENTRIES = {
    *("Alias", "Edition", "Generation", "IndexEntry", "IndexParty", "Remit", "Revision", "Upload"),
    *(
        "Bundle",
        "BundleItem",
        "Erasure",
        "LinkCheck",
        "Merge",
        "NoticeChoice",
        "OpenForm",
        "Paragraph",
        "SavedList",
    ),
}


def name(model):
    return model.__name__


def test_every_model_is_an_entry_an_owned_row_or_listed_as_neither():
    known = {*map(name, ENTRY_MODELS), *map(name, OWNED_MODELS), *NOT_ENTRIES}
    assert {name(model) for model in apps.get_app_config("partnership").get_models()} == known


def test_every_concrete_record_is_registered():
    concrete = {
        model for model in apps.get_app_config("partnership").get_models() if issubclass(model, Record)
    }
    assert concrete == set(RECORD_MODELS)


@pytest.mark.parametrize("model", [*ENTRY_MODELS, *OWNED_MODELS], ids=name)
def test_every_field_is_public_private_or_derived_and_only_one_of_them(model):
    fields = {field.name for field in (*model._meta.concrete_fields, *model._meta.many_to_many)}
    faces = [*model.public_fields, *model.private_fields, *model.derived_fields]
    assert sorted(faces) == sorted(fields), "a new field is on none of the lists until somebody decides"


@pytest.mark.parametrize("model", ENTRY_MODELS, ids=name)
def test_an_entry_has_a_natural_key_that_the_default_manager_finds_whatever_its_status(db, model):
    for status in ("draft", "published", "withdrawn"):
        entry = factories.make_entry(model, status=status)
        assert model._default_manager.get_by_natural_key(*entry.natural_key()) == entry
        assert entry.natural_key() == (entry.slug,)


@pytest.mark.parametrize("model", ENTRY_MODELS, ids=name)
def test_published_hides_drafts_and_withdrawn_entries(db, model):
    shown = factories.make_entry(model)
    for status in ("draft", "withdrawn"):
        factories.make_entry(model, status=status)
    published = model.objects.published()
    assert shown in published
    assert {entry.status for entry in published} == {"published"}


@pytest.mark.parametrize("model", [*ENTRY_MODELS, *OWNED_MODELS], ids=name)
def test_a_model_keeps_the_constraints_of_every_abstract_base(model):
    own = {constraint.name for constraint in model._meta.constraints}
    for base in model.__mro__:
        if isinstance(base, models.base.ModelBase) and hasattr(base, "_meta") and base._meta.abstract:
            inherited = {
                constraint.name % {"class": model._meta.model_name} for constraint in base._meta.constraints
            }
            assert inherited <= own, f"{model.__name__}.Meta does not inherit {base.__name__}.Meta"


@pytest.mark.parametrize("model", [*ENTRY_MODELS, *OWNED_MODELS], ids=name)
def test_every_constraint_has_a_message_of_its_own(model):
    for constraint in model._meta.constraints:
        assert constraint.violation_error_message != constraint.default_violation_error_message, (
            constraint.name
        )


@pytest.mark.parametrize("model", [*ENTRY_MODELS, *OWNED_MODELS], ids=name)
def test_every_choice_is_held_by_a_constraint(model):
    names = {constraint.name for constraint in model._meta.constraints}
    for field in model._meta.concrete_fields:
        if field.choices:
            assert f"{model._meta.model_name}_{field.name}_known" in names, (
                f"{field.name} has choices in code only"
            )


@pytest.mark.parametrize("model", [*ENTRY_MODELS, *OWNED_MODELS], ids=name)
def test_constraint_and_index_names_fit_every_engine(model):
    for each in (*model._meta.constraints, *model._meta.indexes):
        assert len(each.name) <= 63


@pytest.mark.parametrize("model", OWNED_MODELS, ids=name)
def test_an_owned_row_has_a_text_key_a_cascading_owner_and_no_unique_columns(model):
    assert model._meta.pk.name == "key"
    assert not [each for each in model._meta.constraints if isinstance(each, models.UniqueConstraint)]
    assert not model._meta.unique_together
    owner = model._meta.get_field(model.owner_field)
    assert owner.remote_field.on_delete is models.CASCADE
    assert owner.null is False


def test_nothing_points_at_an_owned_row():
    for model in apps.get_models():
        for field in (*model._meta.concrete_fields, *model._meta.many_to_many):
            assert not (field.is_relation and field.related_model in OWNED_MODELS), f"{model}.{field.name}"


@pytest.mark.parametrize("model", [*ENTRY_MODELS, *OWNED_MODELS], ids=name)
def test_references_between_entries_protect_what_they_name(model):
    for field in model._meta.concrete_fields:
        if field.is_relation and not (issubclass(model, OwnedRow) and field.name == model.owner_field):
            assert field.remote_field.on_delete is models.PROTECT


@pytest.mark.parametrize("model", [*ENTRY_MODELS, *OWNED_MODELS], ids=name)
def test_rows_have_no_user_no_file_and_no_clock_of_their_own(model):
    for field in (*model._meta.concrete_fields, *model._meta.many_to_many):
        assert not isinstance(field, models.FileField)
        assert not getattr(field, "auto_now", False)
        assert not getattr(field, "auto_now_add", False)
        assert not (field.is_relation and field.related_model._meta.app_label == "auth")


@pytest.mark.parametrize("model", [*ENTRY_MODELS, *OWNED_MODELS], ids=name)
def test_text_is_stored_in_normal_form_whichever_way_it_is_written(model):
    for field in model._meta.concrete_fields:
        plain = type(field) in (models.CharField, models.TextField)
        assert not plain or field.choices or field.max_length <= 161, (
            f"{field.name} should be a LineField or ProseField"
        )


@pytest.mark.parametrize("model", RECORD_MODELS, ids=name)
def test_bounds_are_declared_before_the_date_that_fills_them(model):
    names = [field.name for field in model._meta.concrete_fields]
    dates = [names.index(each) for each in ("date", "period") if each in names]
    assert max(names.index(each) for each in ("earliest", "latest", "surely_from", "surely_to")) < min(dates)


@pytest.mark.parametrize("model", ENTRY_MODELS, ids=name)
@pytest.mark.parametrize("slug", ["", "Bad", "bad_slug", "-bad", "with space", "é", "a" * 81, "a.b", "a\n"])
def test_a_bad_address_is_refused_by_the_database_and_by_the_form_with_an_example(db, model, slug):
    entry = factories.make_entry(model, status="draft")
    entry.slug = slug
    with pytest.raises(ValidationError) as refused:
        entry.full_clean()
    if slug:
        assert "nato-madrid-summit-2022" in str(refused.value)
    with pytest.raises(DatabaseError), transaction.atomic():
        model.objects.filter(pk=entry.pk).update(slug=slug)


@pytest.mark.parametrize("model", ENTRY_MODELS, ids=name)
def test_withdrawing_needs_a_reason_and_publishing_a_time_in_the_database(db, model):
    entry = factories.make_entry(model)
    for wrong in ({"status": "withdrawn"}, {"first_published": None}, {"status": "gone"}):
        with pytest.raises(IntegrityError), transaction.atomic():
            model.objects.filter(pk=entry.pk).update(**wrong)


@pytest.mark.parametrize("model", ENTRY_MODELS, ids=name)
def test_deleting_an_entry_takes_its_owned_rows_along(db, model):
    entry = factories.make_entry(model, status="draft")
    entry.delete()
    for owned in owned_models(model):
        assert not owned.objects.filter(key__startswith=f"{entry.slug}.").exists()


def test_every_meaning_is_offered_by_one_vocabulary(db):
    for vocabulary, meanings in MEANINGS.items():
        for meaning in meanings:
            term = factories.make_term(vocabulary, f"{vocabulary}-{meaning}", acts_as=meaning)
            with pytest.raises(IntegrityError), transaction.atomic():
                Term.objects.filter(pk=term.pk).update(vocabulary="portfolio")


def test_amounts_keep_their_constraints_in_both_models():
    holders = [model for model in [*ENTRY_MODELS, *OWNED_MODELS] if issubclass(model, AmountFields)]
    assert [model.__name__ for model in holders] == ["Contribution", "FundFigure"]


def test_only_entries_and_owned_rows_declare_faces():
    assert Entry.public_fields == ()
    assert OwnedRow.public_fields == ()


def test_coverage_knows_the_kinds_of_record():
    assert set(CoverageKind.values) == {model.kind_name() for model in RECORD_MODELS}


def test_every_text_that_a_template_renders_as_markdown_has_its_links_checked():
    rendered = set()
    for template in (Path(__file__).parents[2] / "templates").rglob("*.html"):
        rendered.update(re.findall(r"([a-z_]+)\|markdown", template.read_text()))
    checked = {name for model in [*ENTRY_MODELS, *OWNED_MODELS] for name in model.markdown_fields}
    assert rendered == checked


@pytest.mark.parametrize("model", ENTRY_MODELS, ids=name)
def test_moments_are_stored_to_the_second(db, model):
    entry = factories.make_entry(model)
    entry.changed = entry.first_published = timezone.now().replace(microsecond=123456)
    entry.save()
    entry.refresh_from_db()
    assert (entry.changed.microsecond, entry.first_published.microsecond) == (0, 0)


@pytest.mark.parametrize("model", [*ENTRY_MODELS, *OWNED_MODELS, Alias, Revision], ids=name)
def test_no_pattern_lets_a_line_end_through(model):
    patterns = [
        pattern
        for constraint in model._meta.constraints
        if isinstance(constraint, models.CheckConstraint)
        for pattern in re.findall(r"__regex', '(.*?)'\)", str(constraint.condition))
    ]
    assert patterns or model in (Alias, Revision)
    for pattern in patterns:
        assert pattern.endswith(r"\\Z"), pattern
