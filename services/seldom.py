"""Firms that are seldom suggested: in whose list a place is kept for them, so that nobody stays unseen.

A small site works that out from all firms as they are saved now. A large one takes it from the index, where it was
worked out when that was built: who is approved, blocked or filtered away is asked at every question all the same.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

import numpy as np

from matching.live.catalogue import Catalogue
from matching.live.index import FirmIndex
from matching.live.seldom import MOST, best_lists, keep_places
from matching.rules import Rules

FACT = "kept"
"""Under which name an index holds the places of its firms."""
SMALL = 2_000
"""With fewer firms all pairs are compared anew once something was saved, in a third of a second at most."""
THREADS = 2
"""In which the process works that builds an index."""


@dataclass
class KeptPlaces:
    """Whose places are kept where, by the rules of one kind of consortium; made anew when firms change.

    One per process, safe to share between threads.
    """

    _made: tuple[Catalogue, Mapping[int, list[int]]] | None = None

    def find(self, catalogue: Catalogue, rules: Rules, firm_id: int) -> list[int]:
        """The firms that have a place in the list of a firm; whether they may be shown now is not asked."""
        if len(catalogue) < SMALL:
            return self._of_all(catalogue, rules).get(firm_id, [])
        row, kept = catalogue.index.row_of(str(firm_id)), catalogue.index.facts.get(FACT)
        if row < 0 or kept is None:
            return []
        return [int(other) for other in kept[row] if other >= 0]

    def _of_all(self, catalogue: Catalogue, rules: Rules) -> Mapping[int, list[int]]:
        made = self._made
        if made is None or made[0] is not catalogue:
            lists = best_lists(catalogue, rules)
            ids = list(map(int, lists.ids))
            places = {
                firm_id: [ids[place] for place in row if place >= 0]
                for firm_id, row in zip(ids, keep_places(lists).tolist(), strict=True)
            }
            made = self._made = (catalogue, places)
        return made[1]


def nobody(firms: int) -> np.ndarray:
    """The places in the lists of so many firms where none is kept."""
    return np.full((firms, MOST), -1, np.int64)


def with_places(index: FirmIndex, rules: Rules) -> FirmIndex:
    """The index with the places that are kept in the lists of its firms, by their ids in the database."""
    kept = keep_places(best_lists(Catalogue.over(index), rules, threads=THREADS))
    if not len(kept):
        return index
    ids = index.facts["firm"][index.table.rows]
    by_id = np.where(kept >= 0, ids[kept], -1)
    return replace(index, facts={**index.facts, FACT: by_id[index.table.names]})
