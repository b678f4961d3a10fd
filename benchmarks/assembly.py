"""How good and how fast groups are found, beside greedy, beam and HiGHS on the same tables.

    python -m benchmarks.assembly [FIRMS ...] [--most 8] [--seeds 5] [--free] [--shown] [--without-highs]

Gaps are to the best value of all methods, which is the optimum where a proof finished. Seconds are of the processor,
so that other work on the machine counts less; read ratios all the same. `--free` looks for groups without an anchor,
`--shown` compares the value with the score that people are shown instead.
"""

from __future__ import annotations

import argparse
import os
import statistics
import time

import numpy as np
from scipy.stats import spearmanr

from benchmarks import group_peers
from benchmarks.groups import draw_candidates, draw_problem
from matching import PartnerMatcher, warm_up
from matching.assembly import Problem, assemble, pick_pool
from matching.assembly.pairs import score_pairs
from matching.assembly.showing import group_score
from matching.assembly.solving import Effort, look, prove
from matching.assembly.tables import Setting, set_up
from matching.assembly.value import is_allowed, value_of
from matching.assembly.watch import Watch

HIGHS_UP_TO, HIGHS_SECONDS = 200, 120.0
PROOF_NODES = 300_000
POOLED_FROM = 2_000
LABELS = {
    "greedy": "greedy",
    "beam": f"beam, {group_peers.WIDTH} wide",
    "search": "local search, 20 starts",
    "more": "local search, 60 starts",
    "proof": "proof, after the search",
    "highs": "HiGHS, linearised",
}


def timed(action):
    """Run and return the result with its processor seconds."""
    started = time.process_time()
    result = action()
    return result, time.process_time() - started


def measure(setting: Setting, *, with_highs: bool) -> dict[str, tuple[float, float, bool]]:
    """Value, seconds and whether it is proven, by method."""
    tables, open, fixed = setting.tables, setting.open, setting.fixed
    found: dict[str, tuple[float, float, bool]] = {}

    def note(name, group, seconds, proven=False):
        found[name] = (value_of(tables, group).total if group else float("-inf"), seconds, proven)

    if len(fixed):
        for name in ("greedy", "beam"):
            note(name, *timed(lambda name=name: getattr(group_peers, name)(tables, int(fixed[0]))))
    for name, starts in (("search", 20), ("more", 60)):
        group, seconds = timed(lambda starts=starts: look(tables, open, fixed, Effort(starts=starts), Watch()))
        note(name, group, seconds)
    proof, seconds = timed(lambda: prove(tables, open, fixed, group, Effort(nodes=PROOF_NODES), Watch()))
    note("proof", proof.places, seconds, proof.proven)
    if with_highs and len(fixed) and len(setting.ids) <= HIGHS_UP_TO:
        (group, solved), seconds = timed(lambda: group_peers.highs(tables, int(fixed[0]), HIGHS_SECONDS))
        note("highs", group, seconds, solved)
    return found


def compare(count: int, most: int, seeds: int, *, free: bool, with_highs: bool) -> None:
    """Measure some problems and print a line for each method."""
    results: list[dict[str, tuple[float, float, bool]]] = []
    setting_up = []
    for seed in range(seeds):
        candidates = draw_candidates(count, seed)
        pinned = frozenset() if free else frozenset({candidates[0].id})
        problem = draw_problem(candidates, seed, least_commitment=0.0, most=most, pinned=pinned)
        if count >= POOLED_FROM:
            matcher, seconds = timed(lambda some=candidates: PartnerMatcher().fit(one.profile for one in some))
            matcher.rank(candidates[0].profile, limit=1)
            candidates, pooling = timed(lambda p=problem, c=candidates, m=matcher: pick_pool(p, c, m))
            print(f"  pool of {len(candidates)}: {pooling:.2f} s")
        setting, seconds = timed(lambda p=problem, c=candidates: set_up(p, c))
        setting_up.append(seconds)
        results.append(measure(setting, with_highs=with_highs))
    print(f"{count} firms, {most} members at most, {'free' if free else 'anchored'}, {seeds} problems, "
          f"load {os.getloadavg()[0]:.1f}; scoring pairs {statistics.median(setting_up):.2f} s")  # fmt: skip
    best = [max(value for value, _, _ in result.values()) for result in results]
    for name, label in LABELS.items():
        if name not in results[0]:
            continue
        rows = [result[name] for result in results]
        gaps = [100 * (1 - value / top) for (value, _, _), top in zip(rows, best, strict=True) if np.isfinite(value)]
        none = sum(not np.isfinite(value) for value, _, _ in rows)
        seconds = sorted(row[1] for row in rows)
        proven = f", proven {sum(row[2] for row in rows)} of {seeds}" if name in ("proof", "highs") else ""
        missed = f", none found {none} times" if none else ""
        gap = f"gap mean {statistics.mean(gaps):5.2f} % worst {max(gaps):5.2f} %" if gaps else "no group"
        print(f"  {label:<26} {gap}  {statistics.median(seconds):8.3f} s median {seconds[-1]:8.3f} s worst"
              f"{proven}{missed}", flush=True)  # fmt: skip


