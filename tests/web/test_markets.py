"""The pages of markets: the map with its table, one market, several side by side."""

from __future__ import annotations

import datetime as dt
import re
import time

import pytest

from models import BarrierState, MarketBarrier, MarketFeeling
from reference.world import outlines
from scripts.world_sheet import ROOT, write_sheet
from services import network, readiness
from tests.pages import Browser


@pytest.fixture
def kianda(make):
    return make.firm(
        "Kianda",
        country="AGO",
        products=[("roasted coffee", "090121")],
        targets=[("PRT", 3), ("FRA", 2)],
        known=[("NAM", "regular")],
        languages=[("pt", "native"), ("fr", "working")],
    )


@pytest.fixture
def ana(make, kianda, sign_in) -> Browser:
    return sign_in(make.owner_of(kianda, name="Ana"))


# All markets


def test_the_table_and_the_map_say_the_same_number(ana):
    for by, column in (("distance", 0), ("effort", 1)):
        page = ana.get(f"/markets/?by={by}&q=france")
        row = re.search(r'<tr role="row" data-market="FRA">.*?</tr>', page.html, re.DOTALL)[0]
        number = re.findall(r"<strong>(\d+(?:\.\d)?)</strong>", row)[column]

        title = re.search(r'href="/markets/FRA"[^>]*><title>([^<]*)</title>', page.html)[1]

        assert title.startswith(f"France: {number}, ")
        assert title.endswith("; you want it")


def test_my_country_and_what_i_know_are_marked_and_said(ana):
    page = ana.get("/markets/")

    assert "<title>Angola: your country</title>" in page.html
    assert 'href="/markets/AGO"' not in page.html
    assert re.search(r"<title>Namibia: \d+\.\d, near; you know it</title>", page.html)
    for mark, count in (("home", 1), ("wanted", 2), ("known", 1)):
        assert page.html.count(f'map-mark-{mark}"') == count


def test_markets_are_found_by_name_and_sorted(ana):
    def names(page):
        return re.findall(r'<tr role="row" data-market="(\w+)">', page.html)

    assert names(ana.get("/markets/?q=port")) == ["PRT"]
    assert names(ana.get("/markets/?q=CÔTE")) == ["CIV"]
    nearest = names(ana.get("/markets/"))
    assert (len(nearest), nearest[0]) == (20, "STP")
    assert names(ana.get("/markets/?sort=name"))[0] == "AFG"
    assert names(ana.get("/markets/?sort=effort")) == names(ana.get("/markets/?by=effort"))
    assert "No country has a name like this." in ana.get("/markets/?q=atlantis").text


def test_the_sheet_of_outlines_is_that_of_the_data():
    sheet = (ROOT / "static" / "world.svg").read_text("utf-8")

    assert sheet == write_sheet()
    assert sheet.count("<path") == sum(bool(one.path) for one in outlines().values()) > 150


def test_the_page_is_small_and_quick(ana):
    ana.get("/markets/")  # what is read only once
    took = []
    for _ in range(5):
        started = time.perf_counter()
        page = ana.get("/markets/")
        took.append(time.perf_counter() - started)

    assert len(page.html) < 80_000
    assert min(took) < 1  # a tenth of that on an idle machine; here others may be at work


def test_somebody_without_a_firm_is_told_what_distances_need(make, sign_in):
    somebody = sign_in(make.person())

    page = somebody.get("/markets/")
    assert "Register your firm" in page.text
    assert "<title>France" not in page.html
    assert "US$" in somebody.get("/markets/FRA").text
    assert "Register your firm" in somebody.get("/markets/compare").text


# One market


def test_a_market_shows_figures_with_years_and_sources(ana):
    page = ana.get("/markets/FRA")

    assert "US$ 3,031 billion" in page.text
    assert "2023, World Bank WDI" in page.text
    assert "2010–2018, World Bank WITS" in page.text
    assert "consumer goods; 2018, World Bank WITS" in page.text
    assert re.search(r"Homologation of your products\s*unknown", page.text)
    assert re.search(r"French official \d+% Working knowledge", page.text)


def test_no_country_no_page(ana):
    for address in ("/markets/AAAA", "/markets/fra", "/markets/XXX", "/markets/Fra"):
        ana.get(address, status=404)


def test_ones_own_country_is_no_market(ana):
    page = ana.get("/markets/AGO")

    assert "This is your own country" in page.text
    assert "How far does this market feel?" not in page.text


def test_what_is_felt_is_blended_said_and_taken_back(ana, kianda, db):
    computed = float(re.search(r"Computed: (\d+\.\d)\.", ana.get("/markets/FRA").text)[1])

    page = ana.fill("/markets/FRA/feeling", felt="90")
    assert "Noted: France feels 90 of 100 away." in page.text
    used = float(re.search(r"It feels 90 to you\. What counts is half of each: (\d+\.\d)", page.text)[1])
    assert abs(used - (computed + 90) / 2) <= 0.1
    assert f"France: {used}, " in ana.get("/markets/").html
    assert "half felt (90)" in ana.get("/markets/compare").text

    ana.get("/markets/FRA")
    page = ana.fill("/markets/FRA/feeling/forget")
    assert "Taken back" in page.text
    assert "You have not said how far it feels" in page.text
    assert db.query(MarketFeeling).count() == 0


