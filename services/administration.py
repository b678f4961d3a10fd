"""What administrators do with people: finding them, giving roles, unlocking, signing out; never to themselves."""

from __future__ import annotations

import sqlalchemy as sa
from sqlalchemy.orm import Session

from models import Deed, Person, Role, SecondFactor, fold, search_words
from services import accounts, audit, second_factor, settings
from services.errors import Forbidden, Incomplete, LastAdministrator, NotFound

PER_PAGE = 50
LONGEST_REASON = 500


def find_ids(db: Session, words: str = "", role: str = "") -> list[int]:
    """The ids of the people whose name or address has every word, all or those of one role, by name."""
    query = sa.select(Person.id, Person.name, Person.email)
    rows = db.execute(query.where(Person.role == role) if role else query).all()
    wanted = search_words(words)
    named = [(fold(name), fold(email), number) for number, name, email in rows]
    found = [row for row in named if all(word in f"{row[0]} {row[1]}" for word in wanted)]
    return [number for *_, number in sorted(found)]


def list_people(db: Session, ids: list[int], *, page: int = 1, per_page: int = PER_PAGE) -> list[Person]:
    """A page of these people, in this order."""
    wanted = ids[(page - 1) * per_page : page * per_page]
    found = {person.id: person for person in db.scalars(sa.select(Person).where(Person.id.in_(wanted)))}
    return [found[number] for number in wanted if number in found]


def get_person(db: Session, key: str) -> Person:
    """The person with this key. Raises NotFound."""
    person = db.scalar(sa.select(Person).where(Person.key == key))
    if person is None:
        raise NotFound("person")
    return person


def can_act_on(by: Person, person: Person) -> bool:
    """Whether somebody may do any of this to a person: an administrator, and not to themselves."""
    return by.role == Role.ADMINISTRATOR and by.id != person.id


def _require(by: Person, person: Person) -> None:
    if not can_act_on(by, person):
        raise Forbidden("administrator")


def change_role(db: Session, by: Person, person: Person, role: Role, *, reason: str) -> None:
    """Give a person another role, with a reason for the audit log.

    Raises Forbidden (one's own, or no administrator), Incomplete (reason), LastAdministrator when none would be left.
    """
    reason = reason.strip()
    if not reason or len(reason) > LONGEST_REASON:
        raise Incomplete(["reason"])
    # Two administrators who take each other's role at one moment come one after the other.
    _hold_administrators(db)
    db.refresh(by)
    db.refresh(person)
    _require(by, person)
    others = sa.exists().where(
        Person.role == Role.ADMINISTRATOR, Person.id != person.id, Person.confirmed_at_utc.is_not(None)
    )
    if role != Role.ADMINISTRATOR and not db.scalar(sa.select(others)):
        raise LastAdministrator
    was, person.role = person.role, Role(role)
    if was == person.role:
        return
    db.flush()
    audit.record(db, Deed.ROLE_GIVEN, person=by, subject=person, was=was, role=person.role, reason=reason)


def _hold_administrators(db: Session) -> None:
    query = sa.select(Person.id).where(Person.role == Role.ADMINISTRATOR).order_by(Person.id)
    db.execute(query.with_for_update()).all()


def list_escalation_readers(db: Session, *, except_id: int) -> list[Person]:
    """Who is told of a case that was left to an administrator: the one whom the settings name, or all of them."""
    is_one = (Person.role == Role.ADMINISTRATOR, Person.confirmed_at_utc.is_not(None), Person.id != except_id)
    query = sa.select(Person).where(*is_one).order_by(Person.id)
    named = settings.text_of(db, "escalations_to").casefold()
    chosen = list(db.scalars(query.where(Person.email == named))) if named else []
    return chosen or list(db.scalars(query))


def is_locked(db: Session, person: Person) -> bool:
    """Whether wrong passwords or codes have closed the account for a while."""
    factor = second_factor.find(db, person)
    return accounts.is_resting(person) or (factor is not None and second_factor.is_resting(factor))


def unlock(db: Session, by: Person, person: Person) -> None:
    """Let the person try to sign in again at once. Raises Forbidden."""
    _require(by, person)
    person.failed_sign_ins, person.locked_until_utc = 0, None
    db.execute(
        sa.update(SecondFactor)
        .where(SecondFactor.person_id == person.id)
        .values(failures=0, rests_until_utc=None)
        .execution_options(synchronize_session=False)
    )
    db.flush()
    audit.record(db, Deed.ACCOUNT_UNLOCKED, person=by, subject=person)


def sign_out(db: Session, by: Person, person: Person) -> None:
    """Sign the person out on every device. Raises Forbidden."""
    _require(by, person)
    accounts.sign_out_everywhere(db, person)
    audit.record(db, Deed.SIGNED_OUT, person=by, subject=person)


def reset_second_factor(db: Session, by: Person, person: Person) -> bool:
    """Take the second factor from somebody who has lost it. Raises Forbidden; tells whether there was one."""
    _require(by, person)
    return second_factor.reset(db, person, by=by)
