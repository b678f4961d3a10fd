"""Documents of a firm before the moderators, and appeals against what they decide on one"""

import sqlalchemy as sa
from alembic import op

import models

revision = "0016"
down_revision = "0015"
branch_labels = None
depends_on = None


def _person(table: str, column: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint(
        [column], ["person.id"], name=op.f(f"fk_{table}_{column}_person"), ondelete="SET NULL"
    )


def upgrade() -> None:
    op.create_table(
        "proof",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("key", sa.String(length=16), nullable=False),
        sa.Column("firm_id", sa.Integer(), nullable=False),
        sa.Column("what", sa.String(length=12), nullable=False),
        sa.Column("title", sa.String(length=120), nullable=False),
        sa.Column("title_folded", sa.String(length=240), nullable=False),
        sa.Column("state", sa.String(length=12), nullable=False),
        sa.Column("since_utc", models.base.UtcDateTime(timezone=True), nullable=False),
        sa.CheckConstraint("what IN ('certificate', 'licence', 'registration')", name=op.f("ck_proof_what")),
        sa.CheckConstraint("state IN ('waiting', 'accepted', 'returned', 'rejected')", name=op.f("ck_proof_state")),
        sa.ForeignKeyConstraint(["firm_id"], ["firm.id"], name=op.f("fk_proof_firm_id_firm"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_proof")),
        sa.UniqueConstraint("key", name=op.f("uq_proof_key")),
    )
    for column in ("firm_id", "state"):
        op.create_index(op.f(f"ix_proof_{column}"), "proof", [column], unique=False)
    op.create_table(
        "proof_version",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("proof_id", sa.Integer(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("issuer", sa.String(length=120), nullable=False),
        sa.Column("reference", sa.String(length=80), nullable=False),
        sa.Column("valid_until", sa.Date(), nullable=True),
        sa.Column("name", sa.String(length=120), nullable=False),
        sa.Column("type", sa.String(length=8), nullable=False),
        sa.Column("file", sa.String(length=40), nullable=False),
        sa.Column("size", sa.Integer(), nullable=False),
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("uploaded_by_id", sa.Integer(), nullable=True),
        sa.Column("uploaded_at_utc", models.base.UtcDateTime(timezone=True), nullable=False),
        sa.CheckConstraint("number >= 1", name=op.f("ck_proof_version_number")),
        sa.ForeignKeyConstraint(
            ["proof_id"], ["proof.id"], name=op.f("fk_proof_version_proof_id_proof"), ondelete="CASCADE"
        ),
        _person("proof_version", "uploaded_by_id"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_proof_version")),
        sa.UniqueConstraint("proof_id", "number", name=op.f("uq_proof_version_proof_id_number")),
    )
    op.create_index(op.f("ix_proof_version_uploaded_by_id"), "proof_version", ["uploaded_by_id"], unique=False)
    op.create_table(
        "proof_decision",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("version_id", sa.Integer(), nullable=False),
        sa.Column("moderator_id", sa.Integer(), nullable=True),
        sa.Column("outcome", sa.String(length=12), nullable=False),
        sa.Column("reasons", sa.JSON(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("checked", sa.JSON(), nullable=False),
        sa.Column("how", sa.String(length=12), nullable=False),
        sa.Column("valid_until", sa.Date(), nullable=True),
        sa.Column("declared", sa.Text(), nullable=False),
        sa.Column("waited_since_utc", models.base.UtcDateTime(timezone=True), nullable=True),
        sa.Column("made_at_utc", models.base.UtcDateTime(timezone=True), nullable=False),
        sa.Column("reminded_at_utc", models.base.UtcDateTime(timezone=True), nullable=True),
        sa.Column("ended_at_utc", models.base.UtcDateTime(timezone=True), nullable=True),
        sa.CheckConstraint(
            "outcome IN ('accepted', 'returned', 'rejected', 'taken_back')", name=op.f("ck_proof_decision_outcome")
        ),
        sa.ForeignKeyConstraint(
            ["version_id"],
            ["proof_version.id"],
            name=op.f("fk_proof_decision_version_id_proof_version"),
            ondelete="CASCADE",
        ),
        _person("proof_decision", "moderator_id"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_proof_decision")),
    )
    for column in ("version_id", "moderator_id", "valid_until"):
        op.create_index(op.f(f"ix_proof_decision_{column}"), "proof_decision", [column], unique=False)
    with op.batch_alter_table("appeal") as batch:
        batch.alter_column("decision_id", existing_type=sa.Integer(), nullable=True)
        batch.add_column(sa.Column("proof_decision_id", sa.Integer(), nullable=True))
        batch.create_foreign_key(
            batch.f("fk_appeal_proof_decision_id_proof_decision"),
            "proof_decision",
            ["proof_decision_id"],
            ["id"],
            ondelete="CASCADE",
        )
        batch.create_unique_constraint(batch.f("uq_appeal_proof_decision_id"), ["proof_decision_id"])
        batch.create_check_constraint(
            batch.f("ck_appeal_against"), "(decision_id IS NULL) <> (proof_decision_id IS NULL)"
        )


def downgrade() -> None:
    op.execute("DELETE FROM appeal WHERE decision_id IS NULL")
    with op.batch_alter_table("appeal") as batch:
        batch.drop_constraint(batch.f("ck_appeal_against"), type_="check")
        batch.drop_constraint(batch.f("uq_appeal_proof_decision_id"), type_="unique")
        batch.drop_constraint(batch.f("fk_appeal_proof_decision_id_proof_decision"), type_="foreignkey")
        batch.drop_column("proof_decision_id")
        batch.alter_column("decision_id", existing_type=sa.Integer(), nullable=False)
    for table in ("case_claim", "case_escalation", "case_note"):
        op.execute(f"DELETE FROM {table} WHERE kind = 'proof'")  # noqa: S608 - names of our own
    op.drop_table("proof_decision")
    op.drop_table("proof_version")
    op.drop_table("proof")
