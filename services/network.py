"""The network of approved firms: when it is stale, how it is made anew, how it is kept."""

from __future__ import annotations

import time
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass

import numpy as np
import sqlalchemy as sa
from sqlalchemy.orm import Session

from matching import PartnerMatcher
from matching.network.colours import colour_clusters
from matching.network.graph import certainty, mutual_ties, neighbours_for
from matching.network.layout import Layout, lay_out, neighbours
from matching.network.naming import ClusterFacts, ClusterName, Shared, describe, name_clusters
from matching.profile import Profile
from models import Cluster, Firm, NetworkRun, Place, Tie
from services.profiles import load_profiles, profiles_stamp

#: Up to this many firms a stale network is made anew by whoever looks at it.
INLINE_MOST = 1_000
#: In a network of some size clusters are made twice as fine as modularity alone would make them: of ten
#: to thirty firms, which is what consortia come out of, and small enough to share a market and a chapter.
FINEST, FINER_FROM = 2.0, 150
#: Part of the stamp: a change of the way the network is made makes every older one stale.
METHOD = "1"
#: How many markets, chapters and countries are kept for each cluster.
FACTS_KEPT = 8


@dataclass(frozen=True)
class Computed:
    """A network that is ready to be stored; `after` is the run from which it carried its clusters on."""

    after: int | None
    stamp: str
    seconds: float
    modularity: float | None
    neighbours: int
    resolution: float
    next_cluster: int
    ties: list[tuple[int, int, float]]
    places: list[dict]
    clusters: list[dict]


def find_run(db: Session) -> NetworkRun | None:
    """The newest run, which is the one shown."""
    return db.scalar(sa.select(NetworkRun).order_by(NetworkRun.id.desc()).limit(1))


def current_stamp(db: Session) -> str:
    """What the approved firms are at this moment, and how the network is made."""
    return ".".join([METHOD, *map(str, profiles_stamp(db))])


def is_stale(db: Session, run: NetworkRun | None) -> bool:
    """Whether firms have come, gone or changed since the run."""
    return run is None or run.stamp != current_stamp(db)


def count_shown(db: Session) -> int:
    """How many firms the network would hold now."""
    return db.scalar(sa.select(sa.func.count()).where(Firm.is_approved))


def refresh(db: Session) -> NetworkRun:
    """Make the network anew and keep it. Whatever fails leaves the one before."""
    return store(db, compute(db))


def compute(db: Session, workers: int | str | None = None) -> Computed:
    """Make the network anew, without keeping it; `workers` help where there are many firms.

    Raises ClusterUnavailable when they are wanted and not there.
    """
    from matching.network.clusters import find_clusters  # brings SciPy, and only whoever makes a network needs it

    started = time.perf_counter()
    stamp, before = current_stamp(db), find_run(db)  # before the firms: a change meanwhile makes it stale
    profiles = load_profiles(db)
    ties = mutual_ties(best_partners(profiles, workers))
    first_new = before.parameters.get("next_cluster", 1) if before else 1
    old_clusters = {str(firm_id): cluster for firm_id, cluster in _earlier_places(db)}
    fineness = resolution_for(len(profiles))
    clusters = find_clusters(profiles, ties, earlier=old_clusters, first_new=first_new, resolution=fineness)
    columns = (Cluster.id, Cluster.colour, Cluster.x, Cluster.y)
    old = {row.id: row for row in db.execute(sa.select(*columns))}
    layout = lay_out(profiles, ties, clusters, earlier={key: (row.x, row.y) for key, row in old.items()})
    facts = describe(profiles, clusters, ties)
    colours = colour_clusters(
        {cluster: fact.size for cluster, fact in facts.items()},
        neighbours(layout.discs),
        earlier={cluster: row.colour for cluster, row in old.items()},
    )
    return Computed(
        after=before.id if before else None,
        stamp=stamp,
        seconds=time.perf_counter() - started,
        modularity=_modularity(clusters, ties),
        neighbours=neighbours_for(len(profiles)),
        resolution=fineness,
        next_cluster=max([first_new, *(cluster + 1 for cluster in (*clusters.values(), *old))]),
        ties=[(*sorted((int(a), int(b))), score) for a, b, score in ties],
        places=_place_rows(layout, clusters, certainty(clusters, ties)),
        clusters=_cluster_rows(layout, facts, name_clusters(facts), colours),
    )


def best_partners(
    profiles: Mapping[str, Profile], workers: int | str | None = None
) -> dict[str, list[tuple[str, float]]]:
    """The best partners of each firm with the scores of the pairs; few firms are done before workers have started."""
    help_wanted = workers if len(profiles) > INLINE_MOST else None
    matcher = PartnerMatcher(limit=neighbours_for(len(profiles)), workers=help_wanted)
    return dict(matcher.fit(profiles.values()).all_pairs())


