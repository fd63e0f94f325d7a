"""The OpenAPI document, written by drf-spectacular from what each view says of itself."""

from functools import cache
from typing import Any

from django.utils import translation
from drf_spectacular.generators import SchemaGenerator
from drf_spectacular.openapi import AutoSchema
from drf_spectacular.utils import OpenApiParameter, OpenApiResponse

from .problems import PROBLEM_JSON, ProblemSerializer

SLUGS = {"type": "string", "pattern": "^[a-z0-9][a-z0-9-]{0,79}$"}


@cache
def document() -> dict[str, Any]:
    """The document. It is the same in every language and whatever the register holds."""
    with translation.override("en"):
        return SchemaGenerator().get_schema(request=None, public=True)


class ApiSchema(AutoSchema):
    """Writes an operation as the view's own `operation` says it."""

    @property
    def said(self) -> Any:
        """What the view says of itself."""
        return self.view.operation

    def is_excluded(self) -> bool:
        """Whether the view leaves itself out of the document."""
        return self.said is None

    def get_operation_id(self) -> str:
        """Its name for programs that are written from the document."""
        return self.said.name

    def get_summary(self) -> str:
        """What it answers, in a line."""
        return self.said.summary

    def get_description(self) -> str:
        """What else is to be known of it."""
        return self.said.description

    def get_tags(self) -> list[str]:
        """The kind of entry."""
        return [self.said.tag]

    def get_override_parameters(self) -> list[Any]:
        """The parameters of the path, and those of a list."""
        in_path = [
            OpenApiParameter(
                name, SLUGS, OpenApiParameter.PATH, description="The address of the entry, or of the party."
            )
            for name in self.view_names_in_path()
        ]
        asked = [
            OpenApiParameter(each.name, each.schema, description=each.meaning, **_spread(each.many))
            for each in self.said.parameters
        ]
        tag = OpenApiParameter("ETag", str, OpenApiParameter.HEADER, response=[200], description=OF_THE_TAG)
        return [*in_path, *asked, tag]

    def view_names_in_path(self) -> list[str]:
        """The names of the variable parts of the path."""
        return [part[1:-1] for part in self.path.split("/") if part.startswith("{")]

    def get_request_serializer(self) -> Any:
        """None: nothing is sent."""
        return None

    def get_response_serializers(self) -> Any:
        """The answer, and each way in which there is none."""
        found: dict[Any, Any] = {
            (200, "application/json"): OpenApiResponse(self.said.answer, description="The answer."),
            304: OpenApiResponse(
                description="Nothing changed since the reader got the answer whose tag is sent along."
            ),
            (400, PROBLEM_JSON): OpenApiResponse(
                ProblemSerializer, description="A parameter cannot be read or is not known."
            ),
        }
        if self.said.may_be_gone:
            found[301] = OpenApiResponse(description="The entry has another address now.")
            found[404, PROBLEM_JSON] = OpenApiResponse(
                ProblemSerializer, description="Nothing public is or was here."
            )
            found[410, PROBLEM_JSON] = OpenApiResponse(
                ProblemSerializer, description="The entry was withdrawn; why, is said."
            )
        return found


OF_THE_TAG = (
    "Names this state of the answer; sent back in If-None-Match, it spares sending what did not change."
)


def _spread(many: bool) -> dict[str, Any]:
    """That each value of several stands in a parameter of its own: party=japan&party=nato."""
    return {"style": "form", "explode": True} if many else {}
