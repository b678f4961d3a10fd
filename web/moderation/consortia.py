"""Deciding on groups: the queue, the frozen copy of one, what two moderators say of it, and suspensions."""

from __future__ import annotations

from flask import flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_login import current_user

from models import Consortium, ConsortiumState, Submission, SubmissionState, Verdict
from services.consortia import reviews
from services.consortia.access import SEEN_BY_MODERATORS, get_consortium
from services.consortia.guards import Hindered
from services.consortia.moving import OutOfPlace
from services.consortia.transitions import APPROVED
from services.errors import Conflict, Forbidden, Incomplete
from services.moderation import desk
from services.paging import count_pages, nearest_page
from web.access import for_moderators, require
from web.consortia.forms import ReviewForm, SuspendForm
from web.consortia.notices import tell_members
from web.consortia.words import say_hindrance
from web.database import db
from web.moderation.desk import desk_for, say_refusal
from web.moderation.views import PER_PAGE, blueprint, count_waiting, days_since


@blueprint.get("/consortia")
@for_moderators
def group_queue():
    """List the groups that wait, oldest first, and those that are approved."""
    waiting = count_waiting()
    page = nearest_page(request.args.get("page", 1, type=int), waiting["group"], PER_PAGE)
    found = reviews.list_waiting(db, page=page, per_page=PER_PAGE)
    return render_template(
        "moderation/group_queue.html",
        lines=[(one, days_since(one.submitted_at_utc)) for one in found],
        waiting=waiting,
        approved=reviews.list_decided(db),
        page=page,
        pages=count_pages(waiting["group"], PER_PAGE),
    )


@blueprint.route("/consortia/<key>", methods=["GET", "POST"])
@for_moderators
def group_case(key: str):
    """Show the copy under review, and say what one finds of it."""
    group = get_consortium(db, key)
    submission = reviews.find_submission(db, group)
    require(group.state in SEEN_BY_MODERATORS and submission is not None)
    if not reviews.can_review(db, current_user, group):
        return render_template("moderation/group_recused.html", group=group)
    form = ReviewForm(data={"seen": str(submission.id)})
    if form.validate_on_submit():
        try:
            reviews.review(
                db, current_user, group, seen=int(form.seen.data or 0), verdict=Verdict(form.verdict.data),
                reasons=form.reasons,
            )  # fmt: skip
        except (ValueError, OutOfPlace):
            flash(_("This copy does not wait any more: somebody decided, or the group has changed."), "info")
            return redirect(url_for(".group_case", key=key), 303)
        except Conflict:
            flash(_("You have said what you find of this copy already; another moderator decides now."), "info")
            return redirect(url_for(".group_queue"), 303)
        except (desk.Held, desk.Escalated) as error:
            form.form_errors.append(say_refusal(error))
        except Forbidden:
            form.form_errors.append(_("A firm of yours has to do with this group: another moderator decides."))
        except Incomplete:
            form.verdict.errors = [_("Write a reason under one of the criteria at least")]
        except Hindered as error:
            db.rollback()
            form.form_errors += [say_hindrance(one) for one in error.hindrances]
        else:
            _tell(group, submission)
            return redirect(url_for(".group_queue"), 303)
    form.seen.data = str(submission.id)
    return _case_page(group, submission, form), 422 if form.errors else 200


def _case_page(group: Consortium, submission: Submission, form: ReviewForm) -> str:
    return render_template(
        "moderation/group_case.html",
        desk=desk_for(reviews.KIND, group.key),
        group=group,
        submission=submission,
        copy=submission.copy,
        form=form,
        earlier=reviews.list_submissions(db, group)[1:],
        can_review=reviews.can_review(db, current_user, group),
        mine=next((one for one in submission.reviews if one.moderator_id == current_user.id), None),
        may_suspend=group.state in APPROVED,
        is_suspended=group.state == ConsortiumState.SUSPENDED,
        days=days_since(submission.submitted_at_utc),
    )


def _tell(group: Consortium, submission: Submission) -> None:
    """Say what became of the submission, to the moderator and, once it is decided, to the members."""
    if submission.state == SubmissionState.WAITING:
        flash(_("Noted. A second moderator who says the same decides."))
        return
    reasons = [one.reasons for one in submission.reviews]
    tell_members(group, "group_decided", state=group.state, reasons=reasons)
    flash(_("Decided, and the members have been told."))


@blueprint.route("/consortia/<key>/suspend", methods=["GET", "POST"])
@for_moderators
def suspend_group(key: str):
    """Stop a group that was approved, or let it go on, with a reason."""
    group = get_consortium(db, key)
    is_suspended = group.state == ConsortiumState.SUSPENDED
    require(is_suspended or group.state in APPROVED)
    require(reviews.can_review(db, current_user, group))
    form = SuspendForm()
    if form.validate_on_submit():
        act = reviews.lift if is_suspended else reviews.suspend
        try:
            act(db, current_user, group, form.reason.data)
        except OutOfPlace:
            flash(_("The group is elsewhere by now."), "info")
        else:
            tell_members(group, "group_decided", state=group.state, reasons=[{"": form.reason.data}])
            flash(_("Decided, and the members have been told."))
        return redirect(url_for(".group_case", key=key), 303)
    page = render_template("moderation/suspend.html", form=form, group=group, is_suspended=is_suspended)
    return page, 422 if form.errors else 200
