"""From stored firms to what the engine knows of them: the one place where the two meet.

What a firm answered about money and commitment is its own. The profile by which others are compared with it holds
nothing of that, but for what the firm chose to state, and only when it speaks for the firm; its own view holds all.
The science note (1.4) would not promote a firm whose commitment is low or whose rigidity is high. We do not do that:
whoever is missing from others' lists would be known to be such a firm.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable
from dataclasses import replace
from functools import partial

import sqlalchemy as sa
from sqlalchemy.orm import Session

from matching.profile import Product as EngineProduct
from matching.profile import Profile
from models import (
    Block,
    Certificate,
    Firm,
    FirmCapability,
    FirmLanguage,
    FirmLink,
    FirmTag,
    KnownMarket,
    Product,
    ReadinessScore,
    TargetMarket,
    fold,
)
from services.distances import firm_distances, speakers_of
from services.readiness import NO_MARKET, TOLD, told
from services.vocabulary import EXPERIENCE

Parts = dict[int, list[tuple]]


def profiles_stamp(db: Session) -> tuple[int, int, int]:
    """What the approved firms are at this moment, in three numbers that any change of them changes."""
    columns = (sa.func.count(), sa.func.sum(Firm.id), sa.func.sum(Firm.revision))
    count, ids, revisions = db.execute(sa.select(*columns).where(Firm.is_approved)).one()
    return count, ids or 0, revisions or 0


def load_profiles(db: Session, *conditions: sa.ColumnElement[bool]) -> dict[str, Profile]:
    """The profiles of the firms that meet the conditions (without any: the approved ones), by the firm's id as text.

    They are as other firms may know them. Columns are read instead of objects: thirty thousand firms take seconds,
    not minutes.
    """
    chosen = conditions or (Firm.is_approved,)
    columns = (
        Firm.id, Firm.country, Firm.city, Firm.employees, Firm.can_sign, Firm.sole_brand, Firm.accepts_coopetition,
        Firm.states_commitment, Firm.states_finance,
    )  # fmt: skip
    firms = db.execute(sa.select(*columns).where(*chosen).order_by(Firm.id)).all()

    def parts(table, *fields) -> Parts:
        rows = db.execute(
            sa.select(table.firm_id, *(getattr(table, name) for name in fields))
            .join(Firm, Firm.id == table.firm_id)
            .where(*chosen)
        )
        found: Parts = defaultdict(list)
        for firm_id, *values in rows:
            found[firm_id].append(tuple(values))
        return found

    products = parts(Product, "position", "hs", "tier", "segment", "pools")
    targets = parts(TargetMarket, "country", "priority", "horizon")
    known = parts(KnownMarket, "country", "experience", "has_office")
    languages = parts(FirmLanguage, "language", "level")
    certificates = parts(Certificate, "name_folded")
    capabilities = parts(FirmCapability, "kind", "capability")
    tags = parts(FirmTag, "kind", "tag")
    links = parts(FirmLink, "kind", "name_folded")
    blocks = parts(Block, "blocked_id")
    scores = parts(ReadinessScore, "market", *TOLD)
    partners = _partners(db, links)
    return {
        str(firm.id): Profile(
            id=str(firm.id),
            country=firm.country,
            region=region_of(firm.country, firm.city),
            employees=firm.employees,
            products=tuple(
                EngineProduct(hs, tier=tier, segment=segment or None, pools=pools)
                for _, hs, tier, segment, pools in sorted(products[firm.id], key=lambda row: row[:2])
                if hs
            ),
            targets={country: priority for country, priority, _ in targets[firm.id]},
            horizon=horizon_of(targets[firm.id]),
            experience={country: EXPERIENCE[experience] for country, experience, _ in known[firm.id]},
            languages=speakers_of(languages[firm.id]),
            objectives=_of_kind(tags[firm.id], "objective"),
            norms=_of_kind(tags[firm.id], "norm"),
            offers=_of_kind(capabilities[firm.id], "offer"),
            needs=_of_kind(capabilities[firm.id], "need"),
            certificates=frozenset(name for (name,) in certificates[firm.id]),
            distances=firm_distances(firm.country, languages[firm.id], known[firm.id]),
            **_readiness(scores[firm.id], targets[firm.id], partial(told, firm)),
            ties=partners(firm.id),
            links=frozenset(f"{kind}:{name}" for kind, name in links[firm.id]),
            blocked=frozenset(str(blocked_id) for (blocked_id,) in blocks[firm.id]),
            can_sign=firm.can_sign,
            sole_brand=firm.sole_brand,
            accepts_coopetition=firm.accepts_coopetition,
        )
        for firm in firms
    }


def region_of(country: str, city: str) -> str | None:
    """The key that firms of one place share.

    >>> region_of("AGO", "Luanda"), region_of("AGO", "")
    ('AGO:luanda', None)
    """
    return f"{country}:{fold(city)}" if city else None


Rule = Callable[[str, float], float | None]
"""What of a result, by its column, may be told: the value itself, a coarser one, or nothing."""


def _readiness(scores: Iterable[tuple], targets: Iterable[tuple], tell: Rule) -> dict:
    """Facets and commitment as the engine's; facets from 0 to 1, those that differ by market apart."""
    known: dict[str, dict[str, float]] = {}
    for market, *values in scores:
        told = {c: tell(c, v) for c, v in zip(TOLD, values, strict=True) if v is not None}
        known[market] = {column: value for column, value in told.items() if value is not None}
    general = known.pop(NO_MARKET, {})
    wanted = {country for country, *_ in targets}
    by_market = {
        market: {c.upper(): v / 100 for c, v in there.items() if c != "com" and general.get(c) != v}
        for market, there in sorted(known.items())
        if market in wanted
    }
    return {
        "commitment": general.get("com"),
        "facets": {column.upper(): value / 100 for column, value in general.items() if column != "com"},
        "market_facets": {market: facets for market, facets in by_market.items() if facets},
    }