def whole(count: int, most: int, seeds: int) -> None:
    """Measure `assemble` from candidates to three described proposals."""
    rows = []
    for seed in range(seeds):
        candidates = draw_candidates(count, seed)
        problem = draw_problem(
            candidates, seed, least_commitment=0.0, most=most, pinned=frozenset({candidates[0].id})
        )
        pairs = score_pairs([one.profile for one in candidates], problem.kind)
        rows.append(timed(lambda p=problem, c=candidates, k=pairs: assemble(p, c, pairs=k)))
    seconds = sorted(row[1] for row in rows)
    kinds = [row[0].status for row in rows]
    print(
        f"  three proposals, explained {statistics.median(seconds):8.3f} s median {seconds[-1]:8.3f} s worst, {kinds}"
    )


def shown(count: int, seeds: int) -> None:
    """Compare the value with the score shown: over random groups, and of the groups that each prefers."""
    agreement, kept, lost = [], [], []
    for seed in range(seeds):
        rng = np.random.default_rng(seed)
        candidates = draw_candidates(count, seed)
        setting = set_up(Problem("AKR", least_commitment=0.0), candidates)
        groups = [rng.choice(count, int(rng.integers(3, 9)), replace=False).tolist() for _ in range(400)]
        groups = [group for group in groups if is_allowed(setting.tables, group)]
        values = [value_of(setting.tables, group).total for group in groups]
        scores = [group_score(setting, group).total for group in groups]
        sizes = [len(group) for group in groups]
        same = [k for k, size in enumerate(sizes) if size == 6]
        agreement.append(
            (spearmanr(values, scores)[0], spearmanr([values[k] for k in same], [scores[k] for k in same])[0])
        )
        best = list(assemble(setting.problem, candidates, proposals=1).proposals[0].ids)
        by_value = setting.places(best).tolist()
        by_score = climb(setting, by_value)
        kept.append(group_score(setting, by_value).total / group_score(setting, by_score).total)
        lost.append(value_of(setting.tables, by_score).total / value_of(setting.tables, by_value).total)
    first, second = zip(*agreement, strict=True)
    print(f"{count} firms, {seeds} draws: rank correlation of value and score over random groups "
          f"{statistics.mean(first):.2f}, of groups of six {statistics.mean(second):.2f}")  # fmt: skip
    print(f"  the best group by value has {statistics.mean(kept):.1%} of the score that exchanges reach from it "
          f"(worst {min(kept):.1%}); that group has {statistics.mean(lost):.1%} of the value")  # fmt: skip


def climb(setting: Setting, group: list[int]) -> list[int]:
    """Add, drop or exchange one member as long as the score shown rises."""
    now = group_score(setting, group).total
    while True:
        outside = sorted(set(range(len(setting.ids))) - set(group))
        changes = [group[:k] + group[k + 1 :] + [place] for k in range(len(group)) for place in outside]
        changes += [[*group, place] for place in outside] + [group[:k] + group[k + 1 :] for k in range(len(group))]
        allowed = [some for some in changes if is_allowed(setting.tables, some)]
        rated = [(group_score(setting, some).total, some) for some in allowed]
        best = max(rated, default=(0.0, group))
        if best[0] <= now + 1e-12:
            return group
        now, group = best


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("firms", nargs="*", type=int, default=[50, 200, 1_000, 10_000])
    parser.add_argument("--most", type=int, default=8)
    parser.add_argument("--seeds", type=int, default=5)
    for flag in ("--free", "--shown", "--without-highs"):
        parser.add_argument(flag, action="store_true")
    given = parser.parse_args()
    warm_up()
    for count in given.firms:
        if given.shown:
            shown(count, given.seeds)
            continue
        compare(count, given.most, given.seeds, free=given.free, with_highs=not given.without_highs)
        if count <= POOLED_FROM and not given.free:
            whole(count, given.most, given.seeds)


if __name__ == "__main__":
    candidates = draw_candidates(12, 0)
    assemble(Problem("AKR", least_commitment=0.0), candidates)  # compiles what the runs below use
    main()
