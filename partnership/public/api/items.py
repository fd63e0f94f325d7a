"""In which shape entries are told: the public fields of each model, read from its allow-list, and the rows it owns.

What is not stated is null. Nothing here names a field of a kind: a field that becomes public is told, and no other.
"""

from functools import cache
from typing import Any

from django.db import models
from rest_framework import serializers
from rest_framework.reverse import reverse

from partnership.dates import EDTFField, bounds_of
from partnership.exchange.export import OWNED_MODELS
from partnership.exchange.tables.columns import LEFT_OUT
from partnership.models import (
    Citation,
    Entry,
    Involvement,
    OwnedRow,
    Record,
    Relation,
    Step,
    Term,
    owned_models,
)

# Rows that are the same for every kind are told in one shape; the others by their own model.
SORTS: tuple[type[OwnedRow], ...] = (Involvement, Citation, Step)


# Addresses


class PageField(serializers.URLField):
    """The address of the page of an entry."""

    def to_representation(self, value: Any) -> str:
        """The whole address."""
        return self.context["request"].build_absolute_uri(value.get_absolute_url())


class ItemField(serializers.URLField):
    """The address of an entry in the API."""

    def to_representation(self, value: Any) -> str:
        """The whole address."""
        parts = [value.organisation.slug, value.party.slug] if isinstance(value, Relation) else [value.slug]
        return reverse(f"api-{value.kind_name()}", args=parts, request=self.context["request"])


def page_field() -> PageField:
    """A field for the page of the entry itself."""
    return PageField(source="*", help_text="The page of the entry on the site.")


def item_field() -> ItemField:
    """A field for the entry itself in the API."""
    return ItemField(source="*", help_text="The entry in this API.")


# What entries name


class Named(serializers.Serializer):
    """What an entry names; null if that is not public."""

    def get_attribute(self, instance: Any) -> Any:
        """The entry named, if readers may see it."""
        found = super().get_attribute(instance)
        return found if found is not None and found.is_public else None


class ReferenceSerializer(Named):
    """Another entry, by its address and its name."""

    slug = serializers.CharField()
    name = serializers.CharField(source="__str__")
    page = page_field()
    api = item_field()


class SourceReferenceSerializer(ReferenceSerializer):
    """A source, with where the document itself can be read."""

    url = serializers.URLField(
        help_text="The document itself; null if it has no web address.", allow_null=True
    )

    def to_representation(self, instance: Any) -> dict[str, Any]:
        """The source, an address that is not stated as null."""
        return without_blanks(super().to_representation(instance))


class WordSerializer(Named):
    """A word of one of the vocabularies."""

    slug = serializers.CharField()
    label = serializers.CharField()


class StatedDateSerializer(serializers.Serializer):
    """A date as exact as its source gives it, with the first and the last day that it can mean.

    A record without a date of its own has the days of its steps; a side that is open has no day.
    """

    edtf = serializers.CharField(
        allow_null=True,
        help_text="In EDTF (ISO 8601-2): 2022-06-29, 2014-03, 199X, 2014/..; null if not stated.",
    )
    earliest = serializers.DateField(allow_null=True)
    latest = serializers.DateField(allow_null=True)

    def to_representation(self, instance: Any) -> dict[str, Any]:
        """The date that the field of this name holds, of an entry or row."""
        text = getattr(instance, str(self.field_name))
        bounds = bounds_of(text)
        if isinstance(instance, Record) and self.field_name == "date":
            bounds = instance.bounds
        return {
            "edtf": text or None,
            "earliest": bounds.earliest and bounds.earliest.isoformat(),
            "latest": bounds.latest and bounds.latest.isoformat(),
        }


# Fields


def without_blanks(said: dict[str, Any]) -> dict[str, Any]:
    """The same with null for what is not stated."""
    return {name: None if value == "" else value for name, value in said.items()}


