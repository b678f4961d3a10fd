"""Reasons name only facts that both profiles hold; risks follow their rules; fills are what is missing."""

from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from matching import Product, Profile
from matching.explain import FLOOR, explain, find_fills, find_reasons
from matching.nearness import FirmDistances, Home
from matching.score import preference, score_pair
from tests.matching.strategies import profiles

COFFEE = Profile(
    "coffee",
    region="PRT:braga",
    employees=10,
    products=(Product("090121", tier=4), Product("0901", tier=4)),
    targets={"ESP": 1, "FRA": 3},
    horizon=2,
    experience={"ESP": 0.75},
    languages={"pt": 1.0, "es": 0.25},
    objectives=frozenset({"fair", "brand"}),
    norms=frozenset({"open"}),
    offers=frozenset({"funds"}),
    needs=frozenset({"customs", "agent"}),
    commitment=50,
    verified=1.0,
)
TEA = Profile(
    "tea",
    region="PRT:braga",
    employees=12,
    products=(Product("0902", tier=4),),
    targets={"FRA": 2, "ESP": 2},
    horizon=2,
    experience={"FRA": 1.0, "ESP": 0.5},
    languages={"fr": 0.9, "pt": 0.6, "es": 0.6},
    objectives=frozenset({"fair"}),
    norms=frozenset({"open"}),
    offers=frozenset({"customs", "design"}),
    needs=frozenset({"funds"}),
    commitment=50,
    verified=0.5,
)


def codes(reasons):
    return [reason.code for reason in reasons]


def test_each_side_gets_its_three_strongest_reasons_with_their_facts():
    found = explain(COFFEE, TEA, score_pair(COFFEE, TEA))
    assert [(reason.code, reason.facts) for reason in found.reasons] == [
        ("gap", {"capabilities": ["customs"]}),
        ("basket", {"mine": "090121", "theirs": "0902", "level": "chapter", "together": False}),
        ("obj", {"objectives": ["fair"], "horizon": 2}),
    ]
    assert found.reasons_for_them[0].facts == {"capabilities": ["funds"]}
    assert found.known == 10


def test_reasons_add_what_their_term_adds():
    pair = score_pair(COFFEE, TEA)
    added = {term.key: term.contribution for term in pair.forward.terms}
    reasons = find_reasons(COFFEE, TEA, pair.forward)
    assert [reason.contribution for reason in reasons] == [added[reason.code] for reason in reasons]


def test_shared_markets_come_in_the_order_in_which_they_are_wanted():
    a, b = Profile("a", targets=COFFEE.targets), Profile("b", targets=TEA.targets)
    assert find_reasons(a, b, preference(a, b))[0].facts == {"markets": ["FRA", "ESP"]}
    assert find_reasons(b, a, preference(b, a))[0].facts == {"markets": ["ESP", "FRA"]}


@pytest.mark.parametrize(
    ("a", "b", "facts"),
    [
        (Profile("a", ties=frozenset({"b"})), Profile("b", region="X"), {"kind": "worked_together"}),
        (
            Profile("a", links=frozenset({"aep", "aip"})),
            Profile("b", links=frozenset({"aip"})),
            {"kind": "link", "links": ["aip"]},
        ),
        (Profile("a", region="X"), Profile("b", region="X"), {"kind": "region", "region": "X"}),
    ],
)
def test_trust_says_where_it_comes_from(a, b, facts):
    (reason,) = find_reasons(a, b, preference(a, b))
    assert reason.facts == facts


def test_a_bridge_names_markets_and_what_is_nearer_there():
    a = Profile("a", targets={"FRA": 1, "ESP": 3}, distances={m: {"lang": 0.8, "adm": 0.5} for m in ("FRA", "ESP")})
    b = Profile("b", distances={"FRA": {"lang": 0.1, "adm": 0.2}, "ESP": {"lang": 0.8, "adm": 0.5}})
    assert find_reasons(a, b, preference(a, b)) == ()
    b = Profile("b", distances={"FRA": {"lang": 0.1, "adm": 0.2}, "ESP": {"lang": 0.4, "adm": 0.5}})
    (reason,) = find_reasons(a, b, preference(a, b))
    assert reason.facts["markets"] == ["ESP", "FRA"]
    assert (reason.facts["market"], reason.facts["dimensions"]) == ("ESP", ["lang"])
    assert (reason.facts["from"], reason.facts["to"]) == (pytest.approx(71.428571), pytest.approx(50))


