"""What a group is worth: the one value function, in parts that add up, and which limits a group breaks."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from matching.assembly.tables import BUDGET, CAPACITY, Setting, Tables

EPSILON = 1e-9
"""Values that differ by less are equal: it is rounding."""


@dataclass(frozen=True, slots=True)
class Value:
    """What a group is worth, in the parts that add up to it.

    ``coverage`` is what the best member for each thing brings, ``members`` what members add by themselves, ``links``
    what they add by being together. Values of one problem can be compared; alone they say little.
    """

    coverage: float
    members: float
    links: float

    @property
    def total(self) -> float:
        """The value."""
        return self.coverage + self.members + self.links


@dataclass(frozen=True, slots=True)
class Broken:
    """A limit that a group does not keep.

    ``code`` is ``fewest``, ``most``, ``entry_cost``, ``capacity``, ``must``, ``experienced``, ``veto``,
    ``strength_ratio``, ``commitment``, ``unknown_commitment``, ``unknown_size``, ``barred`` or ``pinned``; ``name``
    tells which must or which firm, and two firms of a pair are joined by a space. A pair that a rule forbids is not
    named: rules may be private.
    """

    code: str
    name: str = ""


def value_of(tables: Tables, places: Sequence[int] | np.ndarray) -> Value:
    """Return the value of the members at these places.

    ``v(S) = sum_c w_c max_{i in S} share_ic + sum_i h_i + sum_{i<j} (link R_ij - link_cost)``: coverage by the best
    member, own gains, and links less their cost (our design, after the assembly section of the engine's notes).

    Examples
    --------
    >>> from matching.assembly import Candidate, Problem, Requirement
    >>> from matching.assembly.tables import set_up
    >>> from matching.profile import Profile
    >>> firms = [Candidate(Profile("a", offers=frozenset({"customs"}))), Candidate(Profile("b"))]
    >>> setting = set_up(Problem("PRT", requirements=(Requirement("customs"),)), firms)
    >>> value = value_of(setting.tables, [0, 1])
    >>> value.coverage, round(value.members, 2), value.links
    (0.25, -0.06, -0.35)
    """
    rows = np.sort(np.asarray(places, np.int64))
    if len(rows) == 0:
        return Value(0.0, 0.0, 0.0)
    upper = np.triu_indices(len(rows), 1)
    return Value(
        coverage=float(tables.points[rows].max(axis=0).sum()),
        members=float(tables.gains[rows].sum()),
        links=float(tables.links[np.ix_(rows, rows)][upper].sum()),
    )


def is_allowed(tables: Tables, places: Sequence[int] | np.ndarray) -> bool:
    """Tell whether the members keep together what the tables ask: size, sums, musts, no clash."""
    rows = np.asarray(places, np.int64)
    fewest, most, every = tables.limits.tolist()
    if not fewest <= int(tables.sizes[rows].sum()) <= most:
        return False
    if (tables.sums[rows].sum(axis=0) < tables.least).any() or tables.clashes[np.ix_(rows, rows)].any():
        return False
    return int(np.bitwise_or.reduce(tables.holds[rows])) & every == every


def broken_limits(setting: Setting, places: Sequence[int] | np.ndarray) -> tuple[Broken, ...]:
    """Return every limit of the problem that these members break."""
    problem, tables = setting.problem, setting.tables
    rows = sorted(int(place) for place in places)
    found = [Broken(code, setting.ids[place]) for place in rows for code in setting.closed.get(place, ())]
    found += [Broken("pinned", firm) for firm in sorted(problem.pinned - set(setting.named(rows)))]
    if len(rows) < problem.fewest:
        found.append(Broken("fewest"))
    if len(rows) > problem.most:
        found.append(Broken("most"))
    pooled = tables.sums[rows].sum(axis=0)
    for code, column in (("entry_cost", BUDGET), ("capacity", CAPACITY)):
        if pooled[column] < tables.least[column]:
            found.append(Broken(code))
    best = setting.shares[rows].max(axis=0, initial=0.0)
    found += [Broken("must", asked.name) for k, asked in enumerate(problem.asked) if asked.must and best[k] < 1]
    if problem.experienced and not any(int(tables.holds[i]) >> len(problem.asked) & 1 for i in rows):
        found.append(Broken("experienced"))
    for k, i in enumerate(rows):
        found += [
            Broken("strength_ratio", " ".join(setting.named((i, j)))) for j in rows[:k] if setting.unequal[i, j]
        ]
    if setting.pairs.vetoed[np.ix_(rows, rows)].any():
        found.append(Broken("veto"))
    return tuple(found)


def usual_link_cost(scores: np.ndarray, share: float = 0.9) -> float:
    """Return a cost of a link above which a share of these pair scores does not lie.

    Zeros, which are vetoed pairs or ones about which nothing is known, are left out; so is the diagonal.

    Examples
    --------
    >>> usual_link_cost(np.array([[0.0, 0.2, 0.4], [0.2, 0.0, 0.3], [0.4, 0.3, 0.0]]), 0.5)
    0.3
    """
    found = scores[np.triu_indices(len(scores), 1)]
    found = found[found > 0]
    return float(np.quantile(found, share)) if len(found) else 0.0
