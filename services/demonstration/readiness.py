"""Draws what the fictional firms answer about their readiness: the same answers for the same seed."""

from __future__ import annotations

import datetime as dt
import random
from collections.abc import Mapping, Sequence
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from matching.readiness import CONSTRUCTS
from models import Firm, ReadinessAnswer, ReadinessScore, ReadinessTake, now_utc
from services.demonstration.featured import ANSWERS, ANSWERS_BEFORE
from services.readiness import NO_MARKET, columns_of, list_questions, score_answers
from services.vocabulary import CAPABILITIES, EXPERIENCE, LANGUAGE_LEVELS

SEED = 2607
ANSWERING, PARTLY, UNKNOWN = 0.7, 0.12, 0.03
"""Shares: of the firms that answer, of these the ones that stop on the way, of answers that are "I do not know"."""
STATING = 0.25
"""How many of the firms that answered make a statement."""
BETWEEN_TAKES = dt.timedelta(days=47)

KNOWN_BY = {
    "R4": ("export_manager", "export_training", "export_paperwork"),
    "R6": ("product_approval", "quality_certification"),
    "R9": ("freight_consolidation", "packaging", "warehouse_abroad"),
    "R10": ("export_paperwork", "customs_clearance", "payment_handling"),
    "R5": ("spare_capacity", "quality_certification"),
    "S2": ("product_development", "design_and_brand"),
    "S3": ("spare_capacity",),
    "S7": ("trade_fairs", "public_funding"),
    "R1": ("shared_investment", "public_funding"),
    "R2": ("working_capital", "credit_insurance"),
}
"""Whoever offers one of these can answer the item well."""

Answers = dict[tuple[str, str], int | None]


def answer_questions(db: Session, ids: Sequence[int], records: Sequence[Mapping[str, Any]]) -> None:
    """Store answers, results and, of firms that finished, what they came to; in few statements."""
    chance, now = random.Random(SEED), now_utc()
    drawn: dict[int, Answers] = {}
    for place, (firm_id, record) in enumerate(zip(ids, records, strict=True)):
        answers = _featured(record, ANSWERS[place]) if place < len(ANSWERS) else _draw(chance, record)
        if answers:
            drawn[firm_id] = answers
    markets = {i: [m["country"] for m in record["target_markets"]] for i, record in zip(ids, records, strict=True)}
    came = {firm_id: now - dt.timedelta(days=chance.randint(2, 18)) for firm_id in drawn}
    scores = {firm_id: score_answers(answers, markets[firm_id]) for firm_id, answers in drawn.items()}
    done = [i for i, answers in drawn.items() if len(answers) == len(list_questions(markets[i]))]

    first = ids[0]
    before = score_answers({**drawn[first], **_of_markets(ANSWERS_BEFORE, markets[first])}, markets[first])
    takes = _rows(first, before, taken_at_utc=came[first] - BETWEEN_TAKES)
    takes += [row for i in done for row in _rows(i, scores[i], taken_at_utc=came[i])]
    db.execute(sa.insert(ReadinessAnswer), [
        {"firm_id": i, "item": item, "market": market, "value": value, "answered_at_utc": came[i]}
        for i, answers in drawn.items() for (item, market), value in answers.items()
    ])  # fmt: skip
    db.execute(sa.insert(ReadinessScore), [row for i, results in scores.items() for row in _rows(i, results)])
    db.execute(sa.insert(ReadinessTake), takes)
    for column in (Firm.states_commitment, Firm.states_finance):
        stating = [firm_id for firm_id in drawn if chance.random() < STATING]
        db.execute(sa.update(Firm).where(Firm.id.in_(stating)).values({column: True}))


def _rows(firm_id: int, results: Mapping[str, Any], **more: Any) -> list[dict[str, Any]]:
    return [
        {"firm_id": firm_id, "market": market, **columns_of(result), **more} for market, result in results.items()
    ]


def _featured(record: Mapping[str, Any], answers: Mapping[str, Any]) -> Answers:
    return _of_markets(answers, [market["country"] for market in record["target_markets"]])


def _of_markets(answers: Mapping[str, Any], markets: Sequence[str]) -> Answers:
    """Answers written by hand: a number for the firm, or a number for each market."""
    found: Answers = {}
    for item, value in answers.items():
        found |= {(item, m): value[m] for m in markets} if isinstance(value, dict) else {(item, NO_MARKET): value}
    return found


def _draw(chance: random.Random, record: Mapping[str, Any]) -> Answers:
    """Answers that go with what a firm offers, speaks and knows; none of most firms that have not begun."""
    if chance.random() >= ANSWERING:
        return {}
    known = {market["country"]: EXPERIENCE[market["experience"]] for market in record["known_markets"]}
    ambition, money = chance.gauss(3.5, 0.8), chance.gauss(2.6 + (record["employees"] or 10) / 80, 0.8)
    rigidity = chance.gauss(3.1 - 0.4 * (ambition - 3) - 0.2 * len(known), 0.7)
    level = {"STI": ambition, "COM": ambition - 0.2, "RIG": rigidity, "RF": money, "RP": 3.4}
    level |= {"STE": 2.6 + 0.3 * len(known), "NET": 2.4 + 0.3 * len(known) + 0.5 * bool(record["associations"])}
    construct_of = {item: name for name, items in CONSTRUCTS.items() for item in items}
    answers: Answers = {}
    for item, market in list_questions(row["country"] for row in record["target_markets"]):
        mean = level.get(construct_of[item], 2.3)
        if market:
            mean = _for_market(item, record, known.get(market, 0.0))
        if set(KNOWN_BY.get(item, ())) & set(record["offers"]):
            mean = max(mean, 3.0) + 1.2
        value = min(5, max(1, round(chance.gauss(mean, 0.7))))
        answers[item, market] = None if chance.random() < UNKNOWN else value
    if chance.random() < PARTLY:
        kept = list(answers)[: chance.randint(5, len(answers) - 4)]
        return {question: answers[question] for question in kept}
    return answers


def _for_market(item: str, record: Mapping[str, Any], experience: float) -> float:
    """What a firm answers for one market: by its experience there, its languages, and what it offers."""
    if item == "R3":
        best = max((LANGUAGE_LEVELS[row["level"]] for row in record["languages"]), default=0.0)
        return 2.2 + 1.2 * best + 1.5 * experience
    if item == "R6":
        return 2.4 + 1.2 * bool(record["certificates"]) + experience
    channels = sum(CAPABILITIES[code] == "RM" for code in record["offers"])
    return 1.5 + 3.2 * experience + 0.25 * channels
