"""Settings of an installation, read from the environment (prefix ``LMS_``) or from a file.

The file is ``.env`` in the working directory or the one named by ``LMS_SETTINGS_FILE``. Every
setting is declared here with its meaning; wrong and unsafe ones are refused at the start, all at
once, by name. An empty one counts as not set.
"""

import os
import re
import ssl
from collections.abc import Iterator
from difflib import get_close_matches
from pathlib import Path
from typing import Annotated, Any, Literal
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from dotenv import dotenv_values
from pydantic import AfterValidator, Field, SecretStr, ValidationError, field_validator
from pydantic_settings import NoDecode, SettingsConfigDict

from lms.core.mailing import MailSettings
from lms.core.settings.addresses import DatabaseAddress, SiteAddress, StoreAddress
from lms.core.settings.files import FileSettings, WebAddress

PROJECT = Path(__file__).resolve().parents[3]
LIMIT = re.compile(r"[1-9]\d{0,8} per ([1-9]\d{0,3} )?(second|minute|hour|day)s?", re.ASCII)
DEVELOPMENT_SECRET = "development-only-not-a-secret"  # noqa: S105 - refused in production
MEGABYTE = 1024 * 1024


def _readable_limit(value: str) -> str:
    if not LIMIT.fullmatch(value):
        raise ValueError("must read like `10 per minute` or `10 per 5 minutes`")
    return value


def _readable_name(value: str) -> str:
    if not value.strip() or not value.isprintable():
        raise ValueError("must be a name in letters that can be seen")
    return value


def _authorities(value: Path | None) -> Path | None:
    if value is None:
        return None
    try:
        known = ssl.create_default_context(cafile=str(value)).get_ca_certs()
    except OSError as error:  # it isn't there, or holds no certificates (ssl.SSLError)
        raise ValueError(f"{value} can't be read as certificates in PEM") from error
    if not known:
        raise ValueError(f"{value} holds no certificate of an authority")
    return value


AccessRoleName = Literal["trainee", "instructor", "hr", "auditor", "administrator"]
Limit = Annotated[str, AfterValidator(_readable_limit)]
Name = Annotated[str, AfterValidator(_readable_name)]


class SettingsError(Exception):
    """The settings are wrong; the message names each one and says what is expected."""


