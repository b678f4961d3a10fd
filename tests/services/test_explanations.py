"""Why a firm is not among the first, and what would change it: exact, and silent on what is not to be told."""

from __future__ import annotations

from dataclasses import replace

import pytest

from matching.changes import Change, answer_changes, apply_changes
from models import ChoiceKind
from services import choices, explanations, firms, readiness, suggestions
from services.errors import Forbidden
from services.profiles import public_profile, to_profile
from services.readiness import list_questions, markets_of
from services.suggestions import Filters, Suggester


@pytest.fixture
def suggester():
    return Suggester()


def answer_all(db, make, firm, value=2, **values):
    questions = list_questions(markets_of(db, firm))
    answers = {(item, market): values.get(item, value) for item, market in questions}
    readiness.save_answers(db, firm, make.person(), answers)
    db.commit()


@pytest.fixture
def town(make, db):
    """A firm, one that it looks at, and a dozen that suit that one better or worse."""
    me = make.firm(
        "Kianda", country="AGO", products=[("coffee", "0901")], targets=[("ESP", 3), ("FRA", 1)],
        needs=["local_agent"], offers=["spare_capacity"], languages=[("pt", "native")],
    )  # fmt: skip
    other = make.firm(
        "Douro", products=[("chocolate", "1806")], targets=[("ESP", 3), ("FRA", 2)],
        needs=["customs_clearance", "packaging"], offers=["local_agent", "trade_fairs"],
    )  # fmt: skip
    for n in range(12):
        make.firm(
            f"Firm {n:02}", products=[("tea", "0902")], targets=[("ESP", 1 + n % 3), ("BRA", 2)],
            offers=["customs_clearance" if n < 10 else "cold_chain"], needs=["trade_fairs"], employees=20 + n,
        )  # fmt: skip
    make.firm(
        "Star", products=[("cocoa", "1801")], targets=[("ESP", 3), ("FRA", 1)], offers=["local_agent"],
        needs=["spare_capacity"],
    )  # fmt: skip
    answer_all(db, make, me)
    answer_all(db, make, other, R9=1, R10=1, R7=1)
    return me, other


def ids(ranked):
    return [int(id) for id, _ in ranked]


@pytest.mark.both_databases
def test_the_place_is_that_of_the_list_of_suggestions(db, suggester, town):
    me, other = town
    pages = [suggestions.suggest_partners(db, suggester, me, Filters(), page=page) for page in (1, 2)]
    listed = [entry.firm.id for page in pages for entry in page.entries]

    standing = explanations.explain_standing(db, suggester, me, other)

    assert standing.found.place == listed.index(other.id) + 1
    assert standing.found.of == len(listed) == 14
    edge = [firm_id for firm_id in listed if firm_id != other.id][9]
    scores = {entry.firm.id: entry.suggestion.score for page in pages for entry in page.entries}
    assert standing.found.edges == ((10, pytest.approx(scores[edge], abs=1e-12)),)
    assert (standing.edge.id, standing.edge_place) == (edge, 10)


def test_a_firm_that_was_answered_has_the_place_it_would_have(db, suggester, make, town):
    me, other = town
    before = explanations.explain_standing(db, suggester, me, other)
    choices.choose(db, me, other, ChoiceKind.NEVER, make.person())

    after = explanations.explain_standing(db, suggester, me, other)

    assert after.found == before.found
    assert (before.choice, after.choice.kind) == (None, ChoiceKind.NEVER)


def test_nothing_tells_that_the_other_has_blocked_the_firm(db, suggester, town):
    me, other = town
    before = explanations.explain_standing(db, suggester, me, other), outlook_of(db, suggester, me, other)
    firms.block(db, other, me)
    db.commit()

    after = explanations.explain_standing(db, suggester, me, other), outlook_of(db, suggester, me, other)

    assert before[0].found.place > 0
    assert after[0].found == before[0].found
    assert after[1] == before[1]


def outlook_of(db, suggester, me, other):
    found = explanations.find_outlook(db, suggester, me, other)
    answers = (found.into_first_ten, found.to_their_first, found.to_our_first)
    return (found.place, found.its_place, [[one.found for one in some] for some in answers])


def test_a_third_firms_block_against_the_other_does_not_move_its_list(db, suggester, town):
    me, other = town
    third = next(firm for firm in firms.find_by_name(db, "Firm") if firm.id != other.id)
    before = outlook_of(db, suggester, me, other)
    firms.block(db, third, other)
    firms.block(db, other, third)
    db.commit()

    assert outlook_of(db, suggester, me, other) == before


def test_what_the_firm_itself_blocked_is_named(db, suggester, town):
    me, other = town
    firms.block(db, me, other)
    db.commit()

    standing = explanations.explain_standing(db, suggester, me, other)

    assert (standing.found.place, standing.found.veto.code) == (0, "blocked")


