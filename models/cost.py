"""What entering the market costs a group: components, and what each member needs of them."""

from __future__ import annotations

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from models.base import Base, key_column
from models.consortium import Consortium
from models.firm import Firm


class CostComponent(Base):
    """One cost of a group: of which kind, how it depends on who takes part, and how much it is."""

    __tablename__ = "cost_component"
    __table_args__ = (
        sa.CheckConstraint("form IN ('COMMON', 'CLUB', 'NESTED', 'OWN', 'VOLUME')", name="form"),
        sa.CheckConstraint("cost_minor >= 0", name="cost_minor"),
        sa.CheckConstraint("growth_percent BETWEEN 0 AND 100", name="growth_percent"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    key: Mapped[str] = key_column()
    consortium_id: Mapped[int] = mapped_column(sa.ForeignKey("consortium.id", ondelete="CASCADE"), index=True)
    code: Mapped[str] = mapped_column(sa.String(12))
    form: Mapped[str] = mapped_column(sa.String(8))
    name: Mapped[str] = mapped_column(sa.String(120), default="")
    cost_minor: Mapped[int | None] = mapped_column(sa.BigInteger)
    """What it costs, or (VOLUME) what one unit costs, in the smallest unit of the currency."""
    growth_percent: Mapped[int | None]
    """VOLUME: by how much the cost grows when the quantity doubles; 100 means without economies of scale."""

    consortium: Mapped[Consortium] = relationship()
    parts: Mapped[list[CostPart]] = relationship(
        cascade="all, delete-orphan", passive_deletes=True, order_by="CostPart.firm_id"
    )


class CostPart(Base):
    """What one member needs of a component."""

    __tablename__ = "cost_part"
    __table_args__ = (
        sa.CheckConstraint("need_minor >= 0", name="need_minor"),
        sa.CheckConstraint("quantity >= 0", name="quantity"),
    )

    component_id: Mapped[int] = mapped_column(
        sa.ForeignKey("cost_component.id", ondelete="CASCADE"), primary_key=True
    )  # fmt: skip
    firm_id: Mapped[int] = mapped_column(sa.ForeignKey("firm.id", ondelete="CASCADE"), primary_key=True, index=True)
    takes_part: Mapped[bool] = mapped_column(default=False)
    """CLUB: whether the member uses it."""
    need_minor: Mapped[int | None] = mapped_column(sa.BigInteger)
    """NESTED, OWN: what the member alone would have to spend."""
    quantity: Mapped[int | None]
    """VOLUME: how much of it; elsewhere the planned use by which it may be shared."""

    firm: Mapped[Firm] = relationship()


class ShareLimit(Base):
    """What a member pays at least and at most, whatever the rule says."""

    __tablename__ = "share_limit"
    __table_args__ = (
        sa.CheckConstraint("floor_minor >= 0", name="floor_minor"),
        sa.CheckConstraint("cap_minor >= 0", name="cap_minor"),
    )

    consortium_id: Mapped[int] = mapped_column(sa.ForeignKey("consortium.id", ondelete="CASCADE"), primary_key=True)
    firm_id: Mapped[int] = mapped_column(sa.ForeignKey("firm.id", ondelete="CASCADE"), primary_key=True, index=True)
    floor_minor: Mapped[int | None] = mapped_column(sa.BigInteger)
    cap_minor: Mapped[int | None] = mapped_column(sa.BigInteger)
