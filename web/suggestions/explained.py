"""Where a firm stands, what stands in the way and what would change it, in words."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from flask_babel import gettext as _
from flask_babel import ngettext

from matching.changes import Change
from matching.confidence import Confidence
from matching.contributions import points
from matching.why_not import Hindrance, WhyNot
from services.explanations import Answer
from services.vocabulary import LANGUAGE_LEVELS
from web.languages import number, percent
from web.readiness.items import ANSWER, ITEM
from web.reasons import SIGNAL
from web.words import CAPABILITY, LEVEL, PRIORITY, country, language

LEVEL_OF = {value: name for name, value in LANGUAGE_LEVELS.items()}
BANDS = ("low", "medium", "high")


def say_change(change: Change) -> str:
    """One thing that the firm would have to be able to say of itself, as the firm would say it."""
    if change.kind == "offer":
        return _("We offer: %(capability)s.", capability=CAPABILITY.get(change.what, change.what))
    if change.kind == "need":
        return _("We look for: %(capability)s.", capability=CAPABILITY.get(change.what, change.what))
    if change.kind == "market":
        return _(
            "We want to sell in %(market)s (%(priority)s).",
            market=country(change.what),
            priority=str(PRIORITY[int(change.step)]).lower(),
        )
    if change.kind == "language":
        return _(
            "One of us speaks %(language)s (%(level)s).",
            language=language(change.what),
            level=str(LEVEL[LEVEL_OF[change.step]]).lower(),
        )
    words = {"item": ITEM[change.what], "answer": ANSWER[str(int(change.step))]}
    if change.market:
        return _("For %(market)s, “%(item)s” is %(answer)s.", market=country(change.market), **words)
    return _("“%(item)s” is %(answer)s.", **words)


@dataclass(frozen=True)
class Way:
    """A counterfactual in words: what would have to be true, what it brings, what it costs."""

    statements: Sequence[str]
    brings: str
    costs: str


def say_answer(answer: Answer) -> Way:
    """One way to a place, in words; a fall of less than a tenth of a point is none that anybody sees."""
    found = answer.found
    words = {"place": number(found.place), "score": number(points(found.score), 1)}
    if found.place_now:
        brings = _(
            "Place %(place)s instead of %(now)s, with %(score)s points instead of %(before)s.",
            now=number(found.place_now),
            before=number(points(found.score_now), 1),
            **words,
        )
    else:
        brings = _("Place %(place)s, with %(score)s points; as things are there is no place.", **words)
    losses = [(firm, points(now - then)) for firm, now, then in answer.losses if points(now - then) > 0]
    costs = ""
    if losses:
        firm, most = losses[0]
        costs = ngettext(
            "With %(num)s of your present first ten you would fit less well: %(firm)s, by %(most)s points.",
            "With %(num)s of your present first ten you would fit less well, most of all with %(firm)s: "
            "by %(most)s points.",
            len(losses),
            firm=firm.name,
            most=number(most, 1),
        )
    return Way([say_change(change) for change in found.changes], brings, costs)


def say_confidence(confidence: Confidence) -> dict:
    """How much a score rests on: band, and the reasons for it in sentences."""
    history = confidence.record
    said = [_("%(known)s of %(of)s signals are known.", known=confidence.known, of=confidence.of)]
    if history.together:
        said.append(_("You have worked together before."))
    elif history.mine or history.theirs:
        said.append(
            _(
                "Past partners that are known: %(mine)s of yours, %(theirs)s of the other side.",
                mine=number(history.mine),
                theirs=number(history.theirs),
            )
        )
    else:
        said.append(_("Of former work together nothing is known on either side."))
    if history.verified is None:
        said.append(_("No facts have been verified yet."))
    else:
        said.append(
            _("At least %(share)s of the facts of either side are verified.", share=percent(history.verified))
        )
    return {
        "band": confidence.band,
        "low": number(points(confidence.lowest, 0)),
        "high": number(points(confidence.highest, 0)),
        "said": said,
    }


def say_hindrance(hindrance: Hindrance) -> dict:
    """A signal that stands in the way: its name, what it costs, and its values beside those at the edge."""
    name = SIGNAL.get(hindrance.key) or _("Competition between you")
    return {
        "name": str(name),
        "loss": number(points(hindrance.loss), 1),
        "mine": _fit(hindrance.value[0]),
        "theirs": _fit(hindrance.value[1]),
        "edge_mine": _fit(hindrance.edge_value[0]),
        "edge_theirs": _fit(hindrance.edge_value[1]),
    }


def _fit(value: float | None) -> str:
    return _("unknown") if value is None else percent(value)


def missing_points(found: WhyNot) -> Mapping[int, float]:
    """Place → points that are missing to stand there, for places that the firm does not reach."""
    return {place: points(found.missing(place)) for place, _score in found.edges if not 0 < found.place <= place}
