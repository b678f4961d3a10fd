"""What permissions to act on behalf of a firm, and what is done with them, are called."""

from __future__ import annotations

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from models import ActKind, ActOnBehalf, Mandate, MandateEnd
from web.associations.views import blueprint
from web.words import PROFILE_SECTION

PART = {
    "profile": _l("Fill in the profile"),
    "calls": _l("Apply to calls of the association"),
}
PART_HINT = {
    "profile": _l(
        "Every section: who the firm is, products, markets, languages, certificates, what it offers and looks for. "
        "For that it sees the whole profile, contact data and budgets for markets included."
    ),
    "calls": _l(
        "To calls that it has written or promotes, and take that back until the firm is decided on. With an "
        "application the associations of the call count your firm in what all applicants offer, look for, and how "
        "ready they are."
    ),
}
END = {
    MandateEnd.WITHDRAWN: _l("Withdrawn by the firm"),
    MandateEnd.REPLACED: _l("Replaced by another permission"),
    MandateEnd.GIVEN_UP: _l("Given up by the association"),
    MandateEnd.MEMBERSHIP: _l("Ended with the membership"),
    MandateEnd.ASSOCIATION: _l("Ended when the association was suspended"),
    MandateEnd.FIRM: _l("Ended when the firm was suspended"),
}
ACT = {
    ActKind.PROFILE: _l("Profile changed"),
    ActKind.APPLY: _l("Applied to a call"),
    ActKind.WITHDRAW: _l("Application to a call withdrawn"),
}


def parts_of(mandate: Mandate) -> list[str]:
    """What a permission is for."""
    return [part for part, given in (("profile", mandate.for_profile), ("calls", mandate.for_calls)) if given]


@blueprint.app_template_filter("permission_parts")
def say_parts(mandate: Mandate) -> str:
    """What a permission is for, in words."""
    return " · ".join(str(PART[part]) for part in parts_of(mandate))


@blueprint.app_template_filter("permission_end")
def say_end(mandate: Mandate) -> str:
    """Why a permission, or the request for one, is over."""
    if mandate.state == "declined":
        return _("Declined by the firm")
    if mandate.given_at_utc is None and mandate.end == MandateEnd.GIVEN_UP:
        return _("Request taken back by the association")
    return str(END[MandateEnd(mandate.end)])


@blueprint.app_template_filter("act_on_behalf")
def say_act(act: ActOnBehalf) -> str:
    """What an association did, and to what."""
    about = str(PROFILE_SECTION[act.section]) if act.section else act.call.title if act.call else ""
    return f"{ACT[ActKind(act.what)]}: {about}" if about else str(ACT[ActKind(act.what)])
