"""The draft of a group: what a firm sees of itself in it, and what it never learns of the others."""

from __future__ import annotations

import pytest

from matching.readiness import CONSTRUCTS
from models import ChoiceKind
from services import choices, firms
from tests.services.test_together import answer


@pytest.fixture
def pair(db, make):
    """A and C of science 1.6, who want Portugal."""
    a = make.firm("Azeites A", country="AGO", targets=[("PRT", 3), ("ESP", 1)], needs=["public_funding"])
    c = make.firm("Conservas C", targets=[("PRT", 3)], known=[("PRT", "presence")])
    answer(db, make, a, "A", "PRT")
    answer(db, make, c, "C", "PRT")
    return a, c


@pytest.fixture
def browser(sign_in, make, pair):
    return sign_in(make.owner_of(pair[0]))


def html(browser, address) -> str:
    return browser.get(address).steady


def test_a_draft_shows_what_one_would_be_and_who_brings_it(browser, pair):
    a, c = pair

    page = browser.get(f"/together?market=PRT&firm={c.key}")

    for said in (
        "Alone 48.9 (pre-export stage), together 6",
        "68.8",
        "59.4",
        "Conservas C",
        "strong",
        "Nearer to the market: ",
    ):
        assert said in page.text, said
    # Of C as little as others may see: neither its index nor its finance nor its band.
    for secret in ("79.7", "90", "ready to export", "75.0"):
        assert secret not in page.text, secret
    (nobody,) = [href for href, words in page.links if words.startswith("Suggestions with")]
    assert nobody == "/suggestions/?capability=public_funding&market=PRT"


@pytest.mark.parametrize("item", [*CONSTRUCTS["COM"], *CONSTRUCTS["RF"]])
def test_no_answer_on_money_or_commitment_of_a_partner_changes_the_page(browser, make, db, pair, item):
    a, c = pair
    pages = set()
    for value in (1, 3, 5):
        answer(db, make, c, {item: value})
        pages.add(tuple(html(browser, f"/together?market={market}&firm={c.key}") for market in ("PRT", "ESP")))

    assert len(pages) == 1


def test_the_statement_says_the_same_of_all_who_may_make_it(browser, make, db, pair):
    a, c = pair
    before = html(browser, f"/together?firm={c.key}")
    c.states_finance = True
    pages = set()
    for value in (4, 5):
        answer(db, make, c, {"R1": value, "R2": value})
        pages.add(html(browser, f"/together?firm={c.key}"))
    answer(db, make, c, {"R1": 2, "R2": 2})

    assert len(pages) == 1 and before not in pages
    assert html(browser, f"/together?firm={c.key}") == before


def test_the_page_is_the_same_whether_the_other_blocks_or_not(browser, db, pair):
    a, c = pair
    before = html(browser, f"/together?firm={c.key}"), html(browser, "/together?q=Conservas")
    firms.block(db, c, a)
    db.commit()

    assert (html(browser, f"/together?firm={c.key}"), html(browser, "/together?q=Conservas")) == before


def test_firms_are_added_and_taken_out_by_links(browser, make, db, pair, sign_in):
    a, c = pair
    wanted = make.firm("Wanted")
    choices.choose(db, a, wanted, ChoiceKind.INTERESTED, make.owner_of(a))
    db.commit()
    page = browser.get("/together")
    assert "Nobody is in the draft yet" in page.text
    (add,) = [href for href, words in page.links if words.split() == ["Add", "Wanted"]]

    browser.get(add)
    page = browser.get(f"{add}&q=conservas")
    (more,) = [href for href, words in page.links if words.split() == ["Add", "Conservas", "C"]]
    page = browser.get(more)
    assert more.endswith(f"market=PRT&firm={wanted.key}&firm={c.key}")
    assert "Your distance to this market" in page.text
    (out,) = [href for href, words in page.links if words.split() == ["Take", "out", "Wanted"]]
    assert out == f"/together?market=PRT&firm={c.key}"


def test_no_more_than_seven_partners(browser, make):
    keys = [make.firm().key for _ in range(8)]

    page = browser.get("/together?" + "&".join(f"firm={key}" for key in keys))

    assert "Eight firms are the most" in page.text
    assert "are left out" in page.text


@pytest.mark.parametrize("state", ["draft", "submitted", "returned", "rejected", "suspended"])
def test_a_hidden_firm_is_left_out_as_if_it_had_never_been(browser, make, state):
    hidden = make.firm("Zorzal Quetzal", state=state)

    one, other = html(browser, f"/together?firm={hidden.key}"), html(browser, "/together?firm=nonsense1234")

    assert one.replace(hidden.key, "") == other.replace("nonsense1234", "")
    assert "Quetzal" not in one and "Quetzal" not in html(browser, "/together?q=Zorzal")


def test_ones_own_blocked_firm_and_oneself_are_left_out(browser, db, make, pair):
    a, _ = pair
    blocked = make.firm("Bloqueada")
    firms.block(db, a, blocked)
    db.commit()

    page = browser.get(f"/together?firm={blocked.key}&firm={a.key}")

    assert "Nobody is in the draft yet" in page.text and "are left out" in page.text
    assert "Bloqueada" not in browser.get("/together?q=Bloqueada").text


def test_the_market_is_the_most_wanted_one_or_the_one_asked_for(browser, pair):
    _, c = pair

    for question, name in (
        ("", "Portugal"),
        ("&market=ESP", "Spain"),
        ("&market=XXX", "Portugal"),
        ("&market=JPN", "Japan"),
    ):
        assert f"for this market: {name}" in browser.get(f"/together?firm={c.key}{question}").text


def test_without_answers_and_markets_the_page_says_what_is_missing(sign_in, make, pair):
    _, c = pair
    page = sign_in(make.owner_of(make.firm(targets=[]))).get(f"/together?firm={c.key}")
    assert "you have not named one yet" in page.text
    page = sign_in(make.owner_of(make.firm())).get(f"/together?firm={c.key}")
    assert "Too little is answered about your own readiness" in page.text


def test_who_has_no_approved_firm_is_told_what_opens_the_page(sign_in, make, pair):
    for person, said in (
        (make.person(), "Register a firm"),
        (make.owner_of(make.firm(state="draft")), "is approved"),
    ):
        page = sign_in(person).get(f"/together?firm={pair[1].key}")
        assert said in page.text and "Conservas" not in page.text


def test_the_page_of_a_firm_leads_to_a_draft_with_it(browser, pair):
    _, c = pair

    links = dict(browser.get(f"/firms/{c.key}").links)

    assert links[f"/together?firm={c.key}"] == "Together with us"


@pytest.mark.both_databases
@pytest.mark.parametrize("odd", ["%00", "%ff", "'", "a" * 3000, "%F0%9F%98%80"])
def test_odd_keys_among_right_ones_break_nothing(sign_in, make, odd):
    firm, other = make.firm(), make.firm()
    browser = sign_in(make.owner_of(firm))

    code = browser.client.get(f"/together?firm={other.key}&firm={odd}&market={odd[:3]}").status_code
    assert code in (200, 400)
