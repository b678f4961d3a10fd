"""Meetings as iCalendar files (RFC 5545, RFC 5546), made with the library icalendar.

Times stand in UTC, so that no calendar has to know a zone. Nobody's address is told to another firm: the organiser
bears the address of the site, and the only attendee that a file names is whom it is for.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from icalendar import Calendar, Event, vCalAddress, vText

from models import Meeting, MeetingState

PRODUCT = "-//Constela//Constela//PT"
STATUS = {MeetingState.SETTLED: "CONFIRMED", MeetingState.CANCELLED: "CANCELLED", MeetingState.PROPOSED: "TENTATIVE"}


@dataclass(frozen=True)
class Reader:
    """Whom a file is for."""

    name: str
    email: str


def uid_of(meeting: Meeting) -> str:
    """By what calendars know the meeting again, whatever changes."""
    return f"{meeting.key}@constela"


def to_calendar(meeting: Meeting, *, link: str, organiser: str, sender: str, reader: Reader) -> bytes:
    """The file of a meeting whose time is settled: an invitation, its update, or its cancellation.

    ``organiser`` is the name of the firm, ``sender`` the mail address of the site.
    """
    is_cancelled = meeting.state == MeetingState.CANCELLED
    calendar = Calendar()
    calendar.add("prodid", PRODUCT)
    calendar.add("version", "2.0")
    calendar.add("method", "CANCEL" if is_cancelled else "REQUEST")
    calendar.add_component(_event(meeting, link, organiser, sender, reader))
    return calendar.to_ical()


def to_feed(found: Iterable[tuple[Meeting, str]], *, sender: str) -> bytes:
    """All meetings of a person, each with its link, for a calendar that reads them from an address."""
    calendar = Calendar()
    calendar.add("prodid", PRODUCT)
    calendar.add("version", "2.0")
    calendar.add("method", "PUBLISH")
    calendar.add("x-wr-calname", "Constela")
    for meeting, link in found:
        organiser = meeting.firm.name if meeting.firm else "Constela"
        calendar.add_component(_event(meeting, link, organiser, sender, None))
    return calendar.to_ical()


def _event(meeting: Meeting, link: str, organiser: str, sender: str, reader: Reader | None) -> Event:
    if meeting.starts_at_utc is None or meeting.ends_at_utc is None:
        raise ValueError("a meeting without a time stands in no calendar")
    event = Event()
    event.add("uid", uid_of(meeting))
    event.add("sequence", meeting.sequence)
    event.add("dtstamp", meeting.changed_at_utc)
    event.add("created", meeting.created_at_utc)
    event.add("last-modified", meeting.changed_at_utc)
    event.add("dtstart", meeting.starts_at_utc)
    event.add("dtend", meeting.ends_at_utc)
    event.add("summary", meeting.title)
    event.add("status", STATUS[MeetingState(meeting.state)])
    if meeting.place:
        event.add("location", meeting.place)
    event.add("description", "\n\n".join(filter(None, (meeting.agenda, link))))
    event.add("url", link)
    event.add("class", "PRIVATE")
    event.add("organizer", _address(sender, organiser))
    if reader is None:
        return event
    attendee = _address(reader.email, reader.name)
    attendee.params["ROLE"], attendee.params["PARTSTAT"] = vText("REQ-PARTICIPANT"), vText("NEEDS-ACTION")
    attendee.params["RSVP"] = vText("FALSE")
    event.add("attendee", attendee)
    return event


def _address(email: str, name: str) -> vCalAddress:
    address = vCalAddress(f"mailto:{email}")
    address.params["CN"] = vText(name.replace('"', "'"))
    return address
