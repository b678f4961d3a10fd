"""What the entries of a ledger add up to: counted by the database each time, never stored.

Payments cover the oldest dues first. An entry that was reversed counts for nothing, and so does its counter-entry:
they cancel each other. More paid than owed stays to be seen, as a balance below nought.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

import sqlalchemy as sa
from sqlalchemy.orm import Session, aliased

from models import Consortium, EntryKind, Firm, LedgerEntry, Person, now_utc
from services.consortia.standing import Standing

PER_PAGE = 30


@dataclass(frozen=True)
class Account:
    """What one firm owes, has paid, and is late with, in smallest units."""

    firm_key: str
    name: str
    is_inside: bool
    due_minor: int = 0
    paid_minor: int = 0
    balance_minor: int = 0
    """Owed and not paid yet; below nought where more was paid than was due."""
    overdue_minor: int = 0
    overdue_days: int = 0
    """Since when the oldest due that is not wholly paid is overdue."""


@dataclass(frozen=True)
class Book:
    """The accounts of all, and the group's totals."""

    accounts: Sequence[Account]

    @property
    def due_minor(self) -> int:
        return sum(one.due_minor for one in self.accounts)

    @property
    def paid_minor(self) -> int:
        return sum(one.paid_minor for one in self.accounts)

    @property
    def balance_minor(self) -> int:
        return sum(one.balance_minor for one in self.accounts)

    @property
    def overdue_minor(self) -> int:
        return sum(one.overdue_minor for one in self.accounts)

    @property
    def late(self) -> list[Account]:
        """Whose dues are overdue, the longest first."""
        found = [one for one in self.accounts if one.overdue_minor]
        return sorted(found, key=lambda one: (-one.overdue_days, one.name))

    def of(self, firm: Firm | None) -> Account | None:
        """The account of one firm."""
        return next((one for one in self.accounts if firm is not None and one.firm_key == firm.key), None)


@dataclass(frozen=True)
class Line:
    """An entry as the ledger shows it."""

    entry: LedgerEntry
    author: str | None
    """None where the account is no longer there."""
    is_reversed: bool
    reverses: LedgerEntry | None


def _counts() -> sa.ColumnElement[bool]:
    """Whether nothing has undone the entry."""
    other = aliased(LedgerEntry)
    return ~sa.exists().where(other.reverses_id == LedgerEntry.id)


def open_dues(*conditions: sa.ColumnElement[bool]) -> sa.Subquery:
    """Dues that are not wholly paid, with what is open of each; ``conditions`` are on entries, by group or firm."""
    account = (LedgerEntry.consortium_id, LedgerEntry.firm_key)
    paid = (
        sa.select(*account, sa.func.sum(-LedgerEntry.amount_minor).label("paid"))
        .where(LedgerEntry.kind == EntryKind.PAYMENT, _counts(), *conditions)
        .group_by(*account)
        .subquery()
    )
    running = sa.func.sum(LedgerEntry.amount_minor).over(
        partition_by=account, order_by=(LedgerEntry.day, LedgerEntry.id)
    )
    dues = (
        sa.select(LedgerEntry.id, *account, LedgerEntry.amount_minor, LedgerEntry.day, running.label("running"))
        .where(LedgerEntry.kind == EntryKind.DUE, _counts(), *conditions)
        .subquery()
    )
    left = dues.c.running - sa.func.coalesce(paid.c.paid, 0)
    is_same = sa.and_(paid.c.consortium_id == dues.c.consortium_id, paid.c.firm_key == dues.c.firm_key)
    return (
        sa.select(
            dues.c.id,
            dues.c.consortium_id,
            dues.c.firm_key,
            dues.c.day,
            sa.cast(sa.case((left < dues.c.amount_minor, left), else_=dues.c.amount_minor), sa.BigInteger).label(
                "open_minor"
            ),
        )
        .outerjoin(paid, is_same)
        .where(left > 0)
        .subquery()
    )


