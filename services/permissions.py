"""Who may do what, as one readable table of predicates."""

from __future__ import annotations

from collections.abc import Callable

import sqlalchemy as sa
from sqlalchemy.orm import Session

from models import Firm, Person, Post, PostRole, Role
from services.associations.access import organises_some, works_for_approved
from services.introductions import introduced_ids


def role_in(db: Session, person: Person, firm: Firm) -> str | None:
    """The person's post in the firm."""
    return db.scalar(sa.select(Post.role).where(Post.person_id == person.id, Post.firm_id == firm.id))


def can_act_for(db: Session, person: Person, firm: Firm) -> bool:
    """Speak and choose for the firm, and edit its profile."""
    return role_in(db, person, firm) is not None


def can_manage_people(db: Session, person: Person, firm: Firm) -> bool:
    """Invite people into the firm and take their posts away."""
    return role_in(db, person, firm) == PostRole.OWNER


def can_browse(db: Session, person: Person) -> bool:
    """See what approved firms show to each other: people of an approved firm, staff of associations, moderators."""
    if person.is_moderator or person.role == Role.STAFF:
        return True
    query = sa.select(Post.firm_id).join(Firm).where(
        Post.person_id == person.id, Firm.is_approved
    )  # fmt: skip
    return any(db.scalar(one.limit(1)) is not None for one in (query, works_for_approved(person.id)))


def can_partition(db: Session, person: Person) -> bool:
    """Have firms split into several groups, and propose these to the firms that would lead: staff of associations."""
    return person.role == Role.STAFF or organises_some(db, person)


def tiers_for(db: Session, person: Person, acting_firm: Firm | None) -> Callable[[Firm], str]:
    """The deepest tier of each firm's fields, for a person who may browse; asks the database once for all firms.

    Acting for a firm, a person sees as that firm; a moderator sees what the moderators need, which is all.
    """
    own = set(db.scalars(sa.select(Post.firm_id).where(Post.person_id == person.id)))
    met = introduced_ids(db, acting_firm) if acting_firm and acting_firm.is_approved else set()

    def tier_of(firm: Firm) -> str:
        if person.is_moderator or firm.id in own:
            return "own"
        return "mutual" if firm.id in met else "members"

    return tier_of


def tier_of(db: Session, person: Person, firm: Firm, acting_firm: Firm | None) -> str | None:
    """The deepest tier of one firm's fields that a person may see: own, mutual, members; None: nothing at all."""
    tier = tiers_for(db, person, acting_firm)(firm)
    if tier != "own" and not (firm.is_approved and can_browse(db, person)):
        return None
    return tier
