"""Refusals of the API: what is wrong, in one shape (RFC 9457), and with which parameter."""

from http import HTTPStatus
from typing import Any

from django.core.exceptions import ValidationError
from rest_framework import serializers
from rest_framework.response import Response
from rest_framework.views import exception_handler

PROBLEM_JSON = "application/problem+json"


class WrongParameterSerializer(serializers.Serializer):
    """A parameter of the address that cannot be read, and why."""

    parameter = serializers.CharField()
    message = serializers.CharField()


class ProblemSerializer(serializers.Serializer):
    """Why there is no answer."""

    type = serializers.CharField(help_text="Always about:blank: the status says what sort of problem it is.")
    title = serializers.CharField(help_text="The status in words.")
    status = serializers.IntegerField()
    detail = serializers.CharField(help_text="What is wrong, or what became of the entry.")
    errors = WrongParameterSerializer(many=True, help_text="The parameters at fault; often none.")


def problem(status: int, detail: str, errors: dict[str, list[str]] | None = None) -> Response:
    """The answer that there is none: why, and which parameters are at fault."""
    said = {
        "type": "about:blank",
        "title": HTTPStatus(status).phrase,
        "status": status,
        "detail": detail,
        "errors": [
            {"parameter": name, "message": " ".join(messages)} for name, messages in (errors or {}).items()
        ],
    }
    return Response(said, status=status, content_type=PROBLEM_JSON)


def as_problem(error: Exception, context: dict[str, Any]) -> Response | None:
    """What is told of an exception; None for one that is a fault of the site."""
    if isinstance(error, ValidationError):
        wrong = error.message_dict
        return problem(400, f"Of the parameters, these cannot be read: {', '.join(wrong)}.", wrong)
    response = exception_handler(error, context)
    if response is None:
        return None
    details = {
        404: "Nothing public is or was at this address.",
        405: "The API can only be read: GET or HEAD.",
    }
    return problem(
        response.status_code, details.get(response.status_code) or str(getattr(error, "detail", error))
    )
