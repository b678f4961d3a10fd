"""The declarative base, and the small column types that every table uses."""

from __future__ import annotations

import datetime as dt
import secrets
import unicodedata

import sqlalchemy as sa
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column


class Base(DeclarativeBase):
    """Names every constraint by pattern, so that a later migration can find it."""

    metadata = sa.MetaData(
        naming_convention={
            "ix": "ix_%(table_name)s_%(column_0_N_name)s",
            "uq": "uq_%(table_name)s_%(column_0_N_name)s",
            "ck": "ck_%(table_name)s_%(constraint_name)s",
            "fk": "fk_%(table_name)s_%(column_0_N_name)s_%(referred_table_name)s",
            "pk": "pk_%(table_name)s",
        }
    )


class UtcDateTime(sa.TypeDecorator):
    """A moment with its time zone, also on SQLite, which forgets zones."""

    impl = sa.DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value, dialect):
        return value.astimezone(dt.UTC) if value is not None else None

    def process_result_value(self, value, dialect):
        return value.replace(tzinfo=dt.UTC) if value is not None and value.tzinfo is None else value


def now_utc() -> dt.datetime:
    """The present moment, with its zone."""
    return dt.datetime.now(dt.UTC)


def new_key() -> str:
    """An unguessable name for a row, fit for an address (12 characters, 72 bits)."""
    return secrets.token_urlsafe(9)


_LIGATURES = str.maketrans({"œ": "oe", "æ": "ae", "ø": "o", "ł": "l", "đ": "d", "ı": "i"})
"""Letters that hold no accent to be taken away, but that people type without a second thought."""


def fold(text: str) -> str:
    """Lower case without accents or runs of white space: how texts are compared and searched.

    The reference data fold their names alike (`reference.locales.fold`); neither room imports the other.

    >>> fold("  Calçados   São João, Lda "), fold("Cœur de bœuf")
    ('calcados sao joao, lda', 'coeur de boeuf')
    """
    decomposed = unicodedata.normalize("NFKD", text.casefold()).translate(_LIGATURES)
    return " ".join("".join(c for c in decomposed if not unicodedata.combining(c)).split())


def key_column() -> Mapped[str]:
    """The unguessable name of a row, unique in its table."""
    return mapped_column(sa.String(16), unique=True, default=new_key)
