"""Writing into the ledger of a group: dues, payments, counter-entries. Nothing in it is ever changed.

The lead firm's owner writes. What was entered wrongly is undone by a counter-entry and entered anew. A form that is
sent twice enters once: each carries a key of its own, and the database takes a key only once.
"""

from __future__ import annotations

import calendar
import datetime as dt
import re
from collections.abc import Sequence

import sqlalchemy as sa
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session, aliased

from models import Consortium, EntryKind, Firm, LedgerEntry, Person, Subject, now_utc
from models import ConsortiumState as State
from services.consortia.access import require_lead
from services.consortia.content import LARGEST_BUDGET
from services.consortia.guards import Hindered, Hindrance
from services.consortia.ledger_sums import has_entries, names_of
from services.consortia.moving import OutOfPlace, hold
from services.consortia.standing import Standing, standing_of
from services.consortia.timeline import note
from services.consortia.transitions import APPROVED
from services.errors import Conflict, Forbidden, Incomplete, NotFound

KEPT = APPROVED | {State.SUSPENDED, State.DISSOLVING}
"""From forming on a group keeps a ledger."""
RAISES = APPROVED | {State.DISSOLVING}
"""Where something new may become due."""
LONGEST_WORDS = 300
MOST_INSTALMENTS = 24
MOST_MONTHS_BETWEEN = 12
EARLIEST, LATEST = dt.date(2000, 1, 1), dt.date(2100, 12, 31)
REQUEST_KEY = re.compile(r"[A-Za-z0-9_-]{8,32}")


def is_kept(db: Session, consortium: Consortium) -> bool:
    """Whether the group has a ledger to look at: from forming on, and always where something was entered."""
    return consortium.state in KEPT or has_entries(db, consortium)


def get_entry(db: Session, consortium: Consortium, key: str) -> LedgerEntry:
    """The entry with this key, if it is the group's. Raises NotFound."""
    query = sa.select(LedgerEntry).where(LedgerEntry.key == key, LedgerEntry.consortium_id == consortium.id)
    entry = db.scalar(query)
    if entry is None:
        raise NotFound("ledger_entry")
    return entry


def check_amount(amount_minor: int | None) -> list[str]:
    """What is wrong with an amount."""
    return [] if amount_minor is not None and 0 < amount_minor <= LARGEST_BUDGET else ["amount"]


def check_day(day: dt.date | None, *, is_past: bool = False) -> list[str]:
    """What is wrong with a day; tomorrow is past enough, since somewhere it is today."""
    latest = now_utc().date() + dt.timedelta(days=1) if is_past else LATEST
    return [] if day is not None and EARLIEST <= day <= latest else ["day"]


def check_request(db: Session, request_key: str) -> None:
    """Raise Conflict where this form was sent before, Incomplete where it bears no key."""
    if not REQUEST_KEY.fullmatch(request_key):
        raise Incomplete(["request"])
    same = sa.or_(LedgerEntry.request_key == request_key, LedgerEntry.request_key == f"{request_key}.0")
    if db.scalar(sa.select(sa.exists().where(same))):
        raise Conflict("request")


def hold_ledger(db: Session, person: Person, consortium: Consortium, *, raises: bool = False) -> Consortium:
    """The group, held, if the person may write into its ledger now. Raises Forbidden, OutOfPlace."""
    consortium = hold(db, consortium)
    require_lead(db, person, consortium, binding=True)
    is_open = consortium.state in RAISES if raises else consortium.state != State.CLOSED and is_kept(db, consortium)
    if not is_open:
        raise OutOfPlace(consortium.state)
    return consortium


def _check_words(words: str) -> list[str]:
    return [] if len(words) <= LONGEST_WORDS else ["words"]


