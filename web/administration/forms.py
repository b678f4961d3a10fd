"""Forms of administrators."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import SelectField, TextAreaField
from wtforms.validators import DataRequired, InputRequired, Length

from services.administration import LONGEST_REASON
from web.fields import choices_of, strip
from web.words import ROLE


class RoleForm(FlaskForm):
    """Another role on the platform."""

    role = SelectField(_l("Role on the platform"), [InputRequired(_l("Choose a role"))], choices=choices_of(ROLE))
    reason = TextAreaField(
        _l("Reason"),
        [
            DataRequired(_l("Give the reason")),
            Length(max=LONGEST_REASON, message=_l("At most %(max)s characters", max=LONGEST_REASON)),
        ],
        filters=[strip],
        description=_l("It stays in the audit log for good: name nobody in it."),
    )
