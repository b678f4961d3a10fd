"""Every rule against every game whose answer is known (science note 4.4)."""

from __future__ import annotations

import numpy as np
import pytest

from matching.sharing import Game, check_core, core_ranges, nucleolus, rules, shapley
from matching.sharing.airport import (
    airport_nucleolus,
    constrained_equal_contributions,
    sequential_equal_contributions,
)
from matching.sharing.claims import CLAIMS_RULES
from matching.sharing.shapley import shapley_of_table
from tests.matching.sharing.games import (
    AIRPORTS,
    GLOVE,
    LEMAIRE,
    MOVEMENTS,
    RUNWAY,
    STEPPED,
    THREE,
    TVA,
    TableGame,
    airport,
    consortium,
    letters,
)

CLAIMS = [100, 200, 300]
THIRDS, TWO_THIRDS = [100 / 3] * 3, [200 / 3] * 3
DIVIDED = {
    "proportional": {
        100: [50 / 3, 100 / 3, 50],
        200: [100 / 3, 200 / 3, 100],
        300: [50, 100, 150],
        400: [200 / 3, 400 / 3, 200],
        500: [250 / 3, 500 / 3, 250],
    },
    "cea": {
        100: THIRDS, 200: TWO_THIRDS, 300: [100, 100, 100], 400: [100, 150, 150], 500: [100, 200, 200],
    },
    "cel": {
        100: [0, 0, 100],
        200: [0, 50, 150],
        300: [0, 100, 200],
        400: [100 / 3, 400 / 3, 700 / 3],
        500: [200 / 3, 500 / 3, 800 / 3],
    },
    "talmud": {
        100: THIRDS, 200: [50, 75, 75], 300: [50, 100, 150], 400: [50, 125, 225], 500: [200 / 3, 500 / 3, 800 / 3],
    },
    "run_to_the_bank": {100: THIRDS, 200: [100 / 3, 250 / 3, 250 / 3], 300: [50, 100, 150]},
}  # fmt: skip


@pytest.mark.parametrize(("costs", "by_steps", "constrained", "least_unhappy"), AIRPORTS)
def test_airports_in_closed_form_and_in_general(costs, by_steps, constrained, least_unhappy):
    assert sequential_equal_contributions(costs) == pytest.approx(by_steps, rel=1e-13)
    assert constrained_equal_contributions(costs) == pytest.approx(constrained, rel=1e-13)
    assert airport_nucleolus(costs) == pytest.approx(least_unhappy, rel=1e-13)
    general = TableGame(airport(costs).table, "cost")
    assert shapley_of_table(general.table) == pytest.approx(by_steps, rel=1e-13)
    assert nucleolus(general) == pytest.approx(least_unhappy, rel=1e-12)
    assert shapley(airport(costs)).shares == pytest.approx(by_steps, rel=1e-13)
    assert nucleolus(airport(costs)) == pytest.approx(least_unhappy, rel=1e-13)


def test_the_order_of_an_airports_costs_does_not_matter():
    assert sequential_equal_contributions([18, 8, 13, 11]).tolist() == [9, 2, 4, 3]
    assert airport_nucleolus([18, 8, 13, 11]).tolist() == [8.25, 3.25, 3.25, 3.25]


def test_ibn_ezras_estate():
    claims = {"a": 120, "b": 60, "c": 40, "d": 30}
    game = Game("abcd", lambda s: max(claims[name] for name in s), sense="value")

    assert shapley(game).shares == pytest.approx([485 / 6, 125 / 6, 65 / 6, 7.5], rel=1e-13)
    assert shapley(game).shares.round(4).tolist() == [80.8333, 20.8333, 10.8333, 7.5]


@pytest.mark.parametrize(
    ("worths", "sense", "expected"),
    [
        (STEPPED, "cost", [1 / 3, 1 / 3, 4 / 3]),
        (THREE, "value", [2, 2.5, 3]),
        (GLOVE, "value", [2 / 3, 1 / 6, 1 / 6]),
        (TVA, "cost", [117829, 100756.5, 193998.5]),
        (LEMAIRE, "value", [51750, 25875, 12375]),
    ],
)
def test_the_shapley_value(worths, sense, expected):
    assert shapley(letters(worths, sense)).shares == pytest.approx(expected, rel=1e-12)


@pytest.mark.parametrize(
    ("worths", "sense", "expected"),
    [
        (GLOVE, "value", [1, 0, 0]),
        (TVA, "cost", [116234, 93540, 202810]),
        (LEMAIRE, "value", [52687.5, 24468.75, 12843.75]),
    ],
)
def test_the_nucleolus(worths, sense, expected):
    assert nucleolus(letters(worths, sense)) == pytest.approx(expected, rel=1e-12, abs=1e-12)


