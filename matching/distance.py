"""How far a market is for a country, a firm and a group: six dimensions, one composite, and what partners shorten.

Formulas of the project's science note, sections 2.3 to 2.5. The composite and the rules for firms and groups are our
own design; its weights were rounded after a comparison with the perceived distances of Håkanson and Ambos 2010 [1]_
(25 large economies, none of them African): a prior, not a measurement. Which facts shorten distance follows Ambos,
Leicht-Deobald and Leinemann 2019 [2]_: a common language and experience of that very market do, general experience
does not.

References
----------
.. [1] L. Håkanson, B. Ambos. The antecedents of psychic distance. Journal of International Management 16(3), 2010.
.. [2] B. Ambos, D. Leicht-Deobald, A. Leinemann. Understanding the formation of psychic distance perceptions. 2019.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field
from math import log, prod

WEIGHTS: Mapping[str, float] = {"geo": 0.30, "lang": 0.25, "tz": 0.15, "econ": 0.10, "edu": 0.10, "adm": 0.10}
"""Geography, language, time zone, economy, education and administration; they add up to 1 (2.3, our design)."""

KNOWLEDGE = ("lang", "tz", "econ", "edu", "adm")
"""Dimensions that knowledge can shorten. Geography is not one of them: goods still travel."""

TRANSFER = 0.75
"""Share of a partner's nearness that reaches the other firm, tau (2.5, our design)."""

BANDS = ((47.0, "near"), (62.0, "medium"), (76.0, "far"))
"""Upper ends, not included; beyond the last one a market is very far (2.3)."""

DIRECTION = 5.0
"""Points by which a market that is e times as rich feels nearer, and one that is as much poorer farther (2.3)."""

KM_NEAR, KM_SCALE, INCOME_RATIO, LITERACY_RANGE = 500.0, 41.0, 10.0, 40.0
"""Where distances, ratios of incomes and differences of literacy reach 1, and from where kilometres count (2.3)."""
MOST_SLOPE = 1.5
"""The logarithm of two incomes' ratio beyond which the direction weighs no more: 7.5 points at most (2.3)."""
EXPERIENCE_HALVES = 0.5
OFFICE_SOFTENS = {"tz": 0.5, "geo": 0.25}
"""How much of a dimension full experience of the market, and an office or a stock there, take away (2.5)."""
FELT_SHARE = 0.5
"""How much of the distance that is used is as a manager feels it (2.4)."""
EFFORT = {"distance": 0.60, "homologation": 0.25, "tariff": 0.15}
TARIFF_LIMIT = 40.0
"""Weights of the effort, and the tariff in percent from which on it counts in full (2.5)."""

Parts = Mapping[str, float]
"""Dimension → distance from 0 to 1; a dimension that is not known is left out."""

Lineage = Callable[[str], Sequence[str]]
"""A language's families, from the oldest down to the language itself."""


@dataclass(frozen=True, slots=True)
class Country:
    """What the formulas need to know of a country; what is not known is empty or ``None``.

    Parameters
    ----------
    languages : mapping of str to float
        Language to the share of people who use it, from 0 to 1; shares may add up to more than 1.
    official : frozenset of str
        Official languages, or the most spoken one where there is none.
    income : float, optional
        Product per head, in any unit that is the same for all.
    literacy : float, optional
        Percent of people who read.
    longitude : float, optional
        Degrees east of the main city.
    """

    languages: Mapping[str, float] = field(default_factory=dict)
    official: frozenset[str] = frozenset()
    income: float | None = None
    literacy: float | None = None
    longitude: float | None = None


@dataclass(frozen=True, slots=True)
class Ties:
    """What lies between two countries: the way in kilometres, and what history and the map left; ``None`` unknown.

    ``colonial`` is true where one ruled the other, or a third ruled both.
    """

    km: float | None = None
    colonial: bool | None = None
    contiguous: bool | None = None


def country_parts(home: Country, market: Country, ties: Ties, lineage: Lineage) -> dict[str, float]:
    """Return the dimensions of the distance between two different countries, from 0 to 1 (2.3).

    A country is at no distance from itself; these formulas would not say so, so do not ask them.

    Examples
    --------
    >>> angola = Country({"pt": 0.67, "umb": 0.29}, frozenset({"pt"}), income=7147, literacy=70.4, longitude=13.25)
    >>> portugal = Country({"pt": 0.96}, frozenset({"pt"}), income=43009, literacy=95.4, longitude=-9.13)
    >>> parts = country_parts(angola, portugal, Ties(5957, colonial=True, contiguous=False), lambda one: [one])
    >>> [f"{name} {value:.4f}" for name, value in parts.items()]
    ['geo 0.6889', 'lang 0.1784', 'tz 0.1243', 'econ 0.7794', 'edu 0.6250', 'adm 0.5000']
    """
    found: dict[str, float | None] = {
        "geo": None if ties.km is None else geography(ties.km),
        "lang": _language(home, market, lineage),
        "tz": None,
        "econ": None,
        "edu": None,
        "adm": None,
    }
    if home.longitude is not None and market.longitude is not None:
        apart = abs(home.longitude - market.longitude)
        found["tz"] = min(apart, 360 - apart) / 180
    if home.income and market.income:
        found["econ"] = economy(home.income, market.income)
    if home.literacy is not None and market.literacy is not None:
        found["edu"] = min(1.0, abs(home.literacy - market.literacy) / LITERACY_RANGE)
    if ties.colonial is not None and ties.contiguous is not None:
        found["adm"] = 1 - 0.5 * ties.colonial - 0.5 * ties.contiguous
    return {name: value for name, value in found.items() if value is not None}


