"""Renew the vendored front-end files in static/vendor and tests/vendor.

For maintainers: it needs npm on the machine. Whoever runs the site does not, because the files are committed.
Change a version below, run this file, look at the difference, commit.
"""

from __future__ import annotations

import hashlib
import json
import re
import shutil
import subprocess
import tarfile
import tempfile
from dataclasses import dataclass, field
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
SITE = ROOT / "static" / "vendor"
TESTS = ROOT / "tests" / "vendor"

# The drawings of Lucide that the interface uses, combined in static/icons.svg.
ICONS = """
    arrow-left arrow-right ban bell-off building-2 check chevron-down chevron-left chevron-right circle-alert
    circle-check circle-question-mark clock download external-link eye eye-off file-text funnel globe
    handshake house inbox info key-round layers list lock log-in log-out mail map-pin maximize menu
    message-square minus
    moon package pencil plus puzzle search send settings shield-check sun target thumbs-up trash-2
    triangle-alert undo-2 upload user users waypoints x
"""


@dataclass(frozen=True)
class Package:
    """One package of the npm registry and what we keep of it."""

    name: str
    version: str
    licence: str
    licence_file: str
    folder: str
    files: dict[str, str] = field(default_factory=dict)
    home: Path = SITE


PACKAGES = (
    Package(
        "tom-select", "2.6.2", "Apache-2.0", "LICENSE", "tom-select",
        {"dist/js/tom-select.popular.min.js": "tom-select.min.js"},
    ),
    Package(
        "graphology", "0.26.0", "MIT", "LICENSE.txt", "graphology",
        {"dist/graphology.umd.min.js": "graphology.min.js"},
    ),
    Package("sigma", "3.0.3", "MIT", "LICENSE.txt", "sigma", {"dist/sigma.min.js": "sigma.min.js"}),
    Package(
        "@fontsource-variable/source-sans-3", "5.3.0", "OFL-1.1", "LICENSE", "source-sans-3",
        {
            "files/source-sans-3-latin-wght-normal.woff2": "latin.woff2",
            "files/source-sans-3-latin-ext-wght-normal.woff2": "latin-ext.woff2",
        },
    ),
    Package("lucide-static", "1.62.0", "ISC", "LICENSE", "lucide"),
    Package(
        "axe-core", "4.14.1", "MPL-2.0", "LICENSE", "axe-core", {"axe.min.js": "axe.min.js"}, home=TESTS
    ),
)  # fmt: skip


def main() -> None:
    """Fetch every package anew and write the files, licences and lists."""
    for home in (SITE, TESTS):
        shutil.rmtree(home, ignore_errors=True)
        home.mkdir(parents=True)
    lists: dict[Path, list[dict[str, str]]] = {SITE: [], TESTS: []}
    for package in PACKAGES:
        with tempfile.TemporaryDirectory() as scratch:
            source = unpack(package.name, package.version, Path(scratch))
            lists[package.home] += [describe(package, path) for path in keep(package, source)]
    for home, entries in lists.items():
        text = json.dumps(entries, indent=2, ensure_ascii=False)
        (home / "vendor.json").write_text(text + "\n", encoding="utf-8")


def unpack(name: str, version: str, scratch: Path) -> Path:
    """Return the folder of a package of the npm registry as published, unpacked in `scratch`."""
    wanted = f"{name}@{version}"
    answer = subprocess.run(
        ["npm", "pack", "--silent", wanted], cwd=scratch, check=True, capture_output=True, text=True
    )
    with tarfile.open(scratch / answer.stdout.split()[-1]) as archive:
        archive.extractall(scratch, filter="data")
    return scratch / "package"


def keep(package: Package, source: Path) -> list[Path]:
    """Copy the wanted files and the licence; return where they are now."""
    target = package.home / f"{package.folder}-{package.version}"
    target.mkdir()
    kept = []
    for old, new in {**package.files, package.licence_file: "LICENSE.txt"}.items():
        shutil.copyfile(source / old, target / new)
        kept.append(target / new)
    if package.name == "lucide-static":
        kept.append(combine_icons(source / "icons", package.version))
    return kept


def combine_icons(folder: Path, version: str) -> Path:
    """Write the chosen drawings as symbols of one file, so that a page asks for them once."""
    symbols = []
    for name in sorted(ICONS.split()):
        drawing = (folder / f"{name}.svg").read_text(encoding="utf-8")
        shapes = re.search(r"<svg[^>]*>(.*)</svg>", drawing, re.DOTALL)
        if shapes is None:
            raise ValueError(f"{name}.svg holds no drawing")
        symbols.append(f'<symbol id="{name}" viewBox="0 0 24 24">{" ".join(shapes[1].split())}</symbol>')
    note = f"<!-- Lucide {version}, ISC licence: vendor/lucide-{version}/LICENSE.txt -->"
    path = SITE.parent / "icons.svg"
    lines = ['<svg xmlns="http://www.w3.org/2000/svg">', note, *symbols, "</svg>"]
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return path


def describe(package: Package, path: Path) -> dict[str, str]:
    """Return the line of vendor.json for one file."""
    return {
        "name": package.name,
        "version": package.version,
        "licence": package.licence,
        "file": path.relative_to(ROOT).as_posix(),
        "sha256": hashlib.sha256(path.read_bytes()).hexdigest(),
    }


if __name__ == "__main__":
    main()
