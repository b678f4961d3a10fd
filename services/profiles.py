"""From stored firms to what the engine knows of them: the one place where the two meet."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable
from dataclasses import replace

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
    TargetMarket,
    fold,
)
from services.vocabulary import EXPERIENCE, LANGUAGE_LEVELS

Parts = dict[int, list[tuple]]


def profiles_stamp(db: Session) -> tuple[int, int, int]:
    """What the approved firms are at this moment, in three numbers that any change of them changes."""
    columns = (sa.func.count(), sa.func.sum(Firm.id), sa.func.sum(Firm.revision))
    count, ids, revisions = db.execute(sa.select(*columns).where(Firm.is_approved)).one()
    return count, ids or 0, revisions or 0


def load_profiles(db: Session, *conditions: sa.ColumnElement[bool]) -> dict[str, Profile]:
    """The profiles of the firms that meet the conditions (without any: the approved ones), by the firm's id as text.

    Columns are read instead of objects: thirty thousand firms take seconds, not minutes.
    """
    chosen = conditions or (Firm.is_approved,)
    columns = (
        Firm.id, Firm.country, Firm.city, Firm.employees, Firm.can_sign, Firm.sole_brand, Firm.accepts_coopetition
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
    known = parts(KnownMarket, "country", "experience")
    languages = parts(FirmLanguage, "language", "level")
    certificates = parts(Certificate, "name_folded")
    capabilities = parts(FirmCapability, "kind", "capability")
    tags = parts(FirmTag, "kind", "tag")
    links = parts(FirmLink, "kind", "name_folded")
    blocks = parts(Block, "blocked_id")
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
            experience={country: EXPERIENCE[experience] for country, experience in known[firm.id]},
            languages={language: LANGUAGE_LEVELS[level] for language, level in languages[firm.id]},
            objectives=_of_kind(tags[firm.id], "objective"),
            norms=_of_kind(tags[firm.id], "norm"),
            offers=_of_kind(capabilities[firm.id], "offer"),
            needs=_of_kind(capabilities[firm.id], "need"),
            certificates=frozenset(name for (name,) in certificates[firm.id]),
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


def to_profile(db: Session, firm: Firm) -> Profile:
    """The profile of one firm, as it is saved at this moment, whatever its state."""
    return load_profiles(db, Firm.id == firm.id)[str(firm.id)]


def as_others_see(profile: Profile) -> Profile:
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
        query = sa.select(FirmLink.name_folded, FirmLink.firm_id).where(FirmLink.kind == "consortium")
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
