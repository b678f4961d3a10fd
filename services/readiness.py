"""Readiness: answers saved one by one, what they amount to at once, and what they amounted to before."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from matching.readiness import (
    CONSTRUCTS,
    ITEMS,
    PER_MARKET,
    QUESTIONNAIRE,
    RESOURCES,
    WEIGHTING,
    Readiness,
    combine,
    score_readiness,
)
from models import Firm, Person, ReadinessAnswer, ReadinessScore, ReadinessTake, Scores, TargetMarket, now_utc

NO_MARKET = ""
"""The market of what is asked once for the firm, and of a result that looks at none."""

SHOWN = ("RH", "RP", "RM", "RL")
"""The facets that other firms may see: what a partner could fill."""
COMMITTED = 50.0
"""What a firm must reach to state that it is committed, and all that the statement says (our design)."""
ENOUGH_FINANCE = 60.0
"""What a firm must reach to state that it could pay its share, and all that the statement says (science 1.5)."""

TOLD = ("rf", "rh", "rp", "rm", "rl", "com")
"""The columns of a result of which others may know something, some only by a statement."""

Answers = Mapping[tuple[str, str], int | None]
"""(item, market) → 1 to 5, or None for "I do not know"."""


class UnknownItem(ValueError):
    """Nothing is asked by this item for this market, or the answer is none of those offered."""


def markets_of(db: Session, firm: Firm) -> list[str]:
    """The firm's target markets, the most wanted first."""
    wanted = sa.select(TargetMarket.country).where(TargetMarket.firm_id == firm.id)
    return list(db.scalars(wanted.order_by(TargetMarket.priority.desc(), TargetMarket.country)))


@dataclass(frozen=True)
class Progress:
    """How far a firm has come with the questions that are asked of it now."""

    answered: int
    asked: int

    @property
    def is_done(self) -> bool:
        return self.answered == self.asked

    @property
    def share(self) -> float:
        return self.answered / self.asked


def list_questions(markets: Iterable[str]) -> list[tuple[str, str]]:
    """Everything that is asked, as (item, market): items of a market once for each of these, or once for none."""
    markets = list(markets) or [NO_MARKET]
    return [(item, market) for item in ITEMS for market in (markets if item in PER_MARKET else (NO_MARKET,))]


def all_answers(db: Session, firm: Firm) -> dict[tuple[str, str], int | None]:
    """What the firm has answered, for markets that it no longer wants, too."""
    rows = db.execute(
        sa.select(ReadinessAnswer.item, ReadinessAnswer.market, ReadinessAnswer.value).where(
            ReadinessAnswer.firm_id == firm.id
        )
    )
    return {(item, market): value for item, market, value in rows}


def find_progress(db: Session, firm: Firm) -> Progress:
    """How many of the questions the firm has answered; "I do not know" is an answer."""
    asked, answers = list_questions(markets_of(db, firm)), all_answers(db, firm)
    return Progress(sum(question in answers for question in asked), len(asked))


def save_answers(db: Session, firm: Firm, person: Person, answers: Answers) -> None:
    """Save some answers and score anew. Raises UnknownItem.

    People of one firm may answer at the same moment: the firm's row is locked, so that no score lacks an answer.
    """
    _lock(db, firm)
    asked = set(list_questions(markets_of(db, firm)))
    for question, value in answers.items():
        if question not in asked or not (value is None or value in range(1, 6)):
            raise UnknownItem(question)
    for (item, market), value in answers.items():
        row = db.get(ReadinessAnswer, (firm.id, item, market))
        if row is None:
            row = ReadinessAnswer(firm_id=firm.id, item=item, market=market)
            db.add(row)
        row.value, row.person_id, row.answered_at_utc = value, person.id, now_utc()
    rescore(db, firm)


def answer(db: Session, firm: Firm, person: Person, answers: Answers) -> Progress:
    """Save some answers; once nothing is open any more, keep what they amount to. Raises UnknownItem."""
    save_answers(db, firm, person, answers)
    progress = find_progress(db, firm)
    if progress.is_done:
        finish(db, firm)
    return progress


def rescore(db: Session, firm: Firm) -> None:
    """Bring the scores up to the answers and the markets as they are; to be called when either changes."""
    db.flush()
    answers, before = all_answers(db, firm), _told_of(db, firm)
    wanted = score_answers(answers, markets_of(db, firm)) if answers else {}
    db.execute(
        sa.delete(ReadinessScore).where(ReadinessScore.firm_id == firm.id, ReadinessScore.market.not_in(list(wanted)))
    )
    for market, result in wanted.items():
        row = db.get(ReadinessScore, (firm.id, market), populate_existing=True)
        if row is None:
            row = ReadinessScore(firm_id=firm.id, market=market)
            db.add(row)
        _fill(row, result)
    db.flush()
    _count_change(db, firm, before)


def score_answers(answers: Answers, markets: Iterable[str]) -> dict[str, Readiness]:
    """What answers amount to for no market and for each of these.

    What was answered while no market was named counts for none of those named later, and then for no market either:
    the engine takes what holds for no market to hold in all.
    """
    wanted = list(markets)
    general = {question: value for question, value in answers.items() if not (wanted and question[0] in PER_MARKET)}
    return {
        NO_MARKET: score_readiness(_for_market(general, NO_MARKET)),
        **{market: score_readiness(_for_market(answers, market)) for market in wanted},
    }


