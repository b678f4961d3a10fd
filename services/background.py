"""Background work as administrators see it: every job, how the queue stands, what commands did last.

What a job was given and what came of it belongs to who asked; here stands how it went. A failure is told by its kind
and the places in the code, never by its message, which may quote data.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

import sqlalchemy as sa
from sqlalchemy.orm import Session, joinedload, sessionmaker

from models import CommandRun, Deed, Job, JobState, Person, Role, now_utc
from services import audit, jobs
from services.errors import Conflict, Forbidden, NotFound

PER_PAGE = 30
OPEN = (JobState.WAITING, JobState.RUNNING)
FAILS = (JobState.FAILED, JobState.CANCELLED)
WAITS_LONG = dt.timedelta(minutes=2)
"""A job that has waited so long while none runs has nobody who does it."""
LATE_AFTER = dt.timedelta(hours=36)
"""Nightly work that has not been done for so long is late."""
NIGHTLY = (
    "retention", "consortia tend", "proofs tend", "associations tend", "network", "learn", "index", "send-mail",
)  # fmt: skip
"""What the site wants to be called regularly, by its words on the command line."""
WORKER = "work"
TRACKED = (*NIGHTLY, WORKER)


@dataclass(frozen=True)
class Queue:
    """How the queue stands."""

    counts: dict[str, int]
    oldest_utc: dt.datetime | None
    """Since when the job waits that has waited longest."""
    sign_utc: dt.datetime | None
    """The last sign of life of a worker."""
    is_stuck: bool
    """Whether something waits and nobody works."""


@dataclass(frozen=True)
class Night:
    """What a command did last."""

    name: str
    run: CommandRun | None
    state: str
    """done, failed, running, broken (it ended without a word), never."""
    is_late: bool


def _where(state: str, kind: str) -> list[sa.ColumnElement[bool]]:
    return [column == value for column, value in ((Job.state, state), (Job.kind, kind)) if value]


def count_jobs(db: Session, *, state: str = "", kind: str = "") -> int:
    """How many jobs there are in a state and of a kind; what is empty is not asked."""
    return db.scalar(sa.select(sa.func.count()).select_from(Job).where(*_where(state, kind))) or 0


def list_jobs(db: Session, *, state: str = "", kind: str = "", page: int = 1, per_page: int = PER_PAGE) -> list[Job]:
    """A page of jobs: those that wait first, the oldest on top, then those that run, then the newest that ended."""
    rank = sa.case({JobState.WAITING: 0, JobState.RUNNING: 1}, value=Job.state, else_=2)
    age = sa.case((Job.state.in_(OPEN), Job.id), else_=-Job.id)
    query = sa.select(Job).where(*_where(state, kind)).order_by(rank, age).options(joinedload(Job.person))
    return list(db.scalars(query.limit(per_page).offset((page - 1) * per_page)))


def list_kinds(db: Session) -> list[str]:
    """The kinds of which there are jobs."""
    return list(db.scalars(sa.select(Job.kind).distinct().order_by(Job.kind)))


def queue_of(db: Session, now: dt.datetime | None = None) -> Queue:
    """How many jobs are in each state, how long the oldest has waited, and whether a worker lives."""
    now = now or now_utc()
    found = dict(db.execute(sa.select(Job.state, sa.func.count()).group_by(Job.state)).all())
    counts = {state.value: found.get(state, 0) for state in JobState}
    oldest = db.scalar(sa.select(sa.func.min(Job.asked_at_utc)).where(Job.state == JobState.WAITING))
    worker = db.get(CommandRun, WORKER)
    signs = [db.scalar(sa.select(sa.func.max(Job.seen_at_utc)))]
    signs += [worker.started_at_utc, worker.succeeded_at_utc] if worker else []
    lives = sa.and_(Job.state == JobState.RUNNING, Job.seen_at_utc >= now - jobs.LOST_AFTER)
    is_worked = db.scalar(sa.select(sa.exists().where(lives)))
    is_stuck = bool(oldest and oldest <= now - WAITS_LONG and not is_worked)
    return Queue(counts, oldest, max(filter(None, signs), default=None), is_stuck)


def list_nights(db: Session, now: dt.datetime | None = None) -> list[Night]:
    """What each command did last, in the order in which they are named."""
    now = now or now_utc()
    runs = {run.name: run for run in db.scalars(sa.select(CommandRun))}
    return [_night(name, runs.get(name), now) for name in TRACKED]


def _night(name: str, run: CommandRun | None, now: dt.datetime) -> Night:
    is_nightly = name != WORKER
    if run is None:
        return Night(name, None, "never", is_late=False)
    ended = max(filter(None, (run.succeeded_at_utc, run.failed_at_utc)), default=None)
    if ended is None or ended < run.started_at_utc:
        state = "running" if run.started_at_utc > now - dt.timedelta(hours=6) else "broken"
    else:
        state = "failed" if ended == run.failed_at_utc else "done"
    last = run.succeeded_at_utc
    return Night(name, run, state, is_late=is_nightly and (last is None or last < now - LATE_AFTER))


def count_troubles(db: Session) -> int:
    """How much of it wants an administrator: failed jobs, a queue that nobody works on, commands that failed."""
    queue = queue_of(db)
    nights = sum(one.state in ("failed", "broken") for one in list_nights(db))
    return queue.counts[JobState.FAILED] + queue.is_stuck + nights


def get_job(db: Session, key: str) -> Job:
    """The job with this key, whoever asked for it. Raises NotFound."""
    job = db.scalar(sa.select(Job).where(Job.key == key))
    if job is None:
        raise NotFound("job")
    return job


def _require(by: Person) -> None:
    if by.role != Role.ADMINISTRATOR:
        raise Forbidden("administrator")


def try_again(db: Session, by: Person, job: Job) -> Job:
    """Put what failed or was stopped into the queue anew, for who asked for it.

    Raises Forbidden for others than administrators, Conflict when it did not fail, or waits again already.
    """
    _require(by)
    waiting = db.scalars(sa.select(Job).where(Job.kind == job.kind, Job.state.in_(OPEN)))
    if job.state not in FAILS or any(one.given == job.given and one.person_id == job.person_id for one in waiting):
        raise Conflict("job")
    again = Job(kind=job.kind, person_id=job.person_id, given=dict(job.given))
    db.add(again)
    db.flush()
    audit.record(db, Deed.JOB_TRIED_AGAIN, person=by, job=job.kind, key=job.key, again=again.key)
    return again


def stop(db: Session, by: Person, job: Job) -> None:
    """Call off what waits or runs. Raises Forbidden for others than administrators, Conflict when it is over."""
    _require(by)
    if job.is_over:
        raise Conflict("job")
    jobs.call_off(db, job)
    audit.record(db, Deed.JOB_STOPPED, person=by, job=job.kind, key=job.key)


def note_start(sessions: sessionmaker[Session], name: str) -> None:
    """Note that a command begins, in a transaction of its own."""
    with sessions() as db, db.begin():
        run = db.get(CommandRun, name) or CommandRun(name=name)
        run.started_at_utc = now_utc()
        db.add(run)


def note_end(sessions: sessionmaker[Session], name: str, error: BaseException | None = None) -> None:
    """Note how a command ended."""
    with sessions() as db, db.begin():
        run = db.get(CommandRun, name) or CommandRun(name=name, started_at_utc=now_utc())
        if error is None:
            run.succeeded_at_utc, run.error = now_utc(), ""
        else:
            run.failed_at_utc, run.error = now_utc(), jobs.technical_part(error)
        db.add(run)


def read_failure(text: str) -> tuple[str, str]:
    """The kind of a failure and its technical part, without what a message may quote.

    >>> read_failure('Traceback:\\n  File "a.py", line 1, in f\\n    x(secret)\\nValueError: Azeites Lda')
    ('ValueError', 'File "a.py", line 1, in f\\nValueError')
    """
    lines = text.strip().splitlines()
    frames = [line.strip() for line in lines if line.strip().startswith('File "')]
    names = [head for line in lines if not line.startswith(" ") and _is_name(head := line.partition(":")[0].strip())]
    kind = names[-1] if names else ""
    return kind.rpartition(".")[2], "\n".join([*frames, kind]).strip()


def _is_name(text: str) -> bool:
    return bool(text) and text != "Traceback" and all(part.isidentifier() for part in text.split("."))
