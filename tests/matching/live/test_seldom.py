"""Places kept for firms that stand near the top of nobody's list."""

from __future__ import annotations

import random

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from benchmarks.synthetic import draw_profiles
from matching import PartnerMatcher, warm_up
from matching.live.catalogue import Catalogue
from matching.live.index import build_index
from matching.live.seldom import EACH, FIRST, MOST, best_lists, keep_places
from matching.neighbours import Neighbours
from matching.rules import Rules
from tests.matching.strategies import groups

laws = settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.too_slow])


@pytest.fixture(scope="module", autouse=True)
def ready():
    warm_up()


def lists_of(firms):
    return best_lists(Catalogue.over(build_index(firms), compiled=True), Rules.of())


def shown(lists, kept, first=FIRST):
    """The places of all who stand in the first of a list, or have a place kept in one."""
    everybody = np.concatenate([lists.partners[:, :first].ravel(), kept.ravel()])
    return set(everybody[everybody >= 0].tolist())


@laws
@given(firms=groups(), later=groups(), removed=st.frozensets(st.sampled_from("abcdefgh")), length=st.integers(1, 8))
def test_the_lists_of_a_catalogue_are_those_of_a_matcher_that_learned_its_firms_anew(firms, later, removed, length):
    catalogue = Catalogue.over(build_index(firms), compiled=True).updated(later, removed=removed)
    left = {firm.id: firm for firm in (*firms, *later) if firm.id not in removed}

    found = best_lists(catalogue, Rules.of(), length=length)

    expected = PartnerMatcher(length).fit(left.values()).all_pairs()
    assert dict(found) == (dict(expected) if len(left) > 1 else {})


def test_without_compiled_code_nothing_is_worked_out():
    catalogue = Catalogue.over(build_index(draw_profiles(5)), compiled=False)

    assert best_lists(catalogue, Rules.of()).ids == ()


def test_whoever_is_seen_by_nobody_gets_places_in_lists_of_its_own_best():
    lists = lists_of(draw_profiles(400, distances=True, facets=True))

    kept = keep_places(lists)

    seen = set(lists.partners[:, :FIRST].ravel().tolist())
    unseen = set(range(400)) - seen
    assert len(unseen) > 40
    hosts = {firm: [host for host in range(400) if firm in kept[host]] for firm in range(400)}
    assert all(len(hosts[firm]) <= (EACH if firm in unseen else 0) for firm in range(400))
    assert all(set(found) <= set(lists.partners[firm].tolist()) for firm, found in hosts.items())
    assert all(len(set(row[row >= 0].tolist())) == (row >= 0).sum() <= MOST for row in kept)
    assert len(shown(lists, kept)) >= 0.95 * 400 > len(seen)


def test_who_has_places_does_not_depend_on_the_order_of_the_firms():
    firms = draw_profiles(300, seed=3)
    shuffled = list(firms)
    random.Random(1).shuffle(shuffled)

    one, other = lists_of(firms), lists_of(shuffled)

    assert one.ids == other.ids
    assert np.array_equal(keep_places(one), keep_places(other))


def test_a_list_with_too_few_places_is_for_those_who_stand_in_the_fewest_then_for_the_best_score_then_by_id():
    #        host: everybody's best; of c, d and e each suits it next, e less; b stands in two lists
    partners = np.array([[1, 2], [0, 2], [0, 1], [0, 1], [0, 1]])
    scores = np.array([[0.9, 0.5], [0.9, 0.4], [0.5, 0.4], [0.3, 0.2], [0.3, 0.1]])
    lists = Neighbours(tuple("abcde"), partners, scores)

    assert keep_places(lists, first=1, each=1, most=1).tolist() == [[3], [4], [-1], [-1], [-1]]
    assert keep_places(lists, first=1, each=1, most=2).tolist() == [[3, 4], [2, -1], [-1, -1], [-1, -1], [-1, -1]]
    assert keep_places(lists, first=1, each=2, most=3).tolist() == [[3, 4, 2], [3, 4, 2], *[[-1, -1, -1]] * 3]


def test_everybody_has_one_place_before_anybody_has_two():
    partners = np.array([[1, -1], [0, -1], [0, 1], [0, 1]])
    scores = np.array([[0.9, 0], [0.9, 0], [0.8, 0.7], [0.3, 0.2]])

    kept = keep_places(Neighbours(tuple("abcd"), partners, scores), first=1, each=2, most=1)

    assert kept.tolist() == [[2], [3], [-1], [-1]]