def book_of(db: Session, standing: Standing, today: dt.date) -> Book:
    """How the ledger of a group stands: the members in their order, then others that have entries."""
    consortium = standing.consortium
    sums, late = _sums(db, consortium), _late(db, consortium, today)
    inside = {one.firm.key: one.firm.name for one in standing.inside}
    names = inside | names_of(db, consortium, [key for key in sums if key not in inside])
    accounts = []
    for key, name in names.items():
        due, paid, balance = sums.get(key, (0, 0, 0))
        overdue, days = late.get(key, (0, 0))
        accounts.append(Account(key, name, key in inside, due, paid, balance, overdue, days))
    return Book(accounts)


def open_accounts(db: Session, standing: Standing) -> list[Account]:
    """The accounts that are not even: who still owes, and who has paid more than was due."""
    return [one for one in book_of(db, standing, now_utc().date()).accounts if one.balance_minor]


def _sums(db: Session, consortium: Consortium) -> Mapping[str, tuple[int, int, int]]:
    """By firm what was due, what was paid, and the sum of all entries."""
    counts = sa.case((_counts(), LedgerEntry.amount_minor), else_=0)
    query = (
        sa.select(
            LedgerEntry.firm_key,
            sa.func.sum(sa.case((LedgerEntry.kind == EntryKind.DUE, counts), else_=0)),
            sa.func.sum(sa.case((LedgerEntry.kind == EntryKind.PAYMENT, -counts), else_=0)),
            sa.func.sum(LedgerEntry.amount_minor),
        )
        .where(LedgerEntry.consortium_id == consortium.id)
        .group_by(LedgerEntry.firm_key)
        .order_by(sa.func.min(LedgerEntry.id))
    )
    return {key: (int(due), int(paid), int(balance)) for key, due, paid, balance in db.execute(query)}


def _late(db: Session, consortium: Consortium, today: dt.date) -> Mapping[str, tuple[int, int]]:
    """By firm what is overdue, and for how many days the oldest of it."""
    dues = open_dues(LedgerEntry.consortium_id == consortium.id)
    query = sa.select(dues.c.firm_key, sa.func.sum(dues.c.open_minor), sa.func.min(dues.c.day))
    query = query.where(dues.c.day < today).group_by(dues.c.firm_key)
    return {key: (int(amount), (today - first).days) for key, amount, first in db.execute(query)}


def names_of(db: Session, consortium: Consortium, keys: Iterable[str]) -> dict[str, str]:
    """What firms of the ledger are called now, or were when they were last entered."""
    keys = list(keys)
    last = (
        sa.select(sa.func.max(LedgerEntry.id))
        .where(LedgerEntry.consortium_id == consortium.id, LedgerEntry.firm_key.in_(keys))
        .group_by(LedgerEntry.firm_key)
    )
    query = sa.select(LedgerEntry.firm_key, sa.func.coalesce(Firm.name, LedgerEntry.firm_name))
    query = query.outerjoin(Firm, Firm.key == LedgerEntry.firm_key).where(LedgerEntry.id.in_(last))
    found = dict(db.execute(query).all()) if keys else {}
    return {key: found[key] for key in keys if key in found}


def has_entries(db: Session, consortium: Consortium) -> bool:
    """Whether anything was ever entered."""
    return bool(db.scalar(sa.select(sa.exists().where(LedgerEntry.consortium_id == consortium.id))))


def count_entries(db: Session, consortium: Consortium) -> int:
    """How many there are."""
    return db.scalar(sa.select(sa.func.count()).where(LedgerEntry.consortium_id == consortium.id))


def list_lines(db: Session, consortium: Consortium, *, page: int | None = None) -> Sequence[Line]:
    """A page of entries, newest first; without a page all of them, oldest first."""
    undone, undoing = aliased(LedgerEntry), aliased(LedgerEntry)
    query = (
        sa.select(LedgerEntry, Person.name, undoing.id.is_not(None), undone)
        .outerjoin(Person, Person.key == LedgerEntry.author_key)
        .outerjoin(undoing, undoing.reverses_id == LedgerEntry.id)
        .outerjoin(undone, undone.id == LedgerEntry.reverses_id)
        .where(LedgerEntry.consortium_id == consortium.id)
    )
    if page is None:
        query = query.order_by(LedgerEntry.id)
    else:
        query = query.order_by(LedgerEntry.id.desc()).limit(PER_PAGE).offset((page - 1) * PER_PAGE)
    return [Line(entry, author, is_reversed, other) for entry, author, is_reversed, other in db.execute(query)]
