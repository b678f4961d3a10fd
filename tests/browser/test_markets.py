"""Markets in a real browser: the ranking follows the weights at once, the map is reached by keyboard."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import expect

from tests.browser.windows import Window, serve
from tests.factories import Factory
from tests.sites import filled_site

THREE = "/markets/compare?market=STP&market=CHN&market=NAM"


@pytest.fixture(scope="module")
def site(tmp_path_factory):
    """The address of a site with one Angolan firm, and its owner."""

    def fill(db) -> str:
        make = Factory(db)
        firm = make.firm("Kianda", country="AGO", products=[("coffee", "0901")], targets=[("PRT", 3), ("FRA", 2)])
        return make.owner_of(firm).email

    with filled_site(tmp_path_factory.mktemp("markets"), fill) as (app, email), serve(app) as address:
        yield address, email


@pytest.fixture
def open_window(chromium, site):
    """Opens windows in which the owner is signed in, and closes them; none may have complained."""
    opened: list[Window] = []

    def open_window(**options) -> Window:
        window = Window(chromium, site[0], **{"language": "en", **options})
        opened.append(window)
        window.sign_in(site[1])
        return window

    yield open_window
    for window in opened:
        window.context.close()
        assert not window.complaints, "\n".join(window.complaints)


def ranking(page) -> list[str]:
    return page.locator("[data-ranking] > li").evaluate_all("items => items.map((item) => item.dataset.market)")


def figures(page) -> list[str]:
    """Every number that a weight changes, as it is written."""
    texts = page.locator("[data-ranking] [data-score], form[data-ranks] [data-points]").all_inner_texts()
    bars = page.locator("[data-ranking] .bar-fill").evaluate_all(
        "bars => bars.map((bar) => bar.getAttribute('width'))"
    )
    return texts + bars + page.locator("[data-unknown]:visible").all_inner_texts()


def test_the_ranking_follows_a_weight_at_once_and_the_address_with_it(open_window):
    page = open_window().open(THREE)
    before = ranking(page)

    for name in ("effort", "growth", "stage_imports", "agreements", "logistics", "rule_of_law", "border", "currency"):
        page.locator(f"#w-{name}").fill("0")
    page.locator("#w-size").fill("5")

    assert ranking(page)[0] == "CHN"
    assert before[0] != "CHN"
    expect(page.locator("[data-said]")).to_contain_text("Ranked anew: China")
    assert "size=5" in page.url
    assert "effort=0" in page.url


@pytest.mark.parametrize("language", ["en", "pt-PT"])
def test_the_browser_computes_what_the_server_computes(open_window, language):
    window = open_window(language=language)
    page = window.open("/markets/compare?market=STP&market=COD&market=NAM&market=FRA&market=CHN")
    for name, weight in {"size": 3, "growth": 5, "agreements": 0, "border": 4, "currency": 2}.items():
        page.locator(f"#w-{name}").fill(str(weight))
    order, shown = ranking(page), figures(page)

    page.reload()

    assert (ranking(page), figures(page)) == (order, shown)


def test_the_usual_weights_come_back(open_window):
    page = open_window().open(THREE)
    order, shown = ranking(page), figures(page)
    page.locator("#w-effort").fill("0")
    page.locator("#w-size").fill("5")
    assert figures(page) != shown

    page.get_by_role("link", name="Usual weights").click()

    expect(page.locator("#w-effort")).to_have_value("5")
    assert (ranking(page), figures(page)) == (order, shown)


def test_with_every_weight_at_nought_the_page_says_so_and_ranks_nothing(open_window):
    page = open_window().open(THREE)
    *others, last = page.locator("form[data-ranks] input[type=number]").all()
    for field in others:
        field.fill("0")
    order = ranking(page)

    last.fill("0")

    expect(page.locator("[data-zero]")).to_be_visible()
    assert ranking(page) == order
    page.locator("#w-size").fill("2")
    expect(page.locator("[data-zero]")).to_be_hidden()


def test_a_market_added_keeps_the_weights(open_window):
    page = open_window().open(THREE)
    page.locator("#w-size").fill("5")

    page.get_by_role("combobox", name=re.compile("Add a market")).fill("Portug")
    page.locator(".ts-dropdown .option", has_text="Portugal").click()
    page.get_by_role("button", name="Add").click()

    page.wait_for_url("**market=PRT**")
    assert "PRT" in ranking(page)
    expect(page.locator("#w-size")).to_have_value("5")


def test_without_scripts_a_button_ranks(open_window):
    page = open_window(scripts=False).open(THREE)
    page.locator("#w-size").fill("5")
    page.locator("#w-effort").fill("0")

    page.get_by_role("button", name="Rank with these weights").click()

    assert "size=5" in page.url
    expect(page.locator("#w-effort")).to_have_value("0")


def test_a_country_on_the_map_is_reached_by_keyboard_and_the_map_is_skipped(open_window):
    page = open_window().open("/markets/")
    page.get_by_role("link", name="Skip the map").focus()
    page.keyboard.press("Enter")
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.textContent") == "About the data"

    page.get_by_role("link", name="Skip the map").focus()
    for _ in range(3):  # the frame that can be moved, then the first countries
        page.keyboard.press("Tab")
    name = page.evaluate("document.activeElement.textContent").strip()
    assert re.match(r"\w.*: \d+\.\d, ", name)
    page.keyboard.press("Enter")

    expect(page.get_by_role("heading", level=1)).to_have_text(name.partition(":")[0])


def test_every_country_is_drawn_and_the_table_has_the_same_number(open_window):
    page = open_window().open("/markets/?q=france")
    page.wait_for_function("() => document.querySelector('.map a[href$=\"/FRA\"]').getBBox().width > 5")

    row = page.locator("tr[data-market=FRA] strong").first.inner_text()

    assert page.locator('.map a[href$="/FRA"] title').text_content().startswith(f"France: {row}, ")
    empty = page.locator(".map a").evaluate_all("all => all.filter((one) => one.getBBox().width === 0).length")
    assert empty == 0
    page.locator('.map a[href$="/BRA"]').click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Brazil")


def test_the_table_stands_before_the_map_on_a_phone(open_window):
    page = open_window(width=360).open("/markets/")

    table, world = (page.locator(part).bounding_box() for part in (".markets-list", ".map"))

    assert table["y"] + table["height"] <= world["y"]
