"""The folder of files: with the transaction, readable by the site alone, swept of what belongs to nothing."""

from __future__ import annotations

import os
import stat
import time

import pytest
import sqlalchemy as sa

from models import Person
from services.files import Files
from tests.papers import left_in


@pytest.fixture
def files(tmp_path):
    return Files(tmp_path / "files")


def make_old(files: Files, name: str) -> None:
    before = time.time() - 2 * 86_400
    os.utime(files.folder / name, (before, before))


def test_what_was_written_is_read_again(db, files):
    name = files.write(db, b"abc")
    db.commit()

    assert files.read(name) == b"abc"
    assert left_in(files) == [name]


def test_only_the_sites_own_account_may_read_a_file(db, files):
    name = files.write(db, b"abc")

    assert stat.S_IMODE((files.folder / name).stat().st_mode) == 0o600
    assert stat.S_IMODE(files.folder.stat().st_mode) & 0o077 == 0


def test_a_transaction_that_fails_leaves_no_file(db, files):
    db.execute(sa.select(Person.id))
    files.write(db, b"abc")

    db.rollback()

    assert left_in(files) == []


def test_a_file_outlives_later_transactions_that_fail(db, files):
    db.execute(sa.select(Person.id))
    name = files.write(db, b"abc")
    db.commit()
    db.execute(sa.select(Person.id))
    db.rollback()

    assert files.read(name) == b"abc"


def test_a_file_goes_with_the_commit_and_not_before(db, files):
    db.execute(sa.select(Person.id))
    name = files.write(db, b"abc")
    db.commit()

    db.execute(sa.select(Person.id))
    files.remove(db, name)
    assert files.read(name) == b"abc"
    db.commit()

    assert files.read(name) is None


def test_a_removal_that_is_rolled_back_removes_nothing(db, files):
    db.execute(sa.select(Person.id))
    name = files.write(db, b"abc")
    db.commit()
    db.execute(sa.select(Person.id))
    files.remove(db, name)
    db.rollback()
    db.execute(sa.select(Person.id))
    db.commit()

    assert files.read(name) == b"abc"


@pytest.mark.both_databases
def test_the_end_of_a_savepoint_is_not_the_end_of_the_transaction(db, files):
    db.execute(sa.select(Person.id))
    name = files.write(db, b"abc")
    gone = files.write(db, b"gone")
    files.remove(db, gone)
    with db.begin_nested():
        db.execute(sa.select(Person.id))
    assert files.read(gone) == b"gone"
    nested = db.begin_nested()
    nested.rollback()
    assert files.read(name) == b"abc"
    db.commit()

    assert left_in(files) == [name]


@pytest.mark.parametrize("name", ["../secret", "a", "", "A" * 32, "0" * 31, "0" * 32 + "\n", "/etc/passwd"])
def test_no_other_path_is_read(files, name):
    with pytest.raises(ValueError, match="no name"):
        files.read(name)


def test_what_belongs_to_nothing_and_is_old_is_swept(db, files):
    known, young, old = (files.write(db, b"x") for _ in range(3))
    unfinished = "0" * 32 + ".part"
    (files.folder / unfinished).write_bytes(b"")
    (files.folder / "README").write_text("ours")
    db.commit()
    for name in (known, old, unfinished, "README"):
        make_old(files, name)

    assert files.sweep({known}) == 2

    assert left_in(files) == sorted([known, young, "README"])


def test_where_no_folder_is_nothing_is_swept(files):
    assert files.sweep(set()) == 0
