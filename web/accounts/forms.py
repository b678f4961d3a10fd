"""Forms of an account."""

from __future__ import annotations

from email_validator import EmailNotValidError, validate_email
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_login import current_user
from flask_wtf import FlaskForm
from wtforms import BooleanField, PasswordField, SelectField, ValidationError
from wtforms.validators import DataRequired, InputRequired, Length

from services.passwords import SHORTEST, find_weakness
from web.fields import TextField, choices_of
from web.languages import LANGUAGES

WEAKNESS = {
    "short": _l("Choose a password of %(shortest)s characters or more", shortest=SHORTEST),
    "long": _l("Choose a password of at most 200 characters"),
    "common": _l("Many people use a password like this, so it is guessed early: choose another"),
    "personal": _l("Your name or address is guessed early: choose another password"),
}


def find_address(text: str | None) -> str | None:
    """The e-mail address that a text is, its domain as it goes over the wire; None when it is none."""
    try:
        return validate_email(text or "", check_deliverability=False, allow_smtputf8=False).ascii_email
    except EmailNotValidError:
        return None


class EmailAddress:
    """Refuses what cannot be an e-mail address."""

    def __call__(self, form, field):
        found = find_address(field.data)
        if found is None:
            raise ValidationError(_("Write a whole e-mail address, for example ana@example.com"))
        field.data = found


def email_field(label=None, **more) -> TextField:
    """A required e-mail address."""
    rules = [
        DataRequired(_l("Enter your e-mail address")),
        Length(max=254, message=_l("At most 254 characters")),
        EmailAddress(),
    ]
    return TextField(label or _l("E-mail address"), rules, **more)


def name_field() -> TextField:
    """What a person is called."""
    return TextField(
        _l("Your name"),
        [DataRequired(_l("Enter your name")), Length(max=120, message=_l("At most 120 characters"))],
    )


def new_password_field(label=None) -> PasswordField:
    """A password to be chosen; the forms' `validate_password` looks at how good it is."""
    return PasswordField(
        label or _l("Password"),
        [InputRequired(_l("Choose a password"))],
        description=_l(
            "%(shortest)s characters or more. Three or four words in a row are long and easy to remember.",
            shortest=SHORTEST,
        ),
    )


def present_password_field() -> PasswordField:
    """The password that the person has now."""
    return PasswordField(_l("Your present password"), [InputRequired(_l("Enter your present password"))])


class StrongPassword:
    """A form in which a password is chosen; refuses those that are guessed early."""

    def known_words(self) -> list[str]:
        return [current_user.name, current_user.email] if current_user.is_authenticated else []

    def validate_password(self, field):
        weakness = find_weakness(field.data, *self.known_words())
        if weakness:
            raise ValidationError(str(WEAKNESS[weakness]))


class SignUpForm(StrongPassword, FlaskForm):
    """Opening an account."""

    name = name_field()
    email = email_field(description=_l("We send you a link to confirm it."))
    password = new_password_field()

    def known_words(self) -> list[str]:
        return [self.name.data or "", self.email.data or ""]


class SignInForm(FlaskForm):
    """Coming in."""

    email = TextField(
        _l("E-mail address"),
        [DataRequired(_l("Enter your e-mail address"))],
        filters=[lambda text: find_address(text) or text],
    )
    password = PasswordField(_l("Password"), [InputRequired(_l("Enter your password"))])
    remember = BooleanField(_l("Keep me signed in on this device for 14 days"))


def code_field(description=None) -> TextField:
    """A code of the telephone, or a recovery code."""
    return TextField(
        _l("Code"),
        [DataRequired(_l("Enter the code")), Length(max=40, message=_l("A code is shorter than this"))],
        description=description,
    )


class CodeForm(FlaskForm):
    """The second step of coming in."""

    code = code_field(_l("The six figures that your telephone shows now, or one of your recovery codes."))


class PresentPasswordForm(FlaskForm):
    """Something for which whoever found a browser signed in must know the password, too."""

    present = present_password_field()


class SetUpForm(PresentPasswordForm):
    """Turning the second factor on."""

    code = code_field(_l("The six figures that your telephone shows now."))


class TurnOffForm(PresentPasswordForm):
    """Turning it off."""

    code = code_field(_l("The six figures that your telephone shows now, or one of your recovery codes."))


class ForgottenPasswordForm(FlaskForm):
    """Asking for a link to choose another password."""

    email = email_field(description=_l("The one with which you sign in."))


class ResetPasswordForm(StrongPassword, FlaskForm):
    """Choosing another password by a link."""

    password = new_password_field(_l("New password"))
    owner = None
    """Whose password it will be."""

    def known_words(self) -> list[str]:
        return [self.owner.name, self.owner.email]


class DetailsForm(FlaskForm):
    """Name and language."""

    name = name_field()
    locale = SelectField(
        _l("Language of pages and mails"), [InputRequired(_l("Choose a language"))], choices=choices_of(LANGUAGES)
    )


class PasswordForm(StrongPassword, FlaskForm):
    """Choosing another password, knowing the present one."""

    present = present_password_field()
    password = new_password_field(_l("New password"))


class EmailForm(FlaskForm):
    """Moving to another address."""

    email = email_field(_l("New e-mail address"))
    present = present_password_field()


class ConfirmForm(FlaskForm):
    """A button to press: so that a program that follows the links of mails changes nothing."""


class ConfirmWithPasswordForm(FlaskForm):
    """The same in another browser than that of the sign-up: whoever opened the account knows its password."""

    password = PasswordField(
        _l("Password"),
        [InputRequired(_l("Enter your password"))],
        description=_l("The one that you chose when you opened the account."),
    )


class DeleteForm(FlaskForm):
    """Ending an account."""

    present = present_password_field()
    with_firms = BooleanField(_l("Delete these firms, too"))
