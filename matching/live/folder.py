"""An index in a folder of arrays that many processes map into their memory and share.

A build is a folder of its own, complete before anybody can see it; a small
file names the build in use and is replaced in one step. Whoever has opened a
build keeps it until it lets go, whatever happens to the folder meanwhile; a
build that was killed leaves the one before in use.
"""

from __future__ import annotations

import hashlib
import json
import os
import secrets
import shutil
from collections.abc import Iterable, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import numpy as np

from matching.aims import Aims
from matching.columns import Columns
from matching.compiling import fingerprint
from matching.live.index import FirmIndex, FirmTable, KeptWords
from matching.live.postings import Postings, Prepared
from matching.live.reaching import Reach
from matching.live.texts import Texts, pack, unpack

FORMAT = 2
GROUPS = {"postings": Postings, "aims": Aims, "reach": Reach}
CURRENT, MANIFEST, LOCK = "current", "manifest.json", "lock"
KINDS = ("region", "objective", "norm", "capability", "segment", "link", "market")
"""Words that are read when an index is opened; those for firms are many, and looked up where they lie."""


class IndexUnusable(Exception):
    """There is no index in the folder that can be used; the message says why."""


class IndexBusy(Exception):
    """Another process is building an index in this folder."""


def write_index(folder: Path, index: FirmIndex) -> None:
    """Put an index in the folder in the place of the one before, in one step. Raises OSError if that cannot be done.

    Only one process at a time may do so, see ``building``.
    """
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)  # who blocks whom is in it
    name = f"build-{secrets.token_hex(6)}"
    made = folder / name
    made.mkdir(mode=0o700)
    try:
        arrays = dict(_arrays(index))
        manifest = {
            "format": FORMAT,
            "engine": fingerprint(__file__),
            "firms": len(index),
            "stamp": index.stamp,
            "arrays": {key: _write_array(made / f"{key}.npy", array) for key, array in arrays.items()},
        }
        _write_text(made / MANIFEST, json.dumps(manifest))
        _write_text(folder / f"{CURRENT}.new", name)
        os.replace(folder / f"{CURRENT}.new", folder / CURRENT)
        _sync(folder)
    except BaseException:
        shutil.rmtree(made, ignore_errors=True)
        raise
    for other in folder.glob("build-*"):
        if other.name != name:  # whoever has it open keeps it; on Windows it goes with the next build
            shutil.rmtree(other, ignore_errors=True)


def current_build(folder: Path) -> str:
    """Return the name of the build in use, empty if there is none."""
    try:
        return (folder / CURRENT).read_text("utf-8").strip()
    except (OSError, UnicodeDecodeError):
        return ""


def open_index(folder: Path, *, thorough: bool = False) -> FirmIndex:
    """Map the index in use into memory. Raises IndexUnusable if there is none, or none that this engine can use.

    What is in the arrays is checked only if ``thorough``, since it means reading them all.
    """
    for _ in range(3):  # a build may be replaced between the look at its name and at its files
        name = current_build(folder)
        try:
            return _open_build(folder / name, thorough=thorough) if name else _refuse("there is none")
        except FileNotFoundError:
            if name == current_build(folder):
                _refuse("files are missing")
    raise IndexUnusable("it is replaced faster than it can be read")


@contextmanager
def building(folder: Path):
    """Be the only one who builds in this folder. Raises IndexBusy if another does; a killed one holds nobody up."""
    folder.mkdir(parents=True, exist_ok=True)
    with open(folder / LOCK, "w") as file:
        try:
            _lock(file)
        except OSError as error:
            raise IndexBusy(str(folder)) from error
        yield


def _lock(file) -> None:
    try:
        import fcntl
    except ImportError:  # Windows
        import msvcrt

        msvcrt.locking(file.fileno(), msvcrt.LK_NBLCK, 1)  # type: ignore[attr-defined]
    else:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)


