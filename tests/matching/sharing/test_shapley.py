"""The Shapley value: its axioms, its closed forms against the sum over all orders, and the honesty of samples."""

from __future__ import annotations

from itertools import permutations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from matching.sharing import Component, CostGame, Game, Power, check_core, shapley
from matching.sharing.shapley import exactly, sample_shapley, shapley_of_component, shapley_of_table
from tests.matching.sharing.games import TableGame, consortium, random_worths
from tests.matching.sharing.strategies import any_curves, cost_games, laws


def in_all_orders(game: Game) -> np.ndarray:
    """What each adds in the mean of all orders, as the definition says."""
    added = dict.fromkeys(game.members, 0.0)
    orders = list(permutations(game.members))
    for order in orders:
        before = 0.0
        for end, name in enumerate(order, start=1):
            now = game.worth(order[:end])
            added[name] += (now - before) / len(orders)
            before = now
    return np.array(list(added.values()))


@laws
@given(cost_games(most=5, curves=any_curves))
def test_it_is_what_members_add_in_the_mean_of_all_orders(game):
    assert shapley(game).shares == pytest.approx(in_all_orders(game), rel=1e-9, abs=1e-6)


@laws
@given(cost_games(curves=any_curves))
def test_the_sum_of_components_is_shared_as_the_sum_of_their_shares(game):
    assert shapley(game).shares == pytest.approx(shapley_of_table(game.table), rel=1e-9, abs=1e-6)


@laws
@given(cost_games(curves=any_curves))
def test_it_shares_exactly_the_total(game):
    assert shapley(game).shares.sum() == pytest.approx(game.total, rel=1e-12, abs=1e-9)


@laws
@given(cost_games(most=7))
def test_it_lies_in_the_core_of_a_concave_game(game):
    assert game.concave
    assert check_core(game, shapley(game).shares).status == "inside"


@laws
@given(cost_games(curves=any_curves), st.randoms())
def test_the_order_of_members_and_components_does_not_matter(game, random):
    members, parts = list(game.members), list(game.components)
    random.shuffle(members)
    random.shuffle(parts)
    other = CostGame(members, parts)

    assert other.members == game.members
    assert shapley(other).shares == pytest.approx(shapley(game).shares, rel=1e-12, abs=1e-9)


@pytest.mark.parametrize("count", [1, 2, 3, 10])
def test_it_adds_up_and_is_additive_for_any_table(count):
    one, other = random_worths(count, 1), random_worths(count, 2)

    assert shapley_of_table(one).sum() == pytest.approx(one[-1], rel=1e-12)
    assert shapley_of_table(one + 3 * other) == pytest.approx(shapley_of_table(one) + 3 * shapley_of_table(other))


def test_fifteen_members_are_exact():
    """A linear curve, written as a concave one, is what everybody's own quantity costs."""
    quantities = {f"{place:02}": 1.0 + place for place in range(15)}
    linear = Component(code="FREIGHT", form="VOLUME", needs=quantities, curve=Power(7, 1))

    found = shapley(CostGame(quantities, [linear]))

    assert found.exact
    assert found.shares == pytest.approx([7 * value for value in quantities.values()], rel=1e-12)


def test_forty_members_of_a_fixed_cost_are_exact():
    members = [f"{place:02}" for place in range(40)]
    parts = [
        Component(code="RESEARCH", form="COMMON", cost=9000),
        Component(code="FAIR_SPACE", form="NESTED", needs={name: 100.0 * int(name) for name in members}),
    ]

    found = shapley(CostGame(members, parts))

    assert found.exact
    assert found.shares.sum() == pytest.approx(12900, rel=1e-12)
    assert found.shares[0] == 225


def freight(count: int) -> Component:
    return Component(
        code="FREIGHT",
        form="VOLUME",
        needs={f"{place:02}": 1.0 + place % 7 for place in range(count)},
        curve=Power(300, 0.7),
    )


def test_a_sample_of_a_small_game_lies_within_its_error():
    quantities = np.arange(1.0, 13.0)
    curve = Power(300, 0.7)
    sums = np.array([sum(quantities[place] for place in range(12) if mask >> place & 1) for mask in range(1 << 12)])
    exact = shapley_of_table(curve(sums))

    found = sample_shapley(lambda orders: curve(np.cumsum(quantities[orders], axis=1)), 12)

    assert found.shares.sum() == pytest.approx(exact.sum(), rel=1e-12)
    assert (np.abs(found.shares - exact) < 4 * found.errors).all()
    assert (found.errors < 0.01 * exact).all()


def test_errors_are_as_large_as_the_spread_of_samples():
    quantities, curve = np.arange(1.0, 9.0), Power(300, 0.5)

    def prefixes(orders):
        return curve(np.cumsum(quantities[orders], axis=1))

    samples = [sample_shapley(prefixes, 8, pairs=200, seed=seed) for seed in range(60)]
    spread = np.std([sample.shares for sample in samples], axis=0, ddof=1)
    stated = np.mean([sample.errors for sample in samples], axis=0)

    assert stated == pytest.approx(spread, rel=0.35)


def test_a_large_volume_is_sampled_the_same_every_time_and_alike_for_the_alike():
    game = CostGame(freight(40).needs, [freight(40)])

    found, again = shapley(game), shapley(game)

    assert not found.exact
    assert found.shares.tolist() == again.shares.tolist()
    assert found.shares.sum() == pytest.approx(game.total, rel=1e-12)
    assert [np.ptp(found.shares[place::7]) for place in range(7)] == [0] * 7
    assert found.errors.max() < 0.01 * found.shares.max()


def test_members_who_ship_nothing_are_left_out_before_anything_is_sampled():
    few = {name: value for name, value in freight(40).needs.items() if int(name) < 15}
    component = Component(code="FREIGHT", form="VOLUME", needs=few, curve=Power(300, 0.7))

    found = shapley_of_component(component, tuple(freight(40).needs))

    assert found.exact
    assert found.shares[15:].tolist() == [0] * 25


def test_a_large_game_without_components_is_sampled():
    game = Game([f"{place:02}" for place in range(21)], lambda names: len(names) ** 2.0, sense="value")

    found = shapley(game, pairs=5)

    assert found.shares == pytest.approx([21] * 21, abs=1e-9)  # a reversed pair meets the mean of this one exactly


def test_one_pair_tells_no_error():
    with pytest.raises(ValueError, match="1 pairs"):
        sample_shapley(lambda orders: orders, 3, pairs=1)


def test_general_games_and_cost_games_agree():
    game = consortium()

    assert shapley(TableGame(game.table, "cost")).shares == pytest.approx(shapley(game).shares, rel=1e-12)
    assert exactly(shapley(game).shares).exact
