"""What the peers of `benchmarks.pairs` share: the firms, the task and the clock."""

from __future__ import annotations

import time
from pathlib import Path

import numpy as np

from matching.columns import Columns
from matching.score import WEIGHTS
from matching.vetoes import PENALTY

BEST = 20
W = np.array(list(WEIGHTS.values()))
LOSS = PENALTY["promotion"]


def load(folder: Path) -> Columns:
    """Return the firms."""
    with np.load(folder / "columns.npz") as kept:
        return Columns(**{name: kept[name] for name in Columns._fields})


class Watch:
    """Writes wall and CPU seconds of what is done inside into ``found``, times ``scale``."""

    def __init__(self, found: dict, scale: float = 1) -> None:
        self.found, self.scale = found, scale

    def __enter__(self) -> None:
        self.started = time.perf_counter(), time.process_time()

    def __exit__(self, *error: object) -> None:
        self.found["wall"] = self.found.get("wall", 0) + (time.perf_counter() - self.started[0]) * self.scale
        self.found["cpu"] = self.found.get("cpu", 0) + (time.process_time() - self.started[1]) * self.scale
        self.found["extrapolated"] = self.found.get("extrapolated", False) or self.scale != 1
