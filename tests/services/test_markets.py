"""Markets as a firm sees them: figures with sources, what it feels, who is there, what ranks first."""

from __future__ import annotations

import datetime as dt

import pytest
import sqlalchemy as sa
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from matching import distance
from matching.markets import CRITERIA
from models import BarrierKind, BarrierState, ChoiceKind, Firm, MarketBarrier, MarketFeeling, Person
from reference.imports import list_imports
from services import (
    choices,
    distances,
    firms,
    market_facts,
    market_feelings,
    market_figures,
    market_firms,
    market_ranking,
    markets,
    network,
    personal_data,
)
from services.errors import Forbidden
from services.profiles import to_profile
from services.suggestions import Filters, Suggester
from tests.races import race


@pytest.fixture
def kianda(make):
    """An Angolan maker of roasted coffee that wants Portugal and France."""
    return make.firm(
        "Kianda", country="AGO", products=[("roasted coffee", "090121")], targets=[("FRA", 2), ("PRT", 3)]
    )


@pytest.fixture
def publish(db):
    """Puts a barrier where everybody sees it."""

    def publish(country, heading, kind="homologation", day=dt.date(2025, 3, 1), **said):
        barrier = MarketBarrier(
            country=country, heading=heading, kind=BarrierKind(kind), state=BarrierState.PUBLISHED,
            source="Regulation 178", source_date=day, **said,
        )  # fmt: skip
        db.add(barrier)
        db.commit()
        return barrier

    return publish


# Figures


def test_every_figure_that_is_known_has_a_source_and_a_year(db, kianda):
    facts = market_facts.list_facts("FRA", markets.load_outlook(db, kianda))

    assert [*facts] == [key for keys in market_facts.GROUPS.values() for key in keys]
    computed = {"distance", "effort"}
    for key, fact in facts.items():
        assert fact.unit, key
        assert fact.source, key
        assert not fact.is_known or fact.year or key in computed, key


def test_a_figure_that_is_not_known_is_none_and_never_nought(db, kianda):
    facts = market_facts.list_facts("COD", markets.load_outlook(db, kianda))

    assert facts["imports"].value is None
    assert facts["tariff"].value is None
    assert facts["homologation"].value is None
    assert market_facts.count_known(facts) == sum(fact.value is not None for fact in facts.values()) < len(facts)


def test_growth_is_compound_and_needs_three_years():
    growth = market_figures.find_growth("FRA")
    assert (growth.first_year, growth.year) == (2010, 2018)
    years = {one.year: one.total for one in list_imports("FRA")}
    assert years[2010] * (1 + growth.value / 100) ** 8 == pytest.approx(years[2018])

    assert len(list_imports("CYM")) == 2
    assert market_figures.find_growth("CYM").value is None


def test_imports_and_tariff_are_those_of_the_stage_of_my_products(db, make):
    firm = make.firm(country="AGO", products=[("excavators", "8429"), ("cranes", "8426"), ("coffee", "0901")])
    outlook = markets.load_outlook(db, firm)

    facts = market_facts.list_facts("FRA", outlook)

    assert outlook.stage == "capital"
    assert (facts["stage_imports"].value, facts["stage_imports"].details) == (
        pytest.approx(182744.63e6),
        ("capital",),
    )
    assert facts["tariff"].details == ("capital",)


def test_without_products_the_tariff_is_that_of_all_goods(db, make):
    outlook = markets.load_outlook(db, make.firm(country="AGO", products=[]))

    tariff = market_facts.list_facts("FRA", outlook)["tariff"]

    assert outlook.stage is None
    assert (tariff.value, tariff.details) == (1.69, ())
    assert market_facts.list_facts("FRA", outlook)["stage_imports"].value is None
    assert market_facts.list_facts("FRA", outlook)["wanted"].value is None


def test_inside_the_customs_union_there_is_no_tariff():
    inside, outside = (
        market_figures.find_tariff("PRT", "FRA", "consumer"),
        market_figures.find_tariff("AGO", "FRA", "consumer"),
    )

    assert (inside.value, inside.source) == (0.0, "customs_union")
    assert outside.value > 0


def test_agreements_are_those_between_the_two_countries():
    assert market_figures.find_agreements("AGO", "NAM").details == ("Southern African Development Community (SADC)",)
    assert market_figures.find_agreements("AGO", "CHN").value == 0
    assert market_figures.find_agreements("", "CHN").value is None
    assert market_figures.shared_blocs("AGO", "MOZ") == ["CPLP", "SADC"]


