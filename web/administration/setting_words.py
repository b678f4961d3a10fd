"""The settings of the site in words: what each is called, what it does, and what is wrong with a value."""

from __future__ import annotations

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_babel import ngettext

from services.settings import Kind, Setting, Wrong

PART = {
    "site": _l("Who runs this site"),
    "people": _l("People"),
    "suggestions": _l("Suggestions"),
    "groups": _l("Groups"),
    "associations": _l("Associations"),
    "moderation": _l("Moderation"),
    "kept": _l("How long things are kept"),
}
SETTING = {
    "operator_name": (
        _l("Name of who runs the site"),
        _l("Stands at the foot of every page and on the privacy page."),
    ),
    "operator_address": (_l("Postal address"), _l("Stands on the privacy page, with its line breaks.")),
    "operator_mail": (_l("E-mail address for questions"), _l("Stands at the foot of every page.")),
    "privacy_mail": (
        _l("E-mail address for privacy"),
        _l("Stands on the privacy page: where people write to about their data."),
    ),
    "sign_up": (
        _l("Who may open an account"),
        _l("By invitation only, an address that no firm and no association has invited gets a mail that says so."),
    ),
    "escalations_to": (
        _l("Who is told of escalated cases"),
        _l("The e-mail address of one administrator. Empty: all administrators are told."),
    ),
    "seldom_suggested": (
        _l("Firms that are seldom suggested"),
        _l("Below the first ten of a firm's suggestions: up to five firms that stand in nobody's first ten."),
    ),
    "answer_days": (
        _l("Days to answer an invitation to a group"),
        _l("What the form suggests; whoever invites may choose otherwise."),
    ),
    "remind_days": (
        _l("Days before the end to remind of an invitation"),
        _l("A firm that has not answered an invitation to a group by then gets one mail."),
    ),
    "ask_again_days": (
        _l("Days until a firm may be asked again"),
        _l("After a group has taken its invitation back. With 0 it may ask again at once."),
    ),
    "invitations_a_day": (
        _l("Invitations of a group within a day"),
        _l("So many firms a group may ask within 24 hours."),
    ),
    "idle_days": (
        _l("Days until a group lapses"),
        _l("A group that is not approved yet, and in which nothing has changed for so long, ends by itself."),
    ),
    "list_rest_days": (
        _l("Days between two mails to a firm on a list"),
        _l("An association's invitation and its reminders are at least so far apart."),
    ),
    "stale_days": (
        _l("Days until a profile counts as old"),
        _l("Moderators get a hint of approved firms that have not changed a word for so long."),
    ),
    "mails_kept_days": (_l("Days for which mails are kept"), _l("Since they were written; their text goes at once.")),
    "jobs_kept_days": (_l("Days for which background jobs are kept"), _l("Since they ended.")),
    "suspensions_kept_days": (
        _l("Days for which a deleted suspension is remembered"),
        _l("By keyed hashes alone, so that a suspended firm that deletes itself is recognised when it comes again."),
    ),
}
"""Name and explanation of each setting."""
CHOICE = {
    "open": _l("Everybody"),
    "invited": _l("By invitation only"),
    "shown": _l("They are shown"),
    "hidden": _l("They are not shown"),
}
UNITS = frozenset({"invitations_a_day"})
"""Numbers that are not days."""


def say_value(setting: Setting, value: int | str) -> str:
    """A value in words."""
    if setting.kind == Kind.CHOICE:
        return str(CHOICE[str(value)])
    if setting.kind == Kind.NUMBER:
        return str(value) if setting.name in UNITS else ngettext("%(num)s day", "%(num)s days", int(value))
    return str(value) or _("not set")


def say_bounds(setting: Setting) -> str:
    """Between what a number may lie, and what it is where nobody has changed it."""
    default = say_value(setting, setting.default)
    if setting.kind == Kind.NUMBER:
        return _(
            "From %(least)s to %(most)s. Default: %(default)s.",
            least=setting.least,
            most=setting.most,
            default=default,
        )
    return _("Default: %(default)s.", default=default)


def say_wrong(setting: Setting, error: Wrong) -> str:
    """What is wrong with a value, and what would be right."""
    match str(error):
        case "number":
            return _("Write a whole number, such as %(number)s", number=str(setting.default))
        case "least" | "most":
            return _("Write a number from %(least)s to %(most)s", least=setting.least, most=setting.most)
        case "choice":
            return _("Choose one of the options")
        case "mail":
            return _("Write an e-mail address, such as name@example.org")
        case "administrator":
            return _("No administrator has this address: they could not open the case")
    return _("At most %(max)s characters", max=setting.most)
