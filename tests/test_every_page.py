"""Every address of the site: shut unless it is on the list, and nothing is sent to it without a token."""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import replace

import pytest
from flask import render_template_string
from werkzeug.routing import Rule

from app import create_app
from tests.pages import Browser
from web.access import public

PUBLIC = {
    "static",
    "accounts.check_your_mail",
    "accounts.confirm",
    "accounts.forgotten_password",
    "accounts.reset_password",
    "accounts.send_again",
    "accounts.sign_in",
    "accounts.sign_in_code",
    "accounts.sign_up",
    "associations.accept_post",
    "associations.call_list",
    "associations.call_page",
    "associations.claim",
    "associations.unsubscribe",
    "associations.unsubscribe_at_once",
    "health.healthz",
    "health.readyz",
    "home.about_data",
    "home.accessibility",
    "home.criteria",
    "home.how_it_works",
    "home.index",
    "home.privacy",
    "home.set_language",
    "meetings.feed",
    "people.accept",
}
"""The endpoints that somebody who has not signed in may open."""
ONE_CLICK = {"associations.unsubscribe_at_once"}
"""Sent by mail programs (RFC 8058), which have no token of ours: the secret in the address stands for it."""
DEVELOPMENT_ONLY = {"development.mail", "development.show_mail"}
"""Open, too, but only where the site keeps its mails instead of sending them."""
READS = {"GET", "HEAD", "OPTIONS"}
NONSENSE = "nonsense"


def rules(app) -> list[Rule]:
    return sorted(app.url_map.iter_rules(), key=lambda rule: (rule.endpoint, rule.rule))


def address_of(rule: Rule, value: str = NONSENSE) -> str:
    return re.sub(r"<[^>]+>", value, rule.rule)


def closed(app) -> list[Rule]:
    return [rule for rule in rules(app) if rule.endpoint not in PUBLIC | DEVELOPMENT_ONLY]


def test_the_open_pages_are_those_on_the_list(app):
    opened = {
        rule.endpoint
        for rule in rules(app)
        if rule.endpoint == "static" or getattr(app.view_functions[rule.endpoint], "is_public", False)
    }

    assert opened == PUBLIC | DEVELOPMENT_ONLY


def test_the_mails_of_a_development_site_are_not_in_production(settings):
    app = create_app(replace(settings, production=True, base_url="https://constela.example"))

    assert DEVELOPMENT_ONLY & {rule.endpoint for rule in rules(app)} == set()
    app.extensions["engine"].dispose()


def test_every_other_page_sends_a_visitor_to_sign_in(app, visitor):
    for rule in closed(app):
        if "GET" not in rule.methods:
            continue
        answer = visitor.get(address_of(rule), status=303, follow=False).answer
        assert answer.headers["Location"].startswith("/sign-in?next="), rule


def test_every_other_address_refuses_what_a_visitor_sends(app, visitor):
    visitor.get("/sign-in")
    token = dict(visitor.page.form_to("/sign-in")["fields"])["csrf_token"]

    for rule in closed(app):
        for method in rule.methods - READS:
            address = address_of(rule)
            bare = visitor.client.open(address, method=method)
            assert bare.status_code == 400, f"{method} {rule} without a token"
            answer = visitor.client.open(address, method=method, data={"csrf_token": token})
            assert answer.status_code == 303, f"{method} {rule}"
            assert answer.headers["Location"] == "/sign-in", f"{method} {rule}"


def test_programs_that_ask_for_data_are_told_to_sign_in(app, visitor):
    for rule in closed(app):
        if "GET" in rule.methods:
            answer = visitor.client.get(address_of(rule), headers={"Accept": "application/json"}, buffered=True)
            assert answer.status_code == 401, rule


def test_nothing_is_sent_to_any_address_without_a_token(app, sign_in, make):
    """Also where the sender is signed in, and for the open pages."""
    browser = sign_in(make.person(role="administrator"))

    for rule in rules(app):
        for method in rule.methods - READS if rule.endpoint not in ONE_CLICK else ():
            answer = browser.client.open(address_of(rule), method=method, data={"email": "a@example.org"})
            assert answer.status_code == 400, f"{method} {rule}"


@pytest.mark.parametrize("role", ["member", "staff"])
def test_moderators_pages_are_not_there_for_others(app, sign_in, make, role):
    firm = make.firm(state="submitted")
    browser = sign_in(make.person(role=role))
    token = dict(browser.page.form_to("/sign-out")["fields"])["csrf_token"]
    found = 0

    for rule in rules(app):
        if rule.rule.startswith("/moderation"):
            found += 1
            assert app.view_functions[rule.endpoint].needs_moderator, rule
            address = address_of(rule, firm.key)
            if "GET" in rule.methods:
                browser.get(address, status=404)
            if "POST" in rule.methods:
                browser.post(address, {"csrf_token": token}, status=404)

    assert found


