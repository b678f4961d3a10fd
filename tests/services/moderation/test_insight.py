"""What may deserve a look, and how the moderators do."""

from __future__ import annotations

import datetime as dt

import pytest

from models import ChoiceKind, now_utc
from services import cases, choices, introductions
from services.associations import cases as associations
from services.moderation import appeals, hints, queue, statistics
from tests.groups import Group

pytestmark = pytest.mark.both_databases
DAY = dt.timedelta(days=1)


def talk_of(db, firm, owner, other, colleague):
    choices.choose(db, firm, other, ChoiceKind.INTERESTED, owner)
    return choices.choose(db, other, firm, ChoiceKind.INTERESTED, colleague).introduction


def test_a_site_where_all_is_well_has_no_hints(db, make):
    for _ in range(3):
        make.owner_of(make.firm())

    assert hints.list_hints(db) == {kind: [] for kind in hints.KINDS}


def test_a_person_with_many_firms_is_shown_with_them(db, make):
    person = make.person(name="Ana Prado")
    made = [make.firm() for _ in range(hints.MANY_FIRMS)]
    for firm in made:
        make.post(person, firm)
    few = make.person()
    for firm in made[:-1]:
        make.post(few, firm)

    [one] = hints.many_firms(db)

    assert (one.who, one.count, one.firms) == ("Ana Prado", 4, made)


def test_the_same_long_words_in_many_talks_are_shown(db, make):
    firm, quiet = make.firm(), make.firm()
    owner, other_owner = make.owner_of(firm), make.owner_of(quiet)
    for number in range(hints.MANY_TALKS):
        other = make.firm()
        colleague = make.owner_of(other)
        talk = talk_of(db, firm, owner, other, colleague)
        introductions.send_message(db, talk, firm, owner, "Buy our wonderful machines now, only this week!")
        introductions.send_message(db, talk, firm, owner, "Good day!")
        mine = talk_of(db, quiet, other_owner, other, colleague)
        introductions.send_message(
            db, mine, quiet, other_owner, f"We have read your profile, number {number}, thanks."
        )

    [one] = hints.mass_messages(db)

    assert (one.firms, one.count) == ([firm], 5)
    assert one.words.startswith("Buy our wonderful")


def test_firms_almost_alike_are_shown_together(db, make):
    one, two = make.firm("Mel da Lousã, Lda."), make.firm("MEL DA LOUSA LDA")
    three = make.firm(contact_email="a@b.pt", country="AGO")
    four = make.firm(contact_email="A@B.pt", country="PRT")
    make.firm("Mel da Lousã, Lda.", country="ESP")
    make.firm("Mel da Lousã, Lda.", state="draft")

    found = hints.near_duplicates(db)

    assert [(set(hint.firms), hint.why) for hint in found] == [
        ({one, two}, ("name",)), ({three, four}, ("contact_email",)),
    ]  # fmt: skip


def test_firms_with_one_website_are_shown_together_with_all_that_is_alike(db, make):
    one = make.firm("Mel da Lousã, Lda.", website="https://mel.pt/", contact_email="a@mel.pt")
    two = make.firm("MEL DA LOUSA LDA", website="https://mel.pt", contact_email="a@mel.pt")

    [hint] = hints.near_duplicates(db)

    assert (set(hint.firms), hint.why) == ({one, two}, ("contact_email", "name", "website"))


def test_one_person_on_both_sides_is_shown(db, make):
    group = Group(db, make).reach("forming")
    make.post(group.owners[0], group.firms[1])
    one, two = make.firm(), make.firm()
    person = make.owner_of(one)
    make.post(person, two)
    talk_of(db, one, person, two, person)
    db.commit()

    found = hints.self_dealing(db)

    assert [(set(hint.firms), hint.group) for hint in found] == [
        ({one, two}, None), (set(group.firms[:2]), group.consortium),
    ]  # fmt: skip
    assert [hint.who for hint in found] == [person.name, group.owners[0].name]


