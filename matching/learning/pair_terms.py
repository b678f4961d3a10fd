"""The terms of the pair score for one firm and many others at once, as signals for the learned layer."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np

from matching import compiling
from matching.columns import Words, encode, take
from matching.compiling import compiled
from matching.kernel import pair_score
from matching.profile import Profile
from matching.rows import Rows
from matching.rules import Rules
from matching.score import WEIGHTS
from matching.terms import TERMS
from matching.vetoes import competition, find_vetoes

NAMES = tuple(f"{key}{side}" for side in ("", "_for_them") for key in TERMS)


@compiled
def fill_terms(A, B, candidates, weights, penalty, sales, terms, scores):
    """Fill in scores, and the terms [candidate, direction, term], of the one firm of A against firms of B."""
    for k in range(len(candidates)):
        scores[k] = pair_score(A, 0, B, candidates[k], weights, penalty, sales, terms[k, 0], terms[k, 1])


class PairTerms:
    """Firms ready to be compared: scores and terms as ``score.score_pair`` gives them.

    Examples
    --------
    >>> firms = [Profile("a", needs=frozenset({"customs"})), Profile("b", offers=frozenset({"customs"}))]
    >>> table = PairTerms(firms)
    >>> score, terms = table.of("a", [1])
    >>> dict(zip(NAMES, terms[0].tolist(), strict=True))["gap"]
    1.0
    """

    def __init__(self, profiles: Sequence[Profile], weights: Mapping[str, float] = WEIGHTS, kind: str = "promotion"):
        self.profiles = {profile.id: profile for profile in profiles}
        self.ids = tuple(self.profiles)
        self.places = {firm: place for place, firm in enumerate(self.ids)}
        self._columns = encode(list(profiles), Words())
        self._rules = Rules.of(kind, weights)
        self._kind = kind
        self._rows = None if compiling.AVAILABLE else Rows(self._columns)
        self.guarded = np.array(
            [
                bool(p.blocked or p.exclusive or p.compliance_block or not p.can_sign or p.sole_brand)
                for p in profiles
            ],
            bool,
        )

    def of(self, firm: str, others: Sequence[int] | np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """Return scores and terms [other, term] of a firm with firms by their places; nan is not known."""
        others = np.asarray(others, np.int64)
        one = take(self._columns, np.array([self.places[firm]]))
        scores, terms = np.zeros(len(others)), np.zeros((len(others), 2, len(TERMS)))
        if self._rows is None:
            fill_terms(one, self._columns, others, *self._rules, terms, scores)
        else:
            scores = self._rows.score(one, *self._rules)[others]
            terms = np.stack(self._rows.terms(one)).transpose(2, 0, 1)[others]
        return scores, np.where(terms < 0, np.nan, terms).reshape(len(others), -1)

    def forbidden(self, firm: str, others: np.ndarray, scores: np.ndarray) -> np.ndarray:
        """Tell which pairs a rule forbids."""
        found = np.zeros(len(others), bool)
        mine = self.places[firm]
        doubtful = (scores == 0) & (self.guarded[others] | self.guarded[mine] | self._rules.sales)
        for k in np.flatnonzero(doubtful):
            a, b = self.profiles[firm], self.profiles[self.ids[others[k]]]
            found[k] = bool(find_vetoes(a, b, self._kind, competition(a, b)))
        return found
