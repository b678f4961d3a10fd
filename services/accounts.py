"""People: signing up, signing in, and keeping an account."""

from __future__ import annotations

import datetime as dt
import hashlib
from dataclasses import dataclass

import sqlalchemy as sa
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from models import Deed, MemberInvitation, Person, PostInvitation, Role, StaffInvitation, new_key, now_utc
from services import audit, settings
from services.errors import Conflict, Expired
from services.passwords import Passwords
from services.tokens import Tokens

TRIES = 8
"""Wrong passwords in a row before an account rests."""
REST = dt.timedelta(minutes=15)


@dataclass(frozen=True)
class SignUp:
    """What became of a sign-up; the page says the same in both cases, the mail does not."""

    person: Person
    is_new: bool
    """The address still has to be proven; otherwise it had an account before."""
    mark: str
    """What the browser keeps of this sign-up: it fits the account only while the password chosen here counts."""


@dataclass(frozen=True)
class SignIn:
    """What became of a sign-in: at most one of the three; the page only ever shows the first."""

    person: Person | None = None
    """May come in."""
    unconfirmed: Person | None = None
    """Knows the password, but has not proven the address yet."""
    resting: Person | None = None
    """Has just been closed for a while, which its owner should hear of."""


def fold_email(email: str) -> str:
    """An address as it is stored and compared."""
    return email.strip().casefold()


def find_by_email(db: Session, email: str) -> Person | None:
    """The person with this address."""
    return db.scalar(sa.select(Person).where(Person.email == fold_email(email)))


def find_signed_in(db: Session, identity: str) -> Person | None:
    """The person whose cookie this is, unless signed out everywhere since."""
    key, _, stamp = identity.partition(":")
    person = db.scalar(sa.select(Person).where(Person.key == key))
    return person if person and stamp == person.session_stamp and person.is_active else None


def may_sign_up(db: Session, email: str) -> bool:
    """Whether the address may open an account: everybody's, unless the site is only for whom somebody has invited."""
    if settings.text_of(db, "sign_up") == "open" or find_by_email(db, email) is not None:
        return True
    email = fold_email(email)
    asked = (
        sa.exists().where(PostInvitation.email == email, PostInvitation.accepted_at_utc.is_(None)),
        sa.exists().where(StaffInvitation.email == email),
        sa.exists().where(sa.func.lower(MemberInvitation.email) == email),
    )
    return bool(db.scalar(sa.select(sa.or_(*asked))))


def sign_up(db: Session, passwords: Passwords, *, email: str, name: str, password: str, locale: str) -> SignUp:
    """Open an account, or find that the address has one; both take the same time.

    Until an address is proven, the last who signs up with it counts: nobody can keep it from its owner.
    """
    fields = {"name": name.strip(), "password_hash": passwords.hash(password), "locale": locale}
    mark = _mark(fields["password_hash"])
    known = find_by_email(db, email)
    if known is None:
        try:
            with db.begin_nested():
                person = Person(email=fold_email(email), **fields)
                db.add(person)
            return SignUp(person, is_new=True, mark=mark)
        except IntegrityError:
            known = find_by_email(db, email)  # somebody was quicker by a moment
    if not known.is_active:
        for field, value in fields.items():
            setattr(known, field, value)
        db.flush()
    return SignUp(known, is_new=not known.is_active, mark=mark)


def confirm_token(tokens: Tokens, person: Person) -> str:
    """The token of the link that proves an address."""
    return tokens.make("confirm", person.key, person.email, password_mark(person))


def read_confirm(db: Session, tokens: Tokens, token: str) -> Person:
    """Whose address the link proves, for the sign-up that sent it. Raises Expired."""
    key, email, mark = tokens.read("confirm", token)
    person = db.scalar(sa.select(Person).where(Person.key == key, Person.email == email))
    if person is None or not (person.is_active or password_mark(person) == mark):
        raise Expired("confirm")
    return person


def chose_password(person: Person, mark: str | None) -> bool:
    """Whether a browser with this mark has chosen, or typed, the password that the person has now."""
    return mark is not None and mark == password_mark(person)


def confirm(db: Session, person: Person) -> None:
    """Open the account whose address is proven, for somebody who knows its password.

    The link alone does not suffice: a stranger may have opened the account with a password of their own, and would
    come in as soon as the owner of the address confirms it.
    """
    person.confirmed_at_utc = person.confirmed_at_utc or now_utc()
    db.flush()


def sign_in(db: Session, passwords: Passwords, *, email: str, password: str, device: tuple[str, ...] = ()) -> SignIn:
    """Let a person in if address and password fit, the address is confirmed and the account does not rest.

    The answer takes the same time whatever is wrong, and the failure is counted. On a device where the person has
    signed in before, the account does not rest and nothing is counted: strangers cannot lock its owner out.
    """
    person = find_by_email(db, email)
    is_right = passwords.is_right(person.password_hash if person else None, password)
    if person is None:
        return SignIn()
    # Two tries at one moment count as two: the row is read again, for this transaction only.
    db.refresh(person, with_for_update=True)
    is_known = is_device_of(device, person)
    if is_resting(person) and not is_known:
        audit.record(db, Deed.SIGN_IN_FAILED, subject=person, why="resting")
        return SignIn()
    if not is_right:
        audit.record(db, Deed.SIGN_IN_FAILED, subject=person, why="password")
    if not is_right and is_known:
        return SignIn()
    if not is_right:
        return SignIn(resting=person if _count_failure(db, person) else None)
    if not is_known:
        person.failed_sign_ins, person.locked_until_utc = 0, None
    db.flush()
    return SignIn(person=person) if person.is_active else SignIn(unconfirmed=person)


