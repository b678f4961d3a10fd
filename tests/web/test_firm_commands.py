"""Firms by the command line."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest
import sqlalchemy as sa

from models import Firm
from web.import_words import SENTENCES


@pytest.fixture
def run(app):
    """Runs a command and gives its result."""
    return lambda *words: app.test_cli_runner().invoke(args=list(words))


def count(db):
    return db.scalar(sa.select(sa.func.count(Firm.id)))


def test_a_file_is_imported_and_said(run, db, tmp_path):
    file = tmp_path / "firms.csv"
    file.write_text("name;country\nAzeites;Portugal\n", encoding="utf-8")

    result = run("import-firms", str(file))

    assert result.exit_code == 0, result.output
    assert "1 rows read (utf-8, separated by ';')." in result.output
    assert "New: 1, changed: 0" in result.output
    assert count(db) == 1


def test_a_dry_run_changes_nothing(run, db, tmp_path):
    file = tmp_path / "firms.csv"
    file.write_text("name,country\nAzeites,Portugal\n", encoding="utf-8")

    result = run("import-firms", str(file), "--dry-run")

    assert "dry run" in result.output
    assert count(db) == 0


def test_every_fault_is_said_with_its_place_and_what_would_be_right(run, db, tmp_path):
    file = tmp_path / "firms.csv"
    file.write_text("name,country,employees,offers\nA,Portugal,many,cold_chian\n", encoding="utf-8")

    result = run("import-firms", str(file))

    assert result.exit_code == 1
    assert "Line 2, column employees: “many” is not a whole number from 0 to 1000000" in result.output
    assert (
        "Line 2, column offers: “cold_chian” is not one of the words for this column. Nearest: cold_chain"
        in result.output
    )
    assert "2 problems. Nothing was imported." in result.output
    assert count(db) == 0


def test_a_tax_number_whose_check_digits_do_not_fit_is_said_and_taken(run, db, tmp_path):
    file = tmp_path / "firms.csv"
    file.write_text("name,country,tax_number\nA,Portugal,501442601\nB,Portugal,501442600\n", encoding="utf-8")

    result = run("import-firms", str(file))

    assert result.exit_code == 0 and count(db) == 2
    assert "In doubt: Line 2, column tax_number: The check digits of “501442601” do not fit" in result.output
    assert "it is 501442600." in result.output and result.output.count("In doubt") == 1


def test_an_export_can_be_imported_again(run, make, tmp_path):
    make.firm("Azeites", contact_phone="+351 1")
    file = tmp_path / "firms.csv"

    assert run("export-firms", str(file)).exit_code == 0
    assert "unchanged: 1" in run("import-firms", str(file)).output


def test_the_demonstration_needs_an_empty_database(run, db, make):
    make.firm("Real")

    result = run("demonstration")

    assert result.exit_code == 1
    assert count(db) == 1


def test_the_demonstration_loads(run, db):
    assert "400 fictional firms loaded." in run("demonstration").output
    assert count(db) == 400


def test_every_kind_of_problem_has_its_sentence():
    kinds = {"duplicate_in_file", "duplicate_stored", "key", "email", "website"}
    for name in ("firm_cells", "firm_columns", "firms_csv"):
        for node in ast.walk(ast.parse(Path(f"services/{name}.py").read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Name):
                place = {"BadCell": 0, "Problem": 2}.get(node.func.id)
                if place is not None and isinstance(node.args[place], ast.Constant):
                    kinds.add(node.args[place].value)

    assert len(kinds) > 20
    assert kinds <= set(SENTENCES)
