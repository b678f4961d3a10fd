"""Firms that stand near the top of nobody's list, and places kept for them with the best of their own."""

from __future__ import annotations

import numpy as np

from matching.columns import join, take
from matching.live.catalogue import Catalogue
from matching.live.texts import unpack
from matching.neighbours import Neighbours
from matching.pairs.search import best_of_all
from matching.rules import Rules

LENGTH = 20
"""Partners in the lists that are looked at."""
FIRST = 10
"""Whoever stands among so many of somebody's list is seen."""
EACH = 3
"""Places that are kept for a firm that is not."""
MOST = 5
"""Places that are kept in one list."""


def best_lists(catalogue: Catalogue, rules: Rules, *, length: int = LENGTH, threads: int = 1) -> Neighbours:
    """Return the best partners of every firm of a catalogue as it is; none at all where code is not compiled.

    Row by row, as it is done without compiled code, all pairs take too long for what they serve here.
    """
    index, late = catalogue.index, catalogue.late
    names, rows = list(unpack(index.table.ids)), index.table.rows
    here = [place for place, row in enumerate(rows.tolist()) if not catalogue.gone[row]]
    ids = [*(names[place] for place in here), *late.ids]
    count = min(length, len(ids) - 1) if catalogue.live.compiled else 0
    if count < 1:
        return Neighbours((), np.zeros((0, 0), np.int64), np.zeros((0, 0)))
    order = np.array(sorted(range(len(ids)), key=ids.__getitem__), np.int64)
    columns = take(index.columns, rows[here])
    if late.ids:
        columns = take(join(columns, late.columns), order)
    scores, partners = best_of_all(columns, count, rules, threads=threads)
    return Neighbours(tuple(ids[place] for place in order), partners, scores)


def keep_places(lists: Neighbours, *, first: int = FIRST, each: int = EACH, most: int = MOST) -> np.ndarray:
    """Keep places for the firms that stand in the first of no list.

    The score of a pair is the same from both sides, so such a firm can be shown to the best of its own list who still
    have a place. Each is given one before any is given a second; those that stand in the fewest lists at all choose
    first, then those with the highest score, then by id.

    Parameters
    ----------
    lists : Neighbours
        The best partners of every firm.
    first : int
        So many of a list are its first.
    each : int
        The most places for one firm.
    most : int
        The most places in one list.

    Returns
    -------
    int64 [firm, most]
        Who has a place in the list of a firm, by their places in ``lists.ids``; rows end in -1.

    Examples
    --------
    >>> partners, scores = np.array([[1, 2], [0, 2], [0, 1]]), np.array([[0.9, 0.3], [0.9, 0.4], [0.4, 0.3]])
    >>> keep_places(Neighbours(("a", "b", "c"), partners, scores), first=1, each=1, most=1).tolist()
    [[2], [-1], [-1]]
    """
    count = len(lists.ids)
    kept = np.full((count, most), -1, np.int64)
    if not count:
        return kept
    seen = _count(lists.partners[:, :first], count) > 0
    best = lists.scores[:, 0]
    order = np.lexsort((np.arange(count), -best, _count(lists.partners, count)))
    waiting = [firm for firm in order.tolist() if not seen[firm] and best[firm] > 0]
    used = [0] * count
    left = {firm: iter(lists.partners[firm].tolist()) for firm in waiting}
    for _ in range(each):
        for firm in waiting:
            # Whoever was passed over has no place left, and will not have one again.
            host = next((one for one in left[firm] if one >= 0 and used[one] < most), -1)
            if host >= 0:
                kept[host, used[host]] = firm
                used[host] += 1
    return kept


def _count(partners: np.ndarray, firms: int) -> np.ndarray:
    return np.bincount(partners[partners >= 0], minlength=firms)
