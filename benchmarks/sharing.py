"""How fast and how exactly costs are shared, beside the naive formula and a peer in the same run.

    python -m benchmarks.sharing [MEMBERS ...]

Read the ratios: seconds depend on the machine. The peer is coopgame-py (Rust; see requirements-bench.in); where
it is missing it is left out, and named. Times are the shortest of several runs, in processor seconds.
"""

from __future__ import annotations

import sys
import time
from collections.abc import Callable
from itertools import islice, permutations
from math import factorial

import numpy as np

from matching.risk import Member, Prospect, Range, Venture, compare_risk
from matching.sharing import (
    Component,
    CostGame,
    Game,
    Power,
    check_core,
    compare_rules,
    least_core,
    nucleolus,
    shapley,
)
from matching.sharing.coalitions import sizes
from matching.sharing.shapley import sample_shapley, shapley_of_table

try:
    import coopgame
except ImportError:
    coopgame = None

MOST_ORDERS = 50_000
"""Orders that the naive formula goes through before its time is extrapolated."""
LARGEST_PEER = 15


def best_of(times: int, action: Callable, *arguments, **options):
    """Run several times and give the last result with the shortest time in milliseconds."""
    shortest, result = float("inf"), None
    for _ in range(times):
        start = time.process_time()
        result = action(*arguments, **options)
        shortest = min(shortest, time.process_time() - start)
    return result, 1000 * shortest


def in_orders(table: np.ndarray, count: int) -> np.ndarray:
    """What each adds in the mean of all orders, or of the first ones: the naive formula."""
    values, added = table.tolist(), [0.0] * count
    orders = min(factorial(count), MOST_ORDERS)
    for order in islice(permutations(range(count)), orders):
        mask = 0
        for place in order:
            before = values[mask]
            mask |= 1 << place
            added[place] += values[mask] - before
    return np.array(added) / orders


def by_member(table: np.ndarray, count: int) -> np.ndarray:
    """The subset formula for each member by itself, in NumPy: n 2^(n-1) terms."""
    masks, size = np.arange(1 << count), sizes(count)
    weights = np.array([factorial(s) * factorial(count - s - 1) / factorial(count) for s in range(count)])
    shares = []
    for place in range(count):
        without = masks[masks >> place & 1 == 0]
        shares.append((weights[size[without]] * (table[without | 1 << place] - table[without])).sum())
    return np.array(shares)


class Table(Game):
    """A game of nothing but its table."""

    def __init__(self, table: np.ndarray):
        count = len(table).bit_length() - 1
        super().__init__([f"{place:02}" for place in range(count)], self.look_up, "value")
        self.given = table

    def look_up(self, names: frozenset[str]) -> float:
        return float(self.given[self.mask(names)])

    def _table(self) -> np.ndarray:
        return self.given.copy()


def random_table(count: int, seed: int = 1) -> np.ndarray:
    """Worths of no structure, but that larger coalitions tend to be worth more."""
    table = sizes(count) ** 1.5 * 10 + np.random.default_rng(seed).normal(0, 15, 1 << count)
    table[0] = 0
    return table


