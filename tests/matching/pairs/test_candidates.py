"""Comparing with the sought-after alone: scores are true, partners may be missing, and it is the same each time."""

import numpy as np
import pytest

from benchmarks.synthetic import draw_profiles
from matching import PartnerMatcher
from matching.bounds import WIDTH
from matching.columns import Words, encode
from matching.pairs.candidates import SAMPLE, put_first, whole_tiles
from matching.pairs.search import best_of_all
from matching.rules import Rules
from matching.sweep import COUNTED

RULES = Rules.of()
BEST = 10
CANDIDATES = 2 * WIDTH


@pytest.fixture(scope="module")
def many():
    return encode(draw_profiles(3 * SAMPLE + 9, seed=6), Words())


@pytest.fixture(scope="module")
def everything(many):
    return best_of_all(many, BEST, RULES, threads=2)


@pytest.fixture(scope="module")
def some(many):
    return best_of_all(many, BEST, RULES, candidates=CANDIDATES)


def test_what_is_found_has_its_true_score(many, everything, some):
    known = {
        (firm, partner): score
        for firm, (partners, scores) in enumerate(zip(everything[1], everything[0], strict=True))
        for partner, score in zip(partners, scores, strict=True)
    }
    found = 0
    for firm, (partners, scores) in enumerate(zip(some[1], some[0], strict=True)):
        assert firm not in partners
        assert len(set(partners)) == BEST
        assert (np.diff(scores) <= 0).all()
        for place, (partner, score) in enumerate(zip(partners, scores, strict=True)):
            assert known.get((firm, partner), score) == score
            assert score <= everything[0][firm, place], "nobody is better than the best"
            found += (firm, partner) in known
    assert 0.7 < found / len(known) < 1, "most are found, not all"


def test_lists_of_the_sought_after_are_complete(everything, some):
    whole = (some[1] == everything[1]).all(axis=1) & (some[0] == everything[0]).all(axis=1)
    everywhere = np.unique(some[1])
    assert len(everywhere) > CANDIDATES, "the sought-after themselves find others"
    seen = np.bincount(some[1].ravel(), minlength=len(whole))
    assert whole[np.argsort(-seen)[: CANDIDATES // 2]].all()


@pytest.mark.parametrize(("threads", "size"), [(1, WIDTH), (3, 3 * WIDTH)])
def test_threads_and_blocks_do_not_show(many, some, threads, size):
    again = best_of_all(many, BEST, RULES, threads=threads, size=size, candidates=CANDIDATES)
    assert all(np.array_equal(one, other) for one, other in zip(again, some, strict=True))


def test_fewer_pairs_are_met(many):
    firms, tally = len(many.marks), np.zeros(len(COUNTED), np.int64)
    best_of_all(many, BEST, RULES, candidates=CANDIDATES, tally=tally)
    sample = SAMPLE * (SAMPLE - 1) / 2 + SAMPLE * (firms - SAMPLE)
    assert tally[0] == sample + CANDIDATES * (CANDIDATES - 1) / 2 + CANDIDATES * (firms - CANDIDATES)


def test_where_it_spares_nothing_all_are_compared(many, everything):
    found = best_of_all(many, BEST, RULES, candidates=5 * SAMPLE)
    assert all(np.array_equal(one, other) for one, other in zip(found, everything, strict=True))


def test_of_equally_sought_firms_the_first_stand_in_front():
    order = np.array([4, 2, 0, 1, 3])
    assert put_first(order, np.array([1, 7, 1, 1, 0]), 3).tolist() == [2, 0, 1, 4, 3]


def test_candidates_are_a_number_from_one_on():
    matcher = PartnerMatcher(limit=1).fit(draw_profiles(3))
    with pytest.raises(ValueError, match="candidates"):
        matcher.all_pairs(candidates=0)
    assert list(matcher.all_pairs(candidates=1)) == list(matcher.all_pairs())
    assert whole_tiles(1) == WIDTH
