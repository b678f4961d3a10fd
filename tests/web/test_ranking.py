"""How suggestions are ranked: what firms see of it, what administrators see and do, and the nightly command."""

from __future__ import annotations

import re
from dataclasses import replace

import pytest

from app import create_app
from models import RankingState
from services import learned_ranking
from tests.experience import World, firms_of, sample_fit
from tests.pages import Browser

MOVED = re.compile(r"Moved (up|down) by \d+ places? by what happened on the platform")


@pytest.fixture(scope="module")
def sqlite_template(experienced_template):
    """Every site of this module has learned how to rank."""
    return experienced_template


@pytest.fixture
def run(app):
    """Run a command and give what it prints."""

    def run(*words: str) -> str:
        result = app.test_cli_runner().invoke(args=list(words))
        assert result.exit_code == 0, result.output
        return result.output

    return run


@pytest.fixture
def owner(db, make):
    return make.owner_of(firms_of(db)[0])


@pytest.fixture
def administrator(make):
    return make.person(role="administrator", name="Rosa Neves")


def test_cards_say_how_far_they_were_moved_and_the_comparison_says_why(db, sign_in, owner):
    browser = sign_in(owner)
    text = browser.get("/suggestions/").text
    assert MOVED.search(text)

    page = browser.get(f"/suggestions/{firms_of(db)[9].key}")

    assert "What experience adds" in page.text
    table = page.html[page.html.index('id="experience"') :]
    table = table[: table.index("</section>")]
    points = [float(text) for text in re.findall(r'class="number">(?:<strong>)?(-?[\d.]+)<', table)]
    assert len(points) > 2
    assert round(sum(points[:-1]), 1) == points[-1], "the parts add up to the learned score, as written"


def test_switched_off_nothing_of_it_is_shown(db, sign_in, owner):
    browser = sign_in(owner)
    learned_ranking.switch_off(db, None)
    db.commit()
    for address in ("/suggestions/", f"/suggestions/{firms_of(db)[9].key}"):
        text = browser.get(address).text
        assert not MOVED.search(text)
        assert "What experience adds" not in text


def test_the_overview_has_the_first_of_the_same_list(db, sign_in, owner):
    browser = sign_in(owner)
    listed = re.findall(r'id="s-([\w-]+)-name"', browser.get("/suggestions/").html)

    best = re.findall(r'href="/suggestions/([\w-]+)"', browser.get("/overview").html)

    assert best[:3] == listed[:3]


def test_the_setting_is_above_all(db, settings, make):
    app = create_app(replace(settings, learned_ranking=False))
    browser = Browser(app, session=db)
    browser.sign_in(make.owner_of(firms_of(db)[0]))
    assert not MOVED.search(browser.get("/suggestions/").text)
    result = app.test_cli_runner().invoke(args=["learn"])
    assert "LEARNED_RANKING is off" in result.output
    other = Browser(app, session=db)
    other.sign_in(make.person(role="administrator"))
    assert "LEARNED_RANKING of this installation is off" in other.get("/ranking/").text
    app.extensions["engine"].dispose()


def test_an_administrator_sees_what_is_in_use_since_when_and_how_it_does(sign_in, administrator):
    text = sign_in(administrator).get("/ranking/").text

    for words in (
        "A learned ranking is in use",
        "Fitted on 360 outcomes of 36 firms.",
        "In use since",
        "What each signal does",
        "not worse: may be used",
        "Share that was chosen",
        "New fit taken into use",
        "the nightly command",
    ):
        assert words in text, words


def test_an_administrator_switches_off_and_on_and_it_is_noted_who_did(db, sign_in, administrator):
    browser = sign_in(administrator)
    browser.get("/ranking/")
    browser.fill("/ranking/off")
    assert "The default order is in use" in browser.page.text
    assert learned_ranking.find_in_use(db) is None

    browser.fill("/ranking/on")

    assert "A learned ranking is in use" in browser.page.text
    assert re.search(r"Learned ranking switched off.{0,80}Rosa Neves", browser.page.text)
    assert re.search(r"Learned ranking switched on.{0,80}Rosa Neves", browser.page.text)


def test_an_earlier_fit_is_looked_at_and_used_again(db, sign_in, administrator):
    earlier = sample_fit(db)
    db.commit()
    browser = sign_in(administrator)
    browser.get(f"/ranking/{earlier.key}")
    assert "-0.0040 to 0.0510" in browser.page.text

    browser.fill(f"/ranking/{earlier.key}/use")

    assert "This fit ranks suggestions from now on." in browser.page.text
    db.expire_all()
    assert earlier.state == RankingState.IN_USE


def test_a_fit_of_another_version_is_shown_and_cannot_be_used(db, sign_in, administrator):
    old = sample_fit(db, version="0")
    db.commit()
    browser = sign_in(administrator)
    assert "another version of the engine" in browser.get(f"/ranking/{old.key}").text
    token = dict(browser.page.form_to("/sign-out")["fields"])["csrf_token"]

    page = browser.post(f"/ranking/{old.key}/use", {"csrf_token": token})

    assert "This fit cannot be used" in page.text
    browser.get("/ranking/nonsense", status=404)


def test_the_way_to_it_is_on_the_review_page_of_administrators_only(sign_in, administrator, make):
    assert "How suggestions are ranked" in sign_in(administrator).get("/moderation/").text
    assert "How suggestions are ranked" not in sign_in(make.moderator()).get("/moderation/").text


def test_the_command_says_how_much_is_missing(db, run):
    printed = run("learn")

    assert "0 of 5 different firms with something new since the last fit" in printed
    assert "Nothing was changed." in printed


def test_the_command_learns_compares_and_takes_into_use(db, run):
    for entry in learned_ranking.list_entries(db):
        db.delete(entry)
    for model in learned_ranking.list_models(db):
        db.delete(model)
    db.commit()

    printed = run("learn")

    assert "Learned from 360 outcomes of 36 firms." in printed
    assert re.search(r"nDCG@10 0\.\d{4}, the default order 0\.\d{4}", printed)
    assert "The new fit ranks suggestions from now on." in printed
    assert learned_ranking.find_in_use(db).metrics["backtest"]["is_not_worse"]


def test_the_command_switches_off_and_on(db, run):
    assert "is off" in run("learn", "--off")
    assert learned_ranking.find_in_use(db) is None
    db.rollback()
    assert re.search(r"is on, with the fit of \d{4}-", run("learn", "--on"))
    assert learned_ranking.find_in_use(db) is not None


def test_with_little_it_says_so_in_numbers(db, run, make):
    for firm in firms_of(db)[4:]:
        firm.state = "draft"
    db.commit()
    World(db, []).decline(*firms_of(db)[:2], days_ago=1)

    printed = run("learn")

    assert re.search(r"\d+ of 60 searches that ended in an introduction", printed)
    assert re.search(r"\d of 20 different firms with such a search", printed)