def to_profile(db: Session, firm: Firm) -> Profile:
    """The profile of one firm as it knows itself, with all it answered, as it is saved now, whatever its state."""
    known = public_profile(db, firm)
    columns = (getattr(ReadinessScore, name) for name in ("market", *TOLD))
    scores = db.execute(sa.select(*columns).where(ReadinessScore.firm_id == firm.id)).all()
    own = _readiness(scores, [(market,) for market in known.targets], lambda _, value: value)
    return replace(known, **own)


def public_profile(db: Session, firm: Firm) -> Profile:
    """The profile of one firm as others may know it, as it is saved at this moment, whatever its state."""
    return load_profiles(db, Firm.id == firm.id)[str(firm.id)]


def without_secrets(profile: Profile) -> Profile:
    """A profile without what is its firm's secret: whom it blocks, what it promised, what holds it back."""
    return replace(profile, blocked=frozenset(), exclusive=frozenset(), compliance_block=False)


def horizon_of(rows: Iterable[tuple[str, int, int | None]]) -> int | None:
    """The horizon of the most wanted market; of equally wanted ones the nearest."""
    known = [(-priority, horizon) for _, priority, horizon in rows if horizon]
    return min(known)[1] if known else None


def _of_kind(rows: Iterable[tuple[str, str]], kind: str) -> frozenset[str]:
    return frozenset(value for row_kind, value in rows if row_kind == kind)


def _partners(db: Session, links: Parts) -> Callable[[int], frozenset[str]]:
    """Who worked with whom: firms that name the same past consortium."""
    named = {name for rows in links.values() for kind, name in rows if kind == "consortium"}
    members: dict[str, list[int]] = defaultdict(list)
    if named:
        query = sa.select(FirmLink.name_folded, FirmLink.firm_id).join(Firm, Firm.id == FirmLink.firm_id)
        query = query.where(FirmLink.kind == "consortium", Firm.is_approved)  # nobody else is known to be there
        for name, firm_id in db.execute(query.order_by(FirmLink.firm_id)):
            if name in named:
                members[name].append(firm_id)
    return lambda firm_id: frozenset(
        str(other)
        for kind, name in links[firm_id]
        if kind == "consortium"
        for other in members[name]
        if other != firm_id
    )
