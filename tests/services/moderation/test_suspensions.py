"""A suspended firm is hidden from all others at once, and everything comes back with it."""

from __future__ import annotations

import pytest
import sqlalchemy as sa

from models import ChoiceKind, Decision, Firm, Person, Place
from services import cases, choices, directory, firm_records, firms, introductions, network, suggestions
from services.consortia import members
from services.errors import Forbidden, Incomplete
from services.permissions import can_browse, tier_of
from services.profiles import load_profiles
from services.suggestions import Suggester
from tests.groups import Group
from tests.races import race


@pytest.fixture
def moderator(make):
    return make.moderator()


def suspend(db, moderator, firm) -> None:
    cases.suspend(db, moderator, firm, reason="Spam.")
    db.commit()


def unsuspend(db, moderator, firm) -> None:
    cases.unsuspend(db, moderator, firm, reason="It was another's.")
    db.commit()


def seen(db, suggester, firm, other, looker) -> list[bool]:
    """Whether another firm finds this one, place by place."""
    page = suggestions.suggest_partners(db, suggester, other, suggestions.Filters())
    return [
        firm in [entry.firm for entry in page.entries],
        firm in directory.all_firms(db, directory.Filters()),
        firm in firms.find_by_name(db, firm.name),
        str(firm.id) in load_profiles(db),
        tier_of(db, looker, firm, other) is not None,
    ]


def test_a_suspended_firm_is_found_nowhere_and_everywhere_again_after_it(make, db, moderator):
    firm, other = make.firm("Mel da Lousã"), make.firm()
    owner, looker = make.owner_of(firm), make.owner_of(other)
    choices.choose(db, firm, other, ChoiceKind.INTERESTED, owner)
    talk = choices.choose(db, other, firm, ChoiceKind.INTERESTED, looker).introduction
    introductions.send_message(db, talk, firm, owner, "Good day!")
    since, third = firm.approved_at_utc, make.firm()
    stranger = make.owner_of(third)
    suggester = Suggester()
    assert all(seen(db, suggester, firm, third, stranger))

    suspend(db, moderator, firm)
    assert not any(seen(db, suggester, firm, third, stranger))
    assert not introductions.is_open(talk)
    assert not can_browse(db, owner)
    with pytest.raises(Forbidden):
        introductions.send_message(db, talk, other, looker, "Still there?")

    unsuspend(db, moderator, firm)
    assert all(seen(db, suggester, firm, third, stranger))
    assert introductions.is_open(talk)
    assert firm.approved_at_utc == since
    assert [message.body for message in talk.messages] == ["Good day!"]


def test_a_suspended_firm_is_invited_to_no_group_and_leads_none_on(make, db, moderator):
    group = Group(db, make)
    suspend(db, moderator, group.spare)
    with pytest.raises(Forbidden):
        members.invite(db, group.lead, group.consortium, group.spare)
    db.rollback()
    suspend(db, moderator, group.firms[0])
    with pytest.raises(Forbidden):
        members.invite(db, group.lead, group.consortium, group.firms[1])


def test_the_network_leaves_a_suspended_firm_out(make, db, moderator):
    made = [make.firm(targets=[("ESP", 3)]) for _ in range(5)]
    suspend(db, moderator, made[0])

    network.store(db, network.compute(db))

    assert made[0].id not in db.scalars(sa.select(Place.firm_id)).all()


@pytest.mark.parametrize("state", ["draft", "submitted", "returned", "rejected", "suspended"])
def test_only_an_approved_firm_is_suspended(make, db, moderator, state):
    with pytest.raises(Forbidden):
        cases.suspend(db, moderator, make.firm(state=state), reason="Spam.")


@pytest.mark.parametrize("state", ["draft", "submitted", "approved", "returned", "rejected"])
def test_only_a_suspended_firm_is_brought_back(make, db, moderator, state):
    with pytest.raises(Forbidden):
        cases.unsuspend(db, moderator, make.firm(state=state), reason="Enough.")


def test_both_take_a_reason_and_somebody_who_has_nothing_to_do_with_the_firm(make, db, moderator):
    firm = make.firm()
    own = make.moderator()
    make.post(own, firm)

    with pytest.raises(Incomplete):
        cases.suspend(db, moderator, firm, reason=" ")
    for person in (own, make.person(role="staff")):
        with pytest.raises(Forbidden):
            cases.suspend(db, person, firm, reason="Spam.")


def test_a_suspended_firm_does_not_submit_itself_out_of_it_nor_does_a_file(make, db, moderator):
    firm = make.firm()
    suspend(db, moderator, firm)

    with pytest.raises(Forbidden):
        cases.submit(db, firm)
    with pytest.raises(Forbidden):
        cases.withdraw(db, firm)
    with pytest.raises(Forbidden):
        cases.reopen(db, moderator, firm, reason="Let us see.")
    firm_records.change_firm(db, firm, {"state": "approved", "city": "Viseu"})

    assert (firm.state, firm.city) == ("suspended", "Viseu")


@pytest.mark.both_databases
def test_two_suspensions_at_one_moment_are_one(database_url, make, db):
    firm, one, two = make.firm(), make.moderator(), make.moderator()

    def act(person):
        return lambda session: cases.suspend(
            session, session.get(Person, person.id), session.get(Firm, firm.id), reason="Spam."
        ).outcome  # fmt: skip

    first, second = race(database_url, act(one), act(two))

    assert first == "suspended"
    assert isinstance(second, Forbidden)
    assert db.scalar(sa.select(sa.func.count(Decision.id))) == 1
