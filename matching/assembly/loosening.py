"""How each limit of a problem can be loosened, from a little to not holding at all."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Any

from matching.assembly.candidate import Candidate
from matching.assembly.problem import FEWEST, MOST, Problem, Requirement, Wanted
from matching.assembly.tables import is_experienced
from matching.profile import FACETS


@dataclass(frozen=True, slots=True)
class Loosening:
    """One limit, what it is now, and values at which it is looser and looser; at the last it does not hold.

    ``loosen(problem, value)`` gives the problem with the limit there. A veto is no limit of the problem: for it the
    problem stays the same, and ``vetoes`` tells that they are not to count.
    """

    code: str
    name: str
    now: Any
    values: tuple[Any, ...]
    loosen: Callable[[Problem, Any], Problem]
    vetoes: bool = True


def loosenings(problem: Problem, candidates: Sequence[Candidate]) -> list[Loosening]:
    """List the limits that hold for these candidates.

    Examples
    --------
    >>> [one.code for one in loosenings(Problem("PRT", entry_cost=9), [])]
    ['most', 'entry_cost', 'veto']
    """
    return [
        *_of_counts(problem),
        *_of_sums(problem),
        *_of_musts(problem, candidates),
        *_of_experience(problem, candidates),
        *_of_firms(problem, candidates),
        *_of_strength(problem, candidates),
        Loosening("veto", "", None, (None,), lambda problem, _: problem, vetoes=False),
    ]


def _set(code: str) -> Callable[[Problem, Any], Problem]:
    return lambda problem, value: replace(problem, **{code: value})


def _of_counts(problem: Problem) -> Iterator[Loosening]:
    if problem.fewest > FEWEST:
        yield Loosening(
            "fewest", "", problem.fewest, tuple(range(problem.fewest - 1, FEWEST - 1, -1)), _set("fewest")
        )
    if problem.most < MOST:
        yield Loosening("most", "", problem.most, tuple(range(problem.most + 1, MOST + 1)), _set("most"))


def _of_sums(problem: Problem) -> Iterator[Loosening]:
    for code in ("entry_cost", "capacity"):
        if getattr(problem, code) > 0:
            yield Loosening(code, "", getattr(problem, code), (0.0,), _set(code))


def _of_musts(problem: Problem, candidates: Sequence[Candidate]) -> Iterator[Loosening]:
    """A must at lower levels that somebody reaches, or of fewer digits, and at ``None`` as no must."""
    for asked in problem.requirements:
        if asked.must:
            levels = _levels(asked, candidates, problem.market)
            yield Loosening("must", asked.name, asked.level, (*levels, None), _lower(asked))
    for wanted in problem.basket:
        if wanted.must:
            shorter = tuple(wanted.hs[:digits] for digits in (4, 2) if digits < len(wanted.hs))
            yield Loosening("must", wanted.name, wanted.hs, (*shorter, None), _shorten(wanted))


def _levels(asked: Requirement, candidates: Sequence[Candidate], market: str) -> list[float]:
    if asked.capability in FACETS:
        reached = {c.profile.facets_in(market).get(asked.capability, 0.0) for c in candidates}
    else:
        reached = {c.level(asked.capability) for c in candidates}
    return sorted((level for level in reached if 0 < level < asked.level), reverse=True)


def _lower(asked: Requirement) -> Callable[[Problem, Any], Problem]:
    def loosen(problem: Problem, level: float | None) -> Problem:
        looser = replace(asked, must=False) if level is None else replace(asked, level=level)
        return replace(problem, requirements=tuple(looser if one == asked else one for one in problem.requirements))

    return loosen


def _shorten(wanted: Wanted) -> Callable[[Problem, Any], Problem]:
    def loosen(problem: Problem, code: str | None) -> Problem:
        looser = replace(wanted, must=False) if code is None else replace(wanted, hs=code)
        others = [one for one in problem.basket if one != wanted]
        # The shorter code may be asked for besides; then it has to be there only once, and that as a must.
        basket = [*(one for one in others if one.hs != looser.hs), looser]
        return replace(problem, basket=tuple(basket))

    return loosen


def _of_experience(problem: Problem, candidates: Sequence[Candidate]) -> Iterator[Loosening]:
    def loosen(problem: Problem, least: float | None) -> Problem:
        if least is None:
            return replace(problem, experienced=False)
        return replace(problem, enough_experience=least)

    if problem.experienced:
        reached = {
            c.profile.experience.get(problem.market, 0.0) for c in candidates if not is_experienced(problem, c)
        }
        steps = sorted((least for least in reached if least > 0), reverse=True)
        yield Loosening("experienced", "", problem.enough_experience, (*steps, None), loosen)


def _of_firms(problem: Problem, candidates: Sequence[Candidate]) -> Iterator[Loosening]:
    known = {c.profile.commitment for c in candidates if c.profile.commitment is not None}
    below = sorted((one for one in known if one < problem.least_commitment), reverse=True)
    if below:
        yield Loosening("commitment", "", problem.least_commitment, tuple(below), _set("least_commitment"))
    for code in ("unknown_commitment", "unknown_size"):
        if getattr(problem, code) == "refuse":
            yield Loosening(code, "", "refuse", ("admit",), _set(code))
    nobody: frozenset[str] = frozenset()
    if problem.barred & {c.id for c in candidates}:
        yield Loosening("barred", "", problem.barred, (nobody,), _set("barred"))
    if problem.pinned:
        yield Loosening("pinned", "", problem.pinned, (nobody,), _set("pinned"))


def _of_strength(problem: Problem, candidates: Sequence[Candidate]) -> Iterator[Loosening]:
    if problem.strength_ratio is None:
        return
    sizes = sorted({max(1, c.profile.employees) for c in candidates if c.profile.employees is not None})
    ratios = {_ratio(large, small) for place, small in enumerate(sizes) for large in sizes[place + 1 :]}
    wider = sorted(ratio for ratio in ratios if ratio > problem.strength_ratio)
    if wider:
        yield Loosening("strength_ratio", "", problem.strength_ratio, tuple(wider), _set("strength_ratio"))


def _ratio(large: int, small: int) -> float:
    """Return the smallest ratio that lets two sizes be together, in spite of rounding."""
    ratio = large / small
    return ratio if small * ratio >= large else math.nextafter(ratio, math.inf)
