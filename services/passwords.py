"""Passwords: hashed with Argon2, checked in the same time for known and unknown people."""

from __future__ import annotations

from functools import lru_cache

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

SHORTEST = 10
LONGEST = 200


class Passwords:
    """A hasher with the parameters that OWASP recommends (19 MiB, two passes), or tiny ones for tests."""

    def __init__(self, *, fast: bool = False) -> None:
        self._hasher = (
            PasswordHasher(time_cost=1, memory_cost=8, parallelism=1)
            if fast
            else PasswordHasher(time_cost=2, memory_cost=19_456, parallelism=1)
        )
        self._decoy = lru_cache(1)(lambda: self._hasher.hash("nobody has this password"))

    def hash(self, password: str) -> str:
        """A salted hash of the password."""
        return self._hasher.hash(password)

    def is_right(self, password_hash: str | None, password: str) -> bool:
        """Whether the password fits; takes as long when there is no hash at all."""
        try:
            return self._hasher.verify(password_hash or self._decoy(), password) and bool(password_hash)
        except (VerificationError, InvalidHashError):
            return False
