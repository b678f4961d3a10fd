"""Networks for tests: communities planted into random ties, and small ones by Hypothesis."""

from __future__ import annotations

import numpy as np
from hypothesis import strategies as st

from matching.network.graph import Tie


def planted(firms: int, groups: int, *, ties_each: int = 5, outside: float = 0.25, seed: int = 0):
    """Firms in groups of unequal size; most ties stay inside. Gives ids, ties and each firm's group."""
    random = np.random.default_rng(seed)
    share = random.pareto(2.0, groups) + 1
    group = np.sort(random.choice(groups, size=firms, p=share / share.sum()))
    ids = [f"firm{number:05}" for number in range(firms)]
    members = [np.flatnonzero(group == number) for number in range(groups)]
    scores: dict[tuple[str, str], float] = {}
    for one in random.integers(0, firms, firms * ties_each // 2):
        pool = np.arange(firms) if random.random() < outside else members[group[one]]
        other = random.choice(pool)
        if one != other:
            scores[ids[min(one, other)], ids[max(one, other)]] = float(random.uniform(0.3, 0.6))
    return (
        ids,
        [Tie(a, b, score) for (a, b), score in sorted(scores.items())],
        dict(zip(ids, group, strict=True)),
    )


def churned(ids, ties, *, part: float, seed: int = 0):
    """The same network with a part of its ties led elsewhere."""
    random = np.random.default_rng(seed)
    kept = {(tie.a, tie.b): tie.score for tie in ties if random.random() >= part}
    while len(kept) < len(ties):
        one, other = sorted(random.choice(len(ids), size=2, replace=False))
        kept[ids[one], ids[other]] = 0.45
    return [Tie(a, b, score) for (a, b), score in sorted(kept.items())]


@st.composite
def networks(draw, most: int = 14):
    """Small networks of any shape, those without firms or ties too."""
    count = draw(st.integers(0, most))
    ids = [f"f{number:02}" for number in range(count)]
    pairs = [(a, b) for place, a in enumerate(ids) for b in ids[place + 1 :]]
    if not pairs:
        return ids, []
    chosen = draw(st.lists(st.sampled_from(pairs), unique=True, max_size=30))
    score = st.floats(0.01, 1.0)
    return ids, [Tie(a, b, draw(score)) for a, b in sorted(chosen)]
