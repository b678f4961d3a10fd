"""Layout: discs apart, members inside, the same picture for the same network."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from matching.network.clusters import find_clusters
from matching.network.graph import Tie
from matching.network.layout import GAP, Disc, lay_out, neighbours, sunflower
from tests.matching.network.networks import churned, networks, planted


def drawing(ids, ties, **options):
    return lay_out(ids, ties, find_clusters(ids, ties), **options)


def gaps(discs):
    centres = np.array([disc[:2] for disc in discs])
    radii = np.array([disc.radius for disc in discs])
    between = np.hypot(*(centres[:, None] - centres[None]).transpose(2, 0, 1))
    return (between - radii[:, None] - radii[None])[np.triu_indices(len(radii), 1)]


@given(networks())
def test_discs_never_overlap(network):
    discs = list(drawing(*network).discs.values())
    assert (gaps(discs) > 0.9 * GAP).all() if len(discs) > 1 else True


@pytest.mark.parametrize(("firms", "groups"), [(60, 9), (400, 14), (2500, 120)])
def test_discs_of_many_clusters_keep_apart_and_near(firms, groups):
    ids, ties, _ = planted(firms, groups, ties_each=4)
    discs = list(drawing(ids, ties).discs.values())
    filled = sum(d.radius**2 for d in discs) / max(np.hypot(d.x, d.y) + d.radius for d in discs) ** 2
    assert gaps(discs).min() > 0.9 * GAP
    assert filled > 0.25


@given(networks())
def test_members_stand_in_their_disc_and_nobody_twice_in_a_place(network):
    ids, ties = network
    clusters = find_clusters(ids, ties)
    layout = lay_out(ids, ties, clusters)
    for firm, cluster in clusters.items():
        disc = layout.discs[cluster]
        assert np.hypot(layout.places[firm][0] - disc.x, layout.places[firm][1] - disc.y) < disc.radius
    assert len(set(layout.places.values())) == len(ids)


@given(networks(), st.randoms())
def test_the_order_of_the_input_does_not_matter(network, random):
    ids, ties = network
    expected = drawing(ids, ties)
    assert drawing(random.sample(ids, len(ids)), random.sample(ties, len(ties))) == expected


def test_firms_without_ties_stand_evenly_around_the_discs():
    ids, ties, _ = planted(100, 4)
    alone = [f"alone{number}" for number in range(300)]
    layout = lay_out([*ids, *alone], ties, find_clusters(ids, ties))
    edge = max(np.hypot(disc.x, disc.y) + disc.radius for disc in layout.discs.values())
    places = np.array([layout.places[firm] for firm in alone])
    assert (np.hypot(*places.T) > edge + 1).all()
    assert gaps([Disc(x, y, 0.0) for x, y in places]).min() > 1.5


def test_the_best_connected_member_stands_in_the_middle():
    ties = [Tie("hub", f"z{number}", 0.5) for number in range(8)]
    layout = drawing(["hub", *(tie.b for tie in ties)], ties)
    disc = layout.discs[0]
    nearest = min(layout.places, key=lambda f: np.hypot(*np.subtract(layout.places[f], disc[:2])))
    assert nearest == "hub"


def test_members_stand_on_the_side_of_their_other_ties():
    ids, ties, _ = planted(400, 8)
    clusters = find_clusters(ids, ties)
    layout = lay_out(ids, ties, clusters)
    towards = []
    for a, b, _ in ties:
        if clusters[a] != clusters[b]:
            here, there = layout.discs[clusters[a]], layout.discs[clusters[b]]
            spot = np.subtract(layout.places[a], here[:2])
            way = np.subtract(there[:2], here[:2])
            towards.append(spot @ way / np.linalg.norm(way) / np.linalg.norm(spot))
    assert np.mean(towards) > 0.15


def test_clusters_stay_about_where_they_were():
    ids, ties, _ = planted(1000, 20)
    clusters = find_clusters(ids, ties)
    before = lay_out(ids, ties, clusters)
    changed = churned(ids, ties, part=0.01)
    later = find_clusters(ids, changed, earlier=clusters)

    after = lay_out(ids, changed, later, earlier={c: disc[:2] for c, disc in before.discs.items()})

    extent = max(np.hypot(disc.x, disc.y) for disc in before.discs.values())
    moves = [
        np.hypot(*np.subtract(after.discs[c][:2], before.discs[c][:2]))
        for c in before.discs.keys() & after.discs.keys()
    ]
    assert np.median(moves) < 0.15 * extent


def test_earlier_centres_in_one_place_do_not_stop_it():
    ids, ties, _ = planted(100, 4)
    clusters = find_clusters(ids, ties)
    layout = lay_out(ids, ties, clusters, earlier=dict.fromkeys(clusters.values(), (0.0, 0.0)))
    assert gaps(list(layout.discs.values())).min() > 0.9 * GAP


def test_no_firms_and_single_firms_can_be_drawn():
    assert lay_out([], [], {}).places == {}
    assert list(lay_out(["a"], [], {}).places) == ["a"]
    assert lay_out(["a"], [], {}).discs == {}


def test_a_single_cluster_stands_in_the_middle():
    layout = lay_out("ab", [Tie("a", "b", 1.0)], {"a": 0, "b": 0})
    assert layout.discs[0][:2] == (0.0, 0.0)


def test_firms_are_spaced_about_evenly():
    spots = sunflower(200)
    between = np.hypot(*(spots[:, None] - spots[None]).transpose(2, 0, 1))
    np.fill_diagonal(between, np.inf)
    assert between.min() > 1.4
    assert between.min(axis=1).max() < 2.2


def test_there_are_no_neighbours_without_discs():
    assert neighbours({}) == []
    assert neighbours({0: Disc(0, 0, 1)}) == []
