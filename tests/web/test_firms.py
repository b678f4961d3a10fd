"""Registering a firm, filling in its profile, its page, its blocks."""

from __future__ import annotations

import datetime as dt
import io

import pytest
import sqlalchemy as sa

from models import Block, ChoiceKind, Firm, TargetMarket
from services import choices, firms, firms_csv
from services.distances import distances_of
from services.firm_cells import HIGHEST_BUDGET, MOST_EMPLOYEES, OLDEST_YEAR

HIDDEN = {
    "contact_email": "secret@contact.example",
    "contact_phone": "+351 999 888 777",
    "contact_name": "Dona Secreta",
}


@pytest.fixture
def owner(make):
    return make.person(name="Ana")


@pytest.fixture
def browser(owner, sign_in):
    return sign_in(owner)


def register(browser, name="Azeites do Sul, Lda", country="PRT", **more):
    browser.get("/firms/new")
    return browser.fill("/firms/new", name=name, country=country, **more)


def test_a_person_registers_a_firm_and_comes_to_its_profile(browser, db):
    page = register(browser, tax_number="501 442 600")

    firm = db.scalar(sa.select(Firm))
    assert firm.name == "Azeites do Sul, Lda"
    assert page.address.endswith(f"/firms/{firm.key}/edit")
    assert "Still missing:" in page.text


def test_a_firm_without_a_name_is_refused_beside_the_field_and_nothing_is_lost(browser):
    browser.get("/firms/new")
    page = browser.fill("/firms/new", status=422, name="", country="PRT", tax_number="123")

    assert "Enter the firm's name" in page.text
    assert ("tax_number", "123") in page.form_to("/firms/new")["fields"]
    assert ("country", "PRT") in page.form_to("/firms/new")["fields"]


def test_a_firm_of_the_same_name_is_noticed_before_it_is_born(browser, make, db):
    make.firm("AZEITES do Súl, LDA", country="PRT")

    browser.get("/firms/new")
    page = browser.fill("/firms/new", status=422, name="Azeites do Sul, Lda", country="PRT")
    assert "AZEITES do Súl, LDA" in page.text

    browser.fill("/firms/new", another="y")
    assert db.scalar(sa.select(sa.func.count(Firm.id))) == 2


@pytest.mark.both_databases
def test_two_firms_cannot_share_a_tax_number_in_one_country(browser, make, db):
    make.firm("Another name", country="PRT", tax_number="PT 501.442.600")

    browser.get("/firms/new")
    page = browser.fill("/firms/new", status=422, name="Azeites do Sul", country="PRT", tax_number="pt501442600")
    assert "Another name" in page.text
    page = browser.fill("/firms/new", status=422, another="y")
    assert "registered already" in page.text
    assert db.scalar(sa.select(sa.func.count(Firm.id))) == 1


def test_the_name_of_a_draft_is_not_shown_to_whoever_registers_the_same(browser, make):
    make.firm("Draft Secrets", country="PRT", state="draft", city="Évora")

    browser.get("/firms/new")
    page = browser.fill("/firms/new", status=422, name="draft secrets", country="PRT")

    assert "Évora" not in page.text
    assert "begun to register" in page.text


@pytest.fixture
def firm(make, owner):
    return make.firm("Kianda", owner=owner, state="draft", products=(), targets=(), offers=(), needs=(), languages=())


def edit(browser, firm, section, **values):
    browser.get(f"/firms/{firm.key}/edit/{section}")
    return browser.fill(f"/edit/{section}", **values)


def test_every_section_opens_with_what_is_saved(browser, firm, make, db):
    from web.firms.sections import PAGES

    for section in PAGES:
        browser.get(f"/firms/{firm.key}/edit/{section}")


def test_a_product_in_own_words_gets_codes_suggested(browser, firm, db):
    page = edit(browser, firm, "products", rows__0__words="castanha de caju", then="done")

    assert "Now choose the HS code" in page.text
    assert 'value="0801' in page.html

    browser.fill("/edit/products", rows__0__hs="080132", rows__0__tier="4", then="done")
    db.refresh(firm)
    assert [(p.words, p.hs, p.tier) for p in firm.products] == [("castanha de caju", "080132", 4)]


def test_a_forged_code_is_an_error_beside_the_field(browser, firm):
    page = edit(browser, firm, "products", rows__0__words="x", rows__0__hs="777777", status=422)

    assert "777777 is no code of the Harmonized System" in page.text


