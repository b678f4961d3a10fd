"""The area `meetings`: of groups, and of two firms in a talk."""

from web.meetings import feeds  # noqa: F401 - adds its pages to the blueprint
from web.meetings.views import blueprint

__all__ = ["blueprint"]
