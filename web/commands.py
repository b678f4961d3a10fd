"""What an administrator does from the command line: `flask --app app COMMAND`."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

import click
from flask import Flask, current_app

from config import ROOT
from matching import warm_up
from matching.live.folder import IndexBusy
from services import demonstration, network, site
from services.suggestion_index import write_firms
from web.database import db, new_session
from web.firm_commands import init_firm_commands
from web.learning_command import init_learning_command
from web.mail import deliver
from web.network.renewal import renew_network
from web.person_commands import init_person_commands

if TYPE_CHECKING:
    from alembic.config import Config


def migration_config() -> Config:
    """Where Alembic finds the migrations."""
    from alembic.config import Config  # slow to load, and a serving process never migrates

    config = Config()
    config.set_main_option("script_location", str(ROOT / "migrations"))
    config.set_main_option("path_separator", "os")
    return config


@contextmanager
def migrating(engine) -> Iterator:
    """A connection in one transaction, in which a migration may copy tables.

    SQLite changes a table by copying it and dropping the old one, and takes the drop for a deletion of every row:
    with foreign keys on, everything that belongs to the rows would go with them. So the keys rest and are checked at
    the end. They can only be switched outside of a transaction.
    """
    with engine.connect() as connection:
        is_sqlite = engine.dialect.name == "sqlite"
        driver = connection.connection.dbapi_connection
        if is_sqlite:
            driver.execute("PRAGMA foreign_keys=OFF")
        try:
            with connection.begin():
                yield connection
                if is_sqlite and (lost := connection.exec_driver_sql("PRAGMA foreign_key_check").all()):
                    raise RuntimeError(f"the migration leaves rows without what they belong to: {lost[:5]}")
        finally:
            if is_sqlite:
                driver.execute("PRAGMA foreign_keys=ON")


def migrate(engine, target: str = "head") -> None:
    """Bring the tables of a database to a revision (up), in one transaction."""
    from alembic import command

    config = migration_config()
    with migrating(engine) as connection:
        config.attributes["connection"] = connection
        command.upgrade(config, target)


def init_commands(app: Flask) -> None:
    """Register the commands."""
    init_firm_commands(app)
    init_learning_command(app)
    init_person_commands(app)

    @app.cli.command("migrate")
    def migrate_command():
        """Bring the database's tables up to date."""
        _migrate_here()
        click.echo("The database is up to date.")

    @app.cli.command("send-mail")
    def send_mail_command():
        """Send the mails that wait (run it every few minutes)."""
        click.echo(f"{deliver(current_app._get_current_object())} sent.")

    @app.cli.command("index")
    def index_command():
        """Build the index of firms anew, which all processes of the site share."""
        folder = current_app.config["SETTINGS"].index_folder
        try:
            with new_session(writes=False) as session:
                count = write_firms(session, folder)
        except IndexBusy as error:
            raise click.ClickException("Another process is building it.") from error
        except OSError as error:
            raise click.ClickException(f"The index cannot be written ({error}); the old one stays.") from error
        click.echo(f"{count} firms indexed in {folder}.")

    @app.cli.command("start")
    def start():
        """Make everything ready for a first look: tables, the demonstration if there is no firm, network, engine."""
        _migrate_here()
        with new_session(writes=True) as session:
            if site.is_empty(session):
                click.echo("Loading the demonstration …")
                count = demonstration.load(session, current_app.extensions["passwords"])
                session.commit()
                click.echo(f"{count} fictional firms loaded.")
        with new_session(writes=False) as session:
            is_stale = network.is_stale(session, network.find_run(session))
        if is_stale:
            run = renew_network()
            click.echo(f"The network: {run.firms} firms, {run.ties} ties, {run.clusters} clusters.")
        warm_up()
        _tell_sign_ins()


def _migrate_here() -> None:
    """Bring this site's database up to date; `var/` is where SQLite keeps it unless told otherwise."""
    (ROOT / "var").mkdir(exist_ok=True)
    migrate(current_app.extensions["engine"])


def _tell_sign_ins() -> None:
    """Say as whom one can sign in to the demonstration."""
    if not site.is_demonstration(db):
        return
    click.echo(f"\n  Sign in to the demonstration, all with the password {demonstration.DEMONSTRATION_PASSWORD}\n")
    for email, name, role, _language in demonstration.PEOPLE:
        click.echo(f"    {email:<32} {name} ({role})")
    click.echo("")
