"""The audit log: who did what, and when, each entry chained to the one before; the database refuses to change one.

Alembic's batch mode copies an SQLite table and drops its triggers without a word, so a migration that copies
`audit_entry` or `audit_head` ends with `create_audit_guards`.
"""

from __future__ import annotations

import datetime as dt
import enum
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from models.base import Base, UtcDateTime


class Deed(enum.StrEnum):
    """What an entry of the audit log is about."""

    SIGNED_IN = "signed_in"
    SIGN_IN_FAILED = "sign_in_failed"
    ACCOUNT_RESTS = "account_rests"
    PASSWORD_CHANGED = "password_changed"  # noqa: S105 - a deed, no password
    EMAIL_CHANGED = "email_changed"
    SECOND_FACTOR_ON = "second_factor_on"
    SECOND_FACTOR_OFF = "second_factor_off"
    SECOND_FACTOR_RESET = "second_factor_reset"
    RECOVERY_CODE_USED = "recovery_code_used"
    RECOVERY_CODES_RENEWED = "recovery_codes_renewed"
    ROLE_GIVEN = "role_given"
    ACCOUNT_UNLOCKED = "account_unlocked"
    SIGNED_OUT = "signed_out"
    MAILS_RETRIED = "mails_retried"
    POST_GIVEN = "post_given"
    POST_CHANGED = "post_changed"
    POST_TAKEN = "post_taken"
    FIRM_DECIDED = "firm_decided"
    FIRM_REOPENED = "firm_reopened"
    CHANGE_DECIDED = "change_decided"
    APPEAL_DECIDED = "appeal_decided"
    REPORT_DECIDED = "report_decided"
    PART_VERIFIED = "part_verified"
    PROOF_DECIDED = "proof_decided"
    PROOF_OPENED = "proof_opened"
    CASE_ESCALATED = "case_escalated"
    CASE_HANDED_BACK = "case_handed_back"
    CASE_RECUSED = "case_recused"
    GROUP_REVIEWED = "group_reviewed"
    GROUP_SUSPENDED = "group_suspended"
    GROUP_LIFTED = "group_lifted"
    LEAD_HANDED_OVER = "lead_handed_over"
    BARRIER_DECIDED = "barrier_decided"
    BARRIER_TAKEN_DOWN = "barrier_taken_down"
    INTRODUCTION_OPENED = "introduction_opened"
    CONTACT_SEEN = "contact_seen"
    FIRMS_EXPORTED = "firms_exported"
    ASSOCIATION_DECIDED = "association_decided"
    PERMISSION_ASKED = "permission_asked"
    PERMISSION_GIVEN = "permission_given"
    PERMISSION_DECLINED = "permission_declined"
    PERMISSION_ENDED = "permission_ended"
    DONE_ON_BEHALF = "done_on_behalf"
    MEMBERS_IMPORTED = "members_imported"
    MEMBERS_IMPORT_UNDONE = "members_import_undone"
    CALL_OPENED = "call_opened"
    CALL_CLOSED = "call_closed"
    CALL_PERIOD_CHANGED = "call_period_changed"
    CALL_WITHDRAWN = "call_withdrawn"
    APPLICATION_DECIDED = "application_decided"
    FIRMS_IMPORTED = "firms_imported"
    STAFF_INVITED = "staff_invited"
    STAFF_INVITATION_ENDED = "staff_invitation_ended"
    STAFF_JOINED = "staff_joined"
    STAFF_ROLE_CHANGED = "staff_role_changed"
    STAFF_REMOVED = "staff_removed"
    DOCUMENT_OPENED = "document_opened"
    SETTING_CHANGED = "setting_changed"
    JOB_TRIED_AGAIN = "job_tried_again"
    JOB_STOPPED = "job_stopped"
    DATA_TAKEN_OUT = "data_taken_out"
    ACCOUNT_DELETED = "account_deleted"
    FIRM_DELETED = "firm_deleted"
    RANKING_SWITCHED_ON = "ranking_switched_on"
    RANKING_SWITCHED_OFF = "ranking_switched_off"
    RANKING_CHOSEN = "ranking_chosen"
    OLD_DATA_DELETED = "old_data_deleted"
    LOG_CHECKED = "log_checked"
    LOG_EXPORTED = "log_exported"
    LOG_SEALED = "log_sealed"


