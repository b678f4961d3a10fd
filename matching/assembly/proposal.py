"""What is shown of a group: what it covers and by whom, what it lacks, why each member is in, what would help."""

from __future__ import annotations

from dataclasses import dataclass

from matching.assembly.showing import GroupScore
from matching.assembly.value import Broken, Value


@dataclass(frozen=True, slots=True)
class Covering:
    """How far a group covers a thing that is asked for, or a facet.

    ``kind`` is ``capability``, ``product`` or ``facet``; ``share`` runs from 0 to 1 and ``by`` names those who reach
    it, nobody where it is 0.
    """

    kind: str
    name: str
    must: bool
    share: float
    by: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Lack:
    """Something that the group does not cover in full, and who could bring more of it.

    Of the candidates outside who bring most of it, ``who`` is the one with whom the group would be worth most, and
    ``None`` where nobody brings more. ``gain`` is what the value would change by if that firm came in addition, and
    ``breaks`` which limits that would break.
    """

    covering: Covering
    who: str | None = None
    share: float = 0.0
    gain: float = 0.0
    breaks: tuple[Broken, ...] = ()


@dataclass(frozen=True, slots=True)
class Lost:
    """What a group covers less without a member: from a share to a share."""

    name: str
    before: float
    after: float


@dataclass(frozen=True, slots=True)
class Member:
    """Why a firm is in: what the others are without it.

    ``lost`` is what the value falls by; it may be below 0 for a member whom limits need. ``coverage`` is what is
    covered less, ``breaks`` which limits the others do not keep. ``fit`` is the mean pair score with the others.
    """

    id: str
    lost: float
    coverage: tuple[Lost, ...]
    breaks: tuple[Broken, ...]
    fit: float


@dataclass(frozen=True, slots=True)
class Better:
    """One firm more, or one in place of another, that would be worth more but for the limits it breaks."""

    enters: str
    leaves: str | None
    gain: float
    breaks: tuple[Broken, ...]


@dataclass(frozen=True, slots=True)
class Proposal:
    """A group that keeps all limits. It is a proposal: nobody is a member before having been asked.

    It tells things of firms that are their own, such as that one is not committed enough or how much it could pay;
    whoever shows it decides who may see them.

    Parameters
    ----------
    members : tuple of Member
        By rising id.
    value : Value
        What the search maximises.
    proven : bool
        Whether no group is worth more of those that are allowed and differ enough from the proposals before it.
        Otherwise it is the best one found.
    score : GroupScore
        The score to show.
    covers, lacks : tuple of Covering and tuple of Lack
    better : tuple of Better
        The most valuable changes of one member that limits forbid, one for each set of limits, the best first.
        Vetoes are silent: a change that one forbids is not told.
    budget, capacity : float
        Pooled, of those who stated theirs.
    unknown_commitment, unknown_size : tuple of str
        Members admitted though theirs is not known.
    fresh : tuple of str
        Members that the first proposal does not have; at least two of them in every other proposal.
    """

    members: tuple[Member, ...]
    value: Value
    proven: bool
    score: GroupScore
    covers: tuple[Covering, ...]
    lacks: tuple[Lack, ...]
    better: tuple[Better, ...]
    budget: float
    capacity: float
    unknown_commitment: tuple[str, ...]
    unknown_size: tuple[str, ...]
    fresh: tuple[str, ...]

    @property
    def ids(self) -> tuple[str, ...]:
        """Ids of the members, rising."""
        return tuple(member.id for member in self.members)
