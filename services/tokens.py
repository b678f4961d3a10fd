"""Signed links that are mailed: what for, for whom, and until when."""

from __future__ import annotations

from itsdangerous import BadSignature, URLSafeTimedSerializer

from services.errors import Expired

HOUR = 3600
AGES = {"confirm": 72 * HOUR, "reset": 2 * HOUR, "email": 24 * HOUR, "device": 180 * 24 * HOUR,
        "silence": 5 * 365 * 24 * HOUR}  # fmt: skip
"""Seconds that each kind of link is good for, and the cookie of a device where somebody has signed in."""


class Tokens:
    """Makes and reads the signed part of a link."""

    def __init__(self, secret: str) -> None:
        self._secret = secret

    def make(self, purpose: str, *parts: str) -> str:
        """A token for one purpose; nobody can make or change one without the secret."""
        return URLSafeTimedSerializer(self._secret, salt=f"constela:{purpose}").dumps(parts)

    def read(self, purpose: str, token: str) -> tuple[str, ...]:
        """What the token says. Raises Expired when it is too old or not ours."""
        serializer = URLSafeTimedSerializer(self._secret, salt=f"constela:{purpose}")
        try:
            return tuple(serializer.loads(token, max_age=AGES[purpose]))
        except BadSignature as error:
            raise Expired(purpose) from error