class AuditEntry(Base):
    """One deed. Keys, not foreign keys: it outlives whom it is about. Its id is its number, without gaps."""

    __tablename__ = "audit_entry"

    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    happened_at_utc: Mapped[dt.datetime] = mapped_column(UtcDateTime, index=True)
    what: Mapped[str] = mapped_column(sa.String(32), index=True)
    person_key: Mapped[str] = mapped_column(sa.String(16), index=True)
    """Who did it; empty for the command line, the night's work, and whoever has not signed in."""
    person_role: Mapped[str] = mapped_column(sa.String(16))
    """The role that the person had then."""
    firm_key: Mapped[str] = mapped_column(sa.String(16), index=True)
    """The firm for which it was done."""
    on_behalf: Mapped[bool]
    """Done for that firm by somebody who is not of it."""
    subject_kind: Mapped[str] = mapped_column(sa.String(24))
    subject_key: Mapped[str] = mapped_column(sa.String(16), index=True)
    facts: Mapped[dict[str, Any]] = mapped_column(sa.JSON)
    """What else there is to say, in codes and counts: nothing that a person may ask to have erased."""
    previous_hash: Mapped[str] = mapped_column(sa.String(64))
    hash: Mapped[str] = mapped_column(sa.String(64))


class AuditName(Base):
    """What somebody or something in the log is called; blanked when it is deleted, and the chain stays whole."""

    __tablename__ = "audit_name"

    kind: Mapped[str] = mapped_column(sa.String(24), primary_key=True)
    key: Mapped[str] = mapped_column(sa.String(16), primary_key=True)
    name: Mapped[str] = mapped_column(sa.String(200))
    name_folded: Mapped[str] = mapped_column(sa.String(400))


class AuditHead(Base):
    """How many entries there are and the hash of the last, sealed with a key that the database does not hold."""

    __tablename__ = "audit_head"
    __table_args__ = (sa.CheckConstraint("id = 1", name="one"),)

    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    count: Mapped[int]
    hash: Mapped[str] = mapped_column(sa.String(64))
    seal: Mapped[str] = mapped_column(sa.String(64))


WORDS = "the audit log cannot be changed"
# REPLACE deletes the old row without asking a trigger on DELETE: so a number that is there may not come again.
SQLITE = {
    "audit_entry_update": "BEFORE UPDATE ON audit_entry",
    "audit_entry_delete": "BEFORE DELETE ON audit_entry",
    "audit_entry_again": "BEFORE INSERT ON audit_entry WHEN EXISTS (SELECT 1 FROM audit_entry WHERE id = new.id)",
    "audit_head_delete": "BEFORE DELETE ON audit_head",
    "audit_head_again": "BEFORE INSERT ON audit_head WHEN EXISTS (SELECT 1 FROM audit_head WHERE id = new.id)",
}
POSTGRESQL = {
    "audit_entry_rows": "BEFORE UPDATE OR DELETE ON audit_entry FOR EACH ROW",
    "audit_entry_table": "BEFORE TRUNCATE ON audit_entry FOR EACH STATEMENT",
    "audit_head_rows": "BEFORE DELETE ON audit_head FOR EACH ROW",
    "audit_head_table": "BEFORE TRUNCATE ON audit_head FOR EACH STATEMENT",
}


def create_audit_guards(connection: sa.Connection) -> None:
    """Have the database refuse to change or delete entries from now on."""
    drop_audit_guards(connection)
    if connection.dialect.name == "sqlite":
        for name, when in SQLITE.items():
            connection.exec_driver_sql(f"CREATE TRIGGER {name} {when} BEGIN SELECT RAISE(ABORT, '{WORDS}'); END")
        return
    connection.exec_driver_sql(
        "CREATE FUNCTION refuse_audit_change() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN "
        f"RAISE EXCEPTION '{WORDS}' USING ERRCODE = 'restrict_violation'; END $$"
    )
    for name, when in POSTGRESQL.items():
        connection.exec_driver_sql(f"CREATE TRIGGER {name} {when} EXECUTE FUNCTION refuse_audit_change()")


def drop_audit_guards(connection: sa.Connection) -> None:
    """Have it refuse no longer."""
    if connection.dialect.name == "sqlite":
        for name in SQLITE:
            connection.exec_driver_sql(f"DROP TRIGGER IF EXISTS {name}")
    else:
        connection.exec_driver_sql("DROP FUNCTION IF EXISTS refuse_audit_change() CASCADE")
