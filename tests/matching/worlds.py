"""A small made-up world with a past: firms of two trades that keep to their circles, and groups that they formed."""

from __future__ import annotations

import csv
import gzip
import json
import random
from datetime import date, timedelta

from matching import Profile
from matching.learning.history import Call, Group, History, Outcome, Question

COUNTRIES = ("PRT", "ESP", "FRA", "DEU")
TITLES = {
    "food": ("Coffee roasting and trade", "Tea blends abroad"),
    "sea": ("Boats of steel", "Sails and steel masts"),
}


def firms(count: int = 40) -> list[Profile]:
    """Even ones are in food, odd ones at sea; neighbours complete each other."""
    return [
        Profile(
            f"f{number:02}",
            country=COUNTRIES[number // 4 % 4],
            targets={COUNTRIES[(number // 4 + 1) % 4]: 1 + number % 3},
            needs=frozenset({("customs", "design", "freight")[number % 3]}),
            offers=frozenset({("customs", "design", "freight")[(number + 1) % 3]}),
            employees=5 + 3 * (number % 7),
        )
        for number in range(count)
    ]


def history(count: int = 90, seed: int = 0, first: date = date(2020, 1, 1)) -> History:
    """Groups of three to five of one trade, one every ten days; each trade has two circles."""
    chance = random.Random(seed)
    groups = []
    for number in range(count):
        trade = chance.choice(("food", "sea"))
        circle = chance.randrange(2)
        pool = [f"f{k:02}" for k in range(40) if k % 2 == (trade == "sea") and (k // 2) % 2 == circle]
        members = tuple(chance.sample(pool, chance.randint(3, 5)))
        call = Call(f"{trade.upper()}-{number % 3}-{2020 + number // 30}", chance.choice(TITLES[trade]), (trade,))
        day = first + timedelta(days=10 * number)
        groups.append(Group(f"g{number:03}", day, members, members[0], {members[0]: 0.4}, call))
    return History(groups, {f"f{k:02}": "company" if k % 3 else "university" for k in range(40)})


def outcomes(past: History, since: date, *, with_call: bool = False) -> list[Outcome]:
    """For each member of a group from a day on: the others were chosen."""
    return [
        Outcome(Question((member,), group.call if with_call else Call()), since, frozenset(group.members) - {member})
        for group in past.groups
        if group.day >= since
        for member in group.members
    ]


def write_files(folder, seed: int = 0, last_year: int = 2019) -> None:
    """Write a small extract in the form of the real files, with tasks for the last year."""
    chance = random.Random(seed)
    companies = [f"O{k:05}" for k in range(60)]
    kinds = {firm: "PRC" if k % 3 else "HES" for k, firm in enumerate(companies)}
    organisations = [
        {"org_id": firm, "country": ("PT", "ES", "EL", "UK")[k % 4], "activity_type": kinds[firm],
         "first_seen": "2014-01-01", "sme_confirmed_since": "2016-05-01" if k % 5 == 0 else "", "city": "PORTO"}
        for k, firm in enumerate(companies)
    ]  # fmt: skip
    projects, members = [], []
    for number in range(240):
        start = date(2014, 1, 1) + timedelta(days=int(number * 365.25 * (last_year - 2013) / 240))
        # The last ten are seen for the first time in the last year.
        old = companies[:50] if start.year < last_year else companies
        pool = [firm for k, firm in enumerate(old) if k % 2 == number % 2]
        some = chance.sample(pool, chance.randint(2, 6))
        part = ("SC3", "SC5")[number % 2]
        projects.append(
            {"project_id": f"P{number:05}", "start_date": start.isoformat(), "end_date": "2024-01-01",
             "total_cost": "1000", "max_contribution": "900", "n_orgs": str(len(some)), "programme_parts": part,
             "topic_code": f"{part}-{number % 4}-{start.year}", "topic_title": ("Solar heat", "Rivers")[number % 2]}
        )  # fmt: skip
        members += [
            {"project_id": f"P{number:05}", "org_id": firm, "role": "coordinator" if k == 0 else "participant",
             "contribution": "100", "budget_share": "0.2"}
            for k, firm in enumerate(some)
        ]  # fmt: skip
    fp7 = [
        {"project_id": f"Q{number:05}", "org_id": firm}
        for number in range(30)
        for firm in [*chance.sample(companies[:50], 2), f"F{number % 7:05}"]
    ]
    for name, rows in (("organizations", organisations), ("projects", projects), ("participations", members),
                       ("fp7_participations", fp7)):  # fmt: skip
        write_table(folder, name, rows)
    write_tasks(folder / "tasks.jsonl", projects, members, kinds, last_year)


def write_table(folder, name, rows) -> None:
    with gzip.open(folder / f"{name}.csv.gz", "wt", encoding="utf-8", newline="") as handle:
        writer = csv.DictWriter(handle, list(rows[0]))
        writer.writeheader()
        writer.writerows(rows)


def read_table(folder, name) -> list[dict[str, str]]:
    with gzip.open(folder / f"{name}.csv.gz", "rt", encoding="utf-8", newline="") as handle:
        return list(csv.DictReader(handle))


def write_tasks(file, projects, members, kinds, year) -> None:
    tasks = []
    for project in projects:
        if project["start_date"] < f"{year}-01-01":
            continue
        inside = [row["org_id"] for row in members if row["project_id"] == project["project_id"]]
        query = next((firm for firm in inside if kinds[firm] == "PRC"), None)
        if query:
            others = sorted(set(inside) - {query})
            tasks.append({"task": "A", "query": query, "relevant": others, "confirmed": 0})
            kind = "CT" if query >= "O00050" else "AT"
            tasks.append({"task": kind, "query": query, "project": project["project_id"], "relevant": others})
        half = len(inside) // 2
        tasks.append(
            {"task": "B", "project": project["project_id"], "given": inside[:half], "relevant": inside[half:]}
        )
    file.write_text("".join(json.dumps(task) + "\n" for task in tasks))
