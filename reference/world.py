"""The map of the world: every country's outline, or the place of its dot, on a sheet of 960 by 470."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache

from reference.load import country, maybe, number, read, text

WIDTH, HEIGHT = 960, 470


@dataclass(frozen=True, slots=True)
class Outline:
    """A country on the map: the path of an SVG, empty where it is too small for one, and where its capital stands."""

    iso3: str
    path: str
    x: float | None
    y: float | None


@lru_cache(maxsize=1)
def outlines() -> Mapping[str, Outline]:
    """Give every country that can be drawn."""
    columns = {"iso3": country, "x": maybe(number), "y": maybe(number), "path": text}
    rows = read("world_map.csv", columns, key=("iso3",))
    return {row["iso3"]: Outline(row["iso3"], row["path"], row["x"], row["y"]) for row in rows}
