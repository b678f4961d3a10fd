"""What no site should take is refused with its reason; what is only odd is read rightly."""

from __future__ import annotations

import pytest

from services.associations import reading
from services.associations.reading import Unreadable
from tests.sheets import MALFORMED, READABLE, ROWS, csv_of, xlsx_of


def read_whole(path) -> list[list[str]]:
    kind = reading.find_format(path)
    reading.look_at(path, kind)
    with reading.open_table(path, kind) as table:
        return [cells for _, cells in table.rows if any(cells)]


@pytest.mark.parametrize("name", MALFORMED)
def test_a_malformed_file_is_refused_with_its_reason(tmp_path, name):
    data, kind = MALFORMED[name]
    (tmp_path / "file").write_bytes(data)

    with pytest.raises(Unreadable) as refused:
        read_whole(tmp_path / "file")

    assert refused.value.problem.kind == kind


def test_there_are_thirty_of_them():
    assert len(MALFORMED) >= 30


@pytest.mark.parametrize("name", READABLE)
def test_an_odd_file_is_read_rightly(tmp_path, name):
    (tmp_path / "file").write_bytes(READABLE[name])

    assert [tuple(row[:4]) for row in read_whole(tmp_path / "file")] == list(ROWS)


def test_a_file_larger_than_allowed_is_refused(tmp_path):
    (tmp_path / "file").write_bytes(b"Nome;" + b"x" * reading.MOST_BYTES)

    with pytest.raises(Unreadable) as refused:
        reading.find_format(tmp_path / "file")

    assert (refused.value.problem.kind, refused.value.problem.right) == ("file_too_big", (20,))


def test_a_formula_in_a_sheet_is_told_from_a_text(tmp_path):
    (tmp_path / "file").write_bytes(xlsx_of([("=1+1", "PRT", "1", "")]))

    [[name, *_]] = read_whole(tmp_path / "file")

    assert isinstance(name, reading.Formula)


def test_a_line_is_that_of_the_file(tmp_path):
    (tmp_path / "file").write_bytes(b"Lista\r\n\r\n" + csv_of([ROWS[0], ("", "", "", ""), ROWS[1]]))

    with reading.open_table(tmp_path / "file", "csv") as table:
        lines = [line for line, cells in table.rows if any(cells)]

    assert lines == [4, 6]
