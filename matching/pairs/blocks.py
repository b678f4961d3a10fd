"""All pairs cut into blocks: the work that one thread or process does at a time."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from matching.bounds import WIDTH
from matching.pairs.prepared import Prepared
from matching.sweep import COUNTED, make_room, sweep

MOST, FEWEST = 64 * WIDTH, 8 * WIDTH
"""Firms in a group: enough that a block's pairs outweigh what is copied for it, few enough that it takes seconds."""


class Block(NamedTuple):
    """The pairs of one group of firms with another that stands before it, or among themselves.

    Groups are ranges of places in the order of ``Prepared``.
    """

    low: int
    high: int
    first: int
    last: int

    @property
    def places(self) -> np.ndarray:
        """The places of all firms of the block, rising."""
        if self.low == self.first:
            return np.arange(self.first, self.last)
        return np.concatenate([np.arange(self.low, self.high), np.arange(self.first, self.last)])


class Found(NamedTuple):
    """What a block adds to the lists: one row for each partner found, and how many pairs came how far."""

    places: np.ndarray  # int64: whose list it enters
    scores: np.ndarray  # float64
    firms: np.ndarray  # int64: the partner's row
    tally: np.ndarray  # int64, in the order of sweep.COUNTED


def cut(firms: int, size: int) -> list[Block]:
    """Cut all pairs of so many firms into blocks of groups of ``size``, a multiple of WIDTH.

    The first group meets all others first, then the second: firms of which little is
    known stand in front, are good partners for many, and fill their lists early.

    Examples
    --------
    >>> [tuple(block) for block in cut(300, 128)][:4]
    [(0, 128, 0, 128), (0, 128, 128, 256), (0, 128, 256, 300), (128, 256, 128, 256)]
    >>> sum(len(block.places) for block in cut(300, 128))
    900
    """
    if size % WIDTH or size <= 0:
        raise ValueError(f"size: {size} is not a multiple of {WIDTH}")
    groups = [(start, min(firms, start + size)) for start in range(0, firms, size)]
    return [Block(*group, *other) for k, group in enumerate(groups) for other in groups[k:]]


def size_for(firms: int, hands: int) -> int:
    """Return the size of groups with which so many threads or processes have enough to share.

    Examples
    --------
    >>> size_for(500, 2), size_for(30_000, 2), size_for(1_000_000, 2), size_for(30_000, 1)
    (1024, 3840, 8192, 8192)
    """
    if hands == 1:
        return MOST
    return min(MOST, max(FEWEST, -(-firms // (4 * hands) // WIDTH) * WIDTH))


def do_block(prepared: Prepared, block: Block, scores: np.ndarray, firms: np.ndarray) -> Found:
    """Compare the pairs of a block.

    Parameters
    ----------
    prepared : Prepared
    block : Block
    scores, firms : array [firm of the block, partner]
        The lists as they were when the block was given out, as heaps with the
        last place on top; they may lack what other blocks find meanwhile. They
        are changed.

    Returns
    -------
    Found
        The partners of this block that entered the lists.
    """
    tally = np.zeros(len(COUNTED), np.int64)
    tiles = np.arange(block.first // WIDTH, -(-block.last // WIDTH))
    room = make_room(prepared.bounds, len(prepared.aims.markets), prepared.rules.weights)
    rows = 0 if block.low == block.first else block.high - block.low
    sweep(
        prepared.columns, prepared.bounds, prepared.aims, tiles, block.low, block.high, *prepared.rules,
        prepared.names, scores, firms, block.low, block.first - rows, room, tally,
    )  # fmt: skip
    # Every pair is in one block alone: a partner that belongs to the other group was found here.
    theirs = np.where(firms >= 0, prepared.places[firms], -1)
    new = (theirs >= block.first) & (theirs < block.last)
    new[rows:] = (theirs[rows:] >= block.low) & (theirs[rows:] < block.high)
    return Found(block.places[np.nonzero(new)[0]], scores[new], firms[new], tally)
