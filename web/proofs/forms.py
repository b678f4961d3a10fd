"""Forms of a firm's documents: bringing one, bringing it anew."""

from __future__ import annotations

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from flask_wtf.file import FileField
from wtforms import DateField, RadioField, ValidationError
from wtforms.validators import DataRequired, InputRequired, Length, Optional

from models import ProofKind, fold, now_utc
from services.proofs import LARGEST, Upload
from web.fields import TextField, choices_of
from web.proofs.words import PROOF_KIND

TOO_LONG = _l("At most 120 characters")


class RenewForm(FlaskForm):
    """A file, and what stands in it."""

    issuer = TextField(
        _l("Issued by"),
        [DataRequired(_l("Say who issued it")), Length(max=120, message=TOO_LONG)],
    )
    reference = TextField(
        _l("Number of the document"),
        [Length(max=80, message=_l("At most 80 characters"))],
        description=_l("As it stands in it, so that it can be looked up."),
    )
    valid_until = DateField(
        _l("Ends on"),
        [Optional()],
        description=_l("As it stands in the document. Leave it empty when it has no end."),
    )
    file = FileField(
        _l("File"),
        [DataRequired(_l("Choose a file"))],
        description=_l("PDF, PNG or JPEG, up to 5 MB. Only your firm and the moderators can open it."),
    )

    def validate_valid_until(self, field):
        if field.data and field.data < now_utc().date():
            raise ValidationError(_("This day is past: bring one that is in force"))

    def to_upload(self) -> Upload:
        """What was sent, and one byte more than is taken if there is more."""
        return Upload(
            name=self.file.data.filename or "",
            data=self.file.data.stream.read(LARGEST + 1),
            issuer=self.issuer.data or "",
            reference=self.reference.data or "",
            valid_until=self.valid_until.data,
        )


class ProofForm(RenewForm):
    """A new document: what it proves, too."""

    what = RadioField(_l("What it proves"), [InputRequired(_l("Choose one"))], choices=choices_of(PROOF_KIND))
    title = TextField(
        _l("Its name"),
        [DataRequired(_l("Enter what it is called")), Length(max=120, message=TOO_LONG)],
        description=_l("For example: ISO 9001, export licence for honey. A certificate as in your profile."),
    )
    names: frozenset[str] = frozenset()
    """The certificates that the profile names, folded."""

    def validate_title(self, field):
        if self.what.data == ProofKind.CERTIFICATE and fold(field.data) not in self.names:
            raise ValidationError(_("Your profile names no such certificate: add it there first, or write it alike"))
