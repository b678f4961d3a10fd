"""The network in a real browser: drawn, moved, chosen, listed, saved."""

from __future__ import annotations

import itertools
import struct

import pytest
from playwright.sync_api import expect

from services import network
from tests.browser.windows import Window, serve
from tests.factories import Factory
from tests.sites import filled_site

TRADES = {
    "coffee": {"products": [("coffee", "0901")], "targets": [("PRT", 3)], "country": "AGO"},
    "shoes": {"products": [("shoes", "6403")], "targets": [("AGO", 3)], "country": "PRT"},
    "fruit": {"products": [("mango", "0804")], "targets": [("ZAF", 3)], "country": "MOZ"},
}
GOODS = {"coffee": ("tea", "0902"), "shoes": ("boots", "6404"), "fruit": ("oranges", "0805")}
"""What every second firm of a trade sells, so that the firms of one trade complete each other."""
SIDES = [
    {"offers": ["packaging"], "needs": ["local_agent"]},
    {"offers": ["local_agent"], "needs": ["packaging"]},
]


@pytest.fixture(scope="module")
def site(tmp_path_factory):
    """The address of a site with thirty firms in three trades, and somebody of the first of them."""

    def fill(db) -> str:
        make = Factory(db)
        firms = [
            make.firm(
                f"{trade.title()} {number}",
                **{**known, "products": [GOODS[trade]] if number % 2 else known["products"]},
                **SIDES[number % 2],
            )
            for trade, known in TRADES.items()
            for number in range(10)
        ]
        network.refresh(db)
        return make.owner_of(firms[0]).email

    with filled_site(tmp_path_factory.mktemp("network"), fill) as (app, email), serve(app) as address:
        yield address, email


@pytest.fixture
def open_window(chromium, site):
    """Opens windows in which the owner is signed in, and closes them; none may have complained."""
    opened: list[Window] = []

    def open_window(**options) -> Window:
        window = Window(chromium, site[0], language="en", **options)
        opened.append(window)
        window.sign_in(site[1])
        return window

    yield open_window
    for window in opened:
        window.context.close()
        assert not window.complaints, "\n".join(window.complaints)


@pytest.fixture
def window(open_window):
    """A window on a desk."""
    return open_window()


def open_network(window, query=""):
    page = window.open(f"/network{query}")
    expect(page.locator("[data-network][data-ready='yes']")).to_be_attached()
    return page


def chosen(page):
    return page.locator("[data-network]").get_attribute("data-selected")


def drawn(page):
    """How many pixels of the drawing differ from its ground."""
    return page.evaluate(
        """async () => {
            document.querySelector("[data-zoom=fit]").click();
            await new Promise(requestAnimationFrame);
            const canvas = document.querySelector("canvas.sigma-ground");
            const pixels = canvas.getContext("2d").getImageData(0, 0, canvas.width, canvas.height).data;
            let found = 0;
            for (let at = 3; at < pixels.length; at += 4) found += pixels[at] > 0;
            return found;
        }"""
    )


def test_the_network_is_drawn(window):
    page = open_network(window)
    assert drawn(page) > 5000
    stage = page.get_by_role("application", name="Drawing of the network, 30 firms")
    expect(stage).to_have_accessible_description(
        "Arrow keys move the drawing, plus and minus zoom, 0 shows everything; Tab or Escape leaves it. "
        "The list holds every firm that is drawn."
    )


def test_a_click_on_the_drawing_opens_the_panel(window):
    page = open_network(window, "?level=clusters")
    box = page.locator("[data-canvas]").bounding_box()
    for down, across in itertools.product(range(25, 85, 8), range(10, 90, 8)):
        page.mouse.move(box["x"] + box["width"] * across / 100, box["y"] + box["height"] * down / 100)
        page.wait_for_timeout(20)
        if page.locator("[data-canvas][data-over]").count():
            break
    expect(page.locator("[data-tip]")).to_contain_text("10 firms")
    page.mouse.down()
    page.mouse.up()
    expect(page.locator(".network-panel h2")).to_contain_text("·")
    assert chosen(page).startswith("cluster:")
    assert "cluster=" in page.url


def test_the_list_leads_from_cluster_to_firm_and_back(window):
    page = open_network(window)
    page.locator(".network-list a", has_text="Coffee").first.click()
    expect(page.locator(".network-panel h2")).to_contain_text("Coffee, tea and spices")
    page.locator(".network-list a", has_text="Coffee 3").first.click()
    expect(page.locator(".network-panel h2")).to_contain_text("Coffee 3")
    assert chosen(page).startswith("firm:")
    assert page.evaluate("() => document.activeElement.tagName") == "H2"
    expect(page.locator("[role=status][data-status]")).to_contain_text("Coffee 3")

    page.go_back()
    expect(page.locator(".network-panel h2")).to_contain_text("Coffee, tea and spices")
    assert chosen(page).startswith("cluster:")


