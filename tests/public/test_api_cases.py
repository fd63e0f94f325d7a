"""The API answers as its OpenAPI document says, to what the document allows and to what it does not: by schemathesis."""

from collections.abc import Iterator
from typing import Any

import pytest
from django.core.wsgi import get_wsgi_application
from django.db import transaction
from hypothesis import HealthCheck, Phase, given, settings
from pytest_django import DjangoDbBlocker

from partnership.public import facet_index
from partnership.public.api.kinds import KINDS
from partnership.public.api.schema import document
from partnership.public.filters import base
from tests.exchange.conftest import write_register
from tests.tools import tool

schemathesis = tool("schemathesis")
GenerationMode = schemathesis.GenerationMode
positive_data_acceptance = tool("schemathesis.specs.openapi.checks").positive_data_acceptance

pytestmark = [pytest.mark.django_db, pytest.mark.one_engine, pytest.mark.usefixtures("register")]

# The first address takes nothing, so that there is only one case of it.
PATHS = sorted(document()["paths"].keys() - {"/api/v1/"})
NOT_THERE = "no-such-entry"
UNPACKED = {"Accept-Encoding": "identity"}  # what asks the site without a network unpacks nothing


@pytest.fixture(scope="module")
def register(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[None]:
    """A small register, written once, and the index of each list, which a running site keeps too."""
    indexes: dict[type, facet_index.Index] = {}

    def kept(filterset: Any) -> facet_index.Index:
        return indexes.setdefault(type(filterset), facet_index.Index(filterset))

    with django_db_blocker.unblock(), transaction.atomic(), pytest.MonkeyPatch.context() as patch:
        write_register()
        patch.setattr(base, "index_of", kept)
        yield
        transaction.set_rollback(True)


@pytest.fixture(scope="module")
def described(register: None) -> Any:
    """The document as schemathesis reads it, with the site behind it."""
    schema = schemathesis.openapi.from_dict(asking_for_what_is_there())
    schema.app = get_wsgi_application()
    return schema


def asking_for_what_is_there() -> dict[str, Any]:
    """The document, with addresses of entries that the register holds: else most cases would be refused."""
    raw = schemathesis.openapi.from_wsgi("/api/v1/openapi.json", get_wsgi_application()).raw_schema
    for kind in KINDS:
        for path, answers in raw["paths"].items():
            if path.startswith(f"/api/v1/{kind.name}/"):
                for parameter in answers["get"].get("parameters", ()):
                    name_what_is_there(kind, parameter)
    return raw


def name_what_is_there(kind: Any, parameter: dict[str, Any]) -> None:
    """Put the values that a filter offers, or the addresses of entries, in place of the pattern of an address."""
    name, schema = parameter["name"], parameter["schema"]
    if name in kind.filters and "pattern" in schema.get("items", {}):
        filterset = kind.list_page.filterset_class(
            data=base.QueryDict(), queryset=kind.model.objects.published()
        )
        schema["items"]["enum"] = [*dict(filterset.form.fields[name].choices), NOT_THERE]
    elif parameter["in"] == "path":
        slugs = {"organisation": ["nato"], "party": ["japan"]}.get(name)
        schema["enum"] = [*(slugs or kind.model.objects.values_list("slug", flat=True)), NOT_THERE]


def check(described: Any, path: str, mode: GenerationMode, cases: int) -> None:
    """Ask so many cases of one address, and compare each answer with what the document says of it.

    No document can say which entries there are, or that a period must not end before it begins: what is well formed
    may be refused, by 400.
    """
    operation = described[path]["GET"]

    @settings(
        max_examples=cases,
        deadline=None,
        database=None,
        derandomize=True,
        suppress_health_check=list(HealthCheck),
        phases=[Phase.generate],
    )
    @given(operation.as_strategy(mode))
    def ask(case: Any) -> None:
        case.call_and_validate(headers=UNPACKED, excluded_checks=[positive_data_acceptance])

    ask()


@pytest.mark.parametrize("path", PATHS)
@pytest.mark.parametrize("cases", [5, pytest.param(500, marks=pytest.mark.validator)])
def test_each_address_answers_as_the_document_says(described, path, cases):
    for mode in GenerationMode:
        check(described, path, mode, cases)


def test_the_first_address_answers_as_the_document_says(described):
    described["/api/v1/"]["GET"].Case().call_and_validate(headers=UNPACKED)
