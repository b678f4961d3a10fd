"""Nobody drowned, nobody unseen."""

from __future__ import annotations

import random
from collections import Counter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from matching.learning.exposure import share_out, spread

ASKERS, FIRMS = "abcdefg", "pqrstuvw"
scores = st.dictionaries(
    st.sampled_from(ASKERS),
    st.dictionaries(st.sampled_from(FIRMS), st.sampled_from((0.1, 0.2, 0.5, 0.5, 0.9)), min_size=1),
    min_size=1,
)
rankings = scores.map(
    lambda asked: {
        asker: sorted(found.items(), key=lambda entry: (-entry[1], entry[0])) for asker, found in asked.items()
    }
)
small = st.integers(1, 4)


@given(rankings, small, small)
def test_no_firm_is_in_more_lists_than_it_has_room_for(rankings, capacity, limit):
    lists = share_out(rankings, capacity, limit=limit)

    assert max(Counter(firm for firms in lists.values() for firm in firms).values()) <= capacity
    assert all(len(firms) <= limit for firms in lists.values())


@given(rankings, small, small)
def test_whoever_is_missed_is_taken_by_those_whom_it_suits_better(rankings, capacity, limit):
    lists = share_out(rankings, capacity, limit=limit)
    score = {(asker, firm): value for asker, ranking in rankings.items() for firm, value in ranking}

    for asker, ranking in rankings.items():
        for place, (firm, value) in enumerate(ranking):
            lower = any(other in lists[asker] for other, _ in ranking[place + 1 :])
            if firm not in lists[asker] and (lower or len(lists[asker]) < limit):
                holders = [other for other in lists if firm in lists[other]]
                assert len(holders) == capacity
                assert all((-score[other, firm], other) < (-value, asker) for other in holders)


@given(rankings, small, small, st.randoms())
def test_the_order_of_askers_does_not_matter(rankings, capacity, limit, chance):
    shuffled = list(rankings.items())
    chance.shuffle(shuffled)

    assert share_out(dict(shuffled), capacity, limit=limit) == share_out(rankings, capacity, limit=limit)


@given(rankings, small)
def test_with_room_for_all_lists_are_the_rankings(rankings, limit):
    found = share_out(rankings, len(ASKERS), limit=limit)

    assert found == {asker: [firm for firm, _ in ranking[:limit]] for asker, ranking in rankings.items()}


@given(rankings, small, st.integers(0, 2))
def test_places_kept_for_the_unseen_hide_nobody(rankings, capacity, reserved):
    limit = 3
    before = share_out(rankings, capacity, limit=limit)
    after = share_out(rankings, capacity, limit=limit, reserved=reserved)

    assert spread(after, FIRMS).coverage >= spread(before, FIRMS).coverage
    assert all(len(firms) <= limit for firms in after.values())
    assert all(after[asker][: limit - reserved] == before[asker][: limit - reserved] for asker in before)
    assert max(Counter(firm for firms in after.values() for firm in firms).values()) <= capacity


def test_one_that_nobody_sees_gets_a_place():
    rankings = {asker: [("p", 0.9), ("q", 0.8), ("r", 0.1)] for asker in "abc"}

    found = share_out(rankings, 3, limit=2, reserved=1)

    assert spread(found, "pqr").coverage == 1
    assert all(firms[0] == "p" for firms in found.values())


def test_bad_numbers_are_refused():
    with pytest.raises(ValueError, match="capacity"):
        share_out({}, 0)
    with pytest.raises(ValueError, match="reserved"):
        share_out({}, 1, limit=2, reserved=3)


@given(st.randoms())
def test_gini_is_nothing_when_all_are_seen_alike(chance: random.Random):
    firms = list(FIRMS)
    chance.shuffle(firms)

    assert spread(dict.fromkeys(ASKERS, firms), FIRMS).gini == pytest.approx(0)
