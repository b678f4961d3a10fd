"""The demonstration: the same 400 firms each time, fictional, varied, and alive."""

from __future__ import annotations

import io
import re
from collections import Counter

import pytest
import sqlalchemy as sa

from models import (
    Choice,
    Decision,
    Firm,
    Introduction,
    MarketBarrier,
    Message,
    Person,
    ReadinessAnswer,
    ReadinessScore,
    ReadinessTake,
    fold,
)
from reference.countries import CPLP
from reference.hs import is_code
from services import demonstration, firms_csv, introductions, readiness, site
from services.accounts import find_by_email, sign_in
from services.demonstration.drawing import draw_firms
from tests.factories import PASSWORDS


@pytest.fixture
def loaded(db):
    demonstration.load(db, PASSWORDS)
    db.commit()
    return db


def test_the_same_seed_draws_the_same_firms():
    assert draw_firms() == draw_firms()
    assert draw_firms(1) != draw_firms(2)


def test_there_are_400_firms_in_the_nine_countries_and_neighbours(loaded):
    countries = Counter(loaded.scalars(sa.select(Firm.country)))

    assert sum(countries.values()) == 400
    assert set(CPLP) < set(countries)
    assert {"ESP", "FRA", "NAM", "ZAF", "SEN", "ARG"} < set(countries)
    assert site.is_demonstration(loaded)
    assert loaded.scalar(sa.select(sa.func.count()).where(Firm.fictional.is_(False))) == 0


def test_no_two_firms_share_a_name():
    names = [fold(firm["name"]) for firm in draw_firms()]

    assert len(names) == len(set(names))


def test_addresses_cannot_exist():
    for firm in draw_firms():
        assert re.fullmatch(r"https://[a-z0-9-]+\.example", firm["website"])
        assert firm["contact_email"].endswith(".example")
        assert firm["tax_number"].startswith("FICT ")


def test_every_firm_is_one_that_the_import_would_take(loaded):
    out = io.StringIO()
    firms_csv.export_firms(loaded, out)

    report = firms_csv.import_firms(loaded, out.getvalue().encode())

    assert report.problems == []
    assert report.unchanged == 400


def test_what_a_firm_says_is_whole_sentences_without_gaps():
    for firm in draw_firms():
        assert not re.search(r"[{}]|\bNone\b|  ", firm["about"])
        assert firm["about"].endswith((".", "!"))


def test_the_queue_is_alive(loaded):
    states = Counter(loaded.scalars(sa.select(Firm.state)))

    assert states["submitted"] >= 10 and states["returned"] >= 3 and states["draft"] >= 3
    assert loaded.scalar(sa.select(sa.func.count(Decision.id))) == states["returned"] + states["rejected"]
    waiting = loaded.scalars(sa.select(Firm.submitted_at_utc).where(Firm.state == "submitted"))
    assert all(moment is not None for moment in waiting)


def test_everybody_can_sign_in(loaded):
    for email, _, role, _ in demonstration.PEOPLE:
        assert (
            sign_in(loaded, PASSWORDS, email=email, password=demonstration.DEMONSTRATION_PASSWORD).person.role == role
        )
    assert loaded.scalar(sa.select(sa.func.count(Person.id))) == len(demonstration.PEOPLE)


def test_two_firms_talk_and_one_has_a_message_to_read(loaded):
    talk = loaded.scalars(sa.select(Introduction)).one()
    owner = find_by_email(loaded, "dona@douro.example")
    firm = owner.posts[0].firm

    assert {talk.first.name, talk.second.name} == {"Kianda Mar, Lda", "Douro de Pedra, Lda"}
    assert loaded.scalar(sa.select(sa.func.count(Message.id))) == 4
    assert introductions.count_unread(loaded, owner, firm) == 1
    assert Counter(loaded.scalars(sa.select(Choice.kind)))["interested"] >= 3


