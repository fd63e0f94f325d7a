"""Walks over every admin class of the register: what none of them may lack, and what none may have."""

from itertools import chain
from typing import Any

import pytest
from django.apps import apps
from django.contrib.admin.checks import check_admin_app
from django.contrib.admin.utils import flatten_fieldsets
from django.db import models
from django.test import RequestFactory

from partnership.admin import site
from partnership.admin.forms import SAID_FIELDS
from partnership.models import ENTRY_MODELS, Alias, Edition, Entry, Revision
from tests import factories

pytestmark = pytest.mark.one_engine

NOT_IN_FORMS = {*Entry.state_fields, "since", "key", "earliest", "latest", "surely_from", "surely_to"}

each_entry = pytest.mark.parametrize("model", ENTRY_MODELS, ids=lambda model: model.__name__)


@pytest.fixture
def request_of_staff(admin_user: Any) -> Any:
    request = RequestFactory().get("/admin/")
    request.user = admin_user
    return request


def inlines_of(model: type[Entry]) -> list[Any]:
    admin = site.get_model_admin(model)
    return [inline(model, site) for inline in admin.inlines]


def test_django_finds_no_fault_with_the_admin():
    assert check_admin_app(apps.get_app_configs()) == []


@each_entry
def test_every_entry_model_is_registered(model):
    assert site.is_registered(model)


@pytest.mark.parametrize("model", [Alias, Edition, Revision])
def test_what_belongs_to_no_entry_is_registered_too(model):
    assert site.is_registered(model)


@each_entry
def test_every_relation_is_chosen_by_autocomplete(model):
    for holder in (site.get_model_admin(model), *inlines_of(model)):
        fields = [*holder.opts.concrete_fields, *holder.opts.many_to_many]
        owner = getattr(holder.model, "owner_field", "") if holder.model is not model else ""
        relations = {field.name for field in fields if field.is_relation and field.name != owner}
        assert relations == set(holder.autocomplete_fields), holder


@each_entry
def test_nothing_is_offered_that_documents_cannot_bear(model, request_of_staff):
    admin = site.get_model_admin(model)
    assert not admin.save_as
    assert not admin.list_editable
    assert "delete_selected" not in admin.get_actions(request_of_staff)
    owned = [inline.opts.fields for inline in inlines_of(model)]
    for field in chain(admin.opts.fields, *owned):
        assert not isinstance(field, models.FileField)


@each_entry
def test_all_owned_rows_are_inlines(model):
    owned = [getattr(model, accessor).rel.related_model for accessor in model.owned_rows]
    assert {inline.model for inline in inlines_of(model)} == set(owned)


@each_entry
@pytest.mark.parametrize("stored", [False, True], ids=["add", "change"])
def test_what_the_workflow_writes_is_in_no_form(model, stored, request_of_staff):
    admin = site.get_model_admin(model)
    entry = factories.make_entry(model, status="draft") if stored else None
    form = admin.get_form(request_of_staff, entry, change=stored)
    assert not NOT_IN_FORMS & set(form.base_fields)
    for formset, _inline in admin.get_formsets_with_inlines(request_of_staff, entry):
        assert not NOT_IN_FORMS & set(formset.form.base_fields)


@each_entry
def test_every_field_that_staff_write_is_in_the_form(model, request_of_staff):
    admin = site.get_model_admin(model)
    shown = set(flatten_fieldsets(admin.get_fieldsets(request_of_staff)))
    own = set(model.public_fields) - set(Entry.state_fields) | set(model.private_fields)
    assert shown == own | set(SAID_FIELDS)
    assert shown == set(admin.get_form(request_of_staff).base_fields)
    for inline in inlines_of(model):
        columns = set(flatten_fieldsets(inline.get_fieldsets(request_of_staff)))
        assert columns == {*inline.model.public_fields, "row_key"} - {inline.model.owner_field}


@each_entry
def test_no_form_deletes_what_it_names(model, request_of_staff):
    admin = site.get_model_admin(model)
    forms = [formset.form for formset, _inline in admin.get_formsets_with_inlines(request_of_staff)]
    for form in (admin.get_form(request_of_staff), *forms):
        for field in form.base_fields.values():
            assert not getattr(field.widget, "can_delete_related", False)


@each_entry
def test_status_is_the_first_filter(model):
    assert site.get_model_admin(model).list_filter[0] == "status"


@each_entry
def test_the_slug_is_fixed_once_the_entry_is_stored(model, request_of_staff):
    admin = site.get_model_admin(model)
    entry = factories.make_entry(model, status="draft")
    assert "slug" in admin.get_form(request_of_staff, None).base_fields
    assert "slug" not in admin.get_form(request_of_staff, entry, change=True).base_fields
    assert admin.get_prepopulated_fields(request_of_staff, entry) == {}


@pytest.mark.parametrize("model", [Edition, Revision])
def test_what_publication_writes_is_only_read(model, request_of_staff):
    admin = site.get_model_admin(model)
    assert admin.has_view_permission(request_of_staff)
    assert not admin.has_add_permission(request_of_staff)
    assert not admin.has_change_permission(request_of_staff)
    assert not admin.has_delete_permission(request_of_staff)
