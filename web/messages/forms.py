"""Writing to another firm."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import TextAreaField
from wtforms.validators import DataRequired, Length

from services.introductions import LONGEST_MESSAGE
from web.fields import strip


class MessageForm(FlaskForm):
    """One message."""

    body = TextAreaField(
        _l("Your message"),
        [
            DataRequired(_l("Write something first")),
            Length(max=LONGEST_MESSAGE, message=_l("At most 5000 characters")),
        ],
        filters=[strip],
    )
