"""What two rooms must each say for themselves, they say alike."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

import models
from reference import locales

LATIN = st.characters(max_codepoint=0x024F, exclude_categories=("Cc",)) | st.sampled_from(
    "\u0300\u0301\u0302\u0303\u0308\u030a\u030c\u0327"
)
"""Letters of the languages we speak, with accents of their own or behind them."""


@given(st.text(LATIN))
def test_what_is_stored_and_what_is_looked_up_are_folded_alike(text):
    assert models.fold(text) == " ".join(locales.fold(text).split())


def test_a_french_word_is_found_without_its_ligature(db, make):
    firm = make.firm("Œuvres du Cœur, SARL")

    assert firm.name_folded == "oeuvres du coeur, sarl"
    assert "oeuvres" in firm.search_text.split()


def test_a_firm_is_found_by_the_brazilian_name_of_its_market(db, make):
    firm = make.firm(targets=[("CZE", 3)])

    assert {"chequia", "tchequia"} <= set(firm.search_text.split())