def raise_due(
    db: Session, person: Person, consortium: Consortium, firm_key: str, *, amount_minor: int | None,
    day: dt.date | None, words: str, request_key: str,
) -> LedgerEntry:  # fmt: skip
    """Let something become due for a member.

    Raises Forbidden, OutOfPlace, NotFound for a firm that is no member, Incomplete, Conflict for a form sent twice.
    """
    consortium = hold_ledger(db, person, consortium, raises=True)
    check_request(db, request_key)
    if wrong := check_amount(amount_minor) + check_day(day) + _check_words(words):
        raise Incomplete(wrong)
    names = {one.firm.key: one.firm.name for one in standing_of(db, consortium).inside}
    if firm_key not in names:
        raise NotFound("member")
    entry = enter(
        db, person, consortium, firm=(firm_key, names[firm_key]), kind=EntryKind.DUE, amount_minor=amount_minor,
        day=day, words=words, request_key=request_key,
    )  # fmt: skip
    _note(db, person, consortium, "due_raised", entry)
    return entry


def record_payment(
    db: Session, person: Person, consortium: Consortium, firm_key: str, *, amount_minor: int | None,
    day: dt.date | None, words: str, request_key: str,
) -> LedgerEntry:  # fmt: skip
    """Write down that a firm has paid; also one that is no member any more, but has entries. Raises as above."""
    consortium = hold_ledger(db, person, consortium)
    check_request(db, request_key)
    if wrong := check_amount(amount_minor) + check_day(day, is_past=True) + _check_words(words):
        raise Incomplete(wrong)
    names = payers_of(db, standing_of(db, consortium))
    if firm_key not in names:
        raise NotFound("member")
    entry = enter(
        db, person, consortium, firm=(firm_key, names[firm_key]), kind=EntryKind.PAYMENT,
        amount_minor=-(amount_minor or 0), day=day, words=words, request_key=request_key,
    )  # fmt: skip
    _note(db, person, consortium, "payment_recorded", entry)
    return entry


def payers_of(db: Session, standing: Standing) -> dict[str, str]:
    """Key and name of every firm that may pay: members, and firms that were and have entries."""
    inside = {one.firm.key: one.firm.name for one in standing.inside}
    known = sa.select(LedgerEntry.firm_key).where(LedgerEntry.consortium_id == standing.consortium.id).distinct()
    others = [key for key in db.scalars(known.order_by(LedgerEntry.firm_key)) if key not in inside]
    return inside | names_of(db, standing.consortium, others)


def reverse(
    db: Session, person: Person, consortium: Consortium, entry: LedgerEntry, *, words: str, request_key: str
) -> LedgerEntry:
    """Undo an entry by a counter-entry, once, with a reason.

    Raises Forbidden (not the lead; a counter-entry is not undone), OutOfPlace, Incomplete, Conflict("reversed") for
    one that is undone already.
    """
    consortium = hold_ledger(db, person, consortium)
    if entry.kind == EntryKind.REVERSAL or entry.consortium_id != consortium.id:
        raise Forbidden("reversal")
    if not words.strip() or _check_words(words):
        raise Incomplete(["words"])
    if db.scalar(sa.select(sa.exists().where(LedgerEntry.reverses_id == entry.id))):
        raise Conflict("reversed")
    check_request(db, request_key)
    name = names_of(db, consortium, [entry.firm_key])[entry.firm_key]
    counter = enter(
        db, person, consortium, firm=(entry.firm_key, name), kind=EntryKind.REVERSAL,
        amount_minor=-entry.amount_minor, day=now_utc().date(), words=words, request_key=request_key,
        reverses_id=entry.id,
    )  # fmt: skip
    _note(db, person, consortium, "entry_reversed", counter)
    return counter


def instalments_of(amount_minor: int, count: int) -> Sequence[int]:
    """An amount in equal parts that add up to it exactly; the units that are left over go to the first ones.

    >>> instalments_of(1000, 3), instalments_of(2, 3)
    ([334, 333, 333], [1, 1, 0])
    """
    part, left = divmod(amount_minor, count)
    return [part + (number < left) for number in range(count)]


def month_later(day: dt.date, months: int) -> dt.date:
    """The same day so many months later, or the last of that month.

    >>> str(month_later(dt.date(2027, 1, 31), 1)), str(month_later(dt.date(2027, 11, 30), 3))
    ('2027-02-28', '2028-02-29')
    """
    years, month = divmod(day.month - 1 + months, 12)
    year, month = day.year + years, month + 1
    return dt.date(year, month, min(day.day, calendar.monthrange(year, month)[1]))