def _arrays(index: FirmIndex) -> Iterable[tuple[str, np.ndarray]]:
    yield "lanes", index.prepared.lanes
    for group in ("columns", *GROUPS):
        arrays = index.columns if group == "columns" else getattr(index.prepared, group)
        for name, array in arrays._asdict().items():
            yield f"{group}.{name}", array
    for name, part in index.table._asdict().items():
        if isinstance(part, Texts):
            yield f"table.{name}.letters", part.letters
            yield f"table.{name}.starts", part.starts
        else:
            yield f"table.{name}", part
    for kind in KINDS:
        texts = pack(index.words._numbers[kind])
        yield f"words.{kind}.letters", texts.letters
        yield f"words.{kind}.starts", texts.starts
    for name, array in index.facts.items():
        yield f"facts.{name}", array


def _write_array(path: Path, array: np.ndarray) -> dict:
    array = np.ascontiguousarray(array)
    with open(path, "wb") as file:
        np.save(file, array, allow_pickle=False)
        file.flush()
        os.fsync(file.fileno())
    return {
        "type": array.dtype.str,
        "shape": list(array.shape),
        "size": path.stat().st_size,
        "digest": _digest(array),
    }


def _digest(array: np.ndarray) -> str:
    return hashlib.blake2b(array.tobytes(), digest_size=16).hexdigest()


def _write_text(path: Path, text: str) -> None:
    with open(path, "w", encoding="utf-8") as file:
        file.write(text)
        file.flush()
        os.fsync(file.fileno())


def _sync(folder: Path) -> None:
    if os.name == "nt":  # folders cannot be opened there
        return
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def _refuse(why: str) -> FirmIndex:
    raise IndexUnusable(why)


def _open_build(build: Path, *, thorough: bool) -> FirmIndex:
    try:
        manifest = json.loads((build / MANIFEST).read_text("utf-8"))
        if manifest["format"] != FORMAT:
            _refuse(f"it has format {manifest['format']}, not {FORMAT}")
        if manifest["engine"] != fingerprint(__file__):
            _refuse("another version of the engine made it")
        arrays = {
            key: _open_array(build / f"{key}.npy", told, thorough=thorough)
            for key, told in manifest["arrays"].items()
        }
        return _assemble(arrays, manifest)
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise IndexUnusable(f"it cannot be read: {error}") from error


def _open_array(path: Path, told: Mapping, *, thorough: bool) -> np.ndarray:
    if path.stat().st_size != told["size"]:
        _refuse(f"{path.name} has not the size that it should have")
    # A private mapping: pages are shared until somebody writes, which nobody does.
    array = np.asarray(np.load(path, mmap_mode="c" if 0 not in told["shape"] else None, allow_pickle=False))
    if array.dtype.str != told["type"] or list(array.shape) != told["shape"]:
        _refuse(f"{path.name} holds something else")
    if thorough and _digest(array) != told["digest"]:
        _refuse(f"{path.name} was changed")
    return array


def _assemble(arrays: Mapping[str, np.ndarray], manifest: Mapping) -> FirmIndex:
    def texts(name: str) -> Texts:
        return Texts(arrays[f"{name}.letters"], arrays[f"{name}.starts"])

    def group(kind: Any, name: str) -> Any:
        return kind(**{part: arrays[f"{name}.{part}"] for part in kind._fields})

    table = FirmTable(
        texts("table.ids"), arrays["table.rows"], arrays["table.names"],
        texts("table.first_texts"), arrays["table.first_numbers"],
    )  # fmt: skip
    words = KeptWords({k: unpack(texts(f"words.{k}")) for k in KINDS}, table.first_texts, table.first_numbers)
    facts = {name.removeprefix("facts."): array for name, array in arrays.items() if name.startswith("facts.")}
    if len(table.names) != manifest["firms"]:
        _refuse("it holds another number of firms")
    return FirmIndex(
        group(Columns, "columns"),
        Prepared(arrays["lanes"], **{name: group(kind, name) for name, kind in GROUPS.items()}),
        table, words, facts, manifest["stamp"],
    )  # fmt: skip
