"""What a firm answers about its readiness: saved one by one, by several people, for markets that come and go."""

from __future__ import annotations

import datetime as dt

import pytest
import sqlalchemy as sa

from matching.readiness import ITEMS, PER_MARKET
from models import Firm, Person, ReadinessAnswer, ReadinessScore, ReadinessTake
from services import firms, firms_csv, personal_data, readiness
from services.profiles import load_profiles
from services.readiness import NO_MARKET, UnknownItem, list_questions
from tests.matching.test_readiness import answers as case
from tests.races import race


@pytest.fixture
def firm(make):
    return make.firm(targets=[("AGO", 2), ("PRT", 3)])


@pytest.fixture
def ana(make, firm):
    return make.owner_of(firm)


def whole(letter: str, *markets: str) -> dict:
    """Every answer of a case of the science note, the same for each market."""
    return {(item, market): case(letter)[item] for item, market in list_questions(markets)}


def markets_scored(db, firm) -> set[str]:
    return set(db.scalars(sa.select(ReadinessScore.market).where(ReadinessScore.firm_id == firm.id)))


def test_items_of_a_market_are_asked_once_for_each(db, firm):
    questions = list_questions(readiness.markets_of(db, firm))

    assert len(questions) == len(set(questions)) == 26 + 2 * 4
    assert [market for item, market in questions if item == "R7"] == ["PRT", "AGO"]
    assert all(market == NO_MARKET for item, market in questions if item not in PER_MARKET)


def test_without_a_market_its_items_are_asked_for_none(db, make):
    firm = make.firm(targets=[])
    ana = make.owner_of(firm)

    assert {market for _, market in list_questions(readiness.markets_of(db, firm))} == {NO_MARKET}
    assert readiness.answer(db, firm, ana, whole("A")).is_done
    assert readiness.find_score(db, firm).index == pytest.approx(48.9146875)


@pytest.mark.both_databases
def test_answers_are_kept_and_can_be_changed(db, firm, ana):
    readiness.save_answers(db, firm, ana, {("S1", NO_MARKET): 2, ("R7", "PRT"): 4})
    readiness.save_answers(db, firm, ana, {("S1", NO_MARKET): 5, ("R7", "AGO"): None})
    db.commit()

    assert readiness.all_answers(db, firm) == {("S1", NO_MARKET): 5, ("R7", "PRT"): 4, ("R7", "AGO"): None}
    assert readiness.find_progress(db, firm) == readiness.Progress(3, 34)
    assert db.get(ReadinessAnswer, (firm.id, "S1", NO_MARKET)).person_id == ana.id


@pytest.mark.both_databases
@pytest.mark.parametrize(("letter", "index"), [("A", 48.9146875), ("B", 35.7396875), ("C", 79.7084375)])
def test_each_market_has_the_result_of_the_science_note(db, firm, ana, letter, index):
    readiness.save_answers(db, firm, ana, whole(letter, "PRT", "AGO"))
    db.commit()

    for market in ("PRT", "AGO"):
        assert readiness.find_score(db, firm, market).index == pytest.approx(index)
    assert readiness.find_score(db, firm).constructs["RM"] is None, "no market, no knowledge of it"


def test_not_knowing_is_an_answer_and_on_knowledge_the_lowest(db, firm, ana):
    sure = whole("C", "PRT", "AGO")
    readiness.save_answers(db, firm, ana, {**sure, ("R7", "PRT"): None, ("S1", NO_MARKET): None})

    assert readiness.find_progress(db, firm).is_done
    assert readiness.find_score(db, firm, "PRT").constructs["RM"] == 37.5
    assert readiness.find_score(db, firm, "PRT").answered == 29, "not knowing an ambition says nothing"


@pytest.mark.parametrize(
    ("question", "value"),
    [
        (("X1", NO_MARKET), 3),
        (("S1", "PRT"), 3),
        (("R7", NO_MARKET), 3),
        (("R7", "BRA"), 3),
        (("R7", "nonsense"), 3),
        (("S1", NO_MARKET), 0),
        (("S1", NO_MARKET), 6),
    ],
)
def test_what_is_not_asked_is_refused_and_nothing_is_saved(db, firm, ana, question, value):
    with pytest.raises(UnknownItem):
        readiness.save_answers(db, firm, ana, {("S2", NO_MARKET): 3, question: value})

    assert readiness.all_answers(db, firm) == {}


