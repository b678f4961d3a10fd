"""What the ranking may learn from: outcomes that are silent, and groups that everybody may see."""

from __future__ import annotations

import datetime as dt

import pytest

from models import ChoiceKind, FirmState, now_utc
from services import choices, firms
from services.evidence import MOST_OF_FIRM, find_history, gather, list_outcomes
from tests.experience import World


@pytest.fixture
def world(db, make):
    """Four firms to which nothing has happened yet."""
    return World(db, [make.firm(name) for name in ("Ana", "Bia", "Caju", "Duarte")])


def told(db) -> list[tuple]:
    """Each outcome as (who, chosen, declined), in the order of days."""
    return [
        (outcome.question.members[0], sorted(outcome.chosen), sorted(outcome.declined))
        for outcome in list_outcomes(db)
    ]


def day(days_ago: int) -> dt.date:
    return (now_utc() - dt.timedelta(days=days_ago)).date()


@pytest.mark.both_databases
def test_an_introduction_is_a_choice_of_both_sides_on_its_day(db, world):
    a, b, *_ = world.firms
    world.introduce(a, b, days_ago=40)

    assert told(db) == [(str(a.id), [str(b.id)], []), (str(b.id), [str(a.id)], [])]
    assert {outcome.day for outcome in list_outcomes(db)} == {day(40)}


@pytest.mark.parametrize(("closed", "both_wrote", "counts"), [(True, False, False), (True, True, True)])
def test_one_that_was_closed_counts_if_both_sides_had_written(db, world, closed, both_wrote, counts):
    a, b, *_ = world.firms
    world.introduce(a, b, days_ago=40, closed=closed, both_wrote=both_wrote)

    assert bool(list_outcomes(db)) is counts


@pytest.mark.both_databases
def test_never_is_a_refusal_and_the_last_word_of_either_side(db, world):
    a, b, c, _ = world.firms
    world.introduce(a, b, days_ago=40, both_wrote=True)
    world.decline(b, a, days_ago=10)
    world.decline(a, c, days_ago=10)

    assert told(db) == [(str(a.id), [], [str(c.id)]), (str(b.id), [], [str(a.id)])]


@pytest.mark.parametrize("kind", [ChoiceKind.LATER, ChoiceKind.INTERESTED])
def test_not_now_and_interest_without_an_answer_say_nothing(db, world, kind):
    world.decline(world.firms[0], world.firms[1], days_ago=400, kind=kind)
    firms.block(db, world.firms[0], world.firms[2])

    assert list_outcomes(db) == []


def test_what_was_taken_back_is_gone(db, world, make):
    a, b, *_ = world.firms
    choices.choose(db, a, b, ChoiceKind.NEVER, make.person())
    assert len(list_outcomes(db)) == 1

    choices.undo(db, a, b)

    assert list_outcomes(db) == []


def test_firms_that_are_not_approved_are_left_out(db, world):
    a, b, c, _ = world.firms
    world.introduce(a, b, days_ago=40)
    world.decline(a, c, days_ago=40)
    b.state = c.state = FirmState.RETURNED
    db.flush()

    assert list_outcomes(db) == []
    assert {str(b.id), str(c.id)}.isdisjoint(gather(db).profiles)


def test_nobody_counts_more_than_so_often_and_the_latest_count(db, world, make):
    keen = world.firms[0]
    for number in range(MOST_OF_FIRM + 3):
        world.decline(keen, make.firm(), days_ago=100 - number)

    found = list_outcomes(db)

    assert len(found) == MOST_OF_FIRM
    assert min(outcome.day for outcome in found) == day(97)


@pytest.mark.both_databases
def test_a_declared_consortium_counts_from_the_day_on_which_its_last_member_says_so(db, world):
    a, b, c, d = world.firms
    world.declare(a, "Azeites do Sul", days_ago=300)
    world.declare(b, "azeites do  SUL", days_ago=200)
    world.declare(c, "Alone", days_ago=100)
    world.declare(d, "Azeites do Sul", days_ago=50)
    d.state = FirmState.DRAFT
    db.flush()

    [group] = find_history(db).groups

    assert (group.members, group.day) == ((str(a.id), str(b.id)), day(200))


def test_a_link_keeps_its_day_when_the_section_is_saved_again(db, world):
    a, b, *_ = world.firms
    world.declare(a, "Azeites do Sul", days_ago=300)
    world.declare(b, "Azeites do Sul", days_ago=200)

    firms.set_ways(db, a, objectives=[], norms=[], links=[("consortium", "Azeites do Sul"), ("consortium", "New")])
    firms.set_ways(db, b, objectives=[], norms=[], links=[("consortium", "AZEITES do Sul")])

    assert [group.day for group in find_history(db).groups] == [day(200)]
    assert {link.name: link.declared_at_utc.date() for link in a.links}["New"] == day(0)


def test_no_choice_and_no_introduction_enters_the_signals(db, world):
    a, b, c, d = world.firms
    world.declare(a, "Azeites do Sul", days_ago=300)
    world.declare(b, "Azeites do Sul", days_ago=200)
    before = find_history(db).fingerprint()

    world.introduce(a, c, days_ago=30, both_wrote=True)
    world.decline(b, d, days_ago=20)
    world.decline(c, d, days_ago=20, kind=ChoiceKind.INTERESTED)

    assert find_history(db).fingerprint() == before


def test_the_fingerprint_changes_with_every_outcome(db, world):
    before = gather(db).fingerprint()
    world.decline(world.firms[0], world.firms[1], days_ago=3)

    assert gather(db).fingerprint() != before
    assert gather(db).fingerprint() == gather(db).fingerprint()


@pytest.mark.both_databases
def test_profiles_of_a_day_know_nothing_that_was_declared_later(db, world):
    a, b, c, _ = world.firms
    for firm, days_ago in ((a, 50), (b, 20), (c, 50)):
        world.declare(firm, "Feira", days_ago=days_ago)

    evidence = gather(db)
    then = {profile.id: profile for profile in evidence.profiles_on(day(30))}
    now = {profile.id: profile for profile in evidence.profiles_on(day(0))}

    assert (then[str(a.id)].ties, then[str(b.id)].links) == ({str(c.id)}, frozenset())
    assert now[str(a.id)].ties == {str(b.id), str(c.id)}
    assert now[str(b.id)].links == {"consortium:feira"}
    assert now == dict(evidence.profiles)


def test_a_day_of_very_many_refusals_counts_no_more_than_some(db, make):
    firms_made = [make.firm(f"Firma {number}") for number in range(MOST_OF_FIRM + 5)]
    world = World(db, firms_made)
    for other in firms_made[1:]:
        world.decline(firms_made[0], other, days_ago=10)

    (outcome,) = list_outcomes(db)

    assert len(outcome.declined) == MOST_OF_FIRM
