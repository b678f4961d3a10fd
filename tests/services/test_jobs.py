"""Long work: each job is done once, tells how far it is, can be called off, and is not lost with its process."""

from __future__ import annotations

import datetime as dt
import threading
import time

import pytest

from models import Job, JobState, make_engine, make_sessions, now_utc
from services import jobs
from services.errors import Forbidden, NotFound


@pytest.fixture
def sessions(database_url):
    engine = make_engine(database_url)
    yield make_sessions(engine, writes=True)
    engine.dispose()


@pytest.fixture
def asked(db, make):
    """Asks for a job and gives it."""
    person = make.person()

    def ask(kind="count", **given) -> Job:
        job = jobs.ask(db, kind, person, given)
        db.commit()
        return job

    return ask


def count(_sessions, given, progress) -> dict:
    for step in range(given["to"]):
        progress(step + 1, given["to"], result={"best": step})
    return {"counted": given["to"]}


@pytest.mark.both_databases
def test_a_job_is_done_and_keeps_what_came_of_it(db, asked, sessions):
    job = asked(to=3)

    assert jobs.work(sessions, {"count": count}) == 1

    db.refresh(job)
    assert (job.state, job.result, job.done, job.total) == (JobState.DONE, {"counted": 3}, 3, 3)
    assert job.started_at_utc <= job.ended_at_utc


def test_jobs_are_done_in_the_order_in_which_they_were_asked(asked, sessions):
    order = []
    for name in "abc":
        asked(kind="note", name=name)

    jobs.work(sessions, {"note": lambda _sessions, given, _progress: order.append(given["name"]) or {}})

    assert order == ["a", "b", "c"]


def test_others_see_how_far_a_job_is_while_it_runs(db, asked, sessions):
    job, seen = asked(), []

    def look(_sessions, _given, progress):
        progress(4, 10, result={"best": 7})
        db.refresh(job)
        seen.append((job.state, job.done, job.total, job.result))
        db.rollback()
        return {}

    jobs.work(sessions, {"count": look})

    assert seen == [(JobState.RUNNING, 4, 10, {"best": 7})]


def test_a_job_that_waits_is_called_off_at_once_and_never_begins(db, asked, sessions):
    job = asked(to=1)

    jobs.call_off(db, job)
    db.commit()

    assert job.state == JobState.CANCELLED
    assert jobs.work(sessions, {"count": count}) == 0


def test_a_job_that_runs_ends_at_its_next_step_when_it_is_called_off(db, asked, sessions):
    job, steps = asked(), []

    def long(_sessions, _given, progress):
        for step in range(5):
            progress(step)
            steps.append(step)
            if step == 1:
                jobs.call_off(db, job)
                db.commit()
        return {}

    jobs.work(sessions, {"count": long})

    db.refresh(job)
    assert (steps, job.state, job.result) == ([0, 1], JobState.CANCELLED, None)


def test_a_job_that_breaks_says_why_and_the_next_is_done(db, asked, sessions):
    broken, good = asked(kind="break"), asked(to=1)

    assert jobs.work(sessions, {"count": count, "break": lambda *_: 1 / 0}) == 2

    db.refresh(broken)
    db.refresh(good)
    assert (broken.state, good.state) == (JobState.FAILED, JobState.DONE)
    assert "ZeroDivisionError" in broken.error


def test_a_job_whose_process_is_gone_has_failed(db, asked, sessions):
    job = asked(to=1)
    job.state, job.seen_at_utc = JobState.RUNNING, now_utc() - jobs.LOST_AFTER - dt.timedelta(seconds=1)
    db.commit()

    jobs.work(sessions, {"count": count})

    db.refresh(job)
    assert (job.state, job.error) == (JobState.FAILED, "lost")


def test_a_job_gives_signs_of_life_whatever_it_is_at(db, asked, sessions, monkeypatch):
    monkeypatch.setattr(jobs, "SIGN_EVERY", 0.02)
    job = asked()
    gone_by = []

    def silent(_sessions, _given, _progress):
        begun = now_utc()
        end = time.monotonic() + 5
        while time.monotonic() < end:
            db.refresh(job)
            seen = job.seen_at_utc
            db.rollback()
            if seen > begun:
                gone_by.append(seen)
                break
            time.sleep(0.02)
        return {}

    jobs.work(sessions, {"count": silent})

    assert gone_by


@pytest.mark.both_databases
def test_two_processes_never_do_one_job_twice(asked, sessions):
    for _number in range(3):
        asked(kind="note")
    done = []

    def note(*_):
        done.append(1)
        time.sleep(0.02)
        return {}

    threads = [threading.Thread(target=jobs.work, args=(sessions, {"note": note})) for _ in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert len(done) == 3


def test_nobody_has_more_under_way_than_anybody_may_and_sees_only_what_is_theirs(db, make, asked):
    job = asked(to=1)
    for _ in range(jobs.MOST_WAITING - 1):
        asked(to=1)

    with pytest.raises(Forbidden):
        asked(to=1)
    with pytest.raises(NotFound):
        jobs.get_job(db, make.person(), job.key)


def test_what_ended_long_ago_is_forgotten(db, asked):
    old, new = asked(to=1), asked(to=1)
    old.ended_at_utc, new.ended_at_utc = now_utc() - dt.timedelta(days=30) - dt.timedelta(days=1), now_utc()
    db.commit()

    assert jobs.forget_old(db) == 1
    assert db.get(Job, new.id) is new
