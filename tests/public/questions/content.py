"""A register made for the twenty questions: two organisations and what they did with the countries of an invented world.

What each question must find is written beside it in test_questions.py; this file says only what is in the register.
"""

from partnership import documents
from partnership.editorial import workflow
from partnership.models import Entry, Event, Fund, Vocabulary
from tests.factories import (
    add_party,
    add_source,
    add_step,
    make_area,
    make_contribution,
    make_event,
    make_exercise,
    make_fund,
    make_operation,
    make_party,
    make_programme,
    make_relation,
    make_source,
    make_standing,
    make_term,
    republish,
)

COUNTRIES = ("arden", "borea", "calder", "dorne", "fennia", "galia")


def build() -> None:
    """Write the whole register, and four editions of changes on top of it."""
    _words()
    _parties()
    _sources()
    _standings()
    _events()
    _exercises()
    _programmes()
    _funds()
    _contributions()
    _relations()
    _editions()


def _words() -> None:
    make_term(Vocabulary.LEVEL, "heads", label="Heads of state", order=1)
    make_term(Vocabulary.LEVEL, "ministers", order=2)
    make_term(Vocabulary.SCOPE, "scope-level", label="Meetings at this level")
    make_term(Vocabulary.SCOPE, "scope-kind", label="Visits of its kind")
    make_term(Vocabulary.STANDING, "mission", label="Mission")
    make_term(Vocabulary.STANDING, "liaison-officer", label="Liaison officer")
    make_term(Vocabulary.STANDING, "group-member", label="Belongs to the group")
    for kind in ("summit", "ministerial", "visit", "conference"):
        make_term(Vocabulary.EVENT_KIND, kind)
    make_area("cyber-defence", synonyms="Computer network defence\nDigital resilience")
    make_area("relief")


def _parties() -> None:
    make_party("alliance", kind="organisation", name="The Alliance")
    make_party("union", kind="organisation", name="The Union")
    for body in ("alliance-command", "cyber-centre"):
        make_party(body, kind="body", parent=make_party("alliance"))
    for country in COUNTRIES:
        make_party(country)
    make_party("arden-navy", kind="armed-service", name="Arden Navy", parent=make_party("arden"))
    make_party("pacific-four", kind="group", name="Pacific Four")
    make_party("secretland", status="draft", name="Secretland")
    elbia = make_party("elbia")
    elbia.names.create(text="Old Elbia", form="former", valid="1991/2018", source=make_source("old-report"))
    elbia.names.create(text="Elbia", form="official", valid="2019-02-12/..", source=make_source("old-report"))


def _sources() -> None:
    old = make_source("old-report")
    old.date = "2009-05"
    old.save()
    make_source("new-page", date="2022-06-30")
    make_source("undated-page")


def _standings() -> None:
    def stand(slug: str, party: str, word: str, at: str = "alliance", **fields) -> None:
        make_standing(
            slug,
            party=make_party(party),
            at=make_party(at),
            word=make_term(Vocabulary.STANDING, word),
            organisations=("union" if at == "union" else "alliance",),
            **fields,
        )

    for party, since in (("arden", 2000), ("calder", 2005), ("dorne", 1995)):
        stand(f"{party}-partner", party, "partner", date=f"{since}/..")
        stand(f"{party}-four", party, "group-member", "pacific-four", date="2013/..")
    for party, since in (("borea", 1980), ("galia", 1990)):
        stand(f"{party}-member", party, "member", date=f"{since}/..")
    stand("fennia-partner", "fennia", "partner", date="1994/2010")
    stand("fennia-member", "fennia", "member", date="2011/..")
    stand("elbia-partner", "elbia", "partner", date="2001/2019-12-31")
    stand("elbia-member", "elbia", "member", date="2020-01-01/..")
    stand("arden-mission", "arden", "mission", date="2008/..")
    stand("arden-officer", "arden", "liaison-officer", "alliance-command", date="2012-03/..")
    stand("calder-mission", "calder", "mission", date="2009/2014")
    stand("fennia-union-mission", "fennia", "mission", "union")
    stand("dorne-mission", "dorne", "mission", date="2015/..", status="draft")
    stand("arden-union-partner", "arden", "partner", "union", date="2015/..")


def _event(slug: str, kind: str, date: str, *parties: tuple[str, str], **fields) -> Event:
    return make_event(
        slug,
        kind=make_term(Vocabulary.EVENT_KIND, kind),
        date=date,
        parties=parties,
        **{"organisations": ("alliance",), "sources": ("new-page",), **fields},
    )


