"""Scenarios: the same luck for a member alone and in a group, whoever else is in it."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field
from math import sqrt

import numpy as np
from scipy.special import ndtr

from matching.risk.prospects import LossFund, Member, Prospect, Venture
from matching.risk.ranges import Range
from matching.sharing.claims import CLAIMS_RULES


def seed_for(consortium: str | int) -> int:
    """Return the seed of a consortium, the same on every machine and at every start.

    Examples
    --------
    >>> seed_for(7) == seed_for("7") != seed_for(8)
    True
    """
    return int.from_bytes(hashlib.sha256(str(consortium).encode()).digest()[:6], "big")


@dataclass(frozen=True, slots=True, eq=False)
class Luck:
    """What is drawn, as chances from 0 to 1.

    ``cost`` and ``climate``, shape (scenarios,), are met by all: how dear the market turns out to be, and how far
    everybody was wrong about the chances of success. ``fate`` and ``fortune``, shape (members, scenarios), are each
    member's: whether it succeeds, and how well or badly that goes. Between members they are correlated, as far as a
    normal copula says.
    """

    cost: np.ndarray
    climate: np.ndarray
    fate: np.ndarray
    fortune: np.ndarray
    seen: dict[tuple[Range, int], np.ndarray] = field(default_factory=dict)

    def wins(self, chance: Range, place: int) -> np.ndarray:
        """Return in which scenarios a member succeeds."""
        return self.fate[place] < self._once(chance, -1, self.climate)

    def fares(self, expected: Range, place: int) -> np.ndarray:
        """Return how well it goes for a member, or how badly."""
        return self._once(expected, place, self.fortune[place])

    def _once(self, expected: Range, place: int, chances: np.ndarray) -> np.ndarray:
        """Return values of a range, computed once: alone and together they are mostly the same."""
        key = expected, place
        if key not in self.seen:
            self.seen[key] = expected.quantile(chances)
        return self.seen[key]


def draw(venture: Venture, scenarios: int, seed: int) -> Luck:
    """Draw scenarios.

    Every member has a stream of random numbers of its own, by its id. So its luck is the same alone and together,
    stays what it was when others come and go, and does not depend on the order of members.
    """
    common = np.random.default_rng([seed, 0])
    cost, climate = common.random(scenarios), common.random(scenarios)
    shared = sqrt(venture.correlation) * common.standard_normal((2, scenarios))
    own = np.empty((2, len(venture.members), scenarios))
    for place, member in enumerate(venture.members):
        stream = np.random.default_rng([seed, 1, *member.id.encode()])
        own[:, place] = stream.standard_normal((2, scenarios))
    own *= sqrt(1 - venture.correlation)
    own += shared[:, None]
    ndtr(own, out=own)
    return Luck(cost, climate, own[0], own[1])


def results_alone(venture: Venture, luck: Luck) -> tuple[np.ndarray, np.ndarray]:
    """Return what each member wins or loses alone, and what it puts at stake, shape (members, scenarios) each."""
    stakes = np.array([member.alone.entry.quantile(luck.cost) for member in venture.members])
    return _proceeds(luck, stakes, [member.alone for member in venture.members]) - stakes, stakes


def results_together(venture: Venture, luck: Luck) -> tuple[np.ndarray, np.ndarray]:
    """Return the same for the group: each pays its part of one entry, and its part of what is pooled comes back."""
    weights = np.array([member.weight for member in venture.members])
    weights = weights / weights.sum()
    stakes = np.multiply.outer(weights, venture.entry.quantile(luck.cost))
    proceeds = _proceeds(luck, stakes, [in_group(member) for member in venture.members])
    if venture.pooled:
        together = np.multiply.outer(weights, proceeds.sum(axis=0))
        proceeds = (1 - venture.pooled) * proceeds + venture.pooled * together
    results = proceeds - stakes
    if venture.fund is not None and venture.fund.amount:
        results += _fund_flows(venture, venture.fund, results, stakes, weights)
    return results, stakes


def in_group(member: Member) -> Prospect:
    """Return what a member expects in the group; its part of the entry is the group's to say."""
    alone = member.alone
    return Prospect(alone.entry, member.chance or alone.chance, member.margin or alone.margin, alone.recovery)


def _proceeds(luck: Luck, stakes: np.ndarray, prospects: list[Prospect]) -> np.ndarray:
    """Return what comes in: the margin of those who succeed, what the others recover of their stakes."""
    proceeds = np.empty_like(stakes)
    for place, prospect in enumerate(prospects):
        recovered = luck.fares(prospect.recovery, place) * stakes[place]
        won = luck.wins(prospect.chance, place)
        proceeds[place] = np.where(won, luck.fares(prospect.margin, place), recovered)
    return proceeds


def _fund_flows(
    venture: Venture, fund: LossFund, results: np.ndarray, stakes: np.ndarray, weights: np.ndarray
) -> np.ndarray:
    """Return what each gets from the fund less what of its contribution is used up; over all members it is 0."""
    given = weights
    if fund.contributions is not None:
        given = np.array([fund.contributions.get(member.id, 0.0) for member in venture.members])
        given = given / given.sum()
    claims = np.maximum(-results - fund.retention * stakes, 0.0).T
    paid = CLAIMS_RULES[fund.rule](claims, np.minimum(fund.amount, claims.sum(axis=1)))
    return (paid - np.multiply.outer(paid.sum(axis=1), given)).T
