"""The engine in scikit-learn's clothes."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sklearn.base import clone
from sklearn.cluster import DBSCAN
from sklearn.exceptions import NotFittedError
from sklearn.impute import SimpleImputer
from sklearn.linear_model import LogisticRegression
from sklearn.pipeline import make_pipeline

from matching import PartnerMatcher, Profile
from matching.estimators import PairFeatures, PartnerGraph, to_matrix
from matching.network.graph import from_networkx, mutual_ties, to_networkx
from matching.terms import TERMS
from tests.matching.strategies import profiles

firms = st.lists(profiles(), max_size=6, unique_by=lambda firm: firm.id)


def two_camps():
    """Six firms that want Angola and six that want France; in each camp needs and offers meet."""
    return [
        Profile(
            f"{market}-{number}",
            targets={market: 3},
            needs=frozenset({words[number % 2]}),
            offers=frozenset({words[1 - number % 2]}),
        )
        for market, words in (("AGO", ("customs", "design")), ("FRA", ("agent", "funds")))
        for number in range(6)
    ]


@settings(deadline=None)  # the first example compiles
@given(firms)
def test_fitted_at_once_and_asked_one_by_one_give_the_same_matrix(some):
    graph = PartnerGraph(partners=3)

    at_once = graph.fit_transform(some).toarray()

    assert np.array_equal(graph.transform(some).toarray(), at_once)


@settings(deadline=None)
@given(firms, st.randoms())
def test_rows_follow_the_order_given_and_columns_the_ids(some, random):
    shuffled = random.sample(some, len(some))
    graph = PartnerGraph(partners=3)

    matrix = graph.fit_transform(shuffled).toarray()

    by_id = dict(zip([firm.id for firm in shuffled], matrix, strict=True))
    names = graph.get_feature_names_out()
    matcher = PartnerMatcher(limit=3).fit(some)
    for firm in some:
        found = {names[place]: by_id[firm.id][place] for place in np.flatnonzero(by_id[firm.id])}
        assert found == dict(matcher.rank(firm, limit=3))


def test_firms_that_were_not_fitted_find_partners_too():
    graph = PartnerGraph(partners=2).fit(two_camps())

    row = graph.transform([Profile("new", targets={"AGO": 3}, needs=frozenset({"customs"}))])

    assert [name[:3] for name in graph.get_feature_names_out()[row.indices]] == ["AGO", "AGO"]


def test_clustering_at_the_end_of_a_pipeline_finds_the_camps():
    camps = [0] * 6 + [1] * 6
    density = make_pipeline(PartnerGraph(mode="distance"), DBSCAN(eps=0.5, min_samples=2, metric="precomputed"))
    assert density.fit_predict(two_camps()).tolist() == camps


def test_terms_of_pairs_feed_a_learner_that_takes_what_is_unknown():
    some = two_camps()
    pairs = [(a, b) for a in some for b in some if a.id != b.id]
    same_market = [a.targets == b.targets for a, b in pairs]

    fill = SimpleImputer(strategy="constant", fill_value=0, keep_empty_features=True)
    learner = make_pipeline(PairFeatures(), fill, LogisticRegression())

    assert learner.fit(pairs, same_market).score(pairs, same_market) == 1.0


def test_a_table_of_no_pairs_has_its_columns():
    assert PairFeatures().fit_transform([]).shape == (0, 2 * len(TERMS))
    assert len(PairFeatures().get_feature_names_out()) == 2 * len(TERMS)


def test_the_constructor_only_stores_what_it_is_given():
    graph = PartnerGraph(partners=3, kind="sales", mode="distance")
    assert clone(graph).get_params() == {"partners": 3, "kind": "sales", "mode": "distance"}
    with pytest.raises(NotFittedError):
        graph.transform([])
    with pytest.raises(ValueError, match="mode: 'angle' is none of score, distance"):
        PartnerGraph(mode="angle").fit([])


def test_matrix_and_networkx_tell_of_the_same_partners():
    best = PartnerMatcher(limit=3).fit(two_camps()).all_pairs()
    matrix = to_matrix(best)
    ties = mutual_ties(dict(best))

    both = matrix.minimum(matrix.T)

    assert both.nnz == 2 * len(ties) > 0
    assert from_networkx(to_networkx(best.ids, ties)) == (list(best.ids), ties)
