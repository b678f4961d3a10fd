"""Invitations of the firms on a list: one for an address, reminders to a segment, none to who wants none."""

from __future__ import annotations

import enum
import hashlib
import secrets
from collections.abc import Collection, Mapping
from dataclasses import dataclass

import sqlalchemy as sa
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session, joinedload

from models import (
    Association,
    AssociationState,
    Firm,
    FirmState,
    ListedFirm,
    Mail,
    MemberInvitation,
    Person,
    SuppressedAddress,
    now_utc,
)
from services import settings
from services.accounts import fold_email
from services.errors import Expired
from services.outbox import TRIES

MOST_REMINDERS = 3
MANY = 500


class Status(enum.StrEnum):
    """How far an invited firm has come, as the facts say."""

    SENT = "sent"
    OPENED = "opened"
    STARTED = "started"
    SUBMITTED = "submitted"
    BOUNCED = "bounced"
    UNSUBSCRIBED = "unsubscribed"


REMINDED = (Status.SENT, Status.OPENED, Status.STARTED)
"""Who can be reminded."""


@dataclass(frozen=True)
class Waiting:
    """Whom an association could invite, and whom not."""

    ready: int
    without_address: int
    same_address: int
    """Entries whose address has an invitation for another entry, or stands at an earlier one."""
    unsubscribed: int


def digest(email: str) -> str:
    """A mark of an address by which it is recognised and not read."""
    return hashlib.sha256(fold_email(email).encode()).hexdigest()


def suppress(db: Session, email: str) -> None:
    """Write no invitations to an address any more."""
    try:
        with db.begin_nested():
            db.add(SuppressedAddress(digest=digest(email)))
    except IntegrityError:
        pass  # it wants none already


def suppressed_of(db: Session, emails: Collection[str]) -> set[str]:
    """Which of these addresses want no invitations."""
    marks = {digest(email): email for email in emails}
    query = sa.select(SuppressedAddress.digest)
    if len(marks) <= MANY:  # of more, it is less to read all that there are
        query = query.where(SuppressedAddress.digest.in_(marks))
    return {marks[mark] for mark in db.scalars(query) if mark in marks}


def _uninvited(association_id: int) -> sa.Select:
    """Entries that nobody has taken over, without an invitation of their own."""
    own = sa.exists().where(MemberInvitation.listed_id == ListedFirm.id)
    is_free = (ListedFirm.association_id == association_id, ListedFirm.claimed_at_utc.is_(None), ~own)
    return sa.select(ListedFirm.id, ListedFirm.email).where(*is_free).order_by(ListedFirm.id)


def _sort(db: Session, association_id: int) -> tuple[list[tuple[int, str]], Waiting]:
    """The entries that can be invited, the first of each address, and how many cannot and why."""
    entries = db.execute(_uninvited(association_id)).all()
    written = set(
        db.scalars(sa.select(MemberInvitation.email).where(MemberInvitation.association_id == association_id))
    )
    silent = suppressed_of(db, {email for _, email in entries if email})
    ready, counts = [], {"without_address": 0, "same_address": 0, "unsubscribed": 0}
    for listed_id, email in entries:
        if not email:
            counts["without_address"] += 1
        elif email in silent:
            counts["unsubscribed"] += 1
        elif email in written:
            counts["same_address"] += 1
        else:
            written.add(email)
            ready.append((listed_id, email))
    return ready, Waiting(ready=len(ready), **counts)


def count_waiting(db: Session, association: Association) -> Waiting:
    """How many entries could be invited, and how many not."""
    return _sort(db, association.id)[1]


def list_ready(db: Session, association_id: int) -> list[tuple[int, str]]:
    """The entries that can be invited now, each with its address."""
    return _sort(db, association_id)[0]


def invite(db: Session, association: Association, listed_id: int, email: str) -> MemberInvitation | None:
    """Note an invitation, if its address has none from the association yet, and still wants some.

    The database decides: an address gets one invitation, whoever asks and how often.
    """
    listed = db.get(ListedFirm, listed_id, populate_existing=True)
    if listed is None or listed.claimed_at_utc or not association.is_approved or suppressed_of(db, [email]):
        return None
    row = MemberInvitation(
        association_id=association.id, listed_id=listed_id, email=email, token=secrets.token_urlsafe(32)
    )
    try:
        with db.begin_nested():
            db.add(row)
    except IntegrityError:
        return None
    return row