def test_a_bridge_names_the_languages_and_the_experience_that_make_it():
    home = Home({"SEN": {"lang": 0.9, "econ": 0.5}}, {"SEN": {"fr": 0.4, "wo": 0.8}})
    a = Profile("a", targets={"SEN": 3}, languages={"pt": 1.0}, distances=FirmDistances(home))
    b = Profile(
        "b",
        languages={"fr": 0.9, "pt": 1.0},
        experience={"SEN": 0.75},
        distances=FirmDistances(home, (("fr", 0.9), ("pt", 1.0)), (("SEN", 0.75),)),
    )

    (reason,) = find_reasons(a, b, preference(a, b))

    assert (reason.facts["languages"], reason.facts["experience"]) == (["fr"], 0.75)
    assert "at_home" not in reason.facts
    (reason,) = find_reasons(a, replace(b, country="SEN"), preference(a, b))
    assert reason.facts["at_home"] is True


def test_covered_facets_are_named_without_their_levels():
    a = Profile("a", facets={"RF": 0.1, "RH": 0.1, "RM": 0.5}, facet_needs={"RH": 0})
    b = Profile("b", facets={"RF": 0.8, "RH": 0.9, "RM": 0.51})
    (reason,) = find_reasons(a, b, preference(a, b))
    assert reason.facts == {"facets": ["RF"]}
    assert find_fills(a, b).facets == ("RF",)


@pytest.mark.parametrize(
    ("theirs", "sold_with", "level"),
    [
        ("0902", frozenset(), "chapter"),
        ("090111", frozenset(), "heading"),
        ("1201", frozenset(), None),
        ("090121", frozenset(), None),
        ("6911", frozenset({"6911"}), "none"),
    ],
)
def test_products_are_a_reason_if_they_are_of_one_chapter_or_sold_together(theirs, sold_with, level):
    a = Profile("a", products=(Product("090121"),), sold_with=sold_with)
    b = Profile("b", products=(Product(theirs),))
    reasons = find_reasons(a, b, preference(a, b))
    assert [reason.facts["level"] for reason in reasons] == ([level] if level else [])
    assert all(reason.facts["together"] == bool(sold_with) for reason in reasons)


def test_commitment_is_never_told():
    a, b = Profile("a", commitment=50), Profile("b", commitment=90)
    assert find_reasons(a, b, preference(a, b)) == ()


@settings(max_examples=200, deadline=None)
@given(a=profiles(st.just("a")), b=profiles(st.just("b")))
def test_reasons_are_few_good_and_backed_by_facts(a, b):
    liking = preference(a, b)
    values = {term.key: term.value for term in liking.terms}
    reasons = find_reasons(a, b, liking)
    assert len(reasons) <= 3
    assert [r.contribution for r in reasons] == sorted((r.contribution for r in reasons), reverse=True)
    for reason in reasons:
        assert values[reason.code] >= FLOOR.get(reason.code, 0.3)
        assert reason.facts
    facts = {reason.code: reason.facts for reason in reasons}
    assert set(facts.get("mkt", {}).get("markets", ())) <= a.targets.keys() & b.targets.keys()
    assert set(facts.get("gap", {}).get("capabilities", ())) <= a.needs & b.offers
    assert set(facts.get("obj", {}).get("objectives", ())) <= a.objectives & b.objectives
    assert set(facts.get("values", {}).get("norms", ())) <= a.norms & b.norms


@settings(max_examples=200, deadline=None)
@given(a=profiles(st.just("a")), b=profiles(st.just("b")))
def test_any_pair_can_be_explained(a, b):
    found = explain(a, b, score_pair(a, b))
    assert found.risk is None or found.risk.contribution == 0
    assert set(found.fills.capabilities) <= a.needs & b.offers
    assert set(found.fills.markets) <= a.targets.keys() & b.experience.keys()


