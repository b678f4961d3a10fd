"""Firms that belong to an association: proposed by its staff, confirmed by an owner of the firm, left at any time."""

from __future__ import annotations

import sqlalchemy as sa
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session, joinedload

from models import (
    Association,
    AssociationState,
    Belonging,
    BelongingState,
    Firm,
    MandateEnd,
    Person,
    PostRole,
    fold,
    now_utc,
)
from services.associations import mandates
from services.associations.access import require_organiser
from services.errors import Forbidden, NotFound
from services.permissions import role_in

SHOWN = (BelongingState.CONFIRMED, BelongingState.PROPOSED)
"""What an association sees; that a firm declined or left, it sees as nothing more than a firm that is not there."""
ANSWERS = {
    "confirm": ((BelongingState.PROPOSED,), BelongingState.CONFIRMED),
    "decline": ((BelongingState.PROPOSED,), BelongingState.DECLINED),
    "leave": ((BelongingState.CONFIRMED,), BelongingState.LEFT),
}


def propose(db: Session, person: Person, association: Association, firm: Firm) -> Belonging | None:
    """Ask a firm whether it belongs to the association; one that declined or left is asked no more, silently.

    Raises Forbidden when the person may not.
    """
    require_organiser(db, person, association)
    return put_proposal(db, association.id, firm.id)


def put_proposal(db: Session, association_id: int, firm_id: int, *, import_id: int | None = None) -> Belonging | None:
    """Store a proposal unless there is an answer or a proposal already; gives the new one."""
    row = Belonging(association_id=association_id, firm_id=firm_id, import_id=import_id)
    try:
        with db.begin_nested():
            db.add(row)
    except IntegrityError:
        return None
    return row


def find(db: Session, association: Association, firm: Firm) -> Belonging | None:
    """How the firm stands to the association."""
    return db.get(Belonging, (association.id, firm.id), populate_existing=True)


def find_shown(db: Session, association: Association, firm: Firm) -> Belonging | None:
    """How the firm stands to the association, if the association may know: as in its list of members."""
    row = find(db, association, firm)
    is_shown = row is not None and (
        row.state == BelongingState.CONFIRMED or (row.state in SHOWN and firm.is_approved)
    )  # fmt: skip
    return row if is_shown else None


def answer(db: Session, person: Person, association: Association, firm: Firm, act: str) -> None:
    """Confirm, decline or leave for the firm: an owner's act.

    Raises Forbidden when the person is no owner, NotFound when there is nothing to answer (any more).
    """
    if role_in(db, person, firm) != PostRole.OWNER:
        raise Forbidden("owner")
    sources, target = ANSWERS[act]
    ends = {"since_utc": now_utc(), "ended_at_utc": None} if act == "confirm" else {"ended_at_utc": now_utc()}
    is_it = (Belonging.association_id == association.id, Belonging.firm_id == firm.id)
    changed = sa.update(Belonging).where(*is_it, Belonging.state.in_(sources)).values(state=target, **ends)
    if db.execute(changed.execution_options(synchronize_session=False)).rowcount == 0:
        raise NotFound("belonging")
    if act == "leave":
        mandates.end_because(db, MandateEnd.MEMBERSHIP, person=person, association=association, firm=firm)


def confirm_at_once(db: Session, association: Association, firm: Firm) -> None:
    """Let a firm belong to the association because an owner of it says so, whatever stood there."""
    put_proposal(db, association.id, firm.id)
    row = find(db, association, firm)
    row.state, row.since_utc, row.ended_at_utc = BelongingState.CONFIRMED, row.since_utc or now_utc(), None
    db.flush()


def list_of_firm(db: Session, firm: Firm) -> list[Belonging]:
    """What associations say that the firm belongs to them, and to which it does; suspended ones are silent."""
    query = sa.select(Belonging).join(Association).where(Belonging.firm_id == firm.id, Belonging.state.in_(SHOWN))
    query = query.where(Association.state == AssociationState.APPROVED).options(joinedload(Belonging.association))
    return list(db.scalars(query.order_by(Belonging.state.desc(), Association.name_folded, Association.id)))


def _members(association: Association, words: str) -> sa.Select:
    """Firms that belong to it, and approved ones that have not answered: of others an association knows nothing."""
    seen = sa.or_(Belonging.state == BelongingState.CONFIRMED, Firm.is_approved)
    query = sa.select(Belonging).join(Firm).where(
        Belonging.association_id == association.id, Belonging.state.in_(SHOWN), seen
    )  # fmt: skip
    for word in fold(words).replace("%", "").replace("\\", "").replace("_", "").split()[:8]:
        query = query.where(Firm.name_folded.contains(word))
    return query


def list_members(
    db: Session, association: Association, *, words: str = "", page: int = 1, per_page: int = 50
) -> list[Belonging]:
    """A page of the firms that belong to the association or are asked whether they do, by name."""
    query = _members(association, words).options(joinedload(Belonging.firm))
    query = query.order_by(Firm.name_folded, Firm.id).limit(per_page).offset((page - 1) * per_page)
    return list(db.scalars(query))


def count_members(db: Session, association: Association, *, words: str = "") -> int:
    """How many of them there are."""
    return db.scalar(sa.select(sa.func.count()).select_from(_members(association, words).subquery()))


def member_keys(db: Session, association: Association) -> list[str]:
    """Keys of the approved firms that have confirmed that they belong to the association, by name."""
    query = sa.select(Firm.key).join(Belonging, Belonging.firm_id == Firm.id).where(
        Belonging.association_id == association.id, Belonging.state == BelongingState.CONFIRMED, Firm.is_approved
    )  # fmt: skip
    return list(db.scalars(query.order_by(Firm.name_folded, Firm.id)))


def count_by_state(db: Session, association: Association) -> dict[str, int]:
    """How many firms belong to the association, and how many have not answered."""
    shown = _members(association, "").subquery()
    counts = dict(db.execute(sa.select(shown.c.state, sa.func.count()).group_by(shown.c.state)).all())
    return {state: counts.get(state, 0) for state in SHOWN}


def list_proposed_by(db: Session, import_id: int) -> list[Firm]:
    """The firms that an import has asked and that have not answered."""
    is_it = (Belonging.import_id == import_id, Belonging.state == BelongingState.PROPOSED)
    return list(db.scalars(sa.select(Firm).join(Belonging).where(*is_it).order_by(Firm.id)))
