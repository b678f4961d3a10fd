"""Components and the one cost function: what they cost, and what they refuse."""

from __future__ import annotations

import pickle
from decimal import Decimal

import numpy as np
import pytest
from hypothesis import given

from matching.sharing import Brackets, Component, CostGame, Game, Power, Steps, compare_rules, shapley
from matching.sharing import rules as r
from matching.sharing.coalitions import names_of
from matching.sharing.errors import (
    AbsurdAmount,
    DuplicateMember,
    InfiniteAmount,
    InvalidComponent,
    NegativeAmount,
    NoMembers,
    NotANumber,
    RuleDoesNotApply,
    TooManyMembers,
    UnknownMember,
)
from matching.sharing.kinds import BY_FORM, KINDS
from tests.matching.sharing.games import consortium
from tests.matching.sharing.strategies import any_curves, cost_games, laws

CURVE = Power(300, 0.7)


@laws
@given(cost_games(curves=any_curves))
def test_all_coalitions_at_once_cost_what_each_costs(game):
    each = [game.cost(names_of(mask, game.members)) for mask in range(1 << game.count)]

    assert game.table.tolist() == pytest.approx(each, rel=1e-14, abs=0)
    assert each[0] == 0
    assert game.total == each[-1]


@laws
@given(cost_games())
def test_joining_a_larger_coalition_never_adds_more(game):
    table, masks = game.table, np.arange(1 << game.count)
    for i in range(game.count):
        for j in set(range(game.count)) - {i}:
            rest = masks[((masks >> i & 1) == 0) & ((masks >> j & 1) == 0)]
            early = table[rest | 1 << i] - table[rest]
            late = table[rest | 1 << i | 1 << j] - table[rest | 1 << j]
            assert (late <= early + 1e-6).all()


def test_the_forms_of_the_worked_consortium():
    game = consortium()

    assert game.cost({"1"}) == pytest.approx(9000 + 4000 + 3000 + 1500 + 300 * 20**0.7)
    assert game.cost({"3"}) == pytest.approx(9000 + 10000 + 2500 + 300 * 50**0.7)
    assert game.cost(["1", "2", "1"]) == pytest.approx(9000 + 6000 + 3000 + 1500 + 300 * 50**0.7)
    assert game.cost(()) == 0
    with pytest.raises(UnknownMember, match="'4'"):
        game.cost({"1", "4"})


def test_what_a_member_says_it_would_pay_alone_counts():
    game = consortium(stand_alone={"2": 12000})

    assert game.alone_array[1] == game.stand_alone("2") == 12000
    assert game.alone("2") == game.cost({"2"}) == pytest.approx(21244.1889, abs=5e-5)
    assert game.only(["2", "3"]).stand_alone("2") == 12000
    assert r.proportional(game)[1] < r.proportional(consortium())[1]
    assert r.separable_remaining_benefits(game)[1] < r.separable_remaining_benefits(consortium())[1]


@pytest.mark.parametrize(
    ("amount", "error"),
    [
        (-1, NegativeAmount),
        (-0.01, NegativeAmount),
        (float("nan"), NotANumber),
        (Decimal("NaN"), NotANumber),
        (Decimal("sNaN"), NotANumber),
        ("100", NotANumber),
        (None, NotANumber),
        (True, NotANumber),
        (float("inf"), InfiniteAmount),
        (float("-inf"), InfiniteAmount),
        (1e18, AbsurdAmount),
        (10**400, AbsurdAmount),
    ],
)
@pytest.mark.parametrize(
    "make",
    [
        lambda amount: Component(code="RESEARCH", form="COMMON", cost=amount),
        lambda amount: Component(code="FAIR_SPACE", form="NESTED", needs={"a": amount}),
        lambda amount: Component(code="FREIGHT", form="VOLUME", needs={"a": amount}, curve=CURVE),
        lambda amount: Component(code="MANAGER", form="COMMON", cost=1, use={"a": amount}),
        lambda amount: Power(amount, 0.5),
        lambda amount: Brackets(((0, amount),)),
        lambda amount: Steps(20, amount),
        lambda amount: consortium(stand_alone={"1": amount}),
        lambda amount: r.proportional(consortium(), {"1": amount}),
    ],
)
def test_numbers_that_are_no_amounts_are_refused_by_name(make, amount, error):
    with pytest.raises(error):
        make(amount)


def test_amounts_of_other_kinds_of_numbers_are_taken():
    assert Component(code="LEGAL", form="COMMON", cost=Decimal("10.50")).cost == 10.5
    assert Component(code="LEGAL", form="COMMON", cost=np.float32(2)).cost == 2
    assert str(Component(code="LEGAL", form="COMMON", cost=-0.0).cost) == "0.0"


