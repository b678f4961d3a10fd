"""The list of suggestions, the answers to it, and two firms compared."""

from __future__ import annotations

import re

import pytest

from models import ChoiceKind
from services import choices, firms


@pytest.fixture
def kianda(make):
    return make.firm(
        "Kianda",
        country="AGO",
        products=[("green coffee", "090111")],
        targets=[("ESP", 3)],
        needs=["local_agent"],
        offers=["spare_capacity"],
    )


@pytest.fixture
def douro(make):
    return make.firm(
        "Douro",
        products=[("chocolate", "1806")],
        targets=[("ESP", 3)],
        offers=["local_agent"],
        needs=["spare_capacity"],
    )


@pytest.fixture
def ana(make, kianda, sign_in):
    return sign_in(make.owner_of(kianda, name="Ana"))


def test_a_suggestion_gives_reasons_for_both_sides_and_what_it_rests_on(ana, douro):
    page = ana.get("/suggestions/")

    assert "Douro" in page.text
    assert "It offers what you look for: Agent in the market" in page.text
    assert "You offer what it looks for: Spare production capacity" in page.text
    assert "You both want Spain" in page.text
    assert "signals" in page.text
    assert "You want: Spain." in page.text


@pytest.mark.parametrize(
    ("kind", "words"),
    [
        ("interested", "It learns of this only if"),
        ("later", "not now for Douro"),
        ("never", "Douro is not suggested again"),
    ],
)
def test_an_answer_takes_one_click_and_can_be_undone(ana, douro, kianda, kind, words, db):
    ana.get("/suggestions/")
    page = ana.post_choice(douro, kind) if hasattr(ana, "post_choice") else _answer(ana, douro, kind)

    assert words in page.text
    assert f"s-{douro.key}" not in page.html
    assert choices.find_choice(db, kianda, douro).kind == kind

    page = ana.fill("/undo")
    assert f"s-{douro.key}" in page.html


def _answer(browser, other, kind):
    """Press one of the three buttons of a card."""
    form = next(
        f
        for f in browser.page.forms
        if f["action"].endswith(f"/{other.key}/choose") and ("kind", kind) in f["fields"]
    )
    return browser._open("POST", form["action"], data=dict(form["fields"]), status=200, follow=True)


def test_the_answer_is_silent_to_the_other_side(ana, douro, make, sign_in):
    rui = sign_in(make.owner_of(douro))
    before = rui.get("/suggestions/").steady

    ana.get("/suggestions/")
    for kind in ("never",):
        _answer(ana, douro, kind)

    after = rui.get("/suggestions/").steady
    assert before == after
    assert ana.mails() == []


def test_mutual_interest_opens_a_talk_and_mails_the_other(ana, douro, kianda, make, sign_in):
    rui = sign_in(make.owner_of(douro, name="Rui"))
    rui.get("/suggestions/")
    _answer(rui, kianda, "interested")
    assert rui.mails() == []

    ana.get("/suggestions/")
    page = _answer(ana, douro, "interested")

    assert "/messages/" in page.address
    assert douro.contact_email in page.text
    assert [mail["to"] for mail in ana.mails()] == [person.email for person in [_owner(make, douro)]]


def _owner(make, firm):
    from services.firms import list_people_of

    return list_people_of(make.db, firm)[0].person


@pytest.mark.parametrize("state", ["draft", "submitted", "returned"])
def test_before_approval_the_page_says_what_to_do(make, sign_in, state):
    firm = make.firm(state=state)

    page = sign_in(make.owner_of(firm)).get("/suggestions/")

    assert "approved" in page.text


def test_a_profile_without_a_market_is_told_so(make, sign_in, db, kianda, ana):
    firms.set_target_markets(db, kianda, [])
    db.commit()

    page = ana.get("/suggestions/")

    assert "Your profile has no target market yet" in page.text
    assert f"/firms/{kianda.key}/edit/markets" in page.html


def test_filters_that_fit_nobody_say_so_and_unknown_ones_are_ignored(ana, douro):
    assert "No partner fits these filters" in ana.get("/suggestions/?country=JPN").text
    assert "Douro" in ana.get("/suggestions/?country=ZZZ&capability=flying&page=99&market='").text


COLUMNS = ("Points for you", "Points for it", "In the score")


def figures(html: str, column: str) -> list[float]:
    """The figures of a column as they are shown, the sum last; what is unknown is none."""
    cells = re.findall(rf'data-label="{column}">(.*?)</td>', html, re.DOTALL)
    return [
        float(found[0].replace("\N{MINUS SIGN}", "-")) for cell in cells if (found := re.findall(r"-?\d+\.\d", cell))
    ]


@pytest.fixture
def rival(make):
    return make.firm(
        "Rival",
        products=[("green coffee", "090111"), ("tea", "0902")],
        targets=[("ESP", 2), ("FRA", 1)],
        employees=33,
    )


