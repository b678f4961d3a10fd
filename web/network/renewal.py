"""Making the network anew from the site, whoever asks for it."""

from __future__ import annotations

from flask import current_app

from models import NetworkRun
from services import network
from web.database import new_session


def renew_network() -> NetworkRun:
    """Make the network anew and keep it; it is computed in a session that only reads, so that nobody waits for it."""
    with new_session(writes=False) as reading:
        computed = network.compute(reading, current_app.config["SETTINGS"].cluster)
    with new_session(writes=True) as writing, writing.begin():
        return network.store(writing, computed)
