"""The IATI file: valid by the schema and rules of the standard, and without anything that the register does not know."""

import io
from typing import Any
from xml.etree import ElementTree

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from partnership.exchange.data.iati import WORDS, Reason, Written, left_out_table, write_activities
from partnership.exchange.data.snapshot import take_snapshot
from partnership.models import Contribution, Fund, Party, Status, Vocabulary
from partnership.money import Stage
from tests.exchange.gifts import whole_fund, whole_gift
from tests.factories import add_party, add_step, make_contribution, make_term
from tests.tools import tool

IatiValidator = tool("okfn_iati.iati_schema_validator").IatiValidator


@pytest.fixture(autouse=True)
def publisher(settings: Any) -> None:
    """The site publishes under an identifier of its own."""
    settings.IATI_ORGANISATION, settings.IATI_ORGANISATION_TYPE = "XM-TEST-1", "40"


def written() -> tuple[str, Written]:
    file = io.BytesIO()
    found = write_activities(file, take_snapshot())
    return file.getvalue().decode(), found


def assert_valid(xml: str) -> None:
    valid, problems = IatiValidator().validate(xml)
    assert valid, problems


def left_out(found: Written) -> dict[str, Reason]:
    return {each.slug: each.reason for each in found.left_out}


def test_a_fund_and_what_was_pledged_and_paid_to_it_are_valid_by_schema_and_rules(db):
    fund = whole_fund()
    pledge = whole_gift("pledge", fund, stage=Stage.PLEDGED, date="2010-05-06")
    whole_gift("payment", fund, part_of=pledge, amount="1000000.50")
    xml, found = written()
    assert_valid(xml)
    assert (found.activities, found.transactions, found.left_out) == (1, 2, [])
    activity = ElementTree.fromstring(xml)[0]
    assert activity.findtext("iati-identifier") == "XM-TEST-1-fund"
    assert activity.findtext("description/narrative") == "Clears mines."
    assert activity.find("recipient-country").get("code") == "UA"
    assert {each.get("iso-date") for each in activity.findall("activity-date")} == {
        "2010-03-01",
        "2012-04-30",
    }
    assert activity.find("activity-status").get("code") == "4"  # closed
    assert [each.findtext("narrative") for each in activity.findall("participating-org")] == [
        "Japan",
        "Agency",
    ]
    assert [
        (each.get("ref"), each.find("transaction-type").get("code"), each.findtext("value"))
        for each in activity.findall("transaction")
    ] == [("payment", "1", "1000000.50"), ("pledge", "13", "1500000.00")]
    assert not any(
        each.get("ref") for each in activity.iter() if each.tag in ("provider-org", "participating-org")
    )


def test_the_validator_sees_a_day_that_is_none_and_a_title_that_is_missing(db):
    whole_gift()
    xml, _found = written()
    assert not IatiValidator().validate(xml.replace("2011-02-03", "2011-02"))[0]
    assert not IatiValidator().validate(xml.replace("<title>", "<name>").replace("</title>", "</name>"))[0]


@pytest.mark.parametrize(
    "date", ["2011-02", "2011", "2011-02-03~", "2011-02-03?", "2011-02-03/2011-03-01", ""]
)
def test_a_date_that_is_no_sure_day_is_left_out_and_never_made_one(db, date):
    whole_gift(date=date)
    xml, found = written()
    assert left_out(found) == {"gift": Reason.NO_DAY}
    assert_valid(xml)
    assert "<transaction" not in xml
    assert "2011" not in xml


@pytest.mark.one_engine
@pytest.mark.parametrize(
    ("fields", "reason"),
    [
        ({"stage": Stage.OFFERED}, Reason.STAGE),
        ({"stage": Stage.NOT_STATED}, Reason.STAGE),
        ({"amount": None, "currency": ""}, Reason.NO_AMOUNT),
        ({"qualifier": "about"}, Reason.NOT_EXACT),
        ({"amount_upper": "2000000"}, Reason.NOT_EXACT),
        ({"per": "year"}, Reason.YEARLY),
        ({"plan_state": "planned"}, Reason.NOT_HELD),
        ({"parties": (("japan", "donor"), ("nato", "donor"))}, Reason.NOT_ONE_DONOR),
        ({"parties": ()}, Reason.NOT_ONE_DONOR),
    ],
)
def test_a_contribution_that_lacks_something_is_left_out_with_the_reason(db, fields, reason):
    whole_gift("whole", fund := whole_fund())
    whole_gift("gift", fund, **fields)
    xml, found = written()
    assert left_out(found) == {"gift": reason}
    assert found.transactions == 1
    assert_valid(xml)


