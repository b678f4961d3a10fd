"""Settings that administrators change, what commands did last, suspensions remembered"""

import sqlalchemy as sa
from alembic import op

import models

revision = "0015"
down_revision = "0014"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "site_setting",
        sa.Column("name", sa.String(length=40), nullable=False),
        sa.Column("value", sa.JSON(), nullable=False),
        sa.Column("changed_at_utc", models.base.UtcDateTime(timezone=True), nullable=False),
        sa.Column("changed_by_id", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(
            ["changed_by_id"], ["person.id"], name=op.f("fk_site_setting_changed_by_id_person"), ondelete="SET NULL"
        ),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_site_setting")),
    )
    op.create_index(op.f("ix_site_setting_changed_by_id"), "site_setting", ["changed_by_id"], unique=False)
    op.create_table(
        "command_run",
        sa.Column("name", sa.String(length=40), nullable=False),
        sa.Column("started_at_utc", models.base.UtcDateTime(timezone=True), nullable=False),
        sa.Column("succeeded_at_utc", models.base.UtcDateTime(timezone=True), nullable=True),
        sa.Column("failed_at_utc", models.base.UtcDateTime(timezone=True), nullable=True),
        sa.Column("error", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_command_run")),
    )
    op.create_table(
        "suspension_trace",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("subject_key", sa.String(length=16), nullable=False),
        sa.Column("what", sa.String(length=12), nullable=False),
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("suspended_at_utc", models.base.UtcDateTime(timezone=True), nullable=False),
        sa.Column("deleted_at_utc", models.base.UtcDateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_suspension_trace")),
        sa.UniqueConstraint(
            "subject_key", "what", "digest", name=op.f("uq_suspension_trace_subject_key_what_digest")
        ),
    )
    for column in ("deleted_at_utc", "digest", "subject_key"):
        op.create_index(op.f(f"ix_suspension_trace_{column}"), "suspension_trace", [column], unique=False)


def downgrade() -> None:
    op.drop_table("suspension_trace")
    op.drop_table("command_run")
    op.drop_table("site_setting")
