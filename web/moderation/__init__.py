"""The area `moderation`."""

from web.moderation.views import blueprint

__all__ = ["blueprint"]
