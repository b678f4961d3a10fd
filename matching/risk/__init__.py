"""What members risk alone and together, from ranges: Monte Carlo with a fixed seed, and the formulas that check it.

>>> from matching.risk import Member, Prospect, Range, Venture, compare_risk, seed_for
>>> alone = Prospect(
...     entry=Range(80_000, 100_000, 150_000),
...     chance=Range(0.3, 0.5, 0.6),
...     margin=Range(100_000, 250_000, 500_000),
...     recovery=Range(0, 0.2, 0.4),
... )
>>> group = Venture(
...     [Member(name, alone, weight=1, ceiling=60_000) for name in ("ana", "bia", "cal")],
...     entry=Range(120_000, 150_000, 220_000),
... )
>>> found = compare_risk(group, seed=seed_for("café")).member("ana")
>>> found.alone.chance_above_ceiling.value > 0.4, found.together.chance_above_ceiling.value < 0.1
(True, True)
"""

from matching.risk.compare import IGNORED, SCENARIOS, MemberRisk, RiskComparison, compare_risk
from matching.risk.errors import RiskError
from matching.risk.measures import LEVELS, QUANTILES, Measure, Outlook, cvar, measure
from matching.risk.pooling import pooled_sd, settle_losses
from matching.risk.prospects import LossFund, Member, Prospect, Venture
from matching.risk.ranges import Range
from matching.risk.scenarios import seed_for

__all__ = [
    "IGNORED",
    "LEVELS",
    "QUANTILES",
    "SCENARIOS",
    "LossFund",
    "Measure",
    "Member",
    "MemberRisk",
    "Outlook",
    "Prospect",
    "Range",
    "RiskComparison",
    "RiskError",
    "Venture",
    "compare_risk",
    "cvar",
    "measure",
    "pooled_sd",
    "seed_for",
    "settle_losses",
]
