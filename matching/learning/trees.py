"""Small trees that learn to put the chosen first, with signs that are kept; and what each signal adds to a score.

Boosted regression trees [1]_ on binned signals, after the histogram method of LightGBM, with the
pairwise gradients of LambdaMART [2]_. A signal with a sign never works against it: a split that would is
refused, and the values of both sides are bounded by the middle between them all the way down [3]_.

References
----------
.. [1] J. H. Friedman. Greedy function approximation: a gradient boosting machine. Annals of Statistics 29, 2001.
.. [2] C. J. C. Burges. From RankNet to LambdaRank to LambdaMART: an overview. Microsoft Research, 2010.
.. [3] G. Ke et al. LightGBM: a highly efficient gradient boosting decision tree. NeurIPS 2017; its parameter
   ``monotone_constraints_method=basic``.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from matching.compiling import compiled

BINS = 64
DEPTH = 5


@dataclass(frozen=True, slots=True, eq=False)
class Forest:
    """Complete trees of one depth in arrays [tree, node]; the children of node n are 2n + 1 and 2n + 2.

    ``signal`` is -1 where a node is a leaf; a value of at most ``threshold`` goes left, and so does one that is
    not known (nan). ``value`` is the mean of all that reach a node: the value of a leaf is what a tree adds.
    """

    signal: np.ndarray
    threshold: np.ndarray
    value: np.ndarray

    def predict(self, rows: np.ndarray) -> np.ndarray:
        """Return the sum of all trees for rows of signals [row, signal]."""
        total = np.zeros(len(rows))
        add_trees(np.ascontiguousarray(rows, np.float64), self.signal, self.threshold, self.value, total)
        return total

    def contributions(self, rows: np.ndarray) -> np.ndarray:
        """Return what each signal adds [row, signal], and last what everyone starts with.

        On the way to its leaf a row passes nodes; the step from the mean of one node to that of
        the next is credited to the signal that was asked (A. Saabas, 2014). The steps of
        a row add up to its prediction exactly.
        """
        rows = np.ascontiguousarray(rows, np.float64)
        parts = np.zeros((len(rows), rows.shape[1] + 1))
        add_parts(rows, self.signal, self.threshold, self.value, parts)
        return parts


def edges_of(rows: np.ndarray, bins: int = BINS) -> list[np.ndarray]:
    """Return for each signal the rising thresholds between its bins: quantiles of the values that are known."""
    found = []
    for column in rows.T:
        known = np.sort(column[~np.isnan(column)])
        distinct = np.unique(known)
        if len(distinct) < 2:
            found.append(distinct[:0].astype(np.float64))
        elif len(distinct) <= bins:
            found.append((distinct[:-1].astype(np.float64) + distinct[1:]) / 2)
        else:
            places = (np.arange(1, bins) * len(known)) // bins
            found.append(np.unique(known[places].astype(np.float64)))
    return found


def to_bins(rows: np.ndarray, edges: Sequence[np.ndarray]) -> np.ndarray:
    """Return bins [signal, row]: 0 not known, 1 up to the first threshold, and so on."""
    binned = np.zeros((rows.shape[1], len(rows)), np.uint8)
    for signal, edge in enumerate(edges):
        known = ~np.isnan(rows[:, signal])
        binned[signal, known] = 1 + np.searchsorted(edge, rows[known, signal].astype(np.float64), side="left")
    return binned


@compiled
def fill_histogram(binned, used, rows, first, last, slope, curve, histogram):
    """Add slopes and curvatures of some rows by bin: ``histogram`` is [signal, bin, (slope, curve)]."""
    for signal in range(binned.shape[0]):
        for b in range(histogram.shape[1]):
            histogram[signal, b, 0] = 0.0
            histogram[signal, b, 1] = 0.0
        if not used[signal]:
            continue
        for k in range(first, last):
            row = rows[k]
            b = binned[signal, row]
            histogram[signal, b, 0] += slope[row]
            histogram[signal, b, 1] += curve[row]


@compiled
def best_split(histogram, signs, used, low, high, ridge, least, found):
    """Put the best split of a node into ``found``: gain, signal, bin, left value, right value."""
    found[0] = 0.0
    found[1] = -1.0
    for signal in range(histogram.shape[0]):
        if not used[signal]:
            continue
        slope = 0.0
        curve = 0.0
        for b in range(histogram.shape[1]):
            slope += histogram[signal, b, 0]
            curve += histogram[signal, b, 1]
        whole = slope * slope / (curve + ridge)
        left_slope = 0.0
        left_curve = 0.0
        for b in range(histogram.shape[1] - 1):
            left_slope += histogram[signal, b, 0]
            left_curve += histogram[signal, b, 1]
            right_slope = slope - left_slope
            right_curve = curve - left_curve
            if left_curve < least:
                continue
            if right_curve < least:
                break
            left = min(max(left_slope / (left_curve + ridge), low), high)
            right = min(max(right_slope / (right_curve + ridge), low), high)
            if signs[signal] * (right - left) < 0:
                continue
            gain = (
                2 * left_slope * left
                - (left_curve + ridge) * left * left
                + 2 * right_slope * right
                - (right_curve + ridge) * right * right
                - whole
            )
            if gain > found[0]:
                found[0] = gain
                found[1] = signal
                found[2] = b
                found[3] = left
                found[4] = right


@compiled
def part_rows(column, rows, first, last, cut, room):
    """Bring rows whose bin is at most ``cut`` to the front, in order; return where the others begin."""
    middle = first
    kept = 0
    for k in range(first, last):
        row = rows[k]
        if column[row] <= cut:
            rows[middle] = row
            middle += 1
        else:
            room[kept] = row
            kept += 1
    for k in range(kept):
        rows[middle + k] = room[k]
    return middle


@compiled
def add_trees(rows, signal, threshold, value, total):
    """Add each row's leaves to ``total``."""
    for row in range(rows.shape[0]):
        for tree in range(signal.shape[0]):
            node = 0
            while signal[tree, node] >= 0:
                node = 2 * node + (2 if rows[row, signal[tree, node]] > threshold[tree, node] else 1)
            total[row] += value[tree, node]


