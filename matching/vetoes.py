"""What rules a pair out, and what makes two firms competitors."""

from __future__ import annotations

from dataclasses import dataclass

from matching import hs, terms
from matching.profile import Profile

COMPETITORS = 0.8
"""Direct competition from which a sales consortium is ruled out (science note 3.5, our design)."""

PENALTY = {"promotion": 0.3, "sales": 0.7}
"""What full direct competition takes off a score, by kind of consortium (3.5, our design)."""


@dataclass(frozen=True, slots=True)
class Veto:
    """A rule that forbids a pair.

    Parameters
    ----------
    code : str
        ``blocked``, ``exclusivity``, ``compliance``, ``cannot_sign``,
        ``sole_brand`` or ``competitors``.
    of : tuple of str
        The firms whose own statement forbids it.
    """

    code: str
    of: tuple[str, ...]

    @property
    def private(self) -> bool:
        """Whether only the firms in ``of`` may learn of it: blocks are silent, promises confidential."""
        return self.code in ("blocked", "exclusivity", "compliance")


def competition(a: Profile, b: Profile) -> float:
    """Return how directly two firms compete, from 0 to 1.

    Relatedness of their closest products, times the overlap of their segments (1
    where one side tells none), times the overlap of their target markets (0 where
    one side tells none), science note 3.5.

    Examples
    --------
    >>> a, b = (Profile(i, products=(hs.Product("090121"),), targets={"ESP": 2}) for i in "ab")
    >>> competition(a, b)
    1.0
    """
    closest = max((hs.relatedness(p, q) for p in a.products for q in b.products), default=0.0)
    mine, theirs = segments(a), segments(b)
    overlap = len(mine & theirs) / len(mine | theirs) if mine and theirs else 1.0
    return closest * overlap * (terms.mkt(a, b) or 0.0)


def segments(firm: Profile) -> frozenset[str]:
    """Return the segments that a firm's products are sold in."""
    return frozenset(product.segment for product in firm.products if product.segment is not None)


def find_vetoes(a: Profile, b: Profile, kind: str, competition: float) -> tuple[Veto, ...]:
    """Return every rule that forbids the pair, the gravest first.

    Exclusivity holds where one firm has promised a heading for a market
    exclusively and the other sells that heading and wants that market, or has
    promised the same; ``sole_brand`` and ``competitors`` hold in a sales
    consortium only (science note 3.5).

    Examples
    --------
    >>> find_vetoes(Profile("a", blocked=frozenset({"b"})), Profile("b"), "promotion", 0.0)
    (Veto(code='blocked', of=('a',)),)
    """
    pair = (a, b)
    sales = kind == "sales"
    found = (
        ("blocked", [x.id for x, y in ((a, b), (b, a)) if y.id in x.blocked]),
        ("exclusivity", [x.id for x, y in ((a, b), (b, a)) if _breaks(x, y)]),
        ("compliance", [x.id for x in pair if x.compliance_block]),
        ("cannot_sign", [x.id for x in pair if not x.can_sign]),
        ("sole_brand", [x.id for x in pair if sales and a.sole_brand and b.sole_brand]),
        ("competitors", [x.id for x in pair if sales and _compete(a, b, competition)]),
    )
    return tuple(Veto(code, tuple(sorted(of))) for code, of in found if of)


def _breaks(holder: Profile, other: Profile) -> bool:
    """Tell whether the other firm would break an exclusive promise of the holder."""
    headings = {product.hs[:4] for product in other.products}
    return any(
        promise in other.exclusive or (promise[0] in headings and promise[1] in other.targets)
        for promise in holder.exclusive
    )


def _compete(a: Profile, b: Profile, competition: float) -> bool:
    return competition >= COMPETITORS and not (a.accepts_coopetition and b.accepts_coopetition)