def _events() -> None:
    _summits()
    _visits()
    _event("ministers-2015", "ministerial", "2015-06-24", ("arden", "participant"), ("elbia", "participant"))
    _event("ministers-2021", "ministerial", "2021-06-01", ("elbia", "participant"), areas=("cyber-defence",))
    _event("conference-about-2014", "conference", "2014~", ("arden", "participant"))
    _event("long-conference", "conference", "2013/2015", ("arden", "participant"))
    _event("undated-conference", "conference", "", ("arden", "participant"), sources=("undated-page",))
    talks = _event("yearly-talks", "conference", "2001/..", ("calder", "participant"))
    for year in (2016, 2017):
        _event(f"talks-{year}", "conference", str(year), ("calder", "participant"), series=talks)


def _summits() -> None:
    heads = {"level": make_term(Vocabulary.LEVEL, "heads")}
    came = "participant"
    _event("summit-2010", "summit", "2010-11-19", ("arden", "subject"), ("borea", "host"), **heads)
    _event("summit-2014", "summit", "2014-09-04/2014-09-05", ("arden", came), ("borea", "host"), **heads)
    of_2016 = _event("summit-2016", "summit", "2016-07-08", ("calder", came), ("borea", came), **heads)
    add_party(of_2016, "arden", came, level=make_term(Vocabulary.LEVEL, "ministers"))
    _event(
        "summit-2018",
        "summit",
        "2018-07-11",
        *((each, came) for each in ("arden", "calder", "dorne")),
        **heads,
    )
    of_2022 = _event("summit-2022", "summit", "2022-06-29", ("calder", came), ("dorne", came), **heads)
    scope = make_term(Vocabulary.SCOPE, "scope-level")
    add_party(of_2022, "arden", came, ordinal=1, scope=scope, representative="Prime Minister")
    everyone = tuple((each, came) for each in ("arden", "calder", "dorne"))
    _event("summit-2023", "summit", "2023-07-11", *everyone, status="draft", **heads)


def _visits() -> None:
    """Three visits to Arden, two by it, one of them told differently by an older source."""
    first = _event("visit-2009", "visit", "2009-04", ("alliance", "participant"), sources=("old-report",))
    scope = make_term(Vocabulary.SCOPE, "scope-kind")
    add_party(first, "arden", "host", ordinal=1, scope=scope)
    add_source(first, "new-page", supports="date", stance="contradicts", value_stated="May 2009")
    _event("visit-2014", "visit", "2014-05-06", ("arden", "host"), ("alliance", "participant"))
    _event("visit-2021", "visit", "2021", ("arden", "host"), ("alliance", "participant"))
    _event(
        "visit-2013",
        "visit",
        "2013-04",
        ("alliance", "host"),
        ("arden", "participant"),
        sources=("old-report",),
    )
    _event("visit-2019", "visit", "2019-10", ("alliance", "host"), ("arden-navy", "participant"))
    _event("visit-calder", "visit", "2019-11", ("alliance", "host"), ("calder", "participant"))


def _exercises() -> None:
    shared = {"organisations": ("alliance",), "areas": ("cyber-defence",)}
    series = make_exercise("steel", title="Steel", parties=(("calder", "participant"),), **shared)
    make_exercise(
        "steel-2014",
        date="2014-10",
        series=series,
        parties=(("arden-navy", "participant"), ("borea", "host")),
        **shared,
    )
    of_2016 = make_exercise(
        "steel-2016", date="2016-10", series=series, parties=(("borea", "host"),), **shared
    )
    add_party(
        of_2016, "arden-navy", "participant", ordinal=1, scope=make_term(Vocabulary.SCOPE, "scope-kind")
    )
    make_exercise("steel-2018", date="2018-10", series=series, status="draft", **shared)
    make_exercise("iron-2016", date="2016", parties=(("arden", "participant"),), organisations=("union",))


def _programmes() -> None:
    shared = {"parties": (("arden", "participant"),), "organisations": ("alliance",)}
    before = make_programme("plan-2012", title="Plan of 2012", date="2012/2019", **shared)
    plan = make_programme("plan-2020", title="Plan of 2020", **shared)
    add_step(plan, "step-agreed", "2020-02")
    plan.links.create(word=make_term(Vocabulary.LINK, "supersedes"), programme=before, basis="stated")
    make_programme("plan-2030", date="2030/..", plan_state="planned", **shared)
    make_programme("plan-draft", date="2020/..", status="draft", **shared)
    make_programme(
        "plan-calder", date="2015/..", parties=(("calder", "participant"),), areas=("cyber-defence",)
    )


