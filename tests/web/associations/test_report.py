"""The funder's report says what the other pages say, on the page and in the sheet, and nothing of too few."""

from __future__ import annotations

import datetime as dt
import io

import pytest
from openpyxl import load_workbook
from pypdf import PdfReader

from models import Application, Call, CallPromoter, ChoiceKind, Consortium, ListedFirm, now_utc
from services import choices
from services.associations import belongings, calls, claiming, invitations, listing, report
from services.associations.discretion import Period
from tests.groups import Group
from tests.papers import squeezed, text_of


@pytest.fixture
def world(db, make, sign_in):
    """Four members, three of which have met a partner; one firm asked; three on the list, two of them invited."""
    manager = make.person()
    association = make.association("=Associação do Sal", manager=manager)
    members = [
        make.firm(f"Member {n}", country=("PRT", "PRT", "PRT", "AGO")[n], employees=(5, 30, 90, None)[n],
                  state="draft" if n == 3 else "approved") for n in range(4)
    ]  # fmt: skip
    for firm in members:
        belongings.confirm_at_once(db, association, firm)
        firm.submitted_at_utc = now_utc() if firm.state == "approved" else None
    asked = make.firm("Asked")
    belongings.put_proposal(db, association.id, asked.id)
    for firm in members[:3]:
        choices.choose(db, firm, asked, ChoiceKind.INTERESTED, make.owner_of(firm))
        choices.choose(db, asked, firm, ChoiceKind.INTERESTED, make.owner_of(asked))
    for n in range(3):
        cells = {"name": f"Listed {n}", "country": "PRT", "contact_email": f"l{n}@b.example"}
        listed = ListedFirm(association_id=association.id, **listing.columns_of(cells))
        db.add(listed)
        db.flush()
        if n < 2:
            invitation = invitations.invite(db, association, listed.id, listed.email)
    db.commit()
    return {"association": association, "members": members, "browser": sign_in(manager), "invitation": invitation}


def file_of(world, name: str) -> bytes:
    """A file of the association's."""
    browser = world["browser"]
    answer = browser.client.get(f"/associations/{world['association'].key}/{name}", headers=browser.headers)
    assert answer.status_code == 200, name
    return answer.get_data()


def table_of(sheet) -> list[tuple]:
    """The rows below the heads of a sheet; above them stands what it is about, and an empty row."""
    rows = [tuple(cell for cell in row if cell is not None) for row in sheet.iter_rows(values_only=True)]
    return rows[rows.index(()) + 2 :] if () in rows else rows[1:]


def figures(world, query="") -> dict[str, object]:
    """The first sheet of the workbook, by the names of its figures."""
    browser, key = world["browser"], world["association"].key
    answer = browser.client.get(f"/associations/{key}/report.xlsx{query}", headers=browser.headers)
    assert answer.status_code == 200
    book = load_workbook(io.BytesIO(answer.get_data()))
    return {row[0].value: row[1].value for row in book.worksheets[0].iter_rows() if row[0].value}


def test_the_figures_equal_what_the_pages_say(db, world):
    browser, key = world["browser"], world["association"].key

    found = figures(world)

    assert (found["Firms reached"], found["Invited"], found["Confirmed"]) == (8, 2, 4)
    assert (found["Completed"], found["Matched"], found["Agreements"]) == (3, 3, 0)
    members = browser.get(f"/associations/{key}/members").text
    assert "5 firms" in members, "four that belong, one that has not answered"
    assert "3 firms" in browser.get(f"/associations/{key}/list").text
    assert "All 2" in browser.get(f"/associations/{key}/invitations").text
    assert f"{found['Confirmed']} confirmed" in browser.get(f"/associations/{key}").text


