"""The second factor: codes work once and in their time, recovery codes once, and guessing comes to a rest."""

from __future__ import annotations

import datetime as dt
import json

import pyotp
import pytest
import sqlalchemy as sa

from models import AuditEntry, Person, RecoveryCode, SecondFactor, now_utc
from services import accounts, second_factor
from services.errors import Forbidden
from services.second_factor import WrongCode
from tests.races import race
from tests.sites import SECRET

MOMENT = now_utc()


@pytest.fixture(autouse=True)
def clock(monkeypatch):
    """Time stands still: no step ends between reading a code and typing it."""
    monkeypatch.setattr("services.second_factor.now_utc", lambda: MOMENT)


def code_of(db, person, *, steps: int = 0, key: str = SECRET) -> str:
    """What the telephone shows, so many steps from now."""
    factor = second_factor.find(db, person)
    return pyotp.TOTP(second_factor.secret_of(key, factor)).at(MOMENT, counter_offset=steps)


def forget_use(db, person) -> None:
    """Let the code that was used a moment ago work again: half a minute is long for a test."""
    db.execute(sa.update(SecondFactor).values(last_step=0))
    db.commit()


@pytest.fixture
def person(db, make) -> Person:
    """Somebody with a second factor."""
    person = make.person()
    second_factor.begin(db, person)
    person.codes = second_factor.confirm(db, SECRET, person, code_of(db, person))
    db.commit()
    forget_use(db, person)
    return person


def test_nothing_is_asked_for_before_a_first_code_was_right(db, make):
    person = make.person()
    second_factor.begin(db, person)
    with pytest.raises(WrongCode):
        second_factor.confirm(db, SECRET, person, "000 000" if code_of(db, person) != "000000" else "111111")
    assert not second_factor.is_on(db, person)
    with pytest.raises(Forbidden):
        second_factor.check(db, SECRET, person, code_of(db, person))

    second_factor.confirm(db, SECRET, person, code_of(db, person))

    assert second_factor.is_on(db, person)
    with pytest.raises(Forbidden):
        second_factor.confirm(db, SECRET, person, code_of(db, person))


@pytest.mark.both_databases
@pytest.mark.parametrize(("steps", "is_taken"), [(-2, False), (-1, True), (0, True), (1, True), (2, False)])
def test_a_code_is_taken_now_and_one_step_before_and_after(db, person, steps, is_taken):
    if is_taken:
        assert second_factor.check(db, SECRET, person, code_of(db, person, steps=steps)) == "code"
        return
    with pytest.raises(WrongCode):
        second_factor.check(db, SECRET, person, code_of(db, person, steps=steps))


def test_a_code_works_once_and_none_before_it_any_more(db, person):
    second_factor.check(db, SECRET, person, code_of(db, person))

    for steps in (0, -1):
        with pytest.raises(WrongCode):
            second_factor.check(db, SECRET, person, code_of(db, person, steps=steps))
    assert second_factor.check(db, SECRET, person, code_of(db, person, steps=1)) == "code"


def test_the_code_that_turned_it_on_is_used_up(db, make):
    person = make.person()
    second_factor.begin(db, person)
    code = code_of(db, person)
    second_factor.confirm(db, SECRET, person, code)

    with pytest.raises(WrongCode):
        second_factor.check(db, SECRET, person, code)


@pytest.mark.both_databases
@pytest.mark.parametrize("kind", ["code", "recovery"])
def test_of_two_who_send_one_code_at_one_moment_one_comes_in(database_url, db, person, kind):
    code, number = code_of(db, person) if kind == "code" else person.codes[0], person.id
    db.rollback()

    def send(session):
        return second_factor.check(session, SECRET, session.get(Person, number), code)

    first, second = race(database_url, send, send)

    assert first == kind
    assert isinstance(second, WrongCode)


def test_a_recovery_code_works_once_however_it_is_written(db, person):
    assert len(person.codes) == len(set(person.codes)) == second_factor.RECOVERY_CODES
    assert second_factor.check(db, SECRET, person, f" {person.codes[0].lower().replace('-', ' ')} ") == "recovery"
    assert second_factor.count_codes(db, person) == 9

    with pytest.raises(WrongCode):
        second_factor.check(db, SECRET, person, person.codes[0])


def test_new_recovery_codes_take_the_place_of_the_old(db, person):
    second_factor.renew_codes(db, person)

    assert second_factor.count_codes(db, person) == 10
    with pytest.raises(WrongCode):
        second_factor.check(db, SECRET, person, person.codes[0])


