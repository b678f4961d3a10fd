"""Joint versus alone: what is known exactly, the laws of the model, and what it refuses."""

from __future__ import annotations

from dataclasses import replace
from math import comb

import numpy as np
import pytest

from matching.risk import IGNORED, LossFund, Member, Prospect, Range, Venture, compare_risk, seed_for
from matching.risk.errors import InvalidCorrelation, InvalidPart, InvalidRange, InvalidScenarios
from matching.risk.scenarios import draw, results_alone, results_together
from matching.sharing.errors import (
    AbsurdAmount,
    DuplicateMember,
    InfiniteAmount,
    NegativeAmount,
    NoMembers,
    NotANumber,
    TooManyMembers,
    UnknownMember,
)

POINT = Range.point
CERTAIN = Prospect(entry=POINT(100), chance=POINT(0.6), margin=POINT(250), recovery=POINT(0.2))
VAGUE = Prospect(Range(80, 100, 150), Range(0.3, 0.5, 0.6), Range(100, 250, 500), Range(0, 0.2, 0.4))


def venture(count=4, prospect=CERTAIN, entry=None, **options) -> Venture:
    members = [Member(f"{place:02}", prospect, weight=1, ceiling=50) for place in range(count)]
    return Venture(members, entry or POINT(100.0 * count), **options)


def close(found, expected):
    """Within four standard errors, or exactly where there is none."""
    assert abs(found.value - expected) <= 4 * found.error + 1e-9


def test_alone_is_what_two_outcomes_amount_to():
    found = compare_risk(venture(), seed=1).member("02").alone

    assert found.stake == pytest.approx(100)
    close(found.result, 0.6 * 150 - 0.4 * 80)
    close(found.loss, 0.4 * 80)
    close(found.chance_of_loss, 0.4)
    close(found.chance_above_ceiling, 0.4)
    close(found.tail(0.75), 80)
    close(found.tail(0.95), 80)
    assert found.quantile(0.05).value == -80
    assert found.quantile(0.95).value == 150


def test_pooled_and_independent_is_the_binomial_distribution():
    count = 5
    found = compare_risk(venture(count, correlation=0.0, pooled=1.0), seed=2, scenarios=40_000).member("00").together
    results = {won: (won * 250 + (count - won) * 20) / count - 100 for won in range(count + 1)}
    chances = {won: comb(count, won) * 0.6**won * 0.4 ** (count - won) for won in results}

    close(found.result, sum(chances[won] * results[won] for won in results))
    close(found.loss, sum(chances[won] * max(0, -results[won]) for won in results))
    close(found.chance_of_loss, sum(chances[won] for won in results if results[won] < 0))
    close(found.chance_above_ceiling, sum(chances[won] for won in results if results[won] < -50))
    worst, part = 0.0, 0.1
    for won in sorted(results):
        worst += min(part, chances[won]) * -results[won] / 0.1
        part -= min(part, chances[won])
    close(found.tail(0.9), worst)


def test_members_who_meet_the_same_fate_gain_nothing_by_pooling():
    group = venture(6, prospect=VAGUE, entry=Range(480, 600, 900), correlation=1.0, pooled=1.0)
    luck = draw(group, 2000, 3)

    alone, stakes = results_alone(group, luck)
    together, joint = results_together(group, luck)

    assert together == pytest.approx(alone, rel=1e-12, abs=1e-9)
    assert joint == pytest.approx(stakes, rel=1e-12)


def test_the_spread_of_pooled_margins_follows_the_formula():
    """All succeed, so that only margins differ: those of equally correlated members, pooled."""
    sure = Prospect(POINT(100), POINT(1), Range(0, 500, 1000), POINT(0))
    spreads = {}
    for correlation in (0.0, 0.3, 1.0):
        group = venture(8, prospect=sure, correlation=correlation, pooled=1.0)
        luck = draw(group, 40_000, 4)
        alone, together = results_alone(group, luck)[0], results_together(group, luck)[0]
        rho = np.corrcoef(alone[:2])[0, 1]
        spreads[correlation] = together[0].std()
        assert together[0].std() == pytest.approx(alone[0].std() * np.sqrt((1 + 7 * rho) / 8), rel=0.03)

    assert spreads[0.0] < spreads[0.3] < spreads[1.0]


