"""What no site should take is refused with its reason; what is only odd is read rightly."""

from __future__ import annotations

import pytest
from openpyxl.xml.constants import SHEET_MAIN_NS

from services.associations import reading
from services.associations.reading import Unreadable, find_format, look_at, open_table
from tests.sheets import MALFORMED, READABLE, ROWS, csv_of, repacked, xlsx_of


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


def _grown(rows: int) -> bytes:
    """A workbook as office programs write it: its cells refer to shared texts, and nothing says how large it is."""
    cells = "".join(f'<row r="{n + 2}"><c r="A{n + 2}" t="s"><v>{n + 1}</v></c></row>' for n in range(rows))
    texts = "".join(f"<si><t>Firm {n}</t></si>" for n in range(rows))
    kind = b"application/vnd.openxmlformats-officedocument.spreadsheetml.sharedStrings+xml"
    head = f'<sst xmlns="{SHEET_MAIN_NS}"><si><t>Nome</t></si>'

    def change(name: str, data: bytes) -> bytes:
        if name.endswith("sheet1.xml"):
            start, _, rest = data.partition(b"<sheetData>")
            end = rest[rest.index(b"</sheetData>") :]
            heading = b'<sheetData><row r="1"><c r="A1" t="s"><v>0</v></c></row>'
            return start + heading + cells.encode() + end
        if name == "[Content_Types].xml":
            return data.replace(
                b"</Types>", b'<Override PartName="/xl/sharedStrings.xml" ContentType="' + kind + b'"/></Types>'
            )
        return data

    return repacked(change, {"xl/sharedStrings.xml": f"{head}{texts}</sst>".encode()})


def test_of_a_long_sheet_only_the_head_is_read_and_then_every_row(tmp_path, monkeypatch):
    from services.associations import workbooks

    path, seen = tmp_path / "long", []
    path.write_bytes(_grown(20_000))
    whole = workbooks.Text.from_tree
    monkeypatch.setattr(workbooks.Text, "from_tree", lambda node: seen.append(1) or whole(node))

    assert look_at(path, find_format(path)) == (["Nome"], [["Firm 0"], ["Firm 1"], ["Firm 2"]])
    assert len(seen) < 100

    with open_table(path, "xlsx") as table:
        assert [cells[0] for _line, cells in table.rows] == [f"Firm {n}" for n in range(20_000)]
