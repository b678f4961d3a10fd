"""Who meets: the members of a group, or the two firms of a talk. Meetings are the same for both."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import sqlalchemy as sa
from sqlalchemy.orm import Session

from models import Consortium, ConsortiumState, Firm, Introduction, Meeting
from services import introductions
from services.consortia.standing import standing_of


@dataclass(frozen=True)
class Circle:
    """Who meets: a group's members, or the two firms of a talk."""

    of: Consortium | Introduction
    firms: Sequence[Firm]

    @property
    def consortium(self) -> Consortium | None:
        return self.of if isinstance(self.of, Consortium) else None

    @property
    def is_open(self) -> bool:
        """Whether meetings may be proposed and changed."""
        if isinstance(self.of, Consortium):
            return self.of.state != ConsortiumState.CLOSED
        return introductions.is_open(self.of)

    def has(self, firm: Firm) -> bool:
        """Whether the firm is one of those that meet."""
        return any(one.id == firm.id for one in self.firms)

    def holds(self) -> sa.ColumnElement[bool]:
        """Whether a meeting is one of these."""
        own = Meeting.consortium_id if isinstance(self.of, Consortium) else Meeting.introduction_id
        return own == self.of.id


def circle_of_group(db: Session, consortium: Consortium) -> Circle:
    """The members of a group."""
    return Circle(consortium, [one.firm for one in standing_of(db, consortium).inside])


def circle_of_talk(introduction: Introduction) -> Circle:
    """The two firms of a talk."""
    return Circle(introduction, [introduction.first, introduction.second])
