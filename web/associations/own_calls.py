"""The calls of an association: written, opened, closed, given another period, withdrawn, promoted by others."""

from __future__ import annotations

from collections.abc import Container

from flask import flash, redirect, request, url_for
from flask_babel import gettext as _
from flask_login import current_user

from models import Association, Call
from services import jobs
from services.associations import access, applications, call_firms, calls
from services.errors import Forbidden, Incomplete
from web.access import require
from web.associations.call_forms import CallForm, PeriodForm, WithdrawForm
from web.associations.views import blueprint, form_page, organised_association, page_of, read_association, read_words
from web.associations.words import APPLICATIONS, CALL_MISSING, CALL_STATE
from web.database import db
from web.security import limiter, person_key
from web.worker import wake


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
    return form_page(association, "associations/edit_call.html", "calls", form, call=None)


def _given(form: CallForm) -> dict:
    return {name: form[name].data or (None if name.endswith("_on") else "") for name in calls.FIELDS}


def call_of(association: Association, call_key: str, *roles: str, states: Container[str] | None = None) -> Call:
    """A call in which the association has one of these roles, in one of these states if any; another is not there."""
    call = calls.get_call(db, call_key)
    require(calls.role_in(call, association) in roles and (states is None or call.state in states))
    return call


@blueprint.route("/associations/<key>/calls/<call_key>/edit", methods=["GET", "POST"])
def edit_call(key: str, call_key: str):
    """Change a draft."""
    association = organised_association(key)
    call = call_of(association, call_key, "own")
    require(call.state == "draft")
    form = CallForm(obj=call)
    if form.validate_on_submit():
        calls.change(db, current_user, call, _given(form))
        flash(_("Saved."))
        return redirect(url_for(".run_call", key=key, call_key=call_key), 303)
    return form_page(association, "associations/edit_call.html", "calls", form, call=call)


@blueprint.get("/associations/<key>/calls/<call_key>")
def run_call(key: str, call_key: str):
    """Show an association where a call stands: firms, what they amount to together, groups, promoters."""
    association = read_association(key)
    call = call_of(association, call_key, "own", "promotes", "asked")
    role, words = calls.role_in(call, association), read_words()
    is_inside = role != "asked" and call.state != "draft"
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
        **(_inside(call) if is_inside else {}),
    )


def _inside(call: Call) -> dict:
    """What only its associations see of a call: firms by state, the capability map, groups."""
    counts = call_firms.count_by_state(db, call)
    return {
        "counts": [(state, APPLICATIONS[state], count) for state, count in counts.items()],
        "groups": applications.list_groups(db, call),
        **_map(call),
    }


def _map(call: Call) -> dict:
    """The capability map, each count with the strength of its colour."""
    found = applications.map_capabilities(db, call)
    offers = [(code, [(count, min(count, 4)) for count in counts]) for code, counts in found.offers.items()]
    return {"map": found, "offers": offers, "bands": found.bands and sorted(found.bands.items())}


def back(key: str, call_key: str):
    """To the page of the call."""
    return redirect(url_for(".run_call", key=key, call_key=call_key), 303)


@blueprint.post("/associations/<key>/calls/<call_key>/open")
def open_call(key: str, call_key: str):
    """Let firms answer."""
    call = call_of(organised_association(key), call_key, "own")
    try:
        calls.open_call(db, current_user, call)
    except Incomplete as error:
        parts = ", ".join(str(CALL_MISSING[name]) for name in error.missing)
        flash(_("Before it opens, please mend: %(parts)s", parts=parts), "bad")
    except Forbidden:
        flash(_("Nothing was done: the call is open or closed already."), "info")
    else:
        flash(_("The call is open, and everybody can read it."))
    return back(key, call_key)


@blueprint.post("/associations/<key>/calls/<call_key>/close")
def close_call(key: str, call_key: str):
    """Let firms answer no more."""
    call = call_of(organised_association(key), call_key, "own")
    try:
        calls.close(db, current_user, call)
    except Forbidden:
        flash(_("Nothing was done: the call is not open."), "info")
    else:
        flash(_("The call is closed."))
    return back(key, call_key)


@blueprint.post("/associations/<key>/calls/<call_key>/promoters")
def ask_promoter(key: str, call_key: str):
    """Ask another association to promote the call."""
    call = call_of(organised_association(key), call_key, "own")
    other = access.get_association(db, request.form.get("association", ""))
    require(other.is_approved)
    try:
        calls.ask_promoter(db, current_user, call, other)
    except Forbidden:
        flash(_("This is your own association."), "info")
    else:
        flash(_("%(association)s is asked.", association=other.name))
    return back(key, call_key)


@blueprint.post("/associations/<key>/calls/<call_key>/promote")
def answer_promoter(key: str, call_key: str):
    """Promote the call of another association, or no more."""
    association = organised_association(key)
    call = call_of(association, call_key, "asked", "promotes")
    is_yes = request.form.get("answer") == "yes"
    calls.answer_promoter(db, current_user, call, association, is_yes=is_yes)
    flash(_("You promote this call.") if is_yes else _("You do not promote this call."))
    return back(key, call_key) if is_yes else redirect(url_for(".own_calls", key=key), 303)


@blueprint.route("/associations/<key>/calls/<call_key>/period", methods=["GET", "POST"])
@limiter.limit("20/hour", methods=["POST"], key_func=person_key)
def change_period(key: str, call_key: str):
    """Give an open call another period, and tell its firms."""
    association = organised_association(key)
    call = call_of(association, call_key, "own")
    require(call.state == "open")
    form = PeriodForm(obj=call)
    if form.validate_on_submit():
        if calls.change_period(db, current_user, call, form.starts_on.data, form.ends_on.data):
            _tell_firms(call, "period")
            flash(_("Saved. Firms that have a place in the call are told by mail."))
        else:
            flash(_("Nothing was changed: it is the same period."), "info")
        return back(key, call_key)
    return form_page(association, "associations/edit_period.html", "calls", form, call=call)


@blueprint.route("/associations/<key>/calls/<call_key>/withdraw", methods=["GET", "POST"])
def withdraw_call(key: str, call_key: str):
    """Say that a call does not take place after all, and tell its firms."""
    association = organised_association(key)
    call = call_of(association, call_key, "own")
    require(call.state in ("open", "closed"))
    form = WithdrawForm()
    if form.validate_on_submit():
        calls.withdraw(db, current_user, call, form.reason.data)
        _tell_firms(call, "withdrawn")
        flash(_("The call is withdrawn. Firms that have a place in it are told by mail."))
        return back(key, call_key)
    return form_page(association, "associations/withdraw_call.html", "calls", form, call=call)


def _tell_firms(call: Call, what: str) -> None:
    """Have the firms of a call written to, beside the request: there may be hundreds."""
    jobs.ask(db, "call_changed", None, {"call": call.id, "what": what})
    wake()
