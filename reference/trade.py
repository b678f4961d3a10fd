"""What countries mostly sell and buy abroad, and with whom, by the World Factbook."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import lru_cache

from reference.load import country, filled, maybe, number, one_of, phrases, read, whole

_FLOW = one_of("export", "import")


@dataclass(frozen=True, slots=True)
class Commodity:
    """A good among the foremost a country trades, in the Factbook's own English word."""

    name: str
    rank: int
    year: int | None
    headings: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Partner:
    """A country among the foremost another one trades with."""

    iso3: str
    rank: int
    share: float
    year: int | None


@lru_cache(maxsize=1)
def headings_by_commodity() -> Mapping[str, tuple[str, ...]]:
    """Give the HS headings closest to each of the Factbook's words; our own table.

    A word that names no kind of good ("raw materials") has none.
    """
    columns = {"commodity": filled, "headings": phrases}
    rows = read("commodity_headings.csv", columns, key=("commodity",))
    return {row["commodity"]: row["headings"] for row in rows}


@lru_cache(maxsize=1)
def _commodities() -> Mapping[tuple[str, str], tuple[Commodity, ...]]:
    columns = {
        "iso3": country,
        "flow": _FLOW,
        "rank": whole,
        "commodity": filled,
        "year": maybe(whole),
    }
    headings = headings_by_commodity()
    return _grouped(
        (row, Commodity(row["commodity"], row["rank"], row["year"], headings.get(row["commodity"], ())))
        for row in read("factbook_trade_commodities.csv", columns, key=("iso3", "flow", "rank"))
    )


@lru_cache(maxsize=1)
def _partners() -> Mapping[tuple[str, str], tuple[Partner, ...]]:
    columns = {
        "iso3": country,
        "flow": _FLOW,
        "rank": whole,
        "partner_iso3": country,
        "share_pct": number,
        "year": maybe(whole),
    }
    return _grouped(
        (row, Partner(row["partner_iso3"], row["rank"], row["share_pct"] / 100, row["year"]))
        for row in read("factbook_trade_partners.csv", columns, key=("iso3", "flow", "rank"))
    )


def _grouped(rows: Iterable[tuple[dict, object]]) -> Mapping[tuple[str, str], tuple]:
    found: dict[tuple[str, str], list] = {}
    for row, item in rows:
        found.setdefault((row["iso3"], row["flow"]), []).append(item)
    return {key: tuple(sorted(items, key=lambda item: item.rank)) for key, items in found.items()}


def list_commodities(iso3: str, flow: str = "export") -> tuple[Commodity, ...]:
    """List the foremost goods a country sells ("export") or buys ("import") abroad."""
    return _commodities().get((iso3, flow), ())


def list_partners(iso3: str, flow: str = "export") -> tuple[Partner, ...]:
    """List the foremost countries a country sells to ("export") or buys from ("import")."""
    return _partners().get((iso3, flow), ())
