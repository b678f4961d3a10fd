"""What the engine found, in sentences: reasons, risks, what a partner would fill, and the names of the signals.

The engine gives codes and facts; here they become whole sentences in the reader's language, from the point of view
of the firm that reads: `you` is that firm, `it` the partner.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping

from babel.lists import format_list
from flask_babel import get_locale
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from matching.explain import Fills
from matching.reason import Reason
from models import Firm
from services.profiles import region_of
from web.languages import number, percent
from web.words import CAPABILITY, FACET, HORIZON, NORM, OBJECTIVE, country, language, product_label

SIGNAL = {
    "obj": _l("Same objectives"),
    "mkt": _l("Same target markets"),
    "tier": _l("Similar price and quality"),
    "commit": _l("Commitment to exporting"),
    "size": _l("Similar size"),
    "values": _l("Similar ways of working"),
    "gap": _l("Offers what the other looks for"),
    "bridge": _l("Shortens the distance to a market"),
    "basket": _l("Products that go together"),
    "trust": _l("Trusted links"),
    "verify": _l("Verified facts"),
}
UNKNOWN_BECAUSE = {
    "obj": _l("Objectives are missing on one side."),
    "mkt": _l("Target markets are missing on one side."),
    "tier": _l("Price and quality of the products are missing on one side."),
    "commit": _l("Commitment is each firm's own affair: it counts only where a firm states it."),
    "size": _l("The number of employees is missing on one side."),
    "values": _l("Ways of working are missing on one side."),
    "gap": _l(
        "One side has not said what it looks for, or the other not what it offers, and readiness does not "
        "show it either."
    ),
    "bridge": _l("Markets wanted are missing, or their distance is not known."),
    "basket": _l("Products with a code are missing on one side."),
    "trust": _l("Place and links are missing on one side."),
    "verify": _l("Nothing has been verified yet."),
}


def listed(words: Iterable[object]) -> str:
    """Several words as one speaks them: “a, b and c”."""
    return format_list([str(word) for word in words], locale=get_locale())


def _names(table: Mapping, codes: Iterable) -> str:
    return listed(table.get(code, code) for code in codes)


def _countries(codes: Iterable[str]) -> str:
    return listed(country(code) for code in codes)


def _figure(value: float) -> str:
    return number(value, 0 if value == int(value) else 1)


def _objectives(facts: Mapping, is_mine: bool, names: Mapping) -> str:
    if "objectives" in facts:
        return _("You want the same: %(objectives)s", objectives=_names(OBJECTIVE, facts["objectives"]))
    return _("You plan for the same time: %(horizon)s", horizon=HORIZON[facts["horizon"]])


def _gap(facts: Mapping, is_mine: bool, names: Mapping) -> str:
    parts = []
    if "capabilities" in facts:
        offered = _names(CAPABILITY, facts["capabilities"])
        if is_mine:
            parts.append(_("It offers what you look for: %(offered)s", offered=offered))
        else:
            parts.append(_("You offer what it looks for: %(offered)s", offered=offered))
    if "facets" in facts:
        strengths = _names(FACET, facts["facets"])
        if "market" in facts:
            strengths = _("%(strengths)s, for %(market)s", strengths=strengths, market=country(facts["market"]))
        if is_mine:
            parts.append(_("It has more of what you lack: %(strengths)s", strengths=strengths))
        else:
            parts.append(_("You have more of what it lacks: %(strengths)s", strengths=strengths))
    return ". ".join(parts)


def _bridge(facts: Mapping, is_mine: bool, names: Mapping) -> str:
    words = {
        "market": country(facts["market"]),
        "before": number(facts["from"]),
        "after": number(facts["to"]),
        "firm": names.get("its:name") or _("This firm"),
    }
    means = _means(facts, is_mine)
    if not means:
        if is_mine:
            return _("%(firm)s is nearer to %(market)s: it brings you from %(before)s to %(after)s", **words)
        return _("You are nearer to %(market)s: you bring it from %(before)s to %(after)s", **words)
    words["means"] = listed(means)
    if is_mine:
        return _("%(firm)s %(means)s: for %(market)s it brings you from %(before)s to %(after)s", **words)
    return _("You %(means)s: for %(market)s you bring it from %(before)s to %(after)s", **words)


def _means(facts: Mapping, is_mine: bool) -> list[str]:
    """What shortens the way to a market, as ends of a sentence that begins with the firm, or with “you”."""
    market = country(facts["market"])
    if facts.get("at_home"):
        return [
            _("is at home in %(market)s", market=market) if is_mine else _("are at home in %(market)s", market=market)
        ]
    means = []
    if facts.get("languages"):
        spoken = listed(language(code) for code in facts["languages"])
        means.append(
            _("speaks %(languages)s", languages=spoken) if is_mine else _("speak %(languages)s", languages=spoken)
        )
    known = facts.get("experience", 0)
    if known >= 1:
        means.append(_("has an office or a partner there") if is_mine else _("have an office or a partner there"))
    elif known >= 0.5:
        means.append(_("sells in %(market)s", market=market) if is_mine else _("sell in %(market)s", market=market))
    elif known > 0:
        means.append(
            _("knows %(market)s from visits", market=market)
            if is_mine
            else _("know %(market)s from visits", market=market)
        )
    return means


def _basket(facts: Mapping, is_mine: bool, names: Mapping) -> str:
    mine, theirs = (facts["mine"], facts["theirs"]) if is_mine else (facts["theirs"], facts["mine"])
    return _(
        "Your product “%(mine)s” goes well with its “%(theirs)s”",
        mine=names.get(f"our:{mine}") or product_label(mine),
        theirs=names.get(f"its:{theirs}") or product_label(theirs),
    )


def _trust(facts: Mapping, is_mine: bool, names: Mapping) -> str:
    if facts["kind"] == "worked_together":
        return _("You have worked together before")
    if facts["kind"] == "link":
        return _("You share a trusted link: %(links)s", links=listed(names.get(k, k) for k in facts["links"]))
    return _("You are in the same place: %(place)s", place=names.get(facts["region"], facts["region"]))


def _verify(facts: Mapping, is_mine: bool, names: Mapping) -> str:
    if is_mine:
        return _("%(share)s of its facts have been verified", share=percent(facts["share"]))
    return _("%(share)s of your facts have been verified", share=percent(facts["share"]))


REASONS: dict[str, Callable[[Mapping, bool, Mapping], str]] = {
    "obj": _objectives,
    "mkt": lambda facts, is_mine, names: _("You both want %(markets)s", markets=_countries(facts["markets"])),
    "tier": lambda facts, is_mine, names: _("Your products are alike in price and quality"),
    "size": lambda facts, is_mine, names: _(
        "You are of similar size: %(mine)s and %(theirs)s employees",
        mine=number(facts["mine"] if is_mine else facts["theirs"]),
        theirs=number(facts["theirs"] if is_mine else facts["mine"]),
    ),
    "values": lambda facts, is_mine, names: _("You work alike: %(norms)s", norms=_names(NORM, facts["norms"])),
    "gap": _gap,
    "bridge": _bridge,
    "basket": _basket,
    "trust": _trust,
    "verify": _verify,
}


def say_reason(reason: Reason, *, is_mine: bool, names: Mapping[str, str] | None = None) -> str:
    """One reason as a sentence; `is_mine` tells whether it is the reader's reason or the partner's."""
    return REASONS[reason.code](reason.facts, is_mine, names or {})


def _one_sided(facts: Mapping, me: str) -> str:
    if facts["gains_more"] == me:
        return _("You would gain more from this than it would: it may ask for something in return.")
    return _("It would gain more from this than you would: ask for something in return.")


RISKS: dict[str, Callable[[Mapping, str], str]] = {
    "language": lambda facts, me: _("There is no language that both of you speak well enough to work in."),
    "competition": lambda facts, me: _(
        "You may compete: both of you want to sell “%(product)s” in %(markets)s.",
        product=product_label(facts["mine"]),
        markets=_countries(facts["markets"]),
    ),
    "thin": lambda facts, me: _(
        "Little is known: only %(known)s of %(of)s signals.", known=facts["known"], of=facts["of"]
    ),
    "no_market": lambda facts, me: _(
        "You want no market in common: you want %(mine)s, it wants %(theirs)s.",
        mine=_countries(facts["mine"]),
        theirs=_countries(facts["theirs"]),
    ),
    "market": lambda facts, me: _(
        "Neither of you has experience in %(markets)s.", markets=_countries(facts["markets"])
    ),
    "size": lambda facts, me: _(
        "One of you is much larger: you have %(mine)s employees, it has %(theirs)s.",
        mine=number(facts["mine"]),
        theirs=number(facts["theirs"]),
    ),
    "tier": lambda facts, me: _(
        "Your products are far apart in price and quality: %(mine)s and %(theirs)s of 5.",
        mine=_figure(facts["mine"]),
        theirs=_figure(facts["theirs"]),
    ),
    "horizon": lambda facts, me: _(
        "One of you is in more of a hurry. You: %(mine)s. It: %(theirs)s.",
        mine=HORIZON[facts["mine"]],
        theirs=HORIZON[facts["theirs"]],
    ),
    "one_sided": _one_sided,
    "objectives": lambda facts, me: _("You have not named any objective in common: talk about what each wants."),
    "strangers": lambda facts, me: _("You have never worked together: start with something small."),
}


def say_risk(risk: Reason, me: str) -> str:
    """The risk as a sentence; `me` is the reader's firm as the engine names it."""
    return RISKS[risk.code](risk.facts, me)


def say_fills(fills: Fills) -> list[str]:
    """What the partner would bring that the reader's firm lacks, one phrase each."""
    phrases = [str(CAPABILITY.get(code, code)) for code in fills.capabilities]
    phrases += [str(FACET[facet]) for facet in fills.facets]
    phrases += [_("knows %(market)s", market=country(code)) for code in fills.markets]
    phrases += [_("speaks %(language)s", language=language(code)) for code in fills.languages]
    return phrases


def names_for(firm: Firm, other: Firm) -> dict[str, str]:
    """Firms' own names for what the engine knows by a key: products (of either side), links, places."""
    sides = (("our", firm), ("its", other))
    names = {f"{side}:{product.hs}": product.words for side, of in sides for product in of.products if product.hs}
    names.update((f"{link.kind}:{link.name_folded}", link.name) for link in (*other.links, *firm.links))
    names["its:name"] = other.name
    names.update((region_of(each.country, each.city), each.city) for each in (other, firm) if each.city)
    return names
