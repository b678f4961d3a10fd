"""The Harmonized System as far as matching needs it: sections, and how close two products are."""

from __future__ import annotations

from bisect import bisect_left

from matching.profile import Product

_LAST_CHAPTER = (5, 14, 15, 24, 27, 38, 40, 43, 46, 49, 63, 67, 70, 71, 83, 85, 89, 92, 93, 96, 97)

NONE, SECTION, CHAPTER, HEADING, SAME = range(5)
"""How far two products share their code, from nothing to the same product."""


def section(chapter: int) -> int | None:
    """Return the HS section, from 1 to 21, of a chapter.

    Chapter 77 is reserved and 98 and 99 are for national use: none of them has
    a section, so that two such products have nothing in common but the chapter.

    Examples
    --------
    >>> section(9), section(64), section(97)
    (2, 12, 21)
    >>> section(99) is None
    True
    """
    if not 1 <= chapter <= 97 or chapter == 77:
        return None
    return bisect_left(_LAST_CHAPTER, chapter) + 1


_SECTION_OF = {f"{chapter:02d}": section(chapter) for chapter in range(1, 100)}


def level(p: Product, q: Product) -> int:
    """Return how far two products share their HS code.

    The same six digits are the ``SAME`` product, unless both price tiers or
    both segments are known and differ: then it counts as the same ``HEADING``
    (science note 3.4). A code given at four or two digits cannot tell more
    than its own length, so it reaches ``HEADING`` or ``CHAPTER`` at most (our
    design).

    Examples
    --------
    >>> level(Product("090121"), Product("090121")) == SAME
    True
    >>> level(Product("090121", tier=2), Product("090121", tier=5)) == HEADING
    True
    >>> level(Product("09"), Product("090121")) == CHAPTER
    True
    """
    one, other = p.hs, q.hs
    if one[:2] != other[:2]:
        shared = _SECTION_OF[one[:2]]
        return SECTION if shared is not None and shared == _SECTION_OF[other[:2]] else NONE
    if one == other and len(one) == 6:
        return HEADING if _differ(p.tier, q.tier) or _differ(p.segment, q.segment) else SAME
    return HEADING if len(one) >= 4 and len(other) >= 4 and one[:4] == other[:4] else CHAPTER


def relatedness(p: Product, q: Product) -> float:
    """Return how related two products are: 1, .75, .5, .25 or 0, a quarter per shared level.

    Examples
    --------
    >>> relatedness(Product("090121"), Product("090210"))
    0.5
    """
    return level(p, q) / SAME


def _differ(x: object, y: object) -> bool:
    return x is not None and y is not None and x != y
