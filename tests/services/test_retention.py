"""What is kept no longer goes, all else stays, and the log says how much it was."""

from __future__ import annotations

import datetime as dt

import pytest
import sqlalchemy as sa

from models import AuditEntry, Job, JobState, Mail, Person, PostInvitation, SuspensionTrace, now_utc
from services import retention

pytestmark = pytest.mark.both_databases
TABLES = {
    "mails": Mail, "invitations": PostInvitation, "unconfirmed": Person, "jobs": Job, "suspensions": SuspensionTrace,
}  # fmt: skip


@pytest.fixture
def world(db, make):
    """Of each kind one that is a day from its end, and one a day over it; and somebody unconfirmed who has a post."""
    firm, now = make.firm(), now_utc()
    owner = make.owner_of(firm)
    for shift in (-1, 1):
        at = {name: now - dt.timedelta(days=rule.days_in(db) + shift) for name, rule in retention.RULES.items()}
        db.add(Mail(recipient="a@example.org", subject="s", text="t", created_at_utc=at["mails"]))
        db.add(PostInvitation(firm_id=firm.id, email=f"{shift}@example.org", created_at_utc=at["invitations"]))
        person = make.person()
        person.confirmed_at_utc, person.created_at_utc = None, at["unconfirmed"]
        db.add(Job(kind="k", state=JobState.DONE, ended_at_utc=at["jobs"]))
        mark = {"subject_key": str(shift), "what": "name", "digest": "0" * 64}
        db.add(SuspensionTrace(**mark, deleted_at_utc=at["suspensions"]))
    db.add(Job(kind="k", asked_at_utc=now - dt.timedelta(days=400)))
    owner.confirmed_at_utc, owner.created_at_utc = None, now - dt.timedelta(days=400)
    make.person().created_at_utc = now - dt.timedelta(days=400)
    db.commit()


def count(db) -> dict[str, int]:
    return {name: db.scalar(sa.select(sa.func.count()).select_from(table)) for name, table in TABLES.items()}


def test_what_is_over_goes_and_all_else_stays(db, world):
    before = count(db)
    assert {one.name: (one.count, one.over) for one in retention.count_kept(db)} == {
        name: (number, 1) for name, number in before.items()
    }

    assert retention.delete_over(db) == dict.fromkeys(retention.RULES, 1)
    db.commit()

    assert count(db) == {name: number - 1 for name, number in before.items()}
    assert [one.over for one in retention.count_kept(db)] == [0] * 5
    [entry] = db.scalars(sa.select(AuditEntry).where(AuditEntry.what == "old_data_deleted"))
    assert entry.facts["count"] == 5


def test_nothing_over_is_nothing_done(db):
    assert sum(retention.delete_over(db).values()) == 0
    db.commit()

    assert db.scalar(sa.select(sa.func.count()).select_from(AuditEntry)) == 0
