"""Settings from environment variables `SURVEY_*`: typed, documented, and loud about nonsense.

Secrets may also come from a file: `SURVEY_SECRET_KEY_FILE=/run/secrets/key`.
"""

import os
import re
import ssl
from collections.abc import Callable, Mapping
from dataclasses import dataclass, fields
from ipaddress import ip_network
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from survey_service.core import addresses
from survey_service.core.mailbox import read_mailbox

PREFIX = "SURVEY_"
MIN_SECRET_LENGTH = 32
SEPARATORS = re.compile(r"[,\s]+")
"""What stands between the keys of a setting that has several."""


class SettingsError(Exception):
    """A setting that cannot be meant; the message names it."""


@dataclass(frozen=True, slots=True)
class Settings:
    """Everything that can be set, each field from the variable `SURVEY_<NAME>`."""

    database_url: str = "sqlite:///survey.db"
    """Where answers are kept: `sqlite:////path/file.db` or `postgresql://user:password@host/name`."""
    host: str = "127.0.0.1"
    """The address that `serve` listens on."""
    port: int = 8000
    """The port that `serve` listens on, 1 to 65535."""
    base_url: str = ""
    """How customers reach the service; every link, poster and mail begins with it.
    It may have a path. Default: http://host:port."""
    secret_key: str = ""
    """Signs links, 32 characters or more. Of several, separated by commas or blanks, the first signs and all are read.
    SQLite keeps a made one in its file; PostgreSQL requires one."""
    smtp_url: str = ""
    """The mail server: `smtp://user:password@host:port` or `smtps://…`; without it no mail is sent."""
    smtp_starttls: str = "auto"
    """When `smtp://` is encrypted: `required`, `offered` (if the server can), or `auto`: required where a password is
    sent to another machine."""
    smtp_ca_file: str = ""
    """A PEM file with the certificate of an authority of one's own, which is trusted beside the system's."""
    mail_from: str = ""
    """The sender of mails, such as `Linden Flowers <hello@example.org>`."""
    admin_email: str = ""
    """The first owner's e-mail; the account is made if there is none with it."""
    admin_password: str = ""
    """The first owner's password, 12 characters or more."""
    api_key: str = ""
    """An API key with every scope, 32 characters or more, made if there is none like it."""
    trusted_proxies: tuple[str, ...] = ()
    """Addresses or networks, separated by commas, whose X-Forwarded-For and -Proto headers count."""
    invitations_a_day: int = 5_000
    """So many invitations may be added in a workspace and a day of its own; for more, the next one is waited for."""
    spam_days: int = 30
    """After so many days what still lies in the spam box is deleted; 0: it stays until somebody deletes it."""
    withdrawals_file: str = ""
    """Where it is noted, beside the database, who left the mails. Default: next to the SQLite file, else nowhere."""
    worker: bool = True
    """Whether `serve` also runs the worker; `false` where `survey-service worker` runs by itself."""
    log_level: str = "info"
    """What is logged: `debug`, `info`, `warning` or `error`."""
    log_format: str = "auto"
    """`json`, `text`, or `auto`: text on a terminal, JSON otherwise."""

    @property
    def public_url(self) -> str:
        """The base of every link, without a slash at its end."""
        host = f"[{self.host}]" if ":" in self.host else self.host
        return (self.base_url or f"http://{host}:{self.port}").rstrip("/")

    @property
    def over_https(self) -> bool:
        """Whether browsers reach the service over https."""
        return urlsplit(self.public_url).scheme == "https"

    @property
    def public_path(self) -> str:
        """The path under which the service stands on its host, empty for the root."""
        return addresses.path_of(self.public_url)

    @property
    def signing_keys(self) -> tuple[str, ...]:
        """The keys of `secret_key`, the newest first."""
        return tuple(_several(self.secret_key))

    @property
    def is_sqlite(self) -> bool:
        """Whether the database is one SQLite file."""
        return self.database_url.startswith("sqlite:")

    @property
    def sqlite_path(self) -> Path:
        """The SQLite file: three slashes are relative to the working directory, four are absolute. It is that to which
        a link leads: SQLite keeps its log beside that one, too."""
        return Path(os.path.realpath(self.database_url.removeprefix("sqlite:///")))

    @property
    def withdrawals_path(self) -> Path | None:
        """The ledger of withdrawals: the file that is set, else next to the SQLite file, else None."""
        if self.withdrawals_file:
            return Path(self.withdrawals_file).absolute()
        return self.sqlite_path.with_name(f"{self.sqlite_path.name}.withdrawals") if self.is_sqlite else None


