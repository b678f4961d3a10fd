"""People from the command line: `flask --app app COMMAND`."""

from __future__ import annotations

import click
from flask import Flask, current_app

from models import Role
from services import accounts, retention, second_factor, suspension_traces
from services.errors import Conflict
from services.passwords import SHORTEST
from web.accounts.mails import mail_second_factor
from web.database import db, new_session
from web.mail import deliver


def init_person_commands(app: Flask) -> None:
    """Register the commands."""

    @app.cli.command("make-person")
    @click.argument("email")
    @click.option("--name", required=True)
    @click.option("--role", type=click.Choice([role.value for role in Role]), default="member")
    @click.password_option()
    def make_person(email: str, name: str, role: str, password: str):
        """Open a confirmed account, for example the first administrator's."""
        if len(password) < SHORTEST:
            raise click.ClickException(f"The password needs {SHORTEST} characters or more.")
        try:
            accounts.make_person(
                db,
                current_app.extensions["passwords"],
                email=email,
                name=name,
                password=password,
                role=Role(role),
            )
        except Conflict as error:
            raise click.ClickException("That address has an account.") from error
        db.commit()
        click.echo(f"{email} can sign in as {role}.")

    @app.cli.command("retention")
    def retention_command():
        """Delete what is kept no longer: old mails, invitations, unconfirmed accounts (run it every night)."""
        with new_session(writes=True) as session, session.begin():
            suspension_traces.catch_up(session)
            gone = retention.delete_over(session)
        click.echo(", ".join(f"{name}: {count}" for name, count in gone.items()) + " deleted.")

    @app.cli.command("reset-second-factor")
    @click.argument("email")
    def reset_second_factor(email: str):
        """Take the second factor from somebody who has lost telephone and recovery codes; tell them by mail."""
        base_url = app.config["SETTINGS"].base_url or None
        with app.test_request_context(base_url=base_url, method="POST"):  # the mail links to pages
            person = accounts.find_by_email(db, email)
            if person is None:
                raise click.ClickException("That address has no account.")
            if not second_factor.reset(db, person):
                raise click.ClickException("That person has no second factor.")
            mail_second_factor(person, "reset")
            db.commit()
        deliver(app)
        click.echo(f"{email} signs in by the password alone again. Be sure that it was they who asked.")