def test_an_address_can_be_shared(window):
    page = open_network(window)
    page.locator(".network-list a", has_text="Footwear").first.click()
    expect(page.locator(".network-panel h2")).to_contain_text("Footwear")
    before = chosen(page)
    open_network(window, page.url.partition("/network")[2])
    expect(page.locator(".network-panel h2")).to_contain_text("Footwear")
    assert chosen(page) == before


def test_the_find_box_offers_names_and_opens_the_firm(window):
    page = open_network(window)
    page.get_by_label("Find a firm").fill("fruit 7")
    assert page.locator("#network-names option").evaluate_all("found => found.map(one => one.value)") == ["Fruit 7"]
    page.keyboard.press("Enter")
    expect(page.locator(".network-panel h2")).to_contain_text("Fruit 7")


def test_levels_and_theme_change_what_is_drawn(window):
    page = open_network(window)
    firms = drawn(page)
    page.get_by_role("button", name="Clusters", exact=True).click()
    expect(page.get_by_role("button", name="Clusters", exact=True)).to_have_attribute("aria-pressed", "true")
    assert "level=clusters" in page.url
    assert drawn(page) != firms
    page.get_by_role("button", name="Around us").click()
    expect(page.locator(".network-panel h2")).to_contain_text("Coffee 0")
    page.locator("[data-theme-button]").click()
    expect(page.locator(".network-panel h2")).to_contain_text("Coffee 0")


def test_keys_move_the_drawing_and_escape_leaves_it(window):
    page = open_network(window)
    page.locator("[data-canvas]").focus()
    for key in ("ArrowLeft", "ArrowDown", "+", "-", "0"):
        page.keyboard.press(key)
    page.keyboard.press("Escape")
    assert page.evaluate("() => document.activeElement.tagName") == "H2"


def test_the_drawing_is_saved_as_png(window, tmp_path):
    page = open_network(window)
    page.locator(".network-export summary").click()
    with page.expect_download() as download:
        page.locator("[data-png]").click()
    download.value.save_as(tmp_path / "network.png")
    head = (tmp_path / "network.png").read_bytes()
    assert head.startswith(b"\x89PNG")
    assert struct.unpack(">II", head[16:24])[0] > 300
    assert len(head) > 10_000, "an empty drawing packs to almost nothing"


def test_show_as_list_hides_the_drawing_and_stays_in_the_address(window):
    page = open_network(window)
    page.get_by_role("button", name="Show as list").click()
    expect(page.locator("[data-canvas]")).to_be_hidden()
    assert "view=list" in page.url
    page.get_by_role("button", name="Drawing", exact=True).click()
    expect(page.locator("[data-canvas]")).to_be_visible()


def test_a_phone_opens_on_the_list_and_can_draw(open_window):
    window = open_window(width=360)
    page = window.open("/network")
    expect(page.locator("[data-network][data-ready='list']")).to_be_attached()
    expect(page.locator("[data-canvas]")).to_be_hidden()
    page.get_by_role("button", name="Drawing", exact=True).click()
    expect(page.locator("[data-network][data-ready='yes']")).to_be_attached()
    assert drawn(page) > 500
    window.check("network drawn on a phone")


def test_without_webgl_the_list_is_shown(open_window):
    window = open_window()
    window.context.add_init_script(
        "for (const name of ['WebGLRenderingContext', 'WebGL2RenderingContext']) delete window[name];"
    )
    page = window.open("/network")
    expect(page.locator("[data-network][data-ready='none']")).to_be_attached()
    expect(page.locator("[data-canvas]")).to_be_hidden()
    expect(page.locator(".network-list a").first).to_be_visible()
    expect(page.get_by_role("button", name="Drawing", exact=True)).to_be_disabled()
    window.complaints = [line for line in window.complaints if "WebGL" not in line]


def test_without_scripts_there_is_a_picture_and_the_list(open_window, site):
    page = open_window(scripts=False).open("/network")
    picture = page.locator(".network-picture")
    expect(picture).to_be_visible()
    assert page.request.get(site[0] + picture.get_attribute("src")).ok
    page.locator(".network-list a", has_text="Coffee").first.click()
    expect(page.locator(".network-panel h2")).to_contain_text("Coffee, tea and spices")
    expect(page.locator("[data-canvas]")).to_be_hidden()


def test_a_network_that_cannot_be_loaded_leaves_the_list(open_window):
    window = open_window()
    window.page.route("**/network.json*", lambda route: route.abort())
    page = window.open("/network")
    expect(page.locator("[data-network][data-ready='none']")).to_be_attached()
    expect(page.locator(".network-list a").first).to_be_visible()
    window.complaints.clear()
