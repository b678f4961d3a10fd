"""Payments that a member announces, and what the lead firm says of them; and reminders of what is overdue."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass

import sqlalchemy as sa
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session, joinedload

from models import (
    Consortium,
    ConsortiumState,
    DueReminder,
    EntryKind,
    Firm,
    LedgerEntry,
    Membership,
    NoticeState,
    PaymentNotice,
    Person,
    now_utc,
)
from services.consortia.access import find_place, is_member
from services.consortia.ledger import (
    LONGEST_WORDS,
    REQUEST_KEY,
    check_amount,
    check_day,
    enter,
    hold_ledger,
    is_kept,
)
from services.consortia.ledger_sums import open_dues
from services.consortia.moving import OutOfPlace, hold
from services.consortia.standing import INSIDE
from services.consortia.timeline import note
from services.errors import Conflict, Forbidden, Incomplete, NotFound
from services.permissions import can_act_for

MOST_WAITING = 20
"""Payments that one firm may have announced and nobody has decided on."""


@dataclass(frozen=True)
class Overdue:
    """Dues of which a firm is to be reminded: what is open of them, and since when the oldest."""

    consortium: Consortium
    firm: Firm
    open_minor: int
    day: dt.date


def announce(
    db: Session, person: Person, consortium: Consortium, firm: Firm, *, amount_minor: int | None,
    day: dt.date | None, words: str, request_key: str,
) -> PaymentNotice:  # fmt: skip
    """Say for a member that it has paid; nothing is entered before the lead firm confirms it.

    Raises Forbidden, OutOfPlace, Incomplete, Conflict for a form sent twice, or with too many that wait.
    """
    consortium = hold(db, consortium)
    if not can_act_for(db, person, firm) or not is_member(find_place(db, consortium, firm)):
        raise Forbidden("member")
    if consortium.state == ConsortiumState.CLOSED or not is_kept(db, consortium):
        raise OutOfPlace(consortium.state)
    wrong = check_amount(amount_minor) + check_day(day, is_past=True)
    wrong += [] if len(words) <= LONGEST_WORDS else ["words"]
    if wrong or not REQUEST_KEY.fullmatch(request_key):
        raise Incomplete(wrong or ["request"])
    if len([one for one in list_waiting(db, consortium) if one.firm_id == firm.id]) >= MOST_WAITING:
        raise Conflict("too_many")
    notice = PaymentNotice(
        consortium_id=consortium.id, firm_id=firm.id, person_id=person.id, amount_minor=amount_minor, day=day,
        words=words.strip(), request_key=request_key,
    )  # fmt: skip
    try:
        with db.begin_nested():
            db.add(notice)
    except IntegrityError as error:
        raise Conflict("request") from error
    return notice


def list_waiting(db: Session, consortium: Consortium) -> Sequence[PaymentNotice]:
    """Announced payments that nobody has decided on, oldest first."""
    query = sa.select(PaymentNotice).where(
        PaymentNotice.consortium_id == consortium.id, PaymentNotice.state == NoticeState.WAITING
    )
    return list(db.scalars(query.options(joinedload(PaymentNotice.firm)).order_by(PaymentNotice.id)))


def get_notice(db: Session, consortium: Consortium, key: str) -> PaymentNotice:
    """The announced payment with this key, if it is the group's. Raises NotFound."""
    query = sa.select(PaymentNotice).where(PaymentNotice.key == key, PaymentNotice.consortium_id == consortium.id)
    notice = db.scalar(query)
    if notice is None:
        raise NotFound("payment_notice")
    return notice


def confirm(db: Session, person: Person, consortium: Consortium, notice: PaymentNotice) -> LedgerEntry:
    """Enter a payment that a member announced. Raises Forbidden, OutOfPlace, Conflict where that is decided."""
    consortium = hold_ledger(db, person, consortium)
    _decide(db, notice, NoticeState.CONFIRMED)
    entry = enter(
        db, person, consortium, firm=(notice.firm.key, notice.firm.name), kind=EntryKind.PAYMENT,
        amount_minor=-notice.amount_minor, day=notice.day, words=notice.words, request_key=f"notice-{notice.key}",
    )  # fmt: skip
    facts = {"name": entry.firm_name, "amount_minor": entry.amount_minor, "currency": consortium.currency}
    note(db, consortium, "payment_recorded", person=person, firm=notice.firm, **facts)
    return entry


def decline(db: Session, person: Person, consortium: Consortium, notice: PaymentNotice) -> None:
    """Say that the money has not come. Raises Forbidden, OutOfPlace, Conflict where that is decided."""
    hold_ledger(db, person, consortium)
    _decide(db, notice, NoticeState.DECLINED)


def _decide(db: Session, notice: PaymentNotice, state: NoticeState) -> None:
    done = db.execute(
        sa.update(PaymentNotice)
        .where(PaymentNotice.id == notice.id, PaymentNotice.state == NoticeState.WAITING)
        .values(state=state, decided_at_utc=now_utc())
        .execution_options(synchronize_session=False)
    )
    db.refresh(notice)
    if done.rowcount != 1:
        raise Conflict("decided")


def _unreminded(today: dt.date, *conditions: sa.ColumnElement[bool]) -> sa.Select:
    """Overdue dues of members of which nobody was reminded."""
    dues = open_dues(*conditions)
    return (
        sa.select(dues.c.id, dues.c.consortium_id, dues.c.open_minor, dues.c.day, Firm)
        .join(Firm, Firm.key == dues.c.firm_key)
        .join(
            Membership,
            sa.and_(Membership.firm_id == Firm.id, Membership.consortium_id == dues.c.consortium_id),
        )
        .join(Consortium, Consortium.id == dues.c.consortium_id)
        .where(
            dues.c.day < today,
            Membership.state.in_(INSIDE),
            Consortium.state != ConsortiumState.CLOSED,
            ~sa.exists().where(DueReminder.entry_id == dues.c.id),
        )
        .order_by(dues.c.id)
    )


def overdue_groups(today: dt.date) -> sa.Select:
    """The ids of the groups in which a firm is to be reminded of a due."""
    found = _unreminded(today).order_by(None).subquery()
    return sa.select(found.c.consortium_id)


def tend_dues(db: Session, consortium: Consortium, today: dt.date) -> Sequence[Overdue]:
    """Of what firms of a group are to be reminded; each due once, so they count as reminded from now on."""
    consortium = hold(db, consortium)
    found: dict[int, Overdue] = {}
    for entry_id, _group, open_minor, day, firm in db.execute(
        _unreminded(today, LedgerEntry.consortium_id == consortium.id)
    ):
        db.add(DueReminder(entry_id=entry_id))
        before = found.get(firm.id, Overdue(consortium, firm, 0, day))
        found[firm.id] = Overdue(consortium, firm, before.open_minor + int(open_minor), min(before.day, day))
    db.flush()
    return list(found.values())
