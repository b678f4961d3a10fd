"""Figures about countries as markets, each with its year."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from types import MappingProxyType

from reference.load import FOLDER, country, maybe, number, read

_GENERAL = "market_indicators_latest.csv"
_TARIFFS = "tariffs_wits.csv"


@dataclass(frozen=True, slots=True)
class Indicator:
    """What a figure measures: its unit, who publishes it, and where its year stands."""

    key: str
    unit: str
    source: str
    file: str
    year_column: str


@dataclass(frozen=True, slots=True)
class Figure:
    """A value and the year it is of."""

    value: float
    year: int | None


def _group(source: str, unit: str, keys: str, *, year: str | None = None, file: str = _GENERAL) -> list[Indicator]:
    return [Indicator(key, unit, source, file, year or f"{key}_year") for key in keys.split()]


INDICATORS: Mapping[str, Indicator] = MappingProxyType(
    {
        indicator.key: indicator
        for group in (
            _group(
                "World Bank WDI",
                "USD",
                "gdp_current_usd gdp_const2015_usd gdp_per_capita_const2015_usd gni_per_capita_atlas_usd",
            ),
            _group("World Bank WDI", "international dollar", "gdp_per_capita_ppp_const_intl"),
            _group("UN World Population Prospects", "persons", "population"),
            _group(
                "World Bank WDI",
                "% of GDP",
                "imports_goods_services_pct_gdp exports_goods_services_pct_gdp merchandise_trade_pct_gdp "
                "fdi_inflows_pct_gdp",
            ),
            _group("World Bank WDI", "%", "inflation_gdp_deflator_pct internet_users_pct urban_population_pct"),
            _group("UNDP", "0 to 1", "hdi"),
            _group(
                "World Bank WGI",
                "-2.5 to 2.5",
                "wgi_political_stability wgi_rule_of_law wgi_control_of_corruption "
                "wgi_government_effectiveness wgi_regulatory_quality wgi_voice_accountability",
                year="wgi_year",
            ),
            _group(
                "World Bank LPI",
                "1 to 5",
                "lpi_overall lpi_customs lpi_infrastructure lpi_international_shipments "
                "lpi_logistics_competence lpi_timeliness lpi_tracking_tracing",
                year="lpi_year",
            ),
            _group("World Bank Doing Business", "rank", "db_ease_rank db_tab_rank", year="db_year"),
            _group(
                "World Bank Doing Business",
                "0 to 100",
                "db_ease_score db_tab_score db_enforcing_contracts_score",
                year="db_year",
            ),
            _group(
                "World Bank Doing Business",
                "hours",
                "db_export_time_doc_hours db_export_time_border_hours db_import_time_doc_hours "
                "db_import_time_border_hours",
                year="db_year",
            ),
            _group(
                "World Bank Doing Business",
                "USD",
                "db_export_cost_doc_usd db_export_cost_border_usd db_import_cost_doc_usd db_import_cost_border_usd",
                year="db_year",
            ),
            _group("CIA World Factbook", "%", "fx_volatility_pct fx_change_pct", year="fx_last_year"),
            _group(
                "World Bank WITS",
                "%",
                "tariff_weighted_all_pct tariff_weighted_capital_goods_pct "
                "tariff_weighted_consumer_goods_pct tariff_weighted_intermediate_goods_pct "
                "tariff_weighted_raw_materials_pct tariff_simple_all_pct tariff_max_pct "
                "tariff_duty_free_lines_pct",
                year="tariff_year",
                file=_TARIFFS,
            ),
            _group("World Bank WITS", "0 to 1", "export_market_concentration_hh", file=_TARIFFS),
        )
        for indicator in group
    }
)


@lru_cache(maxsize=2)
def _figures(file: str) -> Mapping[str, Mapping[str, Figure]]:
    """Read a file of figures; the tariffs may be taken away, and are then unknown."""
    if file == _TARIFFS and not (FOLDER / file).exists():
        return {}
    wanted = [indicator for indicator in INDICATORS.values() if indicator.file == file]
    columns = {"iso3": country}
    for indicator in wanted:
        columns |= {indicator.key: maybe(number), indicator.year_column: maybe(number)}
    found = {}
    for row in read(file, columns, key=("iso3",)):
        found[row["iso3"]] = {
            indicator.key: Figure(row[indicator.key], _year(row[indicator.year_column]))
            for indicator in wanted
            if row[indicator.key] is not None
        }
    return found


def _year(cell: float | None) -> int | None:
    return None if cell is None else int(cell)


def find_figure(iso3: str, key: str) -> Figure | None:
    """Find the latest figure of a country, or None. Raises KeyError for an unknown indicator."""
    return _figures(INDICATORS[key].file).get(iso3, {}).get(key)
