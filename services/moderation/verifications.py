"""What was checked of a firm, how, by whom, when and until when; never for sale, and never changed afterwards."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from enum import StrEnum

import sqlalchemy as sa
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session, joinedload

from models import Deed, Firm, Person, Verification, now_utc
from services import audit
from services.cases import can_decide
from services.errors import Conflict, Forbidden, Incomplete

WHAT = ("identity", "tax_number", "activity", "site", "capacity")
HOW = ("register", "document", "call", "visit", "check_digit")
LONGEST_NOTE = 2000


class Standing(StrEnum):
    """Whether a check still speaks of the firm."""

    VALID = "valid"
    EXPIRED = "expired"
    CHANGED = "changed"
    """The firm declares something else by now."""


@dataclass(frozen=True)
class Checked:
    """One part of a firm beside what was checked of it."""

    what: str
    declared: str
    check: Verification | None
    standing: Standing | None


def declared_of(firm: Firm, what: str) -> str:
    """What the firm says of itself in this part, as plain text."""
    if what == "identity":
        return ", ".join([firm.name, firm.country])
    if what == "tax_number":
        return firm.tax_number
    if what == "activity":
        return ", ".join(product.words for product in firm.products)
    if what == "site":
        return ", ".join(filter(None, [firm.city, firm.country]))
    return ", ".join(f"{one.words}: {one.monthly_capacity}" for one in firm.products if one.monthly_capacity)


def verify(
    db: Session, moderator: Person, firm: Firm, *, what: str, how: str, checked_on: dt.date,
    valid_until: dt.date | None = None, note: str = "",
) -> Verification:  # fmt: skip
    """Note a check; it takes the place of an earlier one of the same part, which stays readable.

    Raises Forbidden for others than moderators, and for one's own firm; Incomplete with what does not go together;
    Conflict when somebody notes the same at this moment.
    """
    if not can_decide(db, moderator, firm):
        raise Forbidden("moderator")
    wrong = list(_wrong(firm, what, how, checked_on, valid_until, note))
    if wrong:
        raise Incomplete(wrong)
    present = sa.and_(Verification.firm_id == firm.id, Verification.what == what)
    old = sa.update(Verification).where(present, Verification.superseded_at_utc.is_(None))
    new = Verification(
        firm_id=firm.id, what=what, how=how, declared=declared_of(firm, what), moderator_id=moderator.id,
        checked_on=checked_on, valid_until=valid_until, note=note.strip(),
    )  # fmt: skip
    try:
        with db.begin_nested():
            db.execute(old.values(superseded_at_utc=now_utc()).execution_options(synchronize_session="fetch"))
            db.add(new)
    except IntegrityError as error:
        raise Conflict("verification") from error
    audit.record(db, Deed.PART_VERIFIED, person=moderator, subject=firm, part=what, check=how)
    return new


def _wrong(firm: Firm, what: str, how: str, checked_on: dt.date, valid_until: dt.date | None, note: str):
    """Which parts of a check do not go together."""
    if what not in WHAT or not declared_of(firm, what):
        yield "what"
    if how not in HOW or (how == "check_digit" and what != "tax_number"):
        yield "how"
    if checked_on > now_utc().date():
        yield "checked_on"
    if valid_until is not None and valid_until <= checked_on:
        yield "valid_until"
    if len(note) > LONGEST_NOTE:
        yield "note"


def list_parts(db: Session, firm: Firm) -> list[Checked]:
    """Every part of a firm that can be checked, what it declares, and the check that counts now."""
    query = sa.select(Verification).where(Verification.firm_id == firm.id, Verification.superseded_at_utc.is_(None))
    found = {one.what: one for one in db.scalars(query.options(joinedload(Verification.moderator)))}
    return [_part(firm, what, found.get(what)) for what in WHAT]


def _part(firm: Firm, what: str, check: Verification | None) -> Checked:
    declared = declared_of(firm, what)
    if check is None:
        return Checked(what, declared, None, None)
    if check.declared != declared:
        standing = Standing.CHANGED
    elif check.valid_until is not None and check.valid_until < now_utc().date():
        standing = Standing.EXPIRED
    else:
        standing = Standing.VALID
    return Checked(what, declared, check, standing)


def list_earlier(db: Session, firm: Firm) -> list[Verification]:
    """The checks whose place newer ones have taken, newest first."""
    query = sa.select(Verification).where(
        Verification.firm_id == firm.id, Verification.superseded_at_utc.is_not(None)
    )
    return list(db.scalars(query.order_by(Verification.id.desc()).options(joinedload(Verification.moderator))))
