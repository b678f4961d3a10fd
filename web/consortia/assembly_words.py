"""What a search for groups found, in words: limits, what is not known, changes that would help."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from flask import Flask
from flask_babel import gettext as _

from models import Consortium, Firm
from services.consortia.searches import Search
from web.consortia.words import list_words
from web.languages import amount, before_stop, money, number
from web.words import CAPABILITY, FACET, product_line

Means = Mapping[str, tuple[float | None, float | None]]
Firms = Mapping[str, Firm]
MOST_NAMED = 3
"""Firms that are named where several break a limit together."""


def say_asked(code: str) -> str:
    """The name of something that is asked for: a capability, a part of readiness, or a product."""
    return str(CAPABILITY.get(code) or FACET.get(code) or (product_line(code) if code.isdigit() else code))


def _names(keys: Iterable[str], firms: Firms) -> str:
    return before_stop(list_words([firms[key].name for key in keys if key in firms]))


def say_broken(broken: Mapping[str, Any], firms: Firms) -> str:
    """A limit that a group does not keep."""
    named = _names(broken["firms"], firms)
    match broken["code"]:
        case "fewest":
            return _("there are too few members")
        case "most":
            return _("there are too many members")
        case "entry_cost":
            return _("what members have stated does not reach the cost of entering")
        case "capacity":
            return _("what members have stated does not reach the capacity")
        case "must":
            return _("nobody brings %(what)s", what=say_asked(broken["name"]))
        case "experienced":
            return _("nobody has experience of the market")
        case "strength_ratio" if len(broken["firms"]) > MOST_NAMED:
            return _("sizes differ too much")
        case "strength_ratio":
            return _("%(firms)s differ too much in size", firms=named)
        case "barred":
            return _("%(firms)s was to stay out", firms=named) if named else _("a firm was to stay out")
        case "pinned":
            return _("%(firms)s was to be in", firms=named) if named else _("a firm was to be in")
    return _("a limit is not kept")


def say_change(change: Mapping[str, Any], group: Consortium, search: Search, firms: Firms) -> str:
    """The smallest change of one limit that lets a group be found."""
    code, after, named = change["code"], change["after"], _names(change["firms"], firms)
    match code:
        case "fewest":
            return _("Be content with %(count)s members.", count=number(after))
        case "most":
            return _("Allow up to %(count)s members.", count=number(after))
        case "entry_cost":
            return _(
                "Plan with an entry of at most %(amount)s: more is not stated.", amount=amount(after, group.currency)
            )
        case "capacity":
            return _("Ask for a capacity of at most %(count)s: more is not stated.", count=number(after))
        case "must" if change["name"] in group.musts:
            return _("Do without %(what)s for now.", what=say_asked(change["name"]))
        case "must" if after:
            return _(
                "Accept all of %(wide)s in place of %(narrow)s.",
                wide=say_asked(str(after)), narrow=say_asked(change["name"]),
            )  # fmt: skip
        case "must":
            return _("Do not insist on %(what)s.", what=say_asked(change["name"]))
        case "experienced":
            return _("Do without a member that has regular experience of the market.")
        case "strength_ratio":
            return _("Allow %(count)s times the employees between the largest and the smallest.", count=_up(after))
        case "barred" if set(change["firms"]) <= set(search.barred):
            return _("Let in: %(firms)s.", firms=named)
        case "barred":
            return _("Let firms in that do not state their commitment.")
        case "pinned":
            return _("Do without: %(firms)s.", firms=named)
    return ""


def _up(value: float) -> str:
    return number(-(-value // 1))


def say_unknown(proposal: Mapping[str, Any], group: Consortium, search: Search, firms: Firms, means: Means) -> list:
    """What is not known of a group, so that limits could not be held with it."""
    keys = [one["firm"] for one in proposal["members"]]
    found = []
    for turn, asked in enumerate((search.entry_minor, search.capacity)):
        silent = [key for key in keys if means.get(key, (None, None))[turn] is None]
        if asked and silent:
            stated = sum(means[key][turn] or 0 for key in keys if key in means)
            found.append(_say_means(group, turn, asked, stated, _names(silent, firms)))
    if proposal["uncommitted"]:
        silent = _names(proposal["uncommitted"], firms)
        found.append(_("Do not state that they are committed: %(firms)s.", firms=silent))
    if proposal["unknown_size"]:
        found.append(_("Do not say how many they employ: %(firms)s.", firms=_names(proposal["unknown_size"], firms)))
    return found


def _say_means(group: Consortium, turn: int, asked: int, stated: float, silent: str) -> str:
    if turn:
        return _(
            "Capacity: %(stated)s of %(asked)s are known. Not stated to the group by: %(firms)s.",
            stated=number(stated), asked=number(asked), firms=silent,
        )  # fmt: skip
    return _(
        "Money: %(stated)s of %(asked)s are known. Not stated to the group by: %(firms)s.",
        stated=amount(stated, group.currency), asked=money(asked, group.currency), firms=silent,
    )  # fmt: skip


def say_held(group: Consortium, search: Search) -> list[tuple[str, str]]:
    """How each limit was held: `held`, `known` (as far as it is known), `open`; with a sentence."""
    found = [
        ("held", _("From %(fewest)s to %(most)s members.", fewest=number(max(3, search.fewest or group.smallest)),
                   most=number(search.most or group.largest))),
        ("held", _("No two firms of which a rule says that they do not go together.")),
    ]  # fmt: skip
    musts = [say_asked(code) for code in group.musts if code not in search.given_up]
    if musts:
        what = list_words(musts)
        found.append(("held", _("What cannot be missing, by what firms say they offer: %(what)s.", what=what)))
    if search.products:
        codes = list_words([product_line(code) for code in search.products])
        found.append(("held", _("Products, by the codes in the profiles: %(what)s.", what=codes)))
    if search.experienced:
        found.append(("held", _("A member with experience of the market, by what profiles say.")))
    if search.ratio:
        ratio = number(search.ratio)
        found.append(
            ("known", _("Sizes, by the employees that profiles name: at most %(count)s times.", count=ratio))
        )
    if search.entry_minor:
        found.append(("known", _("Money, by what members have stated to this group and what your own firm plans.")))

    if search.capacity:
        found.append(("known", _("Capacity, by what members have stated to this group.")))
    if search.entry_minor or search.capacity:
        found.append(
            ("open", _("Money and capacity of firms that are not in: they have told you nothing. Ask them."))
        )
    if search.stated:
        found.append(("held", _("Newcomers state that they are committed to exporting.")))
    else:
        found.append(("open", _("Commitment was not looked at: it is each firm's own.")))
    return found


def init_assembly_words(app: Flask) -> None:
    """Let templates say what was found."""
    app.jinja_env.filters.update(asked_for=say_asked, broken_limit=say_broken, limit_change=say_change)
