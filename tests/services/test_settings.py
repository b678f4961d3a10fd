"""The settings of the site: typed, bounded, noted, undone, and each changes what it says."""

from __future__ import annotations

import datetime as dt

import pytest
import sqlalchemy as sa

from models import (
    AuditEntry,
    Job,
    JobState,
    ListedFirm,
    Mail,
    SiteSetting,
    SuspensionTrace,
    make_engine,
    make_sessions,
    now_utc,
)
from services import accounts, administration, jobs, people, retention, settings
from services.associations import invitations, listing, staff
from services.consortia import members, tending
from services.errors import Forbidden
from services.moderation import hints
from services.settings import SETTINGS, Kind, Wrong
from tests.groups import Group, hindered_by

DAY = dt.timedelta(days=1)


@pytest.fixture
def chief(make):
    return make.person(role="administrator", name="Helena")


def put(db, chief, name, value):
    settings.change(db, chief, name, value)
    db.commit()


def on_list(db, association, email):
    cells = {"name": "Mel", "country": "PRT", "email": email}
    listed = ListedFirm(association_id=association.id, **listing.columns_of(listing.merge({}, cells)))
    db.add(listed)
    db.commit()
    return listed


def test_every_default_is_within_its_own_bounds():
    for one in SETTINGS.values():
        assert one.checked(one.default) == one.default


@pytest.mark.both_databases
def test_a_change_counts_at_once_in_every_session_and_is_noted_with_before_and_after(db, chief, database_url):
    engine = make_engine(database_url)
    with make_sessions(engine, writes=False)() as other:
        assert settings.number_of(other, "answer_days") == 14
        other.rollback()
        assert settings.change(db, chief, "answer_days", "21")
        db.commit()
        assert settings.number_of(other, "answer_days") == 21
    engine.dispose()

    [shown] = [one for one in settings.list_shown(db) if not one.is_default]
    assert (shown.setting.name, shown.value, shown.changed_by) == ("answer_days", 21, "Helena")
    assert settings.undo(db, chief, "answer_days") and not settings.undo(db, chief, "answer_days")
    db.commit()
    assert settings.number_of(db, "answer_days") == 14
    assert db.scalar(sa.select(sa.func.count()).select_from(SiteSetting)) == 0
    entries = db.scalars(sa.select(AuditEntry).where(AuditEntry.what == "setting_changed").order_by(AuditEntry.id))
    assert [one.facts for one in entries] == [
        {"setting": "answer_days", "before": 14, "after": 21},
        {"setting": "answer_days", "before": 21, "after": 14},
    ]


def test_the_same_value_again_is_no_change(db, make, chief):
    put(db, chief, "remind_days", 5)
    assert settings.change(db, make.person(role="administrator"), "remind_days", " 5 ") is False
    db.commit()
    assert [one.changed_by for one in settings.list_shown(db) if not one.is_default] == ["Helena"]
    what = AuditEntry.what == "setting_changed"
    assert db.scalar(sa.select(sa.func.count()).select_from(AuditEntry).where(what)) == 1


@pytest.mark.parametrize(
    ("name", "value", "why"),
    [
        ("answer_days", "2", "least"),
        ("answer_days", "91", "most"),
        ("answer_days", "", "number"),
        ("answer_days", "-7", "number"),
        ("answer_days", "7,5", "number"),
        ("answer_days", "٧", "number"),
        ("sign_up", "closed", "choice"),
        ("privacy_mail", "nobody", "mail"),
        ("privacy_mail", "a@b.example\nBcc: x@y.example", "mail"),
        ("operator_name", "x" * 121, "long"),
        ("escalations_to", "stranger@example.org", "administrator"),
    ],
)
def test_a_value_that_is_not_possible_is_refused_with_the_reason(db, chief, name, value, why):
    with pytest.raises(Wrong) as refused:
        settings.change(db, chief, name, value)
    assert str(refused.value) == why
    assert db.scalar(sa.select(sa.func.count()).select_from(SiteSetting)) == 0


def test_only_administrators_change_settings(db, make):
    for role in ("member", "staff", "moderator"):
        with pytest.raises(Forbidden):
            settings.change(db, make.person(role=role), "answer_days", 20)


def test_a_stored_value_outside_the_bounds_of_today_counts_as_the_default(db):
    db.add_all([SiteSetting(name="answer_days", value=999), SiteSetting(name="gone", value=1)])
    db.commit()
    assert settings.number_of(db, "answer_days") == 14
    assert len(settings.list_shown(db)) == len(SETTINGS)


# What each of them changes


def test_days_to_answer_and_invitations_a_day_and_the_wait_before_asking_again(db, make, chief):
    group = Group(db, make)
    put(db, chief, "answer_days", 30)
    group.invite(group.firms[1])
    until = group.standing.of(group.firms[1]).answer_by_utc
    assert abs(until - now_utc() - 30 * DAY) < dt.timedelta(minutes=5)

    put(db, chief, "invitations_a_day", 1)
    with hindered_by("too_many_today"):
        group.invite(group.firms[2])
    put(db, chief, "invitations_a_day", 3)
    group.invite(group.firms[2])

    members.take_back(db, group.lead, group.consortium, group.firms[2])
    with hindered_by("asked_recently"):
        group.invite(group.firms[2])
    put(db, chief, "ask_again_days", 0)
    group.invite(group.firms[2])


