"""Builds the application; the only file that knows every room."""

from __future__ import annotations

import hashlib
from datetime import timedelta
from functools import lru_cache
from pathlib import Path

from flask import Flask
from werkzeug.middleware.proxy_fix import ProxyFix

from config import Settings, settings_from_environment
from services.files import Files
from services.learned_order import LearnedOrder
from services.outbox import make_transport
from services.passwords import Passwords
from services.suggestion_index import FirmsKept
from services.suggestions import Suggester
from services.tokens import Tokens
from web import (
    accounts,
    administration,
    associations,
    audit,
    barriers,
    consortia,
    development,
    directory,
    documents,
    firms,
    home,
    jobs,
    markets,
    meetings,
    messages,
    moderation,
    network,
    overview,
    partition,
    people,
    products,
    proofs,
    ranking,
    readiness,
    reports,
    suggestions,
    together,
)
from web.access import init_access
from web.command_runs import init_command_runs
from web.commands import init_commands
from web.consortia.assembly_words import init_assembly_words
from web.consortia.budget_words import init_budget_words
from web.consortia.ledger_words import init_ledger_words
from web.consortia.words import init_consortium_words
from web.database import init_database
from web.documents.words import init_document_words
from web.errors import init_errors
from web.frame import init_frame
from web.health import blueprint as health
from web.languages import init_languages
from web.mail import init_mail
from web.meetings.words import init_meeting_words
from web.moderation.words import init_moderation_words
from web.proofs.words import init_proof_words
from web.security import init_security
from web.seen import init_seen
from web.words import init_words
from web.worker import init_worker

AREAS = (
    home, accounts, overview, firms, people, products, directory, readiness, markets, barriers, suggestions,
    together, consortia, messages, network, moderation, ranking, jobs, documents, meetings, audit,
    administration, reports, partition, associations, proofs,
)  # fmt: skip


def create_app(settings: Settings | None = None) -> Flask:
    """The site, ready to serve. Raises SettingsError when a setting is missing or wrong."""
    settings = settings_from_environment() if settings is None else settings.checked()
    app = Flask(__name__)
    app.url_map.strict_slashes = False  # /network and /network/ are one page to whoever types it
    app.config.update(
        SETTINGS=settings,
        SECRET_KEY=settings.secret_key,
        TESTING=settings.testing,
        SESSION_COOKIE_NAME="constela",
        SESSION_COOKIE_SECURE=settings.production,
        SESSION_COOKIE_HTTPONLY=True,
        SESSION_COOKIE_SAMESITE="Lax",
        PERMANENT_SESSION_LIFETIME=timedelta(days=14),
        MAX_CONTENT_LENGTH=8 * 1024 * 1024,
        MAX_FORM_MEMORY_SIZE=2 * 1024 * 1024,
        MAX_FORM_PARTS=4000,
        SEND_FILE_MAX_AGE_DEFAULT=timedelta(days=365),
        WTF_CSRF_TIME_LIMIT=None,  # as long as the session: a form left open overnight still saves
        RATELIMIT_STORAGE_URI=settings.limits_storage,
        RATELIMIT_ENABLED=settings.limits,
    )
    app.json.sort_keys = False
    if settings.proxies:
        app.wsgi_app = ProxyFix(
            app.wsgi_app, x_for=settings.proxies, x_proto=settings.proxies, x_host=settings.proxies
        )
    app.extensions["passwords"] = Passwords(fast=settings.fast_passwords)
    app.extensions["tokens"] = Tokens(settings.secret_key)
    app.extensions["suggester"] = Suggester(firms=FirmsKept(settings.index_folder, rebuilds=not settings.testing))
    app.extensions["learned_order"] = LearnedOrder(settings.learned_ranking)
    app.extensions["files"] = Files(settings.files_folder)
    app.extensions["transport"] = make_transport(settings.mail_url, settings.mail_folder)

    # The last to register is the first to see an answer: the database commits before mail goes out and work begins.
    init_security(app, production=settings.production)
    init_mail(app)
    init_worker(app)
    init_seen(app)
    init_database(app, settings.database_url)
    init_languages(app)
    init_access(app)
    init_frame(app)
    init_words(app)
    init_moderation_words(app)
    init_proof_words(app)
    init_consortium_words(app)
    init_budget_words(app)
    init_document_words(app)
    init_ledger_words(app)
    init_meeting_words(app)
    init_assembly_words(app)
    init_errors(app)
    init_commands(app)
    app.register_blueprint(health)
    for area in AREAS:
        app.register_blueprint(area.blueprint)
    init_command_runs(app)
    if settings.shows_mail:
        app.register_blueprint(development.blueprint)
    _stamp_static_files(app)
    return app


def _stamp_static_files(app: Flask) -> None:
    """Put each static file's content into its address, so that browsers may keep it for a year."""

    @lru_cache(512)
    def stamp(filename: str) -> str | None:
        path = Path(app.static_folder, filename)
        return hashlib.sha256(path.read_bytes()).hexdigest()[:10] if path.is_file() else None

    @app.url_defaults
    def add_stamp(endpoint: str, values: dict) -> None:
        if endpoint == "static" and "filename" in values and "v" not in values:
            values["v"] = stamp(values["filename"])
