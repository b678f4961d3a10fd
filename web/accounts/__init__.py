"""The area `accounts`: coming in, and keeping an account."""

from web.accounts import second_factor, settings  # noqa: F401 - their pages join the blueprint
from web.accounts.views import blueprint

__all__ = ["blueprint"]