SECRETS = ("database_url", "secret_key", "smtp_url", "admin_password", "api_key")


def _flag(text: str) -> bool:
    flags = {"true": True, "1": True, "false": False, "0": False}
    if text.lower() not in flags:
        raise ValueError("is neither true nor false")
    return flags[text.lower()]


def _port(text: str) -> int:
    if not text.isascii() or not text.isdigit() or not 1 <= int(text) <= 65535:
        raise ValueError("is not a port between 1 and 65535")
    return int(text)


def _number(least: int, most: int) -> Callable[[str], int]:
    def parse(text: str) -> int:
        if not text.isascii() or not text.isdigit() or not least <= int(text) <= most:
            raise ValueError(f"is not a number between {least} and {most}")
        return int(text)

    return parse


def _one_of(*names: str) -> Callable[[str], str]:
    def parse(text: str) -> str:
        if text.lower() not in names:
            raise ValueError(f"is none of {', '.join(names)}")
        return text.lower()

    return parse


def _has_host(text: str, *schemes: str) -> bool:
    """Whether `text` is an address with a host and, if it names one, a port that can be."""
    try:
        parts = urlsplit(text)
        return parts.scheme in schemes and bool(parts.hostname) and parts.port != 0
    except ValueError:  # its words may repeat a password
        return False


def _web_address(text: str) -> str:
    if not _has_host(text, "http", "https") or "?" in text or "#" in text:
        raise ValueError("is not an address such as https://feedback.example.org")
    if fault := addresses.fault_of(addresses.path_of(text)):
        raise ValueError(fault)
    return text.rstrip("/")


def _database(text: str) -> str:
    if text.startswith("sqlite:"):
        if not text.startswith("sqlite:///") or text.endswith(("/", ":memory:")):
            raise ValueError("is not of the form sqlite:////path/file.db")
        return text
    if not text.startswith(("postgres://", "postgresql://")):
        raise ValueError("begins neither with sqlite:/// nor with postgresql://")
    head, _, query = text.partition("?")
    if _password_breaks(head) or ("@" in query and "=" not in query.partition("@")[0]):
        raise ValueError(HOW_TO_WRITE_IT)
    return text


HOW_TO_WRITE_IT = (
    "cannot be read, because its user name or password has characters that end it in an address. "
    "Write % as %25, / as %2F, ? as %3F, # as %23, @ as %40, [ as %5B, ] as %5D, a space as %20 there: "
    "the password 12/ss becomes 12%2Fss"
)
BROKEN_ESCAPE = re.compile(r"%(?![0-9A-Fa-f]{2})")
HOST = re.compile(r"(?!-)[\w-]{1,63}(\.[\w-]{1,63})*\.?|\[[0-9A-Fa-f:.]+\]")


def _password_breaks(text: str) -> bool:
    """Whether an address of a server ends within its user name or password: it would be read as another host."""
    before, at, _ = text.partition("://")[2].rpartition("@")
    return bool(at) and bool(re.search(r"[/?#@\[\]\s\x00-\x1f]", before) or BROKEN_ESCAPE.search(before))


def _mail_server(text: str) -> str:
    if _password_breaks(text):
        raise ValueError(HOW_TO_WRITE_IT)
    rest = text.partition("://")[2].rpartition("@")[2].removesuffix("/")
    host, _, port = rest.rpartition(":") if not rest.endswith("]") and ":" in rest else (rest, "", "")
    if not _has_host(text, "smtp", "smtps") or not HOST.fullmatch(host) or not re.fullmatch("[0-9]*", port):
        raise ValueError("is not of the form smtp://user:password@host:port")
    return text


def _sender(text: str) -> str:
    try:
        read_mailbox(text)
    except ValueError as error:
        raise ValueError(f"is not of the form Linden Flowers <hello@example.org>: {error}") from error
    return text


