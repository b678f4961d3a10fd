"""The scores of all pairs of candidates, and which pairs a rule forbids."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from matching import compiling
from matching.columns import Words, encode, take
from matching.kernel import score_against
from matching.profile import Profile
from matching.rows import Rows
from matching.score import WEIGHTS, check_kind, check_weights
from matching.vetoes import PENALTY, competition, find_vetoes


@dataclass(frozen=True, slots=True, eq=False)
class Pairs:
    """Pair scores and vetoes, in the order of ``ids``.

    ``scores`` and ``vetoed`` are symmetric, [firm, firm]; a firm and itself score 0 and are no vetoed pair. A pair
    about which too little is known scores 0 too, but nothing forbids it.
    """

    ids: tuple[str, ...]
    scores: np.ndarray
    vetoed: np.ndarray

    def of(self, ids: Sequence[str]) -> Pairs:
        """Return the pairs of these firms, in this order; raise KeyError for one that is not here."""
        if tuple(ids) == self.ids:
            return self
        places = {firm: place for place, firm in enumerate(self.ids)}
        rows = np.array([places[firm] for firm in ids], np.int64)
        square = np.ix_(rows, rows)
        return Pairs(tuple(ids), self.scores[square], self.vetoed[square])


def score_pairs(profiles: Sequence[Profile], kind: str, weights: Mapping[str, float] = WEIGHTS) -> Pairs:
    """Score every pair, as ``score.score_pair`` does.

    Examples
    --------
    >>> firms = [Profile("a", employees=10), Profile("b", employees=10), Profile("c", blocked=frozenset({"a"}))]
    >>> pairs = score_pairs(firms, "promotion")
    >>> pairs.scores[0].tolist(), pairs.vetoed[0].tolist()
    ([0.0, 1.0, 0.0], [False, False, True])
    """
    check_kind(kind)
    check_weights(weights)
    count = len(profiles)
    scores = np.zeros((count, count))
    columns = encode(list(profiles), Words())
    weighing = np.array(list(weights.values()), np.float64)
    rules = PENALTY[kind], kind == "sales"
    rows = None if compiling.AVAILABLE else Rows(columns)
    terms = np.zeros((2, len(weighing)))
    for place in range(count):
        one = take(columns, np.array([place]))
        if rows is None:
            later = np.arange(place + 1, count)
            score_against(one, columns, later, weighing, *rules, terms, scores[place, place + 1 :])
        else:
            scores[place, place + 1 :] = rows.score(one, weighing, *rules)[place + 1 :]
    scores += scores.T
    return Pairs(tuple(profile.id for profile in profiles), scores, _vetoed(profiles, scores, kind))


def _vetoed(profiles: Sequence[Profile], scores: np.ndarray, kind: str) -> np.ndarray:
    """Look for a rule behind each pair without a score where there may be one."""
    guarded = np.array(
        [bool(p.blocked or p.exclusive or p.compliance_block or not p.can_sign or p.sole_brand) for p in profiles],
        bool,
    )
    makes = np.array([kind == "sales" and bool(p.products) for p in profiles], bool)
    doubtful = (scores == 0) & (guarded[:, None] | guarded[None, :] | (makes[:, None] & makes[None, :]))
    vetoed = np.zeros_like(doubtful)
    for i, j in np.argwhere(np.triu(doubtful, 1)):
        a, b = profiles[i], profiles[j]
        vetoed[i, j] = vetoed[j, i] = bool(find_vetoes(a, b, kind, competition(a, b)))
    return vetoed
