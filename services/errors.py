"""Why a service may refuse, named after the cause; pages turn these into words."""

from __future__ import annotations


class Refused(Exception):
    """Something could not be done."""


class NotFound(Refused):
    """There is none."""


class Forbidden(Refused):
    """There is one, but this person may not do that."""


class Conflict(Refused):
    """Another one has that already; `what` names the field."""

    def __init__(self, what: str) -> None:
        super().__init__(what)
        self.what = what


class Expired(Refused):
    """A link or a token is too old, was used already, or was never ours."""


class Incomplete(Refused):
    """What is there does not suffice; `missing` names the parts."""

    def __init__(self, missing: list[str]) -> None:
        super().__init__(", ".join(missing))
        self.missing = missing


class LastAdministrator(Refused):
    """The site would be left without an administrator."""


class LastOwner(Refused):
    """A firm would be left without an owner; `firms` says which."""

    def __init__(self, firms: list) -> None:
        super().__init__(", ".join(firm.key for firm in firms))
        self.firms = firms


class LastManager(Refused):
    """An association would be left without a manager."""
