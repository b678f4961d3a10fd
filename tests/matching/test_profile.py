"""What a profile refuses, and that it says which field it is."""

import math

import pytest

from matching import InvalidProfile, Product, Profile


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("country", "Angola"),
        ("country", "ago"),
        ("region", " "),
        ("employees", -1),
        ("employees", 2.5),
        ("employees", math.nan),
        ("products", ["0901"]),
        ("products", ("0901",)),
        ("sold_with", frozenset({"09"})),
        ("sold_with", "0901"),
        ("targets", {"ESP": 0}),
        ("targets", {"ESP": 4}),
        ("targets", {"ESP": True}),
        ("targets", {"Spain": 1}),
        ("targets", ["ESP"]),
        ("horizon", 4),
        ("experience", {"ESP": math.nan}),
        ("experience", {"es": 1}),
        ("languages", {"pt": 1.1}),
        ("objectives", "fair"),
        ("norms", frozenset({""})),
        ("needs", frozenset({3})),
        ("commitment", math.inf),
        ("commitment", -0.1),
        ("commitment", "high"),
        ("facets", {"RX": 0.5}),
        ("facets", {"RF": math.nan}),
        ("facet_needs", {"RF": 2}),
        ("distances", {"ESP": {"lang": math.nan}}),
        ("distances", {"ESP": 0.5}),
        ("distances", {"ESP": {"lang": None}}),
        ("verified", 1.01),
        ("blocked", ["b"]),
        ("exclusive", frozenset({"0901"})),
        ("exclusive", frozenset({("09", "ESP")})),
        ("exclusive", frozenset({("0901", "Spain")})),
    ],
)
def test_a_value_out_of_range_is_refused_by_name(field, value):
    with pytest.raises(InvalidProfile) as refusal:
        Profile("a", **{field: value})
    assert refusal.value.field == field
    assert str(refusal.value).startswith(f"{field}: ")


@pytest.mark.parametrize("id", ["", " ", None, 7])
def test_a_firm_needs_an_id(id):
    with pytest.raises(InvalidProfile) as refusal:
        Profile(id)
    assert refusal.value.field == "id"


@pytest.mark.parametrize("code", ["", "9", "090", "09012", "0901211", "00", "0001", "ab", "0901.21", "٠٩", None, 901])
def test_a_malformed_product_code_is_refused(code):
    with pytest.raises(InvalidProfile) as refusal:
        Product(code)
    assert refusal.value.field == "hs"


@pytest.mark.parametrize("facts", [{"tier": 0}, {"tier": 6}, {"tier": 2.5}, {"segment": ""}])
def test_a_product_refuses_what_is_out_of_range(facts):
    with pytest.raises(InvalidProfile) as refusal:
        Product("0901", **facts)
    assert refusal.value.field in facts


def test_a_profile_is_a_value_error_to_those_who_do_not_know_it():
    with pytest.raises(ValueError):
        Profile("a", verified=7)
