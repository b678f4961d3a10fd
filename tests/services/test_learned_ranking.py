"""Learning how to rank: when there is enough, whether a fit is used, and what it changes in a list."""

from __future__ import annotations

import copy
import datetime as dt
import logging
import shutil
from dataclasses import replace

import pytest
import sqlalchemy as sa
from sqlalchemy.exc import IntegrityError

from matching.learning.ranking_layer import RankingLayer
from models import FirmState, RankingEntry, RankingModel, RankingState, make_engine, make_sessions, now_utc
from services import learned_ranking
from services.errors import Forbidden
from services.learned_order import LearnedOrder
from services.learned_ranking import KEPT, LEAST_NEW_FIRMS, VERSION, Lack, Learned
from services.ranking_backtest import ALLOWED_LOSS, Backtest
from services.suggestions import Filters, Suggester, learned_score, suggest_partners
from tests.experience import World, firms_of, make_world

TEST = Backtest("2026-05-01", 40, 20, 0.4, 0.3, 0.05, 0.15, 900, 0.03, 0.1, 0.02, ())
ENOUGH = Lack(chosen=100, firms=40, new_firms=None)


@pytest.fixture
def experienced(experienced_template, tmp_path):
    """A session on a copy of a site on which a fit is in use."""
    path = tmp_path / "experienced.db"
    shutil.copy(experienced_template, path)
    engine = make_engine(f"sqlite:///{path}")
    with make_sessions(engine, writes=True)() as session:
        yield session
    engine.dispose()


def model(**values) -> RankingModel:
    filled = {"version": str(VERSION), "fingerprint": "f", "outcomes": 100, "firms": 40, "metrics": {}, "layer": {}}
    return RankingModel(**{**filled, **values})


def stored(db, **values) -> RankingModel:
    learned = Learned(ENOUGH, model(**values), TEST)
    learned_ranking.store(db, learned)
    return learned.model


def listed(db, firm, learned=None, **filters) -> list[list[tuple]]:
    """Every page of a list: ids with scores."""
    suggester, pages, number = Suggester(), [], 1
    while True:
        page = suggest_partners(db, suggester, firm, Filters(**filters), page=number, learned=learned)
        pages.append([(entry.firm.id, entry.suggestion.score, entry.moved) for entry in page.entries])
        if number >= page.pages:
            return pages
        number += 1


def test_with_too_little_nothing_is_learned_and_it_says_how_much_is_missing(db, make):
    world = World(db, [make.firm(f"Firm {n}") for n in range(4)])
    world.introduce(*world.firms[:2], days_ago=30)

    learned = learned_ranking.learn(db)

    assert (learned.lack.chosen, learned.lack.firms, learned.model) == (2, 2, None)
    assert learned.lack.too_few_chosen == learned_ranking.LEAST_CHOSEN - 2
    assert learned_ranking.store(db, learned) is False
    assert learned_ranking.list_models(db) == []


def test_a_fit_that_knows_the_rule_is_used_and_better_than_the_default_order(experienced):
    db = experienced
    used = learned_ranking.find_in_use(db)
    test = used.metrics["backtest"]

    assert test["is_not_worse"]
    assert test["ndcg"] > test["ndcg_default"] + 0.1, "firms here meet those of their own size"
    assert used.metrics["effects"][0]["name"] == "size"
    assert (used.outcomes, used.firms) == (360, 36)


def test_the_list_is_put_in_order_by_what_was_learned_and_pages_agree(experienced):
    db = experienced
    firm = firms_of(db)[0]
    default, learned = listed(db, firm), listed(db, firm, LearnedOrder())
    sizes = {other.id: other.employees for other in firms_of(db)}

    assert {sizes[firm_id] for firm_id, _, _ in learned[0]} == {firm.employees}
    assert {sizes[firm_id] for firm_id, _, _ in default[0]} != {firm.employees}
    flat, before = [row for page in learned for row in page], [row for page in default for row in page]
    assert sorted(row[:2] for row in flat) == sorted(row[:2] for row in before), "the same firms, each with its score"
    places = {firm_id: place for place, (firm_id, *_) in enumerate(before)}
    assert all(moved == places[firm_id] - place for place, (firm_id, _, moved) in enumerate(flat))
    assert all(moved == 0 for *_, moved in before)


