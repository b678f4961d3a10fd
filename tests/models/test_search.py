"""The full-text index: by word and beginning of a word, accents and operators aside, always up to date."""

from __future__ import annotations

import pytest
import sqlalchemy as sa
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from models import Firm, matches_search, search_words
from services import firms


@pytest.fixture
def find(db):
    """The names of the firms that fit the words, by id."""

    def find(words: str) -> list[str]:
        condition = matches_search(db.get_bind().dialect.name, words)
        query = sa.select(Firm.name).order_by(Firm.id)
        return list(db.scalars(query if condition is None else query.where(condition)))

    return find


@pytest.mark.both_databases
@pytest.mark.parametrize("words", ["lousã", "LOUSA", "lous", "mel lousa", "lousa mel", "  Mel,  da!", "meç mel"])
def test_words_find_whatever_their_accents_case_and_order(make, find, words):
    make.firm("Mel da Lousã", about="")

    assert find(words) == ([] if words.startswith("meç") else ["Mel da Lousã"])


@pytest.mark.both_databases
@pytest.mark.parametrize("words", ["ousa", "xmel", "mell"])
def test_a_piece_from_the_middle_of_a_word_finds_nothing(make, find, words):
    make.firm("Mel da Lousã", about="")

    assert find(words) == []


@pytest.mark.both_databases
def test_a_change_is_found_at_once_and_the_old_words_are_not(make, find, db):
    firm = make.firm("Mel da Lousã", about="")

    firms.set_identity(db, firm, name="Azeite do Alentejo", country="PRT", tax_number=firm.tax_number)

    assert find("azeite") == ["Azeite do Alentejo"]
    assert find("lousa") == []


@pytest.mark.both_databases
def test_a_firm_that_is_deleted_is_found_no_more(make, find, db):
    firm = make.firm("Mel da Lousã")

    firms.delete_firm(db, firm)

    assert find("lousa") == []


@pytest.mark.both_databases
def test_what_is_rolled_back_is_not_found(make, find, db):
    firm = make.firm("Mel da Lousã")
    firm.search_text = "zarabatana"
    db.flush()

    db.rollback()

    assert find("zarabatana") == []
    assert find("lousa") == ["Mel da Lousã"]


@pytest.mark.both_databases
def test_only_what_everybody_may_see_is_searched(make, find):
    make.firm("Mel da Lousã", tax_number="509442013", contact_email="secret@example.org", contact_name="Segismundo")

    for words in ("509442013", "secret", "segismundo"):
        assert find(words) == [], words


@pytest.mark.parametrize("words", ["", "   ", "-", '"', "*", ":", "()", "\x00", "¿?"])
def test_words_without_a_letter_or_figure_are_no_condition(words):
    assert matches_search("sqlite", words) is None


@pytest.mark.both_databases
@given(words=st.text(max_size=40))
@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_nothing_that_somebody_types_is_an_operator(find, words):
    find(words)


@pytest.mark.both_databases
@pytest.mark.parametrize(
    "words", ['mel" OR "1', "mel NEAR azeite", "mel*", "-mel", "name:mel", "(mel", "mel & !x", "mel:*", "'mel'"]
)
def test_operators_of_either_database_are_only_words(make, find, words):
    make.firm("Mel or near name 1 x azeite", about="")

    assert find(words) == ["Mel or near name 1 x azeite"]


def test_words_are_letters_and_figures():
    assert search_words("Café-Bar 'O Zé', n.º 7") == ["cafe", "bar", "o", "ze", "n", "o", "7"]
