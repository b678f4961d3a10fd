"""Meetings through the pages, in groups and in talks: times, answers, mails with calendar files."""

from __future__ import annotations

import datetime as dt
import email
import email.policy

import pytest
import sqlalchemy as sa
from icalendar import Calendar

from models import ChoiceKind, Meeting, now_utc
from services import choices, meetings
from services.circles import circle_of_group
from services.consortia import members
from tests.groups import Group
from tests.web.test_consortia import address, post

YEAR = now_utc().year + 1
SOON = f"{YEAR}-03-10T10:00"


@pytest.fixture
def group(db, make):
    return Group(db, make).gather()


def propose(browser, path, *, status=200, **more):
    browser.get(f"{path}/meetings/new")
    values = {"title": "Fair", "place": "https://meet.example/x", "time_zone": "Europe/Lisbon", "time1": SOON, **more}
    return browser.fill("/meetings/new", status=status, **values)


def files_of(app) -> list[tuple[str, str, Calendar]]:
    """The calendar files that went out: to whom, by which method, what they say."""
    found = []
    for path in sorted(app.config["SETTINGS"].mail_folder.glob("*.eml"), key=lambda one: one.stat().st_mtime_ns):
        message = email.message_from_bytes(path.read_bytes(), policy=email.policy.default)
        for part in message.walk():
            if part.get_content_type() == "text/calendar":
                found.append((message["To"], part.get_param("method"), Calendar.from_ical(part.get_content())))
    return found


def test_a_meeting_is_proposed_answered_settled_changed_and_cancelled(app, group, sign_in, db):
    lead, second, third = (sign_in(owner) for owner in group.owners)
    page = propose(second, address(group), time2=f"{YEAR}-07-11 15:30", agenda="1. Stand")
    assert "everybody has been told" in page.text
    assert "10:00–11:00 (Lisbon, Portugal, UTC+00:00)" in page.text
    assert "15:30–16:30 (Lisbon, Portugal, UTC+01:00)" in page.text
    assert {mail["to"] for mail in lead.mails()} >= {group.owners[0].email, group.owners[2].email}
    assert "UTC+01:00" in lead.mails()[-1]["text"]
    there = page.address

    assert "Your answer is missing" in third.get(address(group)).text
    third.get(there)
    meeting = db.scalar(sa.select(Meeting))
    keys = [time.key for time in meeting.times]
    page = third.fill("/answers", **{f"t-{keys[0]}": "no", f"t-{keys[1]}": "if_need_be"})
    assert "Your answers are saved." in page.text and "If need be Member 2" in page.text
    assert not [form for form in page.forms if "/settle" in form["action"]]
    assert "Your answer is missing" not in third.get(address(group)).text
    assert "Only the firm that proposed" in post(third, f"{there}/settle", time=keys[0]).text

    lead.get(there)
    page = lead.fill("/settle", time=keys[1])
    assert "Everybody gets a mail with a calendar file." in page.text
    told = files_of(app)
    assert sorted(to for to, _, _ in told) == sorted(owner.email for owner in group.owners)
    assert {method for _, method, _ in told} == {"REQUEST"}
    [event] = told[0][2].walk("VEVENT")
    assert event["DTSTART"].dt == dt.datetime(YEAR, 7, 11, 14, 30, tzinfo=dt.UTC)
    assert "Next:" in third.get(address(group)).text and "A meeting is settled: Fair." in third.page.text
    assert "15:30–16:30" in third.get("/overview").text

    lead.get(f"{there}/edit")
    page = lead.fill("/edit", starts=f"{YEAR}-07-12T09:00", place="Porto")
    assert "Everybody gets a mail with the change." in page.text
    [changed] = files_of(app)[-1][2].walk("VEVENT")
    assert (changed["SEQUENCE"], str(changed["LOCATION"])) == (1, "Porto")
    second.get(there)
    page = second.fill("/cancel", **{"c-reason": "The fair is off"})
    assert "This meeting does not take place." in page.text and "The fair is off" in page.text
    to, method, calendar = files_of(app)[-1]
    [gone] = calendar.walk("VEVENT")
    assert (method, str(gone["STATUS"]), gone["SEQUENCE"]) == ("CANCEL", "CANCELLED", 2)
    assert str(gone["UID"]) == str(changed["UID"]) == str(event["UID"])
    assert "Over or cancelled" in third.get(address(group, "meetings")).text
    assert "cancelled or over already" in post(lead, f"{there}/cancel").text


