"""An association's account: founding it, saying who it is, putting it before the moderators."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_login import current_user
from flask_wtf import FlaskForm

from models import Association
from services.associations import access, belongings, founding, staff
from services.errors import Conflict, Forbidden, Incomplete
from services.paging import count_pages, nearest_page
from web.access import require
from web.associations.forms import AssociationForm
from web.associations.words import BELONGING, MISSING, ROLE, STATE
from web.database import db
from web.frame import associations_of_person
from web.security import limiter, person_key

blueprint = Blueprint("associations", __name__)

PER_PAGE = 50
LONGEST_WORDS = 200


@blueprint.app_context_processor
def words():
    """What templates call states and roles of associations."""
    return {"ASSOCIATION_STATE": STATE, "STAFF_ROLE": ROLE, "BELONGING": BELONGING}


def read_association(key: str) -> Association:
    """The association, if the person works for it; for others it is not there."""
    association = access.get_association(db, key)
    require(access.can_read(db, current_user, association))
    return association


def organised_association(key: str) -> Association:
    """The association, if the person brings in and invites members for it."""
    association = access.get_association(db, key)
    require(access.can_organise(db, current_user, association))
    return association


def managed_association(key: str) -> Association:
    """The association, if the person decides for it."""
    association = access.get_association(db, key)
    require(access.can_manage(db, current_user, association))
    return association


def page_of(association: Association, template: str, present: str, **more) -> str:
    """A page of the association's area, with what all of them show."""
    return render_template(
        template,
        association=association,
        present=present,
        organises=access.can_organise(db, current_user, association),
        manages=access.can_manage(db, current_user, association),
        **more,
    )


def read_words() -> str:
    """The words that are searched for."""
    return request.args.get("q", "")[:LONGEST_WORDS].strip()


def searched_page(
    association: Association, template: str, present: str, count: Callable[..., int], rows: Callable[..., list], *,
    chosen: Mapping[str, Any] | None = None, **more,
) -> str:  # fmt: skip
    """A page of a long list of the association's, searched by words; `chosen` narrows it further."""
    words, chosen = read_words(), chosen or {}
    total = count(db, association, words=words, **chosen)
    page = nearest_page(request.args.get("page", 1, type=int), total, PER_PAGE)
    return page_of(
        association,
        template,
        present,
        words=words,
        total=total,
        rows=rows(db, association, words=words, page=page, per_page=PER_PAGE, **chosen),
        page=page,
        pages=count_pages(total, PER_PAGE),
        **more,
    )


def form_page(association: Association, template: str, present: str, form: FlaskForm, **more) -> tuple[str, int]:
    """A page with a form: one that was refused answers 422."""
    return page_of(association, template, present, form=form, **more), 422 if form.errors else 200


@blueprint.get("/associations")
def index():
    """List the associations for which the person works, and offer to register one."""
    return render_template(
        "associations/index.html",
        mine=associations_of_person(),
        invitations=staff.list_invitations_of(db, current_user),
    )


@blueprint.route("/associations/new", methods=["GET", "POST"])
@limiter.limit("10/hour", methods=["POST"], key_func=person_key)
def new():
    """Register an association."""
    form = AssociationForm()
    if form.validate_on_submit():
        try:
            association = founding.found(db, current_user, _given(form))
        except Conflict:
            form.tax_number.errors = [_("An association with this tax number is registered already")]
        except Forbidden:
            form.form_errors.append(_("You have several associations that are not verified yet: finish those first."))
        else:
            flash(_("%(name)s is registered. Submit it, and a moderator verifies it.", name=association.name))
            return redirect(url_for(".show", key=association.key), 303)
    return render_template("associations/new.html", form=form), 422 if form.errors else 200


def _given(form: AssociationForm) -> dict[str, str]:
    return {name: form[name].data or "" for name in founding.FIELDS}


@blueprint.get("/associations/<key>")
def show(key: str):
    """Show where the association stands, and what comes next."""
    association = read_association(key)
    return page_of(
        association,
        "associations/show.html",
        "show",
        missing=[MISSING[name] for name in founding.missing_of(association)],
        is_open=association.state in founding.OPEN,
        counts=belongings.count_by_state(db, association),
    )


@blueprint.route("/associations/<key>/edit", methods=["GET", "POST"])
def edit(key: str):
    """Say who the association is; what a moderator has verified stays."""
    association = managed_association(key)
    form = AssociationForm(obj=association)
    if form.validate_on_submit():
        try:
            founding.describe(db, current_user, association, _given(form))
        except Conflict:
            form.tax_number.errors = [_("An association with this tax number is registered already")]
        except Forbidden:
            form.form_errors.append(_("It is under review: take the submission back to change it."))
        else:
            flash(_("Saved."))
            return redirect(url_for(".show", key=key), 303)
    is_verified = association.state in ("approved", "suspended")
    return form_page(association, "associations/edit.html", "show", form, is_verified=is_verified)


@blueprint.post("/associations/<key>/submit")
def submit(key: str):
    """Put the association before the moderators."""
    association = managed_association(key)
    try:
        founding.submit(db, current_user, association)
    except Incomplete as error:
        parts = ", ".join(str(MISSING[name]) for name in error.missing)
        flash(_("Before you submit, please add: %(parts)s", parts=parts), "bad")
    except Forbidden:
        flash(_("It has been submitted already."), "info")
    else:
        flash(_("Submitted. A moderator will look at it; you get a mail when it is decided."))
    return redirect(url_for(".show", key=key), 303)


@blueprint.post("/associations/<key>/withdraw")
def withdraw(key: str):
    """Take the submission back, to go on writing."""
    association = managed_association(key)
    try:
        founding.withdraw(db, current_user, association)
    except Forbidden:
        flash(_("There is no submission to take back."), "info")
    else:
        flash(_("Taken back. Submit it again when it is ready."))
    return redirect(url_for(".show", key=key), 303)
