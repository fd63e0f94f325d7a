"""Mentions: the public texts that link an entry."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from django.db.models import CharField, F, TextField, Value
from django.db.models.functions import Cast
from django.urls import reverse
from django.utils.text import capfirst

from partnership import text
from partnership.models import ENTRY_MODELS, Entry, Relation, Statement, entry_model
from partnership.models.record import public_rows

from .cut import Cut, cut
from .languages import Written


@dataclass(frozen=True)
class Mention:
    """A place in a public text that links an entry: the page it is on, its address there, and what holds the text."""

    title: str
    address: str
    kind: str  # of the entry whose text it is, as readers call it
    place: str  # the field, or the section of a relation


def mentions(entry: Entry) -> Cut[Mention]:
    """The first places where public texts link the entry, and how many more there are; itself left out.

    Relations first, then entries by kind, each by title. Three queries, however many texts there are: the database
    looks for `kind:slug` in them, which only narrows; parsing the text decides.
    """
    found = [
        *_in_ledes(entry),
        *_in_statements(entry),
        *sorted(_in_fields(entry), key=lambda mention: (mention.kind, text.fold(mention.title))),
    ]
    return cut(list(dict.fromkeys(found)))


def _in_ledes(entry: Entry) -> Iterator[Mention]:
    relations = Relation.objects.published().for_list().filter(lede__contains=entry.reference)
    for relation in relations:
        if _links(relation.lede, entry) and relation != entry:
            yield _in_relation(relation, "", _field_name(Relation, "lede"))


def _in_statements(entry: Entry) -> Iterator[Mention]:
    rows = public_rows(Statement.objects.filter(text__contains=entry.reference), "section")
    statements = rows.filter(relation__in=Relation.objects.published()).select_related(
        "relation__organisation", "relation__party"
    )
    for statement in statements.order_by(
        "relation__slug", "section__order", "section__label", "position", "key"
    ):
        if _links(statement.text, entry) and statement.relation != entry:
            section = statement.section
            yield _in_relation(statement.relation, f"#section-{section.slug}", section.label)


def _in_relation(relation: Relation, anchor: str, place: str) -> Mention:
    kind = capfirst(str(Relation._meta.verbose_name))
    return Mention(str(relation), relation.get_absolute_url() + anchor, kind, place)


def _in_fields(entry: Entry) -> Iterator[Mention]:
    for kind, slug, title, language, field, value in _texts_with(entry.reference):
        model = entry_model(kind)
        if model and _links(value, entry) and f"{kind}:{slug}" != entry.reference:
            name = capfirst(str(model._meta.verbose_name))
            yield Mention(
                Written(title, language), reverse(kind, args=[slug]), name, _field_name(model, field)
            )


def _texts_with(reference: str) -> Iterable[tuple[str, str, str, str, str, str]]:
    """(kind, slug, title, its language, field, text) of every public Markdown field that holds the reference, in one query."""
    first, *others = [
        _column(model.objects.published(), name).filter(**{f"{name}__contains": reference})
        for model in ENTRY_MODELS
        for name in model.markdown_fields
        if model is not Relation
    ]
    return first.union(*others, all=True)


def _column(entries: Any, field: str) -> Any:
    """The columns of one Markdown field that all kinds have alike, under names that no model has."""
    model = entries.model
    columns = {each.name for each in model._meta.fields}
    title = "title" if "title" in columns else "name"
    language = F("language") if "language" in columns else Value("")
    return (
        entries.order_by()
        .annotate(
            of_kind=Value(model.kind_name(), output_field=CharField()),
            entry_title=Cast(F(title), TextField()),
            of_language=Cast(language, TextField()),
            in_field=Value(field, output_field=CharField()),
            in_text=Cast(F(field), TextField()),
        )
        .values_list("of_kind", "slug", "entry_title", "of_language", "in_field", "in_text")
    )


def _field_name(model: Any, name: str) -> str:
    return capfirst(str(model._meta.get_field(name).verbose_name))


def _links(value: str, entry: Entry) -> bool:
    return (entry.kind_name(), entry.slug) in text.links(value)
