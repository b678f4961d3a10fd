"""The readiness questions and what they amount to, as people meet them."""

from __future__ import annotations

import datetime as dt
import re

import pytest
import sqlalchemy as sa

from matching.readiness import CONSTRUCTS
from models import Firm, ReadinessTake
from services import firms, readiness
from services.readiness import NO_MARKET, list_questions
from services.vocabulary import CAPABILITIES
from tests.matching.test_readiness import answers as case
from web.languages import number as points
from web.readiness.history import draw_line
from web.readiness.items import ANSWER, EVIDENCE, ITEM, OF_A_MARKET, PARTS, list_parts
from web.readiness.result import points_below
from web.readiness.words import CONSTRUCT, OWN, OWN_BY_ITEM, PARTNER, SEARCH, WHO


@pytest.fixture
def firm(make):
    return make.firm("Kianda", targets=[("AGO", 2), ("PRT", 3)])


@pytest.fixture
def ana(make, firm, sign_in):
    return sign_in(make.owner_of(firm, name="Ana"))


@pytest.fixture
def answered(db, make, firm):
    """Lets the firm have answered as in a case of the science note, some answers otherwise."""

    def answer(letter: str, **otherwise) -> None:
        asked = list_questions(readiness.markets_of(db, firm))
        values = {**case(letter), **otherwise}
        readiness.answer(db, firm, make.owner_of(firm), {q: values[q[0]] for q in asked})
        db.commit()

    return answer


def token(browser) -> str:
    return dict(browser.page.form_to("/sign-out")["fields"])["csrf_token"]


def send(browser, firm, *, status=200, **fields):
    """Send one answer as the page's script does."""
    browser.get("/account")
    data = {"csrf_token": token(browser), "firm": firm.key, "market": NO_MARKET, **fields}
    return browser.post("/readiness/answers", data, status=status).answer


# The questions


def test_every_item_is_asked_once_in_words():
    asked = [item for part in PARTS for item in part] + list(OF_A_MARKET)

    assert sorted(asked) == sorted(ITEM) == sorted(item for items in CONSTRUCTS.values() for item in items)
    assert set(EVIDENCE) < set(ITEM)
    assert all(4 <= len(part) <= 6 for part in PARTS)


def test_items_on_rigidity_stand_among_the_others():
    assert [sum(item in CONSTRUCTS["RIG"] for item in part) for part in PARTS] == [1] * 5


def test_every_construct_has_its_words():
    assert set(CONSTRUCT) == set(PARTNER) == set(WHO) == set(CONSTRUCTS)
    assert {*OWN, "COM", "RIG"} == set(CONSTRUCTS)
    assert set(OWN_BY_ITEM) == {*CONSTRUCTS["COM"], *CONSTRUCTS["RIG"]}
    for construct, capability in SEARCH.items():
        assert construct not in ("RF", "RH", "RP", "RM", "RL") or CAPABILITIES[capability] == construct


def test_without_a_firm_one_is_led_to_registering_it(make, sign_in):
    browser = sign_in(make.person())

    assert "Register a firm" in browser.get("/readiness/").text
    for address in ("/readiness/result", "/readiness/questions/1"):
        assert browser.get(address).address == "/readiness/"
    assert "/readiness" not in [href for href, _ in browser.get("/overview").links]


@pytest.mark.parametrize("state", ["draft", "submitted", "approved", "returned", "rejected"])
def test_a_firm_may_answer_whatever_its_state(make, sign_in, state):
    firm = make.firm(state=state)
    browser = sign_in(make.owner_of(firm))

    page = browser.get("/readiness/")

    assert page.headings == ["How ready are you?"]
    assert "30 short statements" in page.text
    assert "about 13 minutes" in page.text


