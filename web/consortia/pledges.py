"""What members let their group know that they could bring."""

from __future__ import annotations

from flask import flash, redirect, render_template, url_for
from flask_babel import gettext as _

from services.consortia import pledges
from services.consortia.standing import standing_of
from web.consortia.search_forms import PledgeForm
from web.consortia.views import back_to, blueprint, inside_group, is_for_another
from web.database import db


@blueprint.route("/<key>/pledges", methods=["GET", "POST"])
def show_pledges(key: str):
    """Show what the members have stated, and let the acting firm state its own."""
    group, place, firm = inside_group(key)
    own = pledges.find_pledge(db, place)
    form = PledgeForm(data={"budget": own.budget_minor, "capacity": own.capacity} if own else None)
    form.budget.currency = group.currency
    if form.is_submitted() and is_for_another():
        return back_to(group)
    if form.validate_on_submit():
        pledges.set_pledge(db, place, budget_minor=form.budget.data, capacity=form.capacity.data)
        flash(_("Saved. The members of the group see it."))
        return redirect(url_for(".show_pledges", key=key), 303)
    standing = standing_of(db, group)
    stated = pledges.pledges_of(db, standing)
    rows = [(one.firm, stated.get(one.firm_id)) for one in standing.inside]
    page = render_template("consortia/pledges.html", group=group, firm=firm, form=form, rows=rows)
    return page, 422 if form.errors else 200