def test_the_page_and_the_sheet_say_the_same(world):
    page = world["browser"].get(f"/associations/{world['association'].key}/report").text
    book = load_workbook(io.BytesIO(file_of(world, "report.xlsx")))

    for sheet in book.worksheets:
        for row in table_of(sheet):
            assert all(str(cell) in page for cell in row[:2]), row
    assert all(cell.data_type != "f" for sheet in book for row in sheet.iter_rows() for cell in row)


@pytest.fixture
def called(db, make, world):
    """Two calls that the association promotes, and one of another, with members and others in them."""
    manager = make.staff(world["association"], "manager")
    other = make.association("União do Mel")
    given = {"section": "", "country": "", "starts_on": None, "about": "A fair.", "eligibility": "All.",
             "criteria": "", "ends_on": calls.today() + dt.timedelta(days=30)}  # fmt: skip
    found = []
    for title, funder in (("Conservas para Angola", "Fundo Azul"), ("Sal & Cª para o Brasil", "Fundo Verde")):
        call = calls.write(db, manager, world["association"], {**given, "title": title, "funder": funder})
        calls.open_call(db, manager, call)
        found.append(call)
    db.add(Call(association_id=other.id, title="Not ours", state="open", ends_on=given["ends_on"], funder="No fund"))
    db.add(CallPromoter(call_id=found[0].id, association_id=other.id, confirmed_at_utc=now_utc()))
    states = ("applied", "accepted", "refused", "nominated")
    for firm, state in zip(world["members"], states, strict=True):
        db.add(Application(call_id=found[0].id, firm_id=firm.id, state=state))
    db.add(Application(call_id=found[1].id, firm_id=world["members"][0].id, state="accepted"))
    db.add(Application(call_id=found[0].id, firm_id=make.firm("Outsider", country="BRA").id, state="accepted"))
    db.commit()
    return {"calls": found, "other": other}


def test_firms_are_counted_by_the_calls_that_the_association_promotes(db, world, called):
    found = report.make_report(db, world["association"], Period())

    lines = {line.code: line.counts for line in found.by["call"]}
    first, second = called["calls"]
    assert lines == {
        first.key: {"confirmed": 3, "completed": 3, "matched": None},
        second.key: {"confirmed": 1, "completed": 1, "matched": None},
    }
    sheet = load_workbook(io.BytesIO(file_of(world, "report.xlsx")))["By call"]
    assert table_of(sheet)[0] == ("Conservas para Angola", 3, 3, "–")


def test_the_report_of_a_call_says_what_its_pages_say_and_the_same_to_each_association(
    db, make, world, called, sign_in
):
    call = called["calls"][0]
    partner = sign_in(make.staff(called["other"], "reader"))
    where = f"calls/{call.key}/report"
    db.commit()

    texts = []
    for browser, association in ((world["browser"], world["association"]), (partner, called["other"])):
        page = browser.get(f"/associations/{association.key}/{where}").text
        texts.append(page[page.index("Figures") :])
        book = load_workbook(io.BytesIO(file_of({"browser": browser, "association": association}, where + ".xlsx")))
        figures = {row[0]: row[1] for row in table_of(book.worksheets[0])}
        tabs = browser.get(f"/associations/{association.key}/calls/{call.key}/firms").text
        for name in TABS:
            assert f"{name} {figures[name]}" in tabs, name
    assert texts[0] == texts[1]
    assert figures["Accepted firms"] == 2
    assert figures["Nominated firms"] == 0, "the nominated one is not approved: nobody sees it"
    assert table_of(book["By country"]) == [("Portugal", 0, 1, 1, 1), ("Brazil", 0, 0, 1, 0)]
    sign_in(make.moderator()).get(f"/associations/{world['association'].key}/{where}", status=404)
    call.state = "draft"
    db.commit()
    world["browser"].get(f"/associations/{world['association'].key}/{where}", status=404)


TABS = ("Nominated firms", "Firms that have applied", "Accepted firms", "Refused firms")
TITLES = {
    "pt": ("Relatório para o financiador", "Por convocatória"),
    "pt_BR": ("Relatório para o financiador", "Por chamada"),
    "en": ("Report for the funder", "By call"),
    "es": ("Informe para el financiador", "Por convocatoria"),
    "fr": ("Rapport au financeur", "Par appel"),
}


