"""Games with transferable utility: what every coalition costs, or is worth, by one function for all purposes."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from functools import cached_property
from typing import Literal

import numpy as np

from matching.sharing.amounts import MOST, check_amounts, check_known, check_members
from matching.sharing.coalitions import MOST_ENUMERATED, mask_of, names_of
from matching.sharing.component import Component
from matching.sharing.errors import AbsurdAmount, InvalidComponent, RuleDoesNotApply, TooManyMembers

Sense = Literal["cost", "value"]


class Game:
    """Members, and what each coalition of them costs (``sense="cost"``) or is worth (``sense="value"``).

    Parameters
    ----------
    members : iterable of str
    worth : callable
        From a frozenset of members to a finite number; the empty set is worth 0 and never asked for.
    sense : {"cost", "value"}

    Examples
    --------
    >>> glove = Game("abc", lambda s: float("a" in s and len(s) > 1), sense="value")
    >>> glove.worth({"a", "b"}), glove.total, glove.alone("a")
    (1.0, 1.0, 0.0)
    """

    def __init__(self, members: Iterable[str], worth: Callable[[frozenset[str]], float], sense: Sense = "cost"):
        self.members = check_members(members)
        self.sense: Sense = sense
        self._function = worth

    @classmethod
    def from_worths(cls, members: Iterable[str], worths: Mapping[str, float], sense: Sense = "cost") -> Game:
        """Make a game of members with names of one letter from what each coalition, such as ``"ab"``, is worth."""
        listed = {frozenset(names): float(value) for names, value in worths.items()}
        return cls(members, listed.__getitem__, sense)

    @property
    def count(self) -> int:
        """How many members there are."""
        return len(self.members)

    @property
    def sign(self) -> int:
        """1 where more is better, -1 where more is dearer."""
        return 1 if self.sense == "value" else -1

    def worth(self, coalition: Iterable[str]) -> float:
        """Return what a coalition costs or is worth; raises UnknownMember."""
        names = frozenset(coalition)
        check_known(names, self.members, "coalition")
        return self._worth(names) if names else 0.0

    def _worth(self, names: frozenset[str]) -> float:
        value = float(self._function(names))
        if not np.isfinite(value):
            raise RuleDoesNotApply("worth", f"a coalition is worth {value}")
        return value

    @cached_property
    def total(self) -> float:
        """What all of them cost or are worth together."""
        return self.worth(self.members)

    def alone(self, member: str) -> float:
        """Return what one member pays or gets alone."""
        return self.worth((member,))

    @cached_property
    def alone_array(self) -> np.ndarray:
        """What each member pays or gets alone, shape (n,)."""
        return np.array([self.alone(name) for name in self.members])

    @cached_property
    def marginals(self) -> np.ndarray:
        """What each member adds when it joins last, ``c(N) - c(N without i)``, shape (n,): its separable cost."""
        everybody = frozenset(self.members)
        return np.array([self.total - self.worth(everybody - {name}) for name in self.members])

    @cached_property
    def table(self) -> np.ndarray:
        """What each of the 2^n coalitions costs or is worth, shape (2^n,), numbered as in ``coalitions``.

        Raises TooManyMembers above 20 members.
        """
        if self.count > MOST_ENUMERATED:
            raise TooManyMembers(self.count, MOST_ENUMERATED)
        values = self._table()
        values.flags.writeable = False
        return values

    def _table(self) -> np.ndarray:
        masks = range(1, 1 << self.count)
        return np.array([0.0] + [self._worth(frozenset(names_of(mask, self.members))) for mask in masks])

    def mask(self, coalition: Iterable[str]) -> int:
        """Return the number of a coalition."""
        return mask_of(coalition, self.members)


class CostGame(Game):
    """What entering a market costs a group, made of components.

    ``cost`` is the one function for assembly, sharing and display: ``table`` holds the same for all coalitions.

    Parameters
    ----------
    members : iterable of str
        Kept in the order of their ids, so that nothing depends on the order of the input.
    components : iterable of Component
    stand_alone : mapping of str to float, optional
        What members say they would pay alone, private to each. It takes the place of ``cost({i})`` in individual
        rationality, in shares in proportion to stand-alone cost and in SCRB; the core check stays with ``cost``.

    Raises
    ------
    NoMembers, TooManyMembers, DuplicateMember, UnknownMember, InvalidAmount
    InvalidComponent
        If two components have the same key.

    Examples
    --------
    >>> stand = Component(code="FAIR_SPACE", form="NESTED", needs={"a": 4000, "b": 6000, "c": 10000})
    >>> game = CostGame("abc", [stand])
    >>> game.cost("ab"), game.total, game.alone("a")
    (6000.0, 10000.0, 4000.0)
    """

    def __init__(
        self,
        members: Iterable[str],
        components: Iterable[Component],
        stand_alone: Mapping[str, float] | None = None,
    ):
        self.members = tuple(sorted(check_members(members)))
        self.sense = "cost"
        self.components = tuple(components)
        keys = [component.key for component in self.components]
        twice = sorted({key for key in keys if keys.count(key) > 1})
        if twice:
            raise InvalidComponent(twice[0], "two components have this key")
        for component in self.components:
            component.check_members(self.members)
        self.stated = check_amounts(stand_alone or {}, "stand-alone cost")
        check_known(self.stated, self.members, "stand-alone cost")
        if self.total > MOST:
            raise AbsurdAmount("total", self.total)

    def cost(self, coalition: Iterable[str]) -> float:
        """Return c(S): what a coalition would pay for entering by itself; 0 for nobody."""
        return self.worth(coalition)

    def _worth(self, names: frozenset[str]) -> float:
        return float(sum(component.cost_of(names) for component in self.components))

    def _table(self) -> np.ndarray:
        total = np.zeros(1 << self.count)
        for component in self.components:
            total += component.table(self.members)
        return total

    def along(self, order: np.ndarray) -> np.ndarray:
        """Return what the first 1, 2, ..., n members of an order of their places would pay alone, shape (n,)."""
        return np.sum([np.zeros(len(order)), *(part(order) for part in self._along)], axis=0)

    @cached_property
    def _along(self) -> list[Callable[[np.ndarray], np.ndarray]]:
        return [component.along(self.members) for component in self.components]

    def stand_alone(self, member: str) -> float:
        """Return what a member would pay alone: as it says, otherwise as the components say."""
        return self.stated[member] if member in self.stated else self.alone(member)

    @cached_property
    def alone_array(self) -> np.ndarray:
        """What each member would pay alone, stated or computed, shape (n,)."""
        return np.array([self.stand_alone(name) for name in self.members])

    @property
    def concave(self) -> bool:
        """Whether all components are: then the Shapley shares lie in the core (Shapley 1971)."""
        return all(component.concave for component in self.components)

    def only(self, members: Iterable[str]) -> CostGame:
        """Return the game of fewer members; what had only users that are gone falls away."""
        names = check_members(members)
        check_known(names, self.members, "smaller group")
        kept = [smaller for component in self.components if (smaller := component.only(names)) is not None]
        return CostGame(names, kept, {name: cost for name, cost in self.stated.items() if name in names})
