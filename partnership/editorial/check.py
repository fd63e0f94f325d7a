"""The check of the whole register, by the same rules that guard publishing."""

from collections.abc import Iterator

from django.core.exceptions import ValidationError

from partnership.editorial import rules
from partnership.editorial.gathering import Gathered
from partnership.models import ENTRY_MODELS, Alias, Entry, OwnedRow
from partnership.models.batches import BATCH, in_batches


def register_problems() -> Iterator[str]:
    """One line per problem of the public register: `model[key].field: what is wrong and what to do`."""
    for model in ENTRY_MODELS:
        published = model.objects.published().order_by("slug").iterator(chunk_size=BATCH)
        for entries in in_batches(published):
            known = Gathered(model, entries)
            found = rules.problems_among(known)
            for entry in entries:
                for row in (entry, *known.rows(entry)):
                    yield from _field_problems(row)
                for problem in found[entry.pk]:
                    yield f"{model.kind_name()}[{entry.slug}].{problem.field or 'entry'}: {problem.message}"
    for alias in Alias.objects.order_by("address"):
        for problem in rules.alias_problems(alias):
            yield f"alias[{alias.address}].{problem.field}: {problem.message}"


def _field_problems(row: Entry | OwnedRow) -> Iterator[str]:
    """What a form would refuse but plain `loaddata` lets in: lengths, codes, web addresses, dates."""
    relations = [field.name for field in row._meta.concrete_fields if field.is_relation]
    try:
        row.clean_fields(exclude=relations)
    except ValidationError as error:
        for field, messages in error.message_dict.items():
            for message in messages:
                yield f"{row._meta.model_name}[{row.slug if isinstance(row, Entry) else row.pk}].{field}: {message}"
