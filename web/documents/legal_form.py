"""The check list to a legal form: the steps of the members' countries, to be ticked by members."""

from __future__ import annotations

from itertools import groupby

from flask import flash, redirect, render_template, url_for
from flask_babel import gettext as _
from flask_login import current_user

from services.consortia.standing import standing_of
from services.documents import steps
from services.errors import Conflict, NotFound
from web.consortia.views import inside_group, is_for_another
from web.database import db
from web.documents.views import blueprint, frame_of, group_inside


@blueprint.get("/<key>/legal-form")
def legal_form(key: str):
    """Show the steps to a legal form in the countries of the members, with their sources."""
    group, place = group_inside(key)
    listed, done = steps.list_steps(standing_of(db, group)), steps.list_done(db, group)
    return render_template(
        "documents/legal_form.html",
        **frame_of(group, place),
        forms=[(form, list(found)) for form, found in groupby(listed, key=lambda one: (one.country, one.form))],
        done=done,
        ticked=sum(one.step in done for one in listed),
        listed=len(listed),
    )


@blueprint.post("/<key>/legal-form/<step>/tick")
def tick(key: str, step: str):
    """Note that a step is done."""
    return _note(key, step, is_done=True)


@blueprint.post("/<key>/legal-form/<step>/untick")
def untick(key: str, step: str):
    """Note that a step is not done after all."""
    return _note(key, step, is_done=False)


def _note(key: str, step: str, *, is_done: bool):
    group, _place, firm = inside_group(key)
    back = redirect(url_for(".legal_form", key=key) + f"#{step}", 303)
    if is_for_another():
        return back
    act = steps.tick if is_done else steps.untick
    try:
        act(db, current_user, firm, standing_of(db, group), step)
    except Conflict:
        flash(_("This step is ticked already."), "info")
    except NotFound:
        if is_done:
            raise
        flash(_("This step is not ticked."), "info")
    return back
