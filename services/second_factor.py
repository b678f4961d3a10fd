"""The second factor: a code of six figures from a telephone (RFC 6238), or a recovery code, besides the password.

The secret that the telephone has is not stored. It is made anew each time from a salt in the database and the secret
key of the site (HMAC-SHA-256), so whoever reads the database alone, or a backup of it, cannot make codes.
"""

from __future__ import annotations

import base64
import datetime as dt
import hashlib
import hmac
import secrets

import pyotp
import sqlalchemy as sa
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from models import Deed, Person, RecoveryCode, Role, SecondFactor, now_utc
from services import audit
from services.accounts import REST, TRIES, sign_out_everywhere
from services.associations.access import works_for_approved
from services.errors import Forbidden

ISSUER = "Constela"
STEP = 30
"""Seconds that a code is shown; the one before and the one after are taken, too."""
RECOVERY_CODES = 10
LETTERS = "23456789ABCDEFGHJKLMNPQRSTUVWXYZ"
"""32 signs that nobody mistakes for each other: sixteen of them are 80 bits, which no slow hash need protect."""
REQUIRED = (Role.STAFF, Role.MODERATOR, Role.ADMINISTRATOR)
"""Who must have a second factor where the site asks for it."""


class WrongCode(Forbidden):
    """The code is not right, was used already, or too many were wrong, of which this may be the last."""

    def __init__(self, *, begins_to_rest: bool = False) -> None:
        super().__init__("code")
        self.begins_to_rest = begins_to_rest


def find(db: Session, person: Person) -> SecondFactor | None:
    """The second factor that the person has, or has begun to set up."""
    return db.get(SecondFactor, person.id, populate_existing=True)


def is_on(db: Session, person: Person) -> bool:
    """Whether the person is asked for a second factor."""
    query = sa.select(SecondFactor.confirmed_at_utc).where(SecondFactor.person_id == person.id)
    return db.scalar(query) is not None


def must_have(db: Session, person: Person, *, is_required: bool) -> bool:
    """Whether the person may do nothing else before it is on, on a site that asks for it.

    By role, or because they work for a verified association.
    """
    if not is_required or person.role in REQUIRED:
        return is_required
    return db.scalar(works_for_approved(person.id).limit(1)) is not None


def begin(db: Session, person: Person) -> SecondFactor:
    """Give the person a secret to put into their telephone; nothing is asked for until a first code is right."""
    factor = find(db, person)
    if factor is None:
        try:
            with db.begin_nested():
                db.add(SecondFactor(person_id=person.id, salt=secrets.token_hex(16)))
        except IntegrityError:
            pass  # the person's other window was quicker by a moment
        factor = find(db, person)
    elif factor.confirmed_at_utc is None:
        factor.salt = secrets.token_hex(16)
        db.flush()
    return factor


def secret_of(key: str, factor: SecondFactor) -> str:
    """The secret of the telephone, as people type it: 160 bits in 32 letters."""
    made = hmac.digest(key.encode(), f"constela: second factor {factor.salt}".encode(), "sha256")
    return base64.b32encode(made[:20]).decode()


def address_of(key: str, factor: SecondFactor, person: Person) -> str:
    """What the picture says to the telephone."""
    return pyotp.TOTP(secret_of(key, factor)).provisioning_uri(name=person.email, issuer_name=ISSUER)


def confirm(db: Session, key: str, person: Person, code: str) -> list[str]:
    """Ask for it from now on; returns the recovery codes. Raises WrongCode, or Forbidden if it is on."""
    factor = find(db, person)
    if factor is None or factor.confirmed_at_utc is not None:
        raise Forbidden("on")
    step = _step_of(key, factor, code)
    if step is None:
        raise WrongCode
    turned_on = db.execute(
        sa.update(SecondFactor)
        .where(SecondFactor.person_id == person.id, SecondFactor.confirmed_at_utc.is_(None))
        .values(confirmed_at_utc=now_utc(), last_step=step, failures=0, rests_until_utc=None)
        .execution_options(synchronize_session=False)
    )
    if turned_on.rowcount == 0:
        raise Forbidden("on")
    sign_out_everywhere(db, person)
    audit.record(db, Deed.SECOND_FACTOR_ON, person=person, subject=person)
    return _new_codes(db, person)


