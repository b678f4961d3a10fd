"""Deciding on appeals: by somebody who has never decided on the firm."""

from __future__ import annotations

from flask import flash, redirect, render_template, url_for
from flask_babel import gettext as _
from flask_login import current_user

from models import Appeal, AppealState
from services.errors import Forbidden
from services.moderation import appeals, desk
from web.access import for_moderators
from web.database import db
from web.mail import link_to
from web.moderation.desk import desk_for, say_refusal
from web.moderation.forms import AppealDecisionForm
from web.moderation.views import blueprint, mail_people


@blueprint.route("/appeals/<key>", methods=["GET", "POST"])
@for_moderators
def appeal_case(key: str):
    """Show an appeal beside the decision it is against, and uphold or overturn that."""
    appeal = appeals.get_appeal(db, key)
    form, held = AppealDecisionForm(), ""
    if form.validate_on_submit():
        try:
            appeals.decide(db, current_user, appeal, outcome=form.outcome.data, reason=form.reason.data)
        except (desk.Held, Forbidden) as error:
            db.rollback()
            held = _("It does not wait at the moment.") if not _waits(appeal) else say_refusal(error)
        else:
            link = _place(appeal)
            proof = appeal.proof_decision.version.proof if appeal.proof_decision else None
            facts = {"outcome": appeal.state, "reason": appeal.reason, "title": proof.title if proof else ""}
            mail_people(appeal.firm, "appeal_decided", link, **facts)
            flash(_("Decided, and the firm has been told."))
            return redirect(url_for(".queue"), 303)
    page = render_template(
        "moderation/appeal.html",
        form=form,
        appeal=appeal,
        firm=appeal.firm,
        decision=appeal.decision or appeal.proof_decision,
        proof=appeal.proof_decision.version.proof if appeal.proof_decision else None,
        held=held,
        waits=appeal.state == AppealState.WAITING,
        can_decide=appeals.can_decide(db, current_user, appeal),
        desk=desk_for(appeals.KIND, key),
    )
    return page, 409 if held else 422 if form.errors else 200


def _place(appeal: Appeal) -> str:
    """The firm's page of what it appealed against."""
    if appeal.proof_decision is None:
        return link_to("firms.edit", key=appeal.firm.key)
    return link_to("proofs.show", key=appeal.firm.key, proof_key=appeal.proof_decision.version.proof.key)


def _waits(appeal: Appeal) -> bool:
    db.refresh(appeal)
    return appeal.state == AppealState.WAITING
