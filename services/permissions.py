"""Who may do what, as one readable table of predicates."""

from __future__ import annotations

from collections.abc import Callable

import sqlalchemy as sa
from sqlalchemy.orm import Session

from models import (
    ActOnBehalf,
    Association,
    AssociationPost,
    AssociationState,
    Belonging,
    BelongingState,
    Firm,
    FirmState,
    Mandate,
    MandateState,
    Person,
    Post,
    PostRole,
    Role,
)
from services.associations.access import ORGANISERS, organises_some, works_for_approved
from services.introductions import introduced_ids


def role_in(db: Session, person: Person, firm: Firm) -> str | None:
    """The person's post in the firm."""
    return db.scalar(sa.select(Post.role).where(Post.person_id == person.id, Post.firm_id == firm.id))


def can_act_for(db: Session, person: Person, firm: Firm) -> bool:
    """Speak and choose for the firm, and edit its profile."""
    return role_in(db, person, firm) is not None


def is_party(db: Session, person: Person, firm: Firm) -> bool:
    """Whether the person acts for the firm, or has acted on behalf of it: such a moderator decides nothing on it."""
    helped = sa.exists().where(ActOnBehalf.person_id == person.id, ActOnBehalf.firm_id == firm.id)
    return can_act_for(db, person, firm) or bool(db.scalar(sa.select(helped)))


def party_firms(person: Person) -> sa.CompoundSelect:
    """The firms to which `is_party` applies, by id, for queries."""
    own = sa.select(Post.firm_id).where(Post.person_id == person.id)
    return own.union(sa.select(ActOnBehalf.firm_id).where(ActOnBehalf.person_id == person.id))


def can_manage_people(db: Session, person: Person, firm: Firm) -> bool:
    """Invite people into the firm and take their posts away."""
    return role_in(db, person, firm) == PostRole.OWNER


ON_BEHALF = {"profile": Mandate.for_profile, "calls": Mandate.for_calls}
"""All that a firm may permit an association to do for it: no other page or act asks `find_mandate`."""


def find_mandate(db: Session, person: Person, firm: Firm, association: Association, part: str) -> Mandate | None:
    """The permission under which the person, for the association, may now do this part of the firm's work.

    Given by an owner of the firm; it counts for managers and organisers of a verified association to which the firm
    has confirmed that it belongs, and not while the firm is suspended.
    """
    given = (
        Mandate.firm_id == firm.id,
        Mandate.association_id == association.id,
        Mandate.state == MandateState.GIVEN,
        ON_BEHALF[part],
        Association.state == AssociationState.APPROVED,
        Belonging.state == BelongingState.CONFIRMED,
        Firm.state != FirmState.SUSPENDED,
        AssociationPost.person_id == person.id,
        AssociationPost.role.in_(ORGANISERS),
    )
    belongs = sa.and_(Belonging.association_id == Mandate.association_id, Belonging.firm_id == Mandate.firm_id)
    query = sa.select(Mandate).join(Association, Association.id == Mandate.association_id)
    query = query.join(Firm, Firm.id == Mandate.firm_id).join(Belonging, belongs)
    query = query.join(AssociationPost, AssociationPost.association_id == Mandate.association_id)
    return db.scalar(query.where(*given))


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
