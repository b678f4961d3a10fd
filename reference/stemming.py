"""Cuts words in Portuguese, Spanish, English and French down to what singular and plural share."""

from __future__ import annotations

import re
from functools import lru_cache

from reference.locales import fold

LANGUAGES = ("pt", "es", "en", "fr")

_STOP_WORDS = """
a o as os um uma uns umas de do da dos das e em no na nos nas para por com sem ou que se ao aos
el la los las un una unos unas del y con sin u en lo al su sus
the of and or in for with without to an on by from not nor whether its their
le les des du et au aux pour avec sans sur dans par d l
outro outra outros outras other others otros otras otro demas autres autre etc nec
"""
STOP_WORDS = frozenset(_STOP_WORDS.split())

_WORD = re.compile(r"[^\W_]+")

_RULES: dict[str, tuple[tuple[str, str], ...]] = {
    "pt": (
        ("oes", "ao"),
        ("aes", "ao"),
        ("aos", "ao"),
        ("ais", "al"),
        ("eis", "el"),
        ("ois", "ol"),
        ("uis", "ul"),
        ("ns", "m"),
        ("res", "r"),
        ("zes", "z"),
        ("ses", "s"),
        ("s", ""),
    ),
    "es": (
        ("iones", "ion"),
        ("ces", "z"),
        ("ales", "al"),
        ("eles", "el"),
        ("oles", "ol"),
        ("iles", "il"),
        ("res", "r"),
        ("nes", "n"),
        ("des", "d"),
        ("s", ""),
    ),
    "en": (
        ("sses", "ss"),
        ("ches", "ch"),
        ("shes", "sh"),
        ("xes", "x"),
        ("ies", "y"),
        ("ied", "y"),
        ("ss", "ss"),
        ("us", "us"),
        ("s", ""),
    ),
    "fr": (("eaux", "eau"), ("aux", "al"), ("ees", "e"), ("s", ""), ("x", ""), ("ee", "e")),
}
_ENDINGS = {"pt": "aeo", "es": "aeo", "en": "e", "fr": "e"}
_SHORTEST = 3


def words(text: str) -> list[str]:
    """Split a text into folded words.

    >>> words("Calçado de couro, n.º 42")
    ['calcado', 'de', 'couro', 'n', 'o', '42']
    """
    return _WORD.findall(fold(text))


@lru_cache(maxsize=65536)
def stem(word: str, language: str) -> str:
    """Cut a folded word down for a language.

    >>> stem("limoes", "pt") == stem("limao", "pt"), stem("torrada", "pt") == stem("torrado", "pt")
    (True, True)
    >>> stem("muebles", "es") == stem("mueble", "es"), stem("nueces", "es") == stem("nuez", "es")
    (True, True)
    >>> stem("berries", "en") == stem("berry", "en"), stem("roasted", "en") == stem("roast", "en")
    (True, True)
    >>> stem("gateaux", "fr") == stem("gateau", "fr")
    True
    """
    if len(word) < _SHORTEST or word[0].isdigit():
        return word
    for ending, put in _RULES[language]:
        if word.endswith(ending) and len(word) - len(ending) + len(put) >= _SHORTEST - 1:
            word = word.removesuffix(ending) + put
            break
    if language == "en":
        for ending in ("ing", "ed"):
            if word.endswith(ending) and len(word) - len(ending) >= 4:
                word = word.removesuffix(ending)
                break
    if word[-1] in _ENDINGS[language] and len(word) > _SHORTEST:
        word = word[:-1]
    return word


_PLURALS = (
    ("ao", ("oes", "aes")), ("al", ("ais",)), ("el", ("eis",)), ("ol", ("ois",)), ("il", ("is",)), ("m", ("ns",)),
    ("z", ("ces",)), ("y", ("ies",)), ("eau", ("eaux",)),
)  # fmt: skip


@lru_cache(maxsize=4096)
def other_numbers(word: str) -> frozenset[str]:
    """The singular of a folded word, and plurals that do not begin with it, in any of the languages.

    >>> sorted(other_numbers("azeites")), sorted(other_numbers("limao")), "movel" in other_numbers("moveis")
    (['azeite'], ['limaes', 'limoes'], True)
    """
    if len(word) < 4 or word[0].isdigit():
        return frozenset()
    found = set()
    for rules in _RULES.values():
        for ending, put in rules:
            if word.endswith(ending) and ending not in ("ied", "ee"):
                found.add(word.removesuffix(ending) + put)
                break
    for ending, plurals in _PLURALS:
        if word.endswith(ending):
            found.update(word.removesuffix(ending) + plural for plural in plurals)
    return frozenset(form for form in found if form != word and len(form) >= _SHORTEST)
