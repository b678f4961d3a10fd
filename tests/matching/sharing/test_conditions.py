"""Subsidies, floors and caps upon every rule."""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from matching.sharing import Component, Conditions, CostGame, compare_rules
from matching.sharing.compare import RULES
from matching.sharing.errors import InvalidComponent, NotANumber, UnknownMember
from tests.matching.sharing.games import consortium
from tests.matching.sharing.strategies import cost_games, laws


def test_a_subsidy_lowers_what_is_due_under_every_rule():
    found = compare_rules(consortium(), conditions=Conditions(subsidy=Decimal("10000.01")))

    assert found.due == found.total - Decimal("10000.01") == Decimal("23535.65")
    assert len(found.results) == len(RULES)
    for result in found.results:
        assert sum(result.amounts.values()) == found.total
        assert sum(result.due.values()) == found.due
    part = float(found.due / found.total)
    shapley = found.rule("shapley")
    assert [float(due) for due in shapley.due.values()] == pytest.approx(
        [part * float(amount) for amount in shapley.amounts.values()], abs=0.02
    )
    assert found.member("1").pays["shapley"] == shapley.due["1"]


def test_a_subsidy_for_one_component_goes_to_who_pays_for_it():
    club = Conditions(subsidy=1500, eligible=["CERT X"])
    found = compare_rules(consortium(), conditions=club, only=("shapley", "equal"))
    by_component, whole = found.rule("shapley"), found.rule("equal")

    assert [by_component.amounts[name] - by_component.due[name] for name in "123"] == [750, 750, 0]
    # who shares equally shares the club equally too
    assert [whole.amounts[name] - whole.due[name] for name in "123"] == [500, 500, 500]


def test_caps_are_kept_and_the_others_make_up_for_it():
    found = compare_rules(
        consortium(), conditions=Conditions(caps={"3": 15000}, floors={"1": 9500}), only=("shapley",)
    )
    due = found.rule("shapley").due

    assert (due["1"], due["3"]) == (9500, 15000)
    assert due["2"] == found.total - 24500


def test_conditions_that_cannot_be_kept_leave_a_rule_out_and_say_which():
    found = compare_rules(consortium(), conditions=Conditions(subsidy=3001, eligible={"CERT X"}, caps={"1": 20000}))
    assert found.results == ()
    assert {rule.error for rule in found.left_out} == {"SubsidyExceedsCost"}

    found = compare_rules(consortium(), conditions=Conditions(floors={"1": 20000, "2": 20000}))
    assert {rule.error for rule in found.left_out} == {"FloorsExceedTotal"}
    assert "4000000" in found.left_out[0].message


@pytest.mark.parametrize(
    ("conditions", "error"),
    [
        (Conditions(subsidy=1, eligible={"RENT"}), InvalidComponent),
        (Conditions(caps={"4": 1}), UnknownMember),
        (Conditions(floors={"1": float("nan")}), NotANumber),
    ],
)
def test_conditions_that_are_none_are_refused(conditions, error):
    with pytest.raises(error):
        compare_rules(consortium(), conditions=conditions)


def test_a_basis_that_is_none_is_refused():
    with pytest.raises(UnknownMember):
        compare_rules(consortium(), bases={"turnover": {"4": 1}})
    found = compare_rules(consortium(), bases={"turnover": {"1": 0}}, only=("equal",))
    assert [(rule.rule, rule.error) for rule in found.left_out] == [("turnover", "RuleDoesNotApply")]


def test_a_basis_cannot_be_called_like_a_rule():
    with pytest.raises(ValueError, match="'equal'"):
        compare_rules(consortium(), bases={"equal": {"1": 1}})


def test_a_group_may_be_paid_for_wholly():
    legal = CostGame("ab", [Component(code="LEGAL", form="COMMON", cost=100)])
    found = compare_rules(legal, conditions=Conditions(subsidy=100, subsidy_rule="cel"))

    assert found.due == 0
    assert {due for result in found.results for due in result.due.values()} == {0}


@laws
@given(cost_games(most=5), st.floats(0, 1), st.sampled_from(("proportional", "cea", "cel", "talmud")))
def test_what_is_due_adds_up_to_the_cent_whatever_the_budget(game, part, rule):
    subsidy = int(100 * part * game.total) / 100
    found = compare_rules(
        game, conditions=Conditions(subsidy=subsidy, subsidy_rule=rule), only=("agreed", "equal", "ensc")
    )

    assert found.left_out == ()
    for result in found.results:
        assert sum(result.due.values()) == found.due
        assert all(0 <= result.due[name] <= result.amounts[name] for name in game.members)
