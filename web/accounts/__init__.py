"""The area `accounts`."""

from web.accounts.views import blueprint

__all__ = ["blueprint"]
