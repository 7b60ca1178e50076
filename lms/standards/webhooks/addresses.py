"""Which addresses may be told: the one rule for the form and for the API."""

from typing import Any
from urllib.parse import urlsplit

from flask_babel import lazy_gettext as _l

from lms.core.outside.connecting import is_public

LONGEST = 500


def fault_of(address: str, *, private: bool) -> Any | None:
    """Return what is wrong with an address, in a sentence; None for one that may be told.

    It is whole and without a password; where it leads is checked at each sending. ``private`` is
    the setting that allows addresses that aren't public, and HTTP.
    """
    schemes = ("https", "http") if private else ("https",)
    try:
        parts = urlsplit(address)
        whole = parts.scheme in schemes and bool(parts.hostname) and parts.port != 0
    except ValueError:
        whole = False
    if not whole or "@" in parts.netloc or parts.fragment or not _is_plain(address):
        return _l("Enter a whole address without a password, such as https://hr.example.org")
    if not private and not _may_be_public(parts.hostname or ""):
        return _l("Enter an address of the public internet: others are never connected to.")
    return None


def _may_be_public(host: str) -> bool:
    """Tell at once what the sending would refuse; where a name leads, only that finds out."""
    try:
        return is_public(host)
    except ValueError:
        return host.rpartition(".")[2] != "localhost"


def _is_plain(text: str) -> bool:
    return text.isascii() and text.isprintable() and " " not in text and "\\" not in text
