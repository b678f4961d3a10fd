"""The area `partition`: an association has firms split into several groups, and proposes these."""

from web.partition.views import blueprint

__all__ = ["blueprint"]
