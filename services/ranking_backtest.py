"""Whether the learned order would have done better than the default one: fitted on earlier outcomes, asked for later.

Only what happened before the split is used, but for the profiles, of which no earlier state is kept: they are those
of today, for both orders alike. So the comparison is fair between the two, and both figures are a little too good.
"""

from __future__ import annotations

import copy
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import date
from typing import TYPE_CHECKING

import numpy as np

from matching.learning.history import Outcome
from matching.learning.measures import Bin, brier, calibration, calibration_error, ndcg
from services.evidence import Evidence

if TYPE_CHECKING:
    from matching.learning.ranking_layer import RankingLayer

HELD_OUT = 0.25
"""Share of the outcomes, the latest, on which the two orders are compared."""
BINS = (0.0, 0.02, 0.05, 0.1, 0.2, 0.4, 0.6, 0.8, 1.0)
DRAWS = 1000
ALLOWED_LOSS = 0.02
"""How far the lower end of the band may lie below no difference; see `Backtest.is_not_worse`."""


@dataclass(frozen=True)
class Backtest:
    """The two orders on outcomes that neither had seen.

    `ndcg` is the mean over `questions` searches of `firms` firms; `low` and `high` hold the difference (learned less
    default) in 90 of 100 draws of these firms. Brier and calibration error are of the learned score, over all
    `pairs` in the part of the list that is put in order.
    """

    day: str
    questions: int
    firms: int
    ndcg: float
    ndcg_default: float
    low: float
    high: float
    pairs: int
    brier: float
    brier_default: float
    calibration_error: float
    calibration: tuple[Bin, ...]

    @property
    def is_not_worse(self) -> bool:
        """Whether the fit may be used: on average no worse than the default order, and by chance hardly so.

        The mean difference is 0 or more, and the lower end of its band no more than `ALLOWED_LOSS` below 0 (our
        design). A fit that is only lucky fails the second part; one that changes nothing passes.
        """
        return self.ndcg >= self.ndcg_default and self.low >= -ALLOWED_LOSS

    def to_data(self) -> dict:
        """The figures as plain data."""
        return asdict(self) | {"is_not_worse": self.is_not_worse}


def split_day(outcomes: Sequence[Outcome]) -> date | None:
    """The day from which on outcomes are held out: between days, so that nothing of its day was learned from."""
    days = [outcome.day for outcome in outcomes]
    if not days or days[0] == days[-1]:
        return None
    day = days[int(len(days) * (1 - HELD_OUT))]
    return day if day > days[0] else min(one for one in days if one > days[0])


def backtest(evidence: Evidence, fit: Callable[[Sequence[Outcome]], RankingLayer], head: int) -> Backtest | None:
    """Compare the two orders; None where the outcomes are all of one day, or nothing was chosen since the split.

    `head` is how many of the default order are put into the learned one, as on the site.
    """
    day = split_day(evidence.outcomes)
    if day is None:
        return None
    layer = fit([outcome for outcome in evidence.outcomes if outcome.day < day])
    layer.at(evidence.profiles_on, evidence.history, day)
    told = _told_before(evidence.outcomes, day)
    asked = [outcome for outcome in evidence.outcomes if outcome.day >= day and outcome.chosen]
    lists = [_ranked(layer, outcome, evidence, told, head) for outcome in asked]
    return _compared(day, asked, lists) if any(default for default, _ in lists) else None


def _told_before(outcomes: Sequence[Outcome], day: date) -> Mapping[str, frozenset[str]]:
    """Firm to those of whom it had said something before a day: they are not in its list."""
    told: dict[str, frozenset[str]] = {}
    for outcome in outcomes:
        if outcome.day < day:
            for firm in outcome.question.members:
                told[firm] = told.get(firm, frozenset()) | outcome.chosen | outcome.declined
    return told


@dataclass(frozen=True)
class Listed:
    """A candidate of a search with both scores."""

    id: str
    base: float
    score: float


def _ranked(layer, outcome, evidence, told, head) -> tuple[list[Listed], list[Listed]]:
    """The top of the default order, and the same firms in the learned one."""
    [firm] = outcome.question.members
    candidates = evidence.profiles.keys() - told.get(firm, frozenset()) - {firm}
    plain = copy.copy(layer)
    plain.enabled = False
    top = list(plain.rank(outcome.question, candidates))[:head]
    scores = dict(layer.rank(outcome.question, [id for id, _ in top]))
    default = [Listed(id, base, scores.get(id, 0.0)) for id, base in top]
    return default, sorted(default, key=lambda one: -one.score)


def _compared(day: date, asked: Sequence[Outcome], lists: Sequence[tuple]) -> Backtest:
    default, learned = (
        np.array([ndcg([one.id for one in lists[k][side]], asked[k].chosen) for k in range(len(asked))])
        for side in (0, 1)
    )
    firms = [outcome.question.members[0] for outcome in asked]
    low, high = band(learned - default, firms)
    pairs = [
        (one, one.id in outcome.chosen) for (found, _), outcome in zip(lists, asked, strict=True) for one in found
    ]
    said, base = (np.array([getattr(one, name) for one, _ in pairs]) for name in ("score", "base"))
    chosen = np.array([was for _, was in pairs], float)
    bins = calibration(said, chosen, BINS)
    return Backtest(
        day=day.isoformat(),
        questions=len(asked),
        firms=len(set(firms)),
        ndcg=float(learned.mean()),
        ndcg_default=float(default.mean()),
        low=low,
        high=high,
        pairs=len(said),
        brier=brier(said, chosen),
        brier_default=brier(base, chosen),
        calibration_error=calibration_error(bins),
        calibration=bins,
    )


def band(differences: np.ndarray, firms: Sequence[str]) -> tuple[float, float]:
    """The 5th and 95th percentile of the mean, with firms (all their searches together) drawn again and again.

    >>> low, high = band(np.array([0.1, 0.1, 0.1]), ["a", "a", "b"])
    >>> round(low, 6), round(high, 6)
    (0.1, 0.1)
    """
    names = sorted(set(firms))
    places = np.array([names.index(firm) for firm in firms])
    total, count = np.bincount(places, differences), np.bincount(places)
    drawn = np.random.default_rng(0).integers(0, len(names), (DRAWS, len(names)))
    means = total[drawn].sum(1) / count[drawn].sum(1)
    return float(np.percentile(means, 5)), float(np.percentile(means, 95))
