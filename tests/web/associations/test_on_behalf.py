"""Pages of acting on behalf: asking, permitting, filling in, applying, and where all of that is marked."""

from __future__ import annotations

import datetime as dt
import re

import pytest

from models import AuditEntry, Deed
from services import cases, firms
from services.associations import applications, belongings, calls, mandates, on_behalf, staff
from web.firms.sections import PAGES

CALL = {
    "title": "Salt for Angola", "about": "A fair.", "country": "AGO", "section": "", "eligibility": "Small firms.",
    "criteria": "", "funder": "", "starts_on": None, "ends_on": calls.today() + dt.timedelta(days=30),
}  # fmt: skip


@pytest.fixture
def world(db, make):
    """A member of an association that has an open call."""
    association, firm = make.association("Associação do Sal"), make.firm("Sal de Tavira")
    belongings.confirm_at_once(db, association, firm)
    organiser = make.staff(association, "organiser", name="Olga")
    call = calls.write(db, organiser, association, CALL)
    calls.open_call(db, organiser, call)
    db.commit()
    return {
        "association": association,
        "firm": firm,
        "owner": make.owner_of(firm, name="Otto"),
        "organiser": organiser,
        "call": call,
        "member": f"/associations/{association.key}/members/{firm.key}",
        "permission": f"/firms/{firm.key}/associations/{association.key}/permission",
    }


def permit(db, world, *parts):
    mandates.give(db, world["owner"], world["association"], world["firm"], parts or ("profile", "calls"))
    db.commit()


def token(browser):
    return {"csrf_token": dict(browser.page.form_to("/language")["fields"])["csrf_token"]}


@pytest.fixture
def acting(db, world, sign_in):
    """The organiser, who has begun to act on behalf of the firm."""
    permit(db, world)
    browser = sign_in(world["organiser"])
    browser.get(world["member"])
    browser.fill("/act")
    return browser


def test_a_permission_is_asked_for_and_given_and_withdrawn(world, sign_in):
    staff, owner = sign_in(world["organiser"]), sign_in(world["owner"])
    staff.get(f"/associations/{world['association'].key}/members")
    assert world["member"] in [href for href, _ in staff.page.links]
    staff.get(world["member"])
    assert "Sal de Tavira is asked" in staff.fill("/ask-permission").text
    assert "Take the request back" in staff.page.text
    [mail] = [one for one in staff.mails() if one["to"] == world["owner"].email]
    assert "asks to act on behalf of Sal de Tavira" in mail["subject"]

    assert "asks for your permission" in owner.get("/overview").text
    page = owner.get(mail["links"][0].partition("localhost")[2])
    assert "by Olga" in page.text
    assert "Choose at least one" in owner.fill("/permission", without=("profile", "calls"), status=422).text
    page = owner.fill("/permission", profile="y")
    assert "may act on behalf of your firm" in page.text and "by Otto" in page.text
    assert "Fill in the profile on its behalf" in staff.get(world["member"]).text

    assert "Withdrawn:" in owner.fill("/permission/withdraw").text
    page = staff.get(world["member"])
    assert "Fill in the profile on its behalf" not in page.text
    assert "Withdrawn by the firm" in page.text and "You can ask again from" in page.text


def test_a_request_is_declined(world, sign_in):
    staff, owner = sign_in(world["organiser"]), sign_in(world["owner"])
    staff.get(world["member"])
    staff.fill("/ask-permission")
    owner.get(world["permission"])

    assert "Declined." in owner.fill("/permission/decline").text

    page = staff.get(world["member"])
    assert "Declined by the firm" in page.text and "Ask for permission" not in page.text
    said = staff.post(f"{world['member']}/ask-permission", token(staff))
    assert "Nothing was done" in said.text


