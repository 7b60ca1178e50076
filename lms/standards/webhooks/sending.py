"""Sending one message: signed, to a public address, without following redirects."""

import base64
import hashlib
import hmac
import time
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

import requests
from requests_hardened import Config, Manager
from requests_hardened.ip_filter import InvalidIPAddress
from standardwebhooks.webhooks import Webhook as Signer

from lms.core.outside import connecting
from lms.core.settings import Settings

SECONDS = (5.0, 10.0)  # to connect, and between two bytes of the answer's head
PROBLEMS: dict[type[Exception], str] = {
    InvalidIPAddress: "private address",
    requests.Timeout: "timeout",
    requests.exceptions.SSLError: "certificate",
}


@dataclass(frozen=True)
class Outcome:
    """What came of a try: the answer's status, or the kind of problem without one."""

    status: int | None
    problem: str = ""

    @property
    def is_delivered(self) -> bool:
        """Tell whether the receiver took it."""
        return self.status is not None and 200 <= self.status < 300


def secret_of(hook_key: str, settings: Settings, number: int = 1) -> str:
    """Return a hook's ``number``-th secret, as receivers configure it.

    Derived from the installation's own secret: the database holds none.
    """
    told = f"webhook:{hook_key}" if number == 1 else f"webhook:{hook_key}:{number}"
    key = hmac.digest(settings.secret_key.encode(), told.encode(), hashlib.sha256)
    return f"whsec_{base64.b64encode(key).decode()}"


def send(
    *,
    address: str,
    key: str,
    secrets: Sequence[str],
    body: str,
    now: datetime,
    settings: Settings,
) -> Outcome:
    """Send ``body`` as the message ``key``, signed with each of ``secrets``; read no answer's text.

    The name is resolved once and the connection made to that very address; others than public ones
    are refused unless ``webhook_private_addresses`` is set. A try ends after
    ``connecting.LONGEST`` seconds, however busy the receiver looks.
    """
    identifier = f"msg_{key}"
    signature = " ".join(Signer(secret).sign(identifier, now, body) for secret in secrets)
    headers = {
        "Content-Type": "application/json",
        "webhook-id": identifier,
        "webhook-timestamp": str(int(now.timestamp())),
        "webhook-signature": signature,
    }
    config = Config(
        ip_filter_enable=not settings.webhook_private_addresses,
        ip_filter_allow_loopback_ips=False,
        never_redirect=True,
        default_timeout=SECONDS,
        user_agent_override="lms-webhooks/1",
    )
    began = time.monotonic()
    try:
        with Manager(config).get_session() as session:
            session.trust_env = False  # no proxy and no stored password of the machine
            connecting.guard(
                session,
                only_public=not settings.webhook_private_addresses,
                authorities=settings.webhook_ca_file,
            )
            with session.post(address, data=body.encode(), headers=headers, stream=True) as answer:
                return Outcome(answer.status_code)
    except (requests.RequestException, ValueError, OSError) as error:
        is_cut = time.monotonic() - began >= connecting.LONGEST
        return Outcome(None, "timeout" if is_cut else _problem(error))


def _problem(error: Exception) -> str:
    for kind, word in PROBLEMS.items():
        if isinstance(error, kind):
            return word
    return "connection"
