"""Inviting firms, and what an invited firm and a member may do."""

from __future__ import annotations

from flask import abort, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_login import current_user

from models import Consortium, Subject
from services import firms, group_proposals, settings, together
from services.consortia import leading, members, votes
from services.consortia.access import find_place, is_silenced
from services.consortia.guards import Hindered
from services.consortia.moving import OutOfPlace
from services.consortia.standing import INSIDE, Standing, standing_of
from services.errors import Conflict, Forbidden
from web.access import require
from web.consortia.forms import InviteForm, JoinForm
from web.consortia.notices import tell_firm, tell_members
from web.consortia.page import page_of
from web.consortia.views import (
    back_to,
    blueprint,
    inside_group,
    is_for_another,
    led_group,
    say_out_of_place,
    seen_group,
)
from web.consortia.words import say_hindrance
from web.database import db
from web.frame import acting_firm
from web.security import limiter, person_key

LONGEST_WORDS = 200


@blueprint.get("/<key>/invite")
def choose(key: str):
    """Choose a firm to invite: those one talks with, or by name."""
    group = led_group(key)
    require(group.lead.is_approved)
    words = request.args.get("q", "").strip()[:LONGEST_WORDS]
    standing = standing_of(db, group)
    known = {one.firm_id for one in (*standing.inside, *standing.asked)}
    barred = known | {block.blocked_id for block in group.lead.blocks}
    met = together.list_candidates(db, group.lead, [one.firm for one in standing.memberships if one.firm_id in known])
    found = [firm for firm in firms.find_by_name(db, words) if firm.id not in barred] if words else []
    return render_template(
        "consortia/choose.html",
        group=group,
        met=met,
        found=found,
        words=words,
        standing=standing,
        admitted=_admitted(standing),
        prepared=[one for one in group_proposals.prepared_for(db, group) if one.id not in barred],
    )


def _admitted(standing: Standing) -> set[str] | None:
    """The firms that the members have voted in; None where the lead firm invites whom it likes."""
    if standing.consortium.state not in members.ADMITS:
        return None
    return {vote.about for vote in standing.votes if vote.subject == Subject.ADMISSION and vote.is_in_force}


@blueprint.route("/<key>/invite/<firm_key>", methods=["GET", "POST"])
@limiter.limit("60/hour", methods=["POST"], key_func=person_key)
def invite(key: str, firm_key: str):
    """Invite one firm."""
    group = led_group(key)
    other = firms.get_firm(db, firm_key)
    require(group.lead.is_approved and other.is_approved and other.id != group.lead_id)
    form = InviteForm(data={"days": settings.number_of(db, "answer_days")})
    if form.validate_on_submit():
        try:
            members.invite(db, current_user, group, other, text=form.text.data, days=form.days.data)
        except OutOfPlace as error:
            say_out_of_place(error)
            return back_to(group)
        except Conflict:
            form.form_errors.append(_("This firm is asked already, or a member."))
        except Forbidden:
            form.form_errors.append(_("Your firm has blocked this firm, or it is not approved at present."))
        except Hindered as error:
            form.form_errors += [say_hindrance(one) for one in error.hindrances]
        else:
            if not is_silenced(db, group, other):
                tell_firm(group, other, "group_invitation")
            flash(_("%(firm)s is invited.", firm=other.name))
            return redirect(url_for(".choose", key=key), 303)
    return render_template("consortia/invite.html", form=form, group=group, other=other), 422 if form.errors else 200


@blueprint.post("/<key>/invite/<firm_key>/take-back")
def take_back(key: str, firm_key: str):
    """Withdraw an invitation."""
    group = led_group(key)
    try:
        members.take_back(db, current_user, group, firms.get_firm(db, firm_key))
    except Forbidden:
        flash(_("This firm is not asked any more."), "info")
    else:
        flash(_("The invitation is taken back."))
    return back_to(group, "members")


def _own_act(key: str, act, done: str, *, part: str = ""):
    """Do for the acting firm what only itself may do, and say what came of it."""
    group, place = seen_group(key)
    require(place is not None)
    if is_for_another():
        return back_to(group)
    before = group.state
    try:
        act(group)
    except OutOfPlace as error:
        say_out_of_place(error)
    except Hindered as error:
        for one in error.hindrances:
            flash(say_hindrance(one), "bad")
    except Forbidden as error:
        if str(error) == "authorised":
            flash(_("Only an owner of your firm may do this: it binds the firm."), "bad")
        else:
            flash(_("This is not possible any more."), "info")
    else:
        flash(done)
        if group.state != before:
            tell_members(group, "group_moved", state=group.state)
    firm = acting_firm()
    is_still_there = find_place(db, group, firm) is not None
    return back_to(group, part) if is_still_there else redirect(url_for(".index"), 303)


