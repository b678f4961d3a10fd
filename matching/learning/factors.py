"""The largest singular values and vectors of a large matrix, found by chance.

scikit-learn has the same, but takes longer to load than the whole site.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from scipy.linalg import lu, qr, svd

if TYPE_CHECKING:
    from scipy.sparse import csr_matrix

SPARE = 10
"""Directions looked at beyond those wanted, as in [1]_."""


def randomized_svd(
    matrix: csr_matrix, rank: int, *, n_iter: int, random_state: int
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Return the first ``rank`` left vectors, values and right vectors of a matrix.

    A few random directions go through the matrix and back ``n_iter`` times, which leaves
    little in them but the largest values; the decomposition is then that of a small matrix [1]_.

    Parameters
    ----------
    matrix : array or sparse matrix [row, column]
    rank : int
        At most the shorter side of the matrix.
    n_iter : int
        How many times there and back; more for values that fall slowly.
    random_state : int
        The same number gives the same vectors. The largest entry of each left vector is positive.

    Returns
    -------
    left [row, rank], values [rank], right [rank, column]
        The values in falling order.

    Examples
    --------
    >>> left, values, right = randomized_svd(np.array([[3.0, 0.0], [0.0, -2.0]]), 2, n_iter=3, random_state=0)
    >>> values.round(6).tolist(), np.diag(left * values @ right).round(6).tolist()
    ([3.0, 2.0], [3.0, -2.0])

    References
    ----------
    .. [1] N. Halko, P. G. Martinsson, J. A. Tropp. Finding structure with randomness: probabilistic
       algorithms for constructing approximate matrix decompositions. SIAM Review 53(2), 2011.
    """
    is_wide = matrix.shape[0] < matrix.shape[1]
    tall = matrix.T if is_wide else matrix
    drawn = np.random.RandomState(random_state).normal(size=(tall.shape[1], rank + SPARE))
    directions = drawn.astype(matrix.dtype)
    for _ in range(n_iter):
        directions = _apart(tall.T @ _apart(tall @ directions))
    directions, _ = qr(tall @ directions, mode="economic")
    small_left, values, right = svd((tall.T @ directions).T, full_matrices=False)
    left = directions @ small_left
    if is_wide:
        left, right = right.T, left.T
    largest = left[np.abs(left).argmax(0), np.arange(left.shape[1])]
    signs = np.where(largest < 0, -1, 1).astype(left.dtype)
    return (left * signs)[:, :rank], values[:rank], (right * signs[:, None])[:rank]


def _apart(directions: np.ndarray) -> np.ndarray:
    """Return directions that span the same, kept apart so that the largest does not swallow the rest."""
    return lu(directions, permute_l=True)[0]