@pytest.mark.parametrize("language", TITLES)
def test_the_pdf_says_what_the_page_says_in_each_breakdown(prints, world, called, language):
    world["browser"].client.get("/")
    for what, where in (("report", "report"), ("call", f"calls/{called['calls'][0].key}/report")):
        query = f"?language={language}&from=2020-01-31&to=2090-05-31"
        data = file_of(world, f"{where}.pdf{query}")
        text = squeezed(text_of(data))

        assert squeezed(world["association"].name) in text and "FundoAzul" in text
        if what == "report":
            assert squeezed(TITLES[language][0]) in text and squeezed(TITLES[language][1]) in text
        if language == "en":
            book = load_workbook(io.BytesIO(file_of(world, f"{where}.xlsx?from=2020-01-31&to=2090-05-31")))
            rows = [row for sheet in book for row in table_of(sheet)]
            assert len(rows) > 8
            for row in rows:
                assert squeezed("".join(str(cell) for cell in row)) in text, row
            for row in book.worksheets[0].iter_rows(max_row=4, values_only=True):
                assert squeezed(row[1]) in text, "what it is about"
        root = PdfReader(io.BytesIO(data)).trailer["/Root"]
        assert root["/MarkInfo"]["/Marked"] and root["/Lang"].lower().startswith(language[:2])


def test_a_long_breakdown_breaks_over_pages_and_repeats_its_head(prints, db, make, world):
    for country in ("AGO", "BRA", "MOZ", "CPV", "ESP", "FRA", "ITA", "DEU", "GBR", "NLD", "BEL", "POL", "IRL", "DNK",
                    "SWE", "FIN", "NOR", "GRC", "ROU", "BGR", "HUN", "CZE", "SVK", "SVN", "HRV", "EST", "LVA", "LTU",
                    "TUR", "ARG", "CHL", "COL", "PER", "MEX", "URY", "PRY", "ECU", "ZAF", "MAR", "GHA"):  # fmt: skip
        belongings.confirm_at_once(db, world["association"], make.firm(country=country))
    db.commit()

    pages = [page.extract_text() for page in PdfReader(io.BytesIO(file_of(world, "report.pdf"))).pages]

    heads = [place for place, text in enumerate(pages) if "By country" in text and "Matched" in text]
    assert len(pages) >= 3 and len(heads) >= 2, "the head stands on each page on which the table goes on"
    assert sum("Ghana" in text for text in pages) == 1


def test_of_too_few_nothing_is_said_that_they_keep_to_themselves(db, world):
    association = world["association"]

    found = report.make_report(db, association, Period())
    lines = {(kind, line.code): line.counts for kind in found.by for line in found.by[kind]}

    assert found.matched == 3
    assert lines["country", "PRT"] == {"confirmed": 3, "completed": 3, "matched": None}, "else Angola's is known"
    assert lines["country", "AGO"] == {"confirmed": 1, "completed": 0, "matched": None}
    assert lines["size", "small"]["matched"] is None
    assert {code for kind, code in lines if kind == "size"} == {"micro", "small", "medium", ""}
    for firm in world["members"][:2]:
        belongings.find(db, association, firm).state = "left"
    db.flush()
    fewer = report.make_report(db, association, Period())
    assert (fewer.confirmed, fewer.matched, fewer.groups, fewer.agreements) == (2, None, None, None)


def test_a_row_of_one_firm_is_the_same_whether_it_has_met_a_partner_or_not(db, world):
    found = report.make_report(db, world["association"], Period())

    sizes = {line.code: line.counts for line in found.by["size"]}
    assert sizes["small"]["confirmed"] == sizes[""]["confirmed"] == 1
    assert sizes["small"]["matched"] == sizes[""]["matched"], "one of the two has met a partner, the other has not"


