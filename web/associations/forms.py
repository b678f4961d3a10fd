"""Forms of an association."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import RadioField, TextAreaField
from wtforms.validators import DataRequired, InputRequired, Length, Optional, Regexp

from web.accounts.forms import email_field
from web.associations.words import DUTIES
from web.fields import CountryField, TextField, choices_of, strip

WEBSITE = r"https?://[^\s/@]+\.[^\s/@]+(/\S*)?"


class AssociationForm(FlaskForm):
    """Who an association is."""

    name = TextField(
        _l("Name of the association"),
        [DataRequired(_l("Enter the association's name")), Length(max=200, message=_l("At most 200 characters"))],
    )
    country = CountryField(_l("Country"), [DataRequired(_l("Choose a country"))])
    tax_number = TextField(
        _l("Tax number"),
        [Optional(), Length(max=40, message=_l("At most 40 characters"))],
        description=_l("A moderator looks it up in the country's register."),
    )
    website = TextField(
        _l("Website"),
        [
            Optional(),
            Length(max=300, message=_l("At most 300 characters")),
            Regexp(WEBSITE, message=_l("Write a whole address, for example https://www.example.com")),
        ],
    )
    about = TextAreaField(
        _l("About the association"),
        [Optional(), Length(max=3000, message=_l("At most 3000 characters"))],
        filters=[strip],
        description=_l("Which firms it is for, where, and since when."),
    )


class StaffForm(FlaskForm):
    """Whom to invite among the staff, and for what."""

    email = email_field(_l("E-mail address of your colleague"))
    role = RadioField(
        _l("What your colleague may do"),
        [InputRequired(_l("Choose what your colleague may do"))],
        choices=choices_of(DUTIES),
        default="reader",
    )
