"""What would have to change for a firm to come first with another: the smallest steps, checked with the score itself.

Two questions. *Climb*: which changes bring me to a place in the other's list? Its
scores with everybody else do not depend on me, so its k-th best score is the mark
to pass, and all my variants are scored against this one firm. *Lead*: which changes
bring the other to the top of my list? There every score moves with me; a variant
falls out as soon as any one firm beats the other in it, and what is left is checked
against all.

The searches are exact: each answer is a profile whose score the engine computed, and
no smaller change of those that were possible is enough. That one or two changes are
searched, and what counts as smaller, is our design.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from matching import compiling, kernel
from matching.changes import Change, apply_changes
from matching.columns import Columns, Words, encode
from matching.profile import Profile
from matching.rows import Rows
from matching.rules import Rules
from matching.score import WEIGHTS, score_pair
from matching.variants import encode_variants, narrow

Ranked = Sequence[tuple[str, float]]
"""Ids and scores, the best first, of equal scores the lower id first, as ``PartnerMatcher.rank`` returns them."""

Combination = tuple[Change, ...]
"""Changes to different things, made together."""

MOST_CHANGES = 2
RIVALS = 20
"""How many of the first firms of a list are looked at before all are."""


@dataclass(frozen=True, slots=True)
class Counterfactual:
    """Changes that together are enough, and none of which is too much.

    ``place`` and ``score`` are those reached, ``place_now`` and ``score_now`` the present ones (place 0: not in
    the list at all).
    """

    changes: tuple[Change, ...]
    place: int
    place_now: int
    score: float
    score_now: float

    @property
    def gained(self) -> int:
        """How many places better, 0 where there was none before."""
        return max(0, self.place_now - self.place)


@dataclass(frozen=True, slots=True)
class Scoring:
    """What the scores are made with: the same as the matcher's own."""

    kind: str = "promotion"
    weights: Mapping[str, float] | None = None
    compiled: bool | None = None


def place_of(score: float, id: str, others: Ranked) -> int:
    """Return the place that a firm with this score has among the others, from 1 on; 0 without a score.

    Examples
    --------
    >>> place_of(0.5, "m", [("a", 0.9), ("b", 0.5), ("z", 0.5)]), place_of(0.0, "m", [])
    (3, 0)
    """
    if score <= 0:
        return 0
    return 1 + bisect_left(others, (-score, id), key=lambda one: (-one[1], one[0]))


def climb(
    me: Profile,
    other: Profile,
    changes: Sequence[Change],
    others: Ranked,
    *,
    places: Sequence[int] = (10, 1),
    most: int = 3,
    scoring: Scoring = Scoring(),  # noqa: B008 - frozen
) -> dict[int, tuple[Counterfactual, ...]]:
    """Return for each place of the other's list what would bring me there, or higher; nothing where I am there.

    Parameters
    ----------
    me, other : Profile
        Both as the other's list is made: me as others may know me.
    changes : sequence of Change
        What may be proposed, see ``changes.possible_changes``.
    others : sequence of (str, float)
        The other's list without me, the best first.
    places : sequence of int
        The places to reach, from 1 on.
    most : int
        How many answers at most: single changes first, then the highest score.

    Examples
    --------
    >>> me = Profile("me", targets={"ESP": 2}, offers=frozenset({"design"}))
    >>> other = Profile("other", targets={"ESP": 2}, needs=frozenset({"customs", "agent"}))
    >>> rival = Profile("rival", targets={"ESP": 2}, offers=frozenset({"agent"}))
    >>> others = [("rival", score_pair(other, rival).score)]
    >>> changes = [Change("offer", "customs"), Change("offer", "agent"), Change("market", "ESP", step=3)]
    >>> [[change.what for change in found.changes] for found in climb(me, other, changes, others)[1]]
    [['agent'], ['customs']]
    """
    now = score_pair(other, me, scoring.kind, scoring.weights or WEIGHTS).score
    place_now = place_of(now, me.id, others)
    tries = _Tries(me, changes, [other], scoring)
    found = {}
    for place in places:
        reached: list[tuple[Combination, float]] = []
        if not 0 < place_now <= place:
            mark = _mark(others, place)
            reached = tries.search(_reaches(me.id, mark), lambda combination: True, most)
        found[place] = tuple(
            Counterfactual(combination, place_of(score, me.id, others), place_now, score, now)
            for combination, score in reached
        )
    return found


