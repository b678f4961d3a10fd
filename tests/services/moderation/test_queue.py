"""Everything that waits, in one list: oldest first, counted, filtered."""

from __future__ import annotations

import datetime as dt
import time

import pytest
import sqlalchemy as sa
from sqlalchemy import event

from models import (
    Appeal,
    Association,
    Decision,
    Firm,
    FirmChangeCase,
    MarketBarrier,
    Proof,
    Report,
    Submission,
    now_utc,
)
from services.errors import Forbidden
from services.moderation import desk, queue, reports
from tests.groups import Group

pytestmark = pytest.mark.both_databases


@pytest.fixture
def moderator(make):
    return make.moderator()


def ago(days: float) -> dt.datetime:
    return now_utc() - dt.timedelta(days=days)


def wait(make, db, name: str, days: float):
    firm = make.firm(name, state="submitted")
    firm.submitted_at_utc = ago(days)
    db.commit()
    return firm


@pytest.fixture
def barrier(db, make):
    told = {"country": "AGO", "heading": "1509", "kind": "tax", "percent": 5.0, "source": "A law"}
    entry = MarketBarrier(**told, source_date=dt.date(2026, 1, 31), entered_at_utc=ago(5))
    entry.person_id = make.person(role="staff").id
    db.add(entry)
    db.commit()
    return entry


def test_the_queue_holds_every_kind_oldest_first(db, make, moderator, barrier):
    group = Group(db, make).reach("submitted")
    old, new = wait(make, db, "Old", 9), wait(make, db, "New", 1)

    lines = queue.list_cases(db, moderator)

    assert [(line.kind, line.key) for line in lines] == [
        ("firm", old.key), ("barrier", barrier.key), ("firm", new.key), ("group", group.consortium.key),
    ]  # fmt: skip
    assert [line.days for line in lines] == [9, 5, 1, 0]
    assert [line.country for line in lines] == ["PRT", "AGO", "PRT", "ESP"]


def test_cases_are_counted_by_kind_and_age(db, make, barrier):
    for days in (0.1, 1.9, 2.1, 6.9, 7.1, 30):
        wait(make, db, f"Waits {days}", days)

    assert queue.count_by_kind(db) == {**dict.fromkeys(queue.SOURCES, 0), "firm": 6, "barrier": 1}
    by_age = queue.count_by_age(db)
    assert by_age["firm"] == {"old": 2, "days": 2, "new": 2}
    assert by_age["barrier"] == {"old": 0, "days": 1, "new": 0}
    assert by_age["group"] == {"old": 0, "days": 0, "new": 0}


def test_the_queue_is_filtered_by_kind_and_age_and_paged(db, make, moderator, barrier):
    made = [wait(make, db, f"Waits {days}", days) for days in (9, 8, 3)]

    assert queue.count_cases(db, moderator, kind="firm", age="old") == 2
    assert [line.key for line in queue.list_cases(db, moderator, kind="firm", age="old")] == [f.key for f in made[:2]]
    second = queue.list_cases(db, moderator, page=2, per_page=3)
    assert [line.key for line in second] == [made[2].key]


def test_the_queue_says_who_has_a_case_and_filters_by_that(db, make, moderator):
    administrator = make.person(role="administrator")
    mine, others, above, own, left = (wait(make, db, f"Firm {n}", 5 - n) for n in range(5))
    other = make.moderator()
    desk.claim(db, moderator, "firm", mine.key)
    desk.claim(db, other, "firm", others.key)
    desk.escalate(db, other, "firm", above.key, "Please.")
    make.post(moderator, own)
    desk.recuse(db, moderator, "firm", left.key)
    db.commit()

    by_key = {line.key: line for line in queue.list_cases(db, moderator)}
    assert (by_key[mine.key].is_mine, by_key[mine.key].claimed_by) == (True, moderator.name)
    assert (by_key[others.key].is_mine, by_key[others.key].claimed_by) == (False, other.name)
    assert by_key[above.key].is_escalated
    assert by_key[own.key].shut == queue.Shut.OWN
    assert by_key[left.key].shut is None

    def keys(person, who):
        assert queue.count_cases(db, person, who=who) == len(queue.list_cases(db, person, who=who))
        return {line.key for line in queue.list_cases(db, person, who=who)}

    assert keys(moderator, "mine") == {mine.key}
    assert keys(moderator, "escalated") == {above.key}
    assert keys(moderator, "open") == {mine.key}
    assert keys(administrator, "open") == {above.key, own.key, left.key}


