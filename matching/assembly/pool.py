"""Whom to look at when there are many firms: a pool in which the best group is likely to be.

A pool by what firms are worth alone misses good groups, since members fit each other. So those who are worth most
alone come in, holders of each thing that is asked for, the pinned ones, and the best partners of all of these; of
more than the pool holds, those that promise most. No matrix of all pairs is made (our design).
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import numpy as np

from matching.assembly.candidate import Candidate, covered, in_order
from matching.assembly.problem import Problem
from matching.assembly.tables import facet_weights, own_gain, why_closed
from matching.profile import FACETS
from matching.rank import PartnerMatcher

ALONE, HOLDERS, PARTNERS, SIZE = 150, 25, 20, 1_000
"""Firms worth most alone, holders of each thing, best partners of each of them, and firms of the pool."""


def pick_pool(
    problem: Problem,
    candidates: Iterable[Candidate],
    matcher: PartnerMatcher | None = None,
    *,
    size: int = SIZE,
) -> list[Candidate]:
    """Pick the firms among whom to look for a group.

    Parameters
    ----------
    problem : Problem
    candidates : iterable of Candidate
        In any order.
    matcher : PartnerMatcher, optional
        Fitted to at least these firms, with the problem's kind; by default it is made here.
    size : int
        Firms of the pool. Pinned ones are in it whatever their number.

    Returns
    -------
    list of Candidate
        By rising id; all of them where there are no more than ``size``. Firms that no group may hold are left out of
        a larger field, but for pinned ones.

    Raises
    ------
    DuplicateFirm
        If two candidates have the same id.

    Examples
    --------
    >>> from matching.profile import Profile
    >>> firms = [Candidate(Profile(f"{k:03}", employees=k + 1)) for k in range(40)]
    >>> pool = pick_pool(Problem("PRT", pinned=frozenset({"007"})), firms, size=10)
    >>> len(pool), "007" in {one.id for one in pool}
    (10, True)
    """
    firms = in_order(candidates)
    if len(firms) <= size:
        return firms
    firms = [one for one in firms if one.id in problem.pinned or not why_closed(problem, one)]
    if len(firms) <= size:
        return firms
    if matcher is None:
        matcher = PartnerMatcher(kind=problem.kind).fit(one.profile for one in firms)
    alone = _alone(problem, firms)
    first = _first(problem, firms, alone)
    places = {one.id: place for place, one in enumerate(firms)}
    among = np.array([firm in places for firm in matcher.ids_])
    near = np.zeros(len(firms))
    met = np.zeros(len(firms), bool)
    met[first] = True
    usual = problem.worth.link_cost
    for place in first:
        for partner, score in matcher.rank(firms[place].profile, among=among, limit=PARTNERS):
            met[places[partner]] = True
            surplus = 0.5 * max(0.0, problem.worth.link * score - usual)
            near[places[partner]] += surplus
            near[place] += surplus
    promise = alone + near
    pinned = np.array([one.id in problem.pinned for one in firms])
    order = np.lexsort((np.arange(len(firms)), -promise, ~met, ~pinned))
    return [firms[place] for place in sorted(order[: max(size, int(pinned.sum()))].tolist())]


def _alone(problem: Problem, firms: Sequence[Candidate]) -> np.ndarray:
    """What each firm gains by itself and covers alone."""
    facets = facet_weights(problem)
    return np.array(
        [
            own_gain(problem, firm)
            + sum(asked.weight * covered(firm, asked, problem.market) for asked in problem.asked)
            + sum(facets[k] * firm.profile.facets_in(problem.market).get(name, 0.0) for k, name in enumerate(FACETS))
            for firm in firms
        ]
    )


def _first(problem: Problem, firms: Sequence[Candidate], alone: np.ndarray) -> list[int]:
    """Places of the firms from whom the pool grows: best alone, holders of each thing, the richest, the pinned."""
    order = np.argsort(-alone, kind="stable")
    found = set(order[:ALONE].tolist())
    for asked in problem.asked:
        shares = np.array([covered(firm, asked, problem.market) for firm in firms])
        holders = order[np.argsort(-shares[order], kind="stable")][:HOLDERS]
        found |= set(holders[shares[holders] > 0].tolist())
    if problem.experienced:
        known = np.array([firm.profile.experience.get(problem.market, 0.0) for firm in firms])
        found |= set(order[np.argsort(-known[order], kind="stable")][:HOLDERS].tolist())
    for amounts in ([f.budget or 0.0 for f in firms], [f.capacity or 0.0 for f in firms]):
        if max(amounts) > 0:
            found |= set(np.argsort(-np.array(amounts), kind="stable")[:HOLDERS].tolist())
    found |= {place for place, firm in enumerate(firms) if firm.id in problem.pinned}
    return sorted(found)
