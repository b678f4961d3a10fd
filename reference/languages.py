"""Languages by their codes, and who speaks which."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from types import MappingProxyType

from reference.load import country, filled, maybe, number, one_of, read, text
from reference.locales import fold, pick

_WORKING = ("official", "de_facto_official")
_IN_NAME = "official_in_name"
_STATUS = one_of("", *_WORKING, _IN_NAME, "official_regional")


@dataclass(frozen=True, slots=True)
class Language:
    """A language, as the Unicode locale data names it."""

    code: str
    names: Mapping[str, str]

    def name(self, locale: str) -> str:
        """Name the language in a language, or give its code when it has no name."""
        return pick(self.names, locale) or self.code


@dataclass(frozen=True, slots=True)
class Spoken:
    """A language in a country: the share of people who use it, and its standing."""

    language: str
    share: float | None
    status: str

    @property
    def official(self) -> bool:
        """Whether the whole country has it as an official language."""
        return self.is_working or self.status == _IN_NAME

    @property
    def is_working(self) -> bool:
        """Whether it is official, and not only in name: somebody does business in it."""
        return self.status in _WORKING


@lru_cache(maxsize=1)
def _languages() -> Mapping[str, Language]:
    columns = {"language": filled} | dict.fromkeys(("name_pt", "name_pt_br", "name_en", "name_es", "name_fr"), text)
    found = {}
    for row in read("languages.csv", columns, key=("language",)):
        names = {
            "pt": row["name_pt"],
            "pt_BR": row["name_pt_br"],
            "en": row["name_en"],
            "es": row["name_es"],
            "fr": row["name_fr"],
        }
        found[row["language"]] = Language(row["language"], MappingProxyType(names))
    return MappingProxyType(found)


@lru_cache(maxsize=1)
def _spoken() -> Mapping[str, tuple[Spoken, ...]]:
    columns = {
        "iso3": country,
        "language": filled,
        "population_percent": maybe(number),
        "official_status": _STATUS,
    }
    found: dict[str, dict[str, Spoken]] = {}
    for row in read("country_languages.csv", columns, key=("iso3", "language")):
        found.setdefault(row["iso3"], {})[row["language"]] = _to_spoken(row)
    for row in read("language_overrides.csv", columns, key=("iso3", "language")):
        found[row["iso3"]][row["language"]] = _to_spoken(row)
    return {iso3: tuple(sorted(many.values(), key=_most_spoken)) for iso3, many in found.items()}


def _to_spoken(row: dict) -> Spoken:
    percent = row["population_percent"]
    return Spoken(row["language"], None if percent is None else percent / 100, row["official_status"])


@lru_cache(maxsize=1)
def _parents() -> Mapping[str, str]:
    rows = read("language_groups.csv", {"language": filled, "parent": filled}, key=("language",))
    return {row["language"]: row["parent"] for row in rows}


@lru_cache(maxsize=1024)
def lineage(code: str) -> tuple[str, ...]:
    """Trace a language from its family down to itself; one without kin stands alone.

    >>> lineage("pt"), lineage("ko")
    (('ine', 'itc', 'roa', 'pt'), ('ko',))
    """
    line = [code]
    while line[-1] in _parents():
        line.append(_parents()[line[-1]])
    return tuple(reversed(line))


def _most_spoken(spoken: Spoken) -> tuple:
    return (-(spoken.share or 0), not spoken.official, spoken.language)


def is_language(code: str) -> bool:
    """Say whether this code names a language."""
    return code in _languages()


def language_name(code: str, locale: str) -> str:
    """Name a language in a language; a code that names none stays as it is."""
    found = _languages().get(code)
    return found.name(locale) if found else code


@lru_cache(maxsize=16)
def list_languages(locale: str) -> tuple[Language, ...]:
    """List the languages that have a name, in the order of their names in a language."""
    named = (language for language in _languages().values() if pick(language.names, locale))
    return tuple(sorted(named, key=lambda one: (fold(one.name(locale)), one.code)))


def languages_of(iso3: str) -> tuple[Spoken, ...]:
    """List the languages of a country, the most spoken first.

    Shares are the indicative ones of the Unicode locale data, but for a few that
    data/language_overrides.csv mends; a person may count under several languages.
    """
    return _spoken().get(iso3, ())


@lru_cache(maxsize=1)
def _by_any_name() -> Mapping[str, str]:
    found: dict[str, str] = {}
    for language in _languages().values():
        found.setdefault(fold(language.code), language.code)
    for language in _languages().values():
        for name in language.names.values():
            if name:
                found.setdefault(fold(name), language.code)
    return found


def read_language(written: str) -> str | None:
    """Find the language somebody wrote: its code or its name in any of our languages.

    >>> read_language("Português"), read_language("EN"), read_language("inglés"), read_language("klingon?")
    ('pt', 'en', 'en', None)
    """
    return _by_any_name().get(fold(written.strip()))
