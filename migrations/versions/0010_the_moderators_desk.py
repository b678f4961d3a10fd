"""The moderators' desk: claims, snapshots, checks, appeals, reports"""

import sqlalchemy as sa
from alembic import op

import models

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None

UNSUSPEND = "UPDATE firm SET state = 'returned' WHERE state = 'suspended'"


def upgrade() -> None:
    op.create_table(
        "case_claim",
        sa.Column("kind", sa.String(length=16), nullable=False),
        sa.Column("key", sa.String(length=16), nullable=False),
        sa.Column("moderator_id", sa.Integer(), nullable=False),
        sa.Column("claimed_at_utc", models.base.UtcDateTime(timezone=True), nullable=False),
        sa.Column("until_utc", models.base.UtcDateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["moderator_id"], ["person.id"], name=op.f("fk_case_claim_moderator_id_person"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("kind", "key", name=op.f("pk_case_claim")),
    )
    op.create_index(op.f("ix_case_claim_moderator_id"), "case_claim", ["moderator_id"], unique=False)
    op.create_table(
        "case_escalation",
        sa.Column("kind", sa.String(length=16), nullable=False),
        sa.Column("key", sa.String(length=16), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=True),
        sa.Column("made_at_utc", models.base.UtcDateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["person_id"], ["person.id"], name=op.f("fk_case_escalation_person_id_person"), ondelete="SET NULL"
        ),
        sa.PrimaryKeyConstraint("kind", "key", name=op.f("pk_case_escalation")),
    )
    op.create_index(op.f("ix_case_escalation_person_id"), "case_escalation", ["person_id"], unique=False)
    op.create_table(
        "case_note",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(length=16), nullable=False),
        sa.Column("key", sa.String(length=16), nullable=False),
        sa.Column("what", sa.String(length=12), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=True),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("made_at_utc", models.base.UtcDateTime(timezone=True), nullable=False),
        sa.CheckConstraint("what IN ('note', 'escalated', 'handed_back', 'recused')", name=op.f("ck_case_note_what")),
        sa.ForeignKeyConstraint(
            ["person_id"], ["person.id"], name=op.f("fk_case_note_person_id_person"), ondelete="SET NULL"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_case_note")),
    )
    op.create_index("ix_case_note_kind_key", "case_note", ["kind", "key"], unique=False)
    op.create_index(op.f("ix_case_note_person_id"), "case_note", ["person_id"], unique=False)
    op.create_table(
        "firm_change_case",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("key", sa.String(length=16), nullable=False),
        sa.Column("firm_id", sa.Integer(), nullable=False),
        sa.Column("state", sa.String(length=12), nullable=False),
        sa.Column("raised_at_utc", models.base.UtcDateTime(timezone=True), nullable=False),
        sa.Column("moderator_id", sa.Integer(), nullable=True),
        sa.Column("decided_at_utc", models.base.UtcDateTime(timezone=True), nullable=True),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.CheckConstraint(
            "state IN ('waiting', 'accepted', 'returned', 'undone')", name=op.f("ck_firm_change_case_state")
        ),
        sa.ForeignKeyConstraint(
            ["firm_id"], ["firm.id"], name=op.f("fk_firm_change_case_firm_id_firm"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["moderator_id"], ["person.id"], name=op.f("fk_firm_change_case_moderator_id_person"), ondelete="SET NULL"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_firm_change_case")),
        sa.UniqueConstraint("key", name=op.f("uq_firm_change_case_key")),
    )
    op.create_index(op.f("ix_firm_change_case_firm_id"), "firm_change_case", ["firm_id"], unique=False)
    op.create_index(op.f("ix_firm_change_case_moderator_id"), "firm_change_case", ["moderator_id"], unique=False)
    op.create_index(op.f("ix_firm_change_case_state"), "firm_change_case", ["state"], unique=False)
    op.create_index(
        "uq_firm_change_case_waiting",
        "firm_change_case",
        ["firm_id"],
        unique=True,
        sqlite_where=sa.text("state = 'waiting'"),
        postgresql_where=sa.text("state = 'waiting'"),
    )
    op.create_table(
        "profile_snapshot",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("firm_id", sa.Integer(), nullable=False),
        sa.Column("profile", sa.JSON(), nullable=False),
        sa.Column("taken_at_utc", models.base.UtcDateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["firm_id"], ["firm.id"], name=op.f("fk_profile_snapshot_firm_id_firm"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_profile_snapshot")),
    )
    op.create_index(op.f("ix_profile_snapshot_firm_id"), "profile_snapshot", ["firm_id"], unique=False)
    op.create_table(
        "report",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("key", sa.String(length=16), nullable=False),
        sa.Column("subject", sa.String(length=12), nullable=False),
        sa.Column("subject_key", sa.String(length=16), nullable=False),
        sa.Column("title", sa.String(length=200), nullable=False),
        sa.Column("evidence", sa.JSON(), nullable=False),
        sa.Column("about_id", sa.Integer(), nullable=True),
        sa.Column("reporter_id", sa.Integer(), nullable=True),
        sa.Column("why", sa.String(length=16), nullable=False),
        sa.Column("words", sa.Text(), nullable=False),
        sa.Column("made_at_utc", models.base.UtcDateTime(timezone=True), nullable=False),
        sa.Column("state", sa.String(length=12), nullable=False),
        sa.Column("question", sa.Text(), nullable=False),
        sa.Column("asked_at_utc", models.base.UtcDateTime(timezone=True), nullable=True),
        sa.Column("answer", sa.Text(), nullable=False),
        sa.Column("answered_at_utc", models.base.UtcDateTime(timezone=True), nullable=True),
        sa.Column("answered_by_id", sa.Integer(), nullable=True),
        sa.Column("outcome", sa.String(length=12), nullable=False),
        sa.Column("moderator_id", sa.Integer(), nullable=True),
        sa.Column("decided_at_utc", models.base.UtcDateTime(timezone=True), nullable=True),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.CheckConstraint("outcome IN ('', 'dismissed', 'warning', 'suspended')", name=op.f("ck_report_outcome")),
        sa.CheckConstraint("state IN ('new', 'hearing', 'decided')", name=op.f("ck_report_state")),
        sa.CheckConstraint("subject IN ('firm', 'message', 'barrier', 'group')", name=op.f("ck_report_subject")),
        sa.ForeignKeyConstraint(["about_id"], ["firm.id"], name=op.f("fk_report_about_id_firm"), ondelete="SET NULL"),
        sa.ForeignKeyConstraint(
            ["answered_by_id"], ["person.id"], name=op.f("fk_report_answered_by_id_person"), ondelete="SET NULL"
        ),
        sa.ForeignKeyConstraint(
            ["moderator_id"], ["person.id"], name=op.f("fk_report_moderator_id_person"), ondelete="SET NULL"
        ),
        sa.ForeignKeyConstraint(
            ["reporter_id"], ["person.id"], name=op.f("fk_report_reporter_id_person"), ondelete="SET NULL"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_report")),
        sa.UniqueConstraint("key", name=op.f("uq_report_key")),
    )
    op.create_index(op.f("ix_report_about_id"), "report", ["about_id"], unique=False)
    op.create_index(op.f("ix_report_answered_by_id"), "report", ["answered_by_id"], unique=False)
    op.create_index(op.f("ix_report_moderator_id"), "report", ["moderator_id"], unique=False)
    op.create_index(op.f("ix_report_reporter_id"), "report", ["reporter_id"], unique=False)
    op.create_index(op.f("ix_report_state"), "report", ["state"], unique=False)
    op.create_index(
        "uq_report_open",
        "report",
        ["reporter_id", "subject", "subject_key"],
        unique=True,
        sqlite_where=sa.text("state <> 'decided'"),
        postgresql_where=sa.text("state <> 'decided'"),
    )
    op.create_table(
        "verification",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("firm_id", sa.Integer(), nullable=False),
        sa.Column("what", sa.String(length=12), nullable=False),
        sa.Column("how", sa.String(length=12), nullable=False),
        sa.Column("declared", sa.Text(), nullable=False),
        sa.Column("moderator_id", sa.Integer(), nullable=True),
        sa.Column("checked_on", sa.Date(), nullable=False),
        sa.Column("valid_until", sa.Date(), nullable=True),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("noted_at_utc", models.base.UtcDateTime(timezone=True), nullable=False),
        sa.Column("superseded_at_utc", models.base.UtcDateTime(timezone=True), nullable=True),
        sa.CheckConstraint(
            "how IN ('document', 'register', 'call', 'visit', 'check_digit')", name=op.f("ck_verification_how")
        ),
        sa.CheckConstraint(
            "what IN ('identity', 'tax_number', 'activity', 'site', 'capacity')", name=op.f("ck_verification_what")
        ),
        sa.ForeignKeyConstraint(
            ["firm_id"], ["firm.id"], name=op.f("fk_verification_firm_id_firm"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["moderator_id"], ["person.id"], name=op.f("fk_verification_moderator_id_person"), ondelete="SET NULL"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_verification")),
    )
    op.create_index(op.f("ix_verification_firm_id"), "verification", ["firm_id"], unique=False)
    op.create_index(op.f("ix_verification_moderator_id"), "verification", ["moderator_id"], unique=False)
    op.create_index(
        "uq_verification_present",
        "verification",
        ["firm_id", "what"],
        unique=True,
        sqlite_where=sa.text("superseded_at_utc IS NULL"),
        postgresql_where=sa.text("superseded_at_utc IS NULL"),
    )
    op.create_table(
        "appeal",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("key", sa.String(length=16), nullable=False),
        sa.Column("firm_id", sa.Integer(), nullable=False),
        sa.Column("decision_id", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=True),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("made_at_utc", models.base.UtcDateTime(timezone=True), nullable=False),
        sa.Column("state", sa.String(length=12), nullable=False),
        sa.Column("moderator_id", sa.Integer(), nullable=True),
        sa.Column("decided_at_utc", models.base.UtcDateTime(timezone=True), nullable=True),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.CheckConstraint("state IN ('waiting', 'upheld', 'overturned', 'void')", name=op.f("ck_appeal_state")),
        sa.ForeignKeyConstraint(
            ["decision_id"], ["decision.id"], name=op.f("fk_appeal_decision_id_decision"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(["firm_id"], ["firm.id"], name=op.f("fk_appeal_firm_id_firm"), ondelete="CASCADE"),
        sa.ForeignKeyConstraint(
            ["moderator_id"], ["person.id"], name=op.f("fk_appeal_moderator_id_person"), ondelete="SET NULL"
        ),
        sa.ForeignKeyConstraint(
            ["person_id"], ["person.id"], name=op.f("fk_appeal_person_id_person"), ondelete="SET NULL"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_appeal")),
        sa.UniqueConstraint("decision_id", name=op.f("uq_appeal_decision_id")),
        sa.UniqueConstraint("key", name=op.f("uq_appeal_key")),
    )
    op.create_index(op.f("ix_appeal_firm_id"), "appeal", ["firm_id"], unique=False)
    op.create_index(op.f("ix_appeal_moderator_id"), "appeal", ["moderator_id"], unique=False)
    op.create_index(op.f("ix_appeal_person_id"), "appeal", ["person_id"], unique=False)
    op.create_index(op.f("ix_appeal_state"), "appeal", ["state"], unique=False)
    op.add_column("decision", sa.Column("reasons", sa.JSON(), nullable=True))
    op.add_column("decision", sa.Column("waited_since_utc", models.base.UtcDateTime(timezone=True), nullable=True))


def downgrade() -> None:
    op.execute(UNSUSPEND)
    op.drop_column("decision", "waited_since_utc")
    op.drop_column("decision", "reasons")
    for table in (
        "appeal",
        "verification",
        "report",
        "profile_snapshot",
        "firm_change_case",
        "case_note",
        "case_escalation",
        "case_claim",
    ):
        op.drop_table(table)
