"""Addresses of the services an installation builds upon: what can't be one is refused, unquoted.

They hold passwords: no message repeats them.
"""

import re
from typing import Annotated
from urllib.parse import urlsplit

from pydantic import AfterValidator
from sqlalchemy.engine import make_url
from sqlalchemy.exc import ArgumentError

_SITE = re.compile(r"https?://[^\s/?#@]+/?")


def _database(value: str) -> str:
    value = value.replace("postgres://", "postgresql://", 1)
    value = value.replace("postgresql://", "postgresql+psycopg://", 1)
    if not value:
        return value
    if not value.startswith(("sqlite:///", "postgresql+psycopg://")):
        raise ValueError("must start with sqlite:/// or postgresql://")
    try:
        address = make_url(value)
    except (ArgumentError, ValueError):
        raise ValueError("can't be read; a sign such as @ in a password is written %40") from None
    if address.drivername == "sqlite" and address.database in (None, "", ":memory:"):
        raise ValueError("names no file; what is kept in memory is lost")
    return value


def _store(value: str) -> str:
    if value and not value.startswith(("redis://", "rediss://")):
        raise ValueError("must start with redis:// or rediss://")
    try:
        _port = urlsplit(value).port
    except ValueError:
        raise ValueError("can't be read as an address with a port") from None
    return value


def _site(value: str) -> str:
    """Pages, QR codes and ``/.well-known`` stand at the root: a path would lead nobody there."""
    wrong = ValueError("must read like https://learn.example.org, without a path or a password")
    try:
        _port = urlsplit(value).port
    except ValueError:
        raise wrong from None
    if value and not _SITE.fullmatch(value):
        raise wrong
    return value


DatabaseAddress = Annotated[str, AfterValidator(_database)]
SiteAddress = Annotated[str, AfterValidator(_site)]
StoreAddress = Annotated[str, AfterValidator(_store)]
