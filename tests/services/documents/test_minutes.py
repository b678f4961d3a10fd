"""Minutes: written by members, every wording kept, nobody writes over somebody else."""

from __future__ import annotations

import datetime as dt

import pytest

from models import now_utc
from services.documents import minutes
from services.errors import Conflict, Incomplete, NotFound
from tests.groups import Group

pytestmark = pytest.mark.both_databases
DAY = dt.date(2026, 3, 4)


@pytest.fixture
def group(db, make):
    return Group(db, make).gather()


def write(group, found=None, *, number=1, held_on=DAY, title="Meeting", text="We agreed.", seen=0):
    person, consortium, firm = group.of(number)
    kept = minutes.write(
        group.db, person, firm, consortium, found, held_on=held_on, title=title, text=text, seen=seen
    )  # fmt: skip
    group.db.commit()
    return kept


def test_another_wording_replaces_none(group):
    kept = write(group)
    write(group, kept, number=2, text="We agreed on all.", seen=1)

    found = minutes.get_minutes(group.db, group.consortium, kept.key)
    assert [(one.version, one.text, one.firm.name) for one in found.wordings] == [
        (2, "We agreed on all.", "Member 2"), (1, "We agreed.", "Member 1")
    ]  # fmt: skip


def test_who_has_not_seen_the_newest_wording_writes_over_nothing(group):
    kept = write(group)
    write(group, kept, text="Second.", seen=1)

    with pytest.raises(Conflict):
        write(group, kept, number=2, text="Third.", seen=1)
    group.db.rollback()
    assert len(minutes.get_minutes(group.db, group.consortium, kept.key).wordings) == 2


def test_the_list_shows_the_newest_wording_of_each_the_latest_meeting_first(group):
    old = write(group, title="Old")
    write(group, title="New", held_on=DAY + dt.timedelta(days=30))
    write(group, old, title="Old, mended", seen=1)

    listed = minutes.list_minutes(group.db, group.consortium)
    assert [wording.title for _key, wording in listed] == ["New", "Old, mended"]
    assert minutes.count_minutes(group.db, group.consortium) == 2


@pytest.mark.parametrize(
    ("wrong", "missing"),
    [
        ({"title": " "}, ["title"]),
        ({"text": ""}, ["text"]),
        ({"text": "x" * 20_001}, ["text"]),
        ({"title": "x" * 121}, ["title"]),
        ({"held_on": dt.date(1989, 1, 1)}, ["held_on"]),
        ({"held_on": now_utc().date() + dt.timedelta(days=2)}, ["held_on"]),
    ],
    ids=range(6),
)
def test_what_is_missing_or_too_much_is_named(group, wrong, missing):
    with pytest.raises(Incomplete) as refused:
        write(group, **wrong)
    assert refused.value.missing == missing


def test_minutes_of_another_group_are_not_there(group, db, make):
    kept = write(group)

    with pytest.raises(NotFound):
        minutes.get_minutes(db, Group(db, make).consortium, kept.key)
