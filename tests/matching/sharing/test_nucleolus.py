"""The nucleolus, told from its definition by Kohlberg's criterion, and the core beside it."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.optimize import linprog

from matching.sharing import Component, CostGame, Game, Power, check_core, core_ranges, least_core, nucleolus
from matching.sharing.coalitions import rows_of, subset_sums
from matching.sharing.errors import TooManyMembers
from tests.matching.sharing.games import GLOVE, TableGame, airport, consortium, letters, random_worths
from tests.matching.sharing.strategies import any_curves, cost_games, laws


def is_balanced(rows: np.ndarray, may: np.ndarray) -> bool:
    """Whether positive weights on all rows, with some from 0 on those in ``may``, cover everybody equally."""
    every = np.vstack([rows, may])
    low = np.r_[np.ones(len(rows)), np.zeros(len(may))]
    found = linprog(
        np.zeros(len(every) + 1),
        A_eq=np.c_[every.T, -np.ones(every.shape[1])],
        b_eq=np.zeros(every.shape[1]),
        bounds=[(value, None) for value in low] + [(0, None)],
    )
    return found.status == 0


def obeys_kohlberg(table: np.ndarray, shares: np.ndarray) -> bool:
    """Kohlberg 1971: for every level, the coalitions of at least that excess, helped by those held alone, balance."""
    count = len(shares)
    alone = table[1 << np.arange(count)]
    held = np.array([], int)
    if alone.sum() <= table[-1] + 1e-9:  # there are allocations that leave nobody worse off than alone
        if (shares < alone - 1e-6).any():
            return False
        held = 1 << np.flatnonzero(shares <= alone + 1e-6)
    excess = (table - subset_sums(shares))[1:-1]
    for level in sorted(set(excess.round(5)), reverse=True):
        masks = np.flatnonzero(excess >= level - 2e-5) + 1
        if not is_balanced(rows_of(masks, count), rows_of(held, count)):
            return False
    return True


@pytest.mark.parametrize("seed", range(12))
@pytest.mark.parametrize("count", [2, 3, 4, 5])
def test_no_coalition_can_be_less_unhappy_without_another_that_is_as_unhappy(count, seed):
    game = TableGame(random_worths(count, seed))
    found = nucleolus(game)

    assert found.sum() == pytest.approx(game.total, rel=1e-12)
    assert obeys_kohlberg(game.table, found)
    assert not obeys_kohlberg(game.table, found + np.r_[1.0, -1.0, np.zeros(count - 2)])


@laws
@given(cost_games(most=5, curves=any_curves, least=2))
def test_cost_games_obey_the_same_law(game):
    scale = max(1.0, float(game.table.max()))

    assert nucleolus(game).sum() == pytest.approx(game.total, rel=1e-9, abs=1e-6)
    assert obeys_kohlberg(-game.table / scale * 1000, -nucleolus(game) / scale * 1000)


@laws
@given(st.lists(st.integers(0, 1000), min_size=1, max_size=7))
def test_the_closed_form_of_airports_is_what_the_search_finds(costs):
    game = airport(costs)

    assert nucleolus(TableGame(game.table, "cost")) == pytest.approx(nucleolus(game), rel=1e-9, abs=1e-6)


def test_components_that_rise_together_are_one_airport_for_any_number():
    members = [f"{place:02}" for place in range(40)]
    parts = [
        Component(code="RESEARCH", form="COMMON", cost=500),
        Component(code="FAIR_SPACE", form="NESTED", needs={name: 10.0 * int(name) for name in members}),
        Component(code="CERT", form="CLUB", cost=70, users=members[30:]),
        Component(code="TRAVEL", form="OWN", needs={name: float(1 + int(name) % 3) for name in members}),
    ]

    large = nucleolus(CostGame(members, parts))
    few = CostGame(members[30:36], [part for whole in parts if (part := whole.only(members[30:36]))])

    assert large.sum() == pytest.approx(CostGame(members, parts).total, rel=1e-12)
    assert nucleolus(few) == pytest.approx(nucleolus(TableGame(few.table, "cost")), rel=1e-9)


def test_components_that_rise_in_different_orders_are_no_airport():
    crossed = CostGame(
        "abc",
        [
            Component(code="CERT", form="CLUB", cost=30, users={"a", "b"}),
            Component(code="FAIR_SPACE", form="NESTED", needs={"a": 5, "b": 10, "c": 20}),
        ],
    )

    assert nucleolus(crossed) == pytest.approx(nucleolus(TableGame(crossed.table, "cost")), rel=1e-9)
    assert nucleolus(crossed).tolist() == pytest.approx([17.5, 17.5, 15])


def test_it_lies_in_a_core_that_is_not_empty():
    game = consortium()
    found = nucleolus(game)

    assert check_core(game, found).status == "inside"
    assert all(
        low - 1e-6 <= share <= high + 1e-6 for share, (low, high) in zip(found, core_ranges(game), strict=True)
    )


def test_it_leaves_nobody_worse_off_than_alone_where_that_can_be():
    """The prenucleolus would take from the first what it is worth alone, so weak are the coalitions without it."""
    game = Game.from_worths("abc", {"a": 4, "b": 0, "c": 0, "ab": 0, "ac": 0, "bc": 10, "abc": 6}, "value")

    found = nucleolus(game)

    assert found == pytest.approx([4, 1, 1], abs=1e-9)


def test_ten_members_of_no_structure():
    game = TableGame(random_worths(10, 5))
    found = nucleolus(game)
    least = least_core(game)

    assert found.sum() == pytest.approx(game.total, rel=1e-12)
    assert float((game.table - subset_sums(found))[1:-1].max()) == pytest.approx(least, rel=1e-9, abs=1e-6)


def test_too_many_members_for_a_search_are_refused():
    needs = {f"{place:02}": 1.0 + place for place in range(21)}
    with pytest.raises(TooManyMembers, match="21 members"):
        nucleolus(CostGame(needs, [Component(code="FREIGHT", form="VOLUME", needs=needs, curve=Power(9, 0.5))]))


def test_one_member_and_a_game_of_nothing():
    assert nucleolus(TableGame(np.array([0.0, 7.0]))).tolist() == [7]
    assert nucleolus(TableGame(np.zeros(8))).tolist() == [0, 0, 0]
    assert least_core(TableGame(np.array([0.0, 7.0]))) == 0


def test_an_empty_core_has_a_least_core_above_nothing_and_no_ranges():
    majority = letters(GLOVE | {"bc": 1}, "value")

    assert least_core(majority) == pytest.approx(1 / 3)
    assert core_ranges(majority) is None
    assert check_core(majority, np.full(3, 1 / 3)).blocking.gain == pytest.approx(1 / 3)


def test_the_ranges_of_a_core_in_cost_sense():
    ranges = core_ranges(airport([4000, 6000, 10000]))

    assert ranges == [pytest.approx((0, 4000)), pytest.approx((0, 6000)), pytest.approx((4000, 10000))]
