"""What keeps strangers out: headers, cookies, settings, tokens, limits, and links that lead to us only."""

from __future__ import annotations

from dataclasses import replace
from urllib.parse import urlsplit

import pytest
from flask import request

from app import create_app
from config import Settings, SettingsError, settings_from_environment
from tests.factories import PASSWORD
from tests.pages import Browser
from web.access import is_own_address

SECRET = "x" * 32
BASE = "https://constela.example"


def token_on(page) -> str:
    return dict(page.form_to("/sign-in")["fields"])["csrf_token"]


def cookies(answer) -> str:
    return next(c for c in answer.headers.getlist("Set-Cookie") if c.startswith("constela="))


@pytest.fixture
def production(settings):
    """The site as it stands in the open: HTTPS, no mails to look at."""
    app = create_app(replace(settings, production=True, base_url=BASE))
    yield app
    app.extensions["engine"].dispose()


@pytest.fixture
def limited(settings):
    """A site that counts tries."""
    app = create_app(replace(settings, limits=True))
    yield app
    app.config["RATELIMIT_ENABLED"] = False
    app.extensions["engine"].dispose()
    create_app(settings).extensions["engine"].dispose()  # the counter is one for the process: back to not counting


# Headers


@pytest.mark.parametrize("address", ["/", "/sign-in", "/nowhere", "/healthz", "/static/ui.js"])
def test_every_answer_carries_the_headers(visitor, address):
    headers = visitor.client.get(address, buffered=True).headers

    policy = dict(part.strip().split(" ", 1) for part in headers["Content-Security-Policy"].split(";"))
    assert policy["default-src"] == "'none'"
    assert policy["script-src"] == policy["style-src"] == policy["form-action"] == "'self'"
    assert policy["frame-ancestors"] == policy["base-uri"] == policy["object-src"] == "'none'"
    assert "unsafe" not in headers["Content-Security-Policy"]
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["Referrer-Policy"] == "same-origin"
    assert headers["Cross-Origin-Opener-Policy"] == "same-origin"


def test_a_page_of_somebody_signed_in_is_not_kept_by_the_browser(sign_in, make):
    assert sign_in(make.person()).get("/account").answer.headers["Cache-Control"] == "no-store"


def test_files_whose_address_names_their_content_are_kept_for_a_year(visitor):
    page = visitor.get("/sign-in")
    [address] = {part.split('"')[0] for part in page.html.split('href="') if part.startswith("/static/style.css")}

    assert "?v=" in address
    assert "max-age=31536000" in visitor.client.get(address, buffered=True).headers["Cache-Control"]


def test_browsers_are_told_to_stay_with_https_in_production_only(production, visitor):
    open_site = production.test_client().get("/sign-in", base_url=BASE)

    assert open_site.headers["Strict-Transport-Security"].startswith("max-age=31536000")
    assert "Strict-Transport-Security" not in visitor.get("/sign-in").answer.headers


# Cookies and sessions


def test_the_cookie_in_production_is_for_https_and_no_script_or_other_site_sees_it(production):
    answer = production.test_client().get("/sign-in", base_url=BASE)

    parts = {part.strip() for part in cookies(answer).split(";")}
    assert {"Secure", "HttpOnly", "SameSite=Lax"} <= parts
    assert not any(part.startswith("Domain=") for part in parts)


def test_a_session_is_a_new_one_after_signing_in(app, make):
    """Nothing that somebody planted before counts afterwards: neither what it held nor its form tokens."""
    browser = Browser(app)
    planted = token_on(browser.get("/sign-in"))
    with browser.client.session_transaction() as session:
        session["planted"] = "by a thief"

    browser.sign_in(make.person())

    with browser.client.session_transaction() as session:
        assert "planted" not in session
    browser.post("/sign-out", {"csrf_token": planted}, status=400)


def test_a_cookie_that_was_made_by_hand_is_worth_nothing(app, make):
    person = make.person()
    browser = Browser(app)
    forged = create_app(replace(app.config["SETTINGS"], secret_key="another secret key for a forger of cookies"))
    with forged.test_client() as client, client.session_transaction() as session:
        session["_user_id"] = person.get_id()
    browser.client.set_cookie("constela", client.get_cookie("constela").value)

    assert browser.get("/account").address.startswith("/sign-in")
    forged.extensions["engine"].dispose()


def test_a_cookie_of_somebody_deleted_or_signed_out_everywhere_is_worth_nothing(sign_in, make, db):
    gone, out = make.person(), make.person()
    browsers = sign_in(gone), sign_in(out)
    db.delete(gone)
    out.session_stamp = "another"
    db.commit()

    for browser in browsers:
        assert browser.get("/account").address.startswith("/sign-in")


