"""What a cluster is called by: what its members share and others do not."""

import pytest

from matching.network.graph import Tie
from matching.network.naming import ClusterName, describe, name_clusters
from matching.profile import Product, Profile


def firm(id, *, targets=(), hs=(), country="PRT", offers=(), needs=()):
    return Profile(
        id,
        country=country,
        products=tuple(Product(code) for code in hs),
        targets=dict.fromkeys(targets, 2),
        offers=frozenset(offers),
        needs=frozenset(needs),
    )


def described(firms, clusters, ties=()):
    return describe({one.id: one for one in firms}, clusters, ties)


def test_a_cluster_is_named_by_what_its_members_share_and_others_do_not():
    firms = [
        firm("a", targets=["AGO", "ESP"], hs=["0901"]),
        firm("b", targets=["AGO", "ESP"], hs=["090121", "2204"]),
        firm("c", targets=["ESP"], hs=["6403"]),
        firm("d", targets=["ESP"], hs=["6403"]),
    ]
    facts = described(firms, {"a": 0, "b": 0, "c": 1, "d": 1})
    assert name_clusters(facts) == {0: ClusterName("AGO", "09"), 1: ClusterName("ESP", "64")}


def test_a_rare_thing_of_one_member_does_not_name_a_cluster():
    firms = [firm(name, targets=["ESP"], hs=["0901"]) for name in "abcd"]
    firms.append(firm("e", targets=["TUV"], hs=["9701"]))
    facts = described(firms, dict.fromkeys("abcde", 0))
    assert name_clusters(facts)[0] == ClusterName("ESP", "09")
    assert facts[0].markets[-1].code == "TUV"


def test_members_that_share_nothing_give_no_name_but_a_number_apart():
    firms = [firm(name, targets=[], hs=[], country=None) for name in "abcd"]
    facts = described(firms, {"a": 0, "b": 0, "c": 1, "d": 1})
    names = name_clusters(facts)
    assert names == {0: ClusterName(None, None, None, 1), 1: ClusterName(None, None, None, 2)}


def test_two_clusters_with_one_name_are_told_apart_by_country_then_number():
    firms = [
        *(firm(name, targets=["AGO"], hs=["0901"], country="PRT") for name in "ab"),
        *(firm(name, targets=["AGO"], hs=["0901"], country="BRA") for name in "cdef"),
    ]
    facts = described(firms, {"a": 0, "b": 0, "c": 1, "d": 1, "e": 2, "f": 2})
    assert name_clusters(facts) == {
        0: ClusterName("AGO", "09", "PRT"),
        1: ClusterName("AGO", "09", "BRA", 1),
        2: ClusterName("AGO", "09", "BRA", 2),
    }


def test_capabilities_are_covered_by_offers_and_missing_when_nobody_offers_them():
    firms = [
        firm("a", offers=["packaging"], needs=["local_agent", "trade_fairs"]),
        firm("b", offers=["packaging", "trade_fairs"], needs=["local_agent"]),
        firm("c", offers=["local_agent"]),
    ]
    facts = described(firms, {"a": 0, "b": 0})
    assert facts[0].covered == (("packaging", 2), ("trade_fairs", 1))
    assert facts[0].missing == (("local_agent", 2),)


def test_size_density_and_certainty():
    firms = [firm(name) for name in "abcd"]
    ties = [Tie("a", "b", 0.5), Tie("b", "c", 0.5), Tie("c", "d", 0.5)]
    facts = described(firms, {"a": 0, "b": 0, "c": 0, "d": 1}, ties)
    assert (facts[0].size, facts[0].ties) == (3, 2)
    assert facts[0].density == pytest.approx(2 / 3)
    assert facts[0].certainty == pytest.approx((1 + 1 + 0.5) / 3)
    assert facts[1].density == 0


def test_no_clusters_need_no_description():
    assert described([firm("a")], {}) == {}
    assert name_clusters({}) == {}
