"""Calls: the pages that everybody reads, and what firms answer."""

from __future__ import annotations

from flask import flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_login import current_user

from models import Call, ConsortiumState
from services.associations import applications, calls
from services.consortia import content
from services.consortia.access import get_consortium, is_lead
from services.errors import Forbidden, NotFound
from services.paging import count_pages, nearest_page
from services.permissions import can_manage_people
from web.access import public, require
from web.associations.call_forms import ApplyForm
from web.associations.views import blueprint
from web.associations.words import APPLICATION
from web.database import db
from web.frame import acting_firm
from web.security import limiter, person_key

PER_PAGE = 20


@blueprint.get("/calls")
@public
def call_list():
    """List the calls that run, or those that are over."""
    is_over = request.args.get("state") == "over"
    total = calls.count_public(db, is_over=is_over)
    page = nearest_page(request.args.get("page", 1, type=int), total, PER_PAGE)
    return render_template(
        "associations/calls.html",
        calls=calls.list_public(db, is_over=is_over, page=page, per_page=PER_PAGE),
        is_over=is_over,
        page=page,
        pages=count_pages(total, PER_PAGE),
    )


@blueprint.get("/calls/<key>")
@public
def call_page(key: str):
    """Show a call to everybody, and to a firm its place in it."""
    return _call_page(calls.get_public(db, key), ApplyForm())


def _call_page(call: Call, form: ApplyForm) -> str:
    firm = acting_firm() if current_user.is_authenticated else None
    place = applications.find(db, call, firm) if firm else None
    led = [group for group, _place in content.list_consortia(db, firm) if is_lead(group, firm)] if firm else []
    return render_template(
        "associations/call.html",
        call=call,
        form=form,
        promoters=calls.promoters_of(call),
        is_open=calls.is_open(call),
        firm=firm,
        place=place,
        state=APPLICATION[place.state] if place else None,
        is_owner=bool(firm and can_manage_people(db, current_user, firm)),
        led=[group for group in led if group.state != ConsortiumState.CLOSED],
        linked={group.key for group in applications.list_groups(db, call)},
    )


def _owned_firm():
    firm = acting_firm()
    require(firm and can_manage_people(db, current_user, firm))
    return firm


@blueprint.post("/calls/<key>/apply")
@limiter.limit("30/hour", key_func=person_key)
def apply(key: str):
    """Apply for the acting firm."""
    call, firm, form = calls.get_public(db, key), _owned_firm(), ApplyForm()
    if not form.validate_on_submit():
        return _call_page(call, form), 422
    try:
        applications.apply(db, current_user, call, firm, form.words.data or "")
    except Forbidden:
        flash(_("Nothing was done: the call is not open, or the firm is not approved yet."), "bad")
    except NotFound:
        flash(_("This was answered already."), "info")
    else:
        flash(_("%(firm)s has applied.", firm=firm.name))
    return redirect(url_for(".call_page", key=key), 303)


@blueprint.post("/calls/<key>/withdraw")
def withdraw_application(key: str):
    """Take the acting firm's application back."""
    call, firm = calls.get_public(db, key), _owned_firm()
    try:
        applications.withdraw(db, current_user, call, firm)
    except NotFound:
        flash(_("There is nothing to take back."), "info")
    else:
        flash(_("Taken back."))
    return redirect(url_for(".call_page", key=key), 303)


@blueprint.post("/calls/<key>/groups")
def link_group(key: str):
    """Say that a group which the acting firm leads comes of the call."""
    call = calls.get_public(db, key)
    group = get_consortium(db, request.form.get("group", ""))
    require(is_lead(group, _owned_firm()))
    try:
        applications.link_group(db, current_user, call, group)
    except Forbidden:
        flash(_("Nothing was done: the firm was not accepted in this call."), "bad")
    else:
        flash(_("The associations of the call now see the name and the state of this group."))
    return redirect(url_for(".call_page", key=key), 303)
