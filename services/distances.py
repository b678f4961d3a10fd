"""From the reference data to the distances the engine computes with: between countries, for firms, inside groups."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from functools import lru_cache

from matching.distance import WEIGHTS, Country, Parts, Ties, country_parts
from matching.nearness import FirmDistances, Home
from models import Firm
from reference.countries import find_country, list_countries
from reference.distances import distance_km, find_main_city, find_pair
from reference.economies import find_economy
from reference.languages import languages_of, lineage
from services.vocabulary import EXPERIENCE, LANGUAGE_LEVELS

NOWHERE = dict.fromkeys(WEIGHTS, 0.0)
"""A country's distance from itself: none, by definition."""


def bare_language(code: str) -> str:
    """A language without its script: people who speak it understand each other however they write.

    >>> bare_language("zh_Hant"), bare_language("pt")
    ('zh', 'pt')
    """
    return code.split("_")[0]


@lru_cache(maxsize=512)
def shares_of(iso3: str) -> Mapping[str, float]:
    """Language → share of a country's people who use it; of several scripts the largest."""
    shares: dict[str, float] = {}
    for spoken in languages_of(iso3):
        if spoken.share is not None:
            code = bare_language(spoken.language)
            shares[code] = max(shares.get(code, 0.0), min(1.0, spoken.share))
    return shares


@lru_cache(maxsize=512)
def country_facts(iso3: str) -> Country:
    """What the formulas need of a country."""
    spoken = languages_of(iso3)
    official = frozenset(bare_language(one.language) for one in spoken if one.is_working)
    if not official and spoken:
        official = frozenset({bare_language(spoken[0].language)})
    economy, city = find_economy(iso3), find_main_city(iso3)
    return Country(
        languages=shares_of(iso3),
        official=official,
        income=economy.income if economy else None,
        literacy=economy.literacy if economy else None,
        longitude=city.place[1] if city else None,
    )


def ties_between(home: str, market: str) -> Ties:
    """What lies between two countries; colonial ties are not known where GeoDist has no such pair."""
    pair = find_pair(home, market)
    if pair is not None:
        return Ties(distance_km(home, market), pair.colony or pair.common_coloniser, pair.contiguous)
    return Ties(distance_km(home, market))


@lru_cache(maxsize=65536)
def market_parts(home: str, market: str) -> Parts:
    """The dimensions of the distance between two countries; those that are not known are missing."""
    if home == market:
        return NOWHERE
    return country_parts(country_facts(home), country_facts(market), ties_between(home, market), lineage)


@lru_cache(maxsize=512)
def home_of(iso3: str) -> Home:
    """All markets as seen from one country."""
    markets = [one.iso3 for one in list_countries("en")]
    return Home({market: market_parts(iso3, market) for market in markets}, {m: shares_of(m) for m in markets})


def firm_distances(
    country: str,
    languages: Iterable[tuple[str, str]],
    known: Iterable[tuple[str, str, bool]],
) -> FirmDistances | dict:
    """A firm's distances to all markets, from its rows: (language, level) and (country, experience, office or not).

    Without a country that is known there are none.
    """
    if find_country(country) is None:
        return {}
    known = sorted(known)
    return _shared(
        country,
        tuple(sorted(speakers_of(languages).items())),
        tuple((market, EXPERIENCE[experience]) for market, experience, _ in known if EXPERIENCE[experience] > 0),
        frozenset(market for market, _, has_office in known if has_office),
    )


def speakers_of(languages: Iterable[tuple[str, str]]) -> dict[str, float]:
    """Language → level of the best speaker, from rows of (language, level); scripts of one language are one.

    >>> speakers_of([("zh_Hant", "basic"), ("zh", "fluent")])
    {'zh': 0.9}
    """
    speakers: dict[str, float] = {}
    for code, level in languages:
        bare = bare_language(code)
        speakers[bare] = max(speakers.get(bare, 0.0), LANGUAGE_LEVELS[level])
    return speakers


@lru_cache(maxsize=65536)
def _shared(country: str, speakers: tuple, experience: tuple, offices: frozenset) -> FirmDistances:
    """Firms of one country, languages and experience share one object, and so one row of the engine's table."""
    return FirmDistances(home_of(country), speakers, experience, offices)


def distances_of(firm: Firm) -> FirmDistances | dict:
    """The distances of one firm as its profile stands now."""
    return firm_distances(
        firm.country,
        [(row.language, row.level) for row in firm.languages],
        [(row.country, row.experience, row.has_office) for row in firm.known_markets],
    )
