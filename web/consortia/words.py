"""Groups in words: states, acts, what hinders, what happened."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from flask import Flask
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_babel import ngettext

from services.consortia.content import ENDED, FROZEN
from services.consortia.guards import Hindrance
from services.consortia.tallies import QUALIFIED
from services.consortia.transitions import Act
from web.consortia.happenings import say_happening
from web.consortia.room_words import say_open
from web.consortia.vote_words import SUBJECT, VOTE_STATE
from web.languages import day, money
from web.words import CAPABILITY

STATE = {
    "idea": _l("Idea"),
    "exploring": _l("Looking for members"),
    "feasibility": _l("Feasibility"),
    "objective": _l("Objective"),
    "submitted": _l("Under review"),
    "returned": _l("Returned for mending"),
    "rejected": _l("Rejected by the moderators"),
    "forming": _l("Forming"),
    "constituted": _l("Constituted"),
    "operating": _l("Operating"),
    "review": _l("In review by its members"),
    "suspended": _l("Suspended"),
    "dissolving": _l("Being dissolved"),
    "closed": _l("Ended"),
}
STATE_TONE = {
    "submitted": "info", "returned": "warn", "rejected": "bad", "forming": "ok", "constituted": "ok",
    "operating": "ok", "review": "warn", "suspended": "bad", "closed": "neutral",
}  # fmt: skip
STATE_MEANS = {
    "idea": _l("Only your firm sees this. Inviting a firm opens it."),
    "exploring": _l("Invitations are out. From three members on you can look at whether the case holds."),
    "feasibility": _l("Does the case hold? Look at what is covered, compare markets, draft a budget."),
    "objective": _l("Agree on the objective, the kind, and who pays what; the members vote."),
    "submitted": _l("Two moderators look at a frozen copy. Any change takes the group back to its objective."),
    "returned": _l("A moderator has said what is to be mended."),
    "rejected": _l("The moderators have rejected the group, with reasons."),
    "forming": _l("Approved. Agree on the internal regulations, and sign."),
    "constituted": _l("There is an agreement that all have signed."),
    "operating": _l("The plan runs."),
    "review": _l("The members look at what came of it, and vote on whether to go on."),
    "suspended": _l("A moderator has stopped the group for now."),
    "dissolving": _l("The group settles what is open, and ends."),
    "closed": _l("The group has ended."),
}
OUTCOME = {
    "completed": _l("It reached what it was for."),
    "dissolved": _l("Its members dissolved it."),
    "lapsed": _l("It lapsed: nothing moved for a year, or nobody was left."),
    "rejected": _l("The moderators rejected it."),
    "withdrawn": _l("Its lead gave it up before it was approved."),
}
KIND = {"promotion": _l("Promotion consortium"), "sales": _l("Sales consortium")}
KIND_MEANS = {
    "promotion": _l("Promotion: you look for customers together, and each firm sells for itself."),
    "sales": _l("Sales: you sell together, under common conditions."),
}
MEMBER_STATE = {
    "invited": _l("Asked, no answer yet"),
    "interested": _l("Is interested"),
    "declined": _l("Declined"),
    "committed": _l("Member"),
    "signed": _l("Has signed"),
    "active": _l("Active"),
    "on_notice": _l("Has given notice"),
    "left": _l("Left"),
    "excluded": _l("Excluded"),
}
MEMBER_TONE = {"committed": "info", "signed": "ok", "active": "ok", "on_notice": "warn", "interested": "info"}
VOTE_TONE = {"open": "info", "passed": "ok", "failed": "bad", "no_quorum": "warn", "void": "neutral"}
BALLOT = {"yes": _l("Yes"), "no": _l("No"), "abstain": _l("Abstain")}
VOTES_BY = {"heads": _l("One firm, one vote"), "shares": _l("By shares of the budget")}
VERDICT = {"approve": _l("Approve"), "return": _l("Return"), "reject": _l("Reject")}
CRITERION = {
    "purpose": _l("Purpose and market"),
    "members": _l("Members"),
    "coverage": _l("Capabilities covered"),
    "objective": _l("Objective and indicators"),
    "shares": _l("Budget and shares"),
    "conflicts": _l("Conflicts of interest"),
}
CRITERION_ASKS = {
    "purpose": _l("Is it said in a sentence what the group is for, and for which market?"),
    "members": _l("Are there at least three approved firms that fit each other?"),
    "coverage": _l("Is everything without which the group cannot do brought by a member?"),
    "objective": _l("Is the objective clear, and can one tell by its indicators whether it was reached?"),
    "shares": _l("Do the shares follow a rule, and did the members vote on them?"),
    "conflicts": _l("Are conflicts of interest declared, and can the group live with them?"),
}
ACT = {
    "study": _l("Go on to feasibility"),
    "aim": _l("Go on to the objective"),
    "back_to_exploring": _l("Back to looking for members"),
    "back_to_feasibility": _l("Back to feasibility"),
    "submit": _l("Submit to the moderators"),
    "withdraw": _l("Take the submission back"),
    "mend": _l("Mend what was returned"),
    "constitute": _l("Constitute the consortium"),
    "operate": _l("Begin to operate"),
    "review": _l("Begin the yearly review"),
    "renew": _l("Go on as before"),
    "rethink": _l("Go back to the objective"),
    "dissolve": _l("Dissolve the group"),
    "close": _l("Close the group"),
    "give_up": _l("Give the group up"),
    "end": _l("Close the group"),
}
"""What an act is called on its button."""
ACT_ASKS = {
    "submit": _l("The moderators get a copy of the group as it is now. Every change after that takes it back."),
    "withdraw": _l("The moderators no longer look at it. You can change it and submit it again."),
    "constitute": _l("You say that the agreement is concluded and that all members have signed."),
    "review": _l("The members look at the results and vote on going on."),
    "rethink": _l("What was approved holds no longer: the group is submitted again."),
    "dissolve": _l("The members have voted on it. The group settles what is open, and then closes."),
    "close": _l("The group ends. It cannot be opened again."),
    "give_up": _l("The group ends for everybody in it. It cannot be opened again."),
    "end": _l("The group ends. It cannot be opened again."),
}
"""What is asked before an act that has consequences."""
FORWARD = {
    "exploring": Act.STUDY,
    "feasibility": Act.AIM,
    "objective": Act.SUBMIT,
    "returned": Act.MEND,
    "forming": Act.CONSTITUTE,
    "constituted": Act.OPERATE,
    "review": Act.RENEW,
    "dissolving": Act.CLOSE,
    "rejected": Act.END,
}
"""The act by which a group goes on from each state."""


def list_words(words: Sequence[str]) -> str:
    """Several names in one sentence."""
    return ", ".join(words)


def say_hindrance(hindrance: Hindrance) -> str:
    """What hinders, in a sentence that says what to do."""
    facts = hindrance.facts
    firms = list_words(facts.get("firms", ()))
    match hindrance.code:
        case "has_purpose":
            return _("Say in a sentence what the group is for.")
        case "has_market":
            return _("Choose the market.")
        case "has_kind":
            return _("Choose the kind of consortium.")
        case "has_objective":
            return _("Write the objective, its indicators, and for how many months.")
        case "has_regulations":
            return _("Write the internal regulations first.")
        case "enough_members":
            return ngettext(
                "There is one member; at least %(needed)s are needed.",
                "There are %(num)s members; at least %(needed)s are needed.",
                facts["count"],
                needed=facts["needed"],
            )
        case "not_too_many":
            return _("With %(count)s members the group is larger than it may be (%(largest)s).", **facts)
        case "too_many_asked":
            return _("%(most)s invitations wait for an answer already: that is the most.", **facts)
        case "too_many_today":
            return _(
                "The group has sent %(most)s invitations within 24 hours: that is the most. Go on tomorrow.", **facts
            )
        case "firms_approved":
            return _("Not approved at present: %(firms)s.", firms=firms)
        case "all_confidential":
            return _("Has not accepted confidentiality yet: %(firms)s.", firms=firms)
        case "all_conflicts_declared":
            return _("Has not declared conflicts of interest yet, or that there are none: %(firms)s.", firms=firms)
        case "musts_covered":
            names = list_words([str(CAPABILITY[code]) for code in facts["capabilities"]])
            return _("No member brings what the group cannot do without: %(capabilities)s.", capabilities=names)
        case "shares_add_up":
            return _say_shares(facts)
        case "all_signed":
            return _("Has not signed yet: %(firms)s.", firms=firms)
        case "was_constituted":
            return _("The group changed before it had an agreement: go back to the objective.")
        case "never_constituted":
            return _("The group has had an agreement: its members vote on dissolving it.")
        case "no_open_vote":
            return _("A vote is still open: %(subjects)s.", subjects=_subjects(facts["subjects"]))
        case "voted_admission":
            return _("The members vote on admitting %(firms)s first.", firms=firms)
        case "too_few_to_exclude":
            return _("Of two members one alone would decide: nobody is excluded before there are three.")
        case "open_accounts":
            return say_open(facts)
        case "asked_recently":
            return _(
                "The invitation to %(firms)s was taken back a short while ago. It can be asked again from %(day)s.",
                firms=firms,
                day=day(facts["until_utc"]),
            )
        case "hand_over_first":
            return _("Your firm leads the group: hand the lead over to another member first.")
        case code if code.startswith("voted_"):
            subject = SUBJECT[code.removeprefix("voted_")]
            return _("The members have not decided by vote on: %(subject)s.", subject=subject)
    return hindrance.code


def _subjects(codes: Sequence[str]) -> str:
    return list_words([str(SUBJECT[code]) for code in codes])


def _say_shares(facts: Mapping[str, Any]) -> str:
    if facts["budget"] is None:
        return _("There is no budget yet.")
    budget = money(facts["budget"], facts["currency"])
    if facts["shared"] is None:
        return _("A member has no share of the budget of %(budget)s yet.", budget=budget)
    shared = money(facts["shared"], facts["currency"])
    return _("The shares add up to %(shared)s, and the budget is %(budget)s.", shared=shared, budget=budget)


def init_consortium_words(app: Flask) -> None:
    """Let templates say these codes in words."""
    tables = {
        "consortium_state": STATE, "consortium_state_means": STATE_MEANS, "consortium_outcome": OUTCOME,
        "consortium_kind": KIND, "member_state": MEMBER_STATE, "vote_subject": SUBJECT, "vote_state": VOTE_STATE,
        "ballot": BALLOT, "votes_by": VOTES_BY, "verdict": VERDICT, "criterion": CRITERION,
        "criterion_asks": CRITERION_ASKS, "act": ACT, "act_asks": ACT_ASKS,
    }  # fmt: skip
    app.jinja_env.filters["open_accounts"] = say_open
    for name, table in tables.items():
        app.jinja_env.filters[name] = lambda code, table=table: table.get(code, "")
    tones = {"consortium_tone": STATE_TONE, "member_tone": MEMBER_TONE, "vote_tone": VOTE_TONE}
    for name, table in tones.items():
        app.jinja_env.filters[name] = lambda code, table=table: table.get(code, "neutral")
    app.jinja_env.filters["firm_of"] = lambda id, firms: firms[id].name if id in firms else ""
    app.jinja_env.filters.update(hindrance=say_hindrance, happening=say_happening)
    app.jinja_env.tests.update(
        frozen=lambda group: group.state in FROZEN,
        ended=lambda group: group.state in ENDED,
        qualified=lambda vote: vote.subject in QUALIFIED,
    )