def _mark(others: Ranked, place: int) -> tuple[str, float]:
    """Whom to pass to stand at a place; past the end of the list nobody, with no score."""
    return others[place - 1] if place <= len(others) else ("", 0.0)


def _reaches(id: str, mark: tuple[str, float]) -> Callable[[np.ndarray, Columns], np.ndarray]:
    return lambda scores, columns: _passes(scores, id, mark)


def _passes(scores: np.ndarray, id: str, mark: tuple[str, float]) -> np.ndarray:
    return (scores > mark[1]) | ((scores == mark[1]) & (scores > 0) & (id < mark[0]))


def lead(
    me: Profile,
    other: Profile,
    changes: Sequence[Change],
    rank: Callable[[Profile], Ranked],
    rivals: Callable[[Sequence[str]], Sequence[Profile]],
    *,
    most: int = 3,
    scoring: Scoring = Scoring(),  # noqa: B008 - frozen
    now: Ranked | None = None,
) -> tuple[Counterfactual, ...]:
    """Return what would bring the other to the top of my list; nothing where it is there.

    Parameters
    ----------
    me, other : Profile
        Me as I know myself, the other as others may know it.
    changes : sequence of Change
    rank : callable
        From a profile of mine to the list it would have without the other, at least its first.
    rivals : callable
        From ids to profiles, as the list is made with.
    now : sequence of (str, float), optional
        My whole list as it is, without the other, where the caller has it.
    """
    weights = scoring.weights or WEIGHTS
    score_now = score_pair(me, other, scoring.kind, weights).score
    now = rank(me) if now is None else now
    place_now = place_of(score_now, other.id, now)
    if place_now == 1:
        return ()
    first = list(rivals([id for id, _ in now[:RIVALS]]))
    met: list[Profile] = []
    tries = _Tries(me, changes, [other, *first], scoring)

    def leads(scores: np.ndarray, columns: Columns) -> np.ndarray:
        standing = np.flatnonzero(scores > 0)
        for rival in first:
            if not len(standing):
                break
            theirs = tries.scores(rival, columns, standing)
            beaten = (theirs > scores[standing]) | ((theirs == scores[standing]) & (rival.id < other.id))
            standing = standing[~beaten]
        kept = np.zeros(len(scores), bool)
        kept[standing] = True
        return kept

    def is_first(combination: Combination) -> bool:
        variant = apply_changes(me, combination)
        score = score_pair(variant, other, scoring.kind, weights).score
        if any(_beats(variant, rival, other, score, scoring) for rival in met):
            return False
        best = rank(variant)[:1]
        if place_of(score, other.id, best) == 1:
            return True
        met.extend(rivals([best[0][0]]))
        return False

    found = tries.search(leads, is_first, most)
    return tuple(Counterfactual(combination, 1, place_now, score, score_now) for combination, score in found)


def find_losses(
    me: Profile,
    changes: Sequence[Change],
    partners: Iterable[Profile],
    scoring: Scoring = Scoring(),  # noqa: B008
) -> list[tuple[str, float, float]]:
    """Return the partners with whom my score would fall, with the score now and then, the greatest fall first.

    Examples
    --------
    >>> me, partner = Profile("me", targets={"ESP": 2}), Profile("partner", targets={"ESP": 2})
    >>> find_losses(me, [Change("market", "FRA", step=2)], [partner])
    [('partner', 1.0, 0.5)]
    """
    changed, weights = apply_changes(me, changes), scoring.weights or WEIGHTS
    found = []
    for partner in partners:
        now, then = (score_pair(one, partner, scoring.kind, weights).score for one in (me, changed))
        if then < now:
            found.append((partner.id, now, then))
    return sorted(found, key=lambda loss: (loss[2] - loss[1], loss[0]))


def _beats(me: Profile, rival: Profile, other: Profile, score: float, scoring: Scoring) -> bool:
    theirs = score_pair(me, rival, scoring.kind, scoring.weights or WEIGHTS).score
    return theirs > score or (theirs == score and rival.id < other.id)


