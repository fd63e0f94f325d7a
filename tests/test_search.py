"""The index of public entries, kept by receivers, and the words filter that asks it."""

import json
from contextlib import suppress

import pytest
from django.core.management import call_command
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import translation
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from partnership import search, text
from partnership.models import Area, Contribution, Event, IndexEntry, IndexParty, Party, Programme, Relation
from tests import factories

pytestmark = pytest.mark.django_db


def found(model, words):
    return sorted(search.matching(model.objects.published(), words).values_list("slug", flat=True))


def rows_of_the_index():
    return sorted(IndexEntry.objects.values_list("kind", "slug", "title", "text", "earliest"))


def indexed():
    return set(IndexEntry.objects.values_list("kind", "slug"))


def test_every_word_must_occur_and_case_and_accents_do_not_matter():
    factories.make_event("one", title="Séance de São Paulo", summary="About the sea")
    factories.make_event("two", title="Another")
    assert found(Event, "SEANCE sao") == ["one"]
    assert found(Event, "seance another") == []
    assert found(Event, "") == ["one", "two"]


@pytest.mark.parametrize("words", ["%", "_", "'", '"', "a' OR '1'='1", "\\", "(.*)+", "x " * 3000])
def test_signs_are_only_signs(words):
    factories.make_event("one")
    assert found(Event, words) == []


def test_a_record_is_found_by_every_name_of_its_parties():
    factories.make_event("one")
    party = Party.objects.get(slug="japan")
    party.names.create(text="日本", language="ja", form="short")
    party.names.create(text="Nippon", form="search")
    assert found(Event, "nippon") == ["one"]
    assert found(Event, "日本") == ["one"]


def test_a_name_that_was_taken_away_finds_nothing_any_more():
    factories.make_event("one")
    name = Party.objects.get(slug="japan").names.create(text="Nippon")
    assert found(Event, "nippon") == ["one"]
    name.delete()
    assert found(Event, "nippon") == []


def test_a_record_is_found_by_the_synonyms_of_its_areas():
    factories.make_event("one", areas=("emerging",))
    area = Event.objects.get().areas.get()
    area.synonyms = "New technologies"
    area.save()
    assert found(Event, "new technologies") == ["one"]


def test_marks_of_markdown_are_not_words():
    factories.make_event("one", summary="See [the summit](event:other).")
    assert found(Event, "the summit") == ["one"]
    assert found(Event, "event:other") == []


def test_drafts_and_withdrawn_entries_are_in_no_index():
    factories.make_event("one", status="draft")
    factories.make_event("two", status="withdrawn")
    assert not [slug for kind, slug in indexed() if kind == "event"]
    event = factories.make_event("three")
    event.status, event.withdrawn_reason = "withdrawn", "Twice."
    event.save()
    assert ("event", "three") not in indexed()


def test_a_deleted_entry_leaves_the_index():
    event = factories.make_event("one")
    event.delete()
    assert ("event", "one") not in indexed()


def test_the_index_holds_one_row_per_party_in_an_entry():
    factories.make_contribution(
        "gift", parties=(("japan", "donor"), ("japan", "lead-nation"), ("ukraine", "beneficiary"))
    )
    factories.make_standing("stands")
    factories.make_relation()
    rows = set(IndexParty.objects.values_list("entry__kind", "entry__slug", "party__slug"))
    assert {(kind, party) for kind, _slug, party in rows} == {
        ("contribution", "japan"),
        ("contribution", "ukraine"),
        ("standing", "japan"),
        ("standing", "nato"),
        ("relation", "japan"),
        ("relation", "nato"),
    }


def test_a_party_that_leaves_a_record_leaves_its_index():
    event = factories.make_event("one", parties=(("japan", "participant"), ("france", "participant")))
    event.involvements.get(party__slug="france").delete()
    assert list(IndexParty.objects.values_list("party__slug", flat=True)) == ["japan"]


def test_dates_in_the_index_follow_the_record():
    event = factories.make_event("one", date="2022-06")
    event.date = "2023"
    event.save()
    row = IndexEntry.objects.get(kind="event")
    assert str(row.earliest) == "2023-01-01"
    assert str(IndexParty.objects.get().earliest) == "2023-01-01"


def test_a_relation_is_found_by_its_statements():
    factories.make_relation()
    assert found(Relation, "worked together") == ["nato-japan"]


