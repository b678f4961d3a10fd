"""The area `network`."""

from web.network import commands as commands
from web.network.views import blueprint

__all__ = ["blueprint"]
