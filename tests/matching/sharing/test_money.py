"""Cents that add up: largest remainders, tables, floors and caps, subsidies."""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction

import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from matching.sharing import Grant, decimals_of, from_units, keep_within, round_shares, subtract_subsidy, to_units
from matching.sharing import round_table as rounded
from matching.sharing.claims import CLAIMS_RULES
from matching.sharing.errors import (
    AbsurdAmount,
    CapsBelowTotal,
    FloorAboveCap,
    FloorsExceedTotal,
    Infeasible,
    InfiniteAmount,
    NegativeAmount,
    NotANumber,
    SubsidyExceedsCost,
    SumDiffers,
    UnknownMember,
)
from tests.matching.sharing.strategies import laws

IDS = st.sampled_from("abcdefgh")
money = st.floats(-1e9, 1e9) | st.integers(-(10**6), 10**6).map(lambda thirds: thirds / 3)
units = st.integers(0, 10**6) | st.sampled_from((0, 1, 99))


@laws
@given(st.dictionaries(IDS, money, min_size=1), st.sampled_from((0, 2, 3)))
def test_rounded_shares_add_up_and_none_is_off_by_a_unit(shares, decimals):
    found = round_shares(shares, decimals=decimals)

    assert list(found) == list(shares)
    assert sum(found.values()) == to_units(sum(map(Decimal, shares.values())), decimals)
    for name, share in shares.items():
        assert abs(found[name] - Fraction(share) * 10**decimals) <= 1 + 1e-6


@laws
@given(st.dictionaries(IDS, st.decimals(-1000, 1000, places=4), min_size=1), st.randoms())
def test_the_order_of_shares_does_not_matter(shares, random):
    names = list(shares)
    random.shuffle(names)

    assert round_shares({name: shares[name] for name in names}) == round_shares(shares)


def test_equal_remainders_go_by_id():
    assert round_shares(dict.fromkeys("dcba", 2.5), decimals=0) == {"d": 2, "c": 2, "b": 3, "a": 3}
    assert round_shares({"b": 0.1 + 0.2, "a": 0.3, "c": 0.4}, total=1, decimals=0) == {"b": 0, "a": 0, "c": 1}


def test_what_arithmetic_smears_is_no_remainder():
    assert round_shares({"a": 2.9999999999, "b": 7.0000000001}, decimals=0) == {"a": 3, "b": 7}


def test_negative_and_empty_amounts_add_up():
    assert round_shares({"a": -10 / 3, "b": -10 / 3, "c": -10 / 3}) == {"a": -333, "b": -333, "c": -334}
    assert round_shares({"a": 0, "b": 0.0}) == {"a": 0, "b": 0}
    assert round_shares({}) == {}


def test_the_worst_amounts_still_add_up():
    third = 1e12 / 3
    found = round_shares({"a": third, "b": third, "c": third}, total=1e12)

    assert sum(found.values()) == 10**14
    assert max(found.values()) - min(found.values()) <= 1


@pytest.mark.parametrize(
    ("shares", "total", "error"),
    [
        ({"a": 1.0, "b": 1.0}, 3, SumDiffers),
        ({"a": 1.0, "b": 1.0}, 1, SumDiffers),
        ({"a": float("nan")}, None, NotANumber),
        ({"a": "much"}, None, NotANumber),
        ({"a": Decimal("Infinity")}, None, InfiniteAmount),
        ({"a": 1e18}, None, AbsurdAmount),
    ],
)
def test_what_is_no_share_is_refused_by_name(shares, total, error):
    with pytest.raises(error):
        round_shares(shares, total)


def test_units_of_currencies():
    assert [decimals_of(code) for code in ("BRL", "XOF", "KWD")] == [2, 0, 3]
    assert from_units(to_units(Decimal("12.34"))) == Decimal("12.34")
    assert str(from_units(1234567890123456789, 3)) == "1234567890123456.789"


def margins(table):
    return [*table.ravel(), *table.sum(axis=0), *table.sum(axis=1), table.sum()]


cells = st.floats(0, 5000) | st.integers(0, 10**5).map(lambda thirds: thirds / 3)


@laws
@given(
    st.integers(1, 5).flatmap(
        lambda width: st.lists(st.lists(cells, min_size=width, max_size=width), min_size=1, max_size=6)
    )
)
def test_a_rounded_table_adds_up_both_ways_and_nothing_in_it_is_off_by_a_unit(table):
    exact = np.array(table)

    found = rounded(exact)

    for unit, amount in zip(margins(found), margins(exact), strict=True):
        assert abs(unit - 100 * amount) < 1 + 1e-5


def test_a_budget_in_cents_is_kept_by_each_component():
    budget = np.array([100.01, 0.02, 33.33, 0.0])
    found = rounded(np.outer(budget, np.full(7, 1 / 7)))

    assert found.sum(axis=1).tolist() == [10001, 2, 3333, 0]
    assert rounded(np.outer(budget, np.full(7, 1 / 7))).tolist() == found.tolist()


def test_a_table_of_absurdly_large_amounts_keeps_its_rows():
    found = rounded(np.full((2, 3), 1e12 / 3))

    assert found.sum(axis=1).tolist() == [10**14, 10**14]