def test_plain_loaddata_fills_the_index(tmp_path):
    rows = [
        {
            "model": "partnership.party",
            "fields": {"slug": "x", "name": "Xanadu", "kind": "country", "status": "published"},
        },
    ]
    rows[0]["fields"]["first_published"] = "2026-01-01T00:00:00Z"
    (tmp_path / "rows.json").write_text(json.dumps(rows))
    call_command("loaddata", tmp_path / "rows.json", verbosity=0)
    assert found(Party, "xanadu") == ["x"]


def test_a_batch_indexes_each_entry_once_at_its_end():
    event = factories.make_event("one", title="Before")
    with search.batch():
        with search.batch():
            event.title = "After"
            event.save()
            factories.add_party(event, "france")
        assert found(Event, "before") == ["one"]
    assert found(Event, "after") == ["one"]
    assert IndexParty.objects.count() == 2


def test_a_batch_that_fails_leaves_nothing_waiting():
    event = factories.make_event("one")
    with suppress(ZeroDivisionError), search.batch():
        event.save()
        raise ZeroDivisionError
    event.title = "Later"
    event.save()
    assert found(Event, "later") == ["one"]


def test_a_rebuilt_index_is_the_same_as_the_kept_one():
    factories.make_contribution("gift", quantity="hundreds of tents", areas=("relief",))
    factories.make_relation()
    kept = rows_of_the_index()
    search.refresh()
    assert rows_of_the_index() == kept
    assert found(Contribution, "tents") == ["gift"]


def test_dates_in_the_index_follow_the_steps_of_a_record():
    programme = factories.make_programme("plan")
    factories.add_step(programme, "step-agreed", "2001")
    assert str(IndexEntry.objects.get(kind="programme").earliest) == "2001-01-01"
    assert str(IndexParty.objects.get(entry__kind="programme").earliest) == "2001-01-01"


def test_a_row_that_holds_an_older_owner_does_not_bring_its_title_back():
    event = factories.make_event("one", title="Before")
    row = event.involvements.select_related("record").get()
    event.title = "After"
    event.save()
    row.unit = "Staff"
    row.save()
    assert IndexEntry.objects.get(kind="event").title == "After"


def test_refresh_mends_dates_that_were_written_around_the_receivers():
    programme = factories.make_programme("plan")
    factories.add_step(programme, "step-agreed", "2001")
    Programme.objects.filter(pk=programme.pk).update(earliest=None, surely_from=None)
    search.refresh()
    assert str(Programme.objects.get().earliest) == "2001-01-01"


@pytest.mark.parametrize("slug", ["nato", "japan"])
def test_a_relation_is_in_the_index_only_while_both_its_parties_are_public(slug):
    factories.make_relation()
    party = Party.objects.get(slug=slug)
    for status, is_indexed in (("draft", False), ("published", True)):
        party.status = status
        party.save()
        assert (("relation", "nato-japan") in indexed()) is is_indexed
    Party.objects.filter(pk=party.pk).update(status="draft")
    Relation.objects.get().save()
    assert ("relation", "nato-japan") not in indexed()


def test_rows_that_name_what_is_not_public_are_neither_searched_nor_counted():
    event = factories.make_event("one")
    factories.make_party("hidden", status="draft")
    factories.add_party(event, "hidden", unit="Secret squadron")
    factories.add_party(event, "france", unit="Known squadron")
    factories.make_term("role", "spy", status="draft")
    factories.add_party(event, "italy", "spy", unit="Third squadron")
    assert found(Event, "known squadron") == ["one"]
    assert found(Event, "secret") == []
    assert found(Event, "third") == []
    parties = IndexParty.objects.filter(entry__kind="event")
    assert sorted(parties.values_list("party__slug", flat=True)) == ["france", "japan"]


def test_a_name_whose_source_is_not_public_finds_nothing():
    party = factories.make_party("japan")
    party.names.create(text="Nippon", source=factories.make_source("list"))
    party.names.create(text="Zipangu", source=factories.make_source("secret-list", status="draft"))
    assert found(Party, "nippon") == ["japan"]
    assert found(Party, "zipangu") == []


def whole_index():
    parties = IndexParty.objects.order_by("entry__kind", "entry__slug", "party__slug")
    return rows_of_the_index(), list(
        parties.values_list("entry__kind", "entry__slug", "party__slug", "earliest")
    )


@pytest.mark.parametrize("model", search.INDEXED_MODELS, ids=lambda model: model.__name__)
def test_many_entries_are_indexed_as_each_alone_in_the_queries_of_one(model):
    entries = [factories.make_entry(model, status=status) for status in ("published", "published", "draft")]
    kept, queries = whole_index(), []
    for keys in ([entries[0].pk, entries[2].pk], [entry.pk for entry in entries]):
        IndexEntry.objects.filter(kind=model.kind_name()).delete()
        with CaptureQueriesContext(connection) as captured:
            search.keep_many(model, keys)
        queries.append(len(captured))
    assert whole_index() == kept
    assert queries[0] == queries[1]


