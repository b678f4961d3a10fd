"""The formulas of pooling, and the loss fund (science note 4.5)."""

from __future__ import annotations

import numpy as np
import pytest

from matching.risk import pooled_sd, settle_losses
from matching.risk.errors import InvalidCorrelation
from matching.sharing.errors import NegativeAmount, NoMembers

LOSSES, RETENTION = [500, 3000, 6000], [1000, 1000, 1000]


@pytest.mark.parametrize(
    ("members", "correlation", "expected"),
    [(4, 0, 50), (4, 0.3, 68.9202), (8, 0, 35.3553), (8, 0.3, 62.2495), (8, 1, 100), (1, 0.5, 100)],
)
def test_the_spread_of_a_pooled_mean(members, correlation, expected):
    assert pooled_sd(100, members, correlation) == pytest.approx(expected, abs=5e-5)


@pytest.mark.parametrize(
    ("fund", "rule", "expected"),
    [
        (3500, "proportional", [0, 1000, 2500]),
        (3500, "cea", [0, 1750, 1750]),
        (3500, "cel", [0, 250, 3250]),
        (3500, "talmud", [0, 1000, 2500]),
        (2000, "proportional", [0, 571.43, 1428.57]),
        (2000, "cea", [0, 1000, 1000]),
        (2000, "cel", [0, 0, 2000]),
        (2000, "talmud", [0, 1000, 1000]),
        (5000, "proportional", [0, 1428.57, 3571.43]),
        (5000, "cea", [0, 2000, 3000]),
        (5000, "cel", [0, 1000, 4000]),
        (5000, "talmud", [0, 1000, 4000]),
        (7000, "talmud", [0, 2000, 5000]),
        (9999, "cel", [0, 2000, 5000]),
        (0, "cea", [0, 0, 0]),
    ],
)
def test_a_loss_fund_pays_what_lies_above_the_retention(fund, rule, expected):
    assert settle_losses(LOSSES, RETENTION, fund, rule) == pytest.approx(expected, abs=0.005)


def test_nobody_claims_below_its_retention():
    assert settle_losses([500, 900], [1000, 1000], 3500).tolist() == [0, 0]


def test_what_is_no_pool_is_refused():
    with pytest.raises(NoMembers):
        pooled_sd(100, 0, 0.3)
    for wrong in (-0.1, 1.1, float("nan")):
        with pytest.raises(InvalidCorrelation):
            pooled_sd(100, 4, wrong)
    with pytest.raises(NegativeAmount):
        pooled_sd(-1, 4, 0)
    with pytest.raises(NegativeAmount):
        settle_losses(LOSSES, RETENTION, -1)


def test_the_formula_is_what_correlated_losses_do():
    rng = np.random.default_rng(1)
    common, own = rng.standard_normal(200_000), rng.standard_normal((4, 200_000))
    losses = 100 * (np.sqrt(0.3) * common + np.sqrt(0.7) * own)

    assert losses.mean(axis=0).std() == pytest.approx(pooled_sd(100, 4, 0.3), rel=0.01)
