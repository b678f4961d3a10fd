"""The area `associations`: what an association and its staff do, and what firms answer."""

from web.associations import applying as _applying  # noqa: F401 (its pages belong to the blueprint)
from web.associations import call_firms as _call_firms  # noqa: F401
from web.associations import calls as _calls  # noqa: F401
from web.associations import imports as _imports  # noqa: F401
from web.associations import invitations as _invitations  # noqa: F401
from web.associations import inviting as _inviting  # noqa: F401
from web.associations import jobs as _jobs  # noqa: F401
from web.associations import listed as _listed  # noqa: F401
from web.associations import member as _member  # noqa: F401
from web.associations import members as _members  # noqa: F401
from web.associations import own_calls as _own_calls  # noqa: F401
from web.associations import permissions as _permissions  # noqa: F401
from web.associations import report as _report  # noqa: F401
from web.associations import staff as _staff  # noqa: F401
from web.associations.views import blueprint

__all__ = ["blueprint"]
