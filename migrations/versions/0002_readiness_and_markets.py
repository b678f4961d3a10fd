"""Readiness and markets"""

import sqlalchemy as sa
from alembic import op

import models.base

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

NEW_COLUMNS = (("firm", "states_commitment"), ("firm", "states_finance"), ("known_market", "has_office"))
CONSTRUCTS = ("sti", "ste", "net", "com", "rf", "rh", "rp", "rm", "rl", "rig")


def scores() -> list[sa.Column]:
    """The columns of a result."""
    return [
        sa.Column("questionnaire", sa.String(length=8), nullable=False),
        sa.Column("weights", sa.String(length=8), nullable=False),
        sa.Column("answered", sa.Integer(), nullable=False),
        sa.Column("index", sa.Double(), nullable=True),
        sa.Column("band", sa.String(length=12), nullable=False),
        sa.Column("collective", sa.Boolean(), nullable=False),
        *(sa.Column(name, sa.Double(), nullable=True) for name in CONSTRUCTS),
    ]


def refers(table: str, column: str, target: str, ondelete: str) -> sa.ForeignKeyConstraint:
    name = op.f(f"fk_{table}_{column}_{target}")
    return sa.ForeignKeyConstraint([column], [f"{target}.id"], name=name, ondelete=ondelete)


def upgrade() -> None:
    # Without batch mode: a column with a default needs no copy of the table, so search stays as it is.
    for table, column in NEW_COLUMNS:
        op.add_column(table, sa.Column(column, sa.Boolean(), nullable=False, server_default=sa.false()))
    op.create_table(
        "readiness_answer",
        sa.Column("firm_id", sa.Integer(), nullable=False),
        sa.Column("item", sa.String(length=4), nullable=False),
        sa.Column("market", sa.String(length=3), nullable=False),
        sa.Column("value", sa.Integer(), nullable=True),
        sa.Column("person_id", sa.Integer(), nullable=True),
        sa.Column("answered_at_utc", models.base.UtcDateTime(timezone=True), nullable=False),
        sa.CheckConstraint("value BETWEEN 1 AND 5", name=op.f("ck_readiness_answer_value")),
        refers("readiness_answer", "firm_id", "firm", "CASCADE"),
        refers("readiness_answer", "person_id", "person", "SET NULL"),
        sa.PrimaryKeyConstraint("firm_id", "item", "market", name=op.f("pk_readiness_answer")),
    )
    op.create_table(
        "readiness_score",
        sa.Column("firm_id", sa.Integer(), nullable=False),
        sa.Column("market", sa.String(length=3), nullable=False),
        *scores(),
        refers("readiness_score", "firm_id", "firm", "CASCADE"),
        sa.PrimaryKeyConstraint("firm_id", "market", name=op.f("pk_readiness_score")),
    )
    op.create_table(
        "readiness_take",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("firm_id", sa.Integer(), nullable=False),
        sa.Column("market", sa.String(length=3), nullable=False),
        sa.Column("taken_at_utc", models.base.UtcDateTime(timezone=True), nullable=False),
        *scores(),
        refers("readiness_take", "firm_id", "firm", "CASCADE"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_readiness_take")),
    )
    op.create_index(op.f("ix_readiness_take_firm_id"), "readiness_take", ["firm_id"], unique=False)
    op.create_table(
        "market_feeling",
        sa.Column("firm_id", sa.Integer(), nullable=False),
        sa.Column("country", sa.String(length=3), nullable=False),
        sa.Column("felt", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=True),
        sa.Column("felt_at_utc", models.base.UtcDateTime(timezone=True), nullable=False),
        sa.CheckConstraint("felt BETWEEN 0 AND 100", name=op.f("ck_market_feeling_felt")),
        refers("market_feeling", "firm_id", "firm", "CASCADE"),
        refers("market_feeling", "person_id", "person", "SET NULL"),
        sa.PrimaryKeyConstraint("firm_id", "country", name=op.f("pk_market_feeling")),
    )
    op.create_table(
        "market_barrier",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("key", sa.String(length=16), nullable=False),
        sa.Column("country", sa.String(length=3), nullable=False),
        sa.Column("heading", sa.String(length=4), nullable=False),
        sa.Column("kind", sa.String(length=16), nullable=False),
        sa.Column("level", sa.String(length=16), nullable=False),
        sa.Column("percent", sa.Double(), nullable=True),
        sa.Column("words", sa.Text(), nullable=False),
        sa.Column("source", sa.String(length=300), nullable=False),
        sa.Column("source_address", sa.String(length=300), nullable=False),
        sa.Column("source_date", sa.Date(), nullable=False),
        sa.Column("state", sa.String(length=12), nullable=False),
        sa.Column("firm_id", sa.Integer(), nullable=True),
        sa.Column("person_id", sa.Integer(), nullable=True),
        sa.Column("entered_at_utc", models.base.UtcDateTime(timezone=True), nullable=False),
        sa.Column("moderator_id", sa.Integer(), nullable=True),
        sa.Column("decided_at_utc", models.base.UtcDateTime(timezone=True), nullable=True),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.CheckConstraint("kind IN ('homologation', 'tax')", name=op.f("ck_market_barrier_kind")),
        refers("market_barrier", "firm_id", "firm", "SET NULL"),
        refers("market_barrier", "person_id", "person", "SET NULL"),
        refers("market_barrier", "moderator_id", "person", "SET NULL"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_market_barrier")),
        sa.UniqueConstraint("key", name=op.f("uq_market_barrier_key")),
    )
    op.create_index("ix_market_barrier_country_heading", "market_barrier", ["country", "heading"], unique=False)
    for table in ("readiness_answer", "market_feeling"):
        op.create_index(op.f(f"ix_{table}_person_id"), table, ["person_id"], unique=False)
    for column in ("firm_id", "moderator_id", "person_id", "state"):
        op.create_index(op.f(f"ix_market_barrier_{column}"), "market_barrier", [column], unique=False)


def downgrade() -> None:
    for table in ("market_barrier", "market_feeling", "readiness_take", "readiness_score", "readiness_answer"):
        op.drop_table(table)
    for table, column in reversed(NEW_COLUMNS):
        op.drop_column(table, column)
