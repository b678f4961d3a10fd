"""A score taken apart adds up, in full and as it is shown."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from matching import Profile
from matching.contributions import break_down, points, points_that_add_up
from matching.score import score_pair
from tests.matching import oracle
from tests.matching.strategies import profiles

KINDS = st.sampled_from(("promotion", "sales"))


@settings(max_examples=200, deadline=None)
@given(a=profiles(st.just("a")), b=profiles(st.just("b")), kind=KINDS)
def test_the_parts_add_up_to_the_score_and_to_both_preferences(a, b, kind):
    pair = score_pair(a, b, kind)

    found = break_down(pair)

    assert sum(term.score for term in found.terms) == pytest.approx(found.harmonic, abs=1e-12)
    assert found.harmonic + found.competition + found.veto == pytest.approx(pair.score, abs=1e-12)
    assert found.score == pair.score == pytest.approx(oracle.score(a, b, kind), abs=1e-9)
    for liking, side in ((pair.forward, "forward"), (pair.backward, "backward")):
        shares = [getattr(term, side) for term in found.terms]
        assert sum(share or 0.0 for share in shares) == pytest.approx(liking.value or 0.0, abs=1e-12)
        assert [share is None for share in shares] == [term.value is None for term in liking.terms]


@settings(max_examples=100, deadline=None)
@given(a=profiles(st.just("a")), b=profiles(st.just("b")))
def test_both_sides_see_the_same_parts(a, b):
    mine, theirs = break_down(score_pair(a, b)), break_down(score_pair(b, a))

    assert [term.score for term in mine.terms] == pytest.approx([term.score for term in theirs.terms], abs=1e-12)
    assert [term.forward for term in mine.terms] == [term.backward for term in theirs.terms]


def test_a_veto_takes_all_that_competition_leaves():
    a, b = Profile("a", employees=10, can_sign=False), Profile("b", employees=10)

    found = break_down(score_pair(a, b))

    assert (found.harmonic, found.competition, found.veto, found.score) == (1.0, 0.0, -1.0, 0.0)


@settings(max_examples=300, deadline=None)
@given(parts=st.lists(st.floats(-0.2, 1), max_size=13), digits=st.sampled_from((0, 1, 2)))
def test_what_is_shown_adds_up_to_what_is_shown(parts, digits):
    total = sum(parts)

    shown = points_that_add_up(parts, total, digits)

    assert round(sum(shown), 6) == points(total, digits)
    for part, value in zip(parts, shown, strict=True):
        assert abs(value - 100 * part) < 10**-digits + 1e-6


@pytest.mark.parametrize(("share", "shown"), [(0.5625, 56.3), (0.3125, 31.3), (0.1 + 0.2, 30.0), (-0.0005, -0.1)])
def test_halves_are_rounded_as_people_round(share, shown):
    assert points(share) == shown
