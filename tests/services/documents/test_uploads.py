"""Files of a group: taken in whole or not at all, removed by who may, swept when they belong to nothing."""

from __future__ import annotations

import os
import time

import pytest

from models import GroupFile, Happening
from services.documents import uploads
from services.documents.contents import NotAccepted
from services.errors import Forbidden, NotFound
from services.files import Files
from tests.groups import Group
from tests.papers import PDF, left_in

pytestmark = pytest.mark.both_databases


@pytest.fixture
def files(tmp_path):
    return Files(tmp_path / "files")


@pytest.fixture
def group(db, make):
    return Group(db, make).gather()


def bring(group, files, number=1, *, name="oferta.pdf", data=PDF, title="Offer"):
    person, consortium, firm = group.of(number)
    found = uploads.take_in(group.db, files, person, firm, consortium, title=title, name=name, data=data)
    group.db.commit()
    return found


def happenings(db) -> list[tuple]:
    return [(one.what, one.facts.get("title")) for one in db.query(Happening).order_by(Happening.id)]


def test_a_file_is_kept_with_its_name_type_size_and_who_brought_it(group, files):
    found = bring(group, files)

    assert (found.title, found.name, found.type, found.size) == ("Offer", "oferta.pdf", "pdf", len(PDF))
    assert (found.uploaded_by_id, found.firm_id) == (group.owners[1].id, group.firms[1].id)
    assert files.read(found.file) == PDF
    assert happenings(group.db)[-1] == ("file_added", "Offer")


def test_without_a_title_the_name_of_the_file_stands_for_it(group, files):
    assert bring(group, files, title=" ").title == "oferta.pdf"


def test_what_is_refused_leaves_nothing_behind(group, files):
    before = happenings(group.db)
    for name, data in (("a.pdf", b"MZ"), ("a.pdf", b""), ("a.exe", PDF)):
        with pytest.raises(NotAccepted):
            bring(group, files, name=name, data=data)
        group.db.commit()

    assert (group.db.query(GroupFile).count(), left_in(files), happenings(group.db)) == (0, [], before)


def test_a_group_has_so_many_files_and_no_more(group, files, monkeypatch):
    monkeypatch.setattr(uploads, "MOST_FILES", 2)
    bring(group, files)
    bring(group, files)

    with pytest.raises(NotAccepted) as refused:
        bring(group, files)
    assert refused.value.reason == "too_many"
    assert len(left_in(files)) == 2


def test_who_brought_a_file_and_the_lead_remove_it_and_nobody_else(group, files):
    first, second = bring(group, files), bring(group, files, title="Other")
    stranger, consortium, firm = group.of(2)

    with pytest.raises(Forbidden):
        uploads.remove(group.db, files, stranger, firm, consortium, first)
    group.db.rollback()
    for number, found in ((1, first), (0, second)):
        person, consortium, firm = group.of(number)
        uploads.remove(group.db, files, person, firm, consortium, found)
        group.db.commit()

    assert (group.db.query(GroupFile).count(), left_in(files)) == (0, [])
    assert happenings(group.db)[-2:] == [("file_removed", "Offer"), ("file_removed", "Other")]


def test_a_file_of_another_group_is_not_there(group, files, db, make):
    found = bring(group, files)
    other = Group(db, make).gather()

    with pytest.raises(NotFound):
        uploads.get_file(db, other.consortium, found.key)


def test_sweeping_keeps_what_rows_know_and_young_files(group, files):
    found = bring(group, files)
    orphan, young = files.write(group.db, b"x"), files.write(group.db, b"y")
    group.db.commit()
    before = time.time() - 2 * 86_400
    for name in (found.file, orphan):
        os.utime(files.folder / name, (before, before))

    assert uploads.sweep(group.db, files) == 1

    assert left_in(files) == sorted([found.file, young])
