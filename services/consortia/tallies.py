"""How a vote is counted: who may vote with which weight, the sums, and when it passes."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction

from models import BallotChoice, Membership, Subject, Vote, VotesBy
from services.consortia.standing import Standing

QUALIFIED = frozenset({Subject.EXCLUSION, Subject.DISSOLUTION})
"""What takes two thirds of all who may vote (our design): nothing ends by the few who were there."""
BY_HEADS = QUALIFIED | {Subject.SHARES}
"""What is counted by heads whatever the group's rule: who is out, whether it ends, and who pays what."""
TWO_THIRDS = Fraction(2, 3)


@dataclass(frozen=True)
class Tally:
    """The sums of a vote, in heads or in the smallest unit of the currency."""

    total: int
    yes: int
    no: int
    abstain: int
    quorum: int
    """The weight that must have been cast."""
    majority: str
    """simple, or two_thirds."""

    @property
    def cast(self) -> int:
        return self.yes + self.no + self.abstain

    @property
    def has_quorum(self) -> bool:
        return self.total > 0 and self.cast >= self.quorum

    @property
    def passes(self) -> bool:
        """Whether what is asked is decided, if nobody else votes."""
        if not self.has_quorum:
            return False
        if self.majority == "two_thirds":
            return self.yes > 0 and self.yes >= TWO_THIRDS * self.total
        return self.yes > self.no


def voters_of(standing: Standing, vote: Vote) -> list[Membership]:
    """The members that may vote: all but the one that the vote would exclude."""
    return [one for one in standing.inside if not (vote.subject == Subject.EXCLUSION and vote.about == one.firm.key)]


def _decided_shares(standing: Standing) -> dict[str, int]:
    """The shares on which the members have voted, by the firm's key; those only written down weigh nothing."""
    decided = standing.decided(Subject.SHARES)
    shares = decided.content.get("shares", {}) if decided else {}
    return {key: share or 0 for key, (_name, share) in shares.items()}


def counted_by(standing: Standing, vote: Vote) -> VotesBy:
    """By what the vote is really counted: by heads also where it would be by shares and none are decided."""
    shares = _decided_shares(standing)
    has_shares = any(shares.get(one.firm.key) for one in voters_of(standing, vote))
    by_shares = vote.votes_by == VotesBy.SHARES and vote.subject not in BY_HEADS and has_shares
    return VotesBy.SHARES if by_shares else VotesBy.HEADS


def weights_of(standing: Standing, vote: Vote) -> dict[Membership, int]:
    """Who may vote, and with which weight: one each, or the shares."""
    voters = voters_of(standing, vote)
    if counted_by(standing, vote) == VotesBy.SHARES:
        shares = _decided_shares(standing)
        return {one: shares.get(one.firm.key, 0) for one in voters}
    return dict.fromkeys(voters, 1)


def tally(standing: Standing, vote: Vote) -> Tally:
    """Count a vote as it stands now."""
    weights = weights_of(standing, vote)
    said = {ballot.firm_id: ballot.choice for ballot in vote.ballots}
    sums = dict.fromkeys(BallotChoice, 0)
    for place, weight in weights.items():
        if place.firm_id in said:
            sums[BallotChoice(said[place.firm_id])] += weight
    total = sum(weights.values())
    return Tally(
        total=total,
        yes=sums[BallotChoice.YES],
        no=sums[BallotChoice.NO],
        abstain=sums[BallotChoice.ABSTAIN],
        quorum=-(-total * vote.quorum_percent // 100),
        majority="two_thirds" if vote.subject in QUALIFIED else "simple",
    )


def has_everybody(standing: Standing, vote: Vote) -> bool:
    """Whether everybody who may vote has voted."""
    return {one.firm_id for one in voters_of(standing, vote)} <= {one.firm_id for one in vote.ballots}
