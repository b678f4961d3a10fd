"""Introductions: what mutual interest of two firms opens, and the messages they exchange."""

from __future__ import annotations

import sqlalchemy as sa
from sqlalchemy.orm import Session

from models import Firm, Introduction, Message, Person, ReadMark


def count_unread(db: Session, person: Person, firm: Firm) -> int:
    """Messages of other firms that the person has not read."""
    mark = sa.func.coalesce(ReadMark.message_id, 0)
    query = (
        sa.select(sa.func.count(Message.id))
        .join(Introduction, Introduction.id == Message.introduction_id)
        .outerjoin(
            ReadMark,
            sa.and_(ReadMark.introduction_id == Introduction.id, ReadMark.person_id == person.id),
        )
        .where(
            sa.or_(Introduction.first_id == firm.id, Introduction.second_id == firm.id),
            Message.firm_id != firm.id,
            Message.id > mark,
        )
    )
    return db.scalar(query)