def test_rows_are_added_and_removed(browser, firm, db):
    edit(browser, firm, "markets", rows__0__country="ESP", rows__0__priority="3", then="more")
    browser.fill("/edit/markets", rows__1__country="FRA", rows__1__budget_eur="12 000", then="more")
    db.refresh(firm)
    assert [(m.country, m.priority, m.budget_eur) for m in firm.target_markets] == [
        ("ESP", 3, None),
        ("FRA", 2, 12000),
    ]

    edit(browser, firm, "markets", rows__0__remove="y")
    db.refresh(firm)
    assert [m.country for m in firm.target_markets] == ["FRA"]


def test_a_market_twice_is_refused_and_nothing_is_lost(browser, firm):
    edit(browser, firm, "markets", rows__0__country="ESP", then="more")
    page = browser.fill("/edit/markets", rows__1__country="ESP", status=422)

    assert "in the list already" in page.text
    assert ("rows-1-country", "ESP") in page.form_to("/edit/markets")["fields"]


def test_what_a_form_just_takes_an_import_takes_back(browser, firm, db):
    edit(browser, firm, "identity", founded_year=str(OLDEST_YEAR), employees=str(MOST_EMPLOYEES))
    edit(browser, firm, "markets", rows__0__country="ESP", rows__0__budget_eur=str(HIGHEST_BUDGET))
    db.expire_all()
    out = io.StringIO()
    firms_csv.export_firms(db, out)

    report = firms_csv.import_firms(db, out.getvalue().encode())

    assert (report.problems, report.changed, report.created) == ([], [], [])
    assert db.execute(sa.select(Firm.founded_year, TargetMarket.budget_eur).join(TargetMarket)).one() == (
        OLDEST_YEAR,
        HIGHEST_BUDGET,
    )
    edit(browser, firm, "markets", rows__0__budget_eur=str(HIGHEST_BUDGET + 1), status=422)


@pytest.mark.parametrize(
    ("section", "values", "message"),
    [
        ("identity", {"employees": "many"}, "Write a whole number"),
        ("identity", {"employees": "-4"}, "Write a number from 0"),
        ("identity", {"founded_year": "2999"}, "from 1600 to 2100"),
        ("identity", {"founded_year": "2099"}, "still to come"),
        ("identity", {"website": "javascript:alert(1)"}, "Write a whole address"),
        ("identity", {"website": "file:///etc/passwd"}, "Write a whole address"),
        ("identity", {"website": "we have none"}, "Write a whole address"),
        ("identity", {"contact_email": "nobody"}, "Write a whole e-mail address"),
        ("identity", {"country": "XXX"}, "Choose a country from the list"),
        ("identity", {"name": "x" * 201}, "At most 200 characters"),
        ("markets", {"rows__0__country": "ESP", "rows__0__priority": "9"}, "Not a valid choice"),
        ("markets", {"rows__0__country": "ESP", "rows__0__budget_eur": "12,5"}, "Write a whole number"),
        ("languages", {"rows__0__language": "klingon"}, "Choose a language from the list"),
        ("certificates", {"rows__0__name": "ISO", "rows__0__valid_until": "yesterday"}, "Not a valid date"),
        ("capabilities", {"offers": ["cold_chain"], "needs": ["cold_chain"]}, "You offer and look for the same"),
        ("capabilities", {"offers": ["flying"]}, "flying"),
    ],
)
def test_bad_input_gets_its_message_beside_the_field(browser, firm, section, values, message):
    page = edit(browser, firm, section, status=422, **values)

    assert message in page.text


def test_a_website_may_be_written_without_its_beginning(browser, firm, db):
    edit(browser, firm, "identity", website=" www.cafe-kilamba.example/loja ")

    db.refresh(firm)
    assert firm.website == "https://www.cafe-kilamba.example/loja"


def test_two_windows_do_not_undo_each_other_in_silence(browser, firm, owner, sign_in, db):
    other = sign_in(owner)
    for window in (browser, other):
        window.get(f"/firms/{firm.key}/edit/markets")

    browser.fill("/edit/markets", rows__0__country="ESP")
    page = other.fill("/edit/markets", status=422, rows__0__country="DEU")

    assert "changed since you opened it" in page.text
    db.expire_all()
    assert [market.country for market in firm.target_markets] == ["ESP"]
    other.fill("/edit/markets")
    db.expire_all()
    assert [market.country for market in firm.target_markets] == ["DEU"]


