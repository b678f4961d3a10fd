"""What a score depends on besides the two firms."""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

import numpy as np

from matching.score import WEIGHTS
from matching.vetoes import PENALTY


class Rules(NamedTuple):
    """The weights of the terms, what full competition takes off, and whether competitors are ruled out.

    Examples
    --------
    >>> rules = Rules.of("sales")
    >>> rules.penalty, rules.sales, len(rules.weights)
    (0.7, True, 11)
    """

    weights: np.ndarray  # float64 [term]
    penalty: float
    sales: bool

    @classmethod
    def of(cls, kind: str = "promotion", weights: Mapping[str, float] = WEIGHTS) -> Rules:
        """Return the rules of a kind of consortium."""
        return cls(np.array(list(weights.values()), np.float64), PENALTY[kind], kind == "sales")
