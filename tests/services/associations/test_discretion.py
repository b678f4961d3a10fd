"""Nothing that is told lets anybody compute what fewer than three keep to themselves."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from services.associations.discretion import FEWEST, rounded, told_parts

COUNTS = st.dictionaries(st.sampled_from("ABCDEFGH"), st.integers(0, 12))


@given(COUNTS)
def test_what_is_left_out_is_nothing_or_many(counts):
    told = told_parts(counts)

    left_out = [count for part, count in counts.items() if part not in told]
    assert all(counts[part] >= FEWEST for part in told)
    assert not told or not left_out or sum(left_out) >= FEWEST


@given(COUNTS)
def test_no_more_is_left_out_than_needed(counts):
    told = told_parts(counts)

    few = {part: count for part, count in counts.items() if count < FEWEST}
    if not few or sum(few.values()) >= FEWEST:
        assert told == set(counts) - set(few)


@given(st.integers(0, 10**12))
def test_an_amount_is_rounded_to_two_digits(amount):
    assert len(str(rounded(amount)).rstrip("0")) <= 2
    assert abs(rounded(amount) - amount) <= max(amount * 0.05, 0)
