"""What programs read in pages, in the words of schema.org: only what is stated, and nothing that ends its block."""

import json
import re
from typing import Any

import pytest
from django.template import Context, Template

from partnership.models import PartyKind, Status
from tests.factories import (
    make_contribution,
    make_event,
    make_exercise,
    make_party,
    make_relation,
    make_source,
)
from tests.tools import tool

extruct = tool("extruct")

pytestmark = [pytest.mark.django_db, pytest.mark.one_engine]


def things(client: Any, address: str) -> dict[str, Any]:
    """What a page tells, by type; each type stands once."""
    response = client.get(address)
    assert response.status_code == 200, address
    (block,) = extruct.extract(response.content.decode(), syntaxes=["json-ld"])["json-ld"]
    assert block["@context"] == "https://schema.org"
    found = {each["@type"]: each for each in block["@graph"]}
    assert len(found) == len(block["@graph"])
    return found


def test_the_page_of_an_event_tells_when_where_who_and_by_which_source(client):
    make_source("a-page", title="A page", publisher="NATO", date="2024-06-03")
    make_party("nato", kind="organisation", name="NATO")
    whole = make_event("whole", title="The summit")
    event = make_event(
        "meeting",
        title="The meeting",
        date="2022-06-28/2022-07",
        place="Madrid",
        summary="A *meeting*.",
        parties=(("nato", "host"), ("japan", "participant"), ("ukraine", "subject")),
        part_of=whole,
    )
    found = things(client, "/events/meeting/")
    told = found["Event"]
    assert (told["name"], told["url"]) == ("The meeting", "http://testserver/events/meeting/")
    assert (told["startDate"], told["endDate"]) == ("2022-06-28", "2022-07")
    assert told["location"] == {"@type": "Place", "name": "Madrid"}
    assert told["description"].endswith("A meeting.")
    nato, japan, ukraine = (
        {"@type": kind, "name": name, "url": f"http://testserver/parties/{name.lower()}/"}
        for kind, name in (
            ("Organization", "NATO"),
            ("GovernmentOrganization", "Japan"),
            ("GovernmentOrganization", "Ukraine"),
        )
    )
    assert (told["organizer"], told["attendee"], told["about"]) == ([nato], [japan], [ukraine])
    assert told["superEvent"]["name"] == "The summit"
    page = found["WebPage"]
    assert page["mainEntity"] == {"@id": told["@id"]}
    assert page["dateModified"] == event.changed.isoformat()
    assert page["license"] == "https://creativecommons.org/licenses/by/4.0/"
    assert page["citation"] == [
        {
            "@type": "CreativeWork",
            "name": "A page",
            "url": "https://example.org/a-page",
            "inLanguage": "en",
            "publisher": {"@type": "Organization", "name": "NATO"},
            "datePublished": "2024-06-03",
        }
    ]


@pytest.mark.parametrize(
    ("date", "start", "end"),
    [
        ("2022", "2022", None),
        ("2022-06", "2022-06", None),
        ("2022-06-29", "2022-06-29", None),
        ("2022-06-28/2022-06-30", "2022-06-28", "2022-06-30"),
        ("2014/..", "2014", None),
        ("../2014", None, "2014"),
        ("2014/2016-03~", "2014", None),
        ("2022~", None, None),
        ("2022?", None, None),
        ("199X", None, None),
        ("", None, None),
    ],
)
def test_a_date_is_told_as_far_as_it_is_known_and_never_filled_up(client, date, start, end):
    make_exercise("one", date=date)
    told = things(client, "/exercises/one/")["Event"]
    assert (told.get("startDate"), told.get("endDate")) == (start, end)


def test_a_state_that_gives_is_no_country_and_only_an_exact_amount_is_one(client):
    given = {"parties": (("japan", "donor"),), "currency": "USD"}
    make_contribution("exact", amount="1000.50", **given)
    make_contribution("about", amount="1000", qualifier="about", **given)
    make_contribution("range", amount="1", amount_upper="2", **given)
    found = things(client, "/contributions/exact/")["MonetaryGrant"]
    assert found["amount"] == {"@type": "MonetaryAmount", "currency": "USD", "value": 1000.5}
    assert [each["@type"] for each in found["funder"]] == ["GovernmentOrganization"]
    assert "amount" not in things(client, "/contributions/about/")["Grant"]
    amount = things(client, "/contributions/range/")["MonetaryGrant"]["amount"]
    assert (amount["minValue"], amount["maxValue"]) == (1.0, 2.0)


@pytest.mark.parametrize("kind", PartyKind.values)
def test_each_kind_of_party_is_something_and_tells_its_names(client, kind):
    party = make_party("one", kind=kind, name="One", existed="1949/..")
    party.names.create(text="Uno", form="former")
    party.names.create(text="never shown", form="search")
    found = things(client, "/parties/one/")
    (told,) = (each for name, each in found.items() if name not in ("WebPage", "BreadcrumbList"))
    assert (told["name"], told["alternateName"]) == ("One", ["Uno"])
    assert told.get("foundingDate") == ("1949" if told["@type"].endswith("Organization") else None)
    assert (told["@type"] == "Country") == (kind == "country")


def test_the_way_to_an_entry_is_told_in_the_language_of_the_page(client):
    make_relation("nato-japan")
    for address, words, start in (
        ("/relations/nato/japan/", "Relations", "/relations/"),
        ("/fr/parties/japan/", "Parties", "/fr/parties/"),
        ("/sources/a-page/", "Sources", "/sources/"),
    ):
        first, last = things(client, address)["BreadcrumbList"]["itemListElement"]
        assert (first["position"], first["name"], first["item"]) == (1, words, f"http://testserver{start}")
        assert (last["position"], last["item"]) == (2, f"http://testserver{address}")


def test_a_list_and_the_data_page_are_data_with_their_files_licence_and_maker(client):
    make_event("one")
    found = things(client, "/fr/events/?party=japan")["Dataset"]
    assert found["url"] == "http://testserver/fr/events/?party=japan"
    files = {each["encodingFormat"]: each["contentUrl"] for each in found["distribution"]}
    assert files["text/csv"] == "http://testserver/events.csv?party=japan"
    assert found["license"] == "https://creativecommons.org/licenses/by/4.0/"
    assert found["creator"]["name"] == "Partnership"
    whole = things(client, "/data/")["Dataset"]
    assert {"name", "description", "version", "dateModified", "distribution"} <= whole.keys()


def test_no_text_of_the_content_ends_the_block(client):
    title = "</script><script>alert(1)</script> & <!-- -->"
    make_event("one", title=title)
    html = client.get("/events/one/").content.decode()
    assert re.findall(r"<script[^>]*>", html).count("<script>") == 0
    assert things(client, "/events/one/")["Event"]["name"] == title
    written = Template("{% load head %}{{ data|json_ld }}").render(Context({"data": {"a": title}}))
    block = re.fullmatch(r'<script type="application/ld\+json">([^<>&]*)</script>', written)
    assert block
    assert json.loads(block[1]) == {"a": title}


def test_what_is_not_public_is_not_told(client):
    hidden = make_event("whole", title="Sentinel", status=Status.DRAFT)
    make_party("secret", name="Sentinel", status=Status.DRAFT)
    make_source("hidden", title="Sentinel", status=Status.DRAFT)
    make_event("one", part_of=hidden, parties=(("secret", "host"),), sources=("hidden",))
    make_party("navy", kind="body", parent=make_party("secret"))
    for address in ("/events/one/", "/parties/navy/"):
        assert "Sentinel" not in client.get(address).content.decode()
    assert "application/ld+json" not in client.get("/events/one/?edition=0").content.decode()
