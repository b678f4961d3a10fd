"""The second factor of a person: what makes the codes of their telephone, and the codes for the day it is lost."""

from __future__ import annotations

import datetime as dt

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from models.base import Base, UtcDateTime, now_utc


class SecondFactor(Base):
    """A person's second factor. The secret itself is not here: it is made from the salt and the site's secret key."""

    __tablename__ = "second_factor"

    person_id: Mapped[int] = mapped_column(sa.ForeignKey("person.id", ondelete="CASCADE"), primary_key=True)
    salt: Mapped[str] = mapped_column(sa.String(32))
    begun_at_utc: Mapped[dt.datetime] = mapped_column(UtcDateTime, default=now_utc)
    confirmed_at_utc: Mapped[dt.datetime | None] = mapped_column(UtcDateTime)
    """Since when it is asked for: from the first right code on."""
    last_step: Mapped[int] = mapped_column(sa.BigInteger, default=0)
    """The time step of the last code that was used: a code works once."""
    failures: Mapped[int] = mapped_column(default=0)
    rests_until_utc: Mapped[dt.datetime | None] = mapped_column(UtcDateTime)


class RecoveryCode(Base):
    """A code that opens the account once in place of the telephone; kept as a hash."""

    __tablename__ = "recovery_code"

    person_id: Mapped[int] = mapped_column(sa.ForeignKey("person.id", ondelete="CASCADE"), primary_key=True)
    hash: Mapped[str] = mapped_column(sa.String(64), primary_key=True)
    used_at_utc: Mapped[dt.datetime | None] = mapped_column(UtcDateTime)
