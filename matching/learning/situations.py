"""Lists of candidates with all their signals, ready to be learned from or ranked."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

import numpy as np

from matching.learning.history import Question
from matching.learning.layer_results import BASE
from matching.learning.pair_terms import NAMES, PairTerms
from matching.learning.past import Past
from matching.learning.signals import OF_BEST, OF_GOOD, Values, at, measure, prepare, whole

BATCH = 64
"""Questions worked on side by side; bounds memory."""

PROMISE = {
    "open": {"walk": 1.0, "usual": 1.0, "shared": 0.7, "shared_call": 0.5, "walk_call": 0.3, "recent": 0.3,
             "company_call": 0.2},
    "new": {"call": 1.0, "walk_call": 0.7, "call_latent": 0.5, "call_closest": 0.3, "theme_recent": 0.3,
            "recent": 0.2},
    "one": {"walk": 1.0, "tie": 0.5, "tie_call": 0.7, "walk_call": 0.7, "call": 0.5, "call_latent": 0.3,
            "shared_call": 0.2},
}  # fmt: skip
PROMISE["several"] = PROMISE["one"]
"""What decides who is looked at more closely: each signal over that of its best candidate, weighted (our design)."""

GOOD = {
    "open": ("walk", "walk_share", "walk_call", "usual", "usual_share", "usual_wide", "company", "shared",
             "shared_share", "shared_here", "shared_call", "shared_recent", "company_call", "alike_tie", "call",
             "call_share", "call_latent", "content", "wanted", "partners_alike", "content_partners", "recent",
             "joined_1", "joined", "firm_words", "theme_recent", "theme_taste", "with_country",
             "with_country_share", "affinity", "call_best", "call_new"),
}  # fmt: skip
"""Signals that are told once more as a multiple of what a good candidate of the same question and side has: where
one has met many firms, everybody shares a partner with one, and what matters is who stands out (our design)."""

GOOD_PLACE = 20
"""A good candidate is the one in this place by the signal, among the most promising."""

MOST_TIMES = 100.0
"""No signal is told as more than so many times what a good candidate has, which may be next to nothing."""


@dataclass(frozen=True, slots=True, eq=False)
class Table:
    """Candidates of several questions, one after the other.

    ``signals`` is [candidate, signal] with nan for not known, ``firms`` places in ``Past.ids``, ``starts`` where each
    question's candidates begin and last where all end, ``base`` the pair score by the default weights,
    ``forbidden`` whether a rule forbids the pair.
    """

    names: tuple[str, ...]
    signals: np.ndarray
    firms: np.ndarray
    starts: np.ndarray
    base: np.ndarray
    forbidden: np.ndarray


def situation_of(past: Past, question: Question) -> str:
    """Return what kind of question it is: each has a model of its own.

    ``open`` has no call and ``start`` neither call nor a member with a past; with a call, ``new`` has no
    member with a past, ``one`` a single member and ``several`` more.
    """
    known = [firm for firm in question.members if past.knows(firm)]
    if not question.call:
        return "open" if known else "start"
    if not known:
        return "new"
    return "one" if len(question.members) == 1 else "several"


def tabulate(
    past: Past,
    terms: PairTerms,
    situation: str,
    questions: Sequence[Question],
    pick: Callable[[int, np.ndarray], np.ndarray],
    *,
    learned: bool = True,
    looked_at: int = 1000,
    apart: np.ndarray | None = None,
) -> Iterator[Table]:
    """Go through tables of ``BATCH`` questions each.

    ``pick`` is given the number of a question and the promise of every firm, and returns the
    places of its candidates. Where nothing is ``learned`` the signals of history are left out. What a good
    candidate has is told by the ``looked_at`` most promising, those ``apart`` and the others each by their own,
    whomever ``pick`` returns: so a firm has the same signals alone, in a list to learn from and in a ranking.
    """
    for first in range(0, len(questions), BATCH):
        some = questions[first : first + BATCH]

        def here(number: int, promise: np.ndarray, first: int = first) -> np.ndarray:
            return pick(first + number, promise)

        plan = _Plan(PROMISE.get(situation, {}), GOOD.get(situation, ()) if learned else (), looked_at, apart)
        yield _table(past, terms, some, here, _signals(past, some) if learned else (), plan)


class _Plan(NamedTuple):
    """What a table has beside the signals: the promise, and signals by what a good candidate has."""

    promise: Mapping[str, float]
    good: tuple[str, ...]
    looked_at: int
    apart: np.ndarray | None


def _signals(past: Past, questions: Sequence[Question]) -> Iterator[tuple[str, Values]]:
    return measure(prepare(past, questions))


def _table(past, terms, questions, pick, signals, plan) -> Table:
    barred = _barred(past, questions)
    promise = np.zeros(barred.shape)
    waiting, seen, names, values = dict(plan.promise), [], [], []
    shares: dict[str, np.ndarray] = {}
    lists: Any = None

    # Signals are large, so each is cut down to the candidates at once; only those before the choice wait for it.
    for name, value in signals:
        names.append(name)
        if name in waiting:
            full = np.where(barred, 0, whole(value))
            shares[name] = full / np.maximum(full.max(1, keepdims=True), 1e-9)
            promise += waiting.pop(name) * shares[name]
        if lists is None and waiting:
            seen.append(value)
            continue
        if lists is None:
            lists = _choose(pick, promise, barred, plan)
            values = [at(each, lists.rows, lists.columns) for each in seen]
        values.append(at(value, lists.rows, lists.columns))
    if lists is None:
        lists = _choose(pick, promise, barred, plan)
    for name in plan.good:
        names.append(f"{name}{OF_GOOD}")
        values.append(lists.by_good(values[names.index(name)]))
    kept = lists.picked
    values, rows, columns = [value[kept] for value in values], lists.rows[kept], lists.columns[kept]
    starts = np.append(0, np.cumsum(np.bincount(rows, minlength=len(questions))))
    own, forbidden = _own_terms(past, terms, questions, columns, starts)
    for name, share in shares.items():
        names.append(f"{name}{OF_BEST}")
        values.append(share[rows, columns])
    if shares:
        names += ["promise", "promise_place"]
        values += [promise[rows, columns], _places(past, promise, barred)[rows, columns]]
    table = np.column_stack([*values, own]).astype(np.float32)
    return Table((*names, *NAMES, BASE), table, columns, starts, own[:, -1], forbidden)


class _Chosen(NamedTuple):
    """Firms of several questions: those picked, and beside them those by whom others are measured.

    ``sides`` holds for each question and side the rows of its firms, and which of these rows measure.
    """

    rows: np.ndarray
    columns: np.ndarray
    picked: np.ndarray
    sides: tuple[tuple[np.ndarray, np.ndarray], ...]

    def by_good(self, values: np.ndarray) -> np.ndarray:
        """Return values as multiples of what stands in the place of a good candidate, ``MOST_TIMES`` at the most."""
        found = np.zeros(len(values), np.float32)
        for rows, measuring in self.sides:
            ranked = np.sort(values[measuring])
            good = abs(float(ranked[-min(GOOD_PLACE, len(ranked))])) if len(ranked) else 0.0
            found[rows] = np.clip(values[rows] / max(good, 1e-9), -MOST_TIMES, MOST_TIMES)
        return found


def _choose(pick, promise: np.ndarray, barred: np.ndarray, plan: _Plan) -> _Chosen:
    """Let firms be picked, and put those beside them by whom they are measured, if anything is."""
    firms, picked, sides, start = [], [], [], 0
    for number in range(len(promise)):
        mine = np.asarray(pick(number, promise[number]), np.int64)
        if plan.good:
            looked = best_of(promise[number], ~barred[number], plan.looked_at, plan.apart)
            everybody = np.union1d(mine, looked)
            measuring = np.isin(everybody, looked)
            apart = np.zeros(len(everybody), bool) if plan.apart is None else plan.apart[everybody]
            for side in (apart, ~apart):
                sides.append((start + np.flatnonzero(side), start + np.flatnonzero(side & measuring)))
        else:
            everybody = mine
        firms.append(everybody)
        picked.append(np.isin(everybody, mine))
        start += len(everybody)
    rows = np.repeat(np.arange(len(firms)), [len(some) for some in firms])
    return _Chosen(rows, np.concatenate(firms), np.concatenate(picked), tuple(sides))


def _barred(past: Past, questions: Sequence[Question]) -> np.ndarray:
    """Tell [question, firm] who cannot be an answer, and so must not be what others are measured by."""
    found = np.zeros((len(questions), len(past.ids)), bool)
    found[:, past.profiled < 0] = True
    for number, question in enumerate(questions):
        unwanted = {*question.members, *question.excluded}
        found[number, [past.places[firm] for firm in unwanted if firm in past.places]] = True
    return found


def _places(past: Past, promise: np.ndarray, barred: np.ndarray) -> np.ndarray:
    """Return [question, firm] minus the logarithm of the place by promise among firms of the same kind."""
    found = np.zeros(promise.shape, np.float32)
    for number, (one, out) in enumerate(zip(promise, barred, strict=True)):
        order = np.lexsort((np.where(out, np.inf, -one), past.kind))
        kinds = past.kind[order]
        found[number, order] = -np.log1p(np.arange(len(order)) - np.searchsorted(kinds, kinds))
    return found


def _own_terms(past, terms, questions, columns, starts) -> tuple[np.ndarray, np.ndarray]:
    """Return the terms and the pair score, each the mean over the members for whom it is known."""
    found = np.full((len(columns), len(NAMES) + 1), np.nan)
    forbidden = np.zeros(len(columns), bool)
    for number, question in enumerate(questions):
        here = slice(starts[number], starts[number + 1])
        others = past.profiled[columns[here]]
        has = np.flatnonzero(others >= 0)
        total, known = np.zeros((len(has), len(NAMES) + 1)), np.zeros((len(has), len(NAMES) + 1))
        for member in question.members:
            if member in terms.places:
                scores, parts = terms.of(member, others[has])
                forbidden[here][has] |= terms.forbidden(member, others[has], scores)
                both = np.column_stack([parts, scores])
                known += ~np.isnan(both)
                total += np.nan_to_num(both)
        found[here][has] = np.where(known > 0, total / np.maximum(known, 1), np.nan)
    found[:, -1] = np.nan_to_num(found[:, -1])
    return found, forbidden


def joined(tables: Sequence[Table]) -> Table:
    """Put tables with the same signals one after the other."""
    ends = np.cumsum([0] + [table.starts[-1] for table in tables])
    return Table(
        tables[0].names,
        np.concatenate([table.signals for table in tables]),
        np.concatenate([table.firms for table in tables]),
        np.concatenate([[0]] + [table.starts[1:] + end for table, end in zip(tables, ends[:-1], strict=True)]),
        np.concatenate([table.base for table in tables]),
        np.concatenate([table.forbidden for table in tables]),
    )


def best_of(promise: np.ndarray, allowed: np.ndarray, most: int, apart: np.ndarray | None = None) -> np.ndarray:
    """Return the places of the most promising firms in rising order; half of them among those ``apart``, if given."""
    parts = [allowed] if apart is None else [allowed & apart, allowed & ~apart]
    found = []
    for part in parts:
        places = np.flatnonzero(part)
        count = most // len(parts)
        if len(places) > count:
            places = places[np.argsort(-promise[places], kind="stable")[:count]]
        found.append(places)
    return np.sort(np.concatenate(found))
