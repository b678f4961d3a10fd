"""Markets as one firm sees them: how far, how much they buy, what stands in the way; each figure with its source."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import lru_cache

import sqlalchemy as sa
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from matching.distance import Parts, band, blend, composite, directed, missing_parts, tariff_part
from matching.distance import effort as effort_of
from matching.markets import map_steps
from models import Firm, MarketBarrier, MarketFeeling, Person, now_utc
from reference.agreements import AGREEMENTS_OF, list_agreements, list_blocs
from reference.countries import list_countries
from reference.economies import find_economy
from reference.imports import Imports, find_stage, list_imports
from reference.indicators import INDICATORS, Figure, find_figure
from reference.trade import list_commodities
from services.barriers import Hurdles, find_hurdles, headings_of, list_published
from services.distances import country_facts, distances_of, market_parts
from services.errors import Forbidden

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
TARIFF = {
    "raw": "tariff_weighted_raw_materials_pct",
    "intermediate": "tariff_weighted_intermediate_goods_pct",
    "consumer": "tariff_weighted_consumer_goods_pct",
    "capital": "tariff_weighted_capital_goods_pct",
    None: "tariff_weighted_all_pct",
}
YEARS_FOR_GROWTH = 3
FEWEST_PEOPLE = 10_000
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


@dataclass(frozen=True)
class Outlook:
    """All markets as one firm sees them; without a country of its own nothing is near or far."""

    home: str = ""
    stage: str | None = None
    headings: tuple[str, ...] = ()
    felt: Mapping[str, int] = field(default_factory=dict)
    hurdles: Mapping[str, Hurdles] = field(default_factory=dict)
    barriers: tuple[MarketBarrier, ...] = ()
    parts: Mapping[str, Parts] = field(default_factory=dict)
    computed: Mapping[str, float] = field(default_factory=dict)

    def used(self, market: str) -> float | None:
        """The distance that is shown: computed, and half as the firm feels it where it said so."""
        computed = self.computed.get(market)
        return None if computed is None else blend(computed, self.felt.get(market))

    def effort(self, market: str) -> float | None:
        """How much the market asks of the firm, from 0 to 1, with the distance in its direction."""
        computed = self.computed.get(market)
        if computed is None:
            return None
        way = directed(computed, country_facts(self.home).income, country_facts(market).income)
        hurdles = self.hurdles.get(market, Hurdles())
        percent = hurdles.tax_percent
        if percent is None:
            percent = find_tariff(self.home, market, self.stage).value
        tariff = None if percent is None else tariff_part(percent)
        return effort_of(blend(way, self.felt.get(market)), hurdles.homologation, tariff)

    def missing(self, market: str) -> tuple[str, ...]:
        """The dimensions of its distance that are not known."""
        return missing_parts(self.parts.get(market, {}))


def list_markets(home: str = "") -> list[str]:
    """Every country that may be a market, but for one's own, by code: those where people live."""
    return [iso3 for iso3 in inhabited() if iso3 != home]


@lru_cache(maxsize=1)
def inhabited() -> tuple[str, ...]:
    """The sovereign countries, and the territories of ten thousand people or more; a rock in the sea is no market."""
    known = (one.iso3 for one in list_countries("en") if one.independent or people_of(one.iso3) >= FEWEST_PEOPLE)
    return tuple(sorted(known))


def people_of(market: str) -> float:
    """How many people live there, by the locale data, which know of every country; fit for comparing sizes only."""
    economy = find_economy(market)
    return economy.population or 0.0 if economy else 0.0


def load_outlook(db: Session, firm: Firm | None) -> Outlook:
    """How a firm sees all markets, from its profile as it stands; without a firm nothing has a distance."""
    if firm is None:
        return Outlook()
    codes = [product.hs for product in firm.products if product.hs]
    headings = tuple(headings_of(firm))
    barriers = tuple(list_published(db, headings=headings)) if headings and firm.is_approved else ()
    distances = distances_of(firm)
    parts = {market: distances[market] for market in list_markets(firm.country)} if distances else {}
    found = {market: composite(one) for market, one in parts.items()}
    return Outlook(
        home=firm.country,
        stage=main_stage(codes),
        headings=headings,
        felt=list_feelings(db, firm),
        hurdles=find_hurdles(barriers),
        barriers=barriers,
        parts=parts,
        computed={market: value for market, value in found.items() if value is not None},
    )