def test_all_is_answered_without_scripts(db, ana, firm):
    browser, given = ana, case("A")
    browser.get("/readiness/")
    page = browser.get({words.strip(): href for href, words in browser.page.links}["Begin"])
    headings = []
    while "/questions/" in page.address:
        headings.append(page.headings[0])
        items = re.findall(r'aria-describedby="(\w+)-hint"|id="(\w+)-0"', page.html)
        items = dict.fromkeys(one or other for one, other in items)
        page = browser.fill(page.address, then="next", **{item: str(given[item]) for item in items})

    assert headings[0] == "How ready are you? Part 1 of 7"
    assert headings[5:] == ["Your market: Portugal", "Your market: Angola"]
    assert page.address.startswith("/readiness/result")
    assert "All questions are answered" in page.text
    assert "48.9 of 100" in page.text
    assert len(readiness.list_takes(db, firm, "PRT")) == 1


def test_one_stops_and_goes_on_where_something_is_open(db, ana, firm):
    ana.get("/readiness/questions/1")
    page = ana.fill("/questions/1", then="next", **dict.fromkeys(PARTS[0], "3"))
    assert page.address == "/readiness/questions/2"
    assert "5 of 34 answered, about 13 minutes left" in page.text

    assert ana.get("/readiness/").address == "/readiness/questions/2"
    ana.get("/readiness/questions/1")
    assert dict(ana.page.form_to("/questions/1")["fields"])["S2"] == "3"


def test_back_saves_too_and_a_gap_is_said_at_the_end(db, ana, firm):
    ana.get("/readiness/questions/2")
    page = ana.fill("/questions/2", then="back", S1="4")
    assert page.address == "/readiness/questions/1"
    assert readiness.all_answers(db, firm) == {("S1", NO_MARKET): 4}

    ana.get("/readiness/questions/AGO")
    page = ana.fill("/questions/AGO", then="next", R7="unknown")
    assert page.address == "/readiness/questions/1"
    assert "32 questions are still open." in page.text
    assert readiness.all_answers(db, firm)["R7", "AGO"] is None


def test_a_wrong_answer_stays_beside_its_question_and_the_others_on_the_page(db, ana, firm):
    ana.get("/readiness/questions/1")

    page = ana.fill("/questions/1", status=422, S2="7", S3="2")

    assert "Choose one of the answers" in page.text
    assert page.title.startswith("Error:")
    assert dict(page.form_to("/questions/1")["fields"])["S3"] == "2"
    assert readiness.all_answers(db, firm) == {}


def test_nothing_on_a_page_of_questions_names_what_is_measured(ana, firm):
    for part in list_parts(["PRT"]):
        main = ana.get(f"/readiness/questions/{part.name}").html.split("<main")[1].split("<details")[0]
        for name in (
            "Stimuli from within",
            "Impulses",
            "Networks and",
            "Commitment to",
            "Finance",
            "rigid",
            "Openness",
        ):
            assert name not in main, (part.name, name)


def test_questions_of_a_market_name_it_and_foreign_ones_are_not_there(ana, firm):
    page = ana.get("/readiness/questions/PRT")

    assert page.html.count('<span class="question-market">Portugal</span>') == 4
    for name in ("BRA", "market", "0", "8", "prt", NO_MARKET):
        ana.get(f"/readiness/questions/{name}", status=404)


def test_without_markets_four_questions_are_asked_for_none_and_the_page_says_so(db, make, sign_in):
    firm = make.firm(targets=[])
    browser = sign_in(make.owner_of(firm))

    page = browser.get("/readiness/questions/market")

    assert "Each market that you name has four of its own" in page.text
    assert f"/firms/{firm.key}/edit/markets" in page.html
    browser.fill("/questions/market", then="next", R7="4")
    assert readiness.all_answers(db, firm) == {("R7", NO_MARKET): 4}


# Each answer at once


def test_an_answer_is_saved_at_once_and_the_page_hears_how_far_one_is(db, ana, firm):
    answer = send(ana, firm, item="S1", value="4")

    assert answer.json == {"share": 1 / 34, "words": "1 of 34 answered, about 14 minutes left", "done": False}
    send(ana, firm, item="R7", market="PRT", value="unknown")
    assert readiness.all_answers(db, firm) == {("S1", NO_MARKET): 4, ("R7", "PRT"): None}


