"""Firms from and to CSV: nothing by halves, every fault explained, the own export changes nothing."""

from __future__ import annotations

import datetime as dt
import io
import re
from pathlib import Path

import pytest
import sqlalchemy as sa
from hypothesis import given
from hypothesis import strategies as st

from models import Firm
from services import firms_csv
from services.firm_cells import join_entries, split_entries
from services.firm_columns import COLUMNS
from services.firms_csv import guard, import_firms, unguard
from services.vocabulary import CAPABILITIES, NORMS, OBJECTIVES, SEGMENTS, TURNOVER_BANDS


def take(db, text, **options):
    data = text if isinstance(text, bytes) else text.encode()
    report = import_firms(db, data, **options)
    db.commit()
    return report


def faults(report):
    return [(problem.line, problem.column, problem.kind) for problem in report.problems]


def stored(db, name):
    return db.scalars(sa.select(Firm).where(Firm.name == name)).one()


def exported(db):
    out = io.StringIO()
    firms_csv.export_firms(db, out)
    return out.getvalue()


WHOLE = (
    "name,country,city,tax_number,founded_year,employees,turnover_band,website,about,contact_email,products,"
    "monthly_capacities,target_markets,market_budgets,known_markets,languages,certificates,offers,needs,"
    "objectives,norms,associations,consortia,can_sign\n"
    'Azeites da Serra,Portugal,Braga,PT 501 442 600,1998,24,1m_5m,https://serra.example,"Two\nlines; and more",'
    "ana@serra.example,azeite virgem|1509.20|4|retail|pools; azeitonas|2005,azeite virgem|20 000 l,"
    "AGO|3|1; Brasil|2,AGO|15000,ESP|regular,português|native; en|working,ISO 9001|2027-05-31; Bio,"
    "cold_chain; packaging,local_agent,joint_fair,open_books,Casa do Azeite,Grupo 2019; Grupo 2020,no\n"
)


@pytest.mark.both_databases
def test_a_row_becomes_a_firm_with_all_its_parts(db):
    report = take(db, WHOLE)

    assert report.problems == []
    firm = stored(db, "Azeites da Serra")
    assert (firm.country, firm.state, firm.tax_number_folded, firm.can_sign) == ("PRT", "draft", "501442600", False)
    assert firm.about == "Two\nlines; and more"
    assert [(p.words, p.hs, p.tier, p.segment, p.pools, p.monthly_capacity) for p in firm.products] == [
        ("azeite virgem", "150920", 4, "retail", True, "20 000 l"),
        ("azeitonas", "2005", None, "", False, ""),
    ]
    assert [(m.country, m.priority, m.horizon, m.budget_eur) for m in firm.target_markets] == [
        ("AGO", 3, 1, 15000),
        ("BRA", 2, None, None),
    ]
    assert [(row.language, row.level) for row in firm.languages] == [("en", "working"), ("pt", "native")]
    assert [(row.name, row.valid_until) for row in firm.certificates] == [
        ("ISO 9001", dt.date(2027, 5, 31)),
        ("Bio", None),
    ]
    assert (firm.offers, firm.needs) == (["cold_chain", "packaging"], ["local_agent"])
    assert [(link.kind, link.name) for link in firm.links][:2] == [
        ("association", "Casa do Azeite"),
        ("consortium", "Grupo 2019"),
    ]
    assert "azeite" in firm.search_text and "15000" not in firm.search_text


@pytest.mark.both_databases
def test_importing_our_own_export_changes_nothing(db, make):
    make.firm("=cmd", about="-1\n'=x", products=[("salt; pepper | mixed \\", "0904")], website="https://a.example")
    make.firm("Só Nome", products=(), targets=(), languages=(), offers=(), needs=(), tax_number="", city="")
    make.firm(
        "Só Nome",
        tax_number="7",
        known=[("AGO", "presence"), ("ESP", "visits")],
        offices=["AGO"],
        certificates=["B", "A"],
        norms=["open_books"],
    )
    make.firm("Doubled", tax_number="8", state="rejected", links=[("association", "X"), ("consortium", "Y")])
    before = exported(db)

    report = take(db, before)

    assert report.problems == []
    assert (report.unchanged, report.changed, report.created) == (4, [], [])
    assert exported(db) == before


