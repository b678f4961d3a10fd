"""Mails about meetings, to the people of all who meet; what stands in calendars goes with them as a file."""

from __future__ import annotations

from email.utils import parseaddr

from flask import current_app
from flask_login import current_user

from models import Meeting, Person
from services import calendars, introductions
from web.database import db
from web.mail import link_to, send_mail
from web.meetings.rooms import Room


def calendar_of(room: Room, meeting: Meeting, reader: Person) -> str:
    """The iCalendar file of a meeting for one person."""
    _name, sender = parseaddr(current_app.config["SETTINGS"].mail_from)
    return calendars.to_calendar(
        meeting,
        link=link_to("meetings.show", where=room.where, key=room.key, meeting_key=meeting.key),
        organiser=meeting.firm.name if meeting.firm else room.name,
        sender=sender,
        reader=calendars.Reader(reader.name, reader.email),
    ).decode()


def tell(room: Room, meeting: Meeting, template: str, *, has_file: bool = False) -> None:
    """Write to everybody who meets; whoever does it gets the file alone, if there is one."""
    told = set()
    for firm in room.circle.firms:
        for reader in introductions.list_readers(db, firm):
            if reader.id in told or (reader.id == current_user.id and not has_file):
                continue
            told.add(reader.id)
            send_mail(
                template,
                to=reader.email,
                language=reader.locale,
                calendar=calendar_of(room, meeting, reader) if has_file else "",
                name=reader.name,
                meeting=meeting,
                room=room.name_for(firm),
                link=link_to("meetings.show", where=room.where, key=room.key, meeting_key=meeting.key),
            )