def _for_market(answers: Answers, market: str) -> dict[str, int | None]:
    return {
        item: value
        for (item, asked_for), value in answers.items()
        if asked_for == (market if item in PER_MARKET else NO_MARKET)
    }


def state_publicly(db: Session, firm: Firm, *, commitment: bool, finance: bool) -> None:
    """Choose which of the two statements the firm makes; each speaks only while its value is high enough."""
    _lock(db, firm)
    before = _told_of(db, firm)
    choices = {"states_commitment": commitment, "states_finance": finance, "revision": Firm.revision}
    db.execute(sa.update(Firm).where(Firm.id == firm.id).values(choices))
    db.refresh(firm, ["states_commitment", "states_finance", "revision"])
    _count_change(db, firm, before)


def _told_of(db: Session, firm: Firm) -> list[tuple]:
    """What others may know of a firm's results, market by market."""
    columns = [getattr(ReadinessScore, column) for column in TOLD]
    query = sa.select(ReadinessScore.market, *columns).where(ReadinessScore.firm_id == firm.id)
    rows = db.execute(query.order_by(ReadinessScore.market))
    found = []
    for market, *values in rows:
        seen = [None if v is None else told(firm, column, v) for column, v in zip(TOLD, values, strict=True)]
        found.append((market, *seen))
    return [row for row in found if any(value is not None for value in row[1:])]


def _count_change(db: Session, firm: Firm, before: list[tuple]) -> None:
    """Move the number at which whoever keeps a copy of the firm (the engine, the network) looks.

    Only when others may know something new: else they would learn that there was an answer.
    """
    if _told_of(db, firm) != before:
        db.execute(sa.update(Firm).where(Firm.id == firm.id).values(revision=Firm.revision + 1))
        db.refresh(firm, ["revision"])


def find_score(db: Session, firm: Firm, market: str = NO_MARKET) -> Readiness | None:
    """What the firm's answers amount to now, for a market or for none; None before the first answer."""
    row = db.get(ReadinessScore, (firm.id, market))
    return to_readiness(row) if row else None


def told(firm: Any, column: str, value: float) -> float | None:
    """What others may know of a firm's result, by the column's name: the value, or only that it suffices, or nothing.

    Of commitment and money only what the firm states, and only when it speaks for it; `firm` is the firm or a row
    with its two statements.
    """
    if column == "com":
        return COMMITTED if firm.states_commitment and value >= COMMITTED else None
    if column == "rf":
        return ENOUGH_FINANCE if firm.states_finance and value >= ENOUGH_FINANCE else None
    return value


def as_others_see(db: Session, firm: Firm, market: str = NO_MARKET) -> Readiness | None:
    """What another firm may know of this one's readiness for a market; None where that is nothing.

    What a partner could fill: people, product, market, logistics. Money only as the bare statement that it suffices,
    and only where the firm makes it; never commitment, nor what depends on it (index, band, collective route).
    """
    found = find_score(db, firm, market) or find_score(db, firm)
    if found is None:
        return None
    shown: dict[str, float | None] = dict.fromkeys(CONSTRUCTS)
    for facet in RESOURCES:
        value = found.constructs[facet]
        shown[facet] = None if value is None else told(firm, facet.lower(), value)
    if all(value is None for value in shown.values()):
        return None  # the same as before the first answer: which of the others were given is not told either
    return combine(shown, answered=0)


def main_market(db: Session, firm: Firm) -> str:
    """The market by which a firm is looked at first: the most wanted one, or none."""
    return next(iter(markets_of(db, firm)), NO_MARKET)


def finish(db: Session, firm: Firm) -> None:
    """Keep today's results for the history; a second finish on one day replaces the first."""
    _lock(db, firm)
    today = now_utc().replace(hour=0, minute=0, second=0, microsecond=0)
    db.execute(sa.delete(ReadinessTake).where(ReadinessTake.firm_id == firm.id, ReadinessTake.taken_at_utc >= today))
    for score in db.scalars(sa.select(ReadinessScore).where(ReadinessScore.firm_id == firm.id)):
        take = ReadinessTake(firm_id=firm.id, market=score.market, taken_at_utc=now_utc())
        _fill(take, to_readiness(score))
        db.add(take)
    db.flush()


def list_takes(db: Session, firm: Firm, market: str = NO_MARKET) -> list[ReadinessTake]:
    """The results kept for a market, the oldest first."""
    query = sa.select(ReadinessTake).where(ReadinessTake.firm_id == firm.id, ReadinessTake.market == market)
    return list(db.scalars(query.order_by(ReadinessTake.taken_at_utc, ReadinessTake.id)))


def to_readiness(row: Scores) -> Readiness:
    """A stored result as the engine's."""
    return combine({name: getattr(row, name.lower()) for name in CONSTRUCTS}, answered=row.answered)


def columns_of(result: Readiness) -> dict[str, Any]:
    """A result as it is stored."""
    return {
        "questionnaire": QUESTIONNAIRE,
        "weights": WEIGHTING,
        "answered": result.answered,
        "index": result.index,
        "band": result.band,
        "collective": result.collective,
        **{name.lower(): result.constructs[name] for name in CONSTRUCTS},
    }


def _fill(row: Scores, result: Readiness) -> None:
    for name, value in columns_of(result).items():
        setattr(row, name, value)


def _lock(db: Session, firm: Firm) -> None:
    db.execute(sa.select(Firm.id).where(Firm.id == firm.id).with_for_update())
