"""Deciding on barriers: the queue, and publishing, rejecting, taking down; never by whoever entered them."""

from __future__ import annotations

import hashlib

import sqlalchemy as sa
from sqlalchemy.orm import Session

from models import BarrierState, Deed, MarketBarrier, Person, Post, now_utc
from services import audit
from services.barriers import CONTENT, WITH_AUTHORS, hold, is_own, list_same
from services.errors import Conflict, Forbidden, Incomplete
from services.moderation import desk

OUTCOMES = {"publish": BarrierState.PUBLISHED, "reject": BarrierState.REJECTED}
STATES = (BarrierState.WAITING, *OUTCOMES.values())
"""The states that moderators see in lists; what was withdrawn is gone for all."""
KIND = "barrier"


def count_waiting(db: Session) -> int:
    """How many entries wait for a decision."""
    return db.scalar(sa.select(sa.func.count()).where(MarketBarrier.state == BarrierState.WAITING))


def count_by_state(db: Session) -> dict[str, int]:
    """How many entries are in each state that moderators see."""
    query = sa.select(MarketBarrier.state, sa.func.count()).group_by(MarketBarrier.state)
    counts = dict(db.execute(query).all())
    return {state: counts.get(state, 0) for state in STATES}


def list_cases(db: Session, state: str, *, page: int = 1, per_page: int = 20) -> list[MarketBarrier]:
    """A page of the entries in a state: those that wait oldest first, the others by their decision, newest first."""
    query = sa.select(MarketBarrier).where(MarketBarrier.state == state).options(*WITH_AUTHORS)
    if state == BarrierState.WAITING:
        query = query.order_by(MarketBarrier.entered_at_utc, MarketBarrier.id)
    else:
        query = query.order_by(MarketBarrier.decided_at_utc.desc(), MarketBarrier.id.desc())
    return list(db.scalars(query.limit(per_page).offset((page - 1) * per_page)))


def find_next(db: Session, moderator: Person) -> MarketBarrier | None:
    """The entry that has waited longest and on which the moderator may decide."""
    firms = sa.select(Post.firm_id).where(Post.person_id == moderator.id)
    own = sa.or_(
        sa.and_(MarketBarrier.firm_id.is_not(None), MarketBarrier.firm_id.in_(firms)),
        sa.and_(MarketBarrier.person_id.is_not(None), MarketBarrier.person_id == moderator.id),
    )
    query = sa.select(MarketBarrier).where(MarketBarrier.state == BarrierState.WAITING, sa.not_(own))
    query = query.where(desk.is_free_for(moderator, KIND, MarketBarrier.key))
    return db.scalar(query.order_by(MarketBarrier.entered_at_utc, MarketBarrier.id).limit(1))


def can_decide(db: Session, moderator: Person, barrier: MarketBarrier) -> bool:
    """Whether the person may decide: a moderator who neither wrote it, nor acts for its firm, nor stepped back."""
    is_others = barrier.person_id != moderator.id and not is_own(db, moderator, barrier)
    return moderator.is_moderator and is_others and not desk.is_recused(db, moderator, KIND, barrier.key)


def stamp(barrier: MarketBarrier) -> str:
    """A short mark of what an entry says: another mark means that it was changed meanwhile."""
    said = repr([getattr(barrier, name) for name in CONTENT])
    return hashlib.sha256(said.encode()).hexdigest()[:16]


def decide(db: Session, moderator: Person, barrier: MarketBarrier, *, outcome: str, reason: str, seen: str) -> None:
    """Publish or reject an entry that waits; a rejection needs a reason, `seen` is the stamp of what was read.

    What the same author had published on the same gives way to it. Raises Forbidden when the moderator may not or
    it waits no longer, Held while another works on it, Conflict when it was changed meanwhile, Incomplete when the
    reason is missing.
    """
    if not can_decide(db, moderator, barrier):
        raise Forbidden("moderator")
    if outcome != "publish" and not reason.strip():
        raise Incomplete(["reason"])
    desk.claim(db, moderator, KIND, barrier.key)
    hold(db, barrier, BarrierState.WAITING)
    if stamp(barrier) != seen:
        raise Conflict("changed")
    if outcome == "publish":
        for earlier in list_same(db, barrier, BarrierState.PUBLISHED):
            earlier.state = BarrierState.WITHDRAWN
    _note(db, moderator, barrier, OUTCOMES[outcome], reason)
    audit.record(db, Deed.BARRIER_DECIDED, person=moderator, subject=barrier, outcome=outcome)


def take_down(db: Session, moderator: Person, barrier: MarketBarrier, *, reason: str) -> None:
    """Take a published entry away again.

    Raises Forbidden when the moderator may not or it is not published, Incomplete when the reason is missing.
    """
    if not can_decide(db, moderator, barrier):
        raise Forbidden("moderator")
    if not reason.strip():
        raise Incomplete(["reason"])
    hold(db, barrier, BarrierState.PUBLISHED)
    _note(db, moderator, barrier, BarrierState.REJECTED, reason)
    audit.record(db, Deed.BARRIER_TAKEN_DOWN, person=moderator, subject=barrier)


def _note(db: Session, moderator: Person, barrier: MarketBarrier, state: BarrierState, reason: str) -> None:
    barrier.state, barrier.reason = state, reason.strip()
    barrier.moderator_id, barrier.decided_at_utc = moderator.id, now_utc()
    desk.settle(db, KIND, barrier.key)
    db.flush()


def reader_of(db: Session, barrier: MarketBarrier) -> Person | None:
    """Who is told of a decision: the person who entered it, while they still speak for its firm."""
    person = barrier.person
    return person if person is not None and person.is_active and is_own(db, person, barrier) else None


def find_moderator(db: Session, barrier: MarketBarrier) -> Person | None:
    """Who decided on the entry last, if somebody did and is still here."""
    return db.get(Person, barrier.moderator_id) if barrier.moderator_id else None