def test_my_products_among_the_five_that_a_market_imports_most(make, db):
    cars = markets.load_outlook(db, make.firm(country="AGO", products=[("cars", "870323"), ("cork", "4503")]))

    wanted = market_facts.list_facts("FRA", cars)["wanted"]

    assert (wanted.value, wanted.details, wanted.year) == (1, ("8703",), 2023)


# How far


def test_the_distance_shown_is_the_firms_own_and_without_direction(db, kianda):
    outlook = markets.load_outlook(db, kianda)

    between = distance.composite(market_figures.country_parts_of("AGO", "PRT"))
    assert between == pytest.approx(46.04, abs=0.02)
    assert outlook.used("PRT") == pytest.approx(outlook.computed["PRT"])
    assert outlook.computed["PRT"] < between  # its people speak Portuguese
    assert outlook.effort("PRT") < outlook.used("PRT") / 100  # the richer market feels nearer


def test_what_is_felt_counts_half(db, kianda, make):
    ana = make.owner_of(kianda)
    before = markets.load_outlook(db, kianda)

    market_feelings.feel(db, kianda, "FRA", 90, ana)
    after = markets.load_outlook(db, kianda)

    assert after.used("FRA") == pytest.approx((before.computed["FRA"] + 90) / 2)
    assert after.computed["FRA"] == before.computed["FRA"]
    assert after.effort("FRA") > before.effort("FRA")
    assert after.used("PRT") == before.used("PRT")


def test_what_is_felt_can_be_said_anew_and_taken_back(db, kianda, make):
    ana = make.owner_of(kianda)
    market_feelings.feel(db, kianda, "FRA", 90, ana)
    market_feelings.feel(db, kianda, "FRA", 10, ana)
    assert market_feelings.list_feelings(db, kianda) == {"FRA": 10}

    assert market_feelings.take_back(db, kianda, "FRA") == 10
    assert market_feelings.take_back(db, kianda, "FRA") is None
    assert market_feelings.list_feelings(db, kianda) == {}


def test_ones_own_country_is_no_market(db, kianda, make):
    with pytest.raises(Forbidden):
        market_feelings.feel(db, kianda, "AGO", 0, make.owner_of(kianda))

    outlook = markets.load_outlook(db, kianda)
    assert "AGO" not in outlook.computed
    assert "AGO" not in {line.market for line in markets.list_lines(kianda, outlook)}


@pytest.mark.both_databases
def test_two_colleagues_may_say_it_at_the_same_moment(db, database_url, kianda, make):
    ana, rui = make.owner_of(kianda), make.owner_of(kianda)

    def says(person, felt):
        return lambda session: market_feelings.feel(
            session, session.get(Firm, kianda.id), "FRA", felt, session.get(Person, person.id)
        )

    assert race(database_url, says(ana, 20), says(rui, 70)) == (None, None)
    db.rollback()
    assert market_feelings.list_feelings(db, kianda) == {"FRA": 70}


def test_what_is_felt_belongs_to_the_download_and_goes_with_the_firm(db, kianda, make):
    ana, rui = make.owner_of(kianda), make.owner_of(kianda)
    market_feelings.feel(db, kianda, "FRA", 90, ana)
    db.commit()

    [post] = personal_data.collect_data(db, rui)["posts"]
    assert [(one["country"], one["felt"]) for one in post["firm"]["feelings"]] == [("FRA", 90)]
    assert [one["felt"] for one in personal_data.collect_data(db, ana)["feelings"]] == [90]
    assert personal_data.collect_data(db, rui)["feelings"] == []

    firms.delete_firm(db, kianda)
    db.commit()
    assert db.query(MarketFeeling).count() == 0


def test_barriers_and_tariffs_make_the_effort_larger(db, kianda, publish):
    before = markets.load_outlook(db, kianda).effort("FRA")
    publish("FRA", "0901", level="registration")
    publish("FRA", "0901", kind="tax", percent=40.0)
    publish("FRA", "8703", level="laboratory")

    outlook = markets.load_outlook(db, kianda)
    facts = market_facts.list_facts("FRA", outlook)

    assert outlook.effort("FRA") > before
    way = distance.directed(outlook.computed["FRA"], *(markets.country_facts(c).income for c in ("AGO", "FRA")))
    assert outlook.effort("FRA") == pytest.approx(0.6 * way / 100 + 0.25 + 0.15)
    assert (facts["homologation"].details, facts["homologation"].source) == (("registration",), "Regulation 178")
    assert (facts["taxes"].value, facts["taxes"].year) == (40.0, 2025)


