"""What is typed on the pages of markets: how far one feels, and the weights of a ranking."""

from __future__ import annotations

from collections.abc import Mapping

from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import Form
from wtforms.validators import InputRequired

from matching.markets import CRITERIA, MOST_WEIGHT
from services.market_ranking import default_weights
from services.markets import list_markets
from web.fields import CountryField, Options, WholeNumberField, read_whole


class FeelingForm(FlaskForm):
    """How far a market feels."""

    felt = WholeNumberField(
        _l("How far does this market feel?"),
        [InputRequired(_l("Write a number from 0 to 100"))],
        highest=100,
        description=_l("0 is next door, 100 the other end of the world. Think of working there, not of kilometres."),
    )


class MarketField(CountryField):
    """One market abroad: a country where people live, but for one's own."""

    def __init__(self, *args, home: str = "", **more):
        super().__init__(*args, **more)
        self.home = home

    def options(self) -> Options:
        markets = set(list_markets(self.home))
        return tuple(option for option in super().options() if option[0] in markets)


class AddForm(Form):
    """One more market to compare."""

    add = MarketField(_l("Add a market"))


def read_weights(arguments: Mapping[str, str]) -> tuple[dict[str, int], str]:
    """The weights in an address, and what was wrong with them: nothing, `odd` or `zero`.

    What is odd leaves the usual weight; of weights that are all 0 nothing can be made, so the usual ones stand.
    """
    weights, problem = default_weights(), ""
    for name in CRITERIA:
        if name not in arguments:
            continue
        weight = read_whole(arguments[name].strip())
        if weight is None or not 0 <= weight <= MOST_WEIGHT:
            problem = "odd"
        else:
            weights[name] = weight
    return (weights, problem) if any(weights.values()) else (default_weights(), "zero")
