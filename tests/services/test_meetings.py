"""Meetings of groups and talks: times and zones, answers, settling, changes, and what calendars are told."""

from __future__ import annotations

import datetime as dt

import pytest
import sqlalchemy as sa
from icalendar import Calendar

from models import ChoiceKind, Meeting, Person, now_utc
from services import calendars, choices, meetings
from services.circles import circle_of_group, circle_of_talk
from services.consortia import members
from services.consortia.timeline import list_happenings
from services.errors import Conflict, Forbidden, Incomplete, NotFound
from services.meeting_lists import (
    count_past,
    count_unanswered,
    get_meeting,
    list_ahead,
    list_next,
    list_past,
)
from tests.groups import Group
from tests.races import race

HOUR = dt.timedelta(hours=1)
SOON = now_utc().replace(microsecond=0) + dt.timedelta(days=10)
TEXTS = {"title": "First meeting", "place": "https://meet.example/abc", "agenda": "1. Fair\n2. Budget"}


@pytest.fixture
def group(db, make):
    return Group(db, make).gather()


@pytest.fixture
def circle(db, group):
    return circle_of_group(db, group.consortium)


def propose(group, circle, *, by: int = 1, times=(SOON, SOON + HOUR), zone="Europe/Lisbon", minutes=60, **texts):
    meeting = meetings.propose(
        group.db, group.owners[by], circle, group.firms[by], times=times, time_zone=zone, minutes=minutes,
        **{**TEXTS, **texts},
    )  # fmt: skip
    group.db.commit()
    return meeting


def settle(group, circle, meeting, *, by: int = 1, number: int = 0):
    key = meeting.times[number].key
    meetings.settle(group.db, group.owners[by], circle, group.firms[by], meeting, key)
    group.db.commit()


def change(group, circle, meeting, *, by: int = 1, sequence=None, **values):
    given = {name: getattr(meeting, name) for name in ("starts_at_utc", "time_zone", "minutes", *TEXTS)}
    told = meetings.change(
        group.db, group.owners[by], circle, group.firms[by], meeting,
        sequence=meeting.sequence if sequence is None else sequence, **{**given, **values},
    )  # fmt: skip
    group.db.commit()
    return told


@pytest.mark.both_databases
def test_firms_answer_the_times_and_the_proposer_settles_one(group, circle):
    meeting = propose(group, circle)
    first, second = meeting.times

    assert count_unanswered(group.db, group.firms[2], circle) == 1
    said = {first.key: "no", second.key: "if_need_be"}
    meetings.answer(group.db, group.owners[2], circle, group.firms[2], meeting, said)
    meetings.answer(group.db, group.owners[2], circle, group.firms[2], meeting, {first.key: "yes"})
    group.db.commit()
    assert count_unanswered(group.db, group.firms[2], circle) == 0
    found = get_meeting(group.db, circle, meeting.key)
    assert [[one.answer for one in time.answers] for time in found.times] == [["yes", "yes"], ["yes", "if_need_be"]]

    settle(group, circle, meeting, number=1)
    assert (meeting.state, meeting.starts_at_utc, meeting.ends_at_utc) == ("settled", SOON + HOUR, SOON + 2 * HOUR)
    with pytest.raises(Forbidden):
        meetings.answer(group.db, group.owners[2], circle, group.firms[2], meeting, said)
    with pytest.raises(Conflict):
        settle(group, circle, meeting)
    assert list_happenings(group.db, group.consortium)[0].what == "meeting_settled"
    assert list_next(group.db, group.firms[2], most=3) == [meeting]


def test_the_lead_settles_too_and_another_member_does_not(group, circle):
    meeting = propose(group, circle)

    with pytest.raises(Forbidden):
        settle(group, circle, meeting, by=2)
    with pytest.raises(NotFound):
        meetings.settle(group.db, group.lead, circle, group.firms[0], meeting, "nonsense")
    settle(group, circle, meeting, by=0)
    assert meeting.state == "settled"


def test_who_is_not_in_the_group_proposes_and_answers_nothing(group, circle):
    meeting = propose(group, circle)
    person, _group, firm = group.newcomer()

    with pytest.raises(Forbidden):
        meetings.answer(group.db, person, circle, firm, meeting, {})
    with pytest.raises(Forbidden):
        meetings.propose(
            group.db, person, circle, firm, times=[SOON], time_zone="Europe/Lisbon", minutes=60, **TEXTS
        )  # fmt: skip
    with pytest.raises(Forbidden):  # for a firm that is not one's own
        meetings.answer(group.db, person, circle, group.firms[1], meeting, {})
    members.leave(group.db, *group.of(1))
    with pytest.raises(Forbidden):
        settle(group, circle_of_group(group.db, group.consortium), meeting)
    assert list_next(group.db, group.firms[1], most=3) == []


