"""The area `moderation`: deciding on firms, and on what firms say of markets."""

from web.moderation import appeals as _appeals  # noqa: F401
from web.moderation import associations as _associations  # noqa: F401 (its pages belong to the blueprint)
from web.moderation import barriers as _barriers  # noqa: F401 (its pages belong to the blueprint)
from web.moderation import changes as _changes  # noqa: F401
from web.moderation import consortia as _consortia  # noqa: F401
from web.moderation import insight as _insight  # noqa: F401
from web.moderation import proofs as _proofs  # noqa: F401
from web.moderation import queue as _queue  # noqa: F401
from web.moderation import reports as _reports  # noqa: F401
from web.moderation import suspensions as _suspensions  # noqa: F401
from web.moderation import verifications as _verifications  # noqa: F401
from web.moderation.views import blueprint

__all__ = ["blueprint"]
