"""The funder's report says what the other pages say, on the page and in the sheet, and nothing of too few."""

from __future__ import annotations

import datetime as dt
import io

import pytest
from openpyxl import load_workbook

from models import ChoiceKind, ListedFirm, now_utc
from services import choices
from services.associations import belongings, claiming, invitations, listing, report
from services.associations.report import Period
from tests.groups import Group


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
    answer = world["browser"].client.get(f"/associations/{world['association'].key}/report.xlsx")
    book = load_workbook(io.BytesIO(answer.get_data()))

    for sheet in book.worksheets:
        for row in sheet.iter_rows(min_row=6 if sheet is book.worksheets[0] else 2, values_only=True):
            assert str(row[0]) in page and str(row[1]) in page, row
    assert all(cell.data_type != "f" for sheet in book for row in sheet.iter_rows() for cell in row)


def test_of_too_few_nothing_is_said_that_they_keep_to_themselves(db, world):
    association = world["association"]

    found = report.make_report(db, association, Period())
    lines = {(kind, line.code): line.counts for kind in found.by for line in found.by[kind]}

    assert lines["country", "PRT"] == {"confirmed": 3, "completed": 3, "matched": 3}
    assert lines["country", "AGO"] == {"confirmed": 1, "completed": 0, "matched": 0}
    assert lines["size", "small"]["matched"] is None
    assert {code for kind, code in lines if kind == "size"} == {"micro", "small", "medium", ""}
    for firm in world["members"][:2]:
        belongings.find(db, association, firm).state = "left"
    db.flush()
    fewer = report.make_report(db, association, Period())
    assert (fewer.confirmed, fewer.matched, fewer.groups, fewer.agreements) == (2, None, None, None)


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


def test_readers_see_it_and_others_do_not(make, sign_in, world):
    address = f"/associations/{world['association'].key}/report"
    sign_in(make.staff(world["association"], "reader")).get(address)
    for page in (address, f"{address}.xlsx"):
        sign_in(make.moderator()).get(page, status=404)
