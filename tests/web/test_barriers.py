"""The pages on which barriers of a market are read, entered, changed, and decided on."""

from __future__ import annotations

import datetime as dt

import pytest

from models import BarrierState, MarketBarrier
from services import barrier_cases, barriers
from tests.services.test_barriers import OIL, TAX

HERE = "/markets/AGO/barriers"
FILLED = {
    "heading": "1509", "kind": "homologation", "level": "certificate", "words": "Each lot needs one.",
    "source": "Letter of our importer", "source_address": "www.example.com/letter", "source_date": "2026-05-01",
}  # fmt: skip


@pytest.fixture
def firm(make):
    return make.firm("Azeites do Sabor", products=[("azeite", "150920"), ("vinho", "2204")])


@pytest.fixture
def owner(make, firm):
    return make.owner_of(firm, name="Ana")


@pytest.fixture
def browser(sign_in, owner):
    return sign_in(owner)


@pytest.fixture
def moderator(make):
    return make.moderator()


@pytest.fixture
def enter(db, make, owner, firm, moderator):
    """An entry, by the firm unless said otherwise, in a state."""

    def enter(state="waiting", *, person=owner, by=firm, reason="", content=OIL, **other):
        entry = barriers.enter(db, person, by, content | other)
        if state != "waiting":
            outcome = "publish" if state == "published" else "reject"
            seen = barrier_cases.stamp(entry)
            barrier_cases.decide(db, moderator, entry, outcome=outcome, reason=reason or "Because.", seen=seen)
        db.commit()
        return entry

    return enter


def only(db) -> MarketBarrier:
    db.rollback()
    db.expire_all()
    return db.query(MarketBarrier).one()


def test_an_empty_market_offers_to_add_what_one_knows(browser):
    page = browser.get(HERE)

    assert "Nobody has said yet" in page.text
    assert [words.strip() for href, words in page.links if href == f"{HERE}/new"] == ["Add what you know"]


def test_a_firm_enters_what_it_knows_and_waits(browser, db, owner, firm):
    browser.get(f"{HERE}/new?heading=2204")
    page = browser.fill("/new", **FILLED)

    entry = only(db)
    assert (entry.state, entry.firm, entry.person) == ("waiting", firm, owner)
    assert (entry.country, entry.heading, entry.level, entry.percent) == ("AGO", "1509", "certificate", None)
    assert (entry.source_address, entry.source_date) == ("https://www.example.com/letter", dt.date(2026, 5, 1))
    assert "A moderator looks at it" in page.text
    assert "Waiting for a moderator" in page.text


def test_a_heading_in_the_address_is_chosen_and_the_own_ones_are_offered(browser):
    page = browser.get(f"{HERE}/new?heading=2204")

    fields = dict(page.form_to("/new")["fields"])
    assert fields["heading"] == "2204"
    assert 'value="1509"' in page.html
    for wrong in ("99", "9999", "x", "220421", ""):
        browser.get(f"{HERE}/new?heading={wrong}")


def test_words_of_a_product_offer_headings_without_scripts(browser):
    browser.get(f"{HERE}/new")

    page = browser.fill("/new", product="mel", status=422)

    assert 'value="0409"' in page.html
    assert "Choose the heading of the product" in page.text


def test_a_longer_code_counts_as_its_heading(browser, db):
    browser.get(f"{HERE}/new")
    browser.fill("/new", **FILLED | {"heading": "1509.20"})

    assert only(db).heading == "1509"


