"""Facts about the whole site."""

from __future__ import annotations

import sqlalchemy as sa
from sqlalchemy.orm import Session

from models import Firm, TargetMarket


def is_demonstration(db: Session) -> bool:
    """Whether the site shows fictional firms."""
    return db.scalar(sa.select(sa.exists().where(Firm.fictional))) or False


def is_empty(db: Session) -> bool:
    """Whether no firm was ever registered."""
    return not db.scalar(sa.select(sa.exists().where(Firm.id > 0)))


def list_countries(db: Session) -> list[str]:
    """The countries of the approved firms: what a filter may offer."""
    return sorted(db.scalars(sa.select(Firm.country).where(Firm.is_approved).distinct()))


def list_markets(db: Session) -> list[str]:
    """The markets that approved firms want: what a filter may offer."""
    wanted = sa.select(TargetMarket.country).join(Firm).where(Firm.is_approved)
    return sorted(db.scalars(wanted.distinct()))


def count_all(db: Session) -> dict[str, int]:
    """Approved firms, their countries, and the markets they want."""
    approved = Firm.is_approved
    return {
        "firms": db.scalar(sa.select(sa.func.count()).where(approved)),
        "countries": db.scalar(sa.select(sa.func.count(Firm.country.distinct())).where(approved)),
        "markets": db.scalar(sa.select(sa.func.count(TargetMarket.country.distinct())).join(Firm).where(approved)),
    }
