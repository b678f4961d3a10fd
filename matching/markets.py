"""Which of several markets suits a firm: standings, a ranking with weights, steps of a map, what shortens the way.

The criteria, their weights and the ranking are our own design. A value counts by its place among all countries that
have the figure, so that choosing other markets to compare does not change it; what is not known counts neither for
nor against. Distances themselves are in `distance.py`.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from fractions import Fraction

from matching.distance import WEIGHTS, Parts, composite, firm_parts, shortened

SCALE = 10_000
"""Standings count in ten-thousandths and points in tenths, as whole numbers: any page can repeat the sum exactly."""

STEPS = 5
"""Colours of the map: a fifth of the markets each."""

FLUENT, REGULAR, PRESENT = 0.9, 0.75, 1.0
LEAST_SHARE = 0.1
"""A language that fewer people of a market use is not worth learning for it alone."""
LEAST_POINTS = 0.5


@dataclass(frozen=True, slots=True)
class Criterion:
    """What a market is judged by: its weight until somebody says otherwise, and whether less of it is better."""

    weight: int
    wants_less: bool = False


CRITERIA: Mapping[str, Criterion] = {
    "effort": Criterion(5, wants_less=True),
    "size": Criterion(2),
    "growth": Criterion(2),
    "stage_imports": Criterion(3),
    "agreements": Criterion(2),
    "logistics": Criterion(1),
    "rule_of_law": Criterion(2),
    "border": Criterion(1, wants_less=True),
    "currency": Criterion(1, wants_less=True),
}
MOST_WEIGHT = 5


@dataclass(frozen=True, slots=True)
class Ranked:
    """A market in a ranking: its score out of 100, the points of each criterion that is known, and what is not.

    The points add up to the score, both in tenths. Without anything known there is no score.
    """

    market: str
    score: float | None
    points: Mapping[str, float] = field(default_factory=dict)
    unknown: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Lever:
    """Something a firm could do, and by how many points it would shorten the way."""

    kind: str
    """language, experience or office."""
    points: float
    language: str = ""


def standing(value: float, among: Sequence[float], *, wants_less: bool = False) -> float:
    """Return the share of countries that a value beats, from 0 to below 1; equal ones are not beaten.

    Parameters
    ----------
    value : float
        The market's figure.
    among : sequence of float
        The figures of all countries that have one, in ascending order.
    wants_less : bool
        Whether a smaller figure is better.

    Raises
    ------
    ValueError
        If there are no figures to compare with.

    Examples
    --------
    >>> standing(30, [10, 20, 30, 40]), standing(30, [10, 20, 30, 40], wants_less=True), standing(1, [1, 1])
    (0.5, 0.25, 0.0)
    """
    if not among:
        raise ValueError("no figures to compare with")
    beaten = len(among) - bisect_right(among, value) if wants_less else bisect_left(among, value)
    return beaten / len(among)


def rank_markets(standings: Mapping[str, Mapping[str, float | None]], weights: Mapping[str, int]) -> list[Ranked]:
    """Rank markets by the weighted mean of their standings, the best first; equal ones by their code.

    What is not known of a market is dropped and the weights of the rest grow in proportion. A criterion of weight 0
    is as if it were not there.

    Parameters
    ----------
    standings : mapping of str to mapping of str to float or None
        Market to criterion to standing from 0 to 1; ``None`` or left out is not known.
    weights : mapping of str to int
        Criterion to its weight, a whole number from 0 on.

    Raises
    ------
    ValueError
        If a weight is negative, or all are 0.

    Examples
    --------
    >>> standings = {"FRA": {"size": 0.9, "growth": 0.1}, "NAM": {"size": 0.2}}
    >>> best, last = rank_markets(standings, {"size": 3, "growth": 1})
    >>> best.market, best.score, best.points
    ('FRA', 70.0, {'size': 67.5, 'growth': 2.5})
    >>> last.market, last.score, last.unknown
    ('NAM', 20.0, ('growth',))
    """
    if any(weight < 0 for weight in weights.values()) or not any(weights.values()):
        raise ValueError("weights must not be negative, and one must be more than 0")
    counted = {name: weight for name, weight in weights.items() if weight}
    found = [_judge(market, known, counted) for market, known in standings.items()]
    return [ranked for _, ranked in sorted(found, key=lambda one: (-one[0], one[1].market))]


def _judge(market: str, standings: Mapping[str, float | None], weights: Mapping[str, int]) -> tuple[Fraction, Ranked]:
    known = {name: round(SCALE * value) for name in weights if (value := standings.get(name)) is not None}
    unknown = tuple(name for name in weights if name not in known)
    if not known:
        return Fraction(-1), Ranked(market, None, {}, unknown)
    whole = SCALE * sum(weights[name] for name in known)
    parts = {name: 1000 * weights[name] * value for name, value in known.items()}
    tenths = (2 * sum(parts.values()) + whole) // (2 * whole)
    points = {name: part // whole for name, part in parts.items()}
    order = sorted(parts, key=lambda name: -(parts[name] % whole))  # the largest remainders, then as they stand
    for name in order[: tenths - sum(points.values())]:
        points[name] += 1
    score = Fraction(sum(parts.values()), whole)
    return score, Ranked(market, tenths / 10, {name: value / 10 for name, value in points.items()}, unknown)


def map_steps(values: Mapping[str, float]) -> dict[str, int]:
    """Return the step of each market from 0, the smallest values, to 4: a fifth of the markets each.

    Equal values have equal steps.

    Examples
    --------
    >>> map_steps({"A": 1, "B": 2, "C": 3, "D": 4, "E": 5, "F": 5})
    {'A': 0, 'B': 1, 'C': 2, 'D': 2, 'E': 4, 'F': 4}
    """
    among = sorted(values.values())
    places = {value: (bisect_left(among, value) + bisect_right(among, value)) / (2 * len(among)) for value in among}
    return {market: min(STEPS - 1, int(STEPS * places[value])) for market, value in values.items()}


def points_of(parts: Parts) -> dict[str, float]:
    """Return the dimensions in points of the composite, which they add up to, in their order.

    Examples
    --------
    >>> points_of({"geo": 0.5, "lang": 0.2}) == {"geo": 100 * 0.3 * 0.5 / 0.55, "lang": 100 * 0.25 * 0.2 / 0.55}
    True
    """
    known = sum(WEIGHTS[name] for name in WEIGHTS if name in parts)
    return {name: 100 * WEIGHTS[name] * parts[name] / known for name in WEIGHTS if name in parts}


def levers(
    parts: Parts,
    market_languages: Mapping[str, float],
    speakers: Mapping[str, float],
    experience: float = 0.0,
    *,
    has_office: bool = False,
) -> list[Lever]:
    """Return what would shorten a firm's way to a market, each taken alone, the largest first.

    Somebody fluent in a language of the market; regular sales there; an office of one's own. The parameters are those
    of ``distance.firm_parts``.

    Examples
    --------
    >>> far = {"geo": 0.7, "lang": 0.9, "econ": 0.6, "edu": 0.5, "adm": 1.0, "tz": 0.4}
    >>> [(one.kind, one.language, round(one.points, 2)) for one in levers(far, {"fr": 0.9, "en": 0.3}, {})]
    [('office', '', 18.75), ('language', 'fr', 17.75), ('experience', '', 7.88), ('language', 'en', 4.25)]
    """
    before = composite(firm_parts(parts, market_languages, speakers, experience, has_office=has_office))
    if before is None:
        return []

    def points(speaking: Mapping[str, float], known: float, there: bool) -> float:
        after = composite(firm_parts(parts, market_languages, speaking, known, has_office=there))
        return 0.0 if after is None else before - after

    tried = [
        Lever("language", points({**speakers, code: FLUENT}, experience, has_office), code)
        for code, share in market_languages.items()
        if share >= LEAST_SHARE and speakers.get(code, 0.0) < FLUENT
    ]
    if experience < REGULAR:
        tried.append(Lever("experience", points(speakers, REGULAR, has_office)))
    if not has_office:
        tried.append(Lever("office", points(speakers, PRESENT, True)))
    worth = [lever for lever in tried if lever.points >= LEAST_POINTS]
    return sorted(worth, key=lambda lever: (-lever.points, lever.kind, lever.language))


@dataclass(frozen=True, slots=True)
class Helper:
    """What a partner is to a market: in it, or with speakers, experience and an office."""

    is_home: bool = False
    speakers: Mapping[str, float] = field(default_factory=dict)
    experience: float = 0.0
    has_office: bool = False


@dataclass(frozen=True, slots=True)
class Saving:
    """Points that a partner saves, and by what."""

    kind: str
    """home, language, near_language, experience, near_country, office or clock."""
    points: float
    language: str = ""


def say_savings(mine: Parts, country: Parts, market_languages: Mapping[str, float], helper: Helper) -> list[Saving]:
    """Return by what and by how many points a partner shortens my way, the largest first.

    Parameters
    ----------
    mine : mapping of str to float
        My firm's dimensions to the market.
    country : mapping of str to float
        Those between the partner's country and the market.
    market_languages : mapping of str to float
        Shares of people of the market who use a language.
    helper : Helper
        What the partner is to the market.

    Examples
    --------
    >>> far = {"geo": 0.7, "lang": 0.82, "econ": 0.6, "edu": 0.5, "adm": 1.0, "tz": 0.4}
    >>> helper = Helper(speakers={"fr": 0.9}, experience=0.75)
    >>> for one in say_savings(far, far | {"lang": 0.9}, {"fr": 0.9, "en": 0.3}, helper):
    ...     print(one.kind, one.language, round(one.points, 2))
    language fr 11.81
    experience  5.91
    """
    theirs = firm_parts(country, market_languages, helper.speakers, helper.experience, has_office=helper.has_office)
    points = shortened(mine, theirs)
    if helper.is_home:
        return [Saving("home", sum(points.values()))] if points else []
    found = []
    if "lang" in points:
        code = max(
            helper.speakers, key=lambda one: (helper.speakers[one] * market_languages.get(one, 0), one), default=""
        )
        speaks = bool(code) and theirs["lang"] < country["lang"]
        found.append(Saving("language" if speaks else "near_language", points["lang"], code if speaks else ""))
    known = sum(points.get(name, 0.0) for name in ("econ", "edu", "adm"))
    if known:
        found.append(Saving("experience" if helper.experience else "near_country", known))
    if "tz" in points:
        found.append(Saving("office" if helper.has_office else "clock", points["tz"]))
    return sorted(found, key=lambda saving: (-saving.points, saving.kind))
