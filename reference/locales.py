"""Which name to show to whom: names by language and what to fall back on."""

from __future__ import annotations

import unicodedata
from collections.abc import Mapping

LOCALES = ("pt", "pt_BR", "en", "es", "fr")

_CHAINS = {
    "pt": ("pt", "pt_BR", "en"),
    "pt_BR": ("pt_BR", "pt", "en"),
    "en": ("en",),
    "es": ("es", "en"),
    "fr": ("fr", "en"),
}


def chain(locale: str) -> tuple[str, ...]:
    """Name the languages to try for a locale, the best first; English closes every list.

    >>> chain("pt_PT")
    ('pt', 'pt_BR', 'en')
    >>> chain("fr-CA")
    ('fr', 'en')
    """
    locale = locale.replace("-", "_")
    return _CHAINS.get(locale) or _CHAINS.get(locale.split("_")[0]) or ("en",)


def pick(names: Mapping[str, str], locale: str) -> str:
    """Take the name for a locale, or the next best that there is."""
    return next((names[language] for language in chain(locale) if names.get(language)), "")


_LIGATURES = {"œ": "oe", "æ": "ae", "ø": "o", "ł": "l", "đ": "d", "ı": "i"}
_MARKS = dict.fromkeys(range(0x300, 0x370)) | str.maketrans(_LIGATURES)


def fold(text: str) -> str:
    """Take away accents and case, so that two spellings compare equal; `models.fold` does the same to what is stored.

    >>> fold("Calçado São Tomé Œufs")
    'calcado sao tome oeufs'
    """
    if text.isascii():
        return text.lower()
    return unicodedata.normalize("NFKD", text.casefold()).translate(_MARKS)
