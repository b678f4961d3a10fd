"""How near every firm is to every market, turned round by market, so that one market is read from end to end.

Firms share most of their distances with others: for each market only the
different ones are kept, and each firm's number among them.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from matching import columns as col
from matching.aims import Aims
from matching.columns import Columns
from matching.terms import DIMENSIONS

OTHER = 65_535
"""The number of a firm whose distances are not known or have no place; whoever has it is taken to be there."""
WEIGHTS = np.array(list(DIMENSIONS.values()))


class Reach(NamedTuple):
    """Who is how near: the distances of firm j to market m are row ``starts[m] + numbers[m, j]`` of ``near``."""

    numbers: np.ndarray  # uint16 [market, firm]
    starts: np.ndarray  # int64 [market + 1]
    near: np.ndarray  # float32 [row, dimension], weighted, 0 where not known


def build_reach(columns: Columns) -> Reach:
    """Turn the distances of firms round by market."""
    kinds = columns.marks[:, col.NEARNESS]
    known = kinds >= 0
    markets = columns.nearness.shape[1]
    numbers = np.full((markets, len(kinds)), OTHER, np.uint16)
    rows, starts = [], [0]
    for market in range(markets):
        different, places = np.unique(columns.nearness[kinds[known], market], return_inverse=True)
        numbers[market, known] = np.where(different >= 0, np.minimum(np.arange(len(different)), OTHER), OTHER)[places]
        rows.append(np.where(different[:, None] >= 0, np.maximum(_at(columns, different), 0) * WEIGHTS, 0))
        starts.append(starts[-1] + len(different))
    near = np.concatenate([*rows, np.zeros((1, len(WEIGHTS)))]).astype(np.float32)
    return Reach(numbers, np.array(starts, np.int64), near)


def most_near(reach: Reach, markets: np.ndarray) -> int:
    """Return how many different distances there are to that of these markets which has the most."""
    here = markets[(markets >= 0) & (markets < len(reach.numbers))]
    return int((reach.starts[here + 1] - reach.starts[here]).max(initial=0))


def near_of(one: Columns, aims: Aims) -> np.ndarray:
    """Return the one firm's weighted distances to the markets of the aims, 0 where not known."""
    found = np.zeros((len(aims.markets), len(WEIGHTS)), np.float32)
    kind = one.marks[0, col.NEARNESS]
    if kind >= 0:
        places = np.flatnonzero(aims.markets < one.nearness.shape[1])
        numbers = one.nearness[kind, aims.markets[places]]
        found[places] = np.where(numbers[:, None] >= 0, np.maximum(_at(one, numbers), 0) * WEIGHTS, 0)
    return found


def held_of(one: Columns, mine: Aims, aims: Aims) -> tuple[np.ndarray, np.ndarray]:
    """Return the one firm's facets in the markets of the aims, and where its own are among those, -1 for none."""
    held = np.repeat(mine.own.reshape(1, -1), len(aims.markets) + 1, axis=0)  # the last is for whoever has no aim
    wanted = mine.markets[mine.places] if len(mine.markets) else np.full(len(mine.places), -1)
    places = np.searchsorted(aims.markets, wanted)
    if len(aims.markets):
        same = aims.markets[np.minimum(places, len(aims.markets) - 1)] == wanted
        places = np.where(same & (mine.places >= 0), places, -1)
    else:
        places = np.full(len(wanted), -1)
    here = places >= 0
    held[places[here]] = mine.held.reshape(len(wanted), -1)[here]
    return held, places


def _at(columns: Columns, numbers: np.ndarray) -> np.ndarray:
    rows = columns.distances if len(columns.distances) else np.zeros((1, len(WEIGHTS)))
    return rows[np.maximum(numbers, 0)]
