"""Where meetings are: in a group, or in a talk. Both have the same pages, under the address of each."""

from __future__ import annotations

from dataclasses import dataclass

from flask import abort, url_for

from models import Firm
from services import introductions
from services.circles import Circle, circle_of_group, circle_of_talk
from web.consortia.views import inside_group
from web.database import db
from web.frame import acting_firm

WHERE = ("consortia", "messages")
"""The first part of the address: of groups, and of talks."""


@dataclass(frozen=True)
class Room:
    """A group or a talk, as the acting firm is in it."""

    where: str
    key: str
    name: str
    circle: Circle
    firm: Firm

    @property
    def back(self) -> str:
        """The page of the group or talk."""
        return url_for(f"{self.where}.show", key=self.key)

    def name_for(self, firm: Firm) -> str:
        """The group's name, or that of the other firm."""
        others = [one.name for one in self.circle.firms if one.id != firm.id]
        return self.name if self.circle.consortium else ", ".join(others)


def room_of(where: str, key: str) -> Room:
    """The group or talk with this key, for its members; for others it is not there."""
    if where == "consortia":
        group, _place, firm = inside_group(key)
        return Room(where, key, group.name, circle_of_group(db, group), firm)
    firm = acting_firm() or abort(404)
    introduction = introductions.get_introduction(db, key, firm)
    name = introductions.other_of(introduction, firm).name
    return Room(where, key, name, circle_of_talk(introduction), firm)
