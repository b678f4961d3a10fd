"""The one queue over all kinds of cases, and who works on which of them."""

from __future__ import annotations

from flask import flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_login import current_user

from services.errors import Conflict, Forbidden
from services.moderation import desk, queue
from services.paging import count_pages, nearest_page
from web.access import for_moderators, require
from web.database import db
from web.moderation.desk import ACTS, say_refusal
from web.moderation.escalations import tell_administrators
from web.moderation.forms import DeskForm
from web.moderation.kinds import AGE, KINDS, SHUT, WHO
from web.moderation.views import PER_PAGE, blueprint

FILTERS = {"kind": KINDS, "age": AGE, "who": WHO}


@blueprint.context_processor
def name_kinds() -> dict:
    """Let every page of the area name the kinds of cases."""
    return {"case_kinds": KINDS}


@blueprint.get("/queue", endpoint="queue")
@for_moderators
def list_queue():
    """List everything that waits, oldest first, counted by kind and age."""
    chosen = {name: request.args.get(name) or None for name in FILTERS}
    require(all(value is None or value in FILTERS[name] for name, value in chosen.items()))
    total = queue.count_cases(db, current_user, **chosen)
    page = nearest_page(request.args.get("page", 1, type=int), total, PER_PAGE)
    counts = queue.count_by_age(db, current_user)
    return render_template(
        "moderation/queue.html",
        lines=queue.list_cases(db, current_user, **chosen, page=page, per_page=PER_PAGE),
        counts=counts,
        chosen=chosen,
        kinds=KINDS,
        ages=AGE,
        who=WHO,
        total=total,
        shut=SHUT,
        waiting={kind: sum(by_age.values()) for kind, by_age in counts.items()},
        page=page,
        pages=count_pages(total, PER_PAGE),
    )


@blueprint.post("/cases/<kind>/<key>/claim")
@for_moderators
def claim(kind: str, key: str):
    """Take a case, so that nobody else works on it for a while."""
    require(kind in KINDS and queue.waits(db, kind, key))
    try:
        queue.take(db, current_user, kind, key)
    except (desk.Held, Forbidden) as error:
        flash(say_refusal(error), "info")
    else:
        flash(_("You work on this case now."))
    return redirect(KINDS[kind].address(key), 303)


@blueprint.post("/cases/<kind>/<key>/release")
@for_moderators
def release(kind: str, key: str):
    """Give a case back, so that others may take it."""
    require(kind in KINDS and queue.exists(db, kind, key))
    if desk.release(db, current_user, kind, key):
        flash(_("The case is free again."))
    return redirect(url_for(".queue"), 303)


@blueprint.route("/cases/<kind>/<key>/<act>", methods=["GET", "POST"])
@for_moderators
def act_on_case(kind: str, key: str, act: str):
    """Leave a note, escalate a case or hand it back, or step back from it."""
    require(kind in KINDS and act in ACTS and queue.exists(db, kind, key))
    one = ACTS[act]
    require(one.is_open(kind, key))
    require(act == "recuse" or not queue.is_own(db, current_user, kind, key))
    form = DeskForm()
    form.need_words(one.needs_words)
    if form.validate_on_submit():
        try:
            one.do(db, current_user, kind, key, form.text.data or "")
        except (desk.Held, Forbidden) as error:
            form.form_errors.append(say_refusal(error))
        except Conflict:
            flash(_("Somebody was quicker."), "info")
            return redirect(KINDS[kind].address(key), 303)
        else:
            if act == "escalate":
                tell_administrators(kind, key)
            flash(one.done)
            return redirect(url_for(".queue") if one.leaves else KINDS[kind].address(key), 303)
    page = render_template(
        "moderation/desk_act.html", form=form, act=one, back=KINDS[kind].address(key), kind=KINDS[kind]
    )
    return page, 422 if form.errors else 200
