"""Countries and territories by their three letters (ISO 3166-1)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from types import MappingProxyType

from reference.load import country, flag, maybe, number, read, text, words
from reference.locales import fold, pick

CPLP = ("AGO", "BRA", "CPV", "GNB", "GNQ", "MOZ", "PRT", "STP", "TLS")
"""The nine members of the Community of Portuguese Language Countries."""


@dataclass(frozen=True, slots=True)
class Country:
    """A country or territory."""

    iso3: str
    iso2: str
    number: str
    names: Mapping[str, str]
    region: str
    subregion: str
    independent: bool
    capital: str
    capital_place: tuple[float, float] | None
    area_km2: float | None
    landlocked: bool | None
    borders: tuple[str, ...]
    official_languages: tuple[str, ...]
    currency: str
    dial: str
    least_developed: bool
    landlocked_developing: bool
    small_island: bool

    def name(self, locale: str) -> str:
        """Name the country in a language."""
        return pick(self.names, locale)


_COLUMNS = {
    "iso3": country,
    "iso2": text,
    "isonum": text,
    "name_pt_pt": text,
    "name_pt_br": text,
    "name_en": text,
    "name_es": text,
    "name_fr": text,
    "region": text,
    "subregion": text,
    "independent": text,
    "capital": text,
    "capital_lat": maybe(number),
    "capital_lon": maybe(number),
    "area_km2": maybe(number),
    "landlocked": maybe(flag),
    "borders": words,
    "official_languages": words,
    "currency": text,
    "dial": text,
    "ldc": maybe(flag),
    "lldc": maybe(flag),
    "sids": maybe(flag),
}


@lru_cache(maxsize=1)
def _countries() -> Mapping[str, Country]:
    rows = read("countries.csv", _COLUMNS, key=("iso3",))
    return MappingProxyType({row["iso3"]: _to_country(row) for row in rows})


def _to_country(row: dict) -> Country:
    names = {
        "pt": row["name_pt_pt"],
        "pt_BR": row["name_pt_br"],
        "en": row["name_en"],
        "es": row["name_es"],
        "fr": row["name_fr"],
    }
    place = (row["capital_lat"], row["capital_lon"])
    return Country(
        iso3=row["iso3"],
        iso2=row["iso2"],
        number=row["isonum"],
        names=MappingProxyType(names),
        region=row["region"],
        subregion=row["subregion"],
        independent=row["independent"] == "Yes",
        capital=row["capital"],
        capital_place=None if None in place else place,
        area_km2=row["area_km2"],
        landlocked=row["landlocked"],
        borders=row["borders"],
        official_languages=row["official_languages"],
        currency=row["currency"],
        dial=row["dial"],
        least_developed=bool(row["ldc"]),
        landlocked_developing=bool(row["lldc"]),
        small_island=bool(row["sids"]),
    )


def get_country(iso3: str) -> Country:
    """Get a country. Raises KeyError when there is none."""
    return _countries()[iso3]


def find_country(iso3: str) -> Country | None:
    """Find a country, or None."""
    return _countries().get(iso3)


def is_country(iso3: str) -> bool:
    """Say whether these letters name a country."""
    return iso3 in _countries()


def country_name(iso3: str, locale: str) -> str:
    """Name a country in a language; letters that name none stay as they are."""
    found = _countries().get(iso3)
    return found.name(locale) if found else iso3


@lru_cache(maxsize=16)
def list_countries(locale: str) -> tuple[Country, ...]:
    """List all countries in the order of their names in a language."""
    return tuple(sorted(_countries().values(), key=lambda one: (fold(one.name(locale)), one.iso3)))


@lru_cache(maxsize=1)
def _by_any_name() -> Mapping[str, str]:
    found: dict[str, str] = {}
    for one in _countries().values():
        for name in (one.iso3, one.iso2, *one.names.values()):
            if name:
                found.setdefault(fold(name), one.iso3)
    return found


def read_country(written: str) -> str | None:
    """Find the country somebody wrote: ISO letters or its name in any of our languages.

    >>> read_country("moçambique"), read_country("NA"), read_country("ao"), read_country("Atlantis")
    ('MOZ', 'NAM', 'AGO', None)
    """
    return _by_any_name().get(fold(written.strip()))
