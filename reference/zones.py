"""Time zones by country, from the IANA time zone database as the package tzdata brings it (public domain)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import cache
from importlib import resources

from reference.countries import find_country, list_countries


@cache
def zones_by_country() -> Mapping[str, Sequence[str]]:
    """ISO2 codes with their zones, the one in which most people live first, as the database lists them."""
    found: dict[str, list[str]] = {}
    table = resources.files("tzdata").joinpath("zoneinfo", "zone.tab").read_text("utf-8")
    for line in table.splitlines():
        if line and not line.startswith("#"):
            country, _place, zone = line.split("\t")[:3]
            found.setdefault(country, []).append(zone)
    return found


def zones_of(country: str) -> Sequence[str]:
    """The zones of a country, given by ISO3.

    >>> zones_of("PRT"), zones_of("AGO"), zones_of("???")
    (['Europe/Lisbon', 'Atlantic/Madeira', 'Atlantic/Azores'], ['Africa/Luanda'], [])
    """
    known = find_country(country)
    return list(zones_by_country().get(known.iso2, ())) if known and known.iso2 else []


@cache
def country_of_zone() -> Mapping[str, str]:
    """Each zone with the ISO3 code of its country, in the order of the countries' codes."""
    codes = {one.iso2: one.iso3 for one in list_countries("en") if one.iso2}
    return {
        zone: codes[iso2] for iso2, zones in sorted(zones_by_country().items()) if iso2 in codes for zone in zones
    }