def test_the_file_is_for_who_takes_it_and_names_nobody_else(group, sign_in, db):
    second, third = sign_in(group.owners[1]), sign_in(group.owners[2])
    there = propose(second, address(group)).address
    third.get(f"{there}.ics", status=404)
    second.get(there)
    second.fill("/settle")

    page = third.get(f"{there}.ics")
    assert page.answer.mimetype == "text/calendar"
    [event] = Calendar.from_ical(page.html).walk("VEVENT")
    assert str(event["ATTENDEE"]).lower() == f"mailto:{group.owners[2].email}"
    assert "no-reply@" in str(event["ORGANIZER"]) and event["ORGANIZER"].params["CN"] == "Member 1"
    for other in (*group.owners[:2], *group.firms):
        assert (getattr(other, "email", None) or other.contact_email) not in page.html


@pytest.mark.parametrize(
    ("values", "words"),
    [
        ({"title": " "}, "Give the meeting a title"),
        ({"time1": ""}, "Write at least one time"),
        ({"time1": "tomorrow"}, "Write a day and a time"),
        ({"time1": "2027-02-30T10:00"}, "Write a day and a time"),
        ({"time1": "2020-01-01T10:00"}, "A time lies in the past"),
        ({"time1": "9999-12-31T23:59"}, "more than three years ahead"),
        ({"time1": "0001-01-01T00:00", "time_zone": "Asia/Tokyo"}, "Choose a time zone"),
        ({"time_zone": "Europe/Atlantis"}, "Choose a time zone from the list"),
        ({"time_zone": ""}, "Choose a time zone from the list"),
        ({"minutes": "0"}, "Write a number from 5"),
        ({"minutes": "x" * 4000}, "Write a whole number"),
        ({"place": "x" * 301}, "At most 300 characters"),
        ({"agenda": "x" * 100_000}, "At most 4000 characters"),
    ],
)
def test_what_is_written_wrongly_is_said_beside_its_field_and_kept(group, sign_in, values, words):
    page = propose(sign_in(group.owners[1]), address(group), status=422, **values)

    assert words in page.text
    assert dict(page.form_to("/meetings/new")["fields"])["title"] in ("Fair", "", " ")


@pytest.mark.parametrize(("time", "words"), [("01:30", "leap over"), ("02:30", "")])
def test_a_time_that_the_clocks_leap_over_is_refused(group, sign_in, time, words):
    last_sunday = max(day for day in (dt.date(YEAR, 3, number) for number in range(25, 32)) if day.isoweekday() == 7)
    page = propose(
        sign_in(group.owners[1]), address(group), status=422 if words else 200, time1=f"{last_sunday}T{time}"
    )
    assert words in page.text


def test_a_time_that_the_clocks_show_twice_is_refused(group, sign_in):
    last_sunday = max(day for day in (dt.date(YEAR, 10, number) for number in range(25, 32)) if day.isoweekday() == 7)
    page = propose(sign_in(group.owners[1]), address(group), status=422, time2=f"{last_sunday}T01:30")
    assert "show this time twice" in page.text


def test_two_firms_in_a_talk_meet_by_the_same_pages(app, make, db, sign_in):
    first, second = make.firm("Kianda", country="AGO"), make.firm("Douro")
    ana, rui = make.owner_of(first), make.owner_of(second)
    choices.choose(db, first, second, ChoiceKind.INTERESTED, ana)
    talk = choices.choose(db, second, first, ChoiceKind.INTERESTED, rui).introduction
    db.commit()
    browser, other, stranger = sign_in(ana), sign_in(rui), sign_in(make.owner_of(make.firm()))
    path = f"/messages/{talk.key}"

    assert f"{path}/meetings" in [link for link, _ in browser.get(path).links]
    browser.get(f"{path}/meetings/new")
    assert dict(browser.page.form_to("/new")["fields"])["time_zone"] == "Africa/Luanda"
    there = propose(browser, path, time_zone="Africa/Luanda").address
    assert "UTC+01:00" in browser.page.text
    for part in ("", "/new"):
        stranger.get(f"{path}/meetings{part}", status=404)
    stranger.get(there, status=404)
    page = other.get(there)
    assert not [form for form in page.forms if "/settle" in form["action"]]
    browser.get(there)
    browser.fill("/settle")
    assert sorted(to for to, _, _ in files_of(app)) == sorted([ana.email, rui.email])
    assert "Fair" in other.get("/overview").text
    other.get(path)
    other.fill("/close")
    page = browser.get(there)
    assert not [form for form in page.forms if "/cancel" in form["action"]]
    browser.get(f"{path}/meetings/new", status=404)