PLAIN: tuple[tuple[Any, Any], ...] = (
    (models.BooleanField, serializers.BooleanField),
    (models.IntegerField, serializers.IntegerField),
    (models.DateTimeField, serializers.DateTimeField),
    (models.DateField, serializers.DateField),
    (models.URLField, serializers.URLField),
    (models.Field, serializers.CharField),
)


def field_of(model: type[models.Model], name: str) -> serializers.Field:
    """How a public field of an entry or an owned row is told."""
    column: Any = model._meta.get_field(name)
    told = {"label": column.verbose_name, "help_text": column.help_text}
    if isinstance(column, EDTFField):
        return StatedDateSerializer(source="*", **told)
    if column.many_to_many:
        return ReferenceSerializer(many=True, **told)
    # An owned row that names what is not public is not told; of an entry only the name is not.
    told["allow_null"] = column.null or column.blank or (column.is_relation and issubclass(model, Entry))
    if column.is_relation:
        return _reference_to(model, column.related_model)(**told)
    if column.choices:
        codes = [(code, words) for code, words in column.choices if code]
        return serializers.ChoiceField(codes, **told)
    if isinstance(column, models.DecimalField):
        return serializers.DecimalField(column.max_digits, column.decimal_places, **told)
    return next(field for kind, field in PLAIN if isinstance(column, kind))(**told)


def _reference_to(model: type[models.Model], named: type[models.Model]) -> type[Named]:
    if named is Term:
        return WordSerializer
    return SourceReferenceSerializer if issubclass(model, Citation) else ReferenceSerializer


# Rows and entries


class Told(serializers.Serializer):
    """The public fields of an entry or an owned row."""

    def to_representation(self, instance: Any) -> dict[str, Any]:
        """Its fields, null for what is not stated."""
        return without_blanks(super().to_representation(instance))


def row_serializer(owned: type[OwnedRow]) -> type[Told]:
    """The shape of the rows of a model, which are told inside their entry and so do not name it."""
    return _serializer_of_sort(next((sort for sort in SORTS if issubclass(owned, sort)), owned))


@cache
def _serializer_of_sort(sort: type[OwnedRow]) -> type[Told]:
    """The shape of rows of a sort, read from the first model that is of it."""
    owned: Any = next(model for model in OWNED_MODELS if issubclass(model, sort))
    names = [name for name in owned.public_fields if name != owned.owner_field]
    key = serializers.CharField(help_text="Names the row; `supports` of a citation may say it.")
    return _serializer(sort, {"key": key, **{name: field_of(owned, name) for name in names}})


@cache
def entry_serializer(model: type[Entry]) -> type[Told]:
    """The shape of the entries of a model."""
    told = {"slug": field_of(model, "slug")}  # fields are told in the order in which they are made
    told |= {"api": item_field()} if model is Term else {"page": page_field(), "api": item_field()}
    names = [name for name in model.public_fields if name not in told and name not in LEFT_OUT]
    told |= {name: field_of(model, name) for name in names}
    for accessor, owned in zip(model.owned_rows, owned_models(model), strict=True):
        told[accessor] = row_serializer(owned)(many=True)
    return _serializer(model, told)


@cache
def list_serializer(model: type[Entry]) -> type[serializers.Serializer]:
    """The shape of a page of a list of entries of a model."""
    fields = {"results": entry_serializer(model)(many=True)}
    return type(f"{model.__name__}ListSerializer", (ListPage,), fields)


class ListPage(serializers.Serializer):
    """A page of a list: what it is of, how many entries the whole selection has, and the entries of the page."""

    address = serializers.CharField(
        help_text="The page of the site that shows the same selection, if there is one.", allow_null=True
    )
    edition = serializers.IntegerField(help_text="The newest edition of the register.")
    licence = serializers.CharField(help_text="Under which the content may be used again.")
    count = serializers.IntegerField(help_text="How many entries the filters select, on all pages together.")
    next = serializers.URLField(allow_null=True, help_text="The next page; null on the last.")


def _serializer(model: type[models.Model], fields: dict[str, serializers.Field]) -> type[Told]:
    return type(f"{model.__name__}Serializer", (Told,), {**fields, "__doc__": model.__doc__})
