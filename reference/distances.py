"""How far countries are from each other, and what ties history left between them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from math import asin, cos, radians, sin, sqrt
from typing import NamedTuple

from reference.countries import find_country
from reference.load import country, filled, flag, maybe, number, read

_EARTH_RADIUS_KM = 6371.0


class Pair(NamedTuple):
    """Two countries as CEPII's GeoDist describes them, facts of about 2005; of its columns those that are used.

    ``weighted_km`` is the distance between their cities weighted by population,
    the best single figure; a pair of one country with itself is its inner distance.
    """

    contiguous: bool
    colony: bool
    common_coloniser: bool
    main_cities_km: float
    weighted_km: float | None


_PARSERS = {"contig": flag, "colony": flag, "comcol": flag, "dist": number, "distw": maybe(number)}


@lru_cache(maxsize=1)
def _pairs() -> Mapping[tuple[str, str], Pair]:
    rows = read("geodist_pairs.csv", {"iso_o": country, "iso_d": country} | _PARSERS, key=("iso_o", "iso_d"))
    return {(one, other): Pair(*facts) for one, other, *facts in map(dict.values, rows)}


CAPITAL_INSTEAD = ("DEU", "ZAF")
"""Where GeoDist's main city is not the largest: Essen and Cape Town, before Berlin and the cities around Pretoria."""


@dataclass(frozen=True, slots=True)
class City:
    """The city that stands for a country: latitude and longitude in degrees."""

    name: str
    place: tuple[float, float]


@lru_cache(maxsize=1)
def _main_cities() -> Mapping[str, City]:
    columns = {"iso3": country, "city": filled, "lat": number, "lon": number, "capital": flag, "main_city": flag}
    found = {}
    for row in read("main_cities.csv", columns, key=("iso3", "capital", "main_city")):
        if row["capital" if row["iso3"] in CAPITAL_INSTEAD else "main_city"]:
            found[row["iso3"]] = City(row["city"], (row["lat"], row["lon"]))
    return found


def find_main_city(iso3: str) -> City | None:
    """Find the main city of a country, its capital where GeoDist knows none, or None.

    >>> find_main_city("BRA").name, find_main_city("ZAF").name, find_main_city("MNE").name
    ('São Paulo', 'Pretoria', 'Podgorica')
    """
    known = _main_cities().get(iso3)
    if known is not None:
        return known
    found = find_country(iso3)
    return City(found.capital, found.capital_place) if found and found.capital_place else None


def find_pair(one: str, other: str) -> Pair | None:
    """Find what is known of two countries, whichever is named first."""
    return _pairs().get((min(one, other), max(one, other)))


def distance_km(one: str, other: str) -> float | None:
    """Measure the way between two countries in kilometres.

    The population-weighted distance where GeoDist has it, else that of the main
    cities, else the great circle between them; None when even those are unknown.

    >>> distance_km("PRT", "AGO")
    5957.0
    """
    pair = find_pair(one, other)
    if pair is not None:
        return pair.main_cities_km if pair.weighted_km is None else pair.weighted_km
    cities = [find_main_city(iso3) for iso3 in (one, other)]
    if None in cities or one == other:
        return None
    return round(great_circle_km(*(city.place for city in cities)), 1)


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
