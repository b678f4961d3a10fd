"""The budget workbench: costs, shares by several rules, and what each means to the acting firm."""

from __future__ import annotations

from flask import abort, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_login import current_user

from matching.sharing import SharingError
from matching.sharing.kinds import KINDS
from models import Consortium, CostComponent
from services.consortia import budget, content
from services.consortia.access import find_place, is_lead, is_member, may_act, sees_all
from services.consortia.budget import Need
from services.consortia.limits import limits_of, plain_limits
from services.consortia.moving import OutOfPlace
from services.consortia.standing import Standing, standing_of
from services.errors import Incomplete
from web.access import require
from web.consortia.budget_forms import CostForm, LimitsForm, OwnCostForm, SubsidyForm
from web.consortia.budget_words import COST, FORM_MEANS, say_sharing_error
from web.consortia.notices import tell_members
from web.consortia.views import (
    back_to,
    blueprint,
    inside_group,
    is_for_another,
    led_group,
    say_out_of_place,
    say_saved,
    seen_group,
)
from web.database import db
from web.frame import acting_firm

OWN_WORD = "OTHER"
"""The code of a cost that is none of the usual ones."""
OTHER_FORMS = ("COMMON", "CLUB", "NESTED", "OWN", "VOLUME")


@blueprint.get("/<key>/budget")
def show_budget(key: str):
    """Show what the market costs, who would pay what by each rule, and what that means to the acting firm."""
    group, place = seen_group(key)
    require(sees_all(db, current_user, group, place))
    return budget_page(group)


def budget_page(group: Consortium, **forms):
    """The workbench, with the forms that were sent and are not right."""
    firm, standing = acting_firm(), standing_of(db, group)
    place = find_place(db, group, firm)
    comparison, problem = None, ""
    try:
        comparison = budget.compare(db, standing)
    except SharingError as error:
        problem = say_sharing_error(error)
    costs = budget.list_components(db, group)
    leads = is_lead(group, firm) and may_act(db, current_user, group, binding=False)
    subsidy = forms.get("subsidy") or SubsidyForm(formdata=None, data={"subsidy": group.subsidy_minor}, prefix="s")
    limits = forms.get("limits") or LimitsForm(formdata=None, prefix="l")
    if "limits" not in forms:
        limits.fit(standing.inside, limits_of(db, standing), group.currency, given=False)
    own = forms.get("own") or OwnCostForm(formdata=None, data={"alone": place and place.alone_minor}, prefix="o")
    for form, field in ((subsidy, "subsidy"), (own, "alone")):
        form[field].currency = group.currency
    page = render_template(
        "consortia/budget.html",
        group=group,
        firm=firm,
        place=place,
        standing=standing,
        costs=costs,
        totals=_totals(standing, costs),
        comparison=comparison,
        problem=problem,
        names={one.firm.key: one.firm.name for one in standing.inside},
        mine=comparison.member(firm.key) if comparison and comparison.results and is_member(place) else None,
        may_write=leads and group.state in content.SHARED,
        kinds=[(code, form, COST[code]) for code, kind in KINDS.items() for form in kind.forms]
        + [(OWN_WORD, form, COST[OWN_WORD]) for form in OTHER_FORMS],
        subsidy=subsidy,
        limits=limits,
        limited=plain_limits(db, standing),
        unpriced={one.key for one in costs if budget.is_unpriced(one)},
        own=own if is_member(place) else None,
    )
    return page, 422 if forms else 200


def _totals(standing: Standing, costs: list[CostComponent]) -> dict[str, float | None]:
    """What each cost comes to for all together, by key; None where it contradicts itself by now."""
    everybody = [one.firm.key for one in standing.inside]
    found: dict[str, float | None] = {}
    for cost in costs:
        if budget.is_unpriced(cost):
            found[cost.key] = None
            continue
        try:
            made = budget.to_component(cost, standing.inside, standing.consortium.currency)
            found[cost.key] = made.cost_of(everybody)
        except SharingError:
            found[cost.key] = None
    return found


@blueprint.route("/<key>/budget/new/<code>/<form>", methods=["GET", "POST"])
def new_cost(key: str, code: str, form: str):
    """Enter a cost of a kind."""
    group = led_group(key)
    is_usual = code in KINDS and form in KINDS[code].forms
    if not (is_usual or (code == OWN_WORD and form in OTHER_FORMS)):
        abort(404)
    return _cost_page(group, None, code, form)