class Settings(FileSettings, MailSettings):
    """One installation's settings. Each is ``LMS_`` + its name in capitals."""

    model_config = SettingsConfigDict(
        env_prefix="LMS_", env_ignore_empty=True, extra="forbid", frozen=True
    )

    environment: Literal["development", "production"] = Field(
        "development",
        description="`production` refuses demonstration accounts and default secrets, "
        "and sends cookies over HTTPS only.",
    )
    secret_key: str = Field(
        DEVELOPMENT_SECRET,
        description="Signs sessions and attempt tokens; at least 32 characters in production.",
    )
    var: Path = Field(PROJECT / "var", description="Folder for the data of the embedded mode.")
    database_url: DatabaseAddress = Field(
        "",
        description="SQLAlchemy address of the database: `sqlite:///…` or `postgresql+psycopg://…`."
        " Default: `lms.sqlite3` in the data folder.",
    )
    courses: Path = Field(PROJECT / "courses", description="Folder the courses are loaded from.")
    redis_url: StoreAddress = Field(
        "",
        description="Redis or Valkey for rate limits and the job queue, `redis://…`. "
        "Default: none; limits and jobs are kept in the data folder.",
    )
    site_name_ru: Name = Field("Учебный центр", description="Name of the site in Russian.")
    site_name_en: Name = Field("Training Centre", description="Name of the site in English.")
    issuer_ru: Name = Field(
        "Учебный центр сети центров госуслуг",
        description="Name of the training centre on certificates, in Russian. Where "
        "demonstration accounts may exist it is followed by a word that says so.",
    )
    issuer_en: Name = Field(
        "Training Centre of the Government Services Network",
        description="Name of the training centre on certificates, in English. Where "
        "demonstration accounts may exist it is followed by a word that says so.",
    )
    public_url: SiteAddress = Field(
        "",
        description="Address of the site as the public sees it, `https://…`: stands in the QR code "
        "of certificates. Required in production; default: the local address.",
    )
    port: int = Field(8000, ge=1, le=65535, description="Port the local server listens on.")
    time_zone: str = Field(
        "Europe/Moscow", description="Time zone of the network (IANA name); dates are dates there."
    )
    default_language: Literal["ru", "en"] = Field(
        "ru", description="Language shown before a person chooses one."
    )
    demonstration: bool | None = Field(
        None,
        description="Whether demonstration accounts may exist and sign in. Default: yes in "
        "development, never in production.",
    )
    trusted_proxies: int = Field(
        0, ge=0, le=5, description="How many reverse proxies stand in front and set X-Forwarded-*."
    )
    hash_slots: int = Field(
        2, ge=1, le=64, description="Password checks that run at once in one process."
    )
    hash_queue: int = Field(
        200, ge=0, description="Password checks that may wait; more are answered 503."
    )
    sign_in_limit: Limit = Field(
        "10 per 5 minutes",
        description="Failed sign-ins for one account name from one address (or from one browser "
        "that signed in with it before) before 429; ten times that from all addresses together.",
    )
    sign_in_address_limit: Limit = Field(
        "300 per minute",
        description="Failed sign-ins from one address, over all names, before 429. Generous: a "
        "whole network may stand behind one address.",
    )
    second_factor_roles: Annotated[tuple[AccessRoleName, ...], NoDecode] = Field(
        (),
        description="Roles that sign in with a code from an authenticator app as well, such as "
        "`administrator,hr`: who holds one sets it up at the next sign-in. Default: none has to.",
    )
    verify_limit: Limit = Field(
        "30 per minute", description="Certificate look-ups from one address before 429."
    )
    verify_file_limit: Limit = Field(
        "10 per minute", description="Certificate files checked from one address before 429."
    )
    exam_code_limit: Limit = Field(
        "10 per 10 minutes",
        description="Wrong release codes that one person may try at one exam before 429.",
    )
    webhook_private_addresses: bool = Field(
        False,
        description="Whether webhooks may be sent to private and loopback addresses, and by plain "
        "HTTP: for a receiver within the network.",
    )
    webhook_ca_file: Annotated[Path | None, AfterValidator(_authorities)] = Field(
        None,
        description="PEM file with certificates of further authorities that vouch for receivers of "
        "webhooks, such as the network's own, beside the public ones.",
    )
    api_limit: Limit = Field(
        "600 per minute", description="Requests to the API with one token before 429."
    )
    exam_grace_seconds: int = Field(
        30, ge=0, le=600, description="How long after the deadline an answer may still arrive."
    )
    exam_replay_minutes: int = Field(
        15,
        ge=0,
        le=240,
        description="How long after the deadline answers given before it and kept by a browser "
        "without network are still taken, marked as late-arrived.",
    )
    max_upload_bytes: int = Field(
        5 * 1024 * 1024, ge=1024, description="Largest request body that is accepted, in bytes."
    )
    max_picture_bytes: int = Field(
        20 * MEGABYTE,
        ge=1024,
        le=50 * MEGABYTE,
        description="Largest picture an author may upload, in bytes; kept smaller than that.",
    )
    max_audio_bytes: int = Field(
        50 * MEGABYTE,
        ge=1024,
        le=100 * MEGABYTE,
        description="Largest audio file an author may upload, in bytes.",
    )
    max_video_bytes: int = Field(
        200 * MEGABYTE,
        ge=1024,
        le=200 * MEGABYTE,
        description="Largest video an author may upload, in bytes.",
    )
    max_day_upload_bytes: int = Field(
        5 * 1024 * MEGABYTE,
        ge=1024,
        description="How much one person may send to the media libraries within a day, in bytes.",
    )
    max_document_bytes: int = Field(
        20 * MEGABYTE,
        ge=1024,
        le=50 * MEGABYTE,
        description="Largest document for download an author may upload, in bytes.",
    )
    max_course_bytes: int = Field(
        300 * MEGABYTE,
        ge=1024,
        le=1024 * MEGABYTE,
        description="Largest course package (ZIP) that may be imported on the site, in bytes.",
    )
    certificate_templates: Path | None = Field(
        None,
        description="Folder with an own `certificate.html` (and its fonts and images) that "
        "replaces the built-in certificate.",
    )
    timestamp_url: WebAddress = Field(
        "",
        description="Time-stamp service (RFC 3161) whose stamp goes into signed certificates. "
        "Default: none.",
    )
    signer_file: Path | None = Field(
        None,
        description="PKCS#12 file with the owner's own key and certificate for signing PDF "
        "documents. Default: one that `lms keys` makes.",
    )
    signer_password: SecretStr = Field(SecretStr(""), description="Password of that file.")
    certificate_notice_days: int = Field(
        60,
        ge=1,
        le=730,
        description="How many days before its last day a certificate counts as expiring soon.",
    )
    confirm_limit: Limit = Field(
        "20 per hour",
        description="Full names tried against one certificate, from anywhere, before 429.",
    )
    pdf_workers: int = Field(
        1, ge=1, le=16, description="Processes that make PDF documents beside each web process."
    )
    pdf_timeout_seconds: int = Field(
        30, ge=1, le=300, description="How long one PDF document may take, waiting included."
    )
    batch_processes: int = Field(
        0,
        ge=0,
        le=64,
        description="Processes that make certificates of a batch, at low priority. "
        "Default (0): as many as there are processors.",
    )
    jobs: Literal["embedded", "worker", "none"] = Field(
        "embedded",
        description="`embedded`: one web process also runs background jobs; `worker`: a separate "
        "`lms worker` does; `none`: nobody does (tests).",
    )

    @field_validator("second_factor_roles", mode="before")
    @classmethod
    def _listed(cls, value: Any) -> Any:
        if not isinstance(value, str):
            return value
        return tuple(part.strip() for part in value.split(",") if part.strip())

    @field_validator("time_zone")
    @classmethod
    def _known_time_zone(cls, value: str) -> str:
        try:
            ZoneInfo(value)
        except (ZoneInfoNotFoundError, OSError, ValueError) as error:  # OSError: names a folder
            raise ValueError("is not the name of a time zone, such as Europe/Moscow") from error
        return value

    @field_validator("courses", "certificate_templates")
    @classmethod
    def _existing_folder(cls, value: Path | None) -> Path | None:
        if value is not None and not value.is_dir():
            raise ValueError(f"there is no folder {value}")
        return value

    def misfits(self) -> Iterator[str]:
        """Tell what doesn't fit together, or isn't safe in production."""
        yield from MailSettings.misfits(self)
        yield from FileSettings.misfits(self)
        if self.signer_password.get_secret_value() and self.signer_file is None:
            yield "LMS_SIGNER_PASSWORD: belongs to LMS_SIGNER_FILE, which isn't set"
        if not self.is_production:
            return
        if self.secret_key == DEVELOPMENT_SECRET or len(self.secret_key) < 32:
            yield "LMS_SECRET_KEY: production needs a secret of its own, at least 32 characters"
        if self.demonstration:
            yield "LMS_DEMONSTRATION: demonstration accounts can't exist in production"
        if not self.public_url.startswith("https://"):
            yield "LMS_PUBLIC_URL: production needs the public https:// address"
        if not self.trusted_proxies:
            yield (
                "LMS_TRUSTED_PROXIES: production stands behind a proxy that ends TLS, at least 1; "
                "without it all visitors have one address and share its limits"
            )

    @property
    def is_production(self) -> bool:
        """True when the installation serves real people."""
        return self.environment == "production"

    @property
    def allows_demonstration(self) -> bool:
        """True when demonstration accounts may exist here."""
        return not self.is_production and self.demonstration is not False

    @property
    def mark(self) -> dict[str, str]:
        """The word by language that every certificate of a demonstration shows; else empty ones."""
        told = self.allows_demonstration
        return {"ru": "демонстрация" if told else "", "en": "demonstration" if told else ""}

    @property
    def issuer(self) -> dict[str, str]:
        """The training centre's name by language; a demonstration's says that it is one."""
        names = {"ru": self.issuer_ru, "en": self.issuer_en}
        return {at: f"{names[at]} ({word})".removesuffix(" ()") for at, word in self.mark.items()}

    @property
    def database_address(self) -> str:
        """The database's address, the embedded SQLite file when none is set."""
        return self.database_url or f"sqlite:///{self.var / 'lms.sqlite3'}"

    @property
    def media_folder(self) -> Path:
        """The folder for stored files."""
        return self.media or self.var / "media"

    @property
    def public_address(self) -> str:
        """Scheme and host that stand in QR codes, without a trailing slash."""
        return self.public_url.rstrip("/") or f"http://127.0.0.1:{self.port}"


