"""Input that no form of ours would send: fields left out, odd characters, very much of it. Never an error page."""

from __future__ import annotations

import pytest

from models import Firm
from web.firms.sections import PAGES

pytestmark = pytest.mark.both_databases

ODD = ["a\0b", "²", b"\xff\xfe", b"\xed\xa0\x80", "9" * 5000, "-1", "x" * 100_000, "\n\n", "\u202e", "'\"<>"]


@pytest.fixture
def firm(make):
    return make.firm("Sal de Tavira")


@pytest.fixture
def send(sign_in, make, firm):
    """Posts bare fields as the owner of the firm; gives the status."""
    browser = sign_in(make.owner_of(firm))
    token = dict(browser.get("/account/details").form_to("/account/details")["fields"])["csrf_token"]

    def send(address, **fields) -> int:
        fields = {name.replace("__", "-"): value for name, value in fields.items()}
        data = {"csrf_token": token, **fields}
        return browser.client.post(address, data=data, headers=browser.headers).status_code

    return send


@pytest.mark.parametrize("section", sorted(PAGES))
def test_a_section_takes_a_form_with_nothing_in_it(send, firm, section):
    assert send(f"/firms/{firm.key}/edit/{section}") in (303, 422)


@pytest.mark.parametrize("number", ["²", "9" * 4999, "9" * 20, "-1", "٣", ""])
def test_a_row_with_an_odd_number_is_no_row(send, firm, db, number):
    names = {"words": "cork", "country": "ESP", "language": "pt", "name": "ISO"}
    for section in ("products", "markets", "experience", "languages", "certificates", "ways"):
        fields = {f"rows-{number}-{name}": value for name, value in names.items()}
        assert send(f"/firms/{firm.key}/edit/{section}", **fields) in (303, 422), section


def test_a_row_may_lack_fields(send, firm, db):
    for names in (["words"], ["words", "hs"], ["words", "segment"], ["words", "segment", "tier"], ["hs"], ["tier"]):
        fields = {f"rows-0-{name}": "" if name in ("segment", "tier") else "09" for name in names}
        assert send(f"/firms/{firm.key}/edit/products", **fields) in (303, 422), names


def test_a_firm_may_fill_every_row_and_still_open_the_page(send, firm, db, make, sign_in):
    empty = {"hs": "", "tier": "", "segment": "", "monthly_capacity": ""}
    rows = {
        f"rows-{number}-{name}": value
        for number in range(100)
        for name, value in {"words": f"cork {number}", **empty}.items()
    }

    assert send(f"/firms/{firm.key}/edit/products", **rows) == 303

    db.refresh(firm)
    assert len(firm.products) == 60
    sign_in(make.owner_of(firm)).get(f"/firms/{firm.key}/edit/products")


@pytest.mark.parametrize("value", ODD, ids=lambda value: repr(value[:8]))
def test_odd_text_in_any_field_of_a_profile_breaks_nothing(send, firm, value):
    for field in (
        "name",
        "country",
        "city",
        "tax_number",
        "founded_year",
        "turnover_band",
        "website",
        "contact_email",
    ):
        assert send(f"/firms/{firm.key}/edit/identity", **{"name": "Sal", "country": "PRT", field: value}) in (
            303,
            422,
        )
    for field in ("words", "hs", "tier", "segment", "monthly_capacity"):
        sent = send(f"/firms/{firm.key}/edit/products", **{"rows-0-words": "cork", f"rows-0-{field}": value})
        assert sent in (303, 422), field
    for field in ("country", "priority", "horizon", "budget_eur"):
        sent = send(f"/firms/{firm.key}/edit/markets", **{"rows-0-country": "ESP", f"rows-0-{field}": value})
        assert sent in (303, 422), field
    for section, field in (("certificates", "rows-0-name"), ("certificates", "rows-0-valid_until"),
                           ("ways", "rows-0-name"), ("ways", "rows-0-kind"), ("capabilities", "offers_text"),
                           ("capabilities", "offers"), ("languages", "rows-0-language")):  # fmt: skip
        assert send(f"/firms/{firm.key}/edit/{section}", **{field: value}) in (303, 422), (section, field)


@pytest.mark.parametrize("value", ODD, ids=lambda value: repr(value[:8]))
def test_odd_text_in_the_other_forms_breaks_nothing(send, firm, make, value):
    other = make.firm("Cortiça do Montado")
    fine = {303, 400, 404, 422}
    assert send("/firms/new", name=value, country="PRT") in fine
    assert send("/firms/new", name="Lãs", country="PRT", tax_number=value) in fine
    assert send(f"/suggestions/{other.key}/choose", kind=value) in fine
    assert send(f"/suggestions/{other.key}/choose", kind="later", next=value) in fine
    assert send("/language", language="en", next=value) in fine
    assert send("/account/details", name=value, locale="en") in fine
    assert send("/account/email", email=value, present=value) in fine
    assert send(f"/firms/{firm.key}/people/invite", email=value, role=value) in fine
    assert send(f"/firms/{firm.key}/delete", name=value) in fine
    told = {"heading": "1509", "kind": "tax", "percent": "5", "source": "law", "source_date": "2026-01-31"}
    for field in (*told, "level", "words", "product", "source_address"):
        assert send("/markets/AGO/barriers/new", **told | {field: value}) in fine, field
    for field in ("firm", "item", "market", "value"):
        asked = {"firm": firm.key, "item": "S1", "market": "", "value": "3", field: value}
        assert send("/readiness/answers", **asked) in {404, 422} or value == asked["market"] == ""
    assert send("/readiness/questions/1", firm=firm.key, S2=value) in fine
    assert send("/readiness/statements", firm=firm.key, market=value, commitment=value) in fine


def test_what_is_pasted_with_breaks_into_one_line_stays_one_line(send, firm, db):
    named = {"name": "Sal\nBcc: all@example.org", "city": "Ta\r\n\tvira", "country": "PRT", "turnover_band": ""}
    send(f"/firms/{firm.key}/edit/identity", **named)

    found = db.get(Firm, firm.id, populate_existing=True)
    assert (found.name, found.city) == ("Sal Bcc: all@example.org", "Ta vira")


@pytest.mark.parametrize(
    "words", ["a " * 1000, "%" * 900, "_" * 900, "\\" * 900, "'--", "*", '"', "NEAR(a b)", "a OR", "²"]
)
def test_no_words_break_a_search(sign_in, make, firm, words):
    browser = sign_in(make.owner_of(firm))

    for address in ("/firms", "/firms.csv", "/network", "/network/panel", f"/firms/{firm.key}/blocks", "/products/"):
        answer = browser.client.get(
            address, query_string={"q": words, "page": "1" + "0" * 30}, headers=browser.headers
        )
        assert answer.status_code == 200, address