@pytest.mark.parametrize(
    ("wrong", "values"),
    [
        ("title", {"title": "  "}),
        ("title", {"title": "x" * 121}),
        ("agenda", {"agenda": "x" * 4001}),
        ("times", {"times": []}),
        ("times", {"times": [SOON + number * HOUR for number in range(6)]}),
        ("past", {"times": [now_utc() - HOUR]}),
        ("far", {"times": [now_utc() + dt.timedelta(days=4000)]}),
        ("minutes", {"minutes": 4}),
        ("minutes", {"minutes": 1441}),
    ],
)
def test_what_is_missing_or_beyond_reason_is_refused(group, circle, wrong, values):
    with pytest.raises(Incomplete) as refused:
        propose(group, circle, **values)
    assert refused.value.missing == [wrong]


@pytest.mark.parametrize(
    ("local", "zone", "kind"),
    [
        ("2027-03-28T01:30", "Europe/Lisbon", "skipped"),
        ("2027-10-31T01:30", "Europe/Lisbon", "twice"),
        ("2027-06-01T10:00", "Europe/Atlantis", "zone"),
        ("2027-06-01T10:00", "", "zone"),
        ("2027-06-01T10:00", "../../etc/passwd", "zone"),
        ("2027-06-01T10:00", "Europe", "zone"),
        ("2027-06-01T10:00", "a\0b", "zone"),
        ("0001-01-01T00:00", "Asia/Tokyo", "zone"),
    ],
)
def test_a_time_that_clocks_do_not_show_or_show_twice_is_refused(local, zone, kind):
    with pytest.raises(meetings.BadTime) as refused:
        meetings.to_utc(dt.datetime.fromisoformat(local), zone)
    assert refused.value.kind == kind


@pytest.mark.parametrize(
    ("local", "zone", "utc"),
    [
        ("2027-01-15T10:00", "Europe/Lisbon", "2027-01-15T10:00+00:00"),
        ("2027-07-15T10:00", "Europe/Lisbon", "2027-07-15T09:00+00:00"),
        ("2027-03-28T02:00", "Europe/Lisbon", "2027-03-28T01:00+00:00"),
        ("2027-07-15T10:00", "Africa/Luanda", "2027-07-15T09:00+00:00"),
        ("2027-07-15T10:00", "America/Sao_Paulo", "2027-07-15T13:00+00:00"),
        ("2027-07-15T10:00", "Asia/Kathmandu", "2027-07-15T04:15+00:00"),
    ],
)
def test_a_time_of_a_zone_is_one_moment(local, zone, utc):
    found = meetings.to_utc(dt.datetime.fromisoformat(local), zone)

    assert found == dt.datetime.fromisoformat(utc)


def event_of(meeting, **more):
    facts = {
        "link": "https://constela.example/m", "organiser": "Douro, \"Vinhos\"; Lda",
        "sender": "post@constela.example", "reader": calendars.Reader("Ana", "ana@example.org"),
    }  # fmt: skip
    text = calendars.to_calendar(meeting, **{**facts, **more})
    calendar = Calendar.from_ical(text)
    [event] = calendar.walk("VEVENT")
    return str(calendar["METHOD"]), event, text.decode()


@pytest.mark.both_databases
def test_calendars_know_a_meeting_again_whatever_changes(group, circle):
    meeting = propose(group, circle)
    settle(group, circle, meeting)
    method, first, text = event_of(meeting)

    assert (method, str(first["STATUS"]), first["SEQUENCE"]) == ("REQUEST", "CONFIRMED", 0)
    assert (first["DTSTART"].dt, first["DTEND"].dt) == (SOON, SOON + HOUR)
    assert f"DTSTART:{SOON:%Y%m%dT%H%M%SZ}" in text
    assert str(first["LOCATION"]) == TEXTS["place"]
    assert "1. Fair\n2. Budget" in str(first["DESCRIPTION"])

    assert change(group, circle, meeting, starts_at_utc=SOON + 5 * HOUR)
    assert not change(group, circle, meeting), "nothing changed"
    method, second, _ = event_of(meeting)
    assert (method, second["SEQUENCE"], second["DTSTART"].dt) == ("REQUEST", 1, SOON + 5 * HOUR)
    assert meetings.cancel(group.db, group.owners[1], circle, group.firms[1], meeting, "No time")
    method, third, _ = event_of(meeting)
    assert (method, str(third["STATUS"]), third["SEQUENCE"]) == ("CANCEL", "CANCELLED", 2)
    assert first["UID"] == second["UID"] == third["UID"]
    with pytest.raises(Conflict):
        change(group, circle, meeting, title="Anew")
    with pytest.raises(Conflict):
        meetings.cancel(group.db, group.owners[1], circle, group.firms[1], meeting, "")


