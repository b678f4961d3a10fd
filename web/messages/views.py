"""Messages between firms that are interested in each other."""

from __future__ import annotations

from flask import Blueprint, abort, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_login import current_user

from models import Firm, Introduction
from services import choices, introductions
from services.errors import Forbidden
from web.database import db, new_session
from web.frame import acting_firm
from web.messages.forms import MessageForm
from web.messages.notices import tell_message
from web.security import limiter, person_key
from web.seen import note_contact

blueprint = Blueprint("messages", __name__, url_prefix="/messages")


def _firm() -> Firm:
    return acting_firm() or abort(404)


@blueprint.get("/")
def index():
    """List the talks of the acting firm, the last to move first."""
    firm = acting_firm()
    talks = introductions.list_talks(db, current_user, firm) if firm else []
    return render_template("messages/index.html", firm=firm, talks=talks)


@blueprint.route("/<key>", methods=["GET", "POST"])
@limiter.limit("20/minute;200/hour", methods=["POST"], key_func=person_key)
def show(key: str):
    """Show a talk and the other side's contact data; write to it."""
    firm = _firm()
    introduction = introductions.get_introduction(db, key, firm)
    other = introductions.other_of(introduction, firm)
    form = MessageForm()
    if form.validate_on_submit():
        try:
            introductions.send_message(db, introduction, firm, current_user, form.body.data)
        except Forbidden:
            form.body.errors = [_("This talk is closed: one side is no longer interested.")]
        else:
            tell_message(introduction, firm, other)
            return redirect(url_for(".show", key=key) + "#end", 303)
    if request.method == "GET":
        _note_read(introduction)
    if introductions.is_open(introduction):
        note_contact(other, how="message")
    return (
        render_template(
            "messages/show.html",
            introduction=introduction,
            is_open=introductions.is_open(introduction),
            firm=firm,
            other=other,
            form=form,
        ),
        422 if form.errors else 200,
    )


def _note_read(introduction: Introduction) -> None:
    """Note what was read, in a transaction of its own, and only news: to look again must not wait for writers."""
    if not introductions.has_news(db, introduction, current_user):
        return
    with new_session(writes=True) as session, session.begin():
        introductions.mark_read(session, introduction, current_user)
    db.commit()  # what this request read so far must not hide from the frame that nothing is unread


@blueprint.post("/<key>/close")
def close(key: str):
    """Take back the interest: contact data close, what was written stays."""
    firm = _firm()
    introduction = introductions.get_introduction(db, key, firm)
    choices.undo(db, firm, introductions.other_of(introduction, firm))
    flash(_("The talk is closed. You no longer see each other's contact data."))
    return redirect(url_for(".index"), 303)