@pytest.mark.parametrize("identity", ["", ":", "1", "nobody:stamp", "%s:", "%s:wrong", "%s"])
def test_a_session_without_the_right_stamp_is_nobody(app, make, identity):
    person = make.person()
    browser = Browser(app)
    with browser.client.session_transaction() as session:
        session["_user_id"] = identity.replace("%s", person.key)

    assert browser.get("/account").address.startswith("/sign-in")


# Forms


def test_a_form_of_another_session_is_refused(app, visitor, make):
    other = Browser(app)
    token = token_on(other.get("/sign-in"))
    visitor.get("/sign-in")

    page = visitor.post("/sign-in", {"csrf_token": token, "email": "a@example.org", "password": "x"}, status=400)

    assert "open for too long" in page.text


def test_a_form_from_another_site_is_refused_over_https(production):
    client = production.test_client()
    page = client.get("/sign-in", base_url=BASE).get_data(as_text=True)
    token = page.partition('name="csrf_token" type="hidden" value="')[2].partition('"')[0]
    given = {"csrf_token": token, "email": "a@example.org", "password": "wrong"}

    own = client.post("/sign-in", base_url=BASE, data=given, headers={"Referer": f"{BASE}/sign-in"})
    foreign = client.post("/sign-in", base_url=BASE, data=given, headers={"Referer": "https://evil.example/"})

    assert token
    assert (own.status_code, foreign.status_code) == (422, 400)


FORM = "application/x-www-form-urlencoded"
PARTS = "multipart/form-data; boundary=cut"


@pytest.mark.parametrize(("megabytes", "kind"), [(9, FORM), (9, PARTS), (3, PARTS)])
def test_more_than_the_site_takes_is_refused_in_words(visitor, megabytes, kind):
    text = "x" * megabytes * 1024 * 1024
    body = f"email={text}"
    if kind == PARTS:
        body = f'--cut\r\nContent-Disposition: form-data; name="email"\r\n\r\n{text}\r\n--cut--\r\n'

    answer = visitor.client.post("/sign-in", data=body, content_type=kind, headers={"Accept-Language": "en"})

    assert answer.status_code == 413
    assert "too large" in answer.get_data(as_text=True)


# Where one is sent


@pytest.mark.parametrize(
    "target",
    [
        "https://evil.example/", "//evil.example/", "/\\evil.example", "\\\\evil.example", "/\t/evil.example",
        "javascript:alert(1)", "evil.example", "http:evil.example", " //evil.example", "/\n/evil.example", "",
    ],
)  # fmt: skip
def test_signing_in_leads_to_no_other_site(app, make, target):
    assert not is_own_address(target)
    person, browser = make.person(), Browser(app)
    browser.client.get("/sign-in")
    page = browser.get("/sign-in")
    answer = browser.client.post(
        "/sign-in",
        query_string={"next": target},
        data={"csrf_token": token_on(page), "email": person.email, "password": PASSWORD},
    )

    assert answer.headers["Location"] == "/overview"


def test_an_own_address_is_kept_with_its_question(app, make):
    person, browser = make.person(), Browser(app)
    page = browser.get("/sign-in?next=/firms%3Fq%3Dmel%26page%3D2")
    answer = browser.client.post(
        page.address, data={"csrf_token": token_on(page), "email": person.email, "password": PASSWORD}
    )

    assert answer.headers["Location"] == "/firms?q=mel&page=2"


def ask_for_reset(client, email, **more):
    page = client.get("/forgotten-password", **more).get_data(as_text=True)
    token = page.partition('name="csrf_token" type="hidden" value="')[2].partition('"')[0]
    referer = {"Referer": f"{more.get('base_url', 'http://localhost')}/forgotten-password"}
    return client.post("/forgotten-password", data={"csrf_token": token, "email": email}, headers=referer, **more)


def test_the_links_in_mails_lead_to_us_whatever_host_a_request_names(production, make):
    person = make.person()
    client = production.test_client()

    answer = ask_for_reset(client, person.email, base_url="https://evil.example")

    assert answer.status_code == 303
    [mail] = Browser(production).mails()
    assert {urlsplit(link).netloc for link in mail["links"]} == {"constela.example"}


