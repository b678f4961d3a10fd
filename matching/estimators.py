"""The engine as scikit-learn knows estimators, so that it goes into a pipeline and comes out of one.

Not imported by ``matching`` itself: scikit-learn takes longer to load than the whole engine.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import numpy as np
from scipy import sparse
from sklearn.base import BaseEstimator, TransformerMixin
from sklearn.utils.validation import check_is_fitted

from matching.neighbours import Neighbours
from matching.profile import Profile
from matching.rank import PartnerMatcher
from matching.score import preference
from matching.terms import TERMS

MODES = ("score", "distance")


class PartnerGraph(TransformerMixin, BaseEstimator):
    """Turn profiles into a sparse matrix of their best partners.

    It does for firms what ``sklearn.neighbors.KNeighborsTransformer`` does for
    points, with the score of a pair in place of a distance between points.

    Parameters
    ----------
    partners : int
        How many partners each firm is given, at most.
    kind : {"promotion", "sales"}
        The kind of consortium, as in ``PartnerMatcher``.
    mode : {"score", "distance"}
        What the entries hold: the score, from 0 to 1, or ``1 - score``, which is
        what clustering with ``metric="precomputed"`` asks for.

    Attributes
    ----------
    matcher_ : PartnerMatcher
        The matcher, fitted to the firms.
    n_samples_fit_ : int
        How many firms it knows.

    Notes
    -----
    Rows are the firms given, columns those that were fitted in rising order of id.
    What is not stored is no partner: a pair that a rule forbids, or one beyond the best.

    Examples
    --------
    >>> from sklearn.cluster import DBSCAN
    >>> from sklearn.pipeline import make_pipeline
    >>> from matching import Profile
    >>> firms = [
    ...     Profile("braga", targets={"FRA": 2}, needs=frozenset({"customs"})),
    ...     Profile("douro", targets={"FRA": 3}, offers=frozenset({"customs"})),
    ...     Profile("minho", targets={"AGO": 3}, offers=frozenset({"design"})),
    ... ]
    >>> PartnerGraph(partners=1).fit_transform(firms).toarray().round(2)
    array([[0.  , 0.76, 0.  ],
           [0.76, 0.  , 0.  ],
           [0.  , 0.  , 0.  ]])
    >>> clusters = make_pipeline(PartnerGraph(mode="distance"), DBSCAN(eps=0.5, min_samples=2, metric="precomputed"))
    >>> clusters.fit_predict(firms).tolist()
    [0, 0, -1]
    """

    def __init__(self, partners: int = 20, kind: str = "promotion", mode: str = "score") -> None:
        self.partners = partners
        self.kind = kind
        self.mode = mode

    def fit(self, X: Iterable[Profile], y: object = None) -> PartnerGraph:
        """Learn these firms. Raises ValueError for an unknown mode or kind, DuplicateFirm for an id met twice."""
        if self.mode not in MODES:
            raise ValueError(f"mode: {self.mode!r} is none of {', '.join(MODES)}")
        self.matcher_ = PartnerMatcher(limit=self.partners, kind=self.kind).fit(X)
        self.n_samples_fit_ = len(self.matcher_.ids_)
        return self

    def transform(self, X: Iterable[Profile]) -> sparse.csr_array:
        """Return the best partners of these firms among those that were fitted.

        Returns
        -------
        csr_array of float64 [firm of X, fitted firm]
            No firm is its own partner: one that was fitted is told by its id.
        """
        check_is_fitted(self)
        places = {firm: place for place, firm in enumerate(self.matcher_.ids_)}
        rows = [self.matcher_.rank(profile, limit=self.partners) for profile in X]
        found = [(places[partner], score) for row in rows for partner, score in row]
        columns, scores = (np.array(part) for part in zip(*found, strict=True)) if found else (np.array([], int),) * 2
        return self._matrix(np.repeat(np.arange(len(rows)), [len(row) for row in rows]), columns, scores, len(rows))

    def fit_transform(self, X: Iterable[Profile], y: object = None) -> sparse.csr_array:
        """Learn these firms and return the best partners of each, in the order given; all pairs at once."""
        firms = list(X)
        best = self.fit(firms).matcher_.all_pairs()
        row, column = np.nonzero(best.partners >= 0)
        places = {firm: place for place, firm in enumerate(best.ids)}
        order = np.array([places[firm.id] for firm in firms], np.int64)
        return self._matrix(row, best.partners[row, column], best.scores[row, column], len(firms))[order]

    def get_feature_names_out(self, input_features: object = None) -> np.ndarray:
        """Return the ids of the fitted firms, one for each column."""
        check_is_fitted(self)
        return np.array(self.matcher_.ids_, object)

    def _matrix(self, rows: np.ndarray, columns: np.ndarray, scores: np.ndarray, count: int) -> sparse.csr_array:
        values = 1.0 - scores if self.mode == "distance" else scores
        return sparse.csr_array((values.astype(np.float64), (rows, columns)), (count, self.n_samples_fit_))


class PairFeatures(TransformerMixin, BaseEstimator):
    """Turn pairs of firms into the terms of their score, as a table for any learner.

    Two columns a term: how it stands for the first firm of the pair, and how for the
    second. What is not known is NaN.

    Examples
    --------
    >>> from matching import Profile
    >>> pair = (Profile("a", employees=10), Profile("b", employees=10, verified=0.5))
    >>> table = PairFeatures().set_output(transform="default").fit_transform([pair])
    >>> names = PairFeatures().get_feature_names_out()
    >>> {name: float(value) for name, value in zip(names, table[0], strict=True) if value == value}
    {'forward_size': 1.0, 'forward_verify': 0.5, 'backward_size': 1.0}
    """

    def fit(self, X: object = None, y: object = None) -> PairFeatures:
        """Return itself; there is nothing to learn."""
        return self

    def transform(self, X: Sequence[tuple[Profile, Profile]]) -> np.ndarray:
        """Return the terms of these pairs, float64 [pair, 2 * terms], NaN where not known."""
        rows = [[*_values(a, b), *_values(b, a)] for a, b in X]
        return np.array(rows, np.float64).reshape(len(rows), 2 * len(TERMS))

    def get_feature_names_out(self, input_features: object = None) -> np.ndarray:
        """Return the names of the columns: the terms forward, then backward."""
        return np.array([f"{side}_{term}" for side in ("forward", "backward") for term in TERMS], object)

    def __sklearn_is_fitted__(self) -> bool:
        return True


def _values(a: Profile, b: Profile) -> list[float]:
    return [np.nan if term.value is None else term.value for term in preference(a, b).terms]


def to_matrix(neighbours: Neighbours) -> sparse.csr_array:
    """Return the best partners of every firm as a matrix of scores, float64 [firm, firm].

    Examples
    --------
    >>> from matching import PartnerMatcher, Profile
    >>> firms = [Profile("a", employees=10), Profile("b", employees=10)]
    >>> to_matrix(PartnerMatcher().fit(firms).all_pairs()).toarray()
    array([[0., 1.],
           [1., 0.]])
    """
    rows, columns = np.nonzero(neighbours.partners >= 0)
    shape = (len(neighbours.ids), len(neighbours.ids))
    return sparse.csr_array((neighbours.scores[rows, columns], (rows, neighbours.partners[rows, columns])), shape)
