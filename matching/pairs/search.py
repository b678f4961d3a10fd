"""The best partners of every firm, in this process or wherever its blocks are done."""

from __future__ import annotations

from collections import Counter, deque
from collections.abc import Iterable, Iterator
from concurrent.futures import FIRST_COMPLETED, Executor, Future, ThreadPoolExecutor, wait
from contextlib import contextmanager
from typing import Protocol

import numpy as np

from matching.bounds import keys_of
from matching.columns import Columns
from matching.pairs.blocks import Block, Found, cut, do_block, size_for
from matching.pairs.candidates import (
    SampleLists,
    candidate_blocks,
    draw_sample,
    is_worth_it,
    put_first,
    sample_blocks,
    whole_tiles,
)
from matching.pairs.cluster import ClusterUnavailable, workers_at
from matching.pairs.lists import Lists
from matching.pairs.prepared import Prepared, prepare
from matching.rules import Rules
from matching.sweep import COUNTED

MOST_LOST = 3
"""How often one block may be lost with all that it needs before we give up."""
SILENCE = 30.0
"""Seconds without any block done after which we look whether anybody is left."""


class Crew(Protocol):
    """Whoever does blocks: threads of this process, or ``cluster.Workers``."""

    @property
    def hands(self) -> int: ...

    def learn(self, prepared: Prepared) -> None:
        """Get what the next blocks need of all firms."""

    def hand(self, block: Block, scores: np.ndarray, firms: np.ndarray) -> Future[Found]:
        """Give out a block with its lists as they are."""

    def renew(self) -> None:
        """Make good what was lost, or raise."""

    def wait(self) -> None:
        """Wait until somebody is there, or raise."""


class Threads:
    """Threads of this process."""

    def __init__(self, pool: Executor, hands: int) -> None:
        self.pool, self.hands = pool, hands

    def learn(self, prepared: Prepared) -> None:
        self.prepared = prepared

    def hand(self, block: Block, scores: np.ndarray, firms: np.ndarray) -> Future[Found]:
        return self.pool.submit(do_block, self.prepared, block, scores, firms)

    def renew(self) -> None:
        """Nothing is lost here."""

    def wait(self) -> None:
        """Somebody is always here."""


def best_of_all(
    columns: Columns,
    count: int,
    rules: Rules,
    *,
    threads: int = 1,
    workers: int | str | None = None,
    candidates: int | None = None,
    size: int | None = None,
    tally: np.ndarray | None = None,
) -> tuple[np.ndarray, np.ndarray]:
    """Find the best partners of every firm.

    Parameters
    ----------
    columns : Columns
    count : int
        How many partners a firm is given.
    rules : Rules
    threads : int
        Threads that work in this process, where there are no workers.
    workers : int or str, optional
        So many worker processes, or the address of a Dask scheduler, see ``cluster``.
    candidates : int, optional
        Compare every firm only with about so many that are most sought after, see
        ``candidates``: lists may then miss partners. By default with all.
    size : int, optional
        Firms in a group of a block, a multiple of ``bounds.WIDTH``.
    tally : int64 [len(sweep.COUNTED)], optional
        Receives how many pairs came how far.

    Returns
    -------
    scores : float64 [firm, count]
        Best first, 0 where there are fewer.
    partners : int64 [firm, count]
        Rows of the columns, of equals the first; -1 where there are fewer.

    Raises
    ------
    ClusterUnavailable
        If there are no workers, or none are left.

    Notes
    -----
    Neither threads, workers nor the size of blocks show in what is found.
    """
    order = np.argsort(keys_of(columns), kind="stable")
    with crew_for(threads, workers) as crew:
        group = size or size_for(len(order), crew.hands)
        blocks = cut(len(order), group)
        counted = np.zeros(len(COUNTED), np.int64)
        if candidates is not None and is_worth_it(len(order), candidates):
            order = put_first(order, _sought(columns, order, rules, crew, counted), whole_tiles(candidates))
            blocks = candidate_blocks(len(order), whole_tiles(candidates), group)
        prepared = prepare(columns, order, rules)
        crew.learn(prepared)
        lists = Lists(len(order), count)
        counted += do_all(blocks, lists, crew)
    if tally is not None:
        tally += counted
    return lists.sorted(prepared.places)


def _sought(columns: Columns, order: np.ndarray, rules: Rules, crew: Crew, counted: np.ndarray) -> np.ndarray:
    """Return how often each firm is among the best of a sample."""
    crew.learn(prepare(columns, draw_sample(order), rules))
    lists = SampleLists()
    counted += do_all(sample_blocks(len(order)), lists, crew)
    return lists.sought(len(order))


@contextmanager
def crew_for(threads: int, workers: int | str | None) -> Iterator[Crew]:
    """Get together whoever does the blocks, and let them go afterwards."""
    if workers is not None:
        with workers_at(workers) as crew:
            yield crew
        return
    with ThreadPoolExecutor(threads) as pool:
        yield Threads(pool, threads)


def do_all(blocks: Iterable[Block], lists: Lists, crew: Crew) -> np.ndarray:
    """Have all blocks done, each begun with the lists as they are then, and return how many pairs came how far.

    One block more than there are hands is given out, so that nobody waits for the next.
    """
    waiting = deque(blocks)
    running: dict[Future[Found], Block] = {}
    lost: Counter[Block] = Counter()
    tally = np.zeros(len(COUNTED), np.int64)
    try:
        while waiting or running:
            while waiting and len(running) < _ahead(crew.hands):
                block = waiting.popleft()
                running[crew.hand(block, *lists.of(block))] = block
            done = wait(running, timeout=SILENCE, return_when=FIRST_COMPLETED).done
            if not done:
                crew.wait()
            for future in done:
                block = running.pop(future)
                if future.cancelled():  # what it needs went with the worker that had it
                    _give_back(block, lost, waiting, crew)
                    continue
                found = future.result()
                lists.take_in(found)
                tally += found.tally
    finally:
        for future in running:
            future.cancel()
    return tally


def _ahead(hands: int) -> int:
    """Return how many blocks are given out at a time.

    >>> _ahead(1), _ahead(2)
    (1, 3)
    """
    return hands if hands == 1 else hands + 1


def _give_back(block: Block, lost: Counter[Block], waiting: deque[Block], crew: Crew) -> None:
    lost[block] += 1
    if lost[block] > MOST_LOST:
        raise ClusterUnavailable(f"a block was lost {lost[block]} times")
    crew.renew()
    waiting.appendleft(block)
