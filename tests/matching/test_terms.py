"""The terms and the score on the expected values of the science note."""

from dataclasses import replace

import pytest

from matching import Product, Profile, distance, terms, vetoes
from matching.score import WEIGHTS, harmonic, preference, score_pair, weigh

A_TO_B = {
    "obj": 0.8, "mkt": 0.6, "tier": 0.75, "commit": 1, "size": 0.47712125, "values": 0.5, "gap": 0.7,
    "bridge": 0.5, "basket": 1, "trust": 0.6, "verify": 0.5,
}  # fmt: skip
B_TO_A = A_TO_B | {"commit": 0.8, "gap": 0.2, "bridge": 0, "verify": 1}
FAR = {"geo": 0.7, "lang": 0.82, "econ": 0.6, "edu": 0.5, "adm": 1.0, "tz": 0.4}
NEAR = {"geo": 0.7, "lang": 0.19, "econ": 0.375, "edu": 0.3125, "adm": 0.625, "tz": 0.4}


@pytest.mark.parametrize(
    ("x", "y", "expected"), [(0.9, 0.3, 0.45), (0.9, 0.1, 0.18), (0.6, 0.6, 0.6), (1, 0, 0), (0, 0, 0)]
)
def test_the_harmonic_mean_stays_near_the_smaller_side(x, y, expected):
    assert harmonic(x, y) == pytest.approx(expected)


def test_the_expected_pair_of_the_science_note():
    forward, backward = weigh(A_TO_B).value, weigh(B_TO_A).value
    score = harmonic(forward, backward)
    assert forward == pytest.approx(0.699814, abs=1e-6)
    assert backward == pytest.approx(0.560814, abs=1e-6)
    assert score == pytest.approx(0.622650, abs=1e-6)
    assert score * (1 - vetoes.PENALTY["promotion"] * 0.5) == pytest.approx(0.529253, abs=1e-6)
    assert score * (1 - vetoes.PENALTY["sales"] * 0.5) == pytest.approx(0.404723, abs=1e-6)


def test_terms_that_do_not_apply_leave_their_weight_to_the_others():
    without = weigh(B_TO_A | {"gap": None, "bridge": None})
    assert without.value == pytest.approx(0.744019, abs=1e-6)
    assert without.known == 9


def test_the_weights_add_up_to_one():
    assert sum(WEIGHTS.values()) == pytest.approx(1)


@pytest.mark.parametrize(
    ("mine", "theirs", "expected"),
    [(12, 40, 0.477121), (10, 20, 0.698970), (10, 50, 0.301030), (10, 100, 0), (10, 1000, 0), (0, 1, 1), (0, 0, 1)],
)
def test_size_counts_orders_of_magnitude(mine, theirs, expected):
    a, b = Profile("a", employees=mine), Profile("b", employees=theirs)
    assert terms.size(a, b) == pytest.approx(expected, abs=1e-6)
    assert terms.size(a, b) == terms.size(b, a)


def test_the_expected_gap_of_the_science_note():
    a = Profile("a", facets={"RF": 0.2, "RH": 0.1, "RP": 0.7, "RM": 0.0, "RL": 0.15})
    b = Profile("b", facets={"RF": 0.8, "RH": 0.5, "RP": 0.7, "RM": 0.9, "RL": 0.3})
    assert terms.gap(a, b) == pytest.approx(0.794872, abs=1e-6)


def test_a_firm_that_lacks_nothing_has_no_gap_to_cover():
    ready, eager = (Profile(i, facets={"RF": 0.6, "RM": 0.9}) for i in "ab")
    assert terms.gap(ready, eager) is None


def test_facets_and_declared_needs_count_half_each():
    a = Profile("a", needs=frozenset({"customs"}), facets={"RL": 0.0})
    b = Profile("b", offers=frozenset({"customs"}), facets={"RL": 0.3})

    assert terms.gap(a, b) == pytest.approx(0.75)
    assert terms.gap(a, replace(b, offers=frozenset())) == pytest.approx(0.5)
    assert terms.gap(a, replace(b, facets={})) == 1


def test_strength_counts_in_the_market_where_it_is_wanted():
    """To know Spain is of no use to who wants France."""
    novice = Profile("a", targets={"FRA": 3}, market_facets={"FRA": {"RM": 0.0}})
    expert = Profile("b", targets={"ESP": 3, "FRA": 1}, market_facets={"ESP": {"RM": 1.0}, "FRA": {"RM": 0.15}})

    assert terms.gap(novice, expert) == pytest.approx(0.25)
    assert terms.gap(novice, replace(expert, targets={"ESP": 3}, market_facets={"ESP": {"RM": 1.0}})) is None


