"""Firms that are seldom suggested: shown beside the first page, under all that holds for the list itself."""

from __future__ import annotations

import shutil

import pytest
import sqlalchemy as sa

from matching import warm_up
from models import ChoiceKind, Firm, FirmState, Person, make_engine, make_sessions
from services import choices, demonstration, firms, seldom, settings, suggestions
from services.suggestion_index import FirmsKept, write_firms
from services.suggestions import Filters, Suggester
from tests.factories import PASSWORDS


@pytest.fixture(scope="module")
def sqlite_template(sqlite_template, tmp_path_factory):
    """A SQLite file with the demonstration."""
    warm_up()
    path = tmp_path_factory.mktemp("demonstration") / "full.db"
    shutil.copy(sqlite_template, path)
    engine = make_engine(f"sqlite:///{path}")
    with make_sessions(engine, writes=True)() as db:
        demonstration.load(db, PASSWORDS)
        db.commit()
    engine.dispose()
    return path


@pytest.fixture
def suggester():
    return Suggester()


@pytest.fixture
def large(monkeypatch):
    """The demonstration as a site that takes the places from its index."""
    monkeypatch.setattr(seldom, "SMALL", 0)


def approved(db):
    return list(db.scalars(sa.select(Firm).where(Firm.is_approved).order_by(Firm.id)))


def page_of(db, suggester, firm, page=1, **filters):
    return suggestions.suggest_partners(db, suggester, firm, Filters(**filters), page=page, with_seldom=True)


def beside(page):
    return [entry.firm.id for entry in page.seldom]


def host_of(db, suggester):
    """A firm beside whose list two or more stand, with its page."""
    several = [firm_id for firm_id, kept in places(db, suggester).items() if len(kept) > 1]
    pages = ((firm, page_of(db, suggester, firm)) for firm in approved(db) if firm.id in several)
    return next((firm, page) for firm, page in pages if len(page.seldom) > 1)


def places(db, suggester):
    """Who has a place in whose list."""
    catalogue = suggester.firms.current(db)
    found = {firm.id: suggester.places.find(catalogue, suggester.rules, firm.id) for firm in approved(db)}
    return {firm_id: kept for firm_id, kept in found.items() if kept}


def test_nearly_everybody_who_may_be_suggested_at_all_stands_on_a_first_page(db, suggester):
    everybody, listed, all_shown = approved(db), set(), set()
    for firm in everybody:
        found = suggester.page(db, firm, suggestions.to_profile(db, firm), Filters(), 1, with_seldom=True)
        listed.update(found.ids)
        all_shown.update(found.ids, found.seldom)

    able = {firm.id for firm in everybody if firm.can_sign}
    assert len(everybody) == 372 and all_shown <= able, "who cannot sign is suggested to nobody"
    before, after = len(listed) / len(able), len(all_shown) / len(able)
    assert before < 0.98 < after
    assert 1 - after < (1 - before) / 2


def test_they_come_with_their_true_score_and_reasons_and_change_nothing_of_the_list(db, suggester):
    firm, page = host_of(db, suggester)

    without = suggestions.suggest_partners(db, suggester, firm, Filters())
    assert without.seldom == []
    assert [(e.firm.id, e.suggestion) for e in page.entries] == [(e.firm.id, e.suggestion) for e in without.entries]
    assert (page.total, page.pages, page.page) == (without.total, without.pages, 1)
    scores = [entry.suggestion.score for entry in page.seldom]
    assert scores == sorted(scores, reverse=True) and min(scores) > 0 and len(scores) <= 5
    ranked = dict(suggestions.ranked_scores(db, suggester, suggestions.to_profile(db, firm), firm=firm))
    assert scores == [ranked[str(firm_id)] for firm_id in beside(page)]
    assert any(entry.suggestion.reasons for entry in page.seldom)
    assert not set(beside(page)) & {entry.firm.id for entry in page.entries}
    assert page_of(db, suggester, firm, page=2).seldom == []


def test_another_process_shows_the_same(db, suggester):
    assert places(db, suggester) == places(db, Suggester())


def test_an_administrator_turns_it_off(db, suggester):
    firm, _ = host_of(db, suggester)
    chief = db.scalar(sa.select(Person).where(Person.role == "administrator"))

    settings.change(db, chief, "seldom_suggested", "hidden")
    assert page_of(db, suggester, firm).seldom == []

    settings.undo(db, chief, "seldom_suggested")
    assert len(page_of(db, suggester, firm).seldom) >= 2