def geography(km: float) -> float:
    """Return the distance of a way in kilometres, 1 from 20,000 on.

    Examples
    --------
    >>> round(geography(500), 6), geography(0), geography(20000)
    (0.186652, 0.0, 1.0)
    """
    return min(1.0, log(1 + km / KM_NEAR) / log(KM_SCALE))


def economy(one: float, other: float) -> float:
    """Return the distance between two incomes, 1 where one is ten times the other.

    Examples
    --------
    >>> round(economy(1000, 10000), 12), economy(7, 7)
    (1.0, 0.0)
    """
    return min(1.0, abs(log(one / other)) / log(INCOME_RATIO))


def communication(one: Mapping[str, float], other: Mapping[str, float]) -> float:
    """Return the chance that two people, one of each country, share some language, languages taken as independent.

    Examples
    --------
    >>> round(communication({"pt": 0.67, "umb": 0.29}, {"pt": 0.96, "en": 0.27}), 4)
    0.6432
    """
    return 1 - prod(1 - one[code] * other[code] for code in sorted(one.keys() & other.keys()))


def kinship(one: Sequence[str], other: Sequence[str]) -> float:
    """Return how far two languages are apart, by their lineages.

    0 the same language, .25 the same small branch, .5 the same branch, .75 the same family, 1 no kin. Times four and
    plus one it is the five-point difference between languages of Dow and Karunaratna 2006
    (doi 10.1057/palgrave.jibs.8400221).

    Examples
    --------
    >>> kinship(["ine", "itc", "roa", "pt"], ["ine", "itc", "roa", "es"]), kinship(["jpx", "ja"], ["ko"])
    (0.25, 1.0)
    """
    if one[-1] == other[-1]:
        return 0.0
    shared = 0
    for mine, theirs in zip(one, other, strict=False):
        if mine != theirs:
            break
        shared += 1
    return (1.0, 0.75, 0.5, 0.25)[min(shared, 3)]


def _language(home: Country, market: Country, lineage: Lineage) -> float | None:
    if not home.official or not market.official:
        return None
    tree = min(kinship(lineage(mine), lineage(theirs)) for mine in home.official for theirs in market.official)
    return 0.5 * (1 - communication(home.languages, market.languages)) + 0.5 * tree


def composite(parts: Parts) -> float | None:
    """Return the distance from 0 to 100; weights of what is not known are shared out among the rest.

    Examples
    --------
    >>> round(composite({"geo": 0.6889, "lang": 0.1784, "tz": 0.1244, "econ": 0.7794, "edu": 0.625, "adm": 0.5}), 2)
    46.04
    >>> composite({"geo": 0.5}), composite({})
    (50.0, None)
    """
    known = [name for name in WEIGHTS if name in parts]
    if not known:
        return None
    if len(known) == len(WEIGHTS):
        return 100 * sum(WEIGHTS[name] * parts[name] for name in known)
    return 100 * sum(WEIGHTS[name] * parts[name] for name in known) / sum(WEIGHTS[name] for name in known)


def missing_parts(parts: Parts) -> tuple[str, ...]:
    """Return the dimensions that are not known, in their order."""
    return tuple(name for name in WEIGHTS if name not in parts)


def directed(distance: float, home_income: float | None, market_income: float | None) -> float:
    """Return the distance with its direction: to people of rich countries poor ones feel farther than the reverse.

    Without both incomes the distance stays as it is. For ranking; shown is the composite (2.3, our design).

    Examples
    --------
    >>> round(directed(46.04, 7147, 43009), 1), directed(46.04, None, 43009)
    (38.5, 46.04)
    """
    if not home_income or not market_income:
        return distance
    slope = min(MOST_SLOPE, max(-MOST_SLOPE, log(home_income / market_income)))
    return min(100.0, max(0.0, distance + DIRECTION * slope))


def band(distance: float) -> str:
    """Return in words how far that is: near, medium, far or very_far.

    Of 179 countries a tenth of all pairs is near, a fifth very far.

    Examples
    --------
    >>> band(46.9), band(47), band(76)
    ('near', 'medium', 'very_far')
    """
    return next((name for end, name in BANDS if distance < end), "very_far")