@blueprint.post("/<key>/interest")
def show_interest(key: str):
    """Say that the acting firm would like to know more."""
    done = _("The group knows that you are interested. Nothing binds you.")
    return _own_act(key, lambda group: members.show_interest(db, current_user, group, acting_firm()), done)


@blueprint.post("/<key>/decline")
def decline(key: str):
    """Turn an invitation down."""
    done = _("You have declined. Nobody asks you why.")
    return _own_act(key, lambda group: members.decline(db, current_user, group, acting_firm()), done)


@blueprint.post("/<key>/join")
def join(key: str):
    """State what is to be stated, and join; a member may state it anew."""
    group, place = seen_group(key)
    require(place is not None)
    if is_for_another():
        return back_to(group)
    form, firm = JoinForm(), acting_firm()
    if not form.validate_on_submit():
        return render_template("consortia/show.html", **page_of(group, firm, place, join=form)), 422
    is_member = place.state in INSIDE

    def act(group: Consortium) -> None:
        members.accept_confidentiality(db, current_user, group, firm)
        conflicts = form.conflicts.data if form.has_conflicts.data == "yes" else ""
        members.declare_conflicts(db, current_user, group, firm, conflicts)
        if not is_member:
            members.commit(db, current_user, group, firm)
            tell_members(group, "group_joined", about=firm)

    return _own_act(key, act, _("Saved.") if is_member else _("Your firm is a member of the group."))


@blueprint.post("/<key>/sign")
def sign(key: str):
    """Sign for the acting firm."""
    done = _("Signed for your firm.")
    return _own_act(key, lambda group: members.sign(db, current_user, group, acting_firm()), done, part="members")


@blueprint.post("/<key>/leave")
def leave(key: str):
    """Leave the group, at once or with notice."""
    firm = acting_firm()

    def act(group: Consortium) -> None:
        members.leave(db, current_user, group, firm)
        tell_members(group, "group_left", about=firm)

    return _own_act(key, act, _("Your firm has left, or given notice where there is an agreement."))


@blueprint.post("/<key>/stay")
def stay(key: str):
    """Take the notice back."""
    done = _("Your notice is taken back.")
    return _own_act(key, lambda group: members.stay(db, current_user, group, acting_firm()), done, part="members")


@blueprint.post("/<key>/hand-over")
def hand_over(key: str):
    """Offer the lead to another member."""
    group = led_group(key, binding=True)
    other = firms.get_firm(db, request.form.get("firm", ""))
    try:
        leading.offer_lead(db, group, current_user, other)
    except Forbidden:
        flash(_("This firm is not a member any more."), "info")
    else:
        tell_firm(group, other, "group_lead_offered")
        flash(_("The lead is offered to %(firm)s: it goes over when one of its owners says yes.", firm=other.name))
    return back_to(group, "members")


@blueprint.post("/<key>/hand-over/withdraw")
def withdraw_lead(key: str):
    """Take the offer of the lead back."""
    group = led_group(key, binding=True)
    leading.withdraw_offer(db, group, current_user)
    flash(_("The offer is taken back."))
    return back_to(group, "members")


@blueprint.post("/<key>/lead/<answer>")
def answer_lead(key: str, answer: str):
    """Take the lead that is offered, or decline it."""
    group, _place, firm = inside_group(key)
    if answer not in ("take", "decline"):
        abort(404)
    if is_for_another():
        return back_to(group)
    try:
        (leading.take_lead if answer == "take" else leading.decline_lead)(db, group, current_user, firm)
    except Forbidden:
        flash(_("Nothing was done: the lead is not offered to your firm any more, or you may not bind it."), "bad")
        return back_to(group, "members")
    if answer == "take":
        tell_members(group, "group_handed_over", about=firm)
        flash(_("%(firm)s leads from now on.", firm=firm.name))
    else:
        flash(_("Declined. The group stays with who leads it."))
    return back_to(group, "members")


@blueprint.post("/<key>/firms/<firm_key>/vote")
@limiter.limit("20/hour", key_func=person_key)
def vote_on(key: str, firm_key: str):
    """Open a vote on admitting or excluding a firm."""
    group, _place, firm = inside_group(key)
    if is_for_another():
        return back_to(group)
    subject = request.form.get("subject")
    if subject not in votes.ABOUT_A_FIRM:
        abort(400)
    other = firms.get_firm(db, firm_key)
    try:
        votes.open_vote(db, current_user, group, firm, Subject(subject), firm=other)
    except OutOfPlace as error:
        say_out_of_place(error)
    except Conflict:
        flash(_("The members are voting on this already."), "info")
    except Hindered as error:
        for one in error.hindrances:
            flash(say_hindrance(one), "bad")
    except Forbidden:
        flash(_("Only an owner of a member may open this vote."), "bad")
    else:
        tell_members(group, "group_vote", asked=subject, about=other)
        flash(_("The vote is open, and the members have been told."))
    return back_to(group, "votes")
