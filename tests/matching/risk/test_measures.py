"""Measures of a risk against what is known exactly, and errors against the spread of many samples."""

from __future__ import annotations

from math import pi, sqrt

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import norm

from matching.risk import Range, cvar, measure
from tests.matching.sharing.strategies import laws

lists = st.lists(st.integers(-1000, 1000).map(float), min_size=1, max_size=60)


@laws
@given(lists, st.sampled_from((0.5, 0.75, 0.9, 0.95)))
def test_cvar_is_the_mean_of_the_worst_part(results, level):
    worst = sorted((-value for value in results), reverse=True)
    heads, left, mean = (1 - level) * len(worst), (1 - level) * len(worst), 0.0
    for loss in worst:
        part = min(1.0, left)
        mean += part * loss / heads
        left -= part

    assert cvar(np.array(sorted(-value for value in results)), level).value == pytest.approx(mean, abs=1e-6)


@laws
@given(lists)
def test_measures_of_a_few_results_are_what_one_would_count(results):
    found = measure(np.array(results), stake=10, ceiling=100)

    assert found.result.value == pytest.approx(np.mean(results))
    assert found.loss.value == pytest.approx(np.mean([max(0, -value) for value in results]))
    assert found.chance_of_loss.value == pytest.approx(np.mean([value < 0 for value in results]))
    assert found.chance_above_ceiling.value == pytest.approx(np.mean([-value > 100 for value in results]))
    assert [found.quantile(level).value for level in (0.05, 0.5, 0.95)] == sorted(
        found.quantile(level).value for level in (0.05, 0.5, 0.95)
    )
    assert found.quantile(0.5).value in results
    levels = [found.tail(level).value for level in (0.75, 0.9, 0.95, 0.99)]
    assert levels == pytest.approx(sorted(levels))
    assert levels[-1] <= -min(results) + 1e-6


def test_a_normal_loss():
    """Of a standard normal loss: CVaR = φ(q)/(1-α), expected loss = 1/√(2π)."""
    found = measure(np.random.default_rng(4).standard_normal(400_000), stake=1, ceiling=1)

    for level, tail in found.tails:
        expected = norm.pdf(norm.ppf(level)) / (1 - level)
        assert abs(tail.value - expected) < 4 * tail.error
    assert abs(found.loss.value - 1 / sqrt(2 * pi)) < 4 * found.loss.error
    assert abs(found.chance_above_ceiling.value - norm.sf(1)) < 4 * found.chance_above_ceiling.error
    for level, quantile in found.quantiles:
        assert abs(quantile.value - norm.ppf(level)) < 4 * quantile.error


def test_errors_are_as_large_as_the_spread_of_samples():
    samples = [measure(np.random.default_rng(seed).standard_normal(2000), stake=1, ceiling=1) for seed in range(200)]
    for take in (
        lambda found: found.result,
        lambda found: found.loss,
        lambda found: found.chance_of_loss,
        lambda found: found.chance_above_ceiling,
        lambda found: found.tail(0.9),
        lambda found: found.quantile(0.25),
    ):
        spread = np.std([take(sample).value for sample in samples], ddof=1)
        stated = np.mean([take(sample).error for sample in samples])
        assert stated == pytest.approx(spread, rel=0.25)


def test_a_loss_of_just_the_ceiling_is_borne_and_a_result_of_nothing_is_no_loss():
    found = measure(np.array([-100.0, -100.5, 0.0, 5.0]), stake=1, ceiling=100)

    assert found.chance_above_ceiling.value == 0.25
    assert found.chance_of_loss.value == 0.5


def test_without_a_ceiling_or_a_stake_nothing_is_said_of_them():
    found = measure(np.array([-1.0, 2.0]), stake=0)

    assert found.chance_above_ceiling is None
    assert found.result_per_unit is found.loss_per_unit is found.tail_per_unit(0.95) is None
    assert measure(np.array([-1.0, 2.0]), stake=4).loss_per_unit == 0.125
    with pytest.raises(KeyError):
        found.tail(0.5)


def test_a_range_has_the_quantiles_of_a_triangle():
    asked = Range(10, 20, 50)
    chances = np.linspace(0, 1, 2001)
    values = asked.quantile(chances)

    assert (values[0], values[-1]) == (10, 50)
    assert (np.diff(values) >= 0).all()
    assert values.mean() == pytest.approx(asked.mean, rel=1e-3)
    below = np.where(values <= 20, (values - 10) ** 2 / 400, 1 - (50 - values) ** 2 / 1200)
    assert below == pytest.approx(chances, abs=1e-12)
    assert Range.point(7).quantile(chances).tolist() == [7] * 2001
    assert Range(1, 1, 3).quantile(np.array([0.0, 1.0])).tolist() == [1, 3]
    assert Range(1, 3, 3).quantile(np.array([0.0, 1.0])).tolist() == [1, 3]
