"""Reads the reference files in data/ and refuses what is not as it should be."""

from __future__ import annotations

import csv
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

FOLDER = Path(__file__).resolve().parent.parent / "data"

Parser = Callable[[str], Any]


class DataError(ValueError):
    """A reference file is not as it should be; says where."""

    def __init__(self, path: Path, line: int, column: str | None, reason: str) -> None:
        self.path, self.line, self.column, self.reason = path, line, column, reason
        place = f"{path.name}, line {line}" + (f", column {column}" if column else "")
        super().__init__(f"{place}: {reason}")


def read(file: str | Path, columns: Mapping[str, Parser], *, key: Sequence[str] = ()) -> Iterator[dict[str, Any]]:
    """Read a reference file row by row, each cell through the parser of its column.

    Parameters
    ----------
    file : str or Path
        A name within ``data/``, or a path.
    columns : mapping of str to callable
        The columns wanted. Others may stand in the file and are left out.
    key : sequence of str
        The columns that together name a row; no two rows may share them.

    Yields
    ------
    dict
        Column to parsed value, in the order of the file.

    Raises
    ------
    DataError
        With line and column, for a missing column, a row of another length than the
        header, a cell its parser refuses, or a repeated key.
    """
    path = FOLDER / file
    with path.open(encoding="utf-8", newline="") as handle:
        reader = csv.reader(handle)
        header = next(reader, [])
        places = _places(path, header, columns)
        seen: dict[tuple, int] = {}
        for cells in reader:
            if len(cells) != len(header):
                raise DataError(path, reader.line_num, None, f"{len(cells)} cells under {len(header)} headings")
            row = {}
            for name, place, parse in places:
                try:
                    row[name] = parse(cells[place])
                except ValueError as error:
                    raise DataError(path, reader.line_num, name, str(error)) from error
            if key:
                found = tuple(row[name] for name in key)
                if found in seen:
                    raise DataError(path, reader.line_num, key[0], f"{found} stands on line {seen[found]} already")
                seen[found] = reader.line_num
            yield row


def _places(path: Path, header: list[str], columns: Mapping[str, Parser]) -> list[tuple[str, int, Parser]]:
    """Find each wanted column in the header."""
    for name in header:
        if header.count(name) > 1:
            raise DataError(path, 1, name, "the heading stands twice")
    for name in columns:
        if name not in header:
            raise DataError(path, 1, name, "the column is missing")
    return [(name, header.index(name), parse) for name, parse in columns.items()]


def text(cell: str) -> str:
    """Take any text, also none."""
    return cell


def filled(cell: str) -> str:
    """Take a text that must not be empty."""
    if not cell.strip():
        raise ValueError("the cell is empty")
    return cell


def country(cell: str) -> str:
    """Take a country as three capital letters."""
    if len(cell) != 3 or not cell.isascii() or not cell.isalpha() or not cell.isupper():
        raise ValueError(f"{cell!r} is not a country code of three capital letters")
    return cell


def whole(cell: str) -> int:
    """Take a whole number."""
    if not cell.removeprefix("-").isdecimal():
        raise ValueError(f"{cell!r} is not a whole number")
    return int(cell)


def number(cell: str) -> float:
    """Take a number, written with a point."""
    try:
        value = float(cell)
    except ValueError:
        raise ValueError(f"{cell!r} is not a number") from None
    if value != value or value in (float("inf"), float("-inf")):
        raise ValueError(f"{cell!r} is not a number")
    return value


def flag(cell: str) -> bool:
    """Take 1 or 0."""
    if cell not in ("0", "1"):
        raise ValueError(f"{cell!r} is neither 0 nor 1")
    return cell == "1"


def words(cell: str) -> tuple[str, ...]:
    """Take words parted by spaces."""
    return tuple(cell.split())


def phrases(cell: str) -> tuple[str, ...]:
    """Take phrases parted by semicolons."""
    return tuple(part for part in (part.strip() for part in cell.split(";")) if part)


def digits(*lengths: int) -> Parser:
    """Make a parser for codes of so many digits."""

    def parse(cell: str) -> str:
        if not cell.isdecimal() or len(cell) not in lengths:
            raise ValueError(f"{cell!r} is not a code of {' or '.join(map(str, lengths))} digits")
        return cell

    return parse


def one_of(*allowed: str) -> Parser:
    """Make a parser for a closed list."""

    def parse(cell: str) -> str:
        if cell not in allowed:
            raise ValueError(f"{cell!r} is none of {', '.join(allowed)}")
        return cell

    return parse


def maybe(parse: Parser) -> Parser:
    """Make a parser that gives None for an empty cell."""
    return lambda cell: parse(cell) if cell else None
