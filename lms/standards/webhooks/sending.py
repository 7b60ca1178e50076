"""Sending one message: signed, to a public address, without following redirects."""

import base64
import hashlib
import hmac
from dataclasses import dataclass
from datetime import datetime

import requests
from requests_hardened import Config, Manager
from requests_hardened.ip_filter import InvalidIPAddress
from standardwebhooks.webhooks import Webhook as Signer

from lms.core.settings import Settings

SECONDS = (5.0, 10.0)  # to connect, and between two bytes of the answer's head


@dataclass(frozen=True)
class Outcome:
    """What came of a try: the answer's status, or the kind of problem without one."""

    status: int | None
    problem: str = ""

    @property
    def is_delivered(self) -> bool:
        """Tell whether the receiver took it."""
        return self.status is not None and 200 <= self.status < 300


def secret_of(hook_key: str, settings: Settings) -> str:
    """Return the secret that messages to a hook are signed with, as receivers configure it.

    Derived from the installation's own secret: the database holds none.
    """
    key = hmac.digest(settings.secret_key.encode(), f"webhook:{hook_key}".encode(), hashlib.sha256)
    return f"whsec_{base64.b64encode(key).decode()}"


def send(
    *, address: str, key: str, hook_key: str, body: str, now: datetime, settings: Settings
) -> Outcome:
    """Send ``body`` as the message ``key``; no text of the answer is read.

    The name is resolved once and the connection made to that very address; private and loopback
    ones are refused unless ``webhook_private_addresses`` is set.
    """
    identifier = f"msg_{key}"
    signature = Signer(secret_of(hook_key, settings)).sign(identifier, now, body)
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
    try:
        with Manager(config).get_session() as session:
            session.trust_env = False  # no proxy and no stored password of the machine
            with session.post(address, data=body.encode(), headers=headers, stream=True) as answer:
                return Outcome(answer.status_code)
    except InvalidIPAddress:
        return Outcome(None, "private address")
    except requests.Timeout:
        return Outcome(None, "timeout")
    except requests.exceptions.SSLError:
        return Outcome(None, "certificate")
    except (requests.RequestException, ValueError, OSError):
        return Outcome(None, "connection")
