"""Why is a firm not among the first of a list: its place, how much is missing, and which terms stand in the way."""

from __future__ import annotations

from dataclasses import dataclass

from matching.contributions import break_down
from matching.counterfactual import Ranked, place_of
from matching.profile import Profile
from matching.score import Pair, Preference
from matching.vetoes import Veto

MOST = 3
"""How many hindrances are named."""


@dataclass(frozen=True, slots=True)
class Hindrance:
    """A term by which a firm stays behind the one at the edge of the list.

    ``loss`` is how much lower the term's part of the score is, from 0 to 1; ``value`` and ``edge_value`` are the
    term for me and for the other, with this firm and with the one at the edge, ``None`` where not known.
    """

    key: str
    loss: float
    value: tuple[float | None, float | None]
    edge_value: tuple[float | None, float | None]


@dataclass(frozen=True, slots=True)
class WhyNot:
    """Where a firm stands in a list.

    ``place`` is 0 where it cannot be suggested: a rule forbids it (``veto``, one that may be told), or too little is
    known. ``edges`` are the places that were asked for with the scores that stand there, as far as the list goes.
    """

    place: int
    of: int
    score: float
    edges: tuple[tuple[int, float], ...]
    hindrances: tuple[Hindrance, ...]
    veto: Veto | None

    def missing(self, place: int) -> float:
        """How much the score lacks to stand where the firm at this place stands; 0 where it lacks nothing.

        Examples
        --------
        >>> WhyNot(12, 30, 0.5, ((10, 0.625),), (), None).missing(10)
        0.125
        """
        return max(0.0, dict(self.edges).get(place, 0.0) - self.score)


def told_veto(pair: Pair, me: str) -> Veto | None:
    """Return the gravest rule that forbids a pair and that I may be told: not what only the other has said.

    Examples
    --------
    >>> from matching.score import score_pair
    >>> one, other = Profile("a", can_sign=False, blocked=frozenset({"b"})), Profile("b")
    >>> told_veto(score_pair(one, other), "a").code, told_veto(score_pair(one, other), "b").code
    ('blocked', 'cannot_sign')
    """
    return next((veto for veto in pair.vetoes if not veto.private or me in veto.of), None)


def why_not(
    me: Profile, pair: Pair, others: Ranked, edge: Pair | None, *, places: tuple[int, ...] = (10, 20)
) -> WhyNot:
    """Say why a firm is not among the first of my list.

    Parameters
    ----------
    me : Profile
    pair : Pair
        Me and the firm, in this order, made from what I may know: without the other's private vetoes, so that what is
        said of a firm that has blocked me is what would be said if it had not.
    others : sequence of (str, float)
        My list without the firm, the best first.
    edge : Pair, optional
        Me and the last firm of those that are shown first; terms are compared with it.
    places : tuple of int
        The places at which the list's scores are given.

    Notes
    -----
    The place is the one that the firm has, or would have, among those that could be suggested. Hindrances are the
    terms whose parts of the score (see ``contributions``) are lower than those at the edge, the largest loss first;
    a term that is not known on either side has a part of 0 and shows as not known (our design).

    Examples
    --------
    >>> from matching.score import score_pair
    >>> me = Profile("me", targets={"ESP": 2}, employees=10)
    >>> near, far = (Profile(code, targets={code: 2}, employees=10) for code in ("ESP", "FRA"))
    >>> best = score_pair(me, near)
    >>> found = why_not(me, score_pair(me, far), [("ESP", best.score)], best, places=(1,))
    >>> found.place, round(found.missing(1), 2), [hindrance.key for hindrance in found.hindrances]
    (2, 0.8, ['mkt'])
    """
    place = place_of(pair.score, pair.b, others)
    edges = tuple((number, others[number - 1][1]) for number in places if number <= len(others))
    return WhyNot(
        place=place,
        of=len(others) + (place > 0),
        score=pair.score,
        edges=edges,
        hindrances=_hindrances(pair, edge) if edge is not None and edge.score > pair.score else (),
        veto=told_veto(pair, me.id),
    )


def _hindrances(pair: Pair, edge: Pair) -> tuple[Hindrance, ...]:
    """The terms that lose most against the pair at the edge, and competition as one of them."""
    mine, best = break_down(pair), break_down(edge)
    values, edge_values = _values(pair), _values(edge)
    found = [
        Hindrance(term.key, other.score - term.score, values[term.key], edge_values[term.key])
        for term, other in zip(mine.terms, best.terms, strict=True)
    ]
    rivalry = best.competition - mine.competition
    found.append(Hindrance("competition", rivalry, (pair.competition,) * 2, (edge.competition,) * 2))
    found = [hindrance for hindrance in found if hindrance.loss > 0]
    return tuple(sorted(found, key=lambda one: -one.loss)[:MOST])


def _values(pair: Pair) -> dict[str, tuple[float | None, float | None]]:
    def by_key(liking: Preference) -> dict[str, float | None]:
        return {term.key: term.value for term in liking.terms}

    forward, backward = by_key(pair.forward), by_key(pair.backward)
    return {key: (forward[key], backward[key]) for key in forward}
