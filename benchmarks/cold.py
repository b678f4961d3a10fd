"""What a server process pays from its start to its first answer, on an index that is built.

    python -m benchmarks.live [FIRMS] --cold

Each start is a process of its own, which does what a server does (`gunicorn.conf.py`): it imports the site, makes it,
opens the index and ranks for one firm. The whole is taken by the clock of whoever started it, so that nothing is left
out. Compiled code is on disk, as `tasks.py serve` leaves it.
"""

from __future__ import annotations

import json
import pickle
import subprocess
import sys
import time
from collections.abc import Sequence
from pathlib import Path
from statistics import median

from matching import Profile
from tasks import compile_sources

PROCESS = """
import gc, time
gc.disable()
times = [("start of Python", 0.0, 0.0, time.perf_counter(), time.process_time())]
def reached(name):
    _, _, _, clock, processor = times[-1]
    now = time.perf_counter(), time.process_time()
    times.append((name, now[0] - clock, now[1] - processor, *now))

from app import create_app
from config import Settings
reached("import of the site")
create_app(Settings(production=False, secret_key="benchmark", database_url="sqlite://"))
gc.freeze()
gc.enable()
reached("making it")
import json, pickle, sys
from pathlib import Path
from matching.live.catalogue import Catalogue
from matching.live.folder import open_index
from matching.rules import Rules
firms = pickle.loads(Path(sys.argv[2]).read_bytes())
catalogue = Catalogue.over(open_index(Path(sys.argv[1])))
reached("opening the index")
catalogue.rank(firms[0], Rules.of(), limit=10, counted=True)
reached("first answer")
print(json.dumps([(name, clock, processor) for name, clock, processor, *_ in times[1:]]), flush=True)
for firm in firms:
    catalogue.rank(firm, Rules.of(), limit=10, counted=True)
print("ready", flush=True)
sys.stdin.read()
"""


def start(folder: Path, firms: Sequence[Profile]) -> tuple[subprocess.Popen, dict[str, tuple[float, float]]]:
    """Start a process on the index in the folder, which ranks for these firms and waits for the end of its input.

    Returns it with what each step took: by the clock and of the processor, in seconds. "all" is by the clock alone.
    """
    asking = folder / "asking.pickle"
    asking.write_bytes(pickle.dumps(firms))
    words = [sys.executable, "-c", PROCESS, str(folder), str(asking)]
    started = time.perf_counter()
    process = subprocess.Popen(words, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
    steps = json.loads(process.stdout.readline())
    took = time.perf_counter() - started
    process.stdout.readline()  # "ready"
    return process, {name: (clock, processor) for name, clock, processor in steps} | {"all": (took, float("nan"))}


def measure_starts(folder: Path, firms: Sequence[Profile], times: int) -> None:
    """Start so many processes, one after the other; print what they took."""
    compile_sources()
    found = []
    for _ in range(times):
        process, steps = start(folder, firms)
        process.stdin.close()
        process.wait()
        found.append(steps)
        print("  " + ", ".join(f"{name} {clock:.2f}" for name, (clock, _) in steps.items()) + " s by the clock")
    for name in found[0]:
        clock, processor = (median(steps[name][place] for steps in found) for place in (0, 1))
        of_processor = "" if processor != processor else f", {processor:6.2f} s of the processor"
        print(f"  {name:<44} median {clock:6.2f} s by the clock{of_processor}")