def check(db: Session, key: str, person: Person, code: str) -> str:
    """Take a code of the telephone, or a recovery code: each works once. Returns which it was: code, recovery.

    Raises WrongCode; after so many wrong ones in a row no code is taken for a while, not even a right one.
    """
    db.execute(sa.select(SecondFactor.person_id).where(SecondFactor.person_id == person.id).with_for_update())
    factor = find(db, person)
    if factor is None or factor.confirmed_at_utc is None:
        raise Forbidden("off")
    if is_resting(factor):
        audit.record(db, Deed.SIGN_IN_FAILED, subject=person, why="resting")
        raise WrongCode
    how = "code" if _use_code(db, key, factor, code) else "recovery" if _use_recovery(db, person, code) else None
    if how is None:
        audit.record(db, Deed.SIGN_IN_FAILED, subject=person, why="code")
        raise WrongCode(begins_to_rest=_count_failure(db, factor, person))
    factor.failures, factor.rests_until_utc = 0, None
    db.flush()
    if how == "recovery":
        audit.record(db, Deed.RECOVERY_CODE_USED, person=person, subject=person, left=count_codes(db, person))
    return how


def is_resting(factor: SecondFactor) -> bool:
    """Whether too many wrong codes have closed it for a while."""
    return factor.rests_until_utc is not None and factor.rests_until_utc > now_utc()


def _step_of(key: str, factor: SecondFactor, code: str) -> int | None:
    """The time step to which a code belongs: the present one, or a neighbour, for a clock that is not quite right."""
    plain = "".join(code.split())
    if not (plain.isascii() and plain.isdigit()):
        return None
    totp, now = pyotp.TOTP(secret_of(key, factor), interval=STEP), int(now_utc().timestamp()) // STEP
    return next(
        (step for step in (now, now - 1, now + 1) if hmac.compare_digest(totp.generate_otp(step), plain)), None
    )


def _use_code(db: Session, key: str, factor: SecondFactor, code: str) -> bool:
    """Use up a code; the database decides, so that of two who send the same one comes in."""
    step = _step_of(key, factor, code)
    if step is None:
        return False
    used = db.execute(
        sa.update(SecondFactor)
        .where(SecondFactor.person_id == factor.person_id, SecondFactor.last_step < step)
        .values(last_step=step)
        .execution_options(synchronize_session=False)
    )
    db.refresh(factor)
    return used.rowcount == 1


def _use_recovery(db: Session, person: Person, code: str) -> bool:
    used = db.execute(
        sa.update(RecoveryCode)
        .where(
            RecoveryCode.person_id == person.id,
            RecoveryCode.hash == _hash(code),
            RecoveryCode.used_at_utc.is_(None),
        )
        .values(used_at_utc=now_utc())
        .execution_options(synchronize_session=False)
    )
    return used.rowcount == 1


def _hash(code: str) -> str:
    return hashlib.sha256("".join(c for c in code.upper() if c.isalnum()).encode()).hexdigest()


def _count_failure(db: Session, factor: SecondFactor, person: Person) -> bool:
    factor.failures += 1
    begins = factor.failures >= TRIES
    if begins:
        factor.rests_until_utc, factor.failures = now_utc() + REST, 0
        audit.record(db, Deed.ACCOUNT_RESTS, subject=person, minutes=int(REST / dt.timedelta(minutes=1)))
    db.flush()
    return begins


def renew_codes(db: Session, person: Person) -> list[str]:
    """Ten new recovery codes; the old ones are worth nothing from now on."""
    audit.record(db, Deed.RECOVERY_CODES_RENEWED, person=person, subject=person)
    return _new_codes(db, person)


def _new_codes(db: Session, person: Person) -> list[str]:
    db.execute(sa.delete(RecoveryCode).where(RecoveryCode.person_id == person.id))
    codes = [_new_code() for _ in range(RECOVERY_CODES)]
    db.add_all(RecoveryCode(person_id=person.id, hash=_hash(code)) for code in codes)
    db.flush()
    return codes


def _new_code() -> str:
    return "-".join("".join(secrets.choice(LETTERS) for _ in range(4)) for _ in range(4))


def count_codes(db: Session, person: Person) -> int:
    """How many recovery codes are left."""
    query = sa.select(sa.func.count()).select_from(RecoveryCode)
    return db.scalar(query.where(RecoveryCode.person_id == person.id, RecoveryCode.used_at_utc.is_(None)))


def turn_off(db: Session, person: Person, *, is_required: bool) -> None:
    """Ask for it no longer. Raises Forbidden where the person's role must have it on this site."""
    if must_have(db, person, is_required=is_required):
        raise Forbidden("role")
    _remove(db, person)
    audit.record(db, Deed.SECOND_FACTOR_OFF, person=person, subject=person)


def reset(db: Session, person: Person, *, by: Person | None = None) -> bool:
    """Take it from somebody who has lost telephone and codes, and sign them out; tells whether there was one."""
    if not _remove(db, person):
        return False
    sign_out_everywhere(db, person)
    audit.record(db, Deed.SECOND_FACTOR_RESET, person=by, subject=person)
    return True


def _remove(db: Session, person: Person) -> bool:
    db.execute(sa.delete(RecoveryCode).where(RecoveryCode.person_id == person.id))
    gone = db.execute(sa.delete(SecondFactor).where(SecondFactor.person_id == person.id))
    return gone.rowcount == 1
