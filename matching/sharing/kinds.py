"""The components of market entry: which forms each may take, and by which rule it is shared by default.

The list follows what the Portuguese scheme for the internationalization of SMEs counts as eligible; forms and default
rules are our own design (science note 4.1).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Literal

Form = Literal["COMMON", "CLUB", "NESTED", "OWN", "VOLUME"]
FORMS: tuple[Form, ...] = ("COMMON", "CLUB", "NESTED", "OWN", "VOLUME")
RULES = ("shapley", "equal", "by_use", "cec", "own")
"""By which a single component can be shared; ``cec`` for NESTED alone, ``own`` for OWN alone."""

BY_FORM: Mapping[Form, Mapping[str, float]] = MappingProxyType(
    {
        "COMMON": {"equal": 1.0},
        "CLUB": {"equal": 1.0},
        "NESTED": {"shapley": 1.0},
        "OWN": {"own": 1.0},
        "VOLUME": {"shapley": 1.0},
    }
)
"""The rule of a form; each is the Shapley value of that form."""


@dataclass(frozen=True, slots=True)
class Kind:
    """A component of market entry: its forms, the usual one first; whether it is fixed; and a rule if it has its own.

    A rule of its own holds only where planned use is known, and never for what is OWN.
    """

    forms: tuple[Form, ...]
    fixed: bool
    rule: Mapping[str, float] | None = None


KINDS: Mapping[str, Kind] = MappingProxyType(
    {
        "RESEARCH": Kind(("COMMON",), fixed=True),
        "FAIR_SPACE": Kind(("NESTED",), fixed=True),
        "TRAVEL": Kind(("OWN",), fixed=False),
        "CERT": Kind(("CLUB", "OWN"), fixed=True),
        "LABEL": Kind(("COMMON", "OWN"), fixed=True),
        "LEGAL": Kind(("COMMON",), fixed=True),
        "REP": Kind(("COMMON", "NESTED"), fixed=True),
        "MANAGER": Kind(("COMMON",), fixed=True, rule=MappingProxyType({"equal": 0.5, "by_use": 0.5})),
        "PROMO": Kind(("COMMON",), fixed=True, rule=MappingProxyType({"by_use": 1.0})),
        "FREIGHT": Kind(("VOLUME",), fixed=False),
        "DUTY": Kind(("OWN",), fixed=False),
        "CREDIT": Kind(("VOLUME", "OWN"), fixed=False, rule=MappingProxyType({"by_use": 1.0})),
    }
)
"""Science note 4.1. LABEL is two components, one COMMON per language and one OWN per product. Planned use is exports
for MANAGER, pages for PROMO (equal where nobody counts them), insured value for CREDIT."""


def default_rule(code: str, form: Form, *, has_use: bool) -> Mapping[str, float]:
    """Return by which rule a component is shared unless the group says otherwise.

    Examples
    --------
    >>> dict(default_rule("MANAGER", "COMMON", has_use=True)), dict(default_rule("MANAGER", "COMMON", has_use=False))
    ({'equal': 0.5, 'by_use': 0.5}, {'equal': 1.0})
    """
    kind = KINDS.get(code)
    if kind is not None and kind.rule is not None and has_use and form != "OWN":
        return kind.rule
    return BY_FORM[form]