@compiled
def add_parts(rows, signal, threshold, value, parts):
    """Credit each row's steps to the signals; the last column takes the roots."""
    for row in range(rows.shape[0]):
        for tree in range(signal.shape[0]):
            node = 0
            parts[row, parts.shape[1] - 1] += value[tree, 0]
            while signal[tree, node] >= 0:
                asked = signal[tree, node]
                below = 2 * node + (2 if rows[row, asked] > threshold[tree, node] else 1)
                parts[row, asked] += value[tree, below] - value[tree, node]
                node = below


@compiled
def rank_slopes(score, chosen, starts, order, depth, weight, slope, curve):
    """Add slope and curvature of the pairwise loss, weighted by the nDCG at stake, to ``slope`` and ``curve``.

    ``order`` holds the rows of each list, best score first; ``depth`` is how far down a place counts.
    """
    for one in range(len(starts) - 1):
        if weight[one] == 0:
            continue
        first, last = starts[one], starts[one + 1]
        for p in range(first, last):
            i = order[p]
            if not chosen[i]:
                continue
            mine = 1 / np.log2(p - first + 2.0) if p - first < depth else 0.0
            for r in range(first, last):
                if p - first >= depth and r - first >= depth:
                    break
                j = order[r]
                if chosen[j]:
                    continue
                theirs = 1 / np.log2(r - first + 2.0) if r - first < depth else 0.0
                stake = abs(mine - theirs) * weight[one]
                wrong = 1 / (1 + np.exp(min(50.0, score[i] - score[j])))
                slope[i] += stake * wrong
                slope[j] -= stake * wrong
                curve[i] += stake * wrong * (1 - wrong)
                curve[j] += stake * wrong * (1 - wrong)


def grow(binned, rows, slope, curve, signs, *, rng, ridge, least, rate, share, depth=DEPTH):
    """Grow one tree; return signal, cut and value by node, and what it adds to each row."""
    signals = len(binned)
    nodes = 2 ** (depth + 1) - 1
    signal, cut, value = np.full(nodes, -1, np.int16), np.zeros(nodes, np.int16), np.zeros(nodes)
    low, high = np.full(nodes, -np.inf), np.full(nodes, np.inf)
    bounds = np.zeros((nodes, 2), np.int64)
    rows, room = rows.copy(), np.zeros(len(rows), np.int64)
    bounds[0] = 0, len(rows)
    value[0] = rate * slope[rows].sum() / (curve[rows].sum() + ridge)
    used = np.zeros(signals, np.bool_)
    used[rng.permutation(signals)[: max(1, round(share * signals))]] = True
    found = np.zeros(5)
    histograms = {}
    bins = int(binned.max(initial=0)) + 1
    for node in range(2**depth - 1):
        first, last = bounds[node]
        if (node and signal[(node - 1) // 2] < 0) or last - first < 2:
            continue
        histogram = histograms.pop(node, None)
        if histogram is None:
            histogram = np.zeros((signals, bins, 2))
            fill_histogram(binned, used, rows, first, last, slope, curve, histogram)
        best_split(histogram, signs, used, low[node], high[node], ridge, least, found)
        if found[1] < 0 or found[0] <= 1e-9:
            continue
        asked = int(found[1])
        signal[node], cut[node] = asked, int(found[2])
        left, right = 2 * node + 1, 2 * node + 2
        middle = part_rows(binned[asked], rows, first, last, cut[node], room)
        bounds[left], bounds[right] = (first, middle), (middle, last)
        value[left], value[right] = rate * found[3], rate * found[4]
        low[left], high[left], low[right], high[right] = low[node], high[node], low[node], high[node]
        if signs[asked]:
            between = (found[3] + found[4]) / 2
            if signs[asked] > 0:
                high[left], low[right] = between, between
            else:
                low[left], high[right] = between, between
        if left < 2 ** (depth - 1 + 0) * 2 - 1 and right < 2**depth - 1:
            # The larger side is the whole less the smaller one.
            small, large = (left, right) if middle - first <= last - middle else (right, left)
            part = np.zeros((signals, bins, 2))
            fill_histogram(binned, used, rows, *bounds[small], slope, curve, part)
            histograms[small], histograms[large] = part, histogram - part
    return signal, cut, value


@compiled
def add_binned(binned, signal, cut, value, total):
    """Add the leaves of one tree, given by bins, to ``total``."""
    for row in range(len(total)):
        node = 0
        while signal[node] >= 0:
            node = 2 * node + (2 if binned[signal[node], row] > cut[node] else 1)
        total[row] += value[node]
