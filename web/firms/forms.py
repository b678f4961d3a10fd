"""Forms of a firm's profile, one per section."""

from __future__ import annotations

import datetime as dt

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import BooleanField, DateField, FormField, SelectField, TextAreaField, ValidationError
from wtforms.validators import URL, DataRequired, Email, Length, Optional

from models import fold
from services.firm_cells import HIGHEST_BUDGET, MOST_EMPLOYEES, MOST_ENTRIES, OLDEST_YEAR
from services.firm_names import fold_tax_number
from services.tax_numbers import CheckDigits, check_digits
from services.vocabulary import CAPABILITIES, OBJECTIVES
from web.fields import (
    CheckboxesField,
    CountryField,
    HsField,
    LanguageField,
    RowForm,
    Rows,
    TextField,
    WholeNumberField,
    choices_of,
    strip,
)
from web.words import (
    CAPABILITY,
    EXPERIENCE,
    FACET,
    HORIZON,
    LEVEL,
    LINK,
    NORM,
    OBJECTIVE,
    PRIORITY,
    SEGMENT,
    TIER,
    TURNOVER,
)


def maybe_int(value) -> int | None:
    """What a select of numbers means by an empty choice."""
    return int(value) if value not in (None, "", "None") else None


def whole_address(text: str | None) -> str | None:
    """A web address as people write it, with the beginning that they leave out.

    >>> whole_address("www.example.com"), whole_address("http://example.com"), whole_address("ask me")
    ('https://www.example.com', 'http://example.com', 'ask me')
    """
    words = (text or "").split()
    is_bare = len(words) == 1 and "." in words[0].strip("/.") and not set(words[0]) & set(":@")
    return f"https://{words[0]}" if is_bare else text


class WebAddress(URL):
    """A whole address that a browser opens as a page: no script, no file."""

    def __call__(self, form, field):
        if not field.data.lower().startswith(("http://", "https://")):
            raise ValidationError(self.message)
        super().__call__(form, field)


class WithTaxNumber:
    """Warns of check digits that do not fit, and takes the number for right when the person says that it is."""

    stored: tuple[str, str] = ("", "")
    """Country and tax number as they are stored: what is there already is not asked about again."""
    tax_number_is_right = BooleanField(_l("The number is right as it is"))

    @property
    def doubts_tax_number(self) -> bool:
        """Whether the check digits of what was typed do not fit."""
        return check_digits(self.tax_number.data or "", self.country.data or "") == CheckDigits.WRONG

    def validate_tax_number(self, field):
        typed = (self.country.data, fold_tax_number(field.data or "", self.country.data or ""))
        known = (self.stored[0], fold_tax_number(self.stored[1], self.stored[0]))
        if self.doubts_tax_number and typed != known and not self.tax_number_is_right.data:
            raise ValidationError(
                _(
                    "The check digits of this number do not fit: look for a mistyped digit. "
                    "If it is right, say so below"
                )
            )


class NewFirmForm(WithTaxNumber, FlaskForm):
    """What is asked before a firm is born."""

    name = TextField(
        _l("Name of the firm"),
        [DataRequired(_l("Enter the firm's name")), Length(max=200, message=_l("At most 200 characters"))],
        description=_l("As it is registered"),
    )
    country = CountryField(_l("Country"), [DataRequired(_l("Choose the country where it is registered"))])
    tax_number = TextField(
        _l("Tax number"),
        [Length(max=40, message=_l("At most 40 characters"))],
        description=_l("NIF, CNPJ, NUIT… Only moderators see it. It keeps a firm from being registered twice."),
    )
    another = BooleanField(_l("None of these is my firm"))


