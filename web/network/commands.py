"""`flask --app app network`: make the network anew, whatever its size."""

from __future__ import annotations

import click
from flask.cli import with_appcontext

from matching.pairs.cluster import ClusterUnavailable
from web.network.renewal import renew_network
from web.network.views import blueprint


def refresh() -> None:
    """Make the network anew, and say what came of it."""
    try:
        run = renew_network()
    except ClusterUnavailable as error:
        raise click.ClickException(f"{error}; the network before is left as it is.") from error
    click.echo(f"{run.firms} firms, {run.ties} ties, {run.clusters} clusters in {run.seconds:.1f} s.")


@click.pass_context
@with_appcontext
def refresh_unless_told_otherwise(context: click.Context) -> None:
    """Make the network of approved firms anew."""
    if context.invoked_subcommand is None:
        refresh()


blueprint.cli.invoke_without_command, blueprint.cli.no_args_is_help = True, False
blueprint.cli.callback = refresh_unless_told_otherwise
blueprint.cli.help = refresh_unless_told_otherwise.__doc__
blueprint.cli.command("refresh", help=refresh_unless_told_otherwise.__doc__)(refresh)
