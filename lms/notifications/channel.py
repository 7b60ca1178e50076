"""A session with the mail server, and what its answers mean (RFC 5321)."""

import re
import smtplib
import ssl
from types import TracebackType
from typing import Self

from lms.core.mailing import MailServer, Security
from lms.notifications.composing import Letter

TIMEOUT_SECONDS = 20  # for each answer
_LEADING_DOT = re.compile(rb"^\.", re.MULTILINE)


class Unreachable(Exception):
    """The server doesn't take anything at present: no connection, no sign-in, no sender."""


class NotNow(Exception):
    """The server refused this mail for the time being."""


class Never(Exception):
    """The server refused this mail for good."""


class NoAnswer(Exception):
    """The connection broke after the whole content had left: it may have arrived."""


class Channel:
    """One session, opened when it is first needed, and again after a failure."""

    def __init__(self, server: MailServer) -> None:
        self._server = server
        self._smtp: smtplib.SMTP | None = None

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        _kind: type[BaseException] | None,
        _error: BaseException | None,
        _trace: TracebackType | None,
    ) -> None:
        self.close()

    def offer(self, letter: Letter) -> None:
        """Name sender and recipient and ask to send the content; nothing of it has left yet.

        Raises Unreachable, NotNow and Never.
        """
        try:
            smtp = self._opened()
            self._expect(smtp.mail(letter.sender), 250, "sender", is_theirs=False)
            self._expect(smtp.rcpt(letter.recipient), 250, "recipient")
            self._expect(smtp.docmd("data"), 354, "content")
        except (OSError, smtplib.SMTPException) as error:
            self.close()
            raise Unreachable(_words(error)) from error

    def hand_over(self, letter: Letter) -> None:
        """Send the content of the letter that was offered. Raises NotNow, Never and NoAnswer."""
        assert self._smtp is not None
        try:
            self._smtp.send(_LEADING_DOT.sub(b"..", letter.content))
        except (OSError, smtplib.SMTPException) as error:
            self.close()  # without the last dot the server has no mail (RFC 5321, 4.1.1.4)
            raise NotNow(_words(error)) from error
        try:
            self._smtp.send(b".\r\n")
            answer = self._smtp.getreply()
        except (OSError, smtplib.SMTPException) as error:
            self.close()
            raise NoAnswer from error
        self._expect(answer, 250, "content")

    def close(self) -> None:
        """End the session, if there is one."""
        smtp, self._smtp = self._smtp, None
        if smtp is not None:
            smtp.close()

    def _opened(self) -> smtplib.SMTP:
        if self._smtp is None:
            self._smtp = _connect(self._server)
        return self._smtp

    def _expect(
        self, answer: tuple[int, bytes], wanted: int, what: str, *, is_theirs: bool = True
    ) -> None:
        """Raise what another answer than ``wanted`` means; unless ``is_theirs`` for every mail."""
        code = answer[0]
        if code == wanted or (wanted == 250 and code == 251):
            return
        self.close()  # the next mail begins anew
        problem = f"{code} {what}"
        if not is_theirs or code == 421:
            raise Unreachable(problem)
        raise Never(problem) if code >= 500 else NotNow(problem)


def _connect(server: MailServer) -> smtplib.SMTP:
    context = ssl.create_default_context()
    smtp: smtplib.SMTP
    if server.security is Security.TLS:
        smtp = smtplib.SMTP_SSL(server.host, server.port, timeout=TIMEOUT_SECONDS, context=context)
    else:
        smtp = smtplib.SMTP(server.host, server.port, timeout=TIMEOUT_SECONDS)
    try:
        _prepare(smtp, server, context)
    except BaseException:
        smtp.close()
        raise
    return smtp


def _prepare(smtp: smtplib.SMTP, server: MailServer, context: ssl.SSLContext) -> None:
    """Encrypt and sign in, as the settings ask."""
    smtp.ehlo_or_helo_if_needed()
    is_safe = server.security is Security.TLS
    if server.security is Security.STARTTLS or (not is_safe and smtp.has_extn("starttls")):
        smtp.starttls(context=context)
        smtp.ehlo()
        is_safe = True
    if server.username:
        if not (is_safe or server.is_local):
            raise smtplib.SMTPNotSupportedError("the password would go out unencrypted")
        smtp.login(server.username, server.password)


def _words(error: Exception) -> str:
    """Return the kind of a failure with its code; the server's own words may name people."""
    code = getattr(error, "smtp_code", None)
    return f"{code} {type(error).__name__}" if code else type(error).__name__
