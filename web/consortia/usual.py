"""Beginning a budget with what entering the market usually takes: costs to tick, amounts from the lead alone."""

from __future__ import annotations

from flask import flash, redirect, render_template, url_for
from flask_babel import gettext as _
from flask_login import current_user

from models import Consortium
from services.consortia import budget
from services.consortia.content import SHARED
from services.consortia.moving import OutOfPlace
from services.consortia.standing import standing_of
from services.consortia.usual_costs import UsualCost, usual_costs
from services.errors import Incomplete
from web.access import require
from web.consortia.budget_forms import UsualForm
from web.consortia.budget_words import say_why
from web.consortia.views import back_to, blueprint, led_group, say_out_of_place, say_saved
from web.database import db


@blueprint.route("/<key>/budget/usual", methods=["GET", "POST"])
def add_usual_costs(key: str):
    """Tick which of the usual costs the group has, with amounts where they are known."""
    group = led_group(key)
    require(group.state in SHARED)
    standing = standing_of(db, group)
    lines = usual_costs(db, standing)
    if not lines:
        flash(_("Choose the market."), "warn")
        return redirect(url_for(".edit_purpose", key=key), 303)
    there = {(one.code, one.form) for one in budget.list_components(db, group)}
    form = UsualForm()
    form.fit(lines, there, group.currency, given=form.is_submitted())
    if form.validate_on_submit():
        try:
            return _save(group, form, lines)
        except OutOfPlace as error:
            say_out_of_place(error)
            return back_to(group)
        except Incomplete as error:
            form.say_missing(error.missing)
    whys = {f"{one.code}-{one.form}": say_why(one) for one in lines}
    page = render_template("consortia/usual.html", form=form, group=group, whys=whys, there=there)
    return page, 422 if form.errors else 200


def _save(group: Consortium, form: UsualForm, lines: list[UsualCost]):
    before = group.state
    known = {f"{one.code}-{one.form}": one for one in lines}
    chosen = [(known[name].code, known[name].form, cost) for name, cost in form.chosen if name in known]
    budget.add_usual(db, current_user, group, chosen)
    say_saved(group, before)
    return redirect(url_for(".show_budget", key=group.key), 303)
