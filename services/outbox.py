"""Mail: written in the transaction that is its cause, sent after it, tried again when it fails."""

from __future__ import annotations

import datetime as dt
import logging
import re
import smtplib
import ssl
from dataclasses import dataclass
from email.message import EmailMessage
from email.utils import formatdate, make_msgid
from pathlib import Path
from typing import Protocol
from urllib.parse import unquote, urlsplit

import sqlalchemy as sa
from sqlalchemy.orm import Session

from models import Mail, now_utc

log = logging.getLogger("constela.mail")

WAITS = tuple(dt.timedelta(minutes=minutes) for minutes in (1, 5, 30, 120, 480, 1440))
"""How long after each failure a mail is tried again."""
TRIES = len(WAITS)


LOOPBACK = ("localhost", "127.0.0.1", "::1")


class Transport(Protocol):
    """A way out for mail."""

    def send(self, message: EmailMessage) -> None: ...


@dataclass(frozen=True)
class Folder:
    """Keeps each mail as a file, where a developer can read it."""

    path: Path

    def send(self, message: EmailMessage) -> None:
        self.path.mkdir(parents=True, exist_ok=True)
        name = message["Message-ID"].strip("<>").split("@")[0]
        (self.path / f"{name}.eml").write_bytes(bytes(message))


@dataclass(frozen=True)
class Smtp:
    """Hands each mail to a server: `smtp://user:password@host:587` (STARTTLS) or `smtps://…:465`."""

    url: str

    def send(self, message: EmailMessage) -> None:
        parts = urlsplit(self.url)
        host = parts.hostname or "localhost"
        if parts.scheme == "smtps":
            server = smtplib.SMTP_SSL(host, parts.port or 465, timeout=20, context=ssl.create_default_context())
        else:
            server = smtplib.SMTP(host, parts.port or 587, timeout=20)
            server.ehlo()
        with server:
            is_encrypted = parts.scheme == "smtps"
            if not is_encrypted and server.has_extn("starttls"):
                server.starttls(context=ssl.create_default_context())
                server.ehlo()
                is_encrypted = True
            if parts.username:
                if not is_encrypted and host not in LOOPBACK:
                    raise smtplib.SMTPException("the server offers no encryption: the password stays here")
                server.login(unquote(parts.username), unquote(parts.password or ""))
            server.send_message(message)


def make_transport(mail_url: str, folder: Path) -> Transport:
    """SMTP when an address is set, a folder otherwise."""
    return Smtp(mail_url) if mail_url else Folder(folder)


def queue_mail(
    db: Session, *, recipient: str, subject: str, text: str, html: str = "", calendar: str = "", unsubscribe: str = ""
) -> Mail:  # fmt: skip
    """Put a mail into the outbox of this transaction.

    An iCalendar file may go with it; `unsubscribe` is where one click ends mails of its kind.
    """
    mail = Mail(
        recipient=recipient, subject=_one_line(subject), text=text, html=html, calendar=calendar,
        unsubscribe=unsubscribe,
    )  # fmt: skip
    db.add(mail)
    db.flush()
    return mail


def _one_line(subject: str) -> str:
    return " ".join(subject.split())


def count_to(db: Session, recipient: str, *, within: dt.timedelta, subject: str | None = None) -> int:
    """How many mails, all or those with one subject, were written to an address of late."""
    query = sa.select(sa.func.count()).where(Mail.recipient == recipient, Mail.created_at_utc > now_utc() - within)
    return db.scalar(query if subject is None else query.where(Mail.subject == _one_line(subject)))


def _states() -> dict[str, sa.ColumnElement[bool]]:
    is_open = Mail.sent_at_utc.is_(None)
    return {
        "failed": sa.and_(is_open, Mail.attempts >= TRIES),
        "waiting": sa.and_(is_open, Mail.attempts < TRIES),
        "sent": Mail.sent_at_utc.is_not(None),
    }


STATES = tuple(_states())
"""What may have become of a mail: given up, still to be sent, gone."""


def count_by_state(db: Session) -> dict[str, int]:
    """How many mails are in each state."""
    return {
        state: db.scalar(sa.select(sa.func.count()).select_from(Mail).where(condition))
        for state, condition in _states().items()
    }


def list_mails(db: Session, state: str, *, page: int = 1, per_page: int = 50) -> list[sa.Row]:
    """A page of the mails in a state, newest first: to whom, about what, how often tried; not what they say."""
    columns = (Mail.recipient, Mail.subject, Mail.created_at_utc, Mail.sent_at_utc, Mail.attempts, Mail.due_at_utc,
               Mail.error)  # fmt: skip
    query = sa.select(*columns).where(_states()[state]).order_by(Mail.id.desc())
    return list(db.execute(query.limit(per_page).offset((page - 1) * per_page)))


def retry_failed(db: Session) -> int:
    """Let every mail that was given up be tried anew; returns how many."""
    again = sa.update(Mail).where(_states()["failed"]).values(attempts=0, due_at_utc=now_utc())
    return db.execute(again.execution_options(synchronize_session=False)).rowcount


def to_message(mail: Mail, sender: str) -> EmailMessage:
    """The mail as it goes over the wire."""
    message = EmailMessage()
    message["From"], message["To"], message["Subject"] = sender, mail.recipient, mail.subject
    message["Date"] = formatdate(mail.created_at_utc.timestamp())
    message["Message-ID"] = make_msgid(f"constela-{mail.id}", domain=sender.rpartition("@")[2].strip("> "))
    message["Auto-Submitted"] = "auto-generated"
    if mail.unsubscribe:  # RFC 8058: mail programs show a button of their own
        message["List-Unsubscribe"] = f"<{mail.unsubscribe}>"
        message["List-Unsubscribe-Post"] = "List-Unsubscribe=One-Click"
    message.set_content(mail.text)
    if mail.html:
        message.add_alternative(mail.html, subtype="html")
    if mail.calendar:
        method = re.search(r"^METHOD:(\w+)", mail.calendar, re.MULTILINE)
        params = {"method": method[1]} if method else {}
        message.add_attachment(mail.calendar, subtype="calendar", filename="meeting.ics", params=params)
    return message


def claim_next(db: Session) -> Mail | None:
    """Take the oldest mail that is due; once this is committed nobody else takes it until it waited.

    So no transaction is open while a server is spoken to, and a slow one holds nobody up.
    """
    now = now_utc()
    mail = db.scalar(
        sa.select(Mail)
        .where(Mail.sent_at_utc.is_(None), Mail.attempts < TRIES, Mail.due_at_utc <= now)
        .order_by(Mail.id).limit(1).with_for_update(skip_locked=True)
    )  # fmt: skip
    if mail is not None:
        mail.due_at_utc = now + WAITS[mail.attempts]
        mail.attempts += 1
        db.flush()
    return mail


def send(mail: Mail, transport: Transport, sender: str) -> bool:
    """Send one mail and note on it what became of that; returns whether it went out."""
    try:
        transport.send(to_message(mail, sender))
    except (OSError, smtplib.SMTPException, ValueError) as error:
        mail.error = f"{type(error).__name__}: {error}"[:300]
        log.warning("mail %s failed (try %s of %s): %s", mail.id, mail.attempts, TRIES, type(error).__name__)
        return False
    mail.sent_at_utc, mail.error = now_utc(), ""
    mail.text = mail.html = mail.calendar = mail.unsubscribe = (
        ""  # its links open accounts: nobody who reads the database or a backup needs them
    )
    return True
