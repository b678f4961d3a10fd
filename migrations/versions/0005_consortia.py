"""Consortia"""

import sqlalchemy as sa
from alembic import op

import models

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "consortium",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("key", sa.String(length=16), nullable=False),
        sa.Column("state", sa.String(length=12), nullable=False),
        sa.Column("reviewed_from", sa.String(length=12), nullable=False),
        sa.Column("suspended_from", sa.String(length=12), nullable=False),
        sa.Column("outcome", sa.String(length=12), nullable=False),
        sa.Column("lead_id", sa.Integer(), nullable=True),
        sa.Column("name", sa.String(length=120), nullable=False),
        sa.Column("purpose", sa.Text(), nullable=False),
        sa.Column("country", sa.String(length=3), nullable=False),
        sa.Column("kind", sa.String(length=12), nullable=False),
        sa.Column("smallest", sa.Integer(), nullable=False),
        sa.Column("largest", sa.Integer(), nullable=False),
        sa.Column("objective", sa.Text(), nullable=False),
        sa.Column("indicators", sa.Text(), nullable=False),
        sa.Column("months", sa.Integer(), nullable=True),
        sa.Column("notice_days", sa.Integer(), nullable=False),
        sa.Column("pilot", sa.Text(), nullable=False),
        sa.Column("regulations", sa.Text(), nullable=False),
        sa.Column("votes_by", sa.String(length=8), nullable=False),
        sa.Column("quorum_percent", sa.Integer(), nullable=False),
        sa.Column("currency", sa.String(length=3), nullable=False),
        sa.Column("budget_minor", sa.BigInteger(), nullable=True),
        sa.Column("subsidy_minor", sa.BigInteger(), nullable=True),
        sa.Column("sharing_rule", sa.String(length=16), nullable=False),
        sa.Column("created_by_id", sa.Integer(), nullable=True),
        sa.Column("created_at_utc", models.base.UtcDateTime(timezone=True), nullable=False),
        sa.Column("changed_at_utc", models.base.UtcDateTime(timezone=True), nullable=False),
        sa.Column("constituted_at_utc", models.base.UtcDateTime(timezone=True), nullable=True),
        sa.Column("moved_at_utc", models.base.UtcDateTime(timezone=True), nullable=False),
        sa.CheckConstraint("kind IN ('promotion', 'sales', '')", name=op.f("ck_consortium_kind")),
        sa.CheckConstraint(
            "outcome IN ('completed', 'dissolved', 'lapsed', 'rejected', 'withdrawn', '')",
            name=op.f("ck_consortium_outcome"),
        ),
        sa.CheckConstraint(
            "state IN ('idea', 'exploring', 'feasibility', 'objective', 'submitted', "
            "'returned', 'rejected', 'forming', 'constituted', 'operating', 'review', "
            "'suspended', 'dissolving', 'closed')",
            name=op.f("ck_consortium_state"),
        ),
        sa.CheckConstraint("votes_by IN ('heads', 'shares')", name=op.f("ck_consortium_votes_by")),
        sa.CheckConstraint("budget_minor >= 0", name=op.f("ck_consortium_budget_minor")),
        sa.CheckConstraint("quorum_percent BETWEEN 1 AND 100", name=op.f("ck_consortium_quorum_percent")),
        sa.CheckConstraint("smallest BETWEEN 3 AND largest AND largest <= 40", name=op.f("ck_consortium_size")),
        sa.CheckConstraint("subsidy_minor >= 0", name=op.f("ck_consortium_subsidy_minor")),
        sa.ForeignKeyConstraint(
            ["created_by_id"], ["person.id"], name=op.f("fk_consortium_created_by_id_person"), ondelete="SET NULL"
        ),
        sa.ForeignKeyConstraint(
            ["lead_id"], ["firm.id"], name=op.f("fk_consortium_lead_id_firm"), ondelete="SET NULL"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_consortium")),
        sa.UniqueConstraint("key", name=op.f("uq_consortium_key")),
    )
    op.create_index(op.f("ix_consortium_changed_at_utc"), "consortium", ["changed_at_utc"], unique=False)
    op.create_index(op.f("ix_consortium_lead_id"), "consortium", ["lead_id"], unique=False)
    op.create_index(op.f("ix_consortium_state"), "consortium", ["state"], unique=False)

    op.create_table(
        "consortium_product",
        sa.Column("consortium_id", sa.Integer(), nullable=False),
        sa.Column("hs", sa.String(length=6), nullable=False),
        sa.ForeignKeyConstraint(
            ["consortium_id"],
            ["consortium.id"],
            name=op.f("fk_consortium_product_consortium_id_consortium"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("consortium_id", "hs", name=op.f("pk_consortium_product")),
    )
    op.create_table(
        "cost_component",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("key", sa.String(length=16), nullable=False),
        sa.Column("consortium_id", sa.Integer(), nullable=False),
        sa.Column("code", sa.String(length=12), nullable=False),
        sa.Column("form", sa.String(length=8), nullable=False),
        sa.Column("name", sa.String(length=120), nullable=False),
        sa.Column("cost_minor", sa.BigInteger(), nullable=True),
        sa.Column("growth_percent", sa.Integer(), nullable=True),
        sa.CheckConstraint(
            "form IN ('COMMON', 'CLUB', 'NESTED', 'OWN', 'VOLUME')", name=op.f("ck_cost_component_form")
        ),
        sa.CheckConstraint("cost_minor >= 0", name=op.f("ck_cost_component_cost_minor")),
        sa.CheckConstraint("growth_percent BETWEEN 0 AND 100", name=op.f("ck_cost_component_growth_percent")),
        sa.ForeignKeyConstraint(
            ["consortium_id"],
            ["consortium.id"],
            name=op.f("fk_cost_component_consortium_id_consortium"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_cost_component")),
        sa.UniqueConstraint("key", name=op.f("uq_cost_component_key")),
    )
    op.create_index(op.f("ix_cost_component_consortium_id"), "cost_component", ["consortium_id"], unique=False)

    op.create_table(
        "happening",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("consortium_id", sa.Integer(), nullable=False),
        sa.Column("happened_at_utc", models.base.UtcDateTime(timezone=True), nullable=False),
        sa.Column("what", sa.String(length=32), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=True),
        sa.Column("firm_id", sa.Integer(), nullable=True),
        sa.Column("on_behalf", sa.Boolean(), nullable=False),
        sa.Column("facts", sa.JSON(), nullable=False),
        sa.ForeignKeyConstraint(
            ["consortium_id"],
            ["consortium.id"],
            name=op.f("fk_happening_consortium_id_consortium"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["firm_id"], ["firm.id"], name=op.f("fk_happening_firm_id_firm"), ondelete="SET NULL"
        ),
        sa.ForeignKeyConstraint(
            ["person_id"], ["person.id"], name=op.f("fk_happening_person_id_person"), ondelete="SET NULL"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_happening")),
    )
    op.create_index("ix_happening_consortium_id_id", "happening", ["consortium_id", "id"], unique=False)

    op.create_table(
        "membership",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("consortium_id", sa.Integer(), nullable=False),
        sa.Column("firm_id", sa.Integer(), nullable=False),
        sa.Column("state", sa.String(length=12), nullable=False),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("invited_by_id", sa.Integer(), nullable=True),
        sa.Column("invited_at_utc", models.base.UtcDateTime(timezone=True), nullable=False),
        sa.Column("answer_by_utc", models.base.UtcDateTime(timezone=True), nullable=True),
        sa.Column("reminded_at_utc", models.base.UtcDateTime(timezone=True), nullable=True),
        sa.Column("has_lapsed", sa.Boolean(), nullable=False),
        sa.Column("confidential_since_utc", models.base.UtcDateTime(timezone=True), nullable=True),
        sa.Column("conflicts_declared_at_utc", models.base.UtcDateTime(timezone=True), nullable=True),
        sa.Column("conflicts", sa.Text(), nullable=False),
        sa.Column("committed_at_utc", models.base.UtcDateTime(timezone=True), nullable=True),
        sa.Column("signed_at_utc", models.base.UtcDateTime(timezone=True), nullable=True),
        sa.Column("signed_by_id", sa.Integer(), nullable=True),
        sa.Column("leaves_at_utc", models.base.UtcDateTime(timezone=True), nullable=True),
        sa.Column("share_minor", sa.BigInteger(), nullable=True),
        sa.Column("alone_minor", sa.BigInteger(), nullable=True),
        sa.CheckConstraint(
            "state IN ('invited', 'interested', 'declined', 'committed', 'signed', 'active', "
            "'on_notice', 'left', 'excluded')",
            name=op.f("ck_membership_state"),
        ),
        sa.CheckConstraint("alone_minor >= 0", name=op.f("ck_membership_alone_minor")),
        sa.CheckConstraint("share_minor >= 0", name=op.f("ck_membership_share_minor")),
        sa.ForeignKeyConstraint(
            ["consortium_id"],
            ["consortium.id"],
            name=op.f("fk_membership_consortium_id_consortium"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["firm_id"], ["firm.id"], name=op.f("fk_membership_firm_id_firm"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["invited_by_id"], ["person.id"], name=op.f("fk_membership_invited_by_id_person"), ondelete="SET NULL"
        ),
        sa.ForeignKeyConstraint(
            ["signed_by_id"], ["person.id"], name=op.f("fk_membership_signed_by_id_person"), ondelete="SET NULL"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_membership")),
        sa.UniqueConstraint("consortium_id", "firm_id", name=op.f("uq_membership_consortium_id_firm_id")),
    )
    op.create_index(op.f("ix_membership_answer_by_utc"), "membership", ["answer_by_utc"], unique=False)
    op.create_index(op.f("ix_membership_firm_id"), "membership", ["firm_id"], unique=False)
    op.create_index(op.f("ix_membership_leaves_at_utc"), "membership", ["leaves_at_utc"], unique=False)
    op.create_index(op.f("ix_membership_state"), "membership", ["state"], unique=False)

    op.create_table(
        "submission",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("consortium_id", sa.Integer(), nullable=False),
        sa.Column("state", sa.String(length=12), nullable=False),
        sa.Column("copy", sa.JSON(), nullable=False),
        sa.Column("submitted_by_id", sa.Integer(), nullable=True),
        sa.Column("submitted_at_utc", models.base.UtcDateTime(timezone=True), nullable=False),
        sa.Column("decided_at_utc", models.base.UtcDateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["consortium_id"],
            ["consortium.id"],
            name=op.f("fk_submission_consortium_id_consortium"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["submitted_by_id"], ["person.id"], name=op.f("fk_submission_submitted_by_id_person"), ondelete="SET NULL"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_submission")),
    )
    op.create_index(op.f("ix_submission_consortium_id"), "submission", ["consortium_id"], unique=False)
    op.create_index(op.f("ix_submission_state"), "submission", ["state"], unique=False)
    op.create_index(
        "uq_submission_waiting",
        "submission",
        ["consortium_id"],
        unique=True,
        sqlite_where=sa.text("state = 'waiting'"),
        postgresql_where=sa.text("state = 'waiting'"),
    )

    op.create_table(
        "vote",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("key", sa.String(length=16), nullable=False),
        sa.Column("consortium_id", sa.Integer(), nullable=False),
        sa.Column("subject", sa.String(length=12), nullable=False),
        sa.Column("about", sa.String(length=16), nullable=False),
        sa.Column("firm_id", sa.Integer(), nullable=True),
        sa.Column("content", sa.JSON(), nullable=False),
        sa.Column("votes_by", sa.String(length=8), nullable=False),
        sa.Column("quorum_percent", sa.Integer(), nullable=False),
        sa.Column("opened_by_id", sa.Integer(), nullable=True),
        sa.Column("opened_at_utc", models.base.UtcDateTime(timezone=True), nullable=False),
        sa.Column("closes_at_utc", models.base.UtcDateTime(timezone=True), nullable=False),
        sa.Column("state", sa.String(length=12), nullable=False),
        sa.Column("closed_at_utc", models.base.UtcDateTime(timezone=True), nullable=True),
        sa.Column("result", sa.JSON(), nullable=False),
        sa.Column("superseded_at_utc", models.base.UtcDateTime(timezone=True), nullable=True),
        sa.CheckConstraint("quorum_percent BETWEEN 1 AND 100", name=op.f("ck_vote_quorum_percent")),
        sa.ForeignKeyConstraint(
            ["consortium_id"], ["consortium.id"], name=op.f("fk_vote_consortium_id_consortium"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(["firm_id"], ["firm.id"], name=op.f("fk_vote_firm_id_firm"), ondelete="SET NULL"),
        sa.ForeignKeyConstraint(
            ["opened_by_id"], ["person.id"], name=op.f("fk_vote_opened_by_id_person"), ondelete="SET NULL"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_vote")),
        sa.UniqueConstraint("key", name=op.f("uq_vote_key")),
    )
    op.create_index(op.f("ix_vote_closes_at_utc"), "vote", ["closes_at_utc"], unique=False)
    op.create_index(op.f("ix_vote_consortium_id"), "vote", ["consortium_id"], unique=False)
    op.create_index(
        "uq_vote_open",
        "vote",
        ["consortium_id", "subject", "about"],
        unique=True,
        sqlite_where=sa.text("state = 'open'"),
        postgresql_where=sa.text("state = 'open'"),
    )

    op.create_table(
        "wanted_capability",
        sa.Column("consortium_id", sa.Integer(), nullable=False),
        sa.Column("capability", sa.String(length=32), nullable=False),
        sa.Column("is_must", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(
            ["consortium_id"],
            ["consortium.id"],
            name=op.f("fk_wanted_capability_consortium_id_consortium"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("consortium_id", "capability", name=op.f("pk_wanted_capability")),
    )
    op.create_table(
        "ballot",
        sa.Column("vote_id", sa.Integer(), nullable=False),
        sa.Column("firm_id", sa.Integer(), nullable=False),
        sa.Column("choice", sa.String(length=8), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=True),
        sa.Column("on_behalf", sa.Boolean(), nullable=False),
        sa.Column("cast_at_utc", models.base.UtcDateTime(timezone=True), nullable=False),
        sa.CheckConstraint("choice IN ('yes', 'no', 'abstain')", name=op.f("ck_ballot_choice")),
        sa.ForeignKeyConstraint(["firm_id"], ["firm.id"], name=op.f("fk_ballot_firm_id_firm"), ondelete="CASCADE"),
        sa.ForeignKeyConstraint(
            ["person_id"], ["person.id"], name=op.f("fk_ballot_person_id_person"), ondelete="SET NULL"
        ),
        sa.ForeignKeyConstraint(["vote_id"], ["vote.id"], name=op.f("fk_ballot_vote_id_vote"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("vote_id", "firm_id", name=op.f("pk_ballot")),
    )
    op.create_index(op.f("ix_ballot_firm_id"), "ballot", ["firm_id"], unique=False)

    op.create_table(
        "cost_part",
        sa.Column("component_id", sa.Integer(), nullable=False),
        sa.Column("firm_id", sa.Integer(), nullable=False),
        sa.Column("takes_part", sa.Boolean(), nullable=False),
        sa.Column("need_minor", sa.BigInteger(), nullable=True),
        sa.Column("quantity", sa.Integer(), nullable=True),
        sa.CheckConstraint("need_minor >= 0", name=op.f("ck_cost_part_need_minor")),
        sa.CheckConstraint("quantity >= 0", name=op.f("ck_cost_part_quantity")),
        sa.ForeignKeyConstraint(
            ["component_id"],
            ["cost_component.id"],
            name=op.f("fk_cost_part_component_id_cost_component"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(["firm_id"], ["firm.id"], name=op.f("fk_cost_part_firm_id_firm"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("component_id", "firm_id", name=op.f("pk_cost_part")),
    )
    op.create_index(op.f("ix_cost_part_firm_id"), "cost_part", ["firm_id"], unique=False)

    op.create_table(
        "submission_review",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("submission_id", sa.Integer(), nullable=False),
        sa.Column("moderator_id", sa.Integer(), nullable=True),
        sa.Column("verdict", sa.String(length=8), nullable=False),
        sa.Column("reasons", sa.JSON(), nullable=False),
        sa.Column("made_at_utc", models.base.UtcDateTime(timezone=True), nullable=False),
        sa.CheckConstraint("verdict IN ('approve', 'return', 'reject')", name=op.f("ck_submission_review_verdict")),
        sa.ForeignKeyConstraint(
            ["moderator_id"],
            ["person.id"],
            name=op.f("fk_submission_review_moderator_id_person"),
            ondelete="SET NULL",
        ),
        sa.ForeignKeyConstraint(
            ["submission_id"],
            ["submission.id"],
            name=op.f("fk_submission_review_submission_id_submission"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_submission_review")),
        sa.UniqueConstraint(
            "submission_id", "moderator_id", name=op.f("uq_submission_review_submission_id_moderator_id")
        ),
    )
    op.create_index(op.f("ix_submission_review_moderator_id"), "submission_review", ["moderator_id"], unique=False)


def downgrade() -> None:
    for table in (
        "submission_review",
        "cost_part",
        "ballot",
        "wanted_capability",
        "vote",
        "submission",
        "membership",
        "happening",
        "cost_component",
        "consortium_product",
        "consortium",
    ):
        op.drop_table(table)
