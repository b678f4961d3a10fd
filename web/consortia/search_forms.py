"""The form by which a group is looked for, and what a member states that it could bring."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import BooleanField, ValidationError
from wtforms.fields.choices import SelectChoice
from wtforms.validators import Length, Optional

from models import Consortium, Firm
from services.consortia.pledges import LARGEST_CAPACITY as MOST_STATED
from services.consortia.searches import LARGEST_AMOUNT, LARGEST_CAPACITY, LARGEST_RATIO, MOST_NAMED, Search
from web.consortia.forms import SIZES
from web.fields import CheckboxesField, MoneyField, TextField, WholeNumberField
from web.words import CAPABILITY, product_line

SHORT_NAME = Length(max=200, message=_l("At most 200 characters"))


class SearchForm(FlaskForm):
    """What a group is to be like, beside what it says of itself."""

    fewest = WholeNumberField(_l("At least so many members"), [Optional()], **SIZES)
    most = WholeNumberField(_l("At most so many members"), [Optional()], **SIZES)
    given_up = CheckboxesField(_l("For now, do without"), choices=[])
    products = CheckboxesField(_l("The members' products must meet"), choices=[])
    entry = MoneyField(
        _l("What entering the market costs together"),
        [Optional()],
        highest=LARGEST_AMOUNT,
        description=_l("Held where every member has stated to the group what it could put in."),
    )
    capacity = WholeNumberField(
        _l("Capacity a month together"),
        [Optional()],
        highest=LARGEST_CAPACITY,
        description=_l("In the unit on which the group has agreed. Held where every member has stated its own."),
    )
    experienced = BooleanField(_l("At least one has experience of the market"))
    stated = BooleanField(
        _l("Only firms that state that they are committed to exporting"),
        description=_l("Without this, nobody's commitment is known: those who do not state it are named."),
    )
    ratio = WholeNumberField(
        _l("The largest has at most so many times the employees of the smallest"),
        [Optional()],
        lowest=1,
        highest=LARGEST_RATIO,
        description=_l("Firms that do not say how many they employ are let in, and named."),
    )
    pinned = CheckboxesField(_l("To be in"), choices=[])
    pin = TextField(_l("Have this firm in"), [SHORT_NAME], description=_l("Name of an approved firm."))
    barred = CheckboxesField(_l("To stay out"), choices=[])
    bar = TextField(_l("Leave this firm out"), [SHORT_NAME], description=_l("Name of an approved firm."))

    def fit(self, group: Consortium, named: Mapping[str, Firm]) -> None:
        """Offer what this group can ask for; `named` are the firms that are kept in or left out so far, by key."""
        self.entry.currency = group.currency
        self.given_up.choices = [SelectChoice(code, CAPABILITY[code]) for code in group.musts]
        codes = [one.hs for one in group.products]
        codes += [c for c in self.products.data or () if c not in codes and any(one.startswith(c) for one in codes)]
        self.products.choices = [SelectChoice(code, product_line(code)) for code in codes]
        for field, known in ((self.given_up, group.musts), (self.products, codes)):
            field.data = [code for code in dict.fromkeys(field.data or ()) if code in known]
        for field in (self.pinned, self.barred):
            field.data = [key for key in dict.fromkeys(field.data or ()) if key in named][:MOST_NAMED]
            field.choices = [SelectChoice(key, named[key].name) for key in field.data]

    def validate_most(self, field):
        if field.data is not None and self.fewest.data is not None and field.data < self.fewest.data:
            raise ValidationError(_("This is less than the smallest number"))

    def name(self, which: str, found: Sequence[Firm], words: str) -> None:
        """Keep the firm that a name means in or out; say so beside the field where it means none, or several."""
        field, named = self[which], self["pinned" if which == "pin" else "barred"]
        exact = [one for one in found if one.name.casefold() == words.casefold()]
        meant = exact if len(exact) == 1 else found
        if not meant:
            field.errors = [_("No firm that could be meant has this in its name.")]
        elif len(meant) > 1:
            field.errors = [_("Several firms have this in their name: write more of it.")]
        elif len(named.data) >= MOST_NAMED:
            field.errors = [_("At most %(most)s firms", most=MOST_NAMED)]
        else:
            named.data = list(dict.fromkeys([*named.data, meant[0].key]))

    @property
    def search(self) -> Search:
        """What was asked for."""
        pinned = tuple(sorted(self.pinned.data or ()))
        return Search(
            fewest=self.fewest.data,
            most=self.most.data,
            given_up=tuple(sorted(self.given_up.data or ())),
            products=tuple(sorted(self.products.data or ())),
            entry_minor=self.entry.data or None,
            capacity=self.capacity.data or None,
            stated=self.stated.data,
            experienced=self.experienced.data,
            ratio=self.ratio.data,
            pinned=pinned,
            barred=tuple(sorted(set(self.barred.data or ()) - set(pinned))),
        )


class PledgeForm(FlaskForm):
    """What a member could bring."""

    budget = MoneyField(_l("Money for entering the market"), [Optional()])
    capacity = WholeNumberField(
        _l("Capacity a month"),
        [Optional()],
        highest=MOST_STATED,
        description=_l("In the unit on which the group has agreed, such as tonnes."),
    )
