"""Whole consortia: found by search, proven by branch and bound, explained, and many at once.

>>> from matching import Profile
>>> from matching.assembly import Candidate, Problem, assemble
>>> firms = [Candidate(Profile(name, targets={"PRT": 3}), budget=20_000) for name in ("ana", "bia", "caio")]
>>> assemble(Problem("PRT", entry_cost=60_000), firms).proposals[0].ids
('ana', 'bia', 'caio')
"""

from matching.assembly.assembling import Assembly, assemble
from matching.assembly.blaming import Change, Remedy, WhyNone
from matching.assembly.candidate import Candidate
from matching.assembly.checks import InvalidProblem
from matching.assembly.pairs import Pairs, score_pairs
from matching.assembly.pool import pick_pool
from matching.assembly.problem import Problem, Requirement, Wanted, Worth
from matching.assembly.proposal import Better, Covering, Lack, Lost, Member, Proposal
from matching.assembly.solving import Effort
from matching.assembly.split import Part, Partition, Split
from matching.assembly.splitting import partition
from matching.assembly.value import Broken, Value
from matching.assembly.watch import Progress

__all__ = [
    "Assembly",
    "Better",
    "Broken",
    "Candidate",
    "Change",
    "Covering",
    "Effort",
    "InvalidProblem",
    "Lack",
    "Lost",
    "Member",
    "Pairs",
    "Part",
    "Partition",
    "Problem",
    "Progress",
    "Proposal",
    "Remedy",
    "Requirement",
    "Split",
    "Value",
    "Wanted",
    "WhyNone",
    "Worth",
    "assemble",
    "partition",
    "pick_pool",
    "score_pairs",
]
