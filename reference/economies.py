"""How rich and how literate countries are, by the Unicode locale data."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache

from reference.load import country, maybe, number, read


@dataclass(frozen=True, slots=True)
class Economy:
    """A country's gross domestic product (international dollars, PPP), people, and percent of them who read.

    The product is fit for ratios only; CLDR rounds it.
    """

    gdp_ppp: float | None
    population: float | None
    literacy: float | None

    @property
    def income(self) -> float | None:
        """Product per head, or None where it is not known."""
        if not self.gdp_ppp or not self.population:
            return None
        return self.gdp_ppp / self.population


@lru_cache(maxsize=1)
def _economies() -> Mapping[str, Economy]:
    columns = {"iso3": country, "gdp_ppp": maybe(number), "population": maybe(number)}
    columns |= {"literacy_percent": maybe(number)}
    rows = read("cldr_territories.csv", columns, key=("iso3",))
    return {row["iso3"]: Economy(row["gdp_ppp"], row["population"], row["literacy_percent"]) for row in rows}


def find_economy(iso3: str) -> Economy | None:
    """Find what is known of a country's economy, or None."""
    return _economies().get(iso3)
