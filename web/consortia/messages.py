"""Messages inside a group: reading and writing them, taking one back."""

from __future__ import annotations

from flask import flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_login import current_user

from models import Consortium, ConsortiumState, GroupMessage
from services.consortia import messages
from services.consortia.moving import OutOfPlace
from services.errors import Forbidden
from services.paging import count_pages, nearest_page
from web.consortia.notices import write_to
from web.consortia.views import back_to, blueprint, inside_group, is_for_another, say_out_of_place
from web.database import db, new_session
from web.mail import link_to
from web.messages.forms import MessageForm
from web.security import limiter, person_key


@blueprint.route("/<key>/messages", methods=["GET", "POST"])
@limiter.limit("20/minute;200/hour", methods=["POST"], key_func=person_key)
def show_messages(key: str):
    """Show what the members have written, newest first; write to them."""
    group, _place, firm = inside_group(key)
    form = MessageForm()
    if form.is_submitted() and is_for_another():
        return redirect(url_for(".show_messages", key=key), 303)
    if form.validate_on_submit():
        try:
            message = messages.write(db, current_user, group, firm, form.body.data)
        except OutOfPlace as error:
            say_out_of_place(error)
            return back_to(group)
        _tell(group, message)
        return redirect(url_for(".show_messages", key=key), 303)
    if request.method == "GET":
        _note_read(group)
    total = messages.count_messages(db, group)
    page = nearest_page(request.args.get("page", 1, type=int), total, messages.PER_PAGE)
    found = messages.list_messages(db, group, page=page)
    return (
        render_template(
            "consortia/messages.html",
            group=group,
            firm=firm,
            form=form,
            may_write=group.state != ConsortiumState.CLOSED,
            messages=[(one, messages.may_take_back(one, current_user)) for one in found],
            page=page,
            pages=count_pages(total, messages.PER_PAGE),
        ),
        422 if form.errors else 200,
    )


def _note_read(group: Consortium) -> None:
    """Note what was read, in a transaction of its own, and only news: to look again must not wait for writers."""
    if not messages.has_news(db, group, current_user):
        return
    with new_session(writes=True) as session, session.begin():
        messages.mark_read(session, group, current_user)
    db.commit()  # what this request read so far must not hide that nothing is unread


def _tell(group: Consortium, message: GroupMessage) -> None:
    """Tell the people of the other members, unless a mail has told them since they last looked."""
    link = link_to("consortia.show_messages", key=group.key)
    for reader, firm in messages.claim_notices(db, message):
        write_to(reader, firm, group, "group_message", about=message.firm, link=link)


@blueprint.post("/<key>/messages/<message_key>/take-back")
@limiter.limit("60/hour", key_func=person_key)
def take_message_back(key: str, message_key: str):
    """Take one's own message back, for a quarter of an hour."""
    group, _place, _firm = inside_group(key)
    try:
        messages.take_back(db, current_user, messages.get_message(db, group, message_key))
    except Forbidden:
        flash(_("A message is taken back by its author, within 15 minutes."), "bad")
    else:
        flash(_("The message is taken back."))
    return redirect(url_for(".show_messages", key=key), 303)
