"""Nobody drowned, nobody unseen: share suggestions out so that no firm stands in too many lists, and each in one."""

from __future__ import annotations

import heapq
from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

Ranked = Sequence[tuple[str, float]]
"""Candidates with their scores, best first."""


@dataclass(frozen=True, slots=True)
class Exposure:
    """How suggestions are spread: ``coverage`` is the share of eligible firms in one list or more.

    ``gini`` is 0 where all stand in equally many lists and near 1 where few stand in all; ``most`` the longest queue.
    """

    coverage: float
    gini: float
    most: int


def spread(lists: Mapping[str, Sequence[str]], eligible: Collection[str]) -> Exposure:
    """Return how suggestions are spread over eligible firms.

    Examples
    --------
    >>> spread({"a": ["b", "c"], "d": ["b", "c"]}, {"a", "b", "c", "d"})
    Exposure(coverage=0.5, gini=0.5, most=2)
    """
    counts = Counter(firm for firms in lists.values() for firm in firms)
    found = sorted(counts[firm] for firm in eligible)
    total = sum(found)
    weighted = sum(place * count for place, count in enumerate(found, 1))
    count = len(found)
    gini = 2 * weighted / (count * total) - (count + 1) / count if total else 0.0
    return Exposure(sum(one > 0 for one in found) / max(count, 1), gini, max(found, default=0))


def share_out(
    rankings: Mapping[str, Ranked],
    capacity: int,
    *,
    limit: int = 20,
    reserved: int = 0,
) -> dict[str, list[str]]:
    """Give every asker a list of at most ``limit``, with each firm in at most ``capacity`` of them.

    Askers go down their rankings; a firm that is asked by more than it has room for keeps those whom it suits
    best, by score and then by id, and the others go on. This is deferred acceptance [1]_, many to many: the
    result does not depend on the order of the askers, and no asker misses a firm that
    it ranks above one in its list while that firm keeps somebody whom it suits less.

    The last ``reserved`` places of a list are for firms that stand in nobody's: those with the fewest
    rankings to stand in choose first, each where it is ranked highest among lists with such a place left.
    Places that nobody needs stay with those who had them.

    Raises
    ------
    ValueError
        If the capacity or the limit is below 1, or more is reserved than there is.

    Examples
    --------
    >>> rankings = {"a": [("x", 0.9), ("y", 0.5)], "b": [("x", 0.8), ("z", 0.2)], "c": [("x", 0.7), ("y", 0.6)]}
    >>> share_out(rankings, capacity=1, limit=1)
    {'a': ['x'], 'b': ['z'], 'c': ['y']}
    >>> share_out(rankings, capacity=3, limit=2, reserved=1)["b"]
    ['x', 'z']

    References
    ----------
    .. [1] D. Gale, L. S. Shapley. College admissions and the stability of marriage. American Mathematical
       Monthly 69, 1962.
    """
    if capacity < 1 or limit < 1:
        raise ValueError("capacity, limit: expected at least 1")
    if not 0 <= reserved <= limit:
        raise ValueError(f"reserved: expected 0 to {limit}")
    lists = _accept(rankings, capacity, limit)
    return _show_unseen(rankings, lists, limit, reserved) if reserved else lists


def _accept(rankings: Mapping[str, Ranked], capacity: int, limit: int) -> dict[str, list[str]]:
    held: dict[str, list[tuple[float, _Last]]] = {}
    following = dict.fromkeys(sorted(rankings), 0)
    has: Counter[str] = Counter()
    waiting = list(following)
    while waiting:
        asker = waiting.pop()
        ranking = rankings[asker]
        while has[asker] < limit and following[asker] < len(ranking):
            firm, score = ranking[following[asker]]
            following[asker] += 1
            queue = held.setdefault(firm, [])
            heapq.heappush(queue, (score, _Last(asker)))
            has[asker] += 1
            if len(queue) > capacity:
                lost = heapq.heappop(queue)[1].id
                has[lost] -= 1
                if lost != asker:
                    waiting.append(lost)
    kept = {(entry[1].id, firm) for firm, queue in held.items() for entry in queue}
    return {
        asker: [firm for firm, _ in rankings[asker][: following[asker]] if (asker, firm) in kept]
        for asker in following
    }


@dataclass(frozen=True, slots=True)
class _Last:
    """An id that sorts backwards: of equals the last one gives way first."""

    id: str

    def __lt__(self, other: _Last) -> bool:
        return self.id > other.id


def _show_unseen(
    rankings: Mapping[str, Ranked], lists: dict[str, list[str]], limit: int, reserved: int
) -> dict[str, list[str]]:
    """Put firms that stand in no list into places at the end, if that hides nobody else."""
    shown = Counter(firm for firms in lists.values() for firm in firms)
    chances: dict[str, list[tuple[int, str]]] = {}
    for asker in sorted(rankings):
        for place, (firm, _) in enumerate(rankings[asker]):
            if not shown[firm]:
                chances.setdefault(firm, []).append((place, asker))
    free = dict.fromkeys(rankings, reserved)
    added: dict[str, list[tuple[int, str]]] = {asker: [] for asker in lists}
    kept = {asker: list(firms) for asker, firms in lists.items()}
    for firm in sorted(chances, key=lambda one: (len(chances[one]), one)):
        for place, asker in sorted(chances[firm]):
            if free[asker] and _make_room(kept[asker], len(added[asker]), limit, reserved, shown):
                free[asker] -= 1
                added[asker].append((place, firm))
                break
    return {asker: kept[asker] + [firm for _, firm in sorted(added[asker])] for asker in kept}


def _make_room(kept: list[str], added: int, limit: int, reserved: int, shown: Counter) -> bool:
    """Free one place if need be, from the end, of a firm that stands in another list too."""
    if len(kept) + added < limit:
        return True
    for place in range(len(kept) - 1, max(-1, limit - reserved - 1 - added), -1):
        if shown[kept[place]] > 1:
            shown[kept.pop(place)] -= 1
            return True
    return False
