"""The measure of the assembly: value and limits in plain Python from the dataclasses, and every group tried."""

from __future__ import annotations

from itertools import combinations

import numpy as np

from matching import FACETS, Product, Profile
from matching.assembly import Candidate, Problem, Requirement, Wanted, Worth
from matching.distance import composite
from matching.hs import relatedness
from matching.score import score_pair

CAPABILITIES = ("customs", "design", "agent", "iso")
MARKET = "PRT"


def share(firm: Candidate, asked, market: str) -> float:
    """How much of a thing a firm covers."""
    profile = firm.profile
    if isinstance(asked, Wanted):
        reach = {2: 0.5, 4: 0.75, 6: 1.0}[len(asked.hs)]
        return max((relatedness(Product(asked.hs), made) / reach for made in profile.products), default=0.0)
    if asked.capability in FACETS:
        have = {**profile.facets, **profile.market_facets.get(market, {})}.get(asked.capability, 0.0)
    elif asked.capability in firm.levels:
        have = firm.levels[asked.capability]
    else:
        have = int(asked.capability in profile.offers | profile.certificates)
    return min(1.0, have / asked.level)


def value(problem: Problem, group: list[Candidate]) -> float:
    """The value of a group."""
    worth, market = problem.worth, problem.market
    total = sum(asked.weight * max(share(firm, asked, market) for firm in group) for asked in problem.asked)
    needs = {facet: problem.facet_needs.get(facet, 1.0) for facet in FACETS}
    for facet, need in needs.items():
        best = max({**f.profile.facets, **f.profile.market_facets.get(market, {})}.get(facet, 0.0) for f in group)
        total += worth.facets * need * best / sum(needs.values()) if need else 0.0
    for firm in group:
        distance = composite(firm.profile.distances.get(market, {}))
        nearness = 0.0 if distance is None else 1 - distance / 100
        wish = firm.profile.targets.get(market, 0) / 3
        total += worth.fit * (wish + nearness) / 2 - worth.member_cost
    for a, b in combinations(group, 2):
        total += worth.link * pair(a, b, problem.kind).score - worth.link_cost
    return total


_pairs: dict = {}


def pair(a: Candidate, b: Candidate, kind: str):
    """The score of a pair, remembered together with the candidates it belongs to."""
    known = _pairs.get((id(a), id(b), kind))
    if known is None:
        known = _pairs[id(a), id(b), kind] = a, b, score_pair(a.profile, b.profile, kind)
    return known[2]


def breaks(problem: Problem, group: list[Candidate], *, vetoes: bool = True) -> set[str]:
    """The codes of the limits that a group breaks."""
    ids = {firm.id for firm in group}
    commitments = [firm.profile.commitment for firm in group]
    sizes = [None if (e := firm.profile.employees) is None else max(1, e) for firm in group]
    stated = [size for size in sizes if size is not None]
    found = {
        "fewest": len(group) < problem.fewest,
        "most": len(group) > problem.most,
        "entry_cost": sum(round(100 * (f.budget or 0)) for f in group) < round(100 * problem.entry_cost),
        "capacity": sum(round(100 * (f.capacity or 0)) for f in group) < round(100 * problem.capacity),
        "experienced": problem.experienced
        and not any(f.profile.experience.get(problem.market, 0) >= problem.enough_experience for f in group),
        "commitment": any(c is not None and c < problem.least_commitment for c in commitments),
        "unknown_commitment": problem.unknown_commitment == "refuse"
        and problem.least_commitment > 0
        and None in commitments,
        "unknown_size": problem.strength_ratio is not None and problem.unknown_size == "refuse" and None in sizes,
        "strength_ratio": problem.strength_ratio is not None
        and len(stated) > 1
        and max(stated) > min(stated) * problem.strength_ratio,
        "barred": bool(ids & problem.barred),
        "pinned": not problem.pinned <= ids,
        "veto": vetoes and any(pair(a, b, problem.kind).vetoes for a, b in combinations(group, 2)),
    }
    musts = {
        f"must {asked.name}"
        for asked in problem.asked
        if asked.must and max((share(f, asked, problem.market) for f in group), default=0) < 1
    }
    return {code for code, broken in found.items() if broken} | musts


def allowed_groups(problem: Problem, candidates: list[Candidate], *, vetoes: bool = True):
    """Every group that keeps all limits."""
    for size in range(problem.fewest, min(problem.most, len(candidates)) + 1):
        for group in combinations(candidates, size):
            if not breaks(problem, list(group), vetoes=vetoes):
                yield list(group)


