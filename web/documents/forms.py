"""Forms of a group's papers: which document to make, a file, minutes."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from flask_wtf.file import FileField
from wtforms import DateField, HiddenField, RadioField, TextAreaField, ValidationError
from wtforms.validators import DataRequired, InputRequired, Length

from services.documents.contents import LARGEST_FILE, LONGEST_NAME
from services.documents.minutes import LONGEST_TEXT, LONGEST_TITLE
from web.document_words import DOCUMENT_LANGUAGE
from web.fields import TextField, choices_of, strip
from web.languages import chosen_language

TOO_LONG = _l("At most 120 characters")


class MakeForm(FlaskForm):
    """In which language to make a document."""

    language = RadioField(
        _l("Language of the document"), [InputRequired(_l("Choose one"))], choices=choices_of(DOCUMENT_LANGUAGE)
    )

    @classmethod
    def fresh(cls) -> MakeForm:
        """An empty form in which the reader's own language is chosen, where documents are written in it."""
        own = chosen_language()
        return cls(formdata=None, data={"language": own if own in DOCUMENT_LANGUAGE else "en"})


class UploadForm(FlaskForm):
    """A file for the group."""

    title = TextField(
        _l("What it is"),
        [Length(max=LONGEST_NAME, message=TOO_LONG)],
        description=_l("For example: offer of the forwarder. Left empty, the name of the file stands for it."),
    )
    file = FileField(
        _l("File"),
        [DataRequired(_l("Choose a file"))],
        description=_l("PDF, PNG, JPEG, XLSX, DOCX, ODT, CSV or TXT, up to 5 MB, without macros."),
    )

    def read(self) -> bytes:
        """What was sent, and one byte more than is taken if there is more."""
        return self.file.data.stream.read(LARGEST_FILE + 1)


class MinutesForm(FlaskForm):
    """Minutes of a meeting."""

    seen = HiddenField()
    held_on = DateField(_l("Day of the meeting"), [DataRequired(_l("Write the day"))])
    title = TextField(
        _l("Which meeting?"),
        [DataRequired(_l("Give the meeting a name")), Length(max=LONGEST_TITLE, message=TOO_LONG)],
        description=_l("For example: members' meeting, by video."),
    )
    text = TextAreaField(
        _l("Minutes"),
        [
            DataRequired(_l("Write what was said and decided")),
            Length(max=LONGEST_TEXT, message=_l("At most 20,000 characters")),
        ],
        [strip],
        _l("Who was there, what was decided, who does what until when."),
    )

    def validate_held_on(self, field):
        if field.data is not None and field.data.year < 1990:
            raise ValidationError(_l("This day is too long ago"))

    @property
    def seen_version(self) -> int:
        """The wording that the writer had before the eyes; 0 for what is no number."""
        seen = self.seen.data or ""
        return int(seen) if seen.isascii() and seen.isdigit() and len(seen) < 10 else 0
