"""Nothing of a hidden firm, and no confidential field, reaches anybody whom it does not concern: on any address."""

from __future__ import annotations

import datetime as dt
import re

import pytest

from models import ChoiceKind, Firm, MarketBarrier
from services import barriers, choices, firms, network

SECRETS = {
    "tax_number": "SECRETTAX77",
    "contact_name": "Secretcontact Person",
    "contact_email": "secretcontact@hidden.example",
    "contact_phone": "+351 777 SECRETPHONE",
}
BUDGET, CAPACITY = 73191, "Secretcapacity 12 t"
CONFIDENTIAL = re.compile(r"SECRETTAX77|[Ss]ecretcontact|SECRETPHONE|73.?191|Secretcapacity")
HIDDEN = re.compile(r"Zorzal|Quetzal|Tordo|Pisco")
SKIPPED = {"static", "accounts.data", "health.readyz"}
WORDS = ("Zorzal", "Quetzal", "Tordo", "Pisco", "SECRETTAX77", "secretcontact", "73191", "Secretcapacity", "777")


@pytest.fixture
def world(make, db):
    """An approved firm with secrets, hidden ones, a network, and somebody of every kind."""
    shown = make.firm("Oliveira Azeites", **SECRETS)
    firms.set_products(db, shown, [{"words": "oil", "hs": "1509", "tier": 3, "segment": "retail",
                                    "monthly_capacity": CAPACITY}])  # fmt: skip
    firms.set_target_markets(db, shown, [{"country": "ESP", "priority": 3, "horizon": 1, "budget_eur": BUDGET}])
    states = {"Zorzal": "draft", "Quetzal": "submitted", "Tordo": "rejected", "Pisco": "suspended"}
    hidden = [make.firm(name, state=state, products=[(f"oil of {name}", "1509")]) for name, state in states.items()]
    others = [make.firm(f"Firm {number}", targets=[("ESP", 3)]) for number in range(6)]
    draft = make.firm("Rascunho", state="draft")
    people = {
        "somebody": make.person(),
        "editor of a draft": make.person(),
        "owner": make.owner_of(others[0]),
        "staff": make.person(role="staff"),
    }
    make.post(people["editor of a draft"], draft)
    choices.choose(db, shown, others[0], ChoiceKind.INTERESTED, make.owner_of(shown))
    firms.block(db, others[1], others[0])
    told = {"country": "AGO", "kind": "tax", "heading": "1509", "level": "", "percent": 5.0, "source_address": ""}
    told |= {"source": "Quetzal tells", "source_date": dt.date(2026, 1, 31), "words": "Zorzal tells"}
    barriers.enter(db, make.owner_of(shown), shown, told)
    for firm in hidden:  # what a firm published before it was hidden stays, without its name
        by = {"firm_id": firm.id, "source": "A law", "words": "", "state": "published"}
        db.add(MarketBarrier(**told | by, person_id=make.owner_of(firm).id))
    network.store(db, network.compute(db))
    db.commit()
    return {"shown": shown, "hidden": hidden, "others": others, "draft": draft, "people": people}


def addresses(app, world) -> list[str]:
    """Every address that is read, with the keys of firms in every place for a key, and words to search for."""
    keys = [firm.key for firm in (world["shown"], *world["hidden"], world["draft"])]
    found = []
    for rule in app.url_map.iter_rules():
        if rule.endpoint in SKIPPED or "GET" not in rule.methods or rule.endpoint.startswith("development."):
            continue
        values = keys if re.search(r"<(key|token|code)>", rule.rule) else [""]
        for key in values:
            address = re.sub(r"<(section)>", "identity", rule.rule)
            address = re.sub(r"<(market)>", "AGO", address)
            address = re.sub(r"<[^>]+>", key, address)
            found.append(address)
            if key == values[0]:
                found += [f"{address}?q={word}" for word in WORDS[:4]]
    found += ["/markets/ESP", "/markets/ESP?firms=want"]
    found += [f"/network?firm={key}" for key in keys[1:]] + [f"/network/panel?firm={key}" for key in keys[1:]]
    found += [f"/together?market=AGO&firm={key}" for key in keys]
    return found


