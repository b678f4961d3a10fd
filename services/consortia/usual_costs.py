"""What entering a market usually takes: kinds of costs and how they are shared, and never an amount.

The kinds and forms are those of the science note, section 4.1; which of them a market asks for follows from what the
reference data and published barriers say of it, and is our own design. Whoever leads changes it before it is saved.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy.orm import Session

from models import BarrierKind, ConsortiumKind
from reference.agreements import list_agreements, list_blocs
from reference.distances import distance_km
from services.barriers import list_published
from services.consortia.standing import Standing
from services.distances import country_facts

FAR_KM = 3000
"""From here on somebody who stays in the market is worth while (our design)."""
CUSTOMS_UNION = "EU"


@dataclass(frozen=True)
class UsualCost:
    """A kind of cost in one form, why it is there, and whether it usually is."""

    code: str
    form: str
    why: str
    is_usual: bool = True
    facts: dict[str, Any] = field(default_factory=dict)


def usual_costs(db: Session, standing: Standing) -> Sequence[UsualCost]:
    """The costs of entering the group's market, those that it usually takes first marked; none without a market."""
    consortium = standing.consortium
    market = consortium.country
    if not market:
        return ()
    homes = {one.firm.country for one in standing.inside} - {market}
    sells = consortium.kind == ConsortiumKind.SALES
    apart = any(not _trades_freely(home, market) for home in homes)
    speaks = country_facts(market).official
    foreign = any(not speaks & country_facts(home).official for home in homes)
    ways = [way for home in homes if (way := distance_km(home, market)) is not None]
    far = max(ways, default=0) >= FAR_KM
    asked = _homologated(db, standing)
    return (
        UsualCost("RESEARCH", "COMMON", "always"),
        UsualCost("FAIR_SPACE", "NESTED", "fair"),
        UsualCost("TRAVEL", "OWN", "abroad" if homes else "at_home", bool(homes)),
        UsualCost("PROMO", "COMMON", "always"),
        UsualCost("LABEL", "COMMON", "language" if foreign else "same_language", foreign),
        UsualCost("LABEL", "OWN", "labels", bool(homes)),
        UsualCost("CERT", "CLUB", "homologation" if asked else "no_homologation", bool(asked), {"headings": asked}),
        UsualCost("LEGAL", "COMMON", "sells" if sells else "contracts", sells or apart),
        UsualCost("REP", "COMMON", "far" if far else "near", far or sells),
        UsualCost("MANAGER", "COMMON", "sells" if sells else "promotes", sells),
        UsualCost("FREIGHT", "VOLUME", "sells" if sells else "promotes", sells and bool(homes)),
        UsualCost("DUTY", "OWN", "no_agreement" if apart else "agreement", apart),
        UsualCost("CREDIT", "VOLUME", "no_agreement" if apart else "agreement", sells and apart),
    )


def _trades_freely(home: str, market: str) -> bool:
    """Whether there is a customs union or a trade agreement between two countries, as far as the data know."""
    in_union = any(bloc.code == CUSTOMS_UNION for bloc in list_blocs(home, market))
    return in_union or bool(list_agreements(home, market))


def _homologated(db: Session, standing: Standing) -> list[str]:
    """Headings of the group's products of which it is published that the market asks for a homologation."""
    codes = [one.hs for one in standing.consortium.products]
    if not codes:
        codes = [product.hs for one in standing.inside for product in one.firm.products if product.hs]
    found = {
        one.heading
        for one in list_published(db, country=standing.consortium.country)
        if one.kind == BarrierKind.HOMOLOGATION
        and one.level != "none"
        and any(one.heading.startswith(code[:4]) for code in codes)
    }
    return sorted(found)