def test_the_more_wanted_market_counts_more():
    facets = {"FRA": {"RM": 0.0}, "ESP": {"RM": 0.0}}
    novice = Profile("a", targets={"FRA": 3, "ESP": 1}, market_facets=facets)
    expert = replace(novice, id="b", market_facets={**facets, "FRA": {"RM": 0.9}})

    assert terms.gap(novice, expert) == pytest.approx(0.75)


def test_the_expected_bridge_of_the_science_note():
    a = Profile("a", targets={"FRA": 2}, distances={"FRA": FAR})
    b = Profile("b", targets={"FRA": 2}, distances={"FRA": NEAR})
    assert terms.bridge(a, b) * distance.TRANSFER == pytest.approx(0.373026, abs=1e-6)
    assert terms.bridge(b, a) == 0


def test_a_bridge_is_the_mean_over_markets_by_priority():
    a = Profile("a", targets={"FRA": 3, "ESP": 1, "BRA": 3}, distances={"FRA": {"lang": 1.0}, "ESP": {"lang": 1.0}})
    b = Profile("b", distances={"FRA": {"lang": 0.5}, "ESP": {"lang": 1.0}, "BRA": {"lang": 0.0}})
    assert terms.bridge(a, b) == pytest.approx(0.375)


def test_there_is_no_bridge_without_distances_or_to_the_home_market():
    far = Profile("a", targets={"FRA": 3}, distances={"FRA": FAR})
    home = Profile("b", targets={"FRA": 3}, distances={"FRA": dict.fromkeys(FAR, 0.0)})
    assert terms.bridge(far, Profile("c")) is None
    assert terms.bridge(home, far) is None
    assert terms.bridge(far, Profile("c", distances={"FRA": {"geo": 0.0}})) is None


def test_objectives_and_horizon_stand_alone_when_the_other_is_not_known():
    fair, brand = frozenset({"fair"}), frozenset({"brand"})
    assert terms.obj(Profile("a", objectives=fair, horizon=1), Profile("b", objectives=brand, horizon=1)) == 0.5
    assert terms.obj(Profile("a", objectives=fair, horizon=1), Profile("b", horizon=2)) == 0.5
    assert terms.obj(Profile("a", objectives=fair, horizon=1), Profile("b", objectives=fair)) == 1


def test_empty_fields_are_never_agreement():
    nothing = Profile("a"), Profile("b")
    assert all(term(*nothing) is None for term in terms.TERMS.values())
    pair = score_pair(*nothing)
    assert pair.too_little_data
    assert pair.score == 0
    assert pair.forward.known == 0


@pytest.mark.parametrize(("mine", "theirs", "expected"), [(80, 60, 0.6), (60, 80, 1), (100, 0, 0), (100, 50, 0)])
def test_nobody_minds_a_more_committed_partner(mine, theirs, expected):
    assert terms.commit(Profile("a", commitment=mine), Profile("b", commitment=theirs)) == pytest.approx(expected)


@pytest.mark.parametrize(
    ("mine", "theirs", "expected"),
    [
        ("090121", "090121", 0.0),
        ("090121", "090111", 0.6),
        ("0901", "0901", 0.6),
        ("090121", "0902", 1.0),
        ("090121", "09", 1.0),
        ("09", "09", 1.0),
        ("0901", "1201", 0.6),
        ("0901", "6403", 0.2),
        ("7701", "7202", 0.2),
        ("9801", "9902", 0.2),
    ],
)
def test_products_that_are_related_but_different_fit_best(mine, theirs, expected):
    a, b = Profile("a", products=(Product(mine),)), Profile("b", products=(Product(theirs),))
    assert terms.basket(a, b) == pytest.approx(expected)


def test_the_same_product_fits_if_both_pool_or_sell_it_elsewhere():
    plain, pooled, fine, retail, hotels = (
        Profile(str(n), products=(product,))
        for n, product in enumerate(
            (
                Product("090121", tier=1),
                Product("090121", pools=True),
                Product("090121", tier=5),
                Product("090121", segment="retail"),
                Product("090121", segment="hotels"),
            )
        )
    )
    assert terms.basket(plain, pooled) == 0
    assert terms.basket(pooled, pooled) == 0.6
    assert terms.basket(plain, fine) == 0.6
    assert terms.basket(retail, hotels) == 0.6
    assert terms.basket(plain, retail) == 0


