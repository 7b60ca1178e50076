"""A client that inspects every page it opens."""

from tests.pages.client import PageClient
from tests.pages.page import Page

__all__ = ["Page", "PageClient"]