def test_our_export_builds_the_same_firms_elsewhere(db, make):
    make.firm("Caju Novo", known=[("AGO", "visits")], offices=["AGO"], links=[("association", "X")])
    before = exported(db)
    db.execute(sa.delete(Firm))
    db.commit()

    assert take(db, before).created == ["Caju Novo"]
    assert exported(db) == before


def test_a_formula_is_guarded_on_the_way_out_and_freed_on_the_way_in(db, make):
    make.firm("=HYPERLINK(0)", contact_phone="+351 22")

    text = exported(db)

    assert "'=HYPERLINK(0)" in text and "'+351 22" in text
    assert not re.search(r"(^|,)\"?[=+@]", text, re.MULTILINE)


@given(st.text(max_size=30) | st.text("=+-@\t\r\n;' a", max_size=12))
def test_a_guard_is_always_taken_away_again(cell):
    assert unguard(guard(cell)) == cell
    assert guard(cell)[:1] not in tuple("=+-@\t\r")


def test_no_cell_begins_a_formula_where_semicolons_part_cells(db, make):
    """As where a spreadsheet speaks Portuguese: it cuts our cells at each semicolon and line break."""
    make.firm("Sal;=HYPERLINK(0)", about="One\n=cmd|' /C calc'!A0\r\n@two; +3")

    text = exported(db)

    assert not re.search(r"[;\r\n] *[=+\-@]", text)
    assert take(db, text).changed == []


@given(st.lists(st.lists(st.text(max_size=8).map(str.strip), min_size=1, max_size=4), max_size=4))
def test_entries_come_back_as_they_were(entries):
    trimmed = []
    for entry in entries:
        while len(entry) > 1 and not entry[-1]:
            entry.pop()
        if any(entry):
            trimmed.append(entry)

    assert split_entries(join_entries(trimmed)) == trimmed


def test_one_bad_row_keeps_all_rows_out(db):
    report = take(db, "name,country\nGood,PRT\nBad,Atlantis\n")

    assert faults(report) == [(3, "country", "country")]
    assert report.created == []
    assert db.scalar(sa.select(sa.func.count(Firm.id))) == 0


def test_a_dry_run_says_what_would_be_and_changes_nothing(db):
    report = take(db, "name,country\nGood,PRT\n", is_dry_run=True)

    assert report.created == ["Good"]
    assert db.scalar(sa.select(sa.func.count(Firm.id))) == 0


@pytest.mark.parametrize(
    ("header", "cell", "kind"),
    [
        ("employees", "many", "number"),
        ("employees", "-5", "number"),
        ("employees", "9" * 5000, "number"),
        ("founded_year", "2999", "number"),
        ("website", "javascript:alert(1)", "website"),
        ("website", "www.example.com", "website"),
        ("contact_email", "ana", "email"),
        ("state", "aproved", "choice"),
        ("turnover_band", "huge", "choice"),
        ("can_sign", "maybe", "flag"),
        ("city", "x" * 121, "too_long"),
        ("key", "a b", "key"),
        ("products", "nuts|99999", "hs"),
        ("products", "|0801", "part_missing"),
        ("products", "nuts|0801|9", "number"),
        ("products", "nuts|0801|3|retail|pools|more", "parts"),
        ("products", ";".join(f"p{n}" for n in range(61)), "too_many"),
        ("target_markets", "PRT; Portugal", "twice"),
        ("known_markets", "PRT", "part_missing"),
        ("offices", "PRT", "office_unknown"),
        ("offices", "Atlantis", "country"),
        ("languages", "Klingonian|native", "language"),
        ("certificates", "ISO|5/31/2027", "date"),
        ("employees", "12.5", "number"),
        ("employees", "1.20", "number"),
        ("city", "Por\u202eot", "control"),
        ("city", "Por\x0bto", "control"),
        ("offers", "cold_chian", "choice"),
    ],
)
def test_a_bad_cell_is_named_with_line_column_and_kind(db, header, cell, kind):
    report = take(db, f"name,country,{header}\nFirm,PRT,{cell}\n")

    assert faults(report) == [(2, header, kind)]


