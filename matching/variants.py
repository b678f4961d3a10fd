"""One firm in thousands of variants as columns, for the price of what differs."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace
from typing import Any

import numpy as np

from matching.changes import BUILDERS, Change, apply_changes
from matching.columns import (
    FACET,
    FACET_NEED,
    LISTS,
    MARKETS,
    NEARNESS,
    NEEDS,
    OFFERS,
    PRIORITIES,
    Columns,
    Words,
    encode,
)
from matching.nearness import FirmDistances, Home
from matching.profile import FACETS, Profile

NOTHING = -1
"""Stands in a table of variants where there is no further change."""


def narrow(firm: Profile, markets: Collection[str]) -> Profile:
    """Return the firm with its distances to these markets alone; whoever wants no other market scores it the same.

    Examples
    --------
    >>> firm = Profile("a", distances={"ESP": {"lang": 0.5}, "FRA": {"lang": 0.9}})
    >>> narrow(firm, {"FRA"}).distances
    {'FRA': {'lang': 0.9}}
    """
    far = firm.distances
    if not isinstance(far, FirmDistances):
        return replace(firm, distances={market: parts for market, parts in far.items() if market in markets})
    home = Home({m: far.home.parts[m] for m in sorted(markets) if m in far.home.parts}, far.home.languages)
    return replace(firm, distances=replace(far, home=home))


def encode_variants(firm: Profile, changes: Sequence[Change], table: np.ndarray, words: Words) -> Columns:
    """Return one row for each variant, the same as ``encode`` of the changed profiles gives.

    Parameters
    ----------
    firm : Profile
    changes : sequence of Change
        Each is used by one variant or more, or by none.
    table : int array [variant, change]
        For each variant the places in ``changes`` of what is changed together, -1 for nothing.
    words : Words

    Notes
    -----
    Kinds of change touch different parts of a row, so a part is made once for each different set of changes that
    touches it, and the rows are put together by array operations.

    Examples
    --------
    >>> firm = Profile("a", offers=frozenset({"x"}))
    >>> columns = encode_variants(firm, [Change("offer", "y")], np.array([[-1], [0]]), Words())
    >>> columns.starts[[OFFERS, OFFERS + 1, LISTS + OFFERS, LISTS + OFFERS + 1]].tolist()
    [0, 1, 1, 3]
    """
    base, count = encode([firm], words), len(table)
    touched = {
        OFFERS: ("offer", lambda made: words.numbers("capability", _changed(firm, made, "offers"))),
        NEEDS: ("need", lambda made: words.numbers("capability", _changed(firm, made, "needs"))),
        MARKETS: (
            "market",
            lambda made: [words.number("market", m) for m in sorted(_changed(firm, made, "targets"))],
        ),
        PRIORITIES: ("market", lambda made: [p for _, p in sorted(_changed(firm, made, "targets").items())]),
    }
    lists = []
    for which in range(LISTS):
        if which in touched:
            kind, make = touched[which]
            states, sets = _states(changes, table, kind)
            lists.append((states, [np.array(make(made), np.int64) for made in sets]))
        else:
            part = base.items[base.starts[which] : base.starts[which + 1]]
            lists.append((np.zeros(count, np.int64), [part]))
    starts, items = _interleave(lists, count)
    general, facets, wanted = _readiness(firm, changes, table)
    kinds, nearness, distances = _nearness(firm, base, changes, table, words)
    measures = np.repeat(base.measures, count, axis=0)
    measures[:, FACET:FACET_NEED] = general
    marks = np.repeat(base.marks, count, axis=0)
    marks[:, NEARNESS] = kinds
    return base._replace(
        measures=measures,
        marks=marks,
        starts=starts,
        items=items,
        product_starts=np.arange(count + 1) * len(base.products),
        products=np.tile(base.products, (count, 1)),
        target_starts=_running(wanted),
        facets=facets,
        nearness=nearness,
        distances=distances,
    )


def _changed(firm: Profile, changes: Sequence[Change], name: str) -> Any:
    """Return a field of the firm as it would be."""
    return BUILDERS[changes[0].kind](firm, changes)[name] if changes else getattr(firm, name)


def _states(changes: Sequence[Change], table: np.ndarray, kind: str) -> tuple[np.ndarray, list[list[Change]]]:
    """Return for each variant the number of its set of changes of one kind, and the sets."""
    is_kind = np.array([*(change.kind == kind for change in changes), False])
    kept = np.sort(np.where(is_kind[table], table, NOTHING), axis=1) + 1
    codes = kept @ (len(changes) + 1) ** np.arange(kept.shape[1])
    _, first, states = np.unique(codes, return_index=True, return_inverse=True)
    return states, [[changes[place - 1] for place in row if place > 0] for row in kept[first].tolist()]


def _readiness(
    firm: Profile, changes: Sequence[Change], table: np.ndarray
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Return the facets of each variant in general, those in each of its markets, and how many markets it has."""
    new = {change.what for change in changes if change.kind == "market"} - firm.targets.keys()
    markets = sorted({*firm.targets, *new})
    plain = np.array([_row(firm.facets), *(_row(firm.facets_in(market)) for market in markets)])
    # What each change adds in general and in each market, and nothing in a last row for no change.
    added = np.zeros((len(changes) + 1, *plain.shape))
    wants = np.zeros((len(changes) + 1, len(markets)), bool)
    for place, change in enumerate(changes):
        if change.kind == "answer":
            added[place] = _added(firm, change, markets, plain)
        elif change.kind == "market" and change.what in new:
            wants[place, markets.index(change.what)] = True
    total = plain
    for column in table.T:
        total = np.minimum(1.0, total + added[column])
    total = np.broadcast_to(total, (len(table), *plain.shape))
    mask = wants[table].any(axis=1) | np.array([market in firm.targets for market in markets], bool)
    return total[:, 0], total[:, 1:][mask], mask.sum(axis=1)


