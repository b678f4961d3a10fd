"""Economic activities (ISIC Rev. 4), and the activity that makes a product."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from types import MappingProxyType

from reference.load import digits, filled, flag, number, one_of, read, text
from reference.locales import pick

_LEVELS = ("section", "division", "group", "class")


@dataclass(frozen=True, slots=True)
class Activity:
    """An activity: section (a letter), division (2 digits), group (3) or class (4)."""

    code: str
    level: str
    section: str
    parent: str | None
    names: Mapping[str, str]

    def name(self, locale: str) -> str:
        """Name the activity in a language; English where there is no translation."""
        name = pick(self.names, locale)
        return name.capitalize() if name.isupper() else name


@lru_cache(maxsize=1)
def _activities() -> Mapping[str, Activity]:
    columns = {
        "code": filled,
        "level": one_of(*_LEVELS),
        "section": filled,
        "parent": text,
        "name_en": filled,
        "name_pt": text,
        "name_es": text,
        "name_fr": text,
    }
    found = {}
    for row in read("isic4.csv", columns, key=("code",)):
        names = {language: row[f"name_{language}"] for language in ("en", "pt", "es", "fr")}
        found[row["code"]] = Activity(
            code=row["code"],
            level=row["level"],
            section=row["section"],
            parent=row["parent"] or None,
            names=MappingProxyType({language: name for language, name in names.items() if name}),
        )
    return MappingProxyType(found)


@lru_cache(maxsize=1)
def _makers() -> Mapping[str, str]:
    columns = {"hs6": digits(6), "isic4": digits(4), "share": number, "main": flag}
    rows = read("hs6_isic4.csv", columns, key=("hs6", "isic4"))
    return {row["hs6"]: row["isic4"] for row in rows if row["main"]}


def get_activity(code: str) -> Activity:
    """Get an activity. Raises KeyError when there is none."""
    return _activities()[code]


def list_activities(level: str = "section") -> tuple[Activity, ...]:
    """List the activities of a level in their order."""
    return tuple(_activities()[code] for code in sorted(_activities()) if _activities()[code].level == level)


def find_maker(hs6: str) -> Activity | None:
    """Find the activity whose main product a six-digit code is.

    None where the correspondence knows none, or only a residual class outside ISIC.
    """
    return _activities().get(_makers().get(hs6, ""))
