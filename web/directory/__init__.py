"""The area `directory`."""

from web.directory.views import blueprint

__all__ = ["blueprint"]