def test_a_near_miss_is_answered_with_the_word_meant(db):
    (problem,) = take(db, "name,country,offers\nFirm,PRT,cold_chian\n").problems

    assert problem.right[0] == "cold_chain"


def test_a_line_is_counted_as_an_editor_counts_it(db):
    report = take(db, 'name,country,about\n"A",PRT,"one\ntwo\nthree"\nB,nowhere,\n')

    assert faults(report) == [(5, "country", "country")]


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("", "no_header"),
        ("a,b\n1,2\n", "no_header"),
        ("name,country,nmae\nA,PRT,x\n", "unknown_column"),
        ("name,name,country\nA,B,PRT\n", "column_twice"),
        ("name\nA\n", "column_missing"),
        ("name,country\nA\n", "cells"),
        ("name,country\nA,PRT,x\n", "cells"),
        ('name,country\n"A,PRT\n', "csv"),
        ("name,country\nA\x00,PRT\n", "not_text"),
        ("name,country\n,PRT\n", "missing"),
        ("name,country,\nA,PRT,x\n", "no_heading"),
        ("name,country\n!!!,PRT\n", "no_letter"),
        ("name,country,about\nA,PRT,%s\n" % ("x" * 200_001), "cell_too_long"),
        ("name,country,products,monthly_capacities\nA,PRT,nuts|0801,figs|2 t\n", "not_above"),
    ],
)
def test_a_file_that_is_wrong_as_a_whole_says_why(db, text, kind):
    assert kind in [problem.kind for problem in take(db, text).problems]


@pytest.mark.parametrize("mark", [b"", b"\xef\xbb\xbf"])
@pytest.mark.parametrize("separator", [",", ";", "\t"])
def test_marks_and_separators_do_not_matter(db, mark, separator):
    text = f'name{separator}country{separator}products\nSal e Mar{separator}CPV{separator}"sal|2501; peixe|0305"\n'

    report = take(db, mark + text.encode())

    assert (report.problems, report.separator) == ([], separator)
    assert len(stored(db, "Sal e Mar").products) == 2


def test_what_windows_writes_is_read_and_said(db):
    report = take(db, "name,country\nCafé São Tomé,STP\n".encode("cp1252"))

    assert report.encoding == "windows-1252"
    assert stored(db, "Café São Tomé")


def test_a_sheet_made_by_hand_is_read(db):
    sheet = (
        "Associados 2026;;;;;\r\n;;;;;\r\nEmpresa;;;Mercados-alvo;;\r\n"
        "Nome da empresa;País;NIF;target_markets;market_budgets;Certificações;accepts_coopetition;;\r\n"
        ";;;;;;;;\r\n"
        'Mel São João;Moçambique;501;"Angola; África do Sul";"Angola|12.500,00; ZAF|€ 7 500";ISO|31/12/2027;Não;;\r\n'
    )

    report = take(db, sheet.encode("cp1252"))

    assert report.problems == []
    firm = stored(db, "Mel São João")
    assert (firm.country, firm.tax_number, firm.accepts_coopetition) == ("MOZ", "501", False)
    assert {market.country: market.budget_eur for market in firm.target_markets} == {"AGO": 12500, "ZAF": 7500}
    assert firm.certificates[0].valid_until == dt.date(2027, 12, 31)


def test_a_line_below_titles_is_counted_from_the_top_of_the_file(db):
    assert faults(take(db, "Members\n\nname,country\nA,nowhere\n")) == [(4, "country", "country")]


