"""The largest singular values are found as scikit-learn finds them, and as the exact decomposition has them."""

from __future__ import annotations

import numpy as np
import pytest
from scipy import sparse
from sklearn.utils.extmath import randomized_svd as peer

from matching.learning.factors import randomized_svd


def falling(shape, seed=0) -> np.ndarray:
    """A matrix whose singular values fall by half from one to the next."""
    chance = np.random.default_rng(seed)
    rank = min(shape)
    left = np.linalg.qr(chance.normal(size=(shape[0], rank)))[0]
    right = np.linalg.qr(chance.normal(size=(shape[1], rank)))[0]
    return left * 0.5 ** np.arange(rank) @ right.T


@pytest.mark.parametrize("shape", [(60, 25), (25, 60), (4, 4)])
def test_values_and_vectors_are_those_of_the_exact_decomposition(shape):
    matrix = falling(shape)
    left, values, right = randomized_svd(matrix, 4, n_iter=3, random_state=0)
    exact_left, exact_values, exact_right = np.linalg.svd(matrix, full_matrices=False)

    assert values == pytest.approx(exact_values[:4])
    assert (left * values) @ right == pytest.approx(
        (exact_left[:, :4] * exact_values[:4]) @ exact_right[:4], abs=1e-6
    )
    assert left.T @ left == pytest.approx(np.eye(4), abs=1e-9)
    assert (left[np.abs(left).argmax(0), range(4)] > 0).all()


@pytest.mark.parametrize("shape", [(90, 40), (40, 90)])
@pytest.mark.parametrize("kind", [np.float32, np.float64])
def test_the_numbers_are_those_of_scikit_learn(shape, kind):
    matrix = sparse.random(*shape, 0.2, format="csr", dtype=kind, random_state=1)

    for ours, theirs in zip(
        randomized_svd(matrix, 8, n_iter=3, random_state=0),
        peer(matrix, 8, n_iter=3, random_state=0),
        strict=True,
    ):
        assert ours.dtype == kind
        assert ours == pytest.approx(theirs, abs=1e-4)


def test_the_same_number_draws_the_same_directions():
    matrix = sparse.random(50, 30, 0.2, format="csr", random_state=2)
    one, same, other = (randomized_svd(matrix, 5, n_iter=0, random_state=seed)[1] for seed in (1, 1, 2))

    assert one.tolist() == same.tolist()
    assert one.tolist() != other.tolist()
