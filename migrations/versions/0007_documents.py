"""Documents"""

import sqlalchemy as sa
from alembic import op

import models

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None


def _firm_and_person(table: str, person: str) -> tuple[sa.ForeignKeyConstraint, ...]:
    """A row outlives the firm and the person behind it."""
    return (
        sa.ForeignKeyConstraint(["firm_id"], ["firm.id"], name=op.f(f"fk_{table}_firm_id_firm"), ondelete="SET NULL"),
        sa.ForeignKeyConstraint(
            [person], ["person.id"], name=op.f(f"fk_{table}_{person}_person"), ondelete="SET NULL"
        ),
    )


def _of_group(table: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint(
        ["consortium_id"], ["consortium.id"], name=op.f(f"fk_{table}_consortium_id_consortium"), ondelete="CASCADE"
    )


def upgrade() -> None:
    moment = models.base.UtcDateTime(timezone=True)
    op.create_table(
        "group_document",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("key", sa.String(length=16), nullable=False),
        sa.Column("consortium_id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(length=12), nullable=False),
        sa.Column("language", sa.String(length=5), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("is_draft", sa.Boolean(), nullable=False),
        sa.Column("copy", sa.JSON(), nullable=False),
        sa.Column("file", sa.String(length=40), nullable=False),
        sa.Column("size", sa.Integer(), nullable=False),
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("made_by_id", sa.Integer(), nullable=True),
        sa.Column("made_at_utc", moment, nullable=False),
        sa.CheckConstraint(
            "kind IN ('letter', 'annex', 'regulations', 'plan')", name=op.f("ck_group_document_kind")
        ),
        sa.CheckConstraint("version >= 1", name=op.f("ck_group_document_version")),
        _of_group("group_document"),
        sa.ForeignKeyConstraint(
            ["made_by_id"], ["person.id"], name=op.f("fk_group_document_made_by_id_person"), ondelete="SET NULL"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_group_document")),
        sa.UniqueConstraint("key", name=op.f("uq_group_document_key")),
        sa.UniqueConstraint(
            "consortium_id", "kind", "language", "version",
            name=op.f("uq_group_document_consortium_id_kind_language_version"),
        ),
    )  # fmt: skip
    op.create_table(
        "group_file",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("key", sa.String(length=16), nullable=False),
        sa.Column("consortium_id", sa.Integer(), nullable=False),
        sa.Column("title", sa.String(length=120), nullable=False),
        sa.Column("name", sa.String(length=120), nullable=False),
        sa.Column("type", sa.String(length=8), nullable=False),
        sa.Column("file", sa.String(length=40), nullable=False),
        sa.Column("size", sa.Integer(), nullable=False),
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("firm_id", sa.Integer(), nullable=True),
        sa.Column("uploaded_by_id", sa.Integer(), nullable=True),
        sa.Column("uploaded_at_utc", moment, nullable=False),
        _of_group("group_file"),
        *_firm_and_person("group_file", "uploaded_by_id"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_group_file")),
        sa.UniqueConstraint("key", name=op.f("uq_group_file_key")),
    )
    op.create_index(op.f("ix_group_file_consortium_id"), "group_file", ["consortium_id"], unique=False)
    op.create_table(
        "minutes",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("key", sa.String(length=16), nullable=False),
        sa.Column("consortium_id", sa.Integer(), nullable=False),
        sa.Column("latest", sa.Integer(), nullable=False),
        _of_group("minutes"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_minutes")),
        sa.UniqueConstraint("key", name=op.f("uq_minutes_key")),
    )
    op.create_index(op.f("ix_minutes_consortium_id"), "minutes", ["consortium_id"], unique=False)
    op.create_table(
        "minutes_wording",
        sa.Column("minutes_id", sa.Integer(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("held_on", sa.Date(), nullable=False),
        sa.Column("title", sa.String(length=120), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("firm_id", sa.Integer(), nullable=True),
        sa.Column("written_by_id", sa.Integer(), nullable=True),
        sa.Column("written_at_utc", moment, nullable=False),
        sa.CheckConstraint("version >= 1", name=op.f("ck_minutes_wording_version")),
        sa.ForeignKeyConstraint(
            ["minutes_id"], ["minutes.id"], name=op.f("fk_minutes_wording_minutes_id_minutes"), ondelete="CASCADE"
        ),
        *_firm_and_person("minutes_wording", "written_by_id"),
        sa.PrimaryKeyConstraint("minutes_id", "version", name=op.f("pk_minutes_wording")),
    )
    op.create_table(
        "step_done",
        sa.Column("consortium_id", sa.Integer(), nullable=False),
        sa.Column("step", sa.String(length=40), nullable=False),
        sa.Column("firm_id", sa.Integer(), nullable=True),
        sa.Column("done_by_id", sa.Integer(), nullable=True),
        sa.Column("done_at_utc", moment, nullable=False),
        _of_group("step_done"),
        *_firm_and_person("step_done", "done_by_id"),
        sa.PrimaryKeyConstraint("consortium_id", "step", name=op.f("pk_step_done")),
    )


def downgrade() -> None:
    for table in ("step_done", "minutes_wording", "minutes", "group_file", "group_document"):
        op.drop_table(table)