def test_no_address_of_another_stands_in_a_file_and_no_text_breaks_out_of_it(group, circle):
    meeting = propose(
        group, circle, title="A\r\nATTENDEE:mailto:x@evil.example", agenda="BEGIN:VEVENT\nEND:VCALENDAR"
    )
    settle(group, circle, meeting)
    _method, event, text = event_of(meeting, organiser="Douro\r\nX-EVIL:1")

    unfolded = text.replace("\r\n ", "")
    found = [line for line in unfolded.splitlines() if "mailto:" in line.lower() and not line.startswith("SUMMARY")]
    assert sorted(line.rpartition("mailto:")[2] for line in found) == ["ana@example.org", "post@constela.example"]
    assert not [line for line in unfolded.splitlines() if line.startswith("X-EVIL")]
    for owner in group.owners:
        assert owner.email not in text
    assert str(event["DESCRIPTION"]).startswith("BEGIN:VEVENT\nEND:VCALENDAR")


def test_a_change_that_rests_on_what_is_old_is_refused(group, circle):
    meeting = propose(group, circle)
    settle(group, circle, meeting)
    change(group, circle, meeting, place="Porto")

    with pytest.raises(Conflict) as refused:
        change(group, circle, meeting, sequence=0, place="Braga")
    assert refused.value.what == "changed"
    with pytest.raises(Incomplete):
        change(group, circle, meeting, starts_at_utc=now_utc() - HOUR)


def test_what_is_over_is_listed_as_past(group, circle):
    meeting = propose(group, circle)
    settle(group, circle, meeting)
    other = propose(group, circle, title="Second")
    later = SOON + dt.timedelta(days=3)

    assert list_ahead(group.db, circle) == [other, meeting]
    assert count_past(group.db, circle) == 0
    assert list_ahead(group.db, circle, later) == []
    assert {one.title for one in list_past(group.db, circle, now=later)} == {"First meeting", "Second"}
    meeting.starts_at_utc = now_utc() - 30 * HOUR
    with pytest.raises(Conflict):
        meetings.cancel(group.db, group.owners[1], circle, group.firms[1], meeting, "")


@pytest.mark.both_databases
def test_a_meeting_belongs_to_a_group_or_to_a_talk_and_never_to_both(db, make, group):
    first, second = make.firm("Kianda"), make.firm("Douro")
    ana, rui = make.owner_of(first), make.owner_of(second)
    choices.choose(db, first, second, ChoiceKind.INTERESTED, ana)
    talk = choices.choose(db, second, first, ChoiceKind.INTERESTED, rui).introduction
    circle = circle_of_talk(talk)
    meeting = meetings.propose(db, ana, circle, first, times=[SOON], time_zone="Africa/Luanda", minutes=30, **TEXTS)
    db.commit()

    assert count_unanswered(db, second, circle) == 1
    with pytest.raises(Forbidden):
        meetings.settle(db, rui, circle, second, meeting, meeting.times[0].key)
    meetings.settle(db, ana, circle, first, meeting, meeting.times[0].key)
    db.commit()
    assert list_next(db, second, most=3) == [meeting]
    with pytest.raises(NotFound):
        get_meeting(db, circle_of_group(db, group.consortium), meeting.key)
    for both in (group.consortium.id, None):
        values = {"consortium_id": both, "introduction_id": talk.id if both else None}
        with pytest.raises(sa.exc.IntegrityError), db.begin_nested():
            db.execute(sa.update(Meeting).values(**values))
    choices.undo(db, second, first)
    db.commit()
    db.refresh(talk)
    with pytest.raises(Forbidden):
        meetings.cancel(db, ana, circle, first, meeting, "")


@pytest.mark.both_databases
def test_two_who_settle_at_once_settle_one_time(db, group, circle, database_url):
    meeting = propose(group, circle)
    keys = [one.key for one in meeting.times]
    db.commit()

    def settles(number, time):
        person_id, firm_key = group.owners[number].id, group.firms[number].key

        def work(session):
            from services.consortia.access import get_consortium
            from services.firms import get_firm

            there = circle_of_group(session, get_consortium(session, group.consortium.key))
            found = get_meeting(session, there, meeting.key)
            meetings.settle(
                session, session.get(Person, person_id), there, get_firm(session, firm_key), found, keys[time]
            )

        return work

    outcomes = race(database_url, settles(0, 0), settles(1, 1))

    assert sorted(type(one).__name__ for one in outcomes) == ["Conflict", "NoneType"]
    db.refresh(meeting)
    assert meeting.starts_at_utc == SOON
