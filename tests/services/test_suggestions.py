"""Which partners are suggested, from the profiles as they are saved at that moment."""

from __future__ import annotations

import pytest

from models import ChoiceKind, FirmState
from services import choices, firms, suggestions
from services.errors import Forbidden
from services.suggestions import Filters, Suggester


@pytest.fixture
def suggester():
    return Suggester()


def names(db, suggester, firm, page=1, **filters):
    found = suggestions.suggest_partners(db, suggester, firm, Filters(**filters), page=page)
    return [entry.firm.name for entry in found.entries]


@pytest.fixture
def kianda(make):
    return make.firm(
        "Kianda",
        country="AGO",
        products=[("coffee", "0901")],
        targets=[("ESP", 3)],
        needs=["local_agent"],
        offers=["spare_capacity"],
    )


@pytest.fixture
def agent(make):
    return make.firm(
        "Agent",
        products=[("chocolate", "1806")],
        targets=[("ESP", 3)],
        offers=["local_agent"],
        needs=["spare_capacity"],
    )


@pytest.fixture
def stranger(make):
    return make.firm(
        "Stranger", products=[("boats", "8903")], targets=[("JPN", 1)], offers=["cold_chain"], needs=["packaging"]
    )


@pytest.mark.both_databases
def test_who_fits_best_comes_first_and_says_why(db, suggester, kianda, agent, stranger):
    page = suggestions.suggest_partners(db, suggester, kianda, Filters())

    assert [entry.firm.name for entry in page.entries] == ["Agent", "Stranger"]
    best = page.entries[0].suggestion
    assert best.score > page.entries[1].suggestion.score
    assert "gap" in [reason.code for reason in best.reasons]
    assert best.fills.capabilities == ("local_agent",)


@pytest.mark.parametrize("state", ["draft", "submitted", "returned", "rejected", "suspended"])
def test_a_firm_that_is_not_approved_is_never_suggested(db, suggester, make, kianda, state):
    make.firm("Hidden", state=state, targets=[("ESP", 3)], offers=["local_agent"])

    assert names(db, suggester, kianda) == []


@pytest.mark.parametrize("kind", list(ChoiceKind))
def test_a_firm_of_which_something_was_said_leaves_the_list_until_it_is_taken_back(
    db, suggester, make, kianda, agent, kind
):
    choices.choose(db, kianda, agent, kind, make.person())
    assert names(db, suggester, kianda) == []

    choices.undo(db, kianda, agent)
    assert names(db, suggester, kianda) == ["Agent"]


def test_a_block_works_both_ways_and_is_silent(db, suggester, kianda, agent):
    firms.block(db, agent, kianda)

    assert names(db, suggester, kianda) == []
    assert names(db, suggester, agent) == []
    assert suggestions.compare(db, suggester, kianda, agent).pair.vetoes == (), "the blocked side cannot tell"
    assert [v.code for v in suggestions.compare(db, suggester, agent, kianda).pair.vetoes] == ["blocked"]


def test_a_saved_profile_counts_at_the_next_look(db, suggester, make, kianda, agent, stranger):
    assert names(db, suggester, kianda)[0] == "Agent"

    firms.set_capabilities(db, stranger, offers=["local_agent"], needs=["spare_capacity"])
    firms.set_target_markets(db, stranger, [{"country": "ESP", "priority": 3, "horizon": 2}])
    firms.set_products(db, stranger, [{"words": "chocolate", "hs": "1806", "tier": 3, "segment": "retail"}])
    firms.set_capabilities(db, agent, offers=["cold_chain"], needs=["packaging"])

    assert names(db, suggester, kianda)[0] == "Stranger"


def test_firms_come_and_go_without_a_restart(db, suggester, make, kianda, agent):
    assert names(db, suggester, kianda) == ["Agent"]
    for number in range(6):
        make.firm(f"Late {number}")
    assert len(names(db, suggester, kianda)) == 7

    agent.state = FirmState.RETURNED
    db.flush()
    assert "Agent" not in names(db, suggester, kianda)


def test_a_kept_engine_says_the_same_as_a_new_one(db, suggester, make, kianda, agent, stranger):
    names(db, suggester, kianda)
    for number in range(5):
        make.firm(f"More {number}", targets=[("ESP", 2)])
        names(db, suggester, kianda)
    firms.set_target_markets(db, agent, [])

    kept = suggestions.suggest_partners(db, suggester, kianda, Filters())
    fresh = suggestions.suggest_partners(db, Suggester(), kianda, Filters())

    assert [(e.firm.id, e.suggestion) for e in kept.entries] == [(e.firm.id, e.suggestion) for e in fresh.entries]


def test_filters_come_before_the_choice_of_the_best(db, suggester, make, kianda, agent, stranger):
    assert names(db, suggester, kianda, market="JPN") == ["Stranger"]
    assert names(db, suggester, kianda, capability="local_agent") == ["Agent"]
    assert names(db, suggester, kianda, country="BRA") == []
    assert set(names(db, suggester, kianda, only_new=True)) == {"Agent", "Stranger"}


def test_the_list_has_pages_and_no_end_but_its_own(db, suggester, make, kianda):
    for number in range(23):
        make.firm(f"Firm {number}", targets=[("ESP", 1 + number % 3)])

    pages = [suggestions.suggest_partners(db, suggester, kianda, Filters(), page=p) for p in (1, 2, 3, 4)]

    assert [(len(p.entries), p.page, p.pages, p.total) for p in pages] == [
        (10, 1, 3, 23),
        (10, 2, 3, 23),
        (3, 3, 3, 23),
        (3, 3, 3, 23),
    ]
    seen = [e.firm.id for p in pages[:3] for e in p.entries]
    assert len(set(seen)) == 23


def test_only_two_different_approved_firms_are_compared(db, suggester, make, kianda):
    for other in (kianda, make.firm(state="draft")):
        with pytest.raises(Forbidden):
            suggestions.compare(db, suggester, kianda, other)


def test_a_page_costs_few_queries_however_long_the_list(db, make, kianda, database_url):
    import sqlalchemy as sa

    for number in range(12):
        make.firm(f"Firm {number}", targets=[("ESP", 2)])
    suggester, counted = Suggester(), []
    suggestions.suggest_partners(db, suggester, kianda, Filters())
    db.expire_all()
    sa.event.listen(db.get_bind(), "after_cursor_execute", lambda *_: counted.append(1))
    suggestions.suggest_partners(db, suggester, kianda, Filters())

    assert len(counted) < 45
