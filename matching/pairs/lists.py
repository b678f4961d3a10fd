"""The best partners found so far, of every firm."""

from __future__ import annotations

import numpy as np

from matching.columns import BLOCK
from matching.pairs.blocks import Block, Found
from matching.sweep import merge


class Lists:
    """Scores and partners of every place of the order, as heaps with the last place on top."""

    def __init__(self, firms: int, count: int) -> None:
        self.scores = np.zeros((firms, count))
        self.firms = np.full((firms, count), -1, np.int64)

    def of(self, block: Block) -> tuple[np.ndarray, np.ndarray]:
        """Return a copy of the lists of the firms of a block."""
        places = block.places
        return self.scores[places], self.firms[places]

    def take_in(self, found: Found) -> None:
        """Bring in what a block found, once."""
        merge(self.scores, self.firms, found.places, found.scores, found.firms)

    def sorted(self, places: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """Return scores and partners of the firms at these places, best first, of equals the first.

        The lists themselves are sorted, so that nothing of their size is needed beside them; then they are used up.
        """
        for start in range(0, len(self.scores), BLOCK):
            scores, firms = self.scores[start : start + BLOCK], self.firms[start : start + BLOCK]
            best = np.lexsort((firms, -scores), axis=1)
            scores[:] = np.take_along_axis(scores, best, 1)
            firms[:] = np.take_along_axis(firms, best, 1)
        found = self.scores[places]
        del self.scores
        return found, self.firms[places]
