"""Three to five markets side by side for one firm: which ones, and how they rank."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from functools import lru_cache
from statistics import fmean

from matching.markets import CRITERIA, Ranked, rank_markets, standing
from models import Firm
from services.market_facts import list_facts
from services.market_figures import Fact, find_agreements, find_stage_imports
from services.markets import Outlook, inhabited, list_markets

FEWEST, MOST = 3, 5

FIGURES: Mapping[str, tuple[str, ...]] = {
    "effort": ("effort",),
    "size": ("gdp",),
    "growth": ("growth",),
    "stage_imports": ("stage_imports",),
    "agreements": ("agreements",),
    "logistics": ("logistics",),
    "rule_of_law": ("rule_of_law",),
    "border": ("border_hours", "border_cost"),
    "currency": ("currency",),
}
"""Criterion → the facts it judges by; of several the mean standing."""


def choose_markets(asked: Iterable[str], firm: Firm, outlook: Outlook) -> list[str]:
    """The markets to compare: those asked for, five at most, filled up to three with what suits the firm."""
    known = set(list_markets(outlook.home))
    chosen = [market for market in dict.fromkeys(asked) if market in known][:MOST]
    more = [market for market in suggest_markets(firm, outlook) if market not in chosen]
    return chosen + more[: max(0, FEWEST - len(chosen))]


def default_markets(firm: Firm, outlook: Outlook) -> list[str]:
    """The firm's target markets, the most wanted first; where it wants fewer than three, the nearest, too."""
    return choose_markets(_wanted(firm), firm, outlook)


def _wanted(firm: Firm) -> list[str]:
    by_priority = sorted(firm.target_markets, key=lambda market: (-market.priority, market.country))
    return [market.country for market in by_priority]


def suggest_markets(firm: Firm, outlook: Outlook) -> list[str]:
    """Target markets by how much they are wanted, then the nearest of those whose imports are known."""
    wanted = [market for market in _wanted(firm) if market in outlook.computed]
    traded = [
        market for market in outlook.computed if find_stage_imports(market, outlook.stage or "consumer").is_known
    ]
    nearest = sorted(traded, key=lambda market: (outlook.used(market), market))
    return list(dict.fromkeys([*wanted, *nearest]))


def standings_of(facts: Mapping[str, Mapping[str, Fact]], outlook: Outlook) -> dict[str, dict[str, float | None]]:
    """Market → criterion → its place among all countries, from 0 to 1; None where it is not known."""
    among = figures_among(outlook)
    return {market: {name: _standing(name, known, among) for name in CRITERIA} for market, known in facts.items()}


def _standing(name: str, facts: Mapping[str, Fact], among: Mapping[str, tuple[float, ...]]) -> float | None:
    wants_less = CRITERIA[name].wants_less
    found = [
        standing(facts[key].value, among[key], wants_less=wants_less)
        for key in FIGURES[name]
        if facts[key].is_known and among[key]
    ]
    return fmean(found) if found else None


def figures_among(outlook: Outlook) -> dict[str, tuple[float, ...]]:
    """Fact → the figures of all countries that have one, in ascending order, as this firm sees them."""
    markets = list_markets(outlook.home)
    efforts = (outlook.effort(market) for market in markets)
    return {
        **_of_all_countries(),
        "effort": tuple(sorted(100 * value for value in efforts if value is not None)),
        "stage_imports": _stage_imports(outlook.stage),
        "agreements": _agreements(outlook.home),
    }


@lru_cache(maxsize=1)
def _of_all_countries() -> Mapping[str, tuple[float, ...]]:
    """The figures that are the same for every firm."""
    nobody = Outlook()
    facts = [list_facts(market, nobody) for market in inhabited()]
    keys = ("gdp", "growth", "logistics", "rule_of_law", "border_hours", "border_cost", "currency")
    return {key: tuple(sorted(one[key].value for one in facts if one[key].is_known)) for key in keys}


@lru_cache(maxsize=8)
def _stage_imports(stage: str | None) -> tuple[float, ...]:
    found = (find_stage_imports(market, stage) for market in inhabited())
    return tuple(sorted(fact.value for fact in found if fact.is_known))


@lru_cache(maxsize=256)
def _agreements(home: str) -> tuple[float, ...]:
    found = (find_agreements(home, market) for market in list_markets(home))
    return tuple(sorted(fact.value for fact in found if fact.is_known))


def rank(
    facts: Mapping[str, Mapping[str, Fact]], outlook: Outlook, weights: Mapping[str, int]
) -> tuple[list[Ranked], dict[str, dict[str, float | None]]]:
    """The markets by their score, and the standings it comes from. Raises ValueError when all weights are 0."""
    standings = standings_of(facts, outlook)
    return rank_markets(standings, weights), standings


def default_weights() -> dict[str, int]:
    """Criterion → its weight, until somebody chooses another."""
    return {name: criterion.weight for name, criterion in CRITERIA.items()}
