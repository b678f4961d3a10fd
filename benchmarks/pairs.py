"""How fast partners are found, beside peers measured in the same run.

    python -m benchmarks.pairs [FIRMS]

Read the ratios; seconds depend on the machine and on what else it does.
"""

from __future__ import annotations

import os
import sys
import time
from collections.abc import Callable

import numpy as np
from scipy import sparse
from sklearn.neighbors import NearestNeighbors

from benchmarks.synthetic import draw_profiles
from matching import PartnerMatcher, Profile, warm_up
from matching.bounds import CHANNELS, WIDTH, build_bounds
from tests.matching import oracle

BEST = 20
LIVE_QUERIES = 200
SAMPLED_ROWS = 20
SAMPLED_PAIRS = 2000

# In the order of the channels of matching.bounds: the weight of the term, halved where a term is directed.
CHANNEL_WEIGHTS = np.array([0.12, 0.04, 0.12, 0.10, 0.10, 0.05, 0.05, 0.10])


def main(count: int) -> None:
    """Measure and print."""
    print(f"{count} firms, top {BEST}, {os.cpu_count()} cores, load {os.getloadavg()[0]:.1f}")
    started = time.perf_counter()
    warm_up()
    print(f"warm-up {time.perf_counter() - started:.1f} s (compiled code from disk, if there is any)")
    for name, facts in (("declared data", {}), ("with readiness and distances", {"distances": True, "facets": True})):
        print(f"\n{name}")
        firms = draw_profiles(count, distances=bool(facts), facets=bool(facts))
        measure(firms)
    print(f"\nload at the end {os.getloadavg()[0]:.1f}")


def measure(firms: list[Profile]) -> None:
    """Measure one set of firms."""
    pairs = len(firms) * (len(firms) - 1) / 2
    matcher = PartnerMatcher(limit=BEST)
    fit = clock(lambda: matcher.fit(firms))
    every = min(clock(lambda: matcher.all_pairs(BEST)) for _ in range(3))
    say("fit", fit)
    say("all pairs", every, f"{every / pairs * 1e9:.1f} ns a pair")
    one_core = PartnerMatcher(limit=BEST, threads=1).fit(firms)
    say("all pairs, one thread", clock(lambda: one_core.all_pairs(BEST)))
    measure_live(matcher, firms)

    slow = PartnerMatcher(limit=BEST, compiled=False).fit(firms)
    row = clock(lambda: [slow.rank(firm, limit=BEST) for firm in firms[:SAMPLED_ROWS]]) / SAMPLED_ROWS
    peer("NumPy, row by row (extrapolated)", row * len(firms), every)
    others = firms[1 : SAMPLED_PAIRS + 1]
    plain = clock(lambda: [oracle.score(firms[0], other) for other in others]) / len(others)
    peer("plain Python, pair by pair (extrapolated)", plain * pairs, every)
    nearest, recall = linear_proxy(matcher, firms)
    peer(f"scikit-learn brute force on a linear proxy, recall {recall:.2f}", nearest, every)
    peak(matcher, every)


def measure_live(matcher: PartnerMatcher, firms: list[Profile]) -> None:
    asking = firms[:: max(1, len(firms) // LIVE_QUERIES)][:LIVE_QUERIES]
    for name, ask in (
        ("live query", lambda firm: matcher.rank(firm, limit=BEST)),
        ("live query with reasons", matcher.query),
        ("update of one firm", lambda firm: matcher.update([firm])),
    ):
        times = [clock(lambda firm=firm, ask=ask: ask(firm)) * 1000 for firm in asking]
        print(f"  {name:<52} median {np.median(times):6.2f} ms   p95 {np.percentile(times, 95):6.2f} ms")


def linear_proxy(matcher: PartnerMatcher, firms: list[Profile]) -> tuple[float, float]:
    """Return seconds and recall of the best library's neighbours by the nearest thing to our score that is linear."""
    bounds = build_bounds(matcher._known.columns)
    count, shape = len(firms), (len(firms), bounds.features)
    channel = np.repeat(np.arange(len(bounds.ask_starts) - 1) % CHANNELS, np.diff(bounds.ask_starts))
    total = np.bincount(channel, abs(bounds.ask_values), CHANNELS)
    # Each kind of feature weighs what its term weighs in the score.
    weighed = bounds.ask_values * (CHANNEL_WEIGHTS * count / np.maximum(total, 1))[channel]
    asks = sparse.csr_matrix((weighed, bounds.ask_features, bounds.ask_starts[::CHANNELS]), shape)
    gives = sparse.csr_matrix((bounds.give_values, bounds.give_features, bounds.give_starts), shape)
    neighbours = NearestNeighbors(n_neighbors=BEST + 1, algorithm="brute", metric="cosine").fit(gives)
    started = time.perf_counter()
    found = neighbours.kneighbors(asks, return_distance=False)
    seconds = time.perf_counter() - started
    best = matcher.all_pairs(BEST).partners
    hits = sum(len(set(found[i]) & set(best[i])) for i in range(count))
    return seconds, hits / (best >= 0).sum()


def peak(matcher: PartnerMatcher, seconds: float) -> None:
    """Print what a matrix product reaches here, and how much of it the inner products of all pairs take."""
    side = 3000
    a = np.ones((side, side), np.float32)
    gemm = 2 * side**3 / min(clock(lambda: a @ a) for _ in range(3))
    bounds = build_bounds(matcher._known.columns)
    sums = 2 * len(bounds.ask_features) * len(bounds.lanes) * WIDTH / 2
    dense = 2 * len(matcher.ids_) ** 2 / 2 * bounds.features
    print(f"  machine peak (single precision GEMM) {gemm / 1e9:.0f} GF/s")
    print(f"  inner products alone: {sums / seconds / 1e9:.1f} GF/s, {sums / seconds / gemm:.1%} of the peak")
    print(
        f"  the same products without their zeros left out would take {dense / gemm / seconds:.1f} x our time at peak"
    )


def clock(work: Callable[[], object]) -> float:
    started = time.perf_counter()
    work()
    return time.perf_counter() - started


def say(name: str, seconds: float, more: str = "") -> None:
    print(f"  {name:<52} {seconds:9.2f} s   {more}")


def peer(name: str, seconds: float, ours: float) -> None:
    say(name, seconds, f"{seconds / ours:.0f} x our time" if seconds > ours else f"{ours / seconds:.1f} x faster")


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 10_000)