@pytest.mark.parametrize("role", ["member", "staff", "moderator"])
def test_administrators_pages_are_not_there_for_others(app, sign_in, make, role):
    browser = sign_in(make.person(role=role))
    token = dict(browser.page.form_to("/sign-out")["fields"])["csrf_token"]
    found = 0

    for rule in rules(app):
        if rule.rule.startswith(("/ranking", "/audit", "/administration")):
            found += 1
            assert app.view_functions[rule.endpoint].needs_administrator, rule
            address = address_of(rule)
            if "GET" in rule.methods:
                browser.get(address, status=404)
            if "POST" in rule.methods:
                browser.post(address, {"csrf_token": token}, status=404)

    assert found


def test_no_address_bears_a_number_of_the_database(app):
    for rule in rules(app):
        assert "<int:" not in rule.rule, rule
        assert not re.search(r"<[^>]*\bid>|_id>", rule.rule), rule


def test_the_number_of_a_row_is_no_key(sign_in, make):
    firm = make.firm()
    browser = sign_in(make.owner_of(firm))

    browser.get(f"/firms/{firm.id}", status=404)
    browser.get(f"/firms/{firm.id}/edit", status=404)
    browser.get(f"/firms/{firm.id}/people", status=404)


@pytest.mark.both_databases
@pytest.mark.parametrize("value", ["nonsense", "%00", "0", "-1", "'", "%F0%9F%98%80", "a" * 3000, "%2e%2e%2f", "%ff"])
def test_no_address_breaks_whatever_stands_in_it(app, sign_in, make, value):
    firm = make.firm()
    person = make.person(role="administrator")
    make.post(person, firm, "owner")
    browser = sign_in(person)

    for rule in rules(app):
        if "GET" in rule.methods and "<" in rule.rule and rule.endpoint != "static":
            answer = browser.client.get(address_of(rule, value), buffered=True)
            assert answer.status_code in (200, 303, 308, 400, 404, 410), (
                f"{rule} with {value[:20]}: {answer.status_code}"
            )


@pytest.mark.both_databases
@pytest.mark.parametrize("value", ["%00", "'", "-1", "9" * 30, "%F0%9F%98%80", "a" * 3000, "%ff"])
def test_no_question_breaks_a_page(app, sign_in, make, value):
    firm = make.firm()
    person = make.person(role="administrator")
    make.post(person, firm, "owner")
    browser = sign_in(person)
    names = ["q", "page", "state", "country", "sector", "chapter", "market", "capability", "sort", "next", "firm"]
    question = "&".join(f"{name}={value}" for name in names)

    for rule in rules(app):
        if "GET" in rule.methods and "<" not in rule.rule and not rule.rule.startswith("/healthz"):
            code = browser.client.get(f"{rule.rule}?{question}", buffered=True).status_code
            assert code in (200, 302, 303, 400, 404), f"{rule} with {value[:20]}: {code}"


def test_a_method_that_an_address_does_not_take_is_said_so(app, sign_in, make):
    browser = sign_in(make.person())

    page = browser.get("/sign-out", status=405)

    assert "works another way" in page.text


def test_every_page_that_a_member_can_reach_is_right(app, sign_in, make):
    """Follows all links from the overview, three of a kind: no dead end, one heading each, nothing inline."""
    firm = make.firm("Mel da Lousã")
    make.firm("Vinhos do Dão", country="AGO", targets=[("PRT", 3)])
    browser = sign_in(make.owner_of(firm))
    routes = app.url_map.bind("localhost")
    seen, waiting, kinds = set(), ["/overview"], Counter()

    while waiting:
        address = waiting.pop()
        page = browser.get(address)
        seen.add(address)
        for href, _words in page.links:
            plain = href.partition("#")[0].partition("?")[0]
            if not plain.startswith("/") or plain in seen or plain in waiting:
                continue
            endpoint, _values = routes.match(plain)
            kinds[endpoint] += 1
            if kinds[endpoint] <= 3:
                waiting.append(plain)

    assert len(kinds) > 25, sorted(kinds)


def test_the_client_notices_a_page_that_is_not_right(app):
    """The checks of every visited page are not blind."""
    page = "{%% extends 'base.html' %%}{%% block title %%}A{%% endblock %%}{%% block content %%}%s{%% endblock %%}"
    bodies = {"two": "<h1>B</h1>", "style": "<p style='color: red'>", "ids": "<i id='main'></i>"}
    for name, body in bodies.items():
        view = public(lambda source=page % body: render_template_string(source))
        app.add_url_rule(f"/wrong/{name}", name, view)

    for name in bodies:
        with pytest.raises(AssertionError, match="wrong"):
            Browser(app).get(f"/wrong/{name}")
