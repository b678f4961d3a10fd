"""Whom everybody is compared with where all pairs are too many: the firms that a sample would choose.

Few firms fill most places of all lists, because a score is a mean over what is
known: some firms are good partners for very many. A sample of firms is compared
with all, exactly; those that come up most often among their best are the
*sought-after*. Everybody is then compared with these alone, exactly again: scores
are true, lists of the sought-after are complete, and other lists may miss
partners. How many they miss must be measured on firms like one's own; it is our
own design.
"""

from __future__ import annotations

import numpy as np

from matching.bounds import WIDTH
from matching.pairs.blocks import Block, cut
from matching.pairs.lists import Lists

SAMPLE, DEPTH = 8 * WIDTH, 100
"""Firms asked, and how many of their best count."""
SHARE = 32 * WIDTH
"""Firms that the sample meets at a time."""
NEVER = 9.0
"""A last place that no score reaches."""


class SampleLists(Lists):
    """Lists of the first SAMPLE places; what blocks find for others is passed over."""

    def __init__(self) -> None:
        super().__init__(SAMPLE, DEPTH)

    def of(self, block: Block) -> tuple[np.ndarray, np.ndarray]:
        """Return a copy of the sample's lists, and lists that stay as they are for the others."""
        if block.first == 0:
            return super().of(block)
        others = (block.last - block.first, DEPTH)
        return (
            np.concatenate([self.scores, np.full(others, NEVER)]),
            np.concatenate([self.firms, np.full(others, -1)]),
        )

    def sought(self, firms: int) -> np.ndarray:
        """Return for each firm in how many lists it is."""
        return np.bincount(self.firms[self.firms >= 0], minlength=firms)


def draw_sample(order: np.ndarray) -> np.ndarray:
    """Return an order that begins with SAMPLE firms, taken evenly from the one given; there must be so many."""
    taken = np.zeros(len(order), bool)
    taken[np.linspace(0, len(order) - 1, SAMPLE).astype(np.int64)] = True
    return np.concatenate([order[taken], order[~taken]])


def sample_blocks(firms: int) -> list[Block]:
    """Return the blocks in which the first SAMPLE places meet all others."""
    return [
        Block(0, SAMPLE, 0, SAMPLE),
        *(Block(0, SAMPLE, start, min(firms, start + SHARE)) for start in range(SAMPLE, firms, SHARE)),
    ]


def put_first(order: np.ndarray, sought: np.ndarray, candidates: int) -> np.ndarray:
    """Return the order with the most sought-after firms in front; of equals those of the first rows.

    Examples
    --------
    >>> put_first(np.array([3, 1, 0, 2]), np.array([5, 0, 0, 7]), 2)
    array([3, 0, 1, 2])
    """
    front = np.zeros(len(order), bool)
    front[np.argsort(-sought, kind="stable")[:candidates]] = True
    return np.concatenate([order[front[order]], order[~front[order]]])


def candidate_blocks(firms: int, candidates: int, size: int) -> list[Block]:
    """Return the blocks in which all meet the first ``candidates`` places, whole tiles of them.

    Examples
    --------
    >>> [tuple(block) for block in candidate_blocks(600, 128, 256)]
    [(0, 128, 0, 128), (0, 128, 128, 384), (0, 128, 384, 600)]
    """
    rest = range(candidates, firms, size)
    front = cut(candidates, size)
    groups = [(block.low, block.high) for block in front if block.low == block.first]
    return front + [Block(*group, start, min(firms, start + size)) for group in groups for start in rest]


def whole_tiles(candidates: int) -> int:
    """Return so many candidates or a few more, so that they fill tiles.

    Examples
    --------
    >>> whole_tiles(1), whole_tiles(256), whole_tiles(10_000)
    (128, 256, 10112)
    """
    return -(-candidates // WIDTH) * WIDTH


def is_worth_it(firms: int, candidates: int) -> bool:
    """Tell whether sample and candidates together meet fewer pairs than all do."""
    met = sum(some * (firms - some / 2) for some in (SAMPLE, min(firms, whole_tiles(candidates))))
    return met < firms**2 / 2 and firms > SAMPLE
