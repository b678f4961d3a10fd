"""Forms of a group: what it is about, whom to ask, what is decided, who pays what."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

from babel.numbers import get_currency_name
from flask_babel import get_locale
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import (
    BooleanField,
    FormField,
    HiddenField,
    RadioField,
    SelectField,
    TextAreaField,
    ValidationError,
)
from wtforms.fields.choices import SelectChoice
from wtforms.validators import DataRequired, InputRequired, Length, Optional

from models import Consortium, Firm, Membership
from reference.hs import read_code
from services.consortia.content import LEAST_QUORUM, MOST_PRODUCTS
from services.consortia.members import LONGEST_NOTE, MOST_DAYS
from services.consortia.reviews import CRITERIA
from services.consortia.votes import DAYS_TO_VOTE
from services.consortia.votes import MOST_DAYS as MOST_VOTING_DAYS
from services.vocabulary import CAPABILITIES
from web.consortia.words import BALLOT, CRITERION, CRITERION_ASKS, KIND_MEANS, VERDICT, VOTES_BY
from web.fields import (
    CheckboxesField,
    CountryField,
    HsCodesField,
    MoneyField,
    Rows,
    TextField,
    WholeNumberField,
    choices_of,
    strip,
)
from web.words import CAPABILITY

CURRENCIES = ("EUR", "AOA", "BRL", "CVE", "MZN", "STN", "USD", "XAF", "XOF")
LONGEST = 4000
TOO_LONG = _l("At most 4000 characters")
MOST_MEMBERS = 40
SIZES = {"lowest": 3, "highest": MOST_MEMBERS}


def _long_text(label, description=None, **more):
    return TextAreaField(label, [Length(max=LONGEST, message=TOO_LONG)], [strip], description or "", **more)


class PurposeForm(FlaskForm):
    """What a group is about, and what it needs."""

    name = TextField(
        _l("Name of the group"),
        [DataRequired(_l("Give the group a name")), Length(max=120, message=_l("At most 120 characters"))],
    )
    purpose = TextAreaField(
        _l("What for?"),
        [Length(max=1000, message=_l("At most 1000 characters"))],
        [strip],
        _l("One or two sentences: what you want to do together."),
    )
    country = CountryField(_l("Market"), description=_l("Where you want to sell together."))
    kind = RadioField(
        _l("Kind of consortium"),
        [Optional()],
        choices=choices_of(KIND_MEANS, empty=_l("Not decided yet")),
        default="",
    )
    codes = HsCodesField(
        _l("Products of the group"),
        most=MOST_PRODUCTS,
        description=_l("HS codes: whole chapters, headings or single products. Type a word or a code."),
    )
    more_codes = TextField(
        _l("More HS codes"),
        [Length(max=200, message=_l("At most 200 characters"))],
        description=_l("Separated by commas, for example 1509, 2204.21."),
    )
    musts = CheckboxesField(_l("What the group cannot do without"), choices=choices_of(CAPABILITY))
    wishes = CheckboxesField(_l("What would help"), choices=choices_of(CAPABILITY))
    currency = SelectField(
        _l("Currency"),
        choices=[],
        default="EUR",
        description=_l("In which you share costs. It can be changed until there is a budget."),
    )
    smallest = WholeNumberField(
        _l("At least so many members"), [InputRequired(_l("Write a number"))], default=3, **SIZES
    )
    largest = WholeNumberField(
        _l("At most so many members"), [InputRequired(_l("Write a number"))], default=8, **SIZES
    )

    facets: Mapping[str, Sequence[str]] = {
        facet: [code for code, of in CAPABILITIES.items() if of == facet]
        for facet in dict.fromkeys(CAPABILITIES.values())
    }

    def __init__(self, *args, group: Consortium | None = None, is_fixed: bool = False, **more):
        super().__init__(*args, obj=group, **more)
        self.currency.choices = [SelectChoice(code, _currency(code)) for code in CURRENCIES]
        if is_fixed:
            del self.currency

    def validate_more_codes(self, field):
        codes = [code for code in re.split(r"[,;]", field.data or "") if code.strip()]
        for code in codes:
            if read_code(code) is None:
                raise ValidationError(_("%(code)s is no code of the Harmonized System", code=code.strip()))
        if len({*self.products}) > MOST_PRODUCTS:
            raise ValidationError(_("At most %(most)s codes", most=MOST_PRODUCTS))

    @property
    def products(self) -> list[str]:
        """The HS codes: those that were picked, and those that were written out."""
        written = (read_code(code) for code in re.split(r"[,;]", self.more_codes.data or ""))
        return list(dict.fromkeys([*(self.codes.data or ()), *filter(None, written)]))

    def validate_largest(self, field):
        if field.data is not None and self.smallest.data is not None and field.data < self.smallest.data:
            raise ValidationError(_("This is less than the smallest number"))

    @property
    def wanted(self) -> dict[str, bool]:
        """Capabilities, and whether each is a must; what is both is a must."""
        return {**dict.fromkeys(self.wishes.data or (), False), **dict.fromkeys(self.musts.data or (), True)}

    @property
    def content(self) -> dict:
        """The rest, as the service takes it."""
        names = ("name", "purpose", "country", "kind", "currency", "smallest", "largest")
        return {name: self[name].data or "" for name in names if name in self}

    def suggest(self, firm: Firm | None) -> None:
        """Put the codes of a firm's own products, and their headings, among those that can be chosen."""
        codes = [one.hs for one in firm.products if one.hs] if firm else []
        self.codes.suggested = [*codes, *(code[:4] for code in codes)]

    def show(self, consortium: Consortium) -> None:
        """Tick what the group wants."""
        self.codes.data = [one.hs for one in consortium.products]
        self.musts.data = consortium.musts
        self.wishes.data = [one.capability for one in consortium.wanted if not one.is_must]


