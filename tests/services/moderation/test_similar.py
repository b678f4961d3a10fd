"""Firms that may be the same, with what they have in common."""

from __future__ import annotations

import pytest

from services.moderation.similar import find_similar


@pytest.fixture
def firm(make):
    return make.firm(
        "Mel da Lousã, Lda.", tax_number="501442600", website="https://www.mel.pt/loja",
        contact_email="geral@mel.pt",
    )  # fmt: skip


@pytest.mark.both_databases
@pytest.mark.parametrize(
    ("other", "why"),
    [
        ({"name": "MEL DA LOUSA LDA"}, ("name",)),
        ({"name": "Mel da Lousa, SA."}, ("like_name",)),
        ({"country": "ESP", "tax_number": "501442600"}, ("tax_number",)),
        ({"country": "ESP", "website": "http://mel.pt"}, ("website",)),
        ({"country": "ESP", "contact_email": "GERAL@mel.pt"}, ("contact_email",)),
        ({"name": "Mel da Lousã, Lda.", "website": "http://mel.pt"}, ("name", "website")),
    ],
)
def test_what_two_firms_have_in_common_is_named(db, make, firm, other, why):
    found = make.firm(**{"name": "Another", **other})

    assert [(one.firm, one.why) for one in find_similar(db, firm)] == [(found, why)]


@pytest.mark.parametrize(
    "other",
    [
        {"name": "Mel da Lousã, Lda.", "country": "ESP"},
        {"name": "Mel do Caramulo e Filhos"},
        {"website": "https://facebook.com/mel.pt"},
        {"website": "https://caramel.pt"},
        {"website": "https://[broken"},
    ],
)
def test_what_is_only_a_little_alike_is_not_named(db, make, firm, other):
    make.firm(**{"name": "Another", **other})

    assert find_similar(db, firm) == []


def test_signs_of_a_search_in_a_name_are_letters(db, make):
    firm = make.firm("%_\\ Comércio", website="https://a_b%25.pt")
    make.firm("Another")

    assert find_similar(db, firm) == []
