"""The directory finds approved firms by words and criteria, and counts honestly."""

from __future__ import annotations

import pytest

from models import Introduction
from services import directory, permissions
from services.directory import Filters, all_firms, count_criteria, search_firms

pytestmark = pytest.mark.both_databases


def names(db, words="", *, sort="relevance", codes_of_word=lambda word: (), **chosen):
    page = search_firms(db, Filters(words, chosen, sort), codes_of_word=codes_of_word)
    return [firm.name for firm in page.firms]


def counts(db, criterion, words="", **chosen):
    return {entry.code: entry.count for entry in count_criteria(db, Filters(words, chosen))[criterion]}


def test_only_approved_firms_are_found(db, make):
    make.firm("Seen")
    for state in ("draft", "submitted", "returned", "rejected", "suspended"):
        make.firm(f"Hidden {state}", state=state)

    assert names(db) == ["Seen"]
    assert counts(db, "country") == {"PRT": 1}


def test_any_word_of_a_field_that_is_shown_finds_the_firm(db, make):
    make.firm(
        "Borda d'Água",
        products=[("calçado fino", "640391")],
        targets=[("ESP", 2)],
        certificates=["ISO 9001"],
        about="Feito à mão.",
        links=[("association", "Casa do Couro")],
    )
    make.firm("Other", products=[("rice", "1006")], targets=[("FRA", 1)], country="AGO")

    for words in (
        *("calçado", "CALCADO", "calcad", "borda-d'água", "640391", "6403.91", "footwear", "portugal", "Espagne"),
        *("iso 9001", "feito à mão", "casa do couro", "calçado espanha"),
    ):
        assert names(db, words) == ["Borda d'Água"], words


@pytest.mark.parametrize(
    ("in_profile", "typed"),
    [
        ("azeite", "azeites"), ("azeites", "azeite"), ("móvel", "móveis"), ("móveis", "móvel"), ("limão", "limões"),
        ("limões", "limão"), ("noz", "nueces"), ("berry", "berries"), ("berries", "berry"),
    ],
)  # fmt: skip
def test_singular_and_plural_find_each_other(db, make, in_profile, typed):
    make.firm("Found", products=[(in_profile.replace("noz", "nuez"), "")])
    make.firm("Other", products=[("azeitonas, movimento", "")])

    assert names(db, typed) == ["Found"]


def test_a_product_is_found_by_what_people_call_it(db, make):
    make.firm("Found", products=[("botins", "6403")])
    make.firm("Below", products=[("botins", "640399")])
    make.firm("Other", products=[("botins", "6406")])

    assert names(db, "sapatos") == names(db, "zapato") == ["Below", "Found"]


def test_a_single_letter_is_a_word_of_its_own(db, make):
    make.firm("Serra S.A.")
    make.firm("Sal e Areia", products=[("sal", "2501")])

    assert names(db, "S.A.") == ["Serra S.A."]


def test_no_word_of_a_confidential_field_finds_it(db, make):
    make.firm(
        "Quiet",
        tax_number="999888777",
        contact_email="office77@x.example",
        contact_name="Secretly Ana",
        contact_phone="912 345 678",
    )

    for words in ("office77", "secretly", "912 345", "999888777"):
        assert names(db, words) == [], words


def test_all_words_must_be_met(db, make):
    make.firm("A", about="red wine")
    make.firm("B", about="red cheese")

    assert names(db, "red wine") == ["A"]


def test_signs_are_never_operators(db, make):
    make.firm("Some")

    for words in ('"', "*", "a OR b NOT", "-x", "name:x", "NEAR(a b)", "'; --", "😀", "&|!:*", "()", "\\"):
        names(db, words)


def test_a_word_finds_what_the_reader_sees_of_a_code(db, make):
    make.firm("Cold", offers=["cold_chain"])
    make.firm("Warm", offers=["packaging"], needs=[])

    assert names(db, "frio") == []
    assert names(db, "frio", codes_of_word=lambda word: {"cold_chain"} if word == "frio" else ()) == ["Cold"]


def test_the_name_goes_before_the_rest(db, make):
    make.firm("Alpha", about="azeite azeite azeite azeite")
    make.firm("Zeta Azeite", about="We press olives.")

    assert names(db, "azeite") == ["Zeta Azeite", "Alpha"]