def resolution_for(firms: int) -> float:
    """How fine the clusters of so many firms are: as modularity has it for few, then finer.

    >>> resolution_for(40), resolution_for(225), resolution_for(10_000)
    (1.0, 1.5, 2.0)
    """
    return min(FINEST, max(1.0, firms / FINER_FROM))


def _earlier_places(db: Session):
    return db.execute(sa.select(Place.firm_id, Place.cluster_id).where(Place.cluster_id.is_not(None)))


def _modularity(clusters: Mapping[str, int], ties: list) -> float | None:
    from matching.network.clusters import to_matrix
    from matching.network.louvain import modularity

    names = sorted(clusters)
    if not names:
        return None
    return modularity(to_matrix(names, ties), np.array([clusters[name] for name in names]))


def _place_rows(layout: Layout, clusters: Mapping[str, int], sure: Mapping[str, float]) -> list[dict]:
    return [
        {
            "firm_id": int(firm),
            "cluster_id": clusters.get(firm),
            "x": x,
            "y": y,
            "certainty": sure.get(firm, 0.0),
        }
        for firm, (x, y) in layout.places.items()
    ]


def _cluster_rows(
    layout: Layout,
    facts: Mapping[int, ClusterFacts],
    names: Mapping[int, ClusterName],
    colours: Mapping[int, int],
) -> list[dict]:
    rows = []
    for cluster, fact in facts.items():
        name, disc = asdict(names[cluster]), layout.discs[cluster]
        rows.append(
            {
                "id": cluster,
                "colour": colours[cluster],
                "market": name["market"] or "",
                "chapter": name["chapter"] or "",
                "size": fact.size,
                "x": disc.x,
                "y": disc.y,
                "facts": {"country": name["country"], "number": name["number"], **_kept(fact)},
            }
        )
    return rows


def _kept(fact: ClusterFacts) -> dict:
    shared = {
        kind: [[one.code, one.members] for one in _shared(getattr(fact, kind))[:FACTS_KEPT]]
        for kind in ("markets", "chapters", "countries")
    }
    return {
        "ties": fact.ties,
        "density": round(fact.density, 4),
        "certainty": round(fact.certainty, 4),
        "covered": [list(one) for one in fact.covered],
        "missing": [list(one) for one in fact.missing],
        **shared,
    }


def _shared(found: Iterable[Shared]) -> list[Shared]:
    """What two members or more have, the most common first."""
    return sorted((one for one in found if one.members > 1), key=lambda one: (-one.members, one.code))


def store(db: Session, computed: Computed) -> NetworkRun:
    """Put a network in the place of the one before, all of it or nothing.

    Firms that are no longer approved are left out. When another network was
    stored since this one was begun, that one stays.
    """
    if db.get_bind().dialect.name == "postgresql":  # SQLite locks by itself when the transaction begins
        db.execute(sa.text("LOCK TABLE network_run IN EXCLUSIVE MODE"))
    newest = find_run(db)
    if newest is not None and newest.id != computed.after:
        return newest
    shown = set(db.scalars(sa.select(Firm.id).where(Firm.is_approved)))
    places = [row for row in computed.places if row["firm_id"] in shown]
    ties = [row for row in computed.ties if row[0] in shown and row[1] in shown]
    with db.begin_nested():
        run = NetworkRun(
            stamp=computed.stamp,
            seconds=computed.seconds,
            firms=len(places),
            ties=len(ties),
            clusters=len(computed.clusters),
            modularity=computed.modularity,
            parameters={
                "neighbours": computed.neighbours,
                "resolution": computed.resolution,
                "next_cluster": computed.next_cluster,
            },
        )
        db.add(run)
        db.flush()
        db.execute(sa.delete(Tie))
        db.execute(sa.delete(Place))
        _store_clusters(db, run, computed.clusters)
        if places:
            db.execute(sa.insert(Place), [{**row, "run_id": run.id} for row in places])
        if ties:
            rows = [{"first_id": a, "second_id": b, "score": score, "run_id": run.id} for a, b, score in ties]
            db.execute(sa.insert(Tie), rows)
    return run


def _store_clusters(db: Session, run: NetworkRun, rows: list[dict]) -> None:
    """Clusters that go on keep their row, and with it their key; the others come and go."""
    kept = {row.id: row for row in db.scalars(sa.select(Cluster))}
    for row in rows:
        cluster = kept.pop(row["id"], None)
        if cluster is None:
            cluster = Cluster(id=row["id"])
            db.add(cluster)
        for column, value in row.items():
            setattr(cluster, column, value)
        cluster.run_id = run.id
    for gone in kept.values():
        db.delete(gone)
    db.flush()
