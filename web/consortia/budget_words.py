"""Costs and rules of sharing in words."""

from __future__ import annotations

from flask import Flask
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from matching.sharing import SharingError
from matching.sharing.errors import AbsurdAmount, Infeasible, TooManyMembers

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


def say_sharing_error(error: SharingError) -> str:
    """Why costs cannot be shared, in a sentence."""
    if isinstance(error, AbsurdAmount):
        return _("An amount is beyond anything that a group spends. Look at it again.")
    if isinstance(error, TooManyMembers):
        return _("This rule takes too long for so many members.")
    if isinstance(error, Infeasible):
        return _("The subsidy is more than the cost that it is for.")
    return _("A cost contradicts itself, or nobody uses it any more. Look at the costs again.")


def init_budget_words(app: Flask) -> None:
    """Let templates say these codes in words."""
    tables = {"cost_kind": COST, "cost_form": FORM, "sharing_rule": RULE, "sharing_rule_means": RULE_MEANS}
    for name, table in tables.items():
        app.jinja_env.filters[name] = lambda code, table=table: table.get(code, "")
    app.jinja_env.filters["member_name"] = lambda key, names: names.get(key, "")
