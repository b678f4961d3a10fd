"""Check digits of tax numbers, by the rules that countries publish."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reference.countries import find_country
from services.tax_numbers import RULES, CheckDigits, _rules_of, check_digits, is_doubtful, mend_check_digits

RIGHT = [
    ("PRT", "501 442 600"),
    ("PRT", "PT501442600"),
    ("PRT", "501964843"),  # python-stdnum's own example of a NIF
    ("BRA", "16.727.230/0001-97"),  # python-stdnum's own example of a CNPJ
    ("BRA", "12.ABC.345/01DE-35"),  # Receita Federal's and Serpro's example of the alphanumeric CNPJ
    ("BRA", "12abc34501de35"),
    ("BRA", "390.533.447-05"),
    ("ESP", "A13585625"),
    ("ESP", "ES B-58378431"),
    ("FRA", "FR 40 303 265 045"),
    ("FRA", "303265045"),
    ("ITA", "00743110157"),
    ("DEU", "DE 136 695 976"),
    ("MOZ", "400339910"),
]
WRONG = [
    ("PRT", "501 442 601"),
    ("PRT", "50144260"),
    ("BRA", "16.727.230/0001-98"),
    ("BRA", "12.ABC.345/01DE-36"),
    ("BRA", "12.ABD.345/01DE-35"),
    ("ESP", "A13585626"),
    ("ITA", "00743110158"),
    ("DEU", "136695977"),
]


@pytest.mark.parametrize(("country", "number"), RIGHT)
def test_a_right_number_fits_however_it_is_written(country, number):
    assert check_digits(number, country) == CheckDigits.FIT


@pytest.mark.parametrize(("country", "number"), WRONG)
def test_a_mistyped_number_does_not_fit(country, number):
    assert check_digits(number, country) == CheckDigits.WRONG


@pytest.mark.parametrize("country", ["AGO", "CPV", "USA", "", "nonsense"])
def test_where_no_rule_is_known_nothing_is_said_of_a_number(country):
    assert check_digits("5417000222", country) == CheckDigits.NO_RULE


@pytest.mark.parametrize("number", ["", "  "])
def test_no_number_is_no_wrong_number(number):
    assert check_digits(number, "PRT") == CheckDigits.NONE


def test_the_table_names_countries_and_rules_that_there_are():
    for country in RULES:
        assert find_country(country), country
        assert all(hasattr(rule, "validate") for rule in _rules_of(country)), country


@given(st.sampled_from(sorted(RULES)), st.text(max_size=40) | st.text("0123456789²٣Ⅷ𝟘-./AZ", max_size=20))
def test_whatever_is_typed_gets_an_answer(country, number):
    assert check_digits(number, country) in CheckDigits


@pytest.mark.parametrize(
    ("country", "number", "mended"),
    [
        ("PRT", "501442601", "501442600"),
        ("BRA", "16.727.230/0001-98", "16.727.230/0001-97"),
        ("BRA", "16.727.230/0001-11", "16.727.230/0001-97"),
        ("PRT", "12", None),
        ("AGO", "5417", None),
    ],
)
def test_what_would_be_right_is_said_where_only_the_end_is_wrong(country, number, mended):
    assert mend_check_digits(number, country) == mended
    assert is_doubtful(number, country) == (country != "AGO")
