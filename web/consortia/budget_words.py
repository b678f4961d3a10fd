"""Costs and rules of sharing in words."""

from __future__ import annotations

from flask import Flask
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from matching.sharing import SharingError
from matching.sharing.errors import AbsurdAmount, Infeasible, TooManyMembers
from services.consortia.usual_costs import UsualCost
from web.consortia.words import list_words
from web.languages import money
from web.words import product_line

COST = {
    "RESEARCH": _l("Market research"),
    "FAIR_SPACE": _l("Fair stand"),
    "TRAVEL": _l("Mission travel"),
    "CERT": _l("Certification and homologation"),
    "LABEL": _l("Translation and labelling"),
    "LEGAL": _l("Contracts and trademark"),
    "REP": _l("Representative or office in the market"),
    "MANAGER": _l("Consortium manager"),
    "PROMO": _l("Campaign, catalogue, web"),
    "FREIGHT": _l("Freight"),
    "DUTY": _l("Duties and taxes on entry"),
    "CREDIT": _l("Export credit cover"),
    "OTHER": _l("Another cost"),
}
FORM = {
    "COMMON": _l("once for all"),
    "CLUB": _l("once for those who use it"),
    "NESTED": _l("as large as the largest need"),
    "OWN": _l("each its own"),
    "VOLUME": _l("by quantity"),
}
FORM_MEANS = {
    "COMMON": _l("It is paid once, whoever takes part."),
    "CLUB": _l("It is paid once for those who use it; the others pay nothing of it."),
    "NESTED": _l("What the largest need costs is enough for all: a large stand has room for small needs, too."),
    "OWN": _l("Each member pays what it needs itself."),
    "VOLUME": _l("It depends on the quantity of all together, and each further unit may cost less."),
}
RULE = {
    "agreed": _l("Each cost by its own rule"),
    "shapley": _l("Fair share (Shapley)"),
    "equal": _l("Equal shares"),
    "proportional": _l("In proportion to the cost alone"),
    "by_use": _l("By use"),
    "nucleolus": _l("Least complaint (nucleolus)"),
    "ensc": _l("Own part, the rest equally"),
    "scrb": _l("Own part, the rest by savings"),
}
RULE_MEANS = {
    "agreed": _l("The usual rule of each kind of cost: research equally, the stand step by step, and so on."),
    "shapley": _l("What each adds to the cost, on average over all orders of joining (Shapley, 1953)."),
    "equal": _l("The whole cost, divided by the number of members."),
    "proportional": _l("Each pays the part of the whole that its cost alone is of the sum of all costs alone."),
    "by_use": _l("Each cost in proportion to how much each member uses of it."),
    "nucleolus": _l("Makes the greatest complaint of any subgroup as small as it can be (Schmeidler, 1969)."),
    "ensc": _l("Each pays what it adds as the last to join; what is left is divided equally."),
    "scrb": _l("Each pays what it adds as the last to join; what is left goes by what each saves."),
}


LIMITS = ("FloorAboveCap", "FloorsExceedTotal", "CapsBelowTotal")
"""Errors by which a rule is left out because of what members pay at least and at most."""
WHY = {
    "always": _l("Every market takes it."),
    "fair": _l("Where you show together what you have; a large stand has room for small needs, too."),
    "abroad": _l("People travel to the market."),
    "at_home": _l("All members are in the market."),
    "language": _l("Another language is spoken there than where a member is."),
    "same_language": _l("The members speak the language of the market."),
    "labels": _l("Each product has a label of its own."),
    "no_homologation": _l("Nothing is published on your products: look it up."),
    "sells": _l("You sell together."),
    "promotes": _l("Only where you sell or plan together."),
    "contracts": _l("Contracts and trademark in another country."),
    "far": _l("The market is far: somebody there saves travel."),
    "near": _l("The market is near: travel may do."),
    "no_agreement": _l("No trade agreement or customs union is known between the market and where all members are."),
    "agreement": _l("A trade agreement or a customs union is known: look up what is left."),
}


def say_why(cost: UsualCost) -> str:
    """Why a cost is among the usual ones."""
    headings = list_words([product_line(code) for code in cost.facts.get("headings", ())])
    if cost.why == "homologation":
        return _("It is published that the market asks for it: %(products)s.", products=headings)
    return str(WHY[cost.why])


def say_sharing_error(error: SharingError) -> str:
    """Why costs cannot be shared, in a sentence."""
    if isinstance(error, AbsurdAmount):
        return _("An amount is beyond anything that a group spends. Look at it again.")
    if isinstance(error, TooManyMembers):
        return _("This rule takes too long for so many members.")
    if isinstance(error, Infeasible):
        return _("The subsidy is more than the cost that it is for.")
    return _("A cost contradicts itself, or nobody uses it any more. Look at the costs again.")


def say_limits(floor: int | None, cap: int | None, currency: str) -> str:
    """What a member pays at least and at most."""
    if floor is None:
        return _("pays at most %(most)s", most=money(cap, currency))
    if cap is None:
        return _("pays at least %(least)s", least=money(floor, currency))
    return _("pays from %(least)s to %(most)s", least=money(floor, currency), most=money(cap, currency))


def init_budget_words(app: Flask) -> None:
    """Let templates say these codes in words."""
    tables = {"cost_kind": COST, "cost_form": FORM, "sharing_rule": RULE, "sharing_rule_means": RULE_MEANS}
    for name, table in tables.items():
        app.jinja_env.filters[name] = lambda code, table=table: table.get(code, "")
    app.jinja_env.filters["share_limits"] = say_limits
    app.jinja_env.tests["about_limits"] = lambda error: error in LIMITS
    app.jinja_env.filters["member_name"] = lambda key, names: names.get(key, "")