def remind(db: Session, invitation: MemberInvitation) -> bool:
    """Note a reminder, if one may be sent now: of two at one moment only the first."""
    if suppressed_of(db, [invitation.email]):
        return False
    may = (
        MemberInvitation.id == invitation.id,
        MemberInvitation.reminders < MOST_REMINDERS,
        MemberInvitation.mailed_at_utc <= now_utc() - settings.days_of(db, "list_rest_days"),
    )
    values = {"reminders": MemberInvitation.reminders + 1, "mailed_at_utc": now_utc()}
    noted = sa.update(MemberInvitation).where(*may).values(**values)
    is_first = db.execute(noted.execution_options(synchronize_session=False)).rowcount == 1
    db.refresh(invitation)
    return is_first


SUBMITTED = (FirmState.SUBMITTED, FirmState.APPROVED, FirmState.RETURNED, FirmState.REJECTED)
_HAS_ACCOUNT = sa.exists().where(Person.email == MemberInvitation.email, Person.confirmed_at_utc.is_not(None))
_HAS_BOUNCED = sa.exists().where(
    Mail.id == MemberInvitation.mail_id, Mail.sent_at_utc.is_(None), Mail.attempts >= TRIES
)
_STATUS = sa.case(
    (Firm.state.in_(SUBMITTED), Status.SUBMITTED.value),
    (ListedFirm.claimed_at_utc.is_not(None), Status.STARTED.value),
    (_HAS_BOUNCED, Status.BOUNCED.value),
    (_HAS_ACCOUNT, Status.OPENED.value),
    else_=Status.SENT.value,
)
"""What the facts say; that an address wants none is known by its digest only, and is added afterwards."""


def _statuses(association_id: int) -> sa.Select:
    query = sa.select(MemberInvitation.id, MemberInvitation.email, _STATUS.label("status"))
    query = query.join(ListedFirm, ListedFirm.id == MemberInvitation.listed_id)
    query = query.outerjoin(Firm, Firm.id == ListedFirm.firm_id)
    return query.where(MemberInvitation.association_id == association_id).order_by(MemberInvitation.id)


def statuses_of(db: Session, association_id: int) -> dict[int, Status]:
    """How far each invitation has come, newest last."""
    rows = db.execute(_statuses(association_id)).all()
    silent = suppressed_of(db, {email for _, email, _ in rows})
    return {
        number: Status.UNSUBSCRIBED
        if email in silent and status not in (Status.STARTED, Status.SUBMITTED)
        else Status(status)
        for number, email, status in rows
    }


def list_invitations(
    db: Session, statuses: dict[int, Status], status: str | None, *, page: int = 1, per_page: int = 50
) -> list[MemberInvitation]:
    """A page of the invitations of a status, or of all, newest first."""
    chosen = [number for number, found in reversed(statuses.items()) if status is None or found == status]
    ids = chosen[(page - 1) * per_page : page * per_page]
    query = sa.select(MemberInvitation).where(MemberInvitation.id.in_(ids))
    query = query.options(joinedload(MemberInvitation.listed), joinedload(MemberInvitation.mail))
    return list(db.scalars(query.order_by(MemberInvitation.id.desc()))) if ids else []


def list_due(db: Session, association_id: int, segment: Collection[str]) -> list[int]:
    """The invitations of a segment for which a reminder may be sent now."""
    due = due_by_status(db, association_id, statuses_of(db, association_id))
    return sorted(number for status in set(segment) & set(REMINDED) for number in due.get(status, ()))


def due_by_status(db: Session, association_id: int, statuses: Mapping[int, Status]) -> dict[str, list[int]]:
    """The invitations for which a reminder may be sent now, by how far they have come."""
    may = sa.select(MemberInvitation.id).where(
        MemberInvitation.association_id == association_id,
        MemberInvitation.reminders < MOST_REMINDERS,
        MemberInvitation.mailed_at_utc <= now_utc() - settings.days_of(db, "list_rest_days"),
    )
    found: dict[str, list[int]] = {}
    for number in db.scalars(may):
        if number in statuses:
            found.setdefault(statuses[number], []).append(number)
    return found


def read_token(db: Session, token: str) -> MemberInvitation:
    """The invitation of a link. Raises Expired when there is none, or its association does nothing any more."""
    query = sa.select(MemberInvitation).join(Association).where(
        MemberInvitation.token == token, Association.state == AssociationState.APPROVED
    )  # fmt: skip
    query = query.options(joinedload(MemberInvitation.listed), joinedload(MemberInvitation.association))
    found = db.scalar(query)
    if found is None:
        raise Expired("invitation")
    return found


def unsubscribe(db: Session, token: str) -> None:
    """Write to the address of this link no more. Raises Expired when there is no such link."""
    email = db.scalar(sa.select(MemberInvitation.email).where(MemberInvitation.token == token))
    if email is None:
        raise Expired("invitation")
    suppress(db, email)
