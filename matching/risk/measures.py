"""Measures of a risk from scenarios, each with its standard error."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import ceil, sqrt

import numpy as np

LEVELS = (0.75, 0.90, 0.95, 0.99)
"""Of CVaR: where total failure is likelier than 5 %, that at .95 alone is the whole stake, so several are shown."""
QUANTILES = (0.05, 0.25, 0.5, 0.75, 0.95)


@dataclass(frozen=True, slots=True)
class Measure:
    """A figure from scenarios, and its standard error."""

    value: float
    error: float


@dataclass(frozen=True, slots=True)
class Outlook:
    """What may come of a venture, for one member or for all.

    Amounts are in the currency of what was put in; a loss is a result below 0, turned round.

    Parameters
    ----------
    stake : float
        What is put in, in the mean.
    result : Measure
        What comes out in the mean, above 0 a gain.
    loss : Measure
        The expected loss, ``E[max(0, -result)]``.
    chance_of_loss : Measure
        From 0 to 1.
    chance_above_ceiling : Measure or None
        Of losing more than the stated ceiling; None without a ceiling.
    tails : tuple of (level, Measure)
        CVaR: the mean loss of the worst 25, 10, 5 and 1 % of scenarios; below 0 where even these gain.
    quantiles : tuple of (level, Measure)
        Results that are not exceeded with that chance.
    """

    stake: float
    result: Measure
    loss: Measure
    chance_of_loss: Measure
    chance_above_ceiling: Measure | None
    tails: tuple[tuple[float, Measure], ...]
    quantiles: tuple[tuple[float, Measure], ...]

    def tail(self, level: float) -> Measure:
        """Return CVaR at a level of ``LEVELS``; raises KeyError."""
        return dict(self.tails)[level]

    def quantile(self, level: float) -> Measure:
        """Return a quantile at a level of ``QUANTILES``; raises KeyError."""
        return dict(self.quantiles)[level]

    @property
    def result_per_unit(self) -> float | None:
        """The mean result per unit of currency put in; None where nothing is."""
        return self.result.value / self.stake if self.stake else None

    @property
    def loss_per_unit(self) -> float | None:
        """The expected loss per unit of currency put in; None where nothing is."""
        return self.loss.value / self.stake if self.stake else None

    def tail_per_unit(self, level: float) -> float | None:
        """Return CVaR per unit of currency put in; None where nothing is."""
        return self.tail(level).value / self.stake if self.stake else None


def measure(
    results: np.ndarray,
    stake: float,
    ceiling: float | None = None,
    levels: Sequence[float] = LEVELS,
    quantiles: Sequence[float] = QUANTILES,
) -> Outlook:
    """Measure results, shape (scenarios,); the order of scenarios does not matter.

    Examples
    --------
    >>> found = measure(np.repeat([-100.0, 60.0], [300, 700]), stake=100, ceiling=50)
    >>> found.result.value, found.loss.value, found.chance_above_ceiling.value, found.tail(0.9).value
    (12.0, 30.0, 0.3, 100.0)
    """
    losses = np.sort(-results)
    lost = losses[np.searchsorted(losses, 0.0, side="right") :]
    return Outlook(
        stake=stake,
        result=mean(results),
        loss=_mean_above(losses, 0.0),
        chance_of_loss=_chance(len(lost), len(losses)),
        chance_above_ceiling=None
        if ceiling is None
        else _chance(len(losses) - int(np.searchsorted(losses, ceiling, side="right")), len(losses)),
        tails=tuple((level, cvar(losses, level)) for level in levels),
        quantiles=tuple((level, _quantile(losses, level)) for level in quantiles),
    )


def mean(values: np.ndarray) -> Measure:
    """Return the mean of values, shape (scenarios,)."""
    return Measure(float(values.mean()), float(values.std() / sqrt(len(values))))


def cvar(losses: np.ndarray, level: float) -> Measure:
    """Return the mean of the worst losses, ``q + E[max(0, L - q)] / (1 - level)`` with q the quantile [1]_.

    Parameters
    ----------
    losses : ndarray, shape (scenarios,)
        Rising.
    level : float
        Between 0 and 1: 0.95 asks for the worst 5 %.

    References
    ----------
    .. [1] R. T. Rockafellar, S. Uryasev. Optimization of conditional value-at-risk. Journal of Risk 2, 2000, 21-41.
    """
    quantile = float(losses[max(0, ceil(level * len(losses)) - 1)])
    above = _mean_above(losses, quantile)
    return Measure(quantile + above.value / (1 - level), above.error / (1 - level))


def _mean_above(rising: np.ndarray, level: float) -> Measure:
    """Return ``E[max(0, L - level)]`` of rising losses."""
    above = rising[np.searchsorted(rising, level, side="right") :] - level
    count = len(rising)
    value = float(above.sum()) / count
    return Measure(value, sqrt(max(0.0, float(np.square(above).sum()) / count - value**2) / count))


def _chance(hits: int, count: int) -> Measure:
    value = hits / count
    return Measure(value, sqrt(value * (1 - value) / count))


def _quantile(losses: np.ndarray, level: float) -> Measure:
    """Return a quantile of the results; its error is half the distance of the order statistics one error away."""
    count = len(losses)
    place, step = level * (count - 1), sqrt(count * level * (1 - level))
    low, middle, high = (
        -float(losses[count - 1 - round(min(max(at, 0), count - 1))]) for at in (place - step, place, place + step)
    )
    return Measure(middle + 0.0, (high - low) / 2)
