"""The area `moderation`: deciding on firms."""

from web.moderation.views import blueprint

__all__ = ["blueprint"]
