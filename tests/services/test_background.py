"""Background work as administrators see it: the queue, failures without anybody's data, runs of commands."""

from __future__ import annotations

import datetime as dt
import re

import pytest
import sqlalchemy as sa

from config import ROOT
from models import AuditEntry, Job, JobState, make_engine, make_sessions, now_utc
from services import background, jobs, retention
from services.errors import Conflict, Forbidden, NotFound

MINUTE = dt.timedelta(minutes=1)


@pytest.fixture
def chief(make):
    return make.person(role="administrator")


@pytest.fixture
def sessions(database_url):
    engine = make_engine(database_url)
    yield make_sessions(engine, writes=True)
    engine.dispose()


def put(db, state="waiting", *, kind="count", ago=0, **more) -> Job:
    asked = now_utc() - ago * MINUTE
    job = Job(kind=kind, state=JobState(state), asked_at_utc=asked, **more)
    if state not in ("waiting", "cancelled"):
        job.started_at_utc = job.seen_at_utc = asked
    if state in ("done", "failed", "cancelled"):
        job.ended_at_utc = asked
    db.add(job)
    db.commit()
    return job


@pytest.mark.both_databases
def test_what_waits_longest_stands_on_top_then_what_runs_then_what_ended_last(db):
    old, done, waits, later, runs = (
        put(db, "failed"), put(db, "done"), put(db, "waiting", ago=5), put(db, "waiting", kind="other"),
        put(db, "running"),
    )  # fmt: skip
    assert background.list_jobs(db) == [waits, later, runs, done, old]
    assert background.list_jobs(db, page=2, per_page=3) == [done, old]
    assert background.list_jobs(db, state="waiting", kind="other") == [later]
    assert background.count_jobs(db, state="waiting") == 2 and background.count_jobs(db) == 5
    assert background.list_kinds(db) == ["count", "other"]


@pytest.mark.both_databases
def test_the_queue_says_how_much_waits_for_how_long_and_whether_somebody_works(db):
    assert background.queue_of(db).counts == dict.fromkeys(JobState, 0)
    assert background.queue_of(db).sign_utc is None
    first = put(db, ago=10)
    put(db, ago=1)
    queue = background.queue_of(db)
    assert queue.counts["waiting"] == 2 and queue.oldest_utc == first.asked_at_utc and queue.is_stuck

    running = put(db, "running")
    queue = background.queue_of(db)
    assert not queue.is_stuck and queue.sign_utc == running.seen_at_utc
    running.seen_at_utc = now_utc() - 5 * MINUTE
    db.commit()
    assert background.queue_of(db).is_stuck, "what gives no sign of life is no worker"


def test_what_has_waited_for_a_moment_is_not_stuck(db):
    put(db, ago=1)
    assert not background.queue_of(db).is_stuck


def test_a_failed_job_is_tried_again_for_who_asked_and_only_once(db, make, chief):
    person = make.person()
    failed = put(db, "failed", person_id=person.id, given={"to": 3})
    again = background.try_again(db, chief, failed)
    db.commit()
    assert (again.state, again.kind, again.given, again.person_id) == ("waiting", "count", {"to": 3}, person.id)
    with pytest.raises(Conflict):
        background.try_again(db, chief, failed)
    [entry] = db.scalars(sa.select(AuditEntry).where(AuditEntry.what == "job_tried_again"))
    assert entry.facts == {"job": "count", "key": failed.key, "again": again.key}
    with pytest.raises(Conflict):
        background.try_again(db, chief, put(db, "done"))


def test_a_job_is_stopped_with_an_entry_and_one_that_is_over_is_not(db, chief):
    waits = put(db)
    background.stop(db, chief, waits)
    db.commit()
    assert waits.state == "cancelled"
    running = put(db, "running")
    background.stop(db, chief, running)
    assert running.state == "running" and not running.is_wanted
    with pytest.raises(Conflict):
        background.stop(db, chief, waits)
    db.commit()
    what = AuditEntry.what == "job_stopped"
    assert db.scalar(sa.select(sa.func.count()).select_from(AuditEntry).where(what)) == 2


