"""The pages of an association, of its staff, of the moderators and of the firms that answer."""

from __future__ import annotations

import pytest

from models import Association


@pytest.fixture
def world(make):
    """A verified association with staff of every kind, and a firm with an owner."""
    manager = make.person(name="Marta")
    association = make.association("Associação do Sal", manager=manager)
    firm = make.firm("Sal de Tavira")
    return {
        "manager": manager,
        "association": association,
        "organiser": make.staff(association, "organiser"),
        "reader": make.staff(association, "reader"),
        "firm": firm,
        "owner": make.owner_of(firm),
    }


def test_an_association_comes_from_its_founding_to_being_verified(db, make, sign_in):
    founder, moderator = sign_in(make.person()), sign_in(make.moderator())
    founder.get("/associations")
    page = founder.get("/associations/new")
    assert "Enter the association" in founder.fill("/new", name="", country="", status=422).text
    page = founder.fill("/new", name="Associação do Sal", country="PRT", tax_number="501442600", about="Salt.")
    assert "Draft" in page.text
    assert "Submitted. A moderator" in founder.fill("/submit").text

    moderator.get("/moderation/associations")
    case = next(href for href, _ in moderator.page.links if "/moderation/associations/" in href)
    moderator.get(case)
    assert "Give the reason" in moderator.fill("/moderation/associations/", outcome="return", status=422).text
    moderator.fill("/moderation/associations/", outcome="approve", reason="")

    mail = founder.mails()[-1]
    assert "Verified by a moderator" in mail["text"] and "/associations/" in mail["links"][0]
    assert db.query(Association).one().state == "approved"
    assert "Members" in founder.get("/overview").text, "without a firm, the association is where one stands"


def test_an_association_can_be_returned_mended_and_taken_back(db, make, sign_in):
    manager = make.person()
    association = make.association(state="submitted", manager=manager)
    moderator, browser = sign_in(make.moderator()), sign_in(manager)
    moderator.get(f"/moderation/associations/{association.key}")
    moderator.fill("/moderation/associations/", outcome="return", reason="Which register?")
    page = browser.get(f"/associations/{association.key}")
    assert "Which register?" in page.text

    browser.get(f"/associations/{association.key}/edit")
    browser.fill("/edit", about="In the register of Porto.")
    browser.fill("/submit")
    assert "Under review" in browser.page.text
    browser.fill("/withdraw")
    assert "Draft" in browser.page.text
    moderator.get(f"/moderation/associations/{association.key}", status=404)


def test_a_moderator_sees_when_the_association_changed_meanwhile(db, make, sign_in):
    manager = make.person()
    association = make.association(state="submitted", manager=manager)
    moderator = sign_in(make.moderator())
    moderator.get(f"/moderation/associations/{association.key}")
    browser = sign_in(manager)
    browser.get(f"/associations/{association.key}")
    browser.fill("/withdraw")
    browser.fill("/submit")

    page = moderator.fill("/moderation/associations/", outcome="approve", reason="", status=409)

    assert "changed while you were reading" in page.text


@pytest.mark.parametrize("who", ["organiser", "reader", "owner"])
def test_only_managers_reach_what_only_managers_may(world, sign_in, who):
    browser, key = sign_in(world[who]), world["association"].key
    for address in ("/edit", "/staff/invite"):
        browser.get(f"/associations/{key}{address}", status=404)
    if who == "owner":
        for address in ("", "/members", "/staff"):
            browser.get(f"/associations/{key}{address}", status=404)