def test_what_has_not_moved_for_long_is_shown(db, make):
    group = Group(db, make).reach("forming")
    firm = make.firm()
    assert hints.stuck_groups(db) == hints.stale_profiles(db) == []

    group.put("forming", moved_at_utc=now_utc() - hints.STUCK - DAY)
    firm.changed_at_utc = now_utc() - 541 * DAY
    db.commit()

    assert [one.group for one in hints.stuck_groups(db)] == [group.consortium]
    assert [one.firms for one in hints.stale_profiles(db)] == [[firm]]


def test_nothing_of_this_changes_anything(db, make):
    firm = make.firm()
    firm.changed_at_utc = now_utc() - 1080 * DAY
    db.commit()

    hints.list_hints(db)

    assert (firm.state, sum(queue.count_by_kind(db).values())) == ("approved", 0)


def test_decisions_are_counted_by_kind_and_by_moderator(db, make):
    ana, rui = make.person(role="moderator", name="Ana"), make.person(role="moderator", name="Rui")
    for days, outcome, moderator in (
        (1, "approve", ana),
        (2, "return", ana),
        (9, "reject", ana),
        (4, "approve", rui),
    ):
        firm = make.firm(state="submitted")
        firm.submitted_at_utc = now_utc() - days * DAY
        cases.decide(db, moderator, firm, outcome=outcome, reason="So.")
    last = make.firm(state="submitted")
    cases.decide(db, ana, last, outcome="reject", reason="So.")
    appeal = appeals.make_appeal(db, make.owner_of(last), last, "No.")
    appeals.decide(db, rui, appeal, outcome="overturned", reason="Indeed.")
    Group(db, make).reach("forming")
    db.commit()

    kinds, people = statistics.count_decisions(db, days=30)

    firms = kinds["firm"]
    assert (firms.decided, firms.returned, firms.overturned, round(firms.median_days)) == (6, 1, 1, 2)
    assert round(firms.longest_days) == 9
    assert (kinds["group"].decided, kinds["appeal"].decided, kinds["barrier"].decided) == (2, 1, 0)
    assert kinds["barrier"].median_days is kinds["barrier"].return_rate is None
    by_name = {person.name: figures for person, figures in people}
    assert (by_name["Ana"].decided, by_name["Ana"].return_rate, by_name["Ana"].overturned) == (4, 0.25, 1)
    assert by_name["Rui"].overturned == 0
    assert [person.name for person, _ in people][0] == "Ana"


def test_what_is_older_than_the_span_does_not_count(db, make):
    moderator, firm = make.moderator(), make.firm(state="submitted")
    decision = cases.decide(db, moderator, firm, outcome="approve", reason="")
    decision.made_at_utc = now_utc() - 31 * DAY
    db.commit()

    assert statistics.count_decisions(db, days=30)[0]["firm"].decided == 0
    assert statistics.count_decisions(db, days=90)[0]["firm"].decided == 1


def test_the_kinds_are_those_of_the_queue():
    assert set(statistics.KINDS) == set(queue.SOURCES)


def test_each_decision_on_an_association_counts_with_what_it_waited(db, make):
    moderator, association = make.moderator(), make.association(state="submitted")
    association.submitted_at_utc = now_utc() - 3 * DAY
    associations.decide(
        db, moderator, association, outcome="return", reason="So.", seen=associations.stamp(association)
    )
    association.state = "submitted"
    db.flush()
    associations.decide(
        db, moderator, association, outcome="approve", reason="", seen=associations.stamp(association)
    )
    associations.suspend(db, moderator, association, reason="So.")
    db.commit()

    kinds, [(person, theirs)] = statistics.count_decisions(db, days=30)

    found = kinds["association"]
    assert (found.decided, found.return_rate, round(found.longest_days)) == (2, 0.5, 3)
    assert (person.id, theirs.decided) == (moderator.id, 2)
