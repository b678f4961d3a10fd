"""The rules of accounts, passwords and links, without any page."""

from __future__ import annotations

import datetime as dt

import pytest
from itsdangerous import URLSafeTimedSerializer

from models import Message, Person, PostInvitation, now_utc
from services import accounts, people, personal_data
from services.errors import Conflict, Expired, LastOwner
from services.passwords import Passwords, find_weakness
from services.tokens import AGES, Tokens
from tests.factories import PASSWORD, PASSWORDS
from tests.races import race

TOKENS = Tokens("a secret for tests")


def sign_up(db, email="ana@example.org", password=PASSWORD, name="Ana"):
    return accounts.sign_up(db, PASSWORDS, email=email, name=name, password=password, locale="pt")


def try_password(db, email, password):
    return accounts.sign_in(db, PASSWORDS, email=email, password=password)


@pytest.mark.both_databases
def test_two_people_cannot_have_one_address_even_at_one_moment(database_url, db):
    first, second = race(
        database_url,
        lambda session: sign_up(session, name="First").is_new,
        lambda session: sign_up(session, name="Second").is_new,
    )

    assert (first, second) == (True, True), "neither learns of the other"
    assert [person.name for person in db.query(Person)] == ["Second"]


@pytest.mark.both_databases
def test_an_address_is_found_whatever_its_case(db):
    sign_up(db, email=" Ana@Example.ORG ")

    assert accounts.find_by_email(db, "ana@example.org").name == "Ana"


@pytest.mark.both_databases
def test_tries_at_one_moment_are_each_counted(database_url, make, db):
    person = make.person()

    race(
        database_url,
        lambda session: try_password(session, person.email, "wrong"),
        lambda session: try_password(session, person.email, "wrong too"),
    )

    assert db.get(Person, person.id, populate_existing=True).failed_sign_ins == 2


def test_the_right_password_forgets_wrong_ones(make, db):
    person = make.person()
    for _ in range(accounts.TRIES - 1):
        try_password(db, person.email, "wrong")

    assert try_password(db, person.email, PASSWORD).person is person
    assert try_password(db, person.email, "wrong").resting is None


def test_only_the_try_that_closes_the_account_says_so(make, db):
    person = make.person()

    resting = [try_password(db, person.email, "wrong").resting for _ in range(accounts.TRIES + 2)]

    assert resting == [None] * (accounts.TRIES - 1) + [person] + [None, None]
    assert try_password(db, person.email, PASSWORD).person is None


def test_an_account_rests_for_a_while_only(make, db):
    person = make.person()
    person.locked_until_utc = now_utc() - dt.timedelta(seconds=1)

    assert try_password(db, person.email, PASSWORD).person is person


def test_an_unproven_account_lets_nobody_in(db):
    person = sign_up(db).person

    done = try_password(db, person.email, PASSWORD)

    assert (done.person, done.unconfirmed) == (None, person)
    assert accounts.find_signed_in(db, person.get_id()) is None


def test_a_link_is_for_one_purpose(make, db):
    person = make.person()

    with pytest.raises(Expired):
        accounts.read_reset(db, TOKENS, accounts.confirm_token(TOKENS, person))


@pytest.mark.parametrize("purpose", sorted(AGES))
def test_a_link_grows_too_old(purpose, monkeypatch):
    token = TOKENS.make(purpose, "key")
    later = URLSafeTimedSerializer("x").make_signer("y").get_timestamp() + AGES[purpose] + 2
    monkeypatch.setattr("itsdangerous.timed.time.time", lambda: later)

    with pytest.raises(Expired):
        TOKENS.read(purpose, token)


def test_a_link_cannot_be_made_without_the_secret(make, db):
    person = make.person()

    with pytest.raises(Expired):
        accounts.read_reset(db, TOKENS, accounts.reset_token(Tokens("another secret"), person))


def test_a_reset_link_works_once_and_not_after_the_address_moved(make, db):
    person = make.person()
    token = accounts.reset_token(TOKENS, person)
    accounts.reset_password(db, PASSWORDS, TOKENS, token, "another password")
    with pytest.raises(Expired):
        accounts.read_reset(db, TOKENS, token)

    token = accounts.reset_token(TOKENS, person)
    person.email = "elsewhere@example.org"
    db.flush()

    with pytest.raises(Expired):
        accounts.read_reset(db, TOKENS, token)


def test_a_new_password_makes_every_cookie_worthless(make, db):
    person = make.person()
    cookie = person.get_id()

    accounts.set_password(db, PASSWORDS, person, "another password")

    assert accounts.find_signed_in(db, cookie) is None
    assert accounts.find_signed_in(db, person.get_id()) is person


