"""A group of firms on its way to an export consortium, and the firms in it."""

from __future__ import annotations

import datetime as dt
import enum

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from models.base import Base, UtcDateTime, key_column, now_utc
from models.firm import Firm
from models.person import Person


class ConsortiumState(enum.StrEnum):
    """How far a group has come."""

    IDEA = "idea"
    EXPLORING = "exploring"
    FEASIBILITY = "feasibility"
    OBJECTIVE = "objective"
    SUBMITTED = "submitted"
    RETURNED = "returned"
    REJECTED = "rejected"
    FORMING = "forming"
    CONSTITUTED = "constituted"
    OPERATING = "operating"
    REVIEW = "review"
    SUSPENDED = "suspended"
    DISSOLVING = "dissolving"
    CLOSED = "closed"


class ConsortiumKind(enum.StrEnum):
    """What a consortium does together."""

    PROMOTION = "promotion"
    SALES = "sales"


class Outcome(enum.StrEnum):
    """As what a group was closed."""

    COMPLETED = "completed"
    DISSOLVED = "dissolved"
    LAPSED = "lapsed"
    REJECTED = "rejected"
    WITHDRAWN = "withdrawn"


class MemberState(enum.StrEnum):
    """How a firm stands to a group."""

    INVITED = "invited"
    INTERESTED = "interested"
    DECLINED = "declined"
    COMMITTED = "committed"
    SIGNED = "signed"
    ACTIVE = "active"
    ON_NOTICE = "on_notice"
    LEFT = "left"
    EXCLUDED = "excluded"


class VotesBy(enum.StrEnum):
    """What a firm's vote weighs."""

    HEADS = "heads"
    SHARES = "shares"


def _states(values: type[enum.StrEnum], *more: str) -> str:
    """The values of an enumeration, as a check constraint lists them."""
    return ", ".join(f"'{value}'" for value in (*values, *more))


