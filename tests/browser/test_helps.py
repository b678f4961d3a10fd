"""The small helps of static/ui.js on a phone: the present tab in view, a slider that says its number."""

from __future__ import annotations

from playwright.sync_api import expect

from tests.browser.windows import Window, serve
from tests.groups import Group


def test_the_present_one_of_many_tabs_is_in_view(app, db, make, chromium):
    manager = make.person()
    association = make.association(manager=manager)
    db.commit()
    with serve(app) as address:
        window = Window(chromium, address, width=360, language="en")
        window.sign_in(manager.email)
        page = window.open(f"/associations/{association.key}/report")
        expect(page.locator(".tabs [aria-current]").first).to_be_in_viewport(ratio=1)
        window.context.close()


def test_a_slider_says_its_number(app, db, make, chromium):
    group = Group(db, make)
    db.commit()
    with serve(app) as address:
        window = Window(chromium, address, width=360, language="en")
        window.sign_in(group.lead.email)
        page = window.open(f"/consortia/{group.consortium.key}/risk")
        expect(page.locator("output[for=correlation]")).to_have_text("30")
        page.get_by_label("How much members share one fate").press("ArrowRight")
        expect(page.locator("output[for=correlation]")).to_have_text("35")
        window.context.close()
