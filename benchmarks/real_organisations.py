"""Real organisations through the whole house: CSV, import, engine, clusters, and what the network looks like.

    python -m benchmarks.real_organisations --data FOLDER [--firms N] [--keep FOLDER]

FOLDER holds organizations.csv.gz, projects.csv.gz and participations.csv.gz: organisations of the European Union's
Horizon 2020 programme with the projects that began before 2020. They have identifiers, not names.

What stands for what
--------------------
These organisations never filled in an export profile, so most of ours has no counterpart. Nothing is invented:
a column is filled only from what the files say, by the rules below, and stays empty otherwise.

====================  ===================================================================================
name                  the identifier
country, city         as given (EL is Greece, UK the United Kingdom)
about                 kind of organisation, and whether the SME Instrument confirmed it as a small firm
products              programme parts in words, without an HS code: research themes are no goods. The engine
                      therefore knows nothing of `basket`, `tier` and competition
objectives            the ten thematic programme parts it took part in. Each part is written as one of our ten
                      objective codes: a stand-in, which says "the same part", not what the code's label says
offers                its three commonest parts, each written as one capability code (a stand-in likewise)
needs                 the three parts commonest among its past partners that it has not worked in itself: what it
                      can only get from others. `gap` thus asks whether partners bring what is missing
target_markets        the three foreign countries it worked with most, the commonest most wanted
known_markets         countries of past partners: one joint project is a visit, two or three occasional, four
                      to nine regular, ten or more presence; its own country is presence
languages             the official languages of its country as native; English, in which these projects work,
                      as working knowledge
consortia             past projects of 2 to 50 organisations, the latest 60: whoever shares one has worked together
====================  ===================================================================================

Employees, turnover, certificates, norms, horizons and everything else stays empty. `trust` is known to who has a
city or a past project. Since past consortia are part of the input, clusters that follow them are no discovery;
agreement with programme parts and countries is printed with and without `trust`.
"""

from __future__ import annotations

import argparse
import csv
import io
import resource
import sys
import tempfile
import time
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
import sqlalchemy as sa
from scipy.sparse.csgraph import connected_components
from sklearn.metrics import adjusted_mutual_info_score, normalized_mutual_info_score

from benchmarks.consortia_files import (
    CAPABILITY_OF,
    KINDS,
    LARGEST_CONSORTIUM,
    OBJECTIVE_OF,
    OTHER_CODES,
    PARTS,
    commonest,
    experience,
    read,
)
from matching import PartnerMatcher
from matching.network.clusters import find_clusters, to_matrix
from matching.network.graph import NEIGHBOURS, Tie, mutual_ties
from matching.network.louvain import modularity
from matching.profile import Profile
from matching.score import WEIGHTS, score_pair
from models import Firm, make_engine, make_sessions
from reference.countries import list_countries
from reference.languages import languages_of
from services.directory import Filters, count_criteria, search_firms
from services.firm_cells import MOST_ENTRIES, join_entries
from services.firms_csv import import_firms
from services.network import resolution_for
from services.profiles import load_profiles
from web.commands import migrate


@dataclass
class Organisation:
    """What the files say of one organisation."""

    id: str
    country: str
    city: str
    kind: str
    confirmed_since: str
    parts: Counter = field(default_factory=Counter)
    projects: list[str] = field(default_factory=list)
    partners: Counter = field(default_factory=Counter)
    partner_parts: Counter = field(default_factory=Counter)

    @property
    def theme(self) -> str:
        """Its commonest thematic part."""
        return min(self.parts, key=lambda part: (-self.parts[part], part)) if self.parts else ""


@contextmanager
def timed(title: str) -> Iterator[None]:
    """Print what a step took."""
    start = time.perf_counter()
    yield
    print(f"  {title:<52} {time.perf_counter() - start:8.2f} s")


