"""One component of what entering a market costs: a form, what it costs, and who needs how much of it."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass, field, replace
from math import fsum, isclose
from typing import cast

import numpy as np

from matching.sharing.amounts import check_amount, check_amounts, check_known, to_array
from matching.sharing.coalitions import subset_maxima, subset_sums
from matching.sharing.curves import Curve
from matching.sharing.errors import InvalidComponent
from matching.sharing.kinds import FORMS, KINDS, RULES, Form, default_rule


@dataclass(frozen=True, slots=True, kw_only=True)
class Component:
    """A cost that depends on which members take part (science note 4.1 and 4.2).

    ======  ==========================================  ===============================================
    form    cost of a coalition S                       what is given
    ======  ==========================================  ===============================================
    COMMON  cost, as soon as there is anybody           ``cost``
    CLUB    cost, as soon as there is one of the users  ``cost``, ``users``
    NESTED  the largest of the members' needs           ``needs``: what each would need to spend alone
    OWN     the sum of the members' own costs           ``needs``: what each spends
    VOLUME  curve(sum of the members' quantities)       ``needs``: the quantity of each, and ``curve``
    ======  ==========================================  ===============================================

    Parameters
    ----------
    code : str
        One of ``KINDS``, or a group's own word.
    form : {"COMMON", "CLUB", "NESTED", "OWN", "VOLUME"}
    cost : float
        In one currency, the same for all components of a game.
    users : collection of str, optional
        Of a CLUB only.
    needs : mapping of str to float
        Whoever is missing needs nothing.
    curve : Power, Brackets or Steps, optional
        Of a VOLUME only.
    rule : str or mapping of str to float, optional
        ``"equal"`` (among users), ``"by_use"``, ``"shapley"``, ``"cec"`` (NESTED), ``"own"`` (OWN), or parts of them
        that add up to 1; by default that of the code and form.
    use : mapping of str to float
        What ``by_use`` goes by: planned exports, pages, insured value. By default the needs, where the form has them.
    key : str
        What it is called within its game; by default its code. Two components of a game have different keys.

    Raises
    ------
    InvalidComponent
        If it contradicts itself.
    InvalidAmount
        If a number is none, negative, infinite or absurd.

    Examples
    --------
    >>> manager = Component(code="MANAGER", form="COMMON", cost=24000, use={"ana": 60, "bia": 20})
    >>> manager.parts, manager.cost_of({"ana"})
    ({'by_use': 0.5, 'equal': 0.5}, 24000.0)
    """

    code: str
    form: Form
    cost: float = 0.0
    users: Collection[str] | None = None
    needs: Mapping[str, float] = field(default_factory=dict)
    curve: Curve | None = None
    rule: str | Mapping[str, float] | None = None
    use: Mapping[str, float] = field(default_factory=dict)
    key: str = ""

    def __post_init__(self) -> None:
        put = object.__setattr__
        put(self, "key", self.key or self.code)
        self._check_form()
        put(self, "cost", check_amount(self.cost, self.key))
        put(self, "needs", check_amounts(self.needs, self.key))
        put(self, "use", check_amounts(self.use, f"use of {self.key}"))
        put(self, "users", None if self.users is None else frozenset(self.users))
        put(self, "rule", self._checked_rule())

    def _check_form(self) -> None:
        """Refuse what the form has no place for, and miss what it needs."""
        if not self.code:
            raise InvalidComponent(self.key, "a component needs a code")
        if self.form not in FORMS:
            raise InvalidComponent(self.key, f"{self.form!r} is no form")
        kind = KINDS.get(self.code)
        if kind is not None and self.form not in kind.forms:
            raise InvalidComponent(self.key, f"{self.code} is never {self.form}")
        fixed = self.form in ("COMMON", "CLUB")
        for given, wanted, what in (
            (self.needs, not fixed, "needs"),
            (self.cost, fixed, "a cost of its own"),
            (self.users is not None, self.form == "CLUB", "users"),
            (self.curve is not None, self.form == "VOLUME", "a curve"),
        ):
            if given and not wanted:
                raise InvalidComponent(self.key, f"{self.form} has no place for {what}")
        if self.form == "CLUB" and not self.users:
            raise InvalidComponent(self.key, "a CLUB needs users")
        if self.form == "VOLUME" and self.curve is None:
            raise InvalidComponent(self.key, "a VOLUME needs a curve")

    def _checked_rule(self) -> dict[str, float]:
        """Return the rule as parts that add up to 1."""
        known = any(self.use.values())
        rule = self.rule
        if rule is None:
            rule = default_rule(self.code, self.form, has_use=known or self.form == "VOLUME")
        parts = {rule: 1.0} if isinstance(rule, str) else check_amounts(rule, f"rule of {self.key}")
        for name in parts:
            if name not in RULES:
                raise InvalidComponent(self.key, f"{name!r} is no rule for a component")
            if name == "cec" and self.form != "NESTED":
                raise InvalidComponent(self.key, "cec is for NESTED components")
            if (name == "own") != (self.form == "OWN") and name != "shapley":
                raise InvalidComponent(self.key, f"{self.form} is not shared by {name!r}")
        if "by_use" in parts and not known and self.form in ("COMMON", "CLUB"):
            raise InvalidComponent(self.key, "by_use has to know the use of somebody")
        if self.users is not None and not set(self.use) <= set(self.users):
            raise InvalidComponent(self.key, "only users of a CLUB can use it")
        if not isclose(fsum(parts.values()), 1.0, abs_tol=1e-9):
            raise InvalidComponent(self.key, "the parts of a rule add up to 1")
        return parts

    @property
    def parts(self) -> Mapping[str, float]:
        """The rule as parts that add up to 1."""
        return cast("Mapping[str, float]", self.rule)

    @property
    def concave(self) -> bool:
        """Whether joining a larger coalition never adds more: then Shapley shares lie in the core."""
        return self.curve is None or self.curve.concave

    def cost_of(self, coalition: Iterable[str]) -> float:
        """Return c(S), what the coalition S would pay for this alone; 0 for nobody."""
        names = tuple(sorted(set(coalition)))
        return self._cost_of(names) if names else 0.0

    def _cost_of(self, names: tuple[str, ...]) -> float:
        if self.form == "COMMON":
            return self.cost
        if self.form == "CLUB":
            return self.cost if self.is_used_by(names) else 0.0
        needs = to_array(self.needs, names)
        if self.form == "NESTED":
            return float(needs.max())
        total = float(np.add.accumulate(needs)[-1])  # in the order in which a table sums
        return total if self.curve is None else float(self.curve(np.array(total)))

    def is_used_by(self, names: Iterable[str]) -> bool:
        """Tell whether a CLUB has a user among these."""
        return self.users is not None and not set(names).isdisjoint(self.users)

    def table(self, members: tuple[str, ...]) -> np.ndarray:
        """Return c(S) for all 2^n coalitions of members, shape (2^n,), numbered as in ``coalitions``."""
        needs = to_array(self.as_needs(members), members)
        if self.form in ("COMMON", "CLUB", "NESTED"):
            return subset_maxima(needs)
        sums = subset_sums(needs)
        return sums if self.curve is None else self.curve(sums)

    def along(self, members: tuple[str, ...]) -> Callable[[np.ndarray], np.ndarray]:
        """Return a function from an order of places of members to c of its first 1, 2, ..., n, shape (n,)."""
        needs, curve = to_array(self.as_needs(members), members), self.curve
        if self.form in ("COMMON", "CLUB", "NESTED"):
            return lambda order: np.maximum.accumulate(needs[order])
        if curve is None:
            return lambda order: np.cumsum(needs[order])
        return lambda order: curve(np.cumsum(needs[order]))

    def as_needs(self, members: tuple[str, ...]) -> Mapping[str, float]:
        """Return the needs of members; COMMON and CLUB are NESTED with the same need for all who use it."""
        if self.form == "COMMON":
            return dict.fromkeys(members, self.cost)
        if self.users is not None:
            return {name: self.cost if name in self.users else 0.0 for name in members}
        return self.needs

    def check_members(self, members: tuple[str, ...]) -> None:
        """Raise UnknownMember if it names anybody else."""
        check_known(self.needs, members, f"needs of {self.key}")
        check_known(self.use, members, f"use of {self.key}")
        check_known(self.users or (), members, f"users of {self.key}")

    def only(self, members: Collection[str]) -> Component | None:
        """Return the component for fewer members; ``None`` if it is a CLUB of which no user is left.

        Where nobody's use is left, what went by use goes by equal parts.
        """
        users = None if self.users is None else frozenset(self.users) & set(members)
        if users is not None and not users:
            return None
        use = {name: value for name, value in self.use.items() if name in members}
        rule = self.parts
        if self.form in ("COMMON", "CLUB") and "by_use" in rule and not any(use.values()):
            rule = {"equal": 1.0}
        needs = {name: value for name, value in self.needs.items() if name in members}
        return replace(self, users=users, use=use, needs=needs, rule=rule)
