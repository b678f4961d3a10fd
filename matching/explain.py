"""Why two firms fit: reasons for each side, one risk, and what the partner would fill.

Codes and facts only, no sentences: the pages say them in five languages. A
reason states what both profiles hold; commitment is a firm's own affair and is
never given as one, though it counts in the score.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from matching import hs
from matching.confidence import Confidence, find_confidence
from matching.distance import composite, group_parts, shortened
from matching.nearness import FirmDistances
from matching.profile import FACETS, Profile
from matching.reason import Reason
from matching.risks import SPEAKS, find_risk
from matching.score import Pair, Preference
from matching.terms import THRESHOLD, mean_tier, product_fits, saved_distance

REASONS = 3
"""How many reasons each side is given at most."""

FLOOR = {"tier": 0.75, "size": 0.5, "verify": 0.5}
"""Value from which a term speaks for a pair; .3 where none is given (our design)."""

KNOWS_MARKET = 0.5
"""Experience, from occasional sales on, that opens a market to a partner (our design)."""

HEARD = 0.1
"""Share of a market's people that a partner's language must open to be named (our design)."""

LEVELS = ("none", "section", "chapter", "heading", "same")
"""Names of the levels of ``hs``, from 0."""


@dataclass(frozen=True, slots=True)
class Fills:
    """What a partner has that the firm lacks."""

    capabilities: tuple[str, ...] = ()
    facets: tuple[str, ...] = ()
    markets: tuple[str, ...] = ()
    languages: tuple[str, ...] = ()

    def __bool__(self) -> bool:
        return bool(self.capabilities or self.facets or self.markets or self.languages)


@dataclass(frozen=True, slots=True)
class Suggestion:
    """A partner put before a firm, with everything a page needs to say about it."""

    id: str
    score: float
    pair: Pair
    reasons: tuple[Reason, ...]
    reasons_for_them: tuple[Reason, ...]
    risk: Reason | None
    fills: Fills = field(default_factory=Fills)
    nearer: Reason | None = None
    """By what and how much the partner shortens the way to a market, where that is not among the reasons."""
    confidence: Confidence | None = None
    """How much the score rests on; no part of it."""

    @property
    def known(self) -> int:
        """How many of the eleven signals are known for the firm that asks."""
        return self.pair.forward.known


def explain(a: Profile, b: Profile, pair: Pair) -> Suggestion:
    """Explain to *a* why *b* is suggested.

    Examples
    --------
    >>> from matching.score import score_pair
    >>> a = Profile("a", targets={"ESP": 3}, needs=frozenset({"customs"}))
    >>> b = Profile("b", targets={"ESP": 2}, offers=frozenset({"customs"}))
    >>> [(reason.code, dict(reason.facts)) for reason in explain(a, b, score_pair(a, b)).reasons]
    [('gap', {'capabilities': ['customs']}), ('mkt', {'markets': ['ESP']})]
    """
    reasons = find_reasons(a, b, pair.forward)
    return Suggestion(
        id=b.id,
        score=pair.score,
        pair=pair,
        reasons=reasons,
        reasons_for_them=find_reasons(b, a, pair.backward),
        risk=find_risk(a, b, pair),
        fills=find_fills(a, b),
        nearer=None if any(reason.code == "bridge" for reason in reasons) else _find_nearer(a, b, pair.forward),
        confidence=find_confidence(a, b, pair),
    )


def _find_nearer(a: Profile, b: Profile, liking: Preference) -> Reason | None:
    facts = _bridge(a, b)
    contribution = next(term.contribution for term in liking.terms if term.key == "bridge")
    return Reason("bridge", facts, contribution) if facts else None


def find_reasons(a: Profile, b: Profile, liking: Preference) -> tuple[Reason, ...]:
    """Return the strongest reasons of *a* to work with *b*, at most three, the strongest first.

    A term is named only if its value is good in itself (see ``FLOOR``) and if
    there is a fact to name; so there may be fewer.
    """
    found = []
    for term in liking.terms:
        if term.value is None or term.value < FLOOR.get(term.key, 0.3) or term.contribution <= 0:
            continue
        facts = FACTS[term.key](a, b) if term.key in FACTS else None
        if facts:
            found.append(Reason(term.key, facts, term.contribution))
    return tuple(sorted(found, key=lambda reason: -reason.contribution)[:REASONS])


def find_fills(a: Profile, b: Profile) -> Fills:
    """Return what *b* has that *a* says it lacks; what *a* left empty is not taken for a lack.

    Examples
    --------
    >>> a = Profile("a", targets={"FRA": 2}, languages={"pt": 1.0})
    >>> b = Profile("b", experience={"FRA": 0.75}, languages={"fr": 0.9})
    >>> find_fills(a, b)
    Fills(capabilities=(), facets=(), markets=('FRA',), languages=('fr',))
    """
    spoken = {language for language, level in a.languages.items() if level >= SPEAKS}
    return Fills(
        capabilities=tuple(sorted(a.needs & b.offers)),
        facets=tuple(covered_facets(a, b)[1]),
        markets=tuple(
            market
            for market in by_priority(a, a.targets)
            if b.experience.get(market, 0) >= KNOWS_MARKET > a.experience.get(market, 0)
        ),
        languages=tuple(
            sorted(
                language
                for language, level in b.languages.items()
                if a.languages and level >= SPEAKS and language not in spoken
            )
        ),
    )


def covered_facets(a: Profile, b: Profile) -> tuple[str | None, list[str]]:
    """Return readiness facets that *a* lacks and *b* covers by half or more, and in which market that is so.

    The most wanted market in which any is covered speaks; no market where none is wanted.
    """
    places: list[str | None] = [*by_priority(a, a.targets)] or [None]
    for market in places:
        mine, theirs = (firm.facets_in(market) if market else firm.facets for firm in (a, b))
        found = [facet for facet in FACETS if _covers(facet, mine, theirs, a.facet_needs.get(facet, 1.0))]
        if found:
            return market, found
    return None, []


def _covers(facet: str, mine: Mapping[str, float], theirs: Mapping[str, float], need: float) -> bool:
    if facet not in mine or facet not in theirs or need <= 0:
        return False
    missing = THRESHOLD - mine[facet]
    return missing > 0 and theirs[facet] - mine[facet] >= missing / 2


def by_priority(firm: Profile, markets: Mapping[str, object] | set[str]) -> list[str]:
    """Return markets in the order in which the firm wants them."""
    return sorted(markets, key=lambda market: (-firm.targets.get(market, 0), market))


def _objectives(a: Profile, b: Profile) -> dict:
    facts: dict = {}
    if a.objectives & b.objectives:
        facts["objectives"] = sorted(a.objectives & b.objectives)
    if a.horizon is not None and a.horizon == b.horizon:
        facts["horizon"] = a.horizon
    return facts


def _markets(a: Profile, b: Profile) -> dict:
    shared = by_priority(a, a.targets.keys() & b.targets.keys())
    return {"markets": shared} if shared else {}


def _gap(a: Profile, b: Profile) -> dict:
    facts: dict = {}
    market, covered = covered_facets(a, b)
    if covered:
        facts["facets"] = covered
        if market and (a.market_facets or b.market_facets):
            facts["market"] = market
    offered = sorted(a.needs & b.offers)
    if offered:
        facts["capabilities"] = offered
    return facts


def _bridge(a: Profile, b: Profile) -> dict:
    saved = {market: saved_distance(a.distances.get(market, {}), b.distances.get(market, {})) for market in a.targets}
    markets = [market for market in by_priority(a, a.targets) if (saved[market] or 0) >= 0.3]
    if not markets:
        return {}
    shorter = {market: shortened(a.distances[market], b.distances[market]) for market in markets}
    # The market that gains most speaks, a wanted one sooner.
    market = max(markets, key=lambda one: a.targets[one] * sum(shorter[one].values()))
    mine, theirs = a.distances[market], b.distances[market]
    return {
        "markets": markets,
        "market": market,
        "from": composite(mine),
        "to": composite(group_parts(mine, (mine, theirs))),
        "dimensions": list(shorter[market])[:2],
        **_brings(a, b, market),
    }


def _brings(a: Profile, b: Profile, market: str) -> dict:
    """What *b* has that shortens the way to a market: its languages, its experience, that it is at home there."""
    facts: dict = {}
    if b.country == market:
        facts["at_home"] = True
    elif isinstance(b.distances, FirmDistances) and market in b.distances.offices:
        facts["experience"] = 1.0
    elif b.experience.get(market, 0) > a.experience.get(market, 0):
        facts["experience"] = b.experience[market]
    if isinstance(b.distances, FirmDistances) and not facts.get("at_home"):
        spoken = b.distances.home.languages.get(market, {})
        gains = {
            code: share * (b.languages.get(code, 0) - a.languages.get(code, 0)) for code, share in spoken.items()
        }
        facts["languages"] = sorted((c for c in gains if gains[c] >= HEARD), key=lambda c: (-gains[c], c))[:2]
    return facts


def _basket(a: Profile, b: Profile) -> dict:
    product, fit, other, level = max(product_fits(a, b), key=lambda found: (found[1], found[3], found[0].hs))
    together = other.hs[:4] in a.sold_with or product.hs[:4] in b.sold_with
    # The same section fits in the score, but shrimps and honey are no reason that anybody believes.
    if fit < 3 or (level < hs.CHAPTER and not together):
        return {}
    return {"mine": product.hs, "theirs": other.hs, "level": LEVELS[level], "together": together}


def _trust(a: Profile, b: Profile) -> dict:
    if b.id in a.ties or a.id in b.ties:
        return {"kind": "worked_together"}
    if a.links & b.links:
        return {"kind": "link", "links": sorted(a.links & b.links)}
    return {"kind": "region", "region": a.region}


FACTS = {
    "obj": _objectives,
    "mkt": _markets,
    "tier": lambda a, b: {"mine": mean_tier(a), "theirs": mean_tier(b)},
    "size": lambda a, b: {"mine": a.employees, "theirs": b.employees},
    "values": lambda a, b: {"norms": sorted(a.norms & b.norms)},
    "gap": _gap,
    "bridge": _bridge,
    "basket": _basket,
    "trust": _trust,
    "verify": lambda a, b: {"share": b.verified},
}
"""What each term can say of two firms; nothing to say is an empty mapping."""