def test_what_excel_calls_unicode_text_is_read(db):
    report = take(db, "name\tcountry\r\nAção\tPortugal\r\n".encode("utf-16"))

    assert (report.encoding, report.created) == ("utf-16", ["Ação"])


@pytest.mark.parametrize(
    "text",
    [
        "name,country\nAção,PRT\nSão João,PRT\n".encode() + "Vã,PRT\n".encode("cp1252"),
        b"name,country\n\n\nA\x81,PRT\n",
    ],
)
def test_a_file_that_would_come_out_garbled_is_refused(db, text):
    assert faults(take(db, text)) == [(4, None, "encoding")]


def test_a_zero_that_a_spreadsheet_ate_is_put_back(db):
    take(db, "name,country,products\nCafé,AGO,café|901; café torrado|90121\n")

    assert [product.hs for product in stored(db, "Café").products] == ["0901", "090121"]


def test_an_empty_cell_leaves_and_a_hyphen_empties(db, make):
    firm = make.firm("Old", city="Porto", about="Text", employees=9)

    report = take(db, f"key,city,about,employees,needs\n{firm.key},,-,-,\n")

    assert report.changed == ["Old"]
    db.expire_all()
    firm = stored(db, "Old")
    assert (firm.city, firm.about, firm.employees, firm.needs) == ("Porto", "", None, ["customs_clearance"])


def test_a_change_of_one_column_leaves_confidential_ones(db, make):
    firm = make.firm("Old", products=[("oil", "1509")], targets=[("ESP", 3)])
    firm.products[0].monthly_capacity, firm.target_markets[0].budget_eur = "3 t", 500
    db.commit()

    take(db, f"key,products,target_markets\n{firm.key},oil|1509|5; soap|3401,ESP|1; FRA\n")

    db.expire_all()
    firm = stored(db, "Old")
    assert [(p.words, p.tier, p.monthly_capacity) for p in firm.products] == [("oil", 5, "3 t"), ("soap", None, "")]
    assert [(m.country, m.priority, m.budget_eur) for m in firm.target_markets] == [("FRA", 2, None), ("ESP", 1, 500)]


def offices_of(db, name):
    db.expire_all()
    return [(market.country, market.has_office) for market in stored(db, name).known_markets]


@pytest.mark.both_databases
def test_an_office_comes_and_goes_by_its_column(db, make):
    firm = make.firm("Old", known=[("AGO", "presence"), ("ESP", "visits")], offices=["AGO"])

    report = take(db, f"key,offices\n{firm.key},Espanha\n")
    assert (report.changed, offices_of(db, "Old")) == (["Old"], [("AGO", False), ("ESP", True)])

    assert take(db, f"key,offices\n{firm.key},\n").unchanged == 1
    assert take(db, f"key,offices\n{firm.key},-\n").changed == ["Old"]
    assert offices_of(db, "Old") == [("AGO", False), ("ESP", False)]


def test_an_office_stays_when_the_markets_known_change(db, make):
    firm = make.firm("Old", known=[("AGO", "presence"), ("ESP", "visits")], offices=["AGO", "ESP"])

    take(db, f"key,known_markets\n{firm.key},AGO|regular; FRA|visits\n")

    assert offices_of(db, "Old") == [("AGO", True), ("FRA", False)]


@pytest.mark.parametrize("row", ["{key},,FRA", "{key},ESP|visits,ESP; AGO", "{key},-,ESP"])
def test_an_office_must_stand_in_a_market_that_the_firm_knows(db, make, row):
    firm = make.firm("Old", known=[("AGO", "presence"), ("ESP", "visits")])

    report = take(db, "key,known_markets,offices\n" + row.format(key=firm.key) + "\n")

    assert faults(report) == [(2, "offices", "office_unknown")]
    assert report.problems[0].right == ("known_markets",)
    assert report.problems[0].value in ("FRA", "AGO", "ESP")


