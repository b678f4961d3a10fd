"""Groups: the list, the page of one, what it says of itself, and the acts by which it goes on."""

from __future__ import annotations

from flask import Blueprint, abort, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_login import current_user

from models import Consortium, Firm, Membership, Outcome
from services import group_proposals
from services.consortia import content, messages, moving, reviews
from services.consortia.access import can_see, find_place, get_consortium, is_lead, is_member, may_act
from services.consortia.guards import Hindered
from services.consortia.moving import OutOfPlace
from services.consortia.standing import standing_of
from services.consortia.transitions import TRANSITIONS, Act, By
from services.errors import Forbidden
from web.access import require
from web.consortia.forms import ObjectiveForm, PurposeForm, RegulationsForm, RulesForm, SharesForm
from web.consortia.notices import tell_members
from web.consortia.page import page_of
from web.consortia.words import STATE
from web.database import db
from web.frame import acting_firm
from web.security import limiter, person_key

blueprint = Blueprint("consortia", __name__, url_prefix="/consortia")

ACTS_OF_LEAD = tuple(act for act in Act if TRANSITIONS[act].by in (By.EDITOR, By.OWNER) and act != Act.EXPLORE)


@blueprint.get("/")
def index():
    """List the groups in which the acting firm is, and those to which it is asked."""
    firm = acting_firm()
    if firm is None or not firm.is_approved:
        return render_template("consortia/closed.html", firm=firm)
    found = content.list_consortia(db, firm)
    seen = [(group, place) for group, place in found if find_place(db, group, firm)]
    return render_template(
        "consortia/index.html",
        firm=firm,
        proposed=group_proposals.list_open(db, firm),
        asked=[(group, place) for group, place in seen if not is_member(place)],
        inside=[(group, place) for group, place in seen if is_member(place)],
        unread=messages.count_unread(db, current_user, firm),
    )


@blueprint.route("/new", methods=["GET", "POST"])
@limiter.limit("20/hour", methods=["POST"], key_func=person_key)
def new():
    """Begin a group that the acting firm leads."""
    firm = acting_firm()
    if firm is None or not firm.is_approved:
        return render_template("consortia/closed.html", firm=firm)
    wished = request.args.get("market") or (firm.target_markets[0].country if firm.target_markets else "")
    form = PurposeForm(country=wished)
    form.suggest(firm)
    if form.validate_on_submit():
        try:
            group = content.found(db, current_user, firm, wanted=form.wanted, products=form.products, **form.content)
        except Forbidden:
            form.form_errors.append(_("Your firm leads as many groups as it may already."))
        else:
            flash(_("The group is begun. Only your firm sees it until you invite somebody."))
            return redirect(url_for(".show", key=group.key), 303)
    return render_template("consortia/purpose.html", form=form, group=None), 422 if form.errors else 200


@blueprint.get("/<key>")
def show(key: str):
    """Show a group: who is in, what is decided, what is missing, what is next."""
    group, place = seen_group(key)
    return render_template("consortia/show.html", **page_of(group, acting_firm(), place))


def seen_group(key: str) -> tuple[Consortium, Membership | None]:
    """The group with this key and the acting firm's place in it; for whoever may not know of it, it is not there."""
    group, firm = get_consortium(db, key), acting_firm()
    require(can_see(db, current_user, group, firm))
    return group, find_place(db, group, firm)


def led_group(key: str, *, binding: bool = False) -> Consortium:
    """The group with this key, if the person acts for its lead; for others the page is not there."""
    group, _place = seen_group(key)
    require(is_lead(group, acting_firm()) and may_act(db, current_user, group, binding=binding))
    return group


def inside_group(key: str) -> tuple[Consortium, Membership, Firm]:
    """The group with this key, if the acting firm is a member; for others the page is not there."""
    group, place = seen_group(key)
    require(is_member(place))
    return group, place, acting_firm()


def is_for_another() -> bool:
    """Whether what was sent is for another firm than the one for which the person acts by now; says so if it is."""
    shown, firm = request.form.get("for"), acting_firm()
    if shown is None or (firm is not None and shown == firm.key):
        return False
    flash(_("Nothing was done: you act for another firm by now than the page said. Look, and do it again."), "bad")
    return True


def back_to(group: Consortium, part: str = ""):
    """The way back to the group's page."""
    return redirect(url_for("consortia.show", key=group.key) + (f"#{part}" if part else ""), 303)


def say_out_of_place(error: OutOfPlace) -> None:
    """Say that the group is elsewhere by now."""
    if error.state in STATE:
        flash(_("This is not possible any more. The group is now here: %(state)s", state=STATE[error.state]), "warn")
    else:
        flash(_("This vote is over."), "warn")