def test_the_glove_game_has_one_allocation_in_its_core():
    glove = letters(GLOVE, "value")

    assert core_ranges(glove) == [pytest.approx((x, x), abs=1e-9) for x in (1, 0, 0)]
    assert check_core(glove, np.array([1.0, 0, 0])).status == "inside"
    found = check_core(glove, shapley(glove).shares)
    assert (found.status, found.blocking.members) == ("outside", ("a", "b"))
    assert found.blocking.gain == pytest.approx(1 / 6)


def test_the_other_rules_for_tva():
    tva = letters(TVA)

    assert rules.equal_nonseparable(tva).tolist() == [119424, 107973, 185187]
    assert rules.separable_remaining_benefits(tva).round(2).tolist() == [117475.54, 99157.29, 195951.16]
    assert rules.separable_remaining_benefits(tva) == pytest.approx([117475.5416, 99157.2947, 195951.1637], abs=5e-5)
    assert rules.equal(tva).tolist() == [137528] * 3
    assert rules.proportional(tva).round(2).tolist() == [121682.22, 104794.65, 186107.13]


def test_birmingham_airport_in_1968():
    """Fees per movement of eleven types of aircraft."""
    assert sum(MOVEMENTS) == 13572
    by_rule = {
        rule: rule(RUNWAY, MOVEMENTS)
        for rule in (sequential_equal_contributions, constrained_equal_contributions, airport_nucleolus)
    }

    assert by_rule[sequential_equal_contributions].round(4).tolist() == [
        4.8555, 5.6557, 10.3035, 10.8459, 10.9156, 11.1340, 13.4041, 15.0693, 44.7992, 60.6051, 162.2415,
    ]  # fmt: skip
    assert by_rule[constrained_equal_contributions].round(4).tolist() == [7.8911] * 8 + [40.2700] * 2 + [101.6364]
    assert by_rule[airport_nucleolus].round(4).tolist() == [7.8905] * 8 + [40.1473] * 2 + [103.4612]
    for fees in by_rule.values():
        assert float(fees @ MOVEMENTS) == pytest.approx(117676, rel=1e-13)


def test_types_are_as_many_members_of_equal_need():
    costs, counts = [10, 25, 40], [3, 2, 4]
    one_by_one = np.repeat(costs, counts)

    for rule in (sequential_equal_contributions, constrained_equal_contributions, airport_nucleolus):
        assert np.repeat(rule(costs, counts), counts) == pytest.approx(rule(one_by_one), rel=1e-12)


@pytest.mark.parametrize(
    ("rule", "estate", "expected"),
    [(rule, estate, shares) for rule, cases in DIVIDED.items() for estate, shares in cases.items()],
)
def test_claims_of_100_200_and_300(rule, estate, expected):
    assert CLAIMS_RULES[rule](CLAIMS, estate) == pytest.approx(expected, rel=1e-13, abs=1e-12)


def test_the_contested_garment():
    assert CLAIMS_RULES["talmud"]([1, 0.5], 1).tolist() == [0.75, 0.25]


def test_the_worked_consortium():
    game = consortium()
    found = shapley(game)

    assert found.exact
    assert found.shares == pytest.approx([8948.5160, 9136.9439, 15450.1994], abs=5e-5)
    assert game.total == pytest.approx(33535.6593, abs=5e-5)
    assert game.alone_array == pytest.approx([19942.5432, 21244.1889, 26138.7424], abs=5e-5)
    assert (100 * (1 - found.shares / game.alone_array)).round(1).tolist() == [55.1, 57.0, 40.9]
    assert rules.equal(game) == pytest.approx([11178.5531] * 3, abs=5e-5)
    volume = {"1": 20, "2": 30, "3": 50}
    assert rules.proportional(game, volume) == pytest.approx([6707.1319, 10060.6978, 16767.8296], abs=6e-5)
    assert rules.proportional(game) == pytest.approx([9933.6297, 10581.9957, 13020.0339], abs=5e-5)


@pytest.mark.parametrize(
    ("key", "expected"),
    [
        ("RESEARCH", [3000, 3000, 3000]),
        ("FAIR_SPACE", [4000 / 3, 7000 / 3, 19000 / 3]),
        ("CERT X", [1500, 1500, 0]),
        ("CERT own", [1500, 0, 2500]),
        ("FREIGHT", [1615.1826, 2303.6106, 3616.8661]),
    ],
)
def test_the_worked_consortium_by_component(key, expected):
    game = consortium()
    component = next(part for part in game.components if part.key == key)

    assert rules.share_component(component, game.members).shares == pytest.approx(expected, abs=5e-5)


def test_an_equal_split_of_the_stand_alone_is_blocked_by_the_two_who_need_less():
    stand = airport([4000, 6000, 10000])

    found = check_core(stand, rules.equal(stand))

    assert found.status == "outside"
    assert found.blocking.members == ("00", "01")
    assert found.blocking.shares == pytest.approx(6666.67, abs=0.005)
    assert found.blocking.alone == 6000
