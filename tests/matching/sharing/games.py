"""The games of the literature, and the worked consortium, with what is known of them (science note 4.4)."""

from __future__ import annotations

import numpy as np

from matching.sharing import Component, CostGame, Game, Power

TVA = {"a": 163520, "b": 140826, "c": 250096, "ab": 301607, "ac": 378821, "bc": 367370, "abc": 412584}
LEMAIRE = {"a": 46125, "b": 17437.5, "c": 5812.5, "ab": 69187.5, "ac": 53812.5, "bc": 30750, "abc": 90000}
GLOVE = {"a": 0, "b": 0, "c": 0, "ab": 1, "ac": 1, "bc": 0, "abc": 1}
THREE = {"a": 0, "b": 0, "c": 0, "ab": 1, "ac": 2, "bc": 3, "abc": 7.5}
STEPPED = {"a": 1, "b": 1, "c": 2, "ab": 1, "ac": 2, "bc": 2, "abc": 2}

AIRPORTS = [
    # costs, Shapley, constrained equal, nucleolus
    ([8, 11, 13, 18], [2, 3, 4, 9], [13 / 3, 13 / 3, 13 / 3, 5], [3.25, 3.25, 3.25, 8.25]),
    ([1, 3, 7, 10], [1 / 4, 11 / 12, 35 / 12, 71 / 12], [1, 2, 3.5, 3.5], [0.5, 1.25, 2.625, 5.625]),
    ([10, 20, 30], [10 / 3, 25 / 3, 55 / 3], [10, 10, 10], [5, 7.5, 17.5]),
    ([30, 40, 60, 120], [7.5, 65 / 6, 125 / 6, 485 / 6], [20, 20, 20, 60], [40 / 3, 40 / 3, 50 / 3, 230 / 3]),
]
MOVEMENTS = [42, 9555, 288, 303, 151, 1315, 505, 1128, 151, 112, 22]
RUNWAY = [65899, 76725, 95200, 97200, 97436, 98142, 102496, 104849, 113322, 115440, 117676]


def letters(worths: dict[str, float], sense: str = "cost") -> Game:
    """A game of the members a, b and c."""
    return Game.from_worths("abc", worths, sense)


def airport(costs) -> CostGame:
    """An airport game as the stand of a fair; members are numbered in the order of the costs."""
    needs = {f"{place:02}": cost for place, cost in enumerate(costs)}
    return CostGame(needs, [Component(code="FAIR_SPACE", form="NESTED", needs=needs)])


def consortium(**options) -> CostGame:
    """The worked example: three firms with volumes of 20, 30 and 50."""
    return CostGame(
        ["1", "2", "3"],
        [
            Component(code="RESEARCH", form="COMMON", cost=9000),
            Component(code="FAIR_SPACE", form="NESTED", needs={"1": 4000, "2": 6000, "3": 10000}),
            Component(code="CERT", form="CLUB", cost=3000, users={"1", "2"}, key="CERT X"),
            Component(code="CERT", form="OWN", needs={"1": 1500, "3": 2500}, key="CERT own"),
            Component(code="FREIGHT", form="VOLUME", needs={"1": 20, "2": 30, "3": 50}, curve=Power(300, 0.7)),
        ],
        **options,
    )


def random_worths(count: int, seed: int) -> np.ndarray:
    """A table of worths that no structure makes easy; larger coalitions tend to be worth more."""
    rng = np.random.default_rng(seed)
    size = np.bitwise_count(np.arange(1 << count, dtype=np.uint32))
    table = np.round(size**1.5 * 10 + rng.normal(0, 15, 1 << count), 2)
    table[0] = 0
    return table


class TableGame(Game):
    """A game given by the worths of all its coalitions."""

    def __init__(self, table: np.ndarray, sense: str = "value"):
        count = len(table).bit_length() - 1
        super().__init__([f"{place:02}" for place in range(count)], self.look_up, sense)
        self.values = table

    def look_up(self, names: frozenset[str]) -> float:
        return float(self.values[self.mask(names)])