@pytest.mark.parametrize("felt", ["", "101", "-1", "far", "9" * 400])
def test_an_odd_feeling_is_said_beside_the_field(ana, db, felt):
    ana.get("/markets/FRA")

    page = ana.fill("/markets/FRA/feeling", felt=felt, status=422)

    assert "There is a problem" in page.text
    if felt:
        assert f'value="{felt}"' in page.html
    assert db.query(MarketFeeling).count() == 0


def test_nobody_feels_where_there_is_no_market_or_no_firm(ana, make, sign_in):
    def token(browser):
        return {"csrf_token": dict(browser.page.form_to("/sign-out")["fields"])["csrf_token"], "felt": "5"}

    ana.get("/markets/FRA")
    for market in ("AGO", "AAAA"):
        ana.post(f"/markets/{market}/feeling", token(ana), status=404)
        ana.post(f"/markets/{market}/feeling/forget", token(ana), status=404)
    somebody = sign_in(make.person())
    somebody.post("/markets/FRA/feeling", token(somebody), status=404)


def test_what_one_firm_feels_is_its_own(ana, make, sign_in):
    other = sign_in(make.owner_of(make.firm("Other", country="AGO", targets=[("FRA", 3)])))
    before = other.get("/markets/FRA").steady

    ana.get("/markets/FRA")
    ana.fill("/markets/FRA/feeling", felt="90")

    assert other.get("/markets/FRA").steady == before


def test_no_page_of_a_market_tells_what_another_firm_answered_on_money_and_commitment(ana, make, db):
    """Whatever it answers to C1 to C5, R1 and R2 without stating it, the pages are the same, byte for byte."""
    other = make.firm("Mel da Lousã", country="FRA", targets=[("FRA", 3)], known=[("FRA", "regular")])
    person = make.owner_of(other)
    secrets = ("C1", "C2", "C3", "C4", "C5", "R1", "R2")
    pages = []

    for value in (1, 5):
        readiness.save_answers(db, other, person, {(item, readiness.NO_MARKET): value for item in secrets})
        db.commit()
        addresses = ("/markets/", "/markets/FRA", "/markets/compare")
        pages.append([ana.get(address).steady for address in addresses])

    assert "Mel da Lousã" in pages[0][1]
    assert pages[0] == pages[1]


def test_firms_of_a_market_are_seen_by_approved_firms_only(ana, make, sign_in):
    make.firm("Mel da Lousã", known=[("FRA", "regular")], targets=[])
    make.firm("Zorzal", state="submitted", known=[("FRA", "presence")])

    page = ana.get("/markets/FRA")
    assert "Mel da Lousã" in page.text
    assert "Zorzal" not in page.text
    draft = sign_in(make.owner_of(make.firm("Draft", state="draft", country="AGO")))
    page = draft.get("/markets/FRA")
    assert "Distance from Draft" in page.text
    assert "Mel da Lousã" not in page.text
    assert "is seen by approved firms" in page.text
    assert "Mel da Lousã" in sign_in(make.person(role="staff")).get("/markets/FRA").text


def test_a_partner_is_shown_with_by_what_and_how_much(ana, make):
    traveller = make.firm("Traveller", country="AGO", languages=[("fr", "native")], known=[("FRA", "regular")])

    page = ana.get("/markets/FRA")

    assert "Partners who shorten the way" in page.text
    assert re.search(r"speaks French \(−\d+\.\d\)", page.text)
    assert re.search(r"knows the market \(−\d+\.\d\)", page.text)
    assert any(href == f"/suggestions/{traveller.key}" for href, _ in page.links)


def test_barriers_for_my_products_come_first(ana, db):
    published = {"country": "FRA", "source_date": dt.date(2025, 3, 1), "state": BarrierState.PUBLISHED}
    db.add(MarketBarrier(heading="0101", kind="homologation", level="none", source="Regulation 177", **published))
    db.add(
        MarketBarrier(heading="0901", kind="homologation", level="laboratory", source="Regulation 178", **published)
    )
    db.add(MarketBarrier(heading="0901", kind="tax", percent=12.5, source="Tariff", **published))
    waiting = published | {"state": BarrierState.WAITING}
    db.add(MarketBarrier(heading="0202", kind="tax", percent=1.0, source="Unseen", **waiting))
    db.commit()

    text = ana.get("/markets/FRA").text

    assert text.index("0901") < text.index("0101")
    assert "Laboratory tests" in text
    assert "12.5% of the price" in text
    assert "Regulation 178, 1 Mar 2025" in text
    assert "Unseen" not in text


