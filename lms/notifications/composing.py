"""A mail as bytes: plain text and HTML in the reader's language, without anything that tracks."""

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from email.header import Header
from email.message import EmailMessage
from email.policy import SMTP, EmailPolicy
from email.utils import format_datetime
from typing import Any

from flask import current_app
from werkzeug.routing import MapAdapter

from lms.core import mailing
from lms.core.settings import Settings
from lms.notifications.attachments.files import Enclosure
from lms.notifications.kinds import Kind, kind_of
from lms.notifications.models import OutgoingMail
from lms.web.i18n import in_language, localised

LINE = 78  # characters, RFC 5322


class _Policy(EmailPolicy):
    """Writes a subject and a sender's name in encoded words (RFC 2047) that are read as they were.

    Python's own loses or adds a space where it breaks the line, or leaves none between two of them
    (python/cpython, issues 92081 and 144156).
    """

    def fold_binary(self, name: str, value: Any) -> bytes:
        """Return a header as the lines of a mail."""
        if str(value).isascii() or name not in ("Subject", "From"):
            return super().fold_binary(name, value)
        words, address = str(value), ""
        if name == "From":
            (sender,) = value.addresses
            words, address = sender.display_name, f"{self.linesep} <{sender.addr_spec}>"
        encoded = Header(words, "utf-8", LINE, name).encode(linesep=self.linesep)
        return f"{name}: {encoded}{address}{self.linesep}".encode("ascii")


POLICY = _Policy(linesep=SMTP.linesep, cte_type="7bit", max_line_length=LINE)


@dataclass(frozen=True)
class Letter:
    """A mail ready to be handed over, free of the database."""

    mail_id: int
    number: int  # of the try it was made for
    sender: str
    recipient: str
    content: bytes


def letter(
    mail: OutgoingMail,
    *,
    settings: Settings,
    now: datetime,
    files: Sequence[Enclosure] = (),
) -> Letter:
    """Return the mail as it goes out with ``files``, or links to them; its message is loaded."""
    kind = kind_of(mail.message.kind)
    name, address = mailing.sender(settings.mail_from)
    with in_language(mail.language):
        (shown,) = kind.present([mail.message.details])
        values = {**shown, "subject": mail.subject, "files": files, "message": mail.message}
        text, html = bodies(kind, values, settings, mail.language)
        message = _message(mail, text, html, name or _site(settings), address, now)
    for file in files:
        if file.content is not None:
            main, _slash, sub = file.media_type.partition("/")
            message.add_attachment(file.content, maintype=main, subtype=sub, filename=file.name)
    message["Content-Language"] = mail.language  # of the whole, hence after its parts
    if kind.ended_at:
        message["List-Unsubscribe"] = f"<{links(settings)(kind.ended_at)}>"
    content = message.as_bytes()
    return Letter(mail.id, mail.tries, address, mail.address, content)


def bodies(
    kind: Kind, shown: Mapping[str, Any], settings: Settings, language: str
) -> tuple[str, str]:
    """Return the plain text and the HTML of a message in the language spoken now."""
    context = {
        **shown,
        "language": language,
        "site_name": _site(settings),
        "address_of": links(settings),
        "endpoint": kind.endpoint,
    }
    templates = current_app.jinja_env
    text = templates.get_template(f"emails/{kind.template}.txt").render(context)
    html = templates.get_template(f"emails/{kind.template}.html").render(context)
    return re.sub(r"\n{3,}", "\n\n", text).strip() + "\n", html


def links(settings: Settings) -> Callable[..., str]:
    """Return a function from an endpoint to its public address, for where no request is."""
    adapter: MapAdapter = current_app.url_map.bind("site.invalid")
    return lambda endpoint, **values: settings.public_address + adapter.build(endpoint, values)


def _site(settings: Settings) -> str:
    return localised({"ru": settings.site_name_ru, "en": settings.site_name_en})


def _message(
    mail: OutgoingMail, text: str, html: str, name: str, address: str, now: datetime
) -> EmailMessage:
    """Put the parts together. The library refuses a header with a line break in it."""
    host = address.partition("@")[2]
    message = EmailMessage(policy=POLICY)
    message["From"] = mailing.header_address(name, address)
    message["To"] = mail.address
    message["Subject"] = mail.subject
    message["Date"] = format_datetime(now)
    # The same at each try: whoever got it twice after all sees it once.
    message["Message-ID"] = f"<{mail.public_id}@{host}>"
    message["List-Id"] = f"<messages.{host}>"
    message["Auto-Submitted"] = "auto-generated"
    message.set_content(text, cte="quoted-printable")
    message.add_alternative(html, subtype="html", cte="quoted-printable")
    return message
