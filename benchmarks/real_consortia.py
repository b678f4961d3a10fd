"""Partners that organisations really chose: learn from what began before a day, rank for what came after.

    python -m benchmarks.real_consortia --data FOLDER --tasks TASKS --before DATE --out RANKINGS

FOLDER holds real consortia (organizations, projects, participations, fp7_participations, each .csv.gz), TASKS one
question a line: a small company that looks for new partners (A), one with a call (AT), a company never seen
before with a call (CT), half of a consortium with its call (B). RANKINGS gets one line of up to 1,000
organisations for each, best first.

The ranking is that of ``matching.RankingLayer``, the layer that the site uses over the pair score; this
file reads, maps, asks and writes. It learns from the two years before DATE, each with the history before
that year, asks the same four kinds of questions of them, and then ranks with the history before
DATE. Nothing that began on DATE or later is used but the call of a task's own project; answers in TASKS are
never read.

Asked about 2019, nDCG@10 (all, companies): A .1315, .0928; AT .2397, .2261; B .2146, .2484; CT .1194, .0740; in 7 min
48 s alone on two cores (512 s of processor) and 3.80 GB. What was aimed at, how the settings were chosen, and what
another machine gave is in docs/engine.md.
"""

from __future__ import annotations

import argparse
import gzip
import json
import random
import resource
import sys
import time
from collections import Counter, defaultdict
from collections.abc import Iterator
from datetime import date
from pathlib import Path

from threadpoolctl import threadpool_limits

if __package__ in (None, ""):
    sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from benchmarks.consortia_files import COMPANY, Files, profiles_at, read_files
from matching.learning.fitting import Settings
from matching.learning.history import Outcome, Question
from matching.learning.ranking_layer import RankingLayer

YEARS = 2
"""How many years before the day are learned from."""

ASKERS = 2
"""How many small companies, and how many never seen before, ask for each consortium that is learned from."""

OTHERS = 2000
"""How many organisations that are no small companies look for new partners, too, in each year that is learned from.

Small companies alone ask some 1,800 questions of this kind a year; whom others chose tells more of the same."""

OTHERS_JOINED = 40
"""Most past groups of these others: who has many more looks for partners in another way."""

DRAWN = 100
"""Others drawn for each question that is learned from."""

SETTINGS = Settings(peers=(1.0, 2.0, 4.0))
"""Three forests, in which the order of the companies counts once, twice and four times beside the order of all."""

LENGTH = 1000
"""Places of a ranking."""


def read_tasks(file: Path) -> list[dict]:
    """Read what is asked, and nothing of the answers."""
    opener = gzip.open if file.suffix == ".gz" else open
    with opener(file, "rt", encoding="utf-8") as handle:
        return [
            {key: value for key, value in json.loads(line).items() if key in ("task", "query", "project", "given")}
            for line in handle
        ]


def to_question(task: dict, files: Files, partners: dict[str, set[str]]) -> Question:
    """Put a task as the engine's question."""
    if task["task"] == "A":
        query = task["query"]
        return Question((query,), excluded=frozenset(partners.get(query, ())) - {query})
    members = tuple(task["given"]) if task["task"] == "B" else (task["query"],)
    return Question(members, files.calls[task["project"]])


def partners_before(files: Files, day: date) -> dict[str, set[str]]:
    """Who was in a consortium with whom before a day."""
    found: dict[str, set[str]] = defaultdict(set)
    for group in files.history.groups:
        if group.day < day and group.id in files.consortia:
            for member in group.members:
                found[member].update(group.members)
    return found


