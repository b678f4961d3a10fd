"""Deciding on associations: the queue, and verifying, returning, rejecting or suspending one."""

from __future__ import annotations

from flask import flash, redirect, render_template, request, url_for
from flask_babel import force_locale
from flask_babel import gettext as _
from flask_login import current_user

from models import Association, AssociationState
from services import suspension_traces
from services.associations import access
from services.associations import cases as association_cases
from services.errors import Forbidden, Incomplete
from services.moderation import desk
from services.paging import count_pages, nearest_page
from web.access import for_moderators, require
from web.associations.words import STATE
from web.database import db
from web.languages import LOCALES
from web.mail import link_to, send_mail
from web.moderation.desk import desk_for, say_refusal
from web.moderation.forms import AssociationDecisionForm
from web.moderation.views import PER_PAGE, blueprint, count_waiting, days_since
from web.moderation.words import SEEN_FIRST


@blueprint.get("/associations")
@for_moderators
def association_queue():
    """List the associations that wait, oldest first; or those decided on, by state."""
    state = request.args.get("state", AssociationState.SUBMITTED)
    require(state in association_cases.STATES)
    counts = association_cases.count_by_state(db)
    page = nearest_page(request.args.get("page", 1, type=int), counts[state], PER_PAGE)
    found = association_cases.list_cases(db, state, page=page, per_page=PER_PAGE)
    return render_template(
        "moderation/association_queue.html",
        lines=[(one, days_since(one.submitted_at_utc)) for one in found],
        state=state,
        states=[
            (STATE[code][0], url_for(".association_queue", state=code), code == state, counts[code])
            for code in association_cases.STATES
        ],
        waiting=count_waiting(),
        page=page,
        pages=count_pages(counts[state], PER_PAGE),
    )


@blueprint.route("/associations/<key>", methods=["GET", "POST"])
@for_moderators
def association_case(key: str):
    """Show what an association declared, and decide on it."""
    association = access.get_association(db, key)
    require(association.state in association_cases.STATES)
    form = AssociationDecisionForm(data={"seen": association_cases.stamp(association)})
    has_changed, held = False, ""
    if form.validate_on_submit():
        try:
            _decide(association, form)
        except (desk.Held, desk.Escalated) as error:
            held = say_refusal(error)
        except Incomplete:
            form.knows_traces.errors = [SEEN_FIRST]
        except Forbidden:
            has_changed = True
        else:
            _tell_staff(association)
            flash(_("Decided, and the staff have been told."))
            return redirect(url_for(".association_queue"), 303)
    form.seen.data = association_cases.stamp(association)
    page = render_template(
        "moderation/association.html",
        association=association,
        form=form,
        posts=association_cases.list_staff(db, association),
        traces=suspension_traces.find_matches(db, association),
        can_decide=association_cases.can_decide(db, current_user, association),
        has_changed=has_changed,
        held=held,
        desk=desk_for(association_cases.KIND, association.key),
    )
    return page, 409 if has_changed or held else 422 if form.errors else 200


def _decide(association: Association, form: AssociationDecisionForm) -> None:
    acts = {"suspend": association_cases.suspend, "lift": association_cases.lift}
    if act := acts.get(form.outcome.data):
        act(db, current_user, association, reason=form.reason.data)
    else:
        association_cases.decide(
            db,
            current_user,
            association,
            outcome=form.outcome.data,
            reason=form.reason.data,
            seen=form.seen.data,
            knows_traces=form.knows_traces.data,
        )


def _tell_staff(association: Association) -> None:
    """Tell everybody who works for the association, each in their language."""
    for post in association_cases.list_staff(db, association):
        with force_locale(LOCALES[post.person.locale]):
            state = str(STATE[association.state][0])
        send_mail(
            "association_decided",
            to=post.person.email,
            language=post.person.locale,
            name=post.person.name,
            association=association.name,
            state=state,
            reason=association.reason,
            link=link_to("associations.show", key=association.key),
        )
