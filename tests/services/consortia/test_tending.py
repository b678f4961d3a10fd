"""What days bring about in groups: reminders, lapses, votes, notices, idle groups; and that each is done once."""

from __future__ import annotations

import datetime as dt

import pytest

from models import ConsortiumState, Subject, now_utc
from services import firms
from services.consortia import content, members, tending, votes
from services.consortia.timeline import count_happenings, list_happenings
from services.consortia.transitions import UNDER_WAY
from tests.groups import OBJECTIVE, Group, only_for_now

DAY = dt.timedelta(days=1)


@pytest.fixture
def group(db, make):
    return Group(db, make)


def tend(group, later=dt.timedelta(0)):
    """Tend a group so much later; which firms are reminded."""
    now = now_utc() + later
    is_due = group.consortium.id in tending.list_due(group.db, now)
    before = count_happenings(group.db, group.consortium)
    reminded = [one.firm for one in tending.tend(group.db, group.consortium, now)]
    group.db.commit()
    assert is_due or (not reminded and count_happenings(group.db, group.consortium) == before), "it was not due"
    assert group.consortium.id not in tending.list_due(group.db, now), "nothing is left to do"
    return reminded


def test_a_firm_is_reminded_once_three_days_before(group):
    group.invite(group.spare)

    assert tend(group, 10 * DAY) == []
    assert tend(group, 12 * DAY) == [group.spare]
    assert tend(group, 12.5 * DAY) == []


def test_a_firm_that_is_only_interested_is_reminded_too_and_a_member_is_not(db, group):
    group.invite(group.firms[1])
    members.show_interest(db, *group.of(1))
    group.invite(group.firms[2])
    group.join(group.firms[2], group.owners[2])

    assert tend(group, 12 * DAY) == [group.firms[1]]


def test_a_new_invitation_has_its_own_reminder(db, group):
    newcomer = group.newcomer()
    group.invite(group.spare)
    assert tend(group, 12 * DAY) == [group.spare]
    members.decline(db, *newcomer)
    group.invite(group.spare)

    assert tend(group, 12 * DAY) == [group.spare]


def test_an_invitation_that_nobody_answers_lapses(db, group):
    group.invite(group.spare)
    group.invite(group.firms[1])
    members.show_interest(db, *group.of(1))

    assert tend(group, 15 * DAY) == [], "it is too late to remind"

    places = [group.standing.of(firm) for firm in (group.spare, group.firms[1])]
    assert [(one.state, one.has_lapsed) for one in places] == [("declined", True)] * 2
    happened = [(one.what, one.firm, one.person) for one in list_happenings(db, group.consortium)][:2]
    assert sorted(happened, key=lambda one: one[1].id) == [
        ("lapsed", group.firms[1], None), ("lapsed", group.spare, None),
    ]  # fmt: skip


def test_a_silenced_invitation_lapses_without_a_mail(db, group):
    firms.block(db, group.spare, group.firms[0])
    group.invite(group.spare)

    assert tend(group, 12 * DAY) == []
    assert group.standing.of(group.spare).state == "invited", "as long as any other"
    assert tend(group, 15 * DAY) == []
    assert group.standing.of(group.spare).has_lapsed


def test_a_vote_is_counted_at_its_deadline_and_not_before(db, make):
    group = Group(db, make).reach("objective")
    content.set_objective(db, group.lead, group.consortium, **OBJECTIVE)
    vote = votes.open_vote(db, group.lead, group.consortium, group.firms[0], Subject.OBJECTIVE)
    db.commit()

    tend(group, 6 * DAY)
    assert vote.is_open
    tend(group, 7 * DAY)
    assert vote.state == "no_quorum"


def test_a_notice_ends_on_its_day(db, make):
    group = Group(db, make, count=4).reach("operating")
    members.leave(db, *group.of(1))
    db.commit()

    tend(group, 89 * DAY)
    assert group.standing.of(group.firms[1]).state == "on_notice"
    tend(group, 91 * DAY)

    assert group.standing.of(group.firms[1]).state == "left"
    assert (group.state, len(group.standing.inside)) == ("operating", 3)


def test_notices_that_end_in_one_night_bring_a_group_into_review_and_to_its_end(db, make):
    group = Group(db, make).reach("operating")
    for number in (1, 2):
        members.leave(db, *group.of(number))
    db.commit()
    tend(group, 91 * DAY)
    assert (group.state, len(group.standing.inside)) == ("review", 1)

    members.leave(db, *group.of(0))
    db.commit()
    assert group.state == "review", "a contract binds the last one, too"
    tend(group, 91 * DAY)
    assert (group.state, group.consortium.outcome, group.consortium.lead_id) == ("closed", "lapsed", None)


def test_a_group_in_which_nothing_moves_for_a_year_lapses_unless_it_was_approved(db, group):
    group.invite(group.spare)
    for state in ConsortiumState:
        with only_for_now(group):
            group.put(state)
            group.standing.of(group.spare).answer_by_utc = now_utc() + 900 * DAY
            tend(group, 364 * DAY)
            assert group.state == state
            tend(group, 365.1 * DAY)
            if state in UNDER_WAY:
                assert (group.state, group.consortium.outcome) == ("closed", "lapsed")
                assert group.standing.of(group.spare).state == "declined"
            else:
                assert group.state == state


def test_what_somebody_does_keeps_a_group_alive(db, group):
    group.consortium.changed_at_utc = now_utc() - 400 * DAY
    group.invite(group.spare)

    tend(group)
    assert group.state == "exploring"


def test_tending_twice_is_tending_once(db, make):
    group = Group(db, make, count=4).reach("objective")
    content.set_objective(db, group.lead, group.consortium, **OBJECTIVE)
    votes.open_vote(db, group.lead, group.consortium, group.firms[0], Subject.OBJECTIVE)
    group.invite(group.spare)
    for days in (12, 15, 400):
        tend(group, days * DAY)
        before = count_happenings(db, group.consortium)
        assert tend(group, days * DAY) == []
        assert count_happenings(db, group.consortium) == before


def test_only_groups_in_which_a_day_has_come_are_due(db, make):
    quiet, asks, idle = (Group(db, make) for _ in range(3))
    asks.invite(asks.spare)
    idle.consortium.changed_at_utc = now_utc() - 400 * DAY
    db.commit()

    assert tending.list_due(db, now_utc()) == [idle.consortium.id]
    assert tending.list_due(db, now_utc() + 12 * DAY) == [asks.consortium.id, idle.consortium.id]
    assert quiet.state == "idea"


def test_a_group_that_fails_holds_up_nobody(db, make, app, monkeypatch):
    groups = [Group(db, make) for _ in range(3)]
    for group in groups:
        group.invite(group.spare)
        group.standing.of(group.spare).answer_by_utc = now_utc() - DAY
    db.commit()
    whole, broken = tending.tend, groups[0].consortium.id

    def tend_or_fail(db, consortium, now=None):
        whole(db, consortium, now)
        if consortium.id == broken:
            raise RuntimeError("broken")
        return []

    monkeypatch.setattr(tending, "tend", tend_or_fail)
    db.commit()
    said = app.test_cli_runner().invoke(args=["consortia", "tend"]).output

    assert said == "2 groups tended, 1 failed.\n"
    assert [group.standing.of(group.spare).state for group in groups] == ["invited", "declined", "declined"]