@pytest.mark.both_databases
def test_each_way_leads_where_it_says_when_the_profile_is_changed(db, suggester, make, town):
    me, other = town
    outlook = explanations.find_outlook(db, suggester, me, other)
    ways = [*outlook.into_first_ten, *outlook.to_their_first, *outlook.to_our_first]
    assert ways
    assert {len(way.found.changes) for way in ways} <= {1, 2}

    for way, of_mine in [(w, False) for w in (*outlook.into_first_ten, *outlook.to_their_first)] + [
        (way, True) for way in outlook.to_our_first
    ]:
        with db.begin_nested() as undone:
            make_true(db, make, me, way.found.changes)
            suggester = Suggester()  # what is undone counts its changes from the same number again
            if of_mine:
                reached = explanations.explain_standing(db, suggester, me, other).found
            else:
                theirs = public_profile(db, other)
                everyone = suggestions.ranked_scores(db, suggester, theirs)
                place = [id for id, _ in everyone if id != theirs.id].index(str(me.id)) + 1
                reached = replace(way.found, place=place, score=dict(everyone)[str(me.id)])
            undone.rollback()
        db.expire_all()
        assert reached.place == way.found.place
        assert reached.score == pytest.approx(way.found.score, abs=1e-12)


def make_true(db, make, firm, changes):
    """Change the profile by the services that the pages use."""
    offers, needs = list(firm.offers), list(firm.needs)
    markets = {m.country: {"country": m.country, "priority": m.priority, "horizon": m.horizon}
               for m in firm.target_markets}  # fmt: skip
    languages = {row.language: {"language": row.language, "level": row.level} for row in firm.languages}
    answers = {}
    for change in changes:
        if change.kind in ("offer", "need"):
            (offers if change.kind == "offer" else needs).append(change.what)
        elif change.kind == "market":
            known = markets.setdefault(change.what, {"country": change.what, "horizon": None})
            known["priority"] = int(change.step)
        elif change.kind == "language":
            level = {0.6: "working", 0.9: "fluent"}[change.step]
            languages[change.what] = {"language": change.what, "level": level}
        else:
            answers[change.what, change.market] = int(change.step)
    firms.set_capabilities(db, firm, offers=offers, needs=needs)
    firms.set_target_markets(db, firm, list(markets.values()))
    firms.set_languages(db, firm, list(languages.values()))
    if answers:
        readiness.save_answers(db, firm, make.person(), answers)
    db.flush()


@pytest.mark.parametrize("market", ["", "ESP"])
@pytest.mark.parametrize("item", ["R3", "R4", "R5", "R6", "R7", "R8", "R9", "R10"])
def test_a_better_answer_makes_the_profile_that_was_foretold(db, make, item, market):
    targets = [("ESP", 3), ("FRA", 2)] if market else []
    firm = make.firm(targets=targets)
    answer_all(db, make, firm, value=3, R4=1, R6=2, R7=None)
    per_market = item in readiness.PER_MARKET
    for view in (to_profile, public_profile):
        before = view(db, firm)
        stored = readiness.all_answers(db, firm)
        steps = [c for c in answer_changes(before, stored) if c.what == item and c.market in ("", market)]
        assert [change.step for change in steps] == [4, 5]
        foretold = apply_changes(before, steps[1:])

        question = (item, market if per_market else "")
        readiness.save_answers(db, firm, make.person(), {question: 5})

        after = view(db, firm)
        for place in ("", *sorted(after.targets)):
            assert after.facets_in(place) == foretold.facets_in(place)
        readiness.save_answers(db, firm, make.person(), {question: stored[question]})


def test_a_market_whose_priority_would_move_the_horizon_is_not_proposed(db, make):
    firm = make.firm(targets=())
    rows = [{"country": "ESP", "priority": 2, "horizon": 1}, {"country": "FRA", "priority": 1, "horizon": 3}]
    firms.set_target_markets(db, firm, rows)
    other = make.firm(targets=[("ESP", 3), ("FRA", 3), ("BRA", 3)])
    mine, theirs = to_profile(db, firm), public_profile(db, other)

    found = explanations._possible(db, firm, mine, theirs, {})

    steps = {(change.what, change.step) for change in found if change.kind == "market"}
    assert steps == {("ESP", 3), ("BRA", 1), ("BRA", 2), ("BRA", 3), ("FRA", 2)}


def test_whoever_answered_without_a_market_is_not_promised_a_market(db, make):
    firm, other = make.firm(targets=[]), make.firm(targets=[("ESP", 3)])
    answer_all(db, make, firm)
    mine, theirs = to_profile(db, firm), public_profile(db, other)

    found = explanations._possible(db, firm, mine, theirs, readiness.all_answers(db, firm))

    assert [change for change in found if change.kind == "market"] == []
    assert Change("market", "ESP", step=3) in explanations._possible(db, firm, mine, theirs, {})


def test_what_a_change_costs_is_told(db, suggester, town):
    me, other = town
    outlook = explanations.find_outlook(db, suggester, me, other)

    for way in (*outlook.into_first_ten, *outlook.to_their_first, *outlook.to_our_first):
        changed = apply_changes(to_profile(db, me), way.found.changes)
        for firm, now, then in way.losses:
            profile = public_profile(db, firm)
            assert suggester.explain(to_profile(db, me), profile).pair.score == now
            assert suggester.explain(changed, profile).pair.score == then < now


def test_both_sides_must_be_approved_and_different(db, suggester, make, town):
    me, _ = town
    for other in (make.firm(state="draft"), me):
        for ask in (explanations.explain_standing, explanations.find_outlook):
            with pytest.raises(Forbidden):
                ask(db, suggester, me, other)
