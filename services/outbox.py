"""Mail: written in the transaction that is its cause, sent after it, tried again when it fails."""

from __future__ import annotations

import logging
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

TRIES = 6


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
            server = smtplib.SMTP_SSL(
                host, parts.port or 465, timeout=20, context=ssl.create_default_context()
            )
        else:
            server = smtplib.SMTP(host, parts.port or 587, timeout=20)
        with server:
            if parts.scheme == "smtp" and server.has_extn("starttls"):
                server.starttls(context=ssl.create_default_context())
                server.ehlo()
            if parts.username:
                server.login(unquote(parts.username), unquote(parts.password or ""))
            server.send_message(message)


def make_transport(mail_url: str, folder: Path) -> Transport:
    """SMTP when an address is set, a folder otherwise."""
    return Smtp(mail_url) if mail_url else Folder(folder)


def queue_mail(db: Session, *, recipient: str, subject: str, text: str, html: str = "") -> Mail:
    """Put a mail into the outbox of this transaction."""
    mail = Mail(recipient=recipient, subject=" ".join(subject.split()), text=text, html=html)
    db.add(mail)
    db.flush()
    return mail


def to_message(mail: Mail, sender: str) -> EmailMessage:
    """The mail as it goes over the wire."""
    message = EmailMessage()
    message["From"], message["To"], message["Subject"] = sender, mail.recipient, mail.subject
    message["Date"] = formatdate(mail.created_at_utc.timestamp())
    message["Message-ID"] = make_msgid(f"constela-{mail.id}", domain=sender.rpartition("@")[2].strip("> "))
    message["Auto-Submitted"] = "auto-generated"
    message.set_content(mail.text)
    if mail.html:
        message.add_alternative(mail.html, subtype="html")
    return message


def send_waiting(db: Session, transport: Transport, sender: str, *, limit: int = 100) -> int:
    """Send what waits, oldest first; a failure is kept and tried again later. Returns how many went out."""
    waiting = db.scalars(
        sa.select(Mail).where(Mail.sent_at_utc.is_(None), Mail.attempts < TRIES).order_by(Mail.id).limit(limit)
        .with_for_update(skip_locked=True)
    )  # fmt: skip
    sent = 0
    for mail in list(waiting):
        mail.attempts += 1
        try:
            transport.send(to_message(mail, sender))
        except (OSError, smtplib.SMTPException) as error:
            mail.error = f"{type(error).__name__}: {error}"[:300]
            log.warning("mail %s to be tried again: %s", mail.id, type(error).__name__)
        else:
            mail.sent_at_utc, mail.error, sent = now_utc(), "", sent + 1
    return sent