KNOWN = {f"LMS_{name.upper()}": name for name in Settings.model_fields}


def _unknown(name: str) -> str:
    meant = [f"; did you mean {one}?" for one in get_close_matches(name, KNOWN, 1, 0.8)]
    return f"{name}: there is no such setting{''.join(meant)}"


def _written(file: str) -> dict[str, str]:
    """What the file says, by name; the environment wins over it. Raises SettingsError."""
    try:
        said = dotenv_values(file)
    except (OSError, UnicodeDecodeError) as error:
        name = "LMS_SETTINGS_FILE" if "LMS_SETTINGS_FILE" in os.environ else ".env"
        why = "not in UTF-8" if isinstance(error, UnicodeDecodeError) else error.strerror
        raise SettingsError(f"{name}: {file} can't be read: {why}") from error
    found = {name.upper(): value for name, value in said.items() if value}
    return {name: value for name, value in found.items() if not os.environ.get(name)}


def _wrong(values: dict[str, Any]) -> tuple[list[str], set[str]]:
    """Tell what is wrong, a line each, and which fields couldn't be read at all."""
    lines, unread = [], set()
    try:
        Settings(**values)
    except ValidationError as error:
        for problem in error.errors():
            field = str(next(iter(problem["loc"]), ""))
            text = problem["msg"].removeprefix("Value error, ")
            lines += [f"LMS_{field.upper()}: {text}"] if field else text.splitlines()
            unread |= {field} - {""}
    return lines, unread


