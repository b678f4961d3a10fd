"""What pooling does to a risk, where a formula says it."""

from __future__ import annotations

from math import sqrt

import numpy as np

from matching.risk.errors import InvalidCorrelation
from matching.sharing.amounts import check_amount
from matching.sharing.claims import CLAIMS_RULES, Numbers
from matching.sharing.errors import NoMembers


def pooled_sd(sd: float, members: int, correlation: float) -> float:
    """Return the standard deviation of the mean of equally correlated losses of equal spread.

    ``σ √((1 + (n-1) ρ) / n)``, a standard formula: it falls towards ``σ √ρ`` and no further, so members who meet
    the same fate gain nothing.

    Raises
    ------
    InvalidAmount, InvalidCorrelation, NoMembers

    Examples
    --------
    >>> [round(pooled_sd(100, n, rho), 4) for n, rho in ((4, 0), (4, 0.3), (8, 0), (8, 0.3), (8, 1))]
    [50.0, 68.9202, 35.3553, 62.2495, 100.0]
    """
    if members < 1:
        raise NoMembers
    if not 0 <= correlation <= 1:
        raise InvalidCorrelation(correlation)
    return check_amount(sd, "standard deviation") * sqrt((1 + (members - 1) * correlation) / members)


def settle_losses(losses: Numbers, retention: Numbers, fund: float, rule: str = "proportional") -> np.ndarray:
    """Return what a fund pays to each for its loss (science note 4.5, our design).

    Everybody bears its retention; what lies above it is claimed from the fund, and divided by a claims rule where the
    fund does not suffice.

    Parameters
    ----------
    losses, retention : array of float, shape (n,)
        From 0.
    fund : float
        What is in it.
    rule : str
        One of ``CLAIMS_RULES``.

    Returns
    -------
    ndarray, shape (n,)
        None above what was claimed.

    Raises
    ------
    NotANumber, NegativeAmount

    Examples
    --------
    >>> [settle_losses([500, 3000, 6000], [1000] * 3, 3500, rule).tolist() for rule in ("proportional", "cea", "cel")]
    [[0.0, 1000.0, 2500.0], [0.0, 1750.0, 1750.0], [0.0, 250.0, 3250.0]]
    """
    excess = np.maximum(np.asarray(losses, dtype=float) - np.asarray(retention, dtype=float), 0.0)
    return CLAIMS_RULES[rule](excess, min(fund, float(excess.sum())))
