"""The learned ranking layer: the default pair score, moved by what really happened.

With no history its order is the default order. As evidence comes in, history's say grows::

    log-odds(score) = (1 - pull) log-odds(pair score) + pull (what was learned),    pull = n / (n + prior)

with n the number of choices learned from in the same situation (our design, after the shrinkage of an
estimate to its prior mean). What was learned is a sum of small trees over the eleven terms, both ways, and
the signals of history, calibrated to the chance of being chosen.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict
from datetime import date
from pathlib import Path

import numpy as np

from matching.learning.fitting import Settings
from matching.learning.history import History, Outcome, Question, call_key, fingerprint
from matching.learning.layer_lists import Lists, draw_lists, find_peers, possible
from matching.learning.layer_model import columns_of, from_plain, learn_model, to_plain
from matching.learning.layer_results import BASE, VERSION, Card, LayerScore, Part, Ranking
from matching.learning.pair_terms import NAMES, PairTerms
from matching.learning.past import Past
from matching.learning.signals import GROUP_OF, OF_BEST, OF_GOOD
from matching.learning.situations import Table, best_of, situation_of, tabulate
from matching.profile import Profile
from matching.score import WEIGHTS

FLOOR = 0.01
"""The pair score is taken to be at least this and at most 1 less this, so that its log-odds are finite."""

PARAMETERS = ("prior", "enabled", "drawn", "looked_at", "apart", "kind")

Profiles = Iterable[Profile] | Callable[[date], Iterable[Profile]]


class RankingLayer:
    """Rank candidates by the pair score and by what history says.

    Parameters
    ----------
    prior : float
        How many choices weigh as much as the default weights.
    enabled : bool
        Off, the order and the score are the default ones.
    drawn : int
        For an outcome that names nobody who was declined: how many others are drawn.
    looked_at : int
        How many of the most promising candidates are ranked.
    apart : str, optional
        A kind of organisation (``History.kinds``) whose order among themselves counts as much as the order of all.
    kind : {"promotion", "sales"}
    weights : mapping of str to float
        As in ``PartnerMatcher``.
    settings : Settings
        Of the trees; by default those of ``Settings``.

    Attributes
    ----------
    models_ : dict of str to Model
        By situation (``situations.situation_of``).
    card_ : Card
        What it was learned from.

    Notes
    -----
    *Wiring.* A service collects ``Outcome`` s: an introduction accepted is
    ``Outcome(Question((asker,)), day, chosen={other})``, one declined or left without an answer
    ``declined={other}``, a consortium that formed one outcome for each founder; and ``Group`` s: consortia with
    their day and members. Days of outcomes are best rounded down to the first of a month: signals are drawn once a
    day that occurs. Then ``fit`` in a job, ``save``; in a web process ``load``, ``at`` today, and ``rank`` the
    ids that ``PartnerMatcher.rank`` returned. ``fit`` is deterministic.

    Examples
    --------
    >>> firms = [Profile(name, targets={"PRT": 3}, employees=size) for name, size in (("a", 9), ("b", 10), ("c", 90))]
    >>> layer = RankingLayer().fit(firms, History(), []).at(firms, History(), date(2026, 1, 1))
    >>> [(firm, round(score, 3)) for firm, score in layer.rank(Question(("a",)))]
    [('b', 0.991), ('c', 0.8)]
    """

    def __init__(
        self,
        *,
        prior: float = 200.0,
        enabled: bool = True,
        drawn: int = 80,
        looked_at: int = 1000,
        apart: str | None = None,
        kind: str = "promotion",
        weights: Mapping[str, float] = WEIGHTS,
        settings: Settings | None = None,
    ) -> None:
        self.prior = prior
        self.enabled = enabled
        self.drawn = drawn
        self.looked_at = looked_at
        self.apart = apart
        self.kind = kind
        self.weights = weights
        self.settings = settings

    def fit(self, profiles: Profiles, history: History, outcomes: Iterable[Outcome]) -> RankingLayer:
        """Learn from outcomes and forget all others.

        ``profiles`` are the firms as they are, or a function that returns them as they were on a day.
        """
        outcomes = sorted(outcomes, key=_outcome_key)
        lists: dict[str, list[Lists]] = {}
        for day in sorted({outcome.day for outcome in outcomes}):
            past, terms = self._state(profiles, history, day)
            known: dict[str, list[Outcome]] = {}
            for outcome in outcomes:
                if outcome.day == day and (outcome.chosen | outcome.declined) & set(past.places):
                    known.setdefault(situation_of(past, outcome.question), []).append(outcome)
            for situation, some in sorted(known.items()):
                lists.setdefault(situation, []).append(self._draw(past, terms, situation, some))
        self.models_ = {}
        for situation, parts in sorted(lists.items()):
            if any(part.chosen.any() and not part.chosen.all() for part in parts):
                self.models_[situation] = learn_model(parts, self._settings())
        self.card_ = self._describe(history, outcomes, lists)
        return self

    def at(self, profiles: Profiles, history: History, day: date) -> RankingLayer:
        """Make ready to rank on a day, by what happened before it; what was learned stays."""
        self.past_, self.terms_ = self._state(profiles, history, day)
        return self

    def rank(
        self, question: Question, candidates: Collection[str] | None = None, limit: int | None = None
    ) -> Ranking:
        """Return the candidates with their scores, best first; ids break ties.

        Candidates default to every firm with a profile. Pairs that a rule forbids and, where
        nothing was learned, pairs that the pair score cannot judge are left out, as in ``PartnerMatcher.rank``.
        """
        return next(self.rank_many([question], [candidates], limit))

    def rank_many(
        self,
        questions: Sequence[Question],
        candidates: Sequence[Collection[str] | None] | None = None,
        limit: int | None = None,
    ) -> Iterator[Ranking]:
        """Go through the rankings of several questions, in their order."""
        wanted = [None] * len(questions) if candidates is None else list(candidates)
        found: dict[int, Ranking] = {}
        by_situation: dict[str, list[int]] = {}
        for number, question in enumerate(questions):
            by_situation.setdefault(situation_of(self.past_, question), []).append(number)
        for situation, numbers in sorted(by_situation.items()):

            def pick(k: int, promise: np.ndarray, situation=situation, numbers=numbers) -> np.ndarray:
                return self._considered(situation, questions[numbers[k]], wanted[numbers[k]], promise)

            done = 0
            some = [questions[number] for number in numbers]
            learned = self.pull(situation) > 0
            for table in self._tables(situation, some, pick, learned=learned):
                score = self._score(situation, table)
                for k in range(len(table.starts) - 1):
                    here = slice(table.starts[k], table.starts[k + 1])
                    found[numbers[done + k]] = self._ordered(table, score, here, limit)
                done += len(table.starts) - 1
        for number in range(len(questions)):
            yield found[number]

    def explain(self, question: Question, id: str) -> LayerScore:
        """Return the score of one candidate with what it is made of.

        In log-odds the contributions are exact (``Forest.contributions``; the pair score itself is the signal
        ``base``). On the scale of the score they are shown in proportion to that, so that with ``start`` they add
        up to the score. Raises LookupError for a firm that is not known.
        """
        if id not in self.past_.places:
            raise LookupError(id)
        situation = situation_of(self.past_, question)
        only = np.array([self.past_.places[id]])
        table = next(self._tables(situation, [question], lambda k, promise: only))
        score = float(self._score(situation, table)[0])
        pull, model = self.pull(situation), self.models_.get(situation)
        names, row = table.names, table.signals[0]
        parts = np.zeros(len(names))
        start = 0.0
        if model is not None and pull > 0:
            learned = model.parts(columns_of(table, model.names))[0]
            start = pull * learned[-1]
            for name, contribution in zip(model.names, learned[:-1], strict=True):
                if name in names:
                    parts[names.index(name)] += pull * contribution
                else:  # a kind of firm that was there when the layer learned, and is no longer
                    start += pull * contribution
        parts[names.index(BASE)] += (1 - pull) * float(_log_odds(table.base)[0])
        first, total = _chance(start) if pull > 0 else 0.0, parts.sum()
        if table.forbidden[0]:
            parts[:] = 0
            first = 0.0
        elif pull == 0:
            parts[:] = 0
            parts[names.index(BASE)] = score
        elif total != 0:
            parts *= (score - first) / total
        used = [
            Part(name, _about(name), None if np.isnan(value) else float(value), float(part))
            for name, value, part in zip(names, row, parts, strict=True)
            if part
        ]
        used.sort(key=lambda part: (-abs(part.contribution), part.signal))
        return LayerScore(id, score, float(table.base[0]), pull, float(first), tuple(used))

    def pull(self, situation: str) -> float:
        """Return how much what was learned has to say in a situation, from 0 to 1.

        Examples
        --------
        >>> layer = RankingLayer(prior=100).fit([], History(), [])
        >>> layer.pull("open")
        0.0
        """
        model = self.models_.get(situation)
        return model.evidence / (model.evidence + self.prior) if model and self.enabled else 0.0

    def to_data(self) -> dict:
        """Return what was learned as plain data, fit for JSON; nothing in it can run."""
        return {
            "card": asdict(self.card_),
            "parameters": {name: getattr(self, name) for name in PARAMETERS} | {"weights": dict(self.weights)},
            "settings": asdict(self._settings()),
            "models": {situation: to_plain(model) for situation, model in sorted(self.models_.items())},
        }

    @classmethod
    def from_data(cls, data: Mapping) -> RankingLayer:
        """Make a layer of what ``to_data`` returned; call ``at`` before it ranks.

        Raises
        ------
        ValueError
            If it was saved by another version, whose signals mean something else.
        """
        if data["card"]["version"] != VERSION:
            raise ValueError(f"version {data['card']['version']}, expected {VERSION}")
        settings = Settings(**{**data["settings"], "peers": tuple(data["settings"]["peers"])})
        layer = cls(**data["parameters"], settings=settings)
        layer.card_ = Card(**data["card"])
        layer.models_ = {situation: from_plain(model) for situation, model in data["models"].items()}
        return layer

    def save(self, path: str | Path) -> None:
        """Write what was learned to a JSON file; ``load`` reads it."""
        Path(path).write_text(json.dumps(self.to_data(), allow_nan=False, separators=(",", ":")), encoding="utf-8")

    @classmethod
    def load(cls, path: str | Path) -> RankingLayer:
        """Read a layer; call ``at`` before it ranks. Raises ValueError as ``from_data`` does."""
        return cls.from_data(json.loads(Path(path).read_text(encoding="utf-8")))

    def _settings(self) -> Settings:
        return self.settings or Settings()

    def _state(self, profiles: Profiles, history: History, day: date) -> tuple[Past, PairTerms]:
        firms = sorted(profiles(day) if callable(profiles) else profiles, key=lambda profile: profile.id)
        terms = PairTerms(firms, self.weights, self.kind)
        past = Past(history, terms.profiles, day)
        return past, terms

    def _considered(
        self, situation: str, question: Question, candidates: Collection[str] | None, promise: np.ndarray
    ) -> np.ndarray:
        past = self.past_
        allowed = possible(past, question)
        if candidates is not None:
            chosen = np.zeros(len(past.ids), bool)
            chosen[[past.places[firm] for firm in candidates if firm in past.places]] = True
            allowed &= chosen
        if self.pull(situation) == 0:
            return np.flatnonzero(allowed)
        return best_of(promise, allowed, self.looked_at, find_peers(past, self.apart))

    def _tables(
        self, situation: str, questions: Sequence[Question], pick, *, learned: bool = True
    ) -> Iterator[Table]:
        apart = find_peers(self.past_, self.apart)
        return tabulate(
            self.past_, self.terms_, situation, questions, pick,
            learned=learned, looked_at=self.looked_at, apart=apart,
        )  # fmt: skip

    def _draw(self, past: Past, terms: PairTerms, situation: str, outcomes: Sequence[Outcome]) -> Lists:
        return draw_lists(
            past, terms, situation, outcomes, drawn=self.drawn, looked_at=self.looked_at,
            apart=find_peers(past, self.apart), seed=self._settings().seed,
        )  # fmt: skip

    def _score(self, situation: str, table: Table) -> np.ndarray:
        pull = self.pull(situation)
        if pull == 0:
            return np.where(table.forbidden, 0.0, table.base)
        model = self.models_[situation]
        mixed = (1 - pull) * _log_odds(table.base) + pull * model.log_odds(columns_of(table, model.names))
        return np.where(table.forbidden, 0.0, _chance(mixed))

    def _ordered(self, table: Table, score: np.ndarray, here: slice, limit: int | None) -> Ranking:
        firms, score = table.firms[here], score[here]
        order = np.argsort(-score, kind="stable")  # firms stand by id
        order = order[score[order] > 0][:limit]
        return Ranking(tuple(self.past_.ids[k] for k in firms[order]), score[order], table.base[here][order])

    def _describe(self, history: History, outcomes: Sequence[Outcome], lists: Mapping) -> Card:
        days = [outcome.day.isoformat() for outcome in outcomes]
        return Card(
            data=fingerprint([VERSION, history.fingerprint(), [_outcome_key(outcome) for outcome in outcomes]]),
            first_day=min(days, default=""),
            last_day=max(days, default=""),
            questions=len(outcomes),
            chosen=sum(len(outcome.chosen) for outcome in outcomes),
            declined=sum(len(outcome.declined) for outcome in outcomes),
            drawn=int(sum((~part.chosen).sum() for parts in lists.values() for part in parts)),
            evidence={situation: model.evidence for situation, model in self.models_.items()},
        )


def _outcome_key(outcome: Outcome) -> list:
    question = outcome.question
    return [
        outcome.day.isoformat(), sorted(question.members), call_key(question.call), sorted(question.excluded),
        sorted(outcome.chosen), sorted(outcome.declined),
    ]  # fmt: skip


def _about(name: str) -> str:
    if name in NAMES or name == BASE:
        return "pair_score"
    return "standing" if name.startswith("kind_") else GROUP_OF[name.removesuffix(OF_BEST).removesuffix(OF_GOOD)]


def _log_odds(score: np.ndarray) -> np.ndarray:
    kept = np.clip(np.asarray(score, np.float64), FLOOR, 1 - FLOOR)
    return np.log(kept / (1 - kept))


def _chance(log_odds):
    return 1 / (1 + np.exp(-log_odds))