def test_steps_of_the_map_hold_their_markets(db, kianda):
    lines = markets.list_lines(kianda, markets.load_outlook(db, kianda))

    for by in ("distance", "effort"):
        ranges = markets.step_ranges(lines, by)
        assert len(ranges) == 5
        assert all(first <= last for first, last in ranges)
        assert all(one[1] <= other[0] for one, other in zip(ranges, ranges[1:], strict=False))
    assert {line.market for line in lines if line.is_wanted} == {"FRA", "PRT"}


def test_somebody_without_a_firm_sees_figures_but_no_distance(db):
    outlook = markets.load_outlook(db, None)

    assert outlook.used("FRA") is None
    assert outlook.effort("FRA") is None
    assert market_facts.list_facts("FRA", outlook)["gdp"].is_known


# Side by side


def test_the_comparison_starts_with_the_markets_most_wanted_and_the_nearest(db, kianda):
    outlook = markets.load_outlook(db, kianda)

    first, second, third = market_ranking.default_markets(kianda, outlook)

    assert (first, second) == ("PRT", "FRA")
    nearer = [m for m, far in outlook.computed.items() if far < outlook.computed[third] and m not in ("PRT", "FRA")]
    assert not [market for market in nearer if market_figures.find_stage_imports(market, "consumer").is_known]


def test_what_is_asked_for_is_cut_to_five_and_filled_up_to_three(db, kianda):
    outlook = markets.load_outlook(db, kianda)

    six = ["ESP", "ESP", "AAAA", "AGO", "NAM", "ZAF", "DEU", "CHN", "USA"]
    assert market_ranking.choose_markets(six, kianda, outlook) == ["ESP", "NAM", "ZAF", "DEU", "CHN"]
    assert market_ranking.choose_markets(["ESP"], kianda, outlook) == ["ESP", "PRT", "FRA"]
    assert len(market_ranking.choose_markets([], kianda, outlook)) == 3


def test_the_other_markets_chosen_do_not_change_a_score(db, kianda):
    outlook = markets.load_outlook(db, kianda)
    weights = market_ranking.default_weights()

    def score_of(market, *others):
        facts = {one: market_facts.list_facts(one, outlook) for one in (market, *others)}
        return {one.market: one.score for one in market_ranking.rank(facts, outlook, weights)[0]}[market]

    assert score_of("FRA", "NAM", "CHN") == score_of("FRA", "PRT", "ESP", "ZAF")


def test_every_criterion_has_its_figures_and_less_is_better_where_it_should(db, kianda):
    outlook = markets.load_outlook(db, kianda)
    assert market_ranking.FIGURES.keys() == CRITERIA.keys()
    facts = {market: market_facts.list_facts(market, outlook) for market in ("PRT", "CHN", "COD")}

    standings = market_ranking.standings_of(facts, outlook)

    assert standings["PRT"]["effort"] > standings["CHN"]["effort"]
    assert standings["CHN"]["size"] > standings["PRT"]["size"]
    assert standings["CHN"]["border"] > standings["COD"]["border"]
    assert standings["PRT"]["border"] is None, "the figures are those of a member of the union"
    assert standings["COD"]["growth"] is None


# Who is there


def test_firms_that_know_a_market_come_before_those_that_want_it(db, make, kianda):
    make.firm("Fair goer", known=[("NAM", "visits")], targets=[])
    make.firm("Office", known=[("NAM", "presence")], targets=[("NAM", 1)])
    make.firm("Dreamer", targets=[("NAM", 3)])
    make.firm("Perhaps", targets=[("NAM", 1)])
    make.firm("Nobody", known=[("NAM", "none")], targets=[])
    make.firm("Hidden", state="submitted", known=[("NAM", "presence")])

    found = market_firms.list_firms(db, "NAM")

    assert [firm.name for firm in found.firms] == ["Office", "Fair goer", "Dreamer", "Perhaps"]
    assert found.counts == {"all": 4, "know": 2, "want": 3}
    assert [firm.name for firm in market_firms.list_firms(db, "NAM", "know").firms] == ["Office", "Fair goer"]
    assert [firm.name for firm in market_firms.list_firms(db, "NAM", "want").firms] == [
        "Office",
        "Dreamer",
        "Perhaps",
    ]


@pytest.mark.both_databases
def test_long_lists_of_firms_come_in_pages(db, make):
    for number in range(23):
        make.firm(f"Firm {number:02}", targets=[("NAM", 2)])

    first, last = market_firms.list_firms(db, "NAM"), market_firms.list_firms(db, "NAM", page=9)

    assert (len(first.firms), first.pages, last.page, len(last.firms)) == (20, 2, 2, 3)


