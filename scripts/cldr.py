"""Renew data/cldr_territories.csv and data/language_groups.csv from the Unicode locale data.

For maintainers; needs npm. Change the version below, run this file, look at the difference, commit.
"""

from __future__ import annotations

import csv
import json
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from reference.countries import list_countries  # noqa: E402 - the project must be found first
from reference.languages import languages_of  # noqa: E402
from scripts.vendor import unpack  # noqa: E402

VERSION = "48.2.0"
NO_FAMILY = "mul"
"""CLDR's group of languages that belong to many families; it says nothing about kinship."""


def read_supplemental(folder: Path, name: str) -> dict:
    """One of CLDR's supplemental tables."""
    return json.loads((folder / "supplemental" / f"{name}.json").read_text("utf-8"))["supplemental"][name]


def find_parents(groups: dict[str, str]) -> dict[str, str]:
    """Language or group → the group it stands in; of two groups the first by its code."""
    parents: dict[str, str] = {}
    for group in sorted(groups):
        if group != NO_FAMILY:
            for member in groups[group].split():
                parents.setdefault(member, group)
    return parents


def keep_needed(parents: dict[str, str]) -> dict[str, str]:
    """Only the languages of some country, and the groups above them."""
    spoken = {row.language.split("_")[0] for one in list_countries("en") for row in languages_of(one.iso3)}
    kept = {}
    for language in spoken:
        while language in parents:
            kept[language] = parents[language]
            language = parents[language]
    return kept


def write(name: str, header: tuple[str, ...], rows: list[tuple]) -> None:
    with (ROOT / "data" / name).open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(header)
        writer.writerows(sorted(rows))


def main() -> None:
    with tempfile.TemporaryDirectory() as scratch:
        folder = unpack("cldr-core", VERSION, Path(scratch))
        territories = read_supplemental(folder, "territoryInfo")
        groups = read_supplemental(folder, "languageGroups")
    rows = []
    for one in list_countries("en"):
        found = territories.get(one.iso2)
        if found:
            gdp = found.get("_gdp") if float(found.get("_gdp") or 0) else ""
            rows.append((one.iso3, gdp, found["_population"], found.get("_literacyPercent", "")))
    write("cldr_territories.csv", ("iso3", "gdp_ppp", "population", "literacy_percent"), rows)
    write("language_groups.csv", ("language", "parent"), list(keep_needed(find_parents(groups)).items()))


if __name__ == "__main__":
    main()