@pytest.mark.parametrize("which", ["douro", "rival", "unable"])
def test_the_figures_of_a_comparison_add_up(ana, douro, rival, make, which):
    unable = make.firm("Unable", can_sign=False)
    page = ana.get(f"/suggestions/{ {'douro': douro, 'rival': rival, 'unable': unable}[which].key }")

    for column in COLUMNS:
        *parts, total = figures(page.html, column)
        assert len(parts) >= 7
        assert round(sum(parts), 1) == total
    score = float(re.search(r"Score: ([\d.]+) of 100", page.text)[1])
    mine, theirs, shown = (figures(page.html, column)[-1] for column in COLUMNS)
    assert shown == score
    assert ("Competition between you" in page.text) == (which == "rival")
    assert ("Must not be suggested" in page.text) == (which == "unable") == (score == 0)
    if score:
        factor = float((re.search(r"multiplied by (\d\.\d+)", page.text) or [0, "1"])[1])
        assert abs(2 * mine * theirs / (mine + theirs) * factor - score) < 0.2


def test_unknown_signals_are_named_as_unknown(ana, douro):
    page = ana.get(f"/suggestions/{douro.key}")

    assert "it counts only where a firm states it" in page.text
    assert "unknown" in page.text


def test_a_comparison_looks_the_same_whether_the_other_blocks_or_not(ana, douro, kianda, db):
    def look():
        return ana.get(f"/suggestions/{douro.key}").steady

    before = look()
    firms.block(db, douro, kianda)
    db.commit()

    assert look() == before


def test_own_block_is_said(ana, douro, kianda, db):
    firms.block(db, kianda, douro)
    db.commit()

    assert "will not work with this firm" in ana.get(f"/suggestions/{douro.key}").text


def test_only_approved_firms_can_be_compared_or_chosen(ana, make, sign_in, douro):
    hidden = make.firm(state="draft")
    ana.get(f"/suggestions/{hidden.key}", status=404)
    outsider = sign_in(make.owner_of(make.firm(state="submitted")))
    outsider.get(f"/suggestions/{douro.key}", status=404)


def test_past_answers_are_listed_and_taken_back(ana, douro, kianda, make, db):
    choices.choose(db, kianda, douro, ChoiceKind.NEVER, make.person())
    db.commit()

    page = ana.get("/suggestions/choices?kind=never")
    assert "Douro" in page.text
    ana.fill("/undo")
    assert "Douro" in ana.get("/suggestions/").text


def test_an_answer_on_the_page_of_two_firms_can_be_taken_back_there(make, sign_in):
    firm, other = make.firm("Kianda"), make.firm("Douro")
    browser = sign_in(make.owner_of(firm))
    browser.get(f"/suggestions/{other.key}")

    page = browser.fill("/choose", kind="later")

    assert page.address.endswith(f"/suggestions/{other.key}")
    assert "Noted: not now for Douro" in page.text
    assert "Undo" in page.text


def test_a_product_of_each_side_keeps_its_own_name_though_the_codes_are_equal(make):
    from web.reasons import names_for

    mine, theirs = make.firm(products=[("café do Uíge", "0901")]), make.firm(products=[("café de Santos", "0901")])

    names = names_for(mine, theirs)

    assert (names["our:0901"], names["its:0901"]) == ("café do Uíge", "café de Santos")


@pytest.fixture
def outsider(make, kianda):
    """A firm that stands last in everybody's list, among eleven others."""
    for number in range(10):
        make.firm(f"Alike {number}", products=[("coffee", "0901")], targets=[("ESP", 3)], offers=["local_agent"])
    return make.firm(
        "Outsider", country="BRA", products=[("boats", "8903")], targets=[("JPN", 1)], offers=["cold_chain"]
    )


def test_a_firm_that_nobody_would_see_stands_below_the_first_ten_and_it_is_said_why(ana, outsider):
    page = ana.get("/suggestions/")

    assert "11 partners" in page.text
    before, below = page.html.split('id="seldom"')
    assert before.count('class="card suggestion"') == 10
    assert below.count('class="card suggestion"') == 1
    assert f"s-{outsider.key}" in below
    assert "Seldom suggested so far" in page.text
    assert "You are among the partners that suit them best" in page.text
    assert "/how-it-works#seldom" in below
    assert 'id="seldom"' not in ana.get("/suggestions/?page=2").html
    assert f"s-{outsider.key}" in ana.page.html, "it keeps its place in the list, too"


def test_an_answer_to_a_firm_seldom_suggested_takes_it_off_the_page_and_brings_nobody_else(ana, outsider):
    ana.get("/suggestions/")
    page = _answer(ana, outsider, "later")

    assert "not now for Outsider" in page.text
    assert f"s-{outsider.key}" not in page.html
    assert 'id="seldom"' not in page.html


def test_a_filter_that_leaves_few_has_no_second_list(ana, outsider):
    page = ana.get("/suggestions/?country=BRA")

    assert f"s-{outsider.key}" in page.html
    assert 'id="seldom"' not in page.html


def test_the_site_can_do_without_firms_seldom_suggested(ana, outsider, make, sign_in):
    chief = sign_in(make.person(role="administrator"))
    chief.get("/administration/settings/seldom_suggested")
    chief.fill("/settings/seldom_suggested", value="hidden")

    page = ana.get("/suggestions/")
    assert 'id="seldom"' not in page.html
    assert f"s-{outsider.key}" not in page.html