@pytest.mark.both_databases
def test_two_people_answer_at_one_moment_and_the_score_has_both(db, database_url, make, firm, ana):
    rui = make.owner_of(firm)
    rest = whole("C", "PRT", "AGO")
    halves = [{q: v for q, v in rest.items() if (q[0][0] == "C") is is_first} for is_first in (True, False)]

    def answering(person: Person, half: dict):
        def work(session):
            return readiness.answer(session, session.get(Firm, firm.id), session.get(Person, person.id), half).share

        return work

    outcomes = race(database_url, answering(ana, halves[0]), answering(rui, halves[1]))

    assert outcomes == (pytest.approx(5 / 34), 1.0)
    assert readiness.find_score(db, firm, "PRT").index == pytest.approx(79.7084375)
    assert len(readiness.list_takes(db, firm, "PRT")) == 1


@pytest.mark.both_databases
def test_a_market_that_goes_while_somebody_answers_leaves_no_score(db, database_url, firm, ana):
    def drop(session):
        firms.set_target_markets(session, session.get(Firm, firm.id), [{"country": "PRT", "priority": 3}])

    def say(session):
        mine, person = session.get(Firm, firm.id), session.get(Person, ana.id)
        readiness.save_answers(session, mine, person, {("R7", "PRT"): 3})

    readiness.save_answers(db, firm, ana, {("R7", "AGO"): 3})
    db.commit()

    assert race(database_url, drop, say) == (None, None)
    db.rollback()
    assert markets_scored(db, firm) == {NO_MARKET, "PRT"}


@pytest.mark.both_databases
def test_the_score_of_a_market_goes_and_comes_with_it_and_its_answers_stay(db, firm, ana):
    readiness.save_answers(db, firm, ana, whole("C", "PRT", "AGO"))

    firms.set_target_markets(db, firm, [{"country": "PRT", "priority": 3}, {"country": "BRA", "priority": 1}])
    db.commit()

    assert markets_scored(db, firm) == {NO_MARKET, "PRT", "BRA"}
    assert readiness.find_score(db, firm, "BRA").constructs["RM"] is None
    assert readiness.find_progress(db, firm) == readiness.Progress(30, 34)

    firms.set_target_markets(db, firm, [{"country": "AGO", "priority": 3}])
    db.commit()
    assert markets_scored(db, firm) == {NO_MARKET, "AGO"}
    assert readiness.find_score(db, firm, "AGO").index == pytest.approx(79.7084375)


def test_what_was_answered_for_no_market_counts_for_none_named_later(db, make):
    firm = make.firm(targets=[])
    readiness.save_answers(db, firm, make.owner_of(firm), whole("C"))

    firms.set_target_markets(db, firm, [{"country": "AGO", "priority": 3}])

    assert readiness.find_score(db, firm, "AGO").constructs["RM"] is None
    assert readiness.find_progress(db, firm) == readiness.Progress(26, 30)


def test_markets_changed_by_a_file_change_the_scores(db, firm, ana):
    readiness.save_answers(db, firm, ana, whole("A", "PRT", "AGO"))
    db.commit()

    report = firms_csv.import_firms(db, f"key,target_markets\n{firm.key},BRA|3\n".encode())

    assert (report.problems, report.changed) == ([], [firm.name])
    assert markets_scored(db, firm) == {NO_MARKET, "BRA"}


def test_a_firm_that_has_not_answered_is_left_alone_by_its_markets(db, firm):
    firms.set_target_markets(db, firm, [{"country": "AGO", "priority": 3}])
    before = firm.revision

    readiness.rescore(db, firm)

    assert firm.revision == before
    assert markets_scored(db, firm) == set()


def test_whoever_keeps_a_copy_of_a_firm_is_told_of_what_others_may_know_alone(db, firm, ana):
    before = firm.revision

    readiness.save_answers(db, firm, ana, {("S1", NO_MARKET): 3, ("C1", NO_MARKET): 3, ("R1", NO_MARKET): 3})
    assert firm.revision == before

    readiness.save_answers(db, firm, ana, {("R9", NO_MARKET): 3, ("R10", NO_MARKET): 3})
    assert firm.revision > before


def test_what_was_answered_for_no_market_reaches_no_suggestion_for_one_named_later(db, make):
    firm = make.firm(targets=())
    ana = make.owner_of(firm)
    readiness.save_answers(db, firm, ana, {("R7", NO_MARKET): 4, ("R8", NO_MARKET): 4})
    db.commit()
    assert load_profiles(db)[str(firm.id)].facets_in("FRA") == {"RM": 0.75}

    firms.set_target_markets(db, firm, [{"country": "FRA", "priority": 3, "horizon": 1}])
    db.commit()

    assert load_profiles(db)[str(firm.id)].facets_in("FRA") == {}


