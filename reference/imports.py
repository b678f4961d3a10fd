"""What countries import, by the stage at which goods are: raw, intermediate, consumer and capital goods."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache

from reference.load import FOLDER, country, digits, maybe, number, one_of, read, whole

STAGES = ("raw", "intermediate", "consumer", "capital")
_FILE = "imports_by_stage.csv"
_COLUMN = {
    "raw": "raw_materials",
    "intermediate": "intermediate_goods",
    "consumer": "consumer_goods",
    "capital": "capital_goods",
}


@dataclass(frozen=True, slots=True)
class Imports:
    """A year's imports of a country in millions of US dollars: all, and by stage where known."""

    year: int
    total: float
    stages: Mapping[str, float]


@lru_cache(maxsize=1)
def _imports() -> Mapping[str, tuple[Imports, ...]]:
    """Read the imports, the oldest year first; without the file, which may be taken away, all is unknown."""
    if not (FOLDER / _FILE).exists():
        return {}
    columns = {"iso3": country, "year": whole, "total": maybe(number)} | dict.fromkeys(
        _COLUMN.values(), maybe(number)
    )
    found: dict[str, list[Imports]] = {}
    for row in read(_FILE, columns, key=("iso3", "year")):
        if row["total"] is None:
            continue
        stages = {stage: row[column] for stage, column in _COLUMN.items() if row[column] is not None}
        found.setdefault(row["iso3"], []).append(Imports(row["year"], row["total"], stages))
    return {iso3: tuple(sorted(years, key=lambda one: one.year)) for iso3, years in found.items()}


@lru_cache(maxsize=1)
def _stages() -> Mapping[str, Mapping[str, int]]:
    """Count, for every code of 2, 4 and 6 digits, how many of its six-digit codes are at each stage."""
    found: dict[str, dict[str, int]] = {}
    for row in read("hs_stages.csv", {"hs6": digits(6), "stage": one_of(*STAGES)}, key=("hs6",)):
        for length in (2, 4, 6):
            counts = found.setdefault(row["hs6"][:length], {})
            counts[row["stage"]] = counts.get(row["stage"], 0) + 1
    return found


def list_imports(iso3: str) -> tuple[Imports, ...]:
    """List a country's imports by year, the oldest first."""
    return _imports().get(iso3, ())


def find_stage(hs: str) -> str | None:
    """Find the stage at which a product is: that of most of the six-digit codes under its code.

    >>> find_stage("2204"), find_stage("1201"), find_stage("8429"), find_stage("99")
    ('consumer', 'raw', 'capital', None)
    """
    counts = _stages().get(hs)
    if not counts:
        return None
    return max(STAGES, key=lambda stage: (counts.get(stage, 0), -STAGES.index(stage)))
