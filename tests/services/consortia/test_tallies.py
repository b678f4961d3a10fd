"""How a vote is counted: quorum, majorities, heads and shares, and the plain count; no database."""

from __future__ import annotations

from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from models import (
    Ballot,
    Consortium,
    Firm,
    Membership,
    MemberState,
    Subject,
    Vote,
    VoteState,
)
from services.consortia.standing import Standing
from services.consortia.tallies import tally

Y, N, A, X = "yes", "no", "abstain", None


def count(choices, *, by="heads", quorum=50, subject=Subject.OBJECTIVE, about="", shares=None):
    """The tally of a group whose members said these (None: nothing), counted without a database."""
    consortium = Consortium(lead_id=1)
    places = [
        Membership(
            id=n, firm_id=n, firm=Firm(id=n, key=f"f{n}"), state=MemberState.COMMITTED,
        )
        for n in range(1, len(choices) + 1)
    ]  # fmt: skip
    vote = Vote(subject=subject, about=about, votes_by=by, quorum_percent=quorum)
    vote.ballots = [Ballot(firm_id=n, choice=choice) for n, choice in enumerate(choices, 1) if choice]
    content = {"shares": {f"f{n}": ["", share] for n, share in enumerate(shares or [], 1)}}
    decided = Vote(subject=Subject.SHARES, about="", state=VoteState.PASSED, content=content)
    return tally(Standing(consortium, places, [vote, decided]), vote)


@pytest.mark.parametrize(
    ("choices", "quorum", "has_quorum", "passes"),
    [
        ([Y, X, X, X], 50, False, False),
        ([Y, Y, X, X], 50, True, True),
        ([Y, Y, X, X, X], 50, False, False),  # half of five heads are three
        ([Y, Y, N, X, X], 50, True, True),
        ([Y, Y, Y], 100, True, True),
        ([Y, Y, X], 100, False, False),
        ([Y, X, X], 33, True, True),
        ([Y, X, X], 34, False, False),
        ([X, X, X], 1, False, False),
        ([Y, N, X], 50, True, False),  # as many yes as no decides nothing
        ([A, A, A], 50, True, False),
        ([Y, A, A], 100, True, True),  # who abstains is there, and says neither
        ([N, A, A], 100, True, False),
        ([], 50, False, False),
    ],
)
def test_quorum_and_simple_majority_at_their_edges(choices, quorum, has_quorum, passes):
    counted = count(choices, quorum=quorum)

    assert (counted.has_quorum, counted.passes) == (has_quorum, passes)


@pytest.mark.parametrize(
    ("choices", "passes"),
    [
        ([Y, Y, N], True),
        ([Y, N], False),
        ([Y] * 66 + [N] * 34, False),
        ([Y] * 67 + [N] * 33, True),
        ([Y] * 4 + [N] * 2, True),
        ([Y, Y, N, A], False),
        ([Y, Y, Y, Y, N, A], True),
        ([A, A, A], False),
        ([Y, A, A], False),
        ([Y, Y, X], True),
        ([Y, X, X], False),
    ],
)
def test_two_thirds_of_all_at_the_edges(choices, passes):
    assert count(choices, subject=Subject.DISSOLUTION).passes is passes


def test_by_shares_a_coin_decides_and_who_has_none_weighs_nothing():
    assert count([Y, N, N], by="shares", shares=[5001, 4999, 0]).passes
    assert not count([Y, N, N], by="shares", shares=[5000, 5000, 0]).passes
    assert not count([X, Y, Y], by="shares", shares=[5001, 4999, None]).has_quorum
    assert count([X, Y, Y], by="shares", shares=[5000, 5000, None]).has_quorum


@pytest.mark.parametrize("shares", [None, [0, 0, 0], [None, 0, None]])
def test_where_nobody_has_a_share_heads_are_counted(shares):
    counted = count([Y, Y, N], by="shares", shares=shares)

    assert (counted.total, counted.yes, counted.no) == (3, 2, 1)


@given(
    st.lists(st.tuples(st.sampled_from([Y, N, A, X]), st.none() | st.integers(0, 10**15)), min_size=1, max_size=40),
    st.sampled_from(["heads", "shares"]),
    st.integers(1, 100),
    st.sampled_from([Subject.OBJECTIVE, Subject.DISSOLUTION, Subject.EXCLUSION]),
)
def test_a_tally_is_the_plain_count(said, by, quorum, subject):
    about = f"f{len(said)}" if subject == Subject.EXCLUSION else ""
    counted = count(
        [c for c, _ in said], by=by, quorum=quorum, subject=subject, about=about, shares=[s for _, s in said]
    )

    voters = said[:-1] if about else said
    by_shares = by == "shares" and subject == Subject.OBJECTIVE and sum(share or 0 for _, share in voters) > 0
    weighed = [(choice, (share or 0) if by_shares else 1) for choice, share in voters]
    sums = {one: sum(weight for choice, weight in weighed if choice == one) for one in (Y, N, A, X)}
    total, cast = sum(sums.values()), sums[Y] + sums[N] + sums[A]
    assert (counted.total, counted.yes, counted.no, counted.abstain) == (total, sums[Y], sums[N], sums[A])
    is_there = total > 0 and Fraction(cast, total) >= Fraction(quorum, 100)
    assert counted.has_quorum is is_there
    if subject == Subject.OBJECTIVE:
        assert counted.passes is (is_there and sums[Y] > sums[N])
    else:
        assert counted.passes is (is_there and sums[Y] > 0 and 3 * sums[Y] >= 2 * total)
