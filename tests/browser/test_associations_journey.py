"""An association in a real browser: from a list of members with a mistake in it to groups and the funder's report."""

from __future__ import annotations

import datetime as dt
import io
import re
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from openpyxl import load_workbook
from playwright.sync_api import expect

from models import Consortium, Firm, Post
from services import accounts, partitions
from services.associations import applications, belongings, calls
from tests.browser.windows import Window, serve
from tests.factories import PASSWORD
from tests.sheets import ROWS, csv_of

TITLE = "Conservas para Angola"
OFFERS = ("local_agent", "customs_clearance", "market_research")
WRONG = ("Azeite do Vale", "Lusitânia", "509888777", "geral@azeite.example")
MENDED = ("Azeite do Vale", "Portugal", "509888777", "geral@azeite.example")


@pytest.fixture
def world(db, make, sign_in, monkeypatch):
    """A verified association with its manager, and six approved members, each with an owner."""
    monkeypatch.setattr(partitions, "seconds_for", lambda _count: 1.0)
    association = make.association("Associação do Sal")
    manager = make.staff(association, name="Marta")
    owners = {}
    for n in range(6):
        firm = make.firm(f"Member {n}", targets=[("AGO", 3)], offers=[OFFERS[n % 3]])
        belongings.confirm_at_once(db, association, firm)
        owners[firm.name] = make.owner_of(firm)
    db.commit()
    sign_in(owners["Member 0"])  # the first suggestions on a machine are compiled: no window is to wait for that
    return {
        "area": f"/associations/{association.key}",
        "manager": manager.email,
        "owners": {name: owner.email for name, owner in owners.items()},
    }


@pytest.fixture
def work(app, db):
    """Do what waits, as the worker does."""

    def work() -> None:
        db.rollback()
        result = app.test_cli_runner().invoke(args=["work"])
        assert result.exit_code == 0, result.output
        db.rollback()

    return work


def press(page, name: str) -> None:
    """Press a button of the page by its name, and wait for where it leads."""
    with page.expect_navigation():
        page.locator("main").get_by_role("button", name=name, exact=True).first.click()


def link_in(mails: list[dict], to: str, part: str) -> str:
    """The path of the link that the latest mail to an address holds."""
    links = [link for mail in mails if mail["to"] == to for link in mail["links"] if part in link]
    return urlsplit(links[-1]).path


def upload(page, rows, work) -> None:
    """Send a file, leave its columns as they were understood, and wait until it is checked."""
    file = {"name": "members.csv", "mimeType": "text/csv", "buffer": csv_of(rows)}
    page.locator("#file").set_input_files(file)
    press(page, "Look at the file")
    expect(page.locator("h1")).to_have_text("What the columns mean")
    press(page, "Check the file")
    finish(page, work, "Uploaded on")


def finish(page, work, words: str) -> None:
    """Let the work of the page be done; the page goes by itself where its result is."""
    expect(page.locator("[data-wait=on]")).to_be_visible()
    work()
    page.wait_for_url(lambda url: "/jobs/" not in url)
    expect(page.locator("main")).to_contain_text(words)