@pytest.mark.parametrize(
    ("typed", "stored"), [("12,5", 12.5), ("12.5 %", 12.5), ("0", 0), ("400", 400), ("7,25%", 7.25)]
)
def test_a_percentage_is_taken_as_people_write_it(browser, db, typed, stored):
    browser.get(f"{HERE}/new")
    browser.fill("/new", **FILLED | {"kind": "tax", "percent": typed})

    assert (only(db).percent, only(db).level) == (stored, "")


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ({"heading": ""}, "Choose the heading of the product"),
        ({"heading": "15"}, "Choose a heading: a code of four digits"),
        ({"heading": "9998"}, "is no code of the Harmonized System"),
        ({"kind": ""}, "Say which of the two it is"),
        ({"level": ""}, "Choose what is asked of the product"),
        ({"kind": "tax"}, "Write how much, in percent of the price"),
        ({"kind": "tax", "percent": "much"}, "Write a number such as 12.5"),
        ({"kind": "tax", "percent": "-1"}, "Write a number such as 12.5"),
        ({"kind": "tax", "percent": "401"}, "Write a number from 0 to 400"),
        ({"kind": "tax", "percent": "nan"}, "Write a number such as 12.5"),
        ({"words": "x" * 1001}, "At most 1000 characters"),
        ({"source": " "}, "Say where this stands"),
        ({"source": "x" * 301}, "At most 300 characters"),
        ({"source_address": "javascript:alert(1)"}, "Write a whole address"),
        ({"source_address": "ftp://example.com/a"}, "Write a whole address"),
        ({"source_date": ""}, "Write the date of the source"),
        ({"source_date": "2999-01-01"}, "This day is still to come"),
    ],
)  # fmt: skip
def test_what_is_wrong_is_said_beside_the_field_and_nothing_is_lost(browser, db, wrong, said):
    browser.get(f"{HERE}/new")

    page = browser.fill("/new", **FILLED | wrong, status=422)

    assert said in page.text
    kept = dict(page.form_to("/new")["fields"])
    for name in ("words", "source", "source_date"):
        assert kept[name].strip() == (FILLED | wrong)[name].strip()
    assert db.query(MarketBarrier).count() == 0


def test_a_percentage_that_nobody_asks_for_is_no_mistake(browser, db):
    browser.get(f"{HERE}/new")
    browser.fill("/new", **FILLED | {"percent": "much"})

    assert only(db).percent is None


def test_a_second_entry_on_the_same_is_led_to_the_first(browser, enter):
    enter()
    browser.get(f"{HERE}/new")

    page = browser.fill("/new", **FILLED, status=422)

    assert "waits for the moderators already" in page.text


def test_an_entry_is_changed_and_withdrawn(browser, enter, db):
    entry = enter()
    browser.get(HERE)
    browser.get(f"{HERE}/{entry.key}/edit")
    browser.fill("/edit", words="Two certificates.")
    assert (only(db).words, only(db).heading) == ("Two certificates.", "1509")

    page = browser.fill(f"{entry.key}/withdraw")

    assert only(db).state == BarrierState.WITHDRAWN
    assert "Nobody has said yet" in page.text
    page = browser.get(f"{HERE}/{entry.key}/edit")
    assert "does not wait any more" in page.text


def test_a_published_entry_is_corrected_and_stays_till_then(browser, enter, db, sign_in, moderator):
    entry = enter("published")
    browser.get(f"{HERE}/{entry.key}/correct")
    assert not {"heading", "kind"} & {name for name, _ in browser.page.form_to("/correct")["fields"]}
    page = browser.fill("/correct", level="laboratory", source="A newer letter", source_date="2026-06-01")
    assert "Waiting for a moderator" in page.text and "Certificate of a third party" in page.text

    reader = sign_in(moderator)
    new = db.query(MarketBarrier).filter_by(state="waiting").one()
    reader.get(f"/moderation/barriers/{new.key}")
    reader.fill("/moderation/barriers", outcome="publish")

    page = browser.get(HERE)
    assert "A newer letter" in page.text
    assert "Certificate of a third party" not in page.text
    browser.get(f"{HERE}/{entry.key}/correct", status=404)


def test_what_is_published_stands_with_level_source_date_and_author(browser, enter, sign_in, make, firm):
    enter("published", source_address="https://example.com/a", words="Each lot.")
    enter("published", content=TAX, percent=12.5)
    reader = sign_in(make.owner_of(make.firm()))

    page = reader.get(HERE)

    for said in (
        "Certificate of a third party",
        "12.5% of the price",
        "Each lot.",
        "1 May 2026",
        "Entered by",
        firm.name,
    ):
        assert said in page.text, said
    assert '<a href="https://example.com/a" rel="noopener noreferrer nofollow ugc">A letter</a>' in page.html
    assert "Withdraw" not in page.text
    assert reader.get("/markets/PRT/barriers").text.count("Each lot.") == 0


def test_an_address_that_is_no_page_is_never_a_link(browser, enter, db):
    entry = enter("published")
    entry.source_address = "javascript:alert(1)"
    db.commit()

    assert "javascript:" not in browser.get(HERE).html


def test_older_statements_are_folded_below_the_newest(browser, enter, make):
    other = make.firm("Lagar Velho")
    enter("published", source="The newer source")
    enter("published", person=make.owner_of(other), by=other, source="The older source",
          source_date=dt.date(2020, 1, 1))  # fmt: skip

    page = browser.get(HERE)

    assert "1 older statement" in page.text
    assert page.text.index("The newer source") < page.text.index("1 older statement") < page.text.index("The older")


