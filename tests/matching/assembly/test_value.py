"""The value: coverage grows less and less, links and gains add up, and what the arrays hold is what firms say."""

import random

import numpy as np
import pytest

from matching import Profile
from matching.assembly import Candidate, Problem, Worth, score_pairs
from matching.assembly.tables import set_up
from matching.assembly.value import broken_limits, is_allowed, usual_link_cost, value_of
from tests.matching.assembly.brute import breaks, draw, pair, value


@pytest.mark.parametrize("seed", range(700, 730))
def test_coverage_never_falls_and_each_member_adds_less_to_more(seed):
    problem, candidates = draw(seed)
    tables = set_up(problem, candidates).tables
    order = list(range(len(candidates)))
    random.Random(seed).shuffle(order)
    newcomer, *others = order
    few, many = others[: len(others) // 2], others

    def coverage(group):
        return value_of(tables, group).coverage

    assert coverage([*few, newcomer]) >= coverage(few)
    assert coverage([*many, newcomer]) - coverage(many) <= coverage([*few, newcomer]) - coverage(few) + 1e-12


@pytest.mark.parametrize("seed", range(730, 760))
def test_value_and_limits_are_those_of_the_firms_themselves(seed):
    problem, candidates = draw(seed)
    setting = set_up(problem, candidates)
    rng = random.Random(seed)
    for _ in range(12):
        places = rng.sample(range(len(candidates)), rng.randint(1, len(candidates)))
        group = [setting.candidates[place] for place in places]
        codes = {f"must {one.name}" if one.code == "must" else one.code for one in broken_limits(setting, places)}
        assert value_of(setting.tables, places).total == pytest.approx(value(problem, group), abs=1e-9)
        assert codes == breaks(problem, group)
        if set(setting.fixed.tolist()) <= set(places) <= set(setting.open.tolist()):
            assert is_allowed(setting.tables, places) == (not codes)


@pytest.mark.parametrize("kind", ["promotion", "sales"])
def test_pairs_are_scored_and_vetoed_as_each_pair_is(kind):
    _, candidates = draw(4, 9)
    pairs = score_pairs([one.profile for one in candidates], kind)
    for i, a in enumerate(candidates):
        for j, b in enumerate(candidates):
            if i != j:
                assert pairs.scores[i, j] == pair(a, b, kind).score
                assert pairs.vetoed[i, j] == bool(pair(a, b, kind).vetoes)


def test_pairs_known_already_can_be_more_and_in_another_order():
    problem, candidates = draw(7)
    pairs = score_pairs([one.profile for one in reversed(candidates)], problem.kind)
    some = candidates[:-1]

    known, new = set_up(problem, some, pairs).tables, set_up(problem, some).tables

    assert all(np.array_equal(one, other) for one, other in zip(known, new, strict=True))


def test_a_budget_just_short_by_a_cent_is_short():
    firms = [Candidate(Profile(name), budget=33.33) for name in "abc"]

    assert is_allowed(set_up(Problem("PRT", entry_cost=99.99), firms).tables, [0, 1, 2])
    assert not is_allowed(set_up(Problem("PRT", entry_cost=100), firms).tables, [0, 1, 2])


def test_the_usual_link_cost_lets_a_tenth_of_the_links_pay():
    _, candidates = draw(4, 9)
    pairs = score_pairs([one.profile for one in candidates], "promotion")
    cost = usual_link_cost(pairs.scores, 0.9)

    links = set_up(Problem("PRT", worth=Worth(link_cost=cost)), candidates).tables.links

    scored = pairs.scores[np.triu_indices(9, 1)] > 0
    paying = links[np.triu_indices(9, 1)][scored] > 0
    assert 0 < paying.mean() <= 0.12
