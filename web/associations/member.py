"""A member of an association as its staff see it: what they may do for it, and their notes on it."""

from __future__ import annotations

from flask import flash, redirect, request, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_login import current_user
from flask_wtf import FlaskForm
from wtforms import TextAreaField
from wtforms.validators import DataRequired, Length

from models import Application, Association, Belonging, Call, Firm
from services import firms
from services.associations import access, applications, belongings, calls, mandates, notes
from services.paging import count_pages, nearest_page
from services.permissions import can_act_for
from web.access import require
from web.associations.views import blueprint, organised_association, page_of, read_association
from web.associations.words import APPLICATION
from web.database import db
from web.fields import strip
from web.security import limiter, person_key


class NoteForm(FlaskForm):
    """What to note of a firm."""

    text = TextAreaField(
        _l("Note"),
        [
            DataRequired(_l("Write what is to be noted")),
            Length(max=notes.LONGEST, message=_l("At most 4000 characters")),
        ],
        filters=[strip],
    )


def member_of(association: Association, firm_key: str) -> tuple[Firm, Belonging]:
    """A firm on the association's list of members; others are not there."""
    firm = firms.get_firm(db, firm_key)
    place = belongings.find_shown(db, association, firm)
    require(place)
    return firm, place


@blueprint.get("/associations/<key>/members/<firm_key>")
def member(key: str, firm_key: str):
    """Show a member: how it stands to the association, the permission, the notes."""
    association = read_association(key)
    return _member_page(association, *member_of(association, firm_key), NoteForm())


def _member_page(association: Association, firm: Firm, place: Belonging, form: NoteForm) -> str:
    total = notes.count_notes(db, association, firm)
    page = nearest_page(request.args.get("page", 1, type=int), total, notes.PER_PAGE)
    listed = notes.list_notes(db, association, firm, page=page)
    rows = mandates.list_all(db, association, firm)
    found = next((row for row in rows if row.state in mandates.OPEN), None)
    return page_of(
        association,
        "associations/member.html",
        "members",
        firm=firm,
        place=place,
        found=found,
        earlier=[row for row in rows if row is not found],
        may_have=mandates.belongs(db, association, firm),
        asks_again_at=mandates.asks_again_at(db, association, firm),
        is_own=can_act_for(db, current_user, firm),
        open_calls=_open_calls(association, firm) if found and found.for_calls and firm.is_approved else [],
        form=form,
        notes=notes.rights_on(db, current_user, association, listed),
        total=total,
        page=page,
        pages=count_pages(total, notes.PER_PAGE),
    )


def _open_calls(association: Association, firm: Firm) -> list[tuple[Call, Application | None, tuple | None]]:
    """The calls to which the association could apply for the firm, each with the firm's place in it."""
    places = {place.call_id: place for place in applications.list_of_firm(db, firm)}
    found = [
        (call, places.get(call.id))
        for call in calls.list_of(db, association)
        if calls.is_open(call) and calls.role_in(call, association) in ("own", "promotes")
    ]
    return [(call, place, APPLICATION[place.state] if place else None) for call, place in found]


@blueprint.post("/associations/<key>/members/<firm_key>/notes")
@limiter.limit("120/hour", key_func=person_key)
def write_note(key: str, firm_key: str):
    """Write a note on a member."""
    association = organised_association(key)
    firm, place = member_of(association, firm_key)
    form = NoteForm()
    if not form.validate_on_submit():
        return _member_page(association, firm, place, form), 422
    notes.write(db, current_user, association, firm, form.text.data)
    flash(_("Noted."))
    return redirect(url_for(".member", key=key, firm_key=firm_key) + "#notes", 303)


@blueprint.route("/associations/<key>/members/<firm_key>/notes/<note_key>", methods=["GET", "POST"])
def edit_note(key: str, firm_key: str, note_key: str):
    """Write a note of one's own anew."""
    association = organised_association(key)
    firm, _place = member_of(association, firm_key)
    note = notes.get_note(db, association, firm, note_key)
    require(notes.can_change(db, current_user, note))
    form = NoteForm(obj=note)
    if form.validate_on_submit():
        notes.change(db, current_user, note, form.text.data)
        flash(_("Saved."))
        return redirect(url_for(".member", key=key, firm_key=firm_key) + "#notes", 303)
    page = page_of(association, "associations/edit_note.html", "members", firm=firm, form=form, note=note)
    return page, 422 if form.errors else 200


@blueprint.post("/associations/<key>/members/<firm_key>/notes/<note_key>/remove")
def remove_note(key: str, firm_key: str, note_key: str):
    """Delete a note."""
    association = access.get_association(db, key)
    require(access.can_read(db, current_user, association))
    firm, _place = member_of(association, firm_key)
    note = notes.get_note(db, association, firm, note_key)
    require(notes.can_remove(db, current_user, note))
    notes.remove(db, current_user, note)
    flash(_("The note is deleted."))
    return redirect(url_for(".member", key=key, firm_key=firm_key) + "#notes", 303)
