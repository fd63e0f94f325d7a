"""The register's own content: distinct entries are told apart, and what is entered a second time is found."""

from copy import deepcopy

import pytest

from partnership import documents
from partnership.editorial import duplicates
from partnership.models import ENTRY_MODELS, entry_model

pytestmark = [pytest.mark.usefixtures("japan"), pytest.mark.django_db]

# Distinct, and asked about: two contributions of one donor to one beneficiary, both in 2023.
ASKED_ABOUT = {
    ("contribution:japan-other-cargo-turkiye-2023", "contribution:japan-tents-turkiye-2023"),
    ("contribution:japan-tents-turkiye-2023", "contribution:japan-other-cargo-turkiye-2023"),
}

ENTERED_AGAIN = [
    ("event:nato-madrid-summit-2022", {"title": "NATO Madrid Summit", "date": ""}),
    ("event:nato-madrid-summit-2022", {"title": "Madird Summit 2022", "date": ""}),
    (
        "event:nato-madrid-summit-2022",
        {"title": "Heads of State and Government in Madrid", "date": "2022-06-29"},
    ),
    ("event:nato-foreign-ministers-meeting-2022-04", {"title": "Foreign Ministers’ meeting, NATO (2022-04)"}),
    ("programme:interoperability-platform", {"title": "Interoperability platforms"}),
    ("programme:science-for-peace-and-security-programme", {"title": "SPS"}),
    (
        "programme:nato-japan-joint-political-declaration-2013",
        {"title": "Joint Political Declaration, Japan–NATO"},
    ),
    ("exercise:cyber-coalition", {"title": "CYBER COALITON"}),
    ("operation:isaf", {"title": "Isaf", "other_names": ""}),
    (
        "contribution:japan-land-clearance-azerbaijan",
        {"title": "Clearance of contaminated lands, Azerbaijan"},
    ),
    ("standing:japan-nato-partner", {"title": "NATO partner: Japan"}),
    ("party:turkiye", {"name": "Turkey", "country_code": ""}),
    ("party:republic-of-korea", {"name": "The Republic of Korea", "country_code": ""}),
    ("party:nato", {"name": "OTAN"}),
    ("area:mine-and-uxo-detection-and-clearance", {"name": "De-mining", "synonyms": ""}),
    (
        "source:nato-relations-with-japan-2024-06-03",
        {"title": "x", "url": "http://nato.int/cps/en/natohq/topics_50336.htm?utm_medium=x"},
    ),
    ("relation:nato-japan", {}),
]


def stored(reference):
    kind, _colon, slug = reference.partition(":")
    return entry_model(kind).objects.get(slug=slug)


def test_distinct_entries_are_not_taken_for_one_another():
    found = {
        (entry.reference, alike.entry.reference)
        for model in ENTRY_MODELS
        for entry in model.objects.all()
        for alike in duplicates.likely(documents.dump(entry))
    }
    assert found == ASKED_ABOUT


@pytest.mark.parametrize(("reference", "said"), ENTERED_AGAIN, ids=lambda value: str(value)[:40])
def test_what_is_entered_again_is_found(reference, said):
    again = deepcopy(documents.dump(stored(reference)))
    head, *rows = again
    head["fields"].update({"slug": "again", **said})
    if "name" in said:
        rows = []  # whoever enters a party again knows one name of it
    assert reference in [alike.entry.reference for alike in duplicates.likely([head, *rows])]
