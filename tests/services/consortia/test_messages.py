"""Messages inside a group: who writes and reads, what is unread, who is told once, what is taken back."""

from __future__ import annotations

import datetime as dt

import pytest

from models import Consortium, Firm, Person, now_utc
from services import personal_data
from services.consortia import members, messages
from services.consortia.moving import OutOfPlace
from services.errors import Forbidden, Incomplete
from services.firms import delete_firm
from tests.groups import Group
from tests.races import race


@pytest.fixture
def group(db, make):
    return Group(db, make).gather()


def write(group, by=0, body="Good day!"):
    message = messages.write(group.db, *group.of(by), body)
    told = [person for person, _firm in messages.claim_notices(group.db, message)]
    group.db.commit()
    return message, told


def unread(group, number) -> int:
    found = messages.count_unread(group.db, group.owners[number], group.firms[number])
    return found.get(group.consortium.id, 0)


def read(group, number) -> None:
    messages.mark_read(group.db, group.consortium, group.owners[number])
    group.db.commit()


@pytest.mark.both_databases
def test_each_person_has_marks_of_their_own(group):
    write(group)
    write(group, by=1)

    assert [unread(group, number) for number in range(3)] == [1, 1, 2]
    read(group, 2)
    assert [unread(group, number) for number in range(3)] == [1, 1, 0]
    write(group)
    assert unread(group, 2) == 1


@pytest.mark.both_databases
def test_a_mail_tells_once_until_one_looks(group):
    _first, told = write(group)
    assert told == group.owners[1:]
    assert write(group)[1] == []
    assert write(group, by=1)[1] == [group.owners[0]], "the one who wrote before has not been told yet"
    assert messages.has_news(group.db, group.consortium, group.owners[1])
    read(group, 1)
    assert not messages.has_news(group.db, group.consortium, group.owners[1])
    assert write(group)[1] == [group.owners[1]]


def test_who_acts_for_two_members_is_told_once(group, make):
    make.post(group.owners[1], group.firms[2])

    assert write(group)[1] == [group.owners[1], group.owners[2]]


def test_only_members_write(group, make):
    with pytest.raises(Forbidden):
        messages.write(group.db, *group.newcomer(), "Hello")
    group.invite(group.spare)
    with pytest.raises(Forbidden):
        messages.write(group.db, group.lead, group.consortium, group.spare, "Hello")
    with pytest.raises(Forbidden):
        messages.write(group.db, group.moderators[0], group.consortium, group.firms[0], "Hello")
    for body in ("", " \n ", "x" * 5001):
        with pytest.raises(Incomplete):
            messages.write(group.db, *group.of(0), body)
    group.put("closed")
    with pytest.raises(OutOfPlace):
        messages.write(group.db, *group.of(0), "Hello")


def test_one_who_left_has_nothing_unread_and_is_told_nothing(group):
    write(group)
    members.leave(group.db, *group.of(1))
    read(group, 2)

    assert unread(group, 1) == 0
    assert write(group)[1] == [group.owners[2]]
    with pytest.raises(Forbidden):
        messages.write(group.db, *group.of(1), "Hello")


@pytest.mark.both_databases
def test_the_author_takes_a_message_back_for_a_quarter_of_an_hour(group, make):
    message, _ = write(group)
    colleague = make.owner_of(group.firms[0])
    late = now_utc() + dt.timedelta(minutes=16)

    with pytest.raises(Forbidden):
        messages.take_back(group.db, colleague, message)
    with pytest.raises(Forbidden):
        messages.take_back(group.db, group.lead, message, late)
    assert messages.may_take_back(message, group.lead)
    assert not messages.may_take_back(message, group.lead, late)
    messages.take_back(group.db, group.lead, message)
    group.db.commit()
    assert (message.body, message.taken_back_at_utc is None) == ("", False)
    assert unread(group, 1) == 0
    with pytest.raises(Forbidden):
        messages.take_back(group.db, group.lead, message)


@pytest.mark.both_databases
def test_what_was_said_stays_without_the_name_when_firm_and_account_are_deleted(group):
    write(group, by=1)
    delete_firm(group.db, group.firms[1])
    personal_data.delete_account(group.db, group.owners[1], with_firms=True)
    group.db.commit()

    [message] = messages.list_messages(group.db, group.consortium)
    assert (message.body, message.firm, message.person) == ("Good day!", None, None)
    assert unread(group, 0) == 1


@pytest.mark.both_databases
def test_two_messages_at_once_send_one_notice(db, group, database_url):
    ids = [[one.id for one in group.of(number)] for number in (0, 1)]
    db.commit()

    def writes(number):
        def work(session):
            who = [session.get(kind, one) for kind, one in zip((Person, Consortium, Firm), ids[number], strict=True)]
            message = messages.write(session, *who, "Hello")
            return {person.id for person, _ in messages.claim_notices(session, message)}

        return work

    first, second = race(database_url, writes(0), writes(1))

    assert group.owners[2].id in first
    assert group.owners[2].id not in second


def test_a_long_list_has_pages(group):
    for number in range(messages.PER_PAGE + 1):
        messages.write(group.db, *group.of(0), f"Message {number}")

    assert messages.count_messages(group.db, group.consortium) == messages.PER_PAGE + 1
    assert [one.body for one in messages.list_messages(group.db, group.consortium, page=2)] == ["Message 0"]
