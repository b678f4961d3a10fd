"""Joint versus alone: what each member risks by itself, beside what it risks in the group."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from matching.risk.errors import InvalidScenarios
from matching.risk.measures import Measure, Outlook, mean, measure
from matching.risk.prospects import Venture
from matching.risk.scenarios import draw, results_alone, results_together

SCENARIOS = 20_000
FEWEST, MOST = 1_000, 1_000_000
MOST_NUMBERS = 12_000_000
"""Scenarios times members that are held at once: about half a gigabyte."""

IGNORED = (
    "time_value",
    "exchange_rates",
    "taxes",
    "partial_success",
    "learning",
    "insolvency",
    "withdrawal",
    "conduct",
    "extremes",
)
"""What the model leaves out, for the text beside every figure. When money is spent and comes back; exchange rates;
taxes; that an entry can half succeed; that a second try is better than the first; that a member may be unable to pay;
that one may leave halfway; that people act otherwise when others bear their losses; and that everything can fail
together more often than correlations of a normal copula say."""


@dataclass(frozen=True, slots=True)
class MemberRisk:
    """One member alone and together.

    ``share`` is its part of the joint entry cost, from 0 to 1. ``result_gained`` and ``loss_saved`` are the
    differences of mean result and expected loss in the same scenarios, above 0 where the group is better, with the
    errors of the differences themselves.
    """

    member: str
    share: float
    alone: Outlook
    together: Outlook
    result_gained: Measure
    loss_saved: Measure


@dataclass(frozen=True, slots=True)
class RiskComparison:
    """All members, and all of them as one: the sum of their results, each going alone or together."""

    members: tuple[MemberRisk, ...]
    all_alone: Outlook
    all_together: Outlook
    correlation: float
    scenarios: int
    seed: int
    ignores: tuple[str, ...] = IGNORED

    def member(self, name: str) -> MemberRisk:
        """Return one member's; raises KeyError."""
        for found in self.members:
            if found.member == name:
                return found
        raise KeyError(name)


def compare_risk(venture: Venture, *, seed: int, scenarios: int = SCENARIOS) -> RiskComparison:
    """Compare entering a market alone with entering it together, by Monte Carlo with common random numbers.

    The model is our own design (science note 4.5). In every scenario a member succeeds or fails; if it succeeds
    its margin comes in, if it fails it recovers a part of its stake. Alone its stake is its own entry cost; together
    it is its part of one joint entry. Between members, success and its size are correlated by a normal copula. How
    dear the market is and how far all were wrong about chances is the same for all. What it ignores is in
    ``IGNORED``: it helps to compare two ways with each other, and is no forecast of either.

    Parameters
    ----------
    venture : Venture
    seed : int
        From 0; ``seed_for(consortium)`` keeps figures from moving on reload.
    scenarios : int
        1,000 to 1,000,000, and at most 12 million together with members.

    Raises
    ------
    InvalidScenarios

    Examples
    --------
    >>> from matching.risk import Member, Prospect, Range, Venture
    >>> alone = Prospect(Range(80, 100, 150), Range(0.3, 0.5, 0.6), Range(100, 250, 500), Range(0, 0.2, 0.4))
    >>> group = Venture([Member(name, alone, weight=1, ceiling=60) for name in "abc"], entry=Range(120, 150, 220))
    >>> found = compare_risk(group, seed=7).member("a")
    >>> found.together.loss.value < found.alone.loss.value, found.together.chance_above_ceiling.value < 0.05
    (True, True)
    """
    members = len(venture.members)
    most = min(MOST, MOST_NUMBERS // members)
    if isinstance(scenarios, bool) or not isinstance(scenarios, int) or not FEWEST <= scenarios <= most:
        raise InvalidScenarios(scenarios, FEWEST, most)
    luck = draw(venture, scenarios, seed)
    alone, alone_stakes = results_alone(venture, luck)
    together, stakes = results_together(venture, luck)
    weights = {member.id: member.weight for member in venture.members}
    total = sum(weights.values())
    found = [
        MemberRisk(
            member=member.id,
            share=weights[member.id] / total,
            alone=measure(alone[place], float(alone_stakes[place].mean()), member.ceiling),
            together=measure(together[place], float(stakes[place].mean()), member.ceiling),
            result_gained=mean(together[place] - alone[place]),
            loss_saved=mean(np.minimum(together[place], 0.0) - np.minimum(alone[place], 0.0)),
        )
        for place, member in enumerate(venture.members)
    ]
    return RiskComparison(
        members=tuple(found),
        all_alone=measure(alone.sum(axis=0), float(alone_stakes.sum(axis=0).mean())),
        all_together=measure(together.sum(axis=0), float(stakes.sum(axis=0).mean())),
        correlation=venture.correlation,
        scenarios=scenarios,
        seed=seed,
    )
