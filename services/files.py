"""Files beside the database: written before the transaction ends, gone with it when it fails.

A file has a name that nobody can guess and no ending; what it is called and what it holds stands in the database. It
is written whole or not at all, and only the site's own account may read it. Where a row goes, its file goes after the
commit; what a crash leaves behind is swept.
"""

from __future__ import annotations

import datetime as dt
import os
import re
import secrets
from collections.abc import Collection, Iterable
from dataclasses import dataclass, field
from pathlib import Path

from sqlalchemy import event
from sqlalchemy.orm import Session

from models import now_utc

NAME = re.compile(r"[0-9a-f]{32}")
LEFT_ALONE = dt.timedelta(days=1)
"""How old a file without a row is before it is swept: younger ones may belong to a transaction that runs."""


@dataclass
class _Pending:
    """What becomes of files when the transaction ends."""

    written: list[Path] = field(default_factory=list)
    gone: list[Path] = field(default_factory=list)


@dataclass(frozen=True)
class Files:
    """A folder of files."""

    folder: Path

    def write(self, db: Session, data: bytes) -> str:
        """Keep the data and give the file's name; nothing stays when the transaction is rolled back."""
        self.folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        name = secrets.token_hex(16)
        path, unfinished = self.folder / name, self.folder / f"{name}.part"
        _pending(db).written += [path, unfinished]
        descriptor = os.open(unfinished, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(descriptor, "wb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        unfinished.replace(path)
        return name

    def read(self, name: str) -> bytes | None:
        """What a file holds; None where it is gone."""
        try:
            return self._path(name).read_bytes()
        except OSError:
            return None

    def remove(self, db: Session, name: str) -> None:
        """Let a file go when the transaction is committed."""
        _pending(db).gone.append(self._path(name))

    def sweep(self, known: Collection[str]) -> int:
        """Delete what no row knows of, and is older than a day; returns how many files that were."""
        if not self.folder.is_dir():
            return 0
        before = (now_utc() - LEFT_ALONE).timestamp()
        left = [
            path
            for path in self.folder.iterdir()
            if NAME.fullmatch(path.name.removesuffix(".part")) and path.name not in known
        ]
        old = [path for path in left if path.stat().st_mtime < before]
        _delete(old)
        return len(old)

    def _path(self, name: str) -> Path:
        if not NAME.fullmatch(name):
            raise ValueError(f"{name!r} is no name of a file")
        return self.folder / name


def _pending(db: Session) -> _Pending:
    """What waits for the end of the session's transaction; a savepoint's end is none."""
    if "files" in db.info:
        return db.info["files"]
    pending = db.info["files"] = _Pending()

    @event.listens_for(db, "after_commit")
    def committed(session: Session) -> None:
        if not session.in_nested_transaction():
            _end(pending, pending.gone)

    @event.listens_for(db, "after_rollback")
    def rolled_back(session: Session) -> None:
        if not session.in_nested_transaction():
            _end(pending, pending.written)

    return pending


def _end(pending: _Pending, doomed: Iterable[Path]) -> None:
    _delete(doomed)
    pending.written, pending.gone = [], []


def _delete(paths: Iterable[Path]) -> None:
    for path in paths:
        path.unlink(missing_ok=True)
