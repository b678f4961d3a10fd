"""What administrators choose for the running site: each setting has a type, bounds and a default, and is read here.

A value counts at once in every process: a session reads the table the first time it asks within a transaction, and
forgets it with the transaction. What the environment sets (`config.py`) needs a restart and is no part of this.
"""

from __future__ import annotations

import datetime as dt
import enum
import re
from collections.abc import Mapping
from dataclasses import dataclass

import sqlalchemy as sa
from sqlalchemy import event
from sqlalchemy.orm import Session, SessionTransaction

from models import Deed, Person, Role, SiteSetting, now_utc
from services import audit
from services.errors import Forbidden

_READ = "site_settings"
"""Where a session keeps what it has read in this transaction."""
MAIL = re.compile(r"[^@\s<>]{1,64}@[^@\s<>]+\.[^@\s<>.]{2,}")


class Kind(enum.StrEnum):
    """What a value is."""

    NUMBER = "number"
    CHOICE = "choice"
    TEXT = "text"
    LINES = "lines"
    MAIL = "mail"


class Wrong(ValueError):
    """A value is not possible; the message is a code: number, least, most, choice, long, mail, administrator."""


@dataclass(frozen=True)
class Setting:
    """One thing that an administrator may change."""

    name: str
    part: str
    """With which others it stands on the page."""
    kind: Kind
    default: int | str
    least: int = 0
    most: int = 0
    """Bounds of a number; the most letters of a text."""
    choices: tuple[str, ...] = ()

    def checked(self, value: int | str) -> int | str:
        """The value as it is stored. Raises Wrong."""
        if self.kind == Kind.NUMBER:
            return self._number(value)
        text = " ".join(str(value).split()) if self.kind != Kind.LINES else str(value).strip().replace("\r\n", "\n")
        if self.kind == Kind.CHOICE:
            if text not in self.choices:
                raise Wrong("choice")
            return text
        if len(text) > self.most:
            raise Wrong("long")
        if self.kind == Kind.MAIL and text and not MAIL.fullmatch(text):
            raise Wrong("mail")
        return text

    def _number(self, value: int | str) -> int:
        if isinstance(value, bool) or not re.fullmatch(r"[0-9]{1,9}", str(value).strip()):
            raise Wrong("number")
        number = int(value)
        if number < self.least:
            raise Wrong("least")
        if number > self.most:
            raise Wrong("most")
        return number


def _days(name: str, part: str, default: int, least: int, most: int) -> Setting:
    return Setting(name, part, Kind.NUMBER, default, least, most)


SETTINGS: Mapping[str, Setting] = {
    one.name: one
    for one in (
        Setting("operator_name", "site", Kind.TEXT, "", most=120),
        Setting("operator_address", "site", Kind.LINES, "", most=400),
        Setting("operator_mail", "site", Kind.MAIL, "", most=254),
        Setting("privacy_mail", "site", Kind.MAIL, "", most=254),
        Setting("sign_up", "people", Kind.CHOICE, "open", choices=("open", "invited")),
        Setting("escalations_to", "people", Kind.MAIL, "", most=254),
        Setting("seldom_suggested", "suggestions", Kind.CHOICE, "shown", choices=("shown", "hidden")),
        _days("answer_days", "groups", 14, 3, 90),
        _days("remind_days", "groups", 3, 1, 14),
        _days("ask_again_days", "groups", 7, 0, 90),
        Setting("invitations_a_day", "groups", Kind.NUMBER, 40, 1, 500),
        _days("idle_days", "groups", 365, 60, 1095),
        _days("list_rest_days", "associations", 7, 1, 60),
        _days("stale_days", "moderation", 540, 90, 1825),
        _days("mails_kept_days", "kept", 90, 7, 730),
        _days("jobs_kept_days", "kept", 30, 1, 365),
        _days("suspensions_kept_days", "kept", 730, 90, 3650),
    )
}
"""Every setting, in the order of the page."""


