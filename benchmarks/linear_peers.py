"""Peers that look for the largest inner product, the nearest thing to our score that they can solve.

Every term of the score is weighed as in the score, but there are no quotients, no
unknown terms, no harmonic mean, no vetoes and no distances: a smaller problem.
"""

from __future__ import annotations

from pathlib import Path

import numpy as np
from scipy import sparse
from sklearn.decomposition import TruncatedSVD
from sklearn.neighbors import NearestNeighbors

from benchmarks.pair_work import BEST, Watch, load
from matching.bounds import SUMS, build_bounds

# In the order of the channels of matching.bounds: the weight of the term, halved where a term is directed.
CHANNEL_WEIGHTS = np.array([0.12, 0.04, 0.12, 0.10, 0.10, 0.05, 0.05, 0.10])
DIMENSIONS, CANDIDATES = 128, 200
SAMPLED = 2_048
BRUTE_ROWS = 256


def proxy(folder: Path) -> tuple[sparse.csr_array, sparse.csr_array]:
    """Return what firms ask and give as two matrices whose products rank partners about as the score does."""
    bounds = build_bounds(load(folder))
    count, shape = len(bounds.numbers), (len(bounds.numbers), bounds.features)
    channel = np.repeat(np.arange(len(bounds.ask_starts) - 1) % SUMS, np.diff(bounds.ask_starts))
    total = np.bincount(channel, abs(bounds.ask_values), SUMS)
    weighed = bounds.ask_values * (CHANNEL_WEIGHTS * count / np.maximum(total, 1))[channel].astype(np.float32)
    asks = sparse.csr_array((weighed, bounds.ask_features.astype(np.int32), bounds.ask_starts[::SUMS]), shape)
    gives = sparse.csr_array((bounds.give_values, bounds.give_features.astype(np.int32), bounds.give_starts), shape)
    return asks, gives


def recall(folder: Path, lists: np.ndarray) -> float:
    """Return the share of our best partners of the first firms that the lists hold."""
    best = np.load(folder / "best.npy")[: len(lists)]
    hits = sum(len(np.intersect1d(mine, theirs[theirs >= 0])) for mine, theirs in zip(lists, best, strict=True))
    return float(hits / max(1, (best >= 0).sum()))


def scikit_learn(folder: Path) -> dict:
    """Search by brute force, by the cosine."""
    asks, gives = (sparse.csr_matrix(part) for part in proxy(folder))
    rows = asks.shape[0] if asks.shape[0] <= 10_000 else BRUTE_ROWS
    found: dict = {}
    neighbours = NearestNeighbors(n_neighbors=BEST + 1, algorithm="brute", metric="cosine").fit(gives)
    with Watch(found, asks.shape[0] / rows):
        lists = neighbours.kneighbors(asks[:rows], return_distance=False)
    return found | {"recall": recall(folder, without_self(lists))}


def sparse_dot_topn(folder: Path) -> dict:
    """Multiply sparse matrices and keep the largest products of each row."""
    from sparse_dot_topn import sp_matmul_topn

    asks, gives = (sparse.csr_matrix(part) for part in proxy(folder))
    rows = asks.shape[0] if asks.shape[0] <= 10_000 else SAMPLED
    given = gives.T.tocsr()
    found: dict = {}
    with Watch(found, asks.shape[0] / rows):
        product = sp_matmul_topn(asks[:rows], given, top_n=BEST + 1, n_threads=2, sort=True)
    lists = [product.indices[a:b] for a, b in zip(product.indptr, product.indptr[1:], strict=False)]
    padded = np.array([np.pad(part, (0, BEST + 1 - len(part)), constant_values=-1) for part in lists])
    return found | {"recall": recall(folder, without_self(padded))}


def faiss_flat(folder: Path) -> dict:
    """Compare dense vectors, all with all."""
    import faiss

    found: dict = {}
    asks, gives = reduced(folder, found)
    index = faiss.IndexFlatIP(DIMENSIONS)
    index.add(gives)
    rows = min(len(asks), SAMPLED if len(asks) > 10_000 else len(asks))
    with Watch(found, len(asks) / rows):
        lists = index.search(asks[:rows], BEST + 1)[1]
    return found | {"recall": recall(folder, without_self(lists))}


def faiss_hnsw(folder: Path) -> dict:
    """Follow a graph of near vectors."""
    import faiss

    found: dict = {}
    asks, gives = reduced(folder, found)
    index = faiss.IndexHNSWFlat(DIMENSIONS, 32, faiss.METRIC_INNER_PRODUCT)
    index.hnsw.efConstruction = 100
    index.hnsw.efSearch = CANDIDATES
    with Watch(found):
        index.add(gives)
        lists = index.search(asks, BEST + 1)[1]
    return found | {"recall": recall(folder, without_self(lists))}


def reduced(folder: Path, found: dict) -> tuple[np.ndarray, np.ndarray]:
    """Return asks and gives in few dense dimensions; what that takes is part of their time."""
    asks, gives = proxy(folder)
    with Watch(found):
        sample = slice(None, None, max(1, asks.shape[0] // 10_000))
        together = sparse.vstack([asks[sample], gives[sample]])
        kept = min(DIMENSIONS, together.shape[1])
        svd = TruncatedSVD(kept, n_iter=3, random_state=0).fit(together)
        vectors = [np.ascontiguousarray(svd.transform(part), np.float32) for part in (asks, gives)]
    return vectors[0], vectors[1]


def without_self(lists: np.ndarray) -> np.ndarray:
    """Take each row's own number out of its list, or else the last one."""
    own = lists == np.arange(len(lists))[:, None]
    own[~own.any(axis=1), -1] = True
    return lists[~own].reshape(len(lists), -1)
