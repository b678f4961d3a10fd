"""Groups that an association proposes to a firm: it sees who they are, and begins the group or declines."""

from __future__ import annotations

from flask import flash, redirect, render_template, url_for
from flask_babel import gettext as _
from flask_login import current_user

from models import Firm
from services import group_proposals
from services.errors import Conflict, Forbidden
from services.permissions import can_act_for
from web.access import require
from web.consortia.views import blueprint, is_for_another
from web.database import db
from web.frame import acting_firm
from web.security import limiter, person_key
from web.words import country


def _firm() -> Firm:
    """The acting firm, if groups can be proposed to it."""
    firm = acting_firm()
    require(firm is not None and firm.is_approved and can_act_for(db, current_user, firm))
    return firm


@blueprint.get("/proposed/<proposal_key>")
def show_proposed(proposal_key: str):
    """Show a proposed group to the firm that would lead it."""
    firm = _firm()
    proposal = group_proposals.get_open(db, firm, proposal_key)
    others = group_proposals.firms_of(db, proposal)
    return render_template("consortia/proposed.html", proposal=proposal, others=others, firm=firm)


@blueprint.post("/proposed/<proposal_key>/<answer>")
@limiter.limit("30/hour", key_func=person_key)
def answer_proposed(proposal_key: str, answer: str):
    """Begin the proposed group as an idea of the acting firm, or decline."""
    firm = _firm()
    proposal = group_proposals.get_open(db, firm, proposal_key)
    require(answer in ("take", "decline"))
    if is_for_another():
        return redirect(url_for(".index"), 303)
    try:
        if answer == "decline":
            group_proposals.decline(db, current_user, firm, proposal)
            flash(_("Declined. Nobody else learns of it but who proposed it."))
            return redirect(url_for(".index"), 303)
        name = _("Together to %(country)s", country=country(proposal.country))[:120]
        group = group_proposals.take(db, current_user, firm, proposal, {"name": name})
    except Conflict:
        flash(_("This was answered already."), "warn")
        return redirect(url_for(".index"), 303)
    except Forbidden:
        db.rollback()
        flash(_("Your firm leads as many groups as it may already."), "bad")
        return redirect(url_for(".show_proposed", proposal_key=proposal_key), 303)
    flash(_("The group is begun. Only your firm sees it: say what it is for, and invite whom you like."))
    return redirect(url_for(".edit_purpose", key=group.key), 303)