def test_firms_tell_what_they_know_of_markets_and_say_that_it_is_invented(loaded):
    told = list(loaded.scalars(sa.select(MarketBarrier)))

    assert Counter(barrier.state for barrier in told) == {"published": 12, "waiting": 2}
    assert all(barrier.source.startswith("Demonstração: ") for barrier in told)
    assert all(barrier.firm and barrier.person_id for barrier in told)
    assert all(len(barrier.heading) == 4 and is_code(barrier.heading) for barrier in told)


def test_every_kind_of_product_and_market_is_there(loaded):
    drawn = draw_firms()
    chapters = {product["hs"][:2] for firm in drawn for product in firm["products"]}
    markets = {market["country"] for firm in drawn for market in firm["target_markets"]}

    assert len(chapters) > 40
    assert len(markets) > 40
    assert all(firm["target_markets"] and firm["products"] and firm["languages"] for firm in drawn)


def test_two_in_five_of_the_firms_present_in_a_market_have_an_office_there():
    drawn = draw_firms()
    present = [
        {market["country"] for market in firm["known_markets"] if market["experience"] == "presence"}
        for firm in drawn
    ]
    with_office = [firm for firm in drawn if firm["offices"]]

    assert 0.3 < len(with_office) / sum(1 for countries in present if countries) < 0.5
    assert all(set(firm["offices"]) <= countries for firm, countries in zip(drawn, present, strict=True))


def test_most_firms_have_answered_about_their_readiness(loaded):
    answered = set(loaded.scalars(sa.select(ReadinessAnswer.firm_id)))
    bands = Counter(loaded.scalars(sa.select(ReadinessScore.band).where(ReadinessScore.market != "")))

    assert 0.6 < len(answered) / 400 < 0.8
    assert set(bands) == {"READY", "PREPARING", "PRE_EXPORT", "NOT_READY", "INCOMPLETE"}
    assert 5 < sum(readiness.find_progress(loaded, loaded.get(Firm, i)).is_done is False for i in answered) < 80
    stating = [firm for firm in loaded.scalars(sa.select(Firm)) if firm.states_commitment or firm.states_finance]
    assert {firm.id for firm in stating} <= answered and len(stating) > 50


def test_whoever_offers_a_thing_answers_that_it_knows_it(loaded):
    values = {True: [], False: []}
    for firm in loaded.scalars(sa.select(Firm)):
        value = readiness.all_answers(loaded, firm).get(("R10", readiness.NO_MARKET))
        if value is not None:
            values["export_paperwork" in firm.offers].append(value)

    knowing, others = (sum(found) / len(found) for found in (values[True], values[False]))
    assert knowing > others + 1


def test_what_is_stored_of_readiness_is_what_the_answers_amount_to(loaded):
    for firm in loaded.scalars(sa.select(Firm).order_by(Firm.id).limit(20)):
        before = {market: readiness.find_score(loaded, firm, market) for market in readiness.markets_of(loaded, firm)}
        readiness.rescore(loaded, firm)
        assert before == {market: readiness.find_score(loaded, firm, market) for market in before}


def test_the_firms_one_signs_in_as_show_each_way(loaded):
    kianda, douro, iracema = loaded.scalars(sa.select(Firm).order_by(Firm.id).limit(3))

    assert all(readiness.find_progress(loaded, firm).is_done for firm in (kianda, douro, iracema))
    found = readiness.find_score(loaded, kianda, "BRA")
    assert found.collective and {"RM", "RL", "RF"} <= set(found.weak_facets)
    assert readiness.find_score(loaded, iracema, "PRT").commitment < 50
    first, second = readiness.list_takes(loaded, kianda, "PRT")
    assert first.index < second.index
    assert (second.taken_at_utc - first.taken_at_utc).days > 30
    assert loaded.scalar(sa.select(sa.func.count(ReadinessTake.id)).where(ReadinessTake.firm_id == douro.id)) == 4
