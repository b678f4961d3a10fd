"""Minimization of submodular functions against a look at all sets."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from matching.sharing import check_core, rules
from matching.sharing.core import _minimize, excesses
from matching.sharing.submodular import minimize
from tests.matching.sharing.strategies import any_curves, cost_games, laws


@laws
@given(cost_games(curves=any_curves), st.randoms())
def test_a_game_along_an_order_is_what_its_first_members_cost(game, random):
    order = list(range(game.count))
    random.shuffle(order)
    each = [game.cost(game.members[place] for place in order[:end]) for end in range(1, game.count + 1)]

    assert game.along(np.array(order)).tolist() == pytest.approx(each, rel=1e-12)


@laws
@given(cost_games(most=7), st.lists(st.floats(0.01, 1), min_size=7, max_size=7))
def test_the_smallest_value_is_that_of_all_sets_and_the_bound_proves_it(game, parts):
    weights = np.array(parts[: game.count])
    shares = game.total * weights / weights.sum()
    scale = max(1.0, game.total)

    found = minimize(lambda order: game.along(order) - np.cumsum(shares[order]), game.count, scale)

    assert found.value == pytest.approx(min(0.0, -excesses(game, shares).max()), abs=1e-8 * scale)
    assert found.value - found.bound <= 1e-8 * scale


@laws
@given(cost_games(most=7, least=2), st.sampled_from((rules.equal, rules.by_use, rules.equal_nonseparable)))
def test_a_large_group_is_checked_as_a_small_one(game, rule):
    shares = rule(game)
    small, large = check_core(game, shares), _minimize(game, shares)

    if small.blocking is None or small.blocking.gain > 1e-6 * max(1.0, game.total):
        assert large.status == small.status
    if large.blocking is not None:
        assert large.blocking.gain == pytest.approx(small.blocking.gain, abs=1e-7 * max(1.0, game.total))


def test_the_cut_of_a_graph_has_its_known_minimum():
    """Two groups of ten, tightly bound within and loosely between; the first is drawn in, the second out."""
    rng = np.random.default_rng(2)
    ties = rng.uniform(0, 0.1, (20, 20))
    ties[:10, :10] += 3
    ties[10:, 10:] += 3
    ties = np.triu(ties, 1) + np.triu(ties, 1).T
    pull = np.r_[np.full(10, -2.0), np.full(10, 1.0)]

    def along(order):
        values, inside = [], np.zeros(20, bool)
        for place in order:
            inside[place] = True
            values.append(ties[inside][:, ~inside].sum() + pull[inside].sum())
        return np.array(values)

    found = minimize(along, 20, scale=20)

    assert found.places == tuple(range(10))
    assert found.value == pytest.approx(ties[:10, 10:].sum() - 20)
    assert found.value == pytest.approx(found.bound, abs=1e-6)
