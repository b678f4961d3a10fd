"""Claims rules: what all of them keep to, and many cases at once."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from matching.sharing.claims import CLAIMS_RULES
from matching.sharing.errors import EstateExceedsClaims, NegativeAmount, NotANumber, TooManyMembers
from tests.matching.sharing.strategies import laws

DUAL = {"proportional": "proportional", "cea": "cel", "cel": "cea", "talmud": "talmud",
        "run_to_the_bank": "run_to_the_bank"}  # fmt: skip
some_claims = st.lists(st.integers(0, 500).map(float), min_size=1, max_size=6)


@laws
@given(some_claims, st.floats(0, 1), st.sampled_from(sorted(CLAIMS_RULES)))
def test_all_of_the_estate_is_divided_and_nobody_gets_more_than_it_claims(claims, part, rule):
    estate = part * sum(claims)

    found = CLAIMS_RULES[rule](claims, estate)

    assert found.sum() == pytest.approx(estate, rel=1e-12, abs=1e-9)
    assert (found >= -1e-9).all()
    assert (found <= np.array(claims) + 1e-9).all()


@laws
@given(some_claims, st.floats(0, 1), st.sampled_from(sorted(CLAIMS_RULES)))
def test_who_claims_more_gets_no_less_and_misses_no_less(claims, part, rule):
    claims = sorted(claims)
    found = CLAIMS_RULES[rule](claims, part * sum(claims))

    assert (np.diff(found) >= -1e-9).all()
    assert (np.diff(np.array(claims) - found) >= -1e-9).all()


@laws
@given(some_claims, st.floats(0, 1), st.sampled_from(sorted(CLAIMS_RULES)))
def test_losses_are_divided_as_awards_by_the_dual_rule(claims, part, rule):
    estate = part * sum(claims)
    losses = CLAIMS_RULES[DUAL[rule]](claims, sum(claims) - estate)

    assert CLAIMS_RULES[rule](claims, estate) == pytest.approx(np.array(claims) - losses, rel=1e-9, abs=1e-6)


@pytest.mark.parametrize("rule", sorted(set(CLAIMS_RULES) - {"run_to_the_bank"}))
def test_many_cases_at_once_are_the_cases_one_by_one(rule):
    rng = np.random.default_rng(3)
    claims = rng.integers(0, 9, (50, 4)).astype(float)
    estates = claims.sum(axis=1) * rng.random(50)

    together = CLAIMS_RULES[rule](claims, estates)

    for row, claim, estate in zip(together, claims, estates, strict=True):
        assert row.tolist() == CLAIMS_RULES[rule](claim, estate).tolist()


@pytest.mark.parametrize(
    ("claims", "estate", "error"),
    [
        ([1, 2], 4, EstateExceedsClaims),
        ([1, -2], 0, NegativeAmount),
        ([1, 2], -1, NegativeAmount),
        ([1, float("nan")], 1, NotANumber),
        ([1, float("inf")], 1, NotANumber),
    ],
)
@pytest.mark.parametrize("rule", CLAIMS_RULES)
def test_what_cannot_be_divided_is_refused(rule, claims, estate, error):
    with pytest.raises(error):
        CLAIMS_RULES[rule](claims, estate)


def test_running_to_the_bank_takes_too_long_for_many():
    with pytest.raises(TooManyMembers):
        CLAIMS_RULES["run_to_the_bank"]([1.0] * 21, 3)
