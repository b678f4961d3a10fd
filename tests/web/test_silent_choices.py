"""What a firm says of others stays silent where the ranking learns from it: no page of others changes by a letter."""

from __future__ import annotations

import pytest

from models import ChoiceKind, RankingEntry, RankingModel
from services import choices, learned_ranking, network
from tests.experience import firms_of
from tests.web.test_secrets import differences, look

WHO = ("owner of another firm", "staff", "moderator")


@pytest.fixture(scope="module")
def sqlite_template(experienced_template):
    """Every site of this module has learned how to rank."""
    return experienced_template


@pytest.fixture
def world(db, make):
    """A firm that speaks, one that looks, and two of which is spoken."""
    speaker, looker, _, _, disliked, _, liked = firms_of(db)[:7]
    people = {WHO[0]: make.owner_of(looker), WHO[1]: make.person(role="staff"), WHO[2]: make.moderator()}
    network.store(db, network.compute(db))
    db.commit()
    return {"speaker": speaker, "owner": make.owner_of(speaker), "named": (disliked, liked), "people": people}


def speak(db, world) -> None:
    """Say never of a firm and interest in another that has not said so of the speaker."""
    for other, kind in zip(world["named"], (ChoiceKind.NEVER, ChoiceKind.INTERESTED), strict=True):
        choices.choose(db, world["speaker"], other, kind, world["owner"])
    db.commit()


def learn(app) -> str:
    result = app.test_cli_runner().invoke(args=["learn"])
    assert result.exit_code == 0, result.output
    return result.output


@pytest.mark.parametrize("who", WHO)
def test_one_firms_choices_change_no_page_of_others_neither_before_nor_after_the_night(app, db, sign_in, world, who):
    browser = sign_in(world["people"][who])
    look(browser, app, world["speaker"])
    before = look(browser, app, world["speaker"])

    speak(db, world)
    assert differences(before, look(browser, app, world["speaker"])) == []

    assert "Nothing was changed." in learn(app)
    assert differences(before, look(browser, app, world["speaker"])) == []


def test_nor_does_the_page_of_the_firm_of_which_it_was_said(app, db, sign_in, world, make):
    browser = sign_in(make.owner_of(world["named"][0]))
    look(browser, app, world["speaker"])
    before = look(browser, app, world["speaker"])

    speak(db, world)
    learn(app)

    assert differences(before, look(browser, app, world["speaker"])) == []


def test_below_the_minimum_a_night_changes_nothing_either(app, db, sign_in, world):
    """On a site that has learned nothing yet."""
    db.query(RankingEntry).delete()
    db.query(RankingModel).delete()
    for firm in firms_of(db)[12:]:
        firm.state = "draft"
    db.commit()
    browser = sign_in(world["people"][WHO[0]])
    look(browser, app, world["speaker"])
    before = look(browser, app, world["speaker"])

    speak(db, world)
    assert "Too little has happened" in learn(app)

    assert differences(before, look(browser, app, world["speaker"])) == []


def test_the_pages_compared_do_depend_on_what_was_learned(app, db, sign_in, world):
    """The tests above are not blind."""
    browser = sign_in(world["people"][WHO[0]])
    before = look(browser, app, world["speaker"])

    learned_ranking.switch_off(db, None)
    db.commit()

    changed = {line.partition(":")[0] for line in differences(before, look(browser, app, world["speaker"]))}
    assert "/suggestions/" in changed
    assert f"/suggestions/{world['speaker'].key}" in changed