def test_fills_are_what_one_lacks_and_the_other_has():
    fills = find_fills(COFFEE, TEA)
    assert fills.capabilities == ("customs",)
    assert fills.markets == ("FRA",)
    assert fills.languages == ("es", "fr")
    assert fills


def test_what_a_firm_left_empty_is_not_taken_for_a_lack():
    assert not find_fills(Profile("a"), TEA)


ALIKE = {"languages": {"pt": 1.0}, "objectives": frozenset({"fair"}), "norms": frozenset({"open"}), "horizon": 1,
         "employees": 10, "targets": {"FRA": 2}, "region": "X", "commitment": 50}  # fmt: skip


@pytest.mark.parametrize(
    ("mine", "theirs", "code"),
    [
        ({"languages": {"pt": 1.0, "fr": 0.25}}, {"languages": {"fr": 1.0}}, "language"),
        ({"products": (Product("0901"),)}, {"products": (Product("0901"),)}, "competition"),
        ({"norms": frozenset()}, {}, "thin"),
        ({"targets": {"ESP": 1}}, {}, "no_market"),
        ({"experience": {"ESP": 1.0}}, {"experience": {"FRA": 0.0}}, "market"),
        ({}, {"employees": 51}, "size"),
        ({"products": (Product("0901", tier=1),)}, {"products": (Product("6403", tier=4),)}, "tier"),
        ({}, {"horizon": 3}, "horizon"),
        ({"needs": frozenset({"customs"})}, {"offers": frozenset({"customs"}), "verified": 0.9}, "strangers"),
        ({}, {"objectives": frozenset({"brand"})}, "objectives"),
        ({}, {}, "strangers"),
        ({"ties": frozenset({"b"})}, {}, None),
    ],
)
def test_the_first_rule_that_applies_is_the_risk(mine, theirs, code):
    a, b = Profile("a", **(ALIKE | mine)), Profile("b", **(ALIKE | theirs))
    risk = explain(a, b, score_pair(a, b)).risk
    assert (risk and risk.code) == code


def test_a_one_sided_gain_is_a_risk_and_says_whose():
    a = Profile("a", **ALIKE | {"verified": 0.0, "needs": frozenset({"x"}), "offers": frozenset({"y"})})
    b = Profile("b", **ALIKE | {"verified": 1.0, "needs": frozenset({"z"}), "offers": frozenset({"x"})})
    risk = explain(a, b, score_pair(a, b)).risk
    assert (risk.code, risk.facts) == ("one_sided", {"gains_more": "a"})
    assert explain(b, a, score_pair(b, a)).risk == risk


def test_who_shortens_the_way_says_so_even_where_other_reasons_are_stronger():
    home = Home({"SEN": {"lang": 0.9, "econ": 0.5}}, {"SEN": {"fr": 0.8}})
    alike = {"objectives": frozenset({"fair"}), "norms": frozenset({"open"}), "employees": 10, "targets": {"SEN": 3}}
    a = Profile("a", **alike, distances=FirmDistances(home), needs=frozenset({"customs"}))
    b = Profile("b", **alike, distances=FirmDistances(home, (("fr", 1.0),)), offers=frozenset({"customs"}))

    found = explain(a, b, score_pair(a, b))

    assert "bridge" not in [reason.code for reason in found.reasons]
    assert (found.nearer.code, found.nearer.facts["market"]) == ("bridge", "SEN")
    assert explain(b, a, score_pair(b, a)).nearer is None


def _holds(firm: Profile, name: str, value: object) -> bool:
    """Whether a profile says this, so that nothing is read out of an empty field."""
    held = getattr(firm, name)
    return value in held if hasattr(held, "__contains__") else held is not None and held == value


