"""Who may do what for an association, as one readable table of predicates."""

from __future__ import annotations

import sqlalchemy as sa
from sqlalchemy.orm import Session

from models import Association, AssociationPost, AssociationRole, AssociationState, Person
from services.errors import Forbidden, NotFound

ORGANISERS = (AssociationRole.MANAGER, AssociationRole.ORGANISER)


def get_association(db: Session, key: str) -> Association:
    """The association with this key. Raises NotFound."""
    association = db.scalar(sa.select(Association).where(Association.key == key))
    if association is None:
        raise NotFound("association")
    return association


def role_at(db: Session, person: Person, association: Association) -> str | None:
    """The person's place among the association's staff."""
    post = AssociationPost
    return db.scalar(sa.select(post.role).where(post.person_id == person.id, post.association_id == association.id))


def can_read(db: Session, person: Person, association: Association) -> bool:
    """Look at what the association has here: every member of its staff."""
    return role_at(db, person, association) is not None


def can_organise(db: Session, person: Person, association: Association) -> bool:
    """Bring in, propose and invite members: managers and organisers, once the association is verified."""
    return association.is_approved and role_at(db, person, association) in ORGANISERS


def can_manage(db: Session, person: Person, association: Association) -> bool:
    """Say who the association is, submit it, and decide who works for it."""
    return role_at(db, person, association) == AssociationRole.MANAGER


def require_organiser(db: Session, person: Person, association: Association) -> None:
    """Raise Forbidden unless the person may organise."""
    if not can_organise(db, person, association):
        raise Forbidden("organiser")


def list_associations_of(db: Session, person: Person) -> list[tuple[Association, str]]:
    """The associations for which a person works, by name, with the person's role."""
    query = sa.select(Association, AssociationPost.role).join(
        AssociationPost, AssociationPost.association_id == Association.id
    )
    query = query.where(AssociationPost.person_id == person.id).order_by(Association.name_folded, Association.id)
    return [(association, role) for association, role in db.execute(query)]


def organises_some(db: Session, person: Person) -> bool:
    """Whether the person organises for a verified association."""
    query = works_for_approved(person.id).where(AssociationPost.role.in_(ORGANISERS))
    return db.scalar(query.limit(1)) is not None


def works_for_approved(person_id: int) -> sa.Select:
    """A query that finds something when the person works for a verified association."""
    query = sa.select(AssociationPost.association_id).join(Association)
    return query.where(AssociationPost.person_id == person_id, Association.state == AssociationState.APPROVED)
