"""A cell of a member list as people read it: countries, products and choices by their names, one entry a line."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from services.firm_cells import BadCell
from services.firm_columns import BY_NAME
from web.moderation.words import FIELD, ROW
from web.words import country

SAY: dict[str, Callable[[Any], str]] = {
    "country": country,
    "turnover_band": FIELD["turnover_band"][1],
    "products": lambda row: ROW["products"]({"monthly_capacity": "", **row}),
    "monthly_capacities": lambda row: f"{row['words']}: {row['monthly_capacity']}",
    "target_markets": ROW["markets"],
    "known_markets": ROW["experience"],
    "offices": country,
    "languages": ROW["languages"],
    "certificates": ROW["certificates"],
    "offers": FIELD["offers"][1],
    "needs": FIELD["needs"][1],
    "objectives": FIELD["objectives"][1],
    "norms": FIELD["norms"][1],
    "associations": str,
    "consortia": str,
}
"""The columns that hold codes or several entries, and how one of their values is said."""


def say_cell(name: str, cell: str) -> str:
    """A cell in the reader's language; what its column cannot read stays as it was written.

    Needs a request, for its language.
    """
    if name not in SAY or not cell:
        return cell
    try:
        value = BY_NAME[name].parse(cell)
    except BadCell:
        return cell
    return "\n".join(SAY[name](_filled(one)) for one in (value if isinstance(value, list) else [value]))


def _filled(value: Any) -> Any:
    """An entry whose parts that were left out are empty texts, as the words expect them."""
    return {part: given or "" for part, given in value.items()} if isinstance(value, dict) else value
