"""Calls: the pages that everybody reads, what firms answer, and the associations' side."""

from __future__ import annotations

from flask import flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_login import current_user

from models import Application, Association, Call, ConsortiumState
from services import firms
from services.associations import access, applications, belongings, calls
from services.consortia import content
from services.consortia.access import get_consortium, is_lead
from services.errors import Forbidden, Incomplete, NotFound
from services.paging import count_pages, nearest_page
from services.permissions import can_manage_people
from web.access import public, require
from web.associations.call_forms import ApplyForm, CallForm, RefuseForm
from web.associations.members import LONGEST_WORDS
from web.associations.views import blueprint, organised_association, page_of, read_association
from web.associations.words import APPLICATION, CALL_MISSING, CALL_STATE
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


@blueprint.get("/associations/<key>/calls")
def own_calls(key: str):
    """List the calls that the association has written, promotes, or is asked to promote."""
    association = read_association(key)
    rows = [(one, calls.role_in(one, association)) for one in calls.list_of(db, association)]
    return page_of(association, "associations/own_calls.html", "calls", rows=rows, states=CALL_STATE)


@blueprint.route("/associations/<key>/calls/new", methods=["GET", "POST"])
@limiter.limit("30/hour", methods=["POST"], key_func=person_key)
def new_call(key: str):
    """Write a call."""
    association = organised_association(key)
    form = CallForm()
    if form.validate_on_submit():
        call = calls.write(db, current_user, association, _given(form))
        flash(_("Saved. Only you see it until you open it."))
        return redirect(url_for(".run_call", key=key, call_key=call.key), 303)
    return page_of(
        association, "associations/edit_call.html", "calls", form=form, call=None
    ), 422 if form.errors else 200


def _given(form: CallForm) -> dict:
    return {name: form[name].data or (None if name.endswith("_on") else "") for name in calls.FIELDS}


def _call_of(association: Association, call_key: str, *roles: str) -> Call:
    """A call in which the association has one of these roles; another is not there."""
    call = calls.get_call(db, call_key)
    require(calls.role_in(call, association) in roles)
    return call


@blueprint.route("/associations/<key>/calls/<call_key>/edit", methods=["GET", "POST"])
def edit_call(key: str, call_key: str):
    """Change a draft."""
    association = organised_association(key)
    call = _call_of(association, call_key, "own")
    require(call.state == "draft")
    form = CallForm(obj=call)
    if form.validate_on_submit():
        calls.change(db, current_user, call, _given(form))
        flash(_("Saved."))
        return redirect(url_for(".run_call", key=key, call_key=call_key), 303)
    return page_of(
        association, "associations/edit_call.html", "calls", form=form, call=call
    ), 422 if form.errors else 200


@blueprint.get("/associations/<key>/calls/<call_key>")
def run_call(key: str, call_key: str):
    """Show an association where a call stands: firms, what they amount to together, groups, promoters."""
    association = read_association(key)
    call = _call_of(association, call_key, "own", "promotes", "asked")
    role = calls.role_in(call, association)
    words = request.args.get("q", "")[:LONGEST_WORDS].strip()
    is_inside = role != "asked"
    rows = applications.list_applications(db, call) if is_inside else []
    return page_of(
        association,
        "associations/run_call.html",
        "calls",
        call=call,
        role=role,
        state=CALL_STATE[call.state],
        missing=[CALL_MISSING[name] for name in calls.missing_of(call)],
        is_open=calls.is_open(call),
        promoters=calls.promoters_of(call),
        asked=[one.association for one in call.promoters if not one.confirmed_at_utc],
        found=calls.find_associations(db, words) if words else [],
        words=words,
        rows=[(one, APPLICATION[one.state]) for one in rows],
        nominees=_nominees(association, rows) if is_inside and calls.is_open(call) else [],
        **(_map(call) if is_inside else {}),
        groups=applications.list_groups(db, call) if is_inside else [],
    )


def _map(call: Call) -> dict:
    """The capability map, each count with the strength of its colour."""
    found = applications.map_capabilities(db, call)
    offers = [(code, [(count, min(count, 4)) for count in counts]) for code, counts in found.offers.items()]
    return {"map": found, "offers": offers, "bands": found.bands and sorted(found.bands.items())}


