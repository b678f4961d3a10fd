"""Introductions: what mutual interest of two firms opens, and the messages they exchange."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

import sqlalchemy as sa
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session, selectinload

from models import Firm, Introduction, Message, Person, Post, ReadMark, now_utc
from services.errors import Forbidden, Incomplete, NotFound

LONGEST_MESSAGE = 5000


@dataclass(frozen=True)
class Talk:
    """An introduction as one of its firms sees it in the inbox."""

    introduction: Introduction
    other: Firm
    last: Message | None
    unread: int

    @property
    def moved_at_utc(self) -> dt.datetime:
        return self.last.sent_at_utc if self.last else self.introduction.opened_at_utc

    @property
    def state(self) -> str:
        """closed, unread, answer (the other waits for one), waiting (for the other's), or new."""
        if self.introduction.closed_at_utc:
            return "closed"
        if self.unread:
            return "unread"
        if self.last is None:
            return "new"
        return "answer" if self.last.firm_id == self.other.id else "waiting"


def _pair(firm: Firm, other: Firm) -> tuple[int, int]:
    return min(firm.id, other.id), max(firm.id, other.id)


def _is_between(firm: Firm, other: Firm) -> sa.ColumnElement[bool]:
    first_id, second_id = _pair(firm, other)
    return sa.and_(Introduction.first_id == first_id, Introduction.second_id == second_id)


def open_introduction(db: Session, firm: Firm, other: Firm) -> Introduction:
    """Open the introduction of two firms, or find it open; two openings at once make one."""
    first_id, second_id = _pair(firm, other)
    found = sa.select(Introduction).where(_is_between(firm, other))
    introduction = db.scalar(found)
    if introduction is None:
        try:
            with db.begin_nested():
                introduction = Introduction(first_id=first_id, second_id=second_id)
                db.add(introduction)
        except IntegrityError:
            introduction = db.scalars(found).one()
    if introduction.closed_at_utc is not None:
        introduction.closed_at_utc = None
        db.flush()
    return introduction


def close_introduction(db: Session, firm: Firm, other: Firm) -> None:
    """Close the introduction of two firms, if it is open; what was written stays readable."""
    is_open = sa.and_(_is_between(firm, other), Introduction.closed_at_utc.is_(None))
    db.execute(sa.update(Introduction).where(is_open).values(closed_at_utc=now_utc()))


def find_introduction(db: Session, firm: Firm, other: Firm) -> Introduction | None:
    """The open introduction of two firms."""
    query = sa.select(Introduction).where(_is_between(firm, other), Introduction.closed_at_utc.is_(None))
    return db.scalar(query)


def introduced_ids(db: Session, firm: Firm) -> set[int]:
    """The ids of the firms with which a firm has an open introduction."""
    pairs = db.execute(
        sa.select(Introduction.first_id, Introduction.second_id).where(
            _is_of(firm), Introduction.closed_at_utc.is_(None)
        )
    )
    return {firm_id for pair in pairs for firm_id in pair} - {firm.id}


def get_introduction(db: Session, key: str, firm: Firm) -> Introduction:
    """The introduction with this key, if it is one of the firm's. Raises NotFound."""
    query = sa.select(Introduction).where(Introduction.key == key)
    introduction = db.scalar(query.options(selectinload(Introduction.messages).joinedload(Message.person)))
    if introduction is None or firm.id not in (introduction.first_id, introduction.second_id):
        raise NotFound("introduction")
    return introduction


def other_of(introduction: Introduction, firm: Firm) -> Firm:
    """The firm on the other side."""
    return introduction.second if introduction.first_id == firm.id else introduction.first


def is_open(introduction: Introduction) -> bool:
    """Whether both sides may write and see each other's contact data: a firm under review again is hidden."""
    return introduction.closed_at_utc is None and introduction.first.is_approved and introduction.second.is_approved


def send_message(db: Session, introduction: Introduction, firm: Firm, person: Person, body: str) -> Message:
    """Write to the other side. Raises Incomplete without words, Forbidden when the introduction is not open."""
    if not is_open(introduction) or firm.id not in (introduction.first_id, introduction.second_id):
        raise Forbidden("closed")
    body = body.strip()
    if not body or len(body) > LONGEST_MESSAGE:
        raise Incomplete(["body"])
    message = Message(introduction_id=introduction.id, firm_id=firm.id, person_id=person.id, body=body)
    db.add(message)
    db.flush()
    db.expire(introduction, ["messages"])
    return message


def has_news(db: Session, introduction: Introduction, person: Person) -> bool:
    """Whether there are messages that the person has not read."""
    mark = db.get(ReadMark, (introduction.id, person.id))
    return _last_id(introduction) > (mark.message_id if mark else 0)


def mark_read(db: Session, introduction: Introduction, person: Person) -> None:
    """Note that the person has read every message that is loaded; two windows at once make one note."""
    mark = db.get(ReadMark, (introduction.id, person.id))
    if mark is not None:
        mark.message_id = max(mark.message_id, _last_id(introduction))
        db.flush()
        return
    try:
        with db.begin_nested():
            db.add(ReadMark(introduction_id=introduction.id, person_id=person.id, message_id=_last_id(introduction)))
    except IntegrityError:
        pass  # the person's other window was quicker by a moment


def _last_id(introduction: Introduction) -> int:
    return introduction.messages[-1].id if introduction.messages else 0


def list_talks(db: Session, person: Person, firm: Firm) -> list[Talk]:
    """The introductions of a firm, the last to move first."""
    query = sa.select(Introduction).where(_is_of(firm)).options(
        selectinload(Introduction.first), selectinload(Introduction.second)
    )  # fmt: skip
    own = sa.select(Introduction.id).where(_is_of(firm))
    newest = (
        sa.select(sa.func.max(Message.id)).where(Message.introduction_id.in_(own)).group_by(Message.introduction_id)
    )
    last = {m.introduction_id: m for m in db.scalars(sa.select(Message).where(Message.id.in_(newest)))}
    unread = dict(db.execute(_unread(person, firm, Introduction.id).group_by(Introduction.id)).all())
    talks = [
        Talk(introduction, other_of(introduction, firm), last.get(introduction.id), unread.get(introduction.id, 0))
        for introduction in db.scalars(query)
    ]
    return sorted(talks, key=lambda talk: (talk.moved_at_utc, talk.introduction.id), reverse=True)


def _is_of(firm: Firm) -> sa.ColumnElement[bool]:
    return sa.or_(Introduction.first_id == firm.id, Introduction.second_id == firm.id)


def _unread(person: Person, firm: Firm, *columns) -> sa.Select:
    """Count messages of other firms that the person has not read."""
    return (
        sa.select(*columns, sa.func.count(Message.id))
        .select_from(Message)
        .join(Introduction, Introduction.id == Message.introduction_id)
        .outerjoin(
            ReadMark,
            sa.and_(ReadMark.introduction_id == Introduction.id, ReadMark.person_id == person.id),
        )
        .where(_is_of(firm), Message.firm_id != firm.id, Message.id > sa.func.coalesce(ReadMark.message_id, 0))
    )


def count_unread(db: Session, person: Person, firm: Firm) -> int:
    """Messages to the firm that the person has not read."""
    return db.scalar(_unread(person, firm))


def list_readers(db: Session, firm: Firm, except_person: Person | None = None) -> list[Person]:
    """The people of a firm, for notices by mail."""
    query = sa.select(Person).join(Post).where(Post.firm_id == firm.id, Person.confirmed_at_utc.is_not(None))
    return [p for p in db.scalars(query.order_by(Person.id)) if except_person is None or p.id != except_person.id]
