"""How a group stands: who is in it, what is covered, what is decided. Guards and pages read it, nothing else."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

import sqlalchemy as sa
from sqlalchemy.orm import Session, joinedload, selectinload

from models import Consortium, Firm, Membership, MemberState, Subject, Vote

INSIDE = (MemberState.COMMITTED, MemberState.SIGNED, MemberState.ACTIVE, MemberState.ON_NOTICE)
"""Who is a member: counts, votes and pays."""
ASKED = (MemberState.INVITED, MemberState.INTERESTED)
GONE = (MemberState.DECLINED, MemberState.LEFT, MemberState.EXCLUDED)
LEAST_MEMBERS = 3


@dataclass(frozen=True)
class Standing:
    """A group with its members and votes, as they are at this moment."""

    consortium: Consortium
    memberships: Sequence[Membership]
    votes: Sequence[Vote]

    @cached_property
    def inside(self) -> list[Membership]:
        """The members, the lead first, the others in the order in which they were invited."""
        found = [one for one in self.memberships if one.state in INSIDE]
        return sorted(found, key=lambda one: (one.firm_id != self.consortium.lead_id, one.id))

    @cached_property
    def asked(self) -> list[Membership]:
        """Who has been invited and has not decided."""
        return [one for one in self.memberships if one.state in ASKED]

    @cached_property
    def gone(self) -> list[Membership]:
        """Who declined, left or was excluded."""
        return [one for one in self.memberships if one.state in GONE]

    def of(self, firm: Firm | None) -> Membership | None:
        """The firm's place in the group, whatever it is."""
        return next((one for one in self.memberships if firm is not None and one.firm_id == firm.id), None)

    @cached_property
    def coverage(self) -> Mapping[str, list[Firm]]:
        """For each wanted capability the members that offer it, musts first."""
        return {
            one.capability: [m.firm for m in self.inside if one.capability in m.firm.offers]
            for one in self.consortium.wanted
        }

    @property
    def uncovered_musts(self) -> list[str]:
        """Capabilities without which the group cannot do, and which no member offers."""
        return [code for code in self.consortium.musts if not self.coverage[code]]

    @property
    def shared_minor(self) -> int | None:
        """The sum of the members' shares; None while one of them has none."""
        shares = [one.share_minor for one in self.inside]
        return None if not shares or None in shares else sum(share for share in shares if share is not None)

    def decided(self, subject: Subject, about: str = "") -> Vote | None:
        """The vote by which something holds now."""
        found = (v for v in self.votes if v.subject == subject and v.about == about and v.is_in_force)
        return next(found, None)

    @property
    def open_votes(self) -> list[Vote]:
        return [vote for vote in self.votes if vote.is_open]


def standing_of(db: Session, consortium: Consortium) -> Standing:
    """Read how a group stands, anew: what was read before the group was held may have changed since."""
    memberships = (
        sa.select(Membership)
        .where(Membership.consortium_id == consortium.id)
        .options(joinedload(Membership.firm).selectinload(Firm.capabilities))
        .order_by(Membership.id)
        .execution_options(populate_existing=True)
    )
    votes = (
        sa.select(Vote)
        .where(Vote.consortium_id == consortium.id)
        .options(selectinload(Vote.ballots), joinedload(Vote.firm))
        .order_by(Vote.id.desc())
        .execution_options(populate_existing=True)
    )
    return Standing(consortium, list(db.scalars(memberships)), list(db.scalars(votes)))
