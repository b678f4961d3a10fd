"""Blocks done by worker processes of this machine, or by the workers of a Dask scheduler.

What blocks need of all firms goes to each worker once: workers of this machine
map one folder of files and share its pages; those behind a scheduler are sent
it. With a block go only the lists of its firms. A block whose worker was lost
is done again, by the scheduler or, where what it needs was lost too, by us.
"""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from concurrent.futures import Future
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any

import numpy as np

from matching.compiling import fingerprint
from matching.pairs.blocks import Block, Found, do_block
from matching.pairs.prepared import Prepared, open_prepared, own, write_prepared

PATIENCE = 60
"""Seconds in which a worker must be there."""

SETTINGS = {
    "distributed.admin.large-graph-warning-threshold": "1 GB",  # the lists of a block are some megabytes
    "distributed.worker.profile.enabled": False,  # it would look every 10 ms at what a thread does
}


class ClusterUnavailable(RuntimeError):
    """The workers cannot be reached, are gone, or have another version of the engine; the message says which."""


def check_workers(workers: int | str | None) -> None:
    """Raise ValueError unless it is nothing, a number of processes from 1 on, or the address of a scheduler.

    Examples
    --------
    >>> check_workers(2), check_workers("tcp://scheduler.example.org:8786")
    (None, None)
    >>> check_workers("two")
    Traceback (most recent call last):
    ...
    ValueError: workers: 'two' is neither a number from 1 on nor an address such as tcp://host:8786
    """
    is_number = isinstance(workers, int) and not isinstance(workers, bool) and workers >= 1
    is_address = isinstance(workers, str) and "://" in workers
    if workers is not None and not is_number and not is_address:
        raise ValueError(f"workers: {workers!r} is neither a number from 1 on nor an address such as tcp://host:8786")


class Workers:
    """Workers that blocks are handed to; ``hands`` tells how many blocks they can do at a time.

    ``folder`` is one that all of them can read, if there is one.
    """

    def __init__(self, client: Any, folder: Path | None) -> None:
        self.client = client
        self.folder = folder
        self.executor = client.get_executor(pure=False)
        self.engine = fingerprint(__file__)
        self.hands = max(1, sum(client.nthreads().values()))

    def learn(self, prepared: Prepared) -> None:
        """Give every worker what the next blocks need of all firms."""
        self.prepared = prepared
        self.shared: Any
        if self.folder is None:
            (self.shared,) = self.client.scatter([prepared], broadcast=True, hash=False)
            return
        made = Path(tempfile.mkdtemp(dir=self.folder))
        write_prepared(made, prepared)
        self.shared = str(made)

    def hand(self, block: Block, scores: np.ndarray, firms: np.ndarray) -> Future[Found]:
        """Give out a block."""
        return self.executor.submit(_do, self.engine, self.shared, block, scores, firms)

    def renew(self) -> None:
        """Make good what was lost, if there is anybody to do so for. Raises ClusterUnavailable."""
        self.wait()
        self.learn(self.prepared)

    def wait(self) -> None:
        """Wait for a worker. Raises ClusterUnavailable if none comes."""
        try:
            self.client.wait_for_workers(1, timeout=PATIENCE)
        except TimeoutError as error:
            raise ClusterUnavailable(f"no worker came within {PATIENCE} seconds") from error


@contextmanager
def workers_at(workers: int | str) -> Iterator[Workers]:
    """Start so many worker processes, or go to the scheduler at an address. Raises ClusterUnavailable."""
    check_workers(workers)
    try:
        import dask
        from distributed import Client, LocalCluster
    except ImportError as error:
        raise ClusterUnavailable(
            "Worker processes need the package distributed (requirements-cluster.txt)."
        ) from error
    with ExitStack() as stack:
        stack.enter_context(dask.config.set(SETTINGS))
        folder = None
        where: Any = workers
        if isinstance(workers, int):
            folder = stack.enter_context(tempfile.TemporaryDirectory(prefix="pairs-", ignore_cleanup_errors=True))
            where = stack.enter_context(
                LocalCluster(
                    n_workers=workers,
                    threads_per_worker=1,
                    memory_limit=0,
                    dashboard_address="127.0.0.1:0",
                    local_directory=folder,
                )
            )
        try:
            client = stack.enter_context(Client(where, timeout=PATIENCE, set_as_default=False))
            client.wait_for_workers(1, timeout=PATIENCE)
        except (OSError, TimeoutError) as error:
            raise ClusterUnavailable(f"no workers at {workers}: {error}") from error
        yield Workers(client, Path(folder) if folder else None)


def _do(engine: str, shared: str | Prepared, block: Block, scores: np.ndarray, firms: np.ndarray) -> Found:
    """Do a block, on a worker."""
    if engine != fingerprint(__file__):
        raise ClusterUnavailable("a worker has another version of the engine, whose scores may differ")
    prepared = open_prepared(shared) if isinstance(shared, str) else own(shared)
    # What came over the network may not be written to.
    return do_block(prepared, Block(*block), np.array(scores), np.array(firms))
