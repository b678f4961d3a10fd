"""What a fit does to scores, signal by signal: measured on pairs of which one chose or declined the other."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from datetime import date, timedelta
from typing import TYPE_CHECKING

import numpy as np

from matching.learning.history import Question
from matching.learning.layer_results import BASE, Part
from matching.terms import TERMS
from services.evidence import Evidence

if TYPE_CHECKING:
    from matching.learning.ranking_layer import RankingLayer

MOST_PAIRS = 200
LEAST_SPREAD = 1e-9


@dataclass(frozen=True)
class Effect:
    """How far a signal moves scores on average, from 0 to 1, and whether more of it moves them up or down.

    `name` is a term of the pair score, `base` for that score itself, or a group of signals of history. `slope` is the
    correlation of the signal's value with what it adds, from -1 to 1; None where it does not vary, or for a group.
    """

    name: str
    moves: float
    slope: float | None

    def to_data(self) -> dict:
        """The figures as plain data."""
        return asdict(self)


def find_effects(evidence: Evidence, layer: RankingLayer, today: date) -> list[Effect]:
    """The effects of a fit on the latest pairs of which something was said, the strongest first."""
    ready = layer.at(evidence.profiles.values(), evidence.history, today + timedelta(days=1))
    pairs = list(_pairs(evidence))[-MOST_PAIRS:]
    moves: dict[str, float] = defaultdict(float)
    seen: dict[str, list[tuple[float, float]]] = defaultdict(list)
    for firm, other in pairs:
        added: dict[str, float] = defaultdict(float)
        for part in ready.explain(Question((firm,)), other).parts:
            name = name_of(part)
            added[name] += part.contribution
            if part.value is not None and name == part.signal:
                seen[name].append((part.value, part.contribution))
        for name, value in added.items():
            moves[name] += abs(value) / len(pairs)
    found = [Effect(name, moved, _slope(seen[name])) for name, moved in moves.items()]
    return sorted(found, key=lambda effect: (-effect.moves, effect.name))


def name_of(part: Part) -> str:
    """A term, both sides of it together; the pair score; or what a signal of history is about."""
    term = part.signal.removesuffix("_for_them")
    return term if term in TERMS or term == BASE else part.about


def _pairs(evidence: Evidence) -> Iterator[tuple[str, str]]:
    for outcome in evidence.outcomes:
        for other in sorted(outcome.chosen | outcome.declined, key=int):
            yield outcome.question.members[0], other


def _slope(points: list[tuple[float, float]]) -> float | None:
    """Correlation of value and contribution.

    >>> _slope([(0.0, -0.1), (0.5, 0.0), (1.0, 0.1)]), _slope([(0.5, 0.1)])
    (1.0, None)
    """
    if len(points) < 2:
        return None
    values = np.array(points)
    if values.std(0).min() < LEAST_SPREAD:
        return None
    return round(float(np.corrcoef(values.T)[0, 1]), 9)