def test_a_period_counts_what_happened_within_it(db, world):
    belongings.find(db, world["association"], world["members"][0]).since_utc = dt.datetime(
        2024, 5, 31, 9, tzinfo=dt.UTC
    )
    db.commit()

    assert figures(world, "?to=2024-05-31")["Confirmed"] == 1
    assert figures(world, "?from=2024-06-01")["Confirmed"] == 3
    assert figures(world, "?from=2024-05-31&to=2024-05-31")["Firms reached"] == 0
    assert figures(world, "?from=nonsense")["Confirmed"] == 4


def test_who_takes_a_firm_over_is_reached_once(db, make, world):
    before = figures(world)["Firms reached"]
    db.rollback()

    claiming.claim(db, make.person(), world["invitation"])
    db.commit()

    found = figures(world)
    assert (found["Firms reached"], found["Confirmed"]) == (before, 5)


def test_groups_and_agreements_are_those_in_which_a_member_is(db, make, world):
    group = Group(db, make).reach("constituted")
    Group(db, make).gather()
    belongings.confirm_at_once(db, world["association"], group.firms[0])
    db.commit()

    found = report.make_report(db, world["association"], Period())

    assert (found.groups, found.agreements) == ({"constituted": 1}, 1)
    assert found.invested == {"EUR": None}, "one group's budget is its own"


def test_budgets_are_pooled_over_three_groups(db, make, world):
    for _ in range(3):
        group = Group(db, make).reach("constituted")
        belongings.confirm_at_once(db, world["association"], group.firms[0])
    db.commit()

    assert report.make_report(db, world["association"], Period()).invested == {"EUR": 3 * 30_000}
    assert figures(world)["Investment pooled, EUR"] == "€900.00"


def test_no_two_periods_tell_what_one_group_has_pooled(db, make, world):
    days = [(2024, 3, 1), (2024, 4, 1), (2024, 5, 1), (2024, 6, 1), (2025, 3, 1)]
    for number, day in enumerate(days):
        group = Group(db, make).reach("constituted")
        moment = dt.datetime(*day, 9, tzinfo=dt.UTC)
        group.put("constituted", constituted_at_utc=moment, budget_minor=30_000 + 1_234 * number)
        belongings.confirm_at_once(db, world["association"], group.firms[0])
    db.commit()

    def pooled(query: str) -> str | None:
        return figures(world, query).get("Investment pooled, EUR")

    exact = sum(group.budget_minor for group in db.query(Consortium)) / 100
    shown = pooled("")
    assert shown.startswith("€1,") and abs(float(shown[1:].replace(",", "")) - exact) / exact < 0.05
    assert shown != f"€{exact:,.2f}"
    assert pooled("?to=2024-05-31") == pooled("?to=2024-06-30") == "–"
    assert pooled("?from=2024-01-01&to=2024-12-31") == "–", "with all time it would tell of the one of 2025"
    assert pooled("?from=2025-01-01&to=2025-12-31") == "–"


def test_who_is_matched_is_told_of_no_other_periods_than_all_time_and_years(db, world):
    year = now_utc().year

    assert figures(world)["Matched"] == figures(world, f"?from={year}-01-01&to={year}-12-31")["Matched"] == 3
    assert figures(world, f"?from={year}-01-01")["Matched"] == "–"
    found = report.make_report(db, world["association"], Period(dt.date(year, 1, 1), dt.date(year, 12, 31)))
    assert {line.counts["matched"] for kind in found.by for line in found.by[kind]} == {None}


def test_readers_see_it_and_others_do_not(make, sign_in, world):
    address = f"/associations/{world['association'].key}/report"
    sign_in(make.staff(world["association"], "reader")).get(address)
    for page in (address, f"{address}.xlsx", f"{address}.pdf"):
        sign_in(make.moderator()).get(page, status=404)