@pytest.mark.parametrize(
    "wrong",
    [
        {"item": "S1", "value": "9"},
        {"item": "S1", "value": ""},
        {"item": "S1", "value": "1.5"},
        {"item": "S1", "value": "٣"},
        {"item": "X9", "value": "3"},
        {"item": "", "value": "3"},
        {"item": "S1", "market": "PRT", "value": "3"},
        {"item": "R7", "value": "3"},
        {"item": "R7", "market": "BRA", "value": "3"},
        {"item": "R7", "market": "\x00", "value": "3"},
        {"value": "3"},
    ],
)
def test_nonsense_is_refused(db, ana, firm, wrong):
    send(ana, firm, status=422, **wrong)

    assert readiness.all_answers(db, firm) == {}


def test_other_peoples_firms_are_not_there(db, make, ana, firm, sign_in):
    other = make.firm("Douro")
    make.owner_of(other)

    send(ana, other, status=404, item="S1", value="4")
    ana.get("/account")
    data = {"csrf_token": token(ana), "firm": other.key, "S1": "4", "commitment": "y"}
    ana.post("/readiness/questions/1", data, status=404)
    ana.post("/readiness/statements", data, status=404)
    ana.post("/readiness/answers", {**data, "firm": "", "item": "S1", "value": "4"}, status=404)

    assert readiness.all_answers(db, other) == {}
    assert db.get(Firm, other.id, populate_existing=True).states_commitment is False


def test_a_page_left_open_saves_for_the_firm_it_was_opened_for(db, make, sign_in):
    person = make.person()
    alfa, beta = make.firm("Alfa", owner=person), make.firm("Beta", owner=person)
    browser = sign_in(person)
    left_open = browser.get("/readiness/questions/1").form_to("/questions/1")
    browser.get("/overview")
    browser.fill(f"/firms/{beta.key}/act-for")

    page = browser.post("/readiness/questions/1", {**dict(left_open["fields"]), "S2": "5"})

    assert readiness.all_answers(db, alfa) == {("S2", NO_MARKET): 5}
    assert readiness.all_answers(db, beta) == {}
    assert "You now act for Alfa" in page.text


# The result


@pytest.mark.parametrize(
    ("letter", "index", "band", "needed", "route"),
    [
        ("A", "48.9", "pre-export stage", "an index of 50 or more (now 48.9)", "The way together is open to you"),
        ("B", "35.7", "pre-export stage", "an index of 50 or more (now 35.7)", "First comes some work of your own"),
        ("C", "79.7", "ready to export", "There is no higher stage.", "Nothing is missing that a partner would"),
    ],
)
def test_the_result_says_index_band_what_is_next_and_which_way_is_open(
    ana, answered, letter, index, band, needed, route
):
    answered(letter)

    page = ana.get("/readiness/result")

    assert page.headings == ["How ready you are for Portugal"]
    assert f"{index} of 100 {band}" in page.text
    assert needed in page.text
    assert "30 of 30 questions count" in page.text
    routes = (
        "The way together is open",
        "First comes some work",
        "Nothing is missing that",
        "Too few answers to say which",
    )
    assert [words for words in routes if words in page.text] == [words for words in routes if route.startswith(words)]


def test_the_open_way_names_what_partners_bring_and_leads_to_them(ana, answered, firm):
    answered("A")

    page = ana.get("/readiness/result")

    assert (
        "shared in a group: Finance, People and experience, Market and channels, Logistics and customs." in page.text
    )
    order = [page.text.index(f"{name} {value} of 100") for name, value in (
        ("Market and channels", 0), ("Finance", 13), ("People and experience", 13), ("Logistics and customs", 13),
    )]  # fmt: skip
    assert order == sorted(order), "the weakest first"
    for address in ("capability=local_agent", "capability=shared_investment", "capability=export_manager",
                    "capability=customs_clearance"):  # fmt: skip
        assert f"/suggestions/?{address}" in page.html
        ana.get(f"/suggestions/?{address}")