def budget(count: int, seed: int = 1) -> CostGame:
    """A budget of ten components, as a group writes one."""
    rng = np.random.default_rng(seed)
    members = [f"{place:02}" for place in range(count)]

    def some(low: float, high: float, part: float = 1.0) -> dict[str, float]:
        drawn = np.round(rng.uniform(low, high, count), 2) * (rng.random(count) <= part)
        return dict(zip(members, drawn.tolist(), strict=True))

    return CostGame(
        members,
        [
            Component(code="RESEARCH", form="COMMON", cost=9000),
            Component(code="LEGAL", form="COMMON", cost=4500),
            Component(code="MANAGER", form="COMMON", cost=24000, use=some(50, 500)),
            Component(code="FAIR_SPACE", form="NESTED", needs=some(3000, 12000)),
            Component(code="REP", form="NESTED", needs=some(0, 8000, 0.7)),
            Component(code="CERT", form="CLUB", cost=3000, users=members[: count // 2], key="CERT A"),
            Component(code="CERT", form="CLUB", cost=2500, users=members[count // 3 :], key="CERT B"),
            Component(code="TRAVEL", form="OWN", needs=some(800, 3000)),
            Component(code="FREIGHT", form="VOLUME", needs=some(5, 60), curve=Power(300, 0.7)),
            Component(code="CREDIT", form="VOLUME", needs=some(10, 90, 0.6), curve=Power(40, 0.9)),
        ],
    )


def report(name: str, milliseconds: float, base: float | None = None, note: str = "") -> None:
    """Print a line."""
    ratio = "" if base is None else f"× {milliseconds / base:,.1f}"
    print(f"  {name:42} {milliseconds:14,.3f} ms  {ratio:>16}  {note}")


def measure_shapley(count: int) -> None:
    """Exact Shapley values of a table, by us, formulas and the peer."""
    table = random_table(count)
    ours, base = best_of(15, shapley_of_table, table)
    report("Shapley, table folded", base, base)
    theirs, took = best_of(5, by_member, table, count)
    report("  subset formula, NumPy", took, base, f"off by {np.abs(theirs - ours).max():.0e}")
    orders = factorial(count)
    _, took = best_of(1, in_orders, table, count)
    scale = orders / min(orders, MOST_ORDERS)
    report("  all orders, plain Python", took * scale, base, "extrapolated" if scale > 1 else "")
    if coopgame is not None:
        game = coopgame.Game(table[1:].tolist())
        theirs, took = best_of(5, coopgame.shapley, game)
        report("  coopgame-py (Rust)", took, base, f"off by {np.abs(np.array(theirs) - ours).max():.0e}")


def measure_nucleolus(count: int) -> None:
    """Nucleolus and core of tables and budgets."""
    game, group = Table(random_table(count)), budget(count)
    ours, base = best_of(3, nucleolus, game)
    report("nucleolus, no structure", base, base)
    if coopgame is not None and count <= LARGEST_PEER:
        theirs, took = best_of(3, lambda: coopgame.nucleolus(coopgame.Game(game.table[1:].tolist())))
        report(
            "  coopgame-py (Rust)", took, base, f"off by {np.abs(np.array(theirs['allocation']) - ours).max():.0e}"
        )
    ours, base = best_of(3, nucleolus, group)
    report("nucleolus, a budget", base, base)
    if coopgame is not None and count <= LARGEST_PEER:
        theirs, took = best_of(3, lambda: coopgame.nucleolus(coopgame.Game((-group.table[1:]).tolist())))
        report(
            "  coopgame-py (Rust)", took, base, f"off by {np.abs(np.array(theirs['allocation']) + ours).max():.0e}"
        )
    _, took = best_of(3, least_core, game)
    report("least core, no structure", took)
    shares = shapley(group).shares
    _, took = best_of(3, lambda: check_core(budget(count), shares))
    report("core check of a budget, its table included", took)
    _, took = best_of(3, compare_rules, group)
    report("compare_rules, eight rules with checks", took)


def measure_sample(count: int) -> None:
    """The error of samples against the exact value, as parts of the largest share."""
    quantities, curve = np.random.default_rng(5).uniform(5, 60, count), Power(300, 0.7)

    def prefixes(orders: np.ndarray) -> np.ndarray:
        return curve(np.cumsum(quantities[orders], axis=1))

    table = curve(np.array([0.0]))
    for quantity in quantities:
        table = np.r_[table, table + quantity]
    exact, whole = best_of(1, lambda: shapley_of_table(curve(table)))
    for pairs in (200, 2000, 20_000):
        found, took = best_of(3, sample_shapley, prefixes, count, pairs=pairs)
        off = np.abs(found.shares - exact).max() / exact.max()
        note = f"largest error {off:.4%}, stated {found.errors.max() / exact.max():.4%}, exact takes {whole:.0f} ms"
        report(f"sampled, {pairs} pairs of orders", took, None, note)


def measure_risk() -> None:
    """Scenarios of twelve members."""
    alone = Prospect(Range(80, 100, 150), Range(0.3, 0.5, 0.6), Range(100, 250, 500), Range(0, 0.2, 0.4))
    group = Venture([Member(f"{place:02}", alone, weight=1, ceiling=60) for place in range(12)], Range(300, 400, 600))
    for scenarios in (20_000, 200_000):
        found, took = best_of(5, compare_risk, group, seed=1, scenarios=scenarios)
        one = found.members[0]
        note = f"CVaR95 alone {one.alone.tail(0.95).value:.1f} ± {one.alone.tail(0.95).error:.2f}, together "
        note += f"{one.together.tail(0.95).value:.1f} ± {one.together.tail(0.95).error:.2f}"
        report(f"risk, 12 members, {scenarios} scenarios", took, None, note)


if __name__ == "__main__":
    if coopgame is None:
        print("coopgame-py is not installed: left out")
    for size in [int(argument) for argument in sys.argv[1:]] or (8, 12, 15):
        print(f"{size} members")
        measure_shapley(size)
        measure_nucleolus(size)
    print("20 members")
    measure_sample(20)
    measure_risk()
