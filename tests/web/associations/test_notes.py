"""Notes of an association's staff on a member: their page, and that nobody else ever reads them."""

from __future__ import annotations

import re

import pytest

from services.associations import belongings, calls, mandates, notes

MARK = "Zanzibarqueira"
CALL = {
    "title": "Salt for Angola", "about": "A fair.", "country": "AGO", "section": "", "eligibility": "Small firms.",
    "criteria": "", "funder": "", "starts_on": None, "ends_on": calls.today(),
}  # fmt: skip


@pytest.fixture
def world(db, make):
    """A member of which something is noted, and everybody who must not read it."""
    manager = make.person(name="Marta")
    association, firm = make.association("Sal", manager=manager), make.firm("Sal de Tavira")
    belongings.confirm_at_once(db, association, firm)
    organiser, owner = make.staff(association, "organiser", name="Olga"), make.owner_of(firm)
    mandates.give(db, owner, association, firm, ["profile", "calls"])
    promoter = make.association("Mel")
    other = make.staff(promoter, "manager")
    belongings.confirm_at_once(db, promoter, firm)
    call = calls.write(db, organiser, association, CALL)
    calls.open_call(db, organiser, call)
    calls.ask_promoter(db, organiser, call, promoter)
    calls.answer_promoter(db, other, call, promoter, is_yes=True)
    note = notes.write(db, organiser, association, firm, f"{MARK}: calls back in May.")
    db.commit()
    editor = make.person()
    make.post(editor, firm)
    return {
        "association": association,
        "firm": firm,
        "call": call,
        "note": note,
        "page": f"/associations/{association.key}/members/{firm.key}",
        "staff": {"organiser": organiser, "manager": manager, "reader": make.staff(association, "reader")},
        "others": {
            "owner": owner,
            "editor": editor,
            "owner of another firm": make.owner_of(make.firm()),
            "promoter of the same call": other,
            "moderator": make.moderator(),
            "administrator": make.person(role="administrator"),
            "staff of the site": make.person(role="staff"),
        },
    }


def test_a_note_is_written_changed_and_deleted(world, sign_in):
    browser = sign_in(world["staff"]["organiser"])
    page = browser.get(world["page"])
    assert MARK in page.text and "the law may oblige you" in page.text
    assert "Write what is to be noted" in browser.fill("/notes", text=" ", status=422).text
    assert "At most 4000" in browser.fill("/notes", text="x" * 4001, status=422).text
    page = browser.fill("/notes", text="Wants <b>labels</b>.")
    assert "Wants <b>labels</b>." in page.text and page.text.index("labels") < page.text.index(MARK)

    browser.get(f"{world['page']}/notes/{world['note'].key}")
    assert MARK in browser.page.html
    assert "Write what" in browser.fill(world["note"].key, text="", status=422).text
    page = browser.fill(world["note"].key, text="Calls back in June.")
    assert MARK not in page.text and "changed on" in page.text
    page = browser.fill(f"/notes/{world['note'].key}/remove")
    assert "June" not in page.text and "The note is deleted" in page.text


def test_colleagues_read_and_do_not_change(world, sign_in):
    for who in ("manager", "reader"):
        browser = sign_in(world["staff"][who])
        assert MARK in browser.get(world["page"]).text
        address = f"{world['page']}/notes/{world['note'].key}"
        token = {"csrf_token": dict(browser.page.form_to("/language")["fields"])["csrf_token"]}
        browser.get(address, status=404)
        browser.post(address, token | {"text": "Mine."}, status=404)
        browser.post(f"{address}/remove", token, status=404)


def test_a_reader_has_no_form(world, sign_in):
    browser = sign_in(world["staff"]["reader"])
    page = browser.get(world["page"])

    assert not [form for form in page.forms if form["action"].endswith("/notes")]
    token = {"csrf_token": dict(page.form_to("/language")["fields"])["csrf_token"]}
    browser.post(f"{world['page']}/notes", token | {"text": "No."}, status=404)


def test_many_notes_are_paged(db, world, sign_in):
    for number in range(notes.PER_PAGE):
        notes.write(db, world["staff"]["organiser"], world["association"], world["firm"], f"Later {number}")
    db.commit()
    browser = sign_in(world["staff"]["reader"])

    assert MARK not in browser.get(world["page"]).text
    assert MARK in browser.get(f"{world['page']}?page=2").text


def test_no_page_remains_when_the_firm_has_left(db, world, sign_in):
    belongings.answer(db, world["others"]["owner"], world["association"], world["firm"], "leave")
    db.commit()

    sign_in(world["staff"]["organiser"]).get(world["page"], status=404)


def addresses(app, world) -> list[str]:
    """Every address that is read, with what the world has in its place."""
    own = {"note_key": world["note"].key, "firm_key": world["firm"].key, "call_key": world["call"].key}
    found = []
    for rule in app.url_map.iter_rules():
        if "GET" not in rule.methods or rule.endpoint == "static":
            continue
        firsts = [world["firm"].key]
        if rule.rule.startswith(("/associations", "/moderation/associations")):
            firsts = [world["association"].key]
        elif rule.rule.startswith("/calls"):
            firsts = [world["call"].key]
        for first in firsts:
            places = own | {"key": first, "association_key": world["association"].key, "section": "identity"}
            address = re.sub(
                r"<(?:\w+:)?(\w+)>", lambda found, places=places: places.get(found[1], world["firm"].key), rule.rule
            )
            found += [address, f"{address}?q={MARK}"]
    return found


def reads(browser, address: str) -> bool:
    """Whether what was noted stands in an answer; the searched word alone is said back by searches."""
    answer = browser.client.get(address, headers=browser.headers, buffered=True)
    assert answer.status_code < 500, address
    return b"calls back in May" in answer.get_data()


OTHERS = (
    "owner", "editor", "owner of another firm", "promoter of the same call", "moderator", "administrator",
    "staff of the site",
)  # fmt: skip


@pytest.mark.parametrize("who", OTHERS)
def test_nobody_else_reads_a_note_on_any_page_file_or_answer_to_a_program(app, world, sign_in, who):
    browser = sign_in(world["others"][who])

    assert [address for address in addresses(app, world) if reads(browser, address)] == []
    assert all("calls back in May" not in mail["text"] for mail in browser.mails())


def test_the_walk_would_find_it(app, world, sign_in):
    """The test above is not blind: the staff do read it, there and nowhere else, and its author takes it out."""
    browser = sign_in(world["staff"]["organiser"])

    found = {address.partition("?")[0] for address in addresses(app, world) if reads(browser, address)}

    assert found == {world["page"], f"{world['page']}/notes/{world['note'].key}", "/account/constela.json"}


def test_while_acting_on_behalf_the_firms_pages_do_not_show_it(app, world, sign_in):
    browser = sign_in(world["staff"]["organiser"])
    browser.get(world["page"])
    browser.fill("/act")

    pages = [f"/firms/{world['firm'].key}/edit", f"/firms/{world['firm'].key}/edit/identity"]

    assert [page for page in pages if reads(browser, page)] == []
