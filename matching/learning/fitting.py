"""Fit trees to lists of candidates so that those who were chosen come first; and turn their score into a chance."""

from __future__ import annotations

from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

import numpy as np

from matching.learning.trees import Forest, add_binned, edges_of, grow, rank_slopes, to_bins

PLACES = 10
"""How many places of a list count: nDCG@10."""


@dataclass(frozen=True, slots=True)
class Settings:
    """How trees are grown; found on the consortia of benchmarks/real_consortia.py.

    One forest is fitted for each of ``peers``: what the order of peers among themselves counts in it beside the order
    of all. Each leaves out a fifth of the lists and has its own chance, and their mean is used; five at most.
    """

    trees: int = 120
    rate: float = 0.08
    depth: int = 4
    ridge: float = 1.0
    least: float = 0.5
    signals: float = 0.5
    lists: float = 0.5
    places: int = 20
    peers: tuple[float, ...] = (1.0,)
    seed: int = 0


def fit_forests(
    rows: np.ndarray,
    chosen: np.ndarray,
    starts: np.ndarray,
    signs: np.ndarray,
    settings: Settings,
    peers: np.ndarray | None = None,
    kept: Sequence[np.ndarray] | None = None,
) -> list[Forest]:
    """Fit several forests to lists, each with its own chance and, if wanted, its own part of the lists.

    Parameters
    ----------
    rows : ndarray
        Signals [candidate, signal] of all lists, one after the other; nan is not known.
    chosen : ndarray of bool
    starts : ndarray
        Where each list begins, and last where all end.
    signs : ndarray
        1 where more of a signal must never lower a score, else 0.
    settings : Settings
    peers : ndarray of bool, optional
        Candidates whose order among themselves counts as well.
    kept : sequence of ndarray of int, optional
        For each forest the lists it may learn from; by default all.
    """
    edges = edges_of(rows)
    binned = to_bins(rows, edges)
    lists = np.repeat(np.arange(len(starts) - 1), np.diff(starts))
    parts = [_part(np.ones(len(rows), bool), chosen, lists)]
    if peers is not None and peers.any():
        parts.append(_part(peers, chosen, lists))

    def fit(number: int, usable: np.ndarray) -> Forest:
        rng = np.random.default_rng(settings.seed + number)
        score, slope, curve = np.zeros(len(rows)), np.zeros(len(rows)), np.zeros(len(rows))
        trees = []
        for _ in range(settings.trees):
            in_use = np.zeros(len(starts) - 1, bool)
            in_use[usable[rng.permutation(len(usable))[: max(1, round(settings.lists * len(usable)))]]] = True
            slope[:], curve[:] = 0, 0
            used = np.flatnonzero(in_use[lists])
            best_first = used[np.lexsort((-score[used], lists[used]))]
            for (mask, which, places, stake), weight in zip(parts, (1.0, settings.peers[number]), strict=False):
                order = best_first[mask[best_first]]
                begin = np.append(0, np.cumsum(np.where(in_use[which], np.diff(places), 0)))
                rank_slopes(
                    score, chosen, begin, order, settings.places, weight * stake * in_use[which], slope, curve
                )
            signal, cut, value = grow(
                binned, used, slope, curve, signs, rng=rng, ridge=settings.ridge,
                least=settings.least, rate=settings.rate, share=settings.signals, depth=settings.depth,
            )  # fmt: skip
            add_binned(binned, signal, cut, value, score)
            trees.append((signal, _thresholds(signal, cut, edges), value))
        return Forest(*(np.array([tree[part] for tree in trees]) for part in range(3)))

    if kept is None:
        kept = [np.arange(len(starts) - 1)] * len(settings.peers)
    with ThreadPoolExecutor(2) as workers:  # each is the same whoever fits it
        return list(workers.map(fit, range(len(kept)), kept))


def average(forests: Sequence[Forest]) -> Forest:
    """Return one forest that predicts the mean of several.

    Examples
    --------
    >>> one, two = (Forest(np.array([[-1]]), np.array([[0.0]]), np.array([[value]])) for value in (1.0, 2.0))
    >>> average([one, two]).predict(np.zeros((1, 1))).tolist()
    [1.5]
    """
    return Forest(
        np.concatenate([one.signal for one in forests]),
        np.concatenate([one.threshold for one in forests]),
        np.concatenate([one.value for one in forests]) / len(forests),
    )


def _part(mask: np.ndarray, chosen: np.ndarray, lists: np.ndarray) -> tuple:
    """Return the lists of some candidates: which, where each begins, and what a place at its top is worth."""
    rows = np.flatnonzero(mask)
    which, starts = np.unique(lists[rows], return_index=True)
    hits = np.add.reduceat(chosen[rows].astype(np.int64), starts)
    best = np.cumsum(1 / np.log2(np.arange(PLACES) + 2))[np.clip(hits, 1, PLACES) - 1]
    return mask, which, np.append(starts, len(rows)).astype(np.int64), np.where(hits > 0, 1 / best, 0.0)


def _thresholds(signal: np.ndarray, cut: np.ndarray, edges: Sequence[np.ndarray]) -> np.ndarray:
    found = np.full(len(signal), -np.inf)
    for node in np.flatnonzero((signal >= 0) & (cut > 0)):
        found[node] = edges[signal[node]][cut[node] - 1]
    return found


def fit_chance(score: np.ndarray, chosen: np.ndarray, weight: np.ndarray) -> tuple[float, float]:
    """Return slope and intercept of the log-odds of being chosen, by weighted logistic regression (Platt 1999).

    The slope is at least .01, so that the order stays.

    Examples
    --------
    >>> slope, intercept = fit_chance(np.array([-1.0, 0, 0, 1]), np.array([False, False, True, True]), np.ones(4))
    >>> slope > 0.5, abs(intercept) < 0.1
    (True, True)
    """
    yes, no = weight[chosen].sum(), weight[~chosen].sum()
    slope, intercept = 1.0, float(np.log((yes + 1) / (no + 1)))
    # Platt's targets, a little short of certain, keep the answer finite where the two do not overlap.
    target = np.where(chosen, (yes + 1) / (yes + 2), 1 / (no + 2))
    for _ in range(50):
        chance = 1 / (1 + np.exp(-np.clip(slope * score + intercept, -50, 50)))
        off, bend = weight * (target - chance), weight * chance * (1 - chance)
        gradient = np.array([(off * score).sum() - 0.01 * (slope - 1), off.sum()])
        mixed = (bend * score).sum()
        step = np.linalg.solve([[(bend * score * score).sum() + 0.01, mixed], [mixed, bend.sum() + 1e-9]], gradient)
        slope, intercept = slope + np.clip(step[0], -1, 1), intercept + np.clip(step[1], -2, 2)
        if np.abs(step).max() < 1e-10:
            break
    return max(0.01, float(slope)), float(intercept)
