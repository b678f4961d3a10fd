"""Whole groups suggested to the firm that leads: who would complete those who are in, and why each.

The engine is told of other firms only what others may know of them, and nothing of money or capacity, so no proposal
says more than the firms' own pages. A proposal is nothing but that: nobody is a member before having been asked.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import sqlalchemy as sa
from sqlalchemy.orm import Session

from models import ChoiceKind, ConsortiumKind, Firm, FirmCapability
from services import choices
from services.consortia.guards import Hindered, hindrances
from services.consortia.standing import GONE, LEAST_MEMBERS, Standing
from services.firms import load_whole
from services.profiles import load_profiles, to_profile, without_secrets
from services.suggestions import Suggester

if TYPE_CHECKING:
    from matching.assembly import Assembly

POOL = 120
"""Firms among whom a group is looked for: the best partners of the lead, and …"""
HOLDERS = 15
"""… of those who offer each thing that the group wants, the best ones."""
SECONDS = 3.0
PROPOSALS = 3


@dataclass(frozen=True)
class Suggested:
    """What the engine found, and the firms that it speaks of, by the engine's ids."""

    found: Assembly
    firms: Mapping[str, Firm]
    inside: frozenset[str]


def propose(db: Session, suggester: Suggester, standing: Standing) -> Suggested:
    """Look for the best groups of those who are in and others. Raises Hindered without a market or a lead."""
    from matching.assembly import Assembly, Candidate, Problem, Requirement, assemble  # brings SciPy

    consortium = standing.consortium
    missing = hindrances(standing, ("has_market",))
    if missing or consortium.lead is None:
        raise Hindered(missing)
    inside = frozenset(str(one.firm_id) for one in standing.inside)
    ids = inside | _pool(db, suggester, standing)
    profiles = load_profiles(db, Firm.id.in_(map(int, ids)))
    lead = str(consortium.lead_id)
    profiles[lead] = to_profile(db, consortium.lead)
    for id in inside & profiles.keys():  # who is in has seen the others: a silent block among them must not show here
        known = profiles[id]
        profiles[id] = replace(without_secrets(known), blocked=known.blocked - inside)
    if len(profiles) < LEAST_MEMBERS:
        return Suggested(Assembly("none", ()), {}, inside)
    problem = Problem(
        consortium.country,
        kind=consortium.kind or ConsortiumKind.PROMOTION,
        requirements=tuple(Requirement(one.capability, must=one.is_must) for one in consortium.wanted),
        fewest=max(consortium.smallest, min(len(inside), consortium.largest)),
        most=consortium.largest,
        pinned=inside & profiles.keys(),
    )
    found = assemble(
        problem, [Candidate(profile) for profile in profiles.values()], proposals=PROPOSALS, seconds=SECONDS
    )
    named = {member for proposal in found.proposals for member in proposal.ids}
    firms = {str(firm.id): firm for firm in load_whole(db, Firm.id.in_(map(int, named)))}
    return Suggested(found, firms, inside)


def offered_by_nobody(db: Session, standing: Standing) -> list[str]:
    """What the group cannot do without and no approved firm says that it offers: what every page of firms tells."""
    musts = standing.consortium.musts
    offered = sa.select(FirmCapability.capability).join(Firm, Firm.id == FirmCapability.firm_id).where(
        Firm.is_approved, FirmCapability.kind == "offer", FirmCapability.capability.in_(musts)
    )  # fmt: skip
    found = set(db.scalars(offered))
    return [code for code in musts if code not in found]


def _pool(db: Session, suggester: Suggester, standing: Standing) -> frozenset[str]:
    """Who is looked at: the lead's best partners, and the best of those who bring what is wanted."""
    lead, catalogue = standing.consortium.lead, suggester.firms.current(db)
    mine = to_profile(db, lead)
    never = [choice.other_id for choice in choices.list_choices(db, lead, ChoiceKind.NEVER)]
    without = [
        str(lead.id),
        *map(str, never),
        *(str(one.firm_id) for one in standing.memberships if one.state in GONE),
    ]
    best, _count = catalogue.rank(mine, suggester.rules, limit=POOL, allowed=catalogue.where(without=without))
    pool = {id for id, _score in best}
    for one in standing.consortium.wanted:
        allowed = catalogue.where(offers=one.capability, without=without)
        holders, _count = catalogue.rank(mine, suggester.rules, limit=HOLDERS, allowed=allowed)
        pool |= {id for id, _score in holders}
    return frozenset(pool)
