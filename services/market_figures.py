"""Single figures about a market: what it buys, its tariff, its agreements; each with its source and year."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from matching.distance import Parts
from reference.agreements import AGREEMENTS_OF, list_agreements, list_blocs
from reference.imports import Imports, list_imports
from reference.indicators import find_figure
from reference.trade import list_commodities
from services.distances import market_parts

TARIFF = {
    "raw": "tariff_weighted_raw_materials_pct",
    "intermediate": "tariff_weighted_intermediate_goods_pct",
    "consumer": "tariff_weighted_consumer_goods_pct",
    "capital": "tariff_weighted_capital_goods_pct",
    None: "tariff_weighted_all_pct",
}
YEARS_FOR_GROWTH = 3
CUSTOMS_UNION = "EU"
WITS, FACTBOOK, AGREEMENTS = "World Bank WITS", "CIA World Factbook", "World Bank Deep Trade Agreements"


@dataclass(frozen=True)
class Fact:
    """A figure about a market with its unit, its source and its year; a value of None is not known.

    ``source`` is a publisher's name, or a word in lower case for what this site computes itself. ``details`` are
    names or codes that belong to it, ``first_year`` the beginning of a growth.
    """

    key: str
    value: float | None = None
    unit: str = ""
    source: str = ""
    year: int | None = None
    first_year: int | None = None
    details: tuple[str, ...] = ()

    @property
    def is_known(self) -> bool:
        return self.value is not None


def is_in_union(country: str) -> bool:
    """Whether a country is a member of the customs union whose members meet no border among themselves."""
    return any(bloc.code == CUSTOMS_UNION for bloc in list_blocs(country))


def find_total_imports(market: str) -> Fact:
    """What a market buys abroad, in the last year that is known."""
    years = list_imports(market)
    return Fact("imports", years[-1].total * 1e6 if years else None, "USD", WITS, years[-1].year if years else None)


def find_growth(market: str) -> Fact:
    """The compound yearly growth of its imports in percent, over the years that are known; three at the least."""
    years = list_imports(market)
    if len(years) < YEARS_FOR_GROWTH or years[0].total <= 0 or years[-1].total <= 0:
        return Fact("growth", None, "% a year", WITS)
    first, last = years[0], years[-1]
    growth = 100 * ((last.total / first.total) ** (1 / (last.year - first.year)) - 1)
    return Fact("growth", growth, "% a year", WITS, last.year, first.year)


def find_stage_imports(market: str, stage: str | None) -> Fact:
    """What it buys abroad at one stage of goods."""
    newest: Imports | None = next((one for one in reversed(list_imports(market)) if stage in one.stages), None)
    value = newest.stages[stage] * 1e6 if newest else None
    return Fact(
        "stage_imports", value, "USD", WITS, newest.year if newest else None, details=(stage,) if stage else ()
    )


def find_wanted(market: str, headings: Iterable[str]) -> Fact:
    """How many of a firm's headings are among the five goods that the market imports most."""
    goods = list_commodities(market, "import")
    mine = tuple(headings)
    if not goods or not mine:
        return Fact("wanted", None, "headings", FACTBOOK)
    bought = {heading for good in goods for heading in good.headings}
    found = tuple(heading for heading in mine if heading in bought)
    return Fact("wanted", len(found), "headings", FACTBOOK, goods[0].year, details=found)


def find_tariff(home: str, market: str, stage: str | None) -> Fact:
    """The market's mean tariff in percent at a stage, of all goods where that is not known; 0 inside a customs union.

    Weighted by trade over all countries of origin: an agreement may make it less.
    """
    if home and home != market and any(bloc.code == CUSTOMS_UNION for bloc in list_blocs(home, market)):
        return Fact("tariff", 0.0, "%", "customs_union")
    for one in dict.fromkeys((stage, None)):
        figure = find_figure(market, TARIFF[one])
        if figure is not None:
            return Fact("tariff", figure.value, "%", WITS, figure.year, details=(one,) if one else ())
    return Fact("tariff", None, "%", WITS)


def find_agreements(home: str, market: str) -> Fact:
    """How many trade agreements were in force between two countries, with their names; unknown without a home."""
    if not home or home == market:
        return Fact("agreements", None, "agreements", AGREEMENTS)
    names = list_agreements(home, market)
    return Fact("agreements", len(names), "agreements", AGREEMENTS, AGREEMENTS_OF, details=names)


def shared_blocs(home: str, market: str) -> list[str]:
    """The trade blocs and communities in which both countries are, by code."""
    return [bloc.code for bloc in list_blocs(home, market)] if home and home != market else []


def country_parts_of(home: str, market: str) -> Parts:
    """The distance between the countries, before anything that the firm knows."""
    return market_parts(home, market) if home else {}