def _nominees(association: Association, rows: list[Application]) -> list:
    """Members that have no place in the call yet; the first of them."""
    have = {one.firm_id for one in rows}
    listed = belongings.list_members(db, association, per_page=200)
    return [
        row.firm for row in listed if row.state == "confirmed" and row.firm.is_approved and row.firm_id not in have
    ]


def _back(key: str, call_key: str):
    return redirect(url_for(".run_call", key=key, call_key=call_key), 303)


@blueprint.post("/associations/<key>/calls/<call_key>/open")
def open_call(key: str, call_key: str):
    """Let firms answer."""
    call = _call_of(organised_association(key), call_key, "own")
    try:
        calls.open_call(db, current_user, call)
    except Incomplete as error:
        parts = ", ".join(str(CALL_MISSING[name]) for name in error.missing)
        flash(_("Before it opens, please mend: %(parts)s", parts=parts), "bad")
    except Forbidden:
        flash(_("Nothing was done: the call is open or closed already."), "info")
    else:
        flash(_("The call is open, and everybody can read it."))
    return _back(key, call_key)


@blueprint.post("/associations/<key>/calls/<call_key>/close")
def close_call(key: str, call_key: str):
    """Let firms answer no more."""
    call = _call_of(organised_association(key), call_key, "own")
    try:
        calls.close(db, current_user, call)
    except Forbidden:
        flash(_("Nothing was done: the call is not open."), "info")
    else:
        flash(_("The call is closed."))
    return _back(key, call_key)


@blueprint.post("/associations/<key>/calls/<call_key>/promoters")
def ask_promoter(key: str, call_key: str):
    """Ask another association to promote the call."""
    call = _call_of(organised_association(key), call_key, "own")
    other = access.get_association(db, request.form.get("association", ""))
    require(other.is_approved)
    try:
        calls.ask_promoter(db, current_user, call, other)
    except Forbidden:
        flash(_("This is your own association."), "info")
    else:
        flash(_("%(association)s is asked.", association=other.name))
    return _back(key, call_key)


@blueprint.post("/associations/<key>/calls/<call_key>/promote")
def answer_promoter(key: str, call_key: str):
    """Promote the call of another association, or no more."""
    association = organised_association(key)
    call = _call_of(association, call_key, "asked", "promotes")
    is_yes = request.form.get("answer") == "yes"
    calls.answer_promoter(db, current_user, call, association, is_yes=is_yes)
    flash(_("You promote this call.") if is_yes else _("You do not promote this call."))
    return _back(key, call_key) if is_yes else redirect(url_for(".own_calls", key=key), 303)


@blueprint.post("/associations/<key>/calls/<call_key>/nominate")
def nominate(key: str, call_key: str):
    """Nominate a member."""
    association = organised_association(key)
    call = _call_of(association, call_key, "own", "promotes")
    firm = firms.get_firm(db, request.form.get("firm", ""))
    try:
        is_new = applications.nominate(db, current_user, call, association, firm)
    except Forbidden:
        flash(_("Nothing was done: only approved members are nominated, while the call is open."), "bad")
    else:
        flash(
            _("%(firm)s is nominated.", firm=firm.name) if is_new else _("The firm has a place in this call already.")
        )
    return _back(key, call_key)


@blueprint.route("/associations/<key>/calls/<call_key>/firms/<firm_key>", methods=["GET", "POST"])
def decide_application(key: str, call_key: str, firm_key: str):
    """Read what a firm says, and accept or refuse it."""
    association = organised_association(key)
    call = _call_of(association, call_key, "own", "promotes")
    firm = firms.get_firm(db, firm_key)
    place = applications.find(db, call, firm)
    require(place is not None and place.state != "withdrawn" and firm.is_approved)
    form = RefuseForm()
    is_accepted = request.form.get("outcome") == "accept"
    if request.method == "POST" and (is_accepted or form.validate_on_submit()):
        try:
            applications.decide(db, current_user, call, firm, is_accepted=is_accepted, reason=form.reason.data or "")
        except NotFound:
            flash(_("This was answered already."), "info")
        else:
            flash(_("Decided. The firm sees it on the page of the call."))
        return _back(key, call_key)
    page = page_of(
        association, "associations/application.html", "calls", call=call, firm=firm, place=place, form=form,
        state=APPLICATION[place.state],
    )  # fmt: skip
    return page, 422 if form.errors else 200