def test_staff_are_invited_changed_and_removed(db, make, sign_in, world):
    browser, colleague = sign_in(world["manager"]), make.person(name="Carla")
    key = world["association"].key
    browser.get(f"/associations/{key}/staff/invite")
    browser.fill("/staff/invite", email="nonsense", status=422)
    page = browser.fill("/staff/invite", email=colleague.email, role="organiser")
    assert colleague.email in page.text

    other = sign_in(make.person())
    link = browser.mails()[-1]["links"][0].partition("localhost")[2]
    assert "for another address" in other.get(link).text
    invited = sign_in(colleague)
    assert "You are invited" in invited.get("/associations").text
    invited.get(link)
    assert "You now work for" in invited.fill(link).text
    assert "Organiser" in browser.get(f"/associations/{key}/staff").text
    invited.get(link, status=410)

    browser.fill(f"/staff/{colleague.key}/role", role="manager")
    assert "Saved" in browser.page.text
    browser.fill(f"/staff/{colleague.key}/remove")
    assert "no longer works for" in browser.page.text
    invited.get(f"/associations/{key}", status=404)


def test_the_last_manager_stays(sign_in, world):
    browser, key = sign_in(world["manager"]), world["association"].key
    browser.get(f"/associations/{key}/staff")

    assert "needs a manager" in browser.fill(f"/staff/{world['manager'].key}/remove").text
    assert "needs a manager" in browser.fill(f"/staff/{world['manager'].key}/role", role="reader").text


def test_a_firm_is_asked_confirms_and_leaves(sign_in, world):
    browser, owner, key = sign_in(world["organiser"]), sign_in(world["owner"]), world["association"].key
    browser.get(f"/associations/{key}/members/propose?q=tavira")
    page = browser.fill("/ask")
    assert "Has not answered" in page.text
    [mail] = [one for one in browser.mails() if one["to"] == world["owner"].email]
    address = mail["links"][0].partition("localhost")[2]

    page = owner.get(address)
    assert "Associação do Sal" in page.text
    assert "Confirmed:" in owner.fill("/confirm").text
    assert "Member" in browser.get(f"/associations/{key}/members?q=tavira").text

    assert "no longer belongs" in owner.fill("/leave").text
    assert "Tavira" not in browser.get(f"/associations/{key}/members").text
    browser.get(f"/associations/{key}/members/propose?q=tavira")
    browser.fill("/ask")
    assert "Tavira" not in browser.get(f"/associations/{key}/members").text, (
        "it is not asked again, and nobody is told"
    )
    assert len([one for one in browser.mails() if one["to"] == world["owner"].email]) == 1


def test_an_editor_sees_and_does_not_answer(make, sign_in, world):
    editor = make.person()
    make.post(editor, world["firm"])
    browser = sign_in(editor)
    address = f"/firms/{world['firm'].key}/associations"
    browser.get(address)
    token = {"csrf_token": dict(browser.page.form_to("/language")["fields"])["csrf_token"]}

    browser.post(f"{address}/{world['association'].key}/confirm", token, status=404)


def test_a_hidden_firm_cannot_be_asked(make, sign_in, world):
    hidden = make.firm("Zorzal", state="draft")
    browser, key = sign_in(world["organiser"]), world["association"].key
    browser.get(f"/associations/{key}/members/propose?q=zorzal")
    assert hidden.key not in browser.page.html
    token = {"csrf_token": dict(browser.page.form_to("/language")["fields"])["csrf_token"], "firm": hidden.key}

    browser.post(f"/associations/{key}/members/ask", token, status=404)


@pytest.mark.parametrize("value", ["a\0b", "x" * 100_000, "9" * 5000, "\u202e", "'\"<>", "-1"])
def test_odd_text_breaks_nothing(sign_in, world, value):
    browser, key = sign_in(world["manager"]), world["association"].key
    browser.get("/associations/new")
    token = dict(browser.page.form_to("/associations/new")["fields"])["csrf_token"]
    given = {"name": "Sal", "country": "PRT", "tax_number": "", "website": "", "about": ""}
    for name in given:
        data = {**given, name: value, "csrf_token": token}
        for address in ("/associations/new", f"/associations/{key}/edit"):
            assert browser.client.post(address, data=data, headers=browser.headers).status_code in (303, 422, 400)
    for name in ("email", "role"):
        data = {"email": "a@example.org", "role": "reader", name: value, "csrf_token": token}
        answer = browser.client.post(f"/associations/{key}/staff/invite", data=data, headers=browser.headers)
        assert answer.status_code in (303, 422)
