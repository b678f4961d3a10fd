"""What a firm says of a suggestion: interested, later, never. Silent to the other, until both are interested."""

from __future__ import annotations

from dataclasses import dataclass

import sqlalchemy as sa
from sqlalchemy.orm import Session, selectinload

from models import Block, Choice, ChoiceKind, Deed, Firm, Introduction, Person, now_utc
from services import audit, introductions
from services.errors import Forbidden


@dataclass(frozen=True)
class Chosen:
    """A choice that was made, what it replaced, and the introduction that it opened, if it is mutual."""

    choice: Choice
    before: str | None
    introduction: Introduction | None


def find_choice(db: Session, firm: Firm, other: Firm) -> Choice | None:
    """What the firm said of the other."""
    return db.get(Choice, (firm.id, other.id))


def choose(db: Session, firm: Firm, other: Firm, kind: ChoiceKind, person: Person) -> Chosen:
    """Say something of another firm; mutual interest opens an introduction.

    Raises Forbidden unless both firms are approved and not the same. Nothing that is decided here is ever shown
    to the other firm, but for mutual interest.
    """
    if firm.id == other.id or not (firm.is_approved and other.is_approved):
        raise Forbidden("state")
    _lock(db, firm, other)
    choice = find_choice(db, firm, other)
    before = choice.kind if choice else None
    if choice is None:
        choice = Choice(firm_id=firm.id, other_id=other.id)
        db.add(choice)
    choice.kind, choice.person_id, choice.made_at_utc = ChoiceKind(kind), person.id, now_utc()
    db.flush()
    was_open = introductions.find_introduction(db, firm, other) is not None
    introduction = _follow(db, firm, other)
    if introduction is not None and not was_open:
        audit.record(db, Deed.INTRODUCTION_OPENED, person=person, firm=firm, subject=other)
    return Chosen(choice, before, introduction)


def _lock(db: Session, firm: Firm, other: Firm) -> None:
    """Let two sides that choose at the same moment see each other: one after the other, in the order of ids."""
    ids = sa.select(Firm.id).where(Firm.id.in_([firm.id, other.id])).order_by(Firm.id)
    db.execute(ids.with_for_update())


def undo(db: Session, firm: Firm, other: Firm) -> str | None:
    """Take back what the firm said of the other; returns what it was."""
    _lock(db, firm, other)
    choice = find_choice(db, firm, other)
    if choice is None:
        return None
    kind = choice.kind
    db.delete(choice)
    db.flush()
    _follow(db, firm, other)
    return kind


def undo_interest(db: Session, firm: Firm, other: Firm) -> None:
    """Take back the firm's interest in the other, if it said so: before it blocks it, for example."""
    choice = find_choice(db, firm, other)
    if choice is not None and choice.kind == ChoiceKind.INTERESTED:
        undo(db, firm, other)


def _follow(db: Session, firm: Firm, other: Firm) -> Introduction | None:
    """Open or close the introduction as the two choices say."""
    if is_mutual(db, firm, other):
        return introductions.open_introduction(db, firm, other)
    introductions.close_introduction(db, firm, other)
    return None


def is_mutual(db: Session, firm: Firm, other: Firm) -> bool:
    """Whether each has said that it is interested in the other, and neither has closed its door to it."""
    blocks = sa.exists().where(
        sa.or_(
            sa.and_(Block.firm_id == firm.id, Block.blocked_id == other.id),
            sa.and_(Block.firm_id == other.id, Block.blocked_id == firm.id),
        )
    )
    if db.scalar(sa.select(blocks)):
        return False
    count = sa.select(sa.func.count()).select_from(Choice).where(
        Choice.kind == ChoiceKind.INTERESTED,
        sa.or_(
            sa.and_(Choice.firm_id == firm.id, Choice.other_id == other.id),
            sa.and_(Choice.firm_id == other.id, Choice.other_id == firm.id),
        ),
    )  # fmt: skip
    return db.scalar(count) == 2


def list_choices(db: Session, firm: Firm, kind: str | None = None) -> list[Choice]:
    """What the firm has said of others, newest first."""
    query = sa.select(Choice).where(Choice.firm_id == firm.id).options(selectinload(Choice.other))
    if kind:
        query = query.where(Choice.kind == kind)
    return list(db.scalars(query.order_by(Choice.made_at_utc.desc(), Choice.other_id)))


def ids_chosen(db: Session, firm: Firm) -> dict[int, str]:
    """Firm id → kind, for every firm of which this one has said something."""
    query = sa.select(Choice.other_id, Choice.kind).where(Choice.firm_id == firm.id)
    return dict(db.execute(query).all())