def test_twenty_headings_a_page_the_own_ones_first(browser, enter, db, make):
    codes = [f"08{number:02}" for number in range(1, 15)] + [f"07{number:02}" for number in range(1, 15)]
    for code in (*codes, "2204"):
        enter("published", heading=code)

    page = browser.get(HERE)
    assert "29 headings" in page.text and "Page 1 of 2" in page.text
    assert page.html.count('class="barrier-heading"') == 20
    assert 'aria-labelledby="h-2204"' in page.html
    assert browser.get(f"{HERE}?page=2").html.count('class="barrier-heading"') == 9
    assert browser.get(f"{HERE}?q=vinho").html.count('class="barrier-heading"') == 1
    assert browser.get(f"{HERE}?heading=0801").html.count('class="barrier-heading"') == 1
    assert "Nothing that is known here fits" in browser.get(f"{HERE}?q=zzz").text


def test_the_name_of_a_hidden_firm_is_not_shown(browser, enter, make, db):
    other = make.firm("Zorzal")
    enter("published", person=make.owner_of(other), by=other)
    assert "Zorzal" in browser.get(HERE).text
    other.state = "submitted"
    db.commit()

    page = browser.get(HERE)

    assert "Zorzal" not in page.text and "Entered by a firm on" in page.text


@pytest.mark.parametrize(
    ("role", "said"), [("staff", "Entered by an association"), ("moderator", "Entered by the moderators")]
)
def test_an_association_and_a_moderator_enter_without_a_firm(sign_in, make, enter, browser, db, role, said):
    person = make.person(role=role, name="Teresa Unnamed")
    writer = sign_in(person)
    writer.get(f"{HERE}/new")
    writer.fill("/new", **FILLED)
    entry = only(db)
    assert (entry.firm, entry.person) == (None, person)

    judge = sign_in(make.moderator())
    judge.get(f"/moderation/barriers/{entry.key}")
    judge.fill("/moderation/barriers", outcome="publish")

    page = browser.get(HERE)
    assert said in page.text and "Teresa" not in page.text


@pytest.mark.parametrize("state", ["waiting", "rejected"])
def test_what_is_not_published_is_seen_by_nobody_else(enter, sign_in, make, state, browser, firm):
    entry = enter(state, words="Oneword Otherword", reason="Secretreason")
    assert "Certificate of a third party" in browser.get(HERE).text
    others = [make.person(), make.owner_of(make.firm()), make.person(role="staff"),
              make.owner_of(make.firm(state="draft"))]  # fmt: skip

    for person in others:
        reader = sign_in(person)
        for address in (HERE, f"{HERE}?q=Oneword", f"{HERE}?heading=1509", "/account/constela.json"):
            text = reader.client.get(address, headers=reader.headers).get_data(as_text=True)
            assert "Secretreason" not in text and "Otherword" not in text, address
        for task in ("edit", "correct"):
            reader.get(f"{HERE}/{entry.key}/{task}", status=404)
        reader.get("/account/details")
        token = dict(reader.page.form_to("/account/details")["fields"])["csrf_token"]
        for task in ("edit", "correct", "withdraw"):
            reader.post(f"{HERE}/{entry.key}/{task}", {"csrf_token": token, **FILLED}, status=404)
    # A colleague sees it, as the firm's own.
    assert "Certificate of a third party" in sign_in(make.owner_of(firm)).get(HERE).text


def test_an_entry_is_not_there_under_another_market(browser, enter):
    entry = enter()

    browser.get(f"/markets/PRT/barriers/{entry.key}/edit", status=404)
    browser.get("/markets/XXX/barriers", status=404)
    browser.get("/markets/ago/barriers", status=404)


def test_who_may_not_browse_is_told_what_opens_the_page(sign_in, make, enter):
    enter("published")
    for person, said in (
        (make.person(), "Register a firm"),
        (make.owner_of(make.firm(state="draft")), "is approved"),
    ):
        reader = sign_in(person)
        page = reader.get(HERE)
        assert said in page.text and "Certificate" not in page.text
        reader.get(f"{HERE}/new", status=404)