def _all_wrong(values: dict[str, Any]) -> list[str]:
    """Tell what is wrong, a line each; what can be read is tried together without the others."""
    lines, unread = _wrong(values)
    defaults = {field: Settings.model_fields[field].default for field in unread}
    for line in _wrong(values | defaults)[0] if unread else []:
        if not unread & {name.lower() for name in re.findall(r"LMS_(\w+)", line)}:
            lines.append(line)
    return lines


def load_settings(**overrides: Any) -> Settings:
    """Read the settings; ``overrides`` win over the environment.

    Raises SettingsError with one line for each wrong or unknown setting.
    """
    file = os.environ.get("LMS_SETTINGS_FILE", ".env")
    written = _written(file)
    outside = {name for name in os.environ if name.startswith("LMS_")} - {"LMS_SETTINGS_FILE"}
    lines = [_unknown(name) for name in sorted((outside | set(written)) - set(KNOWN))]
    if "LMS_SETTINGS_FILE" in os.environ and not Path(file).is_file():
        lines.append(f"LMS_SETTINGS_FILE: there is no file {file}")
    values = {KNOWN[name]: value for name, value in written.items() if name in KNOWN} | overrides
    if lines := lines + _all_wrong(values):
        raise SettingsError("\n".join(lines))
    return Settings(**values)
