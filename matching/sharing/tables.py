"""A table of shares by component and member, rounded so that rows, columns and the whole add up."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from matching.sharing.errors import SumDiffers

WHOLE = 1e-6
"""Of a unit: what is nearer to a whole number counts as one; more for amounts that a double holds less finely."""

FINE = 1000
"""Parts of a unit in which remainders are compared."""


def round_table(cells: Sequence[Sequence[float]] | np.ndarray, decimals: int = 2) -> np.ndarray:
    """Round a table so that its margins are sums of its rounded cells (controlled rounding [1]_).

    Every cell, every row and column sum and the grand total becomes one of the two whole units around it. Such a
    rounding always exists, for it is a flow; of all of them, one that rounds up the largest remainders is taken,
    and of remainders that are equal to a thousandth of a unit the earlier ones.

    Parameters
    ----------
    cells : array of float, shape (components, members)
        None negative.
    decimals : int
        Of the currency.

    Returns
    -------
    ndarray of int, shape (components, members)
        In smallest units.

    Examples
    --------
    >>> round_table([[0.005, 0.005], [0.005, 0.005]]).sum(axis=0).tolist()
    [1, 1]

    References
    ----------
    .. [1] L. H. Cox. A constructive procedure for unbiased controlled rounding. Journal of the American Statistical
       Association 82, 1987, 520-524.
    """
    from scipy import sparse  # slow to load, and few pages need it
    from scipy.optimize import linprog

    exact = np.asarray(cells, dtype=float) * 10**decimals
    if exact.size == 0:
        return exact.astype(np.int64)
    near = max(WHOLE, 8 * float(np.spacing(exact.max(initial=1.0))))
    low = np.floor(exact + near)
    rest = np.clip(exact - low, 0.0, 1.0)
    rest[rest < near] = 0.0
    rows, columns = exact.shape
    sums = np.vstack(
        [np.kron(np.eye(rows), np.ones(columns)), np.tile(np.eye(columns), rows), np.ones(rows * columns)]
    )
    wanted = sums @ rest.ravel()
    down, up = np.floor(wanted + near), np.ceil(wanted - near)
    down[-1] = up[-1] = np.floor(wanted[-1] + 0.5 + near)  # the grand total, halves up
    order = np.arange(rest.size) / (2 * rest.size)
    found = linprog(
        np.round(FINE * (1 - 2 * rest.ravel())) + order,
        A_ub=sparse.csr_array(np.vstack([sums, -sums])),
        b_ub=np.r_[up, -down],
        bounds=np.c_[np.zeros(rest.size), (rest.ravel() > 0).astype(float)],
        method="highs-ds",
    )
    if found.x is None:  # pragma: no cover - a flow of this kind always exists
        raise SumDiffers(exact.sum(), wanted[-1])
    return (low + np.round(found.x).reshape(exact.shape)).astype(np.int64)
