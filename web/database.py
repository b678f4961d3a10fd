"""One database session per request: committed when the answer is good, rolled back otherwise."""

from __future__ import annotations

from flask import Flask, current_app, g, request
from sqlalchemy.orm import Session
from werkzeug.local import LocalProxy

from models import make_engine, make_sessions
from services import audit

READS = ("GET", "HEAD", "OPTIONS")


def _session() -> Session:
    if "db_session" not in g:
        writes = not request or request.method not in READS
        g.db_session = current_app.extensions["sessions"]["write" if writes else "read"]()
    return g.db_session


db: Session = LocalProxy(_session)  # type: ignore[assignment]
"""The session of this request (or of this command)."""


def keep_changes() -> None:
    """Commit this request although its answer is an error (a failed sign-in is counted)."""
    g.keep_changes = True


def new_session(*, writes: bool) -> Session:
    """A session of one's own, for what must not be part of the request's transaction."""
    return current_app.extensions["sessions"]["write" if writes else "read"]()


def init_database(app: Flask, url: str) -> None:
    """Open the database and tie its session to the life of a request."""
    engine = make_engine(url)
    app.extensions["engine"] = engine
    keys = {audit.KEY: audit.key_from(app.secret_key)}
    app.extensions["sessions"] = {
        "read": make_sessions(engine, writes=False, **keys),
        "write": make_sessions(engine, writes=True, **keys),
    }

    @app.after_request
    def commit(response):
        session = g.get("db_session")
        if session is not None:
            if response.status_code < 400 or g.get("keep_changes"):
                session.commit()
            else:
                session.rollback()
        return response

    @app.teardown_appcontext
    def close(_error):
        session = g.pop("db_session", None)
        if session is not None:
            session.close()
