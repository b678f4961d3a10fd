"""What happened: groups that formed, when, of whom, for which call; and who chose whom among those shown."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date


@dataclass(frozen=True, slots=True)
class Call:
    """What a group answers: a call for projects, a trade fair, a wish put into words.

    Parameters
    ----------
    code : str
        Of the call; calls of one family share its first parts, as ``FAIR-COFFEE-2018`` and ``FAIR-COFFEE-2019``.
    title : str
        In words.
    themes : tuple of str
        Programme parts, sectors or whatever else sorts calls.

    Examples
    --------
    >>> bool(Call()), bool(Call(themes=("food",)))
    (False, True)
    """

    code: str = ""
    title: str = ""
    themes: tuple[str, ...] = ()

    def __bool__(self) -> bool:
        return bool(self.code or self.title or self.themes)


@dataclass(frozen=True, slots=True)
class Group:
    """Firms that formed a group; ``shares`` are of its budget, as far as known. One member alone is a group too."""

    id: str
    day: date
    members: tuple[str, ...]
    leader: str | None = None
    shares: Mapping[str, float] = field(default_factory=dict)
    call: Call = field(default_factory=Call)


@dataclass(frozen=True, slots=True)
class Question:
    """Who looks for partners, and for what: one firm or a group in the making, with or without a call.

    ``excluded`` are firms that are not wanted, such as known partners where new ones are looked for.

    Examples
    --------
    >>> Question(("kianda", "douro"), Call(title="Coffee fair")).call.title
    'Coffee fair'
    """

    members: tuple[str, ...]
    call: Call = field(default_factory=Call)
    excluded: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of a question.

    Parameters
    ----------
    day : date
        When it was decided; signals are drawn from what happened before it.
    chosen : frozenset of str
        With whom a group formed, or an introduction was accepted or answered.
    declined : frozenset of str
        Who was shown and turned down, or did not answer. Where it is not known who
        else was considered, leave it empty and let ``RankingLayer.fit`` draw others.

    Raises
    ------
    ValueError
        If a firm is both chosen and declined, or is one of those who ask.

    Examples
    --------
    >>> Outcome(Question(("a",)), date(2026, 5, 1), chosen=frozenset({"b"}), declined=frozenset({"c"})).day.year
    2026
    """

    question: Question
    day: date
    chosen: frozenset[str] = frozenset()
    declined: frozenset[str] = frozenset()

    def __post_init__(self) -> None:
        if self.chosen & self.declined:
            raise ValueError(f"both chosen and declined: {', '.join(sorted(self.chosen & self.declined))}")
        if asking := (self.chosen | self.declined) & set(self.question.members):
            raise ValueError(f"asks and is asked: {', '.join(sorted(asking))}")


class History:
    """Past groups in the order of their days, and what kind of organisation a firm is.

    Parameters
    ----------
    groups : iterable of Group
    kinds : mapping of str to str
        Firm to its kind, such as ``"company"`` or ``"university"``; a firm may be left out.

    Raises
    ------
    ValueError
        If two groups have the same id or a group has no member or one member twice.

    Examples
    --------
    >>> past = History([Group("fair", date(2025, 3, 1), ("a", "b")), Group("study", date(2026, 1, 1), ("b", "c"))])
    >>> [group.id for group in past.before(date(2026, 1, 1)).groups], sorted(past.firms)
    (['fair'], ['a', 'b', 'c'])
    """

    def __init__(self, groups: Iterable[Group] = (), kinds: Mapping[str, str] | None = None) -> None:
        self.groups = tuple(sorted(groups, key=lambda group: (group.day, group.id)))
        self.kinds = dict(kinds or {})
        seen = set()
        for group in self.groups:
            if group.id in seen:
                raise ValueError(f"two groups have the id {group.id!r}")
            if not group.members or len(set(group.members)) < len(group.members):
                raise ValueError(f"{group.id}: a group has one member or more, none of them twice")
            seen.add(group.id)

    @property
    def firms(self) -> frozenset[str]:
        """Every firm that was ever in a group."""
        return frozenset(member for group in self.groups for member in group.members)

    def before(self, day: date) -> History:
        """Return what began before a day."""
        return History([group for group in self.groups if group.day < day], self.kinds)

    def partners(self, firm: str) -> frozenset[str]:
        """Return every firm that was in a group with this one."""
        found = {member for group in self.groups if firm in group.members for member in group.members}
        return frozenset(found - {firm})

    def fingerprint(self) -> str:
        """Return a text that changes with anything in here."""
        return fingerprint(
            [sorted(self.kinds.items())]
            + [
                [g.id, g.day.isoformat(), sorted(g.members), g.leader, sorted(g.shares.items()), call_key(g.call)]
                for g in self.groups
            ]
        )


def call_key(call: Call) -> list:
    """Return a call as plain data."""
    return [call.code, call.title, sorted(call.themes)]


def fingerprint(data: Collection) -> str:
    """Return the SHA-256 of plain data, in hexadecimal digits."""
    return hashlib.sha256(json.dumps(data, separators=(",", ":")).encode()).hexdigest()
