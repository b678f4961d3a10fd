"""What firms are to be split into: markets, sizes, what each group must bring, who goes where."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Sequence

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import BooleanField, RadioField, TextAreaField, ValidationError
from wtforms.validators import DataRequired, InputRequired, Length, Optional

from models import Firm, fold
from reference.countries import country_name, is_country, list_countries
from services.consortia.searches import LARGEST_RATIO
from services.partitions import FEWEST_FIRMS, MOST_FIRMS, MOST_LINES, MOST_MARKETS
from web.consortia.forms import SIZES, PurposeForm
from web.consortia.words import KIND_MEANS
from web.fields import CheckboxesField, CountriesField, WholeNumberField, choices_of, strip
from web.languages import chosen_language
from web.words import CAPABILITY

LONGEST = 12_000
WRITE_NUMBER = _l("Write a number")


def _lines(label, description):
    long = Length(max=LONGEST, message=_l("At most 12,000 characters"))
    return TextAreaField(label, [long], [strip], description)


class PartitionForm(FlaskForm):
    """How firms are to be split."""

    keys = _lines(
        _l("Only these firms"),
        _l("One firm a line, by its name or the key in its address. Leave it empty to take those that you chose."),
    )
    markets = CountriesField(
        _l("Markets"),
        [DataRequired(_l("Choose at least one market"))],
        most=MOST_MARKETS,
        description=_l("Each may get several groups, or none."),
    )
    kind = RadioField(
        _l("Kind of consortium"),
        [InputRequired(_l("Choose one"))],
        choices=choices_of(KIND_MEANS),
        default="promotion",
    )
    fewest = WholeNumberField(_l("At least so many members"), [InputRequired(WRITE_NUMBER)], default=4, **SIZES)
    most = WholeNumberField(_l("At most so many members"), [InputRequired(WRITE_NUMBER)], default=8, **SIZES)
    musts = CheckboxesField(_l("What no group can do without"), choices=choices_of(CAPABILITY))
    wishes = CheckboxesField(_l("What would help"), choices=choices_of(CAPABILITY))
    wanting = BooleanField(
        _l("Only firms that want to sell in the market of their group"),
        default=True,
        description=_l("But for firms that you name below, to go to a market or to stay with others."),
    )
    experienced = BooleanField(_l("At least one has experience of the market"))
    ratio = WholeNumberField(
        _l("The largest has at most so many times the employees of the smallest"),
        [Optional()],
        lowest=1,
        highest=LARGEST_RATIO,
    )
    together = _lines(_l("Stay together"), _l("One set a line, the firms separated by semicolons."))
    placed = _lines(
        _l("Go to a market"), _l("A firm, a semicolon and the market a line. Such a firm must be in a group.")
    )
    barred = _lines(_l("Stay out"), _l("One firm a line."))

    facets = PurposeForm.facets

    @property
    def words(self) -> list[str]:
        """The names and keys by which firms are chosen one by one."""
        return _split(self.keys)

    def resolve(self, chosen: Sequence[Firm]) -> dict | None:
        """What is asked for as plain data; None where names mean nothing, which then stands beside the fields."""
        everybody = _Names(chosen)
        firms = everybody.read(self.keys) if self.words else [one.key for one in chosen]
        names = everybody.only(firms)
        together = [names.read_line(self.together, line.split(";")) for line in _split(self.together)]
        placed = dict(self._read_placed(names))
        barred = names.read(self.barred)
        if not FEWEST_FIRMS <= len(set(firms)) <= MOST_FIRMS:
            self._blame(self.keys, say_how_many())
        if len(placed) + len(barred) + sum(map(len, together)) > MOST_LINES:
            self._blame(self.together, _("At most %(most)s firms can be named here in all.", most=MOST_LINES))
        if self.keys.errors or self.together.errors or self.placed.errors or self.barred.errors:
            return None
        musts, wishes = set(self.musts.data or ()), set(self.wishes.data or ())
        return {
            "firms": list(dict.fromkeys(firms)), "markets": list(dict.fromkeys(self.markets.data)),
            "kind": self.kind.data, "fewest": self.fewest.data, "most": self.most.data,
            "musts": sorted(musts), "wishes": sorted(wishes - musts),
            "wanting": self.wanting.data, "experienced": self.experienced.data, "ratio": self.ratio.data,
            "together": [some for some in together if some], "placed": placed, "barred": barred,
        }  # fmt: skip

    def _read_placed(self, names: _Names) -> Iterator[tuple[str, str]]:
        for line in _split(self.placed):
            name, _semicolon, market = line.partition(";")
            code = _read_country(market)
            if code not in (self.markets.data or ()):
                self._blame(self.placed, _("“%(word)s” is none of the markets above.", word=market.strip()[:60]))
                continue
            for key in names.read_line(self.placed, [name]):
                yield key, code

    @staticmethod
    def _blame(field, sentence: str) -> None:
        if sentence not in field.errors:
            field.errors = [*field.errors, sentence][:10]

    def say_wrong(self, wrong: Sequence[str]) -> None:
        """Put what contradicts itself beside the fields."""
        words = {
            "firms": say_how_many(),
            "markets": _("Choose at least one market"),
            "most": _("This is less than the smallest number"),
            "placed": _("A firm cannot stay out and go to a market."),
            "together": _(
                "A firm cannot stay out and stay with others, and no more can stay together than a group may have."
            ),
        }
        fields = {"firms": self.keys}
        for name in wrong:
            self._blame(fields.get(name) or self[name], words[name])

    def validate_most(self, field):
        if field.data is not None and self.fewest.data is not None and field.data < self.fewest.data:
            raise ValidationError(_("This is less than the smallest number"))


def name_firms(chosen: Sequence[Firm], find: Callable[[Sequence[str]], Sequence[Firm]]) -> str:
    """The firms as lines of the field that chooses them: by name, or by key where `find` knows several of a name."""
    namesakes = Counter(one.name_folded for one in find([firm.name for firm in chosen]))
    ordered = sorted(chosen, key=lambda firm: (firm.name_folded, firm.key))
    return "\n".join(firm.name if namesakes[firm.name_folded] == 1 else firm.key for firm in ordered)


def say_how_many() -> str:
    """How many firms can be split."""
    return _("From %(fewest)s to %(most)s firms can be split.", fewest=FEWEST_FIRMS, most=MOST_FIRMS)


def _split(field) -> list[str]:
    return [line.strip() for line in (field.data or "").splitlines() if line.strip()]


def _read_country(word: str) -> str:
    """The code that a person means by a code or by a name in their language."""
    word = word.strip()
    if is_country(word.upper()):
        return word.upper()
    folded, language = fold(word), chosen_language()
    found = (one.iso3 for one in list_countries(language) if fold(country_name(one.iso3, language)) == folded)
    return next(found, "")


class _Names:
    """Which firms names and keys mean, among these."""

    def __init__(self, firms: Sequence[Firm]) -> None:
        self.firms = firms
        self.by_key = {one.key: one.key for one in firms}
        self.by_name: dict[str, set[str]] = {}
        for one in firms:
            self.by_name.setdefault(one.name_folded, set()).add(one.key)

    def only(self, keys: Sequence[str]) -> _Names:
        return _Names([one for one in self.firms if one.key in set(keys)])

    def read(self, field) -> list[str]:
        """The firms that the lines of a field mean."""
        return list(dict.fromkeys(key for line in _split(field) for key in self.read_line(field, [line])))

    def read_line(self, field, words: Sequence[str]) -> list[str]:
        """The firms that these words mean; what means none, or several, stands beside the field."""
        found = []
        for word in filter(None, (word.strip() for word in words)):
            keys = {self.by_key[word]} if word in self.by_key else self.by_name.get(fold(word), set())
            if len(keys) == 1:
                found.append(next(iter(keys)))
            else:
                several = _("Several firms are called “%(word)s”: write the key of one.", word=word[:60])
                none = _("“%(word)s” is none of the firms that were chosen.", word=word[:60])
                PartitionForm._blame(field, several if keys else none)
        return found