def test_success_is_as_correlated_as_a_normal_copula_says():
    group = venture(2, prospect=replace(CERTAIN, chance=POINT(0.5)), correlation=0.5)
    luck = draw(group, 100_000, 5)
    both = ((luck.fate[0] < 0.5) & (luck.fate[1] < 0.5)).mean()

    assert both == pytest.approx(0.25 + np.arcsin(0.5) / (2 * np.pi), abs=4 * np.sqrt(both * (1 - both) / 100_000))


def test_sharing_the_entry_alone_lowers_what_is_at_stake():
    found = compare_risk(venture(4, entry=POINT(160)), seed=6).member("00")

    assert found.share == 0.25
    assert (found.alone.stake, found.together.stake) == pytest.approx((100, 40))
    close(found.together.loss, 0.4 * 32)
    close(found.loss_saved, 0.4 * (80 - 32))
    close(found.result_gained, 60 - 0.4 * 0.2 * 60)
    assert found.together.chance_above_ceiling.value == 0
    assert found.together.loss_per_unit == pytest.approx(found.alone.loss_per_unit, rel=1e-9)


def test_differences_in_the_same_scenarios_are_known_better_than_their_sides():
    found = compare_risk(venture(5, prospect=VAGUE, entry=Range(200, 260, 400)), seed=7).member("01")

    assert found.loss_saved.error < 0.75 * np.hypot(found.alone.loss.error, found.together.loss.error)
    assert found.loss_saved.value == pytest.approx(found.alone.loss.value - found.together.loss.value)
    assert found.result_gained.value == pytest.approx(found.together.result.value - found.alone.result.value)


def test_a_better_chance_in_the_group_is_the_groups():
    members = [Member("a", CERTAIN, weight=3, chance=POINT(0.9), margin=POINT(400)), Member("b", CERTAIN, weight=1)]
    found = compare_risk(Venture(members, POINT(200)), seed=8)

    close(found.member("a").together.chance_of_loss, 0.1)
    close(found.member("a").together.result, 0.9 * 400 + 0.1 * 0.2 * 150 - 150)
    close(found.member("b").together.chance_of_loss, 0.4)
    assert found.member("b").together.chance_above_ceiling is None
    assert [member.share for member in found.members] == [0.75, 0.25]


def test_the_same_seed_gives_the_same_figures_in_any_order():
    group = venture(4, prospect=VAGUE, fund=LossFund(50, contributions={"01": 2, "02": 1}))
    other = Venture(group.members[::-1], group.entry, fund=group.fund)

    assert compare_risk(group, seed=9) == compare_risk(other, seed=9)
    assert compare_risk(group, seed=9) != compare_risk(group, seed=10)


def test_a_members_own_luck_does_not_depend_on_who_else_is_there():
    many = venture(9, prospect=VAGUE, correlation=0.0)
    few = replace(many, members=many.members[2:5])

    assert compare_risk(few, seed=11).member("03").alone == compare_risk(many, seed=11).member("03").alone


def test_the_whole_is_the_sum_of_its_members():
    group = venture(3, prospect=VAGUE, pooled=0.4, fund=LossFund(80))
    found = compare_risk(group, seed=12)

    for whole, side in ((found.all_alone, "alone"), (found.all_together, "together")):
        parts = [getattr(member, side) for member in found.members]
        assert whole.stake == pytest.approx(sum(part.stake for part in parts))
        assert whole.result.value == pytest.approx(sum(part.result.value for part in parts))
        assert whole.loss.value <= sum(part.loss.value for part in parts) + 1e-9


@pytest.mark.parametrize("pooled", [0.0, 0.5])
@pytest.mark.parametrize("rule", ["proportional", "cea", "cel", "talmud"])
def test_a_fund_moves_money_between_members_and_makes_none(rule, pooled):
    bare = venture(4, prospect=VAGUE, pooled=pooled)
    funded = replace(bare, fund=LossFund(120, rule=rule))
    luck = draw(bare, 3000, 13)
    without, stakes = results_together(bare, luck)
    with_fund, _ = results_together(funded, luck)
    moved = with_fund - without

    assert moved.sum(axis=0) == pytest.approx(np.zeros(3000), abs=1e-9)
    assert np.abs(moved).max() > 1
    # nobody puts in more than its quarter, and nobody gets more than its loss above a tenth of its stake
    assert moved.min() >= -30 - 1e-9
    assert (moved <= np.maximum(-without - 0.1 * stakes, 0) + 1e-9).all()


