"""Claims rules: how to divide what is there when more is claimed, for losses as for subsidies.

All but ``run_to_the_bank`` also take many cases at once: claims of shape (..., n) and estates of shape (...).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from types import MappingProxyType

import numpy as np

from matching.sharing.coalitions import MOST_ENUMERATED, subset_sums
from matching.sharing.errors import EstateExceedsClaims, NegativeAmount, NotANumber, TooManyMembers
from matching.sharing.shapley import shapley_of_table

Numbers = Sequence[float] | np.ndarray
Rule = Callable[[Numbers, "float | np.ndarray"], np.ndarray]


def _checked(claims: Numbers, estate: float | np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Return claims and estate as arrays; the estate is at most what is claimed."""
    asked, there = np.asarray(claims, dtype=float), np.asarray(estate, dtype=float)
    for where, values in (("claims", asked), ("estate", there)):
        if not np.isfinite(values).all():
            raise NotANumber(where, values)
        if (values < 0).any():
            raise NegativeAmount(where, float(values.min()))
    total = asked.sum(axis=-1)
    if (there > total * (1 + 1e-12)).any():
        raise EstateExceedsClaims(float(there.max()), float(total.min()))
    return asked, np.minimum(there, total)


def proportional(claims: Numbers, estate: float | np.ndarray) -> np.ndarray:
    """Pay everybody the same part of its claim.

    Raises EstateExceedsClaims, NegativeAmount or NotANumber, as the other rules do.

    Examples
    --------
    >>> proportional([100, 200, 300], 300).tolist()
    [50.0, 100.0, 150.0]
    """
    asked, there = _checked(claims, estate)
    total = asked.sum(axis=-1)
    part = np.divide(there, total, out=np.zeros(np.shape(total)), where=total > 0)
    return asked * part[..., None]


def constrained_equal_awards(claims: Numbers, estate: float | np.ndarray) -> np.ndarray:
    """Pay everybody the same amount, but nobody more than its claim (CEA).

    Examples
    --------
    >>> constrained_equal_awards([100, 200, 300], 400).tolist()
    [100.0, 150.0, 150.0]
    """
    return _equal_awards(*_checked(claims, estate))


def _equal_awards(asked: np.ndarray, there: np.ndarray) -> np.ndarray:
    count = asked.shape[-1]
    rising = np.sort(asked, axis=-1)
    before = np.cumsum(rising, axis=-1) - rising
    levels = (there[..., None] - before) / np.arange(count, 0, -1)  # if the k lowest claims were paid in full
    open_ended = np.concatenate([rising[..., :-1], np.full((*rising.shape[:-1], 1), np.inf)], axis=-1)
    first = np.argmax(levels <= open_ended, axis=-1)
    level = np.take_along_axis(levels, first[..., None], axis=-1)
    return np.minimum(asked, np.maximum(level, 0.0))


def constrained_equal_losses(claims: Numbers, estate: float | np.ndarray) -> np.ndarray:
    """Let everybody miss the same amount, but nobody more than its claim (CEL).

    Examples
    --------
    >>> constrained_equal_losses([100, 200, 300], 200).tolist()
    [0.0, 50.0, 150.0]
    """
    asked, there = _checked(claims, estate)
    return asked - _equal_awards(asked, np.maximum(asked.sum(axis=-1) - there, 0.0))


def talmud(claims: Numbers, estate: float | np.ndarray) -> np.ndarray:
    """Pay by the contested garment rule, for any number of claims [1]_.

    Up to half of what is claimed, equal awards on the half claims; above it, equal losses on the half claims.

    Examples
    --------
    >>> talmud([100, 200, 300], 200).tolist()
    [50.0, 75.0, 75.0]

    References
    ----------
    .. [1] R. J. Aumann, M. Maschler. Game theoretic analysis of a bankruptcy problem from the Talmud. Journal of
       Economic Theory 36, 1985, 195-213.
    """
    asked, there = _checked(claims, estate)
    total = asked.sum(axis=-1)
    scarce = _equal_awards(asked / 2, np.minimum(there, total / 2))
    ample = asked - _equal_awards(asked / 2, np.minimum(np.maximum(total - there, 0.0), total / 2))
    return np.where((there <= total / 2)[..., None], scarce, ample)


def run_to_the_bank(claims: Numbers, estate: float | np.ndarray) -> np.ndarray:
    """Pay first come, first served, in the mean of all orders: the Shapley value of the claims game.

    One case at a time, and at most 20 claims.

    Examples
    --------
    >>> run_to_the_bank([100, 200, 300], 200).round(6).tolist()
    [33.333333, 83.333333, 83.333333]
    """
    asked, there = _checked(claims, estate)
    if len(asked) > MOST_ENUMERATED:
        raise TooManyMembers(len(asked), MOST_ENUMERATED)
    sums = subset_sums(asked)
    left = np.maximum(float(there) - sums[::-1], 0.0)  # what those outside leave; the complement of m is 2^n - 1 - m
    left[0] = 0.0
    return shapley_of_table(left)


CLAIMS_RULES: Mapping[str, Rule] = MappingProxyType(
    {
        "proportional": proportional,
        "cea": constrained_equal_awards,
        "cel": constrained_equal_losses,
        "talmud": talmud,
        "run_to_the_bank": run_to_the_bank,
    }
)
"""Claims rules by the name under which a group chooses one."""
