"""What was learned on the platform makes of a pair, in parts that add up on the page."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass

from flask_babel import gettext as _

from matching.contributions import points_that_add_up
from matching.learning.layer_results import LayerScore
from services.ranking_effects import name_of
from web.ranking.words import say_signal


@dataclass(frozen=True)
class ExperienceRow:
    """A part of the learned score, in points of 100."""

    name: str
    points: float


@dataclass(frozen=True)
class Experience:
    """The learned score in points, its parts, and how much what was learned has to say, from 0 to 1."""

    score: float
    pull: float
    rows: tuple[ExperienceRow, ...]


def experience_rows(found: LayerScore | None) -> Experience | None:
    """The parts of a learned score, the largest first; None while nothing learned is in use or has a say here."""
    if found is None or not found.pull:
        return None
    added: dict[str, float] = defaultdict(float)
    for part in found.parts:
        added[name_of(part)] += part.contribution
    parts = {_("Where everybody begins"): found.start}
    for name, value in sorted(added.items(), key=lambda one: (-abs(one[1]), one[0])):
        parts[say_signal(name)] = value
    points = points_that_add_up(list(parts.values()), found.score)
    rows = tuple(ExperienceRow(name, value) for name, value in zip(parts, points, strict=True))
    return Experience(sum(round(10 * row.points) for row in rows) / 10, found.pull, rows)
