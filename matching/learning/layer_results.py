"""What a ranking layer gives back: rankings, a score with what it is made of, the card of what it learned from."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

import numpy as np

VERSION = 3
"""Of the signals and of what is stored: a layer saved by another version is refused."""

BASE = "base"
"""Name of the pair score among the signals."""


@dataclass(frozen=True, slots=True)
class Part:
    """What one signal adds to a score."""

    signal: str
    about: str
    value: float | None
    contribution: float


@dataclass(frozen=True, slots=True)
class LayerScore:
    """A score with what it is made of: ``start`` and the contributions add up to ``score``.

    ``base`` is the pair score by the default weights, ``pull`` how much was learned has to say, from 0 to 1.
    """

    id: str
    score: float
    base: float
    pull: float
    start: float
    parts: tuple[Part, ...]

    def about(self) -> dict[str, float]:
        """Return the contributions by what they are about, the largest first."""
        found: dict[str, float] = {}
        for part in self.parts:
            found[part.about] = found.get(part.about, 0.0) + part.contribution
        return dict(sorted(found.items(), key=lambda entry: (-abs(entry[1]), entry[0])))


@dataclass(frozen=True, slots=True, eq=False)
class Ranking:
    """Candidates, best first, with their scores and their pair scores by the default weights."""

    ids: tuple[str, ...]
    scores: np.ndarray
    base: np.ndarray

    def __iter__(self) -> Iterator[tuple[str, float]]:
        """Go through ids and scores, as ``PartnerMatcher.rank`` gives them."""
        return iter(zip(self.ids, self.scores.tolist(), strict=True))


@dataclass(frozen=True, slots=True)
class Card:
    """What a layer was learned from: enough to tell two apart, and to tell whether it is still of today."""

    version: int = VERSION
    data: str = ""
    first_day: str = ""
    last_day: str = ""
    questions: int = 0
    chosen: int = 0
    declined: int = 0
    drawn: int = 0
    evidence: Mapping[str, int] = field(default_factory=dict)