def test_homework_comes_first_and_says_what_to_do(ana, answered):
    answered("B")

    page = ana.get("/readiness/result")

    assert "Your commitment is 25 of 100" in page.text
    assert "Your openness is 15 of 100" in page.text
    steps = page.html.split('class="next-steps"')[1]
    names = re.findall(r"<h3>(.+?) <span", steps)
    assert names[:2] == ["Openness to new ways", "Commitment to exporting"]
    assert "Write the goal down: country, product, date." in page.text
    assert "Nothing: a member that has not decided" in page.text


def test_at_most_five_steps_are_named(ana, answered):
    answered("all 1", **dict.fromkeys(CONSTRUCTS["RIG"], 5))

    page = ana.get("/readiness/result")

    assert page.html.count('class="next-step"') == 5
    assert "Weak, too, and for later:" in page.text


def test_each_market_has_its_tab_the_most_wanted_first(db, make, ana, answered, firm):
    answered("C")
    readiness.answer(db, firm, make.owner_of(firm), {("R7", "AGO"): 1, ("R8", "AGO"): 1})
    db.commit()

    page = ana.get("/readiness/result")
    tabs = [words.strip() for href, words in page.links if "/readiness/result?market=" in href]

    assert tabs[:2] == ["Portugal", "Angola"]
    assert "The way together" not in page.text
    assert "shared in a group: Market and channels." in ana.get("/readiness/result?market=AGO").text
    for market in ("BRA", "nonsense"):
        ana.get(f"/readiness/result?market={market}", status=404)


def test_before_the_first_answer_there_is_no_result_and_after_it_a_part_of_one(ana, firm):
    assert ana.get("/readiness/result").address == "/readiness/"
    send(ana, firm, item="S1", value="4")

    page = ana.get("/readiness/result")

    assert "This result is not whole yet" in page.text
    assert "1 of 34 answered" in page.text
    assert "not enough answers" in page.text
    assert "Too few answers to say which way is open" in page.text


def test_of_what_is_not_known_the_result_makes_no_number(ana, answered):
    answered("C", C1=None, C2=None, C3=None)

    page = ana.get("/readiness/result")

    assert "not enough answers" in page.text
    assert "Too few answers to say: Commitment to exporting." in page.text
    assert "too few answers on commitment" in page.text
    assert "27 of 30 questions count" in page.text


def test_a_firm_that_is_not_approved_is_not_sent_to_suggestions(db, make, sign_in):
    firm = make.firm(state="draft", targets=[("PRT", 3)])
    owner = make.owner_of(firm)
    readiness.answer(db, firm, owner, {q: case("A")[q[0]] for q in list_questions(["PRT"])})
    db.commit()

    page = sign_in(owner).get("/readiness/result")

    assert "/suggestions/?" not in page.html
    assert "as soon as your firm is approved" in page.text


def test_the_page_says_whose_idea_it_is_and_who_sees_it(ana, answered):
    answered("A")

    page = ana.get("/readiness/result")

    for words in (
        "Tan, Brewer and Liesch (2007)",
        "not their validated instrument",
        "our own design",
        "it never bars",
    ):
        assert words in page.text
    assert "Only people who act for Kianda see" in page.text


def test_two_results_make_a_line_with_a_table(db, make, ana, answered, firm):
    answered("A")
    assert "How it has changed" not in ana.get("/readiness/result").text
    for take in db.scalars(sa.select(ReadinessTake)):
        take.taken_at_utc -= dt.timedelta(days=40)
    db.commit()
    answered("C")

    page = ana.get("/readiness/result")

    assert "How it has changed" in page.text
    assert re.search(r"The index over time: from 48\.9 on .+ to 79\.7 on", page.text)
    rows = page.html.split("Earlier results, the latest first")[-1]
    assert rows.index("79.7") < rows.index("48.9")


