"""What was learned for one situation: trees and their chances, as arrays and as plain data."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from matching.learning.fitting import Settings, average, fit_chance, fit_forests
from matching.learning.layer_lists import Lists
from matching.learning.layer_results import BASE
from matching.learning.signals import RISING
from matching.learning.situations import Table
from matching.learning.trees import Forest

RISING_TERMS = frozenset(
    {BASE, *(f"{key}{side}" for key in ("gap", "bridge", "trust") for side in ("", "_for_them"))}
)
"""Terms of the pair score more of which never lowers a learned score, as ``signals.RISING`` are."""


@dataclass(frozen=True, slots=True, eq=False)
class Model:
    """What was learned for one situation; ``evidence`` counts the choices it was learned from."""

    names: tuple[str, ...]
    forest: Forest
    slope: float
    intercept: float
    evidence: int

    def log_odds(self, signals: np.ndarray) -> np.ndarray:
        """Return the log-odds of being chosen."""
        return self.slope * self.forest.predict(signals) + self.intercept

    def parts(self, signals: np.ndarray) -> np.ndarray:
        """Return what each signal adds to the log-odds, and last what everyone starts with."""
        found = self.slope * self.forest.contributions(signals)
        found[:, -1] += self.intercept
        return found


FOLDS = 5
"""Into how many parts lists are dealt; each forest leaves out another."""


def learn_model(parts: Sequence[Lists], settings: Settings) -> Model:
    """Fit forests, each to four lists of five, and the chances to what each says of the fifth; return their mean.

    Raises ValueError where there are more forests than parts to leave out.
    """
    if len(settings.peers) > FOLDS:
        raise ValueError(f"{len(settings.peers)} forests, at most {FOLDS}")
    names = tuple(sorted({name for part in parts for name in part.table.names}))
    rows = np.concatenate([columns_of(part.table, names) for part in parts])
    told = ~np.all(np.isnan(rows), axis=0)
    names, rows = tuple(np.array(names)[told].tolist()), rows[:, told]
    chosen = np.concatenate([part.chosen for part in parts])
    weights = np.concatenate([part.weights for part in parts])
    peers = np.concatenate([part.peers for part in parts])
    sizes = np.concatenate([np.diff(part.table.starts) for part in parts])
    signs = np.array([float(name in RISING or name in RISING_TERMS) for name in names])
    fold = np.arange(len(sizes)) % FOLDS if len(sizes) >= 5 * FOLDS else np.full(len(sizes), -1)
    aside = [fold == FOLDS - 1 - number for number in range(len(settings.peers))]
    forests = fit_forests(
        rows, chosen, np.append(0, np.cumsum(sizes)), signs, settings, peers, [np.flatnonzero(~one) for one in aside]
    )
    test = [np.repeat(one if one.any() else ~one, sizes) for one in aside]
    said = np.concatenate([forest.predict(rows[here]) for forest, here in zip(forests, test, strict=True)])
    here = np.concatenate([np.flatnonzero(one) for one in test])
    chance = fit_chance(said, chosen[here], weights[here])
    return Model(names, average(forests), *chance, int(chosen.sum()))


def to_plain(model: Model) -> dict:
    """Return a model as plain data, fit for JSON."""
    forest = model.forest
    return {
        "names": list(model.names), "slope": model.slope, "intercept": model.intercept, "evidence": model.evidence,
        "signal": forest.signal.tolist(), "value": forest.value.tolist(),
        # -inf parts the known from the not known; JSON has no word for it.
        "threshold": [[one if np.isfinite(one) else None for one in tree] for tree in forest.threshold.tolist()],
    }  # fmt: skip


def from_plain(data: Mapping) -> Model:
    """Make a model of what ``to_plain`` returned."""
    threshold = [[-np.inf if one is None else one for one in tree] for tree in data["threshold"]]
    forest = Forest(np.array(data["signal"], np.int16), np.array(threshold), np.array(data["value"]))
    return Model(tuple(data["names"]), forest, data["slope"], data["intercept"], data["evidence"])


def columns_of(table: Table, names: Sequence[str]) -> np.ndarray:
    """Return the signals in this order; one that the table does not have is not known."""
    places = {name: place for place, name in enumerate(table.names)}
    found = np.full((len(table.signals), len(names)), np.nan, np.float32)
    for column, name in enumerate(names):
        if name in places:
            found[:, column] = table.signals[:, places[name]]
    return found