class Consortium(Base):
    """A group: what it is for, how far it has come, and by which rules it decides."""

    __tablename__ = "consortium"
    __table_args__ = (
        sa.CheckConstraint(f"state IN ({_states(ConsortiumState)})", name="state"),
        sa.CheckConstraint(f"kind IN ({_states(ConsortiumKind, '')})", name="kind"),
        sa.CheckConstraint(f"outcome IN ({_states(Outcome, '')})", name="outcome"),
        sa.CheckConstraint(f"votes_by IN ({_states(VotesBy)})", name="votes_by"),
        sa.CheckConstraint("smallest BETWEEN 3 AND largest AND largest <= 40", name="size"),
        sa.CheckConstraint("quorum_percent BETWEEN 1 AND 100", name="quorum_percent"),
        sa.CheckConstraint("budget_minor >= 0", name="budget_minor"),
        sa.CheckConstraint("subsidy_minor >= 0", name="subsidy_minor"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    key: Mapped[str] = key_column()
    state: Mapped[str] = mapped_column(sa.String(12), default=ConsortiumState.IDEA, index=True)
    reviewed_from: Mapped[str] = mapped_column(sa.String(12), default="")
    """The state from which it came into review."""
    suspended_from: Mapped[str] = mapped_column(sa.String(12), default="")
    """The state in which it was suspended."""
    outcome: Mapped[str] = mapped_column(sa.String(12), default="")
    lead_id: Mapped[int | None] = mapped_column(sa.ForeignKey("firm.id", ondelete="SET NULL"), index=True)
    """The firm that leads; nobody when that firm was removed and no other has taken its place."""
    name: Mapped[str] = mapped_column(sa.String(120))
    purpose: Mapped[str] = mapped_column(sa.Text, default="")
    country: Mapped[str] = mapped_column(sa.String(3), default="")
    """The target market."""
    kind: Mapped[str] = mapped_column(sa.String(12), default="")
    smallest: Mapped[int] = mapped_column(default=3)
    largest: Mapped[int] = mapped_column(default=8)
    objective: Mapped[str] = mapped_column(sa.Text, default="")
    indicators: Mapped[str] = mapped_column(sa.Text, default="")
    """How the group will know that it reached its objective."""
    months: Mapped[int | None]
    """How long it is meant to last."""
    notice_days: Mapped[int] = mapped_column(default=90)
    """How long before it leaves a member gives notice."""
    pilot: Mapped[str] = mapped_column(sa.Text, default="")
    """The first thing that the group does together."""
    regulations: Mapped[str] = mapped_column(sa.Text, default="")
    votes_by: Mapped[str] = mapped_column(sa.String(8), default=VotesBy.HEADS)
    quorum_percent: Mapped[int] = mapped_column(default=50)
    currency: Mapped[str] = mapped_column(sa.String(3), default="EUR")
    budget_minor: Mapped[int | None] = mapped_column(sa.BigInteger)
    """What the members share, in the smallest unit of the currency."""
    subsidy_minor: Mapped[int | None] = mapped_column(sa.BigInteger)
    """What of the cost somebody else pays."""
    sharing_rule: Mapped[str] = mapped_column(sa.String(16), default="")
    """The rule that made the shares; empty where they were written by hand, or the budget has changed since."""
    created_by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("person.id", ondelete="SET NULL"))
    created_at_utc: Mapped[dt.datetime] = mapped_column(UtcDateTime, default=now_utc)
    changed_at_utc: Mapped[dt.datetime] = mapped_column(UtcDateTime, default=now_utc, index=True)
    constituted_at_utc: Mapped[dt.datetime | None] = mapped_column(UtcDateTime)
    """Since when there was an agreement for the first time; it stays when the group goes back."""
    moved_at_utc: Mapped[dt.datetime] = mapped_column(UtcDateTime, default=now_utc)
    """Since when it is in its state."""

    lead: Mapped[Firm | None] = relationship()
    wanted: Mapped[list[WantedCapability]] = relationship(
        cascade="all, delete-orphan",
        passive_deletes=True,
        order_by="WantedCapability.is_must.desc(), WantedCapability.capability",
    )
    products: Mapped[list[ConsortiumProduct]] = relationship(
        cascade="all, delete-orphan", passive_deletes=True, order_by="ConsortiumProduct.hs"
    )
    memberships: Mapped[list[Membership]] = relationship(
        cascade="all, delete-orphan", passive_deletes=True, order_by="Membership.id", back_populates="consortium"
    )

    @property
    def musts(self) -> list[str]:
        """Codes of the capabilities without which the group cannot do."""
        return [one.capability for one in self.wanted if one.is_must]


class WantedCapability(Base):
    """A capability that a group needs, or would like to have."""

    __tablename__ = "wanted_capability"

    consortium_id: Mapped[int] = mapped_column(sa.ForeignKey("consortium.id", ondelete="CASCADE"), primary_key=True)
    capability: Mapped[str] = mapped_column(sa.String(32), primary_key=True)
    is_must: Mapped[bool] = mapped_column(default=False)


class ConsortiumProduct(Base):
    """A chapter, heading or product of the Harmonized System that a group is about."""

    __tablename__ = "consortium_product"

    consortium_id: Mapped[int] = mapped_column(sa.ForeignKey("consortium.id", ondelete="CASCADE"), primary_key=True)
    hs: Mapped[str] = mapped_column(sa.String(6), primary_key=True)


class Membership(Base):
    """A firm in a group, from the invitation to the end; a firm that comes back has the same one."""

    __tablename__ = "membership"
    __table_args__ = (
        sa.UniqueConstraint("consortium_id", "firm_id"),
        sa.CheckConstraint(f"state IN ({_states(MemberState)})", name="state"),
        sa.CheckConstraint("share_minor >= 0", name="share_minor"),
        sa.CheckConstraint("alone_minor >= 0", name="alone_minor"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    consortium_id: Mapped[int] = mapped_column(sa.ForeignKey("consortium.id", ondelete="CASCADE"))
    firm_id: Mapped[int] = mapped_column(sa.ForeignKey("firm.id", ondelete="CASCADE"), index=True)
    state: Mapped[str] = mapped_column(sa.String(12), default=MemberState.INVITED, index=True)
    note: Mapped[str] = mapped_column(sa.Text, default="")
    """What the invitation said."""
    invited_by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("person.id", ondelete="SET NULL"))
    invited_at_utc: Mapped[dt.datetime] = mapped_column(UtcDateTime, default=now_utc)
    answer_by_utc: Mapped[dt.datetime | None] = mapped_column(UtcDateTime, index=True)
    """Until when the invitation may be answered; after that it lapses."""
    reminded_at_utc: Mapped[dt.datetime | None] = mapped_column(UtcDateTime)
    has_lapsed: Mapped[bool] = mapped_column(default=False)
    """Whether it counts as declined because nobody answered in time."""
    confidential_since_utc: Mapped[dt.datetime | None] = mapped_column(UtcDateTime)
    """Since when the firm has accepted that what is said in the group stays there."""
    conflicts_declared_at_utc: Mapped[dt.datetime | None] = mapped_column(UtcDateTime)
    conflicts: Mapped[str] = mapped_column(sa.Text, default="")
    """The conflicts of interest that the firm declares; empty where it says that it has none."""
    committed_at_utc: Mapped[dt.datetime | None] = mapped_column(UtcDateTime)
    signed_at_utc: Mapped[dt.datetime | None] = mapped_column(UtcDateTime)
    signed_by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("person.id", ondelete="SET NULL"))
    leaves_at_utc: Mapped[dt.datetime | None] = mapped_column(UtcDateTime, index=True)
    """When the notice that it gave is over."""
    share_minor: Mapped[int | None] = mapped_column(sa.BigInteger)
    """Its share of the budget, in the smallest unit of the currency."""
    alone_minor: Mapped[int | None] = mapped_column(sa.BigInteger)
    """What the firm says it would pay alone: for its own eyes only."""

    consortium: Mapped[Consortium] = relationship(back_populates="memberships")
    firm: Mapped[Firm] = relationship()
    invited_by: Mapped[Person | None] = relationship(foreign_keys=[invited_by_id])


class Happening(Base):
    """Something that happened in a group: who did what, for which firm; never changed."""

    __tablename__ = "happening"
    __table_args__ = (sa.Index("ix_happening_consortium_id_id", "consortium_id", "id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    consortium_id: Mapped[int] = mapped_column(sa.ForeignKey("consortium.id", ondelete="CASCADE"))
    happened_at_utc: Mapped[dt.datetime] = mapped_column(UtcDateTime, default=now_utc)
    what: Mapped[str] = mapped_column(sa.String(32))
    person_id: Mapped[int | None] = mapped_column(sa.ForeignKey("person.id", ondelete="SET NULL"))
    """Nobody where a deadline did it."""
    firm_id: Mapped[int | None] = mapped_column(sa.ForeignKey("firm.id", ondelete="SET NULL"))
    """The firm that it is about."""
    on_behalf: Mapped[bool] = mapped_column(default=False)
    """Whether somebody who is not of the firm did it for the firm."""
    facts: Mapped[dict] = mapped_column(sa.JSON, default=dict)

    person: Mapped[Person | None] = relationship()
    firm: Mapped[Firm | None] = relationship()
