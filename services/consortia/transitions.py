"""Which act leads a group from which state to which, who may do it, and what must be there first: one table."""

from __future__ import annotations

import enum
from collections.abc import Mapping
from dataclasses import dataclass

from models import ConsortiumState as State


class Act(enum.StrEnum):
    """What brings a group into another state."""

    EXPLORE = "explore"
    STUDY = "study"
    AIM = "aim"
    BACK_TO_EXPLORING = "back_to_exploring"
    BACK_TO_FEASIBILITY = "back_to_feasibility"
    SUBMIT = "submit"
    WITHDRAW = "withdraw"
    MEND = "mend"
    APPROVE = "approve"
    RETURN = "return"
    REJECT = "reject"
    CONSTITUTE = "constitute"
    OPERATE = "operate"
    REVIEW = "review"
    RENEW = "renew"
    RETHINK = "rethink"
    DISSOLVE = "dissolve"
    CLOSE = "close"
    GIVE_UP = "give_up"
    END = "end"
    LAPSE = "lapse"
    SUSPEND = "suspend"
    LIFT = "lift"
    SHRINK = "shrink"
    CHANGE = "change"


class By(enum.StrEnum):
    """Who does an act."""

    EDITOR = "editor"
    """Anybody who acts for the lead firm."""
    OWNER = "owner"
    """Somebody who may bind the lead firm: one of its owners."""
    MODERATORS = "moderators"
    RULE = "rule"
    """Nobody: it follows from what somebody did, or from a day that has passed."""


REVIEWED_FROM, SUSPENDED_FROM = "reviewed_from", "suspended_from"
"""As targets: the state from which the group came, which it keeps under these names."""


@dataclass(frozen=True)
class Transition:
    """From where, to where, by whom, and what must be there: names of `guards.GUARDS`, in the order they are told."""

    sources: frozenset[State]
    target: State | str
    by: By
    guards: tuple[str, ...] = ()

    def leads_from(self, state: str) -> bool:
        """Whether the act is possible in a state."""
        return state in self.sources


UNDER_WAY = frozenset({State.IDEA, State.EXPLORING, State.FEASIBILITY, State.OBJECTIVE, State.RETURNED})
"""Before anything is approved: a group may be given up, or lapse."""
EMPTIED = frozenset({State.REJECTED, State.REVIEW, State.SUSPENDED, State.DISSOLVING})
"""Where else the last member of a group may go: then it lapses, too, since nobody is left to end it."""
OPEN = frozenset({State.IDEA, State.EXPLORING, State.FEASIBILITY, State.OBJECTIVE})
"""Where the lead writes and invites without further ado."""
APPROVED = frozenset({State.FORMING, State.CONSTITUTED, State.OPERATING, State.REVIEW})
FROZEN = frozenset({State.SUBMITTED, State.RETURNED, State.FORMING})
"""What was submitted is what counts: a change takes the group back to its objective."""
RUNNING = frozenset({State.FORMING, State.CONSTITUTED, State.OPERATING})
"""A group that falls below three members here is reviewed."""

_MEMBERS = ("enough_members", "firms_approved", "all_confidential", "all_conflicts_declared")
_CASE = ("has_market", "has_kind", "musts_covered")

TRANSITIONS: Mapping[Act, Transition] = {
    Act.EXPLORE: Transition(frozenset({State.IDEA}), State.EXPLORING, By.EDITOR, ("has_purpose", "has_market")),
    Act.STUDY: Transition(frozenset({State.EXPLORING}), State.FEASIBILITY, By.EDITOR, _MEMBERS),
    Act.AIM: Transition(frozenset({State.FEASIBILITY}), State.OBJECTIVE, By.EDITOR, (*_MEMBERS, *_CASE)),
    Act.BACK_TO_EXPLORING: Transition(frozenset({State.FEASIBILITY}), State.EXPLORING, By.EDITOR),
    Act.BACK_TO_FEASIBILITY: Transition(frozenset({State.OBJECTIVE}), State.FEASIBILITY, By.EDITOR),
    Act.SUBMIT: Transition(
        frozenset({State.OBJECTIVE}),
        State.SUBMITTED,
        By.OWNER,
        (*_MEMBERS, "not_too_many", *_CASE, "has_objective", "shares_add_up", "voted_objective", "voted_kind",
         "voted_shares", "no_open_vote"),
    ),
    Act.WITHDRAW: Transition(frozenset({State.SUBMITTED}), State.OBJECTIVE, By.EDITOR),
    Act.MEND: Transition(frozenset({State.RETURNED}), State.OBJECTIVE, By.EDITOR),
    Act.APPROVE: Transition(frozenset({State.SUBMITTED}), State.FORMING, By.MODERATORS, ("firms_approved",)),
    Act.RETURN: Transition(frozenset({State.SUBMITTED}), State.RETURNED, By.MODERATORS),
    Act.REJECT: Transition(frozenset({State.SUBMITTED}), State.REJECTED, By.MODERATORS),
    Act.CONSTITUTE: Transition(
        frozenset({State.FORMING}), State.CONSTITUTED, By.OWNER,
        ("enough_members", "firms_approved", "voted_regulations", "all_signed")
    ),
    Act.OPERATE: Transition(
        frozenset({State.CONSTITUTED}), State.OPERATING, By.OWNER, ("enough_members", "firms_approved")
    ),
    Act.REVIEW: Transition(frozenset({State.CONSTITUTED, State.OPERATING}), State.REVIEW, By.OWNER),
    Act.RENEW: Transition(
        frozenset({State.REVIEW}), REVIEWED_FROM, By.OWNER, ("was_constituted", "enough_members", "voted_renewal")
    ),
    Act.RETHINK: Transition(frozenset({State.REVIEW}), State.OBJECTIVE, By.OWNER),
    Act.DISSOLVE: Transition(APPROVED | {State.OBJECTIVE}, State.DISSOLVING, By.OWNER, ("voted_dissolution",)),
    Act.CLOSE: Transition(frozenset({State.DISSOLVING}), State.CLOSED, By.OWNER),
    Act.GIVE_UP: Transition(UNDER_WAY, State.CLOSED, By.OWNER, ("never_constituted",)),
    Act.END: Transition(frozenset({State.REJECTED}), State.CLOSED, By.EDITOR),
    Act.LAPSE: Transition(UNDER_WAY | EMPTIED, State.CLOSED, By.RULE),
    Act.SUSPEND: Transition(APPROVED, State.SUSPENDED, By.MODERATORS),
    Act.LIFT: Transition(frozenset({State.SUSPENDED}), SUSPENDED_FROM, By.MODERATORS),
    Act.SHRINK: Transition(RUNNING, State.REVIEW, By.RULE),
    Act.CHANGE: Transition(FROZEN, State.OBJECTIVE, By.RULE),
}  # fmt: skip


def acts_from(state: str) -> list[Act]:
    """The acts that are possible in a state, in the order of the table."""
    return [act for act, transition in TRANSITIONS.items() if transition.leads_from(state)]
