"""A firm's permission to an association to act on its behalf: asked for, given, declined, withdrawn, ended."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection

import sqlalchemy as sa
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session, joinedload

from models import (
    Association,
    AssociationState,
    Belonging,
    BelongingState,
    Deed,
    Firm,
    FirmState,
    Mandate,
    MandateEnd,
    MandateState,
    Person,
    Post,
    PostRole,
    now_utc,
)
from services import audit
from services.associations.access import require_organiser
from services.errors import Conflict, Forbidden, Incomplete, NotFound
from services.permissions import ON_BEHALF, role_in

REST = dt.timedelta(days=30)
"""At least so long lies between two requests, and between a firm's no and the next request."""
OPEN = (MandateState.ASKED, MandateState.GIVEN)
NO = (MandateEnd.WITHDRAWN, MandateEnd.REPLACED)
"""Ends that the firm has brought about."""


def find_open(db: Session, association: Association, firm: Firm) -> Mandate | None:
    """The permission that the association has or asks for."""
    is_it = (Mandate.association_id == association.id, Mandate.firm_id == firm.id, Mandate.state.in_(OPEN))
    return db.scalar(sa.select(Mandate).where(*is_it).execution_options(populate_existing=True))


def list_all(db: Session, association: Association, firm: Firm, *, limit: int = 20) -> list[Mandate]:
    """What the firm has permitted the association, newest first, with what was asked and is over."""
    query = sa.select(Mandate).where(Mandate.association_id == association.id, Mandate.firm_id == firm.id)
    query = query.options(*(joinedload(who) for who in (Mandate.asked_by, Mandate.given_by, Mandate.ended_by)))
    return list(db.scalars(query.order_by(Mandate.id.desc()).limit(limit)))


def list_of_firm(db: Session, firm: Firm, *states: str) -> list[Mandate]:
    """What is permitted to associations (or asked by them) now, by their name."""
    query = sa.select(Mandate).join(Association).where(Mandate.firm_id == firm.id, Mandate.state.in_(states or OPEN))
    query = query.where(Association.state == AssociationState.APPROVED).options(joinedload(Mandate.association))
    return list(db.scalars(query.order_by(Association.name_folded, Association.id)))


def belongs(db: Session, association: Association, firm: Firm) -> bool:
    """Whether the firm belongs to the association, and neither of them is suspended."""
    place = db.get(Belonging, (association.id, firm.id), populate_existing=True)
    is_member = place is not None and place.state == BelongingState.CONFIRMED
    return is_member and association.is_approved and firm.state != FirmState.SUSPENDED


def asks_again_at(db: Session, association: Association, firm: Firm) -> dt.datetime | None:
    """Before when the association may not ask the firm; None when it may."""
    asked = sa.select(sa.func.max(Mandate.asked_at_utc))
    refused = sa.select(sa.func.max(Mandate.ended_at_utc)).where(
        sa.or_(Mandate.state == MandateState.DECLINED, Mandate.end.in_(NO))
    )
    moments = []
    for query in (asked, refused):
        is_it = (Mandate.association_id == association.id, Mandate.firm_id == firm.id)
        moments.append(db.scalar(query.where(*is_it)))
    last = max((moment for moment in moments if moment), default=None)
    return last + REST if last is not None and last + REST > now_utc() else None


def ask(db: Session, person: Person, association: Association, firm: Firm) -> Mandate:
    """Ask the firm for a permission.

    Raises Forbidden when the person may not, the firm is no member, or was asked or has said no of late; Conflict
    when a request or a permission is there already.
    """
    require_organiser(db, person, association)
    if find_open(db, association, firm) is not None:
        raise Conflict("mandate")
    if not belongs(db, association, firm) or asks_again_at(db, association, firm) is not None:
        raise Forbidden("ask")
    row = Mandate(state=MandateState.ASKED, asked_by_id=person.id, asked_at_utc=now_utc())
    _add(db, association, firm, row)
    audit.record(db, Deed.PERMISSION_ASKED, person=person, firm=firm, subject=association)
    return row


def _add(db: Session, association: Association, firm: Firm, row: Mandate) -> None:
    """Store an open row. Raises Conflict when there is one: of two at one moment the database takes one."""
    row.association_id, row.firm_id = association.id, firm.id
    try:
        with db.begin_nested():
            db.add(row)
    except IntegrityError as error:
        raise Conflict("mandate") from error


