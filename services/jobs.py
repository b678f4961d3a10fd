"""Long work: asked for on a page, done by a process of its own, watched and called off from any."""

from __future__ import annotations

import datetime as dt
import logging
import threading
import traceback
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session, sessionmaker

from models import Job, JobState, Person, now_utc
from services import settings
from services.errors import Forbidden, NotFound

log = logging.getLogger("constela.jobs")
SIGN_EVERY = 5.0
"""Seconds between two signs of life of a job that runs."""
LOST_AFTER = dt.timedelta(seconds=90)
"""A job without a sign of life for so long is lost with its process."""
MOST_WAITING = 3
"""Jobs that one person may have under way."""


class CalledOff(Exception):
    """The person does not want the job any more."""


class Progress:
    """What a job tells of itself while it runs; each call is seen by others at once, and ends a job called off.

    On SQLite one writes at a time, so the work commits what it has written before it tells how far it is.
    """

    def __init__(self, sessions: sessionmaker[Session], job_id: int) -> None:
        self._sessions, self._id = sessions, job_id

    def __call__(self, done: int, total: int | None = None, *, result: dict | None = None) -> None:
        """Say how far the job is, with the best result so far. Raises CalledOff when nobody wants it any more."""
        values: dict[str, Any] = {"done": done, "seen_at_utc": now_utc()}
        if total is not None:
            values["total"] = total
        if result is not None:
            values["result"] = result
        self._write(**values)
        if not self.is_wanted():
            raise CalledOff

    def sign(self) -> None:
        """Give a sign of life."""
        self._write(seen_at_utc=now_utc())

    def is_wanted(self) -> bool:
        """Whether somebody still waits for the job."""
        with self._sessions() as db:
            return bool(db.scalar(sa.select(Job.is_wanted).where(Job.id == self._id)))

    def _write(self, **values: Any) -> None:
        with self._sessions() as db:
            db.execute(sa.update(Job).where(Job.id == self._id, Job.state == JobState.RUNNING).values(**values))
            db.commit()


Work = Callable[[sessionmaker[Session], Mapping[str, Any], Progress], dict]
"""A kind of job: opens sessions as it needs them, gets what it was given, and returns what came of it."""


def ask(db: Session, kind: str, person: Person | None, given: Mapping[str, Any]) -> Job:
    """Put a job into the queue. Raises Forbidden when the person has as many under way as anybody may."""
    if person is not None and count_under_way(db, person) >= MOST_WAITING:
        raise Forbidden("jobs")
    job = Job(kind=kind, person_id=person and person.id, given=dict(given))
    db.add(job)
    db.flush()
    return job


def count_under_way(db: Session, person: Person) -> int:
    """How many of the person's jobs wait or run."""
    is_open = Job.state.in_((JobState.WAITING, JobState.RUNNING))
    return db.scalar(sa.select(sa.func.count()).where(Job.person_id == person.id, is_open))


def get_job(db: Session, person: Person, key: str) -> Job:
    """The person's job with this key. Raises NotFound."""
    job = db.scalar(sa.select(Job).where(Job.key == key, Job.person_id == person.id))
    if job is None:
        raise NotFound("job")
    return job


def list_jobs(db: Session, person: Person, *, kind: str, limit: int = 20) -> list[Job]:
    """The person's jobs of a kind, newest first."""
    query = sa.select(Job).where(Job.person_id == person.id, Job.kind == kind)
    return list(db.scalars(query.order_by(Job.id.desc()).limit(limit)))


def call_off(db: Session, job: Job) -> None:
    """Say that nobody wants the job any more: one that waits ends at once, one that runs at its next step."""
    db.execute(sa.update(Job).where(Job.id == job.id).values(is_wanted=False))
    _end(db, job.id, JobState.WAITING, JobState.CANCELLED)
    db.refresh(job)


def give_up_lost(db: Session) -> int:
    """Call failed what ran in a process that is gone; returns how many."""
    lost = sa.update(Job).where(Job.state == JobState.RUNNING, Job.seen_at_utc < now_utc() - LOST_AFTER)
    return db.execute(lost.values(state=JobState.FAILED, error="lost", ended_at_utc=now_utc())).rowcount


def forget_old(db: Session) -> int:
    """Delete jobs that ended long ago; returns how many."""
    return db.execute(
        sa.delete(Job).where(Job.ended_at_utc < now_utc() - settings.days_of(db, "jobs_kept_days"))
    ).rowcount


def work(sessions: sessionmaker[Session], kinds: Mapping[str, Work]) -> int:
    """Do what waits, oldest first, until nothing does; returns how many jobs this was."""
    count = 0
    with sessions() as db:
        give_up_lost(db)
        forget_old(db)
        db.commit()
    while (job := _take(sessions, kinds)) is not None:
        _do(sessions, job, kinds[job.kind])
        count += 1
    return count


def _take(sessions: sessionmaker[Session], kinds: Mapping[str, Work]) -> Job | None:
    """The oldest job that waits, now running here: the database gives each to one process only."""
    while True:
        with sessions() as db:
            waits = sa.select(Job).where(Job.state == JobState.WAITING, Job.kind.in_(kinds)).order_by(Job.id).limit(1)
            job = db.scalar(waits)
            if job is None:
                return None
            running = sa.update(Job).where(Job.id == job.id, Job.state == JobState.WAITING)
            now = now_utc()
            taken = db.execute(running.values(state=JobState.RUNNING, started_at_utc=now, seen_at_utc=now)).rowcount
            db.commit()
            if taken:
                return job


def _do(sessions: sessionmaker[Session], job: Job, work_of_kind: Work) -> None:
    progress = Progress(sessions, job.id)
    state, values = JobState.DONE, {}
    try:
        with _signs_of_life(progress):
            values["result"] = work_of_kind(sessions, job.given, progress)
    except CalledOff:
        state = JobState.CANCELLED
    except Exception as error:
        log.exception("a job failed: %s", job.kind)
        state, values = JobState.FAILED, {"error": technical_part(error)}
    with sessions() as db:
        _end(db, job.id, JobState.RUNNING, state, **values)
        db.commit()


def technical_part(error: BaseException, *, most: int = 8) -> str:
    """Where in the code an error arose, and its kind; not what it says, since that may quote what people entered."""
    frames = traceback.extract_tb(error.__traceback__)[-most:]
    places = [f'File "{"/".join(Path(one.filename).parts[-3:])}", line {one.lineno}, in {one.name}' for one in frames]
    return "\n".join([*places, f"{type(error).__module__}.{type(error).__qualname__}".removeprefix("builtins.")])


def _end(db: Session, job_id: int, source: JobState, target: JobState, **values: Any) -> None:
    """End a job that is in this state; one that somebody ended otherwise stays as it is."""
    ended = sa.update(Job).where(Job.id == job_id, Job.state == source)
    db.execute(ended.values(state=target, ended_at_utc=now_utc(), **values))


@contextmanager
def _signs_of_life(progress: Progress) -> Iterator[None]:
    """Signs at regular times, whatever the work is at."""
    over = threading.Event()

    def give() -> None:
        while not over.wait(SIGN_EVERY):
            progress.sign()

    thread = threading.Thread(target=give, name="signs-of-life", daemon=True)
    thread.start()
    try:
        yield
    finally:
        over.set()
        thread.join()
