"""Which models files hold, in which order, and what the files are called."""

from django.db import models

from partnership.models import ENTRY_MODELS, Alias, Entry, owned_models

FIRST_ENTRY, ALIASES, FIRST_OWNED = 10, 30, 40

OWNER_OF: dict[type[models.Model], type[Entry]] = {
    owned: model for model in ENTRY_MODELS for owned in owned_models(model)
}
"""The model of the entries that own the rows of a model."""

OWNED_MODELS = tuple(OWNER_OF)
FILE_NUMBERS: dict[type[models.Model], int] = {
    **{model: FIRST_ENTRY + place for place, model in enumerate(ENTRY_MODELS)},
    Alias: ALIASES,
    **{model: FIRST_OWNED + place for place, model in enumerate(OWNED_MODELS)},
}
"""The models of an export, in the order of its files; the number of a model does not depend on what has rows."""

SINGLE = "register"
"""The name of the file that holds all models."""


def file_name(model: type[models.Model], form: str = "json") -> str:
    """The name of a model's file, such as `14-event.json`."""
    return f"{FILE_NUMBERS[model]}-{model._meta.model_name}.{form}"