def test_filters_hold_in_the_learned_order(experienced):
    db = experienced
    firm = firms_of(db)[0]

    found = [row[0] for page in listed(db, firm, LearnedOrder(), market="BRA") for row in page]

    assert sorted(found) == sorted(row[0] for page in listed(db, firm, market="BRA") for row in page)


def test_what_follows_the_head_stays_in_the_default_order(experienced, monkeypatch):
    db = experienced
    firm = firms_of(db)[0]
    for module in ("services.learned_order", "services.suggestions"):
        monkeypatch.setattr(f"{module}.HEAD", 7)
    default = [row[0] for page in listed(db, firm) for row in page]
    learned = [row[0] for page in listed(db, firm, LearnedOrder()) for row in page]

    assert learned[7:] == default[7:]
    assert sorted(learned[:7]) == sorted(default[:7])
    assert learned[:7] != default[:7]


def first_page(db, suggester, firm, learned, number=1):
    page = suggest_partners(db, suggester, firm, Filters(), page=number, learned=learned)
    return [(entry.firm.id, entry.suggestion.score, entry.moved) for entry in page.entries]


@pytest.fixture
def worked_out(monkeypatch):
    """The firms for which signals were worked out, one after the other."""
    found = []
    ready = LearnedOrder._ready
    monkeypatch.setattr(
        LearnedOrder, "_ready", lambda self, *args: found.append(args[-1][-1].id) or ready(self, *args)
    )
    return found


def test_the_pages_of_one_list_are_worked_out_once(experienced, worked_out):
    db = experienced
    firm, other, *_ = firms_of(db)
    suggester, order = Suggester(), LearnedOrder()

    pages = [first_page(db, suggester, firm, order, number) for number in (1, 2, 3, 1)]
    first_page(db, suggester, other, order)

    assert pages[0] == pages[3] != pages[1]
    assert worked_out == [str(firm.id), str(other.id)]


def other_saved(world, order):
    world.firms[5].employees = 239


def own_answer_saved(world, order):
    world.firms[0].employees = 6


def tie_declared(world, order):
    for firm in world.firms[:3]:
        world.declare(firm, "Old consortium", days_ago=400)


def member_moved(world, order):
    world.firms[7].city = "Luanda"


def firm_hidden(world, order):
    world.firms[9].state = FirmState.DRAFT


def another_fit(world, order):
    newest = learned_ranking.find_in_use(world.db)
    layer = copy.deepcopy(newest.layer)
    layer["parameters"]["prior"] = 1.0
    newest.state = RankingState.RETIRED
    world.db.flush()
    world.db.add(model(layer=layer, state=RankingState.IN_USE, version=newest.version))


@pytest.mark.parametrize(
    "happens", [other_saved, own_answer_saved, tie_declared, member_moved, firm_hidden, another_fit]
)
def test_whatever_happens_counts_at_the_next_question(experienced, worked_out, happens):
    db = experienced
    world = World(db, firms_of(db))
    for firm in world.firms[6:9]:
        world.declare(firm, "Earlier consortium", days_ago=300)
    firm, suggester, order = world.firms[0], Suggester(), LearnedOrder()
    first_page(db, suggester, firm, order)
    assert first_page(db, suggester, firm, order) == first_page(db, suggester, firm, LearnedOrder())
    worked_out.clear()

    happens(world, order)
    db.commit()

    found = first_page(db, suggester, firm, order)
    assert worked_out == [str(firm.id)], "it was worked out anew"
    assert found == first_page(db, Suggester(), firm, LearnedOrder())


def test_another_day_is_worked_out_anew(experienced, worked_out, monkeypatch):
    db = experienced
    firm, suggester, order = firms_of(db)[0], Suggester(), LearnedOrder()
    first_page(db, suggester, firm, order)
    first_page(db, suggester, firm, order)

    tomorrow = now_utc() + dt.timedelta(days=1)
    monkeypatch.setattr("services.learned_order.now_utc", lambda: tomorrow)
    first_page(db, suggester, firm, order)

    assert len(worked_out) == 2


def test_only_the_last_orders_are_kept(experienced, worked_out, monkeypatch):
    monkeypatch.setattr("services.learned_order.MOST_ORDERS", 2)
    db = experienced
    one, two, three, *_ = firms_of(db)
    suggester, order = Suggester(), LearnedOrder()

    for firm in (one, two, one, three, one, two):
        first_page(db, suggester, firm, order)

    assert worked_out == [str(firm.id) for firm in (one, two, three, two)]
    assert len(order._orders) == 2


