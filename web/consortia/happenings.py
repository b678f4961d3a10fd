"""What happened in a group, in sentences."""

from __future__ import annotations

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from models import Happening
from web.consortia.room_words import ROOMS, say_in_room, say_open
from web.consortia.vote_words import SUBJECT, VOTE_STATE
from web.document_words import DOCUMENT

HAPPENED = {
    "founded": _l("The group was begun."),
    "explore": _l("Invitations went out."),
    "study": _l("On to feasibility."),
    "aim": _l("On to the objective."),
    "back_to_exploring": _l("Back to looking for members."),
    "back_to_feasibility": _l("Back to feasibility."),
    "submit": _l("Submitted to the moderators."),
    "withdraw": _l("The submission was taken back."),
    "mend": _l("Back to the objective, to mend what was returned."),
    "approve": _l("Approved by two moderators."),
    "return": _l("Returned by a moderator."),
    "reject": _l("Rejected by two moderators."),
    "constitute": _l("The consortium is constituted."),
    "operate": _l("The consortium operates."),
    "review": _l("The yearly review began."),
    "renew": _l("The group goes on as before."),
    "rethink": _l("Back to the objective after the review."),
    "dissolve": _l("The group is being dissolved."),
    "close": _l("The group was closed."),
    "give_up": _l("The group was given up."),
    "end": _l("The group was closed."),
    "lapse": _l("The group lapsed."),
    "suspend": _l("Suspended by a moderator."),
    "lift": _l("The suspension was lifted."),
    "shrink": _l("Fewer than three members are left: the group is reviewed."),
    "change": _l("Something changed after the submission: back to the objective."),
    "purpose_set": _l("The purpose was changed."),
    "objective_set": _l("The objective was changed."),
    "regulations_set": _l("The internal regulations were changed."),
    "rules_set": _l("The rules of voting were changed."),
    "shares_set": _l("The budget or the shares were changed."),
    "budget_set": _l("The costs were changed."),
    "rule_adopted": _l("A rule was taken for the shares."),
    "step_done": _l("A step to the legal form was ticked."),
    "step_undone": _l("A step to the legal form is not done after all."),
}
HAPPENED_ABOUT = {
    "file_added": _l("A file was added: %(title)s"),
    "file_removed": _l("A file was removed: %(title)s"),
    "minutes_written": _l("Minutes were written: %(title)s"),
    "minutes_changed": _l("Minutes were changed: %(title)s"),
}
HAPPENED_TO = {
    "invited": _l("%(firm)s was invited."),
    "taken_back": _l("The invitation to %(firm)s was taken back."),
    "interested": _l("%(firm)s is interested."),
    "declined": _l("%(firm)s declined."),
    "lapsed": _l("%(firm)s did not answer in time."),
    "confidential": _l("%(firm)s accepted confidentiality."),
    "conflicts_declared": _l("%(firm)s declared its conflicts of interest."),
    "committed": _l("%(firm)s joined."),
    "signed": _l("%(firm)s signed."),
    "on_notice": _l("%(firm)s gave notice."),
    "stays": _l("%(firm)s took its notice back."),
    "left": _l("%(firm)s left."),
    "excluded": _l("%(firm)s was excluded."),
    "lead_offered": _l("The lead was offered to %(firm)s."),
    "lead_declined": _l("%(firm)s declined to lead."),
    "handed_over": _l("%(firm)s leads from now on."),
}

DROPPED = {
    "change": _l("Signatures no longer count, since what was submitted has changed: %(firms)s."),
    "rethink": _l("Signatures no longer count, since the group went back to its objective: %(firms)s."),
    "regulations": _l("Signatures no longer count, since the internal regulations have changed: %(firms)s."),
}
"""Which signatures were dropped, by why."""


def say_happening(happening: Happening) -> str:
    """What happened, in a sentence."""
    firm = happening.firm.name if happening.firm else _("a firm that is no longer here")
    if happening.what in HAPPENED_TO:
        return str(HAPPENED_TO[happening.what]) % {"firm": firm}
    if happening.what in HAPPENED:
        said = str(HAPPENED[happening.what])
        return f"{said} {say_open(happening.facts)}" if happening.facts.get("open") else said
    if happening.what == "signatures_dropped":
        names = ", ".join(name for _key, name in happening.facts["firms"])
        return str(DROPPED.get(happening.facts["why"], DROPPED["change"])) % {"firms": names}
    if happening.what in HAPPENED_ABOUT:
        return str(HAPPENED_ABOUT[happening.what]) % {"title": happening.facts["title"]}
    if happening.what == "document_made":
        kind, version = DOCUMENT[happening.facts["kind"]], happening.facts["version"]
        return _("A document was made: %(document)s, version %(version)s.", document=kind, version=str(version))
    if happening.what in ROOMS:
        return say_in_room(happening)
    subject = str(SUBJECT[happening.facts["subject"]])
    if happening.firm and happening.what != "voted":
        subject = f"{subject} ({firm})"
    match happening.what:
        case "vote_opened":
            return _("A vote was opened: %(subject)s.", subject=subject)
        case "voted":
            return _("%(firm)s voted: %(subject)s.", firm=firm, subject=subject)
        case "vote_closed":
            state = VOTE_STATE[happening.facts["state"]]
            return _("A vote was closed: %(subject)s – %(state)s.", subject=subject, state=state)
    return _("A vote became void, since what it asked about has changed: %(subject)s.", subject=subject)