@dataclass(frozen=True)
class Shown:
    """A setting as its page shows it."""

    setting: Setting
    value: int | str
    changed_at_utc: dt.datetime | None = None
    changed_by: str = ""
    """Empty where the account is gone."""

    @property
    def is_default(self) -> bool:
        return self.changed_at_utc is None


def _values(db: Session) -> Mapping[str, int | str]:
    if _READ not in db.info:
        rows = dict(db.execute(sa.select(SiteSetting.name, SiteSetting.value)).all())
        db.info[_READ] = {one.name: _fitting(one, rows) for one in SETTINGS.values()}
    return db.info[_READ]


def _fitting(setting: Setting, rows: Mapping[str, int | str]) -> int | str:
    """What is stored, or the default: where nothing is, and where a stored value is outside today's bounds."""
    if setting.name not in rows:
        return setting.default
    try:
        return setting.checked(rows[setting.name])
    except Wrong:
        return setting.default


@event.listens_for(Session, "after_transaction_end")
def _forget(db: Session, ended: SessionTransaction) -> None:
    """The next transaction reads anew."""
    db.info.pop(_READ, None)


def number_of(db: Session, name: str) -> int:
    """A setting that is a number."""
    return int(_values(db)[name])


def days_of(db: Session, name: str) -> dt.timedelta:
    """A setting that is a number of days."""
    return dt.timedelta(days=number_of(db, name))


def text_of(db: Session, name: str) -> str:
    """A setting that is a text or a choice."""
    return str(_values(db)[name])


def list_shown(db: Session) -> list[Shown]:
    """Every setting with its value, and who changed it last."""
    rows = {row.name: row for row in db.scalars(sa.select(SiteSetting))}
    ids = {row.changed_by_id for row in rows.values() if row.changed_by_id}
    names = dict(db.execute(sa.select(Person.id, Person.name).where(Person.id.in_(ids))).all()) if ids else {}
    return [
        Shown(one, value, rows[one.name].changed_at_utc, names.get(rows[one.name].changed_by_id, ""))
        if one.name in rows
        else Shown(one, value)
        for one, value in ((one, _values(db)[one.name]) for one in SETTINGS.values())
    ]


def change(db: Session, by: Person, name: str, value: int | str) -> bool:
    """Give a setting another value; tells whether it had another one. One that is the default is not stored.

    Raises Forbidden for others than administrators, KeyError for an unknown setting, Wrong.
    """
    if by.role != Role.ADMINISTRATOR:
        raise Forbidden("administrator")
    setting = SETTINGS[name]
    value = setting.checked(value)
    if name == "escalations_to" and value and not _is_administrator(db, str(value)):
        raise Wrong("administrator")
    row = db.get(SiteSetting, name, with_for_update=True, populate_existing=True)
    db.info.pop(_READ, None)
    before = _values(db)[name]
    if row is not None and value == before == row.value:
        return False
    if value == setting.default:
        if row is not None:
            db.delete(row)
    else:
        row = row or SiteSetting(name=name)
        row.value, row.changed_at_utc, row.changed_by_id = value, now_utc(), by.id
        db.add(row)
    db.flush()
    db.info.pop(_READ, None)
    if before == value:
        return False
    facts = {"before": _noted(db, name, before), "after": _noted(db, name, value)}
    audit.record(db, Deed.SETTING_CHANGED, person=by, setting=name, **facts)
    return True


def _noted(db: Session, name: str, value: int | str) -> int | str:
    """A value as the log keeps it for good: of the address of a person, the person's key."""
    if name != "escalations_to" or not value:
        return value
    return db.scalar(sa.select(Person.key).where(Person.email == str(value).casefold())) or "?"


def undo(db: Session, by: Person, name: str) -> bool:
    """Give a setting its default again. Raises as `change`."""
    return change(db, by, name, SETTINGS[name].default)


def _is_administrator(db: Session, email: str) -> bool:
    is_one = (Person.email == email.casefold(), Person.role == Role.ADMINISTRATOR)
    return bool(db.scalar(sa.select(sa.exists().where(*is_one, Person.confirmed_at_utc.is_not(None)))))
