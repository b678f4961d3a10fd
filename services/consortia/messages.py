"""Messages inside a group: its members write and read them, nobody else does.

A message is never changed. Whoever wrote it may take it back for a quarter of an hour: then its words are gone, and
that it was there remains.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence

import sqlalchemy as sa
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session, joinedload

from models import (
    Consortium,
    ConsortiumState,
    Firm,
    GroupMessage,
    GroupReadMark,
    Membership,
    Person,
    Post,
    now_utc,
)
from services.consortia.access import find_place, is_member
from services.consortia.moving import OutOfPlace
from services.consortia.standing import INSIDE
from services.errors import Forbidden, Incomplete, NotFound
from services.permissions import can_act_for

LONGEST_MESSAGE = 5000
PER_PAGE = 30
TAKEN_BACK_WITHIN = dt.timedelta(minutes=15)


def write(db: Session, person: Person, consortium: Consortium, firm: Firm, body: str) -> GroupMessage:
    """Write to the members. Raises Forbidden for others, OutOfPlace in a group that has ended, Incomplete."""
    if not can_act_for(db, person, firm) or not is_member(find_place(db, consortium, firm)):
        raise Forbidden("member")
    if consortium.state == ConsortiumState.CLOSED:
        raise OutOfPlace(consortium.state)
    body = body.strip()
    if not body or len(body) > LONGEST_MESSAGE:
        raise Incomplete(["body"])
    message = GroupMessage(consortium_id=consortium.id, firm_id=firm.id, person_id=person.id, body=body)
    db.add(message)
    db.flush()
    return message


def get_message(db: Session, consortium: Consortium, key: str) -> GroupMessage:
    """The message with this key, if it is the group's. Raises NotFound."""
    query = sa.select(GroupMessage).where(GroupMessage.key == key, GroupMessage.consortium_id == consortium.id)
    message = db.scalar(query)
    if message is None:
        raise NotFound("group_message")
    return message


def may_take_back(message: GroupMessage, person: Person, now: dt.datetime | None = None) -> bool:
    """Whether the person wrote it, not long ago."""
    is_own = message.person_id == person.id and message.taken_back_at_utc is None
    return is_own and message.sent_at_utc > (now or now_utc()) - TAKEN_BACK_WITHIN


def take_back(db: Session, person: Person, message: GroupMessage, now: dt.datetime | None = None) -> None:
    """Take one's own message back. Raises Forbidden for others, after a quarter of an hour, and the second time."""
    now = now or now_utc()
    is_fresh = sa.and_(
        GroupMessage.id == message.id,
        GroupMessage.person_id == person.id,
        GroupMessage.taken_back_at_utc.is_(None),
        GroupMessage.sent_at_utc > now - TAKEN_BACK_WITHIN,
    )
    done = db.execute(
        sa.update(GroupMessage).where(is_fresh).values(body="", taken_back_at_utc=now)
        .execution_options(synchronize_session=False)
    )  # fmt: skip
    db.refresh(message)
    if done.rowcount != 1:
        raise Forbidden("too_late")


def count_messages(db: Session, consortium: Consortium) -> int:
    """How many were written."""
    return db.scalar(sa.select(sa.func.count()).where(GroupMessage.consortium_id == consortium.id))


def list_messages(db: Session, consortium: Consortium, *, page: int = 1) -> Sequence[GroupMessage]:
    """A page of messages, newest first."""
    query = sa.select(GroupMessage).where(GroupMessage.consortium_id == consortium.id)
    query = query.options(joinedload(GroupMessage.firm), joinedload(GroupMessage.person))
    return list(db.scalars(query.order_by(GroupMessage.id.desc()).limit(PER_PAGE).offset((page - 1) * PER_PAGE)))


def count_unread(db: Session, person: Person, firm: Firm) -> Mapping[int, int]:
    """By id of the group how many messages of other members the person has not read, where the firm is a member."""
    is_mark = sa.and_(GroupReadMark.consortium_id == GroupMessage.consortium_id, GroupReadMark.person_id == person.id)
    query = (
        sa.select(GroupMessage.consortium_id, sa.func.count())
        .join(Membership, Membership.consortium_id == GroupMessage.consortium_id)
        .outerjoin(GroupReadMark, is_mark)
        .where(
            Membership.firm_id == firm.id,
            Membership.state.in_(INSIDE),
            GroupMessage.firm_id.is_distinct_from(firm.id),
            GroupMessage.taken_back_at_utc.is_(None),
            GroupMessage.id > sa.func.coalesce(GroupReadMark.message_id, 0),
        )
        .group_by(GroupMessage.consortium_id)
    )
    return dict(db.execute(query).all())


def _last_id(db: Session, consortium: Consortium) -> int:
    query = sa.select(sa.func.max(GroupMessage.id)).where(GroupMessage.consortium_id == consortium.id)
    return db.scalar(query) or 0


def has_news(db: Session, consortium: Consortium, person: Person) -> bool:
    """Whether something was written, or told by mail, since the person last looked."""
    mark = db.get(GroupReadMark, (consortium.id, person.id))
    if mark is None:
        return _last_id(db, consortium) > 0
    return mark.told_at_utc is not None or _last_id(db, consortium) > mark.message_id


def mark_read(db: Session, consortium: Consortium, person: Person) -> None:
    """Note that the person has looked: from now on a mail may tell of news again."""
    mark = _mark(db, consortium.id, person.id)
    mark.message_id, mark.told_at_utc = max(mark.message_id, _last_id(db, consortium)), None
    db.flush()


def _mark(db: Session, consortium_id: int, person_id: int) -> GroupReadMark:
    """The person's mark, made if there is none; two windows at once make one."""
    mark = db.get(GroupReadMark, (consortium_id, person_id))
    if mark is not None:
        return mark
    try:
        with db.begin_nested():
            mark = GroupReadMark(consortium_id=consortium_id, person_id=person_id, message_id=0)
            db.add(mark)
    except IntegrityError:
        mark = db.get_one(GroupReadMark, (consortium_id, person_id))
    return mark


def claim_notices(db: Session, message: GroupMessage) -> Sequence[tuple[Person, Firm]]:
    """Whom a mail is to tell of a message, each with one firm: people of the other members who have not been told
    of anything since they last looked. They count as told from now on; of two messages at once one tells."""
    query = (
        sa.select(Person, Firm)
        .join(Post, Post.person_id == Person.id)
        .join(Firm, Firm.id == Post.firm_id)
        .join(Membership, Membership.firm_id == Firm.id)
        .where(
            Membership.consortium_id == message.consortium_id,
            Membership.state.in_(INSIDE),
            Person.confirmed_at_utc.is_not(None),
            Person.id != message.person_id,
            Firm.id != message.firm_id,
        )
        .order_by(Person.id, Firm.id)
    )
    found = {}
    for person, firm in db.execute(query):
        found.setdefault(person.id, (person, firm))
    return [pair for pair in found.values() if _is_first(db, message, pair[0])]


def _is_first(db: Session, message: GroupMessage, person: Person) -> bool:
    mark = _mark(db, message.consortium_id, person.id)
    is_quiet = sa.and_(
        GroupReadMark.consortium_id == mark.consortium_id,
        GroupReadMark.person_id == mark.person_id,
        GroupReadMark.told_at_utc.is_(None),
    )
    done = db.execute(
        sa.update(GroupReadMark).where(is_quiet).values(told_at_utc=now_utc())
        .execution_options(synchronize_session=False)
    )  # fmt: skip
    db.refresh(mark)
    return done.rowcount == 1