@pytest.mark.one_engine
def test_what_is_given_in_kind_what_goes_to_no_fund_and_a_part_of_the_same_stage_are_left_out(db):
    fund = whole_fund()
    whole = whole_gift("whole", fund)
    whole_gift("part", fund, part_of=whole)
    whole_gift("goods", fund, form=make_term(Vocabulary.FORM, "goods", acts_as="in-kind"))
    make_contribution("alone", amount="1", currency="EUR", stage=Stage.PAID, date="2011-02-03")
    _xml, found = written()
    assert left_out(found) == {"part": Reason.PART, "goods": Reason.IN_KIND, "alone": Reason.NO_FUND}


@pytest.mark.one_engine
@pytest.mark.parametrize(
    ("fields", "reason"),
    [
        ({"purpose": ""}, Reason.NO_DESCRIPTION),
        ({"date": "2010-03/2012-04-30"}, Reason.NO_START),
        ({"date": ""}, Reason.NO_START),
        ({"date": "2010-03-01/"}, Reason.STATE_UNKNOWN),
        ({"plan_state": "unconfirmed"}, Reason.STATE_UNKNOWN),
    ],
)
def test_a_fund_that_lacks_something_is_left_out_with_what_went_to_it(db, fields, reason):
    whole_gift(fund=whole_fund(**fields))
    xml, found = written()
    assert left_out(found) == {"fund": reason, "gift": Reason.FUND_LEFT_OUT}
    assert "<iati-activity " not in xml


@pytest.mark.one_engine
def test_a_fund_for_several_countries_without_a_split_is_left_out(db):
    fund = whole_fund()
    add_party(fund, "georgia", "beneficiary")
    assert left_out(written()[1]) == {"fund": Reason.NO_RECIPIENT}


def test_a_fund_dated_by_its_steps_goes_on_until_a_step_ends_it(db):
    fund = whole_fund(date="")
    add_step(fund, "step-agreed", "2010-03-01")
    xml, found = written()
    assert_valid(xml)
    assert found.left_out == []
    assert '<activity-status code="2" />' in xml
    assert 'type="2"' in xml


def test_nothing_of_drafts_or_private_notes_is_in_the_file(db):
    fund = whole_fund(staff_note="Ask nobody.")
    whole_gift("draft-gift", fund, status=Status.DRAFT)
    whole_gift("other", fund, parties=(("secret-donor", "donor"),))
    Party.objects.filter(slug="secret-donor").update(status=Status.DRAFT)
    xml, found = written()
    told = xml + left_out_table(found.left_out).decode()
    assert left_out(found) == {"other": Reason.NOT_ONE_DONOR}
    for hidden in ("draft-gift", "secret", "Secret", "Ask nobody"):
        assert hidden not in told
    Fund.objects.filter(pk=fund.pk).update(status=Status.DRAFT)
    xml, found = written()
    assert (found.activities, found.left_out) == (0, [])
    assert "XM-TEST-1" not in xml


def test_the_list_of_what_is_left_out_gives_each_with_its_reason_in_words(db):
    whole_gift(date="2011-02")
    table = left_out_table(written()[1].left_out).decode()
    assert table == "kind,slug,reason,reason_words\r\ncontribution,gift,no-day,its day is not stated\r\n"
    assert set(WORDS) == set(Reason)


@pytest.mark.one_engine
def test_queries_do_not_grow_with_the_rows(db):
    counts = []
    for place in range(2):
        for number in range(3):
            whole_gift(f"gift-{place}-{number}", whole_fund(f"fund-{place}-{number}"))
        with CaptureQueriesContext(connection) as asked:
            assert written()[1].left_out == []
        counts.append(len(asked))
    assert counts[0] == counts[1]
    assert Contribution.objects.count() == 6


@pytest.mark.one_engine
def test_without_a_publisher_no_file_is_written(db, settings):
    settings.IATI_ORGANISATION = ""
    with pytest.raises(ValueError, match="IATI_ORGANISATION"):
        written()
