"""Distances: the oracles of the science note, and the laws that hold for all."""

from __future__ import annotations

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from matching import distance
from matching.nearness import FirmDistances, Home

FIRMS = [
    {"geo": 0.7, "lang": 0.82, "econ": 0.6, "edu": 0.5, "adm": 1.0, "tz": 0.4},
    {"geo": 0.7, "lang": 0.19, "econ": 0.375, "edu": 0.3125, "adm": 0.625, "tz": 0.4},
    {"geo": 0.525, "lang": 0.9, "econ": 0.3, "edu": 0.25, "adm": 0.5, "tz": 0.2},
]
"""The three firms of the science note, as they stand toward the market."""
MARKET = {"geo": 0.7, "lang": 0.9, "econ": 0.6, "edu": 0.5, "adm": 1.0, "tz": 0.4}
SPOKEN = {"fr": 0.9, "en": 0.3}

units = st.floats(0, 1, allow_subnormal=False)
some_parts = st.dictionaries(st.sampled_from(tuple(distance.WEIGHTS)), units)
whole_parts = st.fixed_dictionaries(dict.fromkeys(distance.WEIGHTS, units))


def approx(value, places=1e-6):
    return pytest.approx(value, abs=places)


@pytest.mark.parametrize(
    ("km", "expected"),
    [(0, 0), (500, 0.186652), (1000, 0.295837), (2000, 0.433393), (10000, 0.819837), (20000, 1), (30000, 1)],
)
def test_geography(km, expected):
    assert distance.geography(km) == approx(expected)


def test_economy():
    assert distance.economy(1000, 10000) == approx(1)
    assert distance.economy(10, 100000) == 1


@pytest.mark.parametrize(
    ("one", "other", "expected"),
    [
        ({"pt": 0.67, "umb": 0.29, "kmb": 0.25}, {"pt": 0.96, "en": 0.27, "fr": 0.15, "es": 0.10}, 0.6432),
        ({"pt": 0.91, "en": 0.08}, {"pt": 0.96, "en": 0.27, "fr": 0.15, "es": 0.10}, 0.87633024),
        ({"pt": 1.0}, {}, 0),
    ],
)
def test_communication(one, other, expected):
    assert distance.communication(one, other) == approx(expected, 1e-9)
    assert distance.communication(other, one) == approx(expected, 1e-9)


def test_the_composite_of_angola_and_portugal():
    parts = {"geo": 0.6889, "lang": 0.1784, "tz": 0.1244, "econ": 0.7794, "edu": 0.625, "adm": 0.5}

    assert distance.composite(parts) == approx(46.04, 0.02)


def test_the_weights_add_up_to_one():
    assert sum(distance.WEIGHTS.values()) == approx(1, 1e-12)


@pytest.mark.parametrize(
    ("speakers", "experience", "office", "expected"),
    [
        ({"en": 0.6, "pt": 1}, 0, False, 0),
        ({"fr": 0.9}, 0.75, False, 1),
        ({"pt": 1}, 1, True, 2),
    ],
)
def test_a_firms_own_distance(speakers, experience, office, expected):
    found = distance.firm_parts(MARKET, SPOKEN, speakers, experience, has_office=office)

    assert found == {name: approx(value, 1e-12) for name, value in FIRMS[expected].items()}
    assert distance.composite(found) == approx([68.5, 44.875, 51.75][expected])


def test_distances_inside_a_group():
    inside = [distance.composite(distance.group_parts(firm, FIRMS)) for firm in FIRMS]

    assert inside == [approx(46.5625), approx(40.65625), approx(38.4375)]
    assert distance.group_distance(FIRMS) == approx(41.885417)


@pytest.mark.parametrize(("other", "expected"), [(1, (50.78125, 44.875)), (2, (58.375, 50.25))])
def test_distances_of_pairs(other, expected):
    pair = [FIRMS[0], FIRMS[other]]

    assert [distance.composite(distance.group_parts(firm, pair)) for firm in pair] == [approx(e) for e in expected]


