"""What was checked of a firm: newer checks take the place of older ones, and none is changed."""

from __future__ import annotations

import datetime as dt

import pytest
import sqlalchemy as sa

from models import Firm, Person, Verification
from services import firms
from services.errors import Conflict, Forbidden, Incomplete
from services.moderation import verifications
from tests.races import race

TODAY = dt.date.today()
DAY = dt.timedelta(days=1)


@pytest.fixture
def firm(make):
    return make.firm("Mel da Lousã", tax_number="501442600")


@pytest.fixture
def moderator(make):
    return make.moderator()


def check(db, moderator, firm, **more) -> Verification:
    given = {"what": "identity", "how": "register", "checked_on": TODAY - 9 * DAY, **more}
    return verifications.verify(db, moderator, firm, **given)


def part_of(db, firm, what: str) -> verifications.Checked:
    return next(part for part in verifications.list_parts(db, firm) if part.what == what)


def test_a_check_says_what_how_by_whom_when_and_until_when(db, firm, moderator):
    check(db, moderator, firm, valid_until=TODAY + DAY, note=" Entry 4711. ")
    db.commit()

    part = part_of(db, firm, "identity")

    found = part.check
    assert (found.how, found.moderator, found.checked_on, found.valid_until) == (
        "register", moderator, TODAY - 9 * DAY, TODAY + DAY,
    )  # fmt: skip
    assert (found.note, found.declared, part.standing) == ("Entry 4711.", "Mel da Lousã, PRT", "valid")
    assert part_of(db, firm, "site").check is None


@pytest.mark.parametrize(("until", "standing"), [(TODAY - DAY, "expired"), (TODAY, "valid"), (None, "valid")])
def test_a_check_runs_out_after_its_last_day(db, firm, moderator, until, standing):
    check(db, moderator, firm, valid_until=until)

    assert part_of(db, firm, "identity").standing == standing


def test_a_check_of_something_that_was_changed_since_says_so(db, firm, moderator):
    check(db, moderator, firm, what="tax_number", how="check_digit")
    check(db, moderator, firm)

    firms.set_identity(db, firm, name=firm.name, country="PRT", tax_number="501964843")

    assert part_of(db, firm, "tax_number").standing == "changed"
    assert part_of(db, firm, "identity").standing == "valid"


def test_a_newer_check_takes_the_place_of_an_older_one_which_stays(db, firm, moderator):
    first = check(db, moderator, firm, note="First.")
    other = check(db, moderator, firm, what="site", how="visit")

    second = check(db, moderator, firm, how="call", note="Second.")

    db.expire_all()
    assert part_of(db, firm, "identity").check == second
    assert part_of(db, firm, "site").check == other
    assert [(one.id, one.note) for one in verifications.list_earlier(db, firm)] == [(first.id, "First.")]


@pytest.mark.both_databases
def test_of_two_who_note_a_check_at_one_moment_one_counts(database_url, db, firm, moderator):
    def act(note):
        return lambda session: check(
            session, session.get(Person, moderator.id), session.get(Firm, firm.id), note=note
        ).id  # fmt: skip

    outcomes = race(database_url, act("One."), act("Two."))

    present = db.scalars(sa.select(Verification.id).where(Verification.superseded_at_utc.is_(None))).all()
    assert len(present) == 1
    assert present[0] in outcomes
    assert all(isinstance(one, int | Conflict) for one in outcomes)


@pytest.mark.parametrize(
    ("wrong", "names"),
    [
        ({"what": "crown"}, "what"),
        ({"what": "capacity"}, "what"),
        ({"how": "crown"}, "how"),
        ({"how": "check_digit"}, "how"),
        ({"checked_on": TODAY + 2 * DAY}, "checked_on"),
        ({"valid_until": TODAY - 9 * DAY}, "valid_until"),
        ({"note": "x" * 2001}, "note"),
    ],
)
def test_what_does_not_go_together_is_refused(db, firm, moderator, wrong, names):
    with pytest.raises(Incomplete) as refusal:
        check(db, moderator, firm, **wrong)

    assert refusal.value.missing == [names]


def test_nobody_checks_a_firm_of_their_own_and_only_moderators_check(db, firm, make, moderator):
    make.post(moderator, firm)

    for person in (moderator, make.person(role="staff"), make.owner_of(firm)):
        with pytest.raises(Forbidden):
            check(db, person, firm)