def _currency(code: str) -> str:
    return f"{get_currency_name(code, locale=get_locale())} ({code})"


class InviteForm(FlaskForm):
    """Asking a firm to join."""

    text = TextAreaField(
        _l("What you write to them"),
        [Length(max=LONGEST_NOTE, message=_l("At most 2000 characters"))],
        [strip],
        _l("Why them, and what the group is for. They see this with the purpose and the members."),
    )
    days = WholeNumberField(
        _l("Days to answer"),
        [InputRequired(_l("Write a number"))],
        lowest=1,
        highest=MOST_DAYS,
    )


class JoinForm(FlaskForm):
    """What a firm states before it joins."""

    confidential = BooleanField(
        _l("We accept confidentiality"),
        description=_l("What is said, shown and counted in the group stays in it, also after we have left."),
    )
    has_conflicts = RadioField(
        _l("Conflicts of interest"),
        [InputRequired(_l("Say whether there are any"))],
        choices=choices_of({"no": _l("We have none"), "yes": _l("We have some, and describe them below")}),
        description=_l("For example: you sell for a competitor of a member, or share owners with one."),
    )
    conflicts = TextAreaField(
        _l("Which?"), [Length(max=LONGEST_NOTE, message=_l("At most 2000 characters"))], [strip]
    )

    def validate_conflicts(self, field):
        if self.has_conflicts.data == "yes" and not field.data:
            raise ValidationError(_("Describe the conflict in a sentence"))

    def validate_confidential(self, field):
        if not field.data:
            raise ValidationError(_("Nobody joins without accepting confidentiality"))


class ObjectiveForm(FlaskForm):
    """What the group wants to reach, and how it will know."""

    objective = _long_text(_l("Objective"), _l("What you will have reached at the end."))
    indicators = _long_text(_l("Indicators"), _l("By what you will know: numbers and days, one per line."))
    months = WholeNumberField(_l("Months it lasts"), [Optional()], lowest=1, highest=240)
    pilot = _long_text(_l("First joint action"), _l("Something small that shows whether you work well together."))
    notice_days = WholeNumberField(
        _l("Days of notice"),
        [InputRequired(_l("Write a number"))],
        lowest=0,
        highest=730,
        description=_l("How long before it leaves a member says so, once there is an agreement."),
    )


class RegulationsForm(FlaskForm):
    """The internal regulations."""

    regulations = TextAreaField(
        _l("Internal regulations"),
        [Length(max=40_000, message=_l("At most 40,000 characters"))],
        [strip],
        _l("Who decides what, who leads, how money is kept, how one leaves. Have a lawyer check it."),
    )


class RulesForm(FlaskForm):
    """How the group votes."""

    votes_by = RadioField(_l("What a vote weighs"), [InputRequired(_l("Choose one"))], choices=choices_of(VOTES_BY))
    quorum_percent = WholeNumberField(
        _l("Quorum"),
        [InputRequired(_l("Write a number"))],
        lowest=LEAST_QUORUM,
        highest=100,
        description=_l("A vote counts when at least so much of all weight was cast, in percent."),
    )


class ShareForm(FlaskForm):
    """One member's share; a row of the form below."""

    class Meta:
        csrf = False

    firm = HiddenField()
    share = MoneyField(_l("Share"))


class SharesForm(FlaskForm):
    """The budget, and what each member pays of it."""

    budget = MoneyField(_l("Budget"), [InputRequired(_l("Write an amount"))], description=_l("What you share."))
    rows = Rows(FormField(ShareForm), max_entries=MOST_MEMBERS)

    def fit(self, consortium: Consortium, inside: Sequence[Membership], *, given: bool) -> None:
        """Bring the rows into line with the members, and all amounts into the group's currency."""
        if not given:
            self.budget.data = consortium.budget_minor
            for place in inside:
                self.rows.append_entry({"firm": place.firm.key, "share": place.share_minor})
        for field in (self.budget, *(row.form.share for row in self.rows)):
            field.currency = consortium.currency

    @property
    def by_key(self) -> dict[str, int | None]:
        """Key of the firm to its share."""
        return {row.form.firm.data: row.form.share.data for row in self.rows}


class VoteForm(FlaskForm):
    """Opening a vote."""

    days = WholeNumberField(
        _l("Days to vote"),
        [InputRequired(_l("Write a number"))],
        lowest=1,
        highest=MOST_VOTING_DAYS,
        default=DAYS_TO_VOTE,
        description=_l("It closes earlier when everybody has voted."),
    )


class BallotForm(FlaskForm):
    """What a firm says in a vote."""

    choice = RadioField(_l("Your vote"), [InputRequired(_l("Choose one"))], choices=choices_of(BALLOT))


class ReviewForm(FlaskForm):
    """What a moderator says of a group."""

    seen = HiddenField()
    verdict = RadioField(_l("Decision"), [InputRequired(_l("Choose one"))], choices=choices_of(VERDICT))

    @property
    def reasons(self) -> dict[str, str]:
        """By criterion what was written."""
        return {name: self[name].data or "" for name in CRITERIA}


for _criterion in CRITERIA:
    setattr(
        ReviewForm,
        _criterion,
        TextAreaField(
            CRITERION[_criterion],
            [Length(max=2000, message=_l("At most 2000 characters"))],
            [strip],
            CRITERION_ASKS[_criterion],
        ),
    )


class SuspendForm(FlaskForm):
    """Stopping a group, or letting it go on."""

    reason = TextAreaField(
        _l("Reason"),
        [DataRequired(_l("Write the reason")), Length(max=2000, message=_l("At most 2000 characters"))],
        [strip],
    )