def test_what_is_sold_together_fits_whoever_says_so():
    coffee = Profile("a", products=(Product("090121"), Product("0901")), sold_with=frozenset({"6911"}))
    cups, shoes = (Profile(code, products=(Product(code), Product("6403"))) for code in ("6911", "6402"))
    assert terms.basket(coffee, cups) == 1
    assert terms.basket(cups, coffee) == pytest.approx((1 + 0.2) / 2)
    assert terms.basket(coffee, shoes) == pytest.approx(0.2)


def test_trust_takes_the_strongest_bond():
    bonds = {"region": "PRT:braga", "links": frozenset({"aep"})}
    assert terms.trust(Profile("a", **bonds), Profile("b", ties=frozenset({"a"}))) == 1
    assert terms.trust(Profile("a", **bonds), Profile("b", **bonds)) == 0.6
    assert terms.trust(Profile("a", **bonds), Profile("b", region="PRT:braga")) == 0.3
    assert terms.trust(Profile("a", **bonds), Profile("b", region="PRT:porto")) == 0
    assert terms.trust(Profile("a", ties=frozenset({"b"})), Profile("b")) is None


def test_a_shared_home_country_alone_is_no_bond():
    assert terms.trust(Profile("a", country="PRT"), Profile("b", country="PRT")) is None


def firm(id, **facts):
    return Profile(id, **({"products": (Product("090121"),), "targets": {"ESP": 2}, "employees": 10} | facts))


@pytest.mark.parametrize(
    ("kind", "facts", "code", "of"),
    [
        ("promotion", {"blocked": frozenset({"b"})}, "blocked", ("a",)),
        ("promotion", {"exclusive": frozenset({("0901", "ESP")})}, "exclusivity", ("a",)),
        ("promotion", {"compliance_block": True}, "compliance", ("a",)),
        ("promotion", {"can_sign": False}, "cannot_sign", ("a",)),
        ("sales", {}, "competitors", ("a", "b")),
    ],
)
def test_each_rule_forbids_a_pair_and_says_whose_it_is(kind, facts, code, of):
    pair = score_pair(firm("a", **facts), firm("b"), kind)
    assert (pair.veto.code, pair.veto.of) == (code, of)
    assert pair.score == 0
    assert score_pair(firm("b"), firm("a", **facts), kind).veto == pair.veto


def test_blocks_and_promises_are_private_and_the_rest_is_not():
    assert score_pair(firm("a", blocked=frozenset({"b"})), firm("b")).veto.private
    assert score_pair(firm("a", exclusive=frozenset({("0901", "ESP")})), firm("b")).veto.private
    assert not score_pair(firm("a"), firm("b"), "sales").veto.private


def test_two_sole_brands_meet_only_in_promotion():
    brands = [firm(i, sole_brand=True, products=(Product(code),)) for i, code in (("a", "0901"), ("b", "6403"))]
    assert score_pair(*brands, "sales").veto.code == "sole_brand"
    assert score_pair(*brands, "promotion").veto is None


def test_competitors_who_accept_it_lose_seven_tenths_instead():
    a, b = (firm(i, accepts_coopetition=True) for i in "ab")
    pair = score_pair(a, b, "sales")
    assert pair.competition == 1
    assert pair.multiplier == pytest.approx(0.3)
    assert pair.score == pytest.approx(harmonic(pair.forward.value, pair.backward.value) * 0.3)
    assert score_pair(a, firm("c"), "sales").veto.code == "competitors"


def test_a_promise_holds_only_for_its_heading_and_market():
    holder = firm("a", exclusive=frozenset({("0901", "FRA"), ("0902", "ESP")}))
    assert score_pair(holder, firm("b")).veto is None
    assert score_pair(holder, firm("b", exclusive=frozenset({("0902", "ESP")}))).veto.code == "exclusivity"


def test_contributions_add_up_to_the_preference():
    liking = preference(firm("a", horizon=1, verified=0.4), firm("b", horizon=3, verified=0.9))
    assert sum(term.contribution for term in liking.terms) == pytest.approx(liking.value, abs=1e-12)
    assert all(term.contribution == 0 for term in liking.terms if term.value is None)