@pytest.mark.parametrize("who", ["visitor", "somebody", "editor of a draft", "owner", "staff"])
def test_no_address_shows_what_does_not_concern_one(app, world, visitor, sign_in, who):
    browser = visitor if who == "visitor" else sign_in(world["people"][who])

    for address in addresses(app, world):
        answer = browser.client.get(address, headers=browser.headers)
        assert answer.status_code < 500, address
        text = answer.get_data(as_text=True)
        said = address.partition("?q=")[2]
        plain = text.replace(said, "") if said else text
        assert not CONFIDENTIAL.search(plain), (address, CONFIDENTIAL.search(plain))
        assert not HIDDEN.search(plain), (address, HIDDEN.search(plain))
        assert "Location" not in answer.headers or answer.headers["Location"].startswith("/"), address


@pytest.mark.parametrize("word", WORDS)
def test_words_of_what_is_hidden_find_nothing(sign_in, world, word):
    browser = sign_in(world["people"]["owner"])

    page = browser.get(f"/firms?q={word}")
    assert "/firms/" + world["shown"].key not in page.html
    assert len(browser.client.get(f"/firms.csv?q={word}").get_data(as_text=True).strip().splitlines()) == 1
    assert world["shown"].key not in browser.get(f"/network?q={word}").html


@pytest.mark.parametrize("who", ["somebody", "editor of a draft", "owner", "staff"])
def test_nobody_changes_what_is_not_theirs(app, world, sign_in, db, who):
    browser = sign_in(world["people"][who])
    token = dict(browser.get("/account/details").form_to("/account/details")["fields"])["csrf_token"]
    targets = [world["shown"], *world["hidden"]]
    before = {firm.key: (firm.name, firm.state, firm.revision, len(firm.posts), len(firm.blocks)) for firm in targets}
    owner_key, foreign_key = world["shown"].posts[0].person.key, world["others"][2].key
    data = {"csrf_token": token, "name": "Thief", "country": "PRT", "turnover_band": "", "outcome": "approve"}
    data |= {"role": "editor", "email": "thief@example.org", "reason": "because"}
    db.commit()

    for rule in app.url_map.iter_rules():
        if "POST" not in rule.methods or not re.match(r"/(firms|moderation)/.*<key>", rule.rule):
            continue
        for key in before:
            address = rule.rule.replace("<key>", key).replace("<section>", "identity")
            address = address.replace("<person_key>", owner_key).replace("<other_key>", foreign_key)
            answer = browser.client.post(re.sub(r"<[^>]+>", "x", address), data=data, headers=browser.headers)
            assert answer.status_code == 404, (address, answer.status_code)

    for key, old in before.items():
        firm = db.query(Firm).populate_existing().filter_by(key=key).one()
        assert (firm.name, firm.state, firm.revision, len(firm.posts), len(firm.blocks)) == old


def test_fields_that_no_form_has_are_not_taken_over(sign_in, world, db):
    """A profile cannot approve itself, an account cannot give itself a role."""
    person, firm = world["people"]["editor of a draft"], world["draft"]
    browser = sign_in(person)
    browser.get("/account/details")
    browser.fill("/account/details", name="Ana", role="administrator", confirmed_at_utc="", email="x@example.org")
    browser.get(f"/firms/{firm.key}/edit/identity")
    browser.fill("/edit/identity", name="Ana Lda", state="approved", fictional="y", key="x", approved_at_utc="2026")

    db.expire_all()
    assert (person.role, person.email != "x@example.org") == ("member", True)
    assert (firm.name, firm.state, firm.fictional, firm.approved_at_utc) == ("Ana Lda", "draft", False, None)


def test_a_block_and_a_choice_are_silent(sign_in, world):
    """The blocked firm's pages are the same as before the block; an answer that is not mutual shows nowhere."""
    browser = sign_in(world["people"]["owner"])
    blocker, chooser = world["others"][1], world["shown"]

    pages = [
        f"{page}{firm.key}" for page in ("/firms/", "/suggestions/", "/network?firm=") for firm in (blocker, chooser)
    ]
    for address in (*pages, "/overview", "/suggestions/choices"):
        text = browser.get(address).text.lower()
        assert "blocked" not in text, address
        assert "interested in you" not in text, address
        assert "will not work with you" not in text, address
