"""Lists to learn from: outcomes with the signals of who was chosen, who was declined, and others that are drawn."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np

from matching.learning.history import Outcome, Question
from matching.learning.pair_terms import PairTerms
from matching.learning.past import Past
from matching.learning.situations import Table, best_of, joined, tabulate


class Lists(NamedTuple):
    """Candidates of several outcomes, one after the other as in ``table``."""

    table: Table
    chosen: np.ndarray  # bool [row]
    weights: np.ndarray  # float64 [row], how many candidates a drawn one stands for
    peers: np.ndarray  # bool [row], whose order among themselves counts, too


def draw_lists(
    past: Past,
    terms: PairTerms,
    situation: str,
    outcomes: Sequence[Outcome],
    *,
    drawn: int,
    looked_at: int,
    apart: np.ndarray | None,
    seed: int,
) -> Lists:
    """Return the lists of outcomes of one situation and day.

    Where nobody was declined, ``drawn`` others are drawn from the ``looked_at`` most promising candidates;
    ``apart`` marks the organisations whose order among themselves counts, too.
    """
    rng = np.random.default_rng([seed, len(outcomes)])
    weights = []

    def pick(k: int, promise: np.ndarray) -> np.ndarray:
        outcome = outcomes[k]
        told = np.array([past.places[f] for f in sorted(outcome.chosen | outcome.declined) if f in past.places])
        told = told[past.profiled[told] >= 0] if len(told) else told.astype(np.int64)
        if outcome.declined:
            weights.append(np.ones(len(told)))
            return told
        others = best_of(promise, possible(past, outcome.question), looked_at, apart)
        told = np.intersect1d(told, others)
        others = np.setdiff1d(others, told)
        some = others[rng.permutation(len(others))[:drawn]]
        firms = np.sort(np.concatenate([told, some]))
        weights.append(np.where(np.isin(firms, told), 1.0, len(others) / max(len(some), 1)))
        return firms

    questions = [outcome.question for outcome in outcomes]
    table = joined(list(tabulate(past, terms, situation, questions, pick, looked_at=looked_at, apart=apart)))
    chosen = np.concatenate(
        [
            np.isin(table.firms[a:b], [past.places[f] for f in outcome.chosen if f in past.places])
            for outcome, a, b in zip(outcomes, table.starts[:-1], table.starts[1:], strict=True)
        ]
    )
    peers = np.zeros(len(table.firms), bool) if apart is None else apart[table.firms]
    return Lists(table, chosen, np.concatenate(weights), peers)


def possible(past: Past, question: Question) -> np.ndarray:
    """Tell which firms can be the answer: those with a profile that neither ask nor are excluded."""
    allowed = past.profiled >= 0
    unwanted = {*question.members, *question.excluded}
    allowed[[past.places[firm] for firm in sorted(unwanted) if firm in past.places]] = False
    return allowed


def find_peers(past: Past, kind: str | None) -> np.ndarray | None:
    """Tell which firms are of a kind of organisation; None where there is no such kind."""
    if kind is None or kind not in past.kinds:
        return None
    return past.kind == past.kinds.index(kind)
