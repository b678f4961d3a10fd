"""A site on which much has happened: firms that found partners, by a rule of their own that scores do not know."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from pathlib import Path

import sqlalchemy as sa
from sqlalchemy.orm import Session

from models import (
    Choice,
    ChoiceKind,
    Firm,
    FirmLink,
    Introduction,
    Message,
    RankingModel,
    fold,
    make_engine,
    make_sessions,
    now_utc,
)
from services import learned_ranking
from tests.factories import Factory
from web.commands import migrate

MARKETS = ("ESP", "FRA", "DEU", "BRA")


@dataclass
class World:
    """Firms of small and large size; who is small chose the small and declined the large."""

    db: Session
    firms: list[Firm]

    def introduce(self, a: Firm, b: Firm, days_ago: int, *, closed: bool = False, both_wrote: bool = False) -> None:
        """Let two firms have met, by rows alone: no time passes in a test."""
        first, second = sorted((a, b), key=lambda firm: firm.id)
        when = now_utc() - dt.timedelta(days=days_ago)
        found = Introduction(
            first_id=first.id, second_id=second.id, opened_at_utc=when, closed_at_utc=when if closed else None
        )
        self.db.add(found)
        self.db.flush()
        if both_wrote:
            self.db.add_all(Message(introduction_id=found.id, firm_id=firm.id, body="Hello") for firm in (a, b))
        self.db.commit()

    def decline(self, a: Firm, b: Firm, days_ago: int, kind: ChoiceKind = ChoiceKind.NEVER) -> None:
        """Let a firm have said something of another."""
        when = now_utc() - dt.timedelta(days=days_ago)
        self.db.merge(Choice(firm_id=a.id, other_id=b.id, kind=kind, made_at_utc=when))
        self.db.commit()

    def declare(self, firm: Firm, name: str, days_ago: int) -> None:
        """Let a firm name a past consortium."""
        when = now_utc() - dt.timedelta(days=days_ago)
        firm.links.append(FirmLink(kind="consortium", name=name, name_folded=fold(name), declared_at_utc=when))
        self.db.commit()


def make_world(db: Session, make: Factory, *, firms: int = 36, meetings: int = 4) -> World:
    """Firms that met others of their own size, `meetings` each, over the last year and a half."""
    world = World(
        db,
        [
            make.firm(
                f"Firm {n:02d}",
                targets=[(MARKETS[n % 4], 3), (MARKETS[(n + 1 + n // 4 % 3) % 4], 2)],
                products=[(f"good {n}", ("1509", "2204", "0901")[n % 3])],
                employees=5 if n % 2 else 240,
                city=("Porto", "Lisboa", "Faro")[n % 3],
            )
            for n in range(firms)
        ],
    )
    for step in range(meetings):
        for place, firm in enumerate(world.firms):
            other = world.firms[(place + 2 * (3 * step + 1)) % firms]
            refused = world.firms[(place + 2 * (3 * step + 2) + 1) % firms]
            if not _have_met(db, firm, other):
                world.introduce(firm, other, days_ago=540 - 130 * step - place % 7)
            world.decline(firm, refused, days_ago=539 - 130 * step - place % 7)
    return world


def _have_met(db: Session, firm: Firm, other: Firm) -> bool:
    first, second = sorted((firm.id, other.id))
    met = sa.exists().where(Introduction.first_id == first, Introduction.second_id == second)
    return db.scalar(sa.select(met))


def firms_of(db: Session) -> list[Firm]:
    """The firms of a site that was filled, in the order in which they were made."""
    return list(db.scalars(sa.select(Firm).order_by(Firm.id)))


def fill_with_experience(path: Path) -> None:
    """Make a SQLite file of a site on which a fit is in use: its tables, a world, and what was learned from it."""
    engine = make_engine(f"sqlite:///{path}")
    migrate(engine)
    with make_sessions(engine, writes=True)() as db:
        make_world(db, Factory(db))
        if not learned_ranking.store(db, learned_ranking.learn(db)):
            raise AssertionError("what was learned from this world is used")
        db.commit()
    engine.dispose()


def sample_fit(db: Session, **values) -> RankingModel:
    """A fit with figures of every kind, kept and not in use; its layer is empty, so nothing can be ranked by it."""
    bins = [{"least": 0.0, "most": 0.02, "pairs": 900, "said": 0.012, "chosen": 0.01}]
    bins += [{"least": 0.2, "most": 0.4, "pairs": 40, "said": 0.31, "chosen": 0.275}]
    test = {"day": "2026-09-01", "questions": 42, "firms": 31, "ndcg": 0.2345, "ndcg_default": 0.2101, "low": -0.004}
    test |= {"high": 0.051, "pairs": 940, "brier": 0.0212, "brier_default": 0.1409, "calibration_error": 0.0034}
    names = [("base", 0.061, 0.93), ("size", 0.034, -0.5), ("gap", 0.021, 0.05), ("ties", 0.018, None)]
    filled = {
        "version": str(learned_ranking.VERSION),
        "fingerprint": "0123456789abcdef" * 4,
        "outcomes": 180,
        "firms": 64,
        "metrics": {
            "backtest": test | {"calibration": bins, "is_not_worse": True},
            "effects": [{"name": name, "moves": moves, "slope": slope} for name, moves, slope in names],
        },
        "layer": {},
    }
    found = RankingModel(**{**filled, **values})
    db.add(found)
    db.flush()
    return found
