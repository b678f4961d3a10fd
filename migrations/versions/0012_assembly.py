"""What members could bring, proposed groups, limits of shares, an offered lead"""

import sqlalchemy as sa
from alembic import op

import models

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "member_pledge",
        sa.Column("membership_id", sa.Integer(), nullable=False),
        sa.Column("budget_minor", sa.BigInteger(), nullable=True),
        sa.Column("capacity", sa.Integer(), nullable=True),
        sa.Column("stated_at_utc", models.base.UtcDateTime(timezone=True), nullable=False),
        sa.CheckConstraint("budget_minor >= 0", name=op.f("ck_member_pledge_budget_minor")),
        sa.CheckConstraint("capacity >= 0", name=op.f("ck_member_pledge_capacity")),
        sa.ForeignKeyConstraint(
            ["membership_id"],
            ["membership.id"],
            name=op.f("fk_member_pledge_membership_id_membership"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("membership_id", name=op.f("pk_member_pledge")),
    )
    op.create_table(
        "group_proposal",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("key", sa.String(length=16), nullable=False),
        sa.Column("job_key", sa.String(length=16), nullable=False),
        sa.Column("place", sa.Integer(), nullable=False),
        sa.Column("lead_id", sa.Integer(), nullable=False),
        sa.Column("firms", sa.JSON(), nullable=False),
        sa.Column("country", sa.String(length=3), nullable=False),
        sa.Column("kind", sa.String(length=12), nullable=False),
        sa.Column("wanted", sa.JSON(), nullable=False),
        sa.Column("state", sa.String(length=12), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=True),
        sa.Column("consortium_id", sa.Integer(), nullable=True),
        sa.Column("proposed_at_utc", models.base.UtcDateTime(timezone=True), nullable=False),
        sa.Column("decided_at_utc", models.base.UtcDateTime(timezone=True), nullable=True),
        sa.CheckConstraint(
            "state IN ('proposed', 'taken', 'declined', 'expired')", name=op.f("ck_group_proposal_state")
        ),
        sa.CheckConstraint("kind IN ('promotion', 'sales')", name=op.f("ck_group_proposal_kind")),
        sa.ForeignKeyConstraint(
            ["lead_id"], ["firm.id"], name=op.f("fk_group_proposal_lead_id_firm"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["person_id"], ["person.id"], name=op.f("fk_group_proposal_person_id_person"), ondelete="SET NULL"
        ),
        sa.ForeignKeyConstraint(
            ["consortium_id"],
            ["consortium.id"],
            name=op.f("fk_group_proposal_consortium_id_consortium"),
            ondelete="SET NULL",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_group_proposal")),
        sa.UniqueConstraint("key", name=op.f("uq_group_proposal_key")),
        sa.UniqueConstraint("job_key", "place", name=op.f("uq_group_proposal_job_key_place")),
    )
    for column in ("lead_id", "person_id", "consortium_id"):
        op.create_index(op.f(f"ix_group_proposal_{column}"), "group_proposal", [column], unique=False)
    op.create_table(
        "share_limit",
        sa.Column("consortium_id", sa.Integer(), nullable=False),
        sa.Column("firm_id", sa.Integer(), nullable=False),
        sa.Column("floor_minor", sa.BigInteger(), nullable=True),
        sa.Column("cap_minor", sa.BigInteger(), nullable=True),
        sa.CheckConstraint("floor_minor >= 0", name=op.f("ck_share_limit_floor_minor")),
        sa.CheckConstraint("cap_minor >= 0", name=op.f("ck_share_limit_cap_minor")),
        sa.ForeignKeyConstraint(
            ["consortium_id"],
            ["consortium.id"],
            name=op.f("fk_share_limit_consortium_id_consortium"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["firm_id"], ["firm.id"], name=op.f("fk_share_limit_firm_id_firm"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("consortium_id", "firm_id", name=op.f("pk_share_limit")),
    )
    op.create_index(op.f("ix_share_limit_firm_id"), "share_limit", ["firm_id"], unique=False)
    op.create_table(
        "lead_offer",
        sa.Column("consortium_id", sa.Integer(), nullable=False),
        sa.Column("firm_id", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=True),
        sa.Column("offered_at_utc", models.base.UtcDateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["consortium_id"],
            ["consortium.id"],
            name=op.f("fk_lead_offer_consortium_id_consortium"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["firm_id"], ["firm.id"], name=op.f("fk_lead_offer_firm_id_firm"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["person_id"], ["person.id"], name=op.f("fk_lead_offer_person_id_person"), ondelete="SET NULL"
        ),
        sa.PrimaryKeyConstraint("consortium_id", name=op.f("pk_lead_offer")),
    )
    for column in ("firm_id", "person_id"):
        op.create_index(op.f(f"ix_lead_offer_{column}"), "lead_offer", [column], unique=False)


def downgrade() -> None:
    op.drop_table("lead_offer")
    op.drop_table("share_limit")
    op.drop_table("group_proposal")
    op.drop_table("member_pledge")
