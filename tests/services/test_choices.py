"""What firms say of each other, and what mutual interest opens."""

from __future__ import annotations

import threading

import pytest
import sqlalchemy as sa

from models import ChoiceKind, Firm, Introduction, Person, make_engine, make_sessions
from services import choices, firms, introductions
from services.errors import Forbidden, Incomplete, NotFound

INTERESTED, LATER, NEVER = ChoiceKind.INTERESTED, ChoiceKind.LATER, ChoiceKind.NEVER


@pytest.fixture
def two(make):
    first, second = make.firm(), make.firm()
    return first, second, make.owner_of(first), make.owner_of(second)


def test_interest_of_one_side_opens_nothing(db, two):
    first, second, ana, _ = two

    assert choices.choose(db, first, second, INTERESTED, ana).introduction is None
    assert choices.list_choices(db, second) == []


@pytest.mark.both_databases
def test_interest_of_both_sides_opens_an_introduction(db, two):
    first, second, ana, rui = two
    choices.choose(db, first, second, INTERESTED, ana)

    introduction = choices.choose(db, second, first, INTERESTED, rui).introduction

    assert {introduction.first_id, introduction.second_id} == {first.id, second.id}
    assert introductions.other_of(introduction, first) is second


@pytest.mark.parametrize("kind", [LATER, NEVER])
def test_another_word_than_interested_opens_nothing(db, two, kind):
    first, second, ana, rui = two
    choices.choose(db, first, second, INTERESTED, ana)

    assert choices.choose(db, second, first, kind, rui).introduction is None


def test_taking_interest_back_closes_and_saying_it_again_reopens(db, two):
    first, second, ana, rui = two
    choices.choose(db, first, second, INTERESTED, ana)
    introduction = choices.choose(db, second, first, INTERESTED, rui).introduction

    assert choices.undo(db, first, second) == INTERESTED
    db.refresh(introduction)
    assert introduction.closed_at_utc is not None

    again = choices.choose(db, first, second, INTERESTED, ana).introduction
    assert again.id == introduction.id
    assert again.closed_at_utc is None


def test_changing_interest_to_never_closes_the_talk(db, two):
    first, second, ana, rui = two
    choices.choose(db, first, second, INTERESTED, ana)
    introduction = choices.choose(db, second, first, INTERESTED, rui).introduction

    chosen = choices.choose(db, second, first, NEVER, rui)

    db.refresh(introduction)
    assert chosen.before == INTERESTED
    assert introduction.closed_at_utc is not None


@pytest.mark.parametrize("state", ["draft", "submitted", "returned", "rejected", "suspended"])
def test_only_approved_firms_choose_and_are_chosen(db, make, state):
    approved, other = make.firm(), make.firm(state=state)
    ana = make.person()

    for firm, target in ((approved, other), (other, approved), (approved, approved)):
        with pytest.raises(Forbidden):
            choices.choose(db, firm, target, INTERESTED, ana)


def test_undoing_nothing_is_nothing(db, two):
    assert choices.undo(db, two[0], two[1]) is None


@pytest.mark.both_databases
def test_two_sides_who_choose_at_the_same_moment_get_one_introduction(database_url, two):
    first, second, ana, rui = two
    engine = make_engine(database_url)
    start, errors = threading.Barrier(2), []

    def choose(mine: int, other: int, person: int) -> None:
        try:
            with make_sessions(engine, writes=True)() as session:
                start.wait()
                choices.choose(
                    session,
                    session.get(Firm, mine),
                    session.get(Firm, other),
                    INTERESTED,
                    session.get(Person, person),
                )
                session.commit()
        except Exception as error:
            errors.append(error)

    threads = [
        threading.Thread(target=choose, args=(first.id, second.id, ana.id)),
        threading.Thread(target=choose, args=(second.id, first.id, rui.id)),
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert errors == []
    with make_sessions(engine, writes=False)() as session:
        assert session.scalar(sa.select(sa.func.count(Introduction.id))) == 1
    engine.dispose()


@pytest.fixture
def talk(db, two):
    first, second, ana, rui = two
    choices.choose(db, first, second, INTERESTED, ana)
    return choices.choose(db, second, first, INTERESTED, rui).introduction


@pytest.mark.both_databases
def test_messages_are_unread_until_they_are_read(db, two, talk):
    first, second, ana, rui = two
    introductions.send_message(db, talk, first, ana, "  Bom dia!  ")

    assert introductions.count_unread(db, rui, second) == 1
    assert introductions.count_unread(db, ana, first) == 0
    assert [t.state for t in introductions.list_talks(db, rui, second)] == ["unread"]

    assert introductions.has_news(db, talk, rui)
    introductions.mark_read(db, talk, rui)
    assert not introductions.has_news(db, talk, rui)
    assert introductions.count_unread(db, rui, second) == 0
    assert [t.state for t in introductions.list_talks(db, rui, second)] == ["answer"]
    assert [t.state for t in introductions.list_talks(db, ana, first)] == ["waiting"]


@pytest.mark.parametrize("body", ["", "   \n ", "x" * 5001])
def test_a_message_needs_words_but_not_too_many(db, two, talk, body):
    with pytest.raises(Incomplete):
        introductions.send_message(db, talk, two[0], two[2], body)


def test_nobody_writes_into_a_closed_talk_or_one_of_others(db, make, two, talk):
    first, second, ana, _ = two
    with pytest.raises(Forbidden):
        introductions.send_message(db, talk, make.firm(), ana, "hello")
    choices.undo(db, first, second)
    db.refresh(talk)
    with pytest.raises(Forbidden):
        introductions.send_message(db, talk, first, ana, "hello")


def test_the_talk_of_others_is_not_found(db, make, talk):
    with pytest.raises(NotFound):
        introductions.get_introduction(db, talk.key, make.firm())


@pytest.mark.both_databases
def test_whoever_is_blocked_gets_no_contact_data_by_saying_interested(make, db):
    mine, other = make.firm(), make.firm()
    me, them = make.owner_of(mine), make.owner_of(other)
    choices.choose(db, mine, other, ChoiceKind.INTERESTED, me)
    firms.block(db, mine, other)

    chosen = choices.choose(db, other, mine, ChoiceKind.INTERESTED, them)

    assert chosen.introduction is None


@pytest.mark.both_databases
def test_interest_is_taken_back_alone(make, db):
    mine, other = make.firm(), make.firm()
    me = make.owner_of(mine)
    choices.choose(db, mine, other, ChoiceKind.LATER, me)
    choices.undo_interest(db, mine, other)
    assert choices.find_choice(db, mine, other).kind == ChoiceKind.LATER

    choices.choose(db, mine, other, ChoiceKind.INTERESTED, me)
    choices.undo_interest(db, mine, other)
    assert choices.find_choice(db, mine, other) is None