def _count_failure(db: Session, person: Person) -> bool:
    """Count a wrong password; returns whether the account rests from now on."""
    person.failed_sign_ins += 1
    begins_to_rest = person.failed_sign_ins >= TRIES
    if begins_to_rest:
        person.locked_until_utc, person.failed_sign_ins = now_utc() + REST, 0
        audit.record(db, Deed.ACCOUNT_RESTS, subject=person, minutes=int(REST.total_seconds() // 60))
    db.flush()
    return begins_to_rest


def device_token(tokens: Tokens, person: Person) -> str:
    """What a browser keeps after a sign-in; signing out everywhere and a new password make it worthless."""
    return tokens.make("device", person.key, person.session_stamp, new_key())


def read_device(tokens: Tokens, token: str) -> tuple[str, ...]:
    """Whose device this is, and its own name; nothing for a token that is too old or not ours."""
    try:
        return tokens.read("device", token)
    except Expired:
        return ()


def is_device_of(device: tuple[str, ...], person: Person) -> bool:
    """Whether the person has signed in on this device."""
    return device[:2] == (person.key, person.session_stamp)


def has_password(passwords: Passwords, person: Person, password: str) -> bool:
    """Whether somebody who is signed in knows the password, too."""
    return passwords.is_right(person.password_hash, password)


def is_resting(person: Person) -> bool:
    """Whether too many wrong passwords have closed the account for a while."""
    return person.locked_until_utc is not None and person.locked_until_utc > now_utc()


def password_mark(person: Person) -> str:
    """Changes with the password, so that a reset link works once."""
    return _mark(person.password_hash)


def _mark(password_hash: str) -> str:
    return hashlib.sha256(password_hash.encode()).hexdigest()[:16]


def reset_token(tokens: Tokens, person: Person) -> str:
    """The token of the link that lets a person choose a new password."""
    return tokens.make("reset", person.key, person.email, password_mark(person))


def read_reset(db: Session, tokens: Tokens, token: str) -> Person:
    """Whose reset link this is. Raises Expired when it was used or is too old."""
    key, email, mark = tokens.read("reset", token)
    person = db.scalar(sa.select(Person).where(Person.key == key, Person.email == email))
    if person is None or password_mark(person) != mark:
        raise Expired("reset")
    return person


def set_password(db: Session, passwords: Passwords, person: Person, password: str, *, how: str = "known") -> None:
    """Give the person another password and sign them out everywhere; `how` they proved that they may: known, link."""
    person.password_hash = passwords.hash(password)
    person.failed_sign_ins, person.locked_until_utc = 0, None
    sign_out_everywhere(db, person)
    audit.record(db, Deed.PASSWORD_CHANGED, person=person, subject=person, how=how)


def reset_password(db: Session, passwords: Passwords, tokens: Tokens, token: str, password: str) -> Person:
    """Set the password that the link allows; the link proves the address, too. Raises Expired."""
    person = read_reset(db, tokens, token)
    person.confirmed_at_utc = person.confirmed_at_utc or now_utc()
    set_password(db, passwords, person, password, how="link")
    return person


def sign_out_everywhere(db: Session, person: Person) -> None:
    """Make every cookie of the person worthless."""
    person.session_stamp = new_key()
    db.flush()


def set_details(db: Session, person: Person, *, name: str, locale: str) -> None:
    """Set what the person is called, and in which language they read."""
    person.name, person.locale = name.strip(), locale
    db.flush()


def email_token(tokens: Tokens, person: Person, email: str) -> str:
    """The token of the link, mailed to the new address, that changes it; signing out everywhere ends it."""
    return tokens.make("email", person.key, person.session_stamp, fold_email(email))


def read_email(tokens: Tokens, person: Person, token: str) -> str:
    """The new address that the link proves for this person. Raises Expired."""
    key, stamp, new = tokens.read("email", token)
    if (key, stamp) != (person.key, person.session_stamp):
        raise Expired("email")
    return new


def change_email(db: Session, tokens: Tokens, person: Person, token: str) -> None:
    """Change the address to the one proven. Raises Expired, or Conflict when another has it by now."""
    new = read_email(tokens, person, token)
    try:
        with db.begin_nested():
            person.email = new
    except IntegrityError as error:
        raise Conflict("email") from error
    audit.record(db, Deed.EMAIL_CHANGED, person=person, subject=person)


def make_person(
    db: Session, passwords: Passwords, *, email: str, name: str, password: str, role: Role, locale: str = "pt"
) -> Person:
    """A confirmed person with a platform role: for the command line and the demonstration. Raises Conflict."""
    if find_by_email(db, email) is not None:
        raise Conflict("email")
    person = Person(
        email=fold_email(email),
        name=name,
        password_hash=passwords.hash(password),
        role=role,
        locale=locale,
        confirmed_at_utc=now_utc(),
    )
    db.add(person)
    db.flush()
    if person.role != Role.MEMBER:
        audit.record(db, Deed.ROLE_GIVEN, subject=person, role=person.role)
    return person
