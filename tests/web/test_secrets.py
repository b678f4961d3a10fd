"""What a firm answers about money and commitment is its own: whatever it answers, nobody else's pages change."""

from __future__ import annotations

import re

import pytest

from services import network, readiness
from services.readiness import list_questions, markets_of

SECRET = ("C1", "C2", "C3", "C4", "C5", "R1", "R2")
CHANGING = re.compile(r'name="csrf_token"[^>]+|data-token="[^"]+"|<time[^>]*data-moment>[^<]*</time>')
"""What differs between two visits of one page by itself."""
UNREAD = {"static", "accounts.data", "health.readyz", "health.healthz", "home.set_language"}
UNREAD |= {"audit.index", "audit.export", "audit.check"}  # they tell of the visit itself
OTHERS = ("owner of another firm", "staff", "moderator", "administrator")


def answer(db, firm, person, values) -> None:
    """Answer everything: `values` where it says so, else alternating."""
    questions = list_questions(markets_of(db, firm))
    answers = {(item, market): values.get(item, 2 + place % 3) for place, (item, market) in enumerate(questions)}
    readiness.save_answers(db, firm, person, answers)
    readiness.finish(db, firm)
    db.commit()


@pytest.fixture
def world(make, db):
    """A firm with secrets, firms that look at it, all in one network, and people of every kind."""
    keeper = make.firm(
        "Oliveira Azeites", country="PRT", targets=[("ESP", 3), ("FRA", 2)], known=[("FRA", "regular")]
    )
    others = [
        make.firm(f"Firm {n}", country="AGO", targets=[("ESP", 3), ("FRA", 1)], products=[(f"oil {n}", "1509")])
        for n in range(7)
    ]
    owner, looker = make.owner_of(keeper), make.owner_of(others[0])
    answer(db, keeper, owner, {})
    answer(db, others[0], looker, {"R7": 1, "R9": 1, "R10": 1, "R1": 1, "R2": 1})
    answer(db, others[1], make.owner_of(others[1]), {})
    people = {OTHERS[0]: looker, OTHERS[1]: make.person(role="staff"), OTHERS[2]: make.moderator()}
    people[OTHERS[3]] = make.person(role="administrator")
    network.store(db, network.compute(db))
    db.commit()
    return {"keeper": keeper, "owner": owner, "people": people}


def addresses(app, keeper) -> list[str]:
    """Every address that is read, with the firm in every place where a firm can stand."""
    found = []
    for rule in app.url_map.iter_rules():
        if rule.endpoint in UNREAD or "GET" not in rule.methods or rule.endpoint.startswith("development."):
            continue
        address = re.sub(r"<(?:\w+:)?(?:iso3|market|country)>", "FRA", rule.rule)
        address = re.sub(r"<(section)>", "identity", address)
        address = re.sub(r"<[^>]+>", keeper.key, address)
        # What the address says is remembered (markets compared), so the bare address comes after it, in every round.
        found += [f"{address}?firm={keeper.key}&market=FRA&q=azeite", address]
    return found


def look(browser, app, keeper) -> dict[str, tuple[int, str]]:
    seen = {}
    for address in addresses(app, keeper):
        answered = browser.client.get(address, headers=browser.headers, buffered=True)
        assert answered.status_code < 500, address
        seen[address] = (answered.status_code, CHANGING.sub("", answered.get_data(as_text=True)))
    return seen


def differences(before, after) -> list[str]:
    """Each address that changed, with the first line that did."""
    found = []
    for address, (status, text) in before.items():
        if (status, text) != after[address]:
            lines = zip(text.splitlines(), after[address][1].splitlines(), strict=False)
            found.append(f"{address}: {next((pair for pair in lines if pair[0] != pair[1]), 'length')}")
    return found


@pytest.mark.parametrize("who", OTHERS)
def test_no_page_of_others_changes_with_answers_on_money_and_commitment(app, world, sign_in, db, who):
    keeper, owner = world["keeper"], world["owner"]
    browser = sign_in(world["people"][who])
    browser.get("/network")
    answer(db, keeper, owner, dict.fromkeys(SECRET, 1))
    db.commit()
    before = look(browser, app, keeper)

    answer(db, keeper, owner, dict.fromkeys(SECRET, 5))

    assert differences(before, look(browser, app, keeper)) == []


def test_the_firms_own_pages_do_change(app, world, sign_in, db):
    """The test above is not blind."""
    keeper, owner = world["keeper"], world["owner"]
    browser = sign_in(owner)
    answer(db, keeper, owner, dict.fromkeys(SECRET, 1))
    before = look(browser, app, keeper)

    answer(db, keeper, owner, dict.fromkeys(SECRET, 5))

    changed = {line.partition(":")[0] for line in differences(before, look(browser, app, keeper))}
    assert "/readiness/result" in changed


def test_nobody_learns_that_an_answer_was_given(app, world, sign_in, db):
    """Nor by the marks that tell a program whether the network has changed."""
    keeper, owner = world["keeper"], world["owner"]
    browser = sign_in(world["people"][OTHERS[0]])
    answer(db, keeper, owner, dict.fromkeys(SECRET, 1))
    mark = browser.client.get("/network.json", headers=browser.headers).headers["ETag"]
    revision = keeper.revision
    db.rollback()

    answer(db, keeper, owner, dict.fromkeys(SECRET, 5))
    readiness.state_publicly(db, keeper, commitment=False, finance=False)
    db.commit()

    db.refresh(keeper)
    assert keeper.revision == revision
    db.rollback()
    assert browser.client.get("/network.json", headers=browser.headers).headers["ETag"] == mark


def test_others_pages_do_change_with_what_a_partner_could_fill(app, world, sign_in, db):
    """Nor does it compare nothing: answers that are no secret do show."""
    keeper, owner = world["keeper"], world["owner"]
    browser = sign_in(world["people"][OTHERS[0]])
    answer(db, keeper, owner, dict.fromkeys(("R7", "R8", "R9", "R10"), 1))
    before = browser.get(f"/suggestions/{keeper.key}").text

    answer(db, keeper, owner, dict.fromkeys(("R7", "R8", "R9", "R10"), 5))

    assert browser.get(f"/suggestions/{keeper.key}").text != before


@pytest.mark.parametrize(("low", "high"), [(3, 5), (4, 5)])
def test_what_a_firm_states_tells_no_more_than_the_statement(app, world, sign_in, db, low, high):
    """That commitment and money suffice, and nothing of how far."""
    keeper, owner = world["keeper"], world["owner"]
    keeper.states_commitment = keeper.states_finance = True
    db.commit()
    browser = sign_in(world["people"][OTHERS[0]])
    commitments, money = ("C1", "C2", "C3", "C4", "C5"), ("R1", "R2")
    answer(db, keeper, owner, {**dict.fromkeys(commitments, low), **dict.fromkeys(money, 4)})
    before = look(browser, app, keeper)

    answer(db, keeper, owner, {**dict.fromkeys(commitments, high), **dict.fromkeys(money, 5)})

    assert differences(before, look(browser, app, keeper)) == []


def test_a_statement_counts_in_the_score_and_its_lack_does_not(world, sign_in, db):
    keeper, owner = world["keeper"], world["owner"]
    browser = sign_in(world["people"][OTHERS[0]])
    answer(db, keeper, owner, dict.fromkeys(SECRET, 5))
    silent = browser.get(f"/suggestions/{keeper.key}").text

    keeper.states_commitment = True
    db.commit()

    assert browser.get(f"/suggestions/{keeper.key}").text != silent
