"""Forms of the budget: a cost with what each member needs of it, a subsidy, what a firm would pay alone."""

from __future__ import annotations

from collections.abc import Container, Mapping, Sequence

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import BooleanField, Form, FormField, HiddenField
from wtforms.validators import InputRequired, Length, Optional

from models import CostComponent, Membership, ShareLimit
from services.consortia.budget import LARGEST_QUANTITY
from services.consortia.usual_costs import UsualCost
from web.consortia.forms import MOST_MEMBERS
from web.fields import MoneyField, Rows, TextField, WholeNumberField

WRITE_AMOUNT = _l("Write an amount")
SHOWN = {
    "COMMON": {"cost", "quantity"},
    "CLUB": {"cost", "takes_part"},
    "NESTED": {"need"},
    "OWN": {"need"},
    "VOLUME": {"cost", "growth", "quantity"},
}
"""Which fields each form of a cost has."""


class NeedForm(Form):
    """What one member needs; a row of the form below."""

    firm = HiddenField()
    takes_part = BooleanField(_l("uses it"))
    need = MoneyField(_l("Needs"))
    quantity = WholeNumberField(_l("Quantity"), [Optional()], highest=LARGEST_QUANTITY)


class CostForm(FlaskForm):
    """One cost."""

    name = TextField(
        _l("In your own words"),
        [Length(max=120, message=_l("At most 120 characters"))],
        description=_l("For example: the fair in Luanda in May."),
    )
    cost = MoneyField(_l("What it costs"), [InputRequired(WRITE_AMOUNT)])
    growth = WholeNumberField(
        _l("When the quantity doubles, the cost grows by"),
        [InputRequired(_l("Write a number"))],
        lowest=0,
        highest=100,
        default=60,
        description=_l("100: twice as much costs twice as much. 60: twice as much costs 60 percent more."),
    )
    rows = Rows(FormField(NeedForm), max_entries=MOST_MEMBERS)

    def fit(
        self, kind: str, currency: str, inside: Sequence[Membership], cost: CostComponent | None, *, given: bool
    ) -> None:
        """Leave the fields that this form of cost has, one row for each member, all amounts in one currency."""
        if not given:
            self._fill(inside, cost)
        shown = SHOWN[kind]
        for name in ("cost", "growth"):
            if name not in shown:
                del self[name]
        for row in self.rows:
            for name in ("takes_part", "need", "quantity"):
                if name not in shown:
                    del row.form[name]
        for field in [self["cost"]] if "cost" in self else []:
            field.currency = currency
            if kind == "VOLUME":
                field.label.text = _("What one unit costs")
        for row in self.rows:
            if "need" in row.form:
                row.form["need"].currency = currency
            if "quantity" in row.form and kind == "COMMON":
                row.form["quantity"].label.text = _("Planned use, if it is to be shared by use")

    def _fill(self, inside: Sequence[Membership], cost: CostComponent | None) -> None:
        parts = {part.firm_id: part for part in cost.parts} if cost else {}
        if cost:
            self.name.data, self.cost.data, self.growth.data = cost.name, cost.cost_minor, cost.growth_percent
        for place in inside:
            part = parts.get(place.firm_id)
            self.rows.append_entry(
                {
                    "firm": place.firm.key,
                    "takes_part": part.takes_part if part else cost is None,
                    "need": part.need_minor if part else None,
                    "quantity": part.quantity if part else None,
                }
            )

    @property
    def by_key(self) -> dict[str, Form]:
        """Key of the firm to its row."""
        return {row.form.firm.data: row.form for row in self.rows}

    def say_missing(self, missing: Sequence[str]) -> None:
        """Put what the service misses beside the fields."""
        words = {
            "cost": WRITE_AMOUNT,
            "users": _l("Somebody must use it"),
            "amount": _l("An amount is beyond anything that a group spends. Look at it again."),
            "quantity": _l("A quantity is too large"),
            "too_many": _l("A budget has 40 costs at most: put small ones together"),
        }
        self.form_errors += [words[name] for name in missing]


