"""Joint versus alone: what a member risks by itself and in the group, from ranges that it states for its own eyes.

Nothing of it is stored. Of the others it is assumed that they expect what the asking member does; their shares of the
joint entry are those of the group, or equal while there are none.
"""

from __future__ import annotations

from dataclasses import dataclass

from matching.risk import Member, MemberRisk, Prospect, Range, Venture, compare_risk, seed_for
from matching.sharing import Comparison
from models import ConsortiumKind, Membership
from services.consortia.standing import Standing
from services.errors import Forbidden

LEAST, MOST = 0.9, 1.25
"""How far a computed cost is taken to be off, as long as nobody says otherwise (our design)."""


@dataclass(frozen=True)
class Expectation:
    """What a member expects: amounts in whole units of the currency, chances and parts from 0 to 1."""

    entry: Range
    joint_entry: Range
    chance: Range
    joint_chance: Range
    margin: Range
    recovery: Range
    correlation: float
    ceiling: float | None


def around(amount: float) -> tuple[float, float, float]:
    """A range about a computed amount."""
    return LEAST * amount, amount, MOST * amount


def weights_of(standing: Standing) -> dict[str, float]:
    """What part of the joint entry each member bears: by the shares, where everybody has one."""
    shares = {one.firm.key: one.share_minor for one in standing.inside}
    if all(share is not None for share in shares.values()) and sum(filter(None, shares.values())):
        return {key: float(share or 0) for key, share in shares.items()}
    return dict.fromkeys(shares, 1.0)


def compare_joint(standing: Standing, place: Membership, expected: Expectation) -> MemberRisk:
    """What the member risks alone beside what it risks in the group.

    The same group and ranges give the same figures. Raises RiskError and SharingError for ranges that contradict
    themselves, Forbidden for a firm that is no member.
    """
    weights = weights_of(standing)
    if place.firm.key not in weights:
        raise Forbidden("member")
    alone = Prospect(entry=expected.entry, chance=expected.chance, margin=expected.margin, recovery=expected.recovery)
    members = [
        Member(
            key,
            alone,
            weight=weight,
            chance=expected.joint_chance,
            ceiling=expected.ceiling if key == place.firm.key else None,
        )
        for key, weight in weights.items()
    ]
    venture = Venture(
        members,
        entry=expected.joint_entry,
        correlation=expected.correlation,
        pooled=1.0 if standing.consortium.kind == ConsortiumKind.SALES else 0.0,
    )
    return compare_risk(venture, seed=seed_for(standing.consortium.key)).member(place.firm.key)


def usual_entries(comparison: Comparison | None, place: Membership, alone: float | None) -> dict[str, tuple | None]:
    """Ranges to begin with, from the budget: what entering costs the firm alone, and all together."""
    if comparison is None:
        return {"entry": around(alone) if alone else None, "joint_entry": None}
    own = float(comparison.alone[place.firm.key]) if alone is None else alone
    return {"entry": around(own), "joint_entry": around(float(comparison.due))}