def test_a_group_is_its_members_own(db, make, moderator):
    group = Group(db, make).reach("submitted")
    make.post(moderator, group.firms[1])

    [line] = queue.list_cases(db, moderator)

    assert line.shut == queue.Shut.OWN
    assert queue.count_cases(db, moderator, who="open") == 0


def test_a_group_waits_for_a_second_moderator_and_is_not_open_to_the_first(db, make):
    group = Group(db, make).reach("submitted")
    first, second = group.moderators[:2]
    group.review(first, "approve")
    key = group.consortium.key

    assert [line.shut for line in queue.list_cases(db, first)] == [queue.Shut.SAID]
    assert [line.shut for line in queue.list_cases(db, second)] == [None]
    assert (queue.count_cases(db, first, who="open"), queue.count_cases(db, second, who="open")) == (0, 1)
    assert not queue.is_own(db, first, "group", key)
    with pytest.raises(Forbidden) as refused:
        queue.take(db, first, "group", key)
    assert refused.value.args == (queue.Shut.SAID,)


def test_nobody_learns_from_a_count_that_their_own_firm_was_reported(db, make, moderator):
    firm = make.firm()
    reporter = make.owner_of(make.firm())
    reports.make_report(
        db, reporter, reports.find_subject(db, reporter, None, "firm", firm.key), why="untrue", words=""
    )
    make.post(moderator, firm)
    other = make.moderator()

    assert queue.count_by_kind(db, moderator)["report"] == 0
    assert queue.count_by_age(db, moderator)["report"] == {"old": 0, "days": 0, "new": 0}
    assert queue.count_by_kind(db, other)["report"] == 1


def test_what_waits_is_told_from_what_is_only_there(db, make):
    waiting, approved = make.firm(state="submitted"), make.firm()

    assert queue.waits(db, "firm", waiting.key)
    assert not queue.waits(db, "firm", approved.key)
    assert queue.exists(db, "firm", approved.key)
    assert not queue.exists(db, "firm", "nonsense")
    assert not queue.exists(db, "crown", approved.key)
    assert not queue.waits(db, "crown", waiting.key)


def fill_every_kind(db, make, judge):
    """Cases of every kind, of several ages, some that wait no longer."""
    now = now_utc()
    for number in range(6):
        aged = now - dt.timedelta(days=3 * number, hours=1)
        state = "submitted" if number % 3 else "approved"
        make.firm(state=state).submitted_at_utc = aged
        make.association(state=state).submitted_at_utc = aged
        firm = make.firm()
        proof = Proof(firm_id=firm.id, what="licence", title="L", title_folded="l", since_utc=aged)
        proof.state = "waiting" if number % 2 else "accepted"
        told = {"country": "AGO", "heading": "1509", "kind": "tax", "percent": 5.0, "source": "A law"}
        told |= {"source_date": dt.date(2026, 1, 31), "entered_at_utc": aged}
        barrier = MarketBarrier(**told, state="waiting" if number % 2 else "published", firm_id=firm.id)
        change = FirmChangeCase(firm_id=firm.id, raised_at_utc=aged, state="waiting" if number % 2 else "accepted")
        report = Report(subject="firm", subject_key=firm.key, title="R", about_id=firm.id, why="untrue")
        report.made_at_utc, report.state = aged, "new" if number % 2 else "decided"
        decision = Decision(firm_id=firm.id, moderator_id=judge.id, outcome="warned")
        db.add_all([proof, barrier, change, report, decision])
        db.flush()
        appeal = Appeal(firm_id=firm.id, decision_id=decision.id, text="No.", made_at_utc=aged)
        appeal.state = "waiting" if number % 2 else "upheld"
        db.add(appeal)
    Group(db, make).reach("submitted")
    db.commit()


