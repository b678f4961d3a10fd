"""An association's account: founded by a person, filled in, put before the moderators."""

from __future__ import annotations

from collections.abc import Mapping

import sqlalchemy as sa
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from models import Association, AssociationPost, AssociationRole, AssociationState, Person, fold, now_utc
from services.associations.access import can_manage
from services.errors import Conflict, Forbidden, Incomplete
from services.firm_names import fold_tax_number

FIELDS = ("name", "country", "tax_number", "website", "about")
NEEDED = ("name", "country", "tax_number", "about")
"""What a moderator needs to verify an association."""
OPEN = (AssociationState.DRAFT, AssociationState.RETURNED, AssociationState.REJECTED)
"""States in which it may be submitted."""
MOST_OPEN = 5
"""So many associations that nobody has verified may one person have."""


def found(db: Session, person: Person, given: Mapping[str, str]) -> Association:
    """A new association, a draft, with the person as its manager.

    Raises Conflict when the tax number is taken, Forbidden when the person has many that nobody has verified.
    """
    if _count_unverified(db, person) >= MOST_OPEN:
        raise Forbidden("many")
    association = Association(name="", name_folded="", country="")
    _set(db, association, given)
    db.add(AssociationPost(association_id=association.id, person_id=person.id, role=AssociationRole.MANAGER))
    db.flush()
    return association


def _count_unverified(db: Session, person: Person) -> int:
    query = sa.select(sa.func.count()).select_from(AssociationPost).join(Association)
    is_theirs = (AssociationPost.person_id == person.id, AssociationPost.role == AssociationRole.MANAGER)
    return db.scalar(query.where(*is_theirs, Association.state != AssociationState.APPROVED))


def describe(db: Session, person: Person, association: Association, given: Mapping[str, str]) -> None:
    """Say who the association is. What a moderator has verified (name, country, tax number) stays.

    Raises Forbidden when the person may not or it is under review, Conflict when the tax number is taken.
    """
    if not can_manage(db, person, association) or association.state == AssociationState.SUBMITTED:
        raise Forbidden("manager")
    _set(db, association, verified_stays(association, given))


def verified_stays(association: Association, given: Mapping[str, str]) -> dict[str, str]:
    """What is given, but of a verified association only what nobody has to verify."""
    if association.state not in (AssociationState.APPROVED, AssociationState.SUSPENDED):
        return dict(given)
    kept = {name: getattr(association, name) for name in ("name", "country", "tax_number")}
    return {**given, **kept}


def _set(db: Session, association: Association, given: Mapping[str, str]) -> None:
    try:
        with db.begin_nested():
            for name in FIELDS:
                setattr(association, name, given[name].strip())
            rename(association)
            association.changed_at_utc = now_utc()
            db.add(association)
    except IntegrityError as error:
        raise Conflict("tax_number") from error


def rename(association: Association) -> None:
    """Renew what the association is found and told apart by."""
    association.name_folded = fold(association.name)
    association.tax_number_folded = fold_tax_number(association.tax_number, association.country)


def missing_of(association: Association) -> list[str]:
    """What is still to be said before a moderator can verify the association."""
    return [name for name in NEEDED if not getattr(association, name)]


def submit(db: Session, person: Person, association: Association) -> None:
    """Put the association before the moderators.

    Raises Forbidden when the person may not or it is there already, Incomplete with what is missing.
    """
    if not can_manage(db, person, association):
        raise Forbidden("manager")
    if missing := missing_of(association):
        raise Incomplete(missing)
    move(db, association, OPEN, state=AssociationState.SUBMITTED, submitted_at_utc=now_utc())


def withdraw(db: Session, person: Person, association: Association) -> None:
    """Take a submission back. Raises Forbidden when the person may not, or when there is none."""
    if not can_manage(db, person, association):
        raise Forbidden("manager")
    move(db, association, (AssociationState.SUBMITTED,), state=AssociationState.DRAFT, submitted_at_utc=None)


def move(db: Session, association: Association, sources: tuple[AssociationState, ...], **values) -> None:
    """Bring the association into another state, if it still is in one of these. Raises Forbidden otherwise.

    The database decides: of two people who act at one moment, the second is refused.
    """
    moved = db.execute(
        sa.update(Association)
        .where(Association.id == association.id, Association.state.in_(sources))
        .values(changed_at_utc=now_utc(), **values)
        .execution_options(synchronize_session=False)
    )
    db.refresh(association)
    if moved.rowcount == 0:
        raise Forbidden(association.state)
