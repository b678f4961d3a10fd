"""The score of a group that people are shown: cohesion, coverage, distance and size, from 0 to 1.

It is the group score of the project's science note, section 3.7. Means and a minimum do not tell what one more member
adds, so the search maximises the value of ``value.py`` instead, which has the same ingredients as sums: links instead
of the mean link, less a cost for each, coverage by the best member, and nearness to the market as each member's own
gain. The score is shown, the value decides; how far they agree is measured in ``docs/assembly.md``.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from matching.assembly.tables import Setting
from matching.distance import group_distance
from matching.profile import FACETS

WEIGHTS = {"cohesion": 0.40, "coverage": 0.30, "nearness": 0.20, "size": 0.10}
"""Weight of each part (science note 3.7, our design)."""
COHESION = 0.7
"""Share of the mean link in cohesion; the rest is the weakest link's (3.7)."""
SIZES = ((3, 0.4), (5, 1.0), (8, 1.0), (12, 0.5))
"""How well a size fits: straight lines between these; above the last it stays there (3.7, our design)."""


@dataclass(frozen=True, slots=True)
class GroupScore:
    """What a group amounts to; a part that is not known is ``None`` and left out of the total, as with pairs.

    ``distance`` is the mean distance of members to the market inside the group, from 0 to 100.
    """

    cohesion: float | None
    coverage: float | None
    distance: float | None
    size_fit: float
    total: float


def size_fit(members: int) -> float:
    """Return how well a number of members fits, from 0 to 1.

    Examples
    --------
    >>> size_fit(3), size_fit(4), size_fit(6), size_fit(10)
    (0.4, 0.7, 1.0, 0.75)
    """
    sizes, fits = zip(*SIZES, strict=True)
    return float(np.interp(members, sizes, fits))


def group_score(setting: Setting, places: Sequence[int]) -> GroupScore:
    """Score the members at these places.

    ``.40 cohesion + .30 coverage + .20 (1 - D/100) + .10 sizeFit``: cohesion is .7 of the mean and .3 of the weakest
    pair score, coverage what the best members have of the facets that the market needs.

    Examples
    --------
    >>> from matching.assembly import Candidate, Problem
    >>> from matching.assembly.tables import set_up
    >>> from matching.profile import Profile
    >>> firms = [Candidate(Profile(name, employees=10, facets={"RM": 0.8})) for name in "abc"]
    >>> score = group_score(set_up(Problem("PRT", facet_needs={f: 0 for f in FACETS if f != "RM"}), firms), [0, 1, 2])
    >>> score.cohesion, score.coverage, score.distance, round(score.total, 6)
    (1.0, 0.8, None, 0.85)
    """
    rows = np.sort(np.asarray(places, np.int64))
    links = setting.pairs.scores[np.ix_(rows, rows)][np.triu_indices(len(rows), 1)]
    market = setting.problem.market
    parts = [setting.candidates[row].profile.distances.get(market, {}) for row in rows]
    distance = group_distance(parts)
    cohesion = float(COHESION * links.mean() + (1 - COHESION) * links.min()) if len(links) else None
    coverage, fit = _coverage(setting, rows), size_fit(len(rows))
    found = {
        "cohesion": cohesion,
        "coverage": coverage,
        "nearness": None if distance is None else 1 - distance / 100,
        "size": fit,
    }
    known = {name: value for name, value in found.items() if value is not None}
    total = sum(WEIGHTS[name] * value for name, value in known.items()) / sum(WEIGHTS[name] for name in known)
    return GroupScore(cohesion, coverage, distance, fit, total)


def _coverage(setting: Setting, rows: np.ndarray) -> float | None:
    market = setting.problem.market
    needs = np.array([setting.problem.facet_needs.get(facet, 1.0) for facet in FACETS])
    if needs.sum() == 0 or not any(setting.candidates[row].profile.facets_in(market) for row in rows):
        return None
    best = setting.shares[rows, len(setting.problem.asked) :].max(axis=0)
    return float((needs * best).sum() / needs.sum())