def test_partners_shorten_the_way_by_what_they_are(db, make, kianda):
    make.firm("Lyon", country="FRA", languages=[("fr", "native")])
    make.firm("Traveller", country="AGO", languages=[("fr", "fluent")], known=[("FRA", "regular")])
    make.firm("Like us", country="AGO")
    outlook = markets.load_outlook(db, kianda)

    found, helping = market_firms.list_partners(db, Suggester(), kianda, outlook, "FRA")

    assert [partner.name for partner in found] == ["Lyon", "Traveller"]
    assert helping == 2
    assert [saving.kind for saving in found[0].savings] == ["home"]
    assert {saving.kind for saving in found[1].savings} == {"language", "experience"}
    for partner in found:
        assert sum(saving.points for saving in partner.savings) == pytest.approx(partner.points, abs=1e-5)


def test_partners_are_only_those_that_could_be_suggested(db, make, kianda):
    french = {"country": "FRA", "languages": [("fr", "native")]}
    never, blocked, hidden = (make.firm(name, **french) for name in ("Never", "Blocked", "Hidden"))
    make.firm("Blocker", blocks=[kianda], **french)
    make.firm("Unable", can_sign=False, **french)
    hidden.state = "submitted"
    choices.choose(db, kianda, never, ChoiceKind.NEVER, make.owner_of(kianda))
    firms.block(db, kianda, blocked)
    db.commit()
    outlook = markets.load_outlook(db, kianda)

    assert market_firms.list_partners(db, Suggester(), kianda, outlook, "FRA") == ([], 0)


SPEAKERS = st.lists(
    st.tuples(st.sampled_from(["fr", "pt", "en"]), st.sampled_from(["basic", "fluent"])),
    max_size=2,
    unique_by=lambda one: one[0],
)
HELPERS = st.lists(
    st.fixed_dictionaries(
        {
            "country": st.sampled_from(["AGO", "FRA", "PRT", "COD"]),
            "languages": SPEAKERS,
            "known": st.sampled_from([[], [("FRA", "visits")], [("FRA", "regular")]]),
            "targets": st.sampled_from([[], [("FRA", 1)], [("PRT", 3)]]),
            "can_sign": st.sampled_from([True, True, False]),
        }
    ),
    max_size=12,
)


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(facts=HELPERS, together=st.sampled_from([1, 3, 50]), late=st.integers(0, 12))
def test_the_most_helpful_partners_are_those_found_by_looking_at_everybody(db, make, kianda, facts, together, late):
    db.execute(sa.update(Firm).where(Firm.id != kianda.id).values(state="submitted"))
    db.commit()
    suggester = Suggester()
    for number, one in enumerate(facts):
        if number == late:
            suggester.firms.current(db)  # those that follow stand beside the index
        make.firm(f"Helper {number}", **one)
    outlook = markets.load_outlook(db, kianda)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(market_firms, "FEWEST_TOGETHER", together)
        found, helping = market_firms.list_partners(db, suggester, kianda, outlook, "FRA")

    saved = {}
    for place, firm_id in enumerate(suggester.rank(db, kianda, to_profile(db, kianda), Filters())):
        firm = db.get(Firm, firm_id)
        theirs = distances.distances_of(firm)["FRA"]
        points = sum(distance.shortened(outlook.parts["FRA"], theirs).values())
        if points >= market_firms.LEAST_SAVED:
            saved[firm.key] = (-round(points, 6), place)
    expected = sorted(saved, key=saved.__getitem__)
    assert [partner.key for partner in found] == expected[: market_firms.MOST_HELPERS]
    assert [-partner.points for partner in found] == [saved[partner.key][0] for partner in found]
    assert helping == len(expected)


def test_clusters_that_head_for_a_market_are_those_whose_firms_want_it(db, make):
    for number in range(6):
        sides = [("packaging", "local_agent"), ("local_agent", "packaging")][number % 2]
        make.firm(f"Coffee {number}", country="AGO", products=[("coffee", "0901")], targets=[("NAM", 3)],
                  offers=[sides[0]], needs=[sides[1]])  # fmt: skip
    network.refresh(db)
    db.commit()

    [cluster, *_] = market_firms.list_clusters_heading(db, "NAM")

    assert cluster.matching >= 2
    assert market_firms.list_clusters_heading(db, "CHN") == []
