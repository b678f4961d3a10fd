"""Lists of candidates with all their signals, ready to be learned from or ranked."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from matching.learning.history import Question
from matching.learning.layer_results import BASE
from matching.learning.pair_terms import NAMES, PairTerms
from matching.learning.past import Past
from matching.learning.signals import OF_BEST, Values, at, measure, prepare, whole

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
) -> Iterator[Table]:
    """Go through tables of ``BATCH`` questions each.

    ``pick`` is given the number of a question and the promise of every firm, and returns the
    places of its candidates. Where nothing is ``learned`` the signals of history are left out.
    """
    for first in range(0, len(questions), BATCH):
        some = questions[first : first + BATCH]

        def here(number: int, promise: np.ndarray, first: int = first) -> np.ndarray:
            return pick(first + number, promise)

        yield _table(past, terms, some, here, _signals(past, some) if learned else (), PROMISE.get(situation, {}))


def _signals(past: Past, questions: Sequence[Question]) -> Iterator[tuple[str, Values]]:
    return measure(prepare(past, questions))


def _table(past, terms, questions, pick, signals, wanted) -> Table:
    barred = _barred(past, questions)
    promise = np.zeros(barred.shape)
    waiting, seen, names, values = dict(wanted), [], [], []
    shares: dict[str, np.ndarray] = {}
    rows: Any = None
    columns: Any = None
    starts: Any = None

    def choose() -> tuple[np.ndarray, np.ndarray, np.ndarray]:
        chosen = [np.asarray(pick(number, promise[number]), np.int64) for number in range(len(questions))]
        counts = [len(firms) for firms in chosen]
        return np.repeat(np.arange(len(questions)), counts), np.concatenate(chosen), np.append(0, np.cumsum(counts))

    # Signals are large, so each is cut down to the candidates at once; only those before the choice wait for it.
    for name, value in signals:
        names.append(name)
        if name in waiting:
            full = np.where(barred, 0, whole(value))
            shares[name] = full / np.maximum(full.max(1, keepdims=True), 1e-9)
            promise += waiting.pop(name) * shares[name]
        if rows is None and waiting:
            seen.append(value)
            continue
        if rows is None:
            rows, columns, starts = choose()
            values = [at(each, rows, columns) for each in seen]
        values.append(at(value, rows, columns))
    if rows is None:
        rows, columns, starts = choose()
    own, forbidden = _own_terms(past, terms, questions, columns, starts)
    for name, share in shares.items():
        names.append(f"{name}{OF_BEST}")
        values.append(share[rows, columns])
    if shares:
        names += ["promise", "promise_place"]
        values += [promise[rows, columns], _places(past, promise, barred)[rows, columns]]
    table = np.column_stack([*values, own]).astype(np.float32)
    return Table((*names, *NAMES, BASE), table, columns, starts, own[:, -1], forbidden)


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
