"""Which countries trade under a common agreement, and which stand in one bloc."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache

from reference.load import country, filled, read

AGREEMENTS_OF = 2016
"""The year in which the World Bank's agreements were in force; younger ones are not among them."""


@dataclass(frozen=True, slots=True)
class Bloc:
    """A group of countries, and who says who is in it."""

    code: str
    source: str


@lru_cache(maxsize=1)
def _agreements() -> Mapping[tuple[str, str], tuple[str, ...]]:
    columns = {"iso3_a": country, "iso3_b": country, "agreement": filled}
    found: dict[tuple[str, str], tuple[str, ...]] = {}
    for row in read("trade_agreements.csv", columns, key=tuple(columns)):
        first, second = sorted((row["iso3_a"], row["iso3_b"]))
        found[first, second] = (*found.get((first, second), ()), row["agreement"])
    return found


@lru_cache(maxsize=1)
def _blocs() -> Mapping[str, Mapping[str, Bloc]]:
    found: dict[str, dict[str, Bloc]] = {}
    for row in read("blocs.csv", {"bloc": filled, "iso3": country, "source": filled}, key=("bloc", "iso3")):
        found.setdefault(row["iso3"], {})[row["bloc"]] = Bloc(row["bloc"], row["source"])
    return found


def list_agreements(one: str, other: str) -> tuple[str, ...]:
    """List the trade agreements that were in force between two countries in 2016, by the World Bank's names.

    >>> list_agreements("ZAF", "PRT"), list_agreements("AGO", "CHN")
    (('EU - South Africa',), ())
    """
    return _agreements().get((min(one, other), max(one, other)), ())


def list_blocs(*countries: str) -> tuple[Bloc, ...]:
    """List the blocs in which all of these countries are, by code.

    >>> [bloc.code for bloc in list_blocs("AGO", "MOZ")]
    ['CPLP', 'SADC']
    """
    first, *others = countries
    shared = (
        bloc for code, bloc in _blocs().get(first, {}).items() if all(code in _blocs().get(o, {}) for o in others)
    )
    return tuple(sorted(shared, key=lambda bloc: bloc.code))