def test_the_queue_shows_what_waits_how_long_and_counts_in_the_header(sign_in, moderator, enter, db, make):
    entry = enter()
    entry.entered_at_utc -= dt.timedelta(days=3, hours=1)
    enter(content=TAX)
    make.firm(state="submitted")
    db.commit()

    page = sign_in(moderator).get("/moderation/barriers")

    assert "3 days" in page.text and "Azeites do Sabor" in page.text and "Angola" in page.text
    assert page.text.index("3 days") < page.text.index("today")
    assert "Review 3 waiting" in page.text
    assert "Barriers 2" in page.text
    for wrong in ("withdrawn", "nonsense"):
        sign_in(moderator).get(f"/moderation/barriers?state={wrong}", status=404)


def test_a_decision_moves_on_to_the_next_and_tells_the_author_in_their_language(sign_in, moderator, enter, db, owner):
    first, second = enter(), enter(content=TAX)
    owner.locale = "pt"
    db.commit()
    judge = sign_in(moderator)
    judge.get(f"/moderation/barriers/{first.key}")

    page = judge.fill("/moderation/barriers", outcome="publish")

    assert page.address.endswith(second.key)
    db.expire_all()
    assert (first.state, first.moderator_id) == ("published", moderator.id)
    (mail,) = judge.mails()
    assert mail["to"] == owner.email
    assert any(link.endswith(HERE) for link in mail["links"])
    page = judge.fill("/moderation/barriers", outcome="reject", status=422)
    assert "nobody can mend what they do not know" in page.text
    judge.fill("/moderation/barriers", outcome="reject", reason="The source says something else.")
    assert "The source says something else." in judge.mails()[-1]["text"]
    assert "Nothing waits for a decision" in judge.get("/moderation/barriers").text
    assert "The source says something else." in sign_in(owner).get(HERE).text


def test_a_published_entry_is_taken_down_with_a_reason(sign_in, moderator, enter, db, owner):
    entry = enter("published")
    judge = sign_in(moderator)
    judge.get(f"/moderation/barriers/{entry.key}")
    judge.get(f"/moderation/barriers/{entry.key}/take-down")
    judge.fill("/take-down", reason="", status=422)

    judge.fill("/take-down", reason="The law has changed.")

    db.expire_all()
    assert (entry.state, entry.reason) == ("rejected", "The law has changed.")
    assert "The law has changed." in judge.mails()[-1]["text"]
    assert "taken down" in judge.mails()[-1]["subject"]
    page = judge.get(f"/moderation/barriers/{entry.key}")
    assert "The law has changed." in page.text and moderator.name in page.text
    judge.get(f"/moderation/barriers/{entry.key}/take-down", status=404)


def test_a_moderator_does_not_decide_on_their_own(sign_in, moderator, enter, db):
    entry = enter(person=moderator, by=None)
    judge = sign_in(moderator)

    page = judge.get(f"/moderation/barriers/{entry.key}")

    assert "another moderator decides on it" in page.text
    assert "Your decision" not in page.text
    token = dict(judge.get("/account/details").form_to("/account/details")["fields"])["csrf_token"]
    sent = {"csrf_token": token, "outcome": "publish", "seen": barrier_cases.stamp(entry)}
    judge.post(f"/moderation/barriers/{entry.key}", sent, status=409)
    assert only(db).state == "waiting"


def test_who_was_slower_is_told_so(sign_in, make, moderator, enter, db):
    entry = enter()
    slow = sign_in(make.moderator())
    slow.get(f"/moderation/barriers/{entry.key}")
    barrier_cases.decide(db, moderator, entry, outcome="publish", reason="", seen=barrier_cases.stamp(entry))
    db.commit()

    page = slow.fill("/moderation/barriers", outcome="reject", reason="My long reason", status=409)

    assert "Somebody was quicker" in page.text and "My long reason" in page.text
    assert only(db).state == "published"


def test_what_changed_while_it_was_read_is_looked_at_again(sign_in, moderator, enter, db, owner):
    entry = enter()
    judge = sign_in(moderator)
    judge.get(f"/moderation/barriers/{entry.key}")
    barriers.change(db, owner, entry, OIL | {"words": "Quite another thing"})
    db.commit()

    page = judge.fill("/moderation/barriers", outcome="publish", reason="Fine", status=409)

    assert "changed while you were reading" in page.text and "Quite another thing" in page.text
    assert only(db).state == "waiting"
    judge.fill("/moderation/barriers", outcome="publish")
    assert only(db).state == "published"


def test_the_picker_may_ask_for_headings_alone(browser):
    answer = browser.client.get("/products/search.json?headings=1&q=azeite").get_json()

    assert answer and all(len(hit["value"]) == 4 for hit in answer)
    both = browser.client.get("/products/search.json?q=azeite").get_json()
    assert any(len(hit["value"]) == 6 for hit in both)
