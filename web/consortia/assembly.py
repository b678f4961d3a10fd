"""Groups that the engine proposes to the lead: what is asked for, the work, and what came of it."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any

from flask import current_app, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_login import current_user
from werkzeug.datastructures import MultiDict

from models import Consortium, Job, JobState, now_utc
from services import firms, jobs
from services.consortia import assembling, showing
from services.consortia.access import get_consortium
from services.consortia.guards import Hindered
from services.consortia.members import INVITES
from services.consortia.searches import Search, changed, search_from
from services.consortia.standing import Standing, standing_of
from services.errors import Forbidden, Incomplete, NotFound
from web.access import require
from web.consortia.assembly_words import say_held, say_unknown
from web.consortia.search_forms import SearchForm
from web.consortia.views import back_to, blueprint, led_group
from web.consortia.words import say_hindrance
from web.database import db
from web.jobs.kinds import KINDS, Kind
from web.languages import units
from web.security import limiter, person_key
from web.worker import wake

KIND = "proposals"
STAGES = ("pairs", "search", "proof", "alternatives", "limits")
TELL_EVERY = 1.0
"""Seconds between two looks at whether the work is still wanted."""


@blueprint.route("/<key>/proposals", methods=["GET", "POST"])
@limiter.limit("20/minute", key_func=person_key)
def show_proposals(key: str):
    """Look for groups that would suit, and show up to three: what they cover and lack, and what each brings."""
    group = led_group(key)
    require(group.state in INVITES and group.lead.is_approved)
    standing, form = standing_of(db, group), _form(group)
    is_right = form.validate()
    if request.method == "POST":
        _name_firms(group, form)
    try:
        if not is_right or form.pin.errors or form.bar.errors:
            return _page(standing, form), 422
        return _begin(group, form.search) if request.method == "POST" else _answer(standing, form)
    except Hindered as error:
        for one in error.hindrances:
            flash(say_hindrance(one), "warn")
        return back_to(group)
    except Incomplete:
        form.most.errors = [_("More firms are in, or are to be in, than this allows.")]
        return _page(standing, form), 422


def _form(group: Consortium) -> SearchForm:
    """The form as it was sent, or as the address says."""
    sent = request.form if request.method == "POST" else MultiDict(request.args)
    form = SearchForm(formdata=sent or None, meta={"csrf": False})  # the whole site looks at the token of a form
    keys = [*(form.pinned.data or ()), *(form.barred.data or ())][:100]
    form.fit(group, {firm.key: firm for firm in firms.list_by_keys(db, keys)})
    return form


def _name_firms(group: Consortium, form: SearchForm) -> None:
    """Find the firms whose names were written."""
    blocked = {one.blocked_id for one in group.lead.blocks}
    for which in ("pin", "bar"):
        words = form[which].data
        if words and not form[which].errors:
            found = [one for one in firms.find_by_name(db, words) if one.id not in blocked | {group.lead_id}]
            form.name(which, found, words)


def address_of(group: Consortium, search: Search) -> str:
    """The address of the page for a search."""
    values = search.to_plain()
    values |= {name: "y" for name in ("stated", "experienced") if name in values}
    if entry := values.pop("entry_minor", None):
        values["entry"] = str(units(entry, group.currency))
    return url_for("consortia.show_proposals", key=group.key, **values)


def _begin(group: Consortium, search: Search):
    """Have a search done: by the page that follows, or, where there are many firms, by a job."""
    if assembling.is_small(db):
        return redirect(address_of(group, search), 303)
    assembling.check(db, standing_of(db, group), search)
    try:
        job = jobs.ask(db, KIND, current_user, _given(group, search))
    except Forbidden:
        flash(_("You have as much under way as one may. Wait for it, or stop some of it."), "warn")
        return redirect(address_of(group, search), 303)
    wake()
    return redirect(url_for("jobs.show", key=job.key), 303)


def _given(group: Consortium, search: Search) -> dict[str, Any]:
    return {"group": group.key, "search": search.to_plain()}


def _answer(standing: Standing, form: SearchForm):
    """The page with what is known of this search: found now where that is quick, else by the newest job."""
    group, search = standing.consortium, form.search
    if assembling.is_small(db):
        task = assembling.prepare(db, current_app.extensions["suggester"], standing, search)
        return _page(standing, form, assembling.look(task), now_utc())
    assembling.check(db, standing, search)
    done = (one for one in jobs.list_jobs(db, current_user, kind=KIND) if one.state == JobState.DONE)
    job = next((one for one in done if one.given == _given(group, search)), None)
    return _page(standing, form, job and job.result, job and job.ended_at_utc)


def _page(standing: Standing, form: SearchForm, result: Mapping | None = None, found_at=None):
    group, search = standing.consortium, form.search
    shown = showing.shown(db, standing, result) if result else None
    asked = {one.firm.key for one in (*standing.asked, *standing.inside)}
    means = _means(standing)
    return render_template(
        "consortia/proposals.html",
        group=group,
        form=form,
        search=search,
        shown=shown,
        found_at=found_at,
        firms=shown.firms if shown else {},
        inside={one.firm.key for one in standing.inside},
        asked=asked,
        held=say_held(group, search) if shown else [],
        unknown=[say_unknown(one, group, search, shown.firms, means) for one in shown.result["proposals"]]
        if shown
        else [],
        nobody=assembling.offered_by_nobody(db, standing, search) if shown else [],
        with_change=_with_change(group, search),
        kept=lambda key: address_of(group, replace(search, pinned=tuple(sorted({*search.pinned, key})))),
        left_out=lambda key: address_of(group, replace(search, barred=tuple(sorted({*search.barred, key})))),
    )


def _means(standing: Standing) -> dict[str, tuple[float | None, float | None]]:
    """By key of a member the money and capacity that count in this group."""
    known = assembling.known_means(db, standing)
    return {one.firm.key: known[str(one.firm_id)] for one in standing.inside if str(one.firm_id) in known}


def _with_change(group: Consortium, search: Search) -> Callable[[list], str]:
    """For changes of limits, the address of the search with them; empty where a search cannot make them."""

    def address(changes: list[Mapping[str, Any]]) -> str:
        other = changed(search, group, changes)
        return address_of(group, other) if other else ""

    return address


def work(sessions, given: Mapping[str, Any], progress: jobs.Progress) -> dict[str, Any]:
    """Search for a group as a job: read everything, let the database go, and look."""
    with sessions() as session:
        standing = standing_of(session, get_consortium(session, given["group"]))
        task = assembling.prepare(
            session, current_app.extensions["suggester"], standing, search_from(given["search"]),
            pool=assembling.LARGE_POOL,
        )  # fmt: skip
    last = [0.0]

    def tell(step) -> None:
        if time.monotonic() - last[0] >= TELL_EVERY:
            last[0] = time.monotonic()
            progress(STAGES.index(step.stage) if step.stage in STAGES else 0, len(STAGES))

    return assembling.look(task, seconds=assembling.LONG_SECONDS, on_progress=tell)


def _address(job: Job) -> str:
    """Where the result of a job stands; the list of groups where there is none any more."""
    try:
        group = get_consortium(db, job.given["group"])
    except NotFound:
        return url_for("consortia.index")
    return address_of(group, search_from(job.given["search"]))


KINDS[KIND] = Kind(work=work, title=_l("Looking for groups"), address=_address, again=_address)
