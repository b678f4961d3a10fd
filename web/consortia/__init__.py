"""The area `consortia`: groups of firms, from the first idea to a running consortium."""

from web.consortia import (  # noqa: F401 - they add their pages to the blueprint
    assembly,
    budget,
    commands,
    ledger,
    limits,
    members,
    messages,
    pledges,
    proposed,
    risk,
    usual,
    votes,
)
from web.consortia.views import blueprint

__all__ = ["blueprint"]
