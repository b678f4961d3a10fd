"""The most memory one process needs to find the best partners of every firm, everything of a caller included.

    python -m benchmarks.memory [FIRMS] [--held] [--answers]

Firms are drawn one after the other and fitted; with `--held` the caller keeps all of them as objects, too. The
process holds all lists at the end, and with `--answers` has also answered live queries with reasons. Peaks are of the
whole process, interpreter and libraries included; 1 MB is 10^6 bytes.
"""

from __future__ import annotations

import argparse
import os
import re
import resource
import sys
import time
from pathlib import Path

from benchmarks.synthetic import stream_profiles
from matching import PartnerMatcher, warm_up

BEST = 20
ANSWERS = 20


def main(count: int, *, held: bool, answers: bool) -> None:
    """Measure and print."""
    say("started", 0.0)
    started = time.process_time()
    warm_up()
    say("compiled code loaded", time.process_time() - started)
    started = time.process_time()
    firms = stream_profiles(count, distances=True, facets=True)
    kept = list(firms) if held else None
    matcher = PartnerMatcher(limit=BEST, threads=1).fit(kept or firms)
    say(f"{count} firms drawn and fitted", time.process_time() - started)
    started = time.process_time()
    lists = matcher.all_pairs()
    say("best partners of all", time.process_time() - started)
    if answers:
        started = time.process_time()
        for id in lists.ids[:: max(1, count // ANSWERS)]:
            matcher.suggest(id)
        say("live queries answered with reasons", time.process_time() - started)
    print(f"load {os.getloadavg()[0]:.1f}; {'all profiles held' if kept else 'profiles not held'} by the caller")


def say(stage: str, seconds: float) -> None:
    """Print what the process holds and the most it ever held, in MB."""
    now, peak = memory()
    print(f"{stage:<40}{seconds:>8.1f} CPU s  holds {now:>6.0f} MB, at most so far {peak:>6.0f} MB", flush=True)


def memory() -> tuple[float, float]:
    """Return what this process holds and the most it ever held, in MB."""
    status = Path("/proc/self/status")
    if status.exists():  # what getrusage tells on Linux includes the process that started this one
        found = dict(re.findall(r"(VmRSS|VmHWM):\s+(\d+)", status.read_text()))
        return int(found["VmRSS"]) * 1024 / 1e6, int(found["VmHWM"]) * 1024 / 1e6
    unit = 1 if sys.platform == "darwin" else 1024
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * unit / 1e6
    return peak, peak


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("firms", nargs="?", type=int, default=100_000)
    parser.add_argument("--held", action="store_true", help="keep all profiles as objects")
    parser.add_argument("--answers", action="store_true", help="answer live queries at the end")
    asked = parser.parse_args()
    main(asked.firms, held=asked.held, answers=asked.answers)
