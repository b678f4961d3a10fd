"""The one thing to watch in a pair: the first of these rules that applies.

Rules, limits and their order are our design: first what keeps two firms from
working together at all, then what breaks groups, then what is merely unknown.
A rule speaks only where both profiles hold what it needs.
"""

from __future__ import annotations

from matching import hs, terms
from matching.profile import Profile
from matching.reason import Reason
from matching.score import Pair

SPEAKS = 0.6
"""Language level that one can work with."""

KNOWN_SIGNALS = 5
"""Up to how many known signals of eleven the evidence is thin."""


def find_risk(a: Profile, b: Profile, pair: Pair) -> Reason | None:
    """Return the gravest risk that *a* runs with *b*, or ``None``.

    In this order: no common language to work in; direct competition of .4 or
    more; five or fewer known signals; no market that both want; no experience of
    either firm in any market that both want; one firm more than five times the
    other; two price tiers or more apart; one in a hurry and the other not; one side gaining .2 more than the other;
    no objective shared; never worked together.

    Examples
    --------
    >>> from matching.score import score_pair
    >>> a, b = Profile("a", languages={"pt": 1.0}), Profile("b", languages={"fr": 1.0, "pt": 0.25})
    >>> find_risk(a, b, score_pair(a, b)).code
    'language'
    """
    for code, rule in RULES.items():
        facts = rule(a, b, pair)
        if facts is not None:
            return Reason(code, facts, 0.0)
    return None


def _language(a: Profile, b: Profile, pair: Pair) -> dict | None:
    if not a.languages or not b.languages:
        return None
    common = any(min(level, b.languages.get(code, 0)) >= SPEAKS for code, level in a.languages.items())
    return None if common else {"mine": sorted(a.languages), "theirs": sorted(b.languages)}


def _competition(a: Profile, b: Profile, pair: Pair) -> dict | None:
    if pair.competition < 0.4:
        return None
    mine, theirs = max(
        ((p, q) for p in a.products for q in b.products), key=lambda two: (hs.level(*two), two[0].hs, two[1].hs)
    )
    return {"mine": mine.hs, "theirs": theirs.hs, "markets": sorted(a.targets.keys() & b.targets.keys())}


def _thin(a: Profile, b: Profile, pair: Pair) -> dict | None:
    known = min(pair.forward.known, pair.backward.known)
    return {"known": known, "of": len(terms.TERMS)} if known <= KNOWN_SIGNALS else None


def _no_market(a: Profile, b: Profile, pair: Pair) -> dict | None:
    if not a.targets or not b.targets or a.targets.keys() & b.targets.keys():
        return None
    return {"mine": sorted(a.targets), "theirs": sorted(b.targets)}


def _market(a: Profile, b: Profile, pair: Pair) -> dict | None:
    wanted = a.targets.keys() & b.targets.keys()
    if not wanted or not a.experience or not b.experience:
        return None
    if any(firm.experience.get(market, 0) > 0 for firm in (a, b) for market in wanted):
        return None
    return {"markets": sorted(wanted)}


def _size(a: Profile, b: Profile, pair: Pair) -> dict | None:
    if a.employees is None or b.employees is None:
        return None
    small, large = sorted((max(a.employees, 1), max(b.employees, 1)))
    return {"mine": a.employees, "theirs": b.employees} if large > 5 * small else None


def _tier(a: Profile, b: Profile, pair: Pair) -> dict | None:
    mine, theirs = terms.mean_tier(a), terms.mean_tier(b)
    if mine is None or theirs is None or abs(mine - theirs) < 2:
        return None
    return {"mine": mine, "theirs": theirs}


def _horizon(a: Profile, b: Profile, pair: Pair) -> dict | None:
    if a.horizon is None or b.horizon is None or abs(a.horizon - b.horizon) < 2:
        return None
    return {"mine": a.horizon, "theirs": b.horizon}


def _one_sided(a: Profile, b: Profile, pair: Pair) -> dict | None:
    mine, theirs = pair.forward.value, pair.backward.value
    if mine is None or theirs is None or abs(mine - theirs) < 0.2:
        return None
    return {"gains_more": a.id if mine > theirs else b.id}


def _objectives(a: Profile, b: Profile, pair: Pair) -> dict | None:
    return {} if a.objectives and b.objectives and not a.objectives & b.objectives else None


def _strangers(a: Profile, b: Profile, pair: Pair) -> dict | None:
    return None if b.id in a.ties or a.id in b.ties else {}


RULES = {
    "language": _language,
    "competition": _competition,
    "thin": _thin,
    "no_market": _no_market,
    "market": _market,
    "size": _size,
    "tier": _tier,
    "horizon": _horizon,
    "one_sided": _one_sided,
    "objectives": _objectives,
    "strangers": _strangers,
}
