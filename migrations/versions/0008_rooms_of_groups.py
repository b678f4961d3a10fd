"""Messages, meetings and the ledger of groups"""

import sqlalchemy as sa
from alembic import op

import models
from models.ledger import create_ledger_guards, drop_ledger_guards

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "group_message",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("key", sa.String(length=16), nullable=False),
        sa.Column("consortium_id", sa.Integer(), nullable=False),
        sa.Column("firm_id", sa.Integer(), nullable=True),
        sa.Column("person_id", sa.Integer(), nullable=True),
        sa.Column("body", sa.Text(), nullable=False),
        sa.Column("sent_at_utc", models.base.UtcDateTime(timezone=True), nullable=False),
        sa.Column("taken_back_at_utc", models.base.UtcDateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["consortium_id"],
            ["consortium.id"],
            name=op.f("fk_group_message_consortium_id_consortium"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["firm_id"], ["firm.id"], name=op.f("fk_group_message_firm_id_firm"), ondelete="SET NULL"
        ),
        sa.ForeignKeyConstraint(
            ["person_id"], ["person.id"], name=op.f("fk_group_message_person_id_person"), ondelete="SET NULL"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_group_message")),
        sa.UniqueConstraint("key", name=op.f("uq_group_message_key")),
    )
    op.create_index("ix_group_message_consortium_id_id", "group_message", ["consortium_id", "id"], unique=False)
    op.create_index(op.f("ix_group_message_firm_id"), "group_message", ["firm_id"], unique=False)
    op.create_index(op.f("ix_group_message_person_id"), "group_message", ["person_id"], unique=False)

    op.create_table(
        "group_read_mark",
        sa.Column("consortium_id", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("message_id", sa.Integer(), nullable=False),
        sa.Column("told_at_utc", models.base.UtcDateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["consortium_id"],
            ["consortium.id"],
            name=op.f("fk_group_read_mark_consortium_id_consortium"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["person_id"], ["person.id"], name=op.f("fk_group_read_mark_person_id_person"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("consortium_id", "person_id", name=op.f("pk_group_read_mark")),
    )
    op.create_index(op.f("ix_group_read_mark_person_id"), "group_read_mark", ["person_id"], unique=False)

    op.create_table(
        "ledger_entry",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("key", sa.String(length=16), nullable=False),
        sa.Column("consortium_id", sa.Integer(), nullable=False),
        sa.Column("firm_key", sa.String(length=16), nullable=False),
        sa.Column("firm_name", sa.String(length=200), nullable=False),
        sa.Column("kind", sa.String(length=8), nullable=False),
        sa.Column("amount_minor", sa.BigInteger(), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("words", sa.String(length=300), nullable=False),
        sa.Column("reverses_id", sa.Integer(), nullable=True),
        sa.Column("vote_key", sa.String(length=16), nullable=False),
        sa.Column("request_key", sa.String(length=48), nullable=False),
        sa.Column("author_key", sa.String(length=16), nullable=False),
        sa.Column("author_firm", sa.String(length=200), nullable=False),
        sa.Column("entered_at_utc", models.base.UtcDateTime(timezone=True), nullable=False),
        sa.CheckConstraint("(kind = 'reversal') = (reverses_id IS NOT NULL)", name=op.f("ck_ledger_entry_reversal")),
        sa.CheckConstraint("kind <> 'due' OR amount_minor > 0", name=op.f("ck_ledger_entry_due")),
        sa.CheckConstraint("kind <> 'payment' OR amount_minor < 0", name=op.f("ck_ledger_entry_payment")),
        sa.CheckConstraint("kind IN ('due', 'payment', 'reversal')", name=op.f("ck_ledger_entry_kind")),
        sa.CheckConstraint("amount_minor <> 0", name=op.f("ck_ledger_entry_amount_minor")),
        sa.ForeignKeyConstraint(
            ["consortium_id"], ["consortium.id"], name=op.f("fk_ledger_entry_consortium_id_consortium")
        ),
        sa.ForeignKeyConstraint(
            ["reverses_id"], ["ledger_entry.id"], name=op.f("fk_ledger_entry_reverses_id_ledger_entry")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_ledger_entry")),
        sa.UniqueConstraint("key", name=op.f("uq_ledger_entry_key")),
        sa.UniqueConstraint("request_key", name=op.f("uq_ledger_entry_request_key")),
        sa.UniqueConstraint("reverses_id", name=op.f("uq_ledger_entry_reverses_id")),
    )
    op.create_index(op.f("ix_ledger_entry_author_key"), "ledger_entry", ["author_key"], unique=False)
    op.create_index(
        "ix_ledger_entry_consortium_id_firm_key", "ledger_entry", ["consortium_id", "firm_key"], unique=False
    )
    op.create_index(op.f("ix_ledger_entry_firm_key"), "ledger_entry", ["firm_key"], unique=False)
    op.create_index(op.f("ix_ledger_entry_vote_key"), "ledger_entry", ["vote_key"], unique=False)
    create_ledger_guards(op.get_bind())

    op.create_table(
        "meeting",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("key", sa.String(length=16), nullable=False),
        sa.Column("consortium_id", sa.Integer(), nullable=True),
        sa.Column("introduction_id", sa.Integer(), nullable=True),
        sa.Column("firm_id", sa.Integer(), nullable=True),
        sa.Column("person_id", sa.Integer(), nullable=True),
        sa.Column("state", sa.String(length=12), nullable=False),
        sa.Column("title", sa.String(length=120), nullable=False),
        sa.Column("place", sa.String(length=300), nullable=False),
        sa.Column("agenda", sa.Text(), nullable=False),
        sa.Column("time_zone", sa.String(length=64), nullable=False),
        sa.Column("minutes", sa.Integer(), nullable=False),
        sa.Column("starts_at_utc", models.base.UtcDateTime(timezone=True), nullable=True),
        sa.Column("sequence", sa.Integer(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("created_at_utc", models.base.UtcDateTime(timezone=True), nullable=False),
        sa.Column("changed_at_utc", models.base.UtcDateTime(timezone=True), nullable=False),
        sa.CheckConstraint("(state <> 'settled') OR (starts_at_utc IS NOT NULL)", name=op.f("ck_meeting_starts")),
        sa.CheckConstraint("state IN ('proposed', 'settled', 'cancelled')", name=op.f("ck_meeting_state")),
        sa.CheckConstraint("(consortium_id IS NULL) <> (introduction_id IS NULL)", name=op.f("ck_meeting_belongs")),
        sa.CheckConstraint("minutes BETWEEN 5 AND 1440", name=op.f("ck_meeting_minutes")),
        sa.CheckConstraint("sequence >= 0", name=op.f("ck_meeting_sequence")),
        sa.ForeignKeyConstraint(
            ["consortium_id"], ["consortium.id"], name=op.f("fk_meeting_consortium_id_consortium"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(["firm_id"], ["firm.id"], name=op.f("fk_meeting_firm_id_firm"), ondelete="SET NULL"),
        sa.ForeignKeyConstraint(
            ["introduction_id"],
            ["introduction.id"],
            name=op.f("fk_meeting_introduction_id_introduction"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["person_id"], ["person.id"], name=op.f("fk_meeting_person_id_person"), ondelete="SET NULL"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_meeting")),
        sa.UniqueConstraint("key", name=op.f("uq_meeting_key")),
    )
    op.create_index(op.f("ix_meeting_consortium_id"), "meeting", ["consortium_id"], unique=False)
    op.create_index(op.f("ix_meeting_firm_id"), "meeting", ["firm_id"], unique=False)
    op.create_index(op.f("ix_meeting_introduction_id"), "meeting", ["introduction_id"], unique=False)
    op.create_index(op.f("ix_meeting_person_id"), "meeting", ["person_id"], unique=False)
    op.create_index(op.f("ix_meeting_starts_at_utc"), "meeting", ["starts_at_utc"], unique=False)

    op.create_table(
        "payment_notice",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("key", sa.String(length=16), nullable=False),
        sa.Column("consortium_id", sa.Integer(), nullable=False),
        sa.Column("firm_id", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=True),
        sa.Column("amount_minor", sa.BigInteger(), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("words", sa.String(length=300), nullable=False),
        sa.Column("request_key", sa.String(length=48), nullable=False),
        sa.Column("state", sa.String(length=12), nullable=False),
        sa.Column("announced_at_utc", models.base.UtcDateTime(timezone=True), nullable=False),
        sa.Column("decided_at_utc", models.base.UtcDateTime(timezone=True), nullable=True),
        sa.CheckConstraint("state IN ('waiting', 'confirmed', 'declined')", name=op.f("ck_payment_notice_state")),
        sa.CheckConstraint("amount_minor > 0", name=op.f("ck_payment_notice_amount_minor")),
        sa.ForeignKeyConstraint(
            ["consortium_id"],
            ["consortium.id"],
            name=op.f("fk_payment_notice_consortium_id_consortium"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["firm_id"], ["firm.id"], name=op.f("fk_payment_notice_firm_id_firm"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["person_id"], ["person.id"], name=op.f("fk_payment_notice_person_id_person"), ondelete="SET NULL"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_payment_notice")),
        sa.UniqueConstraint("key", name=op.f("uq_payment_notice_key")),
        sa.UniqueConstraint("request_key", name=op.f("uq_payment_notice_request_key")),
    )
    op.create_index(op.f("ix_payment_notice_consortium_id"), "payment_notice", ["consortium_id"], unique=False)
    op.create_index(op.f("ix_payment_notice_firm_id"), "payment_notice", ["firm_id"], unique=False)
    op.create_index(op.f("ix_payment_notice_person_id"), "payment_notice", ["person_id"], unique=False)

    op.create_table(
        "due_reminder",
        sa.Column("entry_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("reminded_at_utc", models.base.UtcDateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["entry_id"], ["ledger_entry.id"], name=op.f("fk_due_reminder_entry_id_ledger_entry")
        ),
        sa.PrimaryKeyConstraint("entry_id", name=op.f("pk_due_reminder")),
    )

    op.create_table(
        "meeting_time",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("key", sa.String(length=16), nullable=False),
        sa.Column("meeting_id", sa.Integer(), nullable=False),
        sa.Column("starts_at_utc", models.base.UtcDateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["meeting_id"], ["meeting.id"], name=op.f("fk_meeting_time_meeting_id_meeting"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_meeting_time")),
        sa.UniqueConstraint("key", name=op.f("uq_meeting_time_key")),
        sa.UniqueConstraint("meeting_id", "starts_at_utc", name=op.f("uq_meeting_time_meeting_id_starts_at_utc")),
    )

    op.create_table(
        "meeting_answer",
        sa.Column("time_id", sa.Integer(), nullable=False),
        sa.Column("firm_id", sa.Integer(), nullable=False),
        sa.Column("answer", sa.String(length=12), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=True),
        sa.Column("answered_at_utc", models.base.UtcDateTime(timezone=True), nullable=False),
        sa.CheckConstraint("answer IN ('yes', 'if_need_be', 'no')", name=op.f("ck_meeting_answer_answer")),
        sa.ForeignKeyConstraint(
            ["firm_id"], ["firm.id"], name=op.f("fk_meeting_answer_firm_id_firm"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["person_id"], ["person.id"], name=op.f("fk_meeting_answer_person_id_person"), ondelete="SET NULL"
        ),
        sa.ForeignKeyConstraint(
            ["time_id"], ["meeting_time.id"], name=op.f("fk_meeting_answer_time_id_meeting_time"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("time_id", "firm_id", name=op.f("pk_meeting_answer")),
    )
    op.create_index(op.f("ix_meeting_answer_firm_id"), "meeting_answer", ["firm_id"], unique=False)
    op.create_index(op.f("ix_meeting_answer_person_id"), "meeting_answer", ["person_id"], unique=False)
    op.create_table(
        "calendar_feed",
        sa.Column("person_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("token_hash", sa.String(length=64), nullable=False),
        sa.Column("made_at_utc", models.base.UtcDateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["person_id"], ["person.id"], name=op.f("fk_calendar_feed_person_id_person"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("person_id", name=op.f("pk_calendar_feed")),
        sa.UniqueConstraint("token_hash", name=op.f("uq_calendar_feed_token_hash")),
    )
    op.add_column("mail", sa.Column("calendar", sa.Text(), server_default="", nullable=False))


def downgrade() -> None:
    op.drop_column("mail", "calendar")
    drop_ledger_guards(op.get_bind())
    for table in (
        "calendar_feed",
        "meeting_answer",
        "meeting_time",
        "due_reminder",
        "payment_notice",
        "meeting",
        "ledger_entry",
        "group_read_mark",
        "group_message",
    ):
        op.drop_table(table)
