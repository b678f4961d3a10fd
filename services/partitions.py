"""An association splits firms into several groups at once: what is asked, the work, and what comes of it.

As with one group, the engine is told only what others may know of a firm, and nothing of money or capacity. What is
found are proposals: no firm is in any group before its own act.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from models import Firm
from services.consortia.found_groups import plain_proposal
from services.errors import Incomplete
from services.profiles import load_profiles

if TYPE_CHECKING:
    from matching.assembly import Candidate, Partition, Progress, Split
    from matching.profile import Profile

FEWEST_FIRMS, MOST_FIRMS = 6, 600
MOST_MARKETS = 6
MOST_LINES = 60
"""Firms that may be named to stay together, to go somewhere or to stay out."""
BARRED, ELSEWHERE, NO_GAIN = "barred", "elsewhere", "no_gain"
"""Why a firm is in no group."""


@dataclass(frozen=True)
class Task:
    """Everything that a partition needs, read from the database: the engine works without it."""

    split: Split
    candidates: tuple[Candidate, ...]
    keys: Mapping[str, str]
    barred: frozenset[str]
    """Who was to stay out."""
    seconds: float


def seconds_for(count: int) -> float:
    """How long so many firms are looked through, at the most.

    >>> seconds_for(30), seconds_for(100), seconds_for(200), seconds_for(600)
    (8.0, 18.0, 150.0, 170.0)
    """
    if count <= 100:
        return max(8.0, 0.18 * count)
    return min(170.0, 18 + 1.32 * (count - 100))


def check(wish: Mapping[str, Any]) -> None:
    """Raise Incomplete with what contradicts itself: firms, markets, size, placed, barred."""
    wrong = [] if FEWEST_FIRMS <= len(wish["firms"]) <= MOST_FIRMS else ["firms"]
    wrong += [] if 1 <= len(wish["markets"]) <= MOST_MARKETS else ["markets"]
    wrong += [] if 3 <= wish["fewest"] <= wish["most"] <= 40 else ["most"]
    barred = set(wish["barred"])
    wrong += (
        ["placed"] if barred & wish["placed"].keys() or set(wish["placed"].values()) - set(wish["markets"]) else []
    )
    wrong += ["together"] if any(barred & set(some) or len(some) > wish["most"] for some in wish["together"]) else []
    if wrong:
        raise Incomplete(wrong)


def prepare(db: Session, wish: Mapping[str, Any]) -> Task:
    """Read the firms, as others may know them; those that are no longer approved are left out."""
    from matching.assembly import Candidate, Problem, Requirement, Split

    profiles = load_profiles(db, Firm.key.in_(wish["firms"]), Firm.is_approved)
    rows = db.execute(sa.select(Firm.key, Firm.id).where(Firm.id.in_(map(int, profiles))))
    ids = {key: str(firm_id) for key, firm_id in rows}
    together = [frozenset(ids[key] for key in some if key in ids) for some in wish["together"]]
    together = [some for some in together if len(some) > 1]
    barred = frozenset(ids[key] for key in wish["barred"] if key in ids)
    asked = [Requirement(code, must=True) for code in wish["musts"]]
    asked += [Requirement(code, must=False) for code in wish["wishes"] if code not in wish["musts"]]
    placed = {ids[key]: wish["markets"].index(market) for key, market in wish["placed"].items() if key in ids}
    called = placed.keys() | frozenset().union(*together)

    def out_of(market: str) -> frozenset[str]:
        """Who is in no group for a market: whom one has barred, and who does not want it unless it was called for."""
        unwanting = {id for id, one in profiles.items() if market not in one.targets} - called
        return barred | unwanting if wish["wanting"] else barred

    problems = tuple(
        Problem(
            market, kind=wish["kind"], requirements=tuple(asked), fewest=wish["fewest"], most=wish["most"],
            least_commitment=0, experienced=wish["experienced"], strength_ratio=wish["ratio"] or None,
            barred=out_of(market),
        )
        for market in wish["markets"]
    )  # fmt: skip
    candidates = tuple(Candidate(one) for one in _without_blocks(profiles, together).values())
    keys = {id: key for key, id in ids.items()}
    split = Split(problems, tuple(together), placed)
    return Task(split, candidates, keys, barred, seconds_for(len(candidates)))


def _without_blocks(profiles: Mapping[str, Profile], together: list[frozenset[str]]) -> dict[str, Profile]:
    """Firms that are to stay together do so whatever one of them has silently said of another."""
    found = dict(profiles)
    for some in together:
        for id in some:
            found[id] = replace(found[id], blocked=found[id].blocked - some)
    return found


def look(
    task: Task,
    *,
    on_better: Callable[[dict[str, Any]], None] | None = None,
    on_progress: Callable[[Progress], None] | None = None,
) -> dict[str, Any]:
    """Split the firms; what is found, as plain data with keys of firms."""
    from matching.assembly import partition  # brings SciPy

    def better(value: float, groups: tuple) -> None:
        if on_better is not None:
            count = sum(len(ids) for _market, ids in groups)
            on_better({"value": round(value, 3), "groups": len(groups), "firms": count})

    found = partition(
        task.split, task.candidates, seconds=task.seconds, on_better=better, on_progress=on_progress
    )  # fmt: skip
    return _to_plain(task, found)


def _to_plain(task: Task, found: Partition) -> dict[str, Any]:
    uncommitted = {one.id for one in task.candidates if one.profile.commitment is None}
    markets = [problem.market for problem in task.split.problems]
    profiles = {one.id: one.profile for one in task.candidates}
    return {
        "status": found.status,
        "looked_at": len(task.candidates),
        "value": round(found.value, 3),
        "greedy": round(found.greedy, 3),
        "bound": None if found.bound is None else round(found.bound, 3),
        "groups": [
            {"market": markets[one.problem], **plain_proposal(one.proposal, task.keys, uncommitted)}
            for one in found.parts
        ],
        "left": [
            {"firm": task.keys[id], "why": _why_left(task.barred, profiles[id], markets)} for id in found.left_over
        ],
        "unplaced": [task.keys[id] for id in found.unplaced],
    }


def _why_left(barred: frozenset[str], profile: Profile, markets: list[str]) -> str:
    """Why a firm is in no group, as far as its own page tells; what others have said of it never is a reason."""
    if profile.id in barred:
        return BARRED
    return NO_GAIN if set(markets) & profile.targets.keys() else ELSEWHERE