def test_an_editor_sees_the_permission_and_gives_none(make, world, sign_in):
    editor = make.person()
    make.post(editor, world["firm"])
    browser = sign_in(editor)
    assert "An owner of the firm decides" in browser.get(world["permission"]).text

    browser.post(world["permission"], token(browser) | {"profile": "y"}, status=404)
    for act in ("withdraw", "decline"):
        browser.post(f"{world['permission']}/{act}", token(browser), status=404)


def test_without_permission_no_page_of_the_firm_opens(db, world, sign_in):
    browser, firm = sign_in(world["organiser"]), world["firm"]
    browser.get(world["member"])
    for address in (f"/firms/{firm.key}/edit", f"/firms/{firm.key}/edit/products"):
        browser.get(address, status=404)
    browser.post(f"{world['member']}/act", token(browser), status=404)
    permit(db, world, "calls")
    browser.post(f"{world['member']}/act", token(browser), status=404)
    permit(db, world, "profile")

    browser.get(f"/firms/{firm.key}/edit", status=404)
    browser.get(
        f"/associations/{world['association'].key}/calls/{world['call'].key}/on-behalf/{firm.key}", status=404
    )


def test_each_page_says_so_and_each_change_is_marked_everywhere(db, make, world, acting, sign_in, app):
    firm, key = world["firm"], world["firm"].key
    banner = "You act for Sal de Tavira on behalf of it, as Associação do Sal."
    assert banner in acting.page.text
    assert "Submit for approval" not in acting.page.text and "People who act" not in acting.page.text
    for section in PAGES:
        assert banner in acting.get(f"/firms/{key}/edit/{section}").text
    acting.get(f"/firms/{key}/edit/identity")
    acting.fill("/edit/identity", name="", status=422)
    assert banner in acting.page.text
    page = acting.fill("/edit/identity", name="Sal e Mar", about="Salt since 1900.")
    assert "Saved." in page.text
    acting.get(f"/firms/{key}/edit/markets")
    acting.fill("/edit/markets", rows__0__budget_eur="4321")
    assert banner not in acting.get("/associations").text, "only where one does act on behalf"

    owner = sign_in(world["owner"])
    assert "Associação do Sal changed your profile on" in owner.get("/overview").text
    page = owner.get(f"/firms/{key}/on-behalf")
    assert "Olga" in page.text and "Salt since 1900." in page.text and "4321" in page.text
    assert "You act for" not in owner.get(f"/firms/{key}/edit").text

    moderator = sign_in(make.moderator())
    moderator.get("/moderation/queue?kind=change")
    case = next(href for href, _ in moderator.page.links if "/moderation/changes/" in href)
    page = moderator.get(case)
    assert page.text.count("Declared on behalf of the firm: Associação do Sal, Olga") == 2, "name and description"
    assert "4321" not in page.text
    assert "Declared on behalf of the firm" in moderator.get(f"/moderation/firms/{key}").text

    db.rollback()
    done = db.query(AuditEntry).filter(AuditEntry.what == Deed.DONE_ON_BEHALF).all()
    assert [(one.on_behalf, one.facts["section"]) for one in done] == [(True, "identity"), (True, "markets")]
    administrator = sign_in(make.person(role="administrator"))
    page = administrator.get("/audit/?what=done_on_behalf")
    assert "on behalf of the firm" in page.text and "Profile changed" in page.text
    assert firm.key


def test_nothing_of_the_firm_opens_but_its_page_and_its_profile(app, acting, world):
    """Binding and private acts stay with the firm's own people, whatever is sent."""
    places = {"key": world["firm"].key, "section": "products", "association_key": world["association"].key}
    given, met = token(acting), {}
    for rule in app.url_map.iter_rules():
        if rule.rule.startswith("/firms/<key>"):
            address = re.sub(r"<(\w+)>", lambda found: places.get(found[1], "nonsense"), rule.rule)
            for method in rule.methods & {"GET", "POST"}:
                data = given if method == "POST" else None
                answer = acting.client.open(address, method=method, data=data, headers=acting.headers)
                met[method, rule.rule] = answer.status_code

    assert {place for place, status in met.items() if status != 404} == {
        ("GET", "/firms/<key>"),
        ("GET", "/firms/<key>/edit"),
        ("GET", "/firms/<key>/edit/<section>"),
        ("POST", "/firms/<key>/edit/<section>"),
    }


