"""A problem and its candidates as arrays: what search, proof, explanations and partition work on."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np

from matching.assembly.candidate import Candidate, covered, in_order
from matching.assembly.checks import refuse
from matching.assembly.pairs import Pairs, score_pairs
from matching.assembly.problem import Problem
from matching.distance import composite
from matching.profile import FACETS

CENTS = 100
"""Money and capacity are counted in hundredths, so that their sums are exact in any order."""
BUDGET, CAPACITY = 0, 1
"""Columns of ``Tables.sums``."""


class Tables(NamedTuple):
    """What the compiled search reads; a row each candidate, in the order of the setting."""

    gains: np.ndarray  # float64 [firm]: what it adds by itself
    links: np.ndarray  # float64 [firm, firm]: what two add by being together, less what that costs; 0 on the diagonal
    clashes: np.ndarray  # bool [firm, firm]: cannot be together
    points: np.ndarray  # float64 [firm, thing]: what its covering of a thing is worth; the best member counts
    holds: np.ndarray  # int64 [firm]: bit per must that it covers in full
    sums: np.ndarray  # int64 [firm, sum]: what is added up over members
    sizes: np.ndarray  # int64 [firm]: members that it stands for
    least: np.ndarray  # int64 [sum]: what the sums must reach
    limits: np.ndarray  # int64: fewest, most, bits of all musts


@dataclass(frozen=True, slots=True, eq=False)
class Setting:
    """A problem with its candidates, by rising id.

    ``shares`` [firm, thing] tells how much of each thing a firm covers, from 0 to 1: first what the problem asks for,
    then the five facets. ``unequal`` [firm, firm] marks pairs beyond the strength ratio. ``closed`` tells, by place,
    which limits keep a firm out whoever else is in; ``open`` holds the places of the others, ``fixed`` those of the
    pinned ones.
    """

    problem: Problem
    candidates: tuple[Candidate, ...]
    pairs: Pairs
    shares: np.ndarray
    unequal: np.ndarray
    closed: dict[int, tuple[str, ...]]
    open: np.ndarray
    fixed: np.ndarray
    tables: Tables

    @property
    def ids(self) -> tuple[str, ...]:
        """Ids of the candidates, rising."""
        return self.pairs.ids

    def places(self, ids: Iterable[str]) -> np.ndarray:
        """Return the places of these firms, rising."""
        where = {firm: place for place, firm in enumerate(self.ids)}
        return np.array(sorted(where[firm] for firm in ids), np.int64)

    def named(self, places: Iterable[int]) -> tuple[str, ...]:
        """Return the ids at these places, rising."""
        return tuple(sorted(self.ids[place] for place in places))


def set_up(problem: Problem, candidates: Iterable[Candidate], pairs: Pairs | None = None) -> Setting:
    """Bring a problem and its candidates into arrays.

    Parameters
    ----------
    problem : Problem
    candidates : iterable of Candidate
        In any order.
    pairs : Pairs, optional
        Scores of at least these firms for the problem's kind, where they are known already.

    Raises
    ------
    DuplicateFirm
        If two candidates have the same id.
    InvalidProblem
        If a pinned firm is no candidate.
    """
    firms = tuple(in_order(candidates))
    ids = tuple(firm.id for firm in firms)
    missing = problem.pinned - set(ids)
    if missing:
        refuse("pinned", f"{min(missing)!r} is no candidate")
    pairs = score_pairs([firm.profile for firm in firms], problem.kind) if pairs is None else pairs.of(ids)
    shares = _shares(problem, firms)
    unequal = _unequal(problem, firms)
    closed = {place: codes for place, firm in enumerate(firms) if (codes := why_closed(problem, firm))}
    fixed = np.array([place for place, firm in enumerate(ids) if firm in problem.pinned], np.int64)
    return Setting(
        problem=problem,
        candidates=firms,
        pairs=pairs,
        shares=shares,
        unequal=unequal,
        closed=closed,
        open=np.array([place for place in range(len(firms)) if place not in closed], np.int64),
        fixed=fixed,
        tables=_tables(problem, firms, pairs, shares, unequal),
    )


def why_closed(problem: Problem, firm: Candidate) -> tuple[str, ...]:
    """Return the codes of the limits that keep a firm out whoever else is in.

    Examples
    --------
    >>> from matching.profile import Profile
    >>> why_closed(Problem("PRT"), Candidate(Profile("a", commitment=40)))
    ('commitment',)
    """
    commitment, limited = firm.profile.commitment, problem.strength_ratio is not None
    found = {
        "barred": firm.id in problem.barred,
        "commitment": commitment is not None and commitment < problem.least_commitment,
        "unknown_commitment": commitment is None
        and problem.unknown_commitment == "refuse"
        and problem.least_commitment > 0,
        "unknown_size": firm.profile.employees is None and problem.unknown_size == "refuse" and limited,
    }
    return tuple(code for code, holds in found.items() if holds)


def facet_weights(problem: Problem) -> np.ndarray:
    """Return what each facet is worth: needs of the market, adding up to ``worth.facets``."""
    needs = np.array([problem.facet_needs.get(facet, 1.0) for facet in FACETS])
    return problem.worth.facets * needs / needs.sum() if needs.sum() > 0 else needs


def to_cents(amount: float) -> int:
    """Return an amount in hundredths."""
    return round(amount * CENTS)


def is_experienced(problem: Problem, firm: Candidate) -> bool:
    """Tell whether a firm has experience enough of the market."""
    return firm.profile.experience.get(problem.market, 0.0) >= problem.enough_experience


def _shares(problem: Problem, firms: Sequence[Candidate]) -> np.ndarray:
    rows = [
        [covered(firm, asked, problem.market) for asked in problem.asked]
        + [firm.profile.facets_in(problem.market).get(facet, 0.0) for facet in FACETS]
        for firm in firms
    ]
    return np.array(rows, np.float64).reshape(len(firms), len(problem.asked) + len(FACETS))


def _unequal(problem: Problem, firms: Sequence[Candidate]) -> np.ndarray:
    if problem.strength_ratio is None:
        return np.zeros((len(firms), len(firms)), bool)
    # Sizes are whole numbers, so that the larger is compared with a product and never with a rounded quotient.
    sizes = np.array([0 if (e := firm.profile.employees) is None else max(1, e) for firm in firms], np.float64)
    larger, smaller = np.maximum.outer(sizes, sizes), np.minimum.outer(sizes, sizes)
    return (smaller > 0) & (larger > smaller * problem.strength_ratio)


def own_gain(problem: Problem, firm: Candidate) -> float:
    """What a firm adds by itself: how much it wants the market and how near it is, less what a member costs."""
    wish = firm.profile.targets.get(problem.market, 0) / 3
    distance = composite(firm.profile.distances.get(problem.market, {}))
    nearness = 0.0 if distance is None else 1 - distance / 100
    return problem.worth.fit * (0.5 * wish + 0.5 * nearness) - problem.worth.member_cost


def _tables(
    problem: Problem, firms: Sequence[Candidate], pairs: Pairs, shares: np.ndarray, unequal: np.ndarray
) -> Tables:
    worth = problem.worth
    links = worth.link * pairs.scores - worth.link_cost
    np.fill_diagonal(links, 0.0)
    weights = np.concatenate([[asked.weight for asked in problem.asked], facet_weights(problem)])
    bits = [bit for bit, asked in enumerate(problem.asked) if asked.must]
    holds = ((shares[:, bits] >= 1) << np.array(bits, np.int64)).sum(axis=1, dtype=np.int64)
    every = sum(1 << bit for bit in bits)
    if problem.experienced:
        holds |= np.array([is_experienced(problem, firm) for firm in firms], np.int64) << len(problem.asked)
        every |= 1 << len(problem.asked)
    amounts = [[to_cents(firm.budget or 0.0), to_cents(firm.capacity or 0.0)] for firm in firms]
    return Tables(
        gains=np.array([own_gain(problem, firm) for firm in firms], np.float64),
        links=links,
        clashes=pairs.vetoed | unequal,
        points=np.ascontiguousarray(shares * weights),
        holds=holds,
        sums=np.array(amounts, np.int64).reshape(len(firms), 2),
        sizes=np.ones(len(firms), np.int64),
        least=np.array([to_cents(problem.entry_cost), to_cents(problem.capacity)], np.int64),
        limits=np.array([problem.fewest, problem.most, every], np.int64),
    )
