"""Joint versus alone, for one member's eyes; nothing that is typed here is kept."""

from __future__ import annotations

from flask import render_template
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import Form, FormField, IntegerRangeField, ValidationError
from wtforms.validators import InputRequired, NumberRange, Optional

from matching.risk import IGNORED, SCENARIOS, Range, RiskError
from matching.sharing import SharingError
from models import Membership
from services.consortia import budget, risk
from services.consortia.standing import Standing, standing_of
from web.consortia.budget_words import say_sharing_error
from web.consortia.views import blueprint, inside_group
from web.database import db
from web.fields import MoneyField, WholeNumberField
from web.languages import units

NEEDED = _l("Write all three")
IGNORES = {
    "time_value": _l("when money is spent and when it comes back"),
    "exchange_rates": _l("exchange rates"),
    "taxes": _l("taxes"),
    "partial_success": _l("that an entry may succeed by half"),
    "learning": _l("that a second try is better than the first"),
    "insolvency": _l("that a member may be unable to pay"),
    "withdrawal": _l("that a member may leave halfway"),
    "conduct": _l("that people act otherwise when others bear their losses"),
    "extremes": _l("that everything may fail together more often than such a model says"),
}


class _Rising:
    """Three numbers, none above the next."""

    def validate_high(self, field):
        numbers = [self[name].data for name in ("low", "likely", "high")]
        if None not in numbers and numbers != sorted(numbers):
            raise ValidationError(_("The three numbers must rise"))


class AmountRange(_Rising, Form):
    """An amount: at least, most likely, at most."""

    low = MoneyField(_l("at least"), [InputRequired(NEEDED)])
    likely = MoneyField(_l("most likely"), [InputRequired(NEEDED)])
    high = MoneyField(_l("at most"), [InputRequired(NEEDED)])

    def to_range(self, currency: str) -> Range:
        return Range(*(float(units(self[name].data, currency)) for name in ("low", "likely", "high")))


class PercentRange(_Rising, Form):
    """A chance or a part in percent: at least, most likely, at most."""

    low = WholeNumberField(_l("at least"), [InputRequired(NEEDED)], highest=100)
    likely = WholeNumberField(_l("most likely"), [InputRequired(NEEDED)], highest=100)
    high = WholeNumberField(_l("at most"), [InputRequired(NEEDED)], highest=100)

    def to_range(self, _currency: str) -> Range:
        return Range(*(self[name].data / 100 for name in ("low", "likely", "high")))


class RiskForm(FlaskForm):
    """What a member expects."""

    entry = FormField(AmountRange, _l("What entering alone costs you"))
    joint_entry = FormField(AmountRange, _l("What entering together costs all of you"))
    chance = FormField(PercentRange, _l("Chance that it succeeds, alone"))
    joint_chance = FormField(PercentRange, _l("Chance that it succeeds, together"))
    margin = FormField(AmountRange, _l("What it brings you if it succeeds"))
    recovery = FormField(PercentRange, _l("What of the cost comes back if it fails"))
    correlation = IntegerRangeField(
        _l("How much members share one fate"),
        [InputRequired(NEEDED), NumberRange(0, 100, _l("Choose a number from 0 to 100"))],
        default=30,
        description=_l("0: what happens to one says nothing of the others. 100: all succeed or fail together."),
    )
    ceiling = MoneyField(
        _l("The loss that you can bear"), [Optional()], description=_l("Only you see this; it is not kept.")
    )

    RANGES = ("entry", "joint_entry", "chance", "joint_chance", "margin", "recovery")
    AMOUNTS = ("entry", "joint_entry", "margin")

    def use(self, currency: str) -> None:
        """Take all amounts in the currency of the group."""
        fields = [self.ceiling, *(field for name in self.AMOUNTS for field in self[name].form)]
        for field in fields:
            field.currency = currency

    def to_expectation(self, currency: str) -> risk.Expectation:
        ranges = {name: self[name].form.to_range(currency) for name in self.RANGES}
        ceiling = None if self.ceiling.data is None else float(units(self.ceiling.data, currency))
        return risk.Expectation(**ranges, correlation=self.correlation.data / 100, ceiling=ceiling)


@blueprint.route("/<key>/risk", methods=["GET", "POST"])
def show_risk(key: str):
    """Show what the acting firm risks alone and together, by what it expects."""
    group, place, firm = inside_group(key)
    standing = standing_of(db, group)
    form = RiskForm(data=_usual(standing, place))
    form.use(group.currency)
    found = None
    if form.validate_on_submit():
        try:
            found = risk.compare_joint(standing, place, form.to_expectation(group.currency))
        except (RiskError, SharingError) as error:
            message = say_sharing_error(error) if isinstance(error, SharingError) else _("Look at the numbers again.")
            form.form_errors.append(message)
    page = render_template(
        "consortia/risk.html", form=form, group=group, firm=firm, found=found,
        ignores=[IGNORES[code] for code in IGNORED], cases=SCENARIOS, members=len(standing.inside),
    )  # fmt: skip
    return page, 422 if form.errors else 200


def _usual(standing: Standing, place: Membership) -> dict:
    """What to begin with: ranges about the budget, and chances that nobody should take for a forecast."""
    currency = standing.consortium.currency
    try:
        comparison = budget.compare(db, standing)
    except SharingError:
        comparison = None
    alone = None if place.alone_minor is None else float(units(place.alone_minor, currency))
    found = {}
    per_unit = 1 / units(1, currency)
    for name, amounts in risk.usual_entries(comparison, place, alone).items():
        if amounts is not None:
            found[name] = {
                part: round(amount * float(per_unit))
                for part, amount in zip(("low", "likely", "high"), amounts, strict=True)
            }
    chance = {"low": 30, "likely": 50, "high": 65}
    return {**found, "chance": chance, "joint_chance": chance, "recovery": {"low": 0, "likely": 20, "high": 40}}
