"""The area `proofs`: the documents by which a firm proves what it says of itself."""

from web.proofs import commands as _commands  # noqa: F401 (its command belongs to the blueprint)
from web.proofs.views import blueprint

__all__ = ["blueprint"]
