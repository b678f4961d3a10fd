"""A group as one of its firms may picture it: what they would be together, from what that firm may know of each."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

import sqlalchemy as sa
from sqlalchemy.orm import Session

from matching.distance import WEIGHTS, Parts, composite, group_distance, group_parts
from matching.markets import points_of
from matching.readiness import CONSTRUCTS, RESOURCES, WEAK, Readiness, combine, readiness_in_group
from models import ChoiceKind, Firm, MarketFeeling
from services import choices, introductions, readiness
from services.distances import distances_of
from services.firms import load_whole
from services.vocabulary import CAPABILITIES

MOST_PARTNERS = 7
SOME, STRONG = 40.0, 60.0
"""Where the words for another firm's facet begin: little, some, strong; strong is what covers a weak one (1.5)."""
NOT_ANSWERED = combine(dict.fromkeys(CONSTRUCTS), answered=0)


@dataclass(frozen=True)
class Line:
    """A facet of readiness, or a dimension of distance in points: the firm's own, together, and who brings most."""

    name: str
    mine: float | None
    together: float | None
    bringer: Firm | None
    is_compared: bool
    """Whether others are known well enough to say that the firm itself has the most; of money they never are."""


@dataclass(frozen=True)
class Bringing:
    """What a partner has more of than the firm: facets (and how much), dimensions, capabilities looked for."""

    firm: Firm
    facets: Mapping[str, str] = field(default_factory=dict)
    dimensions: Sequence[str] = ()
    capabilities: Sequence[str] = ()


@dataclass(frozen=True)
class Together:
    """What a firm would be with some partners in a market, for its own eyes."""

    alone: Readiness
    inside: Readiness
    facets: Sequence[Line]
    uncovered: Sequence[str]
    """Facets in which the firm is weak, no partner is known to be strong, and none offers a capability."""
    distance_alone: float | None
    distance_inside: float | None
    distance_of_all: float | None
    felt: int | None
    """How far the market feels to the firm; the distances here are the computed ones."""
    dimensions: Sequence[Line]
    brings: Sequence[Bringing]


def step(value: float) -> str:
    """How much another firm has of a facet, as far as that is said of others (our design).

    >>> step(39.9), step(40), step(60)
    ('little', 'some', 'strong')
    """
    return "little" if value < SOME else "some" if value < STRONG else "strong"


def find_partners(db: Session, firm: Firm, keys: Iterable[str]) -> list[Firm]:
    """The firms with these keys that may be in a draft, in their order: approved, not the firm's own, not blocked."""
    wanted = list(dict.fromkeys(keys))
    found = {other.key: other for other in load_whole(db, Firm.key.in_(wanted), Firm.is_approved)}
    barred = {firm.id, *(block.blocked_id for block in firm.blocks)}
    kept = [found[key] for key in wanted if key in found and found[key].id not in barred]
    return kept[:MOST_PARTNERS]


def list_candidates(db: Session, firm: Firm, chosen: Sequence[Firm]) -> list[Firm]:
    """The firms that this one is interested in or talks with and has not chosen yet, by name."""
    ids = {choice.other_id for choice in choices.list_choices(db, firm, ChoiceKind.INTERESTED)}
    ids |= introductions.introduced_ids(db, firm)
    ids -= {block.blocked_id for block in firm.blocks} | {other.id for other in chosen}
    query = sa.select(Firm).where(Firm.id.in_(ids), Firm.is_approved)
    return list(db.scalars(query.order_by(Firm.name_folded, Firm.id)))


def picture(db: Session, firm: Firm, partners: Sequence[Firm], market: str) -> Together:
    """What the firm would be together with these partners in a market.

    Of partners only what others may see counts (`readiness.as_others_see`), so the whole group's readiness is not
    said: from it their commitment could be computed.
    """
    alone = readiness.find_score(db, firm, market) or readiness.find_score(db, firm) or NOT_ANSWERED
    seen = [readiness.as_others_see(db, partner, market) or NOT_ANSWERED for partner in partners]
    inside = readiness_in_group(alone, [alone, *seen])
    mine = distances_of(firm).get(market, {})
    felt = db.scalar(
        sa.select(MarketFeeling.felt).where(MarketFeeling.firm_id == firm.id, MarketFeeling.country == market)
    )
    parts = [distances_of(partner).get(market, {}) for partner in partners]
    near = group_parts(mine, [mine, *parts])
    facets = [
        Line(
            name,
            alone.constructs[name],
            inside.constructs[name],
            _most(name, alone, partners, seen),
            is_compared=name in readiness.SHOWN
            and _are_known(name, [alone.constructs, *(o.constructs for o in seen)]),
        )
        for name in RESOURCES
    ]
    dimensions = [
        Line(
            name,
            points_of(mine).get(name),
            points_of(near).get(name),
            _nearest(name, mine, partners, parts),
            is_compared=_are_known(name, [mine, *parts]),
        )
        for name in WEIGHTS
    ]
    return Together(
        alone=alone,
        inside=inside,
        facets=facets,
        uncovered=[name for name in RESOURCES if not _is_covered(name, alone, seen, partners)],
        distance_alone=composite(mine),
        distance_inside=composite(near),
        distance_of_all=group_distance([mine, *parts]),
        felt=felt,
        dimensions=dimensions,
        brings=[
            _brings(firm, partner, one, alone, [n for n in near if n != "geo" and _is_nearer(n, far, mine)])
            for partner, one, far in zip(partners, seen, parts, strict=True)
        ],
    )


def _most(name: str, alone: Readiness, partners: Sequence[Firm], seen: Sequence[Readiness]) -> Firm | None:
    """The partner who has the most of a facet, if that is more than the firm has."""
    own = alone.constructs[name]
    known = [
        (value, partner)
        for partner, one in zip(partners, seen, strict=True)
        if (value := one.constructs[name]) is not None and (own is None or value > own)
    ]
    return max(known, key=lambda pair: pair[0])[1] if known else None


def _nearest(name: str, mine: Parts, partners: Sequence[Firm], parts: Sequence[Parts]) -> Firm | None:
    """The partner who is nearest in a dimension that partners can shorten, if nearer than the firm."""
    known = [
        (far[name], partner)
        for partner, far in zip(partners, parts, strict=True)
        if name != "geo" and _is_nearer(name, far, mine)
    ]
    return min(known, key=lambda pair: pair[0])[1] if known else None


def _are_known(name: str, members: Iterable[Mapping[str, float | None]]) -> bool:
    return all(one.get(name) is not None for one in members)


def _is_nearer(name: str, theirs: Parts, mine: Parts) -> bool:
    return name in theirs and name in mine and theirs[name] < mine[name]


def _is_covered(name: str, alone: Readiness, seen: Sequence[Readiness], partners: Sequence[Firm]) -> bool:
    offered = {CAPABILITIES.get(code) for partner in partners for code in partner.offers}
    is_strong = any((one.constructs[name] or 0.0) >= STRONG for one in seen)
    return (alone.constructs[name] or 0.0) >= WEAK or is_strong or name in offered


def _brings(firm: Firm, partner: Firm, seen: Readiness, alone: Readiness, nearer: Sequence[str]) -> Bringing:
    more = {
        name: step(value)
        for name in RESOURCES
        if (value := seen.constructs[name]) is not None
        and value >= SOME
        and value > (alone.constructs[name] if alone.constructs[name] is not None else -1.0)
    }
    return Bringing(partner, more, nearer, [code for code in firm.needs if code in partner.offers])
