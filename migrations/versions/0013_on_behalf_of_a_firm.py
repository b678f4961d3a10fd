"""Permissions of firms to associations, what is done with them, and the staff's notes"""

import sqlalchemy as sa
from alembic import op

import models

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None

IS_OPEN = sa.text("state IN ('asked', 'given')")
IS_UNTOLD = sa.text("told_at_utc IS NULL")


def _key(table: str, column: str, target: str, ondelete: str) -> sa.ForeignKeyConstraint:
    name = op.f(f"fk_{table}_{column}_{target}")
    return sa.ForeignKeyConstraint([column], [f"{target}.id"], name=name, ondelete=ondelete)


def upgrade() -> None:
    moment = models.base.UtcDateTime(timezone=True)
    op.create_table(
        "mandate",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("association_id", sa.Integer(), nullable=False),
        sa.Column("firm_id", sa.Integer(), nullable=False),
        sa.Column("state", sa.String(length=12), nullable=False),
        sa.Column("for_profile", sa.Boolean(), nullable=False),
        sa.Column("for_calls", sa.Boolean(), nullable=False),
        sa.Column("asked_by_id", sa.Integer(), nullable=True),
        sa.Column("asked_at_utc", moment, nullable=True),
        sa.Column("given_by_id", sa.Integer(), nullable=True),
        sa.Column("given_at_utc", moment, nullable=True),
        sa.Column("ended_by_id", sa.Integer(), nullable=True),
        sa.Column("ended_at_utc", moment, nullable=True),
        sa.Column("end", sa.String(length=12), nullable=False),
        sa.CheckConstraint("state IN ('asked', 'given', 'declined', 'ended')", name=op.f("ck_mandate_state")),
        _key("mandate", "association_id", "association", "CASCADE"),
        _key("mandate", "firm_id", "firm", "CASCADE"),
        _key("mandate", "asked_by_id", "person", "SET NULL"),
        _key("mandate", "given_by_id", "person", "SET NULL"),
        _key("mandate", "ended_by_id", "person", "SET NULL"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_mandate")),
    )
    for column in ("association_id", "firm_id", "asked_by_id", "given_by_id", "ended_by_id"):
        op.create_index(op.f(f"ix_mandate_{column}"), "mandate", [column], unique=False)
    op.create_index(
        "uq_mandate_open",
        "mandate",
        ["association_id", "firm_id"],
        unique=True,
        sqlite_where=IS_OPEN,
        postgresql_where=IS_OPEN,
    )
    op.create_table(
        "act_on_behalf",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("firm_id", sa.Integer(), nullable=False),
        sa.Column("association_id", sa.Integer(), nullable=True),
        sa.Column("association_name", sa.String(length=200), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=True),
        sa.Column("what", sa.String(length=12), nullable=False),
        sa.Column("section", sa.String(length=16), nullable=False),
        sa.Column("changes", sa.JSON(), nullable=False),
        sa.Column("call_id", sa.Integer(), nullable=True),
        sa.Column("done_at_utc", moment, nullable=False),
        sa.Column("told_at_utc", moment, nullable=True),
        sa.CheckConstraint("what IN ('profile', 'apply', 'withdraw')", name=op.f("ck_act_on_behalf_what")),
        _key("act_on_behalf", "firm_id", "firm", "CASCADE"),
        _key("act_on_behalf", "association_id", "association", "SET NULL"),
        _key("act_on_behalf", "person_id", "person", "SET NULL"),
        _key("act_on_behalf", "call_id", "call", "SET NULL"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_act_on_behalf")),
    )
    for column in ("firm_id", "association_id", "person_id", "call_id"):
        op.create_index(op.f(f"ix_act_on_behalf_{column}"), "act_on_behalf", [column], unique=False)
    op.create_index(
        "ix_act_on_behalf_untold",
        "act_on_behalf",
        ["firm_id"],
        unique=False,
        sqlite_where=IS_UNTOLD,
        postgresql_where=IS_UNTOLD,
    )
    op.create_table(
        "staff_note",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("key", sa.String(length=16), nullable=False),
        sa.Column("association_id", sa.Integer(), nullable=False),
        sa.Column("firm_id", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=True),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("written_at_utc", moment, nullable=False),
        sa.Column("changed_at_utc", moment, nullable=True),
        _key("staff_note", "association_id", "association", "CASCADE"),
        _key("staff_note", "firm_id", "firm", "CASCADE"),
        _key("staff_note", "person_id", "person", "SET NULL"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_staff_note")),
        sa.UniqueConstraint("key", name=op.f("uq_staff_note_key")),
    )
    op.create_index(
        "ix_staff_note_association_id_firm_id", "staff_note", ["association_id", "firm_id", "id"], unique=False
    )
    for column in ("firm_id", "person_id"):
        op.create_index(op.f(f"ix_staff_note_{column}"), "staff_note", [column], unique=False)
    with op.batch_alter_table("application") as batch:
        batch.add_column(sa.Column("applied_by_id", sa.Integer(), nullable=True))
        batch.create_foreign_key(
            op.f("fk_application_applied_by_id_association"),
            "association",
            ["applied_by_id"],
            ["id"],
            ondelete="SET NULL",
        )
        batch.create_index(op.f("ix_application_applied_by_id"), ["applied_by_id"])


def downgrade() -> None:
    with op.batch_alter_table("application") as batch:
        batch.drop_index(op.f("ix_application_applied_by_id"))
        batch.drop_constraint(op.f("fk_application_applied_by_id_association"), type_="foreignkey")
        batch.drop_column("applied_by_id")
    op.drop_table("staff_note")
    op.drop_table("act_on_behalf")
    op.drop_table("mandate")