@pytest.mark.both_databases
def test_an_address_taken_in_the_meantime_is_a_conflict(make, db):
    person, other = make.person(), make.person(email="new@example.org")
    token = accounts.email_token(TOKENS, person, other.email)
    before = person.email

    with pytest.raises(Conflict):
        accounts.change_email(db, TOKENS, person, token)

    assert person.email == before


def test_real_hashes_differ_each_time_and_are_argon2(db):
    passwords = Passwords()

    first, second = passwords.hash("zebra canta"), passwords.hash("zebra canta")

    assert first != second
    assert first.startswith("$argon2id$")
    assert passwords.is_right(first, "zebra canta")
    assert not passwords.is_right(first, "zebra dança")
    assert not passwords.is_right(None, "nobody has this password")


@pytest.mark.parametrize(
    ("password", "weakness"),
    [
        ("nine char", "short"),
        ("ten chars!", None),
        ("1234567890", "common"),
        ("qwertyuiop", "common"),
        ("poiuytrewq12", "common"),
        ("aaaaaaaaaaab", "common"),
        ("Palavrapasse1", "common"),
        ("senhasenha", "common"),
        ("Ana Figueiredo", "personal"),
        ("figueiredo1974", "personal"),
        ("figueiredo planta couves", None),
        ("!#$%&/()=?", None),
        ("čeština je krásná", None),
        ("这个密码又长又不容易猜", None),
    ],
)
def test_passwords_are_judged_by_how_early_they_are_guessed(password, weakness):
    assert find_weakness(password, "Ana Figueiredo", "ana@example.org") == weakness


# What is kept, and the end


def test_what_is_kept_can_be_written_down_whole(make, db):
    firm = make.firm(known=[("FRA", "visits")], certificates=["ISO 9001"], links=[("association", "AEP")])
    person = make.owner_of(firm)
    people.invite(db, make.owner_of(make.firm("Lãs da Serra")), firm, email="x@example.org", role="editor")

    data = personal_data.collect_data(db, person)

    [post] = data["posts"]
    assert post["firm"]["certificates"] == [{"name": "ISO 9001", "valid_until": None}]
    [link] = post["firm"]["links"]
    assert (link["kind"], link["name"]) == ("association", "AEP")
    assert link["declared_at_utc"]
    assert "password_hash" not in data["person"]


@pytest.mark.both_databases
def test_deleting_an_account_keeps_what_was_said_for_the_firm_without_the_name(make, db):
    firm, other = make.firm(), make.firm()
    person, _colleague = make.owner_of(firm), make.owner_of(firm)
    from models import Introduction

    first, second = sorted((firm.id, other.id))
    introduction = Introduction(first_id=first, second_id=second)
    db.add(introduction)
    db.flush()
    message = Message(introduction_id=introduction.id, firm_id=firm.id, person_id=person.id, body="Bom dia")
    db.add(message)
    db.commit()

    personal_data.delete_account(db, person, with_firms=False)
    db.commit()

    db.refresh(message)
    assert (message.body, message.person_id) == ("Bom dia", None)


@pytest.mark.both_databases
def test_the_last_owner_cannot_leave_a_firm_behind(make, db):
    firm = make.firm()
    person = make.owner_of(firm)
    make.post(make.person(), firm, "editor")

    with pytest.raises(LastOwner) as refusal:
        personal_data.delete_account(db, person, with_firms=False)

    assert refusal.value.firms == [firm]


@pytest.mark.both_databases
def test_two_owners_who_delete_their_accounts_at_one_moment_do_not_orphan_the_firm(database_url, make, db):
    firm = make.firm()
    one, two = make.owner_of(firm), make.owner_of(firm)

    def leave(person):
        return lambda session: personal_data.delete_account(session, session.get(Person, person.id), with_firms=False)

    outcomes = race(database_url, leave(one), leave(two))

    assert outcomes[0] is None
    assert isinstance(outcomes[1], LastOwner)


@pytest.mark.both_databases
def test_invitations_survive_the_account_of_whoever_sent_them(make, db):
    firm = make.firm()
    owner, _other = make.owner_of(firm), make.owner_of(firm)
    invitation = people.invite(db, owner, firm, email="new@example.org", role="editor")
    db.commit()

    personal_data.delete_account(db, owner, with_firms=False)
    db.commit()

    assert db.get(PostInvitation, invitation.id, populate_existing=True).invited_by_id is None
