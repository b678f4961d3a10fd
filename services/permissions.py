"""Who may do what, as one readable table of predicates."""

from __future__ import annotations

import sqlalchemy as sa
from sqlalchemy.orm import Session

from models import Firm, FirmState, Introduction, Person, Post, PostRole, Role


def role_in(db: Session, person: Person, firm: Firm) -> str | None:
    """The person's post in the firm."""
    return db.scalar(sa.select(Post.role).where(Post.person_id == person.id, Post.firm_id == firm.id))


def can_act_for(db: Session, person: Person, firm: Firm) -> bool:
    """Speak and choose for the firm, and edit its profile."""
    return role_in(db, person, firm) is not None


def can_manage_people(db: Session, person: Person, firm: Firm) -> bool:
    """Invite people into the firm and take their posts away."""
    return role_in(db, person, firm) == PostRole.OWNER


def can_moderate(person: Person) -> bool:
    """Decide on submitted firms."""
    return person.is_moderator


def can_browse(db: Session, person: Person) -> bool:
    """See what approved firms show to each other: people of an approved firm, staff and moderators."""
    if person.is_moderator or person.role == Role.STAFF:
        return True
    query = sa.select(Post.firm_id).join(Firm).where(
        Post.person_id == person.id, Firm.state == FirmState.APPROVED
    )  # fmt: skip
    return db.scalar(query.limit(1)) is not None


def find_introduction(db: Session, firm: Firm, other: Firm) -> Introduction | None:
    """The open introduction of two firms."""
    first, second = sorted((firm.id, other.id))
    return db.scalar(
        sa.select(Introduction).where(
            Introduction.first_id == first,
            Introduction.second_id == second,
            Introduction.closed_at_utc.is_(None),
        )
    )


def tier_of(db: Session, person: Person, firm: Firm, acting_firm: Firm | None) -> str | None:
    """The deepest tier of a firm's fields that a person may see: own, mutual, members; None: nothing at all.

    Acting for a firm, a person sees as that firm; a moderator sees what the moderators need, which is all.
    """
    if can_act_for(db, person, firm) or person.is_moderator:
        return "own"
    if firm.state != FirmState.APPROVED or not can_browse(db, person):
        return None
    if acting_firm and acting_firm.is_approved and find_introduction(db, acting_firm, firm):
        return "mutual"
    return "members"
