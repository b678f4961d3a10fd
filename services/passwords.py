"""Passwords: hashed with Argon2, checked in the same time for known and unknown people."""

from __future__ import annotations

from functools import lru_cache

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

from models import fold, search_words

SHORTEST = 10
LONGEST = 200

COMMON = frozenset(
    """
    abcabc admin administrador administrator alexandre alexandra amormio angola azerty bemvindo benfica bienvenue
    bonjour brasil carolina changeme chocolate computador computer constela contrasena corinthians dragon estrela
    facebook felicidade flamengo football francisco futebol google hello iloveyou internet jesus jetaime joana
    kizomba letmein lisboa login loulou luanda luciana maputo mariana master michael minhasenha mocambique monkey
    motdepasse mypassword palavrapasse palmeiras pass passe passord passphrase passw0rd password passwort
    portugal princesa princess qualquer querida qwerty sagrado secret secreta segredo senha senhas shadow soleil
    sporting starwars sunshine superman teamo tequiero test teste trustno welcome whatever
    """.split()
)
"""Words that many people take for a password, in the languages of our users; with figures around them, too."""
ROWS = (
    "1234567890", "qwertyuiopasdfghjklzxcvbnm", "azertyuiopqsdfghjklmwxcvbn", "abcdefghijklmnopqrstuvwxyz",
    "1qaz2wsx3edc4rfv5tgb6yhn7ujm8ik9ol0p", "qazwsxedcrfvtgbyhnujmikolp",
)  # fmt: skip
"""What a finger writes that runs along the keyboard."""


def find_weakness(password: str, *known: str) -> str | None:
    """Why a password would be guessed early: short, long, common, or about oneself; None when it would not.

    `known` are the words that anybody who knows the person tries first: the name, the address.

    >>> find_weakness("Angola2024!!"), find_weakness("zebra canta devagar")
    ('common', None)
    """
    if len(password) < SHORTEST:
        return "short"
    if len(password) > LONGEST:
        return "long"
    plain = "".join(c for c in fold(password) if c.isalnum())
    core = plain.strip("0123456789")
    if len(set(password.casefold())) < 5 or _runs_along(plain) or _repeats(core, COMMON):
        return "common"
    parts = {part for text in known for part in _words(text)}
    if _repeats(core, parts):
        return "personal"
    return None


def _runs_along(plain: str) -> bool:
    """Whether a password is a stretch of a keyboard row, forwards or backwards, with or without its figures."""
    letters = plain.strip("0123456789")
    piece = letters if len(letters) > 3 else plain
    return len(piece) > 3 and any(piece in row * 3 or piece in row[::-1] * 3 for row in ROWS)


def _repeats(core: str, words: frozenset[str] | set[str]) -> bool:
    """Whether the text is one of the words, once or several times over."""
    return bool(core) and any(word and core == word * (len(core) // len(word)) for word in words)


def _words(text: str) -> list[str]:
    """The parts of a name or an address, and the whole of it."""
    pieces = search_words(text)
    return [*(piece for piece in pieces if len(piece) > 3), "".join(pieces)]


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