def firm_parts(
    parts: Parts,
    market_languages: Mapping[str, float],
    speakers: Mapping[str, float],
    experience: float = 0.0,
    *,
    has_office: bool = False,
) -> dict[str, float]:
    """Return the dimensions as one firm has them (2.5, our design; which facts count follows Ambos et al. 2019).

    Parameters
    ----------
    parts : mapping of str to float
        The dimensions between the firm's country and the market.
    market_languages : mapping of str to float
        Shares of people of the market who use a language.
    speakers : mapping of str to float
        The firm's best speaker of a language: 0, .25 basic, .6 working, .9 fluent, 1 native.
    experience : float
        Of this market: 0 none, .25 visits and fairs, .5 occasional sales, .75 regular sales, 1 own office or partner.
    has_office : bool
        Whether the firm has an office or a stock there.

    Examples
    --------
    >>> far = {"geo": 0.7, "lang": 0.9, "econ": 0.6, "edu": 0.5, "adm": 1.0, "tz": 0.4}
    >>> near = firm_parts(far, {"fr": 0.9, "en": 0.3}, {"fr": 0.9}, 0.75)
    >>> round(composite(near), 3)
    44.875
    """
    own = dict(parts)
    if "lang" in own:
        strangers = prod(1 - level * market_languages.get(code, 0.0) for code, level in sorted(speakers.items()))
        own["lang"] = min(own["lang"], strangers)
    for name in ("econ", "edu", "adm"):
        if name in own:
            own[name] *= 1 - EXPERIENCE_HALVES * experience
    if has_office:
        for name, softened in OFFICE_SOFTENS.items():
            if name in own:
                own[name] *= 1 - softened
    return own


def group_parts(mine: Parts, members: Collection[Parts], transfer: float = TRANSFER) -> dict[str, float]:
    """Return a firm's dimensions inside a group of which it is one: of knowledge the nearest member's counts.

    ``d(m|C) = d(m) - tau (d(m) - min d)`` for each dimension of knowledge that is known; geography stays (2.5).

    Examples
    --------
    >>> group_parts({"lang": 0.8, "geo": 0.7}, [{"lang": 0.8, "geo": 0.7}, {"lang": 0.4, "geo": 0.1}])
    {'lang': 0.5, 'geo': 0.7}
    """
    together = dict(mine)
    for name in KNOWLEDGE:
        if name in mine:
            nearest = min((member[name] for member in members if name in member), default=mine[name])
            together[name] = mine[name] - transfer * max(0.0, mine[name] - nearest)
    return together


def shortened(mine: Parts, partner: Parts, transfer: float = TRANSFER) -> dict[str, float]:
    """Return by how many points of the composite a partner shortens each dimension for me, the largest first.

    Examples
    --------
    >>> far = {"lang": 0.82, "econ": 0.6, "edu": 0.5, "adm": 1.0, "tz": 0.4, "geo": 0.7}
    >>> near = {"lang": 0.19, "econ": 0.375, "edu": 0.3125, "adm": 0.625, "tz": 0.4, "geo": 0.7}
    >>> {name: round(points, 2) for name, points in shortened(far, near).items()}
    {'lang': 11.81, 'adm': 2.81, 'econ': 1.69, 'edu': 1.41}
    """
    known = sum(WEIGHTS[name] for name in WEIGHTS if name in mine)
    together = group_parts(mine, (mine, partner), transfer)
    saved = {name: 100 * WEIGHTS[name] * (mine[name] - together[name]) / known for name in KNOWLEDGE if name in mine}
    return dict(sorted(((n, s) for n, s in saved.items() if s > 0), key=lambda one: (-one[1], one[0])))


def group_distance(members: Sequence[Parts], transfer: float = TRANSFER) -> float | None:
    """Return the mean distance of a group's members inside it; ``None`` where one is not known.

    Examples
    --------
    >>> group_distance([{"geo": 0.5}, {"geo": 0.7}])
    60.0
    """
    found = [composite(group_parts(member, members, transfer)) for member in members]
    known = [distance for distance in found if distance is not None]
    return sum(known) / len(known) if known and len(known) == len(found) else None


def blend(distance: float, felt: float | None) -> float:
    """Return the distance to use: half computed, half as a manager feels it, if one said so (2.4, our design).

    Examples
    --------
    >>> blend(46, 70), blend(46, None)
    (58.0, 46)
    """
    return distance if felt is None else (1 - FELT_SHARE) * distance + FELT_SHARE * felt


def tariff_part(percent: float) -> float:
    """Return a tariff with non-recoverable taxes, in percent, as a part of the effort from 0 to 1.

    Examples
    --------
    >>> tariff_part(10), tariff_part(60)
    (0.25, 1.0)
    """
    return min(1.0, percent / TARIFF_LIMIT)


def effort(distance: float | None, homologation: float | None = None, tariff: float | None = None) -> float | None:
    """Return how much a market asks of a firm, from 0 to 1: distance, homologation and tariff.

    ``.60 D / 100 + .25 H + .15 T``, each from 0 to 1; what is not known is left out and the weights of the rest grow.
    For ranking only: neither homologation nor tariff is psychic distance (2.5, our design).

    Examples
    --------
    >>> round(effort(50, 0.5, 0.25), 4), effort(50), effort(None)
    (0.4625, 0.5, None)
    """
    if distance is None:
        return None
    given = {"distance": distance / 100, "homologation": homologation, "tariff": tariff}
    known = {name: value for name, value in given.items() if value is not None}
    return sum(EFFORT[name] * value for name, value in known.items()) / sum(EFFORT[name] for name in known)
