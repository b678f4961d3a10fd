"""Branch and bound alone: from nothing, in pieces, with firms that stand for several."""

import numpy as np
import pytest

from matching.assembly.merging import make_units, merge
from matching.assembly.proving import advance
from matching.assembly.searching import search_from
from matching.assembly.tables import set_up
from matching.assembly.value import EPSILON, is_allowed, value_of
from matching.assembly.walking import COUNT, NODES, start_walk
from tests.matching.assembly.brute import allowed_groups, best_value, draw, value

NOBODY = np.zeros(0, np.int64)


def prove(tables, open, fixed, nodes):
    walk = start_walk(tables, open, fixed, -1e300)
    while not advance(tables, walk, nodes, EPSILON):
        pass
    group = sorted([*fixed.tolist(), *walk.group[: walk.state[COUNT]].tolist()])
    return float(walk.value[0]), group, int(walk.state[NODES])


@pytest.mark.parametrize("seed", range(300, 340))
def test_the_proof_needs_no_search(seed):
    problem, candidates = draw(seed)
    setting = set_up(problem, candidates)
    if set(setting.fixed.tolist()) & setting.closed.keys() or setting.tables.clashes[
        np.ix_(setting.fixed, setting.fixed)
    ].any():  # fmt: skip
        return  # such pins are seen before
    best = best_value(problem, candidates)

    found, group, nodes = prove(setting.tables, setting.open, setting.fixed, 10_000)
    in_pieces = prove(setting.tables, setting.open, setting.fixed, 1)

    assert in_pieces == (found, group, nodes)
    if best is None:
        assert found == -1e300
    else:
        assert found == pytest.approx(best, abs=1e-8)
        assert value_of(setting.tables, group).total == pytest.approx(best, abs=1e-8)


@pytest.mark.parametrize("seed", range(400, 420))
def test_firms_that_stay_together_are_in_or_out_together(seed):
    problem, candidates = draw(seed)
    setting = set_up(problem, candidates)
    if len(setting.fixed):
        return
    together = [frozenset(setting.ids[:2]), frozenset(setting.ids[2:4])]
    units = merge(setting, make_units(setting.ids, together))
    best = max(
        (
            value(problem, group)
            for group in allowed_groups(problem, candidates)
            if all(firms <= {one.id for one in group} or not firms & {one.id for one in group} for firms in together)
        ),
        default=None,
    )

    found, group, _ = prove(units.tables, units.open, NOBODY, 10_000)
    searched = search_from(units.tables, units.open, NOBODY, units.open, 0)

    if best is None:
        assert found == -1e300
        assert searched == []
    else:
        assert found == pytest.approx(best, abs=1e-8)
        assert value_of(setting.tables, units.spread(group)).total == pytest.approx(best, abs=1e-8)
        assert is_allowed(setting.tables, units.spread(group))
        assert all(is_allowed(units.tables, places) for _, places in searched)


@pytest.mark.parametrize("seed", range(500, 520))
def test_the_search_only_gives_allowed_groups_with_their_value(seed):
    problem, candidates = draw(seed)
    setting = set_up(problem, candidates)

    for found, places in search_from(setting.tables, setting.open, setting.fixed, setting.open, seed):
        assert is_allowed(setting.tables, places)
        assert value_of(setting.tables, places).total == pytest.approx(found, abs=1e-8)
        assert set(setting.fixed.tolist()) <= set(places)
