"""The area `accounts`: coming in, and keeping an account."""

from web.accounts import settings  # noqa: F401 - its pages join the blueprint
from web.accounts.views import blueprint

__all__ = ["blueprint"]
