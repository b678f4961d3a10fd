"""Ending a group whose ledger is not even, signatures that no longer count, and firms that are left alone."""

from __future__ import annotations

import datetime as dt

import pytest

from models import Happening, MemberState, Subject, new_key, now_utc
from services.consortia import content, ledger, members, settling, tending, timeline
from services.consortia.ledger_sums import open_accounts
from services.consortia.transitions import Act
from tests.groups import Group, hindered_by

TODAY = now_utc().date()


@pytest.fixture
def group(db, make):
    return Group(db, make)


def owe(group, amount, *, by=1):
    ledger.raise_due(
        group.db, group.lead, group.consortium, group.firms[by].key, amount_minor=amount, day=TODAY, words="Fair",
        request_key=new_key(),
    )  # fmt: skip
    group.db.commit()


def pay(group, amount, *, by=1):
    ledger.record_payment(
        group.db, group.lead, group.consortium, group.firms[by].key, amount_minor=amount, day=TODAY, words="Paid",
        request_key=new_key(),
    )  # fmt: skip
    group.db.commit()


def dissolving(group):
    group.reach("operating")
    assert group.decide(Subject.DISSOLUTION) == "passed"
    return group


def happened(group, what):
    found = timeline.list_happenings(group.db, group.consortium, per_page=500)
    return [one for one in found if one.what == what]


def seen(group):
    return settling.mark_of(open_accounts(group.db, group.standing))


# Open accounts


def test_a_group_with_an_open_ledger_is_dissolved_and_closed_only_by_who_confirms_just_these_sums(group):
    dissolving(group)
    owe(group, 1000)
    with hindered_by("open_accounts"):
        group.move(Act.DISSOLVE)
    group.move(Act.DISSOLVE, accepts=seen(group))

    before = seen(group)
    pay(group, 400)
    for accepts in ("", "anything", before):
        with hindered_by("open_accounts"):
            group.move(Act.CLOSE, accepts=accepts)
    group.move(Act.CLOSE, accepts=seen(group))

    assert group.state == "closed"
    (closed,) = happened(group, "close")
    firm = group.firms[1]
    assert closed.facts == {"open": [[firm.key, firm.name, 600]], "currency": "EUR"}


def test_a_group_whose_ledger_is_even_ends_without_further_questions(group):
    dissolving(group)
    owe(group, 1000)
    pay(group, 1000)
    group.move(Act.DISSOLVE)
    group.move(Act.CLOSE)
    assert group.state == "closed" and happened(group, "close")[0].facts == {}


def test_more_paid_than_due_is_open_too(group):
    dissolving(group)
    pay(group, 500)
    with hindered_by("open_accounts"):
        group.move(Act.DISSOLVE)


def test_a_group_that_lapses_is_asked_nothing_and_what_is_open_stays_written(group):
    group.reach("forming")
    owe(group, 1000)
    content.set_objective(group.db, group.lead, group.consortium, **CHANGED)
    group.consortium.changed_at_utc = now_utc() - dt.timedelta(days=400)
    group.db.commit()
    assert group.state == "objective"
    tending.tend(group.db, group.consortium)
    assert group.state == "closed"
    assert happened(group, "lapse")[0].facts["open"][0][2] == 1000


CHANGED = {"objective": "Sell in France.", "indicators": "Five customers.", "months": 12, "pilot": "A fair."}

# Signatures


def test_going_back_to_the_objective_says_which_signatures_no_longer_count_and_keeps_notices(group):
    group.reach("operating")
    members.leave(group.db, *group.of(2))
    day = group.standing.of(group.firms[2]).leaves_at_utc
    group.move(Act.REVIEW)
    group.move(Act.RETHINK)

    assert group.state == "objective"
    states = [group.standing.of(firm).state for firm in group.firms]
    assert states == [MemberState.COMMITTED, MemberState.COMMITTED, MemberState.ON_NOTICE]
    assert [group.standing.of(firm).signed_at_utc is None for firm in group.firms] == [True, True, False]
    assert group.standing.of(group.firms[2]).leaves_at_utc == day
    (dropped,) = happened(group, "signatures_dropped")
    assert dropped.facts == {"why": "rethink", "firms": [[one.key, one.name] for one in group.firms[:2]]}

    tending.tend(group.db, group.consortium, day + dt.timedelta(minutes=1))
    assert group.standing.of(group.firms[2]).state == MemberState.LEFT


def test_new_regulations_and_a_change_of_what_was_submitted_say_whose_signatures_they_drop(group):
    group.reach("forming").regulate()
    members.sign(group.db, *group.of(0))
    content.set_regulations(group.db, group.lead, group.consortium, "Shares decide.")
    assert group.decide(Subject.REGULATIONS) == "passed"
    members.sign(group.db, *group.of(1))
    content.set_objective(group.db, group.lead, group.consortium, **CHANGED)
    group.db.commit()

    told = [
        (one.facts["why"], [name for _, name in one.facts["firms"]]) for one in happened(group, "signatures_dropped")
    ]
    assert told == [("change", ["Member 1"]), ("regulations", ["Member 0"])]


def test_where_nobody_has_signed_nothing_is_said_of_signatures(group):
    group.reach("forming")
    content.set_objective(group.db, group.lead, group.consortium, **CHANGED)
    assert group.state == "objective" and not happened(group, "signatures_dropped")


# Invitations taken back


def test_a_firm_whose_invitation_was_taken_back_is_left_alone_for_a_while(group):
    group.invite(group.firms[1])
    members.take_back(group.db, group.lead, group.consortium, group.firms[1])
    with hindered_by("asked_recently"):
        group.invite(group.firms[1])
    group.invite(group.firms[2])  # another one may be asked

    last = happened(group, "taken_back")[0]
    group.db.get(Happening, last.id).happened_at_utc = now_utc() - dt.timedelta(days=7, minutes=1)
    group.db.commit()
    group.invite(group.firms[1])
    assert group.standing.of(group.firms[1]).state == MemberState.INVITED