def test_the_parts_of_a_learned_score_add_up_to_it(experienced):
    db = experienced
    first, *others = firms_of(db)

    for other in others[:6]:
        found = learned_score(db, Suggester(), LearnedOrder(), first, other)
        assert found.start + sum(part.contribution for part in found.parts) == pytest.approx(found.score, abs=1e-9)
        assert 0 < found.pull < 1


def test_the_score_that_is_explained_is_the_one_of_the_list(db, make, monkeypatch):
    world = make_world(db, make)
    for place, firm in enumerate(world.firms[:24]):  # what these have is told by the place it has among all
        world.declare(firm, f"Group {place % 8}", days_ago=700)
    learned_ranking.store(db, Learned(ENOUGH, learned_ranking.learn(db).model, TEST))
    rankings, rank = [], RankingLayer.rank
    monkeypatch.setattr(RankingLayer, "rank", lambda *given: rankings.append(rank(*given)) or rankings[-1])

    for firm in world.firms[:24:7]:
        suggester, order = Suggester(), LearnedOrder()
        page = suggest_partners(db, suggester, firm, Filters(), learned=order)
        listed = dict(rankings[-1])
        for entry in page.entries:
            found = learned_score(db, suggester, order, firm, entry.firm)
            assert found.score == pytest.approx(listed[found.id], abs=1e-12)


def test_switched_off_the_order_is_exactly_the_default_and_on_again_it_is_as_before(experienced):
    db = experienced
    firm = firms_of(db)[0]
    default, order = listed(db, firm), LearnedOrder()
    learned = listed(db, firm, order)

    learned_ranking.switch_off(db, None)
    assert listed(db, firm, order) == default
    assert learned_score(db, Suggester(), order, firm, firms_of(db)[1]) is None

    learned_ranking.switch_on(db, None)
    assert listed(db, firm, order) == learned
    assert listed(db, firm, LearnedOrder(is_enabled=False)) == default, "the setting is above all"


@pytest.mark.parametrize("column", ["version", "layer"])
def test_a_fit_that_this_engine_cannot_read_is_left_alone_and_told_in_the_log(experienced, caplog, column):
    db = experienced
    firm = firms_of(db)[0]
    used = learned_ranking.find_in_use(db)
    setattr(used, column, "0" if column == "version" else {"of": "another kind"})
    db.flush()

    with caplog.at_level(logging.WARNING, "services.learned_order"):
        assert listed(db, firm, LearnedOrder()) == listed(db, firm)

    assert used.key in caplog.text
    assert "default order" in caplog.text


def test_no_new_fit_before_several_firms_have_added_something(experienced):
    db = experienced
    world = World(db, firms_of(db))
    assert learned_ranking.learn(db).lack.new_firms == 0
    newest = learned_ranking.find_newest(db)
    newest.fitted_at_utc = now_utc() - dt.timedelta(days=20)
    for number in range(LEAST_NEW_FIRMS - 1):
        for other in (10, 11):
            world.decline(world.firms[number], world.firms[other], days_ago=3)

    lack = learned_ranking.learn(db).lack

    assert (lack.new_firms, lack.too_few_new) == (LEAST_NEW_FIRMS - 1, 1)
    world.decline(world.firms[20], world.firms[11], days_ago=3)
    evidence = learned_ranking.gather(db)
    assert not learned_ranking.find_lack(evidence.history, evidence.outcomes, newest)


def test_firms_with_a_past_are_learned_apart_and_not_from_a_few(experienced):
    """Else the choices of two firms would make the weights by which both are ranked."""
    db = experienced
    world = World(db, firms_of(db))
    for firm in world.firms[:2]:
        world.declare(firm, "Azeites do Sul", days_ago=700)
    evidence = learned_ranking.gather(db)
    situations = learned_ranking.by_situation(evidence.history, evidence.outcomes)
    assert {o.question.members[0] for o in situations[True]} == {str(firm.id) for firm in world.firms[:2]}

    layer = learned_ranking.fit_layer(evidence, evidence.outcomes)

    assert list(layer.models_) == ["start"]
    assert learned_ranking.find_lack(evidence.history, evidence.outcomes, None).firms == 34
    assert listed(db, world.firms[0], LearnedOrder()) == listed(db, world.firms[0]), "they have the default order"
    suggester, order = Suggester(), LearnedOrder()
    assert not suggest_partners(db, suggester, world.firms[0], Filters(), learned=order).is_learned
    assert suggest_partners(db, suggester, world.firms[3], Filters(), learned=order).is_learned


