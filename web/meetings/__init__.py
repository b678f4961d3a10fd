"""The area `meetings`: of groups, and of two firms in a talk."""

from web.meetings.views import blueprint

__all__ = ["blueprint"]
