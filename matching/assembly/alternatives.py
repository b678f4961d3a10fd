"""Groups that really differ from those found before."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from matching.assembly.tables import Tables

APART = 2
"""Members of an alternative that an earlier group does not have (our design): a member more, a member less or one
member exchanged is the same group, worsened."""


def differing(tables: Tables, earlier: Sequence[Sequence[int]]) -> Tables:
    """Return tables whose allowed groups have at least two members beside each of the earlier groups.

    The count of members beside an earlier group is one more sum that must be reached.

    Examples
    --------
    >>> from matching.assembly import Candidate, Problem
    >>> from matching.assembly.tables import set_up
    >>> from matching.assembly.value import is_allowed
    >>> from matching.profile import Profile
    >>> tables = set_up(Problem("PRT"), [Candidate(Profile(name)) for name in "abcde"]).tables
    >>> other = differing(tables, [(0, 1, 2)])
    >>> is_allowed(other, (0, 1, 2, 3)), is_allowed(other, (0, 1, 3)), is_allowed(other, (0, 3, 4))
    (False, False, True)
    """
    beside = np.ones((len(tables.gains), len(earlier)), np.int64)
    for column, group in enumerate(earlier):
        beside[list(group), column] = 0
    return tables._replace(
        sums=np.ascontiguousarray(np.hstack([tables.sums, beside])),
        least=np.concatenate([tables.least, np.full(len(earlier), APART, np.int64)]),
    )
