"""The first tables"""

import sqlalchemy as sa
from alembic import op

import models.base
from models.search import create_search, drop_search

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "firm",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("key", sa.String(length=16), nullable=False),
        sa.Column("state", sa.String(length=12), nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("name_folded", sa.String(length=200), nullable=False),
        sa.Column("country", sa.String(length=3), nullable=False),
        sa.Column("city", sa.String(length=120), nullable=False),
        sa.Column("tax_number", sa.String(length=40), nullable=False),
        sa.Column("tax_number_folded", sa.String(length=40), nullable=False),
        sa.Column("founded_year", sa.Integer(), nullable=True),
        sa.Column("employees", sa.Integer(), nullable=True),
        sa.Column("turnover_band", sa.String(length=16), nullable=False),
        sa.Column("website", sa.String(length=300), nullable=False),
        sa.Column("about", sa.Text(), nullable=False),
        sa.Column("contact_name", sa.String(length=120), nullable=False),
        sa.Column("contact_email", sa.String(length=254), nullable=False),
        sa.Column("contact_phone", sa.String(length=40), nullable=False),
        sa.Column("offers_text", sa.Text(), nullable=False),
        sa.Column("needs_text", sa.Text(), nullable=False),
        sa.Column("can_sign", sa.Boolean(), nullable=False),
        sa.Column("sole_brand", sa.Boolean(), nullable=False),
        sa.Column("accepts_coopetition", sa.Boolean(), nullable=False),
        sa.Column("fictional", sa.Boolean(), nullable=False),
        sa.Column("search_text", sa.Text(), nullable=False),
        sa.Column("created_at_utc", models.base.UtcDateTime(timezone=True), nullable=False),
        sa.Column("changed_at_utc", models.base.UtcDateTime(timezone=True), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("submitted_at_utc", models.base.UtcDateTime(timezone=True), nullable=True),
        sa.Column("approved_at_utc", models.base.UtcDateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_firm")),
        sa.UniqueConstraint("key", name=op.f("uq_firm_key")),
        sqlite_autoincrement=True,
    )
    with op.batch_alter_table("firm", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_firm_changed_at_utc"), ["changed_at_utc"], unique=False)
        batch_op.create_index(batch_op.f("ix_firm_country"), ["country"], unique=False)
        batch_op.create_index("ix_firm_country_name_folded", ["country", "name_folded"], unique=False)
        batch_op.create_index(
            "ix_firm_fictional",
            ["fictional"],
            unique=False,
            sqlite_where=sa.text("fictional = 1"),
            postgresql_where=sa.text("fictional"),
        )
        batch_op.create_index(batch_op.f("ix_firm_state"), ["state"], unique=False)
        batch_op.create_index(
            "uq_firm_country_tax_number",
            ["country", "tax_number_folded"],
            unique=True,
            sqlite_where=sa.text("tax_number_folded <> ''"),
            postgresql_where=sa.text("tax_number_folded <> ''"),
        )

    op.create_table(
        "mail",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("recipient", sa.String(length=254), nullable=False),
        sa.Column("subject", sa.String(length=300), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("html", sa.Text(), nullable=False),
        sa.Column("created_at_utc", models.base.UtcDateTime(timezone=True), nullable=False),
        sa.Column("sent_at_utc", models.base.UtcDateTime(timezone=True), nullable=True),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("due_at_utc", models.base.UtcDateTime(timezone=True), nullable=False),
        sa.Column("error", sa.String(length=300), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_mail")),
    )
    with op.batch_alter_table("mail", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_mail_recipient"), ["recipient"], unique=False)
        batch_op.create_index(batch_op.f("ix_mail_sent_at_utc"), ["sent_at_utc"], unique=False)

    op.create_table(
        "network_run",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("made_at_utc", models.base.UtcDateTime(timezone=True), nullable=False),
        sa.Column("stamp", sa.String(length=80), nullable=False),
        sa.Column("seconds", sa.Double(), nullable=False),
        sa.Column("firms", sa.Integer(), nullable=False),
        sa.Column("ties", sa.Integer(), nullable=False),
        sa.Column("clusters", sa.Integer(), nullable=False),
        sa.Column("modularity", sa.Double(), nullable=True),
        sa.Column("parameters", sa.JSON(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_network_run")),
    )
    op.create_table(
        "person",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("key", sa.String(length=16), nullable=False),
        sa.Column("email", sa.String(length=254), nullable=False),
        sa.Column("name", sa.String(length=120), nullable=False),
        sa.Column("password_hash", sa.String(length=200), nullable=False),
        sa.Column("role", sa.String(length=16), nullable=False),
        sa.Column("locale", sa.String(length=8), nullable=False),
        sa.Column("session_stamp", sa.String(length=16), nullable=False),
        sa.Column("confirmed_at_utc", models.base.UtcDateTime(timezone=True), nullable=True),
        sa.Column("failed_sign_ins", sa.Integer(), nullable=False),
        sa.Column("locked_until_utc", models.base.UtcDateTime(timezone=True), nullable=True),
        sa.Column("created_at_utc", models.base.UtcDateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_person")),
        sa.UniqueConstraint("email", name=op.f("uq_person_email")),
        sa.UniqueConstraint("key", name=op.f("uq_person_key")),
    )
    op.create_table(
        "block",
        sa.Column("firm_id", sa.Integer(), nullable=False),
        sa.Column("blocked_id", sa.Integer(), nullable=False),
        sa.Column("created_at_utc", models.base.UtcDateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["blocked_id"], ["firm.id"], name=op.f("fk_block_blocked_id_firm"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(["firm_id"], ["firm.id"], name=op.f("fk_block_firm_id_firm"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("firm_id", "blocked_id", name=op.f("pk_block")),
    )
    with op.batch_alter_table("block", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_block_blocked_id"), ["blocked_id"], unique=False)

    op.create_table(
        "certificate",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("firm_id", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(length=120), nullable=False),
        sa.Column("name_folded", sa.String(length=120), nullable=False),
        sa.Column("valid_until", sa.Date(), nullable=True),
        sa.ForeignKeyConstraint(
            ["firm_id"], ["firm.id"], name=op.f("fk_certificate_firm_id_firm"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_certificate")),
    )
    with op.batch_alter_table("certificate", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_certificate_firm_id"), ["firm_id"], unique=False)

    op.create_table(
        "choice",
        sa.Column("firm_id", sa.Integer(), nullable=False),
        sa.Column("other_id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(length=12), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=True),
        sa.Column("made_at_utc", models.base.UtcDateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["firm_id"], ["firm.id"], name=op.f("fk_choice_firm_id_firm"), ondelete="CASCADE"),
        sa.ForeignKeyConstraint(["other_id"], ["firm.id"], name=op.f("fk_choice_other_id_firm"), ondelete="CASCADE"),
        sa.ForeignKeyConstraint(
            ["person_id"], ["person.id"], name=op.f("fk_choice_person_id_person"), ondelete="SET NULL"
        ),
        sa.PrimaryKeyConstraint("firm_id", "other_id", name=op.f("pk_choice")),
    )
    with op.batch_alter_table("choice", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_choice_other_id"), ["other_id"], unique=False)

    op.create_table(
        "cluster",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("key", sa.String(length=16), nullable=False),
        sa.Column("run_id", sa.Integer(), nullable=False),
        sa.Column("colour", sa.Integer(), nullable=False),
        sa.Column("market", sa.String(length=3), nullable=False),
        sa.Column("chapter", sa.String(length=2), nullable=False),
        sa.Column("size", sa.Integer(), nullable=False),
        sa.Column("x", sa.Double(), nullable=False),
        sa.Column("y", sa.Double(), nullable=False),
        sa.Column("facts", sa.JSON(), nullable=False),
        sa.ForeignKeyConstraint(
            ["run_id"], ["network_run.id"], name=op.f("fk_cluster_run_id_network_run"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_cluster")),
        sa.UniqueConstraint("key", name=op.f("uq_cluster_key")),
    )
    with op.batch_alter_table("cluster", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_cluster_run_id"), ["run_id"], unique=False)

    op.create_table(
        "decision",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("firm_id", sa.Integer(), nullable=False),
        sa.Column("moderator_id", sa.Integer(), nullable=True),
        sa.Column("outcome", sa.String(length=12), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("made_at_utc", models.base.UtcDateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["firm_id"], ["firm.id"], name=op.f("fk_decision_firm_id_firm"), ondelete="CASCADE"),
        sa.ForeignKeyConstraint(
            ["moderator_id"], ["person.id"], name=op.f("fk_decision_moderator_id_person"), ondelete="SET NULL"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_decision")),
    )
    with op.batch_alter_table("decision", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_decision_firm_id"), ["firm_id"], unique=False)

    op.create_table(
        "firm_capability",
        sa.Column("firm_id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(length=8), nullable=False),
        sa.Column("capability", sa.String(length=32), nullable=False),
        sa.CheckConstraint("kind IN ('offer', 'need')", name=op.f("ck_firm_capability_kind")),
        sa.ForeignKeyConstraint(
            ["firm_id"], ["firm.id"], name=op.f("fk_firm_capability_firm_id_firm"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("firm_id", "kind", "capability", name=op.f("pk_firm_capability")),
    )
    with op.batch_alter_table("firm_capability", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_firm_capability_capability"), ["capability"], unique=False)

    op.create_table(
        "firm_language",
        sa.Column("firm_id", sa.Integer(), nullable=False),
        sa.Column("language", sa.String(length=8), nullable=False),
        sa.Column("level", sa.String(length=12), nullable=False),
        sa.ForeignKeyConstraint(
            ["firm_id"], ["firm.id"], name=op.f("fk_firm_language_firm_id_firm"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("firm_id", "language", name=op.f("pk_firm_language")),
    )
    op.create_table(
        "firm_link",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("firm_id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(length=12), nullable=False),
        sa.Column("name", sa.String(length=160), nullable=False),
        sa.Column("name_folded", sa.String(length=160), nullable=False),
        sa.CheckConstraint("kind IN ('association', 'consortium')", name=op.f("ck_firm_link_kind")),
        sa.ForeignKeyConstraint(["firm_id"], ["firm.id"], name=op.f("fk_firm_link_firm_id_firm"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_firm_link")),
    )
    with op.batch_alter_table("firm_link", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_firm_link_firm_id"), ["firm_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_firm_link_name_folded"), ["name_folded"], unique=False)

    op.create_table(
        "firm_tag",
        sa.Column("firm_id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(length=12), nullable=False),
        sa.Column("tag", sa.String(length=32), nullable=False),
        sa.CheckConstraint("kind IN ('objective', 'norm')", name=op.f("ck_firm_tag_kind")),
        sa.ForeignKeyConstraint(["firm_id"], ["firm.id"], name=op.f("fk_firm_tag_firm_id_firm"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("firm_id", "kind", "tag", name=op.f("pk_firm_tag")),
    )
    op.create_table(
        "introduction",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("key", sa.String(length=16), nullable=False),
        sa.Column("first_id", sa.Integer(), nullable=False),
        sa.Column("second_id", sa.Integer(), nullable=False),
        sa.Column("opened_at_utc", models.base.UtcDateTime(timezone=True), nullable=False),
        sa.Column("closed_at_utc", models.base.UtcDateTime(timezone=True), nullable=True),
        sa.CheckConstraint("first_id < second_id", name=op.f("ck_introduction_order")),
        sa.ForeignKeyConstraint(
            ["first_id"], ["firm.id"], name=op.f("fk_introduction_first_id_firm"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["second_id"], ["firm.id"], name=op.f("fk_introduction_second_id_firm"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_introduction")),
        sa.UniqueConstraint("first_id", "second_id", name=op.f("uq_introduction_first_id_second_id")),
        sa.UniqueConstraint("key", name=op.f("uq_introduction_key")),
    )
    with op.batch_alter_table("introduction", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_introduction_second_id"), ["second_id"], unique=False)

    op.create_table(
        "known_market",
        sa.Column("firm_id", sa.Integer(), nullable=False),
        sa.Column("country", sa.String(length=3), nullable=False),
        sa.Column("experience", sa.String(length=12), nullable=False),
        sa.ForeignKeyConstraint(
            ["firm_id"], ["firm.id"], name=op.f("fk_known_market_firm_id_firm"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("firm_id", "country", name=op.f("pk_known_market")),
    )
    with op.batch_alter_table("known_market", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_known_market_country"), ["country"], unique=False)

    op.create_table(
        "post",
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("firm_id", sa.Integer(), nullable=False),
        sa.Column("role", sa.String(length=16), nullable=False),
        sa.Column("created_at_utc", models.base.UtcDateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["firm_id"], ["firm.id"], name=op.f("fk_post_firm_id_firm"), ondelete="CASCADE"),
        sa.ForeignKeyConstraint(
            ["person_id"], ["person.id"], name=op.f("fk_post_person_id_person"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("person_id", "firm_id", name=op.f("pk_post")),
    )
    with op.batch_alter_table("post", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_post_firm_id"), ["firm_id"], unique=False)

    op.create_table(
        "post_invitation",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("key", sa.String(length=16), nullable=False),
        sa.Column("firm_id", sa.Integer(), nullable=False),
        sa.Column("email", sa.String(length=254), nullable=False),
        sa.Column("role", sa.String(length=16), nullable=False),
        sa.Column("invited_by_id", sa.Integer(), nullable=True),
        sa.Column("created_at_utc", models.base.UtcDateTime(timezone=True), nullable=False),
        sa.Column("accepted_at_utc", models.base.UtcDateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["firm_id"], ["firm.id"], name=op.f("fk_post_invitation_firm_id_firm"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["invited_by_id"],
            ["person.id"],
            name=op.f("fk_post_invitation_invited_by_id_person"),
            ondelete="SET NULL",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_post_invitation")),
        sa.UniqueConstraint("firm_id", "email", name=op.f("uq_post_invitation_firm_id_email")),
        sa.UniqueConstraint("key", name=op.f("uq_post_invitation_key")),
    )
    with op.batch_alter_table("post_invitation", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_post_invitation_email"), ["email"], unique=False)

    op.create_table(
        "product",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("firm_id", sa.Integer(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("words", sa.String(length=200), nullable=False),
        sa.Column("hs", sa.String(length=6), nullable=False),
        sa.Column("tier", sa.Integer(), nullable=True),
        sa.Column("segment", sa.String(length=24), nullable=False),
        sa.Column("monthly_capacity", sa.String(length=80), nullable=False),
        sa.Column("pools", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(["firm_id"], ["firm.id"], name=op.f("fk_product_firm_id_firm"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_product")),
    )
    with op.batch_alter_table("product", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_product_firm_id"), ["firm_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_product_hs"), ["hs"], unique=False)

    op.create_table(
        "target_market",
        sa.Column("firm_id", sa.Integer(), nullable=False),
        sa.Column("country", sa.String(length=3), nullable=False),
        sa.Column("priority", sa.Integer(), nullable=False),
        sa.Column("horizon", sa.Integer(), nullable=True),
        sa.Column("budget_eur", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(
            ["firm_id"], ["firm.id"], name=op.f("fk_target_market_firm_id_firm"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("firm_id", "country", name=op.f("pk_target_market")),
    )
    with op.batch_alter_table("target_market", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_target_market_country"), ["country"], unique=False)

    op.create_table(
        "tie",
        sa.Column("first_id", sa.Integer(), nullable=False),
        sa.Column("second_id", sa.Integer(), nullable=False),
        sa.Column("run_id", sa.Integer(), nullable=False),
        sa.Column("score", sa.Double(), nullable=False),
        sa.CheckConstraint("first_id < second_id", name=op.f("ck_tie_order")),
        sa.ForeignKeyConstraint(["first_id"], ["firm.id"], name=op.f("fk_tie_first_id_firm"), ondelete="CASCADE"),
        sa.ForeignKeyConstraint(
            ["run_id"], ["network_run.id"], name=op.f("fk_tie_run_id_network_run"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(["second_id"], ["firm.id"], name=op.f("fk_tie_second_id_firm"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("first_id", "second_id", name=op.f("pk_tie")),
    )
    with op.batch_alter_table("tie", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_tie_run_id"), ["run_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_tie_second_id"), ["second_id"], unique=False)

    op.create_table(
        "message",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("introduction_id", sa.Integer(), nullable=False),
        sa.Column("firm_id", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=True),
        sa.Column("body", sa.Text(), nullable=False),
        sa.Column("sent_at_utc", models.base.UtcDateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["firm_id"], ["firm.id"], name=op.f("fk_message_firm_id_firm"), ondelete="CASCADE"),
        sa.ForeignKeyConstraint(
            ["introduction_id"],
            ["introduction.id"],
            name=op.f("fk_message_introduction_id_introduction"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["person_id"], ["person.id"], name=op.f("fk_message_person_id_person"), ondelete="SET NULL"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_message")),
    )
    with op.batch_alter_table("message", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_message_introduction_id"), ["introduction_id"], unique=False)

    op.create_table(
        "place",
        sa.Column("firm_id", sa.Integer(), nullable=False),
        sa.Column("run_id", sa.Integer(), nullable=False),
        sa.Column("cluster_id", sa.Integer(), nullable=True),
        sa.Column("x", sa.Double(), nullable=False),
        sa.Column("y", sa.Double(), nullable=False),
        sa.Column("certainty", sa.Double(), nullable=False),
        sa.ForeignKeyConstraint(
            ["cluster_id"], ["cluster.id"], name=op.f("fk_place_cluster_id_cluster"), ondelete="SET NULL"
        ),
        sa.ForeignKeyConstraint(["firm_id"], ["firm.id"], name=op.f("fk_place_firm_id_firm"), ondelete="CASCADE"),
        sa.ForeignKeyConstraint(
            ["run_id"], ["network_run.id"], name=op.f("fk_place_run_id_network_run"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("firm_id", name=op.f("pk_place")),
    )
    with op.batch_alter_table("place", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_place_cluster_id"), ["cluster_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_place_run_id"), ["run_id"], unique=False)

    op.create_table(
        "read_mark",
        sa.Column("introduction_id", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("message_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["introduction_id"],
            ["introduction.id"],
            name=op.f("fk_read_mark_introduction_id_introduction"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["person_id"], ["person.id"], name=op.f("fk_read_mark_person_id_person"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("introduction_id", "person_id", name=op.f("pk_read_mark")),
    )
    create_search(op.get_bind())


def downgrade() -> None:
    drop_search(op.get_bind())
    op.drop_table("read_mark")
    with op.batch_alter_table("place", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_place_run_id"))
        batch_op.drop_index(batch_op.f("ix_place_cluster_id"))

    op.drop_table("place")
    with op.batch_alter_table("message", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_message_introduction_id"))

    op.drop_table("message")
    with op.batch_alter_table("tie", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_tie_second_id"))
        batch_op.drop_index(batch_op.f("ix_tie_run_id"))

    op.drop_table("tie")
    with op.batch_alter_table("target_market", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_target_market_country"))

    op.drop_table("target_market")
    with op.batch_alter_table("product", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_product_hs"))
        batch_op.drop_index(batch_op.f("ix_product_firm_id"))

    op.drop_table("product")
    with op.batch_alter_table("post_invitation", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_post_invitation_email"))

    op.drop_table("post_invitation")
    with op.batch_alter_table("post", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_post_firm_id"))

    op.drop_table("post")
    with op.batch_alter_table("known_market", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_known_market_country"))

    op.drop_table("known_market")
    with op.batch_alter_table("introduction", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_introduction_second_id"))

    op.drop_table("introduction")
    op.drop_table("firm_tag")
    with op.batch_alter_table("firm_link", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_firm_link_name_folded"))
        batch_op.drop_index(batch_op.f("ix_firm_link_firm_id"))

    op.drop_table("firm_link")
    op.drop_table("firm_language")
    with op.batch_alter_table("firm_capability", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_firm_capability_capability"))

    op.drop_table("firm_capability")
    with op.batch_alter_table("decision", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_decision_firm_id"))

    op.drop_table("decision")
    with op.batch_alter_table("cluster", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_cluster_run_id"))

    op.drop_table("cluster")
    with op.batch_alter_table("choice", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_choice_other_id"))

    op.drop_table("choice")
    with op.batch_alter_table("certificate", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_certificate_firm_id"))

    op.drop_table("certificate")
    with op.batch_alter_table("block", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_block_blocked_id"))

    op.drop_table("block")
    op.drop_table("person")
    op.drop_table("network_run")
    with op.batch_alter_table("mail", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_mail_sent_at_utc"))
        batch_op.drop_index(batch_op.f("ix_mail_recipient"))

    op.drop_table("mail")
    with op.batch_alter_table("firm", schema=None) as batch_op:
        batch_op.drop_index(
            "uq_firm_country_tax_number",
            sqlite_where=sa.text("tax_number_folded <> ''"),
            postgresql_where=sa.text("tax_number_folded <> ''"),
        )
        batch_op.drop_index(batch_op.f("ix_firm_state"))
        batch_op.drop_index(
            "ix_firm_fictional", sqlite_where=sa.text("fictional = 1"), postgresql_where=sa.text("fictional")
        )
        batch_op.drop_index("ix_firm_country_name_folded")
        batch_op.drop_index(batch_op.f("ix_firm_country"))
        batch_op.drop_index(batch_op.f("ix_firm_changed_at_utc"))

    op.drop_table("firm")
