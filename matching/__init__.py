"""Constela's engine: profiles of firms in, ranked and explained partners out.

It knows nothing of databases or pages and can be used from a notebook:

>>> from matching import PartnerMatcher, Product, Profile
>>> coffee = Profile(
...     "coffee", products=(Product("090121"),), targets={"ESP": 3, "FRA": 1}, needs=frozenset({"customs"})
... )
>>> tea = Profile("tea", products=(Product("090230"),), targets={"ESP": 2}, offers=frozenset({"customs"}))
>>> boats = Profile("boats", products=(Product("8903"),), targets={"BRA": 3}, offers=frozenset({"design"}))
>>> matcher = PartnerMatcher(limit=5).fit([coffee, tea, boats])
>>> for found in matcher.suggest("coffee"):
...     print(found.id, round(found.score, 2), [reason.code for reason in found.reasons])
tea 0.73 ['gap', 'basket', 'mkt']
boats 0.06 []
"""

from typing import TYPE_CHECKING, Any

from matching.explain import Fills, Suggestion
from matching.known import DuplicateFirm, UnknownFirm
from matching.learning.history import Call, Group, History, Outcome, Question
from matching.learning.layer_results import LayerScore, Ranking
from matching.neighbours import Neighbours
from matching.profile import FACETS, InvalidProfile, Product, Profile
from matching.rank import PartnerMatcher
from matching.reason import Reason
from matching.score import WEIGHTS, Pair, Preference, Term
from matching.vetoes import Veto
from matching.warming import warm_up

if TYPE_CHECKING:
    from matching.learning.ranking_layer import RankingLayer

__all__ = [
    "FACETS",
    "WEIGHTS",
    "Call",
    "DuplicateFirm",
    "Fills",
    "Group",
    "History",
    "InvalidProfile",
    "LayerScore",
    "Neighbours",
    "Outcome",
    "Pair",
    "PartnerMatcher",
    "Preference",
    "Product",
    "Profile",
    "Question",
    "Ranking",
    "RankingLayer",
    "Reason",
    "Suggestion",
    "Term",
    "UnknownFirm",
    "Veto",
    "warm_up",
]


def __getattr__(name: str) -> Any:
    """Load the ranking layer when it is asked for: it brings SciPy, which the default order does without."""
    if name != "RankingLayer":
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    from matching.learning.ranking_layer import RankingLayer

    return RankingLayer