def test_what_is_saved_comes_back_whole(browser, firm, db):
    edit(
        browser,
        firm,
        "capabilities",
        offers=["cold_chain", "packaging"],
        needs=["local_agent"],
        needs_text="Um agente em Dakar",
    )
    edit(
        browser,
        firm,
        "ways",
        objectives=["joint_fair"],
        norms=["open_books"],
        rows__0__kind="association",
        rows__0__name="AIA",
        accepts_coopetition="y",
    )
    edit(browser, firm, "languages", rows__0__language="fr", rows__0__level="fluent")
    edit(browser, firm, "experience", rows__0__country="SEN", rows__0__experience="regular")

    db.refresh(firm)
    assert (firm.offers, firm.needs, firm.needs_text) == (
        ["cold_chain", "packaging"],
        ["local_agent"],
        "Um agente em Dakar",
    )
    assert (firm.objectives, firm.norms, [link.name for link in firm.links]) == (
        ["joint_fair"],
        ["open_books"],
        ["AIA"],
    )
    assert firm.accepts_coopetition
    page = browser.get(f"/firms/{firm.key}")
    for words in ("Cold chain", "Agent in the market", "Um agente em Dakar", "Senegal", "French", "AIA"):
        assert words in page.text


def test_an_incomplete_firm_is_told_what_is_missing(browser, firm, db):
    browser.get(f"/firms/{firm.key}/edit")
    page = browser.post(f"/firms/{firm.key}/submit", status=400)
    assert page.status == 400  # without a token nothing happens

    db.refresh(firm)
    assert firm.state == "draft"


def test_a_complete_firm_is_submitted_and_taken_back(browser, owner, make, db):
    firm = make.firm(owner=owner, state="draft")

    browser.get(f"/firms/{firm.key}/edit")
    page = browser.fill("/submit")
    assert "Under review" in page.text
    page = browser.fill("/withdraw")
    assert "Taken back" in page.text
    db.refresh(firm)
    assert firm.state == "draft"


@pytest.mark.parametrize("state", ["draft", "submitted", "returned", "rejected", "suspended"])
def test_a_firm_that_is_not_approved_is_not_there_for_others(make, sign_in, state):
    hidden = make.firm(state=state)
    other = sign_in(make.owner_of(make.firm()))

    other.get(f"/firms/{hidden.key}", status=404)


def test_a_person_without_an_approved_firm_sees_no_firm(make, sign_in):
    firm = make.firm()
    stranger = sign_in(make.owner_of(make.firm(state="draft")))

    stranger.get(f"/firms/{firm.key}", status=404)


def test_contact_data_capacity_and_tax_number_are_hidden_from_members(make, sign_in, db):
    firm = make.firm(tax_number="999888777", **HIDDEN)
    firms.set_products(db, firm, [{"words": "oil", "hs": "1509", "monthly_capacity": "77 tonnes"}])
    firms.set_target_markets(db, firm, [{"country": "ESP", "priority": 3, "budget_eur": 123456}])
    db.commit()
    page = sign_in(make.owner_of(make.firm())).get(f"/firms/{firm.key}")

    for secret in (*HIDDEN.values(), "999888777", "77 tonnes", "123456", "123,456"):
        assert secret not in page.html


@pytest.mark.parametrize("path", ["/edit", "/edit/identity", "/blocks", "/people"])
def test_the_profile_of_another_firm_cannot_be_edited(make, sign_in, path):
    firm = make.firm()
    other = sign_in(make.owner_of(make.firm()))

    other.get(f"/firms/{firm.key}{path}", status=404)


def test_a_block_is_silent_and_can_be_taken_back(make, sign_in, db):
    mine, other = make.firm(), make.firm("Rival, SA")
    browser, rival = sign_in(make.owner_of(mine)), sign_in(make.owner_of(other))

    browser.get(f"/firms/{mine.key}/blocks?q=rival")
    page = browser.fill(f"/blocks/{other.key}")
    assert "does not learn" in page.text
    assert db.scalar(sa.select(sa.func.count()).select_from(Block)) == 1
    assert "block" not in rival.get(f"/firms/{mine.key}").text.lower()

    browser.fill("/remove")
    assert db.scalar(sa.select(sa.func.count()).select_from(Block)) == 0


