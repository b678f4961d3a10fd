"""The area `consortia`: groups of firms, from the first idea to a running consortium."""

from web.consortia import assembly, budget, commands, members, risk, votes  # noqa: F401 - they add their pages to the blueprint
from web.consortia.views import blueprint

__all__ = ["blueprint"]
