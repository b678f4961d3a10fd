"""Why not this firm, what would change it, and how much a score rests on: pages that tell no secret."""

from __future__ import annotations

import re

import pytest

from models import ChoiceKind
from services import choices, explanations, firms
from services.suggestions import Suggester


@pytest.fixture
def kianda(make):
    return make.firm(
        "Kianda", country="AGO", products=[("green coffee", "090111")], targets=[("ESP", 3)],
        needs=["local_agent"], offers=["spare_capacity"],
    )  # fmt: skip


@pytest.fixture
def douro(make):
    return make.firm(
        "Douro", products=[("chocolate", "1806")], targets=[("ESP", 3), ("FRA", 2)],
        offers=["trade_fairs"], needs=["customs_clearance", "packaging"],
    )  # fmt: skip


@pytest.fixture
def crowd(make):
    return [
        make.firm(
            f"Firm {n:02}",
            products=[("tea", "0902")],
            targets=[("ESP", 3), ("BRA", 2)],
            offers=["customs_clearance", "local_agent"],
            needs=["trade_fairs", "spare_capacity"],
            employees=20 + n,
        )  # fmt: skip
        for n in range(11)
    ]


@pytest.fixture
def ana(make, kianda, sign_in):
    return sign_in(make.owner_of(kianda, name="Ana"))


def test_a_firm_behind_the_first_ten_gets_its_place_and_what_stands_in_the_way(ana, douro, crowd):
    page = ana.get(f"/suggestions/{douro.key}/why-not")

    assert "Place 12" in page.text
    assert re.search(r"To stand at place 10, it lacks \d+\.\d points", page.text)
    assert "What holds it back" in page.text
    assert "Offers what the other looks for" in page.text


def test_a_firm_is_looked_up_by_its_name(ana, douro):
    page = ana.get("/suggestions/why-not?q=dour")

    assert (f"/suggestions/{douro.key}/why-not", "Douro") in page.links
    assert "No approved firm has this name." in ana.get("/suggestions/why-not?q=zzz").text


def test_the_way_there_leads_from_the_firm_the_pair_and_the_list(ana, douro):
    for address in (f"/firms/{douro.key}", f"/suggestions/{douro.key}"):
        assert f"/suggestions/{douro.key}/why-not" in [href for href, _ in ana.get(address).links]
    assert "/suggestions/why-not" in [href for href, _ in ana.get("/suggestions/").links]
    assert f"/suggestions/{douro.key}/changes" in [href for href, _ in ana.get(f"/suggestions/{douro.key}").links]


def test_what_would_change_names_statements_places_and_only_what_is_true(ana, db, kianda, douro, crowd):
    outlook = explanations.find_outlook(db, Suggester(), kianda, douro)
    assert outlook.into_first_ten

    page = ana.get(f"/suggestions/{douro.key}/changes")

    assert "We offer: Customs clearance." in page.text
    assert "Only what is true helps" in page.text
    for answer in outlook.into_first_ten:
        assert f"Place {answer.found.place} instead of {answer.found.place_now}" in page.text


@pytest.mark.parametrize("page", ["why-not", "changes"])
def test_a_page_looks_the_same_whether_the_other_blocks_or_not(ana, douro, kianda, crowd, db, page):
    before = ana.get(f"/suggestions/{douro.key}/{page}").steady

    firms.block(db, douro, kianda)
    db.commit()

    assert ana.get(f"/suggestions/{douro.key}/{page}").steady == before


@pytest.mark.parametrize("kind", list(ChoiceKind))
def test_what_the_other_said_of_us_or_of_others_changes_nothing(ana, douro, kianda, crowd, db, make, kind):
    def look():
        return [ana.get(f"/suggestions/{douro.key}/{page}").steady for page in ("why-not", "changes")]

    before = look()
    for other in (kianda, crowd[0]):
        choices.choose(db, douro, other, kind, make.person())
    db.commit()

    assert look() == before


def test_what_we_blocked_or_answered_ourselves_is_said(ana, douro, kianda, db, make):
    choices.choose(db, kianda, douro, ChoiceKind.LATER, make.person())
    db.commit()
    assert "You said: not now." in ana.get(f"/suggestions/{douro.key}/why-not").text

    firms.block(db, kianda, douro)
    db.commit()
    for page in ("why-not", "changes"):
        assert "You said that you will not work with this firm" in ana.get(f"/suggestions/{douro.key}/{page}").text


def test_an_open_rule_is_named(ana, make):
    unable = make.firm("Unable", can_sign=False)

    assert "nobody may sign agreements" in ana.get(f"/suggestions/{unable.key}/why-not").text


def test_confidence_stands_beside_the_score_with_its_range(ana, douro):
    for address in ("/suggestions/", f"/suggestions/{douro.key}"):
        page = ana.get(address)
        low, high = (int(text) for text in re.search(r"from (\d+) to (\d+) of 100", page.text).groups())
        score = int(re.search(r"<strong>(\d+)</strong> <span>of 100", page.html)[1])
        assert low <= score <= high
        assert re.search(r"Confidence: (low|medium|high)", page.text)
        assert "of 11 signals are known." in page.text


@pytest.mark.parametrize("page", ["/why-not", "/changes"])
def test_nobody_sees_another_firms_pages(visitor, make, sign_in, douro, page):
    assert visitor.client.get(f"/suggestions/{douro.key}{page}").status_code == 303
    draft = make.firm("Draft", state="draft")
    owner = sign_in(make.owner_of(draft))
    owner.get(f"/suggestions/{douro.key}{page}", status=404)


@pytest.mark.parametrize("page", ["/why-not", "/changes"])
def test_a_firm_compared_with_itself_or_not_approved_leads_nowhere(ana, make, kianda, page):
    assert ana.client.get(f"/suggestions/{kianda.key}{page}", headers=ana.headers).status_code == 303
    ana.get(f"/suggestions/{make.firm('Draft', state='draft').key}{page}", status=404)


@pytest.mark.parametrize("locale", ["pt", "pt_BR", "es", "fr"])
def test_the_pages_speak_each_language(make, kianda, douro, crowd, sign_in, locale):
    browser = sign_in(make.owner_of(kianda, locale=locale))
    words = {"pt": "Só ajuda o que é verdade", "pt_BR": "Só ajuda o que é verdade",
             "es": "Solo ayuda lo que es verdad", "fr": "Seul ce qui est vrai aide"}  # fmt: skip

    assert words[locale] in browser.get(f"/suggestions/{douro.key}/changes").text
    for page in ("", "/why-not", "/changes"):
        text = browser.get(f"/suggestions/{douro.key}{page}").text
        assert not re.search(r"\b(instead|signals are|truly|Confidence|Points fewer|We offer)\b", text)