def test_bridge_values():
    def bridge(mine, partner):
        knowledge = {name: mine[name] for name in distance.KNOWLEDGE}
        return sum(distance.shortened(mine, partner).values()) / (
            100 * sum(distance.WEIGHTS[name] * value for name, value in knowledge.items())
        )

    assert bridge(FIRMS[0], FIRMS[1]) == approx(0.373026)
    assert bridge(FIRMS[1], FIRMS[0]) == 0


def test_the_direction_makes_richer_markets_nearer():
    assert distance.directed(50, 1000, 100000) == approx(42.5)
    assert distance.directed(50, 100000, 1000) == approx(57.5)
    assert distance.directed(2, 1000, 100000) == 0
    assert distance.directed(50, None, 1000) == 50


@pytest.mark.parametrize(
    ("value", "word"),
    [(0, "near"), (47, "medium"), (61.9, "medium"), (62, "far"), (76, "very_far"), (100, "very_far")],
)
def test_bands(value, word):
    assert distance.band(value) == word


def test_what_a_manager_feels_counts_half():
    assert distance.blend(46.04, 80) == approx(63.02)


def test_effort():
    assert distance.effort(46.04, 0.5, 0.25) == approx(0.6 * 0.4604 + 0.125 + 0.0375)
    assert distance.effort(50, None, 0.4) == approx((0.3 + 0.06) / 0.75)
    assert distance.tariff_part(20) == 0.5


@given(some_parts)
def test_a_dimension_that_is_not_known_is_dropped_and_named(parts):
    found = distance.composite(parts)

    assert set(distance.missing_parts(parts)) == set(distance.WEIGHTS) - set(parts)
    if parts:
        assert 100 * min(parts.values()) - 1e-9 <= found <= 100 * max(parts.values()) + 1e-9
    else:
        assert found is None


@given(some_parts)
def test_a_firm_alone_is_no_nearer_for_being_a_group(parts):
    assert distance.group_parts(parts, [parts]) == parts


@given(st.lists(some_parts, min_size=1, max_size=4), some_parts)
def test_a_new_member_takes_nobody_farther(members, newcomer):
    for member in members:
        before = distance.group_parts(member, members)
        after = distance.group_parts(member, [*members, newcomer])
        assert all(after[name] <= before[name] + 1e-12 for name in before)


@given(whole_parts)
def test_partners_alike_gain_nothing(parts):
    assert distance.shortened(parts, parts) == {}


@given(whole_parts, whole_parts)
def test_a_partner_shortens_no_more_than_the_transfer_allows(mine, partner):
    saved = sum(distance.shortened(mine, partner).values())
    knowledge = 100 * sum(distance.WEIGHTS[name] * mine[name] for name in distance.KNOWLEDGE)

    assert saved <= distance.TRANSFER * knowledge + 1e-9


@given(whole_parts, whole_parts)
def test_what_is_shortened_is_what_the_composite_loses(mine, partner):
    together = distance.composite(distance.group_parts(mine, [mine, partner]))

    assert distance.composite(mine) - sum(distance.shortened(mine, partner).values()) == approx(together, 1e-9)


@given(
    some_parts,
    st.dictionaries(st.sampled_from(("pt", "en", "fr")), units),
    st.dictionaries(st.sampled_from(("pt", "en", "fr")), units),
    units,
    st.booleans(),
)
def test_all_distances_of_a_firm_at_once_are_the_same_to_the_last_bit(parts, spoken, speakers, experience, office):
    home = Home({"FRA": parts, "ESP": MARKET}, {"FRA": spoken, "ESP": SPOKEN})
    offices = frozenset({"FRA"} if office else ())
    firm = FirmDistances(home, tuple(sorted(speakers.items())), (("FRA", experience),), offices)

    for market, row in zip(home.markets, firm.table(), strict=True):
        known = {name: value for name, value in zip(distance.WEIGHTS, row, strict=True) if not math.isnan(value)}
        assert firm[market] == known
