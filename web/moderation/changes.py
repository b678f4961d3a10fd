"""Looking at approved firms that have changed who they are."""

from __future__ import annotations

from flask import flash, redirect, render_template, url_for
from flask_babel import gettext as _
from flask_login import current_user

from models import ChangeState, FirmChangeCase
from services import suspension_traces
from services.errors import Forbidden
from services.moderation import changes, desk
from web.access import for_moderators
from web.database import db
from web.mail import link_to
from web.moderation.desk import desk_for, say_refusal
from web.moderation.diff import changed_since
from web.moderation.forms import ChangeForm
from web.moderation.views import blueprint, mail_people
from web.seen import note_contact


@blueprint.route("/changes/<key>", methods=["GET", "POST"])
@for_moderators
def change_case(key: str):
    """Show what changed since the approval, and accept it or ask the firm to mend it."""
    case = changes.get_case(db, key)
    mark = case.firm.changed_at_utc.isoformat()
    form = ChangeForm(data={"seen": mark})
    has_changed = bool(form.is_submitted() and form.seen.data != mark)
    held = ""
    if form.validate_on_submit() and not has_changed:
        try:
            changes.decide(db, current_user, case, outcome=form.outcome.data, reason=form.reason.data or "")
        except (desk.Held, Forbidden) as error:
            held = _("It does not wait at the moment.") if _is_decided(case) else say_refusal(error)
        else:
            _tell(case)
            return redirect(url_for(".queue"), 303)
    form.seen.data = mark
    note_contact(case.firm, how="case", as_moderator=True)
    page = render_template(
        "moderation/change.html",
        form=form,
        case=case,
        firm=case.firm,
        held=held,
        has_changed=has_changed,
        waits=case.state == ChangeState.WAITING and case.firm.is_approved,
        can_decide=changes.can_decide(db, current_user, case),
        desk=desk_for(changes.KIND, key),
        traces=suspension_traces.find_matches(db, case.firm),
        **changed_since(case.firm),
    )
    return page, 409 if held or has_changed else 422 if form.errors else 200


def _is_decided(case: FirmChangeCase) -> bool:
    db.refresh(case)
    return case.state != ChangeState.WAITING


def _tell(case: FirmChangeCase) -> None:
    """Say what was decided: to the moderator, and to the firm where it has something to do."""
    if case.state == ChangeState.RETURNED:
        link = link_to("firms.edit_section", key=case.firm.key, section="identity")
        mail_people(case.firm, "change_returned", link, reason=case.reason)
        flash(_("The firm has been asked to mend it."))
    else:
        flash(_("The change is accepted."))