def test_names_and_newest_first_are_orders_too(db, make):
    for name in ("Évora", "Beja", "Zêzere"):
        make.firm(name)

    assert names(db, sort="name") == ["Beja", "Évora", "Zêzere"]
    assert names(db, sort="newest") == ["Zêzere", "Beja", "Évora"]


def test_entries_of_one_criterion_widen_and_criteria_together_narrow(db, make):
    make.firm("A", country="PRT", products=[("oil", "1509")], targets=[("AGO", 1)], offers=["packaging"])
    make.firm("B", country="AGO", products=[("shoes", "6403")], targets=[("PRT", 1)], offers=["cold_chain"])
    make.firm("C", country="MOZ", products=[("boots", "6403")], targets=[("AGO", 1)], offers=["packaging"])

    assert names(db, country=("PRT", "AGO"), sort="name") == ["A", "B"]
    assert names(db, country=("PRT", "AGO"), market=("AGO",)) == ["A"]
    assert names(db, section=("XII",), sort="name") == ["B", "C"]
    assert names(db, chapter=("15",)) == ["A"]
    assert names(db, offer=("packaging",), sort="name") == ["A", "C"]


def test_a_criterion_counts_beside_the_others_but_not_beside_itself(db, make):
    make.firm("A", country="PRT", products=[("oil", "1509"), ("more oil", "151590")])
    make.firm("B", country="AGO", products=[("shoes", "6403")])
    make.firm("C", country="AGO", products=[("oil", "1511")])

    assert counts(db, "country", chapter=("15",)) == {"PRT": 1, "AGO": 1}
    assert counts(db, "chapter", chapter=("15",)) == {"15": 2, "64": 1}
    assert counts(db, "section", country=("AGO",)) == {"III": 1, "XII": 1}
    assert counts(db, "market", "shoes") == {"ESP": 1}
    assert counts(db, "offer", country=("AGO",)) == {"market_research": 2}


def test_every_count_is_what_choosing_the_entry_finds(db, make):
    make.firm("A", country="PRT", products=[("oil", "1509"), ("shoes", "6403")], targets=[("AGO", 1), ("BRA", 1)])
    make.firm("B", country="AGO", products=[("fish", "0303")], targets=[("BRA", 1)], offers=["cold_chain"])
    make.firm("C", country="AGO", products=[("no code", "")], targets=[])

    for criterion, entries in count_criteria(db, Filters()).items():
        for entry in entries:
            assert search_firms(db, Filters("", {criterion: (entry.code,)})).total == entry.count


def test_what_was_chosen_stays_even_with_nothing_to_find(db, make):
    make.firm("A", country="PRT")
    entries = count_criteria(db, Filters("zzz", {"country": ("PRT",)}))["country"]

    assert [(entry.code, entry.count, entry.is_chosen) for entry in entries] == [("PRT", 0, True)]


def test_pages_hold_every_firm_once(db, make, monkeypatch):
    monkeypatch.setattr(directory, "PER_PAGE", 2)
    for number in range(5):
        make.firm(f"Firm {number}")

    pages = [search_firms(db, Filters(sort="name"), page=number) for number in (1, 2, 3)]

    assert [firm.name for page in pages for firm in page.firms] == [f"Firm {number}" for number in range(5)]
    assert {(page.total, page.pages) for page in pages} == {(5, 3)}
    assert search_firms(db, Filters(sort="name"), page=99).number == 3
    assert search_firms(db, Filters(sort="name"), page=-1).number == 1


def test_all_firms_stand_in_the_order_of_the_pages(db, make, monkeypatch):
    monkeypatch.setattr(directory, "CHUNK", 2)
    for name in "CAEBD":
        make.firm(name)

    assert [firm.name for firm in all_firms(db, Filters(sort="name"))] == list("ABCDE")


def test_how_deep_a_person_sees_is_known_for_a_whole_list(db, make):
    mine, friend, stranger = make.firm(), make.firm(), make.firm()
    person = make.owner_of(mine)
    db.add(Introduction(first_id=mine.id, second_id=friend.id))
    db.commit()

    tier_of = permissions.tiers_for(db, person, mine)

    assert [tier_of(firm) for firm in (mine, friend, stranger)] == ["own", "mutual", "members"]
    assert permissions.tiers_for(db, make.moderator(), None)(stranger) == "own"
