"""The page on which a person makes an address for their calendar, and what calendars read there."""

from __future__ import annotations

from email.utils import parseaddr

from flask import current_app, flash, redirect, render_template, url_for
from flask_babel import gettext as _
from flask_login import current_user

from models import Meeting
from services import calendar_feeds, calendars
from web.access import public, require
from web.database import db
from web.mail import link_to
from web.meetings.views import blueprint
from web.security import limiter, person_key


@blueprint.get("/calendar")
def calendar():
    """Show whether there is an address for the person's calendar."""
    return render_template("meetings/calendar.html", feed=calendar_feeds.find_feed(db, current_user), address="")


@blueprint.post("/calendar")
@limiter.limit("20/hour", key_func=person_key)
def make_feed():
    """Make a new address, and show it this once."""
    token = calendar_feeds.make_feed(db, current_user)
    feed = calendar_feeds.find_feed(db, current_user)
    return render_template("meetings/calendar.html", feed=feed, address=link_to("meetings.feed", token=token))


@blueprint.post("/calendar/remove")
@limiter.limit("20/hour", key_func=person_key)
def remove_feed():
    """Let the address lead nowhere."""
    calendar_feeds.remove_feed(db, current_user)
    flash(_("The address leads nowhere any more."))
    return redirect(url_for(".calendar"), 303)


@blueprint.get("/calendar/<token>.ics")
@public
@limiter.limit("120/hour")
def feed(token: str):
    """All meetings of the person whose address it is; whoever has the address reads them."""
    person = calendar_feeds.find_reader(db, token)
    require(person)
    _name, sender = parseaddr(current_app.config["SETTINGS"].mail_from)
    found = [(one, _link(one)) for one in calendar_feeds.list_meetings(db, person)]
    return calendars.to_feed(found, sender=sender), 200, {"Content-Type": "text/calendar; charset=utf-8"}


def _link(meeting: Meeting) -> str:
    where, of = ("consortia", meeting.consortium) if meeting.consortium else ("messages", meeting.introduction)
    return link_to("meetings.show", where=where, key=of.key, meeting_key=meeting.key)
