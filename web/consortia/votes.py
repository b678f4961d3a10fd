"""Votes of a group: opening one, looking at it, voting."""

from __future__ import annotations

from flask import flash, render_template
from flask_babel import gettext as _
from flask_login import current_user

from models import BallotChoice, Subject, VoteState
from services.consortia import votes
from services.consortia.access import is_authorised, sees_all
from services.consortia.guards import Hindered
from services.consortia.moving import OutOfPlace
from services.consortia.standing import standing_of
from services.errors import Conflict, Forbidden
from web.access import require
from web.consortia.forms import BallotForm, VoteForm
from web.consortia.notices import tell_firm, tell_members
from web.consortia.views import back_to, blueprint, inside_group, is_for_another, say_out_of_place, seen_group
from web.consortia.words import say_hindrance
from web.database import db
from web.security import limiter, person_key


@blueprint.route("/<key>/votes/new/<subject>", methods=["GET", "POST"])
@limiter.limit("20/hour", methods=["POST"], key_func=person_key)
def open_vote(key: str, subject: str):
    """Open a vote on what the page shows."""
    group, _place, firm = inside_group(key)
    require(subject in set(Subject) - votes.ABOUT_A_FIRM and is_authorised(db, current_user, firm))
    form = VoteForm()
    if form.is_submitted() and is_for_another():
        return back_to(group)
    if form.validate_on_submit():
        try:
            votes.open_vote(db, current_user, group, firm, Subject(subject), days=form.days.data)
        except OutOfPlace as error:
            say_out_of_place(error)
            return back_to(group)
        except Conflict:
            form.form_errors.append(_("The members are voting on this already."))
        except Hindered as error:
            form.form_errors += [say_hindrance(one) for one in error.hindrances]
        else:
            tell_members(group, "group_vote", asked=subject)
            flash(_("The vote is open, and the members have been told."))
            return back_to(group, "votes")
    content = votes.content_of(db, standing_of(db, group), Subject(subject), None)
    page = render_template("consortia/open_vote.html", form=form, group=group, subject=subject, content=content)
    return page, 422 if form.errors else 200


@blueprint.get("/<key>/votes/<vote_key>")
def show_vote(key: str, vote_key: str):
    """Show a vote: what is decided, by which rule, and once it is closed who voted what."""
    group, place = seen_group(key)
    require(sees_all(db, current_user, group, place))
    vote = votes.get_vote(db, group, vote_key)
    return render_template(
        "consortia/vote.html",
        group=group,
        vote=vote,
        **votes.turnout(standing_of(db, group), vote),
    )


@blueprint.post("/<key>/votes/<vote_key>/ballot")
@limiter.limit("60/hour", key_func=person_key)
def cast(key: str, vote_key: str):
    """Vote for the acting firm."""
    group, _place, firm = inside_group(key)
    if is_for_another():
        return back_to(group, "votes")
    vote = votes.get_vote(db, group, vote_key)
    form = BallotForm(prefix=f"v{vote.id}")
    if not form.validate_on_submit():
        flash(_("Choose yes, no or abstain."), "bad")
        return back_to(group, "votes")
    before = group.state
    try:
        votes.cast(db, current_user, group, vote, firm, BallotChoice(form.choice.data))
    except OutOfPlace as error:
        say_out_of_place(error)
    except Forbidden as error:
        if str(error) == "authorised":
            flash(_("Only an owner of your firm may vote for it."), "bad")
        else:
            flash(_("Your firm has no vote in this."), "bad")
    else:
        if not vote.is_open:
            told = {"asked": vote.subject, "result": vote.state}
            tell_members(group, "group_vote_closed", about=vote.firm, **told)
            if vote.firm is not None and vote.subject == Subject.EXCLUSION and vote.state == VoteState.PASSED:
                tell_firm(group, vote.firm, "group_vote_closed", about=vote.firm, **told)
        if group.state != before:
            tell_members(group, "group_moved", state=group.state)
        if vote.is_open:
            flash(_("Your vote is counted. You may change it while the vote is open."))
        else:
            flash(_("Your vote is counted, and the vote is closed: everybody has voted."))
    return back_to(group, "votes")
