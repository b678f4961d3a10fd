"""Two moderators in a real browser, and the people they meet: a firm, a group, a report, and an appeal."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page, expect

from models import Consortium, ConsortiumState, Firm, FirmState
from tests.browser.windows import Window, serve
from tests.groups import Group

SECRET = ("Quiteria", "quiteria@reporter.example", "Mel da Lousã", "They make no cheese")
"""What would betray who made the report."""


@pytest.fixture
def people(make, db):
    """Two moderators, an administrator, a firm that waits with its owner, an approved one with its owner."""
    honey = make.firm("Mel da Lousã", state="submitted", tax_number="501442600", about="Mel@lousa.pt")
    cheese = make.firm("Queijos da Serra")
    found = {
        "rui": make.person(role="moderator", name="Rui Valente"),
        "ana": make.person(role="moderator", name="Ana Prado"),
        "administrator": make.person(role="administrator"),
        "quiteria": make.owner_of(
            honey, name="Quiteria Reis", email="quiteria@reporter.example", locale="pt"
        ),
        "bento": make.owner_of(cheese, name="Bento Sá"),
    }  # fmt: skip
    db.commit()
    return found


def press(page: Page, name: str) -> None:
    """Reach a button by its name and press it with the keyboard."""
    button = page.locator("main").get_by_role("button", name=name, exact=True).first
    button.focus()
    with page.expect_navigation():
        page.keyboard.press("Enter")


def take(window: Window, kind: str, name: str) -> Page:
    """Go to a case of a kind from the queue."""
    page = window.open(f"/moderation/queue?kind={kind}")
    page.locator("main table").last.get_by_role("link", name=name).click()
    expect(page.locator("#desk")).to_be_visible()
    return page


def open_profile(window: Window) -> None:
    """Go from the overview to one's own firm's profile."""
    window.open("/overview").locator("main a[href$='/edit']").first.click()
    window.page.wait_for_url("**/edit")


def expect_no_decision(page: Page) -> None:
    """Whoever looks is offered nothing to decide with."""
    expect(page.locator("main [name=outcome], main [name=verdict]")).to_have_count(0)


def expect_in_directory(window: Window, name: str, count: int) -> None:
    """The directory, as somebody of another firm sees it, has so many firms of this name."""
    page = window.open("/firms")
    expect(page.locator("main").get_by_role("link", name=name)).to_have_count(count)


def test_what_two_moderators_decide_and_whom_it_reaches(app, db, make, chromium, people):
    group = Group(db, make).reach("submitted")
    emails = {name: person.email for name, person in people.items()} | {"lead": group.lead.email}
    db.commit()
    with serve(app) as address:
        windows = {
            name: Window(chromium, address, language="pt-PT" if name == "quiteria" else "en", width=width)
            for name, width in (("rui", 1280), ("ana", 360), ("quiteria", 360), ("bento", 1280), ("lead", 1280))
        }
        rui, ana, quiteria, bento, lead = (window.sign_in(emails[name]) for name, window in windows.items())

        # A firm's case: one moderator has it, the other sees who.
        take(windows["rui"], "firm", "Mel da Lousã")
        press(rui, "Work on it")
        expect(rui.locator("#desk")).to_contain_text("You, until")
        windows["ana"].open("/moderation/queue")
        expect(ana.locator("main tr", has_text="Mel da Lousã")).to_contain_text("Rui Valente")
        windows["ana"].check("moderators: queue")
        take(windows["ana"], "firm", "Mel da Lousã")
        expect(ana.locator("#desk")).to_contain_text("Rui Valente, until")
        expect_no_decision(ana)
        windows["ana"].check("moderators: another's case")
        expect_in_directory(windows["bento"], "Mel da Lousã", 0)

        # Returned with reasons by criterion, read in Portuguese, mended, submitted again, approved by the other.
        rui.get_by_label("A text contains contact data").focus()
        rui.keyboard.press("Space")
        rui.get_by_label("A text is not the firm's own words.").check()
        press(rui, "Return to the firm")
        open_profile(windows["quiteria"])
        notice = quiteria.locator(".notice", has_text="O que a moderação escreveu")
        expect(notice).to_contain_text("Um texto contém dados de contacto: o lugar deles é nos campos próprios.")
        expect(notice).to_contain_text("Um texto não é da própria empresa.")
        windows["quiteria"].check("moderators: returned")
        quiteria.locator("main a[href$='/edit/identity']").first.click()
        quiteria.locator("[name=about]").fill("Mel de urze, das nossas colmeias.")
        press(quiteria, "Guardar e voltar")
        press(quiteria, "Submeter")
        expect(quiteria.locator("#submit")).to_contain_text("Em análise")
        take(windows["ana"], "firm", "Mel da Lousã")
        expect(ana.locator("#decisions")).to_contain_text("A text is not the firm's own words.")
        expect(ana.locator("main")).to_contain_text("Mel de urze, das nossas colmeias.")
        press(ana, "Approve")
        expect(ana.locator(".flashes")).to_contain_text("Mel da Lousã is approved")
        expect_in_directory(windows["bento"], "Mel da Lousã", 1)

        # A group takes two.
        take(windows["rui"], "group", "Azeites juntos")
        rui.get_by_label("Approve").check()
        press(rui, "Decide")
        windows["rui"].open(f"/moderation/consortia/{group.consortium.key}")
        expect(rui.locator("#review")).to_contain_text("You have said what you find; another moderator decides now.")
        expect_no_decision(rui)
        expect(rui.get_by_role("button", name="Work on it")).to_have_count(0)
        windows["rui"].check("moderators: half approved")
        group_page = f"/consortia/{group.consortium.key}"
        windows["lead"].open(group_page)
        expect(lead.locator(".group-state")).to_contain_text("Under review")
        take(windows["ana"], "group", "Azeites juntos")
        expect(ana.locator("#review")).to_contain_text("Rui Valente")
        ana.get_by_label("Approve").focus()
        ana.keyboard.press("Space")
        press(ana, "Decide")
        windows["lead"].open(group_page)
        expect(lead.locator(".group-state")).to_contain_text("Forming")

        # A report; the other side is heard, and does not learn whose it is.
        expect_in_directory(windows["quiteria"], "Queijos da Serra", 1)
        quiteria.locator("main").get_by_role("link", name="Queijos da Serra").click()
        quiteria.get_by_role("link", name="Denunciar esta empresa").click()
        quiteria.locator("[name=why][value=untrue]").focus()
        quiteria.keyboard.press("Space")
        quiteria.locator("[name=words]").fill("They make no cheese.")
        press(quiteria, "Enviar a denúncia")
        expect(quiteria.locator("main")).to_contain_text("Queijos da Serra")
        take(windows["rui"], "report", "Queijos da Serra")
        expect(rui.locator("main")).to_contain_text("Quiteria Reis")
        rui.locator("[name=question]").fill("Do you make the cheese yourselves?")
        press(rui, "Ask the other side")
        expect(rui.locator(".flashes")).to_contain_text("The other side has been asked.")
        open_profile(windows["bento"])
        bento.get_by_role("link", name="Read it and answer").click()
        expect(bento.locator("#question")).to_contain_text("Do you make the cheese yourselves?")
        assert not [words for words in SECRET if words in bento.content()]
        bento.locator("[name=text]").fill("Yes, since 1990.")
        windows["bento"].check("moderators: heard")
        press(bento, "Send the answer")
        expect(bento.locator(".flashes")).to_contain_text("Your answer is with the moderators.")
        take(windows["rui"], "report", "Queijos da Serra")
        expect(rui.locator("#hearing")).to_contain_text("Yes, since 1990.")
        rui.locator("#decision [name=reason]").fill("The register has no dairy.")
        press(rui, "Suspend the firm")
        expect(rui.locator(".flashes")).to_contain_text("Decided, and both sides have been told.")
        expect_in_directory(windows["quiteria"], "Queijos da Serra", 0)

        # The appeal is not for whoever suspended; the other overturns it.
        open_profile(windows["bento"])
        expect(bento.locator(".notice").first).to_contain_text("The register has no dairy.")
        assert not [words for words in SECRET if words in bento.content()]
        bento.get_by_role("link", name="Appeal against it").click()
        bento.locator("[name=text]").fill("It stands there under our old name.")
        press(bento, "Send the appeal")
        take(windows["rui"], "appeal", "Queijos da Serra")
        expect(rui.locator("main")).to_contain_text("You have decided on this firm before")
        expect_no_decision(rui)
        expect(rui.get_by_role("button", name="Work on it")).to_have_count(0)
        expect(rui.locator("#desk")).not_to_contain_text("Take it")
        windows["rui"].check("moderators: no appeal of one's own")
        take(windows["ana"], "appeal", "Queijos da Serra")
        expect(ana.locator("#text")).to_contain_text("It stands there under our old name.")
        ana.locator("#decision [name=reason]").fill("It is in the register.")
        press(ana, "Overturn it")
        expect_in_directory(windows["quiteria"], "Queijos da Serra", 1)

        # All of it stands in the log.
        log = Window(chromium, address, language="en")
        page = log.sign_in(emails["administrator"])
        log.open("/audit/")
        for deed, who in (
            ("Firm decided on", "Rui Valente"),
            ("Firm decided on", "Ana Prado"),
            ("Group reviewed", "Rui Valente"),
            ("Group reviewed", "Ana Prado"),
            ("Report decided on", "Rui Valente"),
            ("Appeal decided on", "Ana Prado"),
        ):
            expect(page.locator("main tr", has_text=deed).filter(has_text=who).first).to_be_visible()
        for window in (log, *windows.values()):
            window.context.close()
    db.expire_all()
    assert {firm.state for firm in db.query(Firm)} == {FirmState.APPROVED}
    assert [one.state for one in db.query(Consortium)] == [ConsortiumState.FORMING]