def best_value(problem: Problem, candidates: list[Candidate]) -> float | None:
    """The value of the best group, ``None`` where none is allowed."""
    return max((value(problem, group) for group in allowed_groups(problem, candidates)), default=None)


def draw(seed: int, count: int | None = None) -> tuple[Problem, list[Candidate]]:
    """Draw a small problem in which every limit matters now and then; every third one is strict."""
    rng = np.random.default_rng(seed)
    ease = 1.0 if seed % 3 == 0 else 0.4
    count = int(rng.integers(4, 10)) if count is None else count
    names = [f"firm-{k}" for k in rng.permutation(count)]
    return _problem(rng, names, ease), [_candidate(rng, name, names) for name in names]


def _maybe(rng, chance, value, other=None):
    return value if rng.random() < chance else other


def _some(rng, words, chance):
    return frozenset(word for word in words if rng.random() < chance)


def _candidate(rng, name: str, names: list[str]) -> Candidate:
    offers = _some(rng, CAPABILITIES[:3], 0.35)
    return Candidate(
        Profile(
            name,
            region=_maybe(rng, 0.5, "PRT:braga"),
            employees=_maybe(rng, 0.8, int(rng.integers(0, 60))),
            products=tuple(Product(code) for code in ("090121", "0902", "640319") if rng.random() < 0.4),
            targets=_maybe(rng, 0.9, {MARKET: int(rng.integers(1, 4)), "ESP": 1}, {}),
            experience=_maybe(rng, 0.3, {MARKET: float(rng.choice([0.25, 0.5, 1.0]))}, {}),
            offers=offers,
            needs=_some(rng, CAPABILITIES[:3], 0.3),
            certificates=_some(rng, CAPABILITIES[3:], 0.4),
            commitment=_maybe(rng, 0.8, float(rng.integers(6, 20) * 5)),
            facets={facet: round(float(rng.random()), 2) for facet in FACETS if rng.random() < 0.6},
            distances=_maybe(rng, 0.6, {MARKET: {"geo": 0.5, "lang": round(float(rng.random()), 2)}}, {}),
            blocked=frozenset({str(rng.choice(names))} - {name}) if rng.random() < 0.12 else frozenset(),
            verified=_maybe(rng, 0.8, round(float(rng.random()), 1)),
            can_sign=bool(rng.random() < 0.95),
        ),
        budget=_maybe(rng, 0.85, round(float(rng.uniform(5, 40)), 2)),
        capacity=_maybe(rng, 0.6, float(rng.integers(0, 10))),
        levels={name: int(rng.integers(1, 4)) for name in sorted(offers) if rng.random() < 0.7},
    )


def _problem(rng, names: list[str], ease: float) -> Problem:
    asked = [
        Requirement(
            name,
            level=0.5 if name in FACETS else int(rng.integers(1, 3)),
            must=bool(rng.random() < 0.4 * ease),
            weight=round(float(rng.random() / 2), 2),
        )
        for name in (*CAPABILITIES, "RM")
        if rng.random() < 0.5
    ]
    fewest = int(rng.integers(3, 5))
    pinned = _some(rng, names, 0.06)
    return Problem(
        MARKET,
        kind=str(rng.choice(["promotion", "sales"])),
        requirements=tuple(asked),
        basket=tuple(
            Wanted(code, must=bool(rng.random() < 0.3 * ease)) for code in ("0901", "640319") if rng.random() < 0.3
        ),
        capacity=_maybe(rng, 0.3 * ease, float(rng.integers(1, 15)), 0.0),
        entry_cost=_maybe(rng, 0.6, round(float(rng.uniform(20, 110 * (0.4 + 0.6 * ease))), 2), 0.0),
        fewest=fewest,
        most=max(fewest, len(pinned), int(rng.integers(3, 7))),
        pinned=pinned,
        barred=_some(rng, names, 0.06) - pinned,
        least_commitment=float(rng.choice([0, 40, 50])),
        experienced=bool(rng.random() < 0.4 * ease),
        strength_ratio=_maybe(rng, 0.5 * ease, float(rng.choice([3.0, 10.0, 1.5]))),
        unknown_commitment=str(rng.choice(["admit", "refuse"], p=[1 - 0.4 * ease, 0.4 * ease])),
        unknown_size=str(rng.choice(["admit", "refuse"], p=[1 - 0.4 * ease, 0.4 * ease])),
        facet_needs=_maybe(rng, 0.5, {"RF": 0.2, "RL": 0.0}, {}),
        worth=Worth(link_cost=float(rng.choice([0.1, 0.35, 0.5]))),
    )
