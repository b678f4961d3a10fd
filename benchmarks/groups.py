"""Problems to find groups for: firms of `benchmarks.synthetic` with budgets and levels, and what is asked of them."""

from __future__ import annotations

import numpy as np

from benchmarks.synthetic import CAPABILITIES, MARKETS, draw_profiles
from matching.assembly import Candidate, Problem, Requirement


def draw_candidates(count: int, seed: int) -> list[Candidate]:
    """Draw firms with readiness and distances, a budget of some 25,000 and levels of what they offer."""
    rng = np.random.default_rng(seed)
    return [
        Candidate(
            profile,
            budget=round(float(np.exp(rng.normal(np.log(25_000), 0.7))), 2),
            levels={name: int(rng.integers(1, 4)) for name in sorted(profile.offers)},
        )
        for profile in draw_profiles(count, seed=seed, distances=True, facets=True)
    ]


def draw_problem(candidates: list[Candidate], seed: int, **options) -> Problem:
    """Draw what is asked: twelve capabilities, six of them musts, and an entry cost of 120,000 to 220,000."""
    rng = np.random.default_rng(seed)
    offered = np.array([sum(name in one.profile.offers for one in candidates) for name in CAPABILITIES], float)
    chosen = rng.choice(
        len(CAPABILITIES), 12, replace=False, p=np.sqrt(offered + 1e-9) / np.sqrt(offered + 1e-9).sum()
    )
    asked = tuple(
        Requirement(
            CAPABILITIES[name],
            level=int(rng.integers(1, 3 if place < 6 else 4)),
            must=place < 6,
            weight=round(float(rng.uniform(0.1, 0.4)), 3),
        )
        for place, name in enumerate(chosen)
    )
    given = {"market": MARKETS[int(rng.integers(10))], "entry_cost": float(rng.integers(120, 221) * 1000)}
    return Problem(requirements=asked, **(given | options))
