"""All firms prepared to be compared with one: who has what, by block, and who names whom."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from matching import columns as col
from matching.aims import Aims, build_aims
from matching.bounds import WIDTH, Bounds, build_bounds, firm_and_items, keys_of, lengths_of
from matching.columns import Columns
from matching.entries import Spaces
from matching.live.reaching import Reach, build_reach

BLOCK = 16 * WIDTH
"""Firms that are looked at together: what is known of their pairs stays in the processor's cache."""


class Postings(NamedTuple):
    """Who has what: firms and values by block and feature, firms by their number, and the lists that name others."""

    starts: np.ndarray  # int64 [block * features + 1]
    firms: np.ndarray  # uint16, counted from the first of the block
    values: np.ndarray  # float32
    space_starts: np.ndarray  # int64, where each space of numbers begins among the features
    spaces: np.ndarray  # int64, the number behind each feature, rising inside its space
    numbers: np.ndarray  # int64, the firms' numbers in rising order
    rows: np.ndarray  # int32, the firms that have them
    tied: np.ndarray  # int64, numbers that are named in ties, rising
    tying: np.ndarray  # int32, the firms that name them
    blocked: np.ndarray  # int64, numbers that are blocked, rising
    blocking: np.ndarray  # int32, the firms that block them
    wished: np.ndarray  # int64, numbers of target markets, rising
    wishing: np.ndarray  # int32, the firms that want them
    offered: np.ndarray  # int64, numbers of capabilities, rising
    offering: np.ndarray  # int32, the firms that offer them
    barred: np.ndarray  # bool [firm], whom nobody may be paired with
    promising: np.ndarray  # bool [firm], who has made exclusive promises
    keys: np.ndarray  # int64 [block], what the first firm of each block wants and makes


class Prepared(NamedTuple):
    """All firms, prepared to be compared with one."""

    lanes: np.ndarray  # float32, as in Bounds
    postings: Postings
    aims: Aims
    reach: Reach


def prepare(columns: Columns) -> Prepared:
    """Prepare firms, which are sorted by ``keys_of``."""
    spaces = Spaces()
    made = build_bounds(columns, spaces)
    return Prepared(made.lanes, _postings(columns, made, spaces.numbers), build_aims(columns), build_reach(columns))


def _postings(columns: Columns, made: Bounds, spaces: list[np.ndarray]) -> Postings:
    count, features = len(columns.marks), max(1, made.features)
    owner = np.repeat(np.arange(count), np.diff(made.give_starts))
    where = owner // BLOCK * features + made.give_features
    order = np.argsort(where, kind="stable")
    blocks = -(-count // BLOCK)
    numbers = columns.marks[:, col.FIRM]
    rows = np.argsort(numbers, kind="stable")
    tying, tied = _by_item(columns, col.TIES)
    blocking, blocked = _by_item(columns, col.BLOCKED)
    wishing, wished = _by_item(columns, col.MARKETS)
    offering, offered = _by_item(columns, col.OFFERS)
    return Postings(
        starts=np.concatenate([[0], np.cumsum(np.bincount(where, minlength=blocks * features))]).astype(np.int64),
        firms=(owner[order] % BLOCK).astype(np.uint16),
        values=made.give_values[order],
        space_starts=np.concatenate([[0], np.cumsum([len(space) for space in spaces])]).astype(np.int64),
        spaces=np.concatenate(spaces).astype(np.int64),
        numbers=numbers[rows],
        rows=rows.astype(np.int32),
        tied=tied,
        tying=tying,
        blocked=blocked,
        blocking=blocking,
        wished=wished,
        wishing=wishing,
        offered=offered,
        offering=offering,
        barred=columns.marks[:, col.FLAGS] & (col.COMPLIANCE | col.CANNOT_SIGN) > 0,
        promising=lengths_of(columns, col.EXCLUSIVE) > 0,
        keys=keys_of(columns)[::BLOCK],
    )


def _by_item(columns: Columns, which: int) -> tuple[np.ndarray, np.ndarray]:
    firm, items = firm_and_items(columns, which)
    order = np.argsort(items, kind="stable")
    return firm[order].astype(np.int32), items[order]


def between(named: np.ndarray, naming: np.ndarray, number: int) -> np.ndarray:
    """Return who stands beside a number in a list in the order of numbers."""
    first, last = np.searchsorted(named, [number, number + 1])
    return naming[first:last]
