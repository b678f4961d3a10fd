"""What it costs to say what would have to change, exact, among many firms.

    python -m benchmarks.counterfactuals [FIRMS [QUESTIONS]]

CPU time of one process; half of the questions are on a firm of the first hundred of the list, half on any firm.
"""

from __future__ import annotations

import sys
import time
from collections.abc import Callable
from dataclasses import replace

import numpy as np

from benchmarks.synthetic import DIMENSIONS, LANGUAGES, MARKETS, draw_profiles
from matching import PartnerMatcher, Profile, warm_up
from matching.changes import FACET_OF, Change, answer_changes, apply_changes, possible_changes
from matching.counterfactual import Counterfactual, climb, lead
from matching.nearness import FirmDistances, Home
from matching.readiness import PER_MARKET
from matching.score import score_pair

PLACES = (10, 1)


def main(count: int, questions: int) -> None:
    """Measure and print."""
    warm_up()
    firms = draw_site(count)
    matcher = PartnerMatcher(limit=20).fit(firms)
    rng = np.random.default_rng(1)
    ask(matcher, firms[0], firms[1], rng)  # whatever is compiled or loaded at the first question
    costs: dict[str, list[float]] = {}
    sizes: list[tuple[int, int]] = []
    for number in range(questions):
        me = firms[rng.integers(count)]
        ranked = matcher.rank(me, limit=100)
        any_firm = number % 2 or not ranked
        other = firms[rng.integers(count)] if any_firm else matcher.profile(ranked[rng.integers(len(ranked))][0])
        if other.id != me.id:
            proposed, found, times = ask(matcher, me, other, rng)
            sizes += [(proposed, len(one)) for one in found]
            for name, seconds in times.items():
                costs.setdefault(name, []).append(1000 * seconds)
    print(f"{count} firms, {questions} questions, two processes' worth of other work may run beside this one")
    print(f"changes that are possible: median {np.median([size for size, _ in sizes]):.0f}")
    for name, times in costs.items():
        print(f"  {name:<34} median {np.median(times):7.1f} ms   p95 {np.percentile(times, 95):7.1f} ms"
              f"   worst {max(times):7.1f} ms")  # fmt: skip
    for place, name in enumerate(("first ten of the other", "first for the other", "other first for me")):
        answered = [size for _, size in sizes[place::3]]
        print(f"  {name}: {np.mean([size > 0 for size in answered]):.0%} of the questions have an answer")


def draw_site(count: int) -> list[Profile]:
    """Synthetic firms with distances as the site computes them, from country, languages and experience."""
    rng = np.random.default_rng(2)
    spoken = {
        market: dict(zip(rng.choice(LANGUAGES, 3, replace=False).tolist(), (0.8, 0.3, 0.15), strict=True))
        for market in MARKETS
    }
    homes = [Home(_parts(rng), spoken) for _ in range(40)]
    shared: dict[tuple, FirmDistances] = {}
    firms = []
    for firm in draw_profiles(count, facets=True):
        languages = {
            str(code): float(rng.choice((0.6, 1.0))) for code in rng.choice(LANGUAGES[:8], rng.integers(1, 3))
        }
        key = (int(rng.integers(40)), tuple(sorted(languages.items())))
        near = shared.setdefault(key, FirmDistances(homes[key[0]], key[1]))
        eighths = {facet: round(8 * value) / 8 for facet, value in firm.facets.items()}
        there = {m: {f: round(8 * v) / 8 for f, v in facets.items()} for m, facets in firm.market_facets.items()}
        firms.append(replace(firm, languages=languages, distances=near, facets=eighths, market_facets=there))
    return firms


def _parts(rng: np.random.Generator) -> dict[str, dict[str, float]]:
    table = np.round(rng.beta(3, 2, (len(MARKETS), len(DIMENSIONS))), 4).tolist()
    return {market: dict(zip(DIMENSIONS, row, strict=True)) for market, row in zip(MARKETS, table, strict=True)}


def ask(
    matcher: PartnerMatcher, me: Profile, other: Profile, rng: np.random.Generator
) -> tuple[int, list[tuple[Counterfactual, ...]], dict[str, float]]:
    """Ask all three questions on a pair; check each answer against the engine; return how long they took."""
    answers = {
        (item, market): int(rng.integers(1, 5))
        for item in FACET_OF
        for market in (sorted(me.targets) or [""] if item in PER_MARKET else [""])
    }
    changes = possible_changes(me, other, answer_changes(me, answers))
    times: dict[str, float] = {}
    others, times["the other's list"] = clock(lambda: without(matcher.rank(other), me.id))
    mine, times["my list"] = clock(lambda: without(matcher.rank(me), other.id))
    climbs, times["climb to places 10 and 1"] = clock(lambda: climb(me, other, changes, others, places=PLACES))
    found = [climbs[place] for place in PLACES]
    for one in (*found[0], *found[1]):
        assert score_pair(other, apply_changes(me, one.changes)).score == one.score
    leading, times["bring it to my first place"] = clock(lambda: ask_lead(matcher, me, other, changes, mine))
    times["all of it"] = sum(times.values())
    for one in leading:
        assert matcher.rank(apply_changes(me, one.changes), limit=1)[0][0] == other.id
    return len(changes), [*found, leading], times


def ask_lead(
    matcher: PartnerMatcher, me: Profile, other: Profile, changes: tuple[Change, ...], mine: list[tuple[str, float]]
) -> tuple[Counterfactual, ...]:
    return lead(
        me,
        other,
        changes,
        lambda profile: without(matcher.rank(profile, limit=2), other.id),
        lambda ids: [matcher.profile(id) for id in ids],
        now=mine,
    )


def without(ranked: list[tuple[str, float]], id: str) -> list[tuple[str, float]]:
    return [entry for entry in ranked if entry[0] != id]


def clock(work: Callable[[], object]) -> tuple:
    started = time.process_time()
    found = work()
    return found, time.process_time() - started


if __name__ == "__main__":
    main(*(int(number) for number in sys.argv[1:3] or ("10000", "200")), *([200] if len(sys.argv) == 2 else []))