def test_absurd_totals_of_sound_amounts_are_refused():
    parts = [Component(code="LEGAL", form="COMMON", cost=9e11, key=str(place)) for place in range(2)]
    with pytest.raises(AbsurdAmount):
        CostGame("ab", parts)


@pytest.mark.parametrize(
    ("given", "says"),
    [
        ({"code": "", "form": "COMMON"}, "needs a code"),
        ({"code": "LEGAL", "form": "SHARED"}, "no form"),
        ({"code": "LEGAL", "form": "OWN"}, "LEGAL is never OWN"),
        ({"code": "X", "form": "COMMON", "needs": {"a": 1}}, "no place for needs"),
        ({"code": "X", "form": "NESTED", "cost": 1}, "no place for a cost"),
        ({"code": "X", "form": "COMMON", "users": {"a"}}, "no place for users"),
        ({"code": "X", "form": "OWN", "curve": CURVE}, "no place for a curve"),
        ({"code": "X", "form": "CLUB", "cost": 1}, "needs users"),
        ({"code": "X", "form": "CLUB", "users": ()}, "needs users"),
        ({"code": "X", "form": "VOLUME"}, "needs a curve"),
        ({"code": "X", "form": "COMMON", "rule": "lot"}, "no rule"),
        ({"code": "X", "form": "COMMON", "rule": "cec"}, "for NESTED"),
        ({"code": "X", "form": "COMMON", "rule": "own"}, "not shared by 'own'"),
        ({"code": "X", "form": "OWN", "rule": "equal"}, "not shared by 'equal'"),
        ({"code": "X", "form": "COMMON", "rule": "by_use"}, "the use of somebody"),
        ({"code": "X", "form": "COMMON", "rule": "by_use", "use": {"a": 0}}, "the use of somebody"),
        ({"code": "X", "form": "COMMON", "rule": {"equal": 0.5}}, "add up to 1"),
        ({"code": "X", "form": "COMMON", "rule": {}}, "add up to 1"),
        ({"code": "X", "form": "CLUB", "users": {"a"}, "use": {"b": 1}}, "only users"),
    ],
)
def test_a_component_that_contradicts_itself_says_how(given, says):
    with pytest.raises(InvalidComponent, match=says):
        Component(**given)


@pytest.mark.parametrize(
    ("make", "says"),
    [
        (lambda: Power(1, 1.2), "economies"),
        (lambda: Power(1, 0), "economies"),
        (lambda: Brackets(()), "begins at 0"),
        (lambda: Brackets(((1, 5),)), "begins at 0"),
        (lambda: Brackets(((0, 5), (0, 4))), "one after the other"),
        (lambda: Steps(0, 5), "needs a size"),
    ],
)
def test_curves_that_are_none_say_why(make, says):
    with pytest.raises(InvalidComponent, match=says):
        make()


def test_only_curves_whose_rates_fall_are_concave():
    assert Brackets(((0, 5), (10, 5), (20, 1)), fixed=3).concave
    assert not Brackets(((0, 5), (10, 6))).concave
    assert not Steps(20, 100).concave


LEGAL = Component(code="LEGAL", form="COMMON", cost=100)


@pytest.mark.parametrize(
    ("members", "error"),
    [([], NoMembers), ("aba", DuplicateMember), ([str(place) for place in range(61)], TooManyMembers)],
)
def test_groups_that_are_none_are_refused(members, error):
    with pytest.raises(error):
        CostGame(members, [LEGAL])


@pytest.mark.parametrize(
    "component",
    [
        Component(code="TRAVEL", form="OWN", needs={"x": 1}),
        Component(code="CERT", form="CLUB", cost=1, users={"a", "x"}),
        Component(code="MANAGER", form="COMMON", cost=1, use={"x": 1}),
    ],
)
def test_components_that_name_somebody_else_are_refused(component):
    with pytest.raises(UnknownMember, match="'x'"):
        CostGame("ab", [component])


def test_stated_costs_of_somebody_else_are_refused():
    with pytest.raises(UnknownMember):
        CostGame("ab", [LEGAL], stand_alone={"x": 1})


def test_keys_are_there_and_differ():
    with pytest.raises(InvalidComponent, match="LEGAL: two components"):
        CostGame("ab", [LEGAL, LEGAL])


def test_one_member_pays_everything():
    alone = CostGame(["a"], [LEGAL])

    assert shapley(alone).shares.tolist() == r.equal(alone).tolist() == [100]
    assert r.equal_nonseparable(alone).tolist() == r.separable_remaining_benefits(alone).tolist() == [100]


def test_too_many_members_for_a_table_are_refused():
    with pytest.raises(TooManyMembers, match="21 members are more than 20"):
        CostGame([str(place) for place in range(21)], [LEGAL]).table  # noqa: B018