def test_the_owner_gets_one_mail_of_several_changes(world, acting, app):
    key = world["firm"].key
    for city in ("Faro", "Olhão", "Lagos"):
        acting.get(f"/firms/{key}/edit/identity")
        acting.fill("/edit/identity", city=city)
    runner = app.test_cli_runner()
    runner.invoke(args=["associations", "tend"])
    acting.get(f"/firms/{key}/edit/identity")
    acting.fill("/edit/identity", city="Tavira")

    result = runner.invoke(args=["associations", "tend"])

    assert "0 firms told" in result.output
    [mail] = [one for one in acting.mails() if "done on behalf" in one["subject"]]
    assert mail["to"] == world["owner"].email and mail["text"].count("Associação do Sal: Profile changed") == 3
    assert f"/firms/{key}/on-behalf" in mail["links"][0]


def test_it_ends_with_the_button_and_with_the_permission(db, world, acting):
    address = f"/firms/{world['firm'].key}/edit"
    assert "You no longer act on behalf of Sal de Tavira" in acting.fill("/end").text
    acting.get(address, status=404)
    acting.get(world["member"])
    acting.fill("/act")

    mandates.withdraw(db, world["owner"], world["association"], world["firm"])
    db.commit()

    acting.get(address, status=404)


def test_the_association_gives_the_permission_up(world, acting):
    acting.get(world["member"])

    page = acting.fill("/give-up")

    assert "Given up by the association" in page.text
    acting.get(f"/firms/{world['firm'].key}/edit", status=404)


@pytest.mark.parametrize("gone", ["left", "suspended", "reader"])
def test_it_ends_with_its_grounds(db, make, world, acting, gone):
    if gone == "left":
        belongings.answer(db, world["owner"], world["association"], world["firm"], "leave")
    elif gone == "suspended":
        cases.suspend(db, make.moderator(), world["firm"], reason="Why.")
    else:
        post = staff.get_post(db, world["association"], world["organiser"].key)
        staff.change_role(db, world["association"], post, "reader", make.moderator())
    db.commit()

    acting.get(f"/firms/{world['firm'].key}/edit/identity", status=404)


def test_a_draft_is_filled_in_and_its_case_says_who_declared_it(db, make, sign_in):
    association, firm = make.association("Sal"), make.firm("Novo Sal", state="draft")
    belongings.confirm_at_once(db, association, firm)
    owner, organiser = make.owner_of(firm), make.staff(association, "organiser", name="Olga")
    mandates.give(db, owner, association, firm, ["profile"])
    db.commit()
    browser = sign_in(organiser)
    browser.get(f"/associations/{association.key}/members/{firm.key}")
    browser.fill("/act")
    browser.get(f"/firms/{firm.key}/edit/capabilities")
    browser.fill("/edit/capabilities", offers_text="Clean salt.")
    browser.get(f"/firms/{firm.key}", status=404)
    browser.post(f"/firms/{firm.key}/submit", token(browser), status=404)
    cases.submit(db, firm)
    db.commit()

    page = sign_in(make.moderator()).get(f"/moderation/firms/{firm.key}")

    assert "Declared on behalf of the firm" in page.text and "Olga" in page.text


def test_contact_data_seen_on_behalf_are_in_the_firms_list(world, acting, sign_in):
    key = world["firm"].key
    acting.get(f"/firms/{key}/edit/products")
    owner = sign_in(world["owner"])
    assert "Nobody but your own people" in owner.get(f"/firms/{key}/seen").text
    for _ in range(2):
        acting.get(f"/firms/{key}/edit/identity")

    page = owner.get(f"/firms/{key}/seen")

    assert page.text.count("Associação do Sal") == 1 and "on your behalf" in page.text