def read_organisations(folder: Path, most: int | None) -> list[Organisation]:
    """Put organisations, their projects and their partners together; those without a country are left out."""
    iso3 = {country.iso2: country.iso3 for country in list_countries("en")} | OTHER_CODES
    rows = [row for row in read(folder, "organizations") if row["country"] in iso3][:most]
    found = {
        row["org_id"]: Organisation(
            row["org_id"], iso3[row["country"]], row["city"].title(), row["activity_type"], row["sme_confirmed_since"]
        )
        for row in rows
    }
    projects = {row["project_id"]: row for row in read(folder, "projects")}
    members: dict[str, list[str]] = defaultdict(list)
    for row in read(folder, "participations"):
        if row["org_id"] in found:
            members[row["project_id"]].append(row["org_id"])
    by_date = sorted(members, key=lambda project: (projects[project]["start_date"], project), reverse=True)
    for project in by_date:
        parts = [part for part in projects[project]["programme_parts"].split(";") if part in PARTS]
        for member in members[project]:
            found[member].parts.update(parts)
        if not 2 <= int(projects[project]["n_orgs"]) <= LARGEST_CONSORTIUM:
            continue
        for member in members[project]:
            found[member].projects.append(project)
            found[member].partners.update(found[other].country for other in members[project] if other != member)
    for project in by_date:
        if 2 <= int(projects[project]["n_orgs"]) <= LARGEST_CONSORTIUM:
            for member in members[project]:
                for other in members[project]:
                    if other != member:
                        found[member].partner_parts.update(found[other].parts.keys())
    return list(found.values())


def to_csv(organisations: Sequence[Organisation]) -> bytes:
    """Write the file that an administrator would import."""
    out = io.StringIO()
    names = (
        "name", "country", "city", "state", "about", "products", "target_markets", "known_markets", "languages",
        "offers", "needs", "objectives", "consortia",
    )  # fmt: skip
    writer = csv.DictWriter(out, names)
    writer.writeheader()
    for one in organisations:
        writer.writerow(dict(zip(names, to_row(one), strict=True)))
    return out.getvalue().encode()


def to_row(one: Organisation) -> list[str]:
    """Write one organisation by the rules at the top of this file."""
    about = KINDS.get(one.kind, KINDS["OTH"])
    if one.confirmed_since:
        about += f", confirmed as a small firm since {one.confirmed_since}"
    abroad = Counter({country: count for country, count in one.partners.items() if country != one.country})
    wanted = [country for country, _ in commonest(abroad, 3)]
    known = [(one.country, "presence")]
    known += [(country, experience(count)) for country, count in commonest(abroad, MOST_ENTRIES - 1)]
    official = [
        spoken.language for spoken in languages_of(one.country) if spoken.official and len(spoken.language) <= 8
    ]
    spoken = dict.fromkeys(official[:8], "native")
    spoken.setdefault("en", "working")
    missing = Counter({part: count for part, count in one.partner_parts.items() if part not in one.parts})
    return [
        one.id,
        one.country,
        one.city,
        "approved",
        about,
        join_entries([(PARTS[part],) for part in sorted(one.parts)]),
        join_entries(zip(wanted, (3, 2, 1), strict=False)),
        join_entries(known),
        join_entries(spoken.items()),
        join_entries([(CAPABILITY_OF[part],) for part, _ in commonest(one.parts, 3)]),
        join_entries([(CAPABILITY_OF[part],) for part, _ in commonest(missing, 3)]),
        join_entries([(OBJECTIVE_OF[part],) for part in sorted(one.parts)]),
        join_entries([(project,) for project in one.projects[:MOST_ENTRIES]]),
    ]


