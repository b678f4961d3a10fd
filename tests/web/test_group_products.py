"""The HS codes that a group is about: picked or written out, shown, and looked up with chapters."""

from __future__ import annotations

import pytest

from models import Consortium
from services.consortia.content import MOST_PRODUCTS
from tests.groups import Group


@pytest.fixture
def group(db, make):
    return Group(db, make)


def test_a_group_says_what_products_it_is_about(db, sign_in, group):
    lead = sign_in(group.lead)
    page = lead.get(f"/consortia/{group.consortium.key}/purpose")
    assert 'value="1509"' in page.html, "the codes of the lead's own products can be chosen without a search"

    page = lead.fill("/purpose", codes=["1509", "22"], more_codes="2204.21; 1509")

    assert "1509" in page.text and "2204.21" in page.text
    db.refresh(group.consortium)
    assert [one.hs for one in group.consortium.products] == ["1509", "22", "220421"]
    page = lead.get(f"/consortia/{group.consortium.key}/purpose")
    assert [value for name, value in page.form_to("/purpose")["fields"] if name == "codes"] == [
        "1509",
        "22",
        "220421",
    ]


def test_a_new_group_begins_with_its_products(db, sign_in, group):
    lead = sign_in(group.lead)
    lead.get("/consortia/new")

    assert "1509" in lead.fill("/new", name="Another", country="ESP", codes=["1509"]).text

    found = db.query(Consortium).filter_by(name="Another").one()
    assert [one.hs for one in found.products] == ["1509"]


@pytest.mark.parametrize("codes", [["1234"], ["oil"], ["9" * 5000], [f"{n:02}" for n in range(1, 15)]])
def test_what_is_no_code_or_too_many_is_said_beside_the_field(db, sign_in, group, codes):
    lead = sign_in(group.lead)
    address = f"/consortia/{group.consortium.key}/purpose"
    lead.get(address)
    page = lead.fill("/purpose", status=422, codes=codes, purpose="Kept.")
    assert "Kept." in page.html

    lead.get(address)
    page = lead.fill("/purpose", status=422, more_codes=", ".join(codes)[:5000])
    assert len(codes) > MOST_PRODUCTS or "is no code" in page.text or "At most 200" in page.text
    db.refresh(group.consortium)
    assert group.consortium.products == []


def test_the_picker_of_a_group_finds_chapters_too(sign_in, group):
    lead = sign_in(group.lead)

    plain = lead.client.get("/products/search.json?q=15", headers=lead.headers).json
    with_chapters = lead.client.get("/products/search.json?q=15&chapters=1", headers=lead.headers).json

    assert "15" not in [one["value"] for one in plain]
    assert "15" in [one["value"] for one in with_chapters]
