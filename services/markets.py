"""Markets as one firm sees them: how far each is, how much it asks, and which of them there are."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import lru_cache

from sqlalchemy.orm import Session

from matching.distance import Parts, band, blend, composite, directed, missing_parts, tariff_part
from matching.distance import effort as effort_of
from matching.markets import map_steps
from models import Firm, MarketBarrier
from reference.countries import list_countries
from reference.economies import find_economy
from reference.imports import find_stage
from services.barriers import Hurdles, find_hurdles, headings_of, list_published
from services.distances import country_facts, distances_of
from services.market_feelings import list_feelings
from services.market_figures import find_tariff

FEWEST_PEOPLE = 10_000


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
