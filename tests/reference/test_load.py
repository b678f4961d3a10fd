"""What the loader refuses, and where it says the fault is."""

from __future__ import annotations

import pytest

from reference.load import DataError, country, digits, filled, flag, maybe, number, read, whole


def write(tmp_path, text):
    path = tmp_path / "some.csv"
    path.write_text(text, encoding="utf-8")
    return path


def fault(path, columns, **options):
    with pytest.raises(DataError) as caught:
        list(read(path, columns, **options))
    return caught.value


def test_cells_come_through_the_parsers_of_their_columns(tmp_path):
    path = write(tmp_path, "iso3,share,known,left_out\nNAM,0.5,1,x\nAGO,,0,y\n")

    rows = list(read(path, {"iso3": country, "share": maybe(number), "known": flag}))

    assert rows == [
        {"iso3": "NAM", "share": 0.5, "known": True},
        {"iso3": "AGO", "share": None, "known": False},
    ]


def test_a_bad_cell_is_named_by_line_and_column(tmp_path):
    error = fault(write(tmp_path, "iso3,share\nNAM,0.5\nAGO,half\n"), {"iso3": country, "share": number})

    assert (error.line, error.column) == (3, "share")
    assert str(error) == "some.csv, line 3, column share: 'half' is not a number"


def test_a_missing_column_is_named(tmp_path):
    error = fault(write(tmp_path, "iso3\nNAM\n"), {"iso3": country, "share": number})

    assert (error.line, error.column, error.reason) == (1, "share", "the column is missing")


def test_a_heading_may_not_stand_twice(tmp_path):
    assert fault(write(tmp_path, "iso3,iso3\nNAM,AGO\n"), {"iso3": country}).reason == "the heading stands twice"


def test_a_row_of_another_length_is_refused(tmp_path):
    error = fault(write(tmp_path, "iso3,share\nNAM\n"), {"iso3": country})

    assert (error.line, error.reason) == (2, "1 cells under 2 headings")


def test_two_rows_may_not_share_a_key(tmp_path):
    error = fault(write(tmp_path, "iso3\nNAM\nAGO\nNAM\n"), {"iso3": country}, key=("iso3",))

    assert (error.line, error.column) == (4, "iso3")
    assert "stands on line 2 already" in error.reason


@pytest.mark.parametrize(
    ("parse", "cell"),
    [
        (country, "na"),
        (country, "NA"),
        (country, "ÁGO"),
        (filled, " "),
        (flag, "yes"),
        (whole, "1.5"),
        (number, "nan"),
        (number, "1,5"),
        (digits(4), "901"),
        (digits(2, 4), "09.01"),
    ],
)
def test_what_a_parser_refuses(parse, cell):
    with pytest.raises(ValueError):
        parse(cell)