def test_another_persons_code_opens_nothing(db, make, person):
    other = make.person()
    second_factor.begin(db, other)
    codes = second_factor.confirm(db, SECRET, other, code_of(db, other))

    for code in (codes[0], code_of(db, other, steps=1)):
        with pytest.raises(WrongCode):
            second_factor.check(db, SECRET, person, code)


@pytest.mark.both_databases
def test_after_so_many_wrong_codes_none_is_taken_for_a_while(db, person):
    for number in range(accounts.TRIES):
        with pytest.raises(WrongCode) as wrong:
            second_factor.check(db, SECRET, person, "nonsense")
        assert wrong.value.begins_to_rest == (number == accounts.TRIES - 1)
    for code in (code_of(db, person), person.codes[0]):
        with pytest.raises(WrongCode):
            second_factor.check(db, SECRET, person, code)

    db.execute(sa.update(SecondFactor).values(rests_until_utc=MOMENT - dt.timedelta(seconds=1)))

    assert second_factor.check(db, SECRET, person, code_of(db, person)) == "code"


def test_a_right_password_does_not_forgive_wrong_codes(db, make, person):
    from tests.factories import PASSWORD, PASSWORDS

    for _ in range(accounts.TRIES):
        with pytest.raises(WrongCode) as wrong:
            second_factor.check(db, SECRET, person, "123")
        assert accounts.sign_in(db, PASSWORDS, email=person.email, password=PASSWORD).person

    assert wrong.value.begins_to_rest


@pytest.mark.parametrize("code", ["", "²²²²²²", "٣٣٣٣٣٣", "-1", "x" * 40, "\u202e12345", "1" * 40])
def test_odd_codes_are_wrong_codes(db, person, code):
    with pytest.raises(WrongCode):
        second_factor.check(db, SECRET, person, code)


def test_whoever_reads_the_database_can_make_no_code(db, person):
    """Neither the secret nor a recovery code is in it; with another key of the site the codes are others."""
    factor = second_factor.find(db, person)
    stored = json.dumps([factor.salt, *db.scalars(sa.select(RecoveryCode.hash))])

    assert second_factor.secret_of(SECRET, factor) not in stored
    assert not any(code in stored or code.replace("-", "") in stored for code in person.codes)
    assert second_factor.secret_of("another key", factor) != second_factor.secret_of(SECRET, factor)
    assert len(second_factor.secret_of(SECRET, factor)) == 32, "160 bits"


def test_setting_up_again_makes_another_secret_until_it_is_on(db, make):
    person = make.person()
    first = second_factor.begin(db, person).salt
    second = second_factor.begin(db, person).salt
    second_factor.confirm(db, SECRET, person, code_of(db, person))

    assert first != second
    assert second_factor.begin(db, person).salt == second


@pytest.mark.parametrize("role", ["staff", "moderator", "administrator"])
def test_who_must_have_it_cannot_turn_it_off(db, make, role):
    person = make.person(role=role)
    second_factor.begin(db, person)
    second_factor.confirm(db, SECRET, person, code_of(db, person))

    with pytest.raises(Forbidden):
        second_factor.turn_off(db, person, is_required=True)
    assert second_factor.is_on(db, person)
    second_factor.turn_off(db, person, is_required=False)
    assert not second_factor.is_on(db, person)


@pytest.mark.both_databases
def test_a_reset_takes_it_away_and_signs_out(db, person):
    stamp = person.session_stamp

    assert second_factor.reset(db, person)

    assert not second_factor.is_on(db, person)
    assert second_factor.count_codes(db, person) == 0
    assert person.session_stamp != stamp
    assert not second_factor.reset(db, person)


@pytest.mark.both_databases
def test_it_goes_with_the_account(db, person):
    db.delete(person)
    db.commit()

    assert db.scalar(sa.select(sa.func.count()).select_from(SecondFactor)) == 0
    assert db.scalar(sa.select(sa.func.count()).select_from(RecoveryCode)) == 0


def test_every_step_is_in_the_audit_log(db, person):
    second_factor.check(db, SECRET, person, person.codes[0])
    with pytest.raises(WrongCode):
        second_factor.check(db, SECRET, person, "wrong")
    second_factor.renew_codes(db, person)
    second_factor.turn_off(db, person, is_required=False)
    db.commit()

    assert list(db.scalars(sa.select(AuditEntry.what).order_by(AuditEntry.id))) == [
        "second_factor_on", "recovery_code_used", "sign_in_failed", "recovery_codes_renewed", "second_factor_off",
    ]  # fmt: skip