def _funds() -> None:
    shared = {"organisations": ("alliance",), "date": "2014/2019"}
    leads = (("borea", "lead-nation"), ("galia", "lead-nation"), ("dorne", "beneficiary"))
    fund = make_fund("dorne-fund", title="Fund for Dorne", parties=leads, **shared)
    launch = fund.figures.create(
        kind=make_term(Vocabulary.FIGURE, "figure-budget", label="Budget"),
        amount=10_000_000,
        currency="USD",
        date="2014",
    )
    close = fund.figures.create(
        kind=make_term(Vocabulary.FIGURE, "figure-final", label="Final cost"),
        amount=14_000_000,
        currency="USD",
        date="2019",
    )
    add_source(fund, "old-report", supports=launch.key)
    add_source(fund, "new-page", supports=close.key)
    make_fund("one-lead", parties=(("borea", "lead-nation"), ("calder", "beneficiary")), **shared)
    hidden = (("borea", "lead-nation"), ("secretland", "lead-nation"))
    make_fund("one-known-lead", parties=hidden, **shared)


def _contributions() -> None:
    fund = {"fund": Fund.objects.get(slug="dorne-fund"), "organisations": ("alliance",)}
    _give("arden-paid-2016", "arden", date="2016-03", amount=3_000_000, currency="USD", stage="paid", **fund)
    _give("arden-paid-2017", "arden", date="2017", amount=2_000_000, currency="USD", stage="paid", **fund)
    pledge = _give(
        "arden-pledge-2018",
        "arden",
        date="2018-01",
        amount=4_000_000,
        currency="EUR",
        stage="pledged",
        **fund,
    )
    _give(
        "arden-part-2018",
        "arden",
        date="2018-06",
        amount=1_000_000,
        currency="EUR",
        stage="pledged",
        part_of=pledge,
        **fund,
    )
    _give("arden-tents-2018", "arden", date="2018-02", quantity="hundreds of tents", **fund)
    _give(
        "arden-range-2019",
        "arden",
        date="2019",
        amount=1,
        amount_upper=2,
        currency="USD",
        stage="paid",
        **fund,
    )
    _give(
        "arden-rate-2019", "arden", date="2019-03", amount=5, currency="USD", per="year", stage="paid", **fund
    )
    _give("arden-undated", "arden", amount=7_000, currency="USD", stage="paid", **fund)
    _give("arden-paid-2005", "arden", date="2005", amount=9_000, currency="USD", stage="paid", **fund)
    _give("arden-draft-2016", "arden", date="2016", status="draft", amount=1, currency="USD", **fund)
    _give("fennia-paid-2005", "fennia", date="2005", **fund)
    _give("fennia-paid-2012", "fennia", date="2012", **fund)
    _give("elbia-paid-2018", "elbia", date="2018-05", **fund)
    _give("elbia-paid-2021", "elbia", date="2021-05", **fund)
    _give("borea-paid-2016", "borea", date="2016", **fund)
    _give("calder-undated", "calder", **fund)
    _give(
        "arden-to-calder", "arden", ("calder", "beneficiary"), date="2016", amount=8, currency="USD", **fund
    )
    shared = {"organisations": ("alliance",), "parties": (("alliance", "host"),)}
    before = make_operation("first-guard", date="2001/2011", **shared)
    operation = {
        "operation": make_operation("joint-guard", date="2011/..", follows=before, **shared),
        "organisations": ("alliance",),
    }
    _give("arden-transit", "arden", date="2012/..", form=make_term(Vocabulary.FORM, "transit"), **operation)
    _give("calder-trainers", "calder", quantity="twelve trainers", **operation)
    _give("fennia-troops", "fennia", date="2013", status="draft", **operation)


def _give(slug: str, donor: str, *others: tuple[str, str], **fields):
    return make_contribution(slug, parties=((donor, "donor"), *others), sources=("new-page",), **fields)


def _relations() -> None:
    for organisation in ("alliance", "union"):
        relation = make_relation(organisation=organisation, party="arden")
        statement = relation.statements.create(
            section=make_term(Vocabulary.SECTION, "areas"),
            area=make_area("cyber-defence"),
            text=f"With {organisation} it works on digital resilience.",
        )
        add_source(relation, "new-page", supports=statement.key)
    make_relation(organisation="alliance", party="calder")


def _editions() -> None:
    """Four acts after the first load: one of Calder, two of Arden, one of Arden after that."""
    workflow.publish(_draft("calder-news", ("calder", "participant")))  # edition 1
    changed = _event("arden-news", "conference", "2020-05", ("arden", "participant"))
    _change(changed, place="Arden City")  # edition 2
    workflow.publish(_draft("arden-more-news", ("arden", "participant")))  # edition 3
    _change(Event.objects.get(slug="summit-2014"), place="Borea City")  # edition 4


def _draft(slug: str, *parties: tuple[str, str]) -> Event:
    return _event(slug, "conference", "2020-03", *parties, status="draft")


def _change(entry: Entry, **fields) -> None:
    before = documents.dump(entry)
    for name, value in fields.items():
        setattr(entry, name, value)
    entry.save()
    assert republish(entry, before=before), f"{entry} was not changed"
