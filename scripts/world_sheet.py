"""Renew static/world.svg, the outlines of the map as one sheet that browsers keep, from data/world_map.csv."""

from __future__ import annotations

import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from reference.world import HEIGHT, WIDTH, outlines  # noqa: E402 - the project must be found first


def write_sheet() -> str:
    """The sheet: each country's path under its code; dots are drawn by the page."""
    paths = [f'<path id="{one.iso3}" d="{one.path}"/>' for one in outlines().values() if one.path]
    head = f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {HEIGHT}">'
    return "\n".join([head, "<!-- Made with Natural Earth -->", *paths, "</svg>", ""])


if __name__ == "__main__":
    (ROOT / "static" / "world.svg").write_text(write_sheet(), encoding="utf-8")