def _certificates(text: str) -> str:
    try:
        ssl.create_default_context(cafile=text)
    except OSError as error:
        raise ValueError(f"is no file with certificates in PEM form: {error.strerror or error}") from error
    return text


def _long_secret(text: str) -> str:
    if len(text) < MIN_SECRET_LENGTH:
        raise ValueError(f"has {len(text)} characters; it needs {MIN_SECRET_LENGTH} or more")
    return text


def _several(text: str) -> list[str]:
    return SEPARATORS.sub(" ", text).split()


def _long_secrets(text: str) -> str:
    for part in _several(text) or [""]:
        _long_secret(part)
    return text


def _networks(text: str) -> tuple[str, ...]:
    parts = tuple(part.strip() for part in text.split(",") if part.strip())
    for part in parts:
        ip_network(part, strict=False)
    return parts


PARSERS: dict[str, Callable[[str], Any]] = {
    "database_url": _database,
    "port": _port,
    "base_url": _web_address,
    "secret_key": _long_secrets,
    "smtp_url": _mail_server,
    "mail_from": _sender,
    "smtp_starttls": _one_of("auto", "required", "offered"),
    "smtp_ca_file": _certificates,
    "api_key": _long_secret,
    "trusted_proxies": _networks,
    "invitations_a_day": _number(1, 1_000_000),
    "spam_days": _number(0, 3_650),
    "worker": _flag,
    "log_level": _one_of("debug", "info", "warning", "error"),
    "log_format": _one_of("auto", "json", "text"),
}


def _from_file(name: str, path: str) -> str:
    try:
        text = Path(path).read_text(encoding="utf-8").strip()
    except (OSError, UnicodeError) as error:
        raise SettingsError(f"{name}_FILE={path} cannot be read: {error}") from error
    if not text:
        raise SettingsError(f"{name}_FILE={path} is empty")
    return text


def _raw_values(environment: Mapping[str, str]) -> dict[str, str]:
    """The given texts by field name; unknown names are errors, because a typing mistake would be silent."""
    known = {field.name for field in fields(Settings)}
    values: dict[str, str] = {}
    for variable, text in sorted(environment.items()):
        if not variable.startswith(PREFIX):
            continue
        name = variable.removeprefix(PREFIX).lower()
        if name not in known and name.removesuffix("_file") in SECRETS:
            name, text = name.removesuffix("_file"), _from_file(variable.removesuffix("_FILE"), text)
        if name not in known:
            raise SettingsError(f"{variable} is no setting of this service")
        if name in values:
            raise SettingsError(f"{PREFIX}{name.upper()} is given twice, directly and as a file")
        if text.strip():
            values[name] = text.strip()
    return values


def load(environment: Mapping[str, str] | None = None) -> Settings:
    """The settings of `environment` (default: the process's own). Raises SettingsError naming the variable."""
    values: dict[str, Any] = {}
    for name, text in _raw_values(os.environ if environment is None else environment).items():
        try:
            values[name] = PARSERS.get(name, str)(text)
        except ValueError as error:
            shown = "its value" if name in SECRETS else repr(text)
            raise SettingsError(f"{PREFIX}{name.upper()}: {shown} {error}") from error
    settings = Settings(**values)
    _check_together(settings)
    return settings


def _check_together(settings: Settings) -> None:
    """What is nonsense only in combination."""
    if not settings.is_sqlite and not settings.secret_key:
        raise SettingsError("SURVEY_SECRET_KEY is required with PostgreSQL: every machine must sign alike")
    if settings.smtp_url and not settings.mail_from:
        raise SettingsError("SURVEY_MAIL_FROM is required with SURVEY_SMTP_URL")
    if settings.smtp_starttls == "required" and settings.smtp_url.startswith("smtps:"):
        raise SettingsError("SURVEY_SMTP_STARTTLS is for smtp://; smtps:// is encrypted from the start")
    if settings.admin_password and len(settings.admin_password) < 12:
        raise SettingsError("SURVEY_ADMIN_PASSWORD has fewer than 12 characters")
    if settings.admin_password and not settings.admin_email:
        raise SettingsError("SURVEY_ADMIN_EMAIL is required with SURVEY_ADMIN_PASSWORD")