@st.composite
def limited(draw):
    shares = draw(st.dictionaries(IDS, units, min_size=1))
    names = st.sampled_from(sorted(shares))
    return shares, draw(st.dictionaries(names, units)), draw(st.dictionaries(names, units))


@laws
@given(limited(), st.sampled_from(("proportional", "equal")))
def test_floors_and_caps_are_kept_with_the_same_sum_or_refused(case, by):
    shares, floors, caps = case
    total = sum(shares.values())
    possible = (
        all(floors.get(name, 0) <= caps[name] for name in caps)
        and sum(floors.values()) <= total
        and sum(caps.get(name, total) for name in shares) >= total
        and sum(max(caps.get(name, total), floors.get(name, 0)) for name in shares) >= total
    )
    try:
        found = keep_within(shares, floors, caps, by=by)
    except Infeasible:
        assert not possible
        return
    assert possible
    assert list(found) == list(shares)
    assert sum(found.values()) == total
    for name, share in found.items():
        assert floors.get(name, 0) <= share <= caps.get(name, total)


@laws
@given(limited())
def test_whoever_is_free_keeps_its_proportion_to_others_who_are(case):
    shares, floors, caps = case
    try:
        found = keep_within(shares, floors, caps)
    except Infeasible:
        assume(False)
    free = [
        name
        for name in shares
        if floors.get(name, 0) + 1 < found[name] < caps.get(name, 10**9) - 1 and shares[name] > 0
    ]
    factors = [(Fraction(found[name] - 1, shares[name]), Fraction(found[name] + 1, shares[name])) for name in free]

    if any(share for name, share in shares.items() if name in free):
        assert max((low for low, _ in factors), default=0) <= min((high for _, high in factors), default=0)


def test_shares_that_keep_their_bounds_stay_as_they_are():
    assert keep_within({"b": 5, "a": 7}, floors={"a": 7}, caps={"b": 5}) == {"b": 5, "a": 7}
    assert keep_within({}) == {}


def test_members_without_a_share_step_in_where_nobody_else_can():
    assert keep_within({"a": 90, "b": 0, "c": 0}, caps={"a": 30}) == {"a": 30, "b": 30, "c": 30}


@pytest.mark.parametrize(
    ("floors", "caps", "error", "says"),
    [
        ({"a": 60}, {"a": 50}, FloorAboveCap, "'a' must pay at least 60 and at most 50"),
        ({"a": 60, "b": 60}, {}, FloorsExceedTotal, "120, more than the total of 100"),
        ({}, {"a": 40, "b": 40}, CapsBelowTotal, "80, less than the total of 100"),
        ({}, {"a": -1}, FloorAboveCap, "at least 0"),
        ({"a": -20, "b": 120}, {}, FloorsExceedTotal, "120, more than"),
        ({"x": 1}, {}, UnknownMember, "'x'"),
    ],
)
def test_limits_that_cannot_be_kept_say_which(floors, caps, error, says):
    with pytest.raises(error, match=says):
        keep_within({"a": 30, "b": 70}, floors, caps)


@pytest.mark.parametrize(("shares", "by"), [({"a": -1, "b": 2}, "equal"), ({"a": 1}, "lot")])
def test_what_cannot_be_redistributed_is_refused(shares, by):
    with pytest.raises(ValueError, match=r"below 0|no way"):
        keep_within(shares, by=by)


@laws
@given(st.dictionaries(IDS, units, min_size=1), st.sampled_from(sorted(CLAIMS_RULES)), st.integers(0, 10**6))
def test_a_subsidy_is_taken_off_to_the_unit_and_nobody_gets_more_than_it_pays(shares, rule, subsidy):
    assume(subsidy <= sum(shares.values()))

    found = subtract_subsidy(shares, subsidy, rule)

    assert sum(found.values()) == sum(shares.values()) - subsidy
    assert all(0 <= found[name] <= shares[name] for name in shares)


def test_a_subsidy_is_for_what_is_eligible():
    shares = {"a": 100, "b": 200, "c": 300}

    assert subtract_subsidy(shares, 60, eligible={"a": 100, "b": 50}) == {"a": 60, "b": 180, "c": 300}
    with pytest.raises(SubsidyExceedsCost, match="151 is more than the eligible cost of 150"):
        subtract_subsidy(shares, 151, eligible={"a": 100, "b": 50})
    with pytest.raises(SubsidyExceedsCost):
        subtract_subsidy(shares, 101, eligible={"a": 500})
    with pytest.raises(UnknownMember):
        subtract_subsidy(shares, 1, eligible={"x": 1})
    with pytest.raises(NegativeAmount):
        subtract_subsidy(shares, -1)
    with pytest.raises(ValueError, match="no claims rule"):
        subtract_subsidy(shares, 1, "lot")


def test_a_grant_has_a_rate_a_least_and_a_most():
    assert Grant(0.5).amount(101) == 50
    assert Grant(0.1).amount(3_000_000) == 300_000
    assert Grant(0.4, least=100).amount(249) == 0
    assert Grant(0.4, most=100).amount(10**9) == 100
    with pytest.raises(ValueError, match="at most the cost"):
        Grant(1.1)
