"""What entering a market together costs each member: games, rules side by side, checks, and cents that add up.

>>> from matching.sharing import Component, CostGame, Power, compare_rules
>>> group = CostGame(
...     ["ana", "bia", "cal"],
...     [
...         Component(code="RESEARCH", form="COMMON", cost=9000),
...         Component(code="FAIR_SPACE", form="NESTED", needs={"ana": 4000, "bia": 6000, "cal": 10000}),
...         Component(code="FREIGHT", form="VOLUME", needs={"ana": 20, "bia": 30, "cal": 50}, curve=Power(300, 0.7)),
...     ],
... )
>>> found = compare_rules(group)
>>> found.rule("shapley").amounts
{'ana': Decimal('5948.52'), 'bia': Decimal('7636.94'), 'cal': Decimal('12950.20')}
>>> found.rule("shapley").checks.core.status, found.member("cal").best
('inside', ('equal',))
"""

from matching.sharing.checks import Checks, check_allocation
from matching.sharing.compare import Comparison, LeftOut, MemberView, RuleResult, compare_rules
from matching.sharing.component import Component
from matching.sharing.conditions import Conditions
from matching.sharing.core import Blocking, CoreCheck, check_core, core_ranges, least_core
from matching.sharing.curves import Brackets, Power, Steps
from matching.sharing.errors import SharingError
from matching.sharing.game import CostGame, Game
from matching.sharing.leaving import Leaving, settle_leaving
from matching.sharing.limits import keep_within
from matching.sharing.money import decimals_of, from_units, round_shares, to_units
from matching.sharing.nucleolus import nucleolus
from matching.sharing.parts import Parts, share_parts
from matching.sharing.shapley import Estimate, shapley
from matching.sharing.subsidies import Grant, subtract_subsidy
from matching.sharing.tables import round_table

__all__ = [
    "Blocking",
    "Brackets",
    "Checks",
    "Comparison",
    "Component",
    "Conditions",
    "CoreCheck",
    "CostGame",
    "Estimate",
    "Game",
    "Grant",
    "Leaving",
    "LeftOut",
    "MemberView",
    "Parts",
    "Power",
    "RuleResult",
    "SharingError",
    "Steps",
    "check_allocation",
    "check_core",
    "compare_rules",
    "core_ranges",
    "decimals_of",
    "from_units",
    "keep_within",
    "least_core",
    "nucleolus",
    "round_shares",
    "round_table",
    "settle_leaving",
    "shapley",
    "share_parts",
    "subtract_subsidy",
    "to_units",
]
