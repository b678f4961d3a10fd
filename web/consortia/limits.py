"""What members pay at least and at most: written by the lead, part of what the members vote on."""

from __future__ import annotations

from flask_login import current_user

from services.consortia import budget
from services.consortia.moving import OutOfPlace
from services.consortia.standing import standing_of
from services.errors import Incomplete
from web.consortia.budget import budget_page, saved
from web.consortia.budget_forms import LimitsForm
from web.consortia.views import back_to, blueprint, led_group, say_out_of_place
from web.database import db


@blueprint.post("/<key>/limits")
def set_limits(key: str):
    """Say what each member pays at least and at most."""
    group = led_group(key)
    before, inside = group.state, standing_of(db, group).inside
    form = LimitsForm(prefix="l")
    form.fit(inside, {}, group.currency, given=True)
    if not form.validate_on_submit():
        return budget_page(group, limits=form)
    rows = form.by_key
    bounds = {
        one.firm_id: (rows[one.firm.key].floor.data, rows[one.firm.key].cap.data)
        for one in inside
        if one.firm.key in rows
    }
    try:
        budget.set_limits(db, current_user, group, bounds)
    except OutOfPlace as error:
        say_out_of_place(error)
        return back_to(group)
    except Incomplete as error:
        form.say_wrong(error.missing, {str(one.firm_id): one.firm.key for one in inside})
        return budget_page(group, limits=form)
    return saved(group, before)