def test_a_firm_is_deleted_only_by_an_owner_who_types_its_name(make, sign_in, db):
    firm = make.firm("Gone, Lda")
    editor = make.person()
    make.post(editor, firm)
    owner = sign_in(make.owner_of(firm))

    assert "Delete the firm" not in sign_in(editor).get(f"/firms/{firm.key}/edit").text
    owner.get(f"/firms/{firm.key}/edit")
    page = owner.fill("/delete", name="gone")
    assert "type its name exactly" in page.text
    owner.fill("/delete", name="Gone, Lda")
    assert db.scalar(sa.select(sa.func.count(Firm.id))) == 0


def test_product_codes_are_found_and_leafed_through(browser):
    answer = browser.client.get("/products/search.json?q=castanha+de+caju")
    assert answer.json[0]["value"].startswith("0801")

    page = browser.get("/products/?q=azeite")
    assert "1509" in page.text
    page = browser.get("/products/0801")
    assert "0801.32" in page.text
    browser.get("/products/7777", status=404)


def test_the_page_of_a_firm_says_what_it_is_worth_and_where_the_two_meet(make, sign_in, db):
    mine = make.firm("Kianda", targets=(("ESP", 3),), needs=("market_research",), offers=("customs_clearance",))
    other = make.firm("Douro")
    firms.set_certificates(db, other, [{"name": "ISO 22000", "valid_until": dt.date(2020, 1, 31)}])
    db.commit()

    page = sign_in(make.owner_of(mine)).get(f"/firms/{other.key}")

    assert "A moderator looked at this firm and approved it on" in page.text
    assert "you want it, too" in page.text
    assert "Ticked: what you look for" in page.text and "Ticked: what you offer" in page.text
    assert "ran out on 31 Jan 2020" in page.text


def test_one_can_answer_on_the_page_of_a_firm(make, sign_in):
    mine, other = make.firm("Kianda"), make.firm("Douro")
    browser = sign_in(make.owner_of(mine))
    browser.get(f"/firms/{other.key}")

    page = browser.fill("/choose", kind="interested")

    assert page.address.endswith(f"/firms/{other.key}")
    assert "You said: interested" in page.text


@pytest.mark.parametrize("address", ["/firms/{}", "/suggestions/{}"])
def test_whoever_is_interested_in_us_too_is_written_to_not_answered_again(make, sign_in, db, address):
    mine, other = make.firm("Kianda"), make.firm("Douro")
    for one, two in ((mine, other), (other, mine)):
        choices.choose(db, one, two, ChoiceKind.INTERESTED, make.owner_of(one))
    db.commit()

    page = sign_in(make.owner_of(mine)).get(address.format(other.key))

    assert "You are both interested" in page.text
    assert "Write to it" in page.text
    assert "Not now" not in page.text


def test_an_office_in_a_market_is_ticked_seen_and_taken_away(sign_in, make, db):
    firm = make.firm(known=[("AGO", "presence")])
    owner = sign_in(make.owner_of(firm))
    before = firm.search_text
    shown = "office or stock of goods there"
    assert shown not in owner.get(f"/firms/{firm.key}").text

    edit(owner, firm, "experience", rows__0__has_office="y")

    db.refresh(firm)
    assert [(m.country, m.experience, m.has_office) for m in firm.known_markets] == [("AGO", "presence", True)]
    assert firm.search_text == before
    assert distances_of(firm)["AGO"]["geo"] < distances_of(make.firm(known=[("AGO", "presence")]))["AGO"]["geo"]
    assert shown in owner.get(f"/firms/{firm.key}").text
    assert shown in sign_in(make.owner_of(make.firm())).get(f"/firms/{firm.key}").text
    assert shown in sign_in(make.moderator()).get(f"/moderation/firms/{firm.key}").text
    assert '"has_office": true' in owner.client.get("/account/constela.json").get_data(as_text=True)
    edit(owner, firm, "experience", without=["rows-0-has_office"])
    db.expire_all()
    assert not firm.known_markets[0].has_office


def test_a_doubtful_tax_number_that_is_stored_is_said_until_it_is_mended(db, make, sign_in):
    firm = make.firm(tax_number="501442601", country="PRT")
    browser = sign_in(make.owner_of(firm))
    words = "The check digits of this number do not fit: look for a mistyped digit."

    assert words in browser.get(f"/firms/{firm.key}/edit/identity").text
    browser.fill("/edit/identity", tax_number="501442600")
    assert words not in browser.get(f"/firms/{firm.key}/edit/identity").text