@pytest.mark.usefixtures("large")
@pytest.mark.parametrize("side", ["ours", "theirs"])
def test_a_block_since_the_index_was_built_counts_both_ways(db, tmp_path, side):
    write_firms(db, tmp_path)
    suggester = Suggester(firms=FirmsKept(tmp_path))
    firm, page = host_of(db, suggester)
    other, *rest = (entry.firm for entry in page.seldom)

    firms.block(db, *((firm, other) if side == "ours" else (other, firm)))

    assert beside(page_of(db, suggester, firm)) == [one.id for one in rest]


def test_a_blocked_firm_has_no_place_with_who_blocks_it(db, suggester):
    firm, page = host_of(db, suggester)
    for entry in page.seldom:
        firms.block(db, entry.firm, firm)

    assert not set(beside(page)) & set(beside(page_of(db, suggester, firm)))


@pytest.mark.usefixtures("large")
@pytest.mark.parametrize("state", [FirmState.RETURNED, FirmState.SUSPENDED])
def test_a_firm_that_is_not_approved_any_more_is_gone_at_once(db, tmp_path, state):
    write_firms(db, tmp_path)
    suggester = Suggester(firms=FirmsKept(tmp_path))
    firm, page = host_of(db, suggester)
    first, *rest = (entry.firm for entry in page.seldom)

    first.state = state
    db.flush()

    assert beside(page_of(db, suggester, firm)) == [one.id for one in rest]


@pytest.mark.parametrize("kind", list(ChoiceKind))
def test_who_was_answered_is_not_shown_again_until_it_is_taken_back(db, suggester, make, kind):
    firm, page = host_of(db, suggester)
    first, *rest = (entry.firm for entry in page.seldom)

    choices.choose(db, firm, first, kind, make.person())
    assert beside(page_of(db, suggester, firm)) == [one.id for one in rest]

    choices.undo(db, firm, first)
    assert beside(page_of(db, suggester, firm)) == beside(page)


@pytest.mark.parametrize("kind", ["country", "capability", "market"])
def test_filters_hold_for_them_too(db, suggester, kind):
    firm, page = host_of(db, suggester)
    has = {
        "country": lambda other: {other.country},
        "capability": lambda other: set(other.offers),
        "market": lambda other: {target.country for target in other.target_markets},
    }[kind]
    wanted = next(value for entry in page.seldom for value in sorted(has(entry.firm)))

    found = page_of(db, suggester, firm, **{kind: wanted})

    fitting = [entry.firm.id for entry in page.seldom if wanted in has(entry.firm)]
    on_list = {entry.firm.id for entry in found.entries}
    assert set(fitting) <= on_list | set(beside(found)), "they move into the list where it is short enough"
    assert beside(found) == [firm_id for firm_id in fitting if firm_id not in on_list]
    assert all(wanted in has(entry.firm) for entry in (*found.entries, *found.seldom))


@pytest.mark.usefixtures("large")
def test_a_firm_saved_since_the_index_was_built_keeps_its_place_with_the_score_of_now(db, tmp_path):
    write_firms(db, tmp_path)
    suggester = Suggester(firms=FirmsKept(tmp_path))
    firm, page = host_of(db, suggester)
    first = page.seldom[0]

    firms.set_target_markets(db, first.firm, [])

    found = {entry.firm.id: entry.suggestion.score for entry in page_of(db, suggester, firm).seldom}
    assert 0 < found[first.firm.id] < first.suggestion.score


def test_on_a_small_site_whoever_was_saved_since_is_counted_anew(db, suggester):
    before = places(db, suggester)
    someone = db.get(Firm, next(iter(before.values()))[0])

    firms.set_target_markets(db, someone, [])
    firms.set_products(db, someone, [])

    now = places(db, suggester)
    assert now != before
    assert now == places(db, Suggester())


def test_an_index_holds_the_same_places_as_are_worked_out_from_all_firms(db, suggester, tmp_path, monkeypatch):
    worked_out = places(db, suggester)
    write_firms(db, tmp_path)
    monkeypatch.setattr(seldom, "SMALL", 0)

    assert places(db, Suggester(firms=FirmsKept(tmp_path))) == worked_out != {}


@pytest.mark.usefixtures("large")
def test_a_large_site_without_an_index_shows_none(db):
    assert places(db, Suggester()) == {}