def test_what_is_in_the_index_as_it_should_be_is_not_written_again():
    factories.make_event("one")
    kept = set(IndexEntry.objects.values_list("pk", flat=True)), set(IndexParty.objects.values_list("pk"))
    with CaptureQueriesContext(connection) as captured:
        search.keep_many(Event, Event.objects.values_list("pk", flat=True))
    assert not [query for query in captured if not query["sql"].startswith("SELECT")]
    assert kept == (
        set(IndexEntry.objects.values_list("pk", flat=True)),
        set(IndexParty.objects.values_list("pk")),
    )


def test_only_the_parties_that_differ_are_replaced():
    event = factories.make_event("one", parties=(("japan", "participant"), ("france", "participant")))
    stays = IndexParty.objects.get(party__slug="japan").pk
    event.involvements.filter(party__slug="france")._raw_delete("default")
    event.involvements.bulk_create(
        [
            type(event.involvements.get())(
                key="one.x",
                record=event,
                party=factories.make_party("italy"),
                role=event.involvements.get().role,
            )
        ]
    )
    search.keep(event)
    assert dict(IndexParty.objects.values_list("party__slug", "pk"))["japan"] == stays
    assert set(IndexParty.objects.values_list("party__slug", flat=True)) == {"japan", "italy"}


def test_rows_written_past_the_receivers_are_indexed_at_the_end_of_the_batch():
    factories.make_relation()
    Event.objects.bulk_create(
        Event(slug=slug, title=slug, kind=factories.make_term("event-kind", "visit"), **factories.state())
        for slug in ("one", "two")
    )
    Party.objects.filter(slug="japan").update(status="draft")
    with search.batch():
        search.touch(Event, Event.objects.values_list("pk", flat=True))
        search.touch(Party, Party.objects.values_list("pk", flat=True))
        assert ("event", "one") not in indexed()
    assert {("event", "one"), ("event", "two")} < indexed()
    assert ("party", "japan") not in indexed()
    assert ("relation", "nato-japan") not in indexed()
    Event.objects.update(title="Renamed")
    search.touch(Event, Event.objects.values_list("pk", flat=True))
    assert found(Event, "renamed") == ["one", "two"]


def test_a_rebuild_tells_how_far_it_is_and_takes_the_queries_of_one_record():
    factories.make_programme("one")
    factories.add_step(Programme.objects.get(slug="one"), "step-agreed", "2001")
    with CaptureQueriesContext(connection) as captured:
        search.refresh()
    for slug in ("two", "three"):
        factories.add_step(factories.make_programme(slug), "step-agreed", "2001")
    told: list[int] = []
    with CaptureQueriesContext(connection) as more:
        count = search.refresh(told.append)
    assert told[-1] == count == IndexEntry.objects.count()
    assert len(more) == len(captured)


@pytest.mark.parametrize(
    ("words", "is_found"),
    [
        ("cyber", True),  # the beginning of a word
        ("security", False),  # its end
        ("NATO-Japan", True),  # words joined by a sign follow each other
        ("Japan-NATO", False),
        ("dialogue’s", False),
        ("2022", True),
    ],
)
def test_a_word_is_found_by_its_beginning(words, is_found):
    factories.make_event(
        "one", title="NATO–Japan cybersecurity dialogue", summary="Held in 2022.", parties=()
    )
    assert bool(found(Event, words)) is is_found


@pytest.mark.parametrize(
    ("words", "is_found"),
    [
        ("日", True),
        ("本", True),
        ("日本", True),
        ("本政府", True),
        ("政府と", True),
        ("日政", False),
        ("ﾆｯﾎﾟﾝ", True),
        ("日本 政府", True),
    ],
)
def test_words_of_a_script_without_blanks_are_found_wherever_they_stand(words, is_found):
    factories.make_event("one", title="日本政府と会議", summary="ニッポン", parties=())
    assert bool(found(Event, words)) is is_found


def test_an_area_is_named_by_its_name_and_synonyms_not_by_what_its_note_says():
    factories.make_event("one", areas=("emerging",))
    area = Event.objects.get().areas.get()
    area.scope_note = "Without biotechnology."
    area.save()
    assert found(Event, "biotechnology") == []
    assert found(type(area), "biotechnology") == ["emerging"]


