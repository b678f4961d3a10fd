"""All that is said of one market to one firm, in its groups and order."""

from __future__ import annotations

from collections.abc import Mapping

from reference.indicators import INDICATORS, Figure, find_figure
from services.barriers import Hurdles
from services.market_figures import (
    Fact,
    find_agreements,
    find_growth,
    find_stage_imports,
    find_tariff,
    find_total_imports,
    find_wanted,
    is_in_union,
)
from services.markets import Outlook

GROUPS: Mapping[str, tuple[str, ...]] = {
    "distance": ("distance", "effort"),
    "demand": ("gdp", "population", "imports", "growth", "stage_imports", "wanted"),
    "access": ("tariff", "agreements", "homologation", "taxes"),
    "trade": ("logistics", "rule_of_law", "border_hours", "border_cost", "currency"),
}
"""What is said of a market, in its groups and order."""

INDICATOR = {
    "gdp": "gdp_current_usd",
    "population": "population",
    "logistics": "lpi_overall",
    "rule_of_law": "wgi_rule_of_law",
    "currency": "fx_volatility_pct",
}
BORDER = {
    "border_hours": ("db_import_time_doc_hours", "db_import_time_border_hours"),
    "border_cost": ("db_import_cost_doc_usd", "db_import_cost_border_usd"),
}


def list_facts(market: str, outlook: Outlook) -> dict[str, Fact]:
    """What is known of a market, by key in the order of the groups."""
    found = {key: _indicator(key, market) for key in INDICATOR}
    found |= {key: _border(key, market, outlook.home) for key in BORDER}
    effort = outlook.effort(market)
    found |= {
        "distance": Fact("distance", outlook.used(market), "0 to 100", "distance"),
        "effort": Fact("effort", None if effort is None else 100 * effort, "0 to 100", "effort"),
        "imports": find_total_imports(market),
        "growth": find_growth(market),
        "stage_imports": find_stage_imports(market, outlook.stage),
        "wanted": find_wanted(market, outlook.headings),
        "tariff": find_tariff(outlook.home, market, outlook.stage),
        "agreements": find_agreements(outlook.home, market),
        "homologation": _barrier("homologation", market, outlook),
        "taxes": _barrier("taxes", market, outlook),
    }
    return {key: found[key] for keys in GROUPS.values() for key in keys}


def count_known(facts: Mapping[str, Fact]) -> int:
    """How many of a market's figures are known."""
    return sum(fact.is_known for fact in facts.values())


def _indicator(key: str, market: str) -> Fact:
    about, figure = INDICATORS[INDICATOR[key]], find_figure(market, INDICATOR[key])
    return _fact(key, about.unit, about.source, figure)


def _fact(key: str, unit: str, source: str, figure: Figure | None) -> Fact:
    if figure is None:
        return Fact(key, None, unit, source)
    return Fact(key, figure.value, unit, source, figure.year)


def _border(key: str, market: str, home: str) -> Fact:
    """Documents and border together; unknown when either is, and from outside into a customs union.

    Doing Business follows a country's main imports; among members of the union these meet no border at all.
    """
    if home and is_in_union(market) and not is_in_union(home):
        about = INDICATORS[BORDER[key][0]]
        return Fact(key, None, about.unit, about.source)
    figures, about = [find_figure(market, one) for one in BORDER[key]], INDICATORS[BORDER[key][0]]
    if None in figures:
        return Fact(key, None, about.unit, about.source)
    return Fact(key, sum(figure.value for figure in figures), about.unit, about.source, figures[0].year)


def _barrier(key: str, market: str, outlook: Outlook) -> Fact:
    """The worst published barrier for the firm's headings, with the source that says so."""
    hurdles = outlook.hurdles.get(market, Hurdles())
    is_homologation = key == "homologation"
    worst = hurdles.worst_homologation if is_homologation else hurdles.worst_tax
    unit = "level" if is_homologation else "%"
    if worst is None:
        return Fact(key, None, unit, "barriers")
    value = hurdles.homologation if is_homologation else hurdles.tax_percent
    details = (worst.level,) if is_homologation else ()
    return Fact(key, value, unit, worst.source, worst.source_date.year, details=details)
