"""The OpenAPI document: valid, complete, and of public fields alone."""

from typing import Any

import pytest
from django.core.management import call_command

from partnership.exchange.tables.columns import LEFT_OUT
from partnership.models import ENTRY_MODELS, Citation, Involvement, Step, owned_models
from partnership.public.api.kinds import KINDS
from partnership.public.api.parameters import parameters_of
from partnership.public.api.schema import document
from tests.tools import tool

OpenAPIV31SpecValidator = tool("openapi_spec_validator").OpenAPIV31SpecValidator

pytestmark = pytest.mark.one_engine

SORTS = (Involvement, Citation, Step)


def properties_of(name: str) -> dict[str, Any]:
    return document()["components"]["schemas"][name]["properties"]


# What stands in it


def test_the_document_is_valid_openapi_3_1_and_written_without_a_warning(tmp_path, client, db):
    served = client.get("/api/v1/openapi.json").json()

    assert served["openapi"].startswith("3.1.")
    OpenAPIV31SpecValidator(served).validate()
    call_command("spectacular", "--validate", "--fail-on-warn", "--file", str(tmp_path / "openapi.yaml"))


@pytest.mark.parametrize("model", ENTRY_MODELS, ids=lambda model: model.kind_name())
def test_every_public_field_is_told_and_no_other(model):
    links = {"api"} if model.kind_name() == "term" else {"page", "api"}
    public = set(model.public_fields) - set(LEFT_OUT)
    told = properties_of(model.__name__)

    assert set(told) == public | links | set(model.owned_rows)
    assert {"staff_note", "status", "withdrawn_reason"}.isdisjoint(told)
    for owned in owned_models(model):
        sort = next((each for each in SORTS if issubclass(owned, each)), owned)
        expected = {"key", *owned.public_fields} - {owned.owner_field}
        assert set(properties_of(sort.__name__)) == expected, owned


@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.name)
def test_every_parameter_of_a_list_is_told_with_its_meaning(kind):
    told = {each["name"]: each for each in document()["paths"][f"/api/v1/{kind.name}/"]["get"]["parameters"]}

    assert list(told) == [*kind.filters, "page_size", "cursor"]
    for name, each in told.items():
        assert each["in"] == "query"
        assert len(each["description"]) > 4, name
    for parameter in parameters_of(kind):
        assert told[parameter.name]["schema"]["type"] in ("string", "integer", "array")


def test_the_document_is_in_english_whatever_was_asked_before(client, db):
    document.cache_clear()
    client.get("/fr/api/")

    assert "A year, month or day" in str(document())
