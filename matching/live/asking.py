"""The sparse row that one firm asks others with, in the features that the lists of others are in.

``bounds`` says what is asked, for all firms at once and in NumPy; here it is
said again for a single one, compiled, because a live query waits for it. A
test holds the two together.
"""

from __future__ import annotations

import numpy as np

from matching.bounds import (
    COVERS_MINE,
    COVERS_THEIRS,
    FITS_MINE,
    FITS_THEIRS,
    SAME_LINKS,
    SAME_MARKETS,
    SAME_NORMS,
    SAME_OBJECTIVES,
    STEP,
    SUMS,
)
from matching.columns import (
    CHAPTER,
    HEADING,
    LINKS,
    MARKETS,
    NEEDS,
    NORMS,
    OBJECTIVES,
    OFFERS,
    PRIORITIES,
    SECTION,
    SOLD_WITH,
    Columns,
)
from matching.compiling import compiled

# The spaces of numbers, in the order in which bounds.build_bounds opens them.
(OBJECTIVE, NORM, LINK, NAMED, NAMING, WISH, OFFERED, NEEDED, SELLS, SOLD, DECLARED) = range(11)
CODES = 1000
"""Headings stand behind chapters and sections, as in bounds."""


def ask(one: Columns, spaces: np.ndarray, space_starts: np.ndarray) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Return features, values and where each channel begins, for the one firm; ties are left to the caller.

    ``spaces`` holds the number behind each feature, rising inside each space.
    """
    most = 4 * len(one.items) + 8 * len(one.products)
    features, values = np.zeros(most, np.int64), np.zeros(most, np.float32)
    starts = np.zeros(SUMS + 1, np.int64)
    _ask(one, spaces, space_starts, features, values, starts)
    return features, values, starts


@compiled
def _find(spaces, space_starts, space, number):
    """Return the feature of a number in a space, -1 if nobody has it."""
    low, high = space_starts[space], space_starts[space + 1]
    end = high
    while low < high:
        middle = (low + high) // 2
        if spaces[middle] < number:
            low = middle + 1
        else:
            high = middle
    return low if low < end and spaces[low] == number else -1


@compiled
def _add(features, values, first, last, feature, value):
    """Add a value to a feature of this channel and return where the channel now ends."""
    if feature < 0:
        return last
    for p in range(first, last):
        if features[p] == feature:
            values[p] += value
            return last
    features[last] = feature
    values[last] = value
    return last + 1


@compiled
def _ask_list(one, spaces, space_starts, which, space, value, features, values, first, last):
    for k in range(one.starts[which], one.starts[which + 1]):
        feature = _find(spaces, space_starts, space, one.items[k])
        last = _add(features, values, first, last, feature, value)
    return last


@compiled
def _ask_codes(one, p, spaces, space_starts, space, step, share, once, features, values, first, last):
    """Ask with section, chapter and heading of a product: each time its share of the steps, or 1 only ``once``."""
    for level in range(3):
        # A chapter that is in no section is one of its own.
        code = one.products[p, SECTION] if one.products[p, SECTION] >= 0 else 200 + one.products[p, CHAPTER]
        if level == 1:
            code = 100 + one.products[p, CHAPTER]
        elif level == 2:
            code = one.products[p, HEADING] + CODES if one.products[p, HEADING] >= 0 else -1
        if code < 0:
            continue
        feature = _find(spaces, space_starts, space, code)
        if once:
            seen = False
            for k in range(first, last):
                seen |= features[k] == feature
            if not seen:
                last = _add(features, values, first, last, feature, 1.0)
        else:
            last = _add(features, values, first, last, feature, -step * share if level == 2 else step * share)
    return last


@compiled
def _ask(one, spaces, space_starts, features, values, starts):
    """Write the row channel by channel."""
    end = 0
    for channel in range(SUMS):
        first = end
        starts[channel] = first
        if channel == SAME_OBJECTIVES:
            end = _ask_list(one, spaces, space_starts, OBJECTIVES, OBJECTIVE, 1.0, features, values, first, end)
        elif channel == SAME_NORMS:
            end = _ask_list(one, spaces, space_starts, NORMS, NORM, 1.0, features, values, first, end)
        elif channel == SAME_LINKS:
            end = _ask_list(one, spaces, space_starts, LINKS, LINK, 1.0, features, values, first, end)
        elif channel == COVERS_MINE:
            needs = one.starts[NEEDS + 1] - one.starts[NEEDS]
            end = _ask_list(
                one, spaces, space_starts, NEEDS, OFFERED, 1.0 / max(needs, 1), features, values, first, end
            )
        elif channel == COVERS_THEIRS:
            end = _ask_list(one, spaces, space_starts, OFFERS, NEEDED, 1.0, features, values, first, end)
        elif channel == SAME_MARKETS:
            for k in range(one.starts[MARKETS], one.starts[MARKETS + 1]):
                priority = one.items[one.starts[PRIORITIES] + k - one.starts[MARKETS]]
                for level in range(priority):
                    feature = _find(spaces, space_starts, WISH, one.items[k] * 4 + level)
                    end = _add(features, values, first, end, feature, 1.0)
        elif channel == FITS_MINE:
            end = _ask_fits_mine(one, spaces, space_starts, features, values, first, end)
        elif channel == FITS_THEIRS:
            end = _ask_fits_theirs(one, spaces, space_starts, features, values, first, end)
    starts[SUMS] = end


@compiled
def _ask_fits_mine(one, spaces, space_starts, features, values, first, end):
    """Each of my products by what they sell; they sell what I declare; those of mine that they declare."""
    products = len(one.products)
    share = 1.0 / max(products, 1)
    for p in range(products):
        end = _ask_codes(one, p, spaces, space_starts, SELLS, STEP, share, False, features, values, first, end)
    for k in range(one.starts[SOLD_WITH], one.starts[SOLD_WITH + 1]):
        feature = _find(spaces, space_starts, SELLS, one.items[k] + CODES)
        end = _add(features, values, first, end, feature, 1.0)
    for p in range(products):
        if one.products[p, HEADING] >= 0:
            feature = _find(spaces, space_starts, DECLARED, one.products[p, HEADING] + CODES)
            end = _add(features, values, first, end, feature, share)
    return end


@compiled
def _ask_fits_theirs(one, spaces, space_starts, features, values, first, end):
    """Each of their products by what I sell; those of theirs that I declare; I sell what they declare."""
    products = len(one.products)
    for p in range(products):
        end = _ask_codes(one, p, spaces, space_starts, SOLD, STEP, 1.0, True, features, values, first, end)
    for k in range(one.starts[SOLD_WITH], one.starts[SOLD_WITH + 1]):
        feature = _find(spaces, space_starts, SOLD, one.items[k] + CODES)
        end = _add(features, values, first, end, feature, -1.0 / STEP)
    declared = end
    for p in range(products):
        if one.products[p, HEADING] >= 0:
            feature = _find(spaces, space_starts, DECLARED, one.products[p, HEADING] + CODES)
            seen = False
            for k in range(declared, end):
                seen |= features[k] == feature
            if not seen:
                end = _add(features, values, declared, end, feature, 1.0)
    return end