def describe_network(
    profiles: Mapping[str, Profile], ties: Sequence[Tie], by_id: Mapping[str, Organisation], title: str
) -> None:
    """Print components, clusters, what their members share, and how far they follow themes and countries."""
    ids = list(profiles)
    matrix = to_matrix(ids, ties)
    _, labels = connected_components(matrix, directed=False)
    sizes = np.sort(np.bincount(labels))[::-1]
    alone = int((np.bincount(labels) == 1).sum())
    print(f"\n{title}: {len(ids)} firms, {len(ties)} ties ({2 * len(ties) / len(ids):.1f} a firm)")
    print(
        f"  components {len(sizes)}; the largest {sizes[0]} firms, the next {list(map(int, sizes[1:6]))}; "
        f"alone {alone}"
    )
    with timed("clusters"):
        clusters = find_clusters(ids, ties, resolution=resolution_for(len(ids)))
    named = [firm for firm in ids if firm in clusters]
    counts = Counter(clusters[firm] for firm in named)
    sizes = np.array(sorted(counts.values(), reverse=True))
    value = modularity(to_matrix(named, [t for t in ties if t[0] in clusters and t[1] in clusters]),
                       np.unique([clusters[firm] for firm in named], return_inverse=True)[1])  # fmt: skip
    print(
        f"  {len(sizes)} clusters of {len(named)} firms; modularity {value:.3f}\n"
        f"  sizes: largest {list(map(int, sizes[:5]))}, median {int(np.median(sizes))}, "
        f"of two {int((sizes == 2).sum())}, of ten or more {int((sizes >= 10).sum())}"
    )
    groups = defaultdict(list)
    for firm in named:
        groups[clusters[firm]].append(by_id[firm])
    big = [members for members in groups.values() if len(members) >= 10]
    shares = {
        "commonest theme": [share(one.theme for one in members if one.theme) for members in big],
        "commonest country": [share(one.country for one in members) for members in big],
        "commonest past project": [share_in(one.projects for one in members) for members in big],
        "confirmed small firms": [np.mean([bool(one.confirmed_since) for one in members]) for members in big],
    }
    print(
        "  in clusters of ten or more, the share of members that have the cluster's "
        "(median, lowest and highest tenth of clusters):"
    )
    for name, values in shares.items():
        print(
            f"    {name:<26} {np.median(values):6.1%} {np.quantile(values, 0.1):6.1%} {np.quantile(values, 0.9):6.1%}"
        )
    labels = [clusters[firm] for firm in named]
    for name, truth in (
        ("theme (commonest part)", [by_id[firm].theme for firm in named]),
        ("country", [by_id[firm].country for firm in named]),
        ("kind of organisation", [by_id[firm].kind for firm in named]),
    ):
        told = [place for place, word in enumerate(truth) if word]
        pair = [[truth[place] for place in told], [labels[place] for place in told]]
        print(
            f"  agreement with {name:<24} AMI {adjusted_mutual_info_score(*pair):.3f}  "
            f"NMI {normalized_mutual_info_score(*pair):.3f}"
        )


def share(words: Iterable[str]) -> float:
    """The part of the commonest word."""
    counts = Counter(words)
    return max(counts.values()) / counts.total() if counts else 0.0


def share_in(lists: Iterable[Sequence[str]]) -> float:
    """The part of the lists that hold the commonest entry."""
    lists = list(lists)
    counts = Counter(entry for entries in lists for entry in set(entries))
    return max(counts.values(), default=0) / len(lists)


