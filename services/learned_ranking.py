"""Learning how to rank from what happened: when there is enough of it, whether a fit is used, and who decided so.

A fit is made by the nightly command only, and taken into use by one rule: its order must not have been worse than the
default one on the latest outcomes (`ranking_backtest.Backtest.is_not_worse`). Administrators may switch the whole
off, or put an earlier fit back; the nightly command respects the first and may replace the second.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import TYPE_CHECKING

import sqlalchemy as sa
from sqlalchemy.orm import Session, joinedload

from matching.learning.history import History, Outcome
from matching.learning.layer_results import VERSION
from models import Deed, Person, RankingAct, RankingEntry, RankingModel, RankingState, now_utc
from services import audit
from services.errors import Forbidden, NotFound
from services.evidence import Evidence, gather
from services.ranking_backtest import Backtest, backtest
from services.ranking_effects import find_effects

if TYPE_CHECKING:
    from matching.learning.ranking_layer import RankingLayer

LEAST_CHOSEN = 60
"""Searches in which somebody was chosen, below which nothing is learned: so many that no single one shows."""
LEAST_FIRMS = 20
"""Different firms of which these must be; below, a firm could find its own choices in the weights."""
LEAST = (LEAST_CHOSEN, LEAST_FIRMS)
LEAST_NEW_FIRMS = 5
"""Different firms that must have added an outcome since the fit in use before there is another: see `evidence`."""
KEPT = 10
"""How many fits are kept, the one in use among them."""
HEAD = 200
"""How many firms of the default order are put into the learned one: twenty pages; what follows stays as it is."""
LOOKED_AT = 1000


@dataclass(frozen=True)
class Lack:
    """What there is of each thing that is needed, in the situation of which there is most, and how much is needed."""

    chosen: int
    firms: int
    new_firms: int | None
    """None where there is no fit yet."""

    @property
    def too_few_chosen(self) -> int:
        return max(0, LEAST_CHOSEN - self.chosen)

    @property
    def too_few_firms(self) -> int:
        return max(0, LEAST_FIRMS - self.firms)

    @property
    def too_few_new(self) -> int:
        return 0 if self.new_firms is None else max(0, LEAST_NEW_FIRMS - self.new_firms)

    def __bool__(self) -> bool:
        return bool(self.too_few_chosen or self.too_few_firms or self.too_few_new)


@dataclass(frozen=True)
class Learned:
    """What the nightly command came to: something is lacking, or a fit, with its test, to be stored."""

    lack: Lack
    model: RankingModel | None = None
    test: Backtest | None = None

    @property
    def is_good(self) -> bool:
        return self.test is not None and self.test.is_not_worse


def is_on(db: Session) -> bool:
    """Whether administrators let suggestions be ranked by what was learned; they do until they switch it off."""
    switches = (RankingAct.ON, RankingAct.OFF)
    query = sa.select(RankingEntry.act).where(RankingEntry.act.in_(switches)).order_by(RankingEntry.id.desc())
    return db.scalar(query.limit(1)) != RankingAct.OFF


def find_in_use(db: Session) -> RankingModel | None:
    """The fit by which suggestions are ranked; None for the default order."""
    return db.scalar(sa.select(RankingModel).where(RankingModel.state == RankingState.IN_USE))


def find_in_use_id(db: Session) -> int | None:
    """Its number alone: what every list of suggestions asks."""
    return db.scalar(sa.select(RankingModel.id).where(RankingModel.state == RankingState.IN_USE))


def get_model(db: Session, key: str) -> RankingModel:
    """The fit with this key. Raises NotFound."""
    model = db.scalar(sa.select(RankingModel).where(RankingModel.key == key))
    if model is None:
        raise NotFound("ranking_model")
    return model


def list_models(db: Session) -> list[RankingModel]:
    """The fits that are kept, newest first."""
    return list(db.scalars(sa.select(RankingModel).order_by(RankingModel.id.desc())))


def list_entries(db: Session, most: int = 20) -> list[RankingEntry]:
    """What was done to the learned ranking, newest first."""
    query = sa.select(RankingEntry).options(joinedload(RankingEntry.model), joinedload(RankingEntry.person))
    return list(db.scalars(query.order_by(RankingEntry.id.desc()).limit(most)))


def is_understood(model: RankingModel) -> bool:
    """Whether this engine can rank by the fit: it is of the same version."""
    return model.version == str(VERSION)


def find_since(entries: Sequence[RankingEntry], model: RankingModel | None) -> RankingEntry | None:
    """The newest of these entries by which the fit came into use."""
    acts = (RankingAct.FITTED, RankingAct.CHOSEN, RankingAct.ON)
    return next((one for one in entries if model and one.model_id == model.id and one.act in acts), None)


def find_newest(db: Session) -> RankingModel | None:
    """The last fit, whether it is used or not."""
    return db.scalar(sa.select(RankingModel).order_by(RankingModel.id.desc()).limit(1))


def find_lack(history: History, outcomes: Sequence[Outcome], newest: RankingModel | None) -> Lack:
    """What there is to learn from beside what is needed."""
    counts = [_count(some) for some in by_situation(history, _rounded(outcomes)).values()]
    chosen, firms = max(counts, default=(0, 0))
    since = newest.fitted_at_utc.date() if newest else None
    later = {outcome.question.members[0] for outcome in outcomes if since is not None and outcome.day > since}
    return Lack(chosen, firms, None if newest is None else len(later))


def _count(outcomes: Sequence[Outcome]) -> tuple[int, int]:
    """In how many somebody was chosen, and of how many firms these are."""
    chosen = [outcome for outcome in outcomes if outcome.chosen]
    return len(chosen), len({outcome.question.members[0] for outcome in chosen})


def by_situation(history: History, outcomes: Sequence[Outcome]) -> dict[bool, list[Outcome]]:
    """Outcomes of firms that had been in a group before, and of those that had not: the layer learns them apart."""
    since: dict[str, date] = {}
    for group in history.groups:  # in the order of days
        for firm in group.members:
            since.setdefault(firm, group.day)
    found: dict[bool, list[Outcome]] = {}
    for outcome in outcomes:
        has_past = since.get(outcome.question.members[0], date.max) < outcome.day
        found.setdefault(has_past, []).append(outcome)
    return found


def _rounded(outcomes: Sequence[Outcome]) -> list[Outcome]:
    """Outcomes on the first of their month.

    Signals are drawn once for each day that occurs, and what was known at its beginning was known before the outcome.
    """
    return [replace(outcome, day=outcome.day.replace(day=1)) for outcome in outcomes]


def fit_layer(evidence: Evidence, outcomes: Sequence[Outcome], *, least: tuple[int, int] = LEAST) -> RankingLayer:
    """A layer that has learned from outcomes.

    What is needed must be there in each situation, firms with a past and without, or the default order stands for it:
    the layer would else learn from the few choices of a few firms.
    """
    from matching.learning.ranking_layer import RankingLayer  # brings SciPy, and only the nightly command fits

    kept = [
        outcome
        for some in by_situation(evidence.history, _rounded(outcomes)).values()
        if all(there >= needed for there, needed in zip(_count(some), least, strict=True))
        for outcome in some
    ]
    layer = RankingLayer(looked_at=max(LOOKED_AT, len(evidence.profiles)))
    return layer.fit(evidence.profiles_on, evidence.history, kept)


def learn(db: Session) -> Learned:
    """Fit on all the evidence and test the way of fitting on the latest of it; nothing is stored.

    Needs a session that reads only: the work takes long, and nobody waits for it.
    """
    evidence = gather(db)
    lack = find_lack(evidence.history, evidence.outcomes, find_newest(db))
    if lack:
        return Learned(lack)
    # What was fitted for the test is thrown away: it may rest on the part of the evidence that there was by then.
    test = backtest(evidence, lambda outcomes: fit_layer(evidence, outcomes, least=(1, 1)), HEAD)
    layer = fit_layer(evidence, evidence.outcomes)
    model = RankingModel(
        version=str(VERSION),
        fingerprint=evidence.fingerprint(),
        outcomes=len(evidence.outcomes),
        firms=len(evidence.firms),
        metrics={
            "backtest": test.to_data() if test else None,
            "effects": [effect.to_data() for effect in find_effects(evidence, layer, now_utc().date())],
            "pull": {situation: layer.pull(situation) for situation in layer.models_},
        },
        layer=layer.to_data(),
        state=RankingState.RETIRED,
    )
    return Learned(lack, model, test)


def store(db: Session, learned: Learned) -> bool:
    """Keep a fit, and take it into use if it is good and the learned ranking is on. Tells whether it is used."""
    if learned.model is None:
        return False
    _lock(db)
    db.add(learned.model)
    db.flush()
    is_used = learned.is_good and is_on(db)
    if is_used:
        _put_into_use(db, learned.model)
        _note(db, RankingAct.FITTED, learned.model, None)
    _forget_the_oldest(db)
    return is_used


def use(db: Session, model: RankingModel, person: Person) -> None:
    """Put an earlier fit into use. Raises Forbidden when it is of another version or all is switched off."""
    _lock(db)
    if not is_understood(model) or not is_on(db):
        raise Forbidden("version")
    _put_into_use(db, model)
    _note(db, RankingAct.CHOSEN, model, person)
    audit.record(db, Deed.RANKING_CHOSEN, person=person, subject=model)


def switch_off(db: Session, person: Person | None) -> None:
    """Return to the default order until it is switched on again; the fits are kept."""
    _lock(db)
    if not is_on(db):
        return
    model = find_in_use(db)
    _retire_all(db)
    _note(db, RankingAct.OFF, model, person)
    audit.record(db, Deed.RANKING_SWITCHED_OFF, person=person)


def switch_on(db: Session, person: Person | None) -> None:
    """Let the learned ranking be used again: the fit that was in use when it was switched off, or the next one."""
    _lock(db)
    if is_on(db):
        return
    query = sa.select(RankingEntry).where(RankingEntry.act == RankingAct.OFF).order_by(RankingEntry.id.desc())
    model = db.scalar(query.limit(1)).model
    if model is not None and is_understood(model):
        _put_into_use(db, model)
    _note(db, RankingAct.ON, model, person)
    audit.record(db, Deed.RANKING_SWITCHED_ON, person=person)


def _lock(db: Session) -> None:
    """One after the other: the night's command and an administrator may come at the same moment."""
    if db.get_bind().dialect.name == "postgresql":  # SQLite locks by itself when the transaction begins
        db.execute(sa.text("LOCK TABLE ranking_model IN SHARE ROW EXCLUSIVE MODE"))


def _put_into_use(db: Session, model: RankingModel) -> None:
    _retire_all(db)
    model.state = RankingState.IN_USE
    db.flush()


def _retire_all(db: Session) -> None:
    in_use = RankingModel.state == RankingState.IN_USE
    db.execute(sa.update(RankingModel).where(in_use).values(state=RankingState.RETIRED))
    db.flush()


def _note(db: Session, act: RankingAct, model: RankingModel | None, person: Person | None) -> None:
    db.add(RankingEntry(act=act, model_id=model and model.id, person_id=person and person.id, made_at_utc=now_utc()))
    db.flush()


def _forget_the_oldest(db: Session) -> None:
    newest = list(db.scalars(sa.select(RankingModel.id).order_by(RankingModel.id.desc()).limit(KEPT)))
    db.execute(
        sa.delete(RankingModel).where(RankingModel.id.not_in(newest), RankingModel.state != RankingState.IN_USE)
    )
    db.flush()
