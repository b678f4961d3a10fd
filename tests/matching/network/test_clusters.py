"""Clusters: of high modularity, connected, the same for the same network, and lasting."""

import networkx as nx
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from sklearn.metrics import adjusted_rand_score

from matching import compiling
from matching.network.clusters import carry_ids, communities, find_clusters, to_matrix
from matching.network.graph import Tie, certainty, to_networkx
from matching.network.louvain import louvain, modularity
from tests.matching.network.networks import churned, networks, planted

SIZES = [(40, 4), (150, 6), (400, 10), (1200, 25)]


def groups_of(clusters):
    groups = {}
    for firm, cluster in clusters.items():
        groups.setdefault(cluster, set()).add(firm)
    return groups


@pytest.mark.parametrize(("firms", "groups"), SIZES)
@pytest.mark.parametrize("seed", range(3))
def test_modularity_is_not_below_that_of_networkx(firms, groups, seed):
    ids, ties, _ = planted(firms, groups, seed=seed)
    graph = to_networkx(ids, ties)
    theirs = nx.community.modularity(graph, nx.community.louvain_communities(graph, seed=seed))

    ours = nx.community.modularity(graph, communities(graph))

    assert ours >= theirs - 0.002


@given(networks())
def test_our_modularity_is_that_of_networkx(network):
    ids, ties = network
    clusters = find_clusters(ids, ties)
    names = sorted(clusters)
    labels = np.array([clusters[name] for name in names], dtype=int)
    graph = to_networkx(names, ties)

    ours = modularity(to_matrix(names, ties), labels)

    expected = nx.community.modularity(graph, groups_of(clusters).values()) if ties else 0.0
    assert ours == pytest.approx(expected)


def test_clear_groups_are_found():
    ids, ties, group = planted(600, 6, ties_each=12, outside=0.1)
    clusters = find_clusters(ids, ties)
    found = sorted(clusters)
    assert adjusted_rand_score([group[f] for f in found], [clusters[f] for f in found]) > 0.95


@given(networks(), st.randoms())
def test_the_order_of_firms_and_ties_does_not_matter(network, random):
    ids, ties = network
    expected = find_clusters(ids, ties)
    assert find_clusters(random.sample(ids, len(ids)), random.sample(ties, len(ties))) == expected


@given(networks())
def test_clusters_are_connected_and_hold_every_firm_with_a_tie(network):
    ids, ties = network
    graph = to_networkx(ids, ties)
    clusters = find_clusters(ids, ties)
    assert set(clusters) == {firm for tie in ties for firm in tie[:2]}
    assert all(nx.is_connected(graph.subgraph(members)) for members in groups_of(clusters).values())


def test_a_cluster_that_is_handed_over_in_two_pieces_is_split():
    ties = [Tie("a", "b", 1.0), Tie("c", "d", 1.0)]
    assert find_clusters("abcd", ties, earlier=dict.fromkeys("abcd", 0)) == {"a": 0, "b": 0, "c": 1, "d": 1}


def test_a_small_change_of_the_network_moves_few_firms():
    ids, ties, _ = planted(3000, 30, ties_each=10)
    clusters = find_clusters(ids, ties)
    moved = []
    for step in range(5):
        ties = churned(ids, ties, part=0.01, seed=step)
        later = find_clusters(ids, ties, earlier=clusters)
        moved.append(sum(clusters.get(firm) != later.get(firm) for firm in ids) / len(ids))
        clusters = later
    assert np.mean(moved) < 0.015


def test_the_same_network_again_changes_nothing():
    ids, ties, _ = planted(500, 8)
    clusters = find_clusters(ids, ties)
    assert find_clusters(ids, ties, earlier=clusters) == clusters


def test_earlier_clusters_that_have_become_poor_are_given_up():
    ids, ties, _ = planted(400, 8, ties_each=10, outside=0.1)
    one = dict.fromkeys(ids, 0)
    matrix = to_matrix(ids, ties)
    clusters = find_clusters(ids, ties, earlier=one)
    fresh = find_clusters(ids, ties)
    quality = [modularity(matrix, np.array([c.get(f, -1) for f in ids]) + 1) for c in (clusters, fresh)]
    assert quality[0] >= quality[1] - 0.02


def test_firms_join_and_leave_without_renaming_clusters():
    ids, ties, _ = planted(300, 5, ties_each=10, outside=0.1)
    clusters = find_clusters(ids, ties)
    gone = set(ids[::40])
    rest = [tie for tie in ties if not gone.intersection(tie[:2])] + [Tie("firm00001", "newcomer", 0.9)]
    later = find_clusters([*(i for i in ids if i not in gone), "newcomer"], rest, earlier=clusters)
    stayed = [firm for firm in later if firm in clusters]
    assert sum(later[firm] == clusters[firm] for firm in stayed) / len(stayed) > 0.95
    assert later["newcomer"] == later["firm00001"]


def test_a_cluster_with_other_members_gets_another_id():
    earlier = {f"old{number}": 4 for number in range(9)} | {"a": 4}
    assert carry_ids(earlier, {"a": 0, "b": 0, "c": 0}) == {"a": 5, "b": 5, "c": 5}


def test_ids_of_clusters_that_are_gone_are_not_given_again():
    assert carry_ids({}, {"a": 0, "b": 0}, first_new=12) == {"a": 12, "b": 12}


def test_when_a_cluster_splits_the_larger_part_keeps_the_id():
    earlier = dict.fromkeys("abcde", 3)
    now = {"a": 0, "b": 0, "c": 1, "d": 1, "e": 1}
    assert carry_ids(earlier, now) == {"a": 4, "b": 4, "c": 3, "d": 3, "e": 3}


def test_no_firms_and_single_firms_have_no_clusters():
    assert find_clusters([], []) == {}
    assert find_clusters(["a"], []) == {}
    assert find_clusters(["a"], [], earlier={"a": 0}) == {}


def test_certainty_is_one_for_a_firm_with_ties_inside_only():
    clusters = {"a": 0, "b": 0, "c": 1, "d": 1}
    ties = [Tie("a", "b", 0.5), Tie("b", "c", 0.5), Tie("c", "d", 0.5)]
    assert certainty(clusters, ties) == {"a": 1.0, "b": 0.5, "c": 0.5, "d": 1.0}


def test_any_networkx_backend_can_be_asked():
    ids, ties, _ = planted(200, 5)
    theirs = find_clusters(ids, ties, backend="networkx")
    ours = find_clusters(ids, ties)
    assert set(theirs) == set(ours)


def test_without_numba_networkx_finds_the_clusters(monkeypatch):
    ids, ties, _ = planted(200, 5)
    expected = find_clusters(ids, ties, backend="networkx")
    monkeypatch.setattr(compiling, "AVAILABLE", False)
    assert find_clusters(ids, ties) == expected


def test_communities_of_a_networkx_graph_cover_it_once():
    graph = nx.Graph(nx.karate_club_graph())
    graph.add_node("alone")
    found = communities(graph)
    assert nx.community.is_partition(graph, found)
    assert {"alone"} in found


def test_a_higher_resolution_gives_smaller_clusters():
    ids, ties, _ = planted(400, 8)
    matrix = to_matrix(ids, ties)
    coarse, fine = (louvain(matrix, resolution=r).max() for r in (0.5, 3.0))
    assert fine > coarse
