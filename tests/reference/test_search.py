"""The product search finds what people type."""

from __future__ import annotations

import time

import pytest

from reference import hs
from reference.search import search_hs


def first_five(query, **options):
    return [hit.code for hit in search_hs(query, limit=5, **options)]


@pytest.mark.parametrize(
    ("query", "heading"),
    [
        # The six of the specification.
        ("castanha de caju", "0801"),
        ("calçado de couro", "6403"),
        ("azeite", "1509"),
        ("roasted coffee", "0901"),
        ("muebles de madera", "9403"),
        ("0901", "0901"),
        # Portuguese as in Angola and Portugal.
        ("ginguba", "1202"),
        ("fuba de bombó", "1106"),
        ("óleo de palma", "1511"),
        ("peixe seco", "0305"),
        ("bacalhau", "0305"),
        ("sumo de maracujá", "2009"),
        ("rolhas de cortiça", "4503"),
        ("azulejos", "6907"),
        ("pastéis de nata", "1905"),
        ("vinho do Porto", "2204"),
        ("sapatos", "6403"),
        ("ténis", "6404"),
        ("telemóveis", "8517"),
        ("cimento", "2523"),
        ("tijolos", "6904"),
        ("mel", "0409"),
        ("madeira serrada", "4407"),
        ("caixas de cartão", "4819"),
        ("moldes para injecção", "8480"),
        ("painéis solares", "8541"),
        ("roupa de cama", "6302"),
        ("diamantes", "7102"),
        ("camarão congelado", "0306"),
        # Portuguese as in Brazil.
        ("suco de laranja", "2009"),
        ("sorvete", "2105"),
        ("cachaça", "2208"),
        ("autopeças", "8708"),
        ("xampu", "3305"),
        ("celulares", "8517"),
        ("papelão ondulado", "4808"),
        # English.
        ("cashew nuts", "0801"),
        ("olive oil", "1509"),
        ("frozen fish fillets", "0304"),
        ("leather shoes", "6403"),
        ("cotton t-shirts", "6109"),
        ("dried mango", "0804"),
        ("solar panels", "8541"),
        ("wooden furniture", "9403"),
        ("charcoal", "4402"),
        # Spanish.
        ("aceite de oliva virgen extra", "1509"),
        ("zapatos de cuero", "6403"),
        ("zumo de naranja", "2009"),
        ("aguacates", "0804"),
        ("neumáticos", "4011"),
        ("jamón ibérico", "0210"),
        ("mermelada", "2007"),
        # French.
        ("huile d'olive", "1509"),
        ("noix de cajou", "0801"),
        ("chaussures en cuir", "6403"),
        ("café torréfié", "0901"),
        ("poisson séché", "0305"),
        ("meubles en bois", "9403"),
        ("bière artisanale", "2203"),
        ("beurre de karité", "1515"),
    ],
)
def test_a_query_finds_its_heading_in_the_first_five(query, heading):
    assert heading in [code[:4] for code in first_five(query)]


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("calçado de couro", "CALCADO DE COURO"),
        ("azulejo", "azulejos"),
        ("limão", "limões"),
        ("pão", "pães"),
        ("mueble", "muebles"),
        ("berry", "berries"),
        ("oeufs", "œufs"),
    ],
)
def test_accents_case_and_number_do_not_matter(one, other):
    assert first_five(one)[0] == first_five(other)[0]


@pytest.mark.parametrize("written", ["090121", "0901.21", "0901 21", "0901.21.00"])
def test_a_code_is_found_however_it_is_dotted(written):
    assert first_five(written)[0] == "090121"


def test_the_beginning_of_a_code_lists_what_lies_under_it():
    assert first_five("09.01") == ["0901", "090111", "090112", "090121", "090122"]
    assert first_five("09", levels=(4,)) == ["0901", "0902", "0903", "0904", "0905"]


def test_a_word_may_still_be_unfinished():
    assert first_five("castanha caj")[0] == "0801"
    assert first_five("telemó")[0] == "8517"


def test_a_slip_in_the_spelling_is_mended_and_said():
    hit = search_hs("compuatdores")[0]

    assert hit.code == "8471"
    assert hit.how == "some"


def test_when_not_all_words_are_found_the_others_still_count():
    hit = search_hs("azeite biológico alentejano")[0]

    assert (hit.code, hit.how) == ("1509", "some")


def test_the_reader_s_language_decides_between_shared_words():
    assert first_five("prunes", locale="fr")[0] == "0809"
    assert first_five("prunes", locale="en")[0] == "0813"


def test_only_the_levels_asked_for_are_given():
    assert {len(code) for code in first_five("café", levels=(6,))} == {6}


@pytest.mark.parametrize("query", ["", "   ", "???", "de", "zzzzqqq", "123456789012345", "'; drop table--"])
def test_what_says_nothing_finds_nothing_or_little_and_never_fails(query):
    assert len(search_hs(query)) <= 10


def test_the_order_is_always_the_same_and_scores_never_rise():
    one, other = search_hs("madeira", limit=50), search_hs("madeira", limit=50)

    assert one == other
    assert [hit.score for hit in one] == sorted((hit.score for hit in one), reverse=True)
    assert all(hs.is_code(hit.code) for hit in one)


@pytest.mark.parametrize("text", ["x" * 100_000, "x" * 390, "ab " * 50_000, "9" * 100_000, "é" * 5000])
def test_no_text_keeps_the_search_busy(text):
    search_hs("azeite")
    began = time.process_time()

    search_hs(text)

    assert time.process_time() - began < 0.5
