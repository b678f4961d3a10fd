"""Meetings: the list, proposing one, answering its times, settling, changing and cancelling it, its file."""

from __future__ import annotations

from collections.abc import Callable

from flask import Blueprint, abort, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_login import current_user

from models import Meeting, MeetingState, TimeAnswer, now_utc
from reference.zones import zones_of
from services import meeting_lists, meetings
from services.errors import Conflict, Forbidden, Incomplete, NotFound
from services.paging import count_pages, nearest_page
from web.access import require
from web.consortia.views import is_for_another
from web.database import db
from web.meetings.forms import AnswersForm, CancelForm, ChangeForm, MeetingForm, ProposeForm
from web.meetings.notices import calendar_of, tell
from web.meetings.rooms import WHERE, Room, room_of
from web.meetings.words import ANSWER
from web.security import limiter, person_key

blueprint = Blueprint("meetings", __name__)


def in_both(path: str, **options) -> Callable:
    """Put a page under the addresses of groups and of talks alike."""

    def register(view: Callable) -> Callable:
        for where in WHERE:
            rule = f"/{where}/<key>/meetings{path}"
            blueprint.add_url_rule(rule, view.__name__, view, defaults={"where": where}, **options)
        return view

    return register


def _to(room: Room, meeting: Meeting | None = None):
    if meeting is None:
        return redirect(url_for(".index", where=room.where, key=room.key), 303)
    return redirect(url_for(".show", where=room.where, key=room.key, meeting_key=meeting.key), 303)


@in_both("")
def index(where: str, key: str):
    """List the meetings that lie ahead, and those that are over."""
    room = room_of(where, key)
    total = meeting_lists.count_past(db, room.circle)
    page = nearest_page(request.args.get("page", 1, type=int), total, meeting_lists.PER_PAGE)
    return render_template(
        "meetings/index.html",
        room=room,
        ahead=meeting_lists.list_ahead(db, room.circle),
        past=meeting_lists.list_past(db, room.circle, page=page),
        page=page,
        pages=count_pages(total, meeting_lists.PER_PAGE),
    )


@in_both("/new", methods=["GET", "POST"])
@limiter.limit("20/hour", methods=["POST"], key_func=person_key)
def new(where: str, key: str):
    """Propose a meeting."""
    room = room_of(where, key)
    require(room.circle.is_open)
    form = ProposeForm()
    form.fit(room.circle)
    if not form.is_submitted():
        form.time_zone.data = _own_zone(room)
    elif is_for_another():
        return _to(room)
    if form.validate_on_submit():
        try:
            meeting = meetings.propose(
                db, current_user, room.circle, room.firm, times=[one.utc for one in form.times if one.utc],
                time_zone=form.time_zone.data, minutes=form.minutes.data, **form.texts,
            )  # fmt: skip
        except Incomplete as error:
            form.say_missing(error.missing)
        except Conflict:
            form.form_errors.append(_("50 meetings lie ahead already: that is the most."))
        else:
            tell(room, meeting, "meeting_proposed")
            flash(_("The meeting is proposed, and everybody has been told."))
            return _to(room, meeting)
    return _form(room, form, None)


def _own_zone(room: Room) -> str:
    """The zone that the firm most likely means."""
    return next(iter(zones_of(room.firm.country)), "")


def _form(room: Room, form: MeetingForm, meeting: Meeting | None):
    page = render_template("meetings/form.html", room=room, form=form, meeting=meeting)
    return page, 422 if form.errors else 200


@in_both("/<meeting_key>")
def show(where: str, key: str, meeting_key: str):
    """Show a meeting: its times with what each firm says, or the time that was settled."""
    room = room_of(where, key)
    meeting = meeting_lists.get_meeting(db, room.circle, meeting_key)
    is_over = meeting_lists.is_over(meeting, now_utc())
    is_open = room.circle.is_open and meeting.state != MeetingState.CANCELLED and not is_over
    return render_template(
        "meetings/show.html",
        room=room,
        meeting=meeting,
        is_over=is_over,
        may_answer=is_open and meeting.state == MeetingState.PROPOSED,
        may_settle=is_open and meetings.may_settle(room.circle, room.firm, meeting),
        names={firm.id: firm.name for firm in room.circle.firms},
        now=now_utc(),
        words=ANSWER,
        answers=AnswersForm(),
        cancelling=CancelForm(prefix="c"),
    )


