"""Settings, read from the environment once, at the start."""

from __future__ import annotations

import os
import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parent


class SettingsError(Exception):
    """A setting is missing or wrong; the message says which and what would be right."""


@dataclass(frozen=True)
class Settings:
    """What an installation may choose. Whoever sets nothing gets what is safe in production."""

    production: bool = True
    secret_key: str = ""
    database_url: str = f"sqlite:///{ROOT / 'var' / 'constela.db'}"
    base_url: str = ""
    """Public address, `https://constela.example.org`: where the links in mails lead."""
    mail_url: str = ""
    """`smtp://user:password@host:587`, `smtps://…:465`; empty: mails go to `mail_folder`."""
    mail_from: str = "Constela <no-reply@localhost>"
    mail_folder: Path = ROOT / "var" / "mail"
    index_folder: Path = ROOT / "var" / "index"
    """Where the index of firms lies that all processes of the site share."""
    files_folder: Path = ROOT / "var" / "files"
    """Where the documents and files of groups lie; no web server may serve it."""
    limits_storage: str = "memory://"
    """Where sign-in attempts are counted; several processes need `redis://…`."""
    second_factor: str = ""
    """`required` of staff, moderators and administrators, or only `offered`; empty: required in production."""
    learned_ranking: bool = True
    """Whether suggestions may be ranked by what was learned on the platform; off, the order is the default one."""
    cluster: int | str | None = None
    """Who compares all firms for the network: this process, worker processes, or a Dask scheduler at an address."""
    proxies: int = 0
    """How many reverse proxies stand before the site and may name the visitor's address."""
    testing: bool = False
    fast_passwords: bool = False
    """Cheap password hashes; refused outside of tests."""
    limits: bool = True

    @property
    def shows_mail(self) -> bool:
        """Whether the running site may show the mails it would have sent."""
        return not self.production and not self.mail_url

    @property
    def requires_second_factor(self) -> bool:
        """Whether staff, moderators and administrators must have a second factor before they see anything."""
        return self.second_factor == "required" if self.second_factor else self.production

    def checked(self) -> Settings:
        """These settings, or SettingsError."""
        if self.production and len(self.secret_key) < 32:
            raise SettingsError(
                "SECRET_KEY is missing or shorter than 32 characters. Make one with "
                "`python3 -c 'import secrets; print(secrets.token_urlsafe(48))'` and keep it secret."
            )
        if not self.secret_key:
            raise SettingsError("SECRET_KEY is missing.")
        if (self.production or self.mail_url) and not self.base_url.startswith(("https://", "http://")):
            # Without it the links in mails would lead to whatever host a request names, a thief's for example.
            raise SettingsError("BASE_URL is missing: the public address, such as https://constela.example.org.")
        if (ROOT / "static") in (self.files_folder, *self.files_folder.parents):
            raise SettingsError(
                "FILES_FOLDER lies in the static folder, where everybody could read what groups keep."
            )
        if self.fast_passwords and not self.testing:
            raise SettingsError("Cheap password hashes are for tests only.")
        return self


def settings_from_environment(environ: Mapping[str, str] = os.environ) -> Settings:
    """Read the settings; a development machine gets a secret key of its own, kept in `var/`."""
    kind = environ.get("CONSTELA_ENV", "production")
    if kind not in ("production", "development"):
        raise SettingsError(f"CONSTELA_ENV is {kind!r}; it may be production or development.")
    production = kind == "production"
    secret = environ.get("SECRET_KEY", "")
    if not secret and not production:
        secret = _kept_secret(ROOT / "var" / "secret.key")
    try:
        proxies = int(environ.get("PROXIES", "0"))
    except ValueError as error:
        raise SettingsError("PROXIES is a number: how many reverse proxies stand before the site.") from error
    learned = environ.get("LEARNED_RANKING") or "on"
    if learned not in ("on", "off"):
        raise SettingsError(f"LEARNED_RANKING is {learned!r}; it may be on or off.")
    factor = environ.get("SECOND_FACTOR") or ""
    if factor not in ("", "required", "offered"):
        raise SettingsError(f"SECOND_FACTOR is {factor!r}; it may be required or offered.")
    cluster = environ.get("CLUSTER", "")
    if cluster and "://" not in cluster and not (cluster.isascii() and cluster.isdigit() and int(cluster)):
        raise SettingsError(
            f"CLUSTER is {cluster!r}; it may be a number of worker processes, "
            "or the address of a Dask scheduler, such as tcp://scheduler.example.org:8786."
        )
    default = Settings()
    return Settings(
        production=production,
        secret_key=secret,
        database_url=environ.get("DATABASE_URL") or default.database_url,
        base_url=environ.get("BASE_URL", "").rstrip("/"),
        mail_url=environ.get("MAIL_URL", ""),
        mail_from=environ.get("MAIL_FROM") or default.mail_from,
        mail_folder=Path(environ.get("MAIL_FOLDER") or default.mail_folder),
        index_folder=Path(environ.get("INDEX_FOLDER") or default.index_folder).absolute(),
        files_folder=Path(environ.get("FILES_FOLDER") or default.files_folder).absolute(),
        limits_storage=environ.get("LIMITS_STORAGE") or default.limits_storage,
        cluster=int(cluster) if cluster.isdigit() else cluster or None,
        proxies=proxies,
        learned_ranking=learned == "on",
        second_factor=factor,
    ).checked()


def _kept_secret(path: Path) -> str:
    """The secret key of a development machine, made on first use and readable by its owner only."""
    if not path.exists():
        path.parent.mkdir(parents=True, exist_ok=True)
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(descriptor, "w") as file:
            file.write(secrets.token_urlsafe(48))
    return path.read_text().strip()
