"""A real mail server on loopback, which answers as a test tells it to and keeps what it took."""

import email
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from email.message import EmailMessage
from email.policy import default
from typing import Any

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, Envelope, Session

from tests.support.server import free_port


class Postbox:
    """What the server took, and what it answers to a recipient and to a content."""

    def __init__(self) -> None:
        self.envelopes: list[Envelope] = []
        self.to_recipient: Callable[[str], str] = lambda _address: "250 OK"
        self.to_content: Callable[[Envelope], str] = lambda _envelope: "250 OK"
        self.port = free_port()

    @property
    def url(self) -> str:
        return f"smtp://127.0.0.1:{self.port}"

    @property
    def addresses(self) -> list[str]:
        """Whom it took mail for, in order."""
        return [address for envelope in self.envelopes for address in envelope.rcpt_tos]

    def message(self, place: int = -1) -> EmailMessage:
        """One mail that it took, read as mail programs read it."""
        content: Any = self.envelopes[place].content
        return email.message_from_bytes(content, policy=default)  # type: ignore[return-value]

    async def handle_RCPT(
        self, _server: SMTP, _session: Session, envelope: Envelope, address: str, _options: Any
    ) -> str:
        answer = self.to_recipient(address)
        if answer.startswith("250"):
            envelope.rcpt_tos.append(address)
        return answer

    async def handle_DATA(self, server: SMTP, _session: Session, envelope: Envelope) -> str:
        answer = self.to_content(envelope)
        if answer.startswith("250"):
            self.envelopes.append(envelope)
        if answer.endswith("hang up"):  # took it, and is gone before it says so
            assert server.transport is not None
            server.transport.abort()
        return answer


@contextmanager
def postbox() -> Iterator[Postbox]:
    """Serve a postbox on a free port of this machine."""
    box = Postbox()
    controller = Controller(box, hostname="127.0.0.1", port=box.port)
    controller.start()
    try:
        yield box
    finally:
        controller.stop()