def test_only_administrators_do_either(db, make):
    moderator, job = make.moderator(), put(db)
    with pytest.raises(Forbidden):
        background.stop(db, moderator, job)
    with pytest.raises(Forbidden):
        background.try_again(db, moderator, put(db, "failed"))
    with pytest.raises(NotFound):
        background.get_job(db, "nothing")


def test_a_failure_is_kept_by_kind_and_place_and_never_by_what_it_says(db, sessions):
    def fails(_sessions, given, _progress):
        raise ValueError(f"cannot read {given['secret']}")

    job = jobs.ask(db, "count", None, {"secret": "Azeites do Norte"})
    db.commit()
    jobs.work(sessions, {"count": fails})
    db.refresh(job)
    assert job.state == "failed" and "Azeites" not in job.error and "cannot read" not in job.error
    kind, technical = background.read_failure(job.error)
    assert kind == "ValueError" and "test_background.py" in technical and technical.endswith("ValueError")


def test_an_older_traceback_loses_its_message_and_its_lines_of_code():
    old = (
        "Traceback (most recent call last):\n"
        '  File "services/jobs.py", line 9, in _do\n    work(secret)\n'
        "sqlalchemy.exc.OperationalError: (x) database is locked\n[parameters: ('Azeites',)]\n"
        "(Background on this error at: https://sqlalche.me)\n"
    )
    kind, technical = background.read_failure(old)
    assert kind == "OperationalError"
    assert technical == 'File "services/jobs.py", line 9, in _do\nsqlalchemy.exc.OperationalError'
    assert background.read_failure("") == ("", "")


# Commands


@pytest.mark.both_databases
def test_a_command_that_ends_well_or_badly_or_without_a_word_is_told(db, sessions):
    def night(now=None):
        found = next(one for one in background.list_nights(db, now) if one.name == "retention")
        told = (found.state, found.is_late, found.run.error if found.run else "")
        db.rollback()  # so that the command can write
        return told

    assert night() == ("never", False, "")
    background.note_start(sessions, "retention")
    assert night()[0] == "running"
    background.note_end(sessions, "retention")
    assert night() == ("done", False, "")

    background.note_start(sessions, "retention")
    background.note_end(sessions, "retention", ValueError("Azeites"))
    assert night() == ("failed", False, "ValueError")
    assert background.count_troubles(db) == 1
    db.rollback()

    background.note_start(sessions, "retention")
    assert night()[0] == "running"
    assert night(now_utc() + dt.timedelta(days=2))[:2] == ("broken", True)


def test_the_commands_of_the_site_note_their_runs(app, db):
    runner = app.test_cli_runner()
    assert runner.invoke(args=["retention"]).exit_code == 0
    assert runner.invoke(args=["consortia", "tend"]).exit_code == 0
    assert runner.invoke(args=["work"]).exit_code == 0
    states = {one.name: one.state for one in background.list_nights(db)}
    assert states["retention"] == states["consortia tend"] == states["work"] == "done"
    assert states["learn"] == "never"


def test_every_command_that_the_readme_wants_called_regularly_is_tracked():
    text = (ROOT / "README.md").read_text(encoding="utf-8")
    items = [" ".join(one.split()) for one in text.split("\n- ")]
    regular = " ".join(one for one in items if "very night" in one or "few minutes" in one)
    named = {name.strip() for name in re.findall(r"`flask --app app ([a-z -]+)`", regular)}

    elsewhere = {"audit verify", "audit head"}  # what it prints goes where the site cannot write
    assert named - elsewhere == set(background.NIGHTLY)


def test_a_command_that_fails_is_noted_and_still_fails(app, db, monkeypatch):
    monkeypatch.setattr(retention, "delete_over", lambda *_: 1 / 0)
    done = app.test_cli_runner().invoke(args=["retention"])
    assert isinstance(done.exception, ZeroDivisionError)
    [one] = [one for one in background.list_nights(db) if one.name == "retention"]
    assert one.state == "failed" and one.run.error.endswith("ZeroDivisionError")