@pytest.mark.both_databases
def test_finishing_twice_on_one_day_keeps_the_later_result(db, firm, ana):
    readiness.answer(db, firm, ana, whole("A", "PRT", "AGO"))
    readiness.answer(db, firm, ana, {("C1", NO_MARKET): 1})
    db.commit()

    [take] = readiness.list_takes(db, firm, "PRT")
    assert take.com == 60
    assert take.index == readiness.find_score(db, firm, "PRT").index


def test_finishing_on_another_day_adds_to_the_history(db, firm, ana):
    readiness.answer(db, firm, ana, whole("A", "PRT", "AGO"))
    for take in db.scalars(sa.select(ReadinessTake)):
        take.taken_at_utc -= dt.timedelta(days=1)

    readiness.answer(db, firm, ana, whole("C", "PRT", "AGO"))

    assert [take.band for take in readiness.list_takes(db, firm, "AGO")] == ["PRE_EXPORT", "READY"]


def test_nothing_is_kept_while_a_question_is_open(db, firm, ana):
    most = whole("A", "PRT", "AGO")
    most.pop(("L5", NO_MARKET))

    assert not readiness.answer(db, firm, ana, most).is_done
    assert readiness.list_takes(db, firm, "PRT") == []
    assert readiness.answer(db, firm, ana, {("L5", NO_MARKET): None}).is_done
    assert len(readiness.list_takes(db, firm, "PRT")) == 1


def test_statements_are_off_and_each_is_chosen_by_itself(db, firm):
    assert (firm.states_commitment, firm.states_finance) == (False, False)
    before = firm.revision

    readiness.state_publicly(db, firm, commitment=True, finance=False)
    db.commit()

    stored = db.get(Firm, firm.id, populate_existing=True)
    assert (stored.states_commitment, stored.states_finance) == (True, False)
    assert stored.revision == before, "a statement that does not speak is no news"


def test_a_statement_that_speaks_is_news(db, firm, ana):
    readiness.save_answers(db, firm, ana, {(item, NO_MARKET): 5 for item in ("C1", "C2", "C3", "C4", "C5")})
    before = firm.revision

    readiness.state_publicly(db, firm, commitment=True, finance=False)

    assert firm.revision > before


def test_a_person_takes_out_what_their_firms_answered(db, make, firm, ana):
    other = make.firm()
    readiness.answer(db, firm, ana, whole("A", "PRT", "AGO"))
    readiness.save_answers(db, other, make.owner_of(other), {("S1", NO_MARKET): 1})
    readiness.state_publicly(db, firm, commitment=True, finance=False)

    [post] = personal_data.collect_data(db, ana)["posts"]

    found = post["firm"]["readiness"]
    assert len(found["answers"]) == 34
    assert {(row["item"], row["value"]) for row in found["answers"] if row["market"] == "PRT"} == {
        ("R3", 2), ("R6", 3), ("R7", 1), ("R8", 1),
    }  # fmt: skip
    assert {row["market"]: row["band"] for row in found["results"]}["AGO"] == "PRE_EXPORT"
    assert {row["com"] for row in found["earlier_results"]} == {80.0}
    assert post["firm"]["states_commitment"] is True


@pytest.mark.both_databases
def test_a_firm_takes_its_answers_and_results_with_it(db, firm, ana):
    readiness.answer(db, firm, ana, whole("A", "PRT", "AGO"))
    db.commit()

    firms.delete_firm(db, firm)
    db.commit()

    for table in (ReadinessAnswer, ReadinessScore, ReadinessTake):
        assert db.scalar(sa.select(sa.func.count()).select_from(table)) == 0


@pytest.mark.both_databases
def test_a_person_who_goes_leaves_the_firms_answers_without_a_name(db, make, firm, ana):
    make.owner_of(firm)
    readiness.save_answers(db, firm, ana, {("S1", NO_MARKET): 4})
    db.commit()

    personal_data.delete_account(db, ana, with_firms=False)
    db.commit()

    assert db.scalars(sa.select(ReadinessAnswer.person_id)).all() == [None]


def test_every_item_is_asked(db, firm):
    assert {item for item, _ in list_questions(["PRT"])} == set(ITEMS)
