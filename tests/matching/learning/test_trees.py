"""Small trees: signs are kept, and what each signal adds makes up the whole."""

from __future__ import annotations

from dataclasses import replace
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from matching.learning.fitting import Settings, average, fit_chance, fit_forests

QUICK = Settings(trees=15, depth=3, least=0.05)
TWO = replace(QUICK, peers=(1.0, 1.0))


def lists(seed: int, signs=(1, 0, 0)):
    """Thirty lists of ten: the first signal helps, the second helps in the middle, the third says nothing."""
    chance = np.random.default_rng(seed)
    rows = chance.normal(size=(300, 3))
    rows[chance.random((300, 3)) < 0.2] = np.nan
    wish = np.nan_to_num(rows[:, 0]) - np.abs(np.nan_to_num(rows[:, 1])) + 0.5 * chance.normal(size=300)
    starts = np.arange(0, 301, 10)
    chosen = np.concatenate([part >= np.sort(part)[-3] for part in wish.reshape(30, 10)])
    return rows, chosen, starts, np.array(signs, float)


@pytest.fixture(scope="module")
def forest():
    [found] = fit_forests(*lists(0), QUICK)
    # Compiled before Hypothesis looks at the clock.
    found.contributions(np.zeros((1, 3)))
    found.predict(np.zeros((1, 3)))
    return found


values = st.floats(-3, 3) | st.just(float("nan"))


@given(st.lists(st.tuples(values, values, values), min_size=1, max_size=20))
def test_contributions_add_up_to_the_prediction(forest, rows):
    rows = np.array(rows)

    assert np.abs(forest.contributions(rows).sum(1) - forest.predict(rows)).max() < 1e-9


@given(values, values, st.floats(-3, 3), st.floats(0, 3))
def test_more_of_a_rising_signal_never_lowers_the_prediction(forest, second, third, value, more):
    less, much = forest.predict(np.array([[value, second, third], [value + more, second, third]]))

    assert much >= less


@given(values, values, st.floats(-3, 3))
def test_knowing_a_rising_signal_never_lowers_the_prediction(forest, second, third, value):
    unknown, known = forest.predict(np.array([[np.nan, second, third], [value, second, third]]))

    assert known >= unknown


@settings(max_examples=10)
@given(st.integers(0, 1000))
def test_signs_are_kept_even_against_the_data(seed):
    rows, chosen, starts, signs = lists(seed)
    [forest] = fit_forests(np.column_stack([-rows[:, 0], rows[:, 1:]]), chosen, starts, signs, QUICK)
    line = np.column_stack([np.linspace(-3, 3, 50), np.zeros(50), np.zeros(50)])

    assert (np.diff(forest.predict(line)) >= 0).all()


def test_the_chosen_come_first_in_lists_not_learned_from(forest):
    rows, chosen, starts, _ = lists(1)
    score = forest.predict(rows)
    tops = [chosen[a:b][np.argsort(-score[a:b], kind="stable")[:3]].mean() for a, b in pairwise(starts)]

    assert np.mean(tops) > 0.5  # by chance .3


def test_the_same_data_give_the_same_trees(forest):
    [again] = fit_forests(*lists(0), QUICK)

    assert np.array_equal(again.value, forest.value)
    assert np.array_equal(again.threshold, forest.threshold)


def test_a_forest_learns_from_the_lists_it_may_and_from_no_others():
    rows, chosen, starts, signs = lists(0)
    kept = np.arange(20)
    flipped = np.where(np.arange(300) < 200, chosen, ~chosen)

    [told, all_of_them] = fit_forests(rows, chosen, starts, signs, TWO, kept=[kept, np.arange(30)])
    [other, all_flipped] = fit_forests(rows, flipped, starts, signs, TWO, kept=[kept, np.arange(30)])

    assert np.array_equal(told.value, other.value)
    assert not np.array_equal(all_of_them.value, all_flipped.value)


def test_the_mean_of_forests_predicts_the_mean():
    rows, chosen, starts, signs = lists(0)
    forests = fit_forests(rows, chosen, starts, signs, TWO)
    each = [forest.predict(rows) for forest in forests]

    assert not np.allclose(each[0], each[1]), "each has its own chance"
    assert np.allclose(average(forests).predict(rows), np.mean(each, axis=0))


def test_peers_that_count_more_are_put_in_better_order_among_themselves():
    chance = np.random.default_rng(0)
    rows = chance.normal(size=(3000, 2))
    peers = np.tile(np.arange(10) < 5, 300)
    # What speaks for a peer speaks against the others, who are chosen oftener, and nothing tells who is who.
    wish = np.where(peers, rows[:, 0], 1 - rows[:, 0]) + 0.5 * chance.normal(size=3000)
    chosen = np.concatenate([part >= np.sort(part)[-3] for part in wish.reshape(300, 10)])
    few = replace(QUICK, trees=5, depth=2)

    def hits(weight: float) -> float:
        starts = np.arange(0, 3001, 10)
        [forest] = fit_forests(rows, chosen, starts, np.zeros(2), replace(few, peers=(weight,)), peers)
        score = np.where(peers, forest.predict(rows), -np.inf).reshape(300, 10)
        return chosen.reshape(300, 10)[np.arange(300), score.argmax(1)].mean()

    assert hits(20.0) > hits(0.0) + 0.2


def test_the_chance_of_being_chosen_is_met_on_average():
    chance = np.random.default_rng(0)
    score = chance.normal(size=2000)
    chosen = chance.random(2000) < 1 / (1 + np.exp(-(2 * score - 1)))

    slope, intercept = fit_chance(score, chosen, np.ones(2000))

    told = 1 / (1 + np.exp(-(slope * score + intercept)))
    assert told.mean() == pytest.approx(chosen.mean(), abs=1e-3)
    assert slope == pytest.approx(2, abs=0.3)


def test_a_chance_without_anybody_chosen_stays_small_and_finite():
    slope, intercept = fit_chance(np.linspace(-1, 1, 50), np.zeros(50, bool), np.ones(50))
    assert -8 < intercept < -2
    assert 0 < slope < 2