def test_a_value_without_end_is_refused():
    with pytest.raises(RuleDoesNotApply, match="worth inf"):
        shapley(Game("ab", lambda names: float("inf")))


@pytest.mark.parametrize("code", KINDS)
def test_every_kind_of_component_can_be_made_and_shared_by_default(code):
    for form in KINDS[code].forms:
        extra = {
            "COMMON": {"cost": 90, "use": {"a": 2, "b": 1}},
            "CLUB": {"cost": 90, "users": {"a", "b"}},
            "NESTED": {"needs": {"a": 60, "b": 90}},
            "OWN": {"needs": {"a": 60, "b": 30}},
            "VOLUME": {"needs": {"a": 2, "b": 1}, "curve": Power(30, 1)},
        }[form]
        component = Component(code=code, form=form, **extra)
        found = r.share_component(component, ("a", "b"))

        assert component.parts == (KINDS[code].rule if KINDS[code].rule and form != "OWN" else BY_FORM[form])
        assert found.shares.sum() == pytest.approx(90)


def test_half_a_managers_cost_is_equal_and_half_goes_by_planned_exports():
    manager = Component(code="MANAGER", form="COMMON", cost=1000, use={"a": 300, "b": 100})

    assert r.share_component(manager, ("a", "b", "c")).shares == pytest.approx(
        [1000 / 6 + 375, 1000 / 6 + 125, 1000 / 6]
    )


def test_promotion_is_equal_until_pages_are_counted():
    promo = Component(code="PROMO", form="COMMON", cost=90)
    counted = Component(code="PROMO", form="COMMON", cost=90, use={"a": 2, "b": 1})

    assert r.share_component(promo, ("a", "b", "c")).shares.tolist() == [30, 30, 30]
    assert r.share_component(counted, ("a", "b", "c")).shares.tolist() == [60, 30, 0]


def test_a_nested_cost_can_be_shared_as_equally_as_the_core_allows():
    stand = Component(code="FAIR_SPACE", form="NESTED", needs={"a": 1, "b": 3, "c": 7, "d": 10}, rule="cec")

    assert r.share_component(stand, tuple("abcd")).shares.tolist() == [1, 2, 3.5, 3.5]


def test_use_goes_by_needs_and_quantities_where_none_is_stated():
    game = CostGame(
        "abc",
        [
            Component(code="FAIR_SPACE", form="NESTED", needs={"a": 10, "b": 30}),
            Component(code="FREIGHT", form="VOLUME", needs={"b": 1, "c": 3}, curve=Power(20, 0.5)),
            Component(code="CERT", form="CLUB", cost=8, users={"a", "c"}),
            Component(code="TRAVEL", form="OWN", needs={"c": 5}),
        ],
    )

    assert r.by_use(game) == pytest.approx([7.5 + 4, 22.5 + 10, 30 + 4 + 5])


def test_members_who_are_left_share_what_is_left():
    manager = Component(code="MANAGER", form="COMMON", cost=1000, use={"a": 300})
    club = Component(code="CERT", form="CLUB", cost=10, users={"a"})
    game = CostGame("abc", [manager, club]).only("bc")

    assert [part.key for part in game.components] == ["MANAGER"]
    assert r.share_component(game.components[0], game.members).shares.tolist() == [500, 500]


def test_scrb_says_where_it_has_no_answer():
    with pytest.raises(RuleDoesNotApply, match="adds more than it would pay alone"):
        r.separable_remaining_benefits(consortium(stand_alone={"3": 100}))
    steps = Component(code="FREIGHT", form="VOLUME", needs={"a": 10, "b": 10, "c": 10}, curve=Steps(10, 100))
    assert r.separable_remaining_benefits(CostGame("abc", [steps])).tolist() == [100, 100, 100]


def test_an_empty_budget_costs_nothing():
    found = compare_rules(CostGame("ab", []))

    assert [rule.rule for rule in found.left_out] == ["proportional"]
    assert {amount for result in found.results for amount in result.amounts.values()} == {0}


def test_shares_in_proportion_to_nothing_are_refused():
    free = CostGame("ab", [Component(code="TRAVEL", form="OWN")])

    assert r.equal(free).tolist() == shapley(free).shares.tolist() == r.by_use(free).tolist() == [0, 0]
    with pytest.raises(RuleDoesNotApply):
        r.proportional(free)
    with pytest.raises(UnknownMember):
        r.proportional(free, {"x": 1})


def test_games_and_components_travel_between_processes():
    game = pickle.loads(pickle.dumps(consortium()))

    assert game.total == consortium().total
    assert game.components == consortium().components
