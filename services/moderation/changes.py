"""Changes after approval: an approved firm that says it is somebody else is looked at again, and stays approved."""

from __future__ import annotations

import sqlalchemy as sa
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session, joinedload

from models import ChangeState, Deed, Firm, FirmChangeCase, Person, now_utc
from services import audit
from services.errors import Forbidden, Incomplete, NotFound
from services.moderation import desk, snapshots
from services.moderation.snapshots import Change
from services.permissions import is_party

KIND = "change"
WATCHED = ("name", "country", "tax_number", "website")
"""What makes a firm another one."""
OUTCOMES = {"accept": ChangeState.ACCEPTED, "return": ChangeState.RETURNED}
OPEN = (ChangeState.WAITING, ChangeState.RETURNED)


def before_change(db: Session, firm: Firm) -> None:
    """Keep what an approved firm says before it is changed, if nothing was kept of it yet."""
    if firm.id is not None and firm.is_approved:
        snapshots.ensure(db, firm)


def after_change(db: Session, firm: Firm) -> None:
    """Raise a case when an approved firm has changed who it is; end it when that is undone."""
    if not firm.is_approved:
        return
    if watched_changes(db, firm):
        try:
            with db.begin_nested():
                db.add(FirmChangeCase(firm_id=firm.id))
        except IntegrityError:
            pass  # one waits already
        return
    _close(db, firm, ChangeState.UNDONE)


def watched_changes(db: Session, firm: Firm) -> list[Change]:
    """The fields that make it another firm and that differ from the last approval."""
    changes = snapshots.changes_since(db, firm) or []
    return [one for one in changes if one.section == "identity" and one.field in WATCHED]


def _close(db: Session, firm: Firm, state: ChangeState, moderator: Person | None = None) -> None:
    """End every case of the firm that is open."""
    values = {"state": state, "decided_at_utc": now_utc(), "moderator_id": moderator.id if moderator else None}
    is_open = sa.and_(FirmChangeCase.firm_id == firm.id, FirmChangeCase.state.in_(OPEN))
    for key in db.scalars(sa.select(FirmChangeCase.key).where(is_open)).all():
        desk.settle(db, KIND, key)
    db.execute(
        sa.update(FirmChangeCase).where(is_open).values(**values).execution_options(synchronize_session="fetch")
    )


def approved(db: Session, firm: Firm, moderator: Person) -> None:
    """Note that the whole firm was approved as it is now."""
    snapshots.take(db, firm)
    _close(db, firm, ChangeState.ACCEPTED, moderator)


def get_case(db: Session, key: str) -> FirmChangeCase:
    """The case with this key. Raises NotFound."""
    query = sa.select(FirmChangeCase).where(FirmChangeCase.key == key)
    case = db.scalar(query.options(joinedload(FirmChangeCase.firm), joinedload(FirmChangeCase.moderator)))
    if case is None:
        raise NotFound("change")
    return case


def find_returned(db: Session, firm: Firm) -> FirmChangeCase | None:
    """The change that the firm was last asked to mend, unless something newer waits or was accepted."""
    query = sa.select(FirmChangeCase).where(FirmChangeCase.firm_id == firm.id).order_by(FirmChangeCase.id.desc())
    last = db.scalar(query.limit(1))
    return last if last is not None and last.state == ChangeState.RETURNED and firm.is_approved else None


def can_decide(db: Session, moderator: Person, case: FirmChangeCase) -> bool:
    """Whether the person may decide: a moderator who neither acts for the firm (or has) nor has stepped back."""
    may = moderator.is_moderator and not is_party(db, moderator, case.firm)
    return may and not desk.is_recused(db, moderator, KIND, case.key)


def decide(db: Session, moderator: Person, case: FirmChangeCase, *, outcome: str, reason: str) -> None:
    """Accept a change, or ask the firm to mend it, with a reason; the firm stays approved either way.

    Raises Forbidden when the moderator may not or it waits no longer, Held while another works on it, Incomplete
    when the reason is missing.
    """
    if not can_decide(db, moderator, case):
        raise Forbidden("moderator")
    if outcome != "accept" and not reason.strip():
        raise Incomplete(["reason"])
    desk.claim(db, moderator, KIND, case.key)
    values = {"state": OUTCOMES[outcome], "reason": reason.strip(), "moderator_id": moderator.id}
    waits = sa.and_(FirmChangeCase.id == case.id, FirmChangeCase.state == ChangeState.WAITING)
    decided = sa.update(FirmChangeCase).where(waits).values(**values, decided_at_utc=now_utc())
    if not db.execute(decided.execution_options(synchronize_session="fetch")).rowcount:
        raise Forbidden("decided")
    if outcome == "accept":
        snapshots.take(db, case.firm)
    audit.record(db, Deed.CHANGE_DECIDED, person=moderator, subject=case.firm, outcome=OUTCOMES[outcome])
    desk.settle(db, KIND, case.key)
    db.refresh(case)