def describe_signals(profiles: Mapping[str, Profile], ties: Sequence[Tie]) -> None:
    """Print which terms are known, and what the score of ties is made of."""
    sample = ties[:: max(1, len(ties) // 3000)]
    known, parts = Counter(), Counter()
    for first, second, _ in sample:
        for term in score_pair(profiles[first], profiles[second]).forward.terms:
            known[term.key] += term.value is not None
            parts[term.key] += term.contribution or 0
    words = [f"{key} {known[key] / len(sample):.0%}/{parts[key] / len(sample):.2f}" for key in WEIGHTS if known[key]]
    print(f"  terms over {len(sample)} ties (known in/contribution on average): {', '.join(words)}")
    scores = np.array([score for _, _, score in ties])
    print(
        f"  scores of ties: lowest tenth {np.quantile(scores, 0.1):.3f}, median {np.median(scores):.3f}, "
        f"highest tenth {np.quantile(scores, 0.9):.3f}"
    )


def measure_directory(db) -> None:
    """Time the directory on all of them."""
    for title, filters in (
        ("first page", Filters(sort="name")),
        ("two words", Filters("energy portugal")),
        ("word and two criteria", Filters("small firm", {"country": ("PRT", "ESP"), "market": ("DEU",)})),
    ):
        start = time.perf_counter()
        page = search_firms(db, filters)
        middle = time.perf_counter()
        count_criteria(db, filters)
        end = time.perf_counter()
        print(
            f"  directory, {title:<22} {page.total:6} found  list {(middle - start) * 1000:6.0f} ms  "
            f"criteria {(end - middle) * 1000:6.0f} ms"
        )


def run(folder: Path, most: int | None, keep: Path) -> None:
    """Do all of it."""
    with timed("reading the files"):
        organisations = read_organisations(folder, most)
    small = sum(bool(one.confirmed_since) for one in organisations)
    print(f"{len(organisations)} organisations with a country, {small} of them confirmed small firms")
    with timed("writing the CSV"):
        data = to_csv(organisations)
    (keep / "organisations.csv").write_bytes(data)
    print(f"  {len(data) / 1e6:.1f} MB")
    database = keep / "organisations.db"
    database.unlink(missing_ok=True)
    engine = make_engine(f"sqlite:///{database}")
    migrate(engine)
    with make_sessions(engine, writes=True)() as db:
        with timed("import, dry run"):
            report = import_firms(db, data, is_dry_run=True)
        for problem in report.problems[:10]:
            print("  ", problem)
        with timed("import"):
            report = import_firms(db, data)
            db.commit()
        print(
            f"  {len(report.created)} firms new, {len(report.problems)} problems; "
            f"database {database.stat().st_size / 1e6:.0f} MB"
        )
    with make_sessions(engine, writes=False)() as db:
        with timed("directory"):
            measure_directory(db)
        with timed("reading profiles"):
            profiles = load_profiles(db)
        names = dict(db.execute(sa.select(Firm.id, Firm.name)).all())
    engine.dispose()
    by_name = {one.id: one for one in organisations}
    by_id = {str(firm_id): by_name[name] for firm_id, name in names.items()}
    for title, weights in (
        ("all terms", WEIGHTS),
        ("without trust", {k: v for k, v in WEIGHTS.items() if k != "trust"}),
    ):
        matcher = PartnerMatcher(limit=NEIGHBOURS, weights=fill(weights))
        with timed(f"engine ({title}): fit"):
            matcher.fit(profiles.values())
        with timed(f"engine ({title}): best {NEIGHBOURS} of all pairs"):
            best = dict(matcher.all_pairs())
        ties = mutual_ties(best)
        describe_network(profiles, ties, by_id, title)
        if weights is WEIGHTS:
            describe_signals(profiles, ties)
    print(f"\npeak memory {resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024:.0f} MB")


def fill(weights: Mapping[str, float]) -> dict[str, float]:
    """Keep the engine's list of terms whole: a term left out weighs nothing."""
    return {key: weights.get(key, 0.0) for key in WEIGHTS}


def main() -> None:
    """Read the command line."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--data", type=Path, required=True, help="folder with the three files")
    parser.add_argument("--firms", type=int, help="only the first so many")
    parser.add_argument("--keep", type=Path, help="folder for the CSV and the database; else they are thrown away")
    given = parser.parse_args()
    if given.keep:
        given.keep.mkdir(parents=True, exist_ok=True)
        run(given.data, given.firms, given.keep)
        return
    with tempfile.TemporaryDirectory() as folder:
        run(given.data, given.firms, Path(folder))


if __name__ == "__main__":
    sys.exit(main())