def _added(firm: Profile, change: Change, markets: Sequence[str], plain: np.ndarray) -> np.ndarray:
    built = BUILDERS["answer"](firm, [change])
    there = [_row({**built["facets"], **built["market_facets"].get(market, {})}) for market in markets]
    lifted = np.array([_row(built["facets"]), *there]) != plain
    return np.where(lifted, change.points, 0.0)


def _row(facets: Mapping[str, float]) -> list[float]:
    return [facets.get(facet, -1.0) for facet in FACETS]


def _nearness(
    firm: Profile, base: Columns, changes: Sequence[Change], table: np.ndarray, words: Words
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Return the kind of nearness of each variant, one for each different set of languages, and their distances."""
    if base.marks[0, NEARNESS] < 0:
        return np.full(len(table), -1), base.nearness, base.distances
    states, sets = _states(changes, table, "language")
    alone = Profile(firm.id, languages=firm.languages, distances=firm.distances)
    encoded = encode([apply_changes(alone, made) for made in sets], words)
    return encoded.marks[states, NEARNESS], encoded.nearness, encoded.distances


def _interleave(lists: Sequence[tuple[np.ndarray, list[np.ndarray]]], count: int) -> tuple[np.ndarray, np.ndarray]:
    """Put lists that are given one by one, as states and what they hold, into the order of the firms."""
    lengths = np.array([np.array([len(part) for part in parts])[states] for states, parts in lists], np.int64).T
    starts = _running(lengths.ravel())
    items = np.zeros(starts[-1], np.int64)
    for which, (states, parts) in enumerate(lists):
        values, ends = np.concatenate(parts), _running(np.array([len(part) for part in parts]))
        within = _counting(lengths[:, which])
        into = np.repeat(starts[which :: len(lists)][:count], lengths[:, which]) + within
        items[into] = values[np.repeat(ends[states], lengths[:, which]) + within]
    return starts, items


def _counting(lengths: np.ndarray) -> np.ndarray:
    """Return 0, 1, 2 … anew for each length."""
    return np.arange(lengths.sum()) - np.repeat(np.cumsum(lengths) - lengths, lengths)


def _running(lengths: np.ndarray) -> np.ndarray:
    starts = np.zeros(len(lengths) + 1, np.int64)
    np.cumsum(lengths, out=starts[1:])
    return starts
