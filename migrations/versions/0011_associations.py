"""Associations"""

import sqlalchemy as sa
from alembic import op

import models

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None

TABLES = (
    "call_group", "application", "call_promoter", "call",
    "member_invitation", "import_row", "listed_firm", "belonging", "staff_invitation", "member_import",
    "column_mapping", "association_post", "association", "suppressed_address",
)  # fmt: skip


def upgrade() -> None:
    op.create_table(
        "suppressed_address",
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("created_at_utc", models.base.UtcDateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("digest", name=op.f("pk_suppressed_address")),
    )
    op.create_table(
        "association",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("key", sa.String(length=16), nullable=False),
        sa.Column("state", sa.String(length=12), nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("name_folded", sa.String(length=200), nullable=False),
        sa.Column("country", sa.String(length=3), nullable=False),
        sa.Column("tax_number", sa.String(length=40), nullable=False),
        sa.Column("tax_number_folded", sa.String(length=40), nullable=False),
        sa.Column("website", sa.String(length=300), nullable=False),
        sa.Column("about", sa.Text(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("decided_by_id", sa.Integer(), nullable=True),
        sa.Column("decided_at_utc", models.base.UtcDateTime(timezone=True), nullable=True),
        sa.Column("submitted_at_utc", models.base.UtcDateTime(timezone=True), nullable=True),
        sa.Column("created_at_utc", models.base.UtcDateTime(timezone=True), nullable=False),
        sa.Column("changed_at_utc", models.base.UtcDateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "state IN ('draft', 'submitted', 'approved', 'returned', 'rejected', 'suspended')",
            name=op.f("ck_association_state"),
        ),
        sa.ForeignKeyConstraint(
            ["decided_by_id"], ["person.id"], name=op.f("fk_association_decided_by_id_person"), ondelete="SET NULL"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_association")),
        sa.UniqueConstraint("key", name=op.f("uq_association_key")),
    )
    op.create_index(op.f("ix_association_state"), "association", ["state"], unique=False)
    op.create_index(
        "uq_association_country_tax_number",
        "association",
        ["country", "tax_number_folded"],
        unique=True,
        sqlite_where=sa.text("tax_number_folded <> ''"),
        postgresql_where=sa.text("tax_number_folded <> ''"),
    )
    op.create_table(
        "association_post",
        sa.Column("association_id", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("role", sa.String(length=12), nullable=False),
        sa.Column("created_at_utc", models.base.UtcDateTime(timezone=True), nullable=False),
        sa.CheckConstraint("role IN ('manager', 'organiser', 'reader')", name=op.f("ck_association_post_role")),
        sa.ForeignKeyConstraint(
            ["association_id"],
            ["association.id"],
            name=op.f("fk_association_post_association_id_association"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["person_id"], ["person.id"], name=op.f("fk_association_post_person_id_person"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("association_id", "person_id", name=op.f("pk_association_post")),
    )
    op.create_index(op.f("ix_association_post_person_id"), "association_post", ["person_id"], unique=False)
    op.create_table(
        "column_mapping",
        sa.Column("association_id", sa.Integer(), nullable=False),
        sa.Column("signature", sa.String(length=64), nullable=False),
        sa.Column("mapping", sa.JSON(), nullable=False),
        sa.Column("used_at_utc", models.base.UtcDateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["association_id"],
            ["association.id"],
            name=op.f("fk_column_mapping_association_id_association"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("association_id", "signature", name=op.f("pk_column_mapping")),
    )
    op.create_table(
        "member_import",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("key", sa.String(length=16), nullable=False),
        sa.Column("association_id", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=True),
        sa.Column("state", sa.String(length=12), nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("format", sa.String(length=4), nullable=False),
        sa.Column("headings", sa.JSON(), nullable=False),
        sa.Column("examples", sa.JSON(), nullable=False),
        sa.Column("mapping", sa.JSON(), nullable=False),
        sa.Column("is_partial", sa.Boolean(), nullable=False),
        sa.Column("counts", sa.JSON(), nullable=False),
        sa.Column("job_key", sa.String(length=16), nullable=False),
        sa.Column("created_at_utc", models.base.UtcDateTime(timezone=True), nullable=False),
        sa.Column("ended_at_utc", models.base.UtcDateTime(timezone=True), nullable=True),
        sa.CheckConstraint(
            "state IN ('mapping', 'checking', 'checked', 'importing', 'done', 'undoing', 'undone')",
            name=op.f("ck_member_import_state"),
        ),
        sa.ForeignKeyConstraint(
            ["association_id"],
            ["association.id"],
            name=op.f("fk_member_import_association_id_association"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["person_id"], ["person.id"], name=op.f("fk_member_import_person_id_person"), ondelete="SET NULL"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_member_import")),
        sa.UniqueConstraint("key", name=op.f("uq_member_import_key")),
    )
    op.create_index(op.f("ix_member_import_association_id"), "member_import", ["association_id"], unique=False)
    op.create_table(
        "staff_invitation",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("key", sa.String(length=16), nullable=False),
        sa.Column("association_id", sa.Integer(), nullable=False),
        sa.Column("email", sa.String(length=254), nullable=False),
        sa.Column("role", sa.String(length=12), nullable=False),
        sa.Column("invited_by_id", sa.Integer(), nullable=True),
        sa.Column("created_at_utc", models.base.UtcDateTime(timezone=True), nullable=False),
        sa.CheckConstraint("role IN ('manager', 'organiser', 'reader')", name=op.f("ck_staff_invitation_role")),
        sa.ForeignKeyConstraint(
            ["association_id"],
            ["association.id"],
            name=op.f("fk_staff_invitation_association_id_association"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["invited_by_id"],
            ["person.id"],
            name=op.f("fk_staff_invitation_invited_by_id_person"),
            ondelete="SET NULL",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_staff_invitation")),
        sa.UniqueConstraint("association_id", "email", name=op.f("uq_staff_invitation_association_id_email")),
        sa.UniqueConstraint("key", name=op.f("uq_staff_invitation_key")),
    )
    op.create_index(op.f("ix_staff_invitation_email"), "staff_invitation", ["email"], unique=False)
    op.create_table(
        "belonging",
        sa.Column("association_id", sa.Integer(), nullable=False),
        sa.Column("firm_id", sa.Integer(), nullable=False),
        sa.Column("state", sa.String(length=12), nullable=False),
        sa.Column("import_id", sa.Integer(), nullable=True),
        sa.Column("proposed_at_utc", models.base.UtcDateTime(timezone=True), nullable=False),
        sa.Column("since_utc", models.base.UtcDateTime(timezone=True), nullable=True),
        sa.Column("ended_at_utc", models.base.UtcDateTime(timezone=True), nullable=True),
        sa.CheckConstraint("state IN ('proposed', 'confirmed', 'declined', 'left')", name=op.f("ck_belonging_state")),
        sa.ForeignKeyConstraint(
            ["association_id"],
            ["association.id"],
            name=op.f("fk_belonging_association_id_association"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(["firm_id"], ["firm.id"], name=op.f("fk_belonging_firm_id_firm"), ondelete="CASCADE"),
        sa.ForeignKeyConstraint(
            ["import_id"],
            ["member_import.id"],
            name=op.f("fk_belonging_import_id_member_import"),
            ondelete="SET NULL",
        ),
        sa.PrimaryKeyConstraint("association_id", "firm_id", name=op.f("pk_belonging")),
    )
    op.create_index(op.f("ix_belonging_firm_id"), "belonging", ["firm_id"], unique=False)
    op.create_index(op.f("ix_belonging_import_id"), "belonging", ["import_id"], unique=False)
    op.create_table(
        "listed_firm",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("key", sa.String(length=16), nullable=False),
        sa.Column("association_id", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("name_folded", sa.String(length=200), nullable=False),
        sa.Column("country", sa.String(length=3), nullable=False),
        sa.Column("city", sa.String(length=120), nullable=False),
        sa.Column("tax_number_folded", sa.String(length=40), nullable=False),
        sa.Column("email", sa.String(length=254), nullable=False),
        sa.Column("cells", sa.JSON(), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("import_id", sa.Integer(), nullable=True),
        sa.Column("firm_id", sa.Integer(), nullable=True),
        sa.Column("claimed_at_utc", models.base.UtcDateTime(timezone=True), nullable=True),
        sa.Column("created_at_utc", models.base.UtcDateTime(timezone=True), nullable=False),
        sa.Column("changed_at_utc", models.base.UtcDateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["association_id"],
            ["association.id"],
            name=op.f("fk_listed_firm_association_id_association"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["firm_id"], ["firm.id"], name=op.f("fk_listed_firm_firm_id_firm"), ondelete="SET NULL"
        ),
        sa.ForeignKeyConstraint(
            ["import_id"],
            ["member_import.id"],
            name=op.f("fk_listed_firm_import_id_member_import"),
            ondelete="SET NULL",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_listed_firm")),
        sa.UniqueConstraint("key", name=op.f("uq_listed_firm_key")),
    )
    op.create_index(
        "ix_listed_firm_association_id_name_folded",
        "listed_firm",
        ["association_id", "name_folded", "id"],
        unique=False,
    )
    op.create_index(op.f("ix_listed_firm_firm_id"), "listed_firm", ["firm_id"], unique=False)
    op.create_index(op.f("ix_listed_firm_import_id"), "listed_firm", ["import_id"], unique=False)
    op.create_table(
        "import_row",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("import_id", sa.Integer(), nullable=False),
        sa.Column("line", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(length=12), nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("cells", sa.JSON(), nullable=False),
        sa.Column("problems", sa.JSON(), nullable=False),
        sa.Column("listed_id", sa.Integer(), nullable=True),
        sa.Column("firm_id", sa.Integer(), nullable=True),
        sa.Column("before", sa.JSON(none_as_null=True), nullable=True),
        sa.Column("revision", sa.Integer(), nullable=True),
        sa.Column("was_left", sa.Boolean(), nullable=False),
        sa.CheckConstraint(
            "kind IN ('new', 'changed', 'same', 'registered', 'bad')", name=op.f("ck_import_row_kind")
        ),
        sa.ForeignKeyConstraint(
            ["firm_id"], ["firm.id"], name=op.f("fk_import_row_firm_id_firm"), ondelete="SET NULL"
        ),
        sa.ForeignKeyConstraint(
            ["import_id"],
            ["member_import.id"],
            name=op.f("fk_import_row_import_id_member_import"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["listed_id"], ["listed_firm.id"], name=op.f("fk_import_row_listed_id_listed_firm"), ondelete="SET NULL"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_import_row")),
    )
    op.create_index(op.f("ix_import_row_firm_id"), "import_row", ["firm_id"], unique=False)
    op.create_index("ix_import_row_import_id_kind_line", "import_row", ["import_id", "kind", "line"], unique=False)
    op.create_index(op.f("ix_import_row_listed_id"), "import_row", ["listed_id"], unique=False)
    op.create_table(
        "member_invitation",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("token", sa.String(length=48), nullable=False),
        sa.Column("association_id", sa.Integer(), nullable=False),
        sa.Column("listed_id", sa.Integer(), nullable=False),
        sa.Column("email", sa.String(length=254), nullable=False),
        sa.Column("reminders", sa.Integer(), nullable=False),
        sa.Column("mailed_at_utc", models.base.UtcDateTime(timezone=True), nullable=False),
        sa.Column("mail_id", sa.Integer(), nullable=True),
        sa.Column("created_at_utc", models.base.UtcDateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["association_id"],
            ["association.id"],
            name=op.f("fk_member_invitation_association_id_association"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["listed_id"],
            ["listed_firm.id"],
            name=op.f("fk_member_invitation_listed_id_listed_firm"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["mail_id"], ["mail.id"], name=op.f("fk_member_invitation_mail_id_mail"), ondelete="SET NULL"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_member_invitation")),
        sa.UniqueConstraint("association_id", "email", name=op.f("uq_member_invitation_association_id_email")),
        sa.UniqueConstraint("listed_id", name=op.f("uq_member_invitation_listed_id")),
        sa.UniqueConstraint("token", name=op.f("uq_member_invitation_token")),
    )
    op.create_index(op.f("ix_member_invitation_email"), "member_invitation", ["email"], unique=False)
    op.create_index(op.f("ix_member_invitation_mail_id"), "member_invitation", ["mail_id"], unique=False)
    op.add_column("mail", sa.Column("unsubscribe", sa.String(length=300), server_default="", nullable=False))
    op.create_table(
        "call",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("key", sa.String(length=16), nullable=False),
        sa.Column("association_id", sa.Integer(), nullable=False),
        sa.Column("state", sa.String(length=8), nullable=False),
        sa.Column("title", sa.String(length=160), nullable=False),
        sa.Column("section", sa.String(length=8), nullable=False),
        sa.Column("country", sa.String(length=3), nullable=False),
        sa.Column("starts_on", sa.Date(), nullable=True),
        sa.Column("ends_on", sa.Date(), nullable=True),
        sa.Column("about", sa.Text(), nullable=False),
        sa.Column("eligibility", sa.Text(), nullable=False),
        sa.Column("criteria", sa.Text(), nullable=False),
        sa.Column("funder", sa.String(length=200), nullable=False),
        sa.Column("created_at_utc", models.base.UtcDateTime(timezone=True), nullable=False),
        sa.Column("changed_at_utc", models.base.UtcDateTime(timezone=True), nullable=False),
        sa.CheckConstraint("state IN ('draft', 'open', 'closed')", name=op.f("ck_call_state")),
        sa.CheckConstraint(
            "ends_on IS NULL OR starts_on IS NULL OR ends_on >= starts_on", name=op.f("ck_call_period")
        ),
        sa.ForeignKeyConstraint(
            ["association_id"],
            ["association.id"],
            name=op.f("fk_call_association_id_association"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_call")),
        sa.UniqueConstraint("key", name=op.f("uq_call_key")),
    )
    op.create_index(op.f("ix_call_association_id"), "call", ["association_id"], unique=False)
    op.create_index(op.f("ix_call_state"), "call", ["state"], unique=False)
    op.create_table(
        "application",
        sa.Column("call_id", sa.Integer(), nullable=False),
        sa.Column("firm_id", sa.Integer(), nullable=False),
        sa.Column("state", sa.String(length=12), nullable=False),
        sa.Column("words", sa.Text(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("nominated_by_id", sa.Integer(), nullable=True),
        sa.Column("created_at_utc", models.base.UtcDateTime(timezone=True), nullable=False),
        sa.Column("changed_at_utc", models.base.UtcDateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "state IN ('nominated', 'applied', 'accepted', 'refused', 'withdrawn')", name=op.f("ck_application_state")
        ),
        sa.ForeignKeyConstraint(
            ["call_id"], ["call.id"], name=op.f("fk_application_call_id_call"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["firm_id"], ["firm.id"], name=op.f("fk_application_firm_id_firm"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["nominated_by_id"],
            ["association.id"],
            name=op.f("fk_application_nominated_by_id_association"),
            ondelete="SET NULL",
        ),
        sa.PrimaryKeyConstraint("call_id", "firm_id", name=op.f("pk_application")),
    )
    op.create_index(op.f("ix_application_firm_id"), "application", ["firm_id"], unique=False)
    op.create_index(op.f("ix_application_nominated_by_id"), "application", ["nominated_by_id"], unique=False)
    op.create_table(
        "call_group",
        sa.Column("consortium_id", sa.Integer(), nullable=False),
        sa.Column("call_id", sa.Integer(), nullable=False),
        sa.Column("created_at_utc", models.base.UtcDateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["call_id"], ["call.id"], name=op.f("fk_call_group_call_id_call"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["consortium_id"],
            ["consortium.id"],
            name=op.f("fk_call_group_consortium_id_consortium"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("consortium_id", name=op.f("pk_call_group")),
    )
    op.create_index(op.f("ix_call_group_call_id"), "call_group", ["call_id"], unique=False)
    op.create_table(
        "call_promoter",
        sa.Column("call_id", sa.Integer(), nullable=False),
        sa.Column("association_id", sa.Integer(), nullable=False),
        sa.Column("confirmed_at_utc", models.base.UtcDateTime(timezone=True), nullable=True),
        sa.Column("created_at_utc", models.base.UtcDateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["association_id"],
            ["association.id"],
            name=op.f("fk_call_promoter_association_id_association"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["call_id"], ["call.id"], name=op.f("fk_call_promoter_call_id_call"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("call_id", "association_id", name=op.f("pk_call_promoter")),
    )
    op.create_index(op.f("ix_call_promoter_association_id"), "call_promoter", ["association_id"], unique=False)


def downgrade() -> None:
    op.drop_column("mail", "unsubscribe")
    for table in TABLES:
        op.drop_table(table)
