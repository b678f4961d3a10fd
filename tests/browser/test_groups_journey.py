"""A group in a real browser: begun at a desk, joined by phone and keyboard, voted on, approved by two moderators."""

from __future__ import annotations

import os
import re
from pathlib import Path

import pytest
from playwright.sync_api import expect

from models import Consortium, ConsortiumState
from tests.browser.windows import Window, serve
from tests.papers import PDF, text_of
from web import printing

CAPABILITY = ("customs_clearance", "market_research", "local_agent")


@pytest.fixture
def owners(make):
    """Three owners, each of a firm that brings something else."""
    return [make.owner_of(make.firm(f"Member {n}", offers=[CAPABILITY[n]])) for n in range(3)]


def press(page, name: str) -> None:
    """Reach a button by its name and press it with the keyboard."""
    button = page.locator("main").get_by_role("button", name=name, exact=True).first
    button.focus()
    with page.expect_navigation():
        page.keyboard.press("Enter")


def confirm(page, name: str) -> None:
    """Press what asks first, and say yes in its dialog."""
    page.locator("main details.confirm > summary", has_text=name).first.click()
    dialog = page.locator("dialog[open]")
    expect(dialog).to_be_visible()
    dialog.locator("button[type=submit]").click()


def test_from_an_idea_to_an_approved_group(app, db, make, chromium, owners):
    moderators = [make.moderator(), make.moderator()]
    emails = [person.email for person in owners]
    db.commit()
    with serve(app) as address:
        windows = [Window(chromium, address, language="en", width=width) for width in (1280, 360, 360)]
        lead, second, third = (window.sign_in(email) for window, email in zip(windows, emails, strict=True))

        # An idea, and who is asked.
        lead.get_by_role("link", name="Groups", exact=True).first.click()
        lead.get_by_role("link", name="Begin a group").first.click()
        lead.get_by_label("Name of the group").fill("Juntos")
        lead.get_by_label("What for?").fill("Olive oil for Spain.")
        lead.get_by_label("Promotion: you look for customers together").check()
        lead.locator("summary", has_text="What the group cannot do without").click()
        lead.locator("[name=musts][value=customs_clearance]").check()
        press(lead, "Begin the group")
        expect(lead.locator("h1")).to_have_text("Juntos")
        group = lead.url
        for name in ("Member 1", "Member 2"):
            windows[0].open(f"{group}/invite?q=Member")
            lead.get_by_role("link", name=f"Invite {name}").click()
            press(lead, "Send the invitation")
            expect(lead.locator(".flashes")).to_contain_text(f"{name} is invited.")

        # Two firms join on a phone, with the keyboard.
        for window, page in zip(windows[1:], (second, third), strict=True):
            window.open(group)
            page.get_by_label("We accept confidentiality").focus()
            page.keyboard.press("Space")
            page.get_by_label("We have none").focus()
            page.keyboard.press("Space")
            window.check("journey: invitation")
            press(page, f"Join for Member {windows.index(window)}")
            expect(page.locator(".flashes")).to_contain_text("Your firm is a member of the group.")
        windows[0].open(group)
        lead.get_by_label("We accept confidentiality").check()
        lead.get_by_label("We have none").check()
        press(lead, "State it for Member 0")
        press(lead, "Go on to feasibility")
        press(lead, "Go on to the objective")
        expect(lead.locator(".group-state")).to_contain_text("Objective")

        # What they want, what it costs, and who pays.
        windows[0].open(f"{group}/objective")
        for name, text in (("objective", "Sell"), ("indicators", "Ten customers"), ("months", "24")):
            lead.locator(f"[name={name}]").fill(text)
        press(lead, "Save")
        windows[0].open(f"{group}/budget/new/FAIR_SPACE/NESTED")
        for place, amount in enumerate(("4000", "6000", "10.000,00")):
            lead.locator(f"[name=rows-{place}-need]").fill(amount)
        press(lead, "Save")
        windows[0].check("journey: budget")
        shapley = lead.locator("#rules li", has_text="Fair share (Shapley)")
        shapley.locator("summary", has_text="Take this rule").click()
        lead.locator("dialog[open] button[type=submit]").click()
        expect(lead.locator("#shares")).to_contain_text(re.compile(r"€6,333\.3[34]"))  # a cent is left, by key

        # The members vote.
        for subject in ("objective", "kind", "shares"):
            windows[0].open(f"{group}/votes/new/{subject}")
            press(lead, "Open the vote")
            for window, page in zip(windows, (lead, second, third), strict=True):
                window.open(group)
                page.locator("#votes").get_by_label("Yes").focus()
                page.keyboard.press("Space")
                press(page, "Cast the vote")
        expect(third.locator("#votes .badge", has_text="Passed")).to_have_count(3)
        windows[2].check("journey: votes")
        windows[0].open(group)
        expect(lead.locator("#next")).to_contain_text("Nothing is missing.")
        confirm(lead, "Submit to the moderators")
        expect(lead.locator(".group-state")).to_contain_text("Under review")

        # Two moderators.
        for moderator in moderators:
            window = Window(chromium, address, language="en")
            page = window.sign_in(moderator.email)
            window.open("/moderation/consortia")
            page.get_by_role("link", name="Juntos").click()
            page.get_by_label("Approve").check()
            window.check("journey: review")
            press(page, "Decide")
            window.context.close()
        windows[0].open(group)
        expect(lead.locator(".group-state")).to_contain_text("Forming")
        expect(lead.locator("#timeline")).to_contain_text("Approved by two moderators.")
        windows[0].check("journey: approved")

        # What they have on paper: the annex as PDF, minutes, a file, steps to a legal form.
        key = group.rpartition("/")[2]
        lead.get_by_role("link", name="Letter of intent, annex").click()
        windows[0].check("journey: papers")
        if printing.is_available() or os.environ.get("CI"):
            lead.get_by_role("link", name="Cost-sharing annex", exact=True).click()
            lead.get_by_label("English", exact=True).check()
            press(lead, "Make a version")
            with lead.expect_download() as started:
                lead.locator("#versions").get_by_role("link", name="Version 1 (PDF)").click()
            text = text_of(Path(started.value.path()).read_bytes())
            assert started.value.suggested_filename.endswith("Cost-sharing annex 1.pdf")
            assert all(words in text for words in ("Member 0", "Member 2", "Fair share (Shapley)", "€6,333.3"))
            assert "DRAFT" not in text
            windows[0].check("journey: a document")
        windows[1].open(f"/consortia/{key}/minutes/new")
        second.get_by_label("Which meeting?").fill("First meeting")
        second.get_by_label("Day of the meeting").fill("2026-03-04")
        second.locator("[name=text]").fill("We agreed.")
        windows[1].check("journey: writing minutes")
        press(second, "Save")
        windows[1].check("journey: minutes")
        windows[2].open(f"/consortia/{key}/files")
        third.locator("[name=file]").set_input_files({"name": "a.pdf", "mimeType": "application/pdf", "buffer": PDF})
        press(third, "Bring the file")
        expect(third.locator("#files")).to_contain_text("a.pdf")
        windows[2].check("journey: files")
        windows[2].open(f"/consortia/{key}/legal-form")
        third.locator("#any_lawyer").get_by_role("button").focus()
        third.keyboard.press("Enter")
        expect(third.locator("#any_lawyer")).to_contain_text("Ticked on")
        windows[2].check("journey: legal form")
        for window in windows:
            window.context.close()
    db.expire_all()
    [found] = db.query(Consortium)
    assert (found.state, found.sharing_rule) == (ConsortiumState.FORMING, "shapley")
