"""The area `moderation`: deciding on firms, and on what firms say of markets."""

from web.moderation import associations as _associations  # noqa: F401 (its pages belong to the blueprint)
from web.moderation import barriers as _barriers  # noqa: F401
from web.moderation import consortia as _consortia  # noqa: F401
from web.moderation.views import blueprint

__all__ = ["blueprint"]
