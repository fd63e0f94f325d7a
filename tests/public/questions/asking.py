"""How the tests ask a question: one address, its rows and its count, and the links that offer it."""

import re
from html import unescape
from typing import Any
from urllib.parse import parse_qs, urlsplit

from django.test import Client

from tests.public.reading import text_of

Query = dict[str, set[str]]


def answer(client: Client, address: str) -> Any:
    """The page at an address, which must be there and read every filter of it."""
    response = client.get(address)
    assert response.status_code == 200, address
    if "errors" in response.context:
        assert not response.context["errors"], response.context["errors"]
        assert not response.context.get("unknown"), response.context["unknown"]
    return response


def rows(client: Client, address: str) -> list[str]:
    """The slugs a list shows at an address, all on one page, as many as the page counts and prints."""
    response = answer(client, address)
    found = [record.slug for record in response.context["records"]]
    assert response.context["count"] == len(found) <= 25
    if found:
        noun = "s" if len(found) > 1 else ""
        assert re.search(rf"\b{len(found)} [a-z]+{noun}\b", text_of(response))
    printed = {urlsplit(each).path.strip("/").rpartition("/")[2] for each in hrefs(main_of(response))}
    assert set(found) <= printed
    return found


def main_of(response: Any) -> str:
    """The main part of a page."""
    return re.search(r"<main.*</main>", response.content.decode(), re.DOTALL)[0]


def words(html: str) -> str:
    """The words of a piece of a page."""
    return " ".join(unescape(re.sub(r"<[^>]+>", " ", html)).split())


def hrefs(html: str) -> list[str]:
    """Every address that a piece of a page links."""
    return [unescape(each) for each in re.findall(r'<a\b[^>]*?\bhref="([^"]*)"', html, re.DOTALL)]


def query_of(address: str) -> tuple[str, Query]:
    """The path and the parameters of an address, whatever their order."""
    parts = urlsplit(address)
    return parts.path, {name: set(values) for name, values in parse_qs(parts.query).items()}


def offers(response: Any, address: str) -> bool:
    """Whether a page links exactly this address, the order of its parameters aside."""
    links = hrefs(main_of(response))
    return query_of(address) in [query_of(link) for link in _in_full(links, response)]


def offers_within(response: Any, address: str) -> list[str]:
    """The links of a page that lead to this path and hold at least these parameters."""
    path, asked = query_of(address)
    return [
        link
        for link in _in_full(hrefs(main_of(response)), response)
        if query_of(link)[0] == path
        and all(values <= query_of(link)[1].get(name, set()) for name, values in asked.items())
    ]


def _in_full(links: list[str], response: Any) -> list[str]:
    """Links that are a query alone belong to the page's own path."""
    path = response.request["PATH_INFO"]
    return [f"{path}{link}" if link.startswith("?") else link for link in links]


def counts(response: Any, name: str) -> dict[str, int | None]:
    """The count beside each option of one filter."""
    groups = response.context["groups"]
    facets = [facet for group in groups for facet in group.facets if facet.name == name]
    assert facets, f"the page has no filter “{name}”"
    return {option.value: option.count for facet in facets for option in facet.options}


def figures(response: Any) -> dict[str, list[str]]:
    """The words of every figure of a list of contributions -> the rows that its address opens."""
    client = Client()
    return {
        f"{figure.amount_words} {figure.stage_words}".strip(): rows(client, figure.address)
        for figure in response.context["totals"].figures
    }
