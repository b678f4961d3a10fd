"""The mails about an account, each to its owner and in their language."""

from __future__ import annotations

import datetime as dt

from flask import current_app

from models import Person
from services import accounts, outbox
from services.tokens import AGES, HOUR, Tokens
from web.database import db
from web.languages import chosen_language
from web.mail import link_to, send_mail

MOST_AN_HOUR = 8
"""So many mails go to an address that nobody has proven."""


def _tokens() -> Tokens:
    return current_app.extensions["tokens"]


def mail_confirm(person: Person) -> None:
    """Ask whoever signed up to prove the address. Bears no word that they typed: it may be a stranger's."""
    link = link_to("accounts.confirm", token=accounts.confirm_token(_tokens(), person))
    send_mail("confirm", to=person.email, language=person.locale, link=link, hours=AGES["confirm"] // HOUR)


def mail_confirm_again(person: Person) -> None:
    """The same for whoever signs in before that, unless the mailbox has had enough of us."""
    if outbox.count_to(db, person.email, within=dt.timedelta(hours=1)) < MOST_AN_HOUR:
        mail_confirm(person)


def _name_of(person: Person) -> str:
    """What a mail may call the person: a stranger may have typed the name of somebody who has proven nothing."""
    return person.name if person.is_active else ""


def mail_known_address(person: Person) -> None:
    """Tell the owner of an account that somebody tried to open another one."""
    send_mail(
        "known_address",
        to=person.email,
        language=person.locale,
        name=person.name,
        sign_in=link_to("accounts.sign_in"),
        forgotten=link_to("accounts.forgotten_password"),
    )


def mail_no_account(email: str) -> None:
    """Tell whoever asked for a new password that the address has no account."""
    send_mail("no_account", to=email, language=chosen_language(), sign_up=link_to("accounts.sign_up"))


def mail_only_invited(email: str) -> None:
    """Tell whoever signed up that accounts are opened by invitation only."""
    send_mail("only_invited", to=email, language=chosen_language())


def mail_reset(person: Person) -> None:
    """Send the link to choose another password."""
    link = link_to("accounts.reset_password", token=accounts.reset_token(_tokens(), person))
    send_mail(
        "reset_password",
        to=person.email,
        language=person.locale,
        name=_name_of(person),
        link=link,
        hours=AGES["reset"] // HOUR,
    )


def mail_password_changed(person: Person) -> None:
    """Tell the owner that the password was changed."""
    forgotten = link_to("accounts.forgotten_password")
    send_mail("password_changed", to=person.email, language=person.locale, name=person.name, forgotten=forgotten)


def mail_resting(person: Person) -> None:
    """Tell the owner that the account rests after wrong passwords: once a day, however often it happens."""
    if not person.is_active:
        return
    send_mail(
        "resting",
        at_most_every=dt.timedelta(days=1),
        to=person.email,
        language=person.locale,
        name=person.name,
        tries=accounts.TRIES,
        minutes=int(accounts.REST.total_seconds() // 60),
        forgotten=link_to("accounts.forgotten_password"),
    )


def mail_second_factor(person: Person, what: str, *, left: int = 0) -> None:
    """Tell what became of the second factor: on, off, reset, recovery (a code was used), resting (wrong codes)."""
    send_mail(
        "second_factor",
        to=person.email,
        language=person.locale,
        name=person.name,
        what=what,
        left=left,
        tries=accounts.TRIES,
        minutes=int(accounts.REST.total_seconds() // 60),
        forgotten=link_to("accounts.forgotten_password"),
    )


def mail_new_email(person: Person, email: str) -> None:
    """Send the link that proves a new address to it."""
    link = link_to("accounts.confirm_email", token=accounts.email_token(_tokens(), person, email))
    hours = AGES["email"] // HOUR
    send_mail("new_email", to=email, language=person.locale, name=person.name, link=link, hours=hours)


def mail_old_email(person: Person, email: str) -> None:
    """Tell the present address that it may be replaced."""
    account = link_to("accounts.index")
    send_mail("old_email", to=person.email, language=person.locale, name=person.name, email=email, account=account)


def mail_account_deleted(*, to: str, name: str, language: str) -> None:
    """Say farewell."""
    send_mail("account_deleted", to=to, language=language, name=name)
