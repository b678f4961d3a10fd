"""When no group keeps all limits: which limit is to blame, and the smallest change that helps."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import combinations
from typing import Any

import numpy as np

from matching.assembly.allowing import Answer, find_allowed
from matching.assembly.candidate import Candidate
from matching.assembly.loosening import Loosening, loosenings
from matching.assembly.pairs import Pairs
from matching.assembly.problem import FEWEST, Problem
from matching.assembly.tables import BUDGET, CAPACITY, CENTS, Setting, set_up
from matching.assembly.watch import Watch


@dataclass(frozen=True, slots=True)
class Change:
    """How far one limit must move.

    Parameters
    ----------
    code : str
        As in ``value.Broken``.
    name : str
        Which must it is.
    before, after : object
        Where the limit is and where it must be. For a must these are levels, or HS codes of a product; ``None`` means
        that it has to be given up. For barred and pinned firms they are the sets. For vetoes ``after`` counts the
        vetoed pairs that would have to be lifted by the firms themselves; which they are is theirs to know.
    firms : tuple of str
        Who would be let in or let go, where the limit is about firms.
    """

    code: str
    name: str
    before: Any
    after: Any
    firms: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Remedy:
    """One or two changes after which a group is allowed: the problem with them, and the members of such a group."""

    changes: tuple[Change, ...]
    problem: Problem
    members: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class WhyNone:
    """Why no group is allowed. That a pinned firm must go may let guess at a veto: show it to who pinned it.

    Parameters
    ----------
    reason : str
        ``limits``; ``too_few`` where there are not even three candidates, barred ones included; or ``undecided``
        where time ran out before it was certain that there is none.
    remedies : tuple of Remedy
        Single changes that help, each on its own. Where none does, pairs of changes: the first is the smallest that
        helps with the second limit away, the second the smallest that then helps.
    offered_by_nobody : tuple of str
        Musts that no candidate who may be in covers in full.
    certain : bool
        Whether every programme was solved; otherwise a remedy may be missing or larger than it must be.
    """

    reason: str
    remedies: tuple[Remedy, ...]
    offered_by_nobody: tuple[str, ...]
    certain: bool


class _Stopped(Exception):
    """The watch said to stop."""


def why_none(problem: Problem, candidates: Sequence[Candidate], pairs: Pairs, watch: Watch | None = None) -> WhyNone:
    """Find which limits are to blame: loosened one at a time, then by pairs.

    Exact: each question is an integer programme, and values are found by bisection over the steps at which anything
    changes, or as the largest sum that members reach (our design).

    Parameters
    ----------
    problem : Problem
        One that no group satisfies.
    candidates : sequence of Candidate
    pairs : Pairs
        Of these candidates.
    """
    search = _Search(candidates, pairs, watch or Watch())
    nobody = _offered_by_nobody(set_up(problem, candidates, pairs))
    if len(candidates) < FEWEST:
        return WhyNone("too_few", (), nobody, certain=True)
    limits = loosenings(problem, candidates)
    remedies: list[Remedy] = []
    try:
        for width in (1, 2):
            sets = list(combinations(limits, width))
            for turn, some in enumerate(sets):
                search.watch.tell("limits", turn, len(sets))
                remedy = search.remedy(problem, some)
                if remedy is not None:
                    remedies.append(remedy)
            if remedies:
                break
    except _Stopped:
        search.certain = False
    return WhyNone("limits", tuple(remedies), nobody, search.certain)


def _offered_by_nobody(setting: Setting) -> tuple[str, ...]:
    best = setting.shares[setting.open].max(axis=0, initial=0.0)
    return tuple(asked.name for k, asked in enumerate(setting.problem.asked) if asked.must and best[k] < 1)


class _Search:
    """Asks whether loosened problems have a group."""

    def __init__(self, candidates: Sequence[Candidate], pairs: Pairs, watch: Watch) -> None:
        self.candidates = candidates
        self.pairs = pairs
        self.watch = watch
        self.certain = True

    def ask(self, problem: Problem, *, vetoes: bool, prefer: np.ndarray | None = None) -> tuple[Setting, Answer]:
        if self.watch.stopped():
            raise _Stopped
        setting = set_up(problem, self.candidates, self.pairs)
        answer = find_allowed(setting, prefer, vetoes=vetoes)
        self.certain &= answer.certain
        return setting, answer

    def remedy(self, problem: Problem, limits: Sequence[Loosening]) -> Remedy | None:
        """Return the smallest changes of these limits that help, or ``None``."""
        vetoes = all(limit.vetoes for limit in limits)
        loosest = problem
        for limit in limits:
            loosest = limit.loosen(loosest, limit.values[-1])
        setting, answer = self.ask(loosest, vetoes=vetoes)
        if not answer.places:
            return None
        changes = []
        for place, limit in enumerate(limits):
            rest = problem
            for other in limits[place + 1 :]:
                rest = other.loosen(rest, other.values[-1])
            change, after = self._smallest(rest, limit, vetoes=vetoes)
            changes.append(change)
            problem = limit.loosen(problem, after)
        setting, answer = self.ask(problem, vetoes=vetoes)
        return Remedy(tuple(changes), problem, setting.named(answer.places))

    def _smallest(self, problem: Problem, limit: Loosening, *, vetoes: bool) -> tuple[Change, Any]:
        """Return how little the limit must move, and the value that loosens it so."""
        if limit.code in ("entry_cost", "capacity", "barred", "pinned", "unknown_commitment", "unknown_size", "veto"):
            return self._preferred(problem, limit, vetoes=vetoes)
        low, high = 0, len(limit.values) - 1
        while low < high:
            middle = (low + high) // 2
            if self.ask(limit.loosen(problem, limit.values[middle]), vetoes=vetoes)[1].places:
                high = middle
            else:
                low = middle + 1
        return Change(limit.code, limit.name, limit.now, limit.values[low]), limit.values[low]

    def _preferred(self, problem: Problem, limit: Loosening, *, vetoes: bool) -> tuple[Change, Any]:
        """Loosen a limit wholly, and see how little of that the members need who need least."""
        loosest = limit.loosen(problem, limit.values[-1])
        setting, answer = self.ask(loosest, vetoes=vetoes, prefer=_preference(problem, limit, self))
        places, ids = list(answer.places), setting.named(answer.places)
        if limit.code in ("entry_cost", "capacity"):
            column = BUDGET if limit.code == "entry_cost" else CAPACITY
            after = int(setting.tables.sums[places, column].sum()) / CENTS
            return Change(limit.code, "", limit.now, after), after
        if limit.code == "veto":
            count = int(np.triu(setting.pairs.vetoed[np.ix_(places, places)]).sum())
            return Change("veto", "", 0, count), None
        if limit.code == "barred":
            firms = tuple(firm for firm in ids if firm in problem.barred)
            return Change("barred", "", limit.now, problem.barred - set(firms), firms), problem.barred - set(firms)
        if limit.code == "pinned":
            firms = tuple(sorted(problem.pinned - set(ids)))
            return Change("pinned", "", limit.now, problem.pinned - set(firms), firms), problem.pinned - set(firms)
        field = "commitment" if limit.code == "unknown_commitment" else "employees"
        unknown = tuple(setting.ids[k] for k in places if getattr(setting.candidates[k].profile, field) is None)
        return Change(limit.code, "", "refuse", "admit", unknown), "admit"


def _preference(problem: Problem, limit: Loosening, search: _Search) -> np.ndarray | None:
    """What members are to be preferred so that the limit moves as little as it can."""
    setting = set_up(problem, search.candidates, search.pairs)
    if limit.code in ("entry_cost", "capacity"):
        return setting.tables.sums[:, BUDGET if limit.code == "entry_cost" else CAPACITY].astype(float)
    if limit.code == "barred":
        return np.array([-float(firm in problem.barred) for firm in setting.ids])
    if limit.code == "pinned":
        return np.array([float(firm in problem.pinned) for firm in setting.ids])
    if limit.code == "veto":
        return None
    return np.array([-float(limit.code in setting.closed.get(place, ())) for place in range(len(setting.ids))])
