"""Who is in a market or wants it: approved firms, clusters that head there, partners who shorten the way."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache

import sqlalchemy as sa
from sqlalchemy.orm import Session

from matching.distance import firm_parts, shortened
from matching.markets import Helper, Saving, say_savings
from models import Firm, FirmLanguage, KnownMarket, TargetMarket
from services.distances import bare_language, market_parts, shares_of
from services.markets import Outlook
from services.network_view import ClusterView, list_clusters
from services.network_view import Filters as NetworkFilters
from services.paging import count_pages, nearest_page
from services.profiles import to_profile
from services.suggestions import Filters, Suggester
from services.vocabulary import EXPERIENCE, LANGUAGE_LEVELS

PER_PAGE = 20
CHUNK = 500
KINDS = ("all", "know", "want")
MOST_HELPERS, MOST_CLUSTERS, FEWEST_HEADING = 5, 5, 2
HEADING_SHARE = 1 / 3
"""Of its firms: from there on a cluster heads for a market, whatever its name."""
LEAST_SAVED = 0.1
"""Points of distance; less than that would be shown as nothing."""


@dataclass(frozen=True)
class FirmThere:
    """A firm that knows a market, wants it, or both."""

    key: str
    name: str
    country: str
    city: str
    experience: str | None
    has_office: bool
    priority: int | None


@dataclass(frozen=True)
class FirmsThere:
    """One page of the firms of a market, and how many there are of each kind."""

    firms: list[FirmThere]
    counts: dict[str, int]
    kind: str
    page: int

    @property
    def pages(self) -> int:
        return count_pages(self.counts[self.kind], PER_PAGE)


@dataclass(frozen=True)
class Partner:
    """A firm that would shorten the way, by how many points, and by what."""

    key: str
    name: str
    country: str
    city: str
    points: float
    savings: list[Saving]


def list_firms(db: Session, market: str, kind: str = "all", page: int = 1, *, but: Firm | None = None) -> FirmsThere:
    """The approved firms that know the market or want it, but one's own, the experienced ones first."""
    known = sa.and_(KnownMarket.firm_id == Firm.id, KnownMarket.country == market, KnownMarket.experience != "none")
    wanted = sa.and_(TargetMarket.firm_id == Firm.id, TargetMarket.country == market)
    columns = (Firm.key, Firm.name, Firm.country, Firm.city, KnownMarket.experience, KnownMarket.has_office)
    query = sa.select(*columns, TargetMarket.priority).outerjoin(KnownMarket, known).outerjoin(TargetMarket, wanted)
    knows, wants = KnownMarket.firm_id.is_not(None), TargetMarket.firm_id.is_not(None)
    query = query.where(Firm.is_approved, sa.or_(knows, wants))
    if but is not None:
        query = query.where(Firm.id != but.id)
    counted = query.with_only_columns(
        sa.func.count(), sa.func.count(KnownMarket.firm_id), sa.func.count(TargetMarket.firm_id)
    )
    counts = dict(zip(KINDS, db.execute(counted).one(), strict=True))
    if kind != "all":
        query = query.where(knows if kind == "know" else wants)
    experience = sa.case(EXPERIENCE, value=KnownMarket.experience, else_=-1.0)
    priority = sa.func.coalesce(TargetMarket.priority, 0)
    page = nearest_page(page, counts[kind], PER_PAGE)
    query = query.order_by(experience.desc(), priority.desc(), Firm.name_folded, Firm.id)
    rows = db.execute(query.limit(PER_PAGE).offset((page - 1) * PER_PAGE))
    firms = [
        FirmThere(row.key, row.name, row.country, row.city, row.experience, bool(row.has_office), row.priority)
        for row in rows
    ]
    return FirmsThere(firms, counts, kind, page)


def list_clusters_heading(db: Session, market: str) -> list[ClusterView]:
    """The clusters named after the market, or of which a good part wants it; `matching` counts the firms that do."""
    found = [one for one in list_clusters(db, NetworkFilters(market=market)) if one.matching >= FEWEST_HEADING]
    return [one for one in found if one.name.market == market or one.matching >= HEADING_SHARE * one.size][
        :MOST_CLUSTERS
    ]


def list_partners(
    db: Session, suggester: Suggester, firm: Firm, outlook: Outlook, market: str
) -> tuple[list[Partner], int]:
    """The firms that would shorten this firm's way to a market the most, and how many there are.

    Only those that could be suggested to it; of equally helpful ones those that fit it better come first.
    """
    mine = outlook.parts.get(market)
    if mine is None:
        return [], 0
    ranked = suggester.rank(db, firm, to_profile(db, firm), Filters())
    found = []
    for firm_id, country, helper in _helpers(db, ranked, market):
        parts = _parts_of(
            country, market, tuple(sorted(helper.speakers.items())), helper.experience, helper.has_office
        )
        points = sum(shortened(mine, parts).values())
        if points >= LEAST_SAVED:
            found.append((-round(points, 6), firm_id, country, helper))
    places = {firm_id: place for place, firm_id in enumerate(ranked)}
    best = sorted(found, key=lambda one: (one[0], places[one[1]]))[:MOST_HELPERS]
    rows = {row.id: row for row in db.execute(
        sa.select(Firm.id, Firm.key, Firm.name, Firm.city).where(Firm.id.in_([one[1] for one in best]))
    )}  # fmt: skip
    partners = [
        Partner(
            rows[firm_id].key, rows[firm_id].name, country, rows[firm_id].city, -points,
            say_savings(mine, market_parts(country, market), shares_of(market), helper),
        )
        for points, firm_id, country, helper in best
    ]  # fmt: skip
    return partners, len(found)


@lru_cache(maxsize=4096)
def _parts_of(country: str, market: str, speakers: tuple, experience: float, has_office: bool) -> dict[str, float]:
    """A firm's dimensions to one market; firms of one country, languages and experience share them."""
    between = market_parts(country, market)
    return firm_parts(between, shares_of(market), dict(speakers), experience, has_office=has_office)


def _helpers(db: Session, ids: list[int], market: str) -> Iterable[tuple[int, str, Helper]]:
    """Each firm with its country and what it is to the market."""
    spoken = shares_of(market)
    for start in range(0, len(ids), CHUNK):
        chunk = ids[start : start + CHUNK]
        speakers: dict[int, dict[str, float]] = defaultdict(dict)
        rows = sa.select(FirmLanguage.firm_id, FirmLanguage.language, FirmLanguage.level)
        for firm_id, language, level in db.execute(rows.where(FirmLanguage.firm_id.in_(chunk))):
            code = bare_language(language)
            if code in spoken:
                speakers[firm_id][code] = max(speakers[firm_id].get(code, 0.0), LANGUAGE_LEVELS[level])
        rows = sa.select(KnownMarket.firm_id, KnownMarket.experience, KnownMarket.has_office)
        rows = rows.where(KnownMarket.firm_id.in_(chunk), KnownMarket.country == market)
        known = {firm_id: (EXPERIENCE[experience], office) for firm_id, experience, office in db.execute(rows)}
        for firm_id, country in db.execute(sa.select(Firm.id, Firm.country).where(Firm.id.in_(chunk))):
            experience, has_office = known.get(firm_id, (0.0, False))
            yield firm_id, country, Helper(country == market, speakers[firm_id], experience, has_office)
