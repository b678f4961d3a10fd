"""The firms that can be suggested: kept in a folder that all processes share, up to date for every question.

What is saved counts at the next question, without a rebuild: the database notes which firms changed, and these stand
beside the index until a process of its own builds it anew. That process may be killed, and nobody waits for it.
"""

from __future__ import annotations

import hashlib
import json
import logging
import os
import subprocess
import sys
import threading
import time
from collections.abc import Iterable
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path

import numpy as np
import sqlalchemy as sa
from sqlalchemy.orm import Session

from matching import Profile
from matching.live.catalogue import Catalogue
from matching.live.folder import IndexUnusable, building, current_build, open_index, write_index
from matching.live.index import build_index
from matching.rules import Rules
from models import Firm, changes_since, database_identity
from services import seldom
from services.profiles import load_profiles, profiles_stamp

ROOT = Path(__file__).resolve().parent.parent
MOST_CHANGES = 500
"""Firms beside the index from which on it is built anew: each costs a question some microseconds."""
RETRY_AFTER = 60.0
"""Seconds from the start of one build to the next, so that one that fails does not fail at every question."""
FEWEST_KEPT = 2_000
"""With fewer firms the index is made in memory when a process starts, which takes a second."""
CHUNK = 500
SOURCES = ("services/profiles.py", "services/distances.py", "services/readiness.py", "services/vocabulary.py")
"""With the reference data, what a profile is made by besides the database; a change makes every index stale."""
log = logging.getLogger(__name__)


@dataclass(frozen=True)
class View:
    """The firms as they were at a position of the database, and which later changes are in it already."""

    catalogue: Catalogue
    position: int
    numbers: dict[int, int]
    build: str


@dataclass
class FirmsKept:
    """The catalogue of this process; safe to share between threads.

    `folder` is where the index lies, None for one that is only ever in memory; `rebuilds` tells whether this process
    may start another that builds it anew.
    """

    folder: Path | None = None
    rebuilds: bool = False
    _view: View | None = None
    _lock: threading.RLock = field(default_factory=threading.RLock)
    _opening: threading.Lock = field(default_factory=threading.Lock)
    _builder: subprocess.Popen | None = None
    _builder_started: float = 0.0
    _refused: str = ""

    def current(self, db: Session) -> Catalogue:
        """All firms that can be suggested, as they are saved at this moment."""
        if db.get_bind().get_execution_options().get("writes", True):
            return self._within(db)
        self._take_up(db)
        with self._lock:
            self._view = self._caught_up(db, self._view or _made(db))
            self._rebuild_if_due(db, self._view)
            return self._view.catalogue

    def _within(self, db: Session) -> Catalogue:
        """The firms as a transaction sees them that may have changed some: nobody else's business until it ends.

        Nothing of it is kept: a part that is undone would leave its changes behind.
        """
        view = self._view
        if view is None:
            with _fresh(db) as saved:
                self.current(saved)
            view = self._view
        return self._caught_up(db, view).catalogue

    def _caught_up(self, db: Session, view: View) -> View:
        changes = changes_since(db, view.position)
        if changes.position < view.position:
            if _position_now(db) >= view.position:
                return view  # only what this request sees is older: what others have seen since is as good
            log.warning("an older copy of the database was put back; the index of firms is left")
            view, changes = _made(db), changes_since(db, 0)
        stale = [firm for firm, number in changes.numbers.items() if view.numbers.get(firm) != number]
        catalogue = with_saved(db, view.catalogue, stale) if stale else view.catalogue
        numbers = {firm: number for firm, number in changes.numbers.items() if number >= changes.position}
        if not stale and changes.position == view.position and numbers == view.numbers:
            return view
        return View(catalogue, changes.position, numbers, view.build)

    def _take_up(self, db: Session) -> None:
        """Open an index that was built since, if there is one, while others go on with what they have."""
        if not self._is_newer(self._named()):
            return
        # One opens it; whoever has nothing to go on with waits for that.
        if not self._opening.acquire(blocking=self._view is None):
            return
        try:
            build = self._named()
            if not self._is_newer(build):
                return
            try:
                view = self._opened(db, build)
            except (IndexUnusable, OSError) as error:
                self._refused = build
                log.warning("the index of firms in %s is not used: %s", self.folder, error)
            else:
                with self._lock:
                    self._view = view
        finally:
            self._opening.release()

    def _named(self) -> str:
        """The build that the folder names, empty without one."""
        try:
            return current_build(self.folder) if self.folder else ""
        except OSError as error:
            log.warning("the index of firms in %s is not used: %s", self.folder, error)
            return ""

    def _is_newer(self, build: str) -> bool:
        """Whether a build is there that was neither opened nor refused."""
        view = self._view
        return bool(build) and build != self._refused and (view is None or view.build != build)

    def _opened(self, db: Session, build: str) -> View:
        index = open_index(self.folder)
        if index.stamp.get("source") != fingerprint() or index.stamp.get("database") != identity(db):
            raise IndexUnusable("it was made from other data")
        position = int(index.stamp["position"])
        changes = changes_since(db, position)
        catalogue = with_saved(db, Catalogue.over(index), list(changes.numbers))
        return View(reconciled(db, catalogue), changes.position, changes.numbers, build)

    def _rebuild_if_due(self, db: Session, view: View) -> None:
        is_due = view.catalogue.changes > MOST_CHANGES if view.build else len(view.catalogue) >= FEWEST_KEPT
        if not (is_due and self.folder and self.rebuilds):
            return
        now = time.monotonic()
        is_idle = self._builder is None or self._builder.poll() is not None
        if is_idle and now - self._builder_started >= RETRY_AFTER:
            self._builder_started = now
            try:
                self._builder = start_build(db.get_bind().url, self.folder)
            except OSError as error:
                log.warning("no process could be started to build the index of firms: %s", error)


