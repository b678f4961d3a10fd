"""The firms of a call as its associations look through them, by state and name; members that could be nominated."""

from __future__ import annotations

import sqlalchemy as sa
from sqlalchemy.orm import Session, joinedload

from models import Application, ApplicationState, Association, Belonging, BelongingState, Call, Firm
from services.search_text import name_words

SHOWN = (
    ApplicationState.APPLIED, ApplicationState.NOMINATED, ApplicationState.ACCEPTED, ApplicationState.REFUSED,
)  # fmt: skip
"""What associations see, first what waits for them; a firm that withdrew is gone."""


def _found(call: Call, words: str, state: str | None) -> list[sa.ColumnElement[bool]]:
    is_it = Application.state.in_(SHOWN) if state is None else Application.state == state
    return [Application.call_id == call.id, is_it, Firm.is_approved, *_named(words)]


def _named(words: str) -> list[sa.ColumnElement[bool]]:
    return [Firm.name_folded.contains(word) for word in name_words(words)]


def count_by_state(db: Session, call: Call, *, words: str = "") -> dict[str, int]:
    """How many firms of the call are in each state, where there are any; only approved ones, by name if asked."""
    query = sa.select(Application.state, sa.func.count()).join(Firm).where(*_found(call, words, None))
    counts = dict(db.execute(query.group_by(Application.state)).all())
    return {state: counts[state] for state in SHOWN if state in counts}


def list_applications(
    db: Session, call: Call, *, words: str = "", state: str | None = None, page: int = 1, per_page: int = 50
) -> list[Application]:
    """A page of the approved firms of a call, by state and name."""
    order = sa.case({one.value: place for place, one in enumerate(SHOWN)}, value=Application.state)
    query = sa.select(Application).join(Firm).where(*_found(call, words, state))
    query = query.options(joinedload(Application.firm), joinedload(Application.applied_by))
    query = query.order_by(order, Firm.name_folded, Firm.id)
    return list(db.scalars(query.limit(per_page).offset((page - 1) * per_page)))


def _nominees(call: Call, association: Association, words: str) -> sa.Select:
    """Approved members of the association that have no place in the call, and have not withdrawn from it."""
    has_place = sa.exists().where(Application.call_id == call.id, Application.firm_id == Firm.id)
    belongs = (Belonging.association_id == association.id, Belonging.state == BelongingState.CONFIRMED)
    return sa.select(Firm).join(Belonging).where(*belongs, Firm.is_approved, ~has_place, *_named(words))


def count_nominees(db: Session, association: Association, call: Call, *, words: str = "") -> int:
    """How many members could be nominated."""
    return db.scalar(sa.select(sa.func.count()).select_from(_nominees(call, association, words).subquery()))


def list_nominees(
    db: Session, association: Association, call: Call, *, words: str = "", page: int = 1, per_page: int = 50
) -> list[Firm]:
    """A page of the members that could be nominated, by name."""
    query = _nominees(call, association, words).order_by(Firm.name_folded, Firm.id)
    return list(db.scalars(query.limit(per_page).offset((page - 1) * per_page)))


def list_ids(db: Session, call: Call, states: tuple[ApplicationState, ...]) -> list[int]:
    """The approved firms that are in one of these states."""
    query = sa.select(Firm.id).join(Application).where(
        Application.call_id == call.id, Application.state.in_(states), Firm.is_approved
    )  # fmt: skip
    return list(db.scalars(query.order_by(Firm.id)))