def test_an_application_on_behalf_says_so_to_all_sides(world, acting, sign_in):
    firm, call = world["firm"], world["call"]
    acting.get(world["member"])
    href = next(href for href, words in acting.page.links if words == "Salt for Angola")
    assert "You act for Sal de Tavira" in acting.get(href).text

    page = acting.fill("/on-behalf/", words="They make salt.")

    mark = "On behalf of the firm, by Associação do Sal"
    assert "has applied" in page.text and mark in page.text
    assert mark in acting.get(f"/associations/{world['association'].key}/calls/{call.key}/firms").text
    assert mark in acting.get(f"/associations/{world['association'].key}/calls/{call.key}/firms/{firm.key}").text
    owner = sign_in(world["owner"])
    assert mark in owner.get(f"/calls/{call.key}").text
    assert "applied to a call for you" in owner.get("/overview").text
    data = owner.client.get("/account/constela.json", headers=owner.headers).get_json()
    [place] = data["posts"][0]["firm"]["calls"]
    assert place["applied_on_behalf_by"] == "Associação do Sal"
    acting.get(href)
    assert "Taken back" in acting.fill("/withdraw").text
    assert "withdrew an application for you" in owner.get("/overview").text


def test_who_acts_for_the_firm_anyway_does_so_as_its_own(db, make, world, sign_in):
    permit(db, world)
    make.post(world["organiser"], world["firm"])
    browser = sign_in(world["organiser"])
    assert "You act for this firm yourself" in browser.get(world["member"]).text

    browser.get(f"/firms/{world['firm'].key}/edit/identity")
    browser.fill("/edit/identity", city="Faro")

    assert "You act for Sal de Tavira on behalf" not in browser.page.text
    assert "Nothing yet" in browser.get(f"/firms/{world['firm'].key}/on-behalf").text


def test_two_firms_in_two_windows_do_not_get_mixed_up(db, make, world, acting):
    other = make.firm("Mel da Lousã")
    belongings.confirm_at_once(db, world["association"], other)
    mandates.give(db, make.owner_of(other), world["association"], other, ["profile"])
    db.commit()
    acting.get(f"/associations/{world['association'].key}/members/{other.key}")
    acting.fill("/act")

    assert "You act for Mel da Lousã" in acting.page.text
    assert "You act for Sal de Tavira" in acting.get(f"/firms/{world['firm'].key}/edit").text
    acting.fill("/end")
    assert "You act for Mel da Lousã" in acting.get(f"/firms/{other.key}/edit").text


def test_the_history_is_paged_and_the_firms_own(db, make, world, acting, sign_in):
    firm = world["firm"]
    for number in range(on_behalf.PER_PAGE + 1):
        with on_behalf.changing(db, world["organiser"], world["association"], firm, "identity"):
            firms.set_identity(
                db, firm, name=firm.name, country="PRT", tax_number=firm.tax_number, city=f"City {number:02d}."
            )
    db.commit()
    owner = sign_in(world["owner"])

    assert "Porto" not in owner.get(f"/firms/{firm.key}/on-behalf").text, "where the first change began"
    assert "Porto" in owner.get(f"/firms/{firm.key}/on-behalf?page=2").text
    acting.get(f"/firms/{firm.key}/on-behalf", status=404)
    sign_in(make.owner_of(make.firm())).get(f"/firms/{firm.key}/on-behalf", status=404)


def test_what_the_firm_has_withdrawn_offers_no_form_to_the_association(db, world, sign_in):
    permit(db, world)
    applications.apply(db, world["owner"], world["call"], world["firm"], "")
    applications.withdraw(db, world["owner"], world["call"], world["firm"])
    db.commit()
    there = f"/associations/{world['association'].key}/calls/{world['call'].key}/on-behalf/{world['firm'].key}"

    page = sign_in(world["organiser"]).get(there)

    assert "The firm has withdrawn from this call itself" in page.text
    assert not [form for form in page.forms if form["action"] == there]
