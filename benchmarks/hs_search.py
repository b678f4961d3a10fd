"""How long the product search takes, beside reading every name for a piece of text.

python -m benchmarks.hs_search
"""

from __future__ import annotations

import random
import statistics
import sys
import time
from collections.abc import Callable, Sequence
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from reference import hs  # noqa: E402 - the folder above is only now known
from reference.locales import fold  # noqa: E402
from reference.search import everyday_words, search_hs  # noqa: E402

QUERIES = 2000


def make_queries(seed: int = 1) -> list[str]:
    """Draw everyday names, unfinished ones, words of the tariff, slips and codes."""
    chance = random.Random(seed)
    names = [name for by_language in everyday_words().values() for many in by_language.values() for name in many]
    codes = hs.list_codes()
    queries = []
    for place in range(QUERIES):
        name = chance.choice(names)
        match place % 5:
            case 0:
                queries.append(name)
            case 1:
                queries.append(name[: chance.randint(2, len(name))] if len(name) > 2 else name)
            case 2:
                words = chance.choice(codes).name(chance.choice(("pt", "en", "es"))).split()
                queries.append(" ".join(chance.sample(words, min(len(words), chance.randint(1, 4)))))
            case 3:
                slip = chance.randrange(len(name))
                queries.append(name[:slip] + name[slip + 1 :])
            case 4:
                queries.append(hs.dotted(chance.choice(codes).code))
    return queries


def scan(query: str, names: Sequence[tuple[str, str]]) -> list[str]:
    """Search the naive way: every folded name that contains the folded query."""
    wanted = fold(query)
    return [code for code, name in names if wanted in name]


def measure(search: Callable[[str], object], queries: Sequence[str]) -> list[float]:
    """Time each query in milliseconds."""
    times = []
    for query in queries:
        start = time.perf_counter()
        search(query)
        times.append((time.perf_counter() - start) * 1000)
    return times


def main() -> None:
    """Print what the index costs to build and both searches to use."""
    start = time.perf_counter()
    codes = hs.list_codes()
    read = time.perf_counter()
    search_hs("azeite")
    built = time.perf_counter()
    names = [(code.code, fold(" ".join(code.names.values()))) for code in codes]
    queries = make_queries()
    ours = measure(search_hs, queries)
    naive = measure(lambda query: scan(query, names), queries)
    print(f"reading {len(codes)} codes {read - start:.2f} s, building the index {built - read:.2f} s")
    for title, times in (("search", ours), ("naive scan", naive)):
        p95 = statistics.quantiles(times, n=20)[-1]
        print(
            f"{title:10}  mean {statistics.mean(times):6.2f} ms  median {statistics.median(times):6.2f} ms  "
            f"p95 {p95:6.2f} ms  worst {max(times):6.2f} ms"
        )
    print(f"mean of the search / mean of the scan: {statistics.mean(ours) / statistics.mean(naive):.2f}")


if __name__ == "__main__":
    main()