@pytest.mark.parametrize(
    ("ndcg", "low", "is_used"),
    [(0.3, 0.0, True), (0.31, -ALLOWED_LOSS, True), (0.31, -ALLOWED_LOSS - 0.001, False), (0.299, 0.0, False)],
)
@pytest.mark.both_databases
def test_a_fit_is_used_only_if_it_was_not_worse(db, ndcg, low, is_used):
    learned = Learned(ENOUGH, model(), replace(TEST, ndcg=ndcg, low=low))

    assert learned_ranking.store(db, learned) is is_used
    assert (learned_ranking.find_in_use(db) == learned.model) is is_used
    assert [entry.act for entry in learned_ranking.list_entries(db)] == (["fitted"] if is_used else [])


def test_a_fit_that_could_not_be_tested_is_kept_and_not_used(db):
    assert learned_ranking.store(db, Learned(ENOUGH, model(), None)) is False
    assert len(learned_ranking.list_models(db)) == 1


@pytest.mark.both_databases
def test_a_new_fit_takes_the_place_of_the_one_before_and_administrators_may_go_back(db, make):
    person = make.person(role="administrator")
    first, second = stored(db), stored(db)
    assert (first.state, second.state) == (RankingState.RETIRED, RankingState.IN_USE)

    learned_ranking.use(db, first, person)

    db.expire_all()
    assert (first.state, second.state) == (RankingState.IN_USE, RankingState.RETIRED)
    newest = learned_ranking.list_entries(db)[0]
    assert (newest.act, newest.model, newest.person) == ("chosen", first, person)


def test_what_another_version_fitted_cannot_be_put_back_nor_anything_while_all_is_off(db, make):
    person = make.person(role="administrator")
    old, good = stored(db, version="0"), stored(db)
    with pytest.raises(Forbidden):
        learned_ranking.use(db, old, person)

    learned_ranking.switch_off(db, person)
    with pytest.raises(Forbidden):
        learned_ranking.use(db, good, person)


@pytest.mark.both_databases
def test_while_it_is_off_new_fits_are_kept_and_not_used(db, make):
    person = make.person(role="administrator")
    first = stored(db)
    learned_ranking.switch_off(db, person)
    learned_ranking.switch_off(db, person)
    second = stored(db)
    assert learned_ranking.find_in_use(db) is None

    learned_ranking.switch_on(db, person)

    assert learned_ranking.find_in_use(db) == first
    assert second.state == RankingState.RETIRED
    assert [entry.act for entry in learned_ranking.list_entries(db)] == ["on", "off", "fitted"]


def test_only_the_last_fits_are_kept_and_always_the_one_in_use(db, make):
    first = stored(db)
    for _ in range(KEPT + 3):
        learned_ranking.store(db, Learned(ENOUGH, model(), replace(TEST, ndcg=0.1)))

    kept = learned_ranking.list_models(db)

    assert len(kept) == KEPT + 1
    assert kept[-1] == first == learned_ranking.find_in_use(db)


@pytest.mark.both_databases
def test_the_database_allows_one_fit_in_use(db):
    db.add_all([model(state=RankingState.IN_USE), model(state=RankingState.IN_USE)])

    with pytest.raises(IntegrityError):
        db.flush()


@pytest.mark.both_databases
def test_entries_outlive_the_person_and_the_fit(db, make):
    person = make.person(role="administrator")
    first, second = stored(db), stored(db)
    learned_ranking.use(db, first, person)
    learned_ranking.use(db, second, person)

    db.delete(first)
    db.delete(person)
    db.flush()
    db.expire_all()

    left = db.scalars(sa.select(RankingEntry).order_by(RankingEntry.id)).all()
    assert [(entry.act, entry.model, entry.person) for entry in left] == [
        ("fitted", None, None),
        ("fitted", second, None),
        ("chosen", None, None),
        ("chosen", second, None),
    ]