def _check_facts(code: str, facts: dict, a: Profile, b: Profile) -> None:
    """Every fact that a reason or a risk of *a* about *b* names stands in the profiles that it is said of."""
    both = {"objectives": "objectives", "norms": "norms", "horizon": "horizon"}
    for fact, field in both.items():
        if code in ("obj", "values") and fact in facts:
            values = facts[fact] if isinstance(facts[fact], list) else [facts[fact]]
            assert all(_holds(firm, field, value) for firm in (a, b) for value in values)
    if code in ("mkt", "market", "competition"):
        assert facts["markets"] or code == "competition"
        assert all(market in firm.targets for firm in (a, b) for market in facts["markets"])
    if code == "market":
        assert a.experience
        assert b.experience
    if code == "gap":
        assert all(need in a.needs and need in b.offers for need in facts.get("capabilities", ()))
        where = [facts["market"]] if "market" in facts else [*a.targets, None]
        for facet in facts.get("facets", ()):
            there = [(a.facets_in(m), b.facets_in(m)) if m else (a.facets, b.facets) for m in where]
            assert any(facet in mine and facet in theirs and theirs[facet] > mine[facet] for mine, theirs in there)
    if code == "bridge":
        assert set(facts["markets"]) <= a.targets.keys() & a.distances.keys() & b.distances.keys()
        assert facts["market"] in facts["markets"]
        mine, theirs = a.distances[facts["market"]], b.distances[facts["market"]]
        assert all(theirs[dimension] < mine[dimension] for dimension in facts["dimensions"])
        assert set(facts.get("languages", ())) <= b.languages.keys()
        if "experience" in facts and not isinstance(b.distances, FirmDistances):
            assert b.experience[facts["market"]] == facts["experience"]
        assert not facts.get("at_home") or b.country == facts["market"]
    if code in ("basket", "competition"):
        assert facts["mine"] in {product.hs for product in a.products}
        assert facts["theirs"] in {product.hs for product in b.products}
    if code == "trust":
        assert {
            "worked_together": b.id in a.ties or a.id in b.ties,
            "link": bool(facts.get("links")) and set(facts.get("links", ())) <= a.links & b.links,
            "region": a.region is not None and a.region == b.region == facts.get("region"),
        }[facts["kind"]]
    if code == "size":
        assert (facts["mine"], facts["theirs"]) == (a.employees, b.employees)
        assert None not in facts.values()
    if code == "tier":
        for firm, value in ((a, facts["mine"]), (b, facts["theirs"])):
            tiers = [product.tier for product in firm.products if product.tier is not None]
            assert value == sum(tiers) / len(tiers)
    if code == "verify":
        assert facts["share"] == b.verified is not None
    if code == "language":
        assert (facts["mine"], facts["theirs"]) == (sorted(a.languages), sorted(b.languages))
        assert facts["mine"]
        assert facts["theirs"]
    if code == "no_market":
        assert (facts["mine"], facts["theirs"]) == (sorted(a.targets), sorted(b.targets))
        assert facts["mine"]
        assert facts["theirs"]
    if code == "horizon":
        assert (facts["mine"], facts["theirs"]) == (a.horizon, b.horizon)
        assert None not in facts.values()
    if code == "objectives":
        assert a.objectives
        assert b.objectives


@settings(max_examples=400, deadline=None)
@given(a=profiles(st.just("a")), b=profiles(st.just("b")), home=st.sampled_from(("AGO", "FRA", None)))
def test_every_fact_that_is_named_stands_in_the_profiles(a, b, home):
    b = replace(b, country=home)
    found = explain(a, b, score_pair(a, b))

    for reason in found.reasons:
        _check_facts(reason.code, reason.facts, a, b)
    for reason in found.reasons_for_them:
        _check_facts(reason.code, reason.facts, b, a)
    if found.nearer:
        _check_facts("bridge", found.nearer.facts, a, b)
    if found.risk:
        _check_facts(found.risk.code, found.risk.facts, a, b)
    assert all(need in a.needs and need in b.offers for need in found.fills.capabilities)
    assert all(m in a.targets and b.experience[m] > a.experience.get(m, 0) for m in found.fills.markets)
    assert all(code in b.languages and a.languages for code in found.fills.languages)


@settings(max_examples=50, deadline=None)
@given(a=profiles(st.just("a")))
def test_an_empty_profile_gives_no_reason_and_fills_nothing(a):
    for mine, theirs in ((a, Profile("b")), (Profile("b"), a)):
        found = explain(mine, theirs, score_pair(mine, theirs))
        codes_found = {reason.code for reason in (*found.reasons, *found.reasons_for_them)}
        # One side's own statement of a past together, and what was verified of a firm, need no word of the other.
        assert codes_found <= {"verify", "trust"}
        assert not found.fills
        assert found.risk is None or found.risk.code == "thin"
