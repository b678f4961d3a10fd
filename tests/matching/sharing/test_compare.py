"""Rules side by side, and the checks of each."""

from __future__ import annotations

from decimal import Decimal

import numpy as np
import pytest
from hypothesis import given

from matching.sharing import Component, CostGame, Game, Power, Steps, compare_rules
from matching.sharing.checks import check_allocation
from matching.sharing.compare import RULES
from matching.sharing.core import check_core
from matching.sharing.errors import RuleDoesNotApply
from matching.sharing.parts import BY_COMPONENT, share_parts
from tests.matching.sharing.games import TVA, airport, consortium, letters
from tests.matching.sharing.strategies import any_curves, cost_games, laws


def euros(*texts):
    return [Decimal(text) for text in texts]


def test_the_worked_consortium_to_the_cent():
    found = compare_rules(consortium(), bases={"volume": {"1": 20, "2": 30, "3": 50}})
    amounts = {result.rule: list(result.amounts.values()) for result in found.results}

    assert found.total == Decimal("33535.66")
    assert found.left_out == ()
    assert amounts["shapley"] == amounts["agreed"] == euros("8948.52", "9136.94", "15450.20")
    assert amounts["equal"] == euros("11178.55", "11178.55", "11178.56")[::-1]
    assert amounts["proportional"] == euros("9933.63", "10582.00", "13020.03")
    assert amounts["volume"] == euros("6707.13", "10060.70", "16767.83")
    assert list(found.alone.values()) == euros("19942.54", "21244.19", "26138.74")


def test_each_member_sees_what_it_pays_saves_and_likes_best():
    found = compare_rules(consortium(), only=("shapley", "equal"))
    first, third = found.member("1"), found.member("3")

    assert first.pays == {"shapley": Decimal("8948.52"), "equal": Decimal("11178.56")}
    assert first.saves == {"shapley": Decimal("10994.02"), "equal": Decimal("8763.98")}
    assert (first.best, third.best) == (("shapley",), ("equal",))
    assert compare_rules(consortium(), only=("shapley", "agreed")).member("1").best == ("shapley", "agreed")
    with pytest.raises(KeyError):
        found.member("4")
    with pytest.raises(KeyError):
        found.rule("nucleolus")
    with pytest.raises(KeyError):
        compare_rules(consortium(), only=("lot",))


@laws
@given(cost_games(most=5, curves=any_curves))
def test_every_rule_adds_up_to_the_cent_and_tables_add_up_to_what_is_paid(game):
    found = compare_rules(game)

    assert {result.rule for result in found.results} | {rule.rule for rule in found.left_out} == set(RULES)
    for result in found.results:
        assert sum(result.amounts.values()) == found.total
        assert result.checks.efficient
        for name, amount in result.amounts.items():
            assert abs(float(amount) - result.shares[name]) < 0.01 + 1e-6
    for rule in BY_COMPONENT:
        parts = share_parts(game, rule)
        assert parts.members == found.rule(rule).amounts
        assert parts.total == found.total
        assert sum(parts.components.values()) == parts.total
        for key, row in parts.cells.items():
            assert sum(row.values()) == parts.components[key]


@laws
@given(cost_games())
def test_shapley_passes_every_check_of_a_concave_game(game):
    assert compare_rules(game, only=("shapley",)).rule("shapley").checks.all_passed


def test_a_table_by_component_is_only_for_rules_by_component():
    with pytest.raises(RuleDoesNotApply):
        share_parts(consortium(), "nucleolus")


def test_currencies_without_cents():
    found = compare_rules(consortium(), decimals=0, only=("shapley",))

    assert list(found.rule("shapley").amounts.values()) == [8949, 9137, 15450]
    assert found.total == 33536


def test_rules_that_do_not_apply_are_named_with_the_reason():
    found = compare_rules(consortium(stand_alone={"3": 100}))

    assert [(rule.rule, rule.error) for rule in found.left_out] == [("scrb", "RuleDoesNotApply")]


def test_a_stated_cost_decides_who_would_do_better_alone():
    honest = compare_rules(consortium(), only=("shapley",)).rule("shapley").checks
    cheaper = compare_rules(consortium(stand_alone={"2": 9000}), only=("shapley",))

    assert honest.worse_than_alone == ()
    assert cheaper.rule("shapley").checks.worse_than_alone == ("2",)
    assert not cheaper.rule("shapley").checks.individually_rational
    assert cheaper.rule("shapley").checks.core.status == "inside"
    assert cheaper.member("2").saves["shapley"] == Decimal("-136.94")


def test_one_member_compares_too():
    found = compare_rules(CostGame(["a"], [Component(code="LEGAL", form="COMMON", cost=10)]))

    assert {result.amounts["a"] for result in found.results} == {Decimal("10.00")}
    assert found.left_out == ()
    assert all(result.checks.all_passed for result in found.results)


def forty(**volume) -> CostGame:
    members = [f"{place:02}" for place in range(40)]
    parts = [
        Component(code="RESEARCH", form="COMMON", cost=9000),
        Component(code="FAIR_SPACE", form="NESTED", needs={name: 1000.0 + 50 * (int(name) % 9) for name in members}),
        Component(code="MANAGER", form="COMMON", cost=30000, use={name: 1.0 + int(name) % 4 for name in members}),
    ]
    if volume:
        parts.append(
            Component(code="FREIGHT", form="VOLUME", needs={name: 5.0 + int(name) % 6 for name in members}, **volume)
        )
    return CostGame(members, parts)


