"""Connections to servers of others: to public addresses alone if asked, and never for long."""

import contextlib
import ipaddress
import socket
import threading
from pathlib import Path
from typing import Any

import requests
from requests.adapters import HTTPAdapter
from requests_hardened.ip_filter import InvalidIPAddress
from requests_hardened.ip_filter_adapter import IPFilterAdapter
from urllib3 import HTTPConnectionPool, HTTPSConnectionPool
from urllib3.connection import HTTPConnection, HTTPSConnection
from urllib3.util.ssl_ import create_urllib3_context

# Seconds one try may take: a server that sends a byte now and then would else hold a worker of
# jobs for ever.
LONGEST = 15.0


class _Cut:
    """Ends a connection after ``LONGEST`` seconds, wherever it is then.

    It holds a second handle of the socket: TLS takes the first one away.
    """

    def __init__(self, sock: socket.socket) -> None:
        self.handle = sock.dup()
        self.timer = threading.Timer(LONGEST, self._cut)
        self.timer.daemon = True
        self.timer.start()

    def _cut(self) -> None:
        with contextlib.suppress(OSError):  # it is closed already
            self.handle.shutdown(socket.SHUT_RDWR)
        self.handle.close()

    def forget(self) -> None:
        """The connection has ended by itself."""
        self.timer.cancel()
        self.handle.close()


class _Plain(HTTPConnection):
    cut: _Cut | None = None

    def _new_conn(self) -> socket.socket:
        sock = super()._new_conn()
        self.cut = _Cut(sock)
        return sock

    def close(self) -> None:
        super().close()
        if self.cut is not None:
            self.cut.forget()


class _Secure(_Plain, HTTPSConnection):
    pass


class _PlainPool(HTTPConnectionPool):
    ConnectionCls = _Plain


class _SecurePool(HTTPSConnectionPool):
    ConnectionCls = _Secure


class _Public(IPFilterAdapter):
    """Also refuses what the library takes for public: reserved and site-local ranges of IPv6."""

    def build_connection_pool_key_attributes(self, *args: Any, **kwargs: Any) -> Any:
        host, pool = super().build_connection_pool_key_attributes(*args, **kwargs)
        if not is_public(host["host"]):
            raise InvalidIPAddress(host["host"])
        return host, pool


def is_public(address: str) -> bool:
    """Tell whether an IP address is one of the public internet. Raises ValueError for others.

    One of 6to4 isn't: a relay would carry what is sent to it to the IPv4 address that it holds.
    """
    ip = ipaddress.ip_address(address.strip("[]"))
    is_odd = ip.is_reserved or ip.is_multicast or getattr(ip, "is_site_local", False)
    is_odd = is_odd or getattr(ip, "sixtofour", None) is not None
    return ip.is_global and not is_odd


def guard(session: requests.Session, *, only_public: bool, authorities: Path | None) -> None:
    """Let ``session`` connect for ``LONGEST`` seconds at most, and to public addresses if asked.

    ``authorities`` is a PEM file of those it trusts beside the public ones.
    """
    for scheme in ("http", "https"):
        adapter = (
            _Public(is_https_proto=scheme == "https", allow_loopback=False)
            if only_public
            else HTTPAdapter()
        )
        adapter.poolmanager.pool_classes_by_scheme = {"http": _PlainPool, "https": _SecurePool}
        if authorities is not None and scheme == "https":
            # requests adds the public authorities to what the context knows already
            context = create_urllib3_context()
            context.load_verify_locations(authorities)
            adapter.poolmanager.connection_pool_kw["ssl_context"] = context
        session.mount(f"{scheme}://", adapter)
