"""How mail is addressed: which addresses are taken, and how the mail server's own is written."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from email.headerregistry import Address
from email.utils import parseaddr
from enum import Enum
from urllib.parse import unquote, urlsplit

from pydantic import Field, SecretStr, field_validator, model_validator
from pydantic_settings import BaseSettings

LONGEST = 254  # characters of an address, RFC 5321
_WORD = r"[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+"
_LABEL = r"[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?"
_ADDRESS = re.compile(
    rf"({_WORD}(?:\.{_WORD})*)@(?:{_LABEL}\.)+[A-Za-z][A-Za-z0-9-]{{0,61}}[A-Za-z0-9]"
)
_HOST = re.compile(rf"(?:{_LABEL})(?:\.{_LABEL})*|[0-9a-fA-F:.]+")


class Security(Enum):
    """How the way to the mail server is protected, by the scheme of its address."""

    WHEN_OFFERED = "smtp"  # STARTTLS when the server offers it
    STARTTLS = "smtp+starttls"  # nothing is sent without it
    TLS = "smtps"  # from the first byte


PORTS = {Security.WHEN_OFFERED: 25, Security.STARTTLS: 587, Security.TLS: 465}


@dataclass(frozen=True)
class MailServer:
    """Where mail is handed over, and as whom."""

    host: str
    port: int
    security: Security
    username: str = ""
    password: str = field(default="", repr=False)

    @property
    def is_local(self) -> bool:
        """Tell whether nobody can listen on the way."""
        return self.host in ("localhost", "127.0.0.1", "::1")


def is_address(text: str) -> bool:
    """Tell whether ``text`` is one plain address: no name, no space, nothing beyond ASCII."""
    found = _ADDRESS.fullmatch(text)
    return found is not None and len(text) <= LONGEST and len(found.group(1)) <= 64


def sender(text: str) -> tuple[str, str]:
    """Return name and address of ``Name <a@b.example>`` or ``a@b.example``; raise ValueError."""
    name, address = parseaddr(text)
    if (
        not text.isprintable()
        or not is_address(address)
        or not text.endswith((address, f"<{address}>"))
    ):
        raise ValueError("must read like learn@example.org or Name <learn@example.org>")
    return name, address


def mail_server(address: str) -> MailServer:
    """Return what ``smtp://name:password@host:port`` says; raise ValueError without its secrets."""
    wrong = ValueError("must read like smtp://host:25, smtps://name:password@host")
    try:
        parts = urlsplit(address)
        port = parts.port
    except ValueError as error:
        raise wrong from error
    known = {one.value: one for one in Security}
    if parts.scheme not in known or parts.path not in ("", "/") or parts.query or parts.fragment:
        raise wrong
    host = parts.hostname or ""
    if not _HOST.fullmatch(host) or port == 0:
        raise wrong
    username, password = unquote(parts.username or ""), unquote(parts.password or "")
    if bool(username) != bool(password):
        raise ValueError("names a user without a password, or a password without a user")
    security = known[parts.scheme]
    return MailServer(host, port or PORTS[security], security, username, password)


class MailSettings(BaseSettings):
    """The settings of mail, part of an installation's."""

    smtp_url: SecretStr = Field(
        SecretStr(""),
        description="Server that takes mail: `smtp://host:25` (encrypted when it offers that), "
        "`smtp+starttls://name:password@host:587` or `smtps://name:password@host:465`. "
        "Default: none; messages are shown on the site alone.",
    )
    mail_from: str = Field(
        "",
        description="Sender of mail, `learn@example.org` or `Training Centre <learn@example.org>`.",
    )

    mail_attachment_megabytes: int = Field(
        5,
        ge=0,
        le=25,
        description="Largest file that a mail carries itself; of a larger one it has a link. "
        "0: always a link.",
    )

    @field_validator("smtp_url")
    @classmethod
    def _known_mail_server(cls, value: SecretStr) -> SecretStr:
        if value.get_secret_value():
            mail_server(value.get_secret_value())
        return value

    @field_validator("mail_from")
    @classmethod
    def _known_sender(cls, value: str) -> str:
        if value:
            sender(value)
        return value

    @model_validator(mode="after")
    def _all_fit_together(self) -> "MailSettings":
        lines = list(self.misfits())
        if lines:
            raise ValueError("\n".join(lines))
        return self

    def misfits(self) -> Iterator[str]:
        """Tell, a line for each setting, what doesn't fit together although each can be read."""
        if self.mail_server is not None and not self.mail_from:
            yield "LMS_MAIL_FROM: LMS_SMTP_URL needs it"
        if self.mail_from and self.mail_server is None:
            yield "LMS_MAIL_FROM: means nothing without LMS_SMTP_URL"

    @property
    def mail_server(self) -> MailServer | None:
        """The server that takes mail, or None."""
        address = self.smtp_url.get_secret_value()
        return mail_server(address) if address else None


def header_address(name: str, address: str) -> Address:
    """Return a sender as a header takes it: the name is quoted and encoded as needed."""
    return Address(display_name=name, addr_spec=address)