def test_clusters_that_head_there_lead_to_the_network(ana, make, db):
    for number in range(6):
        sides = [("packaging", "local_agent"), ("local_agent", "packaging")][number % 2]
        make.firm(f"Coffee {number}", country="AGO", products=[("coffee", "0901")], targets=[("FRA", 3)],
                  offers=[sides[0]], needs=[sides[1]])  # fmt: skip
    network.refresh(db)
    db.commit()

    page = ana.get("/markets/FRA")

    assert "Clusters that head there" in page.text
    assert any(href.startswith("/network?cluster=") for href, _ in page.links)


# Side by side


def test_the_comparison_begins_with_my_markets_and_remembers_the_choice(ana):
    page = ana.get("/markets/compare")
    assert compared(page)[:2] == ["PRT", "FRA"]
    assert len(compared(page)) == 3

    ana.get("/markets/compare?market=NAM&market=ESP&market=CHN&market=USA")
    assert compared(ana.get("/markets/compare")) == ["NAM", "ESP", "CHN", "USA"]


def compared(page) -> list[str]:
    row = re.search(r'<tr role="row" class="total" data-total>.*?</tr>', page.html, re.DOTALL)[0]
    return re.findall(r'data-market="(\w+)"', row)


def test_a_market_is_added_and_taken_away_without_scripts(ana):
    ana.get("/markets/compare?size=5")

    page = ana.fill("/markets/compare", add="BRA")
    assert compared(page)[-1] == "BRA"
    assert 'name="size" min="0" max="5" step="1" inputmode="numeric" value="5"' in page.html
    away = next(href for href, words in page.links if words == "Take Brazil away")
    assert "BRA" not in compared(ana.get(away))
    assert not [words for _, words in ana.page.links if words.startswith("Take ")]  # three is the least


def test_the_sixth_market_is_refused_with_a_word(ana):
    five = "market=NAM&market=ESP&market=CHN&market=USA&market=BRA"

    page = ana.get(f"/markets/compare?{five}&add=FRA")
    assert "Five markets are compared already" in page.text
    assert compared(page) == ["NAM", "ESP", "CHN", "USA", "BRA"]
    page = ana.get(f"/markets/compare?{five}&market=FRA")
    assert "Left out: France." in page.text
    assert len(compared(page)) == 5


def test_weights_in_the_address_change_the_ranking(ana):
    def first(page):
        return re.search(r'data-ranking>\s*<li data-market="(\w+)"', page.html)[1]

    nothing = "&".join(f"{name}=0" for name in ("growth", "stage_imports", "agreements", "logistics", "rule_of_law",
                                                "border", "currency"))  # fmt: skip
    three = "market=STP&market=CHN&market=NAM"

    assert first(ana.get(f"/markets/compare?{three}&{nothing}&effort=0&size=5")) == "CHN"
    assert first(ana.get(f"/markets/compare?{three}&{nothing}&effort=5&size=0")) == "STP"


def test_points_on_the_page_add_up(ana):
    page = ana.get("/markets/compare?market=PRT&market=COD&market=NAM&growth=4")
    rows = re.findall(r'<tr role="row" data-criterion.*?</tr>', page.html, re.DOTALL)
    total = re.search(r'<tr role="row" class="total" data-total>.*?</tr>', page.html, re.DOTALL)[0]

    for market in ("PRT", "COD", "NAM"):
        cell = rf'data-market="{market}"[^>]*>\s*<strong data-points>([\d.]+)<'
        points = [float(found[1]) for row in rows if (found := re.search(cell, row))]
        assert sum(points) == pytest.approx(float(re.search(cell, total)[1]), abs=1e-6)
    assert "Not known and left out: 2" in page.text


@pytest.mark.parametrize(
    ("question", "words"),
    [
        ("size=abc", "whole number from 0 to 5"),
        ("size=9", "whole number from 0 to 5"),
        ("size=-1", "whole number from 0 to 5"),
        ("&".join(f"{name}=0" for name in ("effort", "size", "growth", "stage_imports", "agreements", "logistics",
                                           "rule_of_law", "border", "currency")), "nothing can be ranked"),
        ("market=AAAA", "Left out: AAAA."),
        ("market=AGO", "Left out: Angola."),
        ("add=AAAA", "Choose a country from the list"),
        ("add=PRT", "Portugal is being compared already."),
    ],
)  # fmt: skip
def test_what_makes_no_sense_in_the_address_is_said(ana, question, words):
    page = ana.get(f"/markets/compare?{question}")

    assert words in page.text
    assert len(compared(page)) == 3


@pytest.mark.parametrize("value", ["²", "9" * 3000, "1e3", "%F0%9F%98%80", "'--", "x" * 2000, "1.5", " "])
def test_odd_input_breaks_no_page_of_markets(ana, value):
    names = ("market", "add", "effort", "size", "q", "sort", "by", "page", "firms")
    question = "&".join(f"{name}={value}" for name in names)

    for address in ("/markets/", "/markets/compare", "/markets/FRA"):
        assert ana.client.get(f"{address}?{question}", headers=ana.headers).status_code in (200, 303)


def test_known_figures_are_counted(ana):
    page = ana.get("/markets/compare?market=PRT&market=COD&market=NAM")

    assert re.search(r"Figures known\s+13 of 17\s+11 of 17", page.text)
