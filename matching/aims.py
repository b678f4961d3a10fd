"""What each firm lacks and how far it has to go in each market it wants, in single precision for bounds.

Where a partner's distance is not known it counts as nothing, so that all of
one's own could be saved: that bounds the bridge from above. What is lacking
by so little that single precision would blur it counts as covered; such firms
are *rough* and bounded as if their partners gave them everything.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

import numpy as np

from matching import columns as col
from matching.bounds import firm_and_items
from matching.columns import BLOCK, Columns, in_blocks, take_rows
from matching.entries import put_together, starts_of
from matching.profile import FACETS
from matching.terms import DIMENSIONS, THRESHOLD

SLACK = 1e-6
"""What single precision may lose of a difference, generously."""
LEAST_DISTANCE, LEAST_LACK = 1e-3, 1e-20
"""Below these a firm is rough."""
FACET_COUNT, DIMENSION_COUNT = len(FACETS), len(DIMENSIONS)
WEIGHTS = np.array(list(DIMENSIONS.values()))


class Aims(NamedTuple):
    """The aims of a firm are the markets it wants, or none in particular (-1) where it wants no market."""

    starts: np.ndarray  # int64 [firm + 1]
    places: np.ndarray  # int32 [aim]: market, counted among those that anybody wants
    far: np.ndarray  # float32 [aim * DIMENSION_COUNT]: weighted distances, -1 where not known
    gains: np.ndarray  # float32 [aim]: what a unit of distance saved adds to the bridge
    base: np.ndarray  # float32 [firm]: what the bridge comes to at least: 1 if rough, else what rounding needs
    wishes: np.ndarray  # float32 [aim]: priority
    lack_starts: np.ndarray  # int64 [aim + 1]
    lack_facets: np.ndarray  # int32 [lack]
    lack_levels: np.ndarray  # float32 [lack]: readiness
    lack_needs: np.ndarray  # float32 [lack]: how much is needed
    lacks: np.ndarray  # float32 [lack]: need times what is missing
    unclear: np.ndarray  # bool [firm]: rough in its facets
    held: np.ndarray  # float32 [aim * FACET_COUNT]: facets at the aim, -1 where not known
    own: np.ndarray  # float32 [firm * FACET_COUNT]: facets elsewhere
    kinds: np.ndarray  # int64 [firm]: whose row of ``columns.nearness`` it has, -1 for none
    markets: np.ndarray  # int64 [place]: number of the market
    near: np.ndarray  # float32 [(distances + 1) * DIMENSION_COUNT]: weighted, 0 where not known, as in the last row


def build_aims(columns: Columns, order: np.ndarray | None = None) -> Aims:
    """Turn targets, distances and facets into aims, in an order of the firms, a block at a time."""
    markets = np.unique(firm_and_items(columns, col.MARKETS)[1])
    aims, *found, lacks, facets, levels, needs, lacking, unclear, held, own, kinds = put_together(
        [_aims_of(some, markets) for some in _some_at_a_time(columns, order)]
    )
    near = np.zeros((len(columns.distances) + 1, DIMENSION_COUNT), np.float32)
    near[:-1] = np.maximum(columns.distances, 0) * WEIGHTS
    places, far, gains, base, wishes = found
    return Aims(
        starts_of(aims), places, far.ravel(), gains, base, wishes, starts_of(lacks), facets, levels, needs, lacking,
        unclear, held.ravel(), own.ravel(), kinds, markets, near.ravel(),
    )  # fmt: skip


def _some_at_a_time(columns: Columns, order: np.ndarray | None) -> Iterator[Columns]:
    if order is None and len(columns.marks) <= BLOCK:
        yield columns
        return
    order = np.arange(len(columns.marks)) if order is None else order
    for rows in in_blocks(order):
        yield take_rows(columns, rows)


def _aims_of(columns: Columns, markets: np.ndarray) -> tuple[np.ndarray, ...]:
    """Return the fields of some firms in the order of ``Aims``, with lengths in place of starts."""
    firms = len(columns.marks)
    wanting, market = firm_and_items(columns, col.MARKETS)
    aimless = np.setdiff1d(np.arange(firms), wanting)
    owner = np.concatenate([wanting, aimless])
    order = np.argsort(owner, kind="stable")
    owner = owner[order]
    own = columns.measures[:, col.FACET : col.FACET + FACET_COUNT]
    held = np.concatenate([columns.facets, own[aimless]])[order]
    nowhere = np.full((len(aimless), DIMENSION_COUNT), -1.0)
    far = np.concatenate([_distances(columns, wanting, market), nowhere])[order]
    wishes = np.concatenate([firm_and_items(columns, col.PRIORITIES)[1], np.ones(len(aimless), np.int64)])[order]
    gains, base = _gains(owner, wishes, np.maximum(far, 0) @ WEIGHTS, firms)
    places = np.concatenate([np.searchsorted(markets, market), np.full(len(aimless), -1)])[order]
    return (
        np.bincount(owner, minlength=firms),
        places.astype(np.int32),
        np.where(far >= 0, far * WEIGHTS, -1).astype(np.float32),
        gains.astype(np.float32),
        base.astype(np.float32),
        wishes.astype(np.float32),
        *_lacks(columns, owner, held, firms),
        held.astype(np.float32),
        own.astype(np.float32),
        columns.marks[:, col.NEARNESS],
    )


def _distances(columns: Columns, firm: np.ndarray, market: np.ndarray) -> np.ndarray:
    """Return the distances of firms to markets, -1 where not known."""
    kind = columns.marks[firm, col.NEARNESS]
    known = (kind >= 0) & (market < columns.nearness.shape[1])
    found = np.full((len(firm), DIMENSION_COUNT), -1.0)
    number = columns.nearness[kind[known], market[known]]
    found[known] = np.where(number[:, None] >= 0, columns.distances[number], -1)
    return found


def _gains(owner: np.ndarray, wishes: np.ndarray, distance: np.ndarray, firms: int) -> tuple[np.ndarray, np.ndarray]:
    some = distance > 0
    weight = np.bincount(owner, wishes * some, firms)
    gains = np.where(some, wishes / np.where(some, distance * weight[owner], 1), 0)
    rough = (weight == 0) | (np.bincount(owner, some & (distance < LEAST_DISTANCE), firms) > 0)
    gains[rough[owner]] = 0
    return gains, np.where(rough, 1, SLACK * np.bincount(owner, gains, firms))


def _lacks(columns: Columns, owner: np.ndarray, held: np.ndarray, firms: int) -> tuple[np.ndarray, ...]:
    needs = columns.measures[owner, col.FACET_NEED : col.FACET_NEED + FACET_COUNT]
    lacks = needs * np.where(held >= 0, np.maximum(0, THRESHOLD - held), 0)
    aim, facet = np.nonzero(lacks > 0)
    lack = lacks[aim, facet]
    unclear = np.bincount(owner[aim], lack < LEAST_LACK, firms) > 0
    return (
        np.bincount(aim, minlength=len(owner)),
        facet.astype(np.int32),
        held[aim, facet].astype(np.float32),
        needs[aim, facet].astype(np.float32),
        lack.astype(np.float32),
        unclear,
    )
