"""From a stored firm to what the engine knows of it."""

from __future__ import annotations

from sqlalchemy.orm import Session

from matching.profile import Product, Profile
from models import Firm, FirmState, fold
from services import firms
from services.vocabulary import EXPERIENCE, LANGUAGE_LEVELS


def to_profile(firm: Firm) -> Profile:
    """The firm as the engine sees it, under its id as text; what the firm left open stays unknown.

    A profile has one horizon: that of the market it wants most, the nearest where several are.
    Past consortia are trusted links, as associations are, since they name a group and no firm.
    """
    open_horizons = [(-row.priority, row.horizon) for row in firm.target_markets if row.horizon]
    return Profile(
        id=str(firm.id),
        country=firm.country or None,
        region=f"{firm.country}:{fold(firm.city)}" if firm.city else None,
        employees=firm.employees,
        products=tuple(
            Product(row.hs, tier=row.tier, segment=row.segment or None, pools=row.pools)
            for row in firm.products
            if row.hs
        ),
        targets={row.country: row.priority for row in firm.target_markets},
        horizon=min(open_horizons)[1] if open_horizons else None,
        experience={row.country: EXPERIENCE[row.experience] for row in firm.known_markets},
        languages={row.language: LANGUAGE_LEVELS[row.level] for row in firm.languages},
        objectives=frozenset(firm.objectives),
        norms=frozenset(firm.norms),
        offers=frozenset(firm.offers),
        needs=frozenset(firm.needs),
        certificates=frozenset(row.name_folded for row in firm.certificates),
        links=frozenset(row.name_folded for row in firm.links),
        blocked=frozenset(str(row.blocked_id) for row in firm.blocks),
        can_sign=firm.can_sign,
        sole_brand=firm.sole_brand,
        accepts_coopetition=firm.accepts_coopetition,
    )


def load_profiles(db: Session) -> dict[str, Profile]:
    """The profiles of all approved firms: nobody else is matched with anybody."""
    found = firms.load_whole(db, Firm.state == FirmState.APPROVED)
    return {str(firm.id): to_profile(firm) for firm in found}
