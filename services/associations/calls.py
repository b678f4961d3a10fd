"""Calls for firms: written, opened and closed by an association, promoted by others, answered by firms."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from typing import Any

import sqlalchemy as sa
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session, joinedload, selectinload

from models import (
    Association,
    AssociationPost,
    AssociationState,
    Call,
    CallPromoter,
    CallState,
    Deed,
    Person,
    now_utc,
)
from services import audit
from services.associations.access import ORGANISERS, can_organise, require_organiser
from services.errors import Forbidden, Incomplete, NotFound
from services.search_text import name_words

FIELDS = ("title", "section", "country", "starts_on", "ends_on", "about", "eligibility", "criteria", "funder")
NEEDED = ("title", "ends_on", "about", "eligibility")
"""What firms must be able to read before a call opens."""


def today() -> dt.date:
    """The present day, the same for everybody."""
    return dt.datetime.now(dt.UTC).date()


def write(db: Session, person: Person, association: Association, given: Mapping[str, Any]) -> Call:
    """A new call, a draft. Raises Forbidden."""
    require_organiser(db, person, association)
    call = Call(association_id=association.id, **{name: given[name] for name in FIELDS})
    db.add(call)
    db.flush()
    return call


def change(db: Session, person: Person, call: Call, given: Mapping[str, Any]) -> None:
    """Change a draft; what firms have answered to stays as it is. Raises Forbidden."""
    require_organiser(db, person, call.association)
    held = db.scalar(sa.select(Call).where(Call.id == call.id).with_for_update(of=Call))
    if held.state != CallState.DRAFT:
        raise Forbidden(held.state)
    for name in FIELDS:
        setattr(call, name, given[name])
    call.changed_at_utc = now_utc()
    db.flush()


def missing_of(call: Call) -> list[str]:
    """What is still to be said before the call can open."""
    return [name for name in NEEDED if not getattr(call, name)]


def open_call(db: Session, person: Person, call: Call) -> None:
    """Let firms answer. Raises Forbidden, or Incomplete with what is missing (`over`: its last day has passed)."""
    require_organiser(db, person, call.association)
    if missing := missing_of(call):
        raise Incomplete(missing)
    if call.ends_on < today():
        raise Incomplete(["over"])
    _move(db, call, (CallState.DRAFT,), CallState.OPEN)
    audit.record(db, Deed.CALL_OPENED, person=person, subject=call)


def close(db: Session, person: Person, call: Call) -> None:
    """Let firms answer no more. Raises Forbidden."""
    require_organiser(db, person, call.association)
    _move(db, call, (CallState.OPEN,), CallState.CLOSED)
    audit.record(db, Deed.CALL_CLOSED, person=person, subject=call)


def _move(db: Session, call: Call, sources: tuple[CallState, ...], target: CallState, **values: Any) -> None:
    moved = sa.update(Call).where(Call.id == call.id, Call.state.in_(sources))
    moved = moved.values(state=target, changed_at_utc=now_utc(), **values)
    count = db.execute(moved.execution_options(synchronize_session=False)).rowcount
    db.refresh(call)
    if count == 0:
        raise Forbidden(call.state)


def change_period(
    db: Session, person: Person, call: Call, starts_on: dt.date | None, ends_on: dt.date
) -> bool:  # fmt: skip
    """Give an open call another period; returns whether it is another one.

    Raises Forbidden when the person may not or the call is not open, Incomplete when the last day has passed.
    """
    require_organiser(db, person, call.association)
    held = db.scalar(sa.select(Call).where(Call.id == call.id).with_for_update(of=Call))
    if held.state != CallState.OPEN:
        raise Forbidden(held.state)
    if ends_on < today():
        raise Incomplete(["over"])
    if (call.starts_on, call.ends_on) == (starts_on, ends_on):
        return False
    call.starts_on, call.ends_on, call.changed_at_utc = starts_on, ends_on, now_utc()
    audit.record(db, Deed.CALL_PERIOD_CHANGED, person=person, subject=call)
    db.flush()
    return True


def withdraw(db: Session, person: Person, call: Call, reason: str) -> None:
    """Say that a call which firms have read does not take place after all, and why; nothing is decided any more.

    Raises Forbidden, or Incomplete without a reason.
    """
    require_organiser(db, person, call.association)
    if not reason.strip():
        raise Incomplete(["reason"])
    _move(db, call, (CallState.OPEN, CallState.CLOSED), CallState.WITHDRAWN, reason=reason.strip())
    audit.record(db, Deed.CALL_WITHDRAWN, person=person, subject=call)


def is_open(call: Call) -> bool:
    """Whether firms may answer now."""
    has_begun = call.starts_on is None or call.starts_on <= today()
    return call.state == CallState.OPEN and call.association.is_approved and has_begun and call.ends_on >= today()


def get_call(db: Session, key: str) -> Call:
    """The call with this key. Raises NotFound."""
    query = sa.select(Call).where(Call.key == key).options(joinedload(Call.association))
    call = db.scalar(query.options(selectinload(Call.promoters).joinedload(CallPromoter.association)))
    if call is None:
        raise NotFound("call")
    return call


def get_public(db: Session, key: str) -> Call:
    """A call that everybody may read: one that was opened, of a verified association. Raises NotFound."""
    call = get_call(db, key)
    if call.state == CallState.DRAFT or not call.association.is_approved:
        raise NotFound("call")
    return call


def _is_public(*, is_over: bool) -> list[sa.ColumnElement[bool]]:
    runs = sa.and_(Call.state == CallState.OPEN, Call.ends_on >= today())
    shown = sa.and_(Call.state != CallState.DRAFT, Association.state == AssociationState.APPROVED)
    return [shown, ~runs if is_over else runs]


def count_public(db: Session, *, is_over: bool) -> int:
    """How many calls run, or are over."""
    query = sa.select(sa.func.count()).select_from(Call).join(Association)
    return db.scalar(query.where(*_is_public(is_over=is_over)))


def list_public(db: Session, *, is_over: bool, page: int = 1, per_page: int = 20) -> list[Call]:
    """A page of the calls that run, those that end first before others; or of those that are over, the last first."""
    query = sa.select(Call).join(Association).where(*_is_public(is_over=is_over))
    query = query.options(joinedload(Call.association)).limit(per_page).offset((page - 1) * per_page)
    return list(db.scalars(query.order_by(Call.ends_on.desc() if is_over else Call.ends_on, Call.id)))


def list_of(db: Session, association: Association) -> list[Call]:
    """The calls that an association has written or promotes, or is asked to promote, newest first."""
    promotes = sa.select(CallPromoter.call_id).where(CallPromoter.association_id == association.id)
    query = sa.select(Call).where(sa.or_(Call.association_id == association.id, Call.id.in_(promotes)))
    query = query.options(joinedload(Call.association), selectinload(Call.promoters))
    return list(db.scalars(query.order_by(Call.id.desc()).limit(200)))


def promoters_of(call: Call) -> list[Association]:
    """The associations that promote the call, its own first: those that have said so and are verified."""
    others = [one.association for one in call.promoters if one.confirmed_at_utc]
    return [call.association, *sorted((one for one in others if one.is_approved), key=lambda one: one.name_folded)]


def role_in(call: Call, association: Association) -> str | None:
    """Whether the association has written the call (`own`), promotes it, or is asked to (`asked`)."""
    if call.association_id == association.id:
        return "own"
    place = next((one for one in call.promoters if one.association_id == association.id), None)
    return None if place is None else "promotes" if place.confirmed_at_utc else "asked"


def may_run(db: Session, person: Person, call: Call) -> bool:
    """Whether the person organises for one of the associations that promote the call."""
    ids = [one.id for one in promoters_of(call) if one.is_approved]
    post = sa.exists().where(
        AssociationPost.person_id == person.id,
        AssociationPost.association_id.in_(ids),
        AssociationPost.role.in_(ORGANISERS),
    )
    return bool(db.scalar(sa.select(post)))


def find_associations(db: Session, words: str, *, limit: int = 20) -> list[Association]:
    """Verified associations whose name contains the words."""
    query = sa.select(Association).where(Association.state == AssociationState.APPROVED)
    for word in name_words(words):
        query = query.where(Association.name_folded.contains(word))
    return list(db.scalars(query.order_by(Association.name_folded, Association.id).limit(limit)))


def ask_promoter(db: Session, person: Person, call: Call, other: Association) -> None:
    """Ask another verified association to promote the call. Raises Forbidden."""
    require_organiser(db, person, call.association)
    if other.id == call.association_id or not other.is_approved:
        raise Forbidden("promoter")
    try:
        with db.begin_nested():
            db.add(CallPromoter(call_id=call.id, association_id=other.id))
    except IntegrityError:
        pass  # is asked, or promotes it, already
    db.expire(call, ["promoters"])


def answer_promoter(db: Session, person: Person, call: Call, association: Association, *, is_yes: bool) -> None:
    """Promote a call as one is asked to, or no (more). Raises Forbidden, NotFound when one is not asked."""
    if not can_organise(db, person, association):
        raise Forbidden("organiser")
    place = db.get(CallPromoter, (call.id, association.id), populate_existing=True)
    if place is None:
        raise NotFound("promoter")
    if is_yes:
        place.confirmed_at_utc = place.confirmed_at_utc or now_utc()
    else:
        db.delete(place)
    db.flush()
    db.expire(call, ["promoters"])
