"""Minutes of meetings: the list, one with its wordings, writing and changing them."""

from __future__ import annotations

from flask import abort, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_login import current_user

from models import Minutes
from services.documents import minutes
from services.errors import Conflict, Incomplete
from services.paging import count_pages, nearest_page
from web.consortia.views import inside_group, is_for_another
from web.database import db
from web.documents.forms import MinutesForm
from web.documents.views import PER_PAGE, blueprint, frame_of, group_inside
from web.security import limiter, person_key


@blueprint.get("/<key>/minutes")
def list_minutes(key: str):
    """List the minutes of the group's meetings, the latest first."""
    group, place = group_inside(key)
    total = minutes.count_minutes(db, group)
    page = nearest_page(request.args.get("page", 1, type=int), total, PER_PAGE)
    return render_template(
        "documents/list_minutes.html",
        **frame_of(group, place),
        meetings=minutes.list_minutes(db, group, page=page, per_page=PER_PAGE),
        total=total,
        page=page,
        pages=count_pages(total, PER_PAGE),
    )


@blueprint.get("/<key>/minutes/<minutes_key>")
def show_minutes(key: str, minutes_key: str):
    """Show the minutes of a meeting in one wording, the newest unless another is asked for."""
    group, place = group_inside(key)
    found = minutes.get_minutes(db, group, minutes_key)
    asked = request.args.get("version", found.latest, type=int)
    wording = next((one for one in found.wordings if one.version == asked), None)
    if wording is None:
        abort(404)
    return render_template("documents/show_minutes.html", **frame_of(group, place), minutes=found, wording=wording)


@blueprint.route("/<key>/minutes/new", methods=["GET", "POST"])
@limiter.limit("60/hour", methods=["POST"], key_func=person_key)
def new_minutes(key: str):
    """Write the minutes of a meeting."""
    return _form_page(key, None)


@blueprint.route("/<key>/minutes/<minutes_key>/edit", methods=["GET", "POST"])
@limiter.limit("60/hour", methods=["POST"], key_func=person_key)
def edit_minutes(key: str, minutes_key: str):
    """Write another wording; the earlier ones stay."""
    return _form_page(key, minutes_key)


def _form_page(key: str, minutes_key: str | None):
    group, place, firm = inside_group(key)
    found = minutes.get_minutes(db, group, minutes_key) if minutes_key else None
    form = _fill(found)
    if form.is_submitted() and is_for_another():
        return redirect(url_for(".list_minutes", key=key), 303)
    if form.validate_on_submit():
        try:
            kept = minutes.write(
                db, current_user, firm, group, found,
                held_on=form.held_on.data, title=form.title.data, text=form.text.data, seen=form.seen_version,
            )  # fmt: skip
        except Conflict:
            form.form_errors.append(
                _("Somebody has written another wording meanwhile. Open it beside this, and put the two together.")
            )
            form.seen.data = str(found.latest) if found else ""
        except Incomplete as error:
            _say_missing(form, error.missing)
        else:
            flash(_("Saved. Earlier wordings stay."))
            return redirect(url_for(".show_minutes", key=key, minutes_key=kept.key), 303)
    page = render_template("documents/edit_minutes.html", **frame_of(group, place), form=form, minutes=found)
    return page, 422 if form.errors else 200


def _fill(found: Minutes | None) -> MinutesForm:
    if found is None:
        return MinutesForm()
    newest = found.wordings[0]
    return MinutesForm(
        data={"seen": str(found.latest), "held_on": newest.held_on, "title": newest.title, "text": newest.text}
    )


def _say_missing(form: MinutesForm, missing: list[str]) -> None:
    """Put what the service misses beside the fields."""
    if "held_on" in missing:
        form.held_on.errors = [_("This day lies in the future")]
    if "too_many" in missing:
        form.form_errors.append(_("There are as many minutes or wordings as there may be."))
    if {"title", "text"} & set(missing):
        form.text.errors = [_("Write what was said and decided")]
