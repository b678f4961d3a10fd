"""Barriers of a market: what is known, and entering, changing, correcting and withdrawing what one knows."""

from __future__ import annotations

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_login import current_user

from models import BarrierState, MarketBarrier
from reference.countries import is_country
from reference.hs import dotted, find_code
from services import barriers
from services.barriers import headings_of
from services.errors import Conflict, Forbidden
from services.paging import count_pages, nearest_page
from services.permissions import can_browse
from web.access import require
from web.barriers.forms import BarrierForm
from web.database import db
from web.frame import acting_firm, firms_of_person
from web.security import limiter, person_key
from web.words import country

blueprint = Blueprint("barriers", __name__, url_prefix="/markets/<market>/barriers")

PER_PAGE = 20
LONGEST_WORDS = 200


@blueprint.before_request
def know_market() -> None:
    """No address is there under a market that is no country."""
    require(is_country(request.view_args["market"]))


def _heading(written: str | None) -> str:
    """A heading in the address; what is none is left out."""
    return written if written and len(written) == 4 and find_code(written) else ""


@blueprint.get("")
def index(market: str):
    """List what is published on a market, heading by heading, and what oneself has entered."""
    firm = acting_firm()
    if not can_browse(db, current_user):
        return render_template("barriers/closed.html", firm=firm, market=market)
    words, heading = request.args.get("q", "").strip()[:LONGEST_WORDS], _heading(request.args.get("heading"))
    mine = headings_of(firm) if firm else []
    found = barriers.list_statements(db, market, first=mine, heading=heading, words=words)
    page = nearest_page(request.args.get("page", 1, type=int), len(found), PER_PAGE)
    shown = found[(page - 1) * PER_PAGE : page * PER_PAGE]
    return render_template(
        "barriers/index.html",
        market=market,
        statements=shown,
        reportable={entry.key for one in shown for entry in (*one.newest, *one.older) if not _is_own(entry)},
        count=len(found),
        page=page,
        pages=count_pages(len(found), PER_PAGE),
        words=words,
        heading=heading,
        mine=mine,
        own=[(entry, _may_correct(entry)) for entry in barriers.list_own(db, current_user, firm, market)],
        may_enter=barriers.may_enter(current_user, firm),
        dotted=dotted,
    )


def _is_own(entry: MarketBarrier) -> bool:
    """Whether a firm of the person has entered it, or the person for an association."""
    if entry.firm_id is None:
        return entry.person_id == current_user.id
    return entry.firm_id in {firm.id for firm in firms_of_person()}


def _may_correct(entry: MarketBarrier) -> bool:
    return barriers.can_correct(db, current_user, entry)


@blueprint.route("/new", methods=["GET", "POST"])
@limiter.limit("30/hour", methods=["POST"], key_func=person_key)
def new(market: str):
    """Enter a barrier, for the moderators to look at."""
    firm = acting_firm()
    require(barriers.may_enter(current_user, firm))
    form = BarrierForm(heading=_heading(request.args.get("heading")))
    form.suggest(headings_of(firm) if firm else [])
    if form.validate_on_submit():
        try:
            barriers.enter(db, current_user, firm, form.content(country=market))
        except Conflict:
            _say_twice(form.heading)
        else:
            flash(_("Thank you. A moderator looks at it before others see it; you get a mail."))
            return redirect(url_for(".index", market=market), 303)
    return _form_page("new", market, form), 422 if form.errors else 200


def _say_twice(field) -> None:
    field.errors = [_("An entry of yours on this waits for the moderators already: change that one")]


def _form_page(task: str, market: str, form: BarrierForm, entry: MarketBarrier | None = None) -> str:
    return render_template("barriers/form.html", task=task, market=market, form=form, entry=entry, dotted=dotted)


def _own(market: str, key: str) -> MarketBarrier:
    """An entry of one's own on this market; for others it is not there."""
    entry = barriers.get_barrier(db, key)
    require(entry.country == market and barriers.is_own(db, current_user, entry))
    return entry


@blueprint.route("/<key>/edit", methods=["GET", "POST"])
@limiter.limit("60/hour", methods=["POST"], key_func=person_key)
def edit(market: str, key: str):
    """Change an entry while it waits."""
    entry = _own(market, key)
    if entry.state != BarrierState.WAITING:
        return _decided_meanwhile(market)
    form = BarrierForm(obj=entry)
    form.suggest(headings_of(entry.firm) if entry.firm else [])
    if form.validate_on_submit():
        try:
            barriers.change(db, current_user, entry, form.content(country=market))
        except Conflict:
            _say_twice(form.heading)
        except Forbidden:
            return _decided_meanwhile(market)
        else:
            flash(_("Saved."))
            return redirect(url_for(".index", market=market), 303)
    return _form_page("edit", market, form, entry), 422 if form.errors else 200


def _decided_meanwhile(market: str):
    flash(_("This entry does not wait any more: a moderator has decided on it, or it was withdrawn."), "info")
    return redirect(url_for(".index", market=market), 303)


@blueprint.route("/<key>/correct", methods=["GET", "POST"])
@limiter.limit("30/hour", methods=["POST"], key_func=person_key)
def correct(market: str, key: str):
    """Enter anew what is published or was rejected; what is published stays until the new entry is."""
    entry = _own(market, key)
    require(barriers.can_correct(db, current_user, entry))
    form = BarrierForm(obj=entry)
    form.keep_place(entry.kind)
    if form.validate_on_submit():
        try:
            barriers.correct(db, current_user, entry, form.content(country=market))
        except Conflict:
            _say_twice(form.source)
        else:
            flash(_("Thank you. A moderator looks at it before others see it; you get a mail."))
            return redirect(url_for(".index", market=market), 303)
    return _form_page("correct", market, form, entry), 422 if form.errors else 200


@blueprint.post("/<key>/withdraw")
def withdraw(market: str, key: str):
    """Take one's own entry back."""
    entry = _own(market, key)
    try:
        barriers.withdraw(db, current_user, entry)
    except Forbidden:
        flash(_("It is withdrawn already."), "info")
    else:
        flash(_("Withdrawn: nobody sees what you entered on %(market)s any more.", market=country(market)))
    return redirect(url_for(".index", market=market), 303)
