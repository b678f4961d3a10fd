"""What stands in the way of products in markets: entered by those who know, moderated, shared by all."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import sqlalchemy as sa
from sqlalchemy.orm import Session

from models import BarrierKind, BarrierState, MarketBarrier

LEVELS = {"none": 0.0, "declaration": 0.25, "certificate": 0.5, "laboratory": 0.75, "registration": 1.0}
"""Homologation → H of science note 2.5: nothing, self-declaration, third party, laboratory, local representative."""


@dataclass(frozen=True)
class Hurdles:
    """The most that a market asks for some products: homologation from 0 to 1, taxes in percent; None not known."""

    homologation: float | None = None
    tax_percent: float | None = None


def list_published(
    db: Session, *, country: str | None = None, headings: Iterable[str] | None = None
) -> list[MarketBarrier]:
    """The barriers that are published, of a market and for some headings, by heading, the newest source first."""
    query = sa.select(MarketBarrier).where(MarketBarrier.state == BarrierState.PUBLISHED)
    if country is not None:
        query = query.where(MarketBarrier.country == country)
    if headings is not None:
        query = query.where(MarketBarrier.heading.in_(list(headings)))
    order = (MarketBarrier.country, MarketBarrier.heading, MarketBarrier.source_date.desc(), MarketBarrier.id.desc())
    return list(db.scalars(query.order_by(*order)))


def find_hurdles(barriers: Iterable[MarketBarrier]) -> dict[str, Hurdles]:
    """Market → its hurdles: of statements on one heading the newest counts, of several headings the worst."""
    newest: dict[tuple[str, str, str], MarketBarrier] = {}
    for barrier in barriers:
        place = (barrier.country, barrier.heading, barrier.kind)
        known = newest.get(place)
        if known is None or (barrier.source_date, barrier.id) > (known.source_date, known.id):
            newest[place] = barrier
    found: dict[str, Hurdles] = {}
    for barrier in newest.values():
        known = found.get(barrier.country, Hurdles())
        if barrier.kind == BarrierKind.HOMOLOGATION:
            level = max(LEVELS[barrier.level], known.homologation or 0.0)
            found[barrier.country] = Hurdles(level, known.tax_percent)
        else:
            found[barrier.country] = Hurdles(known.homologation, max(barrier.percent, known.tax_percent or 0.0))
    return found
