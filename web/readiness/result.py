"""What the result page shows: the profile, what the next band needs, the collective route, the next steps."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import ROUND_DOWN, ROUND_HALF_UP, Decimal

from flask import url_for

from matching.readiness import (
    CONSTRUCTS,
    ENTRY,
    NOT_KNOWING_COUNTS,
    PER_MARKET,
    READY_COMMITMENT,
    READY_RESOURCES,
    READY_RIGIDITY,
    RESOURCES,
    WEAK,
    Readiness,
    has_own_part,
)
from services.readiness import NO_MARKET, Answers
from services.vocabulary import capability_to_seek
from web.languages import number
from web.readiness.words import BY_MARKET, NEEDS, NEXT_BAND, OWN, OWN_BY_ITEM, PARTNER, SEARCH

MOST_STEPS = 5
MOST_DEEDS = 3
"""Deeds named for one weak construct."""


def points_below(value: float, limit: float) -> str:
    """A value that does not reach a limit: never rounded so far that it seems to."""
    rounded = _exactly(value).quantize(Decimal("0.1"), ROUND_HALF_UP)
    if rounded < limit:
        return number(rounded, 1)
    return number(_exactly(value).quantize(Decimal("0.01"), ROUND_DOWN), 2)


def _exactly(value: float) -> Decimal:
    """Without what the last binary digits add: 41.25 is half way between 41.2 and 41.3."""
    return Decimal(str(round(value, 9)))


@dataclass(frozen=True)
class Row:
    """One construct of the profile; of rigidity its opposite, so that much is good everywhere."""

    name: str
    value: float | None
    answered: int
    asked: int

    @property
    def is_weak(self) -> bool:
        return self.value is not None and self.value < WEAK


def list_rows(result: Readiness, answers: Answers, market: str) -> list[Row]:
    """The ten constructs in their order, with how many of their questions were answered."""
    rows = []
    for name, items in CONSTRUCTS.items():
        value = result.constructs[name]
        value = 100 - value if name == "RIG" and value is not None else value
        answered = sum(_counts(item, market, answers) for item in items)
        rows.append(Row(name, value, answered, len(items)))
    return rows


def _counts(item: str, market: str, answers: Answers) -> bool:
    """Whether an answer goes into the points: "I do not know" does only where knowledge is asked."""
    question = (item, market if item in PER_MARKET else NO_MARKET)
    return question in answers and (answers[question] is not None or item in NOT_KNOWING_COUNTS)


def missing_for_next_band(result: Readiness) -> list[str]:
    """What the next band asks for that is not there yet."""
    band = NEXT_BAND.get(result.band)
    if band is None:
        return []
    wanted = [("index", ENTRY[band], result.index)]
    if band == "READY":
        wanted += [
            ("commitment", READY_COMMITMENT, result.commitment),
            ("openness", 100 - READY_RIGIDITY, 100 - result.rigidity),
            ("resources", READY_RESOURCES, result.resources),
        ]
    missing = []
    for what, needed, now in wanted:
        if now is None:
            missing.append(str(NEEDS[f"{what} unknown"]))
        elif now < needed:
            missing.append(str(NEEDS[what]) % {"needed": number(needed), "now": points_below(now, needed)})
    return missing


def find_route(result: Readiness) -> str:
    """Which way is open: `homework` first, `open` with partners, `alone`, or `even`: nothing weak, but not ready.

    `unknown` where too little is answered: of the firm itself, or of resources none of which is known to be weak.
    """
    if result.commitment is None or result.rigidity is None:
        return "unknown"
    if not has_own_part(result):
        return "homework"
    if result.collective:
        return "open"
    if any(result.constructs[facet] is None for facet in RESOURCES):
        return "unknown"
    return "alone" if result.band == "READY" else "even"


@dataclass(frozen=True)
class Step:
    """A weak construct, what a partner can do about it, where such partners are, and what only the firm can do."""

    row: Row
    partner: str
    search: str | None
    deeds: list[str]


def list_steps(rows: list[Row], answers: Answers, market: str, needs: list[str]) -> list[Step]:
    """The weak constructs, the weakest first; what only the firm can bring stands before what can be shared."""
    own_work = [row for row in rows if row.is_weak and row.name in ("COM", "RIG")]
    others = [row for row in rows if row.is_weak and row not in own_work]
    ordered = [*sorted(own_work, key=lambda row: row.value), *sorted(others, key=lambda row: row.value)]
    return [
        Step(row, PARTNER[row.name], _search(row.name, market, needs), _deeds(row.name, answers)) for row in ordered
    ]


def _search(name: str, market: str, needs: list[str]) -> str | None:
    """The suggestions that would help: firms that offer it, are in the market, or want it."""
    if market and name in BY_MARKET:
        return url_for("suggestions.index", market=market)
    capability = capability_to_seek(name, needs) if name in RESOURCES else SEARCH.get(name)
    return url_for("suggestions.index", capability=capability) if capability else None


def _deeds(name: str, answers: Mapping[tuple[str, str], int | None]) -> list[str]:
    """What only the firm can do: for commitment and rigidity what its worst answers call for."""
    if name in OWN:
        return [OWN[name]]
    worst = sorted(CONSTRUCTS[name], key=lambda item: _goodness(name, answers.get((item, NO_MARKET))))
    return [OWN_BY_ITEM[item] for item in worst[:MOST_DEEDS] if _goodness(name, answers.get((item, NO_MARKET))) < 4]


def _goodness(name: str, answer: int | None) -> int:
    """An answer so that 5 is best; what is not known or not answered counts as half."""
    if answer is None:
        return 3
    return 6 - answer if name == "RIG" else answer
