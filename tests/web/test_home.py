"""The open pages, the language, and the drawing on the first page."""

from __future__ import annotations

import pytest

from models import Cluster, NetworkRun, Place, Tie
from services import landing
from services.landing import Dot, Picture
from web.home.drawing import HEIGHT, WIDTH, draw
from web.home.signals import list_signals
from web.home.sources import PATH, read_sources
from web.reasons import SIGNAL

OPEN = ("/", "/how-it-works", "/about-data", "/privacy", "/accessibility")


def lay_out(db, firms, *, approved_only=True):
    """A network in which all firms stand in one cluster, each tied to the next."""
    run = NetworkRun(stamp="s", seconds=0.1, firms=len(firms), ties=len(firms) - 1, clusters=1, modularity=0.0)
    db.add(run)
    db.flush()
    cluster = Cluster(run_id=run.id, colour=3, size=len(firms), x=0, y=0)
    db.add(cluster)
    db.flush()
    for place, firm in enumerate(firms):
        db.add(Place(firm_id=firm.id, run_id=run.id, cluster_id=cluster.id, x=place, y=place**2))
    for first, second in zip(firms, firms[1:], strict=False):
        db.add(Tie(first_id=first.id, second_id=second.id, run_id=run.id, score=0.5))
    db.commit()


@pytest.mark.parametrize("address", OPEN)
def test_the_open_pages_are_open(visitor, address):
    visitor.get(address)


def test_the_first_page_counts_approved_firms_only(visitor, make):
    make.firm(country="AGO", targets=(("ESP", 3), ("FRA", 2)))
    make.firm(country="PRT", targets=(("ESP", 1),))
    make.firm(country="BRA", targets=(("USA", 3),), state="submitted")
    text = visitor.get("/").text
    assert "approved firms 2" in text
    assert "countries they work from 2" in text
    assert "markets they want to reach 2" in text


def test_whoever_is_signed_in_goes_on_to_the_overview(sign_in, make):
    browser = sign_in(make.owner_of(make.firm()))
    assert browser.get("/").address.endswith("/overview")


def test_a_visitor_may_choose_a_language(visitor):
    visitor.get("/privacy")
    page = visitor.fill("/language", language="fr")
    assert page.lang == "fr"
    assert page.address.endswith("/privacy")


def test_the_language_of_an_account_is_kept(sign_in, make, app):
    person = make.owner_of(make.firm())
    browser = sign_in(person)
    browser.get("/overview")
    browser.fill("/language", language="pt_BR")
    assert browser.page.lang == "pt-BR"
    assert sign_in(person).get("/overview").lang == "pt-BR"


def test_an_unknown_language_is_refused(visitor):
    visitor.get("/")
    visitor.fill("/language", language="xx", status=400)


@pytest.mark.parametrize("target", ["https://evil.example/", "//evil.example", "/\\evil.example", ""])
def test_choosing_a_language_never_leads_away(visitor, target):
    visitor.get("/")
    page = visitor.fill("/language", language="es", next=target)
    assert page.address == "/"


def test_the_first_page_shows_the_network_without_names(visitor, make, db):
    firms = [make.firm(f"Secret name {number}") for number in range(landing.FEWEST)]
    lay_out(db, firms)
    page = visitor.get("/")
    assert f"{landing.FEWEST} firms, joined where they fit" in page.text
    assert "Secret name" not in page.html
    assert not any(firm.key in page.html for firm in firms)


def test_a_small_network_is_not_shown_to_everybody(make, db):
    lay_out(db, [make.firm() for _ in range(landing.FEWEST - 1)])
    assert landing.find_picture(db) is None


def test_a_firm_that_is_no_longer_approved_leaves_the_drawing(make, db):
    firms = [make.firm() for _ in range(landing.FEWEST + 1)]
    lay_out(db, firms)
    firms[4].state = "returned"
    db.commit()
    picture = landing.find_picture(db)
    assert len(picture.places) == landing.FEWEST
    assert len(picture.ties) == landing.FEWEST - 2


def test_a_large_network_is_shown_in_part(make, db):
    lay_out(db, [make.firm() for _ in range(20)])
    picture = landing.find_picture(db, most=15)
    assert len(picture.places) == 15
    assert len(picture.ties) == 14


def test_the_drawing_stays_inside_its_frame():
    places = (Dot(-1e6, 3, 0), Dot(2e6, 40, 1), Dot(5, 9, 1))
    drawing = draw(Picture(places, ties=(((-1e6, 3), (5, 9)),)))
    numbers = [float(n) for _, path in drawing.dots for p in path.split("M")[1:] for n in p[:-2].split()]
    assert all(0 <= x <= WIDTH for x in numbers[::2])
    assert all(0 <= y <= HEIGHT for y in numbers[1::2])
    assert [colour for colour, _ in drawing.dots] == [0, 1]
    assert drawing.ties.count("M") == 1


def test_a_picture_of_one_point_can_be_drawn():
    assert draw(Picture((Dot(7, 7, 2),), ())).dots == ((2, "M320.0 240.0h0"),)


def test_every_file_of_reference_data_is_named_with_its_licence():
    sources = read_sources()
    shipped = {path.name for path in PATH.parent.glob("*.csv")}
    assert {source.file for source in sources.files} == shipped
    assert all(source.licence and source.origin for source in sources.files)
    assert any("World Bank" in line for line in sources.attribution)
    assert any(line.startswith("Tariffs are kept apart") for line in sources.cautions)


def test_the_page_on_how_it_works_names_every_signal_with_its_weight(visitor):
    text = visitor.get("/how-it-works").text
    assert len(list_signals()) == len(SIGNAL) == 11
    assert sum(signal.weight for signal in list_signals()) == pytest.approx(1)
    assert all(signal.name in text and signal.question in text for signal in list_signals())