def raise_shares(
    db: Session, person: Person, consortium: Consortium, *, first: dt.date | None, count: int, months: int,
    words: str, request_key: str,
) -> Sequence[LedgerEntry]:  # fmt: skip
    """Make the shares on which the members voted due, at once or in instalments; each vote once.

    Raises Forbidden, OutOfPlace, Incomplete, Hindered while the shares are not voted on, Conflict("raised") where
    dues from this vote are in force.
    """
    consortium = hold_ledger(db, person, consortium, raises=True)
    check_request(db, request_key)
    wrong = check_day(first) + _check_words(words)
    wrong += [] if 1 <= count <= MOST_INSTALMENTS else ["count"]
    wrong += [] if 1 <= months <= MOST_MONTHS_BETWEEN else ["months"]
    if not wrong and first is not None:
        wrong += check_day(month_later(first, months * (count - 1)))
    if wrong or first is None:
        raise Incomplete(wrong)
    standing = standing_of(db, consortium)
    vote = standing.decided(Subject.SHARES)
    if vote is None or standing.shared_minor is None:
        raise Hindered([Hindrance("voted_shares")])
    if _is_raised(db, consortium, vote.key):
        raise Conflict("raised")
    entries: list[LedgerEntry] = []
    for place in standing.inside:
        parts = instalments_of(place.share_minor or 0, count)
        for number, part in enumerate(parts):
            if part:
                entries.append(enter(
                    db, person, consortium, firm=(place.firm.key, place.firm.name), kind=EntryKind.DUE,
                    amount_minor=part, day=month_later(first, months * number), words=words,
                    request_key=f"{request_key}.{len(entries)}", vote_key=vote.key,
                ))  # fmt: skip
    if not entries:
        raise Incomplete(["shares"])
    note(db, consortium, "shares_raised", person=person, count=len(entries), currency=consortium.currency,
         amount_minor=sum(one.amount_minor for one in entries))  # fmt: skip
    return entries


def may_raise_shares(db: Session, standing: Standing) -> bool:
    """Whether there are shares that were voted on and are not due yet."""
    vote = standing.decided(Subject.SHARES)
    has_shares = vote is not None and bool(standing.shared_minor)
    return has_shares and standing.consortium.state in RAISES and not _is_raised(db, standing.consortium, vote.key)


def _is_raised(db: Session, consortium: Consortium, vote_key: str) -> bool:
    """Whether dues from the vote are in force: one that was undone does not count."""
    counter = aliased(LedgerEntry)
    query = sa.exists().where(
        LedgerEntry.consortium_id == consortium.id,
        LedgerEntry.vote_key == vote_key,
        ~sa.exists().where(counter.reverses_id == LedgerEntry.id),
    )
    return bool(db.scalar(sa.select(query)))


def enter(
    db: Session, person: Person, consortium: Consortium, *, firm: tuple[str, str], words: str, **facts
) -> LedgerEntry:
    """Write an entry into the ledger of a group that is held. Raises Conflict where the database has it already."""
    lead = consortium.lead.name if consortium.lead else ""
    entry = LedgerEntry(
        consortium_id=consortium.id, firm_key=firm[0], firm_name=firm[1], words=words.strip(),
        author_key=person.key, author_firm=lead, **facts,
    )  # fmt: skip
    try:
        with db.begin_nested():
            db.add(entry)
    except IntegrityError as error:  # on a database without the lock somebody was quicker
        raise Conflict("reversed" if facts.get("reverses_id") else "request") from error
    return entry


def _note(db: Session, person: Person, consortium: Consortium, what: str, entry: LedgerEntry) -> None:
    firm = db.scalar(sa.select(Firm).where(Firm.key == entry.firm_key))
    facts = {"name": entry.firm_name, "amount_minor": entry.amount_minor, "currency": consortium.currency}
    note(db, consortium, what, person=person, firm=firm, **facts)
