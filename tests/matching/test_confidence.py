"""How much a score rests on: ends that hold the score whatever the unknown turns out to be, and bands."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from matching import Profile
from matching.confidence import find_confidence, find_record
from matching.score import harmonic, score_pair, weigh
from tests.matching.strategies import profiles


@settings(max_examples=200, deadline=None)
@given(a=profiles(st.just("a")), b=profiles(st.just("b")), data=st.data())
def test_the_range_holds_the_score_and_whatever_the_unknown_may_be(a, b, data):
    pair = score_pair(a, b)

    found = find_confidence(a, b, pair)

    assert 0 <= found.lowest <= found.highest <= 1
    if pair.vetoes:
        assert found.highest == 0
        return
    filled = []
    for liking in (pair.forward, pair.backward):
        values = {term.key: data.draw(st.floats(0, 1)) if term.value is None else term.value for term in liking.terms}
        filled.append(weigh(values).value)
    for score in (pair.score, harmonic(*filled) * pair.multiplier):
        assert found.lowest - 1e-12 <= score <= found.highest + 1e-12


@settings(max_examples=100, deadline=None)
@given(a=profiles(st.just("a")), b=profiles(st.just("b")))
def test_the_ends_are_reached(a, b):
    pair = score_pair(a, b)
    found = find_confidence(a, b, pair)

    for unknown, end in ((0.0, found.lowest), (1.0, found.highest)):
        filled = [
            weigh({t.key: unknown if t.value is None else t.value for t in liking.terms}).value
            for liking in (pair.forward, pair.backward)
        ]
        factor = 0.0 if pair.vetoes else pair.multiplier
        assert end == pytest.approx(harmonic(*filled) * factor, abs=1e-12)


FULL = {
    "employees": 10, "targets": {"ESP": 2}, "objectives": frozenset({"fair"}), "norms": frozenset({"open"}),
    "region": "X", "needs": frozenset({"x"}), "offers": frozenset({"x"}), "commitment": 60, "verified": 0.5,
    "distances": {"ESP": {"lang": 0.5}},
}  # fmt: skip


@pytest.mark.parametrize(
    ("without", "band"),
    [((), "high"), (("verified",), "medium"), (("norms",), "high"), (("norms", "commitment"), "medium"),
     (tuple(set(FULL) - {"employees", "targets"}), "low")],
)  # fmt: skip
def test_few_signals_are_low_and_many_with_history_are_high(without, band):
    a, b = (Profile(i, **{name: value for name, value in FULL.items() if name not in without}) for i in "ab")

    assert find_confidence(a, b, score_pair(a, b)).band == band


def test_history_counts_what_is_known_of_the_past():
    a, b = Profile("a", ties=frozenset({"b", "c"}), verified=0.9), Profile("b", ties=frozenset({"a"}), verified=0.4)

    found = find_record(a, b)

    assert (found.together, found.mine, found.theirs, found.verified) == (True, 2, 1, 0.4)
    assert not find_record(Profile("a"), replace(b, ties=frozenset({"c"})))


def test_confidence_is_no_part_of_the_score():
    a, b = Profile("a", employees=10), Profile("b", employees=10)

    assert score_pair(a, b).score == 1.0
    assert find_confidence(a, b, score_pair(a, b)).band == "low"