def test_a_line_goes_up_when_the_index_does():
    day = dt.datetime(2026, 1, 1, tzinfo=dt.UTC)
    takes = [
        ReadinessTake(index=index, taken_at_utc=day + dt.timedelta(days=n)) for n, index in enumerate((20, None, 80))
    ]

    line = draw_line(takes, (50,))

    (left, low), (right, high) = (map(float, one.split()) for one in line.path.removeprefix("M").split("L"))
    assert left < right and low > line.limits[0] > high
    assert draw_line(takes[:2], (50,)) is None, "an unknown index is no point of the line"


def test_statements_are_a_choice_and_the_page_says_whether_they_would_speak(db, ana, answered, firm):
    answered("A")
    page = ana.get("/readiness/result?market=AGO")
    assert "Your commitment is 80: it would speak." in page.text
    assert "Your finance is 13: it would not speak." in page.text
    assert not {"commitment", "finance"} & {name for name, _ in page.form_to("/statements")["fields"]}

    page = ana.fill("/statements", commitment="y")

    assert page.address == "/readiness/result?market=AGO#statements"
    stored = db.get(Firm, firm.id, populate_existing=True)
    assert (stored.states_commitment, stored.states_finance) == (True, False)
    ana.fill("/statements", without=["commitment"])
    assert db.get(Firm, firm.id, populate_existing=True).states_commitment is False


@pytest.mark.parametrize(
    ("value", "words"), [(41.25, "41.3"), (48.9146875, "48.9"), (49.95, "50.0"), (0.05, "0.1"), (100, "100.0")]
)
def test_points_are_rounded_half_up(app, value, words):
    with app.test_request_context(headers={"Accept-Language": "en"}):
        assert points(value, 1) == words


@pytest.mark.parametrize(("value", "words"), [(48.91, "48.9"), (49.96, "49.96"), (49.9999, "49.99")])
def test_what_lies_below_a_limit_never_looks_as_if_it_did_not(app, value, words):
    with app.test_request_context(headers={"Accept-Language": "en"}):
        assert points_below(value, 50) == words


# Elsewhere


@pytest.mark.parametrize(("count", "words"), [(0, "Not begun"), (3, "3 of 34 answered"), (34, "Done")])
def test_the_overview_says_how_far_one_is(db, make, ana, firm, count, words):
    asked = list_questions(["PRT", "AGO"])[:count]
    readiness.answer(db, firm, make.owner_of(firm), dict.fromkeys(asked, 3))
    db.commit()

    page = ana.get("/overview")

    steps = page.text.split("Answer the readiness questions")[1]
    assert words in steps.split("Get approved")[0]


def test_nobody_else_is_shown_anything_of_it(db, make, sign_in, answered, firm):
    """What others see of a firm is the same page, whatever it answered on money and commitment."""
    partner = make.firm("Douro", targets=[("PRT", 3)])
    others = [sign_in(make.owner_of(partner)), sign_in(make.moderator())]
    seen = []
    for values in (1, 5):
        answered("A", **dict.fromkeys((*CONSTRUCTS["COM"], *CONSTRUCTS["RF"]), values))
        seen.append([other.get(f"/firms/{firm.key}").steady.split("<main")[1] for other in others])

    assert seen[0] == seen[1]


def test_markets_are_changed_while_a_page_is_open(db, ana, firm):
    page = ana.get("/readiness/questions/AGO")
    fields = dict(page.form_to("/questions/AGO")["fields"])
    firms.set_target_markets(db, firm, [{"country": "PRT", "priority": 3}])
    db.commit()

    ana.post("/readiness/questions/AGO", {**fields, "R7": "3"}, status=404)
    send(ana, firm, status=422, item="R7", market="AGO", value="3")

    assert readiness.all_answers(db, firm) == {}


def test_every_answer_can_be_sent(db, ana, firm):
    for value in ANSWER:
        send(ana, firm, item="S1", value=value)
        ana.get("/readiness/questions/2")
        assert dict(ana.page.form_to("/questions/2")["fields"])["S1"] == value
