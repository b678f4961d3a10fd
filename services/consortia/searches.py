"""What a group may be looked for with, beside what it says of itself; an address or a job can hold it."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields, replace
from typing import Any

from matching.sharing.money import decimals_of, from_units, to_units
from models import Consortium

MOST_NAMED = 20
"""Firms that may be kept in or left out by name."""
LARGEST_RATIO = 1000
LARGEST_AMOUNT = 10**14
LARGEST_CAPACITY = 10**9


@dataclass(frozen=True)
class Search:
    """What is asked for in one search; what is not said is as the group says it."""

    fewest: int | None = None
    most: int | None = None
    given_up: tuple[str, ...] = ()
    """Capabilities that the group cannot do without, and for now would like to have."""
    products: tuple[str, ...] = ()
    """HS codes that the members' products must meet in full; each of the group's, or a shorter one above it."""
    entry_minor: int | None = None
    capacity: int | None = None
    stated: bool = False
    """Whether newcomers must state that they are committed."""
    experienced: bool = False
    ratio: int | None = None
    pinned: tuple[str, ...] = ()
    """Keys of firms that are to be in."""
    barred: tuple[str, ...] = ()
    """Keys of firms that are to stay out."""

    def to_plain(self) -> dict[str, Any]:
        """The search without what is not said, as JSON can hold it."""
        values = {one.name: getattr(self, one.name) for one in fields(self)}
        return {
            name: list(v) if isinstance(v, tuple) else v for name, v in values.items() if v not in (None, (), False)
        }


def search_from(plain: Mapping[str, Any]) -> Search:
    """The search that ``to_plain`` wrote.

    >>> search_from(Search(most=5, barred=("a",)).to_plain())
    Search(fewest=None, most=5, given_up=(), products=(), entry_minor=None, capacity=None, stated=False, \
experienced=False, ratio=None, pinned=(), barred=('a',))
    """
    known = {one.name for one in fields(Search)}
    values = {name: tuple(v) if isinstance(v, list) else v for name, v in plain.items() if name in known}
    return Search(**values)


def changed(search: Search, consortium: Consortium, changes: Sequence[Mapping[str, Any]]) -> Search | None:
    """The search after these changes of limits, as a result tells them; None where a search cannot make one."""
    for change in changes:
        found = _changed(search, consortium, change)
        if found is None or found == search:
            return None
        search = found
    return search


def _changed(search: Search, consortium: Consortium, change: Mapping[str, Any]) -> Search | None:
    code, name, after, firms = change["code"], change["name"], change["after"], set(change["firms"])
    match code:
        case "fewest" | "most":
            return replace(search, **{code: int(after)})
        case "entry_cost":
            minor = to_units(math.floor(after), decimals_of(consortium.currency)) if after else None
            return replace(search, entry_minor=minor or None)
        case "capacity":
            return replace(search, capacity=math.floor(after) or None)
        case "must" if name in consortium.musts:
            return replace(search, given_up=tuple(sorted({*search.given_up, name})))
        case "must":
            others = [one for one in search.products if one != name]
            return replace(search, products=tuple(sorted({*others, *([after] if after else [])})))
        case "experienced":
            return replace(search, experienced=False)
        case "strength_ratio":
            ratio = math.ceil(after) if after else LARGEST_RATIO + 1
            return replace(search, ratio=ratio if ratio <= LARGEST_RATIO else None)
        case "barred":
            kept = tuple(one for one in search.barred if one not in firms)
            return replace(search, barred=kept, stated=search.stated and firms <= set(search.barred))
        case "pinned" if firms <= set(search.pinned):
            return replace(search, pinned=tuple(one for one in search.pinned if one not in firms))
    return None


def entry_cost(search: Search, consortium: Consortium) -> float:
    """What is to be reached together, in whole units of the group's currency."""
    return float(from_units(search.entry_minor or 0, decimals_of(consortium.currency)))
