"""Ties: each among the other's best."""

import networkx as nx
from hypothesis import given
from hypothesis import strategies as st

from matching.network.graph import Tie, from_networkx, mutual_ties, to_networkx
from tests.matching.network.networks import networks


def test_a_tie_needs_both_sides():
    best = {"a": [("b", 0.9), ("c", 0.8)], "b": [("a", 0.9)], "c": [("b", 0.7)]}
    assert mutual_ties(best) == [Tie("a", "b", 0.9)]


def test_firms_that_nobody_ranks_have_no_tie():
    assert mutual_ties({"a": [], "b": [("gone", 0.5)]}) == []


def test_no_firms_give_no_ties():
    assert mutual_ties({}) == []


def test_a_score_of_zero_never_ties():
    assert mutual_ties({"a": [("b", 0.0)], "b": [("a", 0.0)]}) == []


def test_where_both_sides_differ_by_rounding_the_smaller_score_holds():
    assert mutual_ties({"a": [("b", 0.5)], "b": [("a", 0.25)]}) == [Tie("a", "b", 0.25)]


@given(networks(), st.randoms())
def test_the_order_of_the_lists_does_not_matter(network, random):
    ids, ties = network
    best = {firm: [] for firm in ids}
    for a, b, score in ties:
        best[a].append((b, score))
        best[b].append((a, score))
    shuffled = list(best)
    random.shuffle(shuffled)

    again = mutual_ties({firm: random.sample(best[firm], len(best[firm])) for firm in shuffled})

    assert again == mutual_ties(best) == sorted(ties)


@given(networks())
def test_networkx_and_back_changes_nothing(network):
    assert from_networkx(to_networkx(*network)) == network


def test_loops_of_a_networkx_graph_are_left_out():
    graph = nx.Graph([("a", "a"), ("a", "b")])
    assert from_networkx(graph) == (["a", "b"], [Tie("a", "b", 1.0)])
