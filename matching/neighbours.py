"""The best partners of every firm, as a matcher returns them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np


@dataclass(frozen=True, slots=True, eq=False)
class Neighbours:
    """The best partners of every firm.

    ``partners`` and ``scores`` have one row per firm of ``ids``, best first; a
    partner is given by its place in ``ids``. Rows of firms with fewer partners
    end in ``-1`` and 0.
    """

    ids: tuple[str, ...]
    partners: np.ndarray
    scores: np.ndarray

    def __iter__(self) -> Iterator[tuple[str, list[tuple[str, float]]]]:
        """Go through the firms, each with its partners and their scores."""
        for firm, row, scores in zip(self.ids, self.partners, self.scores, strict=True):
            found = zip(row.tolist(), scores.tolist(), strict=True)
            yield firm, [(self.ids[partner], score) for partner, score in found if partner >= 0]
