"""The way of a new firm through the site, walked in a real browser, mostly with the keyboard."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Page, expect

from tests.browser.windows import Window, serve
from tests.pages import Browser

SECRET_PHONE = "+244 923 000 111"


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


def press_tab_to(page: Page, selector: str, most: int = 60) -> None:
    """Go on with the Tab key until the element has the focus, as somebody without a mouse would."""
    for _ in range(most):
        if page.evaluate("s => document.activeElement.matches(s)", selector):
            return
        page.keyboard.press("Tab")
    raise AssertionError(f"{selector} cannot be reached with the Tab key on {page.url}")


def last_link(app, to: str) -> str:
    """The link in the newest mail to this address."""
    mails = [mail for mail in Browser(app).mails() if mail["to"] == to]
    assert mails, f"no mail to {to}"
    return mails[-1]["links"][0]


def sign_up(window: Window, app, email: str) -> Page:
    """Open an account with the keyboard alone, and confirm the address."""
    page = window.open("/")
    page.get_by_role("link", name="Register your firm").first.focus()
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", level=1)).to_have_text("Open an account")
    press_tab_to(page, "[name=name]")
    page.keyboard.type("Ana Kiala")
    press_tab_to(page, "[name=email]")
    page.keyboard.type(email)
    press_tab_to(page, "[name=password]")
    page.keyboard.type("mangrove lantern orbit")
    page.keyboard.press("Enter")
    expect(page.get_by_text("We have sent a message")).to_be_visible()
    window.open(last_link(app, email))
    page.get_by_role("button", name="Confirm my address").press("Enter")
    page.wait_for_url("**/overview")
    return page


def register_firm(page: Page) -> str:
    """Register a firm; gives the address of its profile."""
    page.get_by_role("link", name="Register a firm").press("Enter")
    page.locator("[name=name]").fill("Kalandula Café, Lda")
    page.locator("select[name=country]").select_option("AGO")
    page.locator("[name=tax_number]").fill("5417 000 222")
    page.locator("main form button").last.click()
    page.wait_for_url("**/edit")
    return page.url


def choose_country(page: Page, field: str, words: str) -> None:
    """Search a country and take the first that is found, with the keyboard alone."""
    press_tab_to(page, f"#{field}-ts-control")
    page.keyboard.type(words)
    expect(page.locator(f"#{field}-ts-dropdown .option.active")).to_contain_text(words)
    page.keyboard.press("Enter")


def fill_profile(page: Page, profile: str) -> None:
    """Fill in every section that a moderator asks for."""
    save = "main form button[value=done]"
    page.goto(f"{profile}/identity")
    page.locator("[name=city]").fill("Malanje")
    page.locator("[name=employees]").fill("24")
    page.locator("[name=about]").fill("Growers and roasters of coffee since 1998.")
    page.locator("[name=contact_phone]").fill(SECRET_PHONE)
    page.locator(save).click()

    page.wait_for_url(profile)
    page.goto(f"{profile}/products")
    press_tab_to(page, "#rows-0-words")
    page.keyboard.type("roasted coffee")
    page.keyboard.press("Tab")
    coffee = page.locator("#rows-0-hs-ts-dropdown .option", has_text=re.compile(r"^0901"))
    expect(coffee.first).to_be_visible()
    coffee.first.click()
    page.locator("[name=rows-0-tier]").select_option("4")
    page.locator("[name=rows-0-segment]").select_option("retail")
    page.locator(save).click()

    page.wait_for_url(profile)
    page.goto(f"{profile}/markets")
    choose_country(page, "rows-0-country", "Portugal")
    page.locator("[name=rows-0-priority]").select_option("3")
    page.locator("[name=rows-0-horizon]").select_option("1")
    page.locator(save).click()

    page.wait_for_url(profile)
    page.goto(f"{profile}/languages")
    page.evaluate("() => document.querySelector('#rows-0-language').tomselect.addItem('pt')")
    page.locator("[name=rows-0-level]").select_option("native")
    page.locator(save).click()

    page.wait_for_url(profile)
    page.goto(f"{profile}/capabilities")
    page.locator("[name=offers][value=freight_consolidation]").check()
    page.locator("[name=offers][value=export_paperwork]").check()
    page.locator("[name=needs][value=local_agent]").check()
    page.locator("[name=needs][value=labelling]").check()
    page.locator(save).click()
    page.wait_for_url(profile)


@pytest.mark.both_databases
def test_a_new_firm_finds_a_partner_and_writes_to_it(app, make, open_window):
    partner = make.firm(
        "Alfama Torrefacção, Lda", country="PRT", products=(("wine", "2204"),), targets=(("PRT", 3), ("AGO", 2)),
        known=(("PRT", "presence"),), offers=("local_agent", "labelling"), needs=("freight_consolidation",),
        horizon=1, tier=4, contact_phone="+351 210 000 333",
    )  # fmt: skip
    partners_owner = make.owner_of(partner, name="Duarte Alfama")
    moderator = make.moderator()

    # A person signs up, confirms the address, registers a firm and fills in its profile.
    window = open_window()
    page = sign_up(window, app, "ana@kalandula.example")
    profile = register_firm(page)
    fill_profile(page, profile)
    page.get_by_role("button", name="Submit").press("Enter")
    expect(page.get_by_text("Submitted. A moderator will look at it")).to_be_visible()

    # Until a moderator has approved it, it sees no partner.
    window.open("/suggestions/")
    expect(page.get_by_text("is under review")).to_be_visible()

    desk = open_window()
    case = desk.sign_in(moderator.email)
    desk.open("/moderation/")
    case.get_by_role("link", name="Kalandula Café, Lda").click()
    case.get_by_role("button", name="Approve").click()
    expect(case.locator(".flashes")).to_contain_text("Kalandula Café, Lda")

    # Then the partner is suggested, with reasons, and without its contact data.
    window.open("/suggestions/")
    card = page.locator("article", has_text="Alfama Torrefacção, Lda")
    expect(card.get_by_text("Why it suits you")).to_be_visible()
    expect(card.locator(".reasons li").first).to_be_visible()
    assert "+351 210 000 333" not in page.content()
    card.get_by_role("link", name="Alfama Torrefacção, Lda", exact=True).click()
    assert "+351 210 000 333" not in page.content()
    page.get_by_role("link", name="Compare with us").click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("Alfama Torrefacção, Lda")
    page.get_by_role("button", name="Interested", exact=False).press("Enter")
    page.wait_for_load_state()

    # The other side sees the new firm suggested, but not that it is interested.
    other = open_window(width=360)
    phone = other.sign_in(partners_owner.email)
    other.open("/suggestions/")
    assert SECRET_PHONE not in phone.content()
    card = phone.locator("article", has_text="Kalandula Café, Lda")
    card.get_by_role("button", name="Interested").click()

    # Now both are: the thread opens, and with it the contact data.
    phone.wait_for_url("**/messages/**")
    expect(phone.get_by_text(SECRET_PHONE)).to_be_visible()
    phone.locator("[name=body]").fill("Bom dia! Shall we ship together?")
    phone.get_by_role("button", name="Send").click()
    expect(phone.locator(".message")).to_contain_text("Shall we ship together?")

    window.open("/overview")
    expect(page.locator(".site-nav .count")).to_contain_text("1")
    page.locator(".site-nav").get_by_role("link", name="Messages").press("Enter")
    page.get_by_role("link", name="Alfama Torrefacção, Lda").press("Enter")
    expect(page.locator(".message")).to_contain_text("Shall we ship together?")
    expect(page.get_by_text("+351 210 000 333")).to_be_visible()

    # And the network shows them joined.
    window.open("/network")
    expect(page.locator("[data-network][data-ready]")).to_be_attached()
    window.open("/network?q=Kalandula")
    expect(page.locator("[data-panel-body]")).to_contain_text("Kalandula Café, Lda")


def test_the_first_tab_stop_leads_past_the_menu(open_window):
    window = open_window()
    page = window.open("/how-it-works")
    page.keyboard.press("Tab")
    assert page.evaluate("() => document.activeElement.className") == "skip"
    page.keyboard.press("Enter")
    assert page.evaluate("() => document.activeElement.id") == "main"


def test_the_menu_of_a_phone_opens_and_closes_with_the_keyboard(open_window):
    page = open_window(width=360).open("/how-it-works")
    button = page.locator("[data-menu]")
    expect(page.locator("#site-menu")).to_be_hidden()
    button.press("Enter")
    expect(page.locator("#site-menu")).to_be_visible()
    assert button.get_attribute("aria-expanded") == "true"
    page.keyboard.press("Escape")
    expect(page.locator("#site-menu")).to_be_hidden()
    expect(button).to_be_focused()


def test_a_dropdown_closes_when_one_goes_on(open_window):
    page = open_window().open("/how-it-works")
    summary = page.locator(".dropdown > summary").first
    summary.press("Enter")
    expect(page.locator(".dropdown-body").first).to_be_visible()
    page.keyboard.press("Escape")
    expect(page.locator(".dropdown-body").first).to_be_hidden()
    expect(summary).to_be_focused()
    summary.press("Enter")
    page.locator("h1").click()
    expect(page.locator(".dropdown-body").first).to_be_hidden()


def test_a_chosen_theme_stays(open_window):
    window = open_window()
    page = window.open("/privacy")
    button = page.locator("[data-theme-button]")
    assert button.get_attribute("aria-pressed") == "false"
    button.press("Enter")
    assert button.get_attribute("aria-pressed") == "true"
    window.open("/accessibility")
    assert page.evaluate("() => document.documentElement.dataset.theme") == "dark"


def test_an_error_leads_to_its_field(open_window):
    window = open_window()
    page = window.open("/sign-up")
    page.locator("main form button[type=submit]").last.press("Enter")
    expect(page.locator("#error-summary")).to_be_focused()
    assert page.title().startswith("Error:")
    page.locator("#error-summary a").first.press("Enter")
    expect(page.locator("[name=name]")).to_be_focused()
    assert "name-error" in page.locator("[name=name]").get_attribute("aria-describedby")
    window.forgive_refusals()


def test_a_password_can_be_looked_at(open_window):
    page = open_window().open("/sign-in")
    field = page.locator("[name=password]")
    field.fill("secret words")
    page.get_by_role("button", name="Show the password").press("Enter")
    assert field.get_attribute("type") == "text"
    page.get_by_role("button", name="Show the password").press("Enter")
    assert field.get_attribute("type") == "password"


def test_a_grave_act_asks_first_and_can_be_left(open_window, make):
    firm = make.firm("Empresa Única")
    window = open_window()
    page = window.sign_in(make.owner_of(firm).email)
    window.open(f"/firms/{firm.key}/edit")
    opener = page.locator("summary", has_text="Delete the firm")
    opener.press("Enter")
    expect(page.get_by_role("dialog")).to_be_visible()
    page.keyboard.press("Escape")
    expect(page.get_by_role("dialog")).to_be_hidden()
    expect(opener).to_be_focused()
    opener.press("Enter")
    page.get_by_role("dialog").get_by_role("button", name="Cancel").press("Enter")
    expect(page.get_by_role("dialog")).to_be_hidden()


def test_a_picker_takes_its_label_hint_and_error_along(open_window, make):
    firm = make.firm()
    window = open_window()
    page = window.sign_in(make.owner_of(firm).email)
    window.open(f"/firms/{firm.key}/edit/products")
    box = page.get_by_role("combobox", name="HS code").first
    assert "hint" in box.get_attribute("aria-describedby")
    assert page.locator("select[data-pick]").first.get_attribute("aria-hidden") == "true"


def test_a_broken_line_loses_nothing_that_was_typed(open_window, make):
    firm = make.firm("Kalandula")
    window = open_window(width=360)
    page = window.sign_in(make.owner_of(firm).email)
    section = f"/firms/{firm.key}/edit/products"
    window.open(section)
    page.locator("[name=rows-1-words]").fill("ground coffee, 250 g")
    choose = page.locator("#rows-1-hs-ts-control")
    choose.click()
    page.locator("#rows-1-hs-ts-dropdown .option").first.click()
    code = page.locator("select[name=rows-1-hs]").input_value()

    page.route("**/edit/products", lambda route: route.abort())
    page.locator("main form button[value=done]").click()
    page.wait_for_url("chrome-error://**")
    page.unroute("**/edit/products")
    window.complaints.clear()
    window.open("/overview")
    window.open(section)

    expect(page.get_by_text("what you had written and not saved yet")).to_be_visible()
    assert page.locator("[name=rows-1-words]").input_value() == "ground coffee, 250 g"
    assert page.locator("select[name=rows-1-hs]").input_value() == code != ""
    page.locator("main form button[value=done]").click()
    page.wait_for_url(f"**/firms/{firm.key}/edit")
    window.open(section)
    assert page.locator("[name=rows-1-words]").input_value() == "ground coffee, 250 g"
    expect(page.get_by_text("what you had written and not saved yet")).to_have_count(0)


def test_without_a_line_a_section_stays_on_the_page(open_window, make):
    firm = make.firm("Kalandula")
    window = open_window()
    page = window.sign_in(make.owner_of(firm).email)
    window.open(f"/firms/{firm.key}/edit/identity")
    page.locator("[name=city]").fill("Malanje")

    window.context.set_offline(True)
    page.locator("main form button[value=done]").click()

    expect(page.get_by_text("There is no connection just now")).to_be_visible()
    window.context.set_offline(False)
    page.locator("main form button[value=done]").click()
    page.wait_for_url(f"**/firms/{firm.key}/edit")


def test_without_scripts_nothing_is_offered_that_needs_them(open_window, make):
    window = open_window(scripts=False)
    page = window.sign_in(make.owner_of(make.firm("Kalandula")).email)

    for address in ("/overview", "/network"):
        window.open(address)
        for part in page.locator(".needs-script").all():
            expect(part).to_be_hidden()
