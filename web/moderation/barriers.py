"""Deciding on barriers: the queue, one entry after the other, and taking a published one down."""

from __future__ import annotations

from flask import flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_login import current_user

from models import BarrierState, MarketBarrier
from reference.hs import dotted
from services import barrier_cases, barriers
from services.errors import Conflict, Forbidden
from services.moderation import desk
from services.paging import count_pages, nearest_page
from web.access import for_moderators, require
from web.database import db
from web.mail import link_to, send_mail
from web.moderation.desk import desk_for, say_refusal
from web.moderation.forms import BarrierDecisionForm, TakeDownForm
from web.moderation.views import PER_PAGE, blueprint, count_waiting, days_since
from web.words import country, product_label


@blueprint.get("/barriers")
@for_moderators
def barrier_queue():
    """List the entries that wait, oldest first; or those decided on, by state."""
    state = request.args.get("state", BarrierState.WAITING)
    require(state in barrier_cases.STATES)
    counts = barrier_cases.count_by_state(db)
    page = nearest_page(request.args.get("page", 1, type=int), counts[state], PER_PAGE)
    found = barrier_cases.list_cases(db, state, page=page, per_page=PER_PAGE)
    return render_template(
        "moderation/barrier_queue.html",
        lines=[(entry, days_since(entry.entered_at_utc)) for entry in found],
        state=state,
        counts=counts,
        waiting=count_waiting(),
        page=page,
        pages=count_pages(counts[state], PER_PAGE),
        dotted=dotted,
    )


@blueprint.route("/barriers/<key>", methods=["GET", "POST"])
@for_moderators
def barrier(key: str):
    """Show an entry beside what is published on the same, and decide on it."""
    entry = _visible(key)
    mark = barrier_cases.stamp(entry)
    form = BarrierDecisionForm(data={"seen": mark})
    has_changed = bool(form.is_submitted() and form.seen.data != mark)
    if form.validate_on_submit() and not has_changed:
        try:
            barrier_cases.decide(
                db, current_user, entry, outcome=form.outcome.data, reason=form.reason.data, seen=form.seen.data
            )
        except Conflict:
            has_changed = True
        except (desk.Held, desk.Escalated) as error:
            return _page(entry, form, held=say_refusal(error)), 409
        except Forbidden:
            return _page(entry, form, was_late=entry.state != BarrierState.WAITING), 409
        else:
            _tell_author(entry, "barrier_published" if form.outcome.data == "publish" else "barrier_rejected")
            flash(_("Published.") if form.outcome.data == "publish" else _("Rejected, with your reason."))
            return redirect(_next_case(), 303)
    form.seen.data = barrier_cases.stamp(entry)
    return _page(entry, form, has_changed=has_changed), 409 if has_changed else 422 if form.errors else 200


def _visible(key: str) -> MarketBarrier:
    entry = barriers.get_barrier(db, key)
    require(entry.state in barrier_cases.STATES)
    return entry


def _page(entry: MarketBarrier, form, *, has_changed: bool = False, was_late: bool = False, held: str = "") -> str:
    others = barriers.list_published(db, country=entry.country, headings=[entry.heading])
    return render_template(
        "moderation/barrier.html",
        entry=entry,
        form=form,
        has_changed=has_changed,
        was_late=was_late,
        held=held,
        desk=desk_for(barrier_cases.KIND, entry.key),
        can_decide=barrier_cases.can_decide(db, current_user, entry),
        others=[other for other in others if other.id != entry.id],
        moderator=barrier_cases.find_moderator(db, entry),
        days=days_since(entry.entered_at_utc),
        dotted=dotted,
    )


def _tell_author(entry: MarketBarrier, mail: str) -> None:
    """Tell the person who entered it what was decided, in their language."""
    person = barrier_cases.reader_of(db, entry)
    if person is not None:
        send_mail(
            mail,
            to=person.email,
            language=person.locale,
            name=person.name,
            heading=entry.heading,
            market=entry.country,
            reason=entry.reason,
            link=link_to("barriers.index", market=entry.country),
        )


def _next_case() -> str:
    """The entry that has waited longest by now; the queue when none is left."""
    following = barrier_cases.find_next(db, current_user)
    return url_for(".barrier", key=following.key) if following else url_for(".barrier_queue")


@blueprint.route("/barriers/<key>/take-down", methods=["GET", "POST"])
@for_moderators
def take_down(key: str):
    """Take a published entry away again, with a reason."""
    entry = _visible(key)
    require(entry.state == BarrierState.PUBLISHED and barrier_cases.can_decide(db, current_user, entry))
    form = TakeDownForm()
    if form.validate_on_submit():
        try:
            barrier_cases.take_down(db, current_user, entry, reason=form.reason.data)
        except Forbidden:
            flash(_("It is not published any more."), "info")
        else:
            _tell_author(entry, "barrier_taken_down")
            flash(_("Taken down, with your reason."))
        return redirect(url_for(".barrier_queue"), 303)
    return (
        render_template(
            "moderation/take_down.html",
            form=form,
            entry=entry,
            name=f"{dotted(entry.heading)} {product_label(entry.heading)}, {country(entry.country)}",
        ),
        422 if form.errors else 200,
    )