TABLES = {
    "firm": lambda: sa.select(Firm.submitted_at_utc).where(Firm.state == "submitted"),
    "association": lambda: sa.select(Association.submitted_at_utc).where(Association.state == "submitted"),
    "group": lambda: sa.select(Submission.submitted_at_utc).where(Submission.state == "waiting"),
    "barrier": lambda: sa.select(MarketBarrier.entered_at_utc).where(MarketBarrier.state == "waiting"),
    "change": lambda: sa.select(FirmChangeCase.raised_at_utc).where(FirmChangeCase.state == "waiting"),
    "proof": lambda: sa.select(Proof.since_utc).where(Proof.state == "waiting"),
    "report": lambda: sa.select(Report.made_at_utc).where(Report.state != "decided"),
    "appeal": lambda: sa.select(Appeal.made_at_utc).where(Appeal.state == "waiting"),
}
"""Where each kind lies, asked anew and without the queue."""


def test_counts_ages_and_order_are_those_of_the_rows_of_every_kind(db, make, moderator):
    fill_every_kind(db, make, make.moderator())
    assert set(TABLES) == set(queue.SOURCES)

    rows = {kind: sorted(db.scalars(query())) for kind, query in TABLES.items()}
    now = now_utc()
    days = {kind: [(now - moment) / dt.timedelta(days=1) for moment in found] for kind, found in rows.items()}
    assert all(rows.values())

    assert queue.count_by_kind(db) == {kind: len(found) for kind, found in rows.items()}
    assert queue.count_by_age(db, moderator) == {
        kind: {
            "old": sum(one >= 7 for one in found),
            "days": sum(2 <= one < 7 for one in found),
            "new": sum(one < 2 for one in found),
        }
        for kind, found in days.items()
    }
    lines = queue.list_cases(db, moderator, per_page=100)
    assert [line.since_utc for line in lines] == sorted(moment for found in rows.values() for moment in found)
    for kind, found in rows.items():
        assert [line.since_utc for line in lines if line.kind == kind] == found
        for age in queue.AGES:
            listed = queue.list_cases(db, moderator, kind=kind, age=age, per_page=100)
            assert len(listed) == queue.count_cases(db, moderator, kind=kind, age=age)


def test_a_thousand_cases_are_counted_and_paged_in_as_many_queries_as_ten(db, make, moderator):
    fill_every_kind(db, make, make.moderator())
    queries = []

    def work():
        db.refresh(moderator)
        queries.clear()
        counts = queue.count_by_age(db, moderator)
        total = queue.count_cases(db, moderator, who="open")
        last = queue.list_cases(db, moderator, who="open", page=-(-total // 20))
        return sum(sum(ages.values()) for ages in counts.values()), total, len(last), len(queries)

    event.listen(db.get_bind(), "before_cursor_execute", lambda *about: queries.append(about[2]))
    few, _open, _last, needed = work()
    firm = make.firm()
    aged = now_utc() - dt.timedelta(days=30)
    db.execute(
        sa.insert(Proof),
        [
            {"firm_id": firm.id, "key": f"proof{n:06}", "what": "licence", "title": f"L {n}", "title_folded": "l",
             "state": "waiting", "since_utc": aged + dt.timedelta(minutes=n)}
            for n in range(1000)
        ],
    )  # fmt: skip
    db.commit()

    began = time.perf_counter()
    many, total, last, again = work()

    assert many == few + 1000
    assert last == total % 20 or last == 20
    assert (needed, again) == (3, 3)
    assert time.perf_counter() - began < 5
    first = queue.list_cases(db, moderator, page=1)
    second = queue.list_cases(db, moderator, page=2)
    assert len({line.key for line in first + second}) == 40
