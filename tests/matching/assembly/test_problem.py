"""Absurd numbers are refused, each with the name of its field."""

import pytest

from matching import Profile
from matching.assembly import Candidate, Effort, InvalidProblem, Problem, Requirement, Split, Wanted, Worth, partition

NAN, INF = float("nan"), float("inf")


@pytest.mark.parametrize(
    ("field", "parts"),
    [
        ("market", {"market": "Portugal"}),
        ("kind", {"kind": "holding"}),
        ("capacity", {"capacity": -1}),
        ("capacity", {"capacity": NAN}),
        ("entry_cost", {"entry_cost": INF}),
        ("entry_cost", {"entry_cost": 1e13}),
        ("entry_cost", {"entry_cost": True}),
        ("entry_cost", {"entry_cost": "100"}),
        ("fewest", {"fewest": 2}),
        ("fewest", {"fewest": 3.0}),
        ("most", {"most": 41}),
        ("most", {"most": 4, "fewest": 5}),
        ("pinned", {"pinned": ["a"]}),
        ("pinned", {"pinned": frozenset("abcd"), "most": 3}),
        ("barred", {"barred": frozenset({""})}),
        ("barred", {"barred": frozenset("a"), "pinned": frozenset("a")}),
        ("least_commitment", {"least_commitment": 101}),
        ("experienced", {"experienced": 1}),
        ("enough_experience", {"enough_experience": 2}),
        ("strength_ratio", {"strength_ratio": 0.5}),
        ("strength_ratio", {"strength_ratio": NAN}),
        ("unknown_commitment", {"unknown_commitment": "guess"}),
        ("unknown_size", {"unknown_size": None}),
        ("facet_needs", {"facet_needs": {"XX": 1}}),
        ("facet_needs", {"facet_needs": {"RF": 2}}),
        ("facet_needs", {"facet_needs": [1]}),
        ("requirements", {"requirements": ("customs",)}),
        ("requirements", {"requirements": (Requirement("a"), Requirement("a", level=2))}),
        ("requirements", {"requirements": tuple(Requirement(f"{k}") for k in range(41))}),
        ("basket", {"basket": (Wanted("0901"), Wanted("0901"))}),
        ("worth", {"worth": 3}),
    ],
)
def test_a_problem_names_the_field_that_is_wrong(field, parts):
    with pytest.raises(InvalidProblem) as error:
        Problem(**{"market": "PRT"} | parts)

    assert error.value.field == field


@pytest.mark.parametrize(
    ("field", "make"),
    [
        ("capability", lambda: Requirement(" ")),
        ("level", lambda: Requirement("customs", level=4)),
        ("level", lambda: Requirement("customs", level=1.5)),
        ("level", lambda: Requirement("RM", level=1.5)),
        ("level", lambda: Requirement("RM", level=0)),
        ("weight", lambda: Requirement("customs", weight=-1)),
        ("must", lambda: Requirement("customs", must="yes")),
        ("weight", lambda: Wanted("0901", weight=NAN)),
        ("link_cost", lambda: Worth(link_cost=-0.1)),
        ("profile", lambda: Candidate("a")),
        ("budget", lambda: Candidate(Profile("a"), budget=-5)),
        ("capacity", lambda: Candidate(Profile("a"), capacity=INF)),
        ("levels", lambda: Candidate(Profile("a"), levels={"customs": 0})),
        ("levels", lambda: Candidate(Profile("a"), levels=["customs"])),
        ("starts", lambda: Effort(starts=0)),
        ("nodes", lambda: Effort(nodes=-1)),
        ("problems", lambda: Split(())),
        ("problems", lambda: Split((Problem("PRT", pinned=frozenset("a")),))),
        ("problems", lambda: Split((Problem("PRT"), Problem("ESP", worth=Worth(link=2))))),
        ("together", lambda: Split((Problem("PRT"),), together=(["a"],))),
        ("placed", lambda: Split((Problem("PRT"),), placed={"a": 1})),
        ("placed", lambda: Split((Problem("PRT", barred=frozenset("a")),), placed={"a": 0})),
        ("placed", lambda: partition(Split((Problem("PRT"),), placed={"a": 0}), [])),
        ("together", lambda: partition(Split((Problem("PRT"),), together=(frozenset("ab"),)), [])),
        ("seconds", lambda: partition(Split((Problem("PRT"),)), [], seconds=NAN)),
    ],
)
def test_everything_else_does_so_too(field, make):
    with pytest.raises(InvalidProblem) as error:
        make()

    assert error.value.field == field


def test_a_product_is_an_hs_code():
    with pytest.raises(ValueError, match="hs"):
        Wanted("coffee")
