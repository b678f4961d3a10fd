"""The pages of the directory."""

from __future__ import annotations

import csv
import io

import pytest

from models import Introduction
from services.firms_csv import import_firms


@pytest.fixture
def member(make, sign_in):
    """A browser of the owner of an approved firm in Angola."""
    firm = make.firm("Kianda", country="AGO", products=[("dried fish", "0305")], contact_email="own@kianda.example")
    browser = sign_in(make.owner_of(firm))
    browser.firm = firm
    return browser


def rows_of(page):
    return list(csv.DictReader(io.StringIO(page.html.lstrip("\ufeff"))))


def test_the_directory_lists_approved_firms_with_counts(member, make):
    make.firm("Douro", products=[("olive oil", "1509")])
    make.firm("Draft Only", state="draft")

    page = member.get("/firms")

    assert "2 firms" in page.text
    assert "Douro" in page.text and "Kianda" in page.text and "Draft Only" not in page.text


def test_filters_stand_in_the_address_and_can_be_taken_away_one_by_one(member, make):
    make.firm("Douro", products=[("olive oil", "1509")])

    page = member.get("/firms?q=olive&country=PRT&chapter=15")

    assert "One firm" in page.text
    away = [href for href, text in page.links if "Take this filter away" in text]
    assert away == ["?country=PRT&chapter=15", "?q=olive&chapter=15", "?q=olive&country=PRT"]


def test_the_form_keeps_what_was_chosen(member, make):
    make.firm("Douro", products=[("olive oil", "1509")])
    member.get("/firms?country=PRT")

    page = member.fill("/firms", q="olive")

    assert "q=olive" in page.address and "country=PRT" in page.address
    assert "One firm" in page.text


def test_words_find_what_the_page_shows_of_codes(member, make):
    make.firm("Cold House", offers=["cold_chain"])

    assert "Cold House" in member.get("/firms?q=chain").text
    assert "Kianda" not in member.get("/firms?q=chain").text.split("Chosen")[-1].split("Cold House")[-1][:60]


def test_nothing_found_says_what_to_do(member):
    page = member.get("/firms?q=zzzzzz")

    assert "No firm meets all of this" in page.text
    assert "Download as CSV" not in page.text


def test_a_strange_address_is_answered_calmly(member):
    strange = ["q=%22%2A", "country=XX", "section=99", "chapter=%27", "offer=x", "sort=evil", "page=abc", "page=-3"]
    for query in [*strange, "page=99999", "q=" + "a+" * 400, "market=PRT&market=PRT", "q=%FF"]:
        member.get(f"/firms?{query}")
    member.get("/firms?q=%00", status=400)


def test_the_list_asks_the_database_a_fixed_number_of_times(member, make, query_count):
    for number in range(12):
        make.firm(f"Firm {number}")
    with query_count() as few:
        member.get("/firms?q=firm")
    for number in range(8):
        make.firm(f"Firm more {number}")
    with query_count() as more:
        member.get("/firms?q=firm")

    assert more.count <= few.count + 1


def test_a_firm_that_waits_sees_when_the_directory_opens(make, sign_in):
    browser = sign_in(make.owner_of(make.firm(state="submitted")))
    make.firm("Approved One")

    page = browser.get("/firms")

    assert "opens when your firm is approved" in page.text
    assert "Approved One" not in page.text
    browser.get("/firms.csv", status=404)


def test_a_visitor_is_asked_to_sign_in(visitor):
    assert "/sign-in" in visitor.get("/firms").address


def test_the_csv_holds_what_one_may_see_and_no_more(member, make, db):
    friend = make.firm("Friend", contact_email="a@friend.example", tax_number="555777")
    make.firm("Stranger", contact_email="a@stranger.example", tax_number="555888")
    db.add(Introduction(first_id=member.firm.id, second_id=friend.id))
    db.commit()

    rows = {row["name"]: row for row in rows_of(member.get("/firms.csv"))}

    assert {name: row["contact_email"] for name, row in rows.items()} == {
        "Friend": "a@friend.example",
        "Kianda": "own@kianda.example",
        "Stranger": "",
    }
    assert "tax_number" not in rows["Friend"] and "market_budgets" not in rows["Friend"]


def test_the_csv_follows_the_filters_and_has_no_cap(member, make):
    for number in range(45):
        make.firm(f"Firm {number}")
    make.firm("Elsewhere", country="MOZ")

    assert len(rows_of(member.get("/firms.csv?country=PRT"))) == 45


def test_a_moderator_gets_every_column(make, sign_in):
    make.firm("Douro", tax_number="123")

    (row,) = rows_of(sign_in(make.moderator()).get("/firms.csv"))

    assert row["tax_number"] == "123"


def test_what_the_directory_gives_the_import_takes_back(member, make, db):
    make.firm("=Douro", contact_phone="+351 1", tax_number="9")

    report = import_firms(db, member.get("/firms.csv").html.encode())

    assert (report.problems, report.changed, report.unchanged) == ([], [], 2)


def test_a_portuguese_spreadsheet_finds_its_semicolons(make, sign_in, db):
    ines = make.person(locale="pt")
    make.firm("Alfa; Beta", owner=ines)

    text = sign_in(ines).get("/firms.csv").html

    assert text.startswith("\ufeffkey;name;country;")
    report = import_firms(db, text.encode())
    assert (report.problems, report.changed, report.unchanged) == ([], [], 1)