class IdentityForm(WithTaxNumber, FlaskForm):
    """Who the firm is, and whom to talk to."""

    name = TextField(
        _l("Name of the firm"),
        [DataRequired(_l("Enter the firm's name")), Length(max=200, message=_l("At most 200 characters"))],
    )
    country = CountryField(_l("Country"), [DataRequired(_l("Choose the country where it is registered"))])
    city = TextField(_l("City"), [Length(max=120, message=_l("At most 120 characters"))])
    tax_number = TextField(
        _l("Tax number"),
        [Length(max=40, message=_l("At most 40 characters"))],
        description=_l("Needed before you submit. Only moderators see it."),
    )
    founded_year = WholeNumberField(_l("Founded in"), lowest=OLDEST_YEAR, highest=2100, description=_l("A year"))
    employees = WholeNumberField(
        _l("Employees"), highest=MOST_EMPLOYEES, description=_l("People on the payroll, last year")
    )
    turnover_band = SelectField(
        _l("Yearly turnover"), choices=choices_of(TURNOVER, empty=_l("I would rather not say"))
    )
    website = TextField(
        _l("Website"),
        [
            Optional(),
            WebAddress(message=_l("Write a whole address, for example https://www.example.com")),
            Length(max=300, message=_l("At most 300 characters")),
        ],
        filters=[whole_address],
    )
    about = TextAreaField(
        _l("About the firm"),
        [Length(max=3000, message=_l("At most 3000 characters"))],
        filters=[strip],
        description=_l("What you make, for whom, and what you are proud of. Other firms read this first."),
    )
    contact_name = TextField(_l("Person to talk to"), [Length(max=120, message=_l("At most 120 characters"))])
    contact_email = TextField(
        _l("E-mail for contact"),
        [Optional(), Email(_l("Write a whole e-mail address, for example ana@example.com")), Length(max=254)],
    )
    contact_phone = TextField(_l("Telephone for contact"), [Length(max=40, message=_l("At most 40 characters"))])
    can_sign = BooleanField(_l("Somebody in the firm may sign agreements for it"))

    def validate_founded_year(self, field):
        if field.data and field.data > dt.date.today().year:
            raise ValidationError(_("This year is still to come"))


class ProductRow(RowForm):
    """One product."""

    FILLED = ("words", "hs")

    words = TextField(_l("Product, in your own words"), [Length(max=200, message=_l("At most 200 characters"))])
    hs = HsField(_l("HS code"), description=_l("Type a word or a code. Partners are found by this code."))
    tier = SelectField(_l("Price and quality"), choices=choices_of(TIER, empty=_l("Not said")), coerce=maybe_int)
    segment = SelectField(_l("Customers"), choices=choices_of(SEGMENT, empty=_l("Not said")))
    monthly_capacity = TextField(
        _l("Capacity a month"),
        [Length(max=80, message=_l("At most 80 characters"))],
        description=_l("For example 12 tonnes. Shown only after mutual interest."),
    )
    pools = BooleanField(_l("We would pool capacity with another maker of the same product"))
    remove = BooleanField(_l("Remove this product"))

    def validate_words(self, field):
        if not field.data and not self.is_blank():
            raise ValidationError(_("Say in your own words what the product is"))


class TargetRow(RowForm):
    """One market wanted."""

    FILLED = ("country",)

    country = CountryField(_l("Market"))
    priority = SelectField(_l("How much you want it"), choices=choices_of(PRIORITY), coerce=maybe_int, default=2)
    horizon = SelectField(_l("By when"), choices=choices_of(HORIZON, empty=_l("Not said")), coerce=maybe_int)
    budget_eur = WholeNumberField(
        _l("Budget for entering it, in euros"),
        highest=HIGHEST_BUDGET,
        description=_l("Confidential: only your firm sees it."),
    )
    remove = BooleanField(_l("Remove this market"))


class KnownRow(RowForm):
    """One market known."""

    FILLED = ("country",)

    country = CountryField(_l("Market"))
    experience = SelectField(_l("Your experience there"), choices=choices_of(EXPERIENCE), default="occasional")
    has_office = BooleanField(_l("We have an office or a stock of goods there"))
    remove = BooleanField(_l("Remove this market"))


class LanguageRow(RowForm):
    """One language."""

    FILLED = ("language",)

    language = LanguageField(_l("Language"))
    level = SelectField(_l("Level of your best speaker"), choices=choices_of(LEVEL), default="working")
    remove = BooleanField(_l("Remove this language"))


