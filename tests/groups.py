"""Groups for tests, brought to any state by the acts of their people."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Mapping
from contextlib import contextmanager

import pytest
from sqlalchemy.orm import Session

from models import BallotChoice, Consortium, Firm, Person, Subject, Verdict, Vote, now_utc
from services.consortia import content, leading, members, moving, reviews, votes
from services.consortia.guards import Hindered
from services.consortia.standing import Standing, standing_of
from services.consortia.transitions import Act
from tests.factories import Factory

OBJECTIVE = {"objective": "Sell in Spain.", "indicators": "Ten customers.", "months": 24, "pilot": "A fair."}
CAPABILITIES = ("customs_clearance", "market_research", "local_agent")
WAY = ("idea", "exploring", "feasibility", "objective", "submitted", "forming", "constituted", "operating")


class Group:
    """A group with its firms and their owners; every step is a real act, committed."""

    def __init__(self, db: Session, make: Factory, *, count: int = 3, **purpose) -> None:
        self.db, self.make = db, make
        self.firms: list[Firm] = [
            make.firm(f"Member {n}", offers=[CAPABILITIES[n % 3]]) for n in range(count)
        ]  # fmt: skip
        self.owners: list[Person] = [make.owner_of(firm) for firm in self.firms]
        self.moderators = [make.moderator(), make.moderator()]
        self.spare: Firm = make.firm("One more")
        wanted: Mapping[str, bool] = purpose.pop("wanted", {"customs_clearance": True, "market_research": False})
        filled = {"name": "Azeites juntos", "purpose": "Sell olive oil.", "country": "ESP", "kind": "promotion"}
        self.consortium: Consortium = content.found(
            db, self.owners[0], self.firms[0], wanted=wanted, **{**filled, **purpose}
        )
        db.commit()

    @property
    def lead(self) -> Person:
        return self.owners[0]

    def of(self, number: int) -> tuple[Person, Consortium, Firm]:
        """Who acts, where and for which firm, as the acts of members take it."""
        return self.owners[number], self.consortium, self.firms[number]

    def newcomer(self) -> tuple[Person, Consortium, Firm]:
        """The same for a firm that has nothing to do with the group yet."""
        return self.make.owner_of(self.spare), self.consortium, self.spare

    def put(self, state: str, **more) -> None:
        """Put the group into a state, whatever stands before it."""
        for name, value in {"state": state, **more}.items():
            setattr(self.consortium, name, value)
        self.db.commit()

    @property
    def standing(self) -> Standing:
        self.db.expire_all()
        return standing_of(self.db, self.consortium)

    @property
    def state(self) -> str:
        self.db.refresh(self.consortium)
        return self.consortium.state

    def invite(self, firm: Firm, **more) -> None:
        members.invite(self.db, self.lead, self.consortium, firm, **more)
        self.db.commit()

    def join(self, firm: Firm, owner: Person) -> None:
        """Accept what is to be accepted, and commit."""
        members.accept_confidentiality(self.db, owner, self.consortium, firm)
        members.declare_conflicts(self.db, owner, self.consortium, firm, "")
        members.commit(self.db, owner, self.consortium, firm)
        self.db.commit()

    def gather(self) -> Group:
        """Bring everybody in."""
        for place, (firm, owner) in enumerate(zip(self.firms, self.owners, strict=True)):
            if place:
                self.invite(firm)
                self.join(firm, owner)
            else:
                members.accept_confidentiality(self.db, owner, self.consortium, firm)
                members.declare_conflicts(self.db, owner, self.consortium, firm, "")
        self.db.commit()
        return self

    def hand_over(self, number: int) -> None:
        """Offer the lead to a member, which takes it."""
        leading.offer_lead(self.db, self.consortium, self.lead, self.firms[number])
        leading.take_lead(self.db, self.consortium, self.owners[number], self.firms[number])
        self.db.commit()

    def move(self, act: Act, *, person: Person | None = None, **more) -> None:
        moving.move(self.db, self.consortium, act, person=person or self.lead, **more)
        self.db.commit()

    def decide(self, subject: Subject, *, choice: str = "yes", firm: Firm | None = None) -> str:
        """Open a vote and let every member say the same; returns what became of it."""
        vote = votes.open_vote(self.db, self.lead, self.consortium, self.firms[0], subject, firm=firm)
        for one, owner in zip(self.firms, self.owners, strict=True):
            place = self.standing.of(one)
            if vote.is_open and place in votes.weights_of(self.standing, vote):
                votes.cast(self.db, owner, self.consortium, vote, one, BallotChoice(choice))
        self.db.commit()
        return vote.state

    def share(self, *shares: int, budget: int | None = None) -> None:
        """Give the members these shares, by default equal ones of 300,00."""
        shares = shares or (10_000,) * len(self.firms)
        content.set_shares(
            self.db,
            self.lead,
            self.consortium,
            budget_minor=sum(shares) if budget is None else budget,
            shares={firm.id: share for firm, share in zip(self.firms, shares, strict=True)},
        )
        self.db.commit()

    def review(self, moderator: Person, verdict: str, **reasons: str) -> None:
        submission = reviews.find_submission(self.db, self.consortium)
        reviews.review(
            self.db, moderator, self.consortium, seen=submission.id, verdict=Verdict(verdict), reasons=reasons
        )
        self.db.commit()

    def regulate(self, text: str = "One firm, one vote.") -> None:
        """Write regulations and let the members decide on them."""
        content.set_regulations(self.db, self.lead, self.consortium, text)
        assert self.decide(Subject.REGULATIONS) == "passed"

    def sign(self) -> None:
        for firm, owner in zip(self.firms, self.owners, strict=True):
            members.sign(self.db, owner, self.consortium, firm)
        self.db.commit()

    def reach(self, state: str) -> Group:
        """Go the whole way to a state."""
        return self.reach_from("idea", state)

    def reach_from(self, first: str, state: str) -> Group:
        """Go the way from one state to another."""
        steps = {
            "exploring": self.gather,
            "feasibility": lambda: self.move(Act.STUDY),
            "objective": lambda: self.move(Act.AIM),
            "submitted": self._submit,
            "forming": lambda: [self.review(one, "approve") for one in self.moderators],
            "constituted": self._constitute,
            "operating": lambda: self.move(Act.OPERATE),
        }
        for step in WAY[WAY.index(first) + 1 : WAY.index(state) + 1]:
            steps[step]()
            assert self.state == step, f"{self.state} instead of {step}"
        return self

    def prepare(self) -> Group:
        """Do everything that a submission needs, in a group at its objective."""
        content.set_objective(self.db, self.lead, self.consortium, **OBJECTIVE)
        self.share()
        for subject in (Subject.OBJECTIVE, Subject.KIND, Subject.SHARES):
            assert self.decide(subject) == "passed"
        return self

    def _submit(self) -> None:
        self.prepare()
        reviews.submit(self.db, self.lead, self.consortium)
        self.db.commit()

    def _constitute(self) -> None:
        self.regulate()
        self.sign()
        self.move(Act.CONSTITUTE)


@contextmanager
def only_for_now(group: Group) -> Iterator[None]:
    """What happens in the block is undone after it, committed or not: one group serves many tries."""
    with group.db.begin_nested() as savepoint:
        group.db.commit = group.db.flush
        try:
            yield
        finally:
            del group.db.commit
        savepoint.rollback()
    group.db.expire_all()


@contextmanager
def hindered_by(*codes: str) -> Iterator[None]:
    """What happens in the block is refused, by these guards."""
    with pytest.raises(Hindered) as refused:
        yield
    assert [one.code for one in refused.value.hindrances] == list(codes)


def begin(group: Group, subject: str = Subject.OBJECTIVE, *, by: int = 0, **more) -> Vote:
    """Let a member open a vote."""
    vote = votes.open_vote(
        group.db, group.owners[by], group.consortium, group.firms[by], Subject(subject), **more
    )  # fmt: skip
    group.db.commit()
    return vote


def say(group: Group, vote: Vote, *choices: str | None) -> None:
    """Let the members say these in their order; None says nothing."""
    for number, choice in enumerate(choices):
        if choice:
            person, consortium, firm = group.of(number)
            votes.cast(group.db, person, consortium, vote, firm, BallotChoice(choice))
    group.db.commit()


def pass_time(group: Group, vote: Vote) -> None:
    """Let the time of a vote be over, although nobody has counted it."""
    vote.closes_at_utc = now_utc() - dt.timedelta(seconds=1)
    group.db.commit()


def write(group: Group) -> Group:
    """Write the objective and the regulations, so that they can be voted on."""
    content.set_objective(group.db, group.lead, group.consortium, **OBJECTIVE)
    content.set_regulations(group.db, group.lead, group.consortium, "One firm, one vote.")
    group.db.commit()
    return group
