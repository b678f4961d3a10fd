"""Learning from what happened, every night: `flask --app app learn`."""

from __future__ import annotations

import click
from flask import Flask, current_app

from matching.learning.measures import TOP
from services import learned_ranking
from services.learned_ranking import LEAST_CHOSEN, LEAST_FIRMS, LEAST_NEW_FIRMS, Lack, Learned
from services.ranking_backtest import Backtest
from web.database import new_session


def init_learning_command(app: Flask) -> None:
    """Register the command."""

    @app.cli.command("learn")
    @click.option("--off", "switch", flag_value="off", help="Return to the default order, and stay there.")
    @click.option("--on", "switch", flag_value="on", help="Let the learned ranking be used again.")
    def learn(switch: str | None):
        """Learn how to rank suggestions from what happened (run it every night)."""
        if switch:
            _switch(switch)
            return
        if not current_app.config["SETTINGS"].learned_ranking:
            click.echo("LEARNED_RANKING is off: nothing is learned, suggestions stand in the default order.")
            return
        with new_session(writes=False) as reading:
            learned = learned_ranking.learn(reading)
        with new_session(writes=True) as writing, writing.begin():
            is_used = learned_ranking.store(writing, learned)
            is_on = learned_ranking.is_on(writing)
        _tell(learned, is_used=is_used, is_on=is_on)


def _switch(switch: str) -> None:
    with new_session(writes=True) as writing, writing.begin():
        (learned_ranking.switch_off if switch == "off" else learned_ranking.switch_on)(writing, None)
        model = learned_ranking.find_in_use(writing)
    if switch == "off":
        click.echo("The learned ranking is off: suggestions stand in the default order.")
    elif model is not None:
        click.echo(f"The learned ranking is on, with the fit of {model.fitted_at_utc:%Y-%m-%d}.")
    else:
        click.echo("The learned ranking is on; there is no fit yet, so suggestions stand in the default order.")


def _tell(learned: Learned, *, is_used: bool, is_on: bool) -> None:
    """Say in plain words what was done."""
    if learned.lack:
        _tell_lack(learned.lack)
        return
    model = learned.model
    click.echo(f"Learned from {model.outcomes} outcomes of {model.firms} firms.")
    if learned.test is None:
        click.echo("The outcomes cannot be split into earlier and later ones: the fit is not tested and not used.")
        return
    _tell_test(learned.test)
    if is_used:
        click.echo("The new fit ranks suggestions from now on.")
    elif not is_on:
        click.echo("The learned ranking is switched off: the fit is kept and not used.")
    else:
        click.echo("The new fit is not used: it may be worse than the default order. What was in use stays so.")


def _tell_lack(lack: Lack) -> None:
    click.echo("Too little has happened to learn from:")
    if lack.too_few_chosen:
        click.echo(f"  {lack.chosen} of {LEAST_CHOSEN} searches that ended in an introduction;")
    if lack.too_few_firms:
        click.echo(f"  {lack.firms} of {LEAST_FIRMS} different firms with such a search;")
    if lack.too_few_new:
        click.echo(f"  {lack.new_firms} of {LEAST_NEW_FIRMS} different firms with something new since the last fit;")
    click.echo("Nothing was changed." if lack.new_firms is not None else "Suggestions stand in the default order.")


def _tell_test(test: Backtest) -> None:
    click.echo(
        f"Tested on {test.questions} searches of {test.firms} firms since {test.day}: nDCG@{TOP} "
        f"{test.ndcg:.4f}, the default order {test.ndcg_default:.4f} "
        f"(difference {test.ndcg - test.ndcg_default:+.4f}, in 90 of 100 draws {test.low:+.4f} to {test.high:+.4f})."
    )
    click.echo(f"Calibration: Brier {test.brier:.4f}, error {test.calibration_error:.4f}, over {test.pairs} pairs.")
