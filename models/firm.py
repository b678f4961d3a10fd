"""A firm and the parts of its profile."""

from __future__ import annotations

import datetime as dt
import enum

import sqlalchemy as sa
from sqlalchemy.ext.hybrid import hybrid_property
from sqlalchemy.orm import Mapped, mapped_column, relationship

from models.base import Base, UtcDateTime, key_column, now_utc
from models.person import Person, Post


class FirmState(enum.StrEnum):
    """Where a firm stands with the moderators."""

    DRAFT = "draft"
    SUBMITTED = "submitted"
    APPROVED = "approved"
    RETURNED = "returned"
    REJECTED = "rejected"
    SUSPENDED = "suspended"
    """Was approved, and is hidden from others until a moderator lets it go on."""


def _firm_key() -> Mapped[int]:
    return mapped_column(sa.ForeignKey("firm.id", ondelete="CASCADE"), primary_key=True)


def _part(target: str, **more) -> Mapped:
    return relationship(target, cascade="all, delete-orphan", passive_deletes=True, **more)


class Firm(Base):
    """A small or medium firm looking for partners."""

    __tablename__ = "firm"
    __table_args__ = (
        sa.Index(
            "uq_firm_country_tax_number",
            "country",
            "tax_number_folded",
            unique=True,
            sqlite_where=sa.text("tax_number_folded <> ''"),
            postgresql_where=sa.text("tax_number_folded <> ''"),
        ),
        sa.Index("ix_firm_country_name_folded", "country", "name_folded"),
        # Every page asks whether the site is a demonstration; a real one has no such row to find.
        sa.Index(
            "ix_firm_fictional",
            "fictional",
            sqlite_where=sa.text("fictional = 1"),
            postgresql_where=sa.text("fictional"),
        ),
        {"sqlite_autoincrement": True},  # the id of a deleted firm is never another's
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    key: Mapped[str] = key_column()
    state: Mapped[str] = mapped_column(sa.String(12), default=FirmState.DRAFT, index=True)
    name: Mapped[str] = mapped_column(sa.String(200))
    name_folded: Mapped[str] = mapped_column(sa.String(200))
    country: Mapped[str] = mapped_column(sa.String(3), index=True)
    city: Mapped[str] = mapped_column(sa.String(120), default="")
    tax_number: Mapped[str] = mapped_column(sa.String(40), default="")
    tax_number_folded: Mapped[str] = mapped_column(sa.String(40), default="")
    founded_year: Mapped[int | None]
    employees: Mapped[int | None]
    turnover_band: Mapped[str] = mapped_column(sa.String(16), default="")
    website: Mapped[str] = mapped_column(sa.String(300), default="")
    about: Mapped[str] = mapped_column(sa.Text, default="")
    contact_name: Mapped[str] = mapped_column(sa.String(120), default="")
    contact_email: Mapped[str] = mapped_column(sa.String(254), default="")
    contact_phone: Mapped[str] = mapped_column(sa.String(40), default="")
    offers_text: Mapped[str] = mapped_column(sa.Text, default="")
    needs_text: Mapped[str] = mapped_column(sa.Text, default="")
    can_sign: Mapped[bool] = mapped_column(default=True)
    """Someone in the firm may sign an agreement for it."""
    sole_brand: Mapped[bool] = mapped_column(default=False)
    """Wants its own brand to be the only one of a sales consortium."""
    accepts_coopetition: Mapped[bool] = mapped_column(default=False)
    """Would join a group with a direct competitor."""
    states_commitment: Mapped[bool] = mapped_column(default=False)
    """Lets partners know when its commitment to exporting is high enough; else nobody learns of it."""
    states_finance: Mapped[bool] = mapped_column(default=False)
    """Lets partners know when it could pay its share."""
    fictional: Mapped[bool] = mapped_column(default=False)
    search_text: Mapped[str] = mapped_column(sa.Text, default="")
    """Folded words of every field that approved firms may see; fed to the full-text index."""
    created_at_utc: Mapped[dt.datetime] = mapped_column(UtcDateTime, default=now_utc)
    changed_at_utc: Mapped[dt.datetime] = mapped_column(UtcDateTime, default=now_utc, index=True)
    revision: Mapped[int] = mapped_column(default=1, onupdate=sa.literal_column("revision + 1"))
    """Counts the changes, so that whoever keeps a copy (the engine, the network) never misses one."""
    submitted_at_utc: Mapped[dt.datetime | None] = mapped_column(UtcDateTime)
    approved_at_utc: Mapped[dt.datetime | None] = mapped_column(UtcDateTime)

    posts: Mapped[list[Post]] = _part("Post", back_populates="firm")
    products: Mapped[list[Product]] = _part("Product", order_by="Product.position, Product.id")
    target_markets: Mapped[list[TargetMarket]] = _part(
        "TargetMarket", order_by="TargetMarket.priority.desc(), TargetMarket.country"
    )
    known_markets: Mapped[list[KnownMarket]] = _part("KnownMarket", order_by="KnownMarket.country")
    languages: Mapped[list[FirmLanguage]] = _part("FirmLanguage", order_by="FirmLanguage.language")
    certificates: Mapped[list[Certificate]] = _part("Certificate", order_by="Certificate.id")
    capabilities: Mapped[list[FirmCapability]] = _part("FirmCapability", order_by="FirmCapability.capability")
    tags: Mapped[list[FirmTag]] = _part("FirmTag", order_by="FirmTag.tag")
    links: Mapped[list[FirmLink]] = _part("FirmLink", order_by="FirmLink.id")
    blocks: Mapped[list[Block]] = _part("Block", foreign_keys="Block.firm_id", order_by="Block.blocked_id")
    decisions: Mapped[list[Decision]] = _part("Decision", order_by="Decision.id")

    @hybrid_property
    def is_approved(self) -> bool:
        """Whether other firms may know of it; of the class, the same as a condition for queries."""
        return self.state == FirmState.APPROVED

    @property
    def offers(self) -> list[str]:
        """Codes of the capabilities it offers."""
        return [c.capability for c in self.capabilities if c.kind == "offer"]

    @property
    def needs(self) -> list[str]:
        """Codes of the capabilities it looks for."""
        return [c.capability for c in self.capabilities if c.kind == "need"]

    @property
    def objectives(self) -> list[str]:
        return [t.tag for t in self.tags if t.kind == "objective"]

    @property
    def norms(self) -> list[str]:
        return [t.tag for t in self.tags if t.kind == "norm"]


class Product(Base):
    """Something a firm sells: its own words, and the HS code they mean."""

    __tablename__ = "product"

    id: Mapped[int] = mapped_column(primary_key=True)
    firm_id: Mapped[int] = mapped_column(sa.ForeignKey("firm.id", ondelete="CASCADE"), index=True)
    position: Mapped[int] = mapped_column(default=0)
    words: Mapped[str] = mapped_column(sa.String(200))
    hs: Mapped[str] = mapped_column(sa.String(6), default="", index=True)
    tier: Mapped[int | None]
    """Price and quality, 1 (basic) to 5 (luxury)."""
    segment: Mapped[str] = mapped_column(sa.String(24), default="")
    monthly_capacity: Mapped[str] = mapped_column(sa.String(80), default="")
    pools: Mapped[bool] = mapped_column(default=False)
    """Willing to pool its capacity in this product with a competitor's."""


class TargetMarket(Base):
    """A country that a firm wants to sell to."""

    __tablename__ = "target_market"

    firm_id: Mapped[int] = _firm_key()
    country: Mapped[str] = mapped_column(sa.String(3), primary_key=True, index=True)
    priority: Mapped[int] = mapped_column(default=2)
    """1 perhaps, 2 wanted, 3 most wanted."""
    horizon: Mapped[int | None]
    """1 within a year, 2 in one to three years, 3 later."""
    budget_eur: Mapped[int | None]
    """Confidential: the firm's own."""


class KnownMarket(Base):
    """A country in which a firm has experience."""

    __tablename__ = "known_market"

    firm_id: Mapped[int] = _firm_key()
    country: Mapped[str] = mapped_column(sa.String(3), primary_key=True, index=True)
    experience: Mapped[str] = mapped_column(sa.String(12))
    has_office: Mapped[bool] = mapped_column(default=False)
    """Has an office or a stock of goods there."""


class FirmLanguage(Base):
    """A language that people of the firm speak."""

    __tablename__ = "firm_language"

    firm_id: Mapped[int] = _firm_key()
    language: Mapped[str] = mapped_column(sa.String(8), primary_key=True)
    level: Mapped[str] = mapped_column(sa.String(12))


class Certificate(Base):
    """A certificate that the firm holds."""

    __tablename__ = "certificate"

    id: Mapped[int] = mapped_column(primary_key=True)
    firm_id: Mapped[int] = mapped_column(sa.ForeignKey("firm.id", ondelete="CASCADE"), index=True)
    name: Mapped[str] = mapped_column(sa.String(120))
    name_folded: Mapped[str] = mapped_column(sa.String(120), default="")
    valid_until: Mapped[dt.date | None]


class FirmCapability(Base):
    """A capability that a firm offers or needs."""

    __tablename__ = "firm_capability"
    __table_args__ = (sa.CheckConstraint("kind IN ('offer', 'need')", name="kind"),)

    firm_id: Mapped[int] = _firm_key()
    kind: Mapped[str] = mapped_column(sa.String(8), primary_key=True)
    capability: Mapped[str] = mapped_column(sa.String(32), primary_key=True, index=True)


class FirmTag(Base):
    """An objective of a firm, or a norm by which it works."""

    __tablename__ = "firm_tag"
    __table_args__ = (sa.CheckConstraint("kind IN ('objective', 'norm')", name="kind"),)

    firm_id: Mapped[int] = _firm_key()
    kind: Mapped[str] = mapped_column(sa.String(12), primary_key=True)
    tag: Mapped[str] = mapped_column(sa.String(32), primary_key=True)


class FirmLink(Base):
    """An association that a firm belongs to, or a consortium it has worked in."""

    __tablename__ = "firm_link"
    __table_args__ = (sa.CheckConstraint("kind IN ('association', 'consortium')", name="kind"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    firm_id: Mapped[int] = mapped_column(sa.ForeignKey("firm.id", ondelete="CASCADE"), index=True)
    kind: Mapped[str] = mapped_column(sa.String(12))
    name: Mapped[str] = mapped_column(sa.String(160))
    name_folded: Mapped[str] = mapped_column(sa.String(160), index=True)
    declared_at_utc: Mapped[dt.datetime | None] = mapped_column(UtcDateTime, default=now_utc)
    """Since when the firm says so: what is learned from a link counts from then on."""


class Block(Base):
    """A firm that this firm will not work with; nobody else ever learns of it."""

    __tablename__ = "block"

    firm_id: Mapped[int] = _firm_key()
    blocked_id: Mapped[int] = mapped_column(
        sa.ForeignKey("firm.id", ondelete="CASCADE"), primary_key=True, index=True
    )
    created_at_utc: Mapped[dt.datetime] = mapped_column(UtcDateTime, default=now_utc)

    blocked: Mapped[Firm] = relationship(foreign_keys=[blocked_id])


class Decision(Base):
    """What a moderator decided on a firm's submission, and why."""

    __tablename__ = "decision"

    id: Mapped[int] = mapped_column(primary_key=True)
    firm_id: Mapped[int] = mapped_column(sa.ForeignKey("firm.id", ondelete="CASCADE"), index=True)
    moderator_id: Mapped[int | None] = mapped_column(sa.ForeignKey("person.id", ondelete="SET NULL"))
    outcome: Mapped[str] = mapped_column(sa.String(12))
    reason: Mapped[str] = mapped_column(sa.Text, default="")
    reasons: Mapped[list | None] = mapped_column(sa.JSON, default=list)
    """Codes of reasons, so that everybody reads them in their own language."""
    waited_since_utc: Mapped[dt.datetime | None] = mapped_column(UtcDateTime)
    """Since when the firm had waited for it."""
    made_at_utc: Mapped[dt.datetime] = mapped_column(UtcDateTime, default=now_utc)

    moderator: Mapped[Person | None] = relationship()
