"""Rate limits: the one limiter, which views decorate themselves with, and allowances by any key."""

import hashlib
import ipaddress
import time
from dataclasses import dataclass

from flask import request
from flask_babel import lazy_gettext as _l
from flask_limiter import Limiter
from limits import RateLimitItem, parse

from lms.core import limit_store  # noqa: F401 - registers its scheme
from lms.core.errors import TooMany


def network_of(address: str) -> str:
    """Return what counts as one address: of IPv6 the /64 network, a home has 2⁶⁴ addresses.

    An IPv4 address that is written as an IPv6 one counts as itself.
    """
    try:
        parsed = ipaddress.ip_address(address)
    except ValueError:
        return address
    if isinstance(parsed, ipaddress.IPv4Address):
        return address
    if parsed.ipv4_mapped is not None:
        return str(parsed.ipv4_mapped)
    return str(ipaddress.ip_network((parsed, 64), strict=False))


class DecoratingLimiter(Limiter):
    """A limiter of decorated views alone: the others, nearly all there are, aren't looked up."""

    def _check_request_limit(
        self, callable_name: str | None = None, in_middleware: bool = True
    ) -> None:
        if not in_middleware:
            super()._check_request_limit(callable_name, in_middleware)


limiter = DecoratingLimiter(
    key_func=lambda: network_of(request.remote_addr or ""), headers_enabled=True
)


@dataclass(frozen=True)
class Allowance:
    """So many of something in each stretch of time, for each key.

    ``limit`` reads like ``10 per 5 minutes``. Keys are stored hashed: people type passwords into
    the wrong field. With Redis all machines share the count, otherwise the processes of one.
    """

    name: str
    limit: str

    def _item(self) -> RateLimitItem:
        return parse(self.limit)

    def _keys(self, key: tuple[str, ...]) -> tuple[str, str]:
        return self.name, hashlib.sha256("\0".join(key).encode()).hexdigest()[:32]

    def _refuse(self, *keys: str) -> None:
        reset = limiter.limiter.get_window_stats(self._item(), *keys).reset_time
        pause = max(1, round(reset - time.time()))
        raise TooMany(_l("Too many attempts. Wait a little and try again."), retry_after=pause)

    def spend(self, *key: str) -> None:
        """Count one for ``key``; TooMany, and nothing is counted, when its allowance is used up."""
        keys = self._keys(key)
        if not limiter.limiter.hit(self._item(), *keys):
            self.give_back(*key)
            self._refuse(*keys)

    def count(self, *key: str) -> None:
        """Count one for ``key`` whether or not its allowance is used up."""
        limiter.limiter.hit(self._item(), *self._keys(key))

    def give_back(self, *key: str) -> None:
        """Take back one that was spent."""
        limiter.limiter.hit(self._item(), *self._keys(key), cost=-1)

    def check(self, *key: str) -> None:
        """TooMany when the allowance of ``key`` is used up; counts nothing."""
        keys = self._keys(key)
        if not limiter.limiter.test(self._item(), *keys):
            self._refuse(*keys)
