"""What the first page may show of the network to everybody: dots without names."""

from __future__ import annotations

from dataclasses import dataclass

import sqlalchemy as sa
from sqlalchemy.orm import Session

from models import Cluster, Firm, Place, Tie
from services.network import find_run

FEWEST = 12
"""With fewer firms a dot could be told to be one of them."""
MOST = 500


@dataclass(frozen=True)
class Dot:
    """Where one firm stands, and the colour of its cluster."""

    x: float
    y: float
    colour: int


@dataclass(frozen=True)
class Picture:
    """Dots and the ties between them."""

    places: tuple[Dot, ...]
    ties: tuple[tuple[tuple[float, float], tuple[float, float]], ...]


def find_picture(db: Session, most: int = MOST) -> Picture | None:
    """The newest network without names, or None while it is too small to be shown.

    A large network is shown by whole clusters, the largest first, up to `most` firms.
    """
    run = find_run(db)
    if run is None:
        return None
    rows = db.execute(
        sa.select(Place.firm_id, Place.x, Place.y, Cluster.colour)
        .join(Cluster, Cluster.id == Place.cluster_id)
        .join(Firm, Firm.id == Place.firm_id)
        .where(Place.run_id == run.id, Firm.is_approved)
        .order_by(Cluster.size.desc(), Cluster.id, Place.firm_id)
        .limit(most)
    ).all()
    if len(rows) < FEWEST:
        return None
    at = {firm: (x, y) for firm, x, y, _ in rows}
    pairs = db.execute(sa.select(Tie.first_id, Tie.second_id).where(Tie.run_id == run.id, Tie.first_id.in_(at)))
    ties = tuple((at[first], at[second]) for first, second in pairs if second in at)
    return Picture(places=tuple(Dot(x, y, colour) for _, x, y, colour in rows), ties=ties)