def test_forty_members_compare_without_a_volume_exactly():
    found = compare_rules(forty())

    assert [rule.rule for rule in found.left_out] == []
    assert all(result.exact for result in found.results)
    assert found.rule("shapley").checks.core.by == "theorem"
    assert found.rule("shapley").checks.all_passed
    assert found.rule("equal").checks.core.by == "minimization"


def test_forty_members_with_a_volume_are_sampled_and_say_so():
    found = compare_rules(forty(curve=Power(300, 0.7)), pairs=300)
    result = found.rule("shapley")

    assert [(rule.rule, rule.error) for rule in found.left_out] == [("nucleolus", "TooManyMembers")]
    assert not result.exact
    assert 0 < max(result.errors.values()) < 0.01 * min(result.shares.values())
    assert sum(result.amounts.values()) == found.total
    assert found.rule("agreed").errors == pytest.approx(result.errors)  # the freight is all that is sampled
    assert (result.checks.core.status, result.checks.core.by) == ("inside", "minimization")
    assert result.checks.unequal == result.checks.not_monotone == ()


def test_a_large_group_finds_who_would_leave():
    needs = {f"{place:02}": 100.0 for place in range(39)} | {"39": 100000.0}
    stand = CostGame(needs, [Component(code="FAIR_SPACE", form="NESTED", needs=needs)])

    found = check_core(stand, np.full(40, 2500.0))

    assert (found.status, found.by) == ("outside", "minimization")
    assert len(found.blocking.members) == 39
    assert found.blocking.gain == pytest.approx(39 * 2500 - 100)


def test_what_is_not_concave_is_looked_at_in_a_large_group_and_never_called_safe():
    needs = {f"{place:02}": 10.0 for place in range(24)}
    steps = CostGame(needs, [Component(code="FREIGHT", form="VOLUME", needs=needs, curve=Steps(20, 1200))])

    fair = check_core(steps, np.full(24, 600.0))
    assert (fair.status, fair.by, fair.blocking) == ("not_checked", "some coalitions", None)
    unfair = check_core(steps, np.r_[np.full(2, 700.0), np.full(22, 13000 / 22)])
    assert (unfair.status, unfair.blocking.members) == ("outside", ("00", "01"))
    assert unfair.blocking.gain == pytest.approx(200)


def test_the_coalition_with_most_to_gain_is_named_and_the_smallest_of_equal_ones():
    game = CostGame("abcd", [Component(code="TRAVEL", form="OWN", needs={"a": 1, "b": 1, "c": 1, "d": 1})])

    found = check_core(game, np.array([3.0, 2.0, 1.0, -2.0]))

    assert found.blocking.members == ("a", "b")
    assert (found.blocking.shares, found.blocking.alone, found.blocking.gain) == (5, 2, 3)


def test_checks_name_whoever_they_concern():
    found = check_allocation(airport([10, 10, 20]), np.array([-1.0, 11.0, 9.0]))

    assert not found.efficient
    assert found.negative == ("00",)
    assert found.worse_than_alone == ("01",)
    assert found.unequal == (("00", "01"),)
    assert found.not_monotone == (("02", "01"),)
    assert not found.all_passed


def test_what_a_sample_cannot_tell_blocks_nobody():
    stand, shares = airport([10, 10, 20]), np.array([5.5, 5.5, 9.0])

    assert check_allocation(stand, shares).core.blocking.members == ("00", "01")
    assert check_allocation(stand, shares, within=0.5).core.status == "not_checked"
    assert check_allocation(stand, shares, within=0.4).core.status == "outside"


def test_checks_of_games_without_components_go_by_what_members_add():
    game = letters({"a": 10, "b": 10, "c": 20, "ab": 10, "ac": 20, "bc": 20, "abc": 20})

    found = check_allocation(game, np.array([8.0, 2.0, 10.0]))

    assert found.unequal == (("a", "b"),)
    assert check_allocation(game, np.array([7.0, 7.0, 6.0])).not_monotone == (("c", "a"), ("c", "b"))
    large = Game([f"{place:02}" for place in range(21)], lambda names: 1.0)
    assert check_allocation(large, np.full(21, 1 / 21)).unequal is None


def test_a_value_is_checked_the_other_way_round():
    game = letters({name: -cost for name, cost in TVA.items()}, "value")
    shares = np.array([-117829.0, -100756.5, -193998.5])

    # the Shapley shares of TVA lie in its core
    assert check_allocation(game, shares).core.status == "inside"
    assert check_allocation(game, shares - [50000, 0, -50000]).worse_than_alone == ("a",)


def test_containers_can_leave_no_allocation_that_all_prefer():
    """Two firms fill a container together; the third needs one for itself, whoever it is."""
    steps = Component(code="FREIGHT", form="VOLUME", needs=dict.fromkeys("abc", 10), curve=Steps(20, 1200))

    found = compare_rules(CostGame("abc", [steps]))

    assert all(result.checks.core.status == "outside" for result in found.results)
    assert found.rule("shapley").checks.core.blocking.members == ("a", "b")
