"""Where the time of our search of all pairs goes, measured on some of its tiles."""

from __future__ import annotations

import time

import numpy as np

from benchmarks.pair_work import BEST, LOSS, W
from matching import bounding, sweep
from matching.aims import build_aims
from matching.bounds import WIDTH, build_bounds, keys_of
from matching.columns import Columns, take
from matching.compiling import compiled

TILES = 12
"""Tiles that are measured."""


@compiled(fastmath=bounding.FAST, error_model="numpy")
def _add(room, tile, rows, asks, B, count):
    for i in range(count):
        sweep._add_up(room, tile, rows, asks, B, i)


@compiled(fastmath=bounding.FAST, error_model="numpy")
def _reach(room, near, held, slots, aims, B, count):
    for i in range(count):
        sweep.bridge_row(room, near, aims, i)
        sweep.strengthen_row(room, held, slots, aims, i)


@compiled(fastmath=bounding.FAST, error_model="numpy")
def _bound(room, B, t, count, w):
    for i in range(count):
        bounding.bound_closely(room, B.numbers, i, B.lanes, t, w)


@compiled
def _prepare(tile, rows, near, held, slots, A, B, aims, first, last):
    sweep._fill(tile, rows, B, first, last)
    some = len(A.distances) > 0 and sweep.fill_near(near, A, aims, first, last)
    return sweep.fill_held(held, slots, B, aims, first, last) or some


def profile(columns: Columns) -> dict:
    """Return nanoseconds a pair by part, CPU seconds of all bounds, and floating point operations."""
    sorted_columns = take(columns, np.argsort(keys_of(columns), kind="stable"))
    tiles, aims = build_bounds(sorted_columns), build_aims(sorted_columns)
    count = len(sorted_columns.marks)
    tile, rows, asks, near, held, slots, room, *_, w = sweep.make_room(tiles, len(aims.markets), W)
    parts = {"inner products": 0.0, "bridge and readiness": 0.0, "terms and mean": 0.0, "tiles": 0.0}
    chosen = np.unique(np.linspace(0, -(-count // WIDTH) - 1, TILES).astype(np.int64))
    for warm in (True, False):
        for t in chosen[:1] if warm else chosen:
            first, last = int(t) * WIDTH, min(count, (int(t) + 1) * WIDTH)
            rows[:] = -1
            parts["tiles"] += clock(_prepare, tile, rows, near, held, slots, sorted_columns, tiles, aims, first, last)
            parts["inner products"] += clock(_add, room, tile, rows, asks, tiles, count)
            if len(columns.distances):
                parts["bridge and readiness"] += clock(_reach, room, near, held, slots, aims, tiles, count)
            parts["terms and mean"] += clock(_bound, room, tiles, int(t), count, w)
        if warm:
            parts = dict.fromkeys(parts, 0.0)
    pairs = count * WIDTH * len(chosen)
    found = {name: seconds / pairs * 1e9 for name, seconds in parts.items()}
    return {
        "parts": found,
        "bounds": time_bounds(sorted_columns, tiles, aims),
        "flops": 2 * len(tiles.ask_features) * count / 2,
        "dense": 2 * count**2 / 2 * tiles.features,
    }


def time_bounds(A: Columns, tiles, aims) -> float:
    """Return the CPU seconds of a search in which no pair reaches a list, from some of the tiles."""
    count = len(A.marks)
    every = -(-count // WIDTH)
    # Tiles from both ends in pairs: later ones meet more firms.
    chosen = np.unique(
        [t for k in np.linspace(0, every // 2, TILES // 2).astype(np.int64) for t in (k, every - 1 - k)]
    )
    met = sum(min(count, (t + 1) * WIDTH) for t in chosen.tolist())
    lists = np.full((count, BEST), 9.0), np.full((count, BEST), -1, np.int64)
    tally = np.zeros(len(sweep.COUNTED), np.int64)
    room = sweep.make_room(tiles, len(aims.markets), W)
    seconds = clock(
        sweep.sweep,
        A,
        tiles,
        aims,
        chosen,
        0,
        count,
        W,
        LOSS,
        False,
        np.arange(count),
        *lists,
        0,
        0,
        room,
        tally,
    )
    return seconds * (count * every / 2) / met


def clock(work, *arguments) -> float:
    """Return the CPU seconds that a call takes."""
    started = time.process_time()
    work(*arguments)
    return time.process_time() - started
