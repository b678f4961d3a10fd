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
from models import Block, Firm, FirmLanguage, KnownMarket, TargetMarket
from services.distances import bare_language, market_parts, shares_of
from services.markets import Outlook
from services.network_view import ClusterView, list_clusters
from services.network_view import Filters as NetworkFilters
from services.paging import count_pages, nearest_page
from services.suggestions import Filters, list_candidates
from services.vocabulary import EXPERIENCE, LANGUAGE_LEVELS

PER_PAGE = 20
CHUNK = 500
KINDS = ("all", "know", "want")
MOST_HELPERS, MOST_CLUSTERS, FEWEST_HEADING = 5, 5, 2
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


def list_firms(db: Session, market: str, kind: str = "all", page: int = 1) -> FirmsThere:
    """The approved firms that know the market or want it, the experienced ones first."""
    known = sa.and_(KnownMarket.firm_id == Firm.id, KnownMarket.country == market, KnownMarket.experience != "none")
    wanted = sa.and_(TargetMarket.firm_id == Firm.id, TargetMarket.country == market)
    columns = (Firm.key, Firm.name, Firm.country, Firm.city, KnownMarket.experience, KnownMarket.has_office)
    query = sa.select(*columns, TargetMarket.priority).outerjoin(KnownMarket, known).outerjoin(TargetMarket, wanted)
    knows, wants = KnownMarket.firm_id.is_not(None), TargetMarket.firm_id.is_not(None)
    query = query.where(Firm.is_approved, sa.or_(knows, wants))
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
    """The clusters in which several firms want the market, those with the most first; `matching` counts them."""
    found = list_clusters(db, NetworkFilters(market=market))
    return [cluster for cluster in found if cluster.matching >= FEWEST_HEADING][:MOST_CLUSTERS]


def list_partners(db: Session, firm: Firm, outlook: Outlook, market: str) -> list[Partner]:
    """The firms that would shorten this firm's way to a market the most, among those that may be suggested to it."""
    mine = outlook.parts.get(market)
    if mine is None:
        return []
    found = []
    for firm_id, country, helper in _helpers(db, _open_candidates(db, firm), market):
        parts = _parts_of(
            country, market, tuple(sorted(helper.speakers.items())), helper.experience, helper.has_office
        )
        points = sum(shortened(mine, parts).values())
        if points >= LEAST_SAVED:
            found.append((-points, firm_id, country, helper))
    best = sorted(found, key=lambda one: one[:2])[:MOST_HELPERS]
    rows = {row.id: row for row in db.execute(
        sa.select(Firm.id, Firm.key, Firm.name, Firm.city).where(Firm.id.in_([one[1] for one in best]))
    )}  # fmt: skip
    return [
        Partner(
            rows[firm_id].key, rows[firm_id].name, country, rows[firm_id].city, -points,
            say_savings(mine, market_parts(country, market), shares_of(market), helper),
        )
        for points, firm_id, country, helper in best
    ]  # fmt: skip


@lru_cache(maxsize=4096)
def _parts_of(country: str, market: str, speakers: tuple, experience: float, has_office: bool) -> dict[str, float]:
    """A firm's dimensions to one market; firms of one country, languages and experience share them."""
    between = market_parts(country, market)
    return firm_parts(between, shares_of(market), dict(speakers), experience, has_office=has_office)


def _open_candidates(db: Session, firm: Firm) -> list[int]:
    """The firms that could be suggested: nothing said of them, no block on either side, somebody may sign."""
    if not firm.can_sign:
        return []
    parted = sa.select(Block.firm_id, Block.blocked_id).where(
        sa.or_(Block.firm_id == firm.id, Block.blocked_id == firm.id)
    )
    blocked = {firm_id for row in db.execute(parted) for firm_id in row}
    blocked |= set(db.scalars(sa.select(Firm.id).where(Firm.is_approved, Firm.can_sign.is_(False))))
    return [firm_id for firm_id in list_candidates(db, firm, Filters()) if firm_id not in blocked]


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
