"""What members let their group know that they could bring: seen inside the group, and binding nobody."""

from __future__ import annotations

import sqlalchemy as sa
from sqlalchemy.orm import Session

from models import Consortium, MemberPledge, Membership, now_utc
from services.consortia.standing import INSIDE, Standing
from services.errors import Forbidden, Incomplete

LARGEST_BUDGET = 10**15
LARGEST_CAPACITY = 10**9


def pledges_of(db: Session, standing: Standing) -> dict[int, MemberPledge]:
    """What the members have stated, by the firm's id; of those who have stated nothing there is nothing."""
    places = {one.id: one.firm_id for one in standing.inside}
    found = db.scalars(sa.select(MemberPledge).where(MemberPledge.membership_id.in_(places)))
    return {places[one.membership_id]: one for one in found}


def find_pledge(db: Session, place: Membership) -> MemberPledge | None:
    """What one member has stated."""
    return db.get(MemberPledge, place.id)


def set_pledge(db: Session, place: Membership, *, budget_minor: int | None, capacity: int | None) -> None:
    """State what a member could bring, or (with nothing) take that back. Raises Forbidden, Incomplete."""
    if place.state not in INSIDE:
        raise Forbidden("member")
    wrong = [] if budget_minor is None or 0 <= budget_minor <= LARGEST_BUDGET else ["budget"]
    wrong += [] if capacity is None or 0 <= capacity <= LARGEST_CAPACITY else ["capacity"]
    if wrong:
        raise Incomplete(wrong)
    if budget_minor is None and capacity is None:
        forget_pledge(db, place)
        return
    stated = {"budget_minor": budget_minor, "capacity": capacity, "stated_at_utc": now_utc()}
    db.merge(MemberPledge(membership_id=place.id, **stated))
    db.flush()


def forget_pledge(db: Session, place: Membership) -> None:
    """Forget what a firm has stated: it takes it back, or leaves."""
    found = find_pledge(db, place)
    if found is not None:
        db.delete(found)
        db.flush()


def has_pledges(db: Session, consortium: Consortium) -> bool:
    """Whether somebody has stated money, in the currency that the group has now."""
    query = sa.select(MemberPledge.membership_id).join(Membership, Membership.id == MemberPledge.membership_id)
    query = query.where(Membership.consortium_id == consortium.id, MemberPledge.budget_minor.is_not(None))
    return db.scalar(query.limit(1)) is not None
