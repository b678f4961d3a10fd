"""The readiness questions in a real browser: by keyboard on a phone, saved at once, left and taken up again."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page, expect

from services import readiness
from services.readiness import NO_MARKET
from tests.browser.test_journey import press_tab_to
from tests.browser.windows import Window, serve
from tests.matching.test_readiness import answers as case


@pytest.fixture
def site(app):
    """The address of the running site on this test's database."""
    with serve(app) as address:
        yield address


@pytest.fixture
def open_window(chromium, site):
    """Opens windows, each with cookies of its own, and closes them."""
    opened: list[Window] = []

    def open_window(**more) -> Window:
        opened.append(Window(chromium, site, **{"language": "en", **more}))
        return opened[-1]

    yield open_window
    for window in opened:
        assert not window.complaints, window.complaints
        window.context.close()


@pytest.fixture
def firm(make):
    return make.firm("Kianda", targets=[("PRT", 3)])


@pytest.fixture
def ana(make, firm):
    return make.owner_of(firm)


def choose(page: Page, item: str, answer: int) -> None:
    """Choose an answer with the keys: Tab to the question, Space for the first answer, arrows to the others."""
    press_tab_to(page, f"[name={item}]")
    page.keyboard.press("Space")
    for _ in range(answer - 1):
        page.keyboard.press("ArrowDown")


def state_of(page: Page, item: str):
    return page.locator("fieldset", has=page.locator(f"[name={item}]")).locator("[data-state]")


def stored(db, firm) -> dict:
    """What the firm has answered, without keeping the database from the site."""
    db.rollback()
    found = readiness.all_answers(db, firm)
    db.rollback()
    return found


def items_of(page: Page) -> list[str]:
    return page.eval_on_selector_all("fieldset.question", "all => all.map(one => one.querySelector('input').name)")


def test_the_questions_are_answered_with_keys_on_a_phone_left_and_taken_up_again(open_window, db, firm, ana):
    given, email = case("A"), ana.email
    window = open_window(width=360)
    page = window.sign_in(email)
    window.open("/readiness/")
    window.check("readiness begin")
    press_tab_to(page, "main .button-primary")
    page.keyboard.press("Enter")

    # Each answer is saved at once, and no button is pressed.
    page.wait_for_url("**/questions/1")
    for item in items_of(page):
        choose(page, item, given[item])
        expect(state_of(page, item)).to_have_text("Saved")
    expect(page.locator("[data-progress-words]")).to_have_text("5 of 30 answered, about 11 minutes left")
    window.check("readiness answered")
    assert stored(db, firm) == {(item, NO_MARKET): given[item] for item in items_of(page)}
    window.context.close()

    # On another day one is where one was.
    later = open_window(width=360)
    page = later.sign_in(email)
    later.open("/readiness/")
    assert page.url.endswith("/questions/2")
    for part in ("2", "3", "4", "5", "PRT"):
        page.wait_for_url(f"**/questions/{part}")
        for item in items_of(page):
            choose(page, item, given[item])
        press_tab_to(page, "button[value=next]")
        page.keyboard.press("Enter")

    page.wait_for_url("**/readiness/result**")
    expect(page.get_by_role("heading", level=1)).to_have_text("How ready you are for Portugal")
    expect(page.locator(".result-index")).to_contain_text("48.9 of 100")
    expect(page.get_by_text("The way together is open to you")).to_be_visible()
    later.check("readiness done")


def test_a_broken_line_is_said_and_the_answer_is_sent_again(open_window, db, firm, ana):
    window = open_window()
    page = window.sign_in(ana.email)
    window.open("/readiness/questions/1")
    page.route("**/readiness/answers", lambda route: route.abort())

    page.locator("[name=S2][value='4']").check()

    expect(state_of(page, "S2")).to_contain_text("Not saved yet: there is no connection")
    expect(page.locator("[name=S2][value='4']")).to_be_checked()
    page.unroute("**/readiness/answers")
    expect(state_of(page, "S2")).to_have_text("Saved", timeout=15_000)
    assert stored(db, firm) == {("S2", NO_MARKET): 4}
    window.forgive_refusals()


def test_an_answer_that_is_refused_stays_on_the_page(open_window, db, firm, ana):
    window = open_window()
    page = window.sign_in(ana.email)
    window.open("/readiness/questions/1")
    page.locator("input[name=firm]").evaluate("field => { field.value = 'nonsense' }")

    page.locator("[name=S2][value='4']").check()

    expect(state_of(page, "S2")).to_contain_text("Not saved. The answer stays on this page")
    expect(page.locator("[name=S2][value='4']")).to_be_checked()
    window.forgive_refusals()


def test_passing_over_answers_with_the_arrows_saves_the_one_where_one_stops(open_window, db, firm, ana):
    window = open_window()
    page = window.sign_in(ana.email)
    window.open("/readiness/questions/1")
    sent = []
    page.on("request", lambda request: sent.append(request.post_data) if "/answers" in request.url else None)

    choose(page, "S2", 5)
    expect(state_of(page, "S2")).to_have_text("Saved")

    assert len(sent) == 1
    assert stored(db, firm) == {("S2", NO_MARKET): 5}
