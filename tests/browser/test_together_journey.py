"""From "am I ready?" to "who makes me ready, and for which market?": the whole way in a real browser."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import expect

from tests.browser.windows import Window, serve
from tests.matching.test_readiness import answers as case


@pytest.fixture
def owner(make):
    """The owner of an Angolan coffee grower that wants France; a firm of Lisbon knows the way there."""
    firm = make.firm(
        "Kianda",
        country="AGO",
        products=[("coffee", "0901")],
        targets=[("FRA", 3), ("PRT", 2), ("NAM", 1)],
        needs=["customs_clearance"],
        horizon=None,
    )
    make.firm(
        "Tejo Cargo",
        products=[("tea", "0902")],
        targets=[("FRA", 2)],
        known=[("FRA", "regular")],
        languages=[("pt", "native"), ("fr", "fluent")],
        offers=["customs_clearance", "local_agent"],
        needs=["market_research"],
    )
    make.firm(
        "Somewhere Else",
        country="BRA",
        products=[("boats", "8903")],
        targets=[("ARG", 3)],
        offers=["design_and_brand"],
    )
    return make.owner_of(firm)


def test_from_the_questions_to_a_partner_and_to_the_map(app, chromium, owner):
    given, email = case("A"), owner.email
    with serve(app) as address:
        window = Window(chromium, address, language="en")
        page = window.sign_in(email)

        # Answer.
        page.get_by_role("link", name="Readiness").first.click()
        page.locator("main .button-primary").first.click()
        while "/questions/" in page.url:
            for name in page.eval_on_selector_all(
                "fieldset.question", "all => all.map(q => q.querySelector('input').name)"
            ):
                page.locator(f"[name={name}][value='{given[name]}']").check()
            page.locator("button[value=next]").click()
            page.wait_for_load_state()

        # The result: the way together is open, and customs papers are what a partner could bring.
        expect(page.locator(".result-index")).to_contain_text("48.9 of 100")
        expect(page.get_by_text("The way together is open to you")).to_be_visible()
        window.check("journey: result")
        page.locator("li.next-step", has_text="Logistics and customs").get_by_role("link").click()

        # A suggestion that compensates, with its reason in words.
        assert "capability=customs_clearance" in page.url
        card = page.locator("article.suggestion")
        expect(card).to_have_count(1)
        expect(card).to_contain_text("Tejo Cargo speaks French and sells in France: for France it brings you from")
        alone, together = re.search(r"brings you from (\d+) to (\d+)", card.inner_text()).groups()
        assert int(together) < int(alone) - 5
        window.check("journey: suggestion")

        # Two firms together, in that market.
        card.get_by_role("link", name="Tejo Cargo").first.click()
        page.get_by_role("link", name="Compare with us").click()
        section = page.locator("#together")
        expect(section).to_contain_text("Your readiness for this market: France")
        expect(section).to_contain_text("Your distance to this market")
        figures = re.search(r"Alone (\d+\.\d), together (\d+\.\d) of 100\.", section.inner_text()).groups()
        assert [round(float(figure)) for figure in figures] == [int(alone), int(together)]
        window.check("journey: together")

        # The markets side by side, and on the map: the same distance everywhere.
        page.get_by_role("link", name="Markets", exact=True).first.click()
        on_map = page.get_by_role("link", name=re.compile(rf"^France: {figures[0]}\b"))
        expect(on_map.first).to_be_attached()
        window.check("journey: map")
        page.get_by_role("link", name=re.compile("side by side|Compare", re.IGNORECASE)).first.click()
        expect(page.locator("[data-ranking] > li")).to_have_count(3)
        expect(page.locator("main")).to_contain_text(re.compile(rf"{figures[0]} \((near|medium|far|very far)\)"))
        window.check("journey: comparison")
        window.context.close()