class CertificateRow(RowForm):
    """One certificate."""

    FILLED = ("name",)

    name = TextField(
        _l("Certificate"),
        [Length(max=120, message=_l("At most 120 characters"))],
        description=_l("For example ISO 22000, organic, halal"),
    )
    valid_until = DateField(_l("Valid until"), [Optional()])
    remove = BooleanField(_l("Remove this certificate"))


class LinkRow(RowForm):
    """One association or past consortium."""

    FILLED = ("name",)

    kind = SelectField(_l("Kind"), choices=choices_of(LINK))
    name = TextField(_l("Name"), [Length(max=160, message=_l("At most 160 characters"))])
    remove = BooleanField(_l("Remove"))


class RowsForm(FlaskForm):
    """A section that is a list of rows: what is there, and an empty row to add to it."""

    KEY: str | None = None
    """The field that may not come twice."""

    def kept_rows(self) -> list[dict]:
        """The rows to store: not blank, not removed."""
        return [row.form.values() for row in self.rows if not row.form.remove.data and not row.form.is_blank()]

    def validate_rows(self, field):
        seen = set()
        for row in field:
            if self.KEY is None or row.form.remove.data or row.form.is_blank():
                continue
            value = row.form[self.KEY].data
            if value in seen:
                row.form[self.KEY].errors = [*row.form[self.KEY].errors, _("This one is in the list already")]
                raise ValidationError(_("One entry is in the list twice"))
            seen.add(value)

    @classmethod
    def fields_of(cls, row: type[RowForm]) -> Rows:
        return Rows(FormField(row), min_entries=0, max_entries=MOST_ENTRIES)


class ProductsForm(RowsForm):
    """What the firm sells."""

    rows = RowsForm.fields_of(ProductRow)


class MarketsForm(RowsForm):
    """Where it wants to sell."""

    KEY = "country"
    rows = RowsForm.fields_of(TargetRow)


class ExperienceForm(RowsForm):
    """The markets it knows."""

    KEY = "country"
    rows = RowsForm.fields_of(KnownRow)


class LanguagesForm(RowsForm):
    """What its people speak."""

    KEY = "language"
    rows = RowsForm.fields_of(LanguageRow)


class CertificatesForm(RowsForm):
    """What it can prove."""

    KEY = "name"
    rows = RowsForm.fields_of(CertificateRow)


class CapabilitiesForm(FlaskForm):
    """What the firm offers, and what it looks for."""

    offers = CheckboxesField(_l("What we offer"), choices=choices_of(CAPABILITY))
    offers_text = TextAreaField(
        _l("What we offer, in our own words"),
        [Length(max=2000, message=_l("At most 2000 characters"))],
        filters=[strip],
    )
    needs = CheckboxesField(_l("What we look for"), choices=choices_of(CAPABILITY))
    needs_text = TextAreaField(
        _l("What we look for, in our own words"),
        [Length(max=2000, message=_l("At most 2000 characters"))],
        filters=[strip],
    )

    @property
    def facets(self) -> dict[str, list[str]]:
        """The capabilities by the facet they belong to, for the page."""
        return {facet: [c for c, f in CAPABILITIES.items() if f == facet] for facet in FACET}

    def validate_needs(self, field):
        both = set(field.data or ()) & set(self.offers.data or ())
        if both:
            names = ", ".join(str(CAPABILITY[code]) for code in CAPABILITIES if code in both)
            raise ValidationError(_("You offer and look for the same: %(names)s", names=names))


class WaysForm(RowsForm):
    """Objectives, working norms, and the links that make for trust."""

    objectives = CheckboxesField(
        _l("What we want to reach together"),
        choices=choices_of({code: OBJECTIVE[code] for code in OBJECTIVES}),
    )
    norms = CheckboxesField(_l("How we like to work"), choices=choices_of(NORM))
    rows = Rows(FormField(LinkRow), min_entries=0, max_entries=MOST_ENTRIES)
    accepts_coopetition = BooleanField(_l("We would join a group together with a direct competitor"))
    sole_brand = BooleanField(_l("In a sales consortium, only our brand may be used"))

    def validate_rows(self, field):
        names = [fold(row.form["name"].data or "") for row in field if not row.form.remove.data]
        if len([n for n in names if n]) != len({n for n in names if n}):
            raise ValidationError(_("One entry is in the list twice"))