def main_stage(codes: Iterable[str]) -> str | None:
    """The stage at which most of some products are; of equally many the one nearest to the consumer's shelf.

    >>> main_stage(["2204", "2208", "1201"]), main_stage(["1201", "2204"]), main_stage([])
    ('consumer', 'consumer', None)
    """
    counts = Counter(stage for stage in map(find_stage, codes) if stage)
    order = ("consumer", "capital", "intermediate", "raw")
    return max(counts, key=lambda stage: (counts[stage], -order.index(stage)), default=None)


@dataclass(frozen=True)
class Line:
    """A market in a list or on the map: how far, how much effort, and the steps of both among all markets."""

    market: str
    distance: float | None
    effort: float | None
    band: str
    steps: Mapping[str, int]
    is_wanted: bool
    is_known: bool

    def value(self, by: str) -> float | None:
        return self.distance if by == "distance" else self.effort


def list_lines(firm: Firm | None, outlook: Outlook) -> list[Line]:
    """Every market with its numbers from 0 to 100, by code."""
    markets = list_markets(outlook.home)
    distances = {market: used for market in markets if (used := outlook.used(market)) is not None}
    efforts = {market: 100 * outlook.effort(market) for market in distances}
    steps = {"distance": map_steps(distances), "effort": map_steps(efforts)}
    wanted = {one.country for one in firm.target_markets} if firm else set()
    known = {one.country for one in firm.known_markets if one.experience != "none"} if firm else set()
    return [
        Line(
            market,
            distances.get(market),
            efforts.get(market),
            band(distances[market]) if market in distances else "",
            {by: found[market] for by, found in steps.items() if market in found},
            market in wanted,
            market in known,
        )
        for market in markets
    ]


def step_ranges(lines: Iterable[Line], by: str) -> list[tuple[float, float]]:
    """The smallest and the largest value of each step that occurs, the nearest step first."""
    values: dict[int, list[float]] = {}
    for line in lines:
        if by in line.steps:
            values.setdefault(line.steps[by], []).append(line.value(by))
    return [(min(values[step]), max(values[step])) for step in sorted(values)]


# -------------------------------------------------------------------------------------------------------- facts


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


def shared_blocs(home: str, market: str) -> list[str]:
    """The trade blocs and communities in which both countries are, by code."""
    return [bloc.code for bloc in list_blocs(home, market)] if home and home != market else []


def country_parts_of(home: str, market: str) -> Parts:
    """The distance between the countries, before anything that the firm knows."""
    return market_parts(home, market) if home else {}


# ----------------------------------------------------------------------------------------------------- feelings


def list_feelings(db: Session, firm: Firm) -> dict[str, int]:
    """Market → how far it feels to the firm, from 0 to 100."""
    query = sa.select(MarketFeeling.country, MarketFeeling.felt).where(MarketFeeling.firm_id == firm.id)
    return dict(db.execute(query.order_by(MarketFeeling.country)).all())


def feel(db: Session, firm: Firm, market: str, felt: int, person: Person) -> None:
    """Say how far a market feels; said again it counts anew. Raises Forbidden for the firm's own country."""
    if market == firm.country:
        raise Forbidden("home")
    said = {"felt": felt, "person_id": person.id, "felt_at_utc": now_utc()}
    try:
        with db.begin_nested():
            found = db.get(MarketFeeling, (firm.id, market))
            if found is None:
                db.add(MarketFeeling(firm_id=firm.id, country=market, **said))
            else:
                for column, value in said.items():
                    setattr(found, column, value)
    except IntegrityError:  # a colleague said it at the same moment; the last word counts
        mine = (MarketFeeling.firm_id == firm.id, MarketFeeling.country == market)
        db.execute(sa.update(MarketFeeling).where(*mine).values(**said))


def take_back(db: Session, firm: Firm, market: str) -> int | None:
    """Forget how far a market feels; returns what was said."""
    found = db.get(MarketFeeling, (firm.id, market))
    if found is None:
        return None
    felt = found.felt
    db.delete(found)
    db.flush()
    return felt