class SubsidyForm(FlaskForm):
    """What somebody else pays of the cost."""

    subsidy = MoneyField(
        _l("Subsidy"),
        [Optional()],
        description=_l("What a funder pays of the whole. It lowers every share in proportion."),
    )


class OwnCostForm(FlaskForm):
    """What a firm would pay alone, for its own eyes."""

    alone = MoneyField(
        _l("What entering this market alone would cost you"),
        [Optional()],
        description=_l("Only your firm sees this. No rule reads it."),
    )


class LimitForm(Form):
    """What one member pays at least and at most; a row of the form below."""

    firm = HiddenField()
    floor = MoneyField(_l("At least"))
    cap = MoneyField(_l("At most"))


class LimitsForm(FlaskForm):
    """What members pay at least and at most."""

    rows = Rows(FormField(LimitForm), max_entries=MOST_MEMBERS)

    def fit(
        self, inside: Sequence[Membership], limits: Mapping[int, ShareLimit], currency: str, *, given: bool
    ) -> None:
        """Have one row for each member, all amounts in one currency."""
        for place in [] if given else inside:
            limit = limits.get(place.firm_id)
            bounds = {"floor": limit.floor_minor, "cap": limit.cap_minor} if limit else {}
            self.rows.append_entry({"firm": place.firm.key, **bounds})
        for row in self.rows:
            row.form.floor.currency = row.form.cap.currency = currency

    @property
    def by_key(self) -> dict[str, Form]:
        """Key of the firm to its row."""
        return {row.form.firm.data: row.form for row in self.rows}

    def say_wrong(self, wrong: Sequence[str], keys: Mapping[str, str]) -> None:
        """Put what no shares can keep beside its field; `keys` are the firms by their ids as text."""
        for name in wrong:
            what, _dash, firm_id = name.partition("-")
            row = self.by_key.get(keys.get(firm_id, ""))
            if row is not None:
                sentence = _("This is more than the most") if what == "above" else _("This amount is too large")
                row.floor.errors = [*row.floor.errors, sentence]
        if "floors" in wrong:
            self.form_errors.append(_("Together, the least that members pay is more than there is to pay."))
        if "caps" in wrong:
            self.form_errors.append(_("Together, the most that members pay is less than there is to pay."))


class UsualLineForm(Form):
    """One of the usual costs; a row of the form below."""

    name = HiddenField()
    chosen = BooleanField()
    cost = MoneyField(_l("What it costs, if you know it"))


class UsualForm(FlaskForm):
    """Which of the usual costs a group has."""

    rows = Rows(FormField(UsualLineForm), max_entries=40)

    def fit(
        self, lines: Sequence[UsualCost], there: Container[tuple[str, str]], currency: str, *, given: bool
    ) -> None:
        """Have one row for each cost; what is usual and not there yet is ticked."""
        for one in [] if given else lines:
            chosen = one.is_usual and (one.code, one.form) not in there
            self.rows.append_entry({"name": f"{one.code}-{one.form}", "chosen": chosen})
        for row in self.rows:
            row.form.cost.currency = currency
            if row.form.name.data.rpartition("-")[2] not in ("COMMON", "CLUB"):
                del row.form.cost

    @property
    def chosen(self) -> list[tuple[str, int | None]]:
        """Names of the costs that are ticked, with their amounts where they were written."""
        rows = [row.form for row in self.rows if row.form.chosen.data]
        return [(row.name.data, row.cost.data if "cost" in row else None) for row in rows]

    def say_missing(self, missing: Sequence[str]) -> None:
        """Say what is too much."""
        words = {
            "amount": _("An amount is beyond anything that a group spends. Look at it again."),
            "too_many": _("A budget has 40 costs at most: put small ones together"),
        }
        self.form_errors += [words[name] for name in missing]