def test_what_names_an_entry_comes_before_what_only_speaks_of_it():
    japan = factories.make_party("japan")
    japan.names.create(text="日本", language="ja", form="short")
    factories.make_relation()
    factories.make_event("speaks", title="A visit", summary="Japan.", parties=(("france", "participant"),))
    factories.make_event("takes-part", title="Another visit", parties=(("japan", "participant"),))
    factories.make_event("named", title="Day of Japan", parties=(("france", "participant"),))
    for words in ("japan", "JAPAN"):
        order = [
            str(IndexEntry.objects.get(pk=key)) for key in search.ranked(search.containing(words), words)
        ]
        assert set(order[:3]) == {"party:japan", "relation:nato-japan", "event:named"}
        assert order[3:] == ["event:speaks", "event:takes-part"]
    order = [str(IndexEntry.objects.get(pk=key)) for key in search.ranked(search.containing("日本"), "日本")]
    assert set(order[:2]) == {"party:japan", "relation:nato-japan"}


def test_too_many_entries_are_not_ranked(monkeypatch):
    monkeypatch.setattr("partnership.search.asking.MOST_RANKED", 1)
    for slug in ("one", "two"):
        factories.make_event(slug, title="Summit", parties=())
    assert search.ranked(search.containing("summit"), "summit") is None


def test_a_mistyped_word_is_helped_by_the_names_of_public_entries():
    factories.make_party("afghanistan", name="Afghanistan")
    factories.make_party("secret", name="Afganistann", status="draft")
    assert search.similar_words(["afganistan"])["afganistan"] == ["afghanistan"]
    assert search.similar_words(["xyzzy"])["xyzzy"] == []
    assert search.similar_words(["af"])["af"] == []


def test_a_row_counts_once_what_it_names_is_public():
    event = factories.make_event("one")
    hidden = factories.make_party("hidden", status="draft")
    factories.add_party(event, "hidden", unit="Quiet squadron")
    assert found(Event, "quiet") == []
    hidden.status, hidden.first_published = "published", event.first_published
    hidden.save()
    assert found(Event, "quiet") == ["one"]
    assert IndexParty.objects.filter(party__slug="hidden").exists()


def test_the_index_speaks_the_language_of_the_register_whoever_saves():
    relation = factories.make_relation()
    title = IndexEntry.objects.get(kind="relation").title
    with translation.override("fr"):
        relation.save()
    assert IndexEntry.objects.get(kind="relation").title == title


@given(st.text(max_size=60))
@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_every_word_of_a_text_finds_it_on_either_engine(words):
    title = text.normalise(words).strip() or "x"
    Area.objects.update_or_create(slug="a", defaults={"name": f"x {title}"[:160], **factories.state()})
    for word in text.words_of(title):
        if text.phrase(word):
            assert found(Area, word) == ["a"], word


def shown(pieces):
    return "".join(f"[{piece.text}]" if piece.found else piece.text for piece in pieces)


@pytest.mark.parametrize(
    ("value", "words", "expected"),
    [
        ("A summit in São Paulo", "SAO", "A summit in [São] Paulo"),
        ("Cybersecurity and cyber defence", "cyber", "[Cybersecurity] and [cyber] defence"),
        ("NATO–Japan dialogue", "nato-japan", "[NATO]–[Japan] dialogue"),
        ("日本政府と会議", "政府", "日本[政府]と会議"),
        ("Nothing here", "elsewhere", "Nothing here"),
        ("Straße <b>", "strasse", "[Straße] <b>"),
    ],
)
def test_the_words_asked_for_are_marked(value, words, expected):
    assert shown(search.marked(value, words)) == expected


def test_an_excerpt_is_the_line_that_holds_most_of_the_words_cut_around_them():
    long = "before " * 60 + "a summit on cyber defence " + "after " * 60
    cut = search.excerpt(["A summit", long, "Nothing"], "summit cyber")
    assert "summit on cyber" in cut
    assert len(cut) <= 222
    assert cut.startswith("…before")
    assert cut.endswith("after…")
    assert search.excerpt(["A summit", "Nothing"], "summit") == "A summit"
    assert search.excerpt(["Nothing"], "summit") == ""


def test_a_name_for_search_only_finds_and_is_told_to_nobody():
    party = factories.make_party("japan")
    party.names.create(text="Nippon", form="search")
    party.names.create(text="State of Japan", form="official")
    assert found(Party, "nippon") == ["japan"]
    row = IndexEntry.objects.get(kind="party")
    assert "State of Japan" in row.text
    assert "Nippon" not in row.text
