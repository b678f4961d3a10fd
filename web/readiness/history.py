"""The line of earlier results on the result page."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from models import ReadinessTake

WIDTH, HEIGHT, EDGE = 600, 160, 8


@dataclass(frozen=True)
class Line:
    """Path data for the line and its dots; earlier is left, higher is better."""

    path: str
    dots: str
    limits: tuple[float, ...]
    """Where the bands begin, from the top in the units of the drawing."""
    first: ReadinessTake
    last: ReadinessTake


def draw_line(takes: Sequence[ReadinessTake], limits: Sequence[float]) -> Line | None:
    """The indices over time; None with fewer than two."""
    known = [take for take in takes if take.index is not None]
    if len(known) < 2:
        return None
    begin, end = known[0].taken_at_utc, known[-1].taken_at_utc
    span = (end - begin).total_seconds() or 1.0
    places = [
        f"{EDGE + (WIDTH - 2 * EDGE) * (take.taken_at_utc - begin).total_seconds() / span:.1f} {_height(take.index)}"
        for take in known
    ]
    return Line(
        path="M" + "L".join(places),
        dots="".join(f"M{place}h0" for place in places),
        limits=tuple(_height(limit) for limit in limits),
        first=known[0],
        last=known[-1],
    )


def _height(value: float) -> float:
    return round(EDGE + (HEIGHT - 2 * EDGE) * (1 - value / 100), 1)
