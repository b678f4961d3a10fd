"""The full-text index over `firm.search_text`, on both databases.

SQLite keeps it in an FTS5 table fed by triggers, PostgreSQL in a generated column. Alembic's batch mode copies an
SQLite table and drops its triggers without a word, so every migration that touches `firm` ends with `create_search`.
"""

from __future__ import annotations

from collections.abc import Collection

import sqlalchemy as sa

from models.base import fold

SQLITE = (
    "DROP TRIGGER IF EXISTS firm_search_insert",
    "DROP TRIGGER IF EXISTS firm_search_delete",
    "DROP TRIGGER IF EXISTS firm_search_update",
    "DROP TABLE IF EXISTS firm_search",
    "CREATE VIRTUAL TABLE firm_search USING fts5(search_text, content='firm', content_rowid='id', "
    "prefix='2 3', tokenize='unicode61 remove_diacritics 2')",
    "CREATE TRIGGER firm_search_insert AFTER INSERT ON firm BEGIN "
    "INSERT INTO firm_search(rowid, search_text) VALUES (new.id, new.search_text); END",
    "CREATE TRIGGER firm_search_delete AFTER DELETE ON firm BEGIN "
    "INSERT INTO firm_search(firm_search, rowid, search_text) VALUES ('delete', old.id, old.search_text); END",
    "CREATE TRIGGER firm_search_update AFTER UPDATE OF search_text ON firm BEGIN "
    "INSERT INTO firm_search(firm_search, rowid, search_text) VALUES ('delete', old.id, old.search_text); "
    "INSERT INTO firm_search(rowid, search_text) VALUES (new.id, new.search_text); END",
    "INSERT INTO firm_search(firm_search) VALUES ('rebuild')",
)
POSTGRESQL = (
    "ALTER TABLE firm ADD COLUMN IF NOT EXISTS search_vector tsvector "
    "GENERATED ALWAYS AS (to_tsvector('simple', search_text)) STORED",
    "CREATE INDEX IF NOT EXISTS ix_firm_search_vector ON firm USING gin (search_vector)",
)


def create_search(connection: sa.Connection) -> None:
    """Make the index anew from the firms there are."""
    for statement in SQLITE if connection.dialect.name == "sqlite" else POSTGRESQL:
        connection.exec_driver_sql(statement)


def drop_search(connection: sa.Connection) -> None:
    """Take the index away."""
    if connection.dialect.name == "sqlite":
        for statement in SQLITE[:4]:
            connection.exec_driver_sql(statement)
    else:
        connection.exec_driver_sql("DROP INDEX IF EXISTS ix_firm_search_vector")
        connection.exec_driver_sql("ALTER TABLE firm DROP COLUMN IF EXISTS search_vector")


def search_words(query: str) -> list[str]:
    """The folded words of what a person typed: letters and digits only, so that none is an operator.

    >>> search_words('Calçado -"couro*" 64.03')
    ['calcado', 'couro', '64', '03']
    """
    return "".join(c if c.isalnum() else " " for c in fold(query)).split()


def matches_search(dialect: str, query: str) -> sa.ColumnElement[bool] | None:
    """A condition on `firm`: every word of the query begins a word of its text; None when it has no word."""
    words = search_words(query)
    if not words:
        return None
    if dialect == "sqlite":
        return sa.text("firm.id IN (SELECT rowid FROM firm_search WHERE firm_search MATCH :search_words)").bindparams(
            _words(" ".join(f'"{word}"*' for word in words))
        )
    return sa.text("firm.search_vector @@ to_tsquery('simple', :search_words)").bindparams(
        _words(" & ".join(f"{word}:*" for word in words))
    )


def matches_word(dialect: str, word: str, whole: Collection[str] = ()) -> sa.ColumnElement[bool]:
    """A condition on `firm`: the folded word begins a word of its text, or one of the others is one.

    A single letter must be a word of its own, or "S.A." would find whatever has an s and an a.
    """
    whole = sorted({*whole, word} if len(word) == 1 else whole)
    if dialect == "sqlite":
        parts = [f'"{word}"*'] * (len(word) > 1) + [f'"{one}"' for one in whole]
        return sa.text("firm.id IN (SELECT rowid FROM firm_search WHERE firm_search MATCH :search_words)").bindparams(
            _words(" OR ".join(parts))
        )
    parts = [f"{word}:*"] * (len(word) > 1) + whole
    return sa.text("firm.search_vector @@ to_tsquery('simple', :search_words)").bindparams(_words(" | ".join(parts)))


def _words(value: str) -> sa.BindParameter:
    """The parameter of a condition; unique, so that one statement may hold several such conditions."""
    return sa.bindparam("search_words", value, unique=True)