@blueprint.post("/<key>/acts/<act>")
@limiter.limit("60/hour", key_func=person_key)
def move(key: str, act: str):
    """Do an act that brings the group into another state."""
    group = led_group(key)
    if act not in list(ACTS_OF_LEAD):
        abort(404)
    try:
        if act == Act.SUBMIT:
            reviews.submit(db, current_user, group)
        else:
            accepts = request.form.get("accepts", "")
            moving.move(db, group, Act(act), person=current_user, outcome=_outcome(act), accepts=accepts)
    except OutOfPlace as error:
        say_out_of_place(error)
    except Forbidden:
        flash(_("Only an owner of the lead firm may do this: it binds the firm."), "bad")
    except Hindered as error:
        db.rollback()
        page = page_of(group, acting_firm(), find_place(db, group, acting_firm()), hindered=error.hindrances)
        return render_template("consortia/show.html", **page), 422
    else:
        tell_members(group, "group_moved", state=group.state)
        flash(_("The group is now here: %(state)s", state=STATE[group.state]))
    return back_to(group)


def _outcome(act: str) -> Outcome | None:
    """As what the lead closes the group: it says whether it reached what it was for."""
    if act == Act.CLOSE and request.form.get("outcome") == Outcome.COMPLETED:
        return Outcome.COMPLETED
    return None


@blueprint.route("/<key>/purpose", methods=["GET", "POST"])
def edit_purpose(key: str):
    """Change what the group is about."""
    group = led_group(key)
    form = PurposeForm(group=group, is_fixed=content.has_amounts(db, group))
    form.suggest(group.lead)
    if not form.is_submitted():
        form.show(group)
    if form.validate_on_submit():
        return _saved(group, lambda: content.set_purpose(
            db, current_user, group, wanted=form.wanted, products=form.products, **form.content
        ))  # fmt: skip
    return render_template("consortia/purpose.html", form=form, group=group), 422 if form.errors else 200


@blueprint.route("/<key>/objective", methods=["GET", "POST"])
def edit_objective(key: str):
    """Write the objective."""
    group = led_group(key)
    form = ObjectiveForm(obj=group)
    if form.validate_on_submit():
        values = {name: form[name].data for name in content.OBJECTIVE}
        return _saved(group, lambda: content.set_objective(db, current_user, group, **values))
    return _form("consortia/objective.html", group, form)


@blueprint.route("/<key>/regulations", methods=["GET", "POST"])
def edit_regulations(key: str):
    """Write the internal regulations."""
    group = led_group(key)
    form = RegulationsForm(obj=group)
    if form.validate_on_submit():
        return _saved(group, lambda: content.set_regulations(db, current_user, group, form.regulations.data))
    return _form("consortia/regulations.html", group, form)


@blueprint.route("/<key>/rules", methods=["GET", "POST"])
def edit_rules(key: str):
    """Say how the group votes."""
    group = led_group(key, binding=True)
    form = RulesForm(obj=group)
    if form.validate_on_submit():
        rules = {"votes_by": form.votes_by.data, "quorum_percent": form.quorum_percent.data}
        return _saved(group, lambda: content.set_rules(db, current_user, group, **rules))
    return _form("consortia/rules.html", group, form)


@blueprint.route("/<key>/shares", methods=["GET", "POST"])
def edit_shares(key: str):
    """Write the budget and who pays what of it."""
    group = led_group(key)
    standing = standing_of(db, group)
    form = SharesForm()
    form.fit(group, standing.inside, given=form.is_submitted())
    if form.validate_on_submit():
        shares = {
            one.firm_id: form.by_key[one.firm.key] or 0 for one in standing.inside if one.firm.key in form.by_key
        }
        return _saved(group, lambda: content.set_shares(
            db, current_user, group, budget_minor=form.budget.data, shares=shares
        ))  # fmt: skip
    names = {one.firm.key: one.firm.name for one in standing.inside}
    return (
        render_template("consortia/shares.html", form=form, group=group, names=names, shared=standing.shared_minor),
        422 if form.errors else 200,
    )


def _saved(group: Consortium, save):
    """Save, say so, and go back; say where the group is when it moved meanwhile."""
    before = group.state
    try:
        save()
    except OutOfPlace as error:
        say_out_of_place(error)
        return back_to(group)
    say_saved(group, before)
    return back_to(group)


def say_saved(group: Consortium, before: str) -> None:
    """Say that something is saved, and to everybody when it took the group back."""
    if group.state != before:
        tell_members(group, "group_moved", state=group.state)
        flash(_("Saved. Since it was submitted already, the group goes back to its objective."), "warn")
    else:
        flash(_("Saved."))


def _form(template: str, group: Consortium, form):
    return render_template(template, form=form, group=group), 422 if form.errors else 200
