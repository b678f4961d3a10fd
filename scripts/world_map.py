"""Renew data/world_map.csv: the countries drawn once and for all in the Equal Earth projection.

For maintainers; needs npm.

Natural Earth's outlines at 1:110,000,000, from the package world-atlas. Countries that are too small for this scale
have a place but no outline; they are drawn as dots. Run `scripts/world_sheet.py` afterwards.
"""

from __future__ import annotations

import csv
import json
import math
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from reference.countries import Country, list_countries  # noqa: E402 - the project must be found first
from scripts.vendor import unpack  # noqa: E402

VERSION = "2.0.2"
WIDTH, HEIGHT, MARGIN = 960.0, 470.0, 0.99
NEAREST = 0.35
"""Points closer than this to the last one are left out."""
ANTARCTICA = "010"
BY_NAME = {"Kosovo": "XKX", "N. Cyprus": "CYP", "Somaliland": "SOM"}
"""Outlines without an ISO number, and the country whose market they are part of."""

Point = tuple[float, float]
Ring = list[Point]


def project(longitude: float, latitude: float) -> Point:
    """Equal Earth (Šavrič, Patterson and Jenny 2018, doi 10.1080/13658816.2018.1504949), scaled to the drawing."""
    a1, a2, a3, a4 = 1.340264, -0.081106, 0.000893, 0.003796
    root = math.sqrt(3) / 2
    theta = math.asin(root * math.sin(math.radians(latitude)))
    square = theta * theta
    sixth = square**3
    slope = a1 + 3 * a2 * square + sixth * (7 * a3 + 9 * a4 * square)
    x = math.radians(longitude) * math.cos(theta) / (root * slope)
    y = theta * (a1 + a2 * square + sixth * (a3 + a4 * square))
    scale = WIDTH / (2 * math.pi / (root * a1)) * MARGIN
    return WIDTH / 2 + x * scale, HEIGHT / 2 - y * scale


def read_arcs(topology: dict) -> list[Ring]:
    """The arcs of a TopoJSON file as degrees: its numbers are steps on a grid."""
    (scale_x, scale_y), (shift_x, shift_y) = topology["transform"]["scale"], topology["transform"]["translate"]
    arcs = []
    for steps in topology["arcs"]:
        x = y = 0
        arc = []
        for step_x, step_y in steps:
            x, y = x + step_x, y + step_y
            arc.append((x * scale_x + shift_x, y * scale_y + shift_y))
        arcs.append(arc)
    return arcs


def join(arcs: list[Ring], numbers: list[int]) -> Ring:
    """One ring made of arcs; a negative number is an arc walked backwards."""
    ring: Ring = []
    for number in numbers:
        arc = arcs[number] if number >= 0 else arcs[~number][::-1]
        ring += arc[1 if ring else 0 :]
    return ring


def clip(ring: Ring, edge: float, side: int) -> Ring:
    """The part of a ring on one side of a meridian (Sutherland and Hodgman)."""
    kept: Ring = []
    for (x, y), (next_x, next_y) in zip(ring, ring[1:] + ring[:1], strict=True):
        inside, next_inside = side * (x - edge) >= 0, side * (next_x - edge) >= 0
        if inside:
            kept.append((x, y))
        if inside != next_inside:
            share = (edge - x) / (next_x - x)
            kept.append((edge, y + share * (next_y - y)))
    return kept


def cut(ring: Ring) -> Iterator[Ring]:
    """Cut a ring where the drawing ends, at the 180th meridian; else Russia and Fiji would cross the whole sheet."""
    walked = [ring[0]]
    for x, y in ring[1:]:
        walked.append((x + 360 * round((walked[-1][0] - x) / 360), y))
    if all(-180 <= x <= 180 for x, _ in walked):
        yield walked
        return
    for turn in (-360, 0, 360):
        piece = clip([(x + turn, y) for x, y in walked], -180, 1)
        piece = clip(piece, 180, -1) if piece else []
        if len(piece) > 2:
            yield piece


def draw(ring: Ring) -> str:
    """A ring as the path of an SVG, to a tenth of a unit."""
    kept: Ring = []
    for longitude, latitude in ring:
        x, y = (round(value, 1) for value in project(longitude, latitude))
        if not kept or abs(x - kept[-1][0]) + abs(y - kept[-1][1]) > NEAREST:
            kept.append((x, y))
    return "M" + "L".join(f"{x:g} {y:g}" for x, y in kept) + "Z" if len(kept) > 2 else ""


def draw_countries(topology: dict) -> dict[str, str]:
    """Country → its outline."""
    by_number = {one.number: one.iso3 for one in list_countries("en")}
    arcs = read_arcs(topology)
    found: dict[str, str] = {}
    for shape in topology["objects"]["countries"]["geometries"]:
        number = shape.get("id")
        if number == ANTARCTICA:
            continue
        iso3 = by_number.get(number) or BY_NAME[shape["properties"]["name"]]
        polygons = shape["arcs"] if shape["type"] == "MultiPolygon" else [shape["arcs"]]
        path = "".join(draw(piece) for rings in polygons for ring in rings for piece in cut(join(arcs, ring)))
        found[iso3] = found.get(iso3, "") + path
    return found


def place(country: Country) -> Point | None:
    """Where its capital stands on the drawing."""
    if country.capital_place is None:
        return None
    latitude, longitude = country.capital_place
    x, y = project(longitude, latitude)
    return round(x, 1), round(y, 1)


def main() -> None:
    with tempfile.TemporaryDirectory() as scratch:
        folder = unpack("world-atlas", VERSION, Path(scratch))
        outlines = draw_countries(json.loads((folder / "countries-110m.json").read_text("utf-8")))
    rows = []
    for one in sorted(list_countries("en"), key=lambda one: one.iso3):
        where = place(one)
        if where or one.iso3 in outlines:
            rows.append((one.iso3, *(where or ("", "")), outlines.get(one.iso3, "")))
    with (ROOT / "data" / "world_map.csv").open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(("iso3", "x", "y", "path"))
        writer.writerows(rows)


if __name__ == "__main__":
    main()
