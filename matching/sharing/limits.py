"""Floors and caps: what one member must pay at least or will pay at most, made up for by the others."""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction
from math import floor

from matching.sharing.amounts import check_known
from matching.sharing.errors import CapsBelowTotal, FloorAboveCap, FloorsExceedTotal

Bounds = tuple[Mapping[str, int], Mapping[str, int]]


def keep_within(
    shares: Mapping[str, int],
    floors: Mapping[str, int] | None = None,
    caps: Mapping[str, int] | None = None,
    *,
    by: str = "proportional",
) -> dict[str, int]:
    """Change shares as little as floors and caps ask for, with the same sum.

    Whoever is held at a floor or a cap pays that; the shares of all others are multiplied by one factor
    (``"proportional"``) or changed by one amount (``"equal"``), the one with which the sum is kept (our design).
    Where no factor can do it, since those who are free have no share, it is one amount after all.

    Parameters
    ----------
    shares : mapping of str to int
        Smallest units, none below 0.
    floors, caps : mapping of str to int, optional
        Smallest units. Without a floor it is 0 that a member must pay, without a cap there is no end.
    by : {"proportional", "equal"}

    Returns
    -------
    dict of str to int
        In the order of ``shares``; units that are left over go to the largest remainders, ties by id.

    Raises
    ------
    FloorAboveCap, FloorsExceedTotal, CapsBelowTotal
        All of them ``Infeasible``.
    UnknownMember

    Examples
    --------
    >>> keep_within({"a": 100, "b": 200, "c": 300}, caps={"c": 240})
    {'a': 120, 'b': 240, 'c': 240}
    >>> keep_within({"a": 100, "b": 200, "c": 300}, floors={"a": 150}, by="equal")
    {'a': 150, 'b': 175, 'c': 275}
    """
    if by not in ("proportional", "equal"):
        raise ValueError(f"{by!r} is no way to redistribute")
    if any(value < 0 for value in shares.values()):
        raise ValueError("shares below 0 cannot be kept within bounds")
    total = sum(shares.values())
    least, most = _bounds(shares, floors or {}, caps or {}, total)
    if all(least[name] <= share <= most[name] for name, share in shares.items()):
        return dict(shares)
    exact = None
    if by == "proportional":
        exact = _solve({name: Fraction(share) for name, share in shares.items()}, {}, least, most, total)
    if exact is None:
        exact = _solve(dict.fromkeys(shares, Fraction(1)), shares, least, most, total)
    return _whole(exact or {}, total)  # one amount reaches every sum between the floors and the caps


def _bounds(shares: Mapping[str, int], floors: Mapping[str, int], caps: Mapping[str, int], total: int) -> Bounds:
    """Return a floor and a cap for everybody, or say why there is no answer."""
    check_known(floors, shares, "floors")
    check_known(caps, shares, "caps")
    least = {name: max(0, floors.get(name, 0)) for name in shares}
    most = {name: caps.get(name, max(total, least[name])) for name in shares}
    for name in sorted(shares):
        if least[name] > most[name]:
            raise FloorAboveCap(name, least[name], most[name])
    if sum(least.values()) > total:
        raise FloorsExceedTotal(sum(least.values()), total)
    if sum(most.values()) < total:
        raise CapsBelowTotal(sum(most.values()), total)
    return least, most


def _solve(
    slopes: Mapping[str, Fraction],
    starts: Mapping[str, int],
    least: Mapping[str, int],
    most: Mapping[str, int],
    total: int,
) -> dict[str, Fraction] | None:
    """Find t with ``Σ clip(start + t · slope, least, most) = total``, exactly; None if there is none."""

    def at(t: Fraction) -> dict[str, Fraction]:
        free = {name: starts.get(name, 0) + t * slope for name, slope in slopes.items()}
        return {name: min(max(value, Fraction(least[name])), Fraction(most[name])) for name, value in free.items()}

    turns = sorted(
        {
            (bound[name] - starts.get(name, 0)) / slope
            for name, slope in slopes.items()
            if slope
            for bound in (least, most)
        }
    )
    low = next((t for t in reversed(turns) if sum(at(t).values()) <= total), None)
    high = next((t for t in turns if sum(at(t).values()) >= total), None)
    if low is None or high is None:
        return None
    below, above = sum(at(low).values()), sum(at(high).values())
    return at(low if above == below else low + (high - low) * (total - below) / (above - below))


def _whole(exact: Mapping[str, Fraction], total: int) -> dict[str, int]:
    """Round to whole units by largest remainder, ties by id; bounds are whole, so they are kept."""
    units = {name: floor(value) for name, value in exact.items()}
    order = sorted(exact, key=lambda name: (units[name] - exact[name], name))
    for name in order[: total - sum(units.values())]:
        units[name] += 1
    return units
