"""What every block of pairs needs of all firms, in memory or in a folder that processes map and share."""

from __future__ import annotations

from collections.abc import Iterator
from functools import lru_cache
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np

from matching.aims import Aims, build_aims
from matching.bounds import Bounds, build_bounds
from matching.columns import Columns
from matching.rules import Rules


class Prepared(NamedTuple):
    """All firms in the order in which they are compared, and by what rules they are."""

    columns: Columns
    bounds: Bounds
    aims: Aims
    names: np.ndarray  # int64 [place in the order]: row of the columns
    places: np.ndarray  # int64 [row]: place in the order
    rules: Rules


GROUPS: dict[str, Any] = {"columns": Columns, "bounds": Bounds, "aims": Aims, "rules": Rules}


def prepare(columns: Columns, order: np.ndarray, rules: Rules) -> Prepared:
    """Prepare firms to be compared in this order."""
    places = np.empty(len(order), np.int64)
    places[order] = np.arange(len(order))
    bounds, aims = build_bounds(columns, order=order), build_aims(columns, order)
    return Prepared(columns, bounds, aims, order.astype(np.int64), places, rules)


def write_prepared(folder: Path, prepared: Prepared) -> None:
    """Write what was prepared into an empty folder, one file for each array."""
    for name, array in _arrays(prepared):
        np.save(folder / f"{name}.npy", array, allow_pickle=False)


@lru_cache(1)
def open_prepared(folder: str) -> Prepared:
    """Map what was written into memory; a process keeps the last one it opened."""

    def read(name: str) -> Any:
        path = Path(folder, f"{name}.npy")
        array = np.load(path, allow_pickle=False) if _is_small(path) else np.load(path, mmap_mode="c")
        return array.item() if array.ndim == 0 else np.asarray(array)

    whole: dict[str, Any] = {
        name: kind(**{part: read(f"{name}.{part}") for part in kind._fields}) for name, kind in GROUPS.items()
    }
    return Prepared(names=read("names"), places=read("places"), **whole)


def own(prepared: Prepared) -> Prepared:
    """Return the same with every array writable, which compiled code asks for: only what is not is copied."""

    def make(part: Any) -> Any:
        if isinstance(part, tuple):
            return type(part)(*map(make, part))
        return np.require(part, requirements=["C", "W"]) if isinstance(part, np.ndarray) else part

    return make(prepared)


def _is_small(path: Path) -> bool:
    """Whether mapping a file is not worth it, or is impossible because there is nothing in it."""
    return path.stat().st_size < 1 << 16


def _arrays(prepared: Prepared) -> Iterator[tuple[str, np.ndarray]]:
    for name in GROUPS:
        for part, array in getattr(prepared, name)._asdict().items():
            yield f"{name}.{part}", np.asarray(array)
    yield "names", prepared.names
    yield "places", prepared.places
