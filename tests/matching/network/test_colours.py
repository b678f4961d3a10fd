"""Colours: neighbours differ, and clusters keep theirs."""

from hypothesis import given
from hypothesis import strategies as st

from matching.network.clusters import find_clusters
from matching.network.colours import COLOURS, colour_clusters
from matching.network.layout import lay_out, neighbours
from tests.matching.network.networks import planted


def test_eight_clusters_have_eight_colours():
    assert sorted(colour_clusters(dict.fromkeys(range(8), 5), []).values()) == list(range(8))


def test_neighbours_on_the_drawing_differ():
    ids, ties, _ = planted(2500, 120, ties_each=4)
    clusters = find_clusters(ids, ties)
    discs = lay_out(ids, ties, clusters).discs
    beside = neighbours(discs)
    colours = colour_clusters({c: int(disc.radius**2) for c, disc in discs.items()}, beside)
    assert len(discs) > 3 * COLOURS
    assert not [pair for pair in beside if colours[pair[0]] == colours[pair[1]]]


@given(st.dictionaries(st.integers(0, 30), st.integers(2, 99)), st.randoms())
def test_colours_are_kept_while_nothing_changes(sizes, random):
    ids = list(sizes)
    pairs = [tuple(random.sample(ids, 2)) for _ in ids] if len(ids) > 1 else []
    colours = colour_clusters(sizes, pairs)
    shuffled = dict(random.sample(list(sizes.items()), len(sizes)))
    assert colour_clusters(shuffled, pairs[::-1]) == colours
    clash = [pair for pair in pairs if colours[pair[0]] == colours[pair[1]]]
    assert clash or colour_clusters(sizes, pairs, earlier=colours) == colours


def test_when_two_of_one_colour_meet_the_smaller_changes():
    colours = colour_clusters({0: 9, 1: 5}, [(0, 1)], earlier={0: 3, 1: 3})
    assert colours[0] == 3 != colours[1]


def test_more_neighbours_than_colours_still_get_one():
    full = [(a, b) for a in range(12) for b in range(a)]
    assert set(colour_clusters(dict.fromkeys(range(12), 1), full).values()) == set(range(COLOURS))


def test_nothing_to_colour():
    assert colour_clusters({}, []) == {}
