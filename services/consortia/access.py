"""Who may see a group, and who may do what in it."""

from __future__ import annotations

import sqlalchemy as sa
from sqlalchemy.orm import Session

from models import (
    Block,
    Consortium,
    ConsortiumState,
    Firm,
    Happening,
    Membership,
    MemberState,
    Person,
    Post,
    PostRole,
    Submission,
    now_utc,
)
from services.consortia.standing import ASKED, INSIDE, Standing, standing_of
from services.consortia.transitions import OPEN
from services.errors import Forbidden, NotFound
from services.permissions import role_in

SEEN_BY_MODERATORS = frozenset(ConsortiumState) - OPEN
"""What is not submitted is the group's own."""


def get_consortium(db: Session, key: str) -> Consortium:
    """The group with this key. Raises NotFound."""
    consortium = db.scalar(sa.select(Consortium).where(Consortium.key == key))
    if consortium is None:
        raise NotFound("consortium")
    return consortium


def is_silenced(db: Session, consortium: Consortium, firm: Firm) -> bool:
    """Whether the firm has blocked the one that leads: then it never hears of an invitation, and nobody of that."""
    block = sa.exists().where(Block.firm_id == firm.id, Block.blocked_id == consortium.lead_id)
    return bool(db.scalar(sa.select(block)))


def find_place(db: Session, consortium: Consortium, firm: Firm | None) -> Membership | None:
    """The firm's place in the group as far as it may know: members, and whom an invitation that runs has reached."""
    if firm is None:
        return None
    query = sa.select(Membership).where(Membership.consortium_id == consortium.id, Membership.firm_id == firm.id)
    place = db.scalar(query.execution_options(populate_existing=True))
    if place is None or place.state not in (*ASKED, *INSIDE):
        return None
    if place.state in ASKED and place.answer_by_utc is not None and place.answer_by_utc <= now_utc():
        return None
    if place.state == MemberState.INVITED and is_silenced(db, consortium, firm):
        return None
    return place


def is_member(place: Membership | None) -> bool:
    """Whether the place is that of a member: only members see what is confidential in a group."""
    return place is not None and place.state in INSIDE


def was_submitted(db: Session, consortium: Consortium) -> bool:
    """Whether the group is, or ended as, one that the moderators have to do with."""
    if consortium.state != ConsortiumState.CLOSED:
        return consortium.state in SEEN_BY_MODERATORS
    return bool(db.scalar(sa.select(sa.exists().where(Submission.consortium_id == consortium.id))))


def can_see(db: Session, person: Person, consortium: Consortium, firm: Firm | None) -> bool:
    """Whether a person, acting for a firm, may know of the group at all."""
    return sees_as_moderator(db, person, consortium) or find_place(db, consortium, firm) is not None


def sees_as_moderator(db: Session, person: Person, consortium: Consortium) -> bool:
    """Whether a moderator may look into the group: never one whose firm has to do with it."""
    is_open = person.is_moderator and was_submitted(db, consortium)
    return is_open and not has_stake(db, person, standing_of(db, consortium))


def sees_all(db: Session, person: Person, consortium: Consortium, place: Membership | None) -> bool:
    """Whether somebody sees what is confidential in a group: members, and moderators."""
    return is_member(place) or sees_as_moderator(db, person, consortium)


def is_lead(consortium: Consortium, firm: Firm | None) -> bool:
    """Whether the firm leads the group."""
    return firm is not None and consortium.lead_id == firm.id


def is_authorised(db: Session, person: Person, firm: Firm) -> bool:
    """Whether the person may bind the firm: join, vote, sign, leave. Only its owners may."""
    return role_in(db, person, firm) == PostRole.OWNER


def may_act(db: Session, person: Person, consortium: Consortium, *, binding: bool) -> bool:
    """Whether the person acts for the lead firm, and may bind it where the act does."""
    if consortium.lead is None:
        return False
    role = role_in(db, person, consortium.lead)
    return role == PostRole.OWNER if binding else role is not None


def require_lead(db: Session, person: Person, consortium: Consortium, *, binding: bool = False) -> None:
    """Raise Forbidden unless the person may act for the lead firm."""
    if not may_act(db, person, consortium, binding=binding):
        raise Forbidden("lead")


def require_authorised(db: Session, person: Person, firm: Firm) -> None:
    """Raise Forbidden unless the person may bind the firm."""
    if not is_authorised(db, person, firm):
        raise Forbidden("authorised")


def has_stake(db: Session, person: Person, standing: Standing) -> bool:
    """Whether the person acts for a firm that is or was asked to be in the group: such a moderator may not decide."""
    ids = [one.firm_id for one in standing.memberships]
    was_asked = sa.select(Happening.firm_id).where(
        Happening.consortium_id == standing.consortium.id, Happening.what == "invited"
    )  # also one whose invitation was taken back
    is_of = sa.or_(Post.firm_id.in_(ids), Post.firm_id.in_(was_asked))
    return bool(db.scalar(sa.select(sa.exists().where(Post.person_id == person.id, is_of))))