def test_from_a_list_with_a_mistake_to_groups_and_a_report(app, db, chromium, world, visitor, work):
    area, owners = world["area"], world["owners"]
    with serve(app) as address:
        desk = Window(chromium, address, language="en")
        manager = desk.sign_in(world["manager"])

        # A list of members, of which one row is wrong.
        manager.get_by_role("link", name="Bring in", exact=True).click()
        upload(manager, [*ROWS, WRONG], work)
        expect(manager.locator("#bring-in")).to_contain_text("3 rows can be brought in. 1 row is bad")
        bad = manager.get_by_role("row", name="Azeite do Vale")
        expect(bad).to_contain_text("Line 5, column Country")
        expect(bad).to_contain_text("“Lusitânia” is not a country")
        desk.check("journey: a bad row")
        press(manager, "Bring it in")
        expect(manager.locator(".flashes")).to_contain_text("tick the box")
        press(manager, "Forget the file")

        # The same list, mended, comes in.
        upload(manager, [*ROWS, MENDED], work)
        expect(manager.locator("#bring-in")).to_contain_text("4 rows can be brought in.")
        expect(manager.locator("#partial")).to_have_count(0)
        press(manager, "Bring it in")
        finish(manager, work, "Brought in")
        desk.open(f"{area}/list")
        expect(manager.locator("main .badge", has_text="Unconfirmed")).to_have_count(4)

        # Its firms are invited, and a person of one of them opens an account on a phone and takes it over.
        desk.open(f"{area}/invitations")
        expect(manager.locator("#waiting")).to_contain_text("3 firms on your list can be invited.")
        press(manager, "Invite them")
        finish(manager, work, "geral@azeite.example")
        desk.check("journey: invitations")
        claim = link_in(visitor.mails(), MENDED[3], "/claim/")
        phone = Window(chromium, address, language="en", width=360)
        person = phone.open(claim)
        expect(person.locator("#says")).to_contain_text("509888777")
        phone.check("journey: claim")
        person.locator("main").get_by_role("link", name="Open an account").click()
        expect(person.locator("[name=email]")).to_have_value(MENDED[3])
        person.locator("[name=name]").fill("Olívia")
        person.locator("[name=password]").fill(PASSWORD)
        press(person, "Open the account")
        phone.open(link_in(visitor.mails(), MENDED[3], "/confirm/"))
        press(person, "Confirm my address")
        phone.open(claim)
        press(person, "Take the firm over")
        expect(person.locator(".flashes")).to_contain_text("belongs to Associação do Sal")
        expect(person.locator("main")).to_contain_text("Draft")
        phone.check("journey: taken over")
        phone.context.close()
        desk.open(f"{area}/invitations")
        expect(manager.locator("main")).to_contain_text("Took the firm over")

        # A call is written, opened, and read by somebody who has no account.
        desk.open(f"{area}/calls")
        manager.get_by_role("link", name="Write a call").click()
        for name, text in (("title", TITLE), ("about", "A fair in Luanda."), ("eligibility", "Small firms.")):
            manager.locator(f"[name={name}]").fill(text)
        manager.locator("#country-ts-control").click()
        manager.keyboard.type("Angola")
        expect(manager.locator("#country-ts-dropdown .option.active")).to_contain_text("Angola")
        manager.keyboard.press("Enter")
        manager.locator("[name=ends_on]").fill((calls.today() + dt.timedelta(days=30)).isoformat())
        press(manager, "Save")
        press(manager, "Open the call")
        expect(manager.locator(".flashes")).to_contain_text("The call is open")
        run = manager.url
        key = run.rpartition("/")[2]
        reader = Window(chromium, address, language="en", width=360)
        reader.open("/calls").get_by_role("link", name=TITLE).click()
        expect(reader.page.locator("main")).to_contain_text("A fair in Luanda.")
        expect(reader.page.locator("main")).to_contain_text("sign in and act for an approved firm")
        reader.check("journey: a call")
        reader.context.close()

        # A member applies and is accepted on the pages; so are the others.
        first = Window(chromium, address, language="en", width=360)
        applicant = first.sign_in(owners["Member 0"])
        first.open(f"/calls/{key}")
        applicant.locator("[name=words]").fill("We are ready.")
        press(applicant, "Apply")
        expect(applicant.locator(".flashes")).to_contain_text("Member 0 has applied.")
        first.check("journey: applied")
        first.context.close()
        desk.open(run)
        manager.get_by_role("link", name="Look through the firms").click()
        desk.check("journey: the firms of a call")
        manager.locator("main").get_by_role("link", name="Member 0").click()
        expect(manager.locator("main")).to_contain_text("We are ready.")
        press(manager, "Accept")
        accept_others(db, key, world["manager"])
        desk.open(run)
        expect(manager.locator("#firms li", has_text="Accepted")).to_contain_text("6")
        desk.check("journey: a call with its firms")

        # They are split into groups, and one is proposed to the firm that would lead it.
        manager.get_by_role("link", name="Split the accepted firms into groups").click()
        expect(manager.locator("main")).to_contain_text("6 firms are chosen.")
        expect(manager.locator("select[name=markets]")).to_have_values(["AGO"])
        desk.check("journey: how to split")
        for name in ("fewest", "most"):
            manager.locator(f"[name={name}]").fill("3")
        manager.locator("summary", has_text="What no group can do without").click()
        manager.locator("[name=musts][value=local_agent]").check()
        press(manager, "Split")
        finish(manager, work, "of 6 firms are in")
        card = manager.locator("#group-0")
        expect(card).to_contain_text("Group 1: Angola")
        desk.check("journey: groups that were found")
        lead = card.locator("option").first.inner_text()
        press(manager, "Propose it to this firm")
        expect(manager.locator(".flashes")).to_contain_text(f"Proposed to {lead}")
        split = manager.url

        # Its lead finds it, begins the group, and says that it comes of the call.
        link = link_in(visitor.mails(), owners[lead], "/proposed/")
        home = Window(chromium, address, language="en", width=360)
        leader = home.sign_in(owners[lead])
        home.open("/consortia/")
        leader.locator("#proposed").get_by_role("link", name="Angola").click()
        assert leader.url.endswith(link)
        expect(leader.locator("#firms li")).to_have_count(3)
        home.check("journey: a proposed group")
        leader.locator("main details.confirm > summary", has_text="Begin the group").click()
        with leader.expect_navigation():
            leader.locator("dialog[open] button[type=submit]").click()
        expect(leader.locator(".flashes")).to_contain_text("The group is begun.")
        home.open(f"/calls/{key}")
        leader.locator("#groups").get_by_role("button", name=re.compile("It comes of this call")).click()
        expect(leader.locator("#groups .badge")).to_have_text("Of this call")
        home.context.close()
        desk.open(split.partition("#")[0])
        expect(card.locator(".badge", has_text="begun")).to_be_visible()
        desk.open(run)
        expect(manager.locator("#groups")).to_contain_text("Together to Angola")

        # The funder's report says the same on the page and in the sheet.
        desk.open(f"{area}/report")
        shown = dict(
            manager.get_by_role("table", name="Figures").locator("tbody tr").evaluate_all(
                "rows => rows.map(row => [row.cells[0], row.cells[1]].map(cell => cell.innerText.trim()))"
            )
        )  # fmt: skip
        desk.check("journey: report")
        with manager.expect_download() as started:
            manager.get_by_role("link", name="Download as XLSX").click()
        book = load_workbook(io.BytesIO(Path(started.value.path()).read_bytes()))
        rows = list(book.worksheets[0].iter_rows(max_col=2, values_only=True))
        rows = rows[rows.index(("Figure", "Number")) + 1 :]
        assert {name: str(count) for name, count in rows} == shown
        assert {name: shown[name] for name in ("Firms reached", "Invited", "Confirmed", "Agreements")} == {
            "Firms reached": "10", "Invited": "3", "Confirmed": "7", "Agreements": "0",
        }  # fmt: skip
        desk.context.close()
    db.expire_all()
    [group] = db.query(Consortium)
    assert (group.lead.name, group.country, group.state, group.musts) == (lead, "AGO", "idea", ["local_agent"])
    assert [place.firm_id for place in group.memberships] == [group.lead_id], "nobody else was asked yet"


def accept_others(db, key: str, email: str) -> None:
    """Let the other members apply and be accepted, as their owners and the manager would."""
    call, manager = calls.get_call(db, key), accounts.find_by_email(db, email)
    for firm in db.query(Firm).filter(Firm.name.like("Member %"), Firm.name != "Member 0"):
        owner = db.query(Post).filter_by(firm_id=firm.id).one().person
        applications.apply(db, owner, call, firm, "")
        applications.decide(db, manager, call, firm, is_accepted=True)
    db.commit()
