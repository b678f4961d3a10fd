"""The thirty items in words, in the order in which they are asked, and what may be answered."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from flask_babel import lazy_gettext as _l

from services.readiness import NO_MARKET

ITEM = {
    "S1": _l("We want to grow more than our home market allows."),
    "S2": _l("At least one of our products or services is clearly different from what others offer."),
    "S3": _l("We could produce more with the people and machines we already have."),
    "S4": _l(
        "The people who lead the firm are curious about other countries, or have lived, studied or worked abroad."
    ),
    "S5": _l("In the last two years, people from other countries have asked about our products."),
    "S6": _l("Selling at home is getting harder: more competitors, less demand or lower prices."),
    "S7": _l("We know a programme, fair or agency that could help us sell abroad."),
    "N1": _l("We have personal or business contacts in a country where we would like to sell."),
    "N2": _l("We take an active part in an association, cooperative, cluster or chamber of commerce."),
    "N3": _l("Firms that already export tell us how they do it."),
    "C1": _l("The owners have decided to sell abroad even if it takes two or three years to pay off."),
    "C2": _l("One named person has time every week to work on foreign markets."),
    "C3": _l("We have set aside money for this, knowing the first year may bring no profit."),
    "C4": _l("We are willing to change our product, label or way of working for foreign customers."),
    "C5": _l("We have written down a goal: which country, which product and by when."),
    "R1": _l("We could pay to enter one market (trips, fair, certificates) without putting the firm at risk."),
    "R2": _l("We could wait 90 days or more for a foreign customer to pay."),
    "R3": _l("Someone in the firm can do business in the language of the market we want."),
    "R4": _l("Someone in the firm has already handled an export or an import."),
    "R5": _l("We can deliver the same quality and the agreed quantity, month after month."),
    "R6": _l("Our product has, or can easily get, the certificates and approvals needed abroad."),
    "R7": _l("We know who buys, at what price and through which shops or agents in the market we want."),
    "R8": _l("We already have a customer, agent or distributor in the market we want."),
    "R9": _l("We know how to pack, ship and insure goods for another country."),
    "R10": _l("We know the customs, tax and payment papers an export needs."),
    "L1": _l("We seldom look at what is happening in other countries."),
    "L2": _l("Chances to sell abroad go by before we notice them."),
    "L3": _l("When we look for new business, we look only where we already sell."),
    "L4": _l("If a foreign customer wrote today, we would answer only if it were easy for us."),
    "L5": _l("Even with good information, we prefer what we know to trying a new country."),
}

EVIDENCE = {
    "S2": _l("Which one, and what is different about it?"),
    "S3": _l("How much more a month?"),
    "S5": _l("Who asked, and when?"),
    "S7": _l("Which one?"),
    "N1": _l("Who, and in which country?"),
    "N2": _l("Which one, and when were you last there?"),
    "N3": _l("Which firm, and when did you last talk?"),
    "C1": _l("When was it decided, and by whom?"),
    "C2": _l("Who, and how many hours a week?"),
    "C3": _l("How much, and for which year?"),
    "C4": _l("What would you change first?"),
    "C5": _l("Where is it written, and which date does it name?"),
    "R1": _l("How much could you lose without harm?"),
    "R3": _l("Who, and in which language?"),
    "R4": _l("Who, when, and which goods?"),
    "R5": _l("How much did you deliver in each of the last three months?"),
    "R6": _l("Which certificates, valid until when?"),
    "R7": _l("Can you name three buyers and their prices?"),
    "R8": _l("Who, and since when?"),
    "R10": _l("Can you name the papers of one shipment?"),
    "L1": _l("When did you last look, and what did you find?"),
    "L4": _l("What became of the last enquiry from abroad?"),
}
"""What to think of before answering: people answer nearer to the truth when they must name who, how much or when."""

ANSWER = {
    "1": _l("not true at all"),
    "2": _l("a little true"),
    "3": _l("half true"),
    "4": _l("mostly true"),
    "5": _l("completely true"),
    "unknown": _l("I do not know"),
}

PARTS = (
    ("S2", "R5", "S3", "L3", "S6"),
    ("S1", "S4", "L1", "S5", "R4"),
    ("N2", "N3", "R9", "L4", "C4"),
    ("S7", "N1", "L2", "R10", "C2"),
    ("C1", "R2", "L5", "C5", "R1", "C3"),
)
"""What is asked once for the firm, a page each: easy facts first, habits in between, money and resolve last."""
OF_A_MARKET = ("R3", "R6", "R7", "R8")
WITHOUT_MARKET = "market"
"""The page of the market's questions while the firm names no market."""


@dataclass(frozen=True)
class Part:
    """One page of questions: its name in the address, its items, and the market they are about."""

    name: str
    items: tuple[str, ...]
    market: str = NO_MARKET

    @property
    def questions(self) -> list[tuple[str, str]]:
        return [(item, self.market) for item in self.items]


def list_parts(markets: Sequence[str]) -> list[Part]:
    """Every page of questions in its order, the firm's first, then one for each market."""
    parts = [Part(str(number), items) for number, items in enumerate(PARTS, 1)]
    if not markets:
        return [*parts, Part(WITHOUT_MARKET, OF_A_MARKET)]
    return [*parts, *(Part(market, OF_A_MARKET, market) for market in markets)]


def read_answer(text: str) -> int | None:
    """An answer as the page sends it: a number from 1 to 5, or None for "I do not know". Raises ValueError."""
    if text not in ANSWER:
        raise ValueError(text)
    return None if text == "unknown" else int(text)
