"""How far countries are from each other, and what ties history left between them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from math import asin, cos, radians, sin, sqrt

from reference.countries import find_country
from reference.load import country, flag, maybe, number, read

_EARTH_RADIUS_KM = 6371.0


@dataclass(frozen=True, slots=True)
class Pair:
    """Two countries as CEPII's GeoDist describes them, facts of about 2005.

    ``weighted_km`` is the distance between their cities weighted by population,
    the best single figure; a pair of one country with itself is its inner distance.
    """

    contiguous: bool
    common_official_language: bool
    common_spoken_language: bool
    colony: bool
    common_coloniser: bool
    current_colony: bool
    colony_since_1945: bool
    same_country: bool
    main_cities_km: float
    capitals_km: float
    weighted_km: float | None


_FLAGS = ("contig", "comlang_off", "comlang_ethno", "colony", "comcol", "curcol", "col45", "smctry")


@lru_cache(maxsize=1)
def _pairs() -> Mapping[tuple[str, str], Pair]:
    columns = {"iso_o": country, "iso_d": country} | dict.fromkeys(_FLAGS, flag)
    columns |= {"dist": number, "distcap": number, "distw": maybe(number)}
    rows = read("geodist_pairs.csv", columns, key=("iso_o", "iso_d"))
    return {
        (row["iso_o"], row["iso_d"]): Pair(*(row[name] for name in _FLAGS), row["dist"], row["distcap"], row["distw"])
        for row in rows
    }


def find_pair(one: str, other: str) -> Pair | None:
    """Find what is known of two countries, whichever is named first."""
    return _pairs().get((min(one, other), max(one, other)))


def distance_km(one: str, other: str) -> float | None:
    """Measure the way between two countries in kilometres.

    The population-weighted distance where GeoDist has it, else that of the main
    cities, else the great circle between the capitals; None when even those are
    unknown.

    >>> distance_km("PRT", "AGO")
    5957.0
    """
    pair = find_pair(one, other)
    if pair is not None:
        return pair.main_cities_km if pair.weighted_km is None else pair.weighted_km
    places = [found.capital_place for found in map(find_country, (one, other)) if found]
    if len(places) < 2 or None in places or one == other:
        return None
    return round(great_circle_km(*places), 1)


def great_circle_km(one: tuple[float, float], other: tuple[float, float]) -> float:
    """Measure the shortest way over the globe between two (latitude, longitude).

    >>> round(great_circle_km((0, 0), (0, 180)))
    20015
    """
    latitude, longitude = map(radians, one)
    to_latitude, to_longitude = map(radians, other)
    half = (
        sin((to_latitude - latitude) / 2) ** 2
        + cos(latitude) * cos(to_latitude) * sin((to_longitude - longitude) / 2) ** 2
    )
    return 2 * _EARTH_RADIUS_KM * asin(sqrt(min(1.0, half)))
