"""The benchmark on real consortia looks at nothing that it may not know."""

from __future__ import annotations

import json
from datetime import date

import pytest

from benchmarks import real_consortia
from benchmarks.consortia_files import COMPANY, read_files
from benchmarks.real_consortia import run
from tests.matching import worlds

FIRST = "2019-01-01"


@pytest.fixture(scope="module")
def data(tmp_path_factory):
    folder = tmp_path_factory.mktemp("consortia")
    worlds.write_files(folder)
    return folder


@pytest.fixture(scope="module")
def rankings(data):
    return rank(data)


def rank(folder, tasks="tasks.jsonl", before=FIRST):
    out = folder / "rankings.jsonl"
    run(folder, folder / tasks, date.fromisoformat(before), out)
    return out.read_bytes()


def test_every_task_is_ranked_without_its_own_members(data, rankings):
    tasks = [json.loads(line) for line in (data / "tasks.jsonl").read_text().splitlines()]
    ranked = [json.loads(line) for line in rankings.splitlines()]

    assert [one["i"] for one in ranked] == list(range(len(tasks)))
    assert sum(bool(one["ranking"]) for one in ranked) > len(ranked) / 2
    assert {task["task"] for task in tasks} == {"A", "AT", "CT", "B"}
    candidates = read_files(data, date.fromisoformat(FIRST), ()).candidates(date.fromisoformat(FIRST))
    for task, one in zip(tasks, ranked, strict=True):
        # Where nobody of those who ask was ever seen, and no such case was learned from, nothing can be said.
        assert one["ranking"] or not {*task.get("given", ()), task.get("query")} & set(candidates)
        assert len(set(one["ranking"])) == len(one["ranking"])
        assert not set(one["ranking"]) & {*task.get("given", ()), task.get("query")}


def test_the_same_figures_twice(data, rankings):
    assert rank(data) == rankings


def test_answers_taken_out_change_nothing(data, rankings):
    tasks = [json.loads(line) for line in (data / "tasks.jsonl").read_text().splitlines()]
    for task in tasks:
        task.pop("relevant")
        task.pop("confirmed", None)
    (data / "asked.jsonl").write_text("".join(json.dumps(task) + "\n" for task in tasks))

    assert rank(data, "asked.jsonl") == rankings


def test_nothing_of_the_window_but_the_calls_of_the_tasks_is_looked_at(tmp_path, data, rankings):
    for name in ("organizations", "projects", "participations", "fp7_participations"):
        rows = worlds.read_table(data, name)
        if name == "organizations":
            for row in rows:
                row["first_seen"] = "2019-06-01"
                row["sme_confirmed_since"] = row["sme_confirmed_since"] or FIRST
        if name == "projects":
            for row in rows:
                if row["start_date"] >= FIRST:
                    row.update(start_date="2019-12-31", end_date="", total_cost="7", max_contribution="7", n_orgs="3")
            rows.append(rows[-1] | {"project_id": "P99999", "topic_title": "Solar heat of rivers"})
            later = {row["project_id"] for row in rows if row["start_date"] >= FIRST}
        if name == "participations":
            rows = [row for row in rows if row["project_id"] not in later]
            rows += [rows[0] | {"project_id": "P99999", "org_id": f"O{k:05}"} for k in range(4)]
        worlds.write_table(tmp_path, name, rows)
    (tmp_path / "tasks.jsonl").write_bytes((data / "tasks.jsonl").read_bytes())

    assert rank(tmp_path) == rankings


def test_what_began_before_is_looked_at(tmp_path, data, rankings):
    for name in ("organizations", "projects", "participations", "fp7_participations"):
        rows = worlds.read_table(data, name)
        if name == "participations":
            rows = rows[len(rows) // 4 :]
        worlds.write_table(tmp_path, name, rows)
    (tmp_path / "tasks.jsonl").write_bytes((data / "tasks.jsonl").read_bytes())

    assert rank(tmp_path) != rankings


def test_a_later_window_works_alike(tmp_path):
    worlds.write_files(tmp_path, seed=1, last_year=2020)

    assert rank(tmp_path, before="2020-01-01").count(b"\n") > 20


def test_others_than_small_companies_ask_and_leave_what_else_is_learned_from_as_it_is(data, monkeypatch):
    first, last = date(2018, 1, 1), date(2019, 1, 1)
    files = read_files(data, last, ())

    def asked(most):
        monkeypatch.setattr(real_consortia, "OTHERS", most)
        found = list(real_consortia.past_outcomes(files, first, last))
        open_ones = {o.question.members[0]: o for o in found if o.question.excluded}
        return open_ones, [o for o in found if not o.question.excluded]

    small, rest = asked(0)
    everybody, same_rest = asked(2000)
    some, _ = asked(1)

    assert all(files.organisations[firm]["activity_type"] == COMPANY for firm in small)
    assert any(files.organisations[firm]["activity_type"] != COMPANY for firm in everybody)
    assert len(some) == len(small) + 1
    assert small.items() <= everybody.items()
    assert same_rest == rest
    for outcome in everybody.values():
        assert not outcome.chosen & (outcome.question.excluded | set(outcome.question.members))