@blueprint.route("/<key>/budget/<cost_key>", methods=["GET", "POST"])
def edit_cost(key: str, cost_key: str):
    """Change a cost."""
    group = led_group(key)
    cost = budget.get_component(db, group, cost_key)
    return _cost_page(group, cost, cost.code, cost.form)


def _cost_page(group: Consortium, cost: CostComponent | None, code: str, kind: str):
    inside, before = standing_of(db, group).inside, group.state
    form = CostForm()
    form.fit(kind, group.currency, inside, cost, given=form.is_submitted())
    if form.validate_on_submit():
        try:
            budget.save_component(
                db, current_user, group, cost, code=code, form=kind, name=form.name.data or "",
                cost_minor=form.cost.data if "cost" in form else None,
                growth_percent=form.growth.data if "growth" in form else None,
                needs={one.firm_id: _need(form, one.firm.key) for one in inside},
            )  # fmt: skip
        except OutOfPlace as error:
            say_out_of_place(error)
            return back_to(group)
        except Incomplete as error:
            form.say_missing(error.missing)
        except SharingError as error:
            form.form_errors.append(say_sharing_error(error))
        else:
            return saved(group, before)
    if form.errors:
        db.rollback()  # a cost that contradicts itself was written before that showed
    return (
        render_template(
            "consortia/cost.html", form=form, group=group, cost=cost, code=code, kind=kind, means=FORM_MEANS[kind],
            names={one.firm.key: one.firm.name for one in inside},
        ),
        422 if form.errors else 200,
    )  # fmt: skip


def _need(form: CostForm, firm_key: str) -> Need:
    row = form.by_key.get(firm_key)
    if row is None:
        return Need()
    return Need(
        takes_part=bool(row["takes_part"].data) if "takes_part" in row else False,
        need_minor=row["need"].data if "need" in row else None,
        quantity=row["quantity"].data if "quantity" in row else None,
    )


def saved(group: Consortium, before: str):
    """Say that it is saved, and go back to the workbench."""
    say_saved(group, before)
    return redirect(url_for("consortia.show_budget", key=group.key), 303)


@blueprint.post("/<key>/budget/<cost_key>/remove")
def remove_cost(key: str, cost_key: str):
    """Take a cost out of the budget."""
    group = led_group(key)
    before = group.state
    try:
        budget.remove_component(db, current_user, group, budget.get_component(db, group, cost_key))
    except OutOfPlace as error:
        say_out_of_place(error)
        return back_to(group)
    return saved(group, before)


@blueprint.post("/<key>/subsidy")
def set_subsidy(key: str):
    """Say how much somebody else pays."""
    group = led_group(key)
    before = group.state
    form = SubsidyForm(prefix="s")
    form.subsidy.currency = group.currency
    if not form.validate_on_submit():
        return budget_page(group, subsidy=form)
    try:
        budget.set_subsidy(db, current_user, group, form.subsidy.data or 0)
    except OutOfPlace as error:
        say_out_of_place(error)
        return back_to(group)
    return saved(group, before)


@blueprint.post("/<key>/own-cost")
def set_own_cost(key: str):
    """Note for the acting firm's own eyes what it would pay alone."""
    group, place, _firm = inside_group(key)
    if is_for_another():
        return back_to(group)
    form = OwnCostForm(prefix="o")
    form.alone.currency = group.currency
    if not form.validate_on_submit():
        return budget_page(group, own=form)
    budget.set_own_cost(db, place, form.alone.data)
    flash(_("Saved. Only your firm sees it."))
    return redirect(url_for(".show_budget", key=key), 303)


@blueprint.post("/<key>/adopt")
def adopt_rule(key: str):
    """Make what a rule says the members' shares."""
    group = led_group(key)
    before = group.state
    try:
        budget.adopt(db, current_user, group, request.form.get("rule", ""))
    except OutOfPlace as error:
        say_out_of_place(error)
        return back_to(group)
    except (Incomplete, SharingError) as error:
        is_open = isinstance(error, Incomplete) and "amount" in error.missing
        without = _("Some costs have no amount yet: write them, or take these costs out.")
        flash(without if is_open else _("This rule has no answer for these costs."), "bad")
        return redirect(url_for(".show_budget", key=key), 303)
    if group.state != before:
        tell_members(group, "group_moved", state=group.state)
    flash(_("These are the shares now. Open a vote on them when the members have seen them."))
    return back_to(group, "shares")
