"""What happened in a group: noted once, never changed."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session, joinedload

from models import Consortium, Firm, Happening, Person

PER_PAGE = 20


def note(
    db: Session,
    consortium: Consortium,
    what: str,
    *,
    person: Person | None = None,
    firm: Firm | None = None,
    on_behalf: bool = False,
    **facts: Any,
) -> Happening:
    """Write down that something happened, by whom, and which firm it is about."""
    happening = Happening(
        consortium_id=consortium.id,
        what=what,
        person_id=person and person.id,
        firm_id=firm and firm.id,
        on_behalf=on_behalf,
        facts=facts,
    )
    db.add(happening)
    db.flush()
    return happening


def list_happenings(
    db: Session, consortium: Consortium, *, page: int = 1, per_page: int = PER_PAGE
) -> list[Happening]:
    """A page of what happened, newest first."""
    query = sa.select(Happening).where(Happening.consortium_id == consortium.id).order_by(Happening.id.desc())
    query = query.options(joinedload(Happening.person), joinedload(Happening.firm))
    return list(db.scalars(query.limit(per_page).offset((page - 1) * per_page)))


def count_happenings(db: Session, consortium: Consortium) -> int:
    """How much happened."""
    return db.scalar(sa.select(sa.func.count()).where(Happening.consortium_id == consortium.id))


def last_happening(db: Session, consortium: Consortium) -> int:
    """The number of the newest thing that happened; 0 before there is any."""
    return db.scalar(sa.select(sa.func.max(Happening.id)).where(Happening.consortium_id == consortium.id)) or 0


def list_news(db: Session, consortium: Consortium, after: int) -> list[Happening]:
    """What days alone have brought about since, oldest first: nobody did it, so nobody has told of it."""
    query = sa.select(Happening).where(
        Happening.consortium_id == consortium.id, Happening.id > after, Happening.person_id.is_(None)
    )
    return list(db.scalars(query.order_by(Happening.id).options(joinedload(Happening.firm))))
