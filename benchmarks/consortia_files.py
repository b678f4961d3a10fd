"""Real consortia as the engine reads them: files in, history and profiles as they were on a day out.

The files are organisations of the European Union's Horizon 2020 programme and of FP7 before it, with what they
took part in; which column stands for what in a profile is said in real_organisations.py.
"""

from __future__ import annotations

import csv
import gzip
from collections import Counter, defaultdict
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from datetime import date
from functools import cache
from pathlib import Path

from matching.learning.history import Call, Group, History
from matching.profile import Profile
from reference.countries import list_countries
from reference.languages import languages_of
from services.distances import firm_distances, speakers_of
from services.profiles import region_of
from services.vocabulary import CAPABILITIES, EXPERIENCE, OBJECTIVES

LARGEST_CONSORTIUM = 50
OTHER_CODES = {"EL": "GRC", "UK": "GBR"}
KINDS = {
    "PRC": "Private firm",
    "HES": "University",
    "REC": "Research organisation",
    "PUB": "Public body",
    "OTH": "Other",
}
PARTS = {
    "SC1": "health",
    "SC2": "food and bioeconomy",
    "SC3": "energy",
    "SC4": "transport",
    "SC5": "climate and raw materials",
    "SC6": "societies",
    "SC7": "security",
    "LEIT": "industrial technologies",
    "FET": "emerging technologies",
    "Innovation in SMEs": "innovation in small firms",
}
"""The thematic parts, in words."""
OBJECTIVE_OF = dict(zip(PARTS, OBJECTIVES, strict=True))
CAPABILITY_OF = dict(zip(PARTS, CAPABILITIES, strict=False))


FP7_DAY = date(2010, 1, 1)
"""The files give no days for FP7 (2007 to 2013), so all of it counts as of its middle."""

SMALL = 20
"""Most participations of a small company, where the SME Instrument has not confirmed it."""

COMPANY = "PRC"


def read(folder: Path, file: str) -> Iterator[dict[str, str]]:
    """Read one of the files."""
    with gzip.open(folder / f"{file}.csv.gz", "rt", encoding="utf-8", newline="") as handle:
        yield from csv.DictReader(handle)


def experience(projects: int) -> str:
    """How well a country is known after so many joint projects with organisations there."""
    return (
        "presence" if projects >= 10 else "regular" if projects >= 4 else "occasional" if projects >= 2 else "visits"
    )


def commonest(counts: Counter, most: int) -> list[tuple[str, int]]:
    """The commonest entries; equal ones by their code, so that nothing depends on the order of a file."""
    return sorted(counts.items(), key=lambda entry: (-entry[1], entry[0]))[:most]


@dataclass(frozen=True, slots=True)
class Files:
    """What the files say up to a day; ``consortia`` are the groups that make a member a candidate."""

    organisations: dict[str, dict[str, str]]
    history: History
    consortia: frozenset[str]
    calls: dict[str, Call]

    def candidates(self, day: date) -> list[str]:
        """Organisations that were in a consortium of 2 to 50 before a day."""
        return sorted(
            {
                member
                for group in self.history.groups
                if group.day < day and group.id in self.consortia
                for member in group.members
            }
        )

    def is_small(self, organisation: str, joined: int, day: date) -> bool:
        """Whether it counts as a small company on a day, after so many participations."""
        row = self.organisations[organisation]
        since = row["sme_confirmed_since"]
        return row["activity_type"] == COMPANY and (joined <= SMALL or ("" < since < day.isoformat()))


def read_files(folder: Path, before: date, targets: Collection[str]) -> Files:
    """Read what began before a day, and of later projects the calls of ``targets`` alone."""
    organisations = {row["org_id"]: row for row in read(folder, "organizations")}
    members: dict[str, dict[str, dict]] = defaultdict(dict)
    projects, calls = {}, {}
    for row in read(folder, "projects"):
        if row["start_date"] < before.isoformat():
            projects[row["project_id"]] = row
        if row["start_date"] < before.isoformat() or row["project_id"] in targets:
            calls[row["project_id"]] = to_call(row)
    for row in read(folder, "participations"):
        if row["project_id"] in projects:
            members[row["project_id"]][row["org_id"]] = row
    groups = [
        to_group(row, members[id], calls[id])
        for id, row in projects.items()
        if members[id] and int(row["n_orgs"]) <= LARGEST_CONSORTIUM
    ]
    consortia = frozenset(group.id for group in groups if int(projects[group.id]["n_orgs"]) > 1)
    kinds = {id: row["activity_type"] for id, row in organisations.items()}
    seen = {member for group in groups for member in group.members}
    return Files(organisations, History(groups + list(read_fp7(folder, seen)), kinds), consortia, calls)