def test_a_fund_lowers_the_worst_losses():
    bare = venture(6, correlation=0.0)
    without = compare_risk(bare, seed=14).member("00").together
    funded = compare_risk(replace(bare, fund=LossFund(300)), seed=14).member("00").together

    assert funded.tail(0.9).value < without.tail(0.9).value
    assert abs(funded.result.value - without.result.value) < 4 * without.result.error


def test_one_member_and_many():
    one = compare_risk(venture(1), seed=15)
    assert one.member("00").together == one.member("00").alone
    assert one.all_alone == replace(one.member("00").alone, chance_above_ceiling=None)
    many = compare_risk(venture(40), seed=15, scenarios=1000)
    assert len(many.members) == 40


def test_a_comparison_says_what_it_ignores():
    found = compare_risk(venture(2), seed=16, scenarios=1000)

    assert found.ignores == IGNORED
    assert (found.scenarios, found.seed, found.correlation) == (1000, 16, 0.3)
    with pytest.raises(KeyError):
        found.member("x")


def test_a_seed_belongs_to_a_consortium():
    assert seed_for(7) == seed_for("7")
    assert len({seed_for(number) for number in range(1000)}) == 1000


@pytest.mark.parametrize(
    ("values", "error"),
    [
        ((2, 1, 3), InvalidRange),
        ((1, 3, 2), InvalidRange),
        ((-1, 1, 2), NegativeAmount),
        ((0, float("nan"), 1), NotANumber),
        ((0, 1, float("inf")), InfiniteAmount),
        ((0, 1, 1e18), AbsurdAmount),
        ((None, 1, 2), NotANumber),
    ],
)
def test_ranges_that_are_none_are_refused(values, error):
    with pytest.raises(error):
        Range(*values)


@pytest.mark.parametrize(
    ("make", "error"),
    [
        (lambda: replace(CERTAIN, chance=POINT(1.1)), InvalidRange),
        (lambda: replace(CERTAIN, recovery=Range(0, 1, 2)), InvalidRange),
        (lambda: Member("a", CERTAIN, 1, chance=POINT(2)), InvalidRange),
        (lambda: Member("a", CERTAIN, -1), NegativeAmount),
        (lambda: Member("a", CERTAIN, 1, ceiling=1e18), AbsurdAmount),
        (lambda: venture(0), NoMembers),
        (lambda: venture(61), TooManyMembers),
        (lambda: Venture([Member("a", CERTAIN, 1)] * 2, POINT(1)), DuplicateMember),
        (lambda: Venture([Member("a", CERTAIN, 0)], POINT(1)), InvalidPart),
        (lambda: venture(correlation=-0.1), InvalidCorrelation),
        (lambda: venture(correlation=float("nan")), InvalidCorrelation),
        (lambda: venture(correlation=True), InvalidCorrelation),
        (lambda: venture(correlation="high"), InvalidCorrelation),
        (lambda: venture(pooled=1.5), InvalidPart),
        (lambda: venture(fund=LossFund(1, contributions={"x": 1})), UnknownMember),
        (lambda: LossFund(-1), NegativeAmount),
        (lambda: LossFund(1, retention=2), InvalidPart),
        (lambda: LossFund(1, contributions={"a": 0}), InvalidPart),
        (lambda: LossFund(1, rule="run_to_the_bank"), ValueError),
    ],
)
def test_ventures_that_are_none_are_refused(make, error):
    with pytest.raises(error):
        make()


@pytest.mark.parametrize("scenarios", [999, 0, -1, 1_000_001, 20_000.0, True])
def test_too_few_and_too_many_scenarios_are_refused(scenarios):
    with pytest.raises(InvalidScenarios):
        compare_risk(venture(2), seed=1, scenarios=scenarios)


def test_scenarios_and_members_together_are_bounded():
    with pytest.raises(InvalidScenarios, match="between 1000 and 300000"):
        compare_risk(venture(40), seed=1, scenarios=300_001)
