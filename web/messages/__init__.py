"""The area `messages`."""

from web.messages.views import blueprint

__all__ = ["blueprint"]
