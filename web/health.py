"""Addresses that a load balancer asks."""

from __future__ import annotations

import sqlalchemy as sa
from flask import Blueprint
from sqlalchemy.exc import SQLAlchemyError

from web.access import public
from web.database import db
from web.security import limiter

blueprint = Blueprint("health", __name__)


@blueprint.get("/healthz")
@public
@limiter.exempt
def healthz():
    """Say that the process lives."""
    return {"status": "ok"}


@blueprint.get("/readyz")
@public
@limiter.exempt
def readyz():
    """Say whether the database answers and has its tables."""
    try:
        version = db.scalar(sa.text("SELECT version_num FROM alembic_version"))
    except SQLAlchemyError:
        return {"status": "the database does not answer or was not migrated"}, 503
    return {"status": "ok", "schema": version}
