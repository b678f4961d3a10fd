"""How good rankings and chances are, held against what was chosen in the end."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass

import numpy as np

TOP = 10
"""Places that count in nDCG: the first page."""


@dataclass(frozen=True)
class Bin:
    """Pairs of which was said something in one range: how many, what on average, and the share that was chosen."""

    least: float
    most: float
    pairs: int
    said: float
    chosen: float


def ndcg(ranked: Sequence[str], chosen: Collection[str]) -> float:
    """Normalised discounted cumulative gain of the first ``TOP`` places: 1 where all that was chosen stands first.

    Examples
    --------
    >>> ndcg(["a", "b"], {"a"}), round(ndcg(["a", "b"], {"b"}), 3), ndcg(["a"], {"c"})
    (1.0, 0.631, 0.0)
    """
    worth = 1 / np.log2(np.arange(TOP) + 2)
    gain = sum(worth[place] for place, firm in enumerate(ranked[:TOP]) if firm in chosen)
    return float(gain / worth[: max(1, min(len(chosen), TOP))].sum())


def brier(said: np.ndarray, chosen: np.ndarray) -> float:
    """Return the mean squared difference between the chances said and what came.

    Examples
    --------
    >>> brier(np.array([1.0, 0.5]), np.array([1.0, 0.0]))
    0.125
    """
    return float(((said - chosen) ** 2).mean())


def calibration(said: np.ndarray, chosen: np.ndarray, edges: Sequence[float]) -> tuple[Bin, ...]:
    """Return pairs by what was said of them, in ranges between the edges, of which empty ones are left out.

    The first range begins at ``edges[0]`` and takes all that is below, the last ends at ``edges[-1]``.

    Examples
    --------
    >>> [(one.pairs, one.chosen) for one in calibration(np.array([0.1, 0.15, 0.9]), np.array([0, 1, 1]), (0, 0.5, 1))]
    [(2, 0.5), (1, 1.0)]
    """
    places = np.clip(np.digitize(said, edges) - 1, 0, len(edges) - 2)
    return tuple(
        Bin(edges[k], edges[k + 1], int(here.sum()), float(said[here].mean()), float(chosen[here].mean()))
        for k in range(len(edges) - 1)
        if (here := places == k).any()
    )


def calibration_error(bins: Sequence[Bin]) -> float:
    """Return how far what was said is from what came, on average over the pairs.

    Examples
    --------
    >>> calibration_error([Bin(0.0, 0.5, 3, 0.25, 0.5), Bin(0.5, 1.0, 1, 0.75, 0.75)])
    0.1875
    """
    return sum(one.pairs * abs(one.said - one.chosen) for one in bins) / sum(one.pairs for one in bins)
