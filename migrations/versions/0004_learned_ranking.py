"""Learned ranking"""

import sqlalchemy as sa
from alembic import op

import models

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None

# When a link was declared was not kept; it was no later than the last change of its firm.
FILL = "UPDATE firm_link SET declared_at_utc = (SELECT changed_at_utc FROM firm WHERE firm.id = firm_link.firm_id)"


def upgrade() -> None:
    op.add_column("firm_link", sa.Column("declared_at_utc", models.base.UtcDateTime(timezone=True), nullable=True))
    op.execute(FILL)
    op.create_table(
        "ranking_model",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("key", sa.String(length=16), nullable=False),
        sa.Column("fitted_at_utc", models.base.UtcDateTime(timezone=True), nullable=False),
        sa.Column("state", sa.String(length=8), nullable=False),
        sa.Column("version", sa.String(length=40), nullable=False),
        sa.Column("fingerprint", sa.String(length=64), nullable=False),
        sa.Column("outcomes", sa.Integer(), nullable=False),
        sa.Column("firms", sa.Integer(), nullable=False),
        sa.Column("metrics", sa.JSON(), nullable=False),
        sa.Column("layer", sa.JSON(), nullable=False),
        sa.CheckConstraint("state IN ('in_use', 'retired')", name=op.f("ck_ranking_model_state")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_ranking_model")),
        sa.UniqueConstraint("key", name=op.f("uq_ranking_model_key")),
    )
    op.create_index(
        "uq_ranking_model_in_use",
        "ranking_model",
        ["state"],
        unique=True,
        sqlite_where=sa.text("state = 'in_use'"),
        postgresql_where=sa.text("state = 'in_use'"),
    )
    op.create_table(
        "ranking_entry",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("made_at_utc", models.base.UtcDateTime(timezone=True), nullable=False),
        sa.Column("act", sa.String(length=8), nullable=False),
        sa.Column("model_id", sa.Integer(), nullable=True),
        sa.Column("person_id", sa.Integer(), nullable=True),
        sa.CheckConstraint("act IN ('fitted', 'chosen', 'on', 'off')", name=op.f("ck_ranking_entry_act")),
        sa.ForeignKeyConstraint(
            ["model_id"],
            ["ranking_model.id"],
            name=op.f("fk_ranking_entry_model_id_ranking_model"),
            ondelete="SET NULL",
        ),
        sa.ForeignKeyConstraint(
            ["person_id"], ["person.id"], name=op.f("fk_ranking_entry_person_id_person"), ondelete="SET NULL"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_ranking_entry")),
    )
    for column in ("model_id", "person_id"):
        op.create_index(op.f(f"ix_ranking_entry_{column}"), "ranking_entry", [column], unique=False)


def downgrade() -> None:
    op.drop_table("ranking_entry")
    op.drop_table("ranking_model")
    op.drop_column("firm_link", "declared_at_utc")