def fresh_index(db: Session):
    """The approved firms as an index in memory."""
    position = changes_since(db, 0).position  # before the firms: what changes meanwhile is read again
    rows, profiles = _read(db, Firm.is_approved)
    stamp = {"position": position, "database": identity(db), "source": fingerprint()}
    return build_index(profiles, facts=_facts(rows), stamp=stamp)


def write_firms(db: Session, folder: Path) -> int:
    """Build the index anew and put it in the place of the one before. Raises IndexBusy if that is being done."""
    with building(folder):
        index = seldom.with_places(fresh_index(db), Rules.of())
        write_index(folder, index)
    return len(index)


def start_build(url: sa.URL, folder: Path) -> subprocess.Popen:
    """Start a process that builds the index anew, beside everything else."""
    told = {"database": url.render_as_string(hide_password=False), "folder": str(folder)}
    process = subprocess.Popen(  # in this process's folder: the database's address may be relative to it
        [sys.executable, "-m", "services.index_builder"],
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        stdin=subprocess.PIPE,
        text=True,
    )
    try:
        process.stdin.write(json.dumps(told))  # an address may hold a password: not for everybody's eyes
        process.stdin.close()
    except BrokenPipeError:
        log.warning("the process that builds the index of firms ended at once")
    return process


def with_saved(db: Session, catalogue: Catalogue, ids: Iterable[int]) -> Catalogue:
    """The catalogue with these firms as they are saved now, and those whose ties to them may have ended."""
    ids = set(ids)
    for firm_id in tuple(ids):
        ids |= {int(other) for other in catalogue.tied_to(str(firm_id))}
    wanted, rows, profiles = sorted(ids), [], []
    for start in range(0, len(wanted), CHUNK):
        more_rows, more = _read(db, Firm.is_approved, Firm.id.in_(wanted[start : start + CHUNK]))
        rows += more_rows
        profiles += more
    here = {profile.id for profile in profiles}
    removed = [str(firm_id) for firm_id in wanted if str(firm_id) not in here]
    return catalogue.updated(profiles, facts=_facts(rows), removed=removed)


def reconciled(db: Session, catalogue: Catalogue) -> Catalogue:
    """The catalogue, mended where it is not what the database holds, such as after an older copy was put back."""
    known = _revisions(catalogue)
    if profiles_stamp(db) == (len(known), sum(known), sum(known.values())):
        return catalogue
    now = dict(db.execute(sa.select(Firm.id, Firm.revision).where(Firm.is_approved)).all())
    wrong = {firm_id for firm_id in known.keys() | now.keys() if known.get(firm_id) != now.get(firm_id)}
    log.warning("the index of firms is wrong for %s of them, which are read again", len(wrong))
    return with_saved(db, catalogue, wrong)


def _position_now(db: Session) -> int:
    """The position of the database at this moment, whenever the session's transaction began."""
    with _fresh(db) as fresh:
        return changes_since(fresh, sys.maxsize).position


def _fresh(db: Session) -> Session:
    """A session of its own on the same database, which reads what is saved at this moment."""
    return Session(db.get_bind().engine.execution_options(writes=False))


def country_number(iso3: str) -> int:
    """A country as a number, for a column of numbers."""
    return int.from_bytes(iso3.encode(), "big")


@cache
def fingerprint() -> str:
    """A text that changes with whatever makes a profile of what is stored."""
    files = [ROOT / name for name in SOURCES]
    files += sorted((ROOT / "reference").glob("*.py")) + sorted((ROOT / "data").glob("*.*"))
    found = hashlib.sha256()
    for file in files:
        found.update(f"{file.name} {file.stat().st_size} ".encode())
        if file.suffix == ".py":
            found.update(file.read_bytes())
    return found.hexdigest()


def identity(db: Session) -> str:
    """Which database this is."""
    return database_identity(db) or str(db.get_bind().url.database)


def _made(db: Session) -> View:
    index = fresh_index(db)
    return View(Catalogue.over(index), int(index.stamp["position"]), {}, "")


def _read(db: Session, *conditions) -> tuple[list[sa.Row], list[Profile]]:
    """Firms with what filters ask for, and their profiles, in the same order."""
    columns = (Firm.id, Firm.revision, Firm.country, Firm.approved_at_utc)
    rows = {str(row.id): row for row in db.execute(sa.select(*columns).where(*conditions).order_by(Firm.id))}
    profiles = [profile for id, profile in load_profiles(db, *conditions).items() if id in rows]
    return [rows[profile.id] for profile in profiles], profiles


def _facts(rows: list[sa.Row]) -> dict[str, np.ndarray]:
    return {
        "firm": np.array([row.id for row in rows], np.int64),
        "revision": np.array([row.revision for row in rows], np.int64),
        "country": np.array([country_number(row.country) for row in rows], np.int64),
        "approved": np.array([row.approved_at_utc.timestamp() if row.approved_at_utc else 0.0 for row in rows]),
        seldom.FACT: seldom.nobody(len(rows)),
    }


def _revisions(catalogue: Catalogue) -> dict[int, int]:
    here, late = catalogue.index.facts, catalogue.late.facts
    left = ~catalogue.gone
    known = dict(zip(here["firm"][left].tolist(), here["revision"][left].tolist(), strict=True))
    return known | dict(zip(late["firm"].tolist(), late["revision"].tolist(), strict=True))
