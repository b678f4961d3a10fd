"""The firms of a call, for its associations: found by state and name, nominated, read, accepted or refused."""

from __future__ import annotations

from flask import flash, redirect, request, url_for
from flask_babel import gettext as _
from flask_login import current_user

from services import firms
from services.associations import applications, call_firms, calls
from services.errors import Forbidden, NotFound
from services.paging import count_pages, nearest_page
from web.access import require
from web.associations.call_forms import RefuseForm
from web.associations.call_notices import tell_decided, tell_nominated
from web.associations.own_calls import call_of
from web.associations.views import (
    PER_PAGE,
    blueprint,
    form_page,
    organised_association,
    page_of,
    read_association,
    read_words,
    searched_page,
)
from web.associations.words import APPLICATION, APPLICATIONS
from web.database import db
from web.security import limiter, person_key


@blueprint.get("/associations/<key>/calls/<call_key>/firms")
def list_call_firms(key: str, call_key: str):
    """Look through the firms of a call, by state and name."""
    association = read_association(key)
    call = call_of(association, call_key, "own", "promotes")
    words, state = read_words(), request.args.get("state")
    state = state if state in call_firms.SHOWN else None
    counts = call_firms.count_by_state(db, call, words=words)
    total = counts.get(state, 0) if state else sum(counts.values())
    page = nearest_page(request.args.get("page", 1, type=int), total, PER_PAGE)
    rows = call_firms.list_applications(db, call, words=words, state=state, page=page, per_page=PER_PAGE)
    here = {"endpoint": ".list_call_firms", "key": key, "call_key": call_key, "q": words or None}
    tabs = [(_("All firms"), url_for(**here), state is None, sum(counts.values()))]
    tabs += [
        (APPLICATIONS[one], url_for(**here, state=one), one == state, counts.get(one, 0)) for one in call_firms.SHOWN
    ]
    return page_of(
        association,
        "associations/call_firms.html",
        "calls",
        call=call,
        is_open=calls.is_open(call),
        tabs=tabs,
        chosen=state,
        words=words,
        total=total,
        rows=[(one, APPLICATION[one.state]) for one in rows],
        page=page,
        pages=count_pages(total, PER_PAGE),
    )


@blueprint.get("/associations/<key>/calls/<call_key>/nominees")
def list_nominees(key: str, call_key: str):
    """Look through the members that have no place in the call yet."""
    association = organised_association(key)
    call = call_of(association, call_key, "own", "promotes")
    require(calls.is_open(call))
    return searched_page(
        association,
        "associations/nominate.html",
        "calls",
        call_firms.count_nominees,
        call_firms.list_nominees,
        chosen={"call": call},
        call=call,
    )


@blueprint.post("/associations/<key>/calls/<call_key>/nominate")
@limiter.limit("400/hour", key_func=person_key)
def nominate(key: str, call_key: str):
    """Nominate a member."""
    association = organised_association(key)
    call = call_of(association, call_key, "own", "promotes")
    firm = firms.get_firm(db, request.form.get("firm", ""))
    try:
        is_new = applications.nominate(db, current_user, call, association, firm)
    except Forbidden:
        flash(_("Nothing was done: only approved members are nominated, while the call is open."), "bad")
    else:
        if is_new:
            tell_nominated(association, call, firm)
        flash(
            _("%(firm)s is nominated.", firm=firm.name) if is_new else _("The firm has a place in this call already.")
        )
    return redirect(url_for(".list_nominees", key=key, call_key=call_key), 303)


@blueprint.route("/associations/<key>/calls/<call_key>/firms/<firm_key>", methods=["GET", "POST"])
def decide_application(key: str, call_key: str, firm_key: str):
    """Read what a firm says, and accept or refuse it."""
    association = organised_association(key)
    call = call_of(association, call_key, "own", "promotes")
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
            tell_decided(call, firm, is_accepted=is_accepted, reason=form.reason.data or "")
            flash(_("Decided. The firm is told by mail, and sees it on the page of the call."))
        return redirect(url_for(".list_call_firms", key=key, call_key=call_key), 303)
    return form_page(
        association, "associations/application.html", "calls", form, call=call, firm=firm, place=place,
        state=APPLICATION[place.state],
    )  # fmt: skip
