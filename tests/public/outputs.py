"""The rows of a list as each of its outputs gives them, asked by the same query string."""

import csv
import io
import json
from typing import Any
from xml.etree import ElementTree

from django.test import Client

from partnership.exchange.export import Scope
from partnership.models import Record

CLIENT = Client()
ATOM = "{http://www.w3.org/2005/Atom}"


def rows_of_outputs(kind: type[Record], query: str) -> dict[str, list[str]]:
    """The slugs in each output in which the rows stand in the order of the list."""
    name = f"{kind.kind_name()}s"
    table = csv.DictReader(io.StringIO(_read(f"/{name}.csv?{query}"), newline=""))
    listed = json.loads(_read(f"/{name}.json?{query}"))
    assert listed["count"] == len(listed["records"])
    return {
        "csv": [row["slug"] for row in table],
        "json": [row["slug"] for row in listed["records"]],
        "api": _of_api(f"/api/v1/{name}/?page_size=20&{query}"),
    }


def rows_of_fixture(kind: type[Record], query: str) -> set[str]:
    """The slugs of a kind that the fixture of a list is made of: the rows, and whatever else of the kind they need.

    Not the file itself, which takes longer than all others together: that it holds them is for tests/exchange.
    """
    return set(Scope(address=f"/{kind.kind_name()}s/?{query}").holding().found[kind].values())


def rows_of_feed(kind: type[Record], query: str) -> list[str]:
    """The slugs in the Atom feed of a list, by last change, on all its pages."""
    found: list[str] = []
    address = f"/{kind.kind_name()}s.atom?{query}"
    while address:
        feed = ElementTree.fromstring(_read(address))
        found += [each.text.rstrip("/").rpartition("/")[2] for each in feed.findall(f"{ATOM}entry/{ATOM}id")]
        address = next((link.get("href") for link in feed.findall(f"{ATOM}link[@rel='next']")), "")
    return found


def _of_api(address: str) -> list[str]:
    found: list[str] = []
    while address:
        page: dict[str, Any] = json.loads(_read(address))
        found += [entry["slug"] for entry in page["results"]]
        address = page["next"]
    assert page["count"] == len(found)
    return found


def _read(address: str) -> str:
    response = CLIENT.get(address)
    assert response.status_code == 200, (address, response.content)
    content = b"".join(response.streaming_content) if response.streaming else response.content
    return content.decode()
