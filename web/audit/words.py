"""What stands in the audit log, in the reader's language."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_babel import ngettext

from models import Deed
from services.audit_check import Check, Flaw
from services.audit_search import Line
from web.administration.setting_words import CHOICE, SETTING
from web.associations.on_behalf_words import ACT, END, PART
from web.associations.words import ROLE as STAFF_ROLE
from web.consortia.words import VERDICT
from web.jobs.kinds import KINDS
from web.moderation.words import APPEAL_STATE, CHANGE_STATE, REPORT_OUTCOME, VERIFIED, VERIFIED_BY
from web.proofs.words import PROOF_KIND, PROOF_OUTCOME
from web.words import OUTCOME, POST_ROLE, PROFILE_SECTION, ROLE, SEEN_WHERE

DEED = {
    Deed.SIGNED_IN: _l("Signed in"),
    Deed.SIGN_IN_FAILED: _l("Sign-in failed"),
    Deed.ACCOUNT_RESTS: _l("Account rests after wrong tries"),
    Deed.PASSWORD_CHANGED: _l("Password changed"),
    Deed.EMAIL_CHANGED: _l("E-mail address changed"),
    Deed.SECOND_FACTOR_ON: _l("Second factor turned on"),
    Deed.SECOND_FACTOR_OFF: _l("Second factor turned off"),
    Deed.SECOND_FACTOR_RESET: _l("Second factor taken away by an administrator"),
    Deed.RECOVERY_CODE_USED: _l("Recovery code used"),
    Deed.RECOVERY_CODES_RENEWED: _l("Recovery codes renewed"),
    Deed.ROLE_GIVEN: _l("Role on the platform given"),
    Deed.ACCOUNT_UNLOCKED: _l("Account unlocked"),
    Deed.SIGNED_OUT: _l("Signed out everywhere by an administrator"),
    Deed.MAILS_RETRIED: _l("Failed mails tried again"),
    Deed.POST_GIVEN: _l("Began to act for a firm"),
    Deed.POST_CHANGED: _l("Role in a firm changed"),
    Deed.POST_TAKEN: _l("No longer acts for a firm"),
    Deed.FIRM_DECIDED: _l("Firm decided on"),
    Deed.FIRM_REOPENED: _l("Decision on a firm taken back"),
    Deed.CHANGE_DECIDED: _l("Change of a firm decided on"),
    Deed.APPEAL_DECIDED: _l("Appeal decided on"),
    Deed.REPORT_DECIDED: _l("Report decided on"),
    Deed.PART_VERIFIED: _l("Part of a profile verified"),
    Deed.PROOF_DECIDED: _l("Document of a firm decided on"),
    Deed.PROOF_OPENED: _l("Document of a firm opened by a moderator"),
    Deed.CASE_ESCALATED: _l("Case left to an administrator"),
    Deed.CASE_HANDED_BACK: _l("Case handed back to the moderators"),
    Deed.CASE_RECUSED: _l("Stepped back from a case"),
    Deed.GROUP_REVIEWED: _l("Group reviewed"),
    Deed.GROUP_SUSPENDED: _l("Group suspended"),
    Deed.GROUP_LIFTED: _l("Suspension of a group ended"),
    Deed.LEAD_HANDED_OVER: _l("Lead of a group handed over"),
    Deed.BARRIER_DECIDED: _l("Barrier decided on"),
    Deed.BARRIER_TAKEN_DOWN: _l("Barrier taken down"),
    Deed.INTRODUCTION_OPENED: _l("Contact data opened by mutual interest"),
    Deed.CONTACT_SEEN: _l("Contact data seen"),
    Deed.FIRMS_EXPORTED: _l("Firms written to a file"),
    Deed.ASSOCIATION_DECIDED: _l("Association decided on"),
    Deed.PERMISSION_ASKED: _l("Permission of a firm asked for"),
    Deed.PERMISSION_GIVEN: _l("Association permitted to act on behalf of a firm"),
    Deed.PERMISSION_DECLINED: _l("Request for a permission declined"),
    Deed.PERMISSION_ENDED: _l("Permission to act on behalf of a firm ended"),
    Deed.DONE_ON_BEHALF: _l("Done on behalf of a firm"),
    Deed.MEMBERS_IMPORTED: _l("Members of an association imported"),
    Deed.MEMBERS_IMPORT_UNDONE: _l("Import of members undone"),
    Deed.CALL_OPENED: _l("Call opened to firms"),
    Deed.CALL_CLOSED: _l("Call closed"),
    Deed.CALL_PERIOD_CHANGED: _l("Period of a call changed"),
    Deed.CALL_WITHDRAWN: _l("Call withdrawn"),
    Deed.APPLICATION_DECIDED: _l("Application of a firm decided on"),
    Deed.FIRMS_IMPORTED: _l("Firms imported"),
    Deed.STAFF_INVITED: _l("Invited to the staff of an association"),
    Deed.STAFF_INVITATION_ENDED: _l("Invitation to the staff of an association ended"),
    Deed.STAFF_JOINED: _l("Joined the staff of an association"),
    Deed.STAFF_ROLE_CHANGED: _l("Role on the staff of an association changed"),
    Deed.STAFF_REMOVED: _l("No longer on the staff of an association"),
    Deed.DOCUMENT_OPENED: _l("Confidential document opened"),
    Deed.SETTING_CHANGED: _l("Setting of the site changed"),
    Deed.JOB_TRIED_AGAIN: _l("Background job tried again"),
    Deed.JOB_STOPPED: _l("Background job stopped"),
    Deed.DATA_TAKEN_OUT: _l("Personal data downloaded"),
    Deed.ACCOUNT_DELETED: _l("Account deleted"),
    Deed.FIRM_DELETED: _l("Firm deleted"),
    Deed.RANKING_SWITCHED_ON: _l("Learned ranking switched on"),
    Deed.RANKING_SWITCHED_OFF: _l("Learned ranking switched off"),
    Deed.RANKING_CHOSEN: _l("Earlier fit taken into use again"),
    Deed.OLD_DATA_DELETED: _l("Old data deleted"),
    Deed.LOG_CHECKED: _l("Audit log checked"),
    Deed.LOG_EXPORTED: _l("Audit log exported"),
    Deed.LOG_SEALED: _l("Audit log sealed anew"),
}

KIND = {
    "person": _l("Person"),
    "firm": _l("Firm"),
    "association": _l("Association"),
    "call": _l("Call for firms"),
    "consortium": _l("Group"),
    "market_barrier": _l("Barrier"),
    "report": _l("Report"),
    "ranking_model": _l("Fit of the ranking"),
}
"""What a subject is."""

CODE = {
    "why": {"password": _l("wrong password"), "code": _l("wrong code"), "resting": _l("the account rests")},
    "how": {
        "password": _l("by password"),
        "code": _l("by password and code"),
        "recovery": _l("by password and recovery code"),
        "confirmation": _l("by confirming the address"),
        "known": _l("knowing the password"),
        "link": _l("by a link that was mailed"),
        **SEEN_WHERE,
    },
    "role": ROLE | POST_ROLE | STAFF_ROLE,
    "was": ROLE | POST_ROLE | STAFF_ROLE,
    "outcome": CHANGE_STATE
    | APPEAL_STATE
    | REPORT_OUTCOME
    | OUTCOME
    | PROOF_OUTCOME
    | {"publish": _l("Published"), "reject": _l("Not published")}
    | {"accepted": _l("Accepted"), "refused": _l("Refused")},
    "document": PROOF_KIND,
    "verdict": VERDICT,
    "part": VERIFIED,
    "check": VERIFIED_BY,
    "whole": {True: _l("the log is whole"), False: _l("the log is not whole")},
    "for_profile": {True: PART["profile"]},
    "for_calls": {True: PART["calls"]},
    "end": END,
    "act": ACT,
    "section": PROFILE_SECTION,
    "as_moderator": {True: _l("as a moderator")},
}
"""Facts that are codes, by name."""

BEFORE_AFTER = {"before": _l("Before"), "after": _l("After")}
"""The value of a setting before and after it was changed."""

NUMBER: Mapping[str, Callable[[int], str]] = {
    "minutes": lambda n: ngettext("%(num)s minute", "%(num)s minutes", n),
    "firms": lambda n: ngettext("%(num)s firm", "%(num)s firms", n),
    "count": lambda n: _("%(count)s in all", count=n),
    "left": lambda n: ngettext("%(num)s recovery code left", "%(num)s recovery codes left", n),
    "created": lambda n: _("%(count)s new", count=n),
    "changed": lambda n: _("%(count)s changed", count=n),
}
"""Facts that are counts."""

FLAW = {
    Flaw.CHANGED: _l("Entry %(number)s does not say what it said when it was written."),
    Flaw.CUT: _l("Something is missing, or was put in, before entry %(number)s."),
    Flaw.END: _l("From entry %(number)s on something is missing, or was added: the head of the log says otherwise."),
    Flaw.HEAD: _l("The head of the log is gone."),
    Flaw.SEAL: _l("The head is not sealed with the key of this site: somebody moved it, or SECRET_KEY has changed."),
    Flaw.ANCHOR: _l("Entry %(number)s is another than the one that was noted elsewhere."),
}


def say_deed(what: str) -> str:
    """What was done."""
    return str(DEED.get(what, what))


def say_facts(line: Line) -> str:
    """What else there is to say of an entry, in one line."""
    said = [_say_fact(name, value) for name, value in line.entry.facts.items()]
    if line.entry.on_behalf:
        said.append(_("on behalf of the firm"))
    return " · ".join(filter(None, said))


def _say_fact(name: str, value: Any) -> str:
    if name in CODE:
        return str(CODE[name].get(value, ""))
    if name in NUMBER and isinstance(value, int):
        return NUMBER[name](value)
    if name == "reason":
        return str(value)
    if name == "setting":
        return str(SETTING[value][0]) if value in SETTING else str(value)
    if name in ("before", "after"):
        # Not within the f-string: sentences are not gathered from there.
        said = _("empty") if value == "" else CHOICE.get(value, value)
        return f"{BEFORE_AFTER[name]}: {said}"
    if name == "job":
        return str(KINDS[value].title) if value in KINDS else str(value)
    if name == "contacts" and value:
        return ngettext("contact data of %(num)s firm", "contact data of %(num)s firms", len(value))
    return ""


def say_flaw(check: Check) -> str:
    """What is wrong with the log."""
    return str(FLAW[check.flaw]) % {"number": check.number}
