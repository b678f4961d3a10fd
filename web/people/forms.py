"""Forms about the people of a firm."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import RadioField
from wtforms.validators import InputRequired

from models import PostRole
from web.accounts.forms import email_field
from web.fields import choices_of

DUTIES = {
    PostRole.EDITOR.value: _l("Editor: edits the profile, chooses partners and writes messages for the firm"),
    PostRole.OWNER.value: _l("Owner: all of that, and decides who else may act for the firm"),
}


class InvitationForm(FlaskForm):
    """Whom to invite, and for what."""

    email = email_field(_l("E-mail address of your colleague"))
    role = RadioField(
        _l("What your colleague may do"),
        [InputRequired(_l("Choose what your colleague may do"))],
        choices=choices_of(DUTIES),
        default=PostRole.EDITOR.value,
    )