@in_both("/<meeting_key>/answers", methods=["POST"])
@limiter.limit("60/hour", key_func=person_key)
def answer(where: str, key: str, meeting_key: str):
    """Say for the acting firm which times suit."""
    room = room_of(where, key)
    meeting = meeting_lists.get_meeting(db, room.circle, meeting_key)
    if is_for_another():
        return _to(room, meeting)
    said = {one.key: request.form.get(f"t-{one.key}", "") for one in meeting.times}
    said = {time: word for time, word in said.items() if word in list(TimeAnswer)}
    try:
        meetings.answer(db, current_user, room.circle, room.firm, meeting, said)
    except Forbidden:
        flash(_("This meeting is settled or cancelled by now."), "info")
    else:
        flash(_("Your answers are saved.") if said else _("Choose an answer for at least one time."))
    return _to(room, meeting)


@in_both("/<meeting_key>/settle", methods=["POST"])
@limiter.limit("60/hour", key_func=person_key)
def settle(where: str, key: str, meeting_key: str):
    """Settle one of the proposed times, and tell everybody."""
    room = room_of(where, key)
    meeting = meeting_lists.get_meeting(db, room.circle, meeting_key)
    if is_for_another():
        return _to(room, meeting)
    try:
        meetings.settle(db, current_user, room.circle, room.firm, meeting, request.form.get("time", ""))
    except Conflict:
        flash(_("This meeting is settled or cancelled by now."), "info")
    except Forbidden:
        flash(_("Only the firm that proposed the meeting, or the one that leads the group, may do this."), "bad")
    except (Incomplete, NotFound):
        flash(_("This time has passed. Choose another."), "bad")
    else:
        tell(room, meeting, "meeting_settled", has_file=True)
        flash(_("The meeting is settled. Everybody gets a mail with a calendar file."))
    return _to(room, meeting)


@in_both("/<meeting_key>/edit", methods=["GET", "POST"])
@limiter.limit("60/hour", methods=["POST"], key_func=person_key)
def edit(where: str, key: str, meeting_key: str):
    """Change a meeting, and send calendars the change."""
    room = room_of(where, key)
    meeting = meeting_lists.get_meeting(db, room.circle, meeting_key)
    is_over = meeting.state == MeetingState.CANCELLED or meeting_lists.is_over(meeting, now_utc())
    require(meetings.may_settle(room.circle, room.firm, meeting) and not is_over)
    form = ChangeForm(obj=meeting)
    form.fit(room.circle)
    if not form.is_submitted():
        form.show(meeting)
    elif is_for_another():
        return _to(room, meeting)
    if meeting.state == MeetingState.PROPOSED:
        del form.starts
        form.time_zone.data = meeting.time_zone
    if form.validate_on_submit():
        try:
            is_told = meetings.change(
                db, current_user, room.circle, room.firm, meeting, sequence=int(form.sequence.data or -1),
                starts_at_utc=form.starts.utc if "starts" in form else None, time_zone=form.time_zone.data,
                minutes=form.minutes.data, **form.texts,
            )  # fmt: skip
        except (Conflict, ValueError):
            form.form_errors.append(_("Somebody changed the meeting meanwhile. Look at it, and change it again."))
        except Incomplete as error:
            form.say_missing(error.missing)
        else:
            if is_told:
                tell(room, meeting, "meeting_changed", has_file=True)
            flash(_("Saved. Everybody gets a mail with the change.") if is_told else _("Saved."))
            return _to(room, meeting)
    return _form(room, form, meeting)


@in_both("/<meeting_key>/cancel", methods=["POST"])
@limiter.limit("60/hour", key_func=person_key)
def cancel(where: str, key: str, meeting_key: str):
    """Cancel a meeting, and tell everybody."""
    room = room_of(where, key)
    meeting = meeting_lists.get_meeting(db, room.circle, meeting_key)
    if is_for_another():
        return _to(room, meeting)
    form = CancelForm(prefix="c")
    try:
        was_settled = meetings.cancel(db, current_user, room.circle, room.firm, meeting, form.reason.data or "")
    except Forbidden:
        flash(_("Only the firm that proposed the meeting, or the one that leads the group, may do this."), "bad")
    except Conflict:
        flash(_("This meeting is cancelled or over already."), "info")
    except Incomplete:
        flash(_("The reason may have at most 1000 characters."), "bad")
    else:
        tell(room, meeting, "meeting_cancelled", has_file=was_settled)
        flash(_("The meeting is cancelled, and everybody has been told."))
    return _to(room, meeting)


@in_both("/<meeting_key>.ics")
def download(where: str, key: str, meeting_key: str):
    """The meeting as an iCalendar file."""
    room = room_of(where, key)
    meeting = meeting_lists.get_meeting(db, room.circle, meeting_key)
    if meeting.starts_at_utc is None:
        abort(404)
    headers = {"Content-Disposition": "attachment; filename=meeting.ics"}
    return calendar_of(room, meeting, current_user), 200, {"Content-Type": "text/calendar; charset=utf-8", **headers}
