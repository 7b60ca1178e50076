"""Addresses of the services an installation builds upon: what can't be one is refused, unquoted.

They hold passwords: no message repeats them.
"""

from typing import Annotated
from urllib.parse import urlsplit

from pydantic import AfterValidator
from sqlalchemy.engine import make_url
from sqlalchemy.exc import ArgumentError


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


DatabaseAddress = Annotated[str, AfterValidator(_database)]
StoreAddress = Annotated[str, AfterValidator(_store)]