def test_of_one_group_no_meeting_is_shown_in_another(group, make, db, sign_in):
    there = propose(sign_in(group.owners[1]), address(group)).address
    key = there.rpartition("/")[2]
    other = Group(db, make).gather()

    browser = sign_in(other.lead)
    for part in (key, f"{key}/edit", f"{key}.ics"):
        browser.get(address(other, "meetings", part), status=404)
        browser.get(address(group, "meetings", part), status=404)


def test_one_who_left_sees_no_meeting_and_gets_no_mail(app, group, sign_in, db):
    second, third = sign_in(group.owners[1]), sign_in(group.owners[2])
    there = propose(second, address(group)).address
    members.leave(db, *group.of(2))
    db.commit()

    third.get(there, status=404)
    second.get(there)
    second.fill("/settle")
    assert group.owners[2].email not in [to for to, _, _ in files_of(app)]


def test_a_change_on_an_old_page_is_refused_and_nothing_is_lost(group, sign_in):
    second = sign_in(group.owners[1])
    there = propose(second, address(group)).address
    second.get(there)
    second.fill("/settle")
    second.get(f"{there}/edit")
    old = second.page
    second.fill("/edit", place="Porto")
    second.page = old

    page = second.fill("/edit", status=422, place="Braga")
    assert "Somebody changed the meeting meanwhile" in page.text
    assert dict(page.form_to("/edit")["fields"])["place"] == "Braga"
    second.page = old
    assert "meanwhile" in second.fill("/edit", status=422, sequence="nonsense").text


def test_odd_input_breaks_nothing(group, sign_in):
    second = sign_in(group.owners[1])
    there = propose(second, address(group)).address
    for odd in ("a\0b", "²", "9" * 5000, "\u202e", "x" * 100_000):
        post(second, f"{there}/settle", time=odd)
        post(second, f"{there}/answers", **{"t-x": odd, odd[:50]: odd})
        assert propose(second, address(group), title=odd, place=odd, agenda=odd, status=_status(odd)).text
    post(second, f"{there}/cancel", **{"c-reason": "x" * 5000})
    assert "at most 1000 characters" in second.page.text


def _status(odd: str) -> int:
    """A mark that only turns text around is taken away, and leaves no title."""
    return 200 if odd in ("a\0b", "²") else 422


def test_a_past_meeting_is_listed_below(group, sign_in, db):
    meeting = meetings.propose(
        db, group.lead, circle_of_group(db, group.consortium), group.firms[0],
        times=[now_utc() + dt.timedelta(hours=1)], time_zone="Africa/Luanda", minutes=30, title="Over", place="",
        agenda="",
    )  # fmt: skip
    meeting.state, meeting.starts_at_utc = "settled", now_utc() - dt.timedelta(days=2)
    meeting.times[0].starts_at_utc = meeting.starts_at_utc
    db.commit()
    lead = sign_in(group.lead)

    assert "Over or cancelled" in lead.get(address(group, "meetings")).text
    assert "This meeting is over." in lead.get(address(group, "meetings", meeting.key)).text
    lead.get(address(group, "meetings", meeting.key, "edit"), status=404)


def test_a_calendar_reads_all_meetings_at_a_secret_address(group, sign_in, visitor, db, make):
    second, third = sign_in(group.owners[1]), sign_in(group.owners[2])
    for title in ("Fair", "Budget"):
        second.get(propose(second, address(group), title=title).address)
        second.fill("/settle")
    propose(second, address(group), title="Not settled")

    third.get("/calendar")
    first = third.fill("/calendar").html.partition('class="address">')[2].partition("<")[0]
    path = first.partition("localhost")[2]
    page = visitor.get(path)
    assert page.answer.mimetype == "text/calendar" and page.answer.headers["Cache-Control"] == "no-store"
    calendar = Calendar.from_ical(page.html)
    assert {str(one["SUMMARY"]) for one in calendar.walk("VEVENT")} == {"Fair", "Budget"}
    assert str(calendar["METHOD"]) == "PUBLISH" and "ATTENDEE" not in page.html
    for other in (*group.owners, *group.firms):
        assert (getattr(other, "email", None) or other.contact_email) not in page.html
    assert first not in third.get("/calendar").html, "it is shown once"
    third.fill("/calendar")
    visitor.get(path, status=404)
    third.get("/calendar")
    again = third.fill("/calendar").html.partition('class="address">')[2].partition("<")[0].partition("localhost")[2]
    members.leave(db, *group.of(2))
    db.commit()
    assert "VEVENT" not in visitor.get(again).html, "who left the group no longer learns of its meetings"
    third.get("/calendar")
    third.fill("/calendar/remove")
    visitor.get(again, status=404)
    visitor.get("/calendar/%F0%9F%98%80.ics", status=404)
