"""Distances from the shipped data: every value of the science note, and the traps it names."""

from __future__ import annotations

import pytest

from matching import distance
from reference.countries import list_countries
from services.distances import country_facts, distances_of, firm_distances, market_parts, shares_of

PAIRS = """
AGO PRT 46.0 38.5 | AGO BRA 50.2 45.5 | AGO MOZ 42.1 49.6 | AGO CPV 37.8 37.2 | AGO NAM 44.4 42.4 | AGO ZAF 56.5 53.0
AGO CHN 80.6 74.9 | BRA PRT 36.9 32.6 | BRA ARG 39.2 37.4 | BRA PRY 35.2 36.4 | BRA AGO 50.2 54.9 | BRA USA 64.3 57.4
BRA DEU 67.7 61.6 | BRA CHN 79.4 78.5 | PRT ESP 27.0 26.6 | PRT FRA 35.9 34.7 | PRT DEU 46.8 45.0 | PRT MOZ 60.6 68.1
PRT USA 59.0 56.4 | PRT CHN 73.1 76.4 | AGO USA 82.4 74.9
"""
ORACLES = [
    (home, market, float(value), float(directed))
    for home, market, value, directed in (
        pair.split() for line in PAIRS.split("\n") for pair in line.split("|") if pair
    )
]


@pytest.mark.parametrize(("home", "market", "value", "directed"), ORACLES)
def test_the_distance_between_two_countries(home, market, value, directed):
    found = distance.composite(market_parts(home, market))
    incomes = country_facts(home).income, country_facts(market).income

    assert found == pytest.approx(value, abs=0.06)
    assert distance.directed(found, *incomes) == pytest.approx(directed, abs=0.06)


def test_the_dimensions_between_angola_and_portugal():
    assert market_parts("AGO", "PRT") == pytest.approx(
        {"geo": 0.6889, "lang": 0.1784, "tz": 0.1244, "econ": 0.7794, "edu": 0.625, "adm": 0.5}, abs=6e-5
    )
    assert distance.composite(market_parts("AGO", "PRT")) == pytest.approx(46.04, abs=0.02)


@pytest.mark.parametrize(
    ("one", "other", "expected"), [("AGO", "PRT", 0.6432), ("AGO", "BRA", 0.6097), ("BRA", "PRT", 0.87633)]
)
def test_the_chance_of_a_common_language(one, other, expected):
    assert distance.communication(shares_of(one), shares_of(other)) == pytest.approx(expected, abs=6e-5)


def test_there_is_no_distance_at_home():
    for one in list_countries("en"):
        assert distance.composite(market_parts(one.iso3, one.iso3)) == 0


def test_distances_are_symmetric():
    for home, market, _, _ in ORACLES:
        assert market_parts(home, market) == pytest.approx(market_parts(market, home), abs=1e-12)


def test_countries_whose_codes_have_changed_are_known():
    """CEPII writes Romania ROM and Congo (Kinshasa) ZAR."""
    assert distance.missing_parts(market_parts("PRT", "ROU")) == ()
    assert market_parts("AGO", "COD")["adm"] == 0.5, "they adjoin"
    assert market_parts("AGO", "COG")["adm"] == 1, "to CEPII Cabinda is no border"
    assert market_parts("AGO", "NAM")["adm"] == 0.5


def test_what_is_not_known_is_said():
    assert distance.missing_parts(market_parts("PRT", "XKX")) == ("adm",)
    assert distance.composite(market_parts("PRT", "XKX")) > 0


def test_odd_shares_of_languages_are_mended():
    assert shares_of("PRY")["es"] == 0.615
    assert "pt" not in shares_of("GNB")
    assert country_facts("GNB").official == {"pt"}
    assert country_facts("GNQ").official == {"es", "fr"}


def test_countries_without_an_official_language_have_their_most_spoken_one():
    for one in list_countries("en"):
        assert country_facts(one.iso3).official or not shares_of(one.iso3), one.iso3


def test_script_variants_are_one_language():
    assert "zh" in shares_of("CHN")
    assert not any("_" in code for one in list_countries("en") for code in shares_of(one.iso3))


def test_a_firms_languages_and_experience_shorten_its_way(make):
    stranger = make.firm(country="AGO", languages=[("pt", "native")])
    at_home = make.firm(country="AGO", languages=[("fr", "fluent")], known=[("FRA", "regular")])

    far, near = (distances_of(firm)["FRA"] for firm in (stranger, at_home))

    assert far == market_parts("AGO", "FRA")
    assert near["lang"] < far["lang"]
    assert near["econ"] == pytest.approx(far["econ"] * 0.625)
    assert near["geo"] == far["geo"]


def test_an_office_softens_the_way_and_the_clock():
    without = firm_distances("BRA", [], [("JPN", "presence", False)])["JPN"]
    with_office = firm_distances("BRA", [], [("JPN", "presence", True)])["JPN"]

    assert with_office["geo"] == pytest.approx(0.75 * without["geo"])
    assert with_office["tz"] == pytest.approx(0.5 * without["tz"])
    assert with_office["adm"] == without["adm"]


def test_firms_alike_share_their_distances():
    """The engine keeps one row for them."""
    one = firm_distances("AGO", [("pt", "native"), ("fr", "basic")], [("PRT", "visits", False)])
    other = firm_distances(
        "AGO", [("fr", "basic"), ("pt", "native")], [("PRT", "visits", False), ("ESP", "none", False)]
    )

    assert one is other