def test_forwarded_addresses_are_believed_of_our_own_proxy_only(settings):
    alone, behind = create_app(settings), create_app(replace(settings, proxies=1))
    seen = {}
    for name, app in {"alone": alone, "behind": behind}.items():
        app.before_request(lambda name=name: seen.__setitem__(name, request.remote_addr))
        app.test_client().get("/healthz", headers={"X-Forwarded-For": "203.0.113.7"})
        app.extensions["engine"].dispose()

    assert seen == {"alone": "127.0.0.1", "behind": "203.0.113.7"}


# Settings


@pytest.mark.parametrize("secret", ["", "short", "x" * 31])
def test_production_does_not_start_without_a_secret_key(secret):
    with pytest.raises(SettingsError, match="SECRET_KEY"):
        create_app(Settings(secret_key=secret, base_url=BASE))
    with pytest.raises(SettingsError, match="SECRET_KEY"):
        settings_from_environment({"SECRET_KEY": secret, "BASE_URL": BASE})


@pytest.mark.parametrize("base", ["", "constela.example", "javascript:alert(1)"])
def test_production_does_not_start_without_its_public_address(base):
    with pytest.raises(SettingsError, match="BASE_URL"):
        settings_from_environment({"SECRET_KEY": SECRET, "BASE_URL": base})


def test_whoever_sets_nothing_gets_production():
    assert Settings().production
    with pytest.raises(SettingsError):
        settings_from_environment({})


@pytest.mark.parametrize(
    ("environment", "words"),
    [
        ({"CONSTELA_ENV": "prod"}, "CONSTELA_ENV"),
        ({"CONSTELA_ENV": "development", "SECRET_KEY": SECRET, "PROXIES": "one"}, "PROXIES"),
        ({"CONSTELA_ENV": "development", "SECRET_KEY": SECRET, "LEARNED_RANKING": "yes"}, "LEARNED_RANKING"),
        *(
            ({"CONSTELA_ENV": "development", "SECRET_KEY": SECRET, "CLUSTER": value}, "CLUSTER")
            for value in ("0", "-1", "two", "scheduler:8786", "²")
        ),
    ],
)
def test_a_wrong_setting_is_named(environment, words):
    with pytest.raises(SettingsError, match=words):
        settings_from_environment(environment)


@pytest.mark.parametrize(("value", "is_on"), [(None, True), ("", True), ("on", True), ("off", False)])
def test_the_learned_ranking_is_on_unless_it_is_set_off(value, is_on):
    environment = {"CONSTELA_ENV": "development", "SECRET_KEY": SECRET}
    environment |= {} if value is None else {"LEARNED_RANKING": value}

    assert settings_from_environment(environment).learned_ranking is is_on


@pytest.mark.parametrize(
    ("value", "workers"), [("", None), ("2", 2), ("tcp://scheduler.example:8786", "tcp://scheduler.example:8786")]
)
def test_workers_are_a_number_or_the_address_of_a_scheduler(value, workers):
    environment = {"CONSTELA_ENV": "development", "SECRET_KEY": SECRET, "CLUSTER": value}

    assert settings_from_environment(environment).cluster == workers


def test_cheap_passwords_are_for_tests_only():
    with pytest.raises(SettingsError):
        Settings(secret_key=SECRET, base_url=BASE, fast_passwords=True).checked()


def test_the_secret_key_of_a_development_machine_is_readable_by_its_owner_only(tmp_path, monkeypatch):
    monkeypatch.setattr("config.ROOT", tmp_path)

    first = settings_from_environment({"CONSTELA_ENV": "development"})
    second = settings_from_environment({"CONSTELA_ENV": "development"})

    assert first.secret_key == second.secret_key
    assert (tmp_path / "var" / "secret.key").stat().st_mode & 0o077 == 0


# Limits


def try_often(app, address, times, **fields) -> list[int]:
    client = app.test_client()
    page = client.get(address).get_data(as_text=True)
    token = page.partition('name="csrf_token" type="hidden" value="')[2].partition('"')[0]
    codes = []
    for number in range(times):
        given = {name: value.replace("#", str(number)) for name, value in fields.items()}
        codes.append(client.post(address, data={"csrf_token": token, **given}).status_code)
    return codes


def test_passwords_are_tried_ten_times_a_minute(limited):
    codes = try_often(limited, "/sign-in", 11, email="a#@example.org", password="wrong")

    assert codes == [422] * 10 + [429]


@pytest.mark.parametrize(
    ("address", "fields"),
    [
        ("/sign-up", {"name": "Ana", "email": "a#@example.org", "password": "zebra canta devagar"}),
        ("/forgotten-password", {"email": "a#@example.org"}),
    ],
)
def test_mails_are_asked_for_five_times_a_minute(limited, address, fields):
    assert try_often(limited, address, 6, **fields) == [303] * 5 + [429]