def test_days_before_an_invitation_ends_on_which_one_is_reminded(db, make, chief):
    group = Group(db, make)
    group.invite(group.firms[1], days=14)
    on_day_eight = now_utc() + 8 * DAY
    assert tending.list_due(db, on_day_eight) == []
    assert tending.tend(db, group.consortium, on_day_eight) == []
    put(db, chief, "remind_days", 7)
    assert tending.list_due(db, on_day_eight) == [group.consortium.id]
    assert len(tending.tend(db, group.consortium, on_day_eight)) == 1


def test_days_until_a_group_lapses(db, make, chief):
    group = Group(db, make)
    later = now_utc() + 100 * DAY
    tending.tend(db, group.consortium, later)
    assert group.state == "idea"
    put(db, chief, "idle_days", 90)
    assert tending.list_due(db, later) == [group.consortium.id]
    tending.tend(db, group.consortium, later)
    db.commit()
    assert group.state == "closed"


def test_days_between_two_mails_to_a_firm_on_a_list(db, make, chief):
    association = make.association()
    listed = on_list(db, association, "a@example.org")
    invitation = invitations.invite(db, association, listed.id, "a@example.org")
    invitation.mailed_at_utc = now_utc() - 5 * DAY
    db.commit()
    assert not invitations.remind(db, invitation)
    put(db, chief, "list_rest_days", 4)
    assert invitations.remind(db, invitation)


def test_days_until_a_profile_counts_as_old(db, make, chief):
    firm = make.firm()
    firm.changed_at_utc = now_utc() - 100 * DAY
    db.commit()
    assert hints.stale_profiles(db) == []
    put(db, chief, "stale_days", 99)
    assert [hint.firms for hint in hints.stale_profiles(db)] == [[firm]]


def test_who_may_open_an_account(db, make, chief):
    association, firm, manager = make.association(), make.firm(), make.person()
    listed = on_list(db, association, "listed@example.org")
    invitations.invite(db, association, listed.id, "listed@example.org")
    people.invite(db, manager, firm, email="colleague@example.org", role="editor")
    staff.invite(db, manager, association, email="staff@example.org", role="reader")
    db.commit()
    invited = ["Listed@example.org", "colleague@example.org", " staff@EXAMPLE.org", manager.email]
    assert all(accounts.may_sign_up(db, one) for one in [*invited, "stranger@example.org"])
    put(db, chief, "sign_up", "invited")
    assert all(accounts.may_sign_up(db, one) for one in invited)
    assert not accounts.may_sign_up(db, "stranger@example.org")


def test_the_log_keeps_the_key_of_an_administrator_and_not_the_address(db, chief):
    put(db, chief, "escalations_to", chief.email)
    [entry] = db.scalars(sa.select(AuditEntry).where(AuditEntry.what == "setting_changed"))
    assert entry.facts == {"setting": "escalations_to", "before": "", "after": chief.key}


def test_who_is_told_of_an_escalated_case(db, make, chief):
    other = make.person(role="administrator")
    moderator = make.moderator()
    readers = administration.list_escalation_readers
    assert readers(db, except_id=moderator.id) == [chief, other]
    assert readers(db, except_id=other.id) == [chief]
    put(db, chief, "escalations_to", other.email.upper())
    assert readers(db, except_id=moderator.id) == [other]
    other.role = "moderator"
    db.commit()
    assert readers(db, except_id=moderator.id) == [chief], "one who is no administrator any more is not told"


def test_how_long_mails_jobs_and_suspensions_are_kept(db, chief):
    then = now_utc() - 100 * DAY
    db.add(Mail(recipient="a@example.org", subject="s", text="t", created_at_utc=then))
    db.add(Job(kind="k", state=JobState.DONE, ended_at_utc=then))
    db.add(SuspensionTrace(subject_key="k", what="name", digest="0" * 64, deleted_at_utc=then))
    db.commit()
    for name, days in (("mails_kept_days", 101), ("jobs_kept_days", 101), ("suspensions_kept_days", 101)):
        put(db, chief, name, days)
    jobs.forget_old(db)
    assert sum(retention.delete_over(db).values()) == 0
    for name in ("mails_kept_days", "jobs_kept_days", "suspensions_kept_days"):
        put(db, chief, name, 99)
    assert {one.name: one.days for one in retention.count_kept(db)}["mails"] == 99
    gone = retention.delete_over(db)
    assert (gone["mails"], gone["jobs"], gone["suspensions"]) == (1, 1, 1)


def test_every_setting_has_a_kind_that_the_page_can_show():
    assert {one.kind for one in SETTINGS.values()} == set(Kind)