def past_outcomes(files: Files, first: date, last: date) -> Iterator[Outcome]:
    """Ask the four kinds of questions of the consortia that began from ``first`` until before ``last``."""
    chance = random.Random(first.year)
    candidates = set(files.candidates(first))
    partners = partners_before(files, first)
    joined = Counter(
        member
        for group in files.history.groups
        if group.day < first and group.id in files.consortia
        for member in group.members
    )
    new_partners: dict[str, set[str]] = defaultdict(set)
    others_new: dict[str, set[str]] = defaultdict(set)
    for group in files.history.groups:
        if not (first <= group.day < last and group.id in files.consortia):
            continue
        known = [member for member in sorted(group.members) if member in candidates]
        small = [member for member in known if files.is_small(member, joined[member], first)]
        new = [
            member
            for member in sorted(group.members)
            if member not in candidates and files.organisations[member]["activity_type"] == COMPANY
        ]
        for member in known:
            (new_partners if member in small else others_new)[member].update(known)
        for member in chance.sample(small, min(ASKERS, len(small))) + chance.sample(new, min(ASKERS, len(new))):
            yield _outcome((member,), group, known, first)
        if len(known) >= 3:
            mixed = chance.sample(known, len(known))
            yield _outcome(tuple(sorted(mixed[: len(known) // 2])), group, known, first)
    more = [
        member
        for member, others in sorted(others_new.items())
        if joined[member] <= OTHERS_JOINED and others - partners[member] - {member}
    ]
    for member in chance.sample(more, min(OTHERS, len(more))):
        new_partners[member] = others_new[member]
    for member, others in sorted(new_partners.items()):
        chosen = others - partners[member] - {member}
        if chosen:
            question = Question((member,), excluded=frozenset(partners[member]) - {member})
            yield Outcome(question, first, frozenset(chosen))


def _outcome(members: tuple[str, ...], group, known: list[str], day: date) -> Outcome:
    return Outcome(Question(members, group.call), day, frozenset(known) - set(members))


def make_layer(files: Files, before: date) -> tuple[RankingLayer, list[Outcome]]:
    """Learn from the years before a day."""
    outcomes = [
        outcome
        for back in range(YEARS, 0, -1)
        for outcome in past_outcomes(files, years_before(before, back), years_before(before, back - 1))
        if outcome.chosen
    ]
    askers: dict[date, set[str]] = defaultdict(set)
    for outcome in outcomes:
        askers[outcome.day].update(outcome.question.members)
    layer = RankingLayer(apart=COMPANY, looked_at=LENGTH, drawn=DRAWN, settings=SETTINGS)
    return layer.fit(lambda day: profiles_at(files, day, askers[day]), files.history, outcomes), outcomes


def years_before(day: date, years: int) -> date:
    """The same day some years earlier, and the last of February for a leap day."""
    try:
        return day.replace(year=day.year - years)
    except ValueError:
        return day.replace(year=day.year - years, day=28)


def run(folder: Path, tasks_file: Path, before: date, out: Path, *, with_scores: bool = False) -> RankingLayer:
    """Do all of it."""
    start = time.perf_counter()

    def say(what: str) -> None:
        memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
        spent = f"{time.perf_counter() - start:7.1f} s {time.process_time():7.1f} s of processor"
        print(f"  {spent}, {memory:6.0f} MB  {what}", flush=True)

    tasks = read_tasks(tasks_file)
    files = read_files(folder, before, {task["project"] for task in tasks if "project" in task})
    say(f"read {len(files.history.groups)} groups before {before}")
    layer, outcomes = make_layer(files, before)
    say(f"learned from {len(outcomes)} outcomes: {layer.card_.evidence}")
    partners = partners_before(files, before)
    questions = [to_question(task, files, partners) for task in tasks]
    askers = {member for question in questions for member in question.members}
    layer.at(profiles_at(files, before, askers), files.history, before)
    candidates = files.candidates(before)
    with open(out, "w", encoding="utf-8") as handle:
        for number, ranking in enumerate(layer.rank_many(questions, [candidates] * len(questions))):
            line = {"i": number, "ranking": ranking.ids}
            if with_scores:
                line["scores"] = ranking.scores.round(6).tolist()
            handle.write(json.dumps(line) + "\n")
    say(f"ranked for {len(tasks)} tasks")
    return layer


def main() -> None:
    """Read the command line."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--data", type=Path, required=True, help="folder with the files")
    parser.add_argument("--tasks", type=Path, required=True, help="tasks, .jsonl or .jsonl.gz")
    parser.add_argument("--before", type=date.fromisoformat, required=True, help="first day of the window")
    parser.add_argument("--out", type=Path, required=True, help="where to write the rankings")
    parser.add_argument("--scores", action="store_true", help="write the chances too, for benchmarks/exposure.py")
    given = parser.parse_args()
    with threadpool_limits(1):  # small products: threads of the linear algebra would only wait for each other
        run(given.data, given.tasks, given.before, given.out, with_scores=given.scores)


if __name__ == "__main__":
    main()