class _Tries:
    """All sets of one change, then of two, scored when they are first looked at (``None``: there are none)."""

    def __init__(
        self, me: Profile, changes: Sequence[Change], counterparts: Sequence[Profile], scoring: Scoring
    ) -> None:
        self.changes = sorted(changes)
        self.scoring = scoring
        self.words = Words()
        self.markets = {market for firm in (me, *counterparts) for market in firm.targets}
        self.markets |= {change.what for change in changes if change.kind == "market"}
        self.me, self.other = narrow(me, self.markets), narrow(counterparts[0], self.markets)
        self.made: dict[int, tuple[np.ndarray, Columns | None, np.ndarray]] = {}

    def of_size(self, size: int) -> tuple[np.ndarray, Columns | None, np.ndarray]:
        """Return all sets of this many changes to different things, as columns, and scored with the other."""
        if size not in self.made:
            table = _combinations(self.changes, size)
            columns = encode_variants(self.me, self.changes, table, self.words) if len(table) else None
            self.made[size] = table, columns, np.zeros(0) if columns is None else self._scores(self.other, columns)
        return self.made[size]

    def search(
        self,
        passes: Callable[[np.ndarray, Columns], np.ndarray],
        check: Callable[[Combination], bool],
        most: int,
    ) -> list[tuple[Combination, float]]:
        """Return the first combinations that pass and of which no part is enough."""
        found: list[tuple[Combination, float]] = []
        for size in range(1, MOST_CHANGES + 1):
            table, columns, scores = self.of_size(size)
            if columns is None:
                break
            places = np.flatnonzero(passes(scores, columns))
            tried = [tuple(self.changes[k] for k in row) for row in table[places].tolist()]
            for combination, score in _in_order(tried, scores[places].tolist()):
                if not _is_too_much(combination, found) and check(combination):
                    found.append((combination, score))
                    if len(found) == most:
                        return found
        return found

    def scores(self, one: Profile, many: Columns, places: np.ndarray) -> np.ndarray:
        """Return the scores of one firm with the variants at these places."""
        return self._scores(narrow(one, self.markets), many, places)

    def _scores(self, one: Profile, many: Columns, places: np.ndarray | None = None) -> np.ndarray:
        scoring = self.scoring
        places = np.arange(len(many.measures)) if places is None else places
        rules = Rules.of(scoring.kind, scoring.weights or WEIGHTS)
        first = encode([one], self.words)
        if not (compiling.AVAILABLE if scoring.compiled is None else scoring.compiled):
            return Rows(many).score(first, *rules)[places]
        scores, room = np.zeros(len(places)), np.zeros((2, len(rules.weights)))
        kernel.score_against(first, many, places, *rules, room, scores)
        return scores


def _combinations(changes: Sequence[Change], size: int) -> np.ndarray:
    """Return the places of one change each, or of two to different things."""
    if size == 1:
        return np.arange(len(changes))[:, None]
    first, second = np.triu_indices(len(changes), 1)
    slots = {slot: number for number, slot in enumerate({change.slot: None for change in changes})}
    numbers = np.array([slots[change.slot] for change in changes], np.int64)
    differ = numbers[first] != numbers[second]
    return np.stack([first[differ], second[differ]], axis=1)


def _is_too_much(combination: Combination, found: Sequence[tuple[Combination, float]]) -> bool:
    """Tell whether a part of these changes, or the same to a lesser degree, is already enough."""
    steps = {change.slot: change.step for change in combination}
    return any(all(change.step <= steps.get(change.slot, -1) for change in smaller) for smaller, _ in found)


def _in_order(tried: Sequence[Combination], scores: Sequence[float]) -> list[tuple[Combination, float]]:
    """What can bring most first; of the same things changed the smaller steps first."""
    best: dict[tuple, float] = {}
    keyed = []
    for combination, score in zip(tried, scores, strict=True):
        slots, steps = tuple(c.slot for c in combination), tuple(c.step for c in combination)
        best[slots] = max(best.get(slots, 0.0), score)
        keyed.append((slots, steps, combination, score))
    keyed.sort(key=lambda one: (-best[one[0]], one[0], sum(one[1]), one[1]))
    return [(combination, score) for *_, combination, score in keyed]