def _require_owner(db: Session, person: Person, firm: Firm) -> None:
    if role_in(db, person, firm) != PostRole.OWNER:
        raise Forbidden("owner")


def give(db: Session, person: Person, association: Association, firm: Firm, parts: Collection[str]) -> Mandate:
    """Permit the association to do these parts of the firm's work; what it was permitted before ends.

    Raises Forbidden when the person is no owner or the firm no member, Incomplete without a part, Conflict when
    another owner does the same at the same moment.
    """
    _require_owner(db, person, firm)
    if not belongs(db, association, firm):
        raise Forbidden("member")
    if not set(parts) & set(ON_BEHALF):
        raise Incomplete(["parts"])
    row = find_open(db, association, firm)
    if row is None or row.state == MandateState.GIVEN:
        if row is not None:
            _end(db, [row], MandateEnd.REPLACED, person)
        row = Mandate(state=MandateState.GIVEN)
        _add(db, association, firm, row)
    row.state, row.given_by_id, row.given_at_utc = MandateState.GIVEN, person.id, now_utc()
    row.for_profile, row.for_calls = "profile" in parts, "calls" in parts
    db.flush()
    facts = {"for_profile": row.for_profile, "for_calls": row.for_calls}
    audit.record(db, Deed.PERMISSION_GIVEN, person=person, firm=firm, subject=association, **facts)
    return row


def decline(db: Session, person: Person, association: Association, firm: Firm) -> None:
    """Turn a request down. Raises Forbidden when the person is no owner, NotFound when there is none."""
    _require_owner(db, person, firm)
    is_it = (Mandate.association_id == association.id, Mandate.firm_id == firm.id)
    said = {"state": MandateState.DECLINED, "ended_by_id": person.id, "ended_at_utc": now_utc()}
    declined = sa.update(Mandate).where(*is_it, Mandate.state == MandateState.ASKED).values(**said)
    if db.execute(declined.execution_options(synchronize_session="fetch")).rowcount == 0:
        raise NotFound("mandate")
    audit.record(db, Deed.PERMISSION_DECLINED, person=person, firm=firm, subject=association)


def withdraw(db: Session, person: Person, association: Association, firm: Firm) -> None:
    """Take a permission back, for the firm. Raises Forbidden when the person is no owner, NotFound without one."""
    _require_owner(db, person, firm)
    row = find_open(db, association, firm)
    if row is None or row.state != MandateState.GIVEN:
        raise NotFound("mandate")
    _end(db, [row], MandateEnd.WITHDRAWN, person)


def give_up(db: Session, person: Person, association: Association, firm: Firm) -> None:
    """Take a request back, or give a permission up, for the association. Raises Forbidden, NotFound."""
    require_organiser(db, person, association)
    row = find_open(db, association, firm)
    if row is None:
        raise NotFound("mandate")
    _end(db, [row], MandateEnd.GIVEN_UP, person)


def end_because(
    db: Session,
    why: MandateEnd,
    *,
    person: Person | None,
    association: Association | None = None,
    firm: Firm | None = None,
) -> None:
    """End what is open between an association and a firm, or of all of one of them: the ground for it is gone."""
    query = sa.select(Mandate).where(Mandate.state.in_(OPEN))
    if association is not None:
        query = query.where(Mandate.association_id == association.id)
    if firm is not None:
        query = query.where(Mandate.firm_id == firm.id)
    rows = db.scalars(query.options(joinedload(Mandate.association), joinedload(Mandate.firm)))
    _end(db, list(rows), why, person)


def _end(db: Session, rows: list[Mandate], why: MandateEnd, person: Person | None) -> None:
    for row in rows:
        row.state, row.end, row.ended_at_utc = MandateState.ENDED, why, now_utc()
        row.ended_by_id = person.id if person is not None else None
        audit.record(db, Deed.PERMISSION_ENDED, person=person, firm=row.firm, subject=row.association, end=why.value)
    db.flush()


def list_owners(db: Session, firm: Firm) -> list[Person]:
    """The owners of a firm, for mails."""
    query = sa.select(Person).join(Post).where(
        Post.firm_id == firm.id, Post.role == PostRole.OWNER, Person.confirmed_at_utc.is_not(None)
    )  # fmt: skip
    return list(db.scalars(query.order_by(Person.id)))