@pytest.mark.parametrize("heading", ["Escritórios", "Oficinas", "Bureaux à l'étranger", "Offices"])
def test_offices_are_known_by_other_headings(db, heading):
    take(db, f"name,country,known_markets,{heading}\nSal,CPV,ESP|presence; PRT|visits,ESP\n")

    assert offices_of(db, "Sal") == [("ESP", True), ("PRT", False)]


@pytest.mark.both_databases
def test_a_changed_firm_is_found_by_its_new_words(db, make):
    from services.directory import Filters, search_firms

    firm = make.firm("Old")

    take(db, f"key,name\n{firm.key},Novíssima\n")

    assert [found.name for found in search_firms(db, Filters("novissima")).firms] == ["Novíssima"]


@pytest.mark.parametrize(
    ("row", "kind", "column"),
    [
        ("Other,PRT,PT-555", "duplicate_stored", "tax_number"),
        ("Other,PRT,987 654 321", "duplicate_stored", "tax_number"),
        ("  OLÁ  firm,PRT,", "duplicate_stored", "name"),
        ('"Olá, Firm.",PRT,', "duplicate_stored", "name"),
    ],
)
def test_a_firm_that_is_here_already_is_noticed(db, make, row, kind, column):
    make.firm("Olá Firm", country="PRT", tax_number=("PT 987 654 321" if "987" in row else "PT 555"))

    report = take(db, f"name,country,tax_number\n{row}\n")

    assert faults(report) == [(2, column, kind)]
    assert report.problems[0].right == ("Olá Firm",)


def test_equal_names_with_different_tax_numbers_are_two_firms(db, make):
    make.firm("Twin", tax_number="1")

    assert take(db, "name,country,tax_number\nTwin,PRT,2\nTwin,ESP,\n").created == ["Twin", "Twin"]


def test_a_firm_that_stands_twice_in_the_file_is_noticed(db):
    report = take(db, "name,country,tax_number\nA,PRT,1\nB,PRT,\nC,PRT,1\nb,PRT,\n")

    assert faults(report) == [(4, "tax_number", "duplicate_in_file"), (5, "name", "duplicate_in_file")]
    assert report.problems[0].right == (2,)


def test_duplicates_can_be_left_out(db, make):
    make.firm("Here")

    report = take(db, "name,country\nHere,PRT\nNew,PRT\n", skips_duplicates=True)

    assert (report.created, report.skipped, report.problems) == (["New"], 1, [])


def test_a_tax_number_cannot_be_taken_from_another_firm_by_a_change(db, make):
    make.firm("A", tax_number="1")
    other = make.firm("B", tax_number="2")

    assert faults(take(db, f"key,tax_number\n{other.key},1\n")) == [(2, "tax_number", "duplicate_stored")]


def test_too_many_rows_are_refused(db, monkeypatch):
    monkeypatch.setattr(firms_csv, "MOST_ROWS", 2)

    assert [p.kind for p in take(db, "name,country\nA,PRT\nB,PRT\nC,PRT\n").problems] == ["too_many_rows"]


def test_too_large_a_file_is_refused(db, monkeypatch):
    monkeypatch.setattr(firms_csv, "MOST_BYTES", 10)

    assert [p.kind for p in take(db, "name,country\nA,PRT\n").problems] == ["file_too_big"]


@given(st.binary(max_size=300))
def test_no_file_whatever_breaks_the_reader(data):
    report = firms_csv.Report()

    firms_csv.read_rows(data, report)
    firms_csv.read_rows(b"name,country,products,languages\n" + data, firms_csv.Report())

    assert report.is_good in (True, False)


def test_the_documentation_names_every_column_and_word():
    text = Path("docs/firms-csv.md").read_text(encoding="utf-8")

    for column in COLUMNS:
        assert re.search(rf"\b{column.name}\b", text), column.name
    for word in (*CAPABILITIES, *OBJECTIVES, *NORMS, *SEGMENTS, *TURNOVER_BANDS):
        assert re.search(rf"\b{word}\b", text), word
