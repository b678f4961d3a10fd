"""Pages of lists that may be long."""

from __future__ import annotations


def count_pages(total: int, size: int) -> int:
    """How many pages of a size a list fills; an empty list has one.

    >>> count_pages(0, 20), count_pages(20, 20), count_pages(21, 20)
    (1, 1, 2)
    """
    return max(1, -(-total // size))


def nearest_page(asked: int, total: int, size: int) -> int:
    """The page asked for, or the nearest that there is.

    >>> nearest_page(2, 21, 20), nearest_page(9, 21, 20), nearest_page(-3, 21, 20)
    (2, 2, 1)
    """
    return min(max(asked, 1), count_pages(total, size))
