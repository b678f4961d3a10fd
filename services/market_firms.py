"""Who is in a market or wants it: approved firms, clusters that head there, partners who shorten the way."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from functools import partial

import numpy as np
import sqlalchemy as sa
from sqlalchemy.orm import Session

from matching.distance import Parts, shortened
from matching.live.catalogue import Allowed, Catalogue
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
FEWEST_TOGETHER = 50
"""Firms that are ranked together to find the most helpful; twice as many where these do not do."""
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
    catalogue, allowed = suggester.allowed(db, firm, Filters())
    points = Points(*catalogue.judge_distances(market, partial(_points_saved, mine)))
    profile, rules = to_profile(db, firm), suggester.rules
    helping = points.between(allowed, LEAST_SAVED, np.inf)
    _, total = catalogue.rank(profile, rules, limit=1, allowed=helping, counted=True)
    best: list[tuple[int, float]] = []
    for low, high in _batches(points.of(helping)):
        if len(best) >= min(MOST_HELPERS, total):
            break
        # Of firms that save the same the best fit is enough; else all have to be known, few as they are.
        limit = MOST_HELPERS if low == high else None
        ranked, _ = catalogue.rank(profile, rules, limit=limit, allowed=points.between(helping, low, high))
        saved = {firm_id: points.at(catalogue, firm_id) for firm_id, _ in ranked}
        best += [(int(firm_id), saved[firm_id]) for firm_id in sorted(saved, key=lambda one: -saved[one])]
    return _partners(db, mine, market, best[:MOST_HELPERS]), total


@dataclass(frozen=True)
class Points:
    """By how many points each firm of a catalogue would shorten a way: those of its index, and the late ones."""

    index: np.ndarray
    late: np.ndarray

    def between(self, allowed: Allowed, low: float, high: float) -> Allowed:
        """Those of the allowed that save so much."""
        return Allowed(
            allowed.index & (self.index >= low) & (self.index <= high),
            allowed.late & (self.late >= low) & (self.late <= high),
        )

    def of(self, allowed: Allowed) -> np.ndarray:
        """What the allowed ones save."""
        return np.concatenate([self.index[allowed.index], self.late[allowed.late]])

    def at(self, catalogue: Catalogue, firm_id: str) -> float:
        """What one firm saves."""
        if firm_id in catalogue.late.ids:
            return float(self.late[catalogue.late.ids.index(firm_id)])
        return float(self.index[catalogue.index.row_of(firm_id)])


def _points_saved(mine: Parts, theirs: Parts) -> float:
    """Points as they are shown; 0 where they are too few to be told."""
    points = sum(shortened(mine, theirs).values())
    return round(points, 6) if points >= LEAST_SAVED else 0.0


def _batches(points: np.ndarray) -> Iterator[tuple[float, float]]:
    """Yield the least and the most points of some firms, ever more of them, the most helpful first.

    >>> list(_batches(np.array([1.0, 7.0, 2.0, 7.0])))
    [(1.0, 7.0)]
    """
    different, counts = np.unique(points, return_counts=True)
    high, size, more = len(different), 0, FEWEST_TOGETHER
    for place in range(len(different) - 1, -1, -1):
        size += counts[place]
        if size >= more or place == 0:
            yield float(different[place]), float(different[high - 1])
            high, size, more = place, 0, 2 * more


def _partners(db: Session, mine: Parts, market: str, best: list[tuple[int, float]]) -> list[Partner]:
    """The partners as they are shown, in their order."""
    ids = [firm_id for firm_id, _ in best]
    columns = (Firm.id, Firm.key, Firm.name, Firm.city)
    rows = {row.id: row for row in db.execute(sa.select(*columns).where(Firm.id.in_(ids)))}
    helpers = _helpers(db, ids, market)
    found = []
    for firm_id, points in best:
        row, (country, helper) = rows[firm_id], helpers[firm_id]
        savings = say_savings(mine, market_parts(country, market), shares_of(market), helper)
        found.append(Partner(row.key, row.name, country, row.city, points, savings))
    return found


def _helpers(db: Session, ids: list[int], market: str) -> dict[int, tuple[str, Helper]]:
    """Each firm's country, and what it is to the market."""
    spoken = shares_of(market)
    speakers: dict[int, dict[str, float]] = defaultdict(dict)
    rows = sa.select(FirmLanguage.firm_id, FirmLanguage.language, FirmLanguage.level)
    for firm_id, language, level in db.execute(rows.where(FirmLanguage.firm_id.in_(ids))):
        code = bare_language(language)
        if code in spoken:
            speakers[firm_id][code] = max(speakers[firm_id].get(code, 0.0), LANGUAGE_LEVELS[level])
    rows = sa.select(KnownMarket.firm_id, KnownMarket.experience, KnownMarket.has_office)
    rows = rows.where(KnownMarket.firm_id.in_(ids), KnownMarket.country == market)
    known = {firm_id: (EXPERIENCE[experience], office) for firm_id, experience, office in db.execute(rows)}
    found = {}
    for firm_id, country in db.execute(sa.select(Firm.id, Firm.country).where(Firm.id.in_(ids))):
        experience, has_office = known.get(firm_id, (0.0, False))
        found[firm_id] = country, Helper(country == market, speakers[firm_id], experience, has_office)
    return found