def test_looking_at_a_page_is_not_counted(limited):
    client = limited.test_client()

    assert {client.get("/sign-in").status_code for _ in range(30)} == {200}


def test_one_mailbox_is_not_filled_whoever_asks(limited):
    codes = []
    for number in range(10):
        client = limited.test_client()
        page = client.get("/forgotten-password").get_data(as_text=True)
        token = page.partition('name="csrf_token" type="hidden" value="')[2].partition('"')[0]
        given = {"csrf_token": token, "email": "Victim@example.org"}
        where = {"REMOTE_ADDR": f"203.0.113.{number}"}
        codes.append(client.post("/forgotten-password", data=given, environ_overrides=where).status_code)

    assert codes == [303] * 8 + [429] * 2


@pytest.mark.parametrize("written", ["VICTIM@example.org", " victim@example.org ", "vic\x01tim@example.org"])
def test_one_mailbox_is_one_however_the_address_is_written(limited, written):
    codes = []
    for number in range(9):
        where = {"REMOTE_ADDR": f"203.0.113.{number}"}
        client = limited.test_client()
        page = client.get("/forgotten-password").get_data(as_text=True)
        token = page.partition('name="csrf_token" type="hidden" value="')[2].partition('"')[0]
        given = {"csrf_token": token, "email": "victim@example.org" if number < 8 else written}
        codes.append(client.post("/forgotten-password", data=given, environ_overrides=where).status_code)

    assert codes == [303] * 8 + [429]


def test_who_uses_up_other_mails_keeps_nobody_from_a_new_password(limited, make):
    person = make.person()
    for number in range(9):
        where = {"REMOTE_ADDR": f"203.0.113.{number}"}
        given = {"name": "Ana", "email": person.email, "password": "zebra canta devagar"}
        client = limited.test_client()
        page = client.get("/sign-up").get_data(as_text=True)
        token = page.partition('name="csrf_token" type="hidden" value="')[2].partition('"')[0]
        last = client.post("/sign-up", data={"csrf_token": token, **given}, environ_overrides=where).status_code

    assert last == 429
    assert ask_for_reset(limited.test_client(), person.email).status_code == 303


def test_a_whole_network_of_ipv6_is_one_visitor(limited):
    client = limited.test_client()
    page = client.get("/sign-in").get_data(as_text=True)
    token = page.partition('name="csrf_token" type="hidden" value="')[2].partition('"')[0]
    given = {"csrf_token": token, "email": "a@example.org", "password": "wrong"}

    def tries(address):
        return client.post("/sign-in", data=given, environ_overrides={"REMOTE_ADDR": address}).status_code

    assert [tries(f"2001:db8:1:2::{number:x}") for number in range(11)] == [422] * 10 + [429]
    assert tries("2001:db8:1:3::1") == 422


def test_invitations_fill_nobodys_mailbox(limited, make):
    firms = [make.firm() for _ in range(9)]
    owner = make.person()
    for firm in firms:
        make.post(owner, firm, "owner")
    browser = Browser(limited)
    browser.sign_in(owner)
    token = dict(browser.get("/account/details").form_to("/account/details")["fields"])["csrf_token"]
    given = {"csrf_token": token, "email": "victim@example.org", "role": "editor"}

    codes = [browser.client.post(f"/firms/{firm.key}/people/invite", data=given).status_code for firm in firms]

    assert codes == [303] * 8 + [429]


def test_a_site_that_sends_mail_needs_its_public_address():
    with pytest.raises(SettingsError, match="BASE_URL"):
        Settings(production=False, secret_key=SECRET, mail_url="smtp://localhost").checked()


def test_a_page_behind_a_mailed_link_is_not_kept_by_the_browser(visitor):
    assert visitor.get("/reset-password/x", status=410).answer.headers["Cache-Control"] == "no-store"


def test_whoever_tries_too_often_is_told_in_words(limited):
    browser = Browser(limited)
    browser.get("/sign-in")
    for _ in range(10):
        browser.fill("/sign-in", email="a@example.org", password="wrong", status=422)

    page = browser.fill("/sign-in", email="a@example.org", password="wrong", status=429)

    assert "Too many tries" in page.text


def test_passwords_are_hashed_as_owasp_recommends(production):
    hashed = type(production.extensions["passwords"])().hash("zebra canta devagar")

    assert hashed.startswith("$argon2id$v=19$m=19456,t=2,p=1$")