def read_fp7(folder: Path, later: Collection[str]) -> Iterator[Group]:
    """Go through the older consortia; who is in one of them only and not seen ``later`` links nobody."""
    members: dict[str, dict[str, None]] = defaultdict(dict)
    for row in read(folder, "fp7_participations"):
        members[row["project_id"]][row["org_id"]] = None
    joined = Counter(firm for firms in members.values() for firm in firms)
    for id, firms in members.items():
        kept = tuple(firm for firm in firms if joined[firm] > 1 or firm in later)
        if len(firms) <= LARGEST_CONSORTIUM and len(kept) > 1:
            yield Group(id, FP7_DAY, kept)


def to_call(row: dict[str, str]) -> Call:
    """The call of a project: nothing else of a target may be read."""
    return Call(
        row["topic_code"], row["topic_title"], tuple(part for part in row["programme_parts"].split(";") if part)
    )


def to_group(row: dict[str, str], members: dict[str, dict[str, str]], call: Call) -> Group:
    """A project with those who took part."""
    leaders = [id for id, member in members.items() if member["role"] == "coordinator"]
    shares = {id: float(member["budget_share"]) for id, member in members.items() if member["budget_share"]}
    return Group(
        row["project_id"],
        date.fromisoformat(row["start_date"]),
        tuple(members),
        min(leaders, default=None),
        shares,
        call,
    )


@cache
def codes() -> dict[str, str]:
    """Two-letter country code to ISO 3166 alpha-3."""
    return {country.iso2: country.iso3 for country in list_countries("en")} | OTHER_CODES


def profiles_at(files: Files, day: date, askers: Collection[str] = ()) -> list[Profile]:
    """Profiles of all candidates as they were on a day; of askers never seen before, country and language only."""
    candidates = set(files.candidates(day))
    groups = [group for group in files.history.groups if group.day < day and group.call]
    themes: dict[str, Counter] = defaultdict(Counter)
    partners: dict[str, Counter] = defaultdict(Counter)
    partner_themes: dict[str, Counter] = defaultdict(Counter)
    ties: dict[str, set[str]] = defaultdict(set)
    for group in groups:
        for member in group.members:
            themes[member].update(theme for theme in group.call.themes if theme in PARTS)
    country = {id: codes().get(row["country"], "") for id, row in files.organisations.items()}
    for group in groups:
        if group.id in files.consortia:
            places = Counter(country[member] for member in group.members)
            brought = Counter(theme for member in group.members for theme in themes[member])
            for member in group.members:
                partners[member].update(places)
                partner_themes[member].update(brought)
                ties[member].update(group.members)
    return [
        to_profile(
            files.organisations[id] | ({} if id in candidates else {"city": ""}),
            themes[id],
            partners[id],
            partner_themes[id],
            ties[id] - {id},
        )
        for id in sorted(candidates | set(askers))
    ]


def to_profile(
    row: dict[str, str], themes: Counter, partners: Counter, partner_themes: Counter, ties: Collection[str]
) -> Profile:
    """One organisation by the rules of real_organisations.py, as the engine's profile."""
    home = codes().get(row["country"])
    abroad = Counter({place: count for place, count in partners.items() if place and place != home})
    known = [(home, "presence", False)] if home else []
    known += [(place, experience(count), False) for place, count in commonest(abroad, 20)]
    missing = Counter({theme: count for theme, count in partner_themes.items() if theme not in themes})
    spoken = {one.language: "native" for one in languages_of(home) if one.official} if home else {}
    spoken = {code: level for code, level in spoken.items() if len(code) <= 8}
    spoken.setdefault("en", "working")
    return Profile(
        row["org_id"],
        country=home,
        region=region_of(home, row["city"]) if home else None,
        targets={place: 3 - rank for rank, (place, _) in enumerate(commonest(abroad, 3))},
        experience={place: EXPERIENCE[level] for place, level, _ in known},
        languages=speakers_of(spoken.items()),
        objectives=frozenset(OBJECTIVE_OF[theme] for theme in themes),
        offers=frozenset(CAPABILITY_OF[theme] for theme, _ in commonest(themes, 3)),
        needs=frozenset(CAPABILITY_OF[theme] for theme, _ in commonest(missing, 3)),
        distances=firm_distances(home, sorted(spoken.items()), known) if home else {},
        ties=frozenset(ties),
    )
